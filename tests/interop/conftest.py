"""What the tests share: the command, the library, `shapewire serve` with a boto3 client of it, LocalStack and moto."""

import json
import os
import pathlib
import subprocess
import sys

import boto3
import botocore.config
import pytest
import servers

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def shapewire():
    """The path of the built command."""
    path = pathlib.Path(os.environ.get("SHAPEWIRE_BIN", ROOT / "target" / "debug" / "shapewire"))
    assert path.exists(), f"{path} is not built: cargo build -p shapewire-cli"
    return str(path)


@pytest.fixture
def endpoint(shapewire):
    """A local service of its own for each test."""
    server = subprocess.Popen(
        [shapewire, "serve", "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        line = server.stdout.readline()
        assert line.startswith("listening on http://127.0.0.1:"), line
        yield line.removeprefix("listening on ").strip()
    finally:
        server.terminate()
        _, log = server.communicate(timeout=30)
        # Whatever a test does, what the server logs has no secret in it.
        assert "ServicePassword" not in log and "Password=" not in log, log
        assert server.returncode == 0, (server.returncode, log)


@pytest.fixture
def iam(endpoint):
    """boto3's client of it."""
    return boto3.client(
        "iam",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="example",
        config=botocore.config.Config(retries={"total_max_attempts": 1}, parameter_validation=False),
    )


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
