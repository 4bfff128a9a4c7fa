//! What boto3 and moto have said to each other (`motox-…` in the folder of shared captures): requests are read strictly and are
//! written as they were; replies are read strictly, and written again they have the same content.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use interop_services::{autoscaling, cloudformation, cloudfront, ec2, elbv2, rds, route53, s3, ses, sns};
use quick_xml::Reader;
use quick_xml::events::Event;
use shapewire::decode::DecodeOptions;
use shapewire::schema::{Operation, Service};
use shapewire::server::{Call, error_reply, reply};
use shapewire::{Error, value};

/// Services by the names that captures have.
const SERVICES: &[(&str, &Service)] = &[
    ("autoscaling", &autoscaling::SERVICE),
    ("cfn", &cloudformation::SERVICE),
    ("cloudfront", &cloudfront::SERVICE),
    ("ec2", &ec2::SERVICE),
    ("elbv2", &elbv2::SERVICE),
    ("rds", &rds::SERVICE),
    ("route53", &route53::SERVICE),
    ("s3", &s3::SERVICE),
    ("ses", &ses::SERVICE),
    ("sns", &sns::SERVICE),
];

/// Where we differ, with the words that must be in our report.
const DIFFERENT: &[(&str, &str)] = &[
    // The model has one status for the operation.
    ("s3-get_object-range", "the reply's status becomes 200 OK"),
    // S3's errors have elements that the model does not have. `raw_reply` has them.
    ("s3-get_object-nosuchkey", "Error/HostId="),
    // moto says it twice, as `Message` and as `message`.
    ("route53-get_hosted_zone-nosuch", r#"loses ["ErrorResponse/Error/message="#),
    ("sns-nosuch", r#"loses ["ErrorResponse/Error/message="#),
    // moto leaves it out, and we read strictly.
    ("route53-list_hosted_zones", "the required member Marker is missing"),
    // Maps have no order; ours is that of the keys.
    ("sns-publish-msgattrs", "MessageAttributes.entry.1.Name=b&"),
];

/// Headers that the transport and the signature bring, whatever the operation is.
const CARRIED: &[&str] = &[
    "accept-encoding",
    "access-control-allow-origin",
    "amz-sdk-invocation-id",
    "amz-sdk-request",
    "authorization",
    "connection",
    "content-length",
    "date",
    "expect",
    "host",
    "server",
    "status",
    "user-agent",
    "x-amz-content-sha256",
    "x-amz-crc32",
    "x-amz-date",
    "x-amz-request-id",
    "x-amzn-requestid",
];

struct Message {
    start_line: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

fn parse(path: &Path) -> Message {
    let bytes = fs::read(path).unwrap();
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let mut lines = head.lines();
    let start_line = lines.next().unwrap().to_owned();
    let headers = lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| {
        (HeaderName::from_bytes(name.as_bytes()).unwrap(), HeaderValue::from_bytes(value.as_bytes()).unwrap())
    });
    Message { start_line, headers: headers.collect(), body: bytes[end + 4..].to_vec() }
}

fn request(message: Message) -> Request<Vec<u8>> {
    let mut parts = message.start_line.split(' ');
    let mut request = Request::new(message.body);
    *request.method_mut() = parts.next().unwrap().parse().unwrap();
    *request.uri_mut() = parts.next().unwrap().parse().unwrap();
    *request.headers_mut() = message.headers;
    request
}

fn response(message: Message) -> Response<Vec<u8>> {
    let mut response = Response::new(message.body);
    *response.status_mut() = message.start_line.split(' ').nth(1).unwrap().parse().unwrap();
    *response.headers_mut() = message.headers;
    response
}

/// What of the headers is the operation's. botocore does not tell the type of XML.
fn headers(all: &HeaderMap) -> BTreeMap<String, String> {
    let own = all.iter().filter(|(name, value)| !CARRIED.contains(&name.as_str()) && *value != "application/xml");
    own.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect()
}

/// The pairs of a form or a query, in the order of their names.
fn pairs(text: &str) -> Vec<String> {
    let mut pairs: Vec<String> = text.split('&').map(|pair| pair.trim_end_matches('=').replace('+', "%20")).collect();
    pairs.sort();
    pairs
}

/// The texts of a document, each with the elements that it is in; in their order within an element's name.
fn texts(body: &[u8]) -> Vec<String> {
    let mut reader = Reader::from_reader(body);
    let (mut path, mut text, mut texts): (Vec<String>, String, Vec<String>) = Default::default();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                path.push(start.name().as_ref().to_owned());
                text.clear();
            }
            Event::Text(part) => text += &part,
            Event::GeneralRef(part) => text += &format!("&{};", &*part),
            Event::End(_) => {
                // Empty lists and absent ones are the same in a reply.
                if !text.trim().is_empty() {
                    texts.push(format!("{}={}", path.join("/"), plain(&text)));
                }
                text.clear();
                path.pop();
            }
            Event::Eof => break,
            _ => {}
        }
    }
    texts.sort();
    texts
}

/// A text as any writer may have written it: entities, and dates with and without a fraction that is nothing.
fn plain(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace(".000Z", "Z")
}

fn check_request(operation: &'static Operation, call: Call, sent: &Request<Vec<u8>>) -> Result<(), String> {
    let input = call.into_input().map_err(|error| format!("the request is refused: {error}"))?;
    let again = operation.encode(&*input, &"http://127.0.0.1/".parse().unwrap()).map_err(|error| error.to_string())?;
    let same = Call::parse(&[operation.service()], &again, &DecodeOptions::strict()).and_then(Call::into_input);
    if !same.is_ok_and(|same| value::equal(&*input, &*same)) {
        return Err(format!("the request changes when it is written again: {again:?}"));
    }
    let line = |request: &Request<Vec<u8>>| {
        let uri = request.uri();
        (request.method().clone(), uri.path().to_owned(), pairs(uri.query().unwrap_or_default()))
    };
    if line(&again) != line(sent) {
        return Err(format!("the request line is {} {}", again.method(), again.uri()));
    }
    if headers(again.headers()) != headers(sent.headers()) {
        return Err(format!("the request's headers are {:?}", headers(again.headers())));
    }
    let content = |request: &Request<Vec<u8>>| match request.body().first() {
        Some(b'<') => texts(request.body()),
        _ => pairs(std::str::from_utf8(request.body()).unwrap()),
    };
    if content(&again) != content(sent) {
        return Err(format!("the request's body is {}", String::from_utf8_lossy(again.body())));
    }
    Ok(())
}

/// Whether the reply is an error.
fn check_reply(operation: &'static Operation, response: &Response<Vec<u8>>) -> Result<bool, String> {
    let options = DecodeOptions::strict();
    let mut output = operation.new_output();
    let (written, is_error) = match operation.decode_into(response, &mut *output, &options) {
        Ok(metadata) => {
            let request_id = metadata.request_id.ok_or("no request id")?;
            let written = reply(operation, &*output, &request_id).map_err(|error| error.to_string())?;
            let mut again = operation.new_output();
            operation.decode_into(&written, &mut *again, &options).map_err(|error| format!("again: {error}"))?;
            if !value::equal(&*output, &*again) {
                return Err("the reply changes when it is written again".to_owned());
            }
            (written, false)
        }
        Err(Error::Service(error)) => {
            let request_id = error.request_id().unwrap_or_default();
            (error_reply(operation.service(), &error, request_id), true)
        }
        Err(error) => return Err(error.to_string()),
    };
    if written.status() != response.status() {
        return Err(format!("the reply's status becomes {}", written.status()));
    }
    let same = match response.body().first() {
        Some(b'<') => texts(written.body()) == texts(response.body()),
        _ => written.body() == response.body(),
    };
    if same { Ok(is_error) } else { Err(difference(&written, response)) }
}

/// What only one of two documents says.
fn difference(written: &Response<Vec<u8>>, sent: &Response<Vec<u8>>) -> String {
    let (written, sent) = (texts(written.body()), texts(sent.body()));
    let only = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|text| !those.contains(text)).take(5).cloned().collect()
    };
    format!("the reply loses {:?} and gains {:?}", only(&sent, &written), only(&written, &sent))
}

#[test]
fn captures_of_ten_services_are_read_without_loss() {
    let captures = PathBuf::from(std::env::var_os("SHAPEWIRE_SHARED").unwrap()).join("captures");
    let (mut requests, mut replies, mut errors, mut listed) = (0, 0, 0, 0);
    let mut problems = Vec::new();
    for entry in fs::read_dir(&captures).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        let Some(name) = file.strip_prefix("motox-").and_then(|name| name.strip_suffix(".request.http")) else {
            continue;
        };
        let service = SERVICES.iter().find(|(service, _)| name.starts_with(&format!("{service}-")));
        // There is no model of SQS's older protocol.
        let Some((_, service)) = service else { continue };
        let sent = request(parse(&captures.join(&file)));
        let answered = response(parse(&captures.join(format!("motox-{name}.response.http"))));
        let call = match Call::parse(&[service], &sent, &DecodeOptions::strict()) {
            Ok(call) => call,
            Err(error) => {
                problems.push(format!("{name}: {error}"));
                continue;
            }
        };
        let operation = call.operation();
        requests += 1;
        let checked = check_request(operation, call, &sent).and_then(|()| check_reply(operation, &answered));
        let words = DIFFERENT.iter().find(|(listed, _)| *listed == name).map(|(_, words)| *words);
        match (checked, words) {
            (Ok(false), None) => replies += 1,
            (Ok(true), None) => errors += 1,
            (Err(problem), Some(words)) if problem.contains(words) => listed += 1,
            (Err(problem), _) => problems.push(format!("{name}: {problem}")),
            (Ok(_), Some(_)) => problems.push(format!("{name}: listed, and nothing differs")),
        }
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
    assert_eq!(listed, DIFFERENT.len(), "captures are missing");
    assert!(requests > 35 && replies > 25 && errors > 3, "captures are missing: {requests} {replies} {errors}");
}
