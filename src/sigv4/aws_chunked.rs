//! What frames (`aws-chunked`) are told and marked by, for who writes them and for who reads them.
//!
//! Source: AWS's documentation, *Amazon S3 API Reference*, "Transferring payload in multiple chunks", with and without
//! trailing headers.

use http::HeaderName;

/// The content encoding.
pub(crate) const AWS_CHUNKED: &str = "aws-chunked";
pub(crate) const DECODED_LENGTH: HeaderName = HeaderName::from_static("x-amz-decoded-content-length");
/// In a frame's first line.
pub(crate) const CHUNK_SIGNATURE: &str = ";chunk-signature=";
/// The last line of all.
pub(crate) const TRAILER_SIGNATURE: &str = "x-amz-trailer-signature";
pub(crate) const LINE_END: &[u8] = b"\r\n";

/// What is told in place of the body's hash.
pub(crate) const SIGNED: &str = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
pub(crate) const SIGNED_WITH_TRAILER: &str = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER";
pub(crate) const UNSIGNED_WITH_TRAILER: &str = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
