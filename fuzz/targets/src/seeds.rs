//! What fuzzing begins with: small files beside the targets, the project's own suites and models, and captures where there are.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use http::Request;
use serde_json::Value;
use shapewire::OperationShape;
use shapewire::sigv4::Signer;

use crate::TARGETS;
use crate::event_streams;
use crate::services::{ALL, answered, credentials, depot, endpoint, now};

/// Bytes for a target.
#[derive(Clone, Debug)]
pub struct Input {
    /// The target's name.
    pub target: &'static str,
    /// Where the bytes come from.
    pub name: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// All inputs that there are: those of `fuzz/seeds` and `fuzz/regressions`, of the project's suites and models, and of the captures in
/// the folder `shared`, if there is one.
///
/// # Panics
/// Where one of the project's own files is not there, or not what it was.
#[must_use]
pub fn seeds(shared: Option<&Path>) -> Vec<Input> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut inputs = Vec::new();
    for (target, _) in TARGETS {
        for folder in ["fuzz/seeds", "fuzz/regressions"] {
            for path in files(&root.join(folder).join(target)) {
                add(&mut inputs, target, &path, fs::read(&path).expect("a file that is listed can be read"));
            }
        }
    }
    for path in
        files(&root.join("tests/suites")).into_iter().filter(|path| path.extension().is_some_and(|it| it == "json"))
    {
        add_suite(&mut inputs, &path);
    }
    for name in ["bookshop", "depot", "ferry", "harbour", "obstacles"] {
        let path = root.join(format!("codegen/tests/golden/{name}.json"));
        let model = fs::read(&path).expect("the golden models are there");
        add(&mut inputs, "models", &path, [&[0], model.as_slice()].concat());
    }
    add_streams(&mut inputs);
    add_made(&mut inputs);
    add_signed(&mut inputs);
    if let Some(shared) = shared {
        for path in files(&shared.join("captures")) {
            add_capture(&mut inputs, &path);
        }
    }
    inputs
}

fn add(inputs: &mut Vec<Input>, target: &'static str, path: &Path, bytes: Vec<u8>) {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    inputs.push(Input { target, name, bytes });
}

/// The files of a folder, in the order of their names; none where there is no folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_file()).collect();
    files.sort();
    files
}

/// The number of an operation among all, as targets read it.
fn chosen(name: &str) -> [u8; 2] {
    let mut operations = ALL.iter().flat_map(|service| service.operations());
    let index = operations.position(|operation| operation.name() == name).unwrap_or_default();
    u16::try_from(index).unwrap_or_default().to_le_bytes()
}

/// A reply for the target that reads them: operation, not strict, status 200.
fn reply(operation: &str, body: &[u8]) -> Vec<u8> {
    [&chosen(operation)[..], &[0, 0, 0], body].concat()
}

/// A form for the target that reads them, with its own action.
fn form(body: &[u8]) -> Vec<u8> {
    [&[1, 0, 0], body].concat()
}

/// The bodies of a suite's cases. Their shapes are others than those of the targets; what is around them is the same.
fn add_suite(inputs: &mut Vec<Input>, path: &Path) {
    let suites: Value = serde_json::from_slice(&fs::read(path).expect("a suite can be read")).expect("a suite is JSON");
    let cases = suites.as_array().into_iter().flatten().filter_map(|suite| suite["cases"].as_array()).flatten();
    for (index, case) in cases.enumerate() {
        let operation = ["ListUsers", "PutBook", "CreateShelf", "DescribeShips"][index % 4];
        if let Some(body) = case["serialized"]["body"].as_str() {
            add(inputs, "form_requests", path, form(body.as_bytes()));
            let method = case["serialized"]["method"].as_str().unwrap_or("POST");
            let uri = case["serialized"]["uri"].as_str().unwrap_or("/");
            add(inputs, "rest_requests", path, format!("{method} {uri}\n\n{body}").into_bytes());
        }
        if let Some(body) = case["response"]["body"].as_str() {
            add(inputs, "xml_replies", path, reply(operation, body.as_bytes()));
        }
        if !case["params"].is_null() {
            add(inputs, "json_values", path, [&chosen(operation)[..], case["params"].to_string().as_bytes()].concat());
        }
    }
}

/// Streams of events, which no file can show.
fn add_streams(inputs: &mut Vec<Input>) {
    let text = |name: &str, value: &str| {
        let length = |text: &str| u8::try_from(text.len()).unwrap_or_default();
        [&[length(name)], name.as_bytes(), &[7, 0, length(value)], value.as_bytes()].concat()
    };
    let mut stream = vec![0];
    for (event, payload) in
        [("Weighed", "<Weighed><Grams>5</Grams></Weighed>"), ("Scanned", "image"), ("End", ""), ("Unheard", "x")]
    {
        let headers = [text(":message-type", "event"), text(":event-type", event)].concat();
        event_streams::push(&mut stream, &headers, payload.as_bytes());
        let [headers_length, length] =
            [headers.len(), payload.len()].map(|length| u16::try_from(length).unwrap_or_default().to_be_bytes());
        let made = [&[1], &headers_length[..], &length, &headers, payload.as_bytes()].concat();
        inputs.push(Input { target: "event_streams", name: event.to_owned(), bytes: made });
    }
    inputs.push(Input { target: "event_streams", name: "stream".to_owned(), bytes: stream });
    let watch = reply("WatchShelf", b"");
    assert!(depot::SERVICE.operation("WatchShelf").is_some());
    inputs.push(Input { target: "xml_replies", name: "no events".to_owned(), bytes: watch });
}

/// What is made and then edited: of some operations a reply, JSON and, where there is one, a request.
fn add_made(inputs: &mut Vec<Input>) {
    let count = ALL.iter().map(|service| service.operations().len()).sum();
    for index in (0..count).step_by(5) {
        let operation = u16::try_from(index).unwrap_or_default().to_le_bytes();
        // As good as any other choices, and others for each operation.
        let choices: Vec<u8> = (1..100).map(|at: usize| (at * (at + index) % 251).to_le_bytes()[0]).collect();
        for (target, begin) in [
            ("xml_replies", &[operation[0], operation[1], 2, 0, 0][..]),
            ("json_values", &[operation[0], operation[1], 0]),
        ] {
            inputs.push(Input { target, name: format!("made {index}"), bytes: [begin, &choices].concat() });
        }
        if index < depot::SERVICE.operations().len() * 5 {
            let begin = [0, (index / 5).to_le_bytes()[0], 0];
            inputs.push(Input {
                target: "rest_requests",
                name: format!("made {index}"),
                bytes: [&begin[..], &choices].concat(),
            });
        }
    }
}

/// Requests whose signatures are right, in headers and in a query.
fn add_signed(inputs: &mut Vec<Input>) {
    let mut request = depot::GetShelf::encode(&depot::ShelfInput::new("s"), &endpoint()).expect("it can be written");
    Signer::new("us-east-1", "depot").sign(&mut request, &credentials(), now()).expect("it can be signed");
    assert_eq!(answered(&request), [200, 200]);
    let mut text = format!("{} {}\n", request.method(), request.uri());
    for (name, value) in request.headers() {
        text.extend([name.as_str(), ":", value.to_str().expect("headers are ASCII"), "\n"]);
    }
    inputs.push(Input { target: "rest_requests", name: "signed".to_owned(), bytes: (text + "\n").into_bytes() });

    let mut request =
        Request::get("http://localhost/?Action=ListUsers&Version=2010-05-08").body(Vec::new()).expect("a URI");
    let signer = Signer::new("us-east-1", "iam");
    signer.presign(&mut request, &credentials(), now(), Duration::from_mins(5)).expect("it can be signed");
    assert_eq!(answered(&request), [200, 200]);
    let query = request.uri().query().unwrap_or_default().as_bytes();
    inputs.push(Input { target: "form_requests", name: "presigned".to_owned(), bytes: [&[3, 0, 0], query].concat() });
}

/// A request or a reply as it went over the wire.
fn add_capture(inputs: &mut Vec<Input>, path: &Path) {
    let bytes = fs::read(path).expect("a file that is listed can be read");
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if name.ends_with(".request.http") {
        let body = body(&bytes);
        add(inputs, "form_requests", path, form(body));
        let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
        add(inputs, "rest_requests", path, text.replacen(" HTTP/1.1", "", 1).into_bytes());
    } else if let Some(stem) = name.strip_suffix(".response.http") {
        let request = fs::read(path.with_file_name(format!("{stem}.request.http"))).unwrap_or_default();
        let request = String::from_utf8_lossy(&request).into_owned();
        let action =
            request.split("Action=").nth(1).and_then(|rest| rest.split(['&', ' ', '\n']).next()).unwrap_or_default();
        add(inputs, "xml_replies", path, reply(action, body(&bytes)));
    }
}

/// What follows the empty line.
fn body(message: &[u8]) -> &[u8] {
    let end = |separator: &[u8]| {
        message.windows(separator.len()).position(|it| it == separator).map(|at| at + separator.len())
    };
    end(b"\r\n\r\n").or_else(|| end(b"\n\n")).map_or(&[], |start| &message[start..])
}
