"""The AWS CLI does the whole life of credentials, users, groups and access keys; its own parsed output is asserted."""

import json
import os
import pathlib
import subprocess
import sys

import pytest

from conftest import ROOT_KEY

ACCOUNT = "123456789012"


@pytest.fixture
def aws(verified, tmp_path):
    """Runs the AWS CLI; gives its output."""

    def run(command, *arguments, key=ROOT_KEY):
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "AWS_ENDPOINT_URL": verified,
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": key[0],
            "AWS_SECRET_ACCESS_KEY": key[1],
            "AWS_MAX_ATTEMPTS": "1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        binary = pathlib.Path(sys.executable).parent / "aws"
        done = subprocess.run(
            [sys.executable, binary, *command.split(), *arguments], capture_output=True, text=True, timeout=120, env=environment
        )
        return done.returncode, done.stdout, done.stderr

    return run


@pytest.fixture
def call(aws):
    """Runs a command that succeeds; gives its JSON."""

    def run(command, *arguments, key=ROOT_KEY):
        status, output, error = aws(command, *arguments, key=key)
        assert (status, error) == (0, ""), (command, error)
        return json.loads(output) if output else None

    return run


@pytest.fixture
def refused(aws):
    """Runs a command that the service refuses; gives the message."""

    def run(code, command, *arguments, key=ROOT_KEY):
        status, output, error = aws(command, *arguments, key=key)
        assert status in (254, 255) and output == "" and f"({code})" in error, (status, output, error)
        return error.strip().split("operation: ")[1]

    return run


def test_credentials(call, refused):
    user = call("iam create-user --user-name jane --path /eng/ --tags Key=team,Value=blue")["User"]
    assert user["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/eng/jane"
    assert user["Tags"] == [{"Key": "team", "Value": "blue"}]
    create = "iam create-service-specific-credential --user-name jane --service-name"
    credential = call(f"{create} codecommit.amazonaws.com")["ServiceSpecificCredential"]
    assert credential["ServiceUserName"] == f"jane-at-{ACCOUNT}" and len(credential["ServicePassword"]) == 44
    call(f"{create} codecommit.amazonaws.com")
    refused("LimitExceeded", f"{create} codecommit.amazonaws.com")
    refused("NotSupportedService", f"{create} s3.amazonaws.com")
    listed = call("iam list-service-specific-credentials --user-name jane")["ServiceSpecificCredentials"]
    assert len(listed) == 2 and "ServicePassword" not in listed[0]
    one = f"--user-name jane --service-specific-credential-id {credential['ServiceSpecificCredentialId']}"
    reset = call(f"iam reset-service-specific-credential {one}")["ServiceSpecificCredential"]
    assert reset["ServicePassword"] != credential["ServicePassword"]
    assert call(f"iam update-service-specific-credential {one} --status Inactive") is None
    listed = call("iam list-service-specific-credentials --user-name jane")["ServiceSpecificCredentials"]
    assert [entry["Status"] for entry in listed] == ["Inactive", "Active"]
    refused("DeleteConflict", "iam delete-user --user-name jane")
    for entry in listed:
        entry = entry["ServiceSpecificCredentialId"]
        call(f"iam delete-service-specific-credential --service-specific-credential-id {entry}")
    refused("NoSuchEntity", f"iam delete-service-specific-credential {one}")
    call("iam delete-user --user-name jane")
    assert refused("NoSuchEntity", "iam get-user --user-name jane") == "The user with name jane cannot be found."


def test_users_and_groups_in_pages(call, refused):
    for name in ("a", "b", "c"):
        call(f"iam create-user --user-name {name}")
    refused("EntityAlreadyExists", "iam create-user --user-name A")
    # The CLI goes through all pages itself.
    assert [user["UserName"] for user in call("iam list-users --page-size 2")["Users"]] == ["a", "b", "c"]
    first = call("iam list-users --max-items 2")
    assert [user["UserName"] for user in first["Users"]] == ["a", "b"]
    rest = call("iam list-users --starting-token", first["NextToken"])
    assert [user["UserName"] for user in rest["Users"]] == ["c"]
    group = call("iam create-group --group-name g")["Group"]
    assert group["Arn"] == f"arn:aws:iam::{ACCOUNT}:group/g"
    for name in ("a", "b"):
        assert call(f"iam add-user-to-group --group-name g --user-name {name}") is None
    assert [user["UserName"] for user in call("iam get-group --group-name g --page-size 1")["Users"]] == ["a", "b"]
    assert call("iam list-groups-for-user --user-name a")["Groups"] == call("iam list-groups")["Groups"] == [group]
    refused("DeleteConflict", "iam delete-group --group-name g")
    call("iam remove-user-from-group --group-name g --user-name a")
    assert call("iam list-groups-for-user --user-name a")["Groups"] == []
    call("iam tag-user --user-name a --tags Key=x,Value=1")
    assert call("iam list-user-tags --user-name a")["Tags"] == [{"Key": "x", "Value": "1"}]
    call("iam untag-user --user-name a --tag-keys x")
    assert call("iam list-user-tags --user-name a")["Tags"] == []


def test_access_keys_and_who_calls(call, refused):
    assert call("sts get-caller-identity")["Arn"] == f"arn:aws:iam::{ACCOUNT}:root"
    call("iam create-user --user-name jane")
    created = call("iam create-access-key --user-name jane")["AccessKey"]
    key = (created["AccessKeyId"], created["SecretAccessKey"])
    identity = call("sts get-caller-identity", key=key)
    assert identity["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/jane"
    assert call("iam get-user", key=key)["User"]["UserId"] == identity["UserId"]
    listed = call("iam list-access-keys", key=key)["AccessKeyMetadata"]
    assert [(entry["AccessKeyId"], entry["Status"]) for entry in listed] == [(key[0], "Active")]
    used = call(f"iam get-access-key-last-used --access-key-id {key[0]}")
    assert (used["UserName"], used["AccessKeyLastUsed"]["ServiceName"]) == ("jane", "iam")
    refused("SignatureDoesNotMatch", "iam get-user", key=(key[0], "wrong"))
    refused("InvalidClientTokenId", "sts get-caller-identity", key=("AKIDNOBODY", "wrong"))
    call(f"iam update-access-key --access-key-id {key[0]} --status Inactive")
    refused("InvalidClientTokenId", "iam get-user", key=key)
    call(f"iam delete-access-key --user-name jane --access-key-id {key[0]}")
    refused("NoSuchEntity", f"iam delete-access-key --user-name jane --access-key-id {key[0]}")


def test_what_the_service_has_not(call, refused):
    assert "ListRoles" in refused("NotImplemented", "iam list-roles")
    assert "GetSessionToken" in refused("NotImplemented", "sts get-session-token")
