//! What stands after an option, as JSON: by the schema of its member, from text, JSON, shorthand or a file.
//!
//! What has a form but not the right type stays as it is: the reader of JSON reports it with all else that does not
//! fit.

use std::borrow::Cow;
use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Number, Value as Json};
use shapewire::schema::{Member, Shape, ShapeKind};

use crate::shorthand::{self, Shorthand};

/// The value of `member` from all that stands after its option.
pub(crate) fn read(member: &'static Member, values: &[&str]) -> Result<Json, String> {
    match (member.target().kind(), values) {
        (ShapeKind::List(_), [single]) if load(single)?.trim_start().starts_with('[') => parse_json(&load(single)?),
        (ShapeKind::List(list), values) => {
            values.iter().map(|value| single(list.member.target(), value)).collect::<Result<_, _>>().map(Json::Array)
        }
        (_, values) => single(member.target(), values.last().copied().unwrap_or_default()),
    }
}

fn single(shape: &'static Shape, text: &str) -> Result<Json, String> {
    match shape.kind() {
        ShapeKind::Structure(_) | ShapeKind::Union(_) | ShapeKind::Map(_) | ShapeKind::List(_) => {
            let text = load(text)?;
            if text.trim_start().starts_with(['{', '[']) {
                return parse_json(&text);
            }
            let parsed = shorthand::parse(text.trim_end_matches(['\r', '\n']));
            by_shape(shape, parsed.map_err(|error| format!("this is neither JSON nor shorthand: {error}"))?)
        }
        kind => scalar_or_file(kind, text),
    }
}

/// The text itself, or that of the file that it names.
fn load(text: &str) -> Result<Cow<'_, str>, String> {
    match (text.strip_prefix("file://"), text.strip_prefix("fileb://")) {
        (Some(path), _) => {
            fs::read_to_string(path).map(Cow::Owned).map_err(|error| format!("cannot read {path}: {error}"))
        }
        (_, Some(_)) => Err("fileb:// is for bytes; file:// is for text".to_owned()),
        _ => Ok(Cow::Borrowed(text)),
    }
}

fn parse_json(text: &str) -> Result<Json, String> {
    serde_json::from_str(text).map_err(|error| format!("this is not JSON: {error}"))
}

fn scalar_or_file(kind: &ShapeKind, text: &str) -> Result<Json, String> {
    if let (ShapeKind::Blob, Some(path)) = (kind, text.strip_prefix("fileb://")) {
        let bytes = fs::read(path).map_err(|error| format!("cannot read {path}: {error}"))?;
        return Ok(Json::String(STANDARD.encode(bytes)));
    }
    let loaded = load(text)?;
    // A text is what the file says to the last byte; of all else, the end of its line is no part.
    Ok(match (kind, &loaded) {
        (ShapeKind::String, _) | (_, Cow::Borrowed(_)) => scalar(kind, &loaded),
        (_, Cow::Owned(text)) => scalar(kind, text.trim_end()),
    })
}

fn scalar(kind: &ShapeKind, text: &str) -> Json {
    let typed = match kind {
        ShapeKind::Boolean if text.eq_ignore_ascii_case("true") => Some(Json::Bool(true)),
        ShapeKind::Boolean if text.eq_ignore_ascii_case("false") => Some(Json::Bool(false)),
        ShapeKind::Integer | ShapeKind::Long => text.parse::<i64>().ok().map(Json::from),
        ShapeKind::Float | ShapeKind::Double => text.parse::<f64>().ok().and_then(Number::from_f64).map(Json::Number),
        _ => None,
    };
    typed.unwrap_or_else(|| Json::from(text))
}

/// Gives a shorthand the types of its schema. A lone value where a list belongs is a list of it.
fn by_shape(shape: &'static Shape, shorthand: Shorthand) -> Result<Json, String> {
    match (shape.kind(), shorthand) {
        (ShapeKind::List(list), Shorthand::List(items)) => items
            .into_iter()
            .map(|item| by_shape(list.member.target(), item))
            .collect::<Result<_, _>>()
            .map(Json::Array),
        (ShapeKind::List(list), alone) => Ok(Json::Array(vec![by_shape(list.member.target(), alone)?])),
        (ShapeKind::Map(map), Shorthand::Map(entries)) => object(entries, |_| Some(map.value.target())),
        (kind, Shorthand::Reference(text)) => scalar_or_file(kind, &text),
        (kind, Shorthand::Text(text)) => Ok(scalar(kind, &text)),
        (_, Shorthand::Map(entries)) => {
            object(entries, |key| Some(shape.members().get(shape.member_index(key)?)?.target()))
        }
        (_, list @ Shorthand::List(_)) => untyped(list),
    }
}

fn object(
    entries: Vec<(String, Shorthand)>,
    shape_of: impl Fn(&str) -> Option<&'static Shape>,
) -> Result<Json, String> {
    let mut object = Map::new();
    for (key, value) in entries {
        let value = match shape_of(&key) {
            Some(shape) => by_shape(shape, value)?,
            None => untyped(value)?,
        };
        object.insert(key, value);
    }
    Ok(Json::Object(object))
}

/// What the schema has no place for.
fn untyped(shorthand: Shorthand) -> Result<Json, String> {
    match shorthand {
        Shorthand::Text(text) | Shorthand::Reference(text) => Ok(Json::String(text)),
        Shorthand::List(items) => items.into_iter().map(untyped).collect::<Result<_, _>>().map(Json::Array),
        Shorthand::Map(entries) => object(entries, |_| None),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    static TEXT: Shape = Shape::new("Text", ShapeKind::String);
    static NUMBER: Shape = Shape::new("Number", ShapeKind::Integer);
    static RATIO: Shape = Shape::new("Ratio", ShapeKind::Double);
    static SWITCH: Shape = Shape::new("Switch", ShapeKind::Boolean);
    static BYTES: Shape = Shape::new("Bytes", ShapeKind::Blob);
    static TEXTS: Shape = Shape::list("Texts", &Member::new("member", "member", &TEXT));
    static NUMBERS: Shape =
        Shape::map("Numbers", &Member::new("key", "key", &TEXT), &Member::new("value", "value", &NUMBER));
    static THING: Shape = Shape::structure("Thing", {
        static MEMBERS: [Member; 5] = [
            Member::new("Name", "name", &TEXT),
            Member::new("Size", "size", &NUMBER),
            Member::new("On", "on", &SWITCH),
            Member::new("Parts", "parts", &TEXTS),
            Member::new("Bytes", "bytes", &BYTES),
        ];
        &MEMBERS
    });
    static THINGS: Shape = Shape::list("Things", &Member::new("member", "member", &THING));

    fn of(shape: &'static Shape, values: &[&str]) -> Result<Json, String> {
        let member: &'static Member = Box::leak(Box::new(Member::new("Member", "member", shape)));
        read(member, values)
    }

    #[test]
    fn scalars_have_their_types_and_wrong_ones_stay_text() {
        assert_eq!(of(&NUMBER, &["30"]), Ok(json!(30)));
        assert_eq!(of(&NUMBER, &["-1"]), Ok(json!(-1)));
        assert_eq!(of(&NUMBER, &["many"]), Ok(json!("many")));
        assert_eq!(of(&RATIO, &["1.5"]), Ok(json!(1.5)));
        assert_eq!(of(&RATIO, &["NaN"]), Ok(json!("NaN")));
        assert_eq!(of(&TEXT, &["30"]), Ok(json!("30")));
        assert_eq!(of(&TEXT, &["{\"Version\":1}"]), Ok(json!("{\"Version\":1}")));
        assert_eq!(of(&BYTES, &["aGk="]), Ok(json!("aGk=")));
    }

    #[test]
    fn lists_are_several_values_or_json() {
        assert_eq!(of(&TEXTS, &[]), Ok(json!([])));
        assert_eq!(of(&TEXTS, &["a", "b=c"]), Ok(json!(["a", "b=c"])));
        assert_eq!(of(&TEXTS, &[r#"["a", "b"]"#]), Ok(json!(["a", "b"])));
        assert_eq!(of(&TEXTS, &["[a"]).unwrap_err(), "this is not JSON: expected value at line 1 column 2");
    }

    #[test]
    fn structures_are_shorthand_or_json() {
        assert_eq!(of(&THING, &["Name=a,Size=3,On=true"]), Ok(json!({"Name": "a", "Size": 3, "On": true})));
        assert_eq!(of(&THING, &[r#"{"Name": "a"}"#]), Ok(json!({"Name": "a"})));
        assert_eq!(of(&THING, &["Parts=a"]), Ok(json!({"Parts": ["a"]})));
        assert_eq!(of(&THING, &["Parts=a,b,Name=c"]), Ok(json!({"Parts": ["a", "b"], "Name": "c"})));
        assert_eq!(of(&THING, &["Nme=a"]), Ok(json!({"Nme": "a"})));
        assert_eq!(of(&THINGS, &["Name=a", r#"{"Name":"b"}"#]), Ok(json!([{"Name": "a"}, {"Name": "b"}])));
        assert_eq!(of(&THINGS, &[r#"[{"Name":"b"}]"#]), Ok(json!([{"Name": "b"}])));
        assert!(of(&THING, &["a"]).unwrap_err().starts_with("this is neither JSON nor shorthand: expected an equals"));
    }

    #[test]
    fn maps_have_keys_of_their_own() {
        assert_eq!(of(&NUMBERS, &["a=1,b=2"]), Ok(json!({"a": 1, "b": 2})));
        assert_eq!(of(&NUMBERS, &[r#"{"a": 1}"#]), Ok(json!({"a": 1})));
    }

    #[test]
    fn files_stand_for_their_content() {
        let directory = std::env::temp_dir().join(format!("shapewire-parameter-{}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        let file = |name: &str, bytes: &[u8]| {
            let path = directory.join(name);
            fs::write(&path, bytes).unwrap();
            path.display().to_string()
        };
        let text = file("text", b"two\nlines\n");
        let number = file("number", b"30\n");
        let list = file("list", b" [\"a\"]\n");
        let thing = file("thing", b"Name=a\n");
        let bytes = file("bytes", &[0, 255]);
        assert_eq!(of(&TEXT, &[&format!("file://{text}")]), Ok(json!("two\nlines\n")));
        assert_eq!(of(&NUMBER, &[&format!("file://{number}")]), Ok(json!(30)));
        assert_eq!(of(&TEXTS, &[&format!("file://{list}")]), Ok(json!(["a"])));
        assert_eq!(of(&THING, &[&format!("file://{thing}")]), Ok(json!({"Name": "a"})));
        assert_eq!(of(&BYTES, &[&format!("fileb://{bytes}")]), Ok(json!("AP8=")));
        let reference = format!("Name@=file://{text},Bytes@=fileb://{bytes}");
        assert_eq!(of(&THING, &[&reference]), Ok(json!({"Name": "two\nlines\n", "Bytes": "AP8="})));
        assert_eq!(of(&TEXT, &[&format!("fileb://{text}")]).unwrap_err(), "fileb:// is for bytes; file:// is for text");
        let missing = of(&TEXT, &["file:///no/such/file"]).unwrap_err();
        assert!(missing.starts_with("cannot read /no/such/file: "), "{missing}");
        fs::remove_dir_all(directory).unwrap();
    }
}
