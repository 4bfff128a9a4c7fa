"""Generated clients of ten services against moto, what boto3 and moto have said to each other, and what boto3 streams to a
generated server: `services/` says what."""

import base64
import hashlib
import io
import os
import pathlib
import shutil
import subprocess

import boto3
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
# What boto3 puts.
OBJECT = bytes(range(256)) * 10_000
MD5 = base64.b64encode(hashlib.md5(OBJECT).digest()).decode()
CRATE = pathlib.Path(__file__).with_name("services")


@pytest.fixture(scope="session")
def services():
    """Runs tests of the crate, which is built with the versions of the library's lock file."""
    shutil.copy(ROOT / "Cargo.lock", CRATE)
    target = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")

    def run(*arguments, **variables):
        done = subprocess.run(
            ["cargo", "test", "--quiet", *arguments],
            capture_output=True,
            text=True,
            timeout=1200,
            cwd=CRATE,
            env=os.environ | {"CARGO_TARGET_DIR": str(target)} | variables,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_captures(services):
    assert "1 passed" in services("--test", "captures")


def test_s3(services):
    assert "5 passed" in services("--test", "s3")


def test_services_at_moto(services, moto):
    assert "11 passed" in services("--test", "moto", "--", "--ignored", MOTO_URL=moto)


class Prepared(Exception):
    """A request that is not to be sent."""


def prepared(endpoint, **parameters):
    """The request that boto3 makes to put the object."""
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    )

    def keep(request, **_):
        raise Prepared(request)

    client.meta.events.register_first("before-send.s3.PutObject", keep)
    try:
        client.put_object(Bucket="bucket", Key="a b/c", Body=io.BytesIO(OBJECT), **parameters)
    except Prepared as sent:
        request = sent.args[0]
    lines = [f"PUT {request.url} HTTP/1.1"]
    for name, value in request.headers.items():
        lines.append(f"{name}: {value.decode() if isinstance(value, bytes) else value}")
    content = request.body.read() if hasattr(request.body, "read") else request.body
    return "\r\n".join([*lines, "", ""]).encode() + content


def test_a_server_reads_what_boto3_streams(services, tmp_path):
    for endpoint in ("https://s3.example.com", "http://s3.example.com"):
        for parameters in ({}, {"ContentEncoding": "gzip"}, {"ChecksumAlgorithm": "SHA256"}, {"ContentMD5": MD5}):
            (tmp_path / f"{len(list(tmp_path.iterdir()))}.http").write_bytes(prepared(endpoint, **parameters))
    (tmp_path / "object").write_bytes(OBJECT)
    assert "1 passed" in services("--test", "boto3", "--", "--ignored", BOTO3_REQUESTS=str(tmp_path))
