//! Views into JSON text.

use std::borrow::Cow;
use std::io;

use serde_json::Value as Json;
use serde_json::ser::{CompactFormatter, Formatter};

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
    // Writing to a vector does not fail, and all that is written is UTF-8.
    writer.structure(source, 0).unwrap_or_default();
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
    fn structure(&mut self, source: &dyn Structure, depth: usize) -> io::Result<()> {
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
                self.key(member.name(), is_empty)?;
                self.value(value, member, depth)?;
                is_empty = false;
            }
        }
        self.close(b'}', is_empty);
        Ok(())
    }

    fn value(&mut self, value: &dyn Value, member: &'static Member, depth: usize) -> io::Result<()> {
        if member.is_sensitive() && self.secrets == Secrets::Redact {
            return self.string(REDACTED);
        }
        match (value.view(), member.target().kind()) {
            (View::Boolean(value), _) => CompactFormatter.write_bool(&mut self.out, value),
            (View::Integer(value), _) => CompactFormatter.write_i64(&mut self.out, value.into()),
            (View::Long(value), _) => CompactFormatter.write_i64(&mut self.out, value),
            (View::Float(value), _) => match scalar::non_finite(value.into()) {
                Some(name) => self.string(name),
                None => CompactFormatter.write_f32(&mut self.out, value),
            },
            (View::Double(value), _) => match scalar::non_finite(value) {
                Some(name) => self.string(name),
                None => CompactFormatter.write_f64(&mut self.out, value),
            },
            (View::String(value), _) => self.string(value),
            (View::Blob(value), _) => self.string(&scalar::write_blob(value)),
            (View::Timestamp(value), _) => self.string(&value.format(TimestampFormat::DateTime)),
            (View::Structure(value), _) => self.structure(value, depth + 1),
            (View::List(list), ShapeKind::List(shape)) => {
                self.open(b'[');
                for index in 0..list.len() {
                    self.item(index == 0);
                    self.value(list.get(index), shape.member, depth + 1)?;
                }
                self.close(b']', list.is_empty());
                Ok(())
            }
            (View::Map(map), ShapeKind::Map(shape)) => {
                self.open(b'{');
                let redact_keys = shape.key.is_sensitive() && self.secrets == Secrets::Redact;
                for (index, (key, value)) in map.entries().enumerate() {
                    // Of equal keys only one would be read.
                    let key = if redact_keys { Cow::Owned(redacted_key(index)) } else { Cow::Borrowed(key) };
                    self.key(&key, index == 0)?;
                    self.value(value, shape.value, depth + 1)?;
                }
                self.close(b'}', map.is_empty());
                Ok(())
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

    fn key(&mut self, name: &str, is_first: bool) -> io::Result<()> {
        self.item(is_first);
        self.string(name)?;
        self.out.extend_from_slice(if self.pretty { b": " } else { b":" });
        Ok(())
    }

    fn null(&mut self) -> io::Result<()> {
        CompactFormatter.write_null(&mut self.out)
    }

    fn string(&mut self, text: &str) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, text).map_err(io::Error::from)
    }
}

/// What stands for the secret key of an entry: `[redacted]`, `[redacted 2]`, ….
fn redacted_key(index: usize) -> String {
    match index {
        0 => REDACTED.to_owned(),
        _ => format!("[redacted {}]", index + 1),
    }
}
