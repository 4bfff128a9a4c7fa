//! `restXml`, both halves, over a small service of our own: `codegen/tests/golden/depot.json`.
#![cfg(all(feature = "server", feature = "json"))]

mod support;

#[allow(clippy::all, clippy::pedantic, dead_code, unreachable_pub, reason = "generated, and each test uses a part")]
mod depot {
    include!("../codegen/tests/golden/depot.rs");
}

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use fastrand::Rng;
use http::{Request, Response};
use shapewire::decode::{DecodeErrorKind, DecodeOptions};
use shapewire::encode::{EncodeErrorKind, EncodeOptions};
use shapewire::json::{self, Secrets};
use shapewire::schema::{Binding, Operation, Service, ShapeKind};
use shapewire::server::{Call, Context, Failure, Router, error_reply, reply};
use shapewire::value::{self, Empty, Slot, View};
use shapewire::{OperationShape, Structure, Timestamp};
use support::{Alphabet, Generator};

const ENDPOINT: &str = "https://depot.example/base/";
const SERVICES: &[&Service] = &[&depot::SERVICE];

fn endpoint() -> http::Uri {
    ENDPOINT.parse().unwrap()
}

fn operation(name: &str) -> &'static Operation {
    depot::SERVICE.operation(name).unwrap()
}

fn noon() -> Timestamp {
    "2024-05-01T12:00:00Z".parse().unwrap()
}

fn header<'a, B>(request: &'a Request<B>, name: &str) -> Option<&'a str> {
    request.headers().get(name).map(|value| value.to_str().unwrap())
}

fn body(request: &Request<Vec<u8>>) -> &str {
    std::str::from_utf8(request.body()).unwrap()
}

fn put_parcel() -> depot::PutParcelInput {
    depot::PutParcelInput::new("a/b c", "x/y z/ü?#[]@!$&'()*+,;=%")
}

#[test]
fn labels_are_encoded_and_greedy_ones_keep_their_slashes() {
    let request = depot::PutParcel::encode(&put_parcel(), &endpoint()).unwrap();
    assert_eq!(request.method(), "PUT");
    assert_eq!(
        request.uri(),
        "https://depot.example/base/shelves/a%2Fb%20c/parcels/x/y%20z/%C3%BC%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D%25?kind=parcel"
    );
    assert!(request.body().is_empty());
    assert_eq!(header(&request, "content-type"), None);
}

#[test]
fn an_empty_label_is_refused() {
    let error = depot::GetShelf::encode(&depot::ShelfInput::new(""), &endpoint()).unwrap_err();
    assert_eq!((error.kind(), error.path().as_str()), (&EncodeErrorKind::EmptyLabel, "Shelf"));
}

#[test]
fn members_go_where_they_are_bound() {
    let others = BTreeMap::from([
        ("other".to_owned(), vec!["1".to_owned(), "2 3".to_owned()]),
        ("page".to_owned(), vec!["not this one".to_owned()]),
        ("kind".to_owned(), vec!["nor this one".to_owned()]),
    ]);
    let input = put_parcel()
        .with_text("Grüße")
        .with_own("o")
        .with_number(-3)
        .with_fragile(false)
        .with_when(noon())
        .with_when_iso(noon())
        .with_when_unix(noon())
        .with_times([noon(), noon()])
        .with_names(["plain".to_owned(), "a,b".to_owned(), "say \"hi\"".to_owned()])
        .with_colors([depot::Color::Red, "new".into()])
        .with_json("{\"a\":1}")
        .with_metadata(BTreeMap::from([("one".to_owned(), "1".to_owned())]))
        .with_content_type("image/png")
        .with_page(0)
        .with_since(noon())
        .with_items([1, 2])
        .with_others(others)
        .with_body(b"bytes".to_vec());
    let request = depot::PutParcel::encode(&input, &endpoint()).unwrap();
    assert_eq!(
        request.uri().query(),
        Some("kind=parcel&page=0&since=2024-05-01T12%3A00%3A00Z&item=1&item=2&other=1&other=2%203")
    );
    assert_eq!(request.headers()["x-text"].as_bytes(), "Grüße".as_bytes());
    for (name, value) in [
        ("own", "o"),
        ("x-number", "-3"),
        ("x-fragile", "false"),
        ("x-when", "Wed, 01 May 2024 12:00:00 GMT"),
        ("x-when-iso", "2024-05-01T12:00:00Z"),
        ("x-when-unix", "1714564800"),
        ("x-times", "Wed, 01 May 2024 12:00:00 GMT, Wed, 01 May 2024 12:00:00 GMT"),
        ("x-names", r#"plain, "a,b", "say \"hi\"""#),
        ("x-colors", "red, new"),
        ("x-json", "eyJhIjoxfQ=="),
        ("x-meta-one", "1"),
        ("content-type", "image/png"),
        ("content-length", "5"),
    ] {
        assert_eq!(header(&request, name), Some(value), "{name}");
    }
    assert_eq!(request.body(), b"bytes");
}

#[test]
fn empty_headers_are_not_sent_and_illegal_ones_are_refused() {
    let input = put_parcel().with_text("").with_names([]).with_page(1);
    let request = depot::PutParcel::encode(&input, &endpoint()).unwrap();
    assert_eq!((header(&request, "x-text"), header(&request, "x-names")), (None, None));
    for text in ["a\nb", " a", "a\u{0}"] {
        let error = depot::PutParcel::encode(&put_parcel().with_text(text), &endpoint()).unwrap_err();
        assert_eq!((error.kind(), error.path().as_str()), (&EncodeErrorKind::Header, "x-text"), "{text:?}");
    }
}

#[test]
fn a_document_has_names_attributes_and_namespaces() {
    let node = depot::Node::new()
        .with_id("a<b\n")
        .with_weight(3)
        .with_next(depot::Node::new().with_children([depot::Node::new(), depot::Node::new().with_weight(1)]));
    let input = depot::CreateShelfInput::new("<&>\r")
        .with_token("t")
        .with_ratio(f32::INFINITY)
        .with_picture(b"abc".to_vec())
        .with_made(noon())
        .with_made_unix(noon())
        .with_made_http(noon())
        .with_tags(["x".to_owned()])
        .with_flat(["1".to_owned(), "2".to_owned()])
        .with_counts(BTreeMap::from([("k".to_owned(), 7)]))
        .with_notes(BTreeMap::from([("k".to_owned(), "v".to_owned())]))
        .with_root(node)
        .with_choice(depot::Choice::Many(vec!["m".to_owned()]));
    let request = depot::CreateShelf::encode(&input, &endpoint()).unwrap();
    assert_eq!(header(&request, "x-depot-token"), Some("t"));
    assert_eq!(header(&request, "content-type"), Some("application/xml"));
    let xsi = "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"";
    assert_eq!(
        body(&request),
        format!(
            "<CreateShelfRequest xmlns=\"https://depot.example/\"><Name>&lt;&amp;&gt;&#xD;</Name><Ratio>Infinity</Ratio>\
             <Picture>YWJj</Picture><Made>2024-05-01T12:00:00Z</Made><MadeUnix>1714564800</MadeUnix>\
             <MadeHttp>Wed, 01 May 2024 12:00:00 GMT</MadeHttp>\
             <Tags xmlns=\"https://tags.example/\"><item xmlns=\"https://items.example/\">x</item></Tags>\
             <One>1</One><One>2</One><Counts><K>k</K><V>7</V></Counts>\
             <Notes><entry><key>k</key><value>v</value></entry></Notes>\
             <Root {xsi} xsi:id=\"a&lt;b&#xA;\" Weight=\"3\"><Next {xsi}><Children><member {xsi}></member>\
             <member {xsi} Weight=\"1\"></member></Children></Next></Root>\
             <Choice><Many><member>m</member></Many></Choice></CreateShelfRequest>"
        )
    );
}

#[test]
fn a_payload_is_named_by_its_member_or_its_target() {
    let label = depot::Label::new().with_lang("de").with_lines(["a".to_owned()]);
    let input = depot::PutLabelInput::new("n").with_label(label.clone());
    let request = depot::PutLabel::encode(&input, &endpoint()).unwrap();
    assert_eq!(
        body(&request),
        "<ParcelLabel xmlns=\"https://labels.example/\" lang=\"de\"><Lines><member>a</member></Lines></ParcelLabel>"
    );
    let output = depot::PutLabelOutput::new().with_label(label);
    let written = reply(operation("PutLabel"), &output, "r").unwrap();
    assert!(written.body().starts_with(b"<LABEL lang=\"de\">"));
    let choice = depot::PutChoiceInput::new().with_choice(depot::Choice::Number(1));
    let request = depot::PutChoice::encode(&choice, &endpoint()).unwrap();
    assert_eq!(body(&request), "<Choice><Number>1</Number></Choice>");
    let request = depot::PutChoice::encode(&depot::PutChoiceInput::new(), &endpoint()).unwrap();
    assert_eq!((body(&request), header(&request, "content-type")), ("", None));
    let request = depot::PutText::encode(&depot::TextOutput::new().with_text("hello"), &endpoint()).unwrap();
    assert_eq!((body(&request), header(&request, "content-type")), ("hello", Some("text/plain")));
}

fn response(status: u16, headers: &[(&str, &str)], body: &str) -> Response<Vec<u8>> {
    let mut builder = Response::builder().status(status);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    builder.body(body.as_bytes().to_vec()).unwrap()
}

#[test]
fn replies_are_read_from_head_and_body() {
    let headers = [
        ("Content-Length", "4"),
        ("Expires", "never"),
        ("X-Names", "a, \"b,c\""),
        ("x-names", "d"),
        ("x-times", "Mon, 16 Dec 2019 23:48:18 GMT, 1714564800"),
        ("x-json", "eyJhIjoxfQ=="),
        ("X-Meta-One", "1"),
        ("x-meta-", "nameless"),
    ];
    let output = depot::GetParcel::decode(&response(200, &headers, "body")).unwrap();
    assert_eq!(output.body.as_deref(), Some(&b"body"[..]));
    assert_eq!(output.size, Some(4));
    assert_eq!((output.expires, output.expires_string.as_deref()), (None, Some("never")));
    assert_eq!(output.names, ["a", "b,c", "d"]);
    assert_eq!(output.times.len(), 2);
    assert_eq!(output.json.as_deref(), Some("{\"a\":1}"));
    assert_eq!(output.metadata, BTreeMap::from([("one".to_owned(), "1".to_owned())]));
    let output = depot::GetParcel::decode(&response(200, &[("expires", "Wed, 01 May 2024 12:00:00 GMT")], "")).unwrap();
    assert_eq!((output.expires, output.body.as_deref()), (Some(noon()), Some(&b""[..])));
    let error = depot::GetParcel::decode(&response(200, &[("x-times", "noon")], "")).unwrap_err();
    assert!(error.to_string().contains("x-times: expected timestamp, found \"noon\""), "{error}");
}

#[test]
fn a_document_is_read_whatever_its_root_and_prefixes_are() {
    let xml = "<Any xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"><Name>n</Name><One>1</One><One>2</One>\
               <Counts><V>7</V><K>k</K></Counts><Unheard/>\
               <Root i:id='a&amp;b&#10;' Weight=\"3\"><Next/></Root><page>4</page></Any>";
    let output = depot::CreateShelf::decode(&response(201, &[("location", "/here")], xml)).unwrap();
    assert_eq!((output.name.as_str(), output.location.as_deref(), output.status), ("n", Some("/here"), Some(201)));
    assert_eq!((output.flat, output.page), (vec!["1".to_owned(), "2".to_owned()], Some(4)));
    assert_eq!(output.counts, BTreeMap::from([("k".to_owned(), 7)]));
    let root = output.root.unwrap();
    assert_eq!((root.id.as_deref(), root.weight, root.next.is_some()), (Some("a&b\n"), Some(3), true));
    let error = depot::CreateShelf::decode(&response(201, &[], "<A><Root Weight=\"x\"/></A>")).unwrap_err();
    assert!(error.to_string().contains("A/Root/Weight: expected integer"), "{error}");
}

#[test]
fn errors_are_read_in_both_wrappings_and_without_a_body() {
    let inner = "<Type>Sender</Type><Code>NoSuchShelf</Code><Message>gone</Message><Shelf>s</Shelf>";
    for (body, request_id) in [
        (format!("<ErrorResponse><Error>{inner}</Error><RequestId>r</RequestId></ErrorResponse>"), Some("r")),
        (format!("<Error>{inner}<RequestId>r</RequestId></Error>"), Some("r")),
        (format!("<Error>{inner}</Error>"), None),
    ] {
        // An error may come with any status.
        for status in [404, 200] {
            let error = depot::GetShelf::decode(&response(status, &[("x-hint", "look there")], &body)).unwrap_err();
            let depot::Error::NoSuchShelf(error) = error else { panic!("{error}") };
            assert_eq!((error.status(), error.message(), error.request_id()), (status, Some("gone"), request_id));
            let details = error.details();
            assert_eq!((details.shelf.as_deref(), details.hint.as_deref()), (Some("s"), Some("look there")));
        }
    }
    let error = depot::HeadShelf::decode(&response(404, &[], "")).unwrap_err();
    assert!(matches!(error, depot::Error::NoSuchShelf(_)), "{error}");
    let error = depot::HeadShelf::decode(&response(403, &[], "")).unwrap_err();
    assert_eq!(error.code(), Some("403"));
    let error = depot::DeleteShelf::decode(&response(409, &[], "")).unwrap_err();
    assert!(matches!(error, depot::Error::ShelfInUse(_)), "{error}");
}

#[test]
fn the_model_says_which_errors_may_pass() {
    let in_use = "<Error><Code>InUse</Code></Error>";
    let no_such = "<Error><Code>NoSuchShelf</Code></Error>";
    for (status, body, may_pass) in [(409, in_use, true), (409, "", true), (404, no_such, false), (404, "", false)] {
        let error = depot::DeleteShelf::decode(&response(status, &[], body)).unwrap_err();
        let error = shapewire::Error::from(error);
        assert_eq!((error.is_retryable(), error.is_throttling()), (may_pass, may_pass), "{status} {body}");
    }
}

fn called(method: &str, uri: &str, headers: &[(&str, &str)]) -> Result<&'static str, String> {
    let mut builder = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        builder = builder.header(*name, *value);
    }
    let request = builder.body(Vec::new()).unwrap();
    match Call::parse(SERVICES, &request, &DecodeOptions::strict()) {
        Ok(call) => Ok(call.operation().name()),
        Err(error) => Err(format!("{} {}", error.status(), error.code())),
    }
}

#[test]
fn the_most_exact_uri_is_called() {
    for (method, uri, headers, name) in [
        ("GET", "/", &[][..], "ListShelves"),
        ("GET", "/shelves/notes", &[], "GetShelfNotes"),
        ("GET", "/shelves/other", &[], "GetShelf"),
        ("GET", "/shelves/other/", &[], "GetShelf"),
        ("GET", "/shelves/other?place", &[], "GetShelfPlace"),
        ("GET", "/shelves/other?place=&x-id=GetShelfPlace", &[], "GetShelfPlace"),
        ("GET", "/shelves/a/parcels/b/c/", &[], "GetParcel"),
        ("PUT", "/shelves/a/parcels/b?kind=parcel", &[], "PutParcel"),
        ("PUT", "/shelves/a/parcels/b?kind=parcel", &[("x-source", "c")], "CopyParcel"),
        ("POST", "/shelves/a?type=2&watch", &[], "WatchShelf"),
    ] {
        assert_eq!(called(method, uri, headers), Ok(name), "{method} {uri}");
    }
    for (method, uri) in [
        ("GET", "/shelves"),
        ("PATCH", "/shelves/a"),
        ("GET", "/shelves/a/parcels/"),
        ("POST", "/shelves/a?type=3&watch"),
        ("PUT", "/shelves/a/parcels/b"),
    ] {
        assert_eq!(called(method, uri, &[]), Err("404 InvalidAction".to_owned()), "{method} {uri}");
    }
}

#[test]
fn a_server_reads_strictly_and_says_what_is_wrong() {
    let refused = |uri: &str, headers: &[(&str, &str)], body: &str| {
        let mut builder = Request::builder().method(if uri == "/shelves" { "POST" } else { "PUT" }).uri(uri);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        let request = builder.body(body.as_bytes().to_vec()).unwrap();
        let call = Call::parse(SERVICES, &request, &DecodeOptions::strict()).unwrap();
        let Err(error) = call.into_input() else { panic!("{uri} is read") };
        format!("{}: {}", error.code(), error.message().unwrap())
    };
    let parcel = "/shelves/a/parcels/b?kind=parcel";
    for (uri, headers, body, words) in [
        (parcel, &[("x-number", "many")][..], "", "MalformedInput: x-number: expected integer of 32 bits"),
        ("/shelves/a/parcels/b?kind=parcel&page=1&page=2", &[], "", "MalformedQueryString: page: given more than once"),
        ("/shelves/a/parcels/%zz?kind=parcel", &[], "", "MalformedQueryString: Name: a percent sign"),
        ("/shelves", &[], "", "'name' failed to satisfy constraint: Member must not be null"),
        ("/shelves", &[], "<A><Name>n</Name><Unheard/></A>", "A/Unheard: unknown name"),
        ("/shelves", &[], "<A><Name>n</Name><Size>1", "the body ends too early"),
        ("/shelves", &[], "<A></A>", "the required member Name is missing"),
    ] {
        let found = refused(uri, headers, body);
        assert!(found.contains(words), "{uri} {body}: {found}");
    }
}

/// Makes random values such as HTTP can tell: no empty labels, no headers that are empty or have line ends.
fn tame(target: &mut dyn Structure, random: &mut Rng) {
    for (index, member) in target.shape().members().iter().enumerate() {
        let text = |random: &mut Rng| -> String {
            let middle: String =
                (0..random.usize(..9)).map(|_| ['a', ',', '"', '\\', ' ', 'é', '='][random.usize(..7)]).collect();
            format!("x{middle}y")
        };
        let is_absent = matches!(target.member(index).view(), View::Absent);
        let needs_value =
            member.is_idempotency_token() || member.is_streaming() || member.binding() == Binding::StatusCode;
        if member.name() == "Expires" {
            target.member_mut(index).clear();
            continue;
        }
        if is_absent && !needs_value {
            continue;
        }
        match (member.binding(), target.member_mut(index).slot()) {
            (Binding::Label | Binding::Header | Binding::Payload, Slot::String(place)) => {
                place.set(Cow::Owned(text(random)));
            }
            (Binding::StatusCode, Slot::Integer(place)) => *place = random.i32(206..300),
            (Binding::Header | Binding::Query, Slot::List(list)) => {
                if matches!(member.target().kind(), ShapeKind::List(kind) if matches!(kind.member.target().kind(), ShapeKind::String | ShapeKind::Enum(_)))
                {
                    list.clear();
                    for _ in 0..random.usize(1..4) {
                        let Slot::String(place) = list.push().slot() else { panic!("no text") };
                        place.set(Cow::Owned(if random.bool() { text(random) } else { String::new() }));
                    }
                } else if list.is_empty() {
                    list.push().slot();
                }
            }
            (Binding::PrefixHeaders | Binding::QueryParams, Slot::Map(map)) => {
                map.clear();
                for key in ["q1", "q-2"] {
                    match map.entry(key.to_owned()).slot() {
                        Slot::String(place) => place.set(Cow::Owned(text(random))),
                        Slot::List(list) => {
                            let Slot::String(place) = list.push().slot() else { panic!("no text") };
                            place.set(Cow::Owned(text(random)));
                        }
                        _ => panic!("no text"),
                    }
                }
            }
            (Binding::Document, Slot::List(list)) if member.is_flattened() && list.is_empty() => {
                list.push().slot();
            }
            _ => {}
        }
    }
}

fn shown(structure: &dyn Structure) -> String {
    json::to_string_pretty(structure, Secrets::Expose)
}

#[test]
fn random_values_survive_both_ways() {
    let seed = std::env::var("SHAPEWIRE_SEED").map_or_else(|_| Rng::new().u64(..), |seed| seed.parse().unwrap());
    println!("SHAPEWIRE_SEED={seed}");
    let mut generator = Generator { random: Rng::with_seed(seed), alphabet: Alphabet::Xml };
    for &operation in depot::SERVICE.operations() {
        // Times in headers of events are milliseconds; a name in a host is one.
        if ["WatchShelf", "Ping"].contains(&operation.name()) {
            continue;
        }
        for _ in 0..40 {
            let mut input = operation.new_input();
            generator.fill(&mut *input, 0);
            tame(&mut *input, &mut generator.random);
            // A server compares it with the body.
            for name in ["ChecksumAlgorithm", "ContentMD5"] {
                if let Some(index) = input.shape().member_index(name) {
                    input.member_mut(index).clear();
                }
            }
            let request = match operation.encode(&*input, &"http://localhost".parse().unwrap()) {
                Err(error) if matches!(error.kind(), EncodeErrorKind::TooDeep(_)) => continue,
                request => request.unwrap(),
            };
            let call = Call::parse(SERVICES, &request, &DecodeOptions::strict()).unwrap();
            assert!(std::ptr::eq(call.operation(), operation), "{operation:?} is taken for {:?}", call.operation());
            let mut read =
                call.into_input().unwrap_or_else(|error| panic!("{operation:?}: {error}\n{}", shown(&*input)));
            for name in ["ChecksumAlgorithm", "ChecksumMode", "ContentType"] {
                // A client fills these in.
                if let Some(index) = read.shape().member_index(name)
                    && matches!(input.member(index).view(), View::Absent)
                {
                    read.member_mut(index).clear();
                }
            }
            assert!(value::equal(&*input, &*read), "{operation:?}\nwrote {}\nread {}", shown(&*input), shown(&*read));

            let mut output = operation.new_output();
            generator.fill(&mut *output, 0);
            tame(&mut *output, &mut generator.random);
            let reply = match reply(operation, &*output, "the-request") {
                Err(error) if matches!(error.kind(), EncodeErrorKind::TooDeep(_)) => continue,
                reply => reply.unwrap(),
            };
            let mut read = operation.new_output();
            let metadata = operation
                .decode_into(&reply, &mut *read, &DecodeOptions::strict())
                .unwrap_or_else(|error| panic!("{operation:?}: {error}\n{}", shown(&*output)));
            assert!(value::equal(&*output, &*read), "{operation:?}\nwrote {}\nread {}", shown(&*output), shown(&*read));
            assert_eq!(metadata.request_id.as_deref(), Some("the-request"));
        }
    }
}

#[test]
fn errors_survive() {
    let error = depot::NoSuchShelf::new().with_message("gone").with_shelf("s").with_hint("look there");
    let error = shapewire::ServiceError::from_details(Box::new(error));
    let reply = error_reply(&depot::SERVICE, &error, "the-request");
    assert_eq!((reply.status().as_u16(), reply.headers()["content-type"].to_str().unwrap()), (404, "application/xml"));
    let depot::Error::NoSuchShelf(read) = depot::GetShelf::decode(&reply).unwrap_err() else { panic!("another error") };
    assert_eq!(read.details().hint.as_deref(), Some("look there"));
    assert_eq!((read.details().shelf.as_deref(), read.request_id()), (Some("s"), Some("the-request")));
}

#[test]
fn a_reply_to_head_has_no_body() {
    let gone = |_: depot::ShelfInput, _: &Context| Err(depot::NoSuchShelf::new().with_message("gone").into());
    let router = Router::new().on::<depot::HeadShelf>(gone);
    let request = depot::HeadShelf::encode(&depot::ShelfInput::new("s"), &"http://localhost".parse().unwrap()).unwrap();
    let reply = router.handle(&request);
    assert_eq!((request.method().as_str(), reply.status().as_u16(), reply.body().len()), ("HEAD", 404, 0));
    let error = depot::HeadShelf::decode(&reply).unwrap_err();
    assert!(matches!(&error, depot::Error::NoSuchShelf(error) if error.message().is_none()), "{error}");
    // What the input lacks is told by the status alone.
    let request = Request::head("/shelves/%zz").body(Vec::new()).unwrap();
    assert_eq!((router.handle(&request).status().as_u16(), router.handle(&request).body().len()), (400, 0));
}

#[test]
fn a_prefix_stands_before_the_host() {
    let input = depot::PingInput::new("t-1");
    let request = depot::Ping::encode(&input, &"https://depot.example:8443/x".parse().unwrap()).unwrap();
    assert_eq!(request.uri(), "https://t-1.data-depot.example:8443/x/ping");
    let request = depot::Ping::encode(&input, &"http://127.0.0.1:80".parse().unwrap()).unwrap();
    assert_eq!(request.uri(), "http://127.0.0.1:80/ping");
    for tenant in ["", "a.b", "-a", "a/b"] {
        let error = depot::Ping::encode(&depot::PingInput::new(tenant), &endpoint()).unwrap_err();
        assert_eq!((error.kind(), error.path().as_str()), (&EncodeErrorKind::HostLabel, "Tenant"), "{tenant:?}");
    }
}

/// What a server answers whose handler gives this status.
fn answered(status: Option<i32>) -> Response<Vec<u8>> {
    let router = Router::new().on::<depot::GetShelf>(move |_, _| {
        let mut output = depot::CreateShelfOutput::new("n");
        output.status = status;
        Ok(output)
    });
    router.handle(&Request::get("/shelves/s").body(Vec::new()).unwrap())
}

#[test]
fn a_reply_has_a_status_of_replies() {
    for status in [200, 201, 299, 300, 404, 599] {
        let reply = answered(Some(status));
        assert_eq!(i32::from(reply.status().as_u16()), status);
        assert!(String::from_utf8_lossy(reply.body()).contains("<Name>n</Name>"), "{reply:?}");
    }
    assert_eq!(answered(None).status(), 200);
    for status in [204, 205, 304] {
        let reply = answered(Some(status));
        assert_eq!((i32::from(reply.status().as_u16()), reply.body().as_slice()), (status, &[][..]));
        assert!(!reply.headers().contains_key("content-type"), "{reply:?}");
    }
    for status in [0, 99, 100, 101, 190, 199, 600, 700, 999, 1000, 65_536 + 200, -200, i32::MIN, i32::MAX] {
        let reply = answered(Some(status));
        assert_eq!(reply.status(), 500, "{status}");
        assert!(String::from_utf8_lossy(reply.body()).contains("<Code>InternalFailure</Code>"), "{reply:?}");
        let failure = reply.extensions().get::<Arc<Failure>>().unwrap();
        let Failure::Unwritable(error) = &**failure else { panic!("{failure:?}") };
        assert_eq!((error.path().as_str(), error.kind()), ("Status", &EncodeErrorKind::Status(status)));
        assert_eq!(error.to_string(), format!("Status: {status} is no status of a reply, which are 200 to 599"));
    }
}

#[test]
fn what_a_resolved_endpoint_has_is_not_written_again() {
    let options = EncodeOptions::DEFAULT.with_complete_endpoint();
    let endpoint = "https://s.depot.example/".parse().unwrap();
    let input = depot::ShelfInput::new("s");
    // The label is a parameter of the rules, but it is not the first of the path.
    let request = operation("GetShelf").encode_with(&input, &endpoint, &options).unwrap();
    assert_eq!(request.uri(), "https://s.depot.example/shelves/s");
}

#[test]
fn the_first_label_may_stand_in_the_host() {
    let stock = |input: depot::ShelfInput, _: &Context| Ok(depot::TextOutput::new().with_text(input.shelf));
    let shelf = |_: depot::ShelfInput, _: &Context| Ok(depot::CreateShelfOutput::new("by its path"));
    let list = |_: Empty, _: &Context| Ok(depot::ListShelvesOutput::new().with_next("a list"));
    let without =
        Router::new().on::<depot::GetStock>(stock).on::<depot::GetShelf>(shelf).on::<depot::ListShelves>(list);
    let asked = |router: &Router, uri: &str| {
        let reply = router.handle(&Request::get(uri).body(Vec::new()).unwrap());
        format!("{} {}", reply.status().as_u16(), String::from_utf8(reply.into_body()).unwrap())
    };
    assert!(asked(&without, "http://top.depot.example/?stock").contains("a list"));
    let router = without.with_base_domain("Depot.Example");
    for (uri, found) in [
        ("http://top.depot.example/?stock", "200 top"),
        ("http://TOP.SHELF.Depot.example:8080?stock", "200 top.shelf"),
        ("http://depot.example/top?stock", "200 top"),
        ("http://127.0.0.1/top?stock", "200 top"),
    ] {
        assert_eq!(asked(&router, uri), found, "{uri}");
    }
    // What is meant for no shelf is read as if its host said nothing.
    assert!(asked(&router, "http://top.depot.example/shelves/1").contains("by its path"));
    assert!(asked(&router, "http://top.depot.example/").contains("a list"));
    // As the client writes it.
    let options = EncodeOptions::DEFAULT.with_complete_endpoint();
    let input = depot::ShelfInput::new("top");
    let request = operation("GetStock").encode_with(&input, &"https://top.depot.example".parse().unwrap(), &options);
    assert_eq!(asked(&router, &request.unwrap().uri().to_string()), "200 top");
}

#[cfg(feature = "compression")]
#[test]
fn large_bodies_are_compressed() {
    use std::io::Read;
    let input = depot::PingInput::new("t").with_items(vec!["a".repeat(100); 200]);
    let plain = operation("Ping")
        .encode_with(&input, &endpoint(), &EncodeOptions::DEFAULT.with_min_compression_bytes(1 << 20))
        .unwrap();
    let request = depot::Ping::encode(&input, &endpoint()).unwrap();
    assert_eq!((header(&plain, "content-encoding"), header(&request, "content-encoding")), (None, Some("gzip")));
    assert_eq!(header(&request, "content-length"), Some(request.body().len().to_string().as_str()));
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(request.body().as_slice()).read_to_end(&mut unpacked).unwrap();
    assert!(&unpacked == plain.body() && request.body().len() < 1000);
}

mod checksums {
    use shapewire::event_stream::Events;

    use super::*;

    #[test]
    fn requests_carry_the_checksum_that_is_asked_for() {
        let body = b"123456789".to_vec();
        let request = depot::PutParcel::encode(&put_parcel().with_body(body.clone()), &endpoint()).unwrap();
        // The check value of CRC-32, from the catalogue of parametrised CRC algorithms: cbf43926.
        assert_eq!(header(&request, "x-amz-checksum-crc32"), Some("y/Q5Jg=="));
        assert_eq!(header(&request, "x-amz-sdk-checksum-algorithm"), Some("CRC32"));
        let input = put_parcel().with_body(body.clone()).with_checksum_algorithm(depot::Algorithm::Sha256);
        let request = depot::PutParcel::encode(&input, &endpoint()).unwrap();
        assert_eq!(header(&request, "x-amz-checksum-sha256"), Some("FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU="));
        assert_eq!(header(&request, "x-amz-checksum-crc32"), None);
        let input = put_parcel().with_body(body.clone()).with_checksum_sha1("98O8HYCOBHMq32eZZczDTKeuNEE=");
        let request = depot::PutParcel::encode(&input, &endpoint()).unwrap();
        assert_eq!(header(&request, "x-amz-checksum-crc32"), None, "one is given");
        let input = put_parcel().with_body(body).with_checksum_algorithm(depot::Algorithm::Sha1);
        let error = depot::PutParcel::encode(&input, &endpoint()).unwrap_err();
        assert_eq!(error.kind(), &EncodeErrorKind::Checksum("SHA1".to_owned()));
        let request = depot::CreateShelf::encode(&depot::CreateShelfInput::new("n"), &endpoint()).unwrap();
        // The model requires one, and names no algorithms.
        assert_eq!(header(&request, "x-amz-checksum-crc32"), None);
        assert!(header(&request, "content-md5").is_some());
        let input = depot::CreateShelfInput::new("n").with_checksum_sha1("98O8HYCOBHMq32eZZczDTKeuNEE=");
        let request = depot::CreateShelf::encode(&input, &endpoint()).unwrap();
        assert_eq!(header(&request, "content-md5"), None, "one is given");
    }

    /// The test suite of RFC 1321, in base64 as RFC 1864 wants it.
    const MD5: [(&str, &str); 7] = [
        ("", "1B2M2Y8AsgTpgAmY7PhCfg=="),
        ("a", "DMF1ucDxtqgxw5niaXcmYQ=="),
        ("abc", "kAFQmDzST7DWlj99KOF/cg=="),
        ("message digest", "+WtpfXy3k41SWi8xqvFh0A=="),
        ("abcdefghijklmnopqrstuvwxyz", "w/zT12GS5AB9+0lsymfhOw=="),
        ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "0XSrmNJ32fWlYRwsn0Gdnw=="),
        (
            "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
            "V+30oivjyVWsSdouIQe2eg==",
        ),
    ];

    fn server() -> http::Uri {
        http::Uri::from_static("http://localhost")
    }

    fn refused(request: &Request<Vec<u8>>) -> Option<(String, u16, String)> {
        let call = Call::parse(SERVICES, request, &DecodeOptions::strict()).unwrap();
        let error = call.into_input().err()?;
        Some((error.code().to_owned(), error.status(), error.message().unwrap().to_owned()))
    }

    #[test]
    fn a_server_compares_the_body_with_its_digest() {
        let put = |body: &str, header: (&'static str, &str)| {
            let mut request = depot::PutParcel::encode(&put_parcel().with_body(body), &server()).unwrap();
            request.headers_mut().remove("x-amz-checksum-crc32");
            request.headers_mut().insert(header.0, header.1.parse().unwrap());
            refused(&request)
        };
        for (text, md5) in MD5 {
            assert_eq!(put(text, ("content-md5", md5)), None, "{text}");
            assert_eq!(put(text, ("x-amz-checksum-md5", md5)), None, "{text}");
            let (code, status, message) = put(&format!("{text}."), ("content-md5", md5)).unwrap();
            assert_eq!((code.as_str(), status), ("BadDigest", 400));
            assert_eq!(message, "The Content-MD5 you specified did not match what we received.");
        }
        // RFC 1864's example of a header.
        assert_eq!(put("", ("content-md5", "Q2hlY2sgSW50ZWdyaXR5IQ==")).unwrap().0, "BadDigest");
        for malformed in ["", "1B2M2Y8AsgTpgAmY7PhCfg=", "1B2M2Y8AsgTpgAmY7PhCfg==, 1B2M2Y8AsgTpgAmY7PhCfg==", "?"] {
            let (code, status, _) = put("", ("content-md5", malformed)).unwrap();
            assert_eq!((code.as_str(), status), ("InvalidDigest", 400), "{malformed:?}");
        }
        assert_eq!(put("123456789", ("x-amz-checksum-crc32", "y/Q5Jg==")), None);
        for (header, code, message) in [
            (
                ("x-amz-checksum-crc32", "y/Q5Jw=="),
                "BadDigest",
                "The CRC32 you specified did not match the calculated checksum.",
            ),
            (
                ("x-amz-checksum-sha256", "y/Q5Jg=="),
                "InvalidRequest",
                "Value for x-amz-checksum-sha256 header is invalid.",
            ),
        ] {
            assert_eq!(put("123456789", header), Some((code.to_owned(), 400, message.to_owned())));
        }
        // Those that are not computed here are left to the handler.
        assert_eq!(put("123456789", ("x-amz-checksum-sha1", "98O8HYCOBHMq32eZZczDTKeuNEE=")), None);
    }

    #[test]
    fn a_server_takes_what_a_client_says_of_a_body() {
        let mut request = depot::CreateShelf::encode(&depot::CreateShelfInput::new("n"), &server()).unwrap();
        assert_eq!(refused(&request), None);
        request.body_mut().push(b' ');
        assert_eq!(refused(&request).unwrap().0, "BadDigest");
        // A digest of what is stored elsewhere: the operation takes none of its request.
        let mut request = depot::GetParcel::encode(&depot::GetParcelInput::new("a", "b"), &server()).unwrap();
        request.headers_mut().insert("x-amz-checksum-crc32", "y/Q5Jg==".parse().unwrap());
        assert_eq!(refused(&request), None);
    }

    #[test]
    fn content_md5_is_that_of_the_document() {
        let input = depot::CreateShelfInput::new("n").with_token("t");
        let request = depot::CreateShelf::encode(&input, &endpoint()).unwrap();
        let expected = "<CreateShelfRequest xmlns=\"https://depot.example/\"><Name>n</Name></CreateShelfRequest>";
        assert_eq!(body(&request), expected);
        // What `openssl dgst -md5 -binary | base64` says of that.
        assert_eq!(header(&request, "content-md5"), Some("KMszov8BhO8Tw3Mo6xh7EQ=="));
    }

    #[test]
    fn replies_are_checked() {
        let input = depot::GetParcelInput::new("a", "b");
        let request = depot::GetParcel::encode(&input, &endpoint()).unwrap();
        assert_eq!(header(&request, "x-amz-checksum-mode"), Some("ENABLED"));
        let mode = |mode: &str| depot::GetParcel::encode(&input.clone().with_checksum_mode(mode), &endpoint()).unwrap();
        // What is empty is not sent, and the default is.
        assert_eq!(header(&mode(""), "x-amz-checksum-mode"), Some("ENABLED"));
        assert_eq!(header(&mode("DISABLED"), "x-amz-checksum-mode"), Some("DISABLED"));
        let sum = ("x-amz-checksum-crc32", "y/Q5Jg==");
        assert!(depot::GetParcel::decode(&response(200, &[sum], "123456789")).is_ok());
        assert!(depot::GetParcel::decode(&response(206, &[sum], "1234")).is_ok(), "a part has the sum of the whole");
        let parts = ("x-amz-checksum-crc32", "AAAAAA==-2");
        assert!(depot::GetParcel::decode(&response(200, &[parts], "1234")).is_ok());
        let error = depot::GetParcel::decode(&response(200, &[sum], "12345678")).unwrap_err();
        let depot::Error::Call(shapewire::Error::Decode(reply)) = error else { panic!("{error}") };
        assert_eq!(reply.error.kind(), &DecodeErrorKind::Checksum("CRC32"));
    }

    fn events() -> Vec<depot::ShelfEvents> {
        let details = depot::Label::new().with_lines(["<1>".to_owned()]);
        let arrived = depot::ArrivedEvent::new()
            .with_details(details)
            .with_open(true)
            .with_count(-2)
            .with_bytes(1_i64 << 40)
            .with_proof(vec![0, 255])
            .with_from("here")
            .with_at("2024-05-01T12:00:00.25Z".parse::<Timestamp>().unwrap());
        vec![
            depot::ShelfEvents::Arrived(arrived),
            depot::ShelfEvents::Scanned(depot::ScannedEvent::new().with_image(b"image".to_vec())),
            depot::ShelfEvents::Weighed(depot::WeighedEvent::new().with_grams(5).with_note("n")),
            depot::ShelfEvents::End(depot::EndEvent::new()),
        ]
    }

    fn stream() -> Vec<u8> {
        let mut output = depot::WatchShelfOutput::new();
        output.events = events();
        reply(operation("WatchShelf"), &output, "r").unwrap().into_body()
    }

    #[test]
    fn events_survive_at_once_and_one_by_one() {
        let bytes = stream();
        let output = depot::WatchShelf::decode(&Response::new(bytes.clone())).unwrap();
        assert_eq!(output.events, events());
        let read: Vec<depot::ShelfEvents> = Events::new(bytes.as_slice()).map(Result::unwrap).collect();
        assert_eq!(read, events());
        assert!(depot::WatchShelf::decode(&Response::new(Vec::<u8>::new())).unwrap().events.is_empty());
    }

    #[test]
    fn a_broken_stream_is_refused_wherever_it_is_broken() {
        let bytes = stream();
        let first = u32::from_be_bytes(bytes[..4].try_into().unwrap()) as usize;
        for place in 0..bytes.len() {
            let mut broken = bytes.clone();
            broken[place] ^= 0x10;
            assert!(
                depot::WatchShelf::decode(&Response::new(broken)).is_err(),
                "the change of byte {place} is not seen"
            );
            if place > 0 && place < first {
                assert!(depot::WatchShelf::decode(&Response::new(bytes[..place].to_vec())).is_err(), "cut at {place}");
            }
        }
        let read: Vec<_> = Events::<depot::ShelfEvents, _>::new(&bytes[..first + 3]).collect();
        assert!(read.len() == 2 && read[0].is_ok() && read[1].is_err(), "after an error there are no more");
    }
}

#[cfg(feature = "credentials")]
mod resolved_endpoints {
    use std::sync::{Arc, Mutex};

    use shapewire::Client;
    use shapewire::config::{Config, Environment};
    use shapewire::credentials::Credentials;
    use shapewire::transport::{Transport, TransportError};

    use super::*;

    /// Keeps the requests and has no answer.
    #[derive(Clone, Default)]
    struct Seen(Arc<Mutex<Vec<Request<Vec<u8>>>>>);

    impl Transport for Seen {
        fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
            self.0.lock().unwrap().push(request);
            Err(TransportError::unusable("seen"))
        }
    }

    #[test]
    fn each_call_has_its_own_endpoint_and_scope() {
        let environment = Environment::empty()
            .with_variables([("AWS_REGION", "eu-west-1"), ("AWS_CONFIG_FILE", "/none")])
            .with_reader(|_| Err(std::io::ErrorKind::NotFound.into()));
        let config = Config::load(environment).unwrap();
        let seen = Seen::default();
        let credentials = Credentials::new("AKIDEXAMPLE", "secret");
        let client = Client::from_config_with(&depot::SERVICE, &config, seen.clone(), credentials).unwrap();
        let client = depot::Client::new(client);
        client.get_stock(&depot::ShelfInput::new("s-1")).unwrap_err();
        client.get_shelf(&depot::ShelfInput::new("s-1")).unwrap_err();
        let requests = seen.0.lock().unwrap();
        let found: Vec<_> = requests
            .iter()
            .map(|request| {
                let scope = header(request, "authorization").unwrap().split(['/', ',']).skip(2).take(2);
                (request.uri().to_string(), scope.collect::<Vec<_>>().join("/"))
            })
            .collect();
        assert_eq!(
            found,
            [
                // The rules have put the shelf into the host: it is not in the path as well.
                ("https://s-1.control.eu-west-1.example/?stock".to_owned(), "mars-1/depot-control".to_owned()),
                ("https://depot.eu-west-1.example/shelves/s-1".to_owned(), "eu-west-1/depot".to_owned()),
            ]
        );
        assert!(requests[0].headers().contains_key("x-amz-content-sha256"), "as S3 has it");
        assert!(!requests[1].headers().contains_key("x-amz-content-sha256"));
    }
}
