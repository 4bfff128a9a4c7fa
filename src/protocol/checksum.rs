//! Checksums of bodies, as AWS's SDKs have them since 2025: CRC-32 unless the input says otherwise, wherever the operation
//! takes one. Smithy's `httpChecksum` and `httpChecksumRequired`.

use http::{HeaderMap, Request, StatusCode};

use crate::decode::DecodeError;
use crate::encode::EncodeError;
use crate::schema::Operation;
use crate::value::Structure;

/// Adds a checksum to a request that may carry one and has none yet.
#[cfg(feature = "checksums")]
pub(crate) fn add(
    operation: &Operation,
    input: &dyn Structure,
    request: &mut Request<Vec<u8>>,
) -> Result<(), EncodeError> {
    match operation.checksum() {
        Some(checksum) => with_feature::add(checksum, input, request),
        None => Ok(()),
    }
}

/// Checks a reply against the checksum that it carries.
#[cfg(feature = "checksums")]
pub(crate) fn verify(
    operation: &Operation,
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(), DecodeError> {
    match operation.checksum() {
        // A part of an object comes with the checksum of the whole.
        Some(checksum) if status != StatusCode::PARTIAL_CONTENT => with_feature::verify(checksum, headers, body),
        _ => Ok(()),
    }
}

/// A request that must carry a checksum cannot be written without the feature `checksums`, unless it has one already.
#[cfg(not(feature = "checksums"))]
pub(crate) fn add(operation: &Operation, _: &dyn Structure, request: &mut Request<Vec<u8>>) -> Result<(), EncodeError> {
    if operation.checksum().is_some_and(|checksum| checksum.required) && !is_given(request.headers()) {
        let algorithm = "CRC32 (without the feature `checksums`)".to_owned();
        return Err(EncodeError::new(crate::encode::EncodeErrorKind::Checksum(algorithm)));
    }
    Ok(())
}

/// Without the feature `checksums`, replies are not checked.
#[cfg(not(feature = "checksums"))]
#[expect(clippy::unnecessary_wraps, reason = "with the feature it does more")]
pub(crate) fn verify(_: &Operation, _: StatusCode, _: &HeaderMap, _: &[u8]) -> Result<(), DecodeError> {
    Ok(())
}

const PREFIX: &str = "x-amz-checksum-";

/// Whether the caller gave a checksum.
fn is_given(headers: &HeaderMap) -> bool {
    headers.contains_key("content-md5")
        || headers.keys().any(|name| {
            name.as_str()
                .strip_prefix(PREFIX)
                .is_some_and(|algorithm| !matches!(algorithm, "mode" | "type" | "algorithm"))
        })
}

#[cfg(feature = "checksums")]
mod with_feature {
    use http::{HeaderMap, HeaderName, HeaderValue, Request};
    use sha2::{Digest, Sha256};

    use super::{PREFIX, is_given};
    use crate::decode::{DecodeError, DecodeErrorKind};
    use crate::encode::{EncodeError, EncodeErrorKind};
    use crate::protocol::scalar::write_blob;
    use crate::schema::Checksum;
    use crate::value::{Structure, View};

    const DEFAULT: &str = "CRC32";

    /// The checksum by this algorithm in base64, if it is computed here.
    fn compute(algorithm: &str, body: &[u8]) -> Option<String> {
        match algorithm {
            "CRC32" => Some(write_blob(&crc32fast::hash(body).to_be_bytes())),
            "SHA256" => Some(write_blob(&Sha256::digest(body))),
            _ => None,
        }
    }

    pub(super) fn add(
        checksum: &Checksum,
        input: &dyn Structure,
        request: &mut Request<Vec<u8>>,
    ) -> Result<(), EncodeError> {
        ask_for_one(checksum, input, request.headers_mut())?;
        if is_given(request.headers()) || (!checksum.required && checksum.algorithm_member.is_none()) {
            return Ok(());
        }
        let place = checksum.algorithm_member.and_then(|name| input.shape().member_index(name));
        let asked = place.and_then(|index| match input.member(index).view() {
            View::String(text) if !text.is_empty() => Some(text),
            _ => None,
        });
        let algorithm = asked.unwrap_or(DEFAULT);
        let text = compute(algorithm, request.body())
            .ok_or_else(|| EncodeError::new(EncodeErrorKind::Checksum(algorithm.to_owned())))?;
        insert(request.headers_mut(), &format!("{PREFIX}{}", algorithm.to_ascii_lowercase()), &text)?;
        match place {
            Some(index) if asked.is_none() => {
                let name = input.shape().members()[index].wire_name();
                insert(request.headers_mut(), name, algorithm)
            }
            _ => Ok(()),
        }
    }

    /// Asks for a checksum in the reply, if the input does not say whether there should be one.
    fn ask_for_one(checksum: &Checksum, input: &dyn Structure, headers: &mut HeaderMap) -> Result<(), EncodeError> {
        let Some(index) = checksum.mode_member.and_then(|name| input.shape().member_index(name)) else { return Ok(()) };
        if matches!(input.member(index).view(), View::Absent) {
            return insert(headers, input.shape().members()[index].wire_name(), "ENABLED");
        }
        Ok(())
    }

    fn insert(headers: &mut HeaderMap, name: &str, text: &str) -> Result<(), EncodeError> {
        let illegal = || EncodeError::new(EncodeErrorKind::Header).within(name.to_owned());
        let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| illegal())?;
        headers.insert(key, HeaderValue::try_from(text).map_err(|_| illegal())?);
        Ok(())
    }

    pub(super) fn verify(checksum: &Checksum, headers: &HeaderMap, body: &[u8]) -> Result<(), DecodeError> {
        for algorithm in checksum.response_algorithms {
            let name = format!("{PREFIX}{}", algorithm.to_ascii_lowercase());
            let Some(expected) = headers.get(&name).and_then(|value| value.to_str().ok()) else { continue };
            // One of parts, with their number after a hyphen, says nothing of the whole.
            if expected.contains('-') {
                continue;
            }
            if let Some(found) = compute(algorithm, body) {
                let is_same = found == expected;
                return if is_same { Ok(()) } else { Err(DecodeError::new(DecodeErrorKind::Checksum(algorithm), 0)) };
            }
        }
        Ok(())
    }
}
