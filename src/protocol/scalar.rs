//! Booleans, numbers, text, bytes and timestamps as text, the same in forms and in XML.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};

use crate::decode::DecodeErrorKind;
use crate::schema::TimestampFormat;
use crate::timestamp::Timestamp;
use crate::value::{Slot, View};

/// Padding may be there or not.
const LENIENT_BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The text of a scalar; `None` for anything else.
pub(crate) fn write(view: View<'_>, format: TimestampFormat) -> Option<Cow<'_, str>> {
    Some(match view {
        View::Boolean(true) => Cow::Borrowed("true"),
        View::Boolean(false) => Cow::Borrowed("false"),
        View::Integer(value) => Cow::Owned(value.to_string()),
        View::Long(value) => Cow::Owned(value.to_string()),
        View::Float(value) => write_float(value.into(), &value),
        View::Double(value) => write_float(value, &value),
        View::String(value) => Cow::Borrowed(value),
        View::Blob(value) => Cow::Owned(write_blob(value)),
        View::Timestamp(value) => Cow::Owned(value.format(format)),
        View::Absent | View::List(_) | View::Map(_) | View::Structure(_) => return None,
    })
}

/// Base64 with padding.
pub(crate) fn write_blob(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// The protocols' names for what is not a finite number.
pub(crate) fn non_finite(value: f64) -> Option<&'static str> {
    if value.is_nan() {
        Some("NaN")
    } else if value.is_infinite() {
        Some(if value > 0.0 { "Infinity" } else { "-Infinity" })
    } else {
        None
    }
}

/// What [`non_finite`] names.
pub(crate) fn read_non_finite(name: &str) -> Option<f64> {
    match name {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}

fn write_float(value: f64, shortest: &dyn std::fmt::Display) -> Cow<'static, str> {
    non_finite(value).map_or_else(|| Cow::Owned(shortest.to_string()), Cow::Borrowed)
}

/// Fills a scalar's place from its text.
///
/// # Errors
/// Where the text is not what the place holds, or the place is no scalar's: `Value`, with the text unless `sensitive`.
pub(crate) fn read(slot: Slot<'_>, text: Cow<'_, str>, sensitive: bool) -> Result<(), DecodeErrorKind> {
    let expected = match slot {
        Slot::String(place) => {
            place.set(text);
            return Ok(());
        }
        Slot::Boolean(place) => match read_boolean(&text) {
            Some(value) => {
                *place = value;
                return Ok(());
            }
            None => "boolean",
        },
        // As all other numbers are read: to parse another type is another loop.
        Slot::Integer(place) => match trim(&text).parse::<i64>().map(i32::try_from) {
            Ok(Ok(value)) => {
                *place = value;
                return Ok(());
            }
            _ => "integer of 32 bits",
        },
        Slot::Long(place) => match trim(&text).parse() {
            Ok(value) => {
                *place = value;
                return Ok(());
            }
            Err(_) => "integer of 64 bits",
        },
        Slot::Float(place) => match read_float(trim(&text), f32::is_finite) {
            Some(value) => {
                *place = value;
                return Ok(());
            }
            None => "number of 32 bits",
        },
        Slot::Double(place) => match read_float(trim(&text), f64::is_finite) {
            Some(value) => {
                *place = value;
                return Ok(());
            }
            None => "number",
        },
        Slot::Timestamp(place) => match text.parse::<Timestamp>() {
            Ok(value) => {
                *place = value;
                return Ok(());
            }
            Err(_) => "timestamp",
        },
        Slot::Blob(place) => match read_blob(&text) {
            Some(value) => {
                place.set(value);
                return Ok(());
            }
            None => "base64",
        },
        Slot::List(_) => "list",
        Slot::Map(_) => "map",
        Slot::Structure(_) => "structure",
    };
    let found = (!sensitive).then(|| text.chars().take(64).collect());
    Err(DecodeErrorKind::Value { expected, found })
}

/// A number, or one of the protocols' names for what is not finite; not those of Rust, and nothing that is too large.
fn read_float<F: std::str::FromStr + Copy>(text: &str, is_finite: fn(F) -> bool) -> Option<F> {
    let value = text.parse().ok()?;
    (is_finite(value) || read_non_finite(text).is_some()).then_some(value)
}

/// Base64, with or without padding, with line breaks or without.
pub(crate) fn read_blob(text: &str) -> Option<Vec<u8>> {
    let compact: Cow<'_, str> = if text.bytes().any(|byte| byte.is_ascii_whitespace()) {
        Cow::Owned(text.split_ascii_whitespace().collect())
    } else {
        Cow::Borrowed(text)
    };
    LENIENT_BASE64.decode(compact.as_bytes()).ok()
}

/// XML Schema's lexical forms, and Python's spelling, which some services use.
fn read_boolean(text: &str) -> Option<bool> {
    match trim(text) {
        "true" | "True" | "1" => Some(true),
        "false" | "False" | "0" => Some(false),
        _ => None,
    }
}

/// A text without XML's white space around it.
pub(crate) fn trim(text: &str) -> &str {
    text.trim_matches(|character| matches!(character, ' ' | '\t' | '\r' | '\n'))
}
