//! Waiters: what ends a wait, and how long it lasts, over a transport that answers what it is told to.
#![cfg(all(feature = "iam", feature = "json"))]

use std::collections::VecDeque;
use std::error::Error as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{Request, Response};
use shapewire::client::{RetryPolicy, Time, Wait, WaitError, WaitOptions, WaitOutcome, WaitStep};
use shapewire::jmespath::{Expression, Literal, Node};
use shapewire::operation::ReplyMetadata;
use shapewire::schema::Operation;
use shapewire::transport::{Transport, TransportError};
use shapewire::waiter::{Acceptor, AcceptorState, Matcher, Waiter, WaiterOf};
use shapewire::{Client, Error, ServiceError, Structure, Timestamp, iam};

/// Time that passes only when someone sleeps.
#[derive(Clone, Default)]
struct TestTime {
    milliseconds: Arc<AtomicU64>,
    slept: Arc<Mutex<Vec<u64>>>,
}

impl Time for TestTime {
    fn now(&self) -> Timestamp {
        at(self.milliseconds.load(Ordering::Relaxed))
    }
    fn sleep(&self, duration: Duration) {
        let milliseconds = u64::try_from(duration.as_millis()).unwrap();
        self.milliseconds.fetch_add(milliseconds, Ordering::Relaxed);
        self.slept.lock().unwrap().push(milliseconds);
    }
    fn random(&self) -> f64 {
        0.0
    }
}

fn at(milliseconds: u64) -> Timestamp {
    let seconds = 1_767_225_600 + i64::try_from(milliseconds / 1000).unwrap();
    Timestamp::new(seconds, u32::try_from(milliseconds % 1000).unwrap() * 1_000_000).unwrap()
}

/// Answers with one status and body after the other.
#[derive(Clone, Default)]
struct Script {
    answers: Arc<Mutex<VecDeque<(u16, String)>>>,
}

impl Transport for Script {
    fn send(&self, _: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let (status, body) = self.answers.lock().unwrap().pop_front().expect("more calls than answers");
        if status == 0 {
            return Err(TransportError::new("connection reset"));
        }
        Ok(Response::builder().status(status).body(body.into_bytes()).unwrap())
    }
}

fn client(answers: &[(u16, String)]) -> (Client, Script, TestTime) {
    let (script, time) = (Script::default(), TestTime::default());
    script.answers.lock().unwrap().extend(answers.iter().cloned());
    let client = Client::new(script.clone(), "http://localhost/".parse().unwrap()).with_time(time.clone());
    (client.with_retry(RetryPolicy::STANDARD.with_max_attempts(1)), script, time)
}

fn reply(operation: &str, output: &str) -> (u16, String) {
    (200, format!("<{operation}Response><{operation}Result>{output}</{operation}Result></{operation}Response>"))
}

fn error(status: u16, code: &str) -> (u16, String) {
    (status, format!("<ErrorResponse><Error><Code>{code}</Code><Message>m</Message></Error></ErrorResponse>"))
}

fn get_user() -> iam::GetUserRequest {
    iam::GetUserRequest::new().with_user_name("jane")
}

fn user(name: &str) -> (u16, String) {
    reply("GetUser", &format!("<User><UserName>{name}</UserName></User>"))
}

#[test]
fn a_wait_ends_with_the_reply_that_shows_it() {
    let absent = error(404, "NoSuchEntity");
    let (client, script, time) = client(&[absent.clone(), absent, user("jane"), user("late")]);
    let reply = client.wait(&iam::waiters::USER_EXISTS, &get_user()).unwrap().unwrap();
    assert_eq!(reply.user.user_name, "jane");
    assert_eq!(*time.slept.lock().unwrap(), [1000, 1000]);
    assert_eq!(script.answers.lock().unwrap().len(), 1);
}

#[test]
fn iam_s_waiters_wait_for_what_is_new() {
    for (name, operation, member) in [
        ("UserExists", "GetUser", "UserName"),
        ("RoleExists", "GetRole", "RoleName"),
        ("PolicyExists", "GetPolicy", "PolicyArn"),
        ("InstanceProfileExists", "GetInstanceProfile", "InstanceProfileName"),
    ] {
        let waiter = iam::SERVICE.waiter(name).unwrap();
        assert_eq!(waiter.operation().name(), operation);
        let input = serde_json::json!({member: "arn:aws:iam::aws:policy/x"});
        let mut request = waiter.operation().new_input();
        shapewire::json::read(&input, &mut *request).unwrap();
        let (client, _, time) = client(&[error(404, "NoSuchEntity"), reply(operation, "")]);
        let client = client.with_validation(shapewire::validation::Mode::Off);
        let output = client.wait_by_name(waiter, &*request, &WaitOptions::new()).unwrap().unwrap();
        assert!(std::ptr::eq(output.shape(), waiter.operation().output().shape()), "{name}");
        assert_eq!(*time.slept.lock().unwrap(), [1000], "{name}");
    }
    assert_eq!(iam::SERVICE.waiters().len(), 4);
    assert!(iam::SERVICE.waiter("userExists").is_none());
}

#[test]
fn too_many_calls_are_an_error_with_the_last_reply() {
    let absent = vec![error(404, "NoSuchEntity"); 20];
    let (client, script, time) = client(&absent);
    let error = client.wait(&iam::waiters::USER_EXISTS, &get_user()).unwrap_err();
    assert_eq!(script.answers.lock().unwrap().len(), 0);
    assert_eq!(*time.slept.lock().unwrap(), [1000; 19], "no pause after the last call");
    assert_eq!(
        error.to_string(),
        "UserExists: what is waited for has not come within the most calls; call 20: GetUser: NoSuchEntity (status 404): m"
    );
    let WaitError::TooManyAttempts(end) = &error else { panic!("{error:?}") };
    assert_eq!((end.waiter.name(), end.attempts), ("UserExists", 20));
    assert_eq!(end.acceptor.unwrap().state(), AcceptorState::Retry);
    assert!(matches!(end.last, Err(iam::Error::NoSuchEntityException(_))));
    assert!(error.source().is_none(), "what the last call said is in the line already");
}

#[test]
fn a_caller_may_want_other_times() {
    let absent = vec![error(404, "NoSuchEntity"); 3];
    let (client, script, time) = client(&absent);
    let options = WaitOptions::new().with_delay(Duration::from_millis(1500)).with_max_attempts(3);
    let error = client.wait_with(&iam::waiters::USER_EXISTS, &get_user(), &options).unwrap_err();
    assert!(matches!(&error, WaitError::TooManyAttempts(end) if end.attempts == 3));
    assert_eq!(*time.slept.lock().unwrap(), [1500, 1500]);

    script.answers.lock().unwrap().extend(absent);
    let options = WaitOptions::new().with_delay(Duration::from_secs(10)).with_max_wait(Duration::from_secs(25));
    let error = client.wait_with(&iam::waiters::USER_EXISTS, &get_user(), &options).unwrap_err();
    assert!(matches!(&error, WaitError::TimedOut(end) if end.attempts == 3), "{error}");
    let line = error.to_string();
    assert!(
        line.starts_with("UserExists: what is waited for has not come within the longest wait; call 3: "),
        "{line}"
    );

    script.answers.lock().unwrap().push_back((404, String::new()));
    let error = client.wait_with(&iam::waiters::USER_EXISTS, &get_user(), &WaitOptions::new().with_max_attempts(0));
    assert!(matches!(error.unwrap_err(), WaitError::Call(iam::Error::Call(Error::Decode(_)))), "one call at least");
}

#[test]
fn an_error_that_no_acceptor_expects_ends_the_wait() {
    let (client, ..) = client(&[error(403, "AccessDenied"), (0, String::new()), (200, "<html>".to_owned())]);
    let wait = || client.wait(&iam::waiters::USER_EXISTS, &get_user()).unwrap_err();
    let denied = wait();
    assert_eq!(denied.to_string(), "GetUser: AccessDenied (status 403): m");
    assert!(matches!(&denied, WaitError::Call(iam::Error::Unmodeled(_))));
    assert!(denied.call_error().is_some() && denied.end().is_none());
    assert!(matches!(wait(), WaitError::Call(iam::Error::Call(Error::Transport(_)))));
    assert!(matches!(wait(), WaitError::Call(iam::Error::Call(Error::Decode(_)))), "an unreadable 200 is no success");
    let invalid = client.wait(&iam::waiters::USER_EXISTS, &iam::GetUserRequest::new().with_user_name("")).unwrap_err();
    assert!(matches!(invalid, WaitError::Call(iam::Error::Call(Error::Invalid(_)))));
}

#[test]
fn errors_that_may_pass_have_their_retries_first() {
    let (client, _, time) = client(&[error(503, "Busy"), error(404, "NoSuchEntity"), (0, String::new()), user("jane")]);
    let client = client.with_retry(RetryPolicy::STANDARD);
    assert!(client.wait(&iam::waiters::USER_EXISTS, &get_user()).is_ok());
    assert_eq!(*time.slept.lock().unwrap(), [0, 1000, 0], "a retry, the delay, a retry");
}

#[test]
fn an_error_reply_that_cannot_be_read_has_its_status() {
    let (client, ..) = client(&[(404, "<html>".to_owned()), reply("GetInstanceProfile", "")]);
    let request = iam::GetInstanceProfileRequest::new("p");
    assert!(client.wait(&iam::waiters::INSTANCE_PROFILE_EXISTS, &request).unwrap().is_some());
}

const NAMES: Expression =
    Expression::new("Users[].UserName", Node::Project(&Node::Flatten(&Node::Path("Users")), &Node::Path("UserName")));
static LIST_USERS: &Operation = &iam::operations::LIST_USERS;
static ACCEPTORS: &[Acceptor] = &[
    Acceptor::failure(Matcher::PathAny(NAMES, Literal::String("broken"))),
    Acceptor::success(Matcher::PathAll(NAMES, Literal::String("ready"))),
    Acceptor::success(Matcher::Path(Expression::path("IsTruncated"), Literal::Boolean(true))),
    Acceptor::success(Matcher::Error("Gone")),
    Acceptor::failure(Matcher::Status(409)),
    Acceptor::retry(Matcher::Success(false)),
];
static READY: WaiterOf<iam::ListUsers> = WaiterOf::new("Ready", LIST_USERS, 2, ACCEPTORS).with_max_attempts(5);

fn users(names: &[&str], rest: &str) -> (u16, String) {
    let members: Vec<String> =
        names.iter().map(|name| format!("<member><UserName>{name}</UserName></member>")).collect();
    reply("ListUsers", &format!("<Users>{}</Users>{rest}", members.concat()))
}

#[test]
fn each_kind_of_acceptor_in_its_order() {
    let run = |answers: &[(u16, String)]| {
        let (client, script, _) = client(answers);
        let result = client.wait(&READY, &iam::ListUsersRequest::new());
        assert_eq!(script.answers.lock().unwrap().len(), 0, "answers that no one asked for");
        result
    };
    let ready = run(&[users(&[], ""), users(&["ready", "slow"], ""), users(&["ready", "ready"], "")]);
    assert_eq!(ready.unwrap().unwrap().users.len(), 2, "all of none is not all, and no reply is mixed with another");
    let more = run(&[users(&["slow"], "<IsTruncated>true</IsTruncated>")]);
    assert!(more.unwrap().unwrap().is_truncated.unwrap_or_default());
    let gone = run(&[error(400, "Else"), error(410, "Gone")]);
    assert!(gone.unwrap().is_none(), "it waited for an error");

    let broken = run(&[users(&["ready", "broken"], "<IsTruncated>true</IsTruncated>")]).unwrap_err();
    assert_eq!(
        broken.to_string(),
        "Ready: what is waited for will not come; call 1: one of `Users[].UserName` is broken"
    );
    let WaitError::Failed(end) = broken else { panic!("{broken:?}") };
    assert_eq!(end.last.unwrap().users[1].user_name, "broken");
    let conflict = run(&[error(409, "Conflict")]).unwrap_err();
    assert!(matches!(&conflict, WaitError::Failed(end) if end.last.is_err()));
    assert_eq!(
        conflict.to_string(),
        "Ready: what is waited for will not come; call 1: ListUsers: Conflict (status 409): m"
    );
    let never = run(&vec![users(&["slow"], ""); 5]).unwrap_err();
    assert_eq!(
        never.to_string(),
        "Ready: what is waited for has not come within the most calls; call 5: nothing that the waiter knows"
    );
}

#[test]
fn a_path_looks_at_outputs_and_an_error_at_codes_of_the_service_only() {
    let service = Error::from(ServiceError::unmodeled("ready", 200, "ready").into_detached());
    let transport = Error::from(TransportError::new("ready"));
    for matcher in [
        Matcher::Path(Expression::path("IsTruncated"), Literal::Null),
        Matcher::PathAll(NAMES, Literal::String("ready")),
        Matcher::PathAny(NAMES, Literal::String("ready")),
        Matcher::Success(true),
    ] {
        assert!(!matcher.matches(Err(&service)) && !matcher.matches(Err(&transport)), "{matcher}");
    }
    assert!(Matcher::Status(200).matches(Err(&service)) && Matcher::Error("ready").matches(Err(&service)));
    for matcher in [Matcher::Success(false), Matcher::Error("ready"), Matcher::Status(0)] {
        assert!(!matcher.matches(Err(&transport)), "{matcher}");
    }
    let (metadata, output) = (ReplyMetadata::default(), iam::ListUsersResponse::default());
    for path in ["Marker", "Nix", "Users.Marker"] {
        let (path, expected) = (Expression::path(path), Literal::String("x"));
        for matcher in [Matcher::PathAll(path, expected), Matcher::PathAny(path, expected)] {
            assert!(!matcher.matches(Ok((&metadata, &output))), "{matcher}: no list");
        }
    }
}

/// Without a bound of the model, as Smithy's waiters have it: the time between calls grows, and chance spreads it.
#[test]
fn a_delay_may_grow() {
    static GROWING: WaiterOf<iam::ListUsers> =
        WaiterOf::new("Growing", LIST_USERS, 2, &[]).with_max_delay(60).with_documentation("Grows.");
    let waiter: &'static Waiter = GROWING.waiter();
    assert_eq!((waiter.max_delay(), waiter.documentation()), (Some(60), "Grows."));
    let (metadata, output) = (ReplyMetadata::default(), iam::ListUsersResponse::default());
    let reply = Ok((&metadata, &output as &dyn Structure));
    let pauses = |random: f64| {
        let mut wait = Wait::new(waiter, &WaitOptions::new(), Duration::ZERO);
        let mut now = Duration::ZERO;
        let mut pauses = Vec::new();
        while let WaitStep::Pause(pause) = wait.next(reply, now, random) {
            pauses.push(pause.as_secs());
            now += pause;
        }
        (pauses, now)
    };
    let (most, end) = pauses(1.0);
    assert_eq!(most[..7], [2, 4, 8, 16, 32, 60, 60]);
    assert!(end <= Duration::from_mins(10), "ten minutes if nobody says how long");
    assert_eq!(pauses(f64::INFINITY).0, most);
    for least in [0.0, -1.0, f64::NAN] {
        assert!(pauses(least).0.iter().all(|pause| *pause == 2), "{least}");
    }

    let mut wait = Wait::new(waiter, &WaitOptions::new().with_delay(Duration::ZERO), Duration::from_secs(5));
    for _ in 0..100 {
        assert_eq!(
            wait.next(reply, Duration::ZERO, 0.5),
            WaitStep::Pause(Duration::ZERO),
            "a clock that goes back ends nothing"
        );
    }
    assert_eq!(wait.next(reply, Duration::from_secs(700), 0.5), WaitStep::End(WaitOutcome::TimedOut));
}

#[cfg(feature = "local")]
#[test]
fn the_local_service_has_users_to_wait_for() {
    use shapewire::local::LocalIam;

    let client = Client::new(LocalIam::new(), "http://localhost/".parse().unwrap()).with_time(TestTime::default());
    let error = client.wait(&iam::waiters::USER_EXISTS, &get_user()).unwrap_err();
    assert!(matches!(&error, WaitError::TooManyAttempts(end) if end.attempts == 20), "{error}");
    client.call::<iam::CreateUser>(&iam::CreateUserRequest::new("jane")).unwrap();
    let reply = client.wait(&iam::waiters::USER_EXISTS, &get_user()).unwrap().unwrap();
    assert_eq!(reply.user.user_name, "jane");
}
