//! A secret in whatever reaches `shapewire serve` is neither in its log nor in what it answers. Those that it makes itself are
//! told once, to who asked for them.

#[path = "../../../../tests/support/canary.rs"]
mod canary;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::{Path, PathBuf};

use canary::{CANARY, assert_hidden, plant};
use shapewire::SERVICES;

use crate::run::{Server, command, finish, line};

/// What the canary is in every encoding of a form and of a header.
const CORE: &str = "c4nary7f3a9c";

/// A server that is to say as much as it can.
fn talkative(options: &[&str]) -> Server {
    Server::start_in_shell(r#"RUST_LOG=trace RUST_BACKTRACE=full exec "$0" "$@""#, options)
}

/// The inputs of all operations that take something secret, as clients send them.
fn forms() -> Vec<String> {
    let endpoint = "http://localhost/".parse().unwrap();
    let mut forms = Vec::new();
    for operation in SERVICES.iter().flat_map(|service| service.operations()) {
        let mut input = operation.new_input();
        if !plant(&mut *input).is_empty() {
            let request = operation.encode(&*input, &endpoint).unwrap();
            forms.push(String::from_utf8(request.into_body()).unwrap());
        }
    }
    forms
}

/// The form as it is, and as it should not be.
fn damaged(form: &str) -> Vec<Vec<u8>> {
    let place = form.find(CORE).expect("the canary is planted");
    let mut all: Vec<Vec<u8>> =
        [form.len(), form.len() / 2, place + 3, place + CORE.len()].map(|end| form.as_bytes()[..end].to_vec()).into();
    for instead in [
        "%zzc4nary7f3a9c",
        "%00c4nary7f3a9c",
        "%ffc4nary7f3a9c",
        "=c4nary7f3a9c",
        "c4nary7f3a9c\u{0}",
        "\u{fe}c4nary7f3a9c",
    ] {
        all.push(form.replace(CORE, instead).chars().map(|character| character as u8).collect());
    }
    all.push(format!("{form}&{form}").into_bytes());
    all.push(form.replace("Version=20", "Version=30").into_bytes());
    all.push(form.replacen("Action=", "Action=x", 1).into_bytes());
    all
}

fn posted(headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("POST / HTTP/1.1\r\nhost: localhost\r\n{headers}content-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// Requests with a secret in any place, as they are on the wire.
fn requests() -> Vec<Vec<u8>> {
    const LIST: &str = "Action=ListUsers&Version=2010-05-08";
    let mut all = Vec::new();
    for form in forms() {
        for body in damaged(&form) {
            let chunk = [format!("{:x}\r\n", body.len()).as_bytes(), &body, b"\r\n0\r\n\r\n"].concat();
            let begun = posted("", &body);
            all.push([b"POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n", chunk.as_slice()].concat());
            all.push([b"GET /?", body.as_slice(), b" HTTP/1.1\r\nhost: a\r\n\r\n"].concat());
            // Less than was announced, and more: what is left is taken for the next request.
            all.push(begun[..begun.len() - 1].to_vec());
            all.push([posted("", b"x").as_slice(), &body, b" / HTTP/1.1\r\n\r\n"].concat());
            all.push(begun);
        }
    }
    let scope = "Credential=AKIDEXAMPLE/20260102/us-east-1/iam/aws4_request";
    for header in [
        format!("authorization: AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature={CORE}"),
        format!("authorization: AWS4-HMAC-SHA256 {scope}, SignedHeaders={CORE}, Signature={CORE}"),
        format!("authorization: AWS4-HMAC-SHA256 {scope} Signature={CORE}"),
        format!("authorization: AWS4-HMAC-SHA256 {CORE}"),
        format!("authorization: AWS4-HMAC-SHA256 {CORE}={CORE}, {CORE}"),
        format!("authorization: AWS {CANARY}"),
        format!("authorization: Basic {CANARY}"),
        format!("authorization: {CANARY}"),
        format!("authorization: AWS4-HMAC-SHA256 {scope}\r\nauthorization: {CANARY}"),
        format!("x-amz-security-token: {CANARY}"),
        format!("x-amz-date: {CANARY}"),
        format!("cookie: {CANARY}"),
        format!("host: {CANARY}"),
        format!("{CANARY}: {CANARY}"),
        format!("x: {CANARY}\r\n").repeat(101),
        format!("x: {}", CANARY.repeat(4_000)),
    ] {
        all.push(posted(&format!("{header}\r\n"), LIST.as_bytes()));
        all.push(posted(&format!("x-amz-date: 20260102T030405Z\r\n{header}\r\n"), LIST.as_bytes()));
    }
    let signed =
        format!("X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=20260102T030405Z&X-Amz-SignedHeaders=host&X-Amz-{scope}");
    for target in [
        format!("/?{LIST}&{signed}&X-Amz-Expires=60&X-Amz-Signature={CORE}&X-Amz-Security-Token={CORE}"),
        format!("/?{LIST}&{signed}&X-Amz-Expires={CORE}&X-Amz-Signature={CORE}"),
        format!("/?{LIST}&{signed}&X-Amz-Signature={CORE}&X-Amz-Signature={CORE}"),
        format!("http://jane:{CORE}@localhost/?{LIST}"),
        format!("/?{LIST}#{CORE}"),
        format!("?{CORE}"),
        format!("\"{CORE}"),
    ] {
        all.push(format!("GET {target} HTTP/1.1\r\nhost: localhost\r\n\r\n").into_bytes());
    }
    for no_http in [
        format!("{CORE}\r\n\r\n"),
        format!("{CORE} / HTTP/1.1\r\nhost: a\r\n\r\n"),
        format!("POST / {CORE}\r\nhost: a\r\n\r\n"),
        format!("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: {CORE}\r\n\r\n"),
        format!("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n{CORE}\r\n"),
        format!("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: {CORE}\r\n\r\n"),
        format!("POST / HTTP/1.1\r\nhost: a\r\nexpect: {CORE}\r\ncontent-length: 0\r\n\r\n"),
        format!("CONNECT {CORE}:443 HTTP/1.1\r\nhost: a\r\n\r\n"),
    ] {
        all.push(no_http.into_bytes());
    }
    all
}

/// All that comes back until the server ends the connection.
fn answer(address: &str, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).expect("the server listens");
    let mut reply = Vec::new();
    // A server that refuses the first bytes need not take the others.
    let _ = stream.write_all(request).and_then(|()| stream.shutdown(Shutdown::Write));
    let _ = stream.read_to_end(&mut reply);
    String::from_utf8(reply).expect("a reply is text")
}

#[test]
fn what_clients_send_is_neither_logged_nor_repeated() {
    let root = format!("AKIDEXAMPLE:{CANARY}");
    for options in [&[][..], &["--faults", "--root-key", &root]] {
        let server = talkative(options);
        let (mut answered, mut refused) = (0, 0);
        for request in requests() {
            let reply = answer(server.address(), &request);
            assert_hidden(&reply, &String::from_utf8_lossy(&request));
            answered += usize::from(reply.starts_with("HTTP/1.1 2"));
            refused += usize::from(reply.starts_with("HTTP/1.1 4") || reply.starts_with("HTTP/1.1 5"));
        }
        assert!(refused > 100 && (answered > 0 || !options.is_empty()), "{answered} {refused}");
        let (status, log) = server.terminate();
        assert_eq!(status, Some(0), "{log}");
        assert!(log.lines().count() >= refused / 2 && log.lines().all(|line| line.len() < 400), "{log}");
        assert_hidden(&log, &"the log");
    }
}

#[test]
fn a_root_key_is_neither_logged_nor_repeated() {
    for wrong in [CANARY.to_owned(), format!(":{CANARY}"), format!("{CANARY}:"), format!("{CANARY}\n")] {
        let run = finish(command(&["serve", "--port", "0", "--root-key"]).arg(&wrong));
        assert_hidden(run.failed(2), &wrong);
    }
    let server = talkative(&["--root-key", &format!("AKIDEXAMPLE:{CANARY}")]);
    let list = |secret: &str, token: &str| {
        let mut list = command(&["iam", "list-users", "--endpoint-url", &server.url]);
        list.envs([
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", secret),
            ("AWS_REGION", "us-east-1"),
        ]);
        if !token.is_empty() {
            list.env("AWS_SESSION_TOKEN", token);
        }
        finish(&mut list)
    };
    assert_eq!(list(CANARY, "").json()["Users"], serde_json::json!([]));
    for (secret, token, code) in [
        ("another", "", "SignatureDoesNotMatch"),
        (CANARY, CORE, "InvalidClientTokenId"),
        (CORE, CORE, "SignatureDoesNotMatch"),
    ] {
        let run = list(secret, token);
        let error = run.failed(1);
        assert!(error.contains(code), "{error}");
        assert_hidden(error, &code);
    }
    let (_, log) = server.terminate();
    assert_eq!(log.lines().count(), 4, "{log}");
    assert_hidden(&log, &"the log");
}

/// A user with a key and a credential; their secrets.
fn fill(server: &Server) -> Vec<String> {
    const CREDENTIAL: &str =
        "create-service-specific-credential --user-name jane --service-name cassandra.amazonaws.com";
    server.iam("create-user --user-name jane").json();
    let key = server.iam("create-access-key --user-name jane").json();
    let credential = server.iam(CREDENTIAL).json();
    let credential = &credential["ServiceSpecificCredential"];
    let id = credential["ServiceSpecificCredentialId"].as_str().unwrap();
    let reset = server.iam(&format!("reset-service-specific-credential --service-specific-credential-id {id}")).json();
    let secrets = [
        &key["AccessKey"]["SecretAccessKey"],
        &credential["ServicePassword"],
        &reset["ServiceSpecificCredential"]["ServicePassword"],
    ];
    secrets.map(|secret| secret.as_str().expect("a secret is told once").to_owned()).into()
}

#[test]
fn what_the_server_makes_is_told_once_and_not_logged() {
    let server = talkative(&[]);
    let secrets = fill(&server);
    for call in [
        "list-access-keys --user-name jane",
        "list-service-specific-credentials --all-users",
        "get-user --user-name jane",
        "create-user --user-name jane",
        "delete-user --user-name jane",
    ] {
        let run = server.iam(call);
        for secret in &secrets {
            assert!(!run.stdout.contains(secret) && !run.stderr.contains(secret), "{call}: {run:?}");
        }
    }
    let (_, log) = server.terminate();
    assert_eq!(log.lines().count(), 9, "{log}");
    for secret in &secrets {
        assert!(!log.contains(secret), "{secret} is in {log}");
    }
}

/// A file of its own for a test, deleted at the end.
struct File(PathBuf);

impl File {
    fn new(name: &str) -> Self {
        Self(Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}.json", std::process::id())))
    }
    fn path(&self) -> &str {
        self.0.to_str().expect("the path is UTF-8")
    }
}

impl Drop for File {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).unwrap_or_default();
    }
}

#[test]
fn a_damaged_account_does_not_show_what_is_in_it() {
    let file = File::new("damaged");
    let server = Server::start_with(&["--state", file.path()]);
    let secret = fill(&server).swap_remove(0);
    let (status, log) = server.terminate();
    assert_eq!(status, Some(0), "{log}");
    let text = std::fs::read_to_string(file.path()).unwrap();
    let place = text.find(&secret).expect("the account has the key");
    let quoted = format!("\"{secret}\"");
    let mut damaged: Vec<Vec<u8>> =
        (place - 12..place + secret.len() + 3).step_by(5).map(|end| text.as_bytes()[..end].to_vec()).collect();
    for instead in [
        format!("[{quoted}]"),
        format!("{{{quoted}: {quoted}}}"),
        format!("{quoted}, {quoted}"),
        format!("\"{secret}\\q\""),
        format!("\"\\ud800{secret}\""),
        format!("\"{secret}\n\""),
        secret.clone(),
        format!("null, \"name\": {quoted}"),
    ] {
        damaged.push(text.replace(&quoted, &instead).into_bytes());
    }
    damaged.push([&text.as_bytes()[..place], b"\xff", &text.as_bytes()[place..]].concat());
    damaged.push(text.replace("shapewire-account", &secret).into_bytes());
    damaged.push(text.replace("\"users\"", &quoted).into_bytes());
    damaged.push(text.replace("\"created\": \"", &format!("\"created\": \"{secret}")).into_bytes());
    damaged.push(text.replace("true", &quoted).into_bytes());
    damaged.push(format!("{text}{{{quoted}: 1}}\n").into_bytes());
    damaged.push(format!("{text}{secret}\n").into_bytes());
    for bytes in damaged {
        std::fs::write(file.path(), &bytes).unwrap();
        // No machine has this address: nothing is served whatever the account is.
        let run = line(&format!("serve --host 192.0.2.1 --port 0 --state {}", file.path()));
        let error = run.failed(1);
        let told = error.split_once("a damaged one: ").expect("it is called damaged").1;
        assert!(!told.contains(&secret[..8]), "{error}");
        assert_eq!(std::fs::read(file.path()).unwrap(), bytes, "it is left as it was");
    }
}
