//! What calls tell `tracing`: spans and events with their fields, and never a secret, a header or a body.
#![cfg(all(feature = "iam", feature = "tracing", feature = "sigv4"))]

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::{Request, Response};
use shapewire::client::Time;
use shapewire::credentials::Credentials;
use shapewire::sigv4::Signer;
use shapewire::transport::{Transport, TransportError};
use shapewire::validation::Mode;
use shapewire::{Client, Timestamp, iam};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Writes down all that it is told: `1 in 0: call service=iam …` for a span, `in 1: retry …` for an event.
#[derive(Clone, Default)]
struct Notebook {
    lines: Arc<Mutex<Vec<String>>>,
    spans: Arc<AtomicU64>,
    entered: Arc<Mutex<Vec<u64>>>,
}

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.extend([" ", field.name(), "=", &format!("{value:?}")]);
    }
}

impl Notebook {
    fn note(&self, line: String) {
        self.lines.lock().unwrap().push(line);
    }
    fn taken(&self) -> Vec<String> {
        std::mem::take(&mut *self.lines.lock().unwrap())
    }
    /// The parent that is given, or else the span that is entered.
    fn parent(&self, given: Option<&Id>, is_contextual: bool) -> u64 {
        let entered = || self.entered.lock().unwrap().last().copied().filter(|_| is_contextual);
        given.map(Id::into_u64).or_else(entered).unwrap_or(0)
    }
}

impl Subscriber for Notebook {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let id = self.spans.fetch_add(1, Ordering::Relaxed) + 1;
        let mut fields = Fields(String::new());
        span.record(&mut fields);
        let (metadata, parent) = (span.metadata(), self.parent(span.parent(), span.is_contextual()));
        self.note(format!("{id} in {parent}: {} {}{}", metadata.level(), metadata.name(), fields.0));
        Id::from_u64(id)
    }
    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut fields = Fields(String::new());
        values.record(&mut fields);
        self.note(format!("{}:{}", span.into_u64(), fields.0));
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields(String::new());
        event.record(&mut fields);
        let parent = self.parent(event.parent(), event.is_contextual());
        self.note(format!("in {parent}: {}{}", event.metadata().level(), fields.0));
    }
    fn enter(&self, span: &Id) {
        self.entered.lock().unwrap().push(span.into_u64());
    }
    fn exit(&self, _: &Id) {
        self.entered.lock().unwrap().pop();
    }
}

struct NoTime;

impl Time for NoTime {
    fn now(&self) -> Timestamp {
        Timestamp::new(1_767_225_600, 0).unwrap()
    }
    fn sleep(&self, _: Duration) {}
    fn random(&self) -> f64 {
        0.5
    }
}

/// Answers one reply after the other; an event of its own shows which span it runs in.
struct Script(Mutex<VecDeque<Reply>>);

impl Script {
    fn next(&self) -> Reply {
        tracing::trace!("sending");
        self.0.lock().unwrap().pop_front().unwrap()
    }
}

impl Transport for Script {
    fn send(&self, _: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        self.next()
    }
}

type Reply = Result<Response<Vec<u8>>, TransportError>;

#[expect(clippy::unnecessary_wraps, reason = "beside replies there are failures")]
fn reply(status: u16, body: &str) -> Reply {
    Ok(Response::builder().status(status).header("x-secret", "canary").body(body.into()).unwrap())
}

fn error(status: u16, code: &str) -> Reply {
    let body = format!(
        "<ErrorResponse><Error><Code>{code}</Code><Message>canary</Message></Error><RequestId>id-1</RequestId></ErrorResponse>"
    );
    reply(status, &body)
}

const OK: &str =
    "<ChangePasswordResponse><ResponseMetadata><RequestId>id-2</RequestId></ResponseMetadata></ChangePasswordResponse>";

fn client(replies: impl IntoIterator<Item = Reply>) -> iam::Client {
    let script = Script(Mutex::new(replies.into_iter().collect()));
    let credentials = Credentials::new("AKIDEXAMPLE", "canary").with_session_token("canary");
    let client = Client::new(script, "http://localhost/".parse().unwrap())
        .with_time(NoTime)
        .with_signing(Signer::new("us-east-1", "iam"), credentials)
        .with_validation(Mode::Warn);
    iam::Client::new(client)
}

#[test]
fn a_call_its_attempts_and_its_retries() {
    let notebook = Notebook::default();
    tracing::subscriber::with_default(notebook.clone(), || {
        let input = iam::ChangePasswordRequest::new("canary-old", "canary-new");
        let replies = [error(400, "Throttling"), Err(TransportError::timeout("late")), reply(200, OK)];
        client(replies).change_password(&input).unwrap();
    });
    let lines = notebook.taken();
    assert_eq!(
        lines,
        [
            "1 in 0: INFO call service=\"iam\" operation=\"ChangePassword\"",
            "2 in 1: DEBUG attempt number=1",
            "1: attempts=1",
            "in 2: TRACE message=sending",
            "2: status=400",
            "2: error_code=\"Throttling\"",
            "2: delay_ms=500",
            "in 1: INFO message=retry reason=\"service-error\" error_code=\"Throttling\" delay_ms=500",
            "3 in 1: DEBUG attempt number=2",
            "1: attempts=2",
            "in 3: TRACE message=sending",
            "3: delay_ms=50",
            "in 1: INFO message=retry reason=\"timeout\" delay_ms=50",
            "4 in 1: DEBUG attempt number=3",
            "1: attempts=3",
            "in 4: TRACE message=sending",
            "4: status=200",
            "1: request_id=\"id-2\"",
            "1: outcome=\"success\"",
        ]
    );
}

#[test]
fn invalid_requests_that_pass_are_told_without_their_values() {
    let notebook = Notebook::default();
    tracing::subscriber::with_default(notebook.clone(), || {
        let error =
            client([error(404, "NoSuchEntity")]).get_user(&iam::GetUserRequest::new().with_user_name("canary ü"));
        error.unwrap_err();
    });
    let lines = notebook.taken();
    assert_eq!(lines[1], "in 1: WARN message=invalid request violations=\"user_name: pattern\"");
    let end = [
        "1: request_id=\"id-1\"",
        "1: outcome=\"service-error\"",
        "1: error_code=\"NoSuchEntity\"",
        "2: error_code=\"NoSuchEntity\"",
    ];
    assert_eq!(lines[lines.len() - 4..], end);
    assert!(!lines.concat().contains("canary"), "{lines:#?}");
}

#[test]
fn the_canary_is_not_seen() {
    let notebook = Notebook::default();
    tracing::subscriber::with_default(notebook.clone(), || {
        let password = "canary".repeat(100);
        let input = iam::ChangePasswordRequest::new(password.clone(), password);
        for last in [reply(200, OK), reply(200, "<html>canary</html>"), error(403, "AccessDenied")] {
            let _ = client([error(503, "Busy"), last]).change_password(&input);
        }
        let output = "<CreateAccessKeyResponse><CreateAccessKeyResult><AccessKey><SecretAccessKey>canary</SecretAccessKey>\
                      </AccessKey></CreateAccessKeyResult></CreateAccessKeyResponse>";
        client([reply(200, output)]).create_access_key(&iam::CreateAccessKeyRequest::new()).unwrap();
    });
    let lines = notebook.taken();
    assert!(lines.len() > 30, "{lines:#?}");
    assert!(!lines.concat().contains("canary"), "{lines:#?}");
}

#[cfg(feature = "async")]
impl shapewire::transport::AsyncTransport for Script {
    fn send(&self, _: Request<Vec<u8>>) -> shapewire::transport::BoxFuture<'_, Reply> {
        Box::pin(async {
            if self.0.lock().unwrap().is_empty() {
                std::future::pending::<()>().await;
            }
            self.next()
        })
    }
}

#[cfg(feature = "async")]
#[test]
fn futures_tell_the_same_and_say_when_they_are_dropped() {
    use std::pin::pin;
    use std::task::{Context, Waker};

    use shapewire::AsyncClient;

    let notebook = Notebook::default();
    tracing::subscriber::with_default(notebook.clone(), || {
        for replies in [vec![reply(200, OK)], vec![]] {
            let client = AsyncClient::new(Script(Mutex::new(replies.into())), "http://localhost/".parse().unwrap());
            let client = iam::AsyncClient::new(client);
            let input = iam::ChangePasswordRequest::new("canary-old", "canary-new");
            let call = pin!(client.change_password(&input));
            let _ = call.poll(&mut Context::from_waker(Waker::noop()));
        }
    });
    assert_eq!(
        notebook.taken(),
        [
            "1 in 0: INFO call service=\"iam\" operation=\"ChangePassword\"",
            "2 in 1: DEBUG attempt number=1",
            "1: attempts=1",
            "in 2: TRACE message=sending",
            "2: status=200",
            "1: request_id=\"id-2\"",
            "1: outcome=\"success\"",
            "3 in 0: INFO call service=\"iam\" operation=\"ChangePassword\"",
            "4 in 3: DEBUG attempt number=1",
            "3: attempts=1",
            "3: outcome=\"cancelled\"",
        ]
    );
}
