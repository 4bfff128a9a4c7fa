"""Service-specific credentials at LocalStack, a server that is not ours, through the command.

LocalStack has no limit of two, and names services that it does not know by `NoSuchEntity` where IAM says
`NotSupportedService`. Whoever leaves out a member that the model does not require gets `None` for it.
"""

import uuid

import pytest

KEY = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "example"}
CODECOMMIT = "codecommit.amazonaws.com"
KEYSPACES = "cassandra.amazonaws.com"


@pytest.fixture
def call(command, localstack):
    """Calls, and gives the reply."""

    def call(*arguments):
        status, reply, error = command(localstack, KEY, "iam", *arguments)
        assert (status, error) == (0, ""), error
        return reply

    return call


@pytest.fixture
def refused(command, localstack):
    """Calls, and gives the error, which is one line."""

    def refused(*arguments):
        status, reply, error = command(localstack, KEY, "iam", *arguments)
        assert (status, reply) == (1, None), (reply, error)
        assert error.count("\n") == 1 and "(request id " in error, error
        return error

    return refused


@pytest.fixture
def user(call):
    """The name of a new user."""
    name = f"user-{uuid.uuid4().hex[:12]}"
    assert call("create-user", "--user-name", name)["User"]["UserName"] == name
    return name


def create(user, service=CODECOMMIT):
    return ["create-service-specific-credential", "--user-name", user, "--service-name", service]


def test_the_life_of_a_credential(call, refused, user):
    created = call(*create(user))["ServiceSpecificCredential"]
    assert set(created) == {
        "CreateDate",
        "ServiceName",
        "ServiceUserName",
        "ServicePassword",
        "ServiceSpecificCredentialId",
        "UserName",
        "Status",
    }
    assert (created["UserName"], created["ServiceName"], created["Status"]) == (user, CODECOMMIT, "Active")
    assert created["ServiceUserName"] == f"{user}-at-000000000000"
    assert created["ServiceSpecificCredentialId"].startswith("ACCA")
    assert len(created["ServicePassword"]) == 60
    key = ["--user-name", user, "--service-specific-credential-id", created["ServiceSpecificCredentialId"]]

    second = call(*create(user))["ServiceSpecificCredential"]
    other = call(*create(user, KEYSPACES))["ServiceSpecificCredential"]
    assert other["ServiceName"] == KEYSPACES
    assert len({credential["ServiceSpecificCredentialId"] for credential in (created, second, other)}) == 3

    listing = ["list-service-specific-credentials", "--user-name", user, "--service-name", CODECOMMIT]
    listed = call(*listing)["ServiceSpecificCredentials"]
    assert [item["ServiceSpecificCredentialId"] for item in listed] == [
        created["ServiceSpecificCredentialId"],
        second["ServiceSpecificCredentialId"],
    ]
    # The secret was shown once; all else is the same as before.
    assert listed[0] == {name: value for name, value in created.items() if name != "ServicePassword"}

    reset = call("reset-service-specific-credential", *key)["ServiceSpecificCredential"]
    assert reset["ServicePassword"] != created["ServicePassword"]
    assert {**reset, "ServicePassword": ""} == {**created, "ServicePassword": ""}

    for status in ("Inactive", "Expired", "Active"):
        assert call("update-service-specific-credential", *key, "--status", status) is None
        listed = call(*listing)["ServiceSpecificCredentials"]
        assert [item["Status"] for item in listed] == [status, "Active"]

    assert "DeleteConflict (status 409)" in refused("delete-user", "--user-name", user)
    assert call("delete-service-specific-credential", *key) is None
    listed = call(*listing)["ServiceSpecificCredentials"]
    assert [item["ServiceSpecificCredentialId"] for item in listed] == [second["ServiceSpecificCredentialId"]]
    error = refused("delete-service-specific-credential", *key)
    assert "DeleteServiceSpecificCredential: NoSuchEntity (status 404)" in error
    assert created["ServiceSpecificCredentialId"] in error


def test_the_errors(call, refused, user):
    error = refused(*create("nobody"))
    assert "NoSuchEntity (status 404): The user with name nobody cannot be found." in error
    error = refused(*create(user, "nosuch.amazonaws.com"))
    assert "No such service nosuch.amazonaws.com is supported" in error
    error = refused(*create(user, "bedrock.amazonaws.com"), "--credential-age-days", "30")
    assert "NoSuchEntity (status 404)" in error
    error = refused("list-service-specific-credentials", "--user-name", "nobody", "--service-name", CODECOMMIT)
    assert "NoSuchEntity (status 404)" in error
    key = ["--user-name", user, "--service-specific-credential-id"]
    unknown = "ACCAEXAMPLE123456EXAMPLE"
    for operation in (["reset"], ["update", "--status", "Inactive"], ["delete"]):
        error = refused(f"{operation[0]}-service-specific-credential", *key, unknown, *operation[1:])
        assert "NoSuchEntity (status 404)" in error and unknown in error, error
    assert "EntityAlreadyExists (status 409)" in refused("create-user", "--user-name", user)


def test_what_we_refuse_the_service_refuses_too(command, localstack, refused, user):
    bad_id = ["reset-service-specific-credential", "--user-name", user, "--service-specific-credential-id", "ACCA!*-bad-id-x-x-x"]
    status, reply, error = command(localstack, KEY, "iam", *bad_id)
    assert (status, reply) == (2, None) and "service-specific-credential-id" in error, error
    error = refused(*bad_id, "--validation", "off")
    assert "ValidationError (status 400)" in error and "serviceSpecificCredentialId" in error, error


def test_what_localstack_does_not_have(refused):
    error = refused("generate-organizations-access-report", "--entity-path", "o-a1b2c3d4e5/r-f6g7h8i9j0example")
    assert "InternalFailure (status 501)" in error and "has not been implemented" in error, error


def test_sts(command, localstack):
    status, reply, error = command(localstack, KEY, "sts", "get-caller-identity")
    assert (status, reply["Account"]) == (0, "000000000000"), error
    assert reply["Arn"] == "arn:aws:iam::000000000000:root"


def test_the_same_through_the_library(library, localstack):
    library(localstack, KEY, "credentials_at_localstack")
