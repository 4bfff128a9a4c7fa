//! Views into JSON text.

use std::borrow::Cow;
use std::fmt::Display;
use std::io::Write;

use serde_json::Value as Json;

use crate::MAX_DEPTH;
use crate::debug::REDACTED;
use crate::protocol::scalar;
use crate::schema::{Member, ShapeKind, TimestampFormat};
use crate::value::{Structure, Value, View};

/// What happens to sensitive members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_enums, reason = "there is no third way")]
pub enum Secrets {
    /// They are written as `[redacted]`.
    #[default]
    Redact,
    /// They are written as they are: for someone who is to have them.
    Expose,
}

/// By how many spaces the AWS CLI indents.
const INDENT: usize = 4;

/// The JSON of `source` on one line, members in the model's order, absent ones left out.
///
/// A secret structure is written as a text, and what nests deeper than [`MAX_DEPTH`] as `null`: no codec takes such a value.
/// Not finite numbers are the texts `NaN`, `Infinity` and `-Infinity`.
#[must_use]
pub fn to_string(source: &dyn Structure, secrets: Secrets) -> String {
    text(source, secrets, false)
}

/// The JSON of `source` indented by four spaces, like the AWS CLI's output.
#[must_use]
pub fn to_string_pretty(source: &dyn Structure, secrets: Secrets) -> String {
    text(source, secrets, true)
}

/// The JSON of `source` as a value.
#[must_use]
pub fn to_value(source: &dyn Structure, secrets: Secrets) -> Json {
    // What the writer wrote is JSON.
    to_string(source, secrets).parse().unwrap_or_default()
}

fn text(source: &dyn Structure, secrets: Secrets, pretty: bool) -> String {
    let mut writer = Writer { out: Vec::new(), pretty, level: 0, secrets };
    writer.structure(source, 0);
    // All that is written is UTF-8.
    String::from_utf8(writer.out).unwrap_or_default()
}

struct Writer {
    out: Vec<u8>,
    /// Whether each item has a line of its own, indented by its level.
    pretty: bool,
    /// How many objects and arrays are open.
    level: usize,
    secrets: Secrets,
}

impl Writer {
    fn structure(&mut self, source: &dyn Structure, depth: usize) {
        if source.shape().is_sensitive() && self.secrets == Secrets::Redact {
            return self.string(REDACTED);
        }
        if depth >= MAX_DEPTH {
            return self.null();
        }
        self.open(b'{');
        let mut is_empty = true;
        for (index, member) in source.shape().members().iter().enumerate() {
            let value = source.member(index);
            if !matches!(value.view(), View::Absent) {
                self.key(member.name(), is_empty);
                self.value(value, member, depth);
                is_empty = false;
            }
        }
        self.close(b'}', is_empty);
    }

    fn value(&mut self, value: &dyn Value, member: &'static Member, depth: usize) {
        if member.is_sensitive() && self.secrets == Secrets::Redact {
            return self.string(REDACTED);
        }
        match (value.view(), member.target().kind()) {
            (View::Boolean(value), _) => self.scalar(&value),
            (View::Integer(value), _) => self.scalar(&value),
            (View::Long(value), _) => self.scalar(&value),
            (View::Float(value), _) => match scalar::non_finite(value.into()) {
                Some(name) => self.string(name),
                None => self.scalar(&serde_json::to_string(&value).unwrap_or_default()),
            },
            (View::Double(value), _) => match scalar::non_finite(value) {
                Some(name) => self.string(name),
                None => self.scalar(&serde_json::to_string(&value).unwrap_or_default()),
            },
            (View::String(value), _) => self.string(value),
            (View::Blob(value), _) => self.string(&scalar::write_blob(value)),
            (View::Timestamp(value), _) => self.string(&value.format(TimestampFormat::DateTime)),
            (View::Structure(value), _) => self.structure(value, depth + 1),
            (View::List(list), ShapeKind::List(shape)) => {
                self.open(b'[');
                for index in 0..list.len() {
                    self.item(index == 0);
                    self.value(list.get(index), shape.member, depth + 1);
                }
                self.close(b']', list.is_empty());
            }
            (View::Map(map), ShapeKind::Map(shape)) => {
                self.open(b'{');
                let redact_keys = shape.key.is_sensitive() && self.secrets == Secrets::Redact;
                for (index, (key, value)) in map.entries().enumerate() {
                    // Of equal keys only one would be read.
                    let key = if redact_keys { Cow::Owned(redacted_key(index)) } else { Cow::Borrowed(key) };
                    self.key(&key, index == 0);
                    self.value(value, shape.value, depth + 1);
                }
                self.close(b'}', map.is_empty());
            }
            (View::Absent | View::List(_) | View::Map(_), _) => self.null(),
        }
    }

    fn open(&mut self, bracket: u8) {
        self.out.push(bracket);
        self.level += 1;
    }

    /// Begins a member of what is open.
    fn item(&mut self, is_first: bool) {
        if !is_first {
            self.out.push(b',');
        }
        self.line();
    }

    fn close(&mut self, bracket: u8, is_empty: bool) {
        self.level -= 1;
        if !is_empty {
            self.line();
        }
        self.out.push(bracket);
    }

    fn line(&mut self) {
        if self.pretty {
            self.out.push(b'\n');
            self.out.resize(self.out.len() + INDENT * self.level, b' ');
        }
    }

    fn key(&mut self, name: &str, is_first: bool) {
        self.item(is_first);
        self.string(name);
        self.out.extend_from_slice(if self.pretty { b": " } else { b":" });
    }

    fn null(&mut self) {
        self.out.extend_from_slice(b"null");
    }

    /// What JSON has as it shows itself.
    fn scalar(&mut self, value: &dyn Display) {
        // Writing to a vector does not fail.
        write!(self.out, "{value}").unwrap_or_default();
    }

    /// A text, escaped where JSON asks for it and nowhere else.
    fn string(&mut self, text: &str) {
        self.out.push(b'"');
        let mut rest = text.as_bytes();
        while let Some(place) = rest.iter().position(|byte| *byte < b' ' || matches!(byte, b'"' | b'\\')) {
            let (plain, special) = (&rest[..place], rest[place]);
            self.out.extend_from_slice(plain);
            match special {
                b'"' => self.out.extend_from_slice(br#"\""#),
                b'\\' => self.out.extend_from_slice(br"\\"),
                b'\n' => self.out.extend_from_slice(br"\n"),
                b'\r' => self.out.extend_from_slice(br"\r"),
                b'\t' => self.out.extend_from_slice(br"\t"),
                0x08 => self.out.extend_from_slice(br"\b"),
                0x0c => self.out.extend_from_slice(br"\f"),
                _ => self.scalar(&format_args!("\\u{special:04x}")),
            }
            rest = &rest[place + 1..];
        }
        self.out.extend_from_slice(rest);
        self.out.push(b'"');
    }
}

/// What stands for the secret key of an entry: `[redacted]`, `[redacted 2]`, ….
fn redacted_key(index: usize) -> String {
    match index {
        0 => REDACTED.to_owned(),
        _ => format!("[redacted {}]", index + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_as_serde_json_does_it() {
        let text: String = ('\0'..='\u{ff}').chain(['\u{2028}', '\u{1f600}', '"']).collect();
        let mut writer = Writer { out: Vec::new(), pretty: false, level: 0, secrets: Secrets::Redact };
        writer.string(&text);
        assert_eq!(String::from_utf8(writer.out), Ok(serde_json::to_string(&text).unwrap()));
    }
}
