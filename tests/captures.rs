//! Requests and replies of programs that are not ours, as they went over the wire: read with nothing lost. Needs the folder
//! of shared captures.
#![cfg(all(feature = "iam", feature = "sts", feature = "server", feature = "json"))]

mod support;

use std::fs;

use http::{Request, Response};
use shapewire::decode::DecodeOptions;
use shapewire::json::{self, Secrets};
use shapewire::schema::Operation;
use shapewire::server::{Call, error_reply, reply};
use shapewire::{Error, SERVICES, value};

struct Message {
    start_line: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

fn parse(bytes: &[u8]) -> Message {
    let (separator, length) = match bytes.windows(4).position(|window| window == b"\r\n\r\n") {
        Some(place) => (place, 4),
        None => (bytes.windows(2).position(|window| window == b"\n\n").unwrap(), 2),
    };
    let head = std::str::from_utf8(&bytes[..separator]).unwrap();
    let mut lines = head.lines();
    let start_line = lines.next().unwrap().to_owned();
    let headers =
        lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.into(), value.into())).collect();
    Message { start_line, headers, body: bytes[separator + length..].to_vec() }
}

fn request(message: &Message) -> Request<Vec<u8>> {
    let mut parts = message.start_line.split(' ');
    let (method, target) = (parts.next().unwrap(), parts.next().unwrap());
    Request::builder().method(method).uri(target).body(message.body.clone()).unwrap()
}

fn response(message: &Message) -> Response<Vec<u8>> {
    let status: u16 = message.start_line.split(' ').nth(1).unwrap().parse().unwrap();
    let mut builder = Response::builder().status(status);
    for (name, value) in &message.headers {
        builder = builder.header(name, value);
    }
    builder.body(message.body.clone()).unwrap()
}

/// Requests that are refused, as they should be: what was sent to the emulator to see what it says. With the words that
/// must be in our answer.
const REFUSED_REQUESTS: &[(&str, &str)] = &[
    // The emulators do not look at patterns.
    ("localstack-01-create_user", "'tags.member.1.value' failed to satisfy constraint: Member must satisfy regular"),
    ("localstack-18-reset_ssc-malformed-id", "Member must satisfy regular expression pattern: [\\w]+"),
    ("moto-01-create_user", "'tags.member.1.value' failed to satisfy constraint: Member must satisfy regular"),
    (
        "motoauth-04-good-special-chars",
        "'tags.member.1.value' failed to satisfy constraint: Member must satisfy regular",
    ),
    ("localstack-29-raw-missing-param", "'serviceName' failed to satisfy constraint: Member must not be null"),
    ("localstack-30-raw-unknown-action", "InvalidAction"),
    ("localstack-31-raw-no-action", "MissingAction"),
    (
        "moto-53-tag_user-51-not-limited",
        "'tags' failed to satisfy constraint: Member must have length less than or equal to 50",
    ),
    ("moto-57-raw-unknown-action", "InvalidAction"),
    ("moto-58-raw-no-action", "MissingAction"),
];

/// Replies that are not the service's, with the words that must be in our error.
const UNREADABLE_REPLIES: &[(&str, &str)] = &[
    ("moto-48-simulate_principal_policy-notimpl", "status 500: the body is HTML"),
    ("moto-49-create_ssc-notimpl", "status 500: the body is HTML"),
    ("moto-50-list_roles-bad-marker", "status 500: the body is HTML"),
    // Without a signature moto takes the request for one to S3.
    ("moto-59-raw-unsigned", "the root element is \"ListAllMyBucketsResult\""),
    ("moto-65-sts-decode_authorization_message", "status 500: the body is HTML"),
];

fn listed(list: &[(&str, &'static str)], name: &str) -> Option<&'static str> {
    list.iter().find(|(listed, _)| *listed == name).map(|(_, words)| *words)
}

#[test]
fn captures_of_iam_and_sts_are_read_without_loss() {
    let Some(shared) = support::shared() else { return };
    let mut names: Vec<String> = fs::read_dir(shared.join("captures"))
        .unwrap()
        .filter_map(|entry| Some(entry.unwrap().file_name().to_str()?.strip_suffix(".request.http")?.to_owned()))
        .collect();
    names.sort();
    let (mut requests, mut refusals, mut replies, mut errors, mut unreadable) = (0, 0, 0, 0, 0);
    let mut problems = Vec::new();
    for name in &names {
        let read = |half: &str| parse(&fs::read(shared.join(format!("captures/{name}.{half}.http"))).unwrap());
        let (sent, answered) = (read("request"), read("response"));
        let sent_body = String::from_utf8_lossy(&sent.body).into_owned() + &sent.start_line;
        if !SERVICES.iter().any(|service| sent_body.contains(&format!("Version={}", service.api_version()))) {
            continue; // Of another service.
        }
        let refused = listed(REFUSED_REQUESTS, name);
        let mut operation = None;
        let input = Call::parse(SERVICES, &request(&sent), &DecodeOptions::strict()).and_then(|call| {
            operation = Some(call.operation());
            call.into_input()
        });
        match (&input, refused, operation) {
            (Ok(input), None, Some(operation)) => {
                let again = operation.encode(&**input, &"http://localhost/".parse().unwrap()).unwrap();
                let same = Call::parse(SERVICES, &again, &DecodeOptions::strict()).and_then(Call::into_input);
                if !same.is_ok_and(|same| value::equal(&**input, &*same)) {
                    problems.push(format!("{name}: the request changes when it is written again"));
                }
                let sent = if sent.body.is_empty() { request(&sent).uri().query().unwrap().into() } else { sent.body };
                if pairs(again.body()) != pairs(&sent) {
                    problems.push(format!("{name}: the request is not written as it was: {again:?}"));
                }
                requests += 1;
            }
            (Err(error), Some(words), _) if error.to_string().contains(words) => refusals += 1,
            (Err(error), _, _) => problems.push(format!("{name}: request: {error}")),
            (Ok(_), _, _) => problems.push(format!("{name}: the request is read, and should be refused")),
        }
        let Some(operation) = operation else { continue };
        match (check_reply(operation, &response(&answered)), listed(UNREADABLE_REPLIES, name)) {
            (Ok(Reply::Output), None) => replies += 1,
            (Ok(Reply::Error), None) => errors += 1,
            (Err(problem), Some(words)) if problem.contains(words) => unreadable += 1,
            (Err(problem), _) => problems.push(format!("{name}: {problem}")),
            (Ok(_), Some(_)) => problems.push(format!("{name}: the reply is read, and should not be")),
        }
    }
    println!(
        "read: {requests} requests, {replies} replies, {errors} errors; listed: {refusals} requests, {unreadable} replies"
    );
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
    assert_eq!((refusals, unreadable), (REFUSED_REQUESTS.len(), UNREADABLE_REPLIES.len()), "captures are missing");
    assert!(requests > 100 && replies > 70 && errors > 20, "captures are missing");
}

fn pairs(body: &[u8]) -> Vec<String> {
    let mut pairs: Vec<String> = String::from_utf8(body.to_vec())
        .unwrap()
        .split('&')
        // Python writes a space as a plus, and does not encode a tilde either.
        .map(|pair| pair.replace('+', "%20"))
        .collect();
    pairs.sort();
    pairs
}

enum Reply {
    Output,
    Error,
}

fn check_reply(operation: &'static Operation, response: &Response<Vec<u8>>) -> Result<Reply, String> {
    let options = DecodeOptions::strict();
    let mut output = operation.new_output();
    match operation.decode_into(response, &mut *output, &options) {
        Ok(metadata) => {
            let written = reply(operation, &*output, &metadata.request_id.ok_or("no request id")?)
                .map_err(|error| error.to_string())?;
            let mut again = operation.new_output();
            operation.decode_into(&written, &mut *again, &options).map_err(|error| format!("again: {error}"))?;
            if !value::equal(&*output, &*again) {
                return Err(format!("changes: {}", json::to_string(&*output, Secrets::Redact)));
            }
            Ok(Reply::Output)
        }
        Err(Error::Service(error)) => {
            let written = error_reply(operation.service(), &error, error.request_id().unwrap_or_default());
            let Err(Error::Service(again)) = operation.decode(&written) else { return Err("no error again".into()) };
            let (context, context_again) = (error.context(), again.context());
            if (&context.code, &context.message, context.status)
                != (&context_again.code, &context_again.message, context_again.status)
            {
                return Err(format!("changes: {error}"));
            }
            Ok(Reply::Error)
        }
        Err(error) => Err(error.to_string()),
    }
}
