//! The local service, called as any program would: through a client, and with raw requests.
#![cfg(feature = "local")]

mod access_keys;
mod callers;
mod credentials;
mod faults;
mod groups;
mod requests;
mod state_file;
mod tags;
mod users;

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use shapewire::client::RetryPolicy;
use shapewire::local::LocalIam;
use shapewire::validation::Mode;
use shapewire::{Client, Timestamp, iam};

/// A client that checks nothing itself.
fn client(service: &LocalIam) -> iam::Client {
    iam::Client::new(Client::new(service.clone(), "http://localhost/".parse().unwrap())).with_validation(Mode::Off)
}

/// A client that makes one attempt a call.
fn once(service: &LocalIam) -> iam::Client {
    let client = Client::new(service.clone(), "http://localhost/".parse().unwrap());
    iam::Client::new(client.with_retry(RetryPolicy::STANDARD.with_max_attempts(1))).with_validation(Mode::Off)
}

fn new_client() -> iam::Client {
    client(&LocalIam::new())
}

/// A client of an account with these users.
fn client_with_users<'a>(names: impl IntoIterator<Item = &'a str>) -> iam::Client {
    let client = new_client();
    for name in names {
        client.create_user(&iam::CreateUserRequest::new(name)).unwrap();
    }
    client
}

/// Status, code and message of the refusal that `result` must be.
fn refusal<T: Debug>(result: Result<T, iam::Error>) -> (u16, String, String) {
    let error = result.unwrap_err();
    let context = error.context().expect("the service's answer");
    (context.status, context.code.clone(), context.message.clone().unwrap_or_default())
}

/// Asserts that `result` is a refusal with this status and this code, and gives its message.
#[track_caller]
fn assert_refused<T: Debug>(result: Result<T, iam::Error>, status: u16, code: &str) -> String {
    let (found_status, found_code, message) = refusal(result);
    assert_eq!((found_status, found_code.as_str()), (status, code), "{message}");
    message
}

/// A clock that stands still until it is set.
#[derive(Clone)]
struct Clock(Arc<AtomicI64>);

impl Clock {
    fn at(time: &str) -> Self {
        Self(Arc::new(AtomicI64::new(timestamp(time).seconds())))
    }
    fn set(&self, time: &str) {
        self.0.store(timestamp(time).seconds(), Ordering::SeqCst);
    }
    /// The time, and a fraction of a second.
    fn now(&self) -> Timestamp {
        Timestamp::new(self.0.load(Ordering::SeqCst), 678_000_000).unwrap()
    }
}

fn timestamp(time: &str) -> Timestamp {
    time.parse().unwrap()
}

fn service_at(clock: &Clock) -> LocalIam {
    let clock = clock.clone();
    LocalIam::new().with_clock(move || clock.now())
}

#[test]
fn two_services_share_nothing_and_clones_share_all() {
    let (one, other) = (LocalIam::new(), LocalIam::new());
    let clone = one.clone().with_account_id("999999999999");
    client(&one).create_user(&iam::CreateUserRequest::new("jane")).unwrap();
    assert_eq!(client(&one).list_users(&iam::ListUsersRequest::new()).unwrap().users.len(), 1);
    assert_eq!(client(&other).list_users(&iam::ListUsersRequest::new()).unwrap().users.len(), 0);
    let seen = client(&clone).list_users(&iam::ListUsersRequest::new()).unwrap().users;
    assert_eq!(seen[0].arn, "arn:aws:iam::999999999999:user/jane");
}

#[test]
fn it_is_called_from_many_threads() {
    fn shared<T: Send + Sync + Clone + Debug + Default + 'static>(value: &T) -> T {
        value.clone()
    }
    let service = shared(&LocalIam::new());
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let client = client(&service);
            scope.spawn(move || {
                for user in 0..25 {
                    client.create_user(&iam::CreateUserRequest::new(format!("u{thread}-{user}"))).unwrap();
                }
            });
        }
    });
    let users = client(&service).list_users(&iam::ListUsersRequest::new()).unwrap();
    assert_eq!((users.users.len(), users.is_truncated), (100, Some(false)));
}

#[test]
fn a_panic_in_the_clock_breaks_nothing() {
    let service = LocalIam::new();
    let broken = service.clone().with_clock(|| panic!("planted"));
    let create = || client(&broken).create_user(&iam::CreateUserRequest::new("jane"));
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(create)).is_err());
    assert_eq!(client(&service).list_users(&iam::ListUsersRequest::new()).unwrap().users.len(), 0);
    client(&service).create_user(&iam::CreateUserRequest::new("jane")).unwrap();
}

#[test]
fn ids_differ_even_when_the_random_source_repeats_itself() {
    for byte in [0, 31, 255] {
        let client = client(&LocalIam::new().with_random(move |bytes| bytes.fill(byte)));
        for user in 0..40 {
            client.create_user(&iam::CreateUserRequest::new(format!("u{user}"))).unwrap();
        }
        let users = client.list_users(&iam::ListUsersRequest::new()).unwrap().users;
        let ids: std::collections::BTreeSet<_> = users.iter().map(|user| user.user_id.as_str()).collect();
        assert_eq!(ids.len(), 40);
    }
}
