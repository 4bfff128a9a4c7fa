"""Every operation through boto3: what a server reads is what boto3 was given, what boto3 reads is what a server answered.

The server is `tests/interop/echo`. Requests, replies and errors are random values that the services' models allow, and
botocore's own checks are on. What is not compared as it was sent:

- Requests are compared after boto3's own changes, such as the tokens that it fills in, and replies before them, such as
  the documents that it decodes.
- Replies do not tell an empty list or map from an absent one.
- An error's code and message are what boto3 gives under `Error`; the other members stand beside that.

`ECHO_SEED` repeats a run, and `-k` chooses operations. A failure shows the smallest values that fail.
"""

import copy
import functools
import json
import os
import pathlib
import urllib.parse

import boto3
import botocore
import botocore.config
import botocore.exceptions
import botocore.loaders
import botocore.session
import hypothesis
import hypothesis.configuration
import pytest
import servers
import urllib3
import values
from hypothesis import strategies as st

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODELS = pathlib.Path(os.environ.get("SHAPEWIRE_SHARED", ROOT.parent / "shared"), "models", "api-json")

# Hypothesis keeps Unicode's tables there.
hypothesis.configuration.set_hypothesis_home_dir(ROOT / "target" / "hypothesis")


@functools.cache
def session():
    """botocore with the shared models, where they are: the server is generated from them."""
    session = botocore.session.Session()
    # Without what botocore adds to models for its own use, such as a region to sign another request for.
    loader = botocore.loaders.Loader([str(MODELS)], include_default_extras=False)
    session.register_component("data_loader", loader)
    return session


def operations(service):
    """The names of the operations of the service, with its own."""
    return [(service, name) for name in session().get_service_model(service).operation_names]


def services():
    """The services of the query protocol of which there are shared models, IAM excepted."""
    names = sorted(path.name for path in MODELS.iterdir() if path.is_dir()) if MODELS.is_dir() else []
    models = [session().get_service_model(name) for name in names if name != "iam"]
    return [model.service_name for model in models if model.protocol == "query"]


class Echo:
    """The server: what it is to answer, and what it read."""

    def __init__(self, url):
        self.url = url
        self.http = urllib3.PoolManager()
        self.paths = self.http.request("GET", self.at("/_services")).json()

    def at(self, path):
        return urllib.parse.urljoin(self.url, path)

    def answer(self, answer):
        """Tells what the next call is answered."""
        reply = self.http.request("PUT", self.at("/_answer"), body=json.dumps(answer).encode())
        assert reply.status == 200

    def input(self):
        """What the last call asked for."""
        return self.http.request("GET", self.at("/_input")).json()

    @functools.cache
    def client(self, service):
        return Client(self, service)


class Client:
    """boto3's client of a service, with an eye on what it sends and reads."""

    def __init__(self, echo, service):
        self.echo = echo
        self.service = service
        self.requests, self.replies = values.Values(is_request=True), values.Values(is_request=False)
        self.boto3 = boto3.Session(botocore_session=session()).client(
            service,
            endpoint_url=echo.at(echo.paths[service]),
            region_name="us-east-1",
            aws_access_key_id="AKIDEXAMPLE",
            aws_secret_access_key="example",
            # SimpleDB and Import/Export sign with version 2 unless told otherwise.
            config=botocore.config.Config(retries={"total_max_attempts": 1}, signature_version="v4"),
        )
        # Handlers of a longer name are called first.
        after = f"after-call.{self.boto3.meta.service_model.service_id.hyphenize()}.*"
        self.boto3.meta.events.register_last("before-parameter-build", self.keep_request)
        self.boto3.meta.events.register_first(after, self.keep_reply)

    def keep_request(self, params, **_):
        self.request = copy.deepcopy(params)

    def keep_reply(self, parsed, **_):
        self.reply = copy.deepcopy(parsed)

    def operation(self, name):
        """The model of an operation."""
        return self.boto3.meta.service_model.operation_model(name)

    def call(self, operation, request, answer):
        """Calls and is answered; what the server read is what boto3 sent."""
        self.echo.answer(answer)
        try:
            getattr(self.boto3, botocore.xform_name(operation.name))(**request)
        except botocore.exceptions.ClientError as error:
            assert "error" in answer, error
        else:
            assert "error" not in answer
        sent = {
            "service": self.service,
            "operation": operation.name,
            "input": plain(self.request, operation.input_shape),
        }
        assert self.echo.input() == sent

    def succeed(self, operation, request, reply):
        """A call that is answered with `reply`."""
        reply = plain(reply, operation.output_shape)
        self.call(operation, request, {"output": reply})
        metadata = self.reply.pop("ResponseMetadata")
        assert metadata["HTTPStatusCode"] == 200 and metadata["RequestId"]
        assert values.without_empty(plain(self.reply, operation.output_shape)) == values.without_empty(reply)

    def fail(self, operation, request, error, details):
        """A call that is answered with the error of this shape."""
        details = plain(details, error)
        self.call(operation, request, {"error": error.name, "details": details})
        metadata, told = self.reply.pop("ResponseMetadata"), self.reply.pop("Error")
        assert metadata["HTTPStatusCode"] == error.metadata.get("error", {}).get("httpStatusCode", 400)
        assert metadata["RequestId"]
        assert told["Code"] == error.error_code
        message = [value for name, value in details.items() if name.lower() == "message"]
        assert [told["Message"] or ""] == message if message else "Message" not in told
        # Of several shapes with one code, boto3 reads the last.
        if self.boto3.meta.service_model.shape_for_error_code(error.error_code).name == error.name:
            assert own_members(plain(self.reply, error)) == own_members(details)


def own_members(details):
    """What an error has that not every error has."""
    return {name: value for name, value in details.items() if name.lower() not in ("code", "message", "type")}


def plain(value, shape):
    """The value as JSON; an operation without a shape has nothing."""
    return values.plain(value, shape) if shape else value


def check(client, name, rounds):
    """Random calls of an operation: some that succeed, and two for each of its errors."""
    operation = client.operation(name)
    requests, replies = client.requests.of(operation.input_shape), client.replies.of(operation.output_shape)
    errors = operation.error_shapes

    @randomly(rounds)
    @hypothesis.given(requests, replies)
    def succeed(request, reply):
        client.succeed(operation, request, reply)

    @randomly(2)
    @hypothesis.given(requests, st.tuples(*map(client.replies.of, errors)))
    def fail(request, details):
        for error, details in zip(errors, details):
            client.fail(operation, request, error, details)

    succeed()
    if errors:
        fail()


def randomly(rounds):
    """Runs a test with that many values, the first of them the smallest there is."""
    settings = hypothesis.settings(
        max_examples=rounds,
        deadline=None,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    seed = hypothesis.seed(int(os.environ["ECHO_SEED"]))
    return lambda test: seed(settings(test))


def running(program, folder):
    path = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"), "debug", program)
    assert path.exists(), f"{path} is not built: see the steps of .ci/run"
    return servers.running([path], dict(os.environ), folder, "listening on", "/_services")


@pytest.fixture(scope="session")
def iam_echo(tmp_path_factory):
    with running("shapewire-echo", tmp_path_factory.mktemp("echo")) as url:
        yield Echo(url)


@pytest.fixture(scope="session")
def services_echo(tmp_path_factory):
    with running("echo-services", tmp_path_factory.mktemp("echo-services")) as url:
        yield Echo(url)


@pytest.mark.parametrize(("service", "name"), operations("iam"))
def test_iam(iam_echo, service, name):
    check(iam_echo.client(service), name, rounds=5)


@pytest.mark.parametrize(("service", "name"), [pair for service in services() for pair in operations(service)])
def test_other_services(services_echo, service, name):
    check(services_echo.client(service), name, rounds=2)
