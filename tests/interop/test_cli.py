"""The command does the same job against the same service, beside boto3."""

import json
import subprocess


def run(shapewire, endpoint, *arguments):
    """Runs an IAM operation; gives its exit status, its JSON and its standard error."""
    done = subprocess.run(
        [shapewire, "iam", *arguments, "--endpoint-url", endpoint], capture_output=True, text=True, timeout=60
    )
    return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr


def test_the_command_and_boto3_see_the_same(shapewire, endpoint, iam):
    status, reply, _ = run(shapewire, endpoint, "create-user", "--user-name", "jane", "--tags", "Key=a,Value=b")
    assert (status, reply["User"]["UserName"]) == (0, "jane")
    assert iam.get_user(UserName="jane")["User"]["Tags"] == [{"Key": "a", "Value": "b"}]

    create = ["create-service-specific-credential", "--user-name", "jane", "--service-name", "codecommit.amazonaws.com"]
    ids = []
    for _ in range(2):
        status, reply, _ = run(shapewire, endpoint, *create)
        assert status == 0
        assert reply["ServiceSpecificCredential"]["ServicePassword"]
        ids.append(reply["ServiceSpecificCredential"]["ServiceSpecificCredentialId"])
    status, reply, error = run(shapewire, endpoint, *create)
    assert (status, reply) == (1, None)
    assert "LimitExceeded" in error and error.count("\n") == 1

    listed = iam.list_service_specific_credentials(UserName="jane")["ServiceSpecificCredentials"]
    assert [item["ServiceSpecificCredentialId"] for item in listed] == ids
    key = ["--user-name", "jane", "--service-specific-credential-id", ids[0]]
    assert run(shapewire, endpoint, "update-service-specific-credential", *key, "--status", "Inactive")[0] == 0
    status, reply, _ = run(shapewire, endpoint, "list-service-specific-credentials", "--user-name", "jane")
    assert [item["Status"] for item in reply["ServiceSpecificCredentials"]] == ["Inactive", "Active"]
    status, reply, _ = run(shapewire, endpoint, "reset-service-specific-credential", *key)
    assert reply["ServiceSpecificCredential"]["ServicePassword"]
    assert run(shapewire, endpoint, "delete-service-specific-credential", *key)[0] == 0
    listed = iam.list_service_specific_credentials(UserName="jane")["ServiceSpecificCredentials"]
    assert [item["ServiceSpecificCredentialId"] for item in listed] == ids[1:]


def test_bad_input_is_not_sent(shapewire, endpoint):
    status, reply, error = run(shapewire, endpoint, "create-user", "--user-name", "x" * 65, "--path", "")
    assert (status, reply) == (2, None)
    assert "user-name" in error and "path" in error
    status, reply, _ = run(shapewire, endpoint, "list-users")
    assert reply["Users"] == []
