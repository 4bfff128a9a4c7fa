//! Headers: values as text, lists of them in one header, maps of headers. Smithy's `httpHeader` and `httpPrefixHeaders`.

use std::borrow::Cow;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::decode::{DecodeError, DecodeErrorKind, DecodeOptions};
use crate::encode::{EncodeError, EncodeErrorKind};
use crate::protocol::scalar;
use crate::schema::{Binding, Member, ShapeKind};
use crate::value::{List, Slot, Structure, Value, View};

/// Writes the members of a structure that are headers.
///
/// What is empty is not sent by a client, and sent by a server. A header of its own goes before one of a map.
pub(super) fn write_all(
    headers: &mut HeaderMap,
    source: &dyn Structure,
    keep_empty: bool,
    new_token: Option<&dyn Fn() -> String>,
) -> Result<(), EncodeError> {
    let is_secret = |member: &Member| source.shape().is_sensitive() || member.is_sensitive();
    let members = source.shape().members();
    for (index, member) in members.iter().enumerate() {
        if member.binding() != Binding::PrefixHeaders {
            continue;
        }
        let View::Map(map) = source.member(index).view() else { continue };
        for (key, value) in map.entries() {
            let name = format!("{}{key}", member.wire_name());
            if let Some(text) = scalar::write(value.view(), member.timestamp_format()) {
                insert(headers, &name, &text, is_secret(member))?;
            }
        }
    }
    for (index, member) in members.iter().enumerate() {
        if member.binding() != Binding::Header {
            continue;
        }
        let text = match (source.member(index).view(), new_token) {
            (View::Absent | View::String(""), Some(new_token)) if member.is_idempotency_token() => {
                Some(Cow::Owned(new_token()))
            }
            (view, _) => write(view, member),
        };
        if let Some(text) = text.filter(|text| keep_empty || !text.is_empty()) {
            insert(headers, member.wire_name(), &text, is_secret(member))?;
        }
    }
    Ok(())
}

fn insert(headers: &mut HeaderMap, name: &str, text: &str, is_secret: bool) -> Result<(), EncodeError> {
    let illegal = || EncodeError::new(EncodeErrorKind::Header).within(name.to_owned());
    let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| illegal())?;
    // Readers trim headers.
    if trim(text) != text {
        return Err(illegal());
    }
    let mut value = HeaderValue::from_bytes(text.as_bytes()).map_err(|_| illegal())?;
    // `Debug` does not show it, and HTTP/2 does not put it into its tables.
    value.set_sensitive(is_secret);
    headers.insert(key, value);
    Ok(())
}

/// The text of a header; `None` if there is nothing to tell.
fn write<'a>(view: View<'a>, member: &Member) -> Option<Cow<'a, str>> {
    match view {
        View::String(text) if member.is_json_value() => Some(Cow::Owned(scalar::write_blob(text.as_bytes()))),
        View::List(list) => Some(Cow::Owned(write_list(list, member))),
        view => scalar::write(view, member.timestamp_format()),
    }
}

fn write_list(list: &dyn List, member: &Member) -> String {
    let mut text = String::new();
    for index in 0..list.len() {
        if index > 0 {
            text.push_str(", ");
        }
        match list.get(index).view() {
            View::String(item) if needs_quotes(item) => push_quoted(&mut text, item),
            view => text.push_str(&scalar::write(view, member.timestamp_format()).unwrap_or_default()),
        }
    }
    text
}

/// Without the blanks around it that HTTP allows.
fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

fn needs_quotes(text: &str) -> bool {
    text.is_empty() || text.contains([',', '"']) || trim(text) != text
}

fn push_quoted(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        if matches!(character, '"' | '\\') {
            out.push('\\');
        }
        out.push(character);
    }
    out.push('"');
}

/// Fills the members of a structure that are headers.
pub(super) fn read_all(
    headers: &HeaderMap,
    target: &mut dyn Structure,
    options: &DecodeOptions,
) -> Result<(), DecodeError> {
    let shape = target.shape();
    for (index, member) in shape.members().iter().enumerate() {
        let sensitive = shape.is_sensitive() || member.is_sensitive();
        match member.binding() {
            Binding::PrefixHeaders => read_prefixed(headers, target.member_mut(index), member, options, sensitive)?,
            Binding::Header => {
                let Some(text) = text(headers, member.wire_name()) else { continue };
                let value = target.member_mut(index);
                if let Err(kind) = read(&text, value, member, options, sensitive) {
                    if !is_kept_as_text(shape.members(), member) {
                        return Err(DecodeError::new(kind, 0).within(member.wire_name()));
                    }
                    value.clear();
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether another member has the same header as text, so that nothing is lost when this one cannot be read.
fn is_kept_as_text(members: &[Member], member: &Member) -> bool {
    members.iter().any(|other| {
        !std::ptr::eq(other, member)
            && other.binding() == Binding::Header
            && other.wire_name().eq_ignore_ascii_case(member.wire_name())
            && matches!(other.target().kind(), ShapeKind::String)
    })
}

fn read_prefixed(
    headers: &HeaderMap,
    value: &mut dyn Value,
    member: &Member,
    options: &DecodeOptions,
    sensitive: bool,
) -> Result<(), DecodeError> {
    let prefix = member.wire_name();
    for name in headers.keys() {
        let Some((start, key)) = name.as_str().split_at_checked(prefix.len()) else { continue };
        if key.is_empty() || !start.eq_ignore_ascii_case(prefix) {
            continue;
        }
        let Slot::Map(map) = value.slot() else { return Ok(()) };
        let text = text(headers, name.as_str()).unwrap_or_default();
        options
            .check_items(map.len())
            .and_then(|()| scalar::read(map.entry(key.to_owned()).slot(), text.into(), sensitive))
            .map_err(|kind| DecodeError::new(kind, 0).within(name.as_str()))?;
    }
    Ok(())
}

/// All values of a header as one text.
fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    let mut values = headers.get_all(name).iter();
    let mut text = decode(values.next()?);
    for value in values {
        text.push_str(", ");
        text.push_str(&decode(value));
    }
    Some(text)
}

/// A header's text: UTF-8, or else Latin-1, which any bytes are.
fn decode(value: &HeaderValue) -> String {
    let bytes = value.as_bytes();
    std::str::from_utf8(bytes).map_or_else(|_| bytes.iter().copied().map(char::from).collect(), str::to_owned)
}

fn read(
    text: &str,
    value: &mut dyn Value,
    member: &'static Member,
    options: &DecodeOptions,
    sensitive: bool,
) -> Result<(), DecodeErrorKind> {
    match (value.slot(), member.target().kind()) {
        (Slot::List(list), ShapeKind::List(shape)) => {
            let items = if matches!(shape.member.target().kind(), ShapeKind::Timestamp(_)) {
                split_timestamps(text)
            } else {
                split_list(text)
            };
            for item in items {
                options.check_items(list.len())?;
                scalar::read(list.push().slot(), item.into(), sensitive)?;
            }
            Ok(())
        }
        (Slot::String(place), _) if member.is_json_value() => {
            let json = scalar::read_blob(text).and_then(|bytes| String::from_utf8(bytes).ok());
            let found = (!sensitive).then(|| text.chars().take(64).collect());
            place.set(Cow::Owned(json.ok_or(DecodeErrorKind::Value { expected: "base64 of JSON", found })?));
            Ok(())
        }
        (slot, _) => {
            if !options.strict && text.is_empty() && !matches!(slot, Slot::String(_) | Slot::Blob(_)) {
                value.clear();
                return Ok(());
            }
            scalar::read(slot, text.into(), sensitive)
        }
    }
}

/// The items of a list, which may stand in quotes.
fn split_list(text: &str) -> Vec<String> {
    let mut items = Vec::new();
    let mut rest = trim(text);
    while !rest.is_empty() {
        let (item, after) = match rest.strip_prefix('"') {
            Some(quoted) => unquote(quoted),
            None => {
                let (item, after) = rest.split_once(',').map_or((rest, None), |(item, after)| (item, Some(after)));
                (trim(item).to_owned(), after)
            }
        };
        items.push(item);
        let Some(after) = after else { break };
        rest = trim(after);
        if rest.is_empty() {
            items.push(String::new());
        }
    }
    items
}

/// The item before the next quote, and what follows the comma after it.
fn unquote(quoted: &str) -> (String, Option<&str>) {
    let mut item = String::new();
    let mut characters = quoted.char_indices();
    while let Some((place, character)) = characters.next() {
        match character {
            '"' => {
                let after = &quoted[place + 1..];
                return (item, after.split_once(',').map(|(_, after)| after));
            }
            '\\' => item.extend(characters.next().map(|(_, character)| character)),
            character => item.push(character),
        }
    }
    (item, None)
}

/// The items of a list of timestamps. HTTP's have a comma after the name of the day.
fn split_timestamps(text: &str) -> Vec<String> {
    let mut items = Vec::new();
    let mut parts = text.split(',').map(|part| part.trim_matches([' ', '\t', '"']));
    while let Some(part) = parts.next() {
        if part.len() == 3
            && part.bytes().all(|byte| byte.is_ascii_alphabetic())
            && let Some(rest) = parts.next()
        {
            items.push(format!("{part}, {rest}"));
        } else if !part.is_empty() {
            items.push(part.to_owned());
        }
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_split_at_commas_outside_of_quotes() {
        assert_eq!(split_list(r#" a,b , "c,d", "e\"f\\" ,g"#), ["a", "b", "c,d", "e\"f\\", "g"]);
        assert_eq!(split_list(r#""b,c", "\"def\"", a"#), ["b,c", "\"def\"", "a"]);
        assert_eq!(split_list(""), [""; 0]);
        assert_eq!(split_list("a,"), ["a", ""]);
        assert_eq!(split_list("\"a"), ["a"]);
    }

    #[test]
    fn dates_keep_their_commas() {
        assert_eq!(
            split_timestamps("Mon, 16 Dec 2019 23:48:18 GMT, Mon, 16 Dec 2019 23:48:18 GMT"),
            ["Mon, 16 Dec 2019 23:48:18 GMT"; 2]
        );
        assert_eq!(split_timestamps("2019-12-16T23:48:18Z,1576540098"), ["2019-12-16T23:48:18Z", "1576540098"]);
    }
}
