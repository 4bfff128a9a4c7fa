//! Values in the spelling of suites: timestamps as seconds since 1970, bytes as text, what is no finite number as a word.

use std::borrow::Cow;
use std::fmt;

use serde_json::Value as Json;

use crate::schema::{Binding, Member, ShapeKind};
use crate::timestamp::Timestamp;
use crate::value::{List, Map, Slot, Structure, Value, View};

/// The member by which botocore tells that a union holds one that the model does not know.
const UNKNOWN_MEMBER: &str = "SDK_UNKNOWN_MEMBER";

/// A value that is not as expected, and where.
#[derive(Debug)]
pub(super) struct Mismatch {
    what: String,
    /// From the inside out: each level that it passes adds its name.
    path: Vec<String>,
}

impl Mismatch {
    fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), path: Vec::new() }
    }
    fn within(mut self, name: impl Into<String>) -> Self {
        self.path.push(name.into());
        self
    }
    fn expected(expected: &Json, found: impl fmt::Display) -> Self {
        Self::new(format!("expected {}, found {found}", shorten(&expected.to_string())))
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.path.iter().rev().enumerate() {
            write!(f, "{}{name}", if index > 0 { "/" } else { "" })?;
        }
        write!(f, "{}{}", if self.path.is_empty() { "" } else { ": " }, self.what)
    }
}

/// At most 200 characters of a text.
pub(super) fn shorten(text: &str) -> String {
    match text.char_indices().nth(200) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A text as it is compared: of a number with a fraction or an exponent what it is worth, whatever its spelling (`1`, `1.0`,
/// `1e0`).
pub(super) fn spelled(text: &str) -> Cow<'_, str> {
    let is_number = text.contains(['.', 'e', 'E'])
        && text.trim_start_matches('-').starts_with(|first: char| first.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte));
    match text.parse::<f64>() {
        Ok(value) if is_number && value.is_finite() => Cow::Owned(value.to_string()),
        _ => Cow::Borrowed(text),
    }
}

/// Whether a result tells of a union's member that the model does not know. No server can write it.
pub(super) fn has_unknown_member(json: &Json) -> bool {
    match json {
        Json::Object(object) => object.contains_key(UNKNOWN_MEMBER) || object.values().any(has_unknown_member),
        Json::Array(items) => items.iter().any(has_unknown_member),
        _ => false,
    }
}

/// Fills a new structure.
pub(super) fn fill(json: &Json, target: &mut dyn Structure) -> Result<(), Mismatch> {
    let Json::Object(object) = json else { return Err(Mismatch::expected(json, "a structure")) };
    let shape = target.shape();
    for (name, value) in object.iter().filter(|(_, value)| !value.is_null()) {
        let index = shape
            .member_index(name)
            .ok_or_else(|| Mismatch::new(format!("{} has no such member", shape.name())).within(name))?;
        fill_value(value, target.member_mut(index), &shape.members()[index]).map_err(|why| why.within(name))?;
    }
    Ok(())
}

fn fill_value(json: &Json, value: &mut dyn Value, member: &'static Member) -> Result<(), Mismatch> {
    match (value.slot(), member.target().kind()) {
        (Slot::Structure(target), _) => fill(json, target),
        (Slot::List(list), ShapeKind::List(shape)) => fill_list(json, list, shape.member),
        (Slot::Map(map), ShapeKind::Map(shape)) => fill_map(json, map, shape.value),
        // What such a member says is JSON, and its value the text of it.
        (Slot::String(place), _) if member.is_json_value() => {
            place.set(Cow::Owned(json.to_string()));
            Ok(())
        }
        (slot, _) => fill_scalar(json, slot)
            .ok_or_else(|| Mismatch::new(format!("{} is no value of the shape {}", json, member.target().name()))),
    }
}

fn fill_list(json: &Json, list: &mut dyn List, member: &'static Member) -> Result<(), Mismatch> {
    let Json::Array(items) = json else { return Err(Mismatch::new(format!("{json} is no list"))) };
    for (index, item) in items.iter().enumerate() {
        fill_value(item, list.push(), member).map_err(|why| why.within(index.to_string()))?;
    }
    Ok(())
}

fn fill_map(json: &Json, map: &mut dyn Map, value: &'static Member) -> Result<(), Mismatch> {
    let Json::Object(entries) = json else { return Err(Mismatch::new(format!("{json} is no map"))) };
    for (key, entry) in entries {
        fill_value(entry, map.entry(key.clone()), value).map_err(|why| why.within(key))?;
    }
    Ok(())
}

/// `None` where the JSON is no such scalar.
fn fill_scalar(json: &Json, slot: Slot<'_>) -> Option<()> {
    match slot {
        Slot::Boolean(place) => *place = json.as_bool()?,
        Slot::Integer(place) => *place = i32::try_from(whole(json)?).ok()?,
        Slot::Long(place) => *place = whole(json)?,
        Slot::Float(place) => *place = narrow(number(json)?),
        Slot::Double(place) => *place = number(json)?,
        Slot::String(place) => place.set(Cow::Borrowed(json.as_str()?)),
        Slot::Blob(place) => place.set(json.as_str()?.as_bytes().to_vec()),
        Slot::Timestamp(place) => *place = timestamp(json)?,
        Slot::List(_) | Slot::Map(_) | Slot::Structure(_) => return None,
    }
    Some(())
}

/// A whole number, with or without a fraction of zero.
#[expect(clippy::cast_possible_truncation, reason = "bounds are checked")]
fn whole(json: &Json) -> Option<i64> {
    json.as_i64()
        .or_else(|| json.as_f64().filter(|value| value.fract() == 0.0 && value.abs() < 9.0e15).map(|v| v as i64))
}

fn number(json: &Json) -> Option<f64> {
    match json.as_str() {
        None => json.as_f64(),
        Some("NaN") => Some(f64::NAN),
        Some("Infinity") => Some(f64::INFINITY),
        Some("-Infinity") => Some(f64::NEG_INFINITY),
        Some(_) => None,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a 32-bit number holds what it can of a JSON number")]
fn narrow(value: f64) -> f32 {
    value as f32
}

/// Seconds since 1970, or any of the texts that protocols have.
fn timestamp(json: &Json) -> Option<Timestamp> {
    match json {
        Json::Number(seconds) => seconds.to_string().parse().ok(),
        Json::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// Compares a structure with what a case says of it. Members that the case does not name must be absent, or as empty as
/// their type lets them be; `beside` are those that may be there all the same.
pub(super) fn expect(expected: &Json, source: &dyn Structure, beside: fn(&Member) -> bool) -> Result<(), Mismatch> {
    let Json::Object(object) = expected else { return Err(Mismatch::expected(expected, "a structure")) };
    let shape = source.shape();
    for (name, value) in object {
        match shape.member_index(name) {
            Some(index) => expect_value(value, source.member(index), &shape.members()[index]),
            None if name == UNKNOWN_MEMBER && matches!(shape.kind(), ShapeKind::Union(_)) => Ok(()),
            None if value.is_null() => Ok(()),
            None => Err(Mismatch::new(format!("{} has no such member", shape.name()))),
        }
        .map_err(|why| why.within(name))?;
    }
    for (index, member) in shape.members().iter().enumerate() {
        let value = source.member(index);
        if !object.contains_key(member.name()) && !beside(member) && !is_empty(value, member) {
            return Err(Mismatch::new(format!("expected nothing, found {}", describe(value))).within(member.name()));
        }
    }
    Ok(())
}

/// Whether nothing was said of a member: lists and maps of replies have no other way to be absent, and neither have
/// members that are required.
fn is_empty(value: &dyn Value, member: &Member) -> bool {
    match value.view() {
        View::Absent => true,
        View::List(list) => list.is_empty(),
        View::Map(map) => map.is_empty(),
        _ if !member.is_required() => false,
        View::Boolean(value) => !value,
        View::Integer(value) => value == 0,
        View::Long(value) => value == 0,
        View::Float(value) => value == 0.0,
        View::Double(value) => value == 0.0,
        View::String(value) => value.is_empty(),
        View::Blob(value) => value.is_empty(),
        View::Timestamp(value) => value == Timestamp::default(),
        View::Structure(value) => {
            let members = value.shape().members().iter().enumerate();
            members.map(|(index, member)| (value.member(index), member)).all(|(value, member)| is_empty(value, member))
        }
    }
}

fn expect_value(expected: &Json, value: &dyn Value, member: &'static Member) -> Result<(), Mismatch> {
    match (expected, value.view(), member.target().kind()) {
        (Json::Null, ..) if is_empty(value, member) => Ok(()),
        // A body without bytes is a payload of which nothing is there, or none.
        (_, View::Absent, _) if member.binding() == Binding::Payload && is_nothing(expected) => Ok(()),
        (_, View::Structure(source), _) => expect(expected, source, |_| false),
        (Json::Array(items), View::List(list), ShapeKind::List(shape)) => {
            if items.len() != list.len() {
                return Err(Mismatch::new(format!("expected {} members, found {}", items.len(), list.len())));
            }
            for (index, item) in items.iter().enumerate() {
                expect_value(item, list.get(index), shape.member).map_err(|why| why.within(index.to_string()))?;
            }
            Ok(())
        }
        (Json::Object(object), View::Map(map), ShapeKind::Map(shape)) => {
            if let Some(missing) = object.keys().find(|key| map.entries().all(|(found, _)| found != *key)) {
                return Err(Mismatch::new("the entry is missing").within(missing));
            }
            for (key, value) in map.entries() {
                let expected = object.get(key).ok_or_else(|| Mismatch::new("expected no such entry").within(key))?;
                expect_value(expected, value, shape.value).map_err(|why| why.within(key))?;
            }
            Ok(())
        }
        (_, View::String(text), _) if member.is_json_value() => match serde_json::from_str::<Json>(text) {
            Ok(found) if found == *expected => Ok(()),
            _ => Err(Mismatch::expected(expected, describe(value))),
        },
        (_, view, _) if is_scalar(expected, view) => Ok(()),
        _ => Err(Mismatch::expected(expected, describe(value))),
    }
}

/// Whether there is nothing in what is expected.
fn is_nothing(expected: &Json) -> bool {
    match expected {
        Json::Object(object) => object.is_empty(),
        Json::String(text) => text.is_empty(),
        _ => false,
    }
}

#[expect(clippy::float_cmp, reason = "the number that was written is to be read")]
fn is_scalar(expected: &Json, view: View<'_>) -> bool {
    match view {
        View::Boolean(value) => expected.as_bool() == Some(value),
        View::Integer(value) => whole(expected) == Some(value.into()),
        View::Long(value) => whole(expected) == Some(value),
        View::Float(value) => {
            number(expected).is_some_and(|expected| narrow(expected) == value || expected.is_nan() && value.is_nan())
        }
        View::Double(value) => {
            number(expected).is_some_and(|expected| expected == value || expected.is_nan() && value.is_nan())
        }
        View::String(value) => expected.as_str() == Some(value),
        View::Blob(value) => expected.as_str().is_some_and(|expected| expected.as_bytes() == value),
        View::Timestamp(value) => timestamp(expected) == Some(value),
        View::Absent | View::List(_) | View::Map(_) | View::Structure(_) => false,
    }
}

/// A value in words, for the reason of a failure. Suites hold no secrets.
fn describe(value: &dyn Value) -> String {
    match value.view() {
        View::Absent => "nothing".to_owned(),
        View::Boolean(value) => value.to_string(),
        View::Integer(value) => value.to_string(),
        View::Long(value) => value.to_string(),
        View::Float(value) => value.to_string(),
        View::Double(value) => value.to_string(),
        View::String(value) => shorten(&format!("{value:?}")),
        View::Blob(value) => shorten(&format!("the bytes {:?}", String::from_utf8_lossy(value))),
        View::Timestamp(value) => value.to_string(),
        View::List(list) => format!("a list of {}", list.len()),
        View::Map(map) => format!("a map of {}", map.len()),
        View::Structure(value) => format!("a structure {}", value.shape().name()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_by_what_they_are_worth() {
        for (text, same) in [("1024.0", "1024"), ("1e-07", "0.0000001"), ("-2.50", "-2.5"), ("1E3", "1000")] {
            assert_eq!(spelled(text), same);
        }
        for text in ["1", "-", "01", "1.2.3", "e1", ".5", "NaN", "infinity", "1e999", "2015-01-25", "1.0x", "--1.0", ""]
        {
            assert_eq!(spelled(text), text);
        }
    }
}
