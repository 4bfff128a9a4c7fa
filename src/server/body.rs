//! A `restXml` request's body as its input was written: out of the frames that it came in (`aws-chunked`), checked against its
//! checksums, and decompressed.

use std::borrow::Cow;

use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, HeaderName, HeaderValue};

use super::refusal;
use crate::decode::{DecodeError, DecodeErrorKind, DecodeOptions};
use crate::error::ServiceError;
use crate::protocol::checksum;
use crate::protocol::compression::decompressed;
use crate::schema::Operation;
use crate::sigv4::FramingError;
use crate::sigv4::frames::{Framing, encodings, is_aws_chunked};

/// Headers and body of a request as they would be if it had come whole and plain.
pub(super) fn plain<'a>(
    operation: &Operation,
    headers: &'a HeaderMap,
    body: &'a [u8],
    options: &DecodeOptions,
) -> Result<(Cow<'a, HeaderMap>, Cow<'a, [u8]>), ServiceError> {
    let framing = Framing::of(headers).map_err(|error| refusal::framing(&error))?;
    let (headers, body) = match framing {
        None => (without_frames(headers), Cow::Borrowed(body)),
        Some(framing) if framing.length > options.max_bytes as u64 => {
            let too_long = DecodeErrorKind::TooLong(options.max_bytes);
            return Err(refusal::malformed(&DecodeError::new(too_long, options.max_bytes)));
        }
        Some(framing) => {
            let (headers, body) = unframed(&framing, headers, body).map_err(|error| refusal::framing(&error))?;
            (headers, Cow::Owned(body))
        }
    };
    checksum::check(operation, &headers, &body).map_err(|untrue| refusal::untrue_checksum(&untrue))?;
    // Elsewhere the encoding is that of what is stored, and none of the server's business.
    if !operation.takes_gzip() {
        return Ok((headers, body));
    }
    let plain = decompressed(&headers, &body, options.max_bytes);
    let plain = plain.map_err(|why| refusal::unreadable_body(&why, options.max_bytes))?.into_owned();
    Ok((headers, Cow::Owned(plain)))
}

/// The headers without the encoding of frames: it is none of the content's, even where there are no frames.
fn without_frames(headers: &HeaderMap) -> Cow<'_, HeaderMap> {
    if !encodings(headers).any(is_aws_chunked) {
        return Cow::Borrowed(headers);
    }
    let others = encodings(headers).filter(|encoding| !is_aws_chunked(encoding)).collect::<Vec<_>>().join(",");
    let mut plain = headers.clone();
    match HeaderValue::try_from(others) {
        Ok(others) if !others.is_empty() => plain.insert(CONTENT_ENCODING, others),
        _ => plain.remove(CONTENT_ENCODING),
    };
    Cow::Owned(plain)
}

/// What is in the frames, with the headers that it would have had without them: those of the trailer, its own length.
fn unframed<'a>(
    framing: &Framing,
    headers: &'a HeaderMap,
    body: &[u8],
) -> Result<(Cow<'a, HeaderMap>, Vec<u8>), FramingError> {
    let frames = framing.read(body)?;
    let body = frames.chunks.iter().map(|chunk| chunk.bytes).collect::<Vec<_>>().concat();
    let mut plain = without_frames(headers).into_owned();
    for (name, value) in frames.trailer {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| FramingError::Trailer)?;
        let value = HeaderValue::from_str(value).map_err(|_| FramingError::Trailer)?;
        if plain.insert(name, value).is_some() {
            return Err(FramingError::Trailer);
        }
    }
    plain.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    Ok((Cow::Owned(plain), body))
}
