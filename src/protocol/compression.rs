//! Compressed requests. Smithy's `requestCompression`.

use http::Request;

use crate::encode::EncodeOptions;
use crate::schema::Operation;

/// Compresses the body with gzip, where the operation takes that and the body is worth it.
#[cfg(feature = "compression")]
pub(crate) fn compress(operation: &Operation, request: &mut Request<Vec<u8>>, options: &EncodeOptions<'_>) {
    use http::HeaderValue;
    use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
    use std::io::Write;

    if !operation.takes_gzip() || request.body().len() < options.min_compression_bytes {
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
    *request.body_mut() = body;
}

/// Without the feature `compression`, bodies go as they are, which services take as well.
#[cfg(not(feature = "compression"))]
pub(crate) fn compress(_: &Operation, _: &mut Request<Vec<u8>>, _: &EncodeOptions<'_>) {}
