"""Generated clients of ten services against moto, and what boto3 and moto have said to each other: `services/` says what."""

import os
import pathlib
import shutil
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
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


def test_services_at_moto(services, moto):
    assert "11 passed" in services("--test", "moto", "--", "--ignored", MOTO_URL=moto)
