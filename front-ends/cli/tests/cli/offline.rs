//! Each half of the wire alone.

use serde_json::json;

use crate::run::{line, shapewire, with_input};

const LIST_USERS: &str = r#"<?xml version="1.0"?>
<ListUsersResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
  <ListUsersResult>
    <Users>
      <member>
        <Path>/</Path>
        <UserName>jane &amp; joe</UserName>
        <UserId>AIDAEXAMPLE</UserId>
        <Arn>arn:aws:iam::123456789012:user/jane</Arn>
        <CreateDate>2010-05-08T23:59:59Z</CreateDate>
      </member>
    </Users>
    <IsTruncated>false</IsTruncated>
  </ListUsersResult>
  <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>
</ListUsersResponse>"#;

const ERROR: &str = r#"<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
  <Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>The user with name jane cannot be found.</Message></Error>
  <RequestId>7a62c49f</RequestId>
</ErrorResponse>"#;

#[test]
fn documents_are_printed_as_json() {
    let decode = |document: &str| {
        let reply = format!(
            "<GetUserPolicyResponse><GetUserPolicyResult><PolicyName>p</PolicyName><PolicyDocument>{document}\
             </PolicyDocument></GetUserPolicyResult></GetUserPolicyResponse>"
        );
        with_input(&["decode", "iam", "get-user-policy"], &reply).json()["PolicyDocument"].take()
    };
    let document = json!({"Version": "2012-10-17", "Statement": [{"Resource": "a+b %41"}]});
    let encoded =
        "%7B%22Version%22%3A%20%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Resource%22%3A%22a+b%20%2541%22%7D%5D%7D";
    assert_eq!(decode(encoded), document);
    assert_eq!(decode(&document.to_string()), document, "one that nobody encoded");
    // What cannot be read is printed as it came.
    for text in ["%7B%22Version", "%7B%22a%22%3A1%7", "%7B%ZZ%7D", "%FF%FE", "", "no document"] {
        assert_eq!(decode(text), json!(text));
    }
}

#[test]
fn a_dry_run_prints_the_request_and_sends_nothing() {
    let run = shapewire(&[
        "iam",
        "create-user",
        "--user-name",
        "jane doe",
        "--tags",
        "Key=a~b,Value='c,d'",
        r#"{"Key": "é", "Value": ""}"#,
        "--endpoint-url",
        "https://iam.amazonaws.com",
        "--dry-run",
        // The patterns allow neither a tilde nor a comma.
        "--validation",
        "off",
    ]);
    let expected = r#"{
    "method": "POST",
    "url": "https://iam.amazonaws.com/",
    "headers": {
        "content-type": "application/x-www-form-urlencoded; charset=utf-8"
    },
    "body": "Action=CreateUser&Version=2010-05-08&UserName=jane%20doe&Tags.member.1.Key=a~b&Tags.member.1.Value=c%2Cd&Tags.member.2.Key=%C3%A9&Tags.member.2.Value="
}
"#;
    assert_eq!((run.status, run.stdout.as_str(), run.stderr.as_str()), (Some(0), expected, ""));
}

#[test]
fn a_dry_run_needs_no_endpoint_and_local_creates_nothing_for_it() {
    let run = line("iam get-user --user-name jane --local --dry-run");
    assert_eq!(run.json()["url"], "http://localhost/");
    assert_eq!(run.stderr, "");
}

#[test]
fn encode_prints_what_a_dry_run_prints() {
    let input = r#"{"UserName": "jane", "TagKeys": ["a", "b"]}"#;
    let encoded = with_input(&["encode", "iam", "untag-user"], input);
    let dry = line("iam untag-user --user-name jane --tag-keys a b --dry-run");
    assert_eq!(encoded.stdout, dry.stdout);
    let body = "Action=UntagUser&Version=2010-05-08&UserName=jane&TagKeys.member.1=a&TagKeys.member.2=b";
    assert_eq!(encoded.json()["body"], body);
    let elsewhere =
        with_input(&["encode", "iam", "untag-user", "--endpoint-url", "https://iam.us-gov.amazonaws.com"], input);
    assert_eq!(elsewhere.json()["url"], "https://iam.us-gov.amazonaws.com/");
}

#[test]
fn encode_refuses_what_is_no_input() {
    for (input, expected) in [
        ("", "error: standard input is not the JSON of an input: "),
        ("{\"UserName\": \"jane\"} x", "error: standard input is not the JSON of an input: "),
        ("[]", "error: input: must be an object, found a list\n"),
    ] {
        let run = with_input(&["encode", "iam", "create-user"], input);
        assert!(run.failed(2).starts_with(expected), "{run:?}");
    }
}

#[test]
fn decode_prints_the_output() {
    let run = with_input(&["decode", "iam", "list-users"], LIST_USERS);
    let user = &run.json()["Users"][0];
    assert_eq!(user["UserName"], "jane & joe");
    assert_eq!(user["CreateDate"], "2010-05-08T23:59:59Z");
    assert_eq!(run.json()["IsTruncated"], false);
    assert_eq!(run.stderr, "");
}

#[test]
fn decode_prints_an_error_as_json_and_fails() {
    let run = with_input(&["decode", "iam", "get-user", "--status", "404"], ERROR);
    assert_eq!((run.status, run.stderr.as_str()), (Some(1), ""), "{run:?}");
    let error: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let message = "The user with name jane cannot be found.";
    assert_eq!(error, json!({"code": "NoSuchEntity", "message": message, "requestId": "7a62c49f", "status": 404}));
}

#[test]
fn decode_says_where_bytes_are_no_reply() {
    for (bytes, expected) in [
        (&LIST_USERS[..200], "error: ListUsers: unreadable reply with status 200: "),
        ("<html/>", "error: ListUsers: unreadable reply with status 200: "),
        ("", "error: ListUsers: unreadable reply with status 200: "),
    ] {
        let run = with_input(&["decode", "iam", "list-users"], bytes);
        assert!(run.failed(1).starts_with(expected) && run.stderr.lines().count() == 1, "{run:?}");
    }
    let run = with_input(&["decode", "iam", "list-users", "--status", "99"], "");
    assert!(run.failed(2).contains("99 is not in 100..=599"), "{run:?}");
}
