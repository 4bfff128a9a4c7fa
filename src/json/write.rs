//! Views into JSON text.

use std::borrow::Cow;
use std::io;

use serde_json::Value as Json;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter};

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

/// The JSON of `source` on one line, members in the model's order, absent ones left out.
///
/// A secret structure is written as a text, and what nests deeper than [`MAX_DEPTH`] as `null`: no codec takes such a value.
/// Not finite numbers are the texts `NaN`, `Infinity` and `-Infinity`.
#[must_use]
pub fn to_string(source: &dyn Structure, secrets: Secrets) -> String {
    text(source, secrets, CompactFormatter)
}

/// The JSON of `source` indented by four spaces, like the AWS CLI's output.
#[must_use]
pub fn to_string_pretty(source: &dyn Structure, secrets: Secrets) -> String {
    text(source, secrets, PrettyFormatter::with_indent(b"    "))
}

/// The JSON of `source` as a value.
#[must_use]
pub fn to_value(source: &dyn Structure, secrets: Secrets) -> Json {
    // What the writer wrote is JSON.
    serde_json::from_str(&to_string(source, secrets)).unwrap_or_default()
}

fn text<F: Formatter>(source: &dyn Structure, secrets: Secrets, formatter: F) -> String {
    let mut writer = Writer { out: Vec::new(), formatter, secrets };
    // Writing to a vector does not fail, and all that is written is UTF-8.
    writer.structure(source, 0).unwrap_or_default();
    String::from_utf8(writer.out).unwrap_or_default()
}

struct Writer<F> {
    out: Vec<u8>,
    formatter: F,
    secrets: Secrets,
}

impl<F: Formatter> Writer<F> {
    fn structure(&mut self, source: &dyn Structure, depth: usize) -> io::Result<()> {
        if source.shape().is_sensitive() && self.secrets == Secrets::Redact {
            return self.string(REDACTED);
        }
        if depth >= MAX_DEPTH {
            return self.formatter.write_null(&mut self.out);
        }
        self.formatter.begin_object(&mut self.out)?;
        let mut first = true;
        for (index, member) in source.shape().members().iter().enumerate() {
            let value = source.member(index);
            if !matches!(value.view(), View::Absent) {
                self.key(member.name(), first)?;
                self.value(value, member, depth)?;
                self.formatter.end_object_value(&mut self.out)?;
                first = false;
            }
        }
        self.formatter.end_object(&mut self.out)
    }

    fn value(&mut self, value: &dyn Value, member: &'static Member, depth: usize) -> io::Result<()> {
        if member.is_sensitive() && self.secrets == Secrets::Redact {
            return self.string(REDACTED);
        }
        match (value.view(), member.target().kind()) {
            (View::Absent, _) => self.formatter.write_null(&mut self.out),
            (View::Boolean(value), _) => self.formatter.write_bool(&mut self.out, value),
            (View::Integer(value), _) => self.formatter.write_i32(&mut self.out, value),
            (View::Long(value), _) => self.formatter.write_i64(&mut self.out, value),
            (View::Float(value), _) => match scalar::non_finite(value.into()) {
                Some(name) => self.string(name),
                None => self.formatter.write_f32(&mut self.out, value),
            },
            (View::Double(value), _) => match scalar::non_finite(value) {
                Some(name) => self.string(name),
                None => self.formatter.write_f64(&mut self.out, value),
            },
            (View::String(value), _) => self.string(value),
            (View::Blob(value), _) => self.string(&scalar::write_blob(value)),
            (View::Timestamp(value), _) => self.string(&value.format(TimestampFormat::DateTime)),
            (View::Structure(value), _) => self.structure(value, depth + 1),
            (View::List(list), ShapeKind::List(shape)) => {
                self.formatter.begin_array(&mut self.out)?;
                for index in 0..list.len() {
                    self.formatter.begin_array_value(&mut self.out, index == 0)?;
                    self.value(list.get(index), shape.member, depth + 1)?;
                    self.formatter.end_array_value(&mut self.out)?;
                }
                self.formatter.end_array(&mut self.out)
            }
            (View::Map(map), ShapeKind::Map(shape)) => {
                self.formatter.begin_object(&mut self.out)?;
                let redact_keys = shape.key.is_sensitive() && self.secrets == Secrets::Redact;
                for (index, (key, value)) in map.entries().enumerate() {
                    // Of equal keys only one would be read.
                    let key = if redact_keys { Cow::Owned(redacted_key(index)) } else { Cow::Borrowed(key) };
                    self.key(&key, index == 0)?;
                    self.value(value, shape.value, depth + 1)?;
                    self.formatter.end_object_value(&mut self.out)?;
                }
                self.formatter.end_object(&mut self.out)
            }
            (View::List(_) | View::Map(_), _) => self.formatter.write_null(&mut self.out),
        }
    }

    fn key(&mut self, name: &str, first: bool) -> io::Result<()> {
        self.formatter.begin_object_key(&mut self.out, first)?;
        self.string(name)?;
        self.formatter.end_object_key(&mut self.out)?;
        self.formatter.begin_object_value(&mut self.out)
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
