//! Compressed requests. Smithy's `requestCompression`.

#[cfg(feature = "server")]
use std::borrow::Cow;

#[cfg(feature = "server")]
use http::HeaderMap;
use http::Request;

use crate::encode::EncodeOptions;
use crate::schema::Operation;

/// Compresses the body with gzip, where the operation takes that and the body is worth it.
#[cfg(feature = "compression")]
pub(crate) fn compress(operation: &Operation, request: &mut Request<Vec<u8>>, options: &EncodeOptions<'_>) {
    use crate::transport::SecretBody;
    use http::HeaderValue;
    use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
    use secrecy::zeroize::Zeroize;
    use std::io::Write;

    // Nothing of a body that streams is here.
    #[cfg(feature = "rest-xml")]
    if options.streamed.is_some() {
        return;
    }
    let is_large = request.body().len() >= options.min_compression_bytes;
    if !operation.takes_gzip() || !is_large {
        return;
    }
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    // Writing to memory does not fail; if it did, the body would go as it is.
    let Ok(body) = encoder.write_all(request.body()).and_then(|()| encoder.finish()) else { return };
    let encoding = match request.headers().get(CONTENT_ENCODING).and_then(|before| before.to_str().ok()) {
        Some(before) => HeaderValue::try_from(format!("{before}, gzip")).ok(),
        None => Some(HeaderValue::from_static("gzip")),
    };
    let Some(encoding) = encoding else { return };
    request.headers_mut().insert(CONTENT_ENCODING, encoding);
    if request.headers().contains_key(CONTENT_LENGTH) {
        request.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    }
    let mut plain = std::mem::replace(request.body_mut(), body);
    if request.extensions().get::<SecretBody>().is_some() {
        plain.zeroize();
    }
}

/// Without the feature `compression`, bodies go as they are, which services take as well.
#[cfg(not(feature = "compression"))]
pub(crate) fn compress(_: &Operation, _: &mut Request<Vec<u8>>, _: &EncodeOptions<'_>) {}

/// Why a body cannot be decompressed.
#[cfg(feature = "server")]
pub(crate) enum Unreadable {
    /// Its encoding is this one, which is not known.
    Encoding(String),
    /// It is no gzip, or is damaged.
    Malformed,
    /// There is more in it than it may hold.
    TooLong,
}

/// The body of a request as it was before it was compressed: at most `max_bytes`, if it was.
#[cfg(feature = "server")]
pub(crate) fn decompressed<'a>(
    headers: &HeaderMap,
    body: &'a [u8],
    max_bytes: usize,
) -> Result<Cow<'a, [u8]>, Unreadable> {
    use std::io::Read;

    let encoding = headers.get(http::header::CONTENT_ENCODING).map_or(&b""[..], |value| value.as_bytes());
    match encoding.to_ascii_lowercase().as_slice() {
        b"" | b"identity" => Ok(Cow::Borrowed(body)),
        b"gzip" => {
            let limit = u64::try_from(max_bytes).unwrap_or(u64::MAX).saturating_add(1);
            let mut text = Vec::new();
            let mut reader = flate2::read::MultiGzDecoder::new(body).take(limit);
            reader.read_to_end(&mut text).map_err(|_| Unreadable::Malformed)?;
            if text.len() > max_bytes { Err(Unreadable::TooLong) } else { Ok(Cow::Owned(text)) }
        }
        other => Err(Unreadable::Encoding(String::from_utf8_lossy(other).chars().take(64).collect())),
    }
}

#[cfg(all(test, feature = "server"))]
mod tests {
    use super::*;

    fn read(encoding: &str, body: &[u8], max_bytes: usize) -> Result<Vec<u8>, Unreadable> {
        let request = Request::builder().header("content-encoding", encoding).body(()).unwrap();
        decompressed(request.headers(), body, max_bytes).map(Cow::into_owned)
    }

    fn gzip(body: &[u8]) -> Vec<u8> {
        use std::io::Write;

        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn bodies_are_read_whole_and_within_the_limit() {
        assert_eq!(read("GZIP", &gzip(b"Action=A"), 8).ok().as_deref(), Some(b"Action=A".as_slice()));
        assert_eq!(read("identity", b"Action=A", 1).ok().as_deref(), Some(b"Action=A".as_slice()));
        let bomb = gzip(&vec![0; 1 << 20]);
        assert!(bomb.len() < 4096 && matches!(read("gzip", &bomb, 4096), Err(Unreadable::TooLong)));
        assert!(matches!(read("gzip", &bomb[..100], 1 << 20), Err(Unreadable::Malformed)));
        assert!(matches!(read("gzip", b"Action=A", 4096), Err(Unreadable::Malformed)));
        assert!(matches!(read("br, gzip", &bomb, 4096), Err(Unreadable::Encoding(encoding)) if encoding == "br, gzip"));
    }
}
