//! Memory while reading: at most a multiple of the input, which `docs/limits.md` states.

use allocation_counter::measure;
use http::{Request, Response};
use shapewire::decode::DecodeOptions;
use shapewire::schema::{Member, Operation, Shape, ShapeKind};
use shapewire::server::Call;
use shapewire::{SERVICES, iam, json};

use super::{each, files};

/// What `docs/limits.md` says of replies of IAM, of forms, of JSON beside the value that it is read from, and of config files.
const REPLY: u64 = 192;
const FORM: u64 = 64;
const JSON: u64 = 64;
const FILE: u64 = 64;
/// What it says of reports, whatever the input.
const REPORT: u64 = 1 << 20;

/// Just more than a power of two: the vector that grew last is twice as large as what is in it, and the one before is there too.
const COUNT: usize = 2_049;

/// How many bytes `read` holds at once, for each of `length`, rounded up.
fn multiple(length: usize, read: impl FnOnce()) -> u64 {
    measure(read).bytes_max.div_ceil(length as u64)
}

/// All ways into lists and maps below a structure, as the tags around and the smallest possible item.
fn floods(
    shape: &'static Shape,
    around: &[String],
    seen: &mut Vec<&'static str>,
    found: &mut Vec<(Vec<String>, String)>,
) {
    if seen.contains(&shape.name()) {
        return;
    }
    seen.push(shape.name());
    for member in shape.members() {
        flood(member, member.element_name(), around, seen, found);
    }
    seen.pop();
}

fn flood(
    member: &'static Member,
    name: &str,
    around: &[String],
    seen: &mut Vec<&'static str>,
    found: &mut Vec<(Vec<String>, String)>,
) {
    let inside = [around, &[name.to_owned()]].concat();
    match member.target().kind() {
        ShapeKind::List(list) => {
            found.push((inside.clone(), format!("<{}/>", list.member.wire_name())));
            flood(list.member, list.member.wire_name(), &inside, seen, found);
        }
        ShapeKind::Map(map) => {
            found.push((inside, format!("<entry><{key}>INDEX</{key}></entry>", key = map.key.wire_name())));
        }
        ShapeKind::Structure(_) | ShapeKind::Union(_) => floods(member.target(), &inside, seen, found),
        _ => {}
    }
}

fn reply(operation: &Operation, result: &str) -> String {
    let (name, wrapper) = (operation.name(), operation.result_wrapper().unwrap_or("Result"));
    format!("<{name}Response><{wrapper}>{result}</{wrapper}></{name}Response>")
}

/// The most expensive replies are lists of nothing: each item is a whole structure in memory, and a tag in the reply.
#[test]
fn replies_of_every_operation_flooded_at_every_list() {
    let (mut worst, mut count) = (0, 0);
    for operation in iam::SERVICE.operations() {
        let mut found = Vec::new();
        floods(operation.output().shape(), &[], &mut Vec::new(), &mut found);
        for (around, item) in found {
            let items: String = each(0..COUNT, |index| item.replace("INDEX", &index.to_string()));
            let open: String = around.iter().map(|name| format!("<{name}>")).collect::<Vec<_>>().concat();
            let close: String = around.iter().rev().map(|name| format!("</{name}>")).collect::<Vec<_>>().concat();
            let response = Response::new(reply(operation, &format!("{open}{items}{close}")));
            let mut output = operation.new_output();
            let multiple = multiple(response.body().len(), || {
                operation.decode_into(&response, &mut *output, &DecodeOptions::DEFAULT).map(drop).unwrap();
            });
            assert!(multiple <= REPLY, "{}: {around:?} takes {multiple} times its bytes", operation.name());
            worst = worst.max(multiple);
            count += 1;
        }
    }
    println!("{count} lists and maps, at most {worst} times the bytes of the reply");
    assert!(count > 100 && worst > REPLY / 2, "{count} {worst}: the limit could be lower");
}

#[test]
fn other_replies() {
    let read = |result: String| {
        let response = Response::new(reply(iam::SERVICE.operation("ListUsers").unwrap(), &result));
        multiple(response.body().len(), || drop(iam::SERVICE.operation("ListUsers").unwrap().decode(&response)))
    };
    let large = 100_000;
    for result in [
        format!("<Marker>{}</Marker>", "a".repeat(large)),
        format!("<Marker>{}</Marker>", "&#x41;".repeat(large)),
        format!("<Marker>{}</Marker>", "a\r\n".repeat(large)),
        format!("<Marker>{}</Marker>", "<![CDATA[a]]>".repeat(large)),
        format!("<New>{}</New>", "<a/>".repeat(large)),
        format!("<New>{}</New>", "<a>".repeat(large)),
        format!("<New {}/>", "a='' ".repeat(large)),
        "<".repeat(large),
        "&".repeat(large),
        format!("<{}", "a".repeat(large)),
        "\u{0}".repeat(large),
    ] {
        let multiple = read(result.clone());
        assert!(multiple <= 4, "{} takes {multiple} times its bytes", &result[..40]);
    }
}

#[test]
fn forms() {
    let read = |form: &str| {
        let body = format!("Action=CreateUser&Version=2010-05-08{form}");
        let request = Request::post("http://localhost/").body(body).unwrap();
        multiple(request.body().len(), || {
            drop(Call::parse(SERVICES, &request, &DecodeOptions::strict()).and_then(Call::into_input));
        })
    };
    let many = |item: &str| each(1..=COUNT, |index| item.replace("INDEX", &index.to_string()));
    for form in [
        many("&INDEX"),
        many("&Tags.member.INDEX.Key="),
        many("&Tags.member.INDEX.Value="),
        many("&Tags.member.INDEX="),
        "&".repeat(100_000),
        "&a".repeat(100_000),
        format!("&UserName={}", "%41".repeat(100_000)),
        format!("&{}=", "a.".repeat(100_000)),
    ] {
        let multiple = read(&form);
        assert!(multiple <= FORM, "{} takes {multiple} times its bytes", &form[..40]);
    }
}

#[test]
fn json() {
    let operation = iam::SERVICE.operation("CreateUser").unwrap();
    for text in [
        format!("{{\"Tags\":[{}{{}}]}}", "{},".repeat(COUNT)),
        format!("{{\"Tags\":[{}0]}}", "0,".repeat(COUNT)),
        format!("{{\"Tags\":[{}0]}}", "{\"Key\":0},".repeat(COUNT)),
        format!("{{{}\"UserName\":\"{}\"}}", each(0..COUNT, |index| format!("\"{index}\":0,")), "a".repeat(COUNT)),
    ] {
        let value = serde_json::from_str(&text).unwrap();
        let mut input = operation.new_input();
        let read = measure(|| drop(json::read(&value, &mut *input))).bytes_max;
        let checked = measure(|| drop(operation.validate_json(&value))).bytes_max;
        let most = JSON * text.len() as u64 + REPORT;
        assert!(read.max(checked) <= most, "{} of {} bytes takes {read} and {checked}", &text[..40], text.len());
    }
}

#[test]
fn config_files() {
    let many = |item: &str| each(0..COUNT, |index| item.replace("INDEX", &index.to_string()));
    for text in [
        many("[profile INDEX]\n"),
        format!("[default]\n{}", many("INDEX=\n")),
        format!("[default]\nk=\n{}", many(" INDEX=\n")),
        format!("[default]\nk=v\n{}", " a\n".repeat(COUNT)),
        format!("[default]\nk=v\n{}a", "\n".repeat(COUNT)),
        format!("[default]\nk=v\n{}", "# c\n".repeat(COUNT)),
        format!("[default]\nk={}", "v".repeat(COUNT)),
        "[DEFAULT]\n".repeat(COUNT),
    ] {
        let multiple = multiple(text.len(), || drop(files::read(text.clone())));
        assert!(multiple <= FILE, "{:?} takes {multiple} times its bytes", &text[..40]);
    }
}
