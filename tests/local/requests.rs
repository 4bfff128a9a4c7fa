//! Requests as they come over the wire, whole and broken.

use http::{Request, Response};
use shapewire::local::LocalIam;
use shapewire::{OperationShape, iam};

use super::{assert_refused, client, new_client};

fn post(service: &LocalIam, form: &str) -> Response<Vec<u8>> {
    service.handle(&Request::post("http://localhost/").body(form).unwrap())
}

/// Asserts that the form is refused with this status and this code, and gives the message.
#[track_caller]
fn assert_form_refused(form: &str, status: u16, code: &str) -> String {
    let reply = post(&LocalIam::new(), form);
    assert_error(&reply, status, code)
}

#[track_caller]
fn assert_error(reply: &Response<Vec<u8>>, status: u16, code: &str) -> String {
    assert_eq!(reply.status(), status);
    assert_eq!(reply.headers()["content-type"], "text/xml");
    assert_refused(iam::CreateUser::decode(reply), status, code)
}

#[test]
fn a_reply_has_the_service_s_form() {
    let service =
        LocalIam::new().with_random(|bytes| bytes.fill(0)).with_clock(|| "2026-01-02T03:04:05Z".parse().unwrap());
    let reply = post(&service, "Action=CreateUser&Version=2010-05-08&UserName=jane");
    let request_id = reply.headers()["x-amzn-requestid"].to_str().unwrap().to_owned();
    assert_eq!((reply.status().as_u16(), &reply.headers()["content-type"]), (200, &"text/xml".parse().unwrap()));
    let body = std::str::from_utf8(reply.body()).unwrap();
    let expected = "<User><Path>/</Path><UserName>jane</UserName><UserId>AIDAAAAAAAAAAAAAAAAAA</UserId>\
        <Arn>arn:aws:iam::123456789012:user/jane</Arn><CreateDate>2026-01-02T03:04:05Z</CreateDate>";
    assert!(body.contains(expected), "{body}");
    assert!(body.contains(&format!("<RequestId>{request_id}</RequestId>")), "{body}");

    let empty = post(&service, "Action=DeleteUser&Version=2010-05-08&UserName=jane");
    assert_eq!(empty.status(), 200);
    iam::DeleteUser::decode(&empty).unwrap();
}

#[test]
fn a_get_carries_its_parameters_in_the_query() {
    let service = LocalIam::new();
    let create = "http://localhost/?Action=CreateUser&Version=2010-05-08&UserName=jane";
    assert_eq!(service.handle(&Request::get(create).body("").unwrap()).status(), 200);
    let list = "http://localhost/?Action=ListUsers&Version=2010-05-08";
    let reply = service.handle(&Request::get(list).body("").unwrap());
    assert_eq!(iam::ListUsers::decode(&reply).unwrap().users[0].user_name, "jane");
}

#[test]
fn a_request_names_its_action() {
    assert_form_refused("", 400, "MissingAction");
    assert_form_refused("Version=2010-05-08&UserName=jane", 400, "MissingAction");
    let message = assert_form_refused("Action=NoSuchAction&Version=2010-05-08", 400, "InvalidAction");
    assert!(message.contains("NoSuchAction") && message.contains("2010-05-08"), "{message}");
    assert_form_refused("Action=CreateUser&Version=2011-06-15&UserName=jane", 400, "InvalidAction");
}

#[test]
fn operations_that_are_not_there_are_refused_by_name() {
    let message = assert_form_refused(
        "Action=CreateRole&Version=2010-05-08&RoleName=r&AssumeRolePolicyDocument=x",
        501,
        "NotImplemented",
    );
    assert!(message.contains("CreateRole"), "{message}");
    let message =
        assert_refused(new_client().get_account_summary(&iam::GetAccountSummaryRequest::new()), 501, "NotImplemented");
    assert!(message.contains("GetAccountSummary"), "{message}");
    let implemented: Vec<&str> = iam::SERVICE
        .operations()
        .iter()
        .map(|operation| operation.name())
        .filter(|name| post(&LocalIam::new(), &format!("Action={name}&Version=2010-05-08")).status() != 501)
        .collect();
    assert_eq!(
        implemented,
        [
            "AddUserToGroup",
            "CreateAccessKey",
            "CreateGroup",
            "CreateServiceSpecificCredential",
            "CreateUser",
            "DeleteAccessKey",
            "DeleteGroup",
            "DeleteServiceSpecificCredential",
            "DeleteUser",
            "GetAccessKeyLastUsed",
            "GetGroup",
            "GetUser",
            "ListAccessKeys",
            "ListGroups",
            "ListGroupsForUser",
            "ListServiceSpecificCredentials",
            "ListUserTags",
            "ListUsers",
            "RemoveUserFromGroup",
            "ResetServiceSpecificCredential",
            "TagUser",
            "UntagUser",
            "UpdateAccessKey",
            "UpdateGroup",
            "UpdateServiceSpecificCredential",
            "UpdateUser",
        ]
    );
}

#[test]
fn broken_forms_are_refused() {
    for broken in ["UserName=%zz", "UserName=%", "UserName=%ff", "UserName=jane&UserName=joe"] {
        let form = format!("Action=CreateUser&Version=2010-05-08&{broken}");
        assert_form_refused(&form, 400, "MalformedQueryString");
    }
    assert_form_refused("Action=ListUsers&Version=2010-05-08&MaxItems=ten", 400, "MalformedInput");
}

#[test]
fn all_violations_are_named() {
    let missing =
        assert_form_refused("Action=CreateServiceSpecificCredential&Version=2010-05-08", 400, "ValidationError");
    assert!(missing.starts_with("2 validation errors detected: "), "{missing}");
    assert!(missing.contains("'userName'") && missing.contains("'serviceName'"), "{missing}");

    let form = format!("Action=CreateUser&Version=2010-05-08&UserName={}&Path=", "x".repeat(65));
    let message = assert_form_refused(&form, 400, "ValidationError");
    assert!(message.starts_with("3 validation errors detected: "), "{message}");
    assert!(
        message.contains("'userName' failed to satisfy constraint: Member must have length less than or equal to 64"),
        "{message}"
    );
    assert!(
        message.contains("'path' failed to satisfy constraint: Member must have length greater than or equal to 1"),
        "{message}"
    );
}

#[test]
fn the_longest_name_is_taken() {
    let service = LocalIam::new();
    let name = "x".repeat(64);
    client(&service).create_user(&iam::CreateUserRequest::new(name.as_str())).unwrap();
    let request = iam::CreateServiceSpecificCredentialRequest::new(name.as_str(), "codecommit.amazonaws.com");
    let credential =
        client(&service).create_service_specific_credential(&request).unwrap().service_specific_credential.unwrap();
    assert_eq!(credential.service_user_name, Some(format!("{name}-at-123456789012")));
}
