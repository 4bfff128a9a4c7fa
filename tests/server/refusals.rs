//! Requests that never reach a handler: code, status and form of what they are told.

use http::{Method, Request, Response};
use shapewire::iam;
use shapewire::server::Router;

use super::{body, element, post, refusal};

const CREATE: &str = "Action=CreateUser&Version=2010-05-08&UserName=jane";

/// A router that takes `CreateUser` and says whom it would create.
fn router() -> Router {
    Router::new().on::<iam::CreateUser>(|request, _| Err(iam::Error::unmodeled("Read", 400, request.user_name)))
}

fn handle(request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
    router().handle(request)
}

fn send(method: &str, uri: &str, form: &str) -> Response<Vec<u8>> {
    handle(&Request::builder().method(method).uri(uri).body(form.as_bytes().to_vec()).unwrap())
}

/// Asserts that a reply is an error as the service writes it, and gives its message.
#[track_caller]
fn assert_refused(reply: &Response<Vec<u8>>, status: u16, code: &str) -> String {
    assert_eq!(refusal(reply), (status, code), "{}", body(reply));
    assert_eq!(reply.headers()["content-type"], "text/xml");
    let request_id = reply.headers()["x-amzn-requestid"].to_str().unwrap();
    let (message, kind) = (element(reply, "Message"), if status < 500 { "Sender" } else { "Receiver" });
    assert_eq!(
        body(reply),
        format!(
            "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>{kind}</Type><Code>{code}</Code>\
             <Message>{message}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>"
        )
    );
    message.to_owned()
}

#[test]
fn an_operation_is_named_with_its_version() {
    let refused = |form: &str, code| assert_refused(&handle(&post(form)), 400, code);
    refused("", "MissingAction");
    refused("Version=2010-05-08", "MissingAction");
    refused("Action=&Version=2010-05-08", "MissingAction");
    assert_eq!(
        refused("Action=CreateUser&UserName=jane", "InvalidAction"),
        "Could not find operation CreateUser for version NO_VERSION_SPECIFIED"
    );
    assert_eq!(
        refused("Action=NoSuchAction&Version=2010-05-08", "InvalidAction"),
        "Could not find operation NoSuchAction for version 2010-05-08"
    );
    refused("Action=createuser&Version=2010-05-08", "InvalidAction");
    refused("Action=CreateUser&Version=2010-05-08&Action=CreateUser", "MalformedQueryString");
    let message = assert_refused(&handle(&post("Action=CreateRole&Version=2010-05-08")), 501, "NotImplemented");
    assert_eq!(message, "CreateRole is an operation of IAM that this endpoint does not implement");
}

#[test]
fn names_from_outside_are_cut_and_escaped() {
    let long = "%3Ca%01%3E".repeat(10_000);
    let message = assert_refused(&handle(&post(&format!("Action={long}&Version={long}"))), 400, "InvalidAction");
    assert!(message.starts_with("Could not find operation &lt;a\u{FFFD}&gt;") && message.len() < 1_000, "{message}");
}

#[test]
fn only_get_and_post_are_understood() {
    for method in ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "BREW"] {
        let reply = send(method, &format!("/?{CREATE}"), "");
        let message = assert_refused(&reply, 405, "InvalidAction");
        assert_eq!(message, "only the methods GET and POST are understood");
        assert_eq!(reply.headers()["allow"], "GET, POST");
    }
    let reply = handle(&Request::builder().method(Method::POST).uri("/").body(Vec::new()).unwrap());
    assert!(!reply.headers().contains_key("allow"));
}

#[test]
fn parameters_stand_in_the_query_or_in_the_form() {
    let read = |reply: &Response<Vec<u8>>| assert_refused(reply, 400, "Read");
    assert_eq!(read(&send("GET", &format!("/?{CREATE}"), "")), "jane");
    assert_eq!(read(&send("POST", "/", CREATE)), "jane");
    assert_eq!(read(&send("POST", "/?Action=CreateUser&Version=2010-05-08", "UserName=jane")), "jane");
    assert_eq!(read(&send("POST", &format!("/?{CREATE}"), "")), "jane");
    // Not in both, whether or not they say the same.
    let message = assert_refused(&send("POST", "/?UserName=jane", CREATE), 400, "MalformedQueryString");
    assert!(message.contains("UserName: given more than once"), "{message}");
    assert_refused(&send("POST", &format!("/?{CREATE}"), CREATE), 400, "MalformedQueryString");
    // Nor where a GET has none.
    assert_refused(&send("GET", &format!("/?{CREATE}"), "Path=/a/"), 400, "MalformedQueryString");
    assert_refused(&send("GET", "/", CREATE), 400, "MalformedQueryString");
}

#[test]
fn a_body_is_a_form_in_utf_8() {
    let with = |content_type: &str| {
        let mut request = post(CREATE);
        request.headers_mut().insert("content-type", content_type.parse().unwrap());
        handle(&request)
    };
    for good in [
        "application/x-www-form-urlencoded",
        "Application/X-WWW-Form-URLencoded;charset=UTF-8",
        "application/x-www-form-urlencoded; charset=\"utf-8\"; boundary=x",
    ] {
        assert_refused(&with(good), 400, "Read");
    }
    for bad in
        ["application/json", "multipart/form-data; boundary=x", "", "application/x-www-form-urlencoded; charset=latin1"]
    {
        let message = assert_refused(&with(bad), 404, "UnknownOperationException");
        assert!(message.contains("application/x-www-form-urlencoded"), "{message}");
    }
    // What has no body has no type.
    let mut request = Request::get(format!("/?{CREATE}")).body(Vec::new()).unwrap();
    request.headers_mut().insert("content-type", "application/json".parse().unwrap());
    assert_refused(&handle(&request), 400, "Read");
}

#[test]
fn broken_forms_are_refused() {
    for (rest, code, words) in [
        (&b"&Color=red"[..], "ValidationError", "Color: unknown name"),
        (b"&UserName=joe", "MalformedQueryString", "UserName: given more than once"),
        (b"&Path=%2", "MalformedQueryString", "a percent sign without two hexadecimal digits"),
        (b"&Path=%zz", "MalformedQueryString", "a percent sign without two hexadecimal digits"),
        (b"&Path=\xff", "MalformedQueryString", "not UTF-8"),
        (b"&\xc3=", "MalformedQueryString", "not UTF-8"),
        (b"&Path=a%00", "ValidationError", "U+0000"),
        (b"&Path=%EF%BF%BF", "ValidationError", "U+FFFF"),
        (b"&Tags.member.2.Key=a", "ValidationError", "Tags: the list has no member 1"),
        (b"&Tags.member.1=a", "MalformedInput", "Tags.member.1: expected structure"),
        (b"&Tags=a", "MalformedInput", "Tags: expected list"),
    ] {
        let mut request = post(CREATE);
        request.body_mut().extend_from_slice(rest);
        let message = assert_refused(&handle(&request), 400, code);
        assert!(message.contains(words), "{message}");
    }
    let reply = handle(&post(&format!("{CREATE}&Path={}", "a".repeat(17 * 1024 * 1024))));
    assert_refused(&reply, 413, "RequestEntityTooLarge");
}

#[test]
fn any_bytes_are_answered() {
    let seed = std::env::var("SHAPEWIRE_SEED").map_or_else(|_| fastrand::u64(..), |seed| seed.parse().unwrap());
    println!("SHAPEWIRE_SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let router = router();
    for _ in 0..5_000 {
        let mut form = CREATE.as_bytes().to_vec();
        for _ in 0..random.usize(1..6) {
            let place = random.usize(..=form.len());
            let byte = *random.choice(b"&=%+.1\x00\xff<].;").unwrap();
            form.insert(place, if random.bool() { byte } else { random.u8(..) });
        }
        let mut request = post("");
        *request.body_mut() = form;
        let reply = router.handle(&request);
        let code = element(&reply, "Code").to_owned();
        assert_refused(&reply, reply.status().as_u16(), &code);
        assert!(reply.status().is_client_error(), "{}", body(&reply));
    }
}
