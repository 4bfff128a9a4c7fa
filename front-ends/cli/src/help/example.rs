//! A command line with all that an operation requires, and the shorthand of a shape.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as Json};
use shapewire::schema::{Member, Number, Operation, Shape, ShapeKind};

use crate::options::MemberOption;
use crate::{call, options};

/// How deep examples go into structures that require themselves.
const MAX_DEPTH: usize = 4;

/// What examples of text are made of, from the likeliest on.
const TEXTS: [&str; 2] = ["example", "1234567890"];
/// Texts have as many characters where that is allowed.
const USUAL_LENGTH: usize = 7;
/// Longer texts and lists help nobody: they are refused with the reason.
const MAX_TEXT: usize = 4_096;
const MAX_LIST: u64 = 16;

/// A command line for a shell, which runs as it stands: on the local service if that can do it.
pub(super) fn of(operation: &'static Operation, command: &str) -> String {
    let options = options::of_members(operation);
    // The local service knows no caller whose name it could take.
    let is_for_local = |option: &&MemberOption| option.member.is_required() || option.member.name() == call::USER_NAME;
    let for_local: Vec<&MemberOption> = options.iter().filter(is_for_local).collect();
    let is_local = call::is_local(operation) && call::succeeds_locally(operation, &input(&for_local));
    let (shown, last) = if is_local {
        (for_local, "--local")
    } else {
        (options.iter().filter(|option| option.member.is_required()).collect(), "--dry-run")
    };
    let mut words = vec![command.to_owned()];
    for option in shown {
        words.push(format!("--{}", option.name));
        match sample_of_member(option.member, 0) {
            Json::Bool(_) => {}
            Json::String(text) => words.push(quoted(&text)),
            // A list of texts is these, side by side.
            Json::Array(items) if items.iter().all(Json::is_string) => {
                words.extend(items.iter().filter_map(Json::as_str).map(quoted));
            }
            json => words.push(quoted(&json.to_string())),
        }
    }
    words.push(last.to_owned());
    words.join(" ")
}

/// The examples of these options as an input.
fn input(options: &[&MemberOption]) -> Json {
    let samples = options.iter().map(|option| (option.member.name().to_owned(), sample_of_member(option.member, 0)));
    Json::Object(samples.collect())
}

/// What the documentation of a member or its shape gives as an example, else a value by its shape.
fn sample_of_member(member: &'static Member, depth: usize) -> Json {
    let shape = member.target();
    let documented = [member.documentation(), shape.documentation()]
        .into_iter()
        .filter_map(documented_example)
        .find(|text| matches!(shape.kind(), ShapeKind::String) && is_valid(shape, text));
    documented.map_or_else(|| sample(shape, depth), Json::from)
}

/// The code after the words `such as`.
fn documented_example(documentation: &str) -> Option<&str> {
    let (_, code) = documentation.split_once("such as `")?;
    code.split_once('`').map(|(code, _)| code)
}

/// A value that the constraints allow.
fn sample(shape: &'static Shape, depth: usize) -> Json {
    match shape.kind() {
        ShapeKind::Boolean => Json::Bool(true),
        ShapeKind::Integer | ShapeKind::Long | ShapeKind::Float | ShapeKind::Double => {
            match shape.range().and_then(|range| range.min) {
                Some(Number::Integer(min)) => Json::from(min),
                Some(Number::Float(min)) => Json::from(min),
                None => Json::from(1),
            }
        }
        ShapeKind::Enum(values) => Json::from(values.first().copied().unwrap_or("example")),
        ShapeKind::Blob => Json::from(STANDARD.encode(text(shape))),
        ShapeKind::Timestamp(_) => Json::from("2010-05-08T23:59:59Z"),
        ShapeKind::List(list) => {
            let count = shape.length().and_then(|length| length.min).unwrap_or(1).clamp(1, MAX_LIST);
            Json::Array((0..count).map(|_| sample_of_member(list.member, depth)).collect())
        }
        ShapeKind::Map(map) => {
            let mut entries = Map::new();
            entries.insert(text(map.key.target()), sample(map.value.target(), depth));
            Json::Object(entries)
        }
        ShapeKind::Structure(members) | ShapeKind::Union(members) => {
            let mut object = Map::new();
            let first_of_union = matches!(shape.kind(), ShapeKind::Union(_)).then(|| members.first()).flatten();
            for member in members.iter().filter(|member| member.is_required()).chain(first_of_union) {
                if depth < MAX_DEPTH {
                    object.insert(member.name().to_owned(), sample_of_member(member, depth + 1));
                }
            }
            Json::Object(object)
        }
        _ => Json::String(text(shape)),
    }
}

/// A text as the shape asks for; where none of ours is one, the refusal says why.
fn text(shape: &Shape) -> String {
    let bound = |bound: u64| usize::try_from(bound).unwrap_or(usize::MAX);
    let (min, max) = shape.length().map_or((None, None), |length| (length.min.map(bound), length.max.map(bound)));
    let count = min.unwrap_or(0).clamp(USUAL_LENGTH, MAX_TEXT).min(max.unwrap_or(usize::MAX));
    let texts = TEXTS.map(|text| text.chars().cycle().take(count).collect::<String>());
    texts.iter().find(|text| is_valid(shape, text)).unwrap_or(&texts[0]).clone()
}

/// Whether a text has the length and matches the pattern of the shape.
fn is_valid(shape: &Shape, text: &str) -> bool {
    let count = text.chars().count() as u64;
    let has_length = shape
        .length()
        .is_none_or(|length| length.min.is_none_or(|min| min <= count) && length.max.is_none_or(|max| count <= max));
    has_length && shape.pattern().is_none_or(|pattern| pattern.matches(text))
}

/// A text as a POSIX shell takes it.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,+".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

/// The shorthand of a structure, or of the structures in a list, if all that it holds is scalars and lists of these.
pub(super) fn shorthand_form(shape: &'static Shape) -> Option<String> {
    match shape.kind() {
        ShapeKind::Structure(members) if !members.is_empty() => {
            let pairs: Option<Vec<String>> = members
                .iter()
                .map(|member| match member.target().kind() {
                    ShapeKind::List(list) if is_scalar(list.member.target()) => Some(format!("{}=A,B", member.name())),
                    _ => is_scalar(member.target()).then(|| format!("{}=VALUE", member.name())),
                })
                .collect();
            Some(pairs?.join(","))
        }
        ShapeKind::List(list) => shorthand_form(list.member.target()).map(|form| format!("{form} ...")),
        _ => None,
    }
}

fn is_scalar(shape: &Shape) -> bool {
    !matches!(shape.kind(), ShapeKind::List(_) | ShapeKind::Map(_) | ShapeKind::Structure(_) | ShapeKind::Union(_))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    static SHORT: Shape = Shape::new("Short", ShapeKind::String).with_length(Some(1), Some(3));
    static LONG: Shape = Shape::new("Long", ShapeKind::String).with_length(Some(9), None);
    static AGE: Shape = Shape::new("Age", ShapeKind::Integer).with_range(Some(Number::Integer(5)), None);
    static TEXTS: Shape = Shape::list("Texts", &Member::new("member", "member", &SHORT));
    static THING: Shape = Shape::structure("Thing", {
        static MEMBERS: [Member; 4] = [
            Member::new("Name", "name", &LONG).required(),
            Member::new("Age", "age", &AGE).required(),
            Member::new("Texts", "texts", &TEXTS),
            Member::new("Next", "next", &SHORT),
        ];
        &MEMBERS
    });
    static THINGS: Shape = Shape::list("Things", &Member::new("member", "member", &THING));

    #[test]
    fn samples_hold_what_is_required_within_its_bounds() {
        assert_eq!(sample(&THINGS, 0), json!([{"Name": "exampleex", "Age": 5}]));
        assert_eq!(sample(&TEXTS, 0), json!(["exa"]));
    }

    #[test]
    fn texts_are_as_long_and_made_of_what_the_shape_asks_for() {
        static DOCUMENT: Shape = Shape::new("Document", ShapeKind::String).with_length(Some(1000), Some(10_000_000));
        static HUGE: Shape = Shape::new("Huge", ShapeKind::String).with_length(Some(u64::MAX), None);
        static PAIR: Shape = Shape::list("Pair", &Member::new("member", "member", &SHORT)).with_length(Some(2), None);
        static BYTES: Shape = Shape::new("Bytes", ShapeKind::Blob).with_length(Some(9), None);
        static VERSION: Shape = Shape::new("Version", ShapeKind::String).with_documentation("An id, such as `v2`.");
        static VERSION_ID: Member = Member::new("VersionId", "version_id", &VERSION);
        assert_eq!(text(&DOCUMENT).len(), 1000);
        assert_eq!(text(&HUGE).len(), MAX_TEXT);
        assert_eq!(sample(&PAIR, 0), json!(["exa", "exa"]));
        assert_eq!(sample(&BYTES, 0), json!(STANDARD.encode("exampleex")));
        assert_eq!(sample_of_member(&VERSION_ID, 0), json!("v2"));
    }

    #[test]
    fn examples_come_from_documentation_where_it_has_them() {
        assert_eq!(documented_example("A host,\nsuch as `a.example` or `b`."), Some("a.example"));
        assert_eq!(documented_example("A `host`."), None);
        assert_eq!(documented_example("such as `open"), None);
    }

    #[test]
    fn shorthand_is_shown_where_it_is_short() {
        assert_eq!(shorthand_form(&THINGS).as_deref(), Some("Name=VALUE,Age=VALUE,Texts=A,B,Next=VALUE ..."));
        assert_eq!(shorthand_form(&TEXTS), None);
    }

    #[test]
    fn texts_are_quoted_for_the_shell() {
        assert_eq!(quoted("a-b.c"), "a-b.c");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
