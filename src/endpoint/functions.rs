//! The functions that rules call.

use std::borrow::Cow;
use std::fmt::Write;
use std::net::{Ipv4Addr, Ipv6Addr};

use super::value::{Arn, Url, part};

/// The characters from `start` to before `end`, counted from the end of the text if `reverse` says so. There are none in
/// a text that is too short or not of ASCII alone.
pub(super) fn substring<'a>(text: &Cow<'a, str>, start: usize, end: usize, reverse: bool) -> Option<Cow<'a, str>> {
    let length = text.len();
    if !text.is_ascii() || start >= end || end > length {
        return None;
    }
    part(text, if reverse { length - end..length - start } else { start..end })
}

/// Encodes all bytes but letters, digits and `-._~`.
pub(super) fn uri_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String does not fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Whether the text can be a label of a host name, or, if `subdomains` says so, several with dots between.
pub(super) fn is_valid_host_label(text: &str, subdomains: bool) -> bool {
    if subdomains { text.split('.').all(is_label) } else { is_label(text) }
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// Whether the text can be a bucket's name and the first label of a host name, or, if `subdomains` says so, labels.
pub(super) fn is_virtual_hostable_bucket(text: &str, subdomains: bool) -> bool {
    (3..=63).contains(&text.len())
        && !text.bytes().any(|byte| byte.is_ascii_uppercase())
        && is_valid_host_label(text, subdomains)
        && text.parse::<Ipv4Addr>().is_err()
}

/// The parts of a URL of the scheme http or https that has no query.
pub(super) fn parse_url<'a>(text: &Cow<'a, str>) -> Option<Url<'a>> {
    let scheme_length = text.find("://")?;
    let authority_start = scheme_length + 3;
    let path_start = text[authority_start..].find('/').map_or(text.len(), |length| authority_start + length);
    let (scheme, authority) = (&text[..scheme_length], &text[authority_start..path_start]);
    let path = &text[path_start..];
    if !matches!(scheme, "http" | "https") || text.contains(['?', '#']) || authority.contains('@') {
        return None;
    }
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    if host.is_empty() || port.is_some_and(|port| port.starts_with('+') || port.parse::<u16>().is_err()) {
        return None;
    }
    let is_ip = match host.strip_prefix('[') {
        Some(address) => address.strip_suffix(']')?.parse::<Ipv6Addr>().is_ok(),
        None => host.parse::<Ipv4Addr>().is_ok(),
    };
    let path_part = part(text, path_start..text.len())?;
    Some(Url {
        scheme: part(text, 0..scheme_length)?,
        authority: part(text, authority_start..path_start)?,
        normalized_path: match path {
            "" => Cow::Borrowed("/"),
            path if path.ends_with('/') => path_part.clone(),
            path => Cow::Owned(format!("{path}/")),
        },
        path: path_part,
        is_ip,
    })
}

/// The parts of an Amazon resource name: `arn:partition:service:region:account:resource`.
pub(super) fn parse_arn<'a>(text: &Cow<'a, str>) -> Option<Arn<'a>> {
    let mut ends = text.match_indices(':').map(|(end, _)| end);
    let ends = [ends.next()?, ends.next()?, ends.next()?, ends.next()?, ends.next()?];
    let field = |number: usize| part(text, ends[number - 1] + 1..ends[number]);
    let (partition, service) = (field(1)?, field(2)?);
    let resource_start = ends[4] + 1;
    if &text[..ends[0]] != "arn" || partition.is_empty() || service.is_empty() || resource_start == text.len() {
        return None;
    }
    let mut resource_id = Vec::new();
    let mut start = resource_start;
    for (length, _) in text[resource_start..].match_indices([':', '/']) {
        resource_id.push(part(text, start..resource_start + length)?);
        start = resource_start + length + 1;
    }
    resource_id.push(part(text, start..text.len())?);
    Some(Arn { partition, service, region: field(3)?, account_id: field(4)?, resource_id })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls() {
        for wrong in [
            "",
            "http://",
            "http:///x",
            "http://a@b",
            "http://a?b",
            "http://a#b",
            "http://a:",
            "http://a:+8",
            "http://[::1",
        ] {
            assert_eq!(parse_url(&Cow::Borrowed(wrong)), None, "{wrong}");
        }
        let url = parse_url(&Cow::Owned("http://[::1]/a".to_owned())).unwrap();
        assert!(url.is_ip && url.authority == "[::1]" && url.path == "/a" && url.normalized_path == "/a/");
    }

    #[test]
    fn labels() {
        assert!(is_valid_host_label("a-1", false) && is_valid_host_label("a.b", true));
        for wrong in ["", "a.b", "-a", "a-", "a_b", "é", &"a".repeat(64)] {
            assert!(!is_valid_host_label(wrong, false), "{wrong}");
        }
        assert!(!is_valid_host_label("a..b", true) && !is_valid_host_label(".", true));
    }

    #[test]
    fn parts_of_text_that_is_not_ascii_or_too_short() {
        assert_eq!(substring(&Cow::Borrowed("abcd"), 1, 3, true).as_deref(), Some("bc"));
        assert_eq!(substring(&Cow::Borrowed("abcd"), 3, 3, false), None);
        assert_eq!(substring(&Cow::Borrowed("abcd"), usize::MAX - 1, usize::MAX, true), None);
        assert_eq!(substring(&Cow::Borrowed("aé"), 0, 1, false), None);
    }
}
