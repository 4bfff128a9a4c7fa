"""The command against moto, a server that is not ours; it checks our signatures.

moto does not sign the body that came: it writes the form anew, as Python does, with a plus for a space, and signs that. A
request with a space therefore fails there whatever its signature, unless it is written as Python would. So no value here has
a space in it.
"""

import json
import os
import pathlib
import subprocess
import sys
import time
import urllib.request

import boto3
import pytest

# The first calls need no permission: with them an administrator is made.
FREE_CALLS = 3


@pytest.fixture
def moto(tmp_path):
    """moto on a port of its own, checking signatures after the first calls."""
    log = (tmp_path / "moto.log").open("wb+")
    environment = os.environ | {"INITIAL_NO_AUTH_ACTION_COUNT": str(FREE_CALLS), "PYTHONUNBUFFERED": "1"}
    binary = pathlib.Path(sys.executable).parent / "moto_server"
    server = subprocess.Popen([binary, "-H", "127.0.0.1", "-p", "0"], stdout=log, stderr=log, env=environment)
    try:
        yield wait_for_url(server, pathlib.Path(log.name))
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


def wait_for_url(server, log):
    """The URL that the server tells in its log when it is ready."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        for line in log.read_text().splitlines():
            if "Running on http://" in line:
                url = line.split("Running on ")[1].split()[0]
                with urllib.request.urlopen(f"{url}/moto-api/", timeout=10) as reply:
                    assert reply.status == 200
                return url
        # Waits for the end of the process, which does not come, instead of sleeping.
        try:
            server.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            pass
    raise AssertionError(log.read_text())


@pytest.fixture
def administrator(moto):
    """An access key that may do everything."""
    iam = boto3.client(
        "iam", endpoint_url=moto, region_name="us-east-1", aws_access_key_id="free", aws_secret_access_key="free"
    )
    iam.create_user(UserName="admin")
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam.put_user_policy(UserName="admin", PolicyName="all", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName="admin")["AccessKey"]
    return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}


@pytest.fixture
def run(shapewire, moto, administrator):
    """Runs an operation, signed; gives its exit status, its JSON and its standard error."""

    def run(service, *arguments, **variables):
        environment = {"PATH": os.environ["PATH"], "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}
        environment |= administrator | variables
        done = subprocess.run(
            [shapewire, service, *arguments, "--endpoint-url", moto],
            capture_output=True,
            text=True,
            timeout=60,
            env=environment,
        )
        return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr

    return run


def compact(value):
    """JSON without spaces."""
    return json.dumps(value, separators=(",", ":"))


def test_moto_accepts_our_signatures_and_refuses_wrong_ones(run, administrator):
    status, reply, error = run("sts", "get-caller-identity")
    assert (status, reply["Arn"].split(":")[-1]) == (0, "user/admin"), error
    status, _, error = run("iam", "list-users", AWS_SECRET_ACCESS_KEY="wrong")
    assert status == 1 and "SignatureDoesNotMatch (status 403)" in error, error
    assert administrator["AWS_SECRET_ACCESS_KEY"] not in error
    status, _, error = run("iam", "list-users", AWS_ACCESS_KEY_ID="AKIANOBODY")
    assert status == 1 and "InvalidClientTokenId (status 403)" in error, error
    # Characters that form and signature must encode alike.
    value = "a+b/c=d:é@_"
    status, reply, error = run("iam", "create-user", "--user-name", "jane", "--tags", json.dumps([{"Key": "k", "Value": value}]))
    assert status == 0, error
    status, reply, error = run("iam", "list-user-tags", "--user-name", "jane")
    assert reply["Tags"] == [{"Key": "k", "Value": value}], error


def test_roles_policies_and_deep_replies(run):
    trust = compact({"Version": "2012-10-17", "Statement": []})
    for number in range(5):
        status, reply, error = run(
            "iam", "create-role", "--role-name", f"role-{number}", "--assume-role-policy-document", trust,
            "--tags", f"Key=number,Value={number}", "--max-session-duration", "7200",
        )
        assert status == 0, error
        assert reply["Role"]["MaxSessionDuration"] == 7200
    status, page, _ = run("iam", "list-roles", "--max-items", "2")
    names = [role["RoleName"] for role in page["Roles"]]
    while page["IsTruncated"]:
        status, page, _ = run("iam", "list-roles", "--max-items", "2", "--marker", page["Marker"])
        names += [role["RoleName"] for role in page["Roles"]]
    # moto gives them in no order.
    assert sorted(names) == [f"role-{number}" for number in range(5)]

    document = compact({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})
    status, reply, error = run("iam", "create-policy", "--policy-name", "p", "--policy-document", document)
    arn = reply["Policy"]["Arn"]
    assert run("iam", "attach-role-policy", "--role-name", "role-1", "--policy-arn", arn)[0] == 0
    status, reply, _ = run("iam", "list-attached-role-policies", "--role-name", "role-1")
    assert reply["AttachedPolicies"] == [{"PolicyName": "p", "PolicyArn": arn}]

    status, reply, _ = run("iam", "get-account-summary")
    assert reply["SummaryMap"]["Roles"] == 5 and reply["SummaryMap"]["Users"] == 1
    status, reply, _ = run("iam", "get-account-authorization-details", "--filter", "Role")
    details = {role["RoleName"]: role for role in reply["RoleDetailList"]}
    assert details["role-1"]["AttachedManagedPolicies"] == [{"PolicyName": "p", "PolicyArn": arn}]
    assert details["role-3"]["Tags"] == [{"Key": "number", "Value": "3"}]


def test_blobs_and_errors(run):
    status, reply, error = run("iam", "create-virtual-mfa-device", "--virtual-mfa-device-name", "phone")
    assert status == 0, error
    assert reply["VirtualMFADevice"]["SerialNumber"].endswith(":mfa/phone")
    assert reply["VirtualMFADevice"]["Base32StringSeed"]
    status, _, error = run("iam", "get-user", "--user-name", "nobody")
    assert status == 1 and "NoSuchEntity (status 404)" in error and error.count("\n") == 1, error
    status, _, error = run("iam", "create-policy", "--policy-name", "p", "--policy-document", "{}")
    assert status == 1 and "MalformedPolicyDocument" in error, error
