"""boto3, with its signatures verified: users, groups, access keys, tags, who calls, and every error."""

import urllib.error
import urllib.request

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest

from conftest import ROOT_KEY
from test_boto3 import CODECOMMIT, refused

ACCOUNT = "123456789012"


@pytest.fixture
def root(verified, client):
    """The account's root, calling IAM."""
    return client("iam", verified, ROOT_KEY)


def make_key(root, user):
    """An access key of a user, as boto3 takes it."""
    key = root.create_access_key(UserName=user)["AccessKey"]
    return key["AccessKeyId"], key["SecretAccessKey"]


def test_users_and_groups_page_by_page(root):
    users = [f"user-{number:02}" for number in range(12)]
    for user in users:
        created = root.create_user(UserName=user, Path="/team/")["User"]
        assert created["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/team/{user}"
        assert created["UserId"].startswith("AIDA") and len(created["UserId"]) == 21
    groups = [f"group-{number}" for number in range(5)]
    for group in groups:
        created = root.create_group(GroupName=group, Path="/g/")["Group"]
        assert created["Arn"] == f"arn:aws:iam::{ACCOUNT}:group/g/{group}"
        assert created["GroupId"].startswith("AGPA") and len(created["GroupId"]) == 21
        root.add_user_to_group(GroupName=group, UserName="user-03")
    for user in users:
        root.add_user_to_group(GroupName="group-0", UserName=user)

    def pages(operation, item, size, **parameters):
        result = list(root.get_paginator(operation).paginate(PaginationConfig={"PageSize": size}, **parameters))
        assert [page["IsTruncated"] for page in result] == [True] * (len(result) - 1) + [False]
        assert ["Marker" in page for page in result] == [page["IsTruncated"] for page in result]
        return [[entry[item] for entry in page[key]] for page in result for key in page if isinstance(page[key], list)]

    assert pages("list_users", "UserName", 5) == [users[:5], users[5:10], users[10:]]
    assert pages("list_users", "UserName", 100, PathPrefix="/none/") == [[]]
    assert pages("list_groups", "GroupName", 2) == [groups[:2], groups[2:4], groups[4:]]
    assert pages("get_group", "UserName", 7, GroupName="group-0") == [users[:7], users[7:]]
    assert pages("list_groups_for_user", "GroupName", 3, UserName="user-03") == [groups[:3], groups[3:]]
    assert root.get_group(GroupName="GROUP-1")["Group"]["GroupName"] == "group-1"

    root.update_group(GroupName="group-4", NewGroupName="admins", NewPath="/")
    assert root.get_group(GroupName="admins")["Users"][0]["UserName"] == "user-03"
    refused(root.get_group, "NoSuchEntity", 404, GroupName="group-4")
    refused(root.update_group, "EntityAlreadyExists", 409, GroupName="admins", NewGroupName="GROUP-1")
    refused(root.create_group, "EntityAlreadyExists", 409, GroupName="Admins")
    refused(root.delete_group, "DeleteConflict", 409, GroupName="admins")
    refused(root.delete_user, "DeleteConflict", 409, UserName="user-03")
    refused(root.add_user_to_group, "NoSuchEntity", 404, GroupName="admins", UserName="nobody")
    refused(root.add_user_to_group, "NoSuchEntity", 404, GroupName="nothing", UserName="user-03")
    root.remove_user_from_group(GroupName="admins", UserName="user-03")
    refused(root.remove_user_from_group, "NoSuchEntity", 404, GroupName="admins", UserName="user-03")
    root.delete_group(GroupName="admins")
    refused(root.delete_group, "NoSuchEntity", 404, GroupName="admins")


def test_a_user_in_too_many_groups(root):
    root.create_user(UserName="jane")
    for number in range(11):
        root.create_group(GroupName=f"g{number}")
    for number in range(10):
        root.add_user_to_group(GroupName=f"g{number}", UserName="jane")
    message = refused(root.add_user_to_group, "LimitExceeded", 409, GroupName="g10", UserName="jane")
    assert message == "Cannot exceed quota for GroupsPerUser: 10"


def test_the_life_of_an_access_key(root, verified, client):
    root.create_user(UserName="jane", Path="/eng/")
    identifier, secret = make_key(root, "jane")
    assert identifier.startswith("AKIA") and len(identifier) == 20 and len(secret) == 40
    never = root.get_access_key_last_used(AccessKeyId=identifier)
    assert never["UserName"] == "jane"
    assert never["AccessKeyLastUsed"] == {"ServiceName": "N/A", "Region": "N/A"}

    jane = client("iam", verified, (identifier, secret))
    user = jane.get_user()["User"]
    assert (user["UserName"], user["Arn"]) == ("jane", f"arn:aws:iam::{ACCOUNT}:user/eng/jane")
    used = root.get_access_key_last_used(AccessKeyId=identifier)["AccessKeyLastUsed"]
    assert (used["ServiceName"], used["Region"]) == ("iam", "us-east-1")
    assert used["LastUsedDate"] >= user["CreateDate"]
    caller = client("sts", verified, (identifier, secret)).get_caller_identity()
    assert (caller["Account"], caller["Arn"], caller["UserId"]) == (ACCOUNT, user["Arn"], user["UserId"])
    assert root.get_access_key_last_used(AccessKeyId=identifier)["AccessKeyLastUsed"]["ServiceName"] == "sts"

    # Without a name it is about the caller.
    own = jane.create_access_key()["AccessKey"]
    assert own["UserName"] == "jane"
    keys = jane.list_access_keys()["AccessKeyMetadata"]
    assert [(key["AccessKeyId"], key["Status"]) for key in keys] == [(identifier, "Active"), (own["AccessKeyId"], "Active")]
    assert secret not in str(keys)
    pages = root.get_paginator("list_access_keys").paginate(UserName="jane", PaginationConfig={"PageSize": 1})
    assert [page["AccessKeyMetadata"][0]["AccessKeyId"] for page in pages] == [identifier, own["AccessKeyId"]]
    message = refused(jane.create_access_key, "LimitExceeded", 409)
    assert message == "Cannot exceed quota for AccessKeysPerUser: 2"
    credential = jane.create_service_specific_credential(UserName="jane", ServiceName=CODECOMMIT)
    credential = credential["ServiceSpecificCredential"]["ServiceSpecificCredentialId"]
    assert len(jane.list_service_specific_credentials()["ServiceSpecificCredentials"]) == 1

    # What is another user's is not the caller's.
    root.create_user(UserName="joe")
    joe = client("iam", verified, make_key(root, "joe"))
    assert joe.list_service_specific_credentials()["ServiceSpecificCredentials"] == []
    refused(joe.delete_service_specific_credential, "NoSuchEntity", 404, ServiceSpecificCredentialId=credential)
    refused(joe.update_access_key, "NoSuchEntity", 404, AccessKeyId=identifier, Status="Inactive")
    refused(joe.delete_access_key, "NoSuchEntity", 404, AccessKeyId=identifier)
    jane.delete_service_specific_credential(ServiceSpecificCredentialId=credential)

    # A key that is inactive or gone signs nothing.
    refused(root.delete_user, "DeleteConflict", 409, UserName="jane")
    jane.update_access_key(AccessKeyId=identifier, Status="Inactive")
    refused(jane.get_user, "InvalidClientTokenId", 403)
    root.update_access_key(UserName="jane", AccessKeyId=identifier, Status="Active")
    assert jane.get_user()["User"]["UserName"] == "jane"
    for key in (identifier, own["AccessKeyId"]):
        root.delete_access_key(UserName="jane", AccessKeyId=key)
    refused(jane.get_user, "InvalidClientTokenId", 403)
    refused(root.get_access_key_last_used, "NoSuchEntity", 404, AccessKeyId=identifier)
    root.delete_user(UserName="jane")


def test_the_root_calls(root, verified, client):
    identity = client("sts", verified, ROOT_KEY).get_caller_identity()
    assert (identity["Account"], identity["UserId"]) == (ACCOUNT, ACCOUNT)
    assert identity["Arn"] == f"arn:aws:iam::{ACCOUNT}:root"
    user = root.get_user()["User"]
    assert (user["UserId"], user["Arn"]) == (ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root")
    refused(root.create_access_key, "ValidationError", 400)


@pytest.mark.parametrize("service", ["iam", "sts"])
def test_who_is_not_trusted(verified, client, service):
    def call(key, **settings):
        caller = client(service, verified, key, **settings)
        return caller.get_caller_identity if service == "sts" else caller.list_users

    call(ROOT_KEY)()
    refused(call((ROOT_KEY[0], "wrong")), "SignatureDoesNotMatch", 403)
    refused(call(("AKIDNOBODY", ROOT_KEY[1])), "InvalidClientTokenId", 403)
    refused(call(ROOT_KEY, aws_session_token="none"), "InvalidClientTokenId", 403)


def test_what_is_signed_and_what_is_not(verified):
    """A signed request may not be another's, and one without a signature is none."""

    def status(request):
        try:
            return urllib.request.urlopen(request, timeout=30).status, ""
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    form = "Action=ListUsers&Version=2010-05-08"
    code, body = status(urllib.request.Request(verified, data=form.encode()))
    assert code == 403 and "<Code>MissingAuthenticationToken</Code>" in body

    signed = botocore.awsrequest.AWSRequest("POST", verified, data=form)
    credentials = botocore.credentials.Credentials(*ROOT_KEY)
    botocore.auth.SigV4Auth(credentials, "iam", "us-east-1").add_auth(signed)
    headers = dict(signed.headers)
    assert status(urllib.request.Request(verified, data=form.encode(), headers=headers))[0] == 200
    code, body = status(urllib.request.Request(verified, data=form.encode() + b"&MaxItems=1", headers=headers))
    assert code == 403 and "<Code>SignatureDoesNotMatch</Code>" in body

    # In the query, the signature is among the parameters.
    signed = botocore.awsrequest.AWSRequest("GET", f"{verified}/?{form}")
    botocore.auth.SigV4QueryAuth(credentials, "iam", "us-east-1").add_auth(signed)
    code, body = status(signed.prepare().url)
    assert code == 200, body


def test_tags(root):
    root.create_user(UserName="jane", Tags=[{"Key": "b", "Value": "1"}])
    root.tag_user(UserName="jane", Tags=[{"Key": "B", "Value": "2"}, {"Key": "a", "Value": ""}])
    expected = [{"Key": "a", "Value": ""}, {"Key": "B", "Value": "2"}]
    assert root.list_user_tags(UserName="jane")["Tags"] == expected
    assert root.get_user(UserName="jane")["User"]["Tags"] == expected
    pages = root.get_paginator("list_user_tags").paginate(UserName="jane", PaginationConfig={"PageSize": 1})
    assert [page["Tags"] for page in pages] == [[tag] for tag in expected]
    twice = [{"Key": "x", "Value": "1"}, {"Key": "X", "Value": "2"}]
    refused(root.tag_user, "InvalidInput", 400, UserName="jane", Tags=twice)
    refused(root.tag_user, "InvalidInput", 400, UserName="jane", Tags=[{"Key": "aws:x", "Value": "1"}])
    many = [{"Key": f"k{number}", "Value": ""} for number in range(49)]
    message = refused(root.tag_user, "LimitExceeded", 409, UserName="jane", Tags=many)
    assert message == "Cannot exceed quota for TagsPerUser: 50"
    refused(root.tag_user, "NoSuchEntity", 404, UserName="nobody", Tags=twice[:1])
    root.untag_user(UserName="jane", TagKeys=["b", "nothing"])
    assert root.list_user_tags(UserName="jane")["Tags"] == expected[:1]
