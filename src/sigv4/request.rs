//! What signer and verifier both read of a request and write into it.

use std::borrow::Cow;

use http::header::HOST;
use http::uri::Authority;
use http::{HeaderName, Request};
use memchr::memchr2;

use super::SignError;
use super::ascii::Ascii;
use crate::timestamp::Timestamp;

pub(super) const ALGORITHM: &str = "AWS4-HMAC-SHA256";
pub(super) const DATE: HeaderName = HeaderName::from_static("x-amz-date");
pub(super) const SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");
pub(super) const CONTENT_SHA256: HeaderName = HeaderName::from_static("x-amz-content-sha256");
pub(super) const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";
/// The last part of every scope.
pub(super) const TERMINATOR: &str = "aws4_request";

/// A time as signatures spell it: `20150830T123600Z`.
pub(super) fn spelled(time: Timestamp) -> Ascii<16> {
    Ascii(time.compact())
}

/// The day of a time as signatures spell it.
pub(super) fn day(time: &str) -> &str {
    time.get(..8).unwrap_or_default()
}

/// The host as the transport will send it, without the scheme's own port; `None` if a header says it.
pub(super) fn host<B>(request: &Request<B>) -> Result<Option<Cow<'_, str>>, SignError> {
    // Of the few that there are, which takes less time than to look for it by its hash.
    if request.headers().keys().any(|name| *name == HOST) {
        return Ok(None);
    }
    let uri = request.uri();
    let authority = uri.authority().map_or("", Authority::as_str);
    if !authority.is_empty() && memchr2(b':', b'@', authority.as_bytes()).is_none() {
        // Most often there is neither a port nor a user to be taken off.
        return Ok(Some(Cow::Borrowed(authority)));
    }
    let host = uri.host().filter(|host| !host.is_empty()).ok_or(SignError::NoHost)?;
    let default_port = match uri.scheme_str() {
        Some("https") => Some(443),
        Some("http") => Some(80),
        _ => None,
    };
    Ok(Some(match uri.port_u16() {
        Some(port) if Some(port) != default_port => Cow::Owned(format!("{host}:{port}")),
        _ => Cow::Borrowed(host),
    }))
}
