//! What the HTTP libraries below our transports write to `log` about calls with secrets in them, over real connections: nothing
//! of these, at any level. There is one exception: ureq's copy of all bytes, at the level of traces.
#![cfg(all(feature = "async", feature = "client", feature = "iam", feature = "sigv4"))]

#[path = "support/canary.rs"]
mod canary;
#[allow(dead_code, reason = "each test uses a part")]
#[path = "support/scripted_server.rs"]
mod scripted_server;

use std::fmt::Display;
use std::sync::Mutex;

use canary::{CANARY, assert_hidden};
use log::{Level, LevelFilter, Log, Metadata, Record};
use shapewire::client::{AsyncClient, Client, RetryPolicy};
use shapewire::credentials::Credentials;
use shapewire::iam::{ChangePassword, ChangePasswordRequest, CreateAccessKey, CreateAccessKeyRequest};
use shapewire::sigv4::Signer;
use shapewire::transport::{HttpTransport, ReqwestTransport};

/// Where ureq writes each byte of requests and replies, in hexadecimal digits. `docs/secrets.md` says so.
const ALL_BYTES: &str = "ureq_proto::util";

/// All records: level, target and text.
static RECORDS: Mutex<Vec<(Level, String, String)>> = Mutex::new(Vec::new());

struct Notebook;

impl Log for Notebook {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn log(&self, record: &Record<'_>) {
        RECORDS.lock().unwrap().push((record.level(), record.target().to_owned(), record.args().to_string()));
    }
    fn flush(&self) {}
}

/// A server that answers with a secret: whole, in an error, in half a body, and where no HTTP is.
fn secretive() -> (http::Uri, std::thread::JoinHandle<()>) {
    scripted_server::server(4, |number, mut seen| {
        let sent = String::from_utf8(seen.body()).unwrap();
        assert!(sent.contains("c4nary7f3a9c") && seen.head.contains("c4nary7f3a9c"), "{}", seen.head);
        let body = "<CreateAccessKeyResponse><CreateAccessKeyResult><AccessKey><UserName>jane</UserName><AccessKeyId>AKIDEXAMPLE</AccessKeyId>\
            <Status>Active</Status><SecretAccessKey>c4nary7f3a9c</SecretAccessKey></AccessKey></CreateAccessKeyResult></CreateAccessKeyResponse>";
        let (status, length) = if number == 1 { (403, body.len()) } else { (200, body.len() + number % 2) };
        seen.answer(&match number {
            2 => "c4nary7f3a9c\r\n\r\n".to_owned(),
            _ => format!("HTTP/1.1 {status} OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"),
        });
    })
}

fn signing() -> (Signer, Credentials) {
    (Signer::new("us-east-1", "iam"), Credentials::new("AKIDEXAMPLE", CANARY).with_session_token(CANARY))
}

fn hidden<T, E: Display>(result: Result<T, E>) -> bool {
    result.map_err(|error| assert_hidden(&error.to_string(), &"an error")).is_ok()
}

#[test]
fn libraries_of_http_do_not_log_secrets() {
    log::set_boxed_logger(Box::new(Notebook)).unwrap();
    log::set_max_level(LevelFilter::Trace);
    let once = || RetryPolicy::default().with_max_attempts(1);
    let change = ChangePasswordRequest::new(CANARY, CANARY);
    let create = CreateAccessKeyRequest::new().with_user_name("c4nary7f3a9c");
    let nowhere: http::Uri = "http://127.0.0.1:1/".parse().unwrap();

    let (endpoint, served) = secretive();
    let ((signer, credentials), transport) = (signing(), HttpTransport::new());
    let client = Client::new(transport.clone(), endpoint).with_signing(signer, credentials).with_retry(once());
    let mut answered = vec![hidden(client.call::<CreateAccessKey>(&create))];
    answered.extend((0..3).map(|_| hidden(client.call::<ChangePassword>(&change))));
    served.join().unwrap();
    assert_eq!(answered, [true, false, false, false]);
    assert!(!hidden(Client::new(transport, nowhere.clone()).with_retry(once()).call::<ChangePassword>(&change)));
    let blocking = RECORDS.lock().unwrap().len();

    let (endpoint, served) = secretive();
    let ((signer, credentials), transport) = (signing(), ReqwestTransport::new().unwrap());
    let client = AsyncClient::new(transport.clone(), endpoint).with_signing(signer, credentials).with_retry(once());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut answered = vec![hidden(client.call::<CreateAccessKey>(&create).await)];
        for _ in 0..3 {
            answered.push(hidden(client.call::<ChangePassword>(&change).await));
        }
        assert_eq!(answered, [true, false, false, false]);
        let client = AsyncClient::new(transport, nowhere).with_retry(once());
        assert!(!hidden(client.call::<ChangePassword>(&change).await));
    });
    served.join().unwrap();

    let records = RECORDS.lock().unwrap();
    assert!(blocking > 100 && records.len() > blocking + 4, "{blocking} of {}", records.len());
    for (level, target, text) in &*records {
        if (*level, target.as_str()) != (Level::Trace, ALL_BYTES) {
            assert_hidden(text, target);
        }
    }
}
