"""`shapewire serve` on a free port, and boto3 clients of it."""

import os
import pathlib
import subprocess

import boto3
import botocore.config
import pytest

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
