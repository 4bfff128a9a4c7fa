//! What goes wrong on purpose.

use std::sync::{Arc, Mutex};
use std::time::Duration;

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
