"""`shapewire serve --state FILE` is killed in the middle of concurrent boto3 clients, again and again, with the same file.

Each client has users of its own and knows what they must be: what was answered is there, and of the one call that was not, all
or nothing. `SHAPEWIRE_KILLS` says how often the server is killed, `SHAPEWIRE_SEED` repeats a run."""

import concurrent.futures
import copy
import json
import os
import queue
import random
from unittest import mock

import botocore.exceptions

KILLS = int(os.environ.get("SHAPEWIRE_KILLS", "50"))
SEED = int(os.environ.get("SHAPEWIRE_SEED", random.SystemRandom().randrange(2**32)))
WRITERS = 4

# How a call ends whose server is gone.
GONE = (botocore.exceptions.ConnectionError, botocore.exceptions.HTTPClientError)


class Writer:
    """A client, and its users as far as it knows: by name, with `mock.ANY` for what only an answer would have told."""

    def __init__(self, name, iam):
        self.name, self.iam, self.random = name, iam, random.Random(f"{SEED} {name}")
        self.users, self.doubtful, self.count = {}, None, 0
        # The ids of its access keys, none of which is ever deleted.
        self.keys = []

    def run(self, answered):
        """Calls until the server is gone. What the last call would have done is `doubtful` then."""
        while True:
            call, parameters, users = self.random.choice((self.create, self.create, self.key, self.tag, self.move, self.delete))()
            self.doubtful = users
            try:
                reply = call(**parameters)
            except GONE:
                return
            self.users, self.doubtful = users, None
            self.learn(reply)
            answered.put(self.name)

    def learn(self, reply):
        if user := reply.get("User"):
            self.users[user["UserName"]]["id"] = user["UserId"]
        if key := reply.get("AccessKey"):
            self.users[key["UserName"]]["keys"][-1] = key["AccessKeyId"]
            self.keys.append(key["AccessKeyId"])

    def new_name(self):
        self.count += 1
        return f"{self.name}-{self.count}"

    def some(self, is_fit):
        """The name of one of its users, and a copy of all of them that can be changed."""
        users = copy.deepcopy(self.users)
        fit = [name for name, user in users.items() if is_fit(user)]
        return (self.random.choice(fit) if fit else None), users

    def create(self):
        name, path = self.new_name(), self.random.choice(("/", "/team/"))
        tags = {f"key{number}": "x" * self.random.choice((1, 100, 256)) for number in range(self.random.randrange(4))}
        users = self.users | {name: {"id": mock.ANY, "path": path, "tags": tags, "keys": []}}
        tag_list = [{"Key": key, "Value": value} for key, value in tags.items()]
        return self.iam.create_user, {"UserName": name, "Path": path, "Tags": tag_list}, users

    def key(self):
        name, users = self.some(lambda user: len(user["keys"]) < 2)
        if name is None:
            return self.create()
        users[name]["keys"].append(mock.ANY)
        return self.iam.create_access_key, {"UserName": name}, users

    def tag(self):
        """Two tags at once."""
        name, users = self.some(lambda user: True)
        if name is None:
            return self.create()
        tags = {"first": str(self.count), "second": str(self.count)}
        users[name]["tags"] |= tags
        return self.iam.tag_user, {"UserName": name, "Tags": [{"Key": k, "Value": v} for k, v in tags.items()]}, users

    def move(self):
        name, users = self.some(lambda user: True)
        if name is None:
            return self.create()
        new = self.new_name()
        users[new] = users.pop(name) | {"path": "/moved/"}
        return self.iam.update_user, {"UserName": name, "NewUserName": new, "NewPath": "/moved/"}, users

    def delete(self):
        name, users = self.some(lambda user: not user["keys"])
        if name is None:
            return self.create()
        del users[name]
        return self.iam.delete_user, {"UserName": name}, users

    def settle(self, there):
        """Compares its users with those that are there, one of whose two possible states they must be in, as a whole."""
        mine = {name: user for name, user in there.items() if name.startswith(f"{self.name}-")}
        assert mine in (self.users, self.doubtful), (mine, self.users, self.doubtful)
        self.users, self.doubtful = mine, None


def users_in(path):
    """What the file says of all users: a document, and after it a line for each change. It may be read while the server writes,
    and its last line may not be there to its end."""
    text = path.read_text()
    document, end = json.JSONDecoder().raw_decode(text)
    assert (document["format"], document["version"]) == ("shapewire-account", 2)
    users = {user["name"].lower(): user for user in document["users"]}
    first, *changes = text[end:].split("\n")
    assert first == ""
    for change in map(json.loads, changes[:-1]):
        for name in change["removed_users"]:
            users.pop(name, None)
        users |= {user["name"].lower(): user for user in change["users"]}
    return {
        user["name"]: {
            "id": user["id"],
            "path": user["path"],
            "tags": {tag["key"]: tag["value"] for tag in user["tags"]},
            "keys": [key["id"] for key in user["access_keys"]],
        }
        for user in users.values()
    }


def users_of(iam):
    """What the server says of all users, as far as a list has it."""
    pages = iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 1000})
    return {user["UserName"]: (user["UserId"], user["Path"]) for page in pages for user in page["Users"]}


def test_what_was_answered_outlives_each_kill(serve, client, tmp_path):
    print(f"SHAPEWIRE_SEED={SEED}")
    path, chance, url = tmp_path / "account.json", random.Random(SEED), None

    def moving_client():
        """A client that finds each new server: to make one takes long."""
        iam = client("iam", "http://127.0.0.1")
        iam.meta.events.register("before-send.iam", lambda request, **_: setattr(request, "url", url + "/"))
        return iam

    writers = [Writer(f"w{number}", moving_client()) for number in range(WRITERS)]
    iam = moving_client()
    with concurrent.futures.ThreadPoolExecutor(WRITERS) as threads:
        for kill in range(KILLS):
            url = serve("--state", str(path))
            there = users_in(path)
            assert users_of(iam) == {name: (user["id"], user["path"]) for name, user in there.items()}
            answered = queue.SimpleQueue()
            running = [threads.submit(writer.run, answered) for writer in writers]
            # After more or fewer answers, so that it strikes anywhere.
            for _ in range(chance.randrange(1, 40)):
                answered.get(timeout=60)
                keys = [key for writer in writers for key in list(writer.keys)]
                # Whoever reads the file meanwhile finds it whole, with all that was answered before.
                there = {key for user in users_in(path).values() for key in user["keys"]}
                assert there.issuperset(keys), kill
            serve.kill()
            for thread in running:
                thread.result(timeout=60)
            there = users_in(path)
            for writer in writers:
                writer.settle(there)
    # In the end through the service, to the last tag and key.
    url = serve("--state", str(path))
    for name, user in [pair for writer in writers for pair in writer.users.items()]:
        got = iam.get_user(UserName=name)["User"]
        tags = {tag["Key"]: tag["Value"] for tag in got.get("Tags", [])}
        keys = [key["AccessKeyId"] for key in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]]
        assert user == {"id": got["UserId"], "path": got["Path"], "tags": tags, "keys": keys}
    assert sum(len(writer.keys) for writer in writers) > KILLS, "too few calls to say anything"
