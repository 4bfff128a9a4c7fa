//! What goes wrong on purpose.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{Request, Response};
use shapewire::iam;
use shapewire::local::{Fault, LocalIam};

use super::{assert_refused, once};

fn create(client: &iam::Client, name: &str) -> Result<(), iam::Error> {
    client.create_user(&iam::CreateUserRequest::new(name)).map(drop)
}

fn list(client: &iam::Client) -> Result<usize, iam::Error> {
    Ok(client.list_users(&iam::ListUsersRequest::new())?.users.len())
}

#[test]
fn a_fault_strikes_its_operation_as_often_as_it_says() {
    let service = LocalIam::new();
    let client = once(&service);
    service.inject(Fault::throttling().on("CreateUser").times(2));
    assert_eq!(list(&client).unwrap(), 0);
    assert_refused(create(&client, "jane"), 400, "Throttling");
    assert_refused(create(&client, "jane"), 400, "Throttling");
    // It did not happen.
    assert_eq!(list(&client).unwrap(), 0);
    create(&client, "jane").unwrap();
    assert_eq!(list(&client).unwrap(), 1);
}

#[test]
fn errors_have_the_statuses_of_the_model() {
    let service = LocalIam::new();
    let client = once(&service);
    for (code, status) in [
        ("LimitExceeded", 409),
        ("ServiceFailure", 500),
        ("NoSuchEntity", 404),
        ("ServiceUnavailable", 503),
        ("AccessDenied", 403),
        ("Throttling", 400),
        ("Whatever", 400),
    ] {
        service.inject(Fault::error(code).times(1));
        assert_refused(list(&client), status, code);
    }
    service.inject(Fault::error("Whatever").with_status(599).times(1));
    assert_refused(list(&client), 599, "Whatever");
    service.inject(Fault::error("LimitExceeded").times(1));
    assert!(matches!(list(&client), Err(iam::Error::LimitExceededException(_))));
    assert_eq!(list(&client).unwrap(), 0);
}

#[test]
fn the_first_that_was_planted_strikes_first() {
    let service = LocalIam::new();
    let client = once(&service);
    service.inject(Fault::error("First").times(1));
    service.inject(Fault::error("Other").on("GetUser"));
    service.inject(Fault::error("Second").on("ListUsers"));
    service.inject(Fault::error("Never").times(0));
    assert_refused(list(&client), 400, "First");
    assert_refused(list(&client), 400, "Second");
    assert_refused(list(&client), 400, "Second");
    create(&client, "jane").unwrap();
    service.clear_faults();
    assert_eq!(list(&client).unwrap(), 1);
}

#[test]
fn latency_comes_before_the_answer() {
    let slept = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&slept);
    let service = LocalIam::new().with_sleep(move |duration| log.lock().unwrap().push(duration));
    let client = once(&service);
    service.inject(Fault::latency(Duration::from_hours(1)).times(1));
    service.inject(Fault::throttling().with_latency(Duration::from_millis(5)).times(1));
    assert_eq!(list(&client).unwrap(), 0);
    assert_refused(list(&client), 400, "Throttling");
    assert_eq!(list(&client).unwrap(), 0);
    let slept = slept.lock().unwrap();
    assert_eq!(*slept, [Duration::from_hours(1), Duration::from_millis(5)]);
}

/// Lists users, with this header; the status and the body.
fn list_asking(service: &LocalIam, fault: &[u8]) -> (u16, String) {
    let request = Request::post("http://localhost/")
        .header("x-shapewire-fault", fault)
        .body("Action=ListUsers&Version=2010-05-08")
        .unwrap();
    let reply: Response<Vec<u8>> = service.handle(&request);
    (reply.status().as_u16(), String::from_utf8(reply.into_body()).unwrap())
}

#[test]
fn a_header_asks_for_faults_where_that_is_allowed() {
    let slept = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&slept);
    let deaf = LocalIam::new().with_sleep(move |duration| log.lock().unwrap().push(duration));
    assert_eq!(list_asking(&deaf, b"Throttling").0, 200);
    let service = deaf.with_fault_header();
    let (status, body) = list_asking(&service, b"Throttling");
    assert!(status == 400 && body.contains("<Code>Throttling</Code>"), "{body}");
    for (fault, status) in [
        ("LimitExceeded", 409),
        ("X.y-z_1; status=503 ; id=a b", 503),
        ("Throttling;operation=CreateUser", 200),
        ("Throttling;operation=ListUsers", 400),
        ("Throttling;count=0", 200),
        ("latency_ms=250", 200),
    ] {
        assert_eq!(list_asking(&service, fault.as_bytes()).0, status, "{fault}");
    }
    assert_eq!(*slept.lock().unwrap().last().unwrap(), Duration::from_millis(250));
    // The first two that have it to the letter.
    for (fault, status) in [("T;count=2", 400), ("T;count=2;id=b", 400), ("T;count=2", 400), ("T;count=2", 200)] {
        assert_eq!(list_asking(&service, fault.as_bytes()).0, status, "{fault}");
    }
    // A planted one strikes where the header has none.
    service.inject(Fault::error("Planted").times(1));
    assert!(list_asking(&service, b"Throttling").1.contains("<Code>Throttling</Code>"));
    assert!(list_asking(&service, b"T;count=2").1.contains("<Code>Planted</Code>"));
}

#[test]
fn headers_that_ask_for_nothing_are_refused() {
    let service = LocalIam::new().with_fault_header();
    let long = "x".repeat(513);
    for (fault, why) in [
        ("", "no error's code"),
        ("A;B", "\"B\" is no error's code"),
        ("<b>", "no error's code"),
        ("A;count=", "count must be a whole number"),
        ("A;count=-1", "count must be a whole number"),
        ("A;status=200", "status must be 400 to 599"),
        ("A;status=70000", "status must be 400 to 599"),
        ("status=500", "a status needs an error's code"),
        ("A;often=2", "none of count, id, latency_ms, operation, status"),
        ("é", "must be ASCII"),
        (&long, "must be ASCII, of at most 512 characters"),
    ] {
        let (status, body) = list_asking(&service, fault.as_bytes());
        let body = body.replace("&quot;", "\"").replace("&apos;", "'");
        assert!(
            status == 400 && body.contains("<Code>ValidationError</Code>") && body.contains(why),
            "{fault}: {body}"
        );
    }
    for number in 0..1024 {
        assert_eq!(list_asking(&service, format!("A;count=1;id={number}").as_bytes()).0, 400);
    }
    assert!(list_asking(&service, b"A;count=1;id=more").1.contains("no more than 1024"));
    assert_eq!(list_asking(&service, b"A;count=1;id=7").0, 200);
    service.clear_faults();
    assert!(list_asking(&service, b"A;count=1;id=more").1.contains("<Code>A</Code>"));
}
