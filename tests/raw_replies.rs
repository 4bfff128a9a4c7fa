//! What came beside the output, and the reply as it came with each error that has one.
#![cfg(feature = "iam")]

use http::{Request, Response};
use shapewire::error::RawReply;
use shapewire::transport::{Transport, TransportError};
use shapewire::{Client, Error, ExposeSecret, iam};

const ERROR: &str = "<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>no jane</Message></Error>\
                     <RequestId>from-body</RequestId></ErrorResponse>";

/// Answers every request alike.
struct Canned {
    status: u16,
    body: Vec<u8>,
}

impl Transport for Canned {
    fn send(&self, _: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let head = Response::builder().status(self.status).header("x-amzn-requestid", "from-header");
        Ok(head.header("set-cookie", "session=cookie-secret").body(self.body.clone()).unwrap())
    }
}

fn client(status: u16, body: &str) -> Client {
    let transport = Canned { status, body: body.into() };
    let policy = shapewire::client::RetryPolicy::STANDARD.with_max_attempts(1);
    Client::new(transport, "http://localhost/".parse().unwrap()).with_retry(policy)
}

fn get_user(status: u16, body: &str) -> iam::Error {
    let request = iam::GetUserRequest::new().with_user_name("jane");
    iam::Client::new(client(status, body)).get_user(&request).unwrap_err()
}

#[test]
fn the_request_id_of_a_success() {
    let call = |body| {
        let request = iam::GetUserRequest::new();
        client(200, body)
            .call_with_metadata::<iam::GetUser>(&request)
            .map(|(reply, metadata)| (reply.user.user_name, metadata))
    };
    let user = "<GetUserResult><User><UserName>jane</UserName></User></GetUserResult>";
    let with_id = format!(
        "<GetUserResponse>{user}<ResponseMetadata><RequestId>from-body</RequestId></ResponseMetadata></GetUserResponse>"
    );
    let (name, metadata) = call(&with_id).unwrap();
    assert_eq!((name.as_str(), metadata.request_id.as_deref()), ("jane", Some("from-body")));
    let without_id = format!("<GetUserResponse>{user}</GetUserResponse>");
    let (_, metadata) = call(&without_id).unwrap();
    assert_eq!(metadata.request_id.as_deref(), Some("from-header"));
}

#[test]
fn an_error_has_the_reply_that_it_was_read_from() {
    let error = get_user(404, ERROR);
    assert!(matches!(error, iam::Error::NoSuchEntityException(_)));
    assert_eq!((error.code(), error.request_id()), (Some("NoSuchEntity"), Some("from-body")));
    let raw = error.raw_reply().unwrap();
    assert_eq!((raw.status().as_u16(), raw.body_length()), (404, ERROR.len()));
    assert_eq!(raw.headers()["set-cookie"], "session=cookie-secret");
    assert_eq!(raw.body().expose_secret(), ERROR.as_bytes());

    // Through the conversion to the error by name, too; and an error that a handler makes has none.
    let error = Error::from(error);
    assert_eq!(error.raw_reply().unwrap().status(), 404);
    let made = iam::Error::unmodeled("Teapot", 418, "short and stout");
    assert!(made.raw_reply().is_none() && made.request_id().is_none());
    let invalid = iam::Client::new(client(200, "")).create_user(&iam::CreateUserRequest::new("")).unwrap_err();
    assert!(invalid.raw_reply().is_none());

    let unmodeled = get_user(403, "<ErrorResponse><Error><Code>Odd</Code></Error></ErrorResponse>");
    assert_eq!((unmodeled.code(), unmodeled.request_id()), (Some("Odd"), Some("from-header")));
    assert_eq!(unmodeled.raw_reply().unwrap().status(), 403);
}

#[test]
fn nothing_in_an_error_begins_a_new_line_or_talks_to_a_terminal() {
    let body = "<ErrorResponse><Error><Code>No&#10;Such</Code><Message>a&#13;&#10;b&#x9b;31m&#9;c</Message></Error>\
                <RequestId>i&#10;d</RequestId></ErrorResponse>";
    let error = get_user(404, body);
    let shown = error.to_string();
    assert!(!shown.contains(char::is_control), "{shown:?}");
    assert!(shown.ends_with("No Such (status 404): a  b 31m c (request id i d)"), "{shown:?}");
    assert_eq!((error.code(), error.message()), (Some("No\nSuch"), Some("a\r\nb\u{9b}31m\tc")), "as it came");
}

#[test]
fn an_unreadable_reply_is_there_but_is_not_shown() {
    let cut_off = "<CreateAccessKeyResponse><CreateAccessKeyResult><AccessKey><SecretAccessKey>body-secret</SecretAcc";
    let client = iam::Client::new(client(200, cut_off));
    let error = client.create_access_key(&iam::CreateAccessKeyRequest::new()).unwrap_err();
    assert_eq!(error.request_id(), Some("from-header"));
    assert_eq!(error.raw_reply().unwrap().body().expose_secret(), cut_off.as_bytes());
    let error = Error::from(error);
    for shown in [format!("{error}"), format!("{error:?}"), format!("{:#?}", error.raw_reply())] {
        assert!(!shown.contains("secret"), "{shown}");
    }
    assert!(format!("{:?}", error.raw_reply().unwrap()).contains(&format!("body_length: {}", cut_off.len())));
}

#[test]
fn no_more_than_a_bound_is_kept() {
    let long = format!("<html>{}", "x".repeat(RawReply::MAX_BODY));
    let error = get_user(502, &long);
    let raw = error.raw_reply().unwrap();
    assert_eq!(raw.body_length(), long.len());
    assert_eq!(raw.body().expose_secret(), &long.as_bytes()[..RawReply::MAX_BODY]);
}
