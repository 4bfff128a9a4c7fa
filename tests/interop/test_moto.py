"""The command and the library against moto, a server that is not ours; it checks our signatures.

moto does not check the signature of the body that came: it writes the form anew, as Python does, with a plus for a space, and
checks that. A request with a space therefore fails there whatever its signature, unless it is written as Python would. So no
value that is sent signed to be checked has a space in it; where signatures are not checked, values have all that IAM allows.
"""

import base64
import datetime
import json
import uuid

import boto3
import pytest

# The first calls need no permission: with them an administrator is made.
CHECKED = pytest.mark.parametrize("moto", [3], indirect=True)

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}
DOCUMENT = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["s3:Get*", "s3:List*"],
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:PrincipalTag/team": "r&d <x> + 100% é"}},
        }
    ],
}
ANYONE = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "example"}


@pytest.fixture
def administrator(moto):
    """An access key that may do everything."""
    iam = boto3.client(
        "iam", endpoint_url=moto, region_name="us-east-1", aws_access_key_id="free", aws_secret_access_key="free"
    )
    iam.create_user(UserName="admin")
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam.put_user_policy(UserName="admin", PolicyName="all", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName="admin")["AccessKey"]
    return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}


@pytest.fixture
def call(command, moto):
    """Calls an operation of IAM, and gives the reply."""

    def call(*arguments):
        status, reply, error = command(moto, ANYONE, "iam", *arguments)
        assert (status, error) == (0, ""), error
        return reply

    return call


def pages(call, *arguments, key):
    """The items of all pages, which are to have two or fewer, and how many pages these were."""
    items, marker, count = [], [], 0
    while True:
        page = call(*arguments, "--max-items", "2", *marker)
        assert len(page[key]) <= 2
        items += page[key]
        count += 1
        if not page["IsTruncated"]:
            assert "Marker" not in page
            return items, count
        marker = ["--marker", page["Marker"]]


def date(text):
    """A timestamp of the last minutes."""
    parsed = datetime.datetime.fromisoformat(text)
    assert abs(datetime.datetime.now(datetime.timezone.utc) - parsed) < datetime.timedelta(minutes=10)
    return parsed


@CHECKED
def test_moto_accepts_our_signatures_and_refuses_wrong_ones(command, moto, administrator):
    def run(service, *arguments, **variables):
        return command(moto, administrator | variables, service, *arguments)

    status, reply, error = run("sts", "get-caller-identity")
    assert (status, reply["Arn"].split(":")[-1]) == (0, "user/admin"), error
    for service, operation in (("iam", "list-users"), ("sts", "get-caller-identity")):
        status, _, error = run(service, operation, AWS_SECRET_ACCESS_KEY="wrong")
        assert status == 1 and "SignatureDoesNotMatch (status 403)" in error, error
        assert administrator["AWS_SECRET_ACCESS_KEY"] not in error
        status, _, error = run(service, operation, AWS_ACCESS_KEY_ID="AKIANOBODY")
        assert status == 1 and "InvalidClientTokenId (status 403)" in error, error
    # Characters that form and signature must encode alike.
    value = "a+b/c=d:é@_"
    tags = json.dumps([{"Key": "k", "Value": value}])
    status, reply, error = run("iam", "create-user", "--user-name", "jane", "--tags", tags)
    assert status == 0, error
    status, reply, error = run("iam", "list-user-tags", "--user-name", "jane")
    assert reply["Tags"] == [{"Key": "k", "Value": value}], error


@CHECKED
def test_signatures_through_the_library(library, moto, administrator):
    library(moto, administrator, "signatures_at_moto")


def test_maps_blobs_and_documents_through_the_library(library, moto):
    library(moto, ANYONE, "maps_blobs_and_documents_at_moto")


def test_users(call):
    tags = [{"Key": "number", "Value": "7"}, {"Key": "two words", "Value": "a + b = é日"}]
    user = call("create-user", "--user-name", "jane", "--path", "/team/", "--tags", json.dumps(tags))["User"]
    assert user["Arn"] == "arn:aws:iam::123456789012:user/team/jane"
    assert (user["Path"], user["UserName"], user["Tags"]) == ("/team/", "jane", tags)
    date(user["CreateDate"])
    assert call("get-user", "--user-name", "jane")["User"] == user
    assert call("untag-user", "--user-name", "jane", "--tag-keys", "number") is None
    assert call("list-user-tags", "--user-name", "jane")["Tags"] == tags[1:]
    assert call("update-user", "--user-name", "jane", "--new-user-name", "joe") is None
    assert [user["UserName"] for user in call("list-users", "--path-prefix", "/team/")["Users"]] == ["joe"]
    assert call("list-users", "--path-prefix", "/other/")["Users"] == []
    key = call("create-access-key", "--user-name", "joe")["AccessKey"]
    assert (key["UserName"], key["Status"], len(key["SecretAccessKey"])) == ("joe", "Active", 40)
    listed = call("list-access-keys", "--user-name", "joe")["AccessKeyMetadata"]
    assert [item["AccessKeyId"] for item in listed] == [key["AccessKeyId"]] and "SecretAccessKey" not in listed[0]


def test_roles_with_tags(call):
    for number in range(5):
        reply = call(
            "create-role", "--role-name", f"role-{number}", "--assume-role-policy-document", json.dumps(TRUST),
            "--tags", f"Key=number,Value={number}", "Key=team,Value=blue green", "--max-session-duration", "7200",
            "--description", 'with <tags> & "quotes"',
        )
        role = reply["Role"]
        assert (role["MaxSessionDuration"], role["Description"]) == (7200, 'with <tags> & "quotes"')
        # As the AWS CLI does, the command prints the document and not its percent-encoded text.
        assert role["AssumeRolePolicyDocument"] == TRUST
    tags = [{"Key": "number", "Value": "3"}, {"Key": "team", "Value": "blue green"}]
    role = call("get-role", "--role-name", "role-3")["Role"]
    assert (role["Tags"], role["AssumeRolePolicyDocument"]) == (tags, TRUST)
    assert call("list-role-tags", "--role-name", "role-3")["Tags"] == tags
    roles, count = pages(call, "list-roles", key="Roles")
    # moto gives them in no order.
    assert (sorted(role["RoleName"] for role in roles), count) == ([f"role-{number}" for number in range(5)], 3)
    assert all(role["AssumeRolePolicyDocument"] == TRUST for role in roles)


def test_policies_with_their_documents(call):
    arns = {}
    for name in ("p-1", "p-2", "p-3"):
        policy = call("create-policy", "--policy-name", name, "--policy-document", json.dumps(DOCUMENT))["Policy"]
        assert (policy["PolicyName"], policy["DefaultVersionId"], policy["AttachmentCount"]) == (name, "v1", 0)
        arns[name] = policy["Arn"]
    policies, count = pages(call, "list-policies", "--scope", "Local", key="Policies")
    assert ({policy["PolicyName"]: policy["Arn"] for policy in policies}, count) == (arns, 2)

    second = {**DOCUMENT, "Id": "second"}
    version = call(
        "create-policy-version", "--policy-arn", arns["p-1"], "--policy-document", json.dumps(second), "--set-as-default"
    )["PolicyVersion"]
    assert (version["VersionId"], version["IsDefaultVersion"]) == ("v2", True)
    for version, document in (("v1", DOCUMENT), ("v2", second)):
        reply = call("get-policy-version", "--policy-arn", arns["p-1"], "--version-id", version)["PolicyVersion"]
        assert (reply["Document"], reply["IsDefaultVersion"]) == (document, version == "v2")

    call("create-user", "--user-name", "jane")
    call("put-user-policy", "--user-name", "jane", "--policy-name", "in-line", "--policy-document", json.dumps(DOCUMENT))
    reply = call("get-user-policy", "--user-name", "jane", "--policy-name", "in-line")
    assert reply == {"UserName": "jane", "PolicyName": "in-line", "PolicyDocument": DOCUMENT}
    assert call("list-user-policies", "--user-name", "jane")["PolicyNames"] == ["in-line"]


def test_the_account(call):
    call("create-user", "--user-name", "jane")
    call("create-group", "--group-name", "g")
    call("add-user-to-group", "--group-name", "g", "--user-name", "jane")
    call("create-role", "--role-name", "r", "--assume-role-policy-document", json.dumps(TRUST), "--tags", "Key=k,Value=v")
    call("put-role-policy", "--role-name", "r", "--policy-name", "inline", "--policy-document", json.dumps(DOCUMENT))
    arn = call("create-policy", "--policy-name", "p", "--policy-document", json.dumps(DOCUMENT))["Policy"]["Arn"]
    call("attach-role-policy", "--role-name", "r", "--policy-arn", arn)
    attached = [{"PolicyName": "p", "PolicyArn": arn}]
    assert call("list-attached-role-policies", "--role-name", "r")["AttachedPolicies"] == attached

    summary = call("get-account-summary")["SummaryMap"]
    counts = {name: summary[name] for name in ("Users", "Groups", "Roles", "Policies", "UsersQuota", "MFADevices")}
    assert counts == {"Users": 1, "Groups": 1, "Roles": 1, "Policies": 1, "UsersQuota": 5000, "MFADevices": 0}
    assert len(summary) > 25 and all(isinstance(count, int) for count in summary.values())

    details = call("get-account-authorization-details", "--filter", "Role", "User", "LocalManagedPolicy")
    (user,) = details["UserDetailList"]
    assert (user["UserName"], user["GroupList"]) == ("jane", ["g"])
    (role,) = details["RoleDetailList"]
    assert (role["RoleName"], role["AttachedManagedPolicies"]) == ("r", attached)
    assert (role["Tags"], role["AssumeRolePolicyDocument"]) == ([{"Key": "k", "Value": "v"}], TRUST)
    assert role["RolePolicyList"] == [{"PolicyName": "inline", "PolicyDocument": DOCUMENT}]
    (policy,) = details["Policies"]
    assert (policy["Arn"], policy["AttachmentCount"]) == (arn, 1)
    (version,) = policy["PolicyVersionList"]
    assert (version["VersionId"], version["IsDefaultVersion"], version["Document"]) == ("v1", True, DOCUMENT)


def certificate():
    """A new certificate and its key, as PEM."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "example.com")])
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    form = serialization.PrivateFormat.PKCS8
    pem = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    return made.public_bytes(serialization.Encoding.PEM).decode(), pem.decode()


def test_server_certificates(call, command, moto, tmp_path):
    body, key = certificate()
    for name, text in (("body", body), ("key", key)):
        (tmp_path / name).write_text(text)
    upload = [
        "upload-server-certificate", "--server-certificate-name", "site", "--path", "/web/",
        "--certificate-body", f"file://{tmp_path}/body", "--private-key", f"file://{tmp_path}/key",
    ]  # fmt: skip
    uploaded = call(*upload)["ServerCertificateMetadata"]
    assert uploaded["Arn"] == "arn:aws:iam::123456789012:server-certificate/web/site"
    found = call("get-server-certificate", "--server-certificate-name", "site")["ServerCertificate"]
    # moto strips what surrounds it; all line ends inside are there.
    assert found["CertificateBody"].strip() == body.strip()
    assert found["ServerCertificateMetadata"]["ServerCertificateId"] == uploaded["ServerCertificateId"]
    listed = call("list-server-certificates", "--path-prefix", "/web/")["ServerCertificateMetadataList"]
    assert [item["ServerCertificateName"] for item in listed] == ["site"]
    assert call("delete-server-certificate", "--server-certificate-name", "site") is None
    status, _, error = command(moto, ANYONE, "iam", "get-server-certificate", "--server-certificate-name", "site")
    assert status == 1 and "NoSuchEntity (status 404)" in error and "PRIVATE KEY" not in error


def test_blobs(call):
    device = call("create-virtual-mfa-device", "--virtual-mfa-device-name", "phone")["VirtualMFADevice"]
    assert device["SerialNumber"] == "arn:aws:iam::123456789012:mfa/phone"
    seed = base64.b64decode(device["Base32StringSeed"], validate=True)
    assert len(base64.b32decode(seed)) == 40
    assert len(base64.b64decode(device["QRCodePNG"], validate=True)) == 64
    listed = call("list-virtual-mfa-devices")["VirtualMFADevices"]
    assert [item["SerialNumber"] for item in listed] == [device["SerialNumber"]]
    call("create-user", "--user-name", "jane")
    assert call("generate-credential-report")["State"] in ("STARTED", "INPROGRESS", "COMPLETE")
    # Only the second time it is complete.
    assert call("generate-credential-report")["State"] == "COMPLETE"
    report = call("get-credential-report")
    assert report["ReportFormat"] == "text/csv"
    lines = base64.b64decode(report["Content"], validate=True).decode().splitlines()
    assert lines[0].startswith("user,arn,") and any(line.startswith("jane,") for line in lines[1:]), lines


def test_errors(command, moto):
    def refused(*arguments):
        status, reply, error = command(moto, ANYONE, "iam", *arguments)
        assert (status, reply) == (1, None) and error.count("\n") == 1, error
        return error

    name = f"nobody-{uuid.uuid4().hex}"
    error = refused("get-user", "--user-name", name)
    assert "GetUser: NoSuchEntity (status 404)" in error and name in error
    assert "MalformedPolicyDocument" in refused("create-policy", "--policy-name", "p", "--policy-document", "{}")
    assert command(moto, ANYONE, "iam", "create-user", "--user-name", "jane")[0] == 0
    assert "EntityAlreadyExists (status 409)" in refused("create-user", "--user-name", "jane")
