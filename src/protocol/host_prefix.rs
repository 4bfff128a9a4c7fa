//! What an operation puts before the endpoint's host name. Smithy's `endpoint` and `hostLabel`.

use http::Uri;
use http::uri::Authority;

use crate::encode::{EncodeError, EncodeErrorKind};
use crate::protocol::scalar;
use crate::value::Structure;

/// The endpoint with the prefix before its host name. An address has no names before it, and stays.
pub(crate) fn prefixed(endpoint: &Uri, prefix: &str, input: &dyn Structure) -> Result<Uri, EncodeError> {
    let host = endpoint.host().unwrap_or_default();
    if host.starts_with('[') || host.parse::<std::net::Ipv4Addr>().is_ok() {
        return Ok(endpoint.clone());
    }
    let prefix = expand(prefix, input)?;
    let authority = endpoint.authority().map_or("", Authority::as_str);
    // Before a host there may be a name and a password.
    let (user, host) = authority.rsplit_once('@').map_or(("", authority), |(user, host)| (user, host));
    let separator = if user.is_empty() { "" } else { "@" };
    let unusable = |why: &dyn std::fmt::Display| EncodeError::new(EncodeErrorKind::Endpoint(why.to_string()));
    let mut parts = endpoint.clone().into_parts();
    let authority = format!("{user}{separator}{prefix}{host}");
    parts.authority = Some(Authority::try_from(authority).map_err(|error| unusable(&error))?);
    Uri::from_parts(parts).map_err(|error| unusable(&error))
}

fn expand(prefix: &str, input: &dyn Structure) -> Result<String, EncodeError> {
    let mut text = String::new();
    let mut rest = prefix;
    while let Some((before, after)) = rest.split_once('{') {
        let (label, after) = after.split_once('}').unwrap_or((after, ""));
        text.push_str(before);
        text.push_str(&label_text(label, input)?);
        rest = after;
    }
    text.push_str(rest);
    Ok(text)
}

fn label_text(label: &str, input: &dyn Structure) -> Result<String, EncodeError> {
    let shape = input.shape();
    let member = shape.member_index(label).filter(|index| shape.members()[*index].is_host_label());
    member
        .and_then(|index| scalar::write(input.member(index).view(), shape.members()[index].timestamp_format()))
        .filter(|text| is_host_label(text))
        .map(std::borrow::Cow::into_owned)
        .ok_or_else(|| EncodeError::new(EncodeErrorKind::HostLabel).within(label))
}

fn is_host_label(text: &str) -> bool {
    (1..=63).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}
