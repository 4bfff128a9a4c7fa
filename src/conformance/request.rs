//! Whether a request is the one that a case expects.

use std::borrow::Cow;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, Request};

use super::case::Serialized;
use super::values::spelled;
use super::{document, form};
use crate::schema::{Operation, Protocol, Shape, ShapeKind};

/// Compares what was written with what is expected.
pub(super) fn compare(
    operation: &'static Operation,
    actual: &Request<Vec<u8>>,
    expected: Serialized<'_>,
) -> Result<(), String> {
    if let Some(method) = expected.method()
        && method != actual.method().as_str()
    {
        return Err(format!("method: expected {method}, found {}", actual.method()));
    }
    if let Some(uri) = expected.uri() {
        let found = actual.uri().path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        compare_uris(found, uri).map_err(|why| format!("uri: {why}"))?;
    }
    if let Some(host) = expected.host() {
        let found = actual.uri().authority().map_or("", http::uri::Authority::as_str);
        if host != found {
            return Err(format!("host: expected {host}, found {found}"));
        }
    }
    compare_headers(actual, expected)?;
    match expected.body() {
        Some(body) => compare_bodies(operation, actual.body(), body.as_bytes()).map_err(|why| format!("body: {why}")),
        None => Ok(()),
    }
}

/// Paths as they are; queries as sets of pairs as they are, in which `name` alone is `name=`. Pairs of one name keep their
/// order.
fn compare_uris(actual: &str, expected: &str) -> Result<(), String> {
    let parts = |uri: &str| {
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        let mut pairs: Vec<(String, String)> = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| (name.to_owned(), spelled(value).into_owned()))
            .collect();
        pairs.sort_by(|(left, _), (right, _)| left.cmp(right));
        (path.split('/').map(|part| spelled(part).into_owned()).collect::<Vec<_>>(), pairs)
    };
    if parts(actual) == parts(expected) { Ok(()) } else { Err(format!("expected {expected}, found {actual}")) }
}

fn compare_headers(actual: &Request<Vec<u8>>, expected: Serialized<'_>) -> Result<(), String> {
    for (name, value) in expected.headers() {
        let Some(found) = joined(actual.headers(), name) else {
            return Err(format!("header {name}: expected {value:?}, found none"));
        };
        let equal = if name.eq_ignore_ascii_case(CONTENT_TYPE.as_str()) {
            media_type(&found) == media_type(&value)
        } else {
            items(&found).eq(items(&value))
        };
        if !equal {
            return Err(format!("header {name}: expected {value:?}, found {found:?}"));
        }
    }
    // A transport adds the length of a body that is all there.
    let is_there = |name: &str| name.eq_ignore_ascii_case("content-length") || actual.headers().contains_key(name);
    if let Some(name) = expected.required_headers().find(|name| !is_there(name)) {
        return Err(format!("header {name}: expected one, found none"));
    }
    if let Some(name) = expected.forbidden_headers().find(|name| actual.headers().contains_key(*name)) {
        return Err(format!("header {name}: expected none, found one"));
    }
    Ok(())
}

/// The items of a header's list, with or without a space after each comma.
fn items(header: &str) -> impl Iterator<Item = Cow<'_, str>> {
    header
        .split(',')
        .enumerate()
        .map(|(index, item)| spelled(if index > 0 { item.strip_prefix(' ').unwrap_or(item) } else { item }))
}

/// All values of a header as one.
fn joined(headers: &HeaderMap, name: &str) -> Option<String> {
    let values: Vec<_> = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    (!values.is_empty()).then(|| values.join(", "))
}

/// A media type without the parameter that says UTF-8, which suites leave out.
fn media_type(value: &str) -> String {
    let parts = value.split(';').map(|part| part.trim().to_ascii_lowercase());
    parts.filter(|part| part != "charset=utf-8").collect::<Vec<_>>().join(";")
}

fn compare_bodies(operation: &'static Operation, actual: &[u8], expected: &[u8]) -> Result<(), String> {
    if actual == expected {
        return Ok(());
    }
    let maps = names_of_maps(operation);
    match operation.service().protocol() {
        Protocol::AwsQuery | Protocol::Ec2Query => form::compare(actual, expected, &maps),
        Protocol::RestXml => document::compare(actual, expected, &maps),
    }
}

/// The names of key and value on the wire, of every map that the input may hold.
fn names_of_maps(operation: &Operation) -> Vec<(String, String)> {
    let mut seen: Vec<&'static Shape> = vec![operation.input().shape()];
    let mut names = Vec::new();
    let mut next = 0;
    while let Some(&shape) = seen.get(next) {
        next += 1;
        let mut see = |target: &'static Shape| {
            if !seen.iter().any(|known| std::ptr::eq(*known, target)) {
                seen.push(target);
            }
        };
        match shape.kind() {
            ShapeKind::Structure(members) | ShapeKind::Union(members) => {
                members.iter().for_each(|member| see(member.target()));
            }
            ShapeKind::List(list) => see(list.member.target()),
            ShapeKind::Map(map) => {
                names.push((map.key.wire_name().to_owned(), map.value.wire_name().to_owned()));
                see(map.value.target());
            }
            _ => {}
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_sets_in_which_one_name_has_an_order() {
        assert_eq!(compare_uris("/a?x=1&y&z=2", "/a?z=2&x=1&y="), Ok(()));
        assert!(compare_uris("/a?x=1&x=2", "/a?x=2&x=1").is_err());
        assert!(compare_uris("/a?x=1", "/a?x=1&x=1").is_err());
        assert!(compare_uris("/a%20b", "/a+b").is_err());
        assert_eq!(compare_uris("/a", "/a?"), Ok(()));
        assert_eq!(compare_uris("/1024/a?x=0.5", "/1024.0/a?x=5e-1"), Ok(()));
        assert!(items("a, b,c").eq(items("a,b, c")) && !items("a, b").eq(items("a,  b")));
    }

    #[test]
    fn media_types_are_compared_without_their_character_set() {
        assert_eq!(media_type("Text/XML; charset=UTF-8"), media_type("text/xml"));
        assert_ne!(media_type("text/xml; charset=latin1"), media_type("text/xml"));
    }
}
