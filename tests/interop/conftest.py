"""What the tests share: the command, the library, `shapewire serve` with boto3 clients of it, LocalStack and moto."""

import json
import os
import pathlib
import random
import signal
import subprocess
import sys

import boto3
import botocore.config
import pytest
import servers

ROOT = pathlib.Path(__file__).resolve().parents[2]

# The key of the local account's root, where signatures are verified.
ROOT_KEY = ("AKIDROOTEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")


def pytest_configure():
    """The seed of what is random, unless it is given."""
    os.environ.setdefault("ECHO_SEED", str(random.SystemRandom().randrange(2**32)))


def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line(f"ECHO_SEED={os.environ['ECHO_SEED']}")


@pytest.fixture(scope="session")
def shapewire():
    """The path of the built command."""
    path = pathlib.Path(os.environ.get("SHAPEWIRE_BIN", ROOT / "target" / "debug" / "shapewire"))
    assert path.exists(), f"{path} is not built: cargo build -p shapewire-cli"
    return str(path)


class LocalServices:
    """Starts local services with options of their own."""

    def __init__(self, shapewire, folder):
        self.shapewire, self.folder, self.running, self.count = shapewire, folder, [], 0

    def __call__(self, *options):
        """The URL of a new one."""
        self.count += 1
        # To a file: a pipe that nobody reads would stop the server when it is full.
        log = (self.folder / f"serve-{self.count}.log").open("w+")
        server = subprocess.Popen(
            [self.shapewire, "serve", "--port", "0", *options], stdout=subprocess.PIPE, stderr=log, text=True
        )
        self.running.append((server, log))
        line = server.stdout.readline()
        assert line.startswith("listening on http://127.0.0.1:"), line
        return line.removeprefix("listening on ").strip()

    def stop(self):
        """Stops all of them, and looks at what they have said."""
        while self.running:
            self.end(subprocess.Popen.terminate, 0)

    def kill(self):
        """Kills the last one, and looks at what it has said."""
        self.end(subprocess.Popen.kill, -signal.SIGKILL)

    def end(self, end, status):
        server, log = self.running.pop()
        end(server)
        server.communicate(timeout=30)
        with log:
            log.seek(0)
            text = log.read()
        # Whatever a test does, what the server logs has no secret in it.
        for secret in ("ServicePassword", "Password=", "Signature=", ROOT_KEY[1]):
            assert secret not in text, text
        assert server.returncode == status, (server.returncode, text)


@pytest.fixture
def serve(shapewire, tmp_path):
    """Starts local services with options of their own; gives their URLs."""
    services = LocalServices(shapewire, tmp_path)
    yield services
    services.stop()


@pytest.fixture
def endpoint(serve):
    """A local service of its own for each test."""
    return serve()


@pytest.fixture
def verified(serve):
    """A local service that verifies signatures."""
    return serve("--root-key", ":".join(ROOT_KEY))


@pytest.fixture
def client():
    """Makes boto3 clients that make one attempt a call, and leave it to the service to check the input."""

    def make(service, endpoint, key=("AKIDEXAMPLE", "example"), attempts=1, **settings):
        return boto3.client(
            service,
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id=key[0],
            aws_secret_access_key=key[1],
            config=botocore.config.Config(
                retries={"total_max_attempts": attempts, "mode": "standard"}, parameter_validation=False
            ),
            **settings,
        )

    return make


@pytest.fixture
def iam(endpoint, client):
    """boto3's client of it."""
    return client("iam", endpoint)


@pytest.fixture(scope="session")
def command(shapewire):
    """Runs an operation; gives its exit status, its JSON and its standard error."""

    def run(endpoint, variables, service, *arguments):
        environment = {"PATH": os.environ["PATH"], "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}
        done = subprocess.run(
            [shapewire, service, *arguments, "--endpoint-url", endpoint],
            capture_output=True,
            text=True,
            timeout=120,
            env=environment | variables,
        )
        return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr

    return run


@pytest.fixture(scope="session")
def library():
    """Runs a test of `tests/other_services.rs`, which asserts what the library gives."""

    def run(endpoint, variables, name):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        environment |= {"AWS_ENDPOINT_URL": endpoint, "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}
        cargo = ["cargo", "test", "--quiet", "--locked", "-p", "shapewire", "--all-features", "--test", "other_services"]
        done = subprocess.run(
            [*cargo, "--", "--ignored", "--exact", name],
            capture_output=True,
            text=True,
            timeout=1200,
            env=environment | variables,
            cwd=ROOT,
        )
        assert done.returncode == 0 and "1 passed" in done.stdout, done.stdout + done.stderr

    return run


@pytest.fixture(scope="session")
def localstack(tmp_path_factory):
    """LocalStack's URL. Its virtual environment is its own, because its packages and moto's exclude each other."""
    python = pathlib.Path(os.environ.get("LOCALSTACK_PYTHON", ROOT / "target" / "venv-localstack" / "bin" / "python"))
    assert python.exists(), f"{python} is missing: see the last steps of .ci/run"
    folder = tmp_path_factory.mktemp("localstack")
    starter = pathlib.Path(__file__).with_name("start_localstack.py")
    with servers.running(
        [python, starter, folder], dict(os.environ), folder, "listening on", "/_localstack/health"
    ) as url:
        yield url


@pytest.fixture
def moto(tmp_path, request):
    """moto's URL. The first calls need no permission; after these it checks signatures. All are free by default."""
    free_calls = getattr(request, "param", None)
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    if free_calls is not None:
        environment["INITIAL_NO_AUTH_ACTION_COUNT"] = str(free_calls)
    binary = pathlib.Path(sys.executable).parent / "moto_server"
    with servers.running(
        [binary, "-H", "127.0.0.1", "-p", "0"], environment, tmp_path, "Running on", "/moto-api/"
    ) as url:
        yield url
