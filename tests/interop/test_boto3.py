"""boto3 uses the local service as it uses IAM: its parsed values are asserted."""

import datetime

import botocore.exceptions
import pytest

CODECOMMIT = "codecommit.amazonaws.com"
KEYSPACES = "cassandra.amazonaws.com"
BEDROCK = "bedrock.amazonaws.com"


def refused(call, code, status, **parameters):
    """Calls, and gives the message of the error that must come."""
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**parameters)
    response = caught.value.response
    assert response["Error"]["Code"] == code, response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == status, response
    assert response["ResponseMetadata"]["RequestId"]
    return response["Error"]["Message"]


def test_the_life_of_a_credential(iam):
    created_user = iam.create_user(UserName="jane", Path="/team/")["User"]
    assert created_user["Arn"].endswith(":user/team/jane")
    assert created_user["CreateDate"].tzinfo is not None

    reply = iam.create_service_specific_credential(UserName="jane", ServiceName=CODECOMMIT)
    credential = reply["ServiceSpecificCredential"]
    assert credential["UserName"] == "jane"
    assert credential["ServiceName"] == CODECOMMIT
    assert credential["Status"] == "Active"
    assert credential["ServiceUserName"].startswith("jane")
    assert credential["ServiceSpecificCredentialId"].startswith("ACCA")
    password = credential["ServicePassword"]
    assert len(password) >= 40
    age = datetime.datetime.now(datetime.timezone.utc) - credential["CreateDate"]
    assert abs(age) < datetime.timedelta(minutes=5)
    key = {"UserName": "jane", "ServiceSpecificCredentialId": credential["ServiceSpecificCredentialId"]}

    # The secret was shown once.
    listed = iam.list_service_specific_credentials(UserName="jane")["ServiceSpecificCredentials"]
    assert [item["ServiceSpecificCredentialId"] for item in listed] == [key["ServiceSpecificCredentialId"]]
    assert "ServicePassword" not in listed[0]
    assert password not in str(listed)

    reset = iam.reset_service_specific_credential(**key)["ServiceSpecificCredential"]
    assert reset["ServiceSpecificCredentialId"] == key["ServiceSpecificCredentialId"]
    assert reset["ServicePassword"] not in ("", password)

    iam.update_service_specific_credential(Status="Inactive", **key)
    listed = iam.list_service_specific_credentials(UserName="jane")["ServiceSpecificCredentials"]
    assert listed[0]["Status"] == "Inactive"
    refused(iam.update_service_specific_credential, "ValidationError", 400, Status="Sleeping", **key)

    refused(iam.delete_user, "DeleteConflict", 409, UserName="jane")
    iam.delete_service_specific_credential(**key)
    assert iam.list_service_specific_credentials(UserName="jane")["ServiceSpecificCredentials"] == []
    refused(iam.delete_service_specific_credential, "NoSuchEntity", 404, **key)
    iam.delete_user(UserName="jane")
    assert "jane" in refused(iam.get_user, "NoSuchEntity", 404, UserName="jane")


def test_the_errors_of_create(iam):
    create = iam.create_service_specific_credential
    iam.create_user(UserName="jane")
    assert "nobody" in refused(create, "NoSuchEntity", 404, UserName="nobody", ServiceName=CODECOMMIT)
    refused(create, "NotSupportedService", 404, UserName="jane", ServiceName="s3.amazonaws.com")
    for service in (CODECOMMIT, KEYSPACES):
        create(UserName="jane", ServiceName=service)
        create(UserName="jane", ServiceName=service)
        refused(create, "LimitExceeded", 409, UserName="jane", ServiceName=service)
    assert len(iam.list_service_specific_credentials(UserName="jane")["ServiceSpecificCredentials"]) == 4
    only = iam.list_service_specific_credentials(UserName="jane", ServiceName=KEYSPACES)["ServiceSpecificCredentials"]
    assert {item["ServiceName"] for item in only} == {KEYSPACES}
    iam.create_user(UserName="joe")
    create(UserName="joe", ServiceName=CODECOMMIT)


def test_an_api_key_with_an_age(iam):
    iam.create_user(UserName="jane")
    reply = iam.create_service_specific_credential(UserName="jane", ServiceName=BEDROCK, CredentialAgeDays=36600)
    credential = reply["ServiceSpecificCredential"]
    assert credential["ExpirationDate"] - credential["CreateDate"] == datetime.timedelta(days=36600)
    assert credential["ServiceCredentialSecret"]
    for days in (0, 36601):
        message = refused(
            iam.create_service_specific_credential,
            "ValidationError",
            400,
            UserName="jane",
            ServiceName=BEDROCK,
            CredentialAgeDays=days,
        )
        assert "credentialAgeDays" in message


def test_what_is_missing_is_said_at_once(iam):
    message = refused(iam.create_service_specific_credential, "ValidationError", 400)
    assert "2 validation errors" in message
    assert "userName" in message and "serviceName" in message


def test_users_page_by_page(iam):
    names = [f"user-{number:03}" for number in range(25)]
    for name in names:
        iam.create_user(UserName=name, Tags=[{"Key": "number", "Value": name[-3:]}])
    pages = list(iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 10}))
    assert [len(page["Users"]) for page in pages] == [10, 10, 5]
    assert [page["IsTruncated"] for page in pages] == [True, True, False]
    assert [user["UserName"] for page in pages for user in page["Users"]] == names
    user = iam.get_user(UserName="user-007")["User"]
    assert user["Tags"] == [{"Key": "number", "Value": "007"}]
    iam.update_user(UserName="user-007", NewUserName="bond")
    refused(iam.get_user, "NoSuchEntity", 404, UserName="user-007")
    assert iam.get_user(UserName="bond")["User"]["UserId"] == user["UserId"]
    refused(iam.create_user, "EntityAlreadyExists", 409, UserName="bond")


def test_awkward_text_arrives(iam):
    # All that a tag's value may have, and much that forms and XML must escape.
    value = "a b+c=d/e@f:g_h-i.é日本\u2028\u00a0"
    iam.create_user(UserName="jane", Tags=[{"Key": "k", "Value": value}])
    assert iam.get_user(UserName="jane")["User"]["Tags"] == [{"Key": "k", "Value": value}]


def test_other_operations_are_refused_by_name(iam):
    message = refused(iam.create_role, "NotImplemented", 501, RoleName="r", AssumeRolePolicyDocument="{}")
    assert "CreateRole" in message
