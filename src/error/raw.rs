//! The reply as it came, for those who must see what a service or a proxy really sent.

use std::fmt;
use std::sync::Arc;

use http::{HeaderMap, HeaderName, Response, StatusCode};
use secrecy::ExposeSecret;

use crate::SecretBlob;
use crate::error::{Error, ErrorContext, UnreadableReply};

/// A reply as it came, kept with the error that it led to.
///
/// It may hold secrets, such as the new password in a reply that was cut off. So the values of headers and the bytes of the
/// body are in no `Debug` and no `Display`, and the body is a [`SecretBlob`]:
///
/// ```
/// use shapewire::{ExposeSecret, OperationShape, iam};
///
/// let page = "<html><body>The proxy is closed.</body></html>";
/// let reply = http::Response::builder().status(403).header("x-amzn-requestid", "7a62c49f").body(page)?;
/// let error = shapewire::Error::from(iam::GetUser::decode(&reply).unwrap_err());
/// let raw = error.raw_reply().expect("there was a reply");
/// assert_eq!((raw.status().as_u16(), raw.body().expose_secret()), (403, page.as_bytes()));
/// assert_eq!(error.request_id(), Some("7a62c49f"));
/// # Ok::<(), http::Error>(())
/// ```
pub struct RawReply {
    status: StatusCode,
    headers: HeaderMap,
    body: SecretBlob,
    body_length: usize,
}

impl RawReply {
    /// How many bytes of a body are kept: 64 KiB.
    pub const MAX_BODY: usize = 64 * 1024;

    pub(crate) fn of<B: AsRef<[u8]>>(response: &Response<B>) -> Arc<Self> {
        let body = response.body().as_ref();
        let kept = &body[..body.len().min(Self::MAX_BODY)];
        Arc::new(Self {
            status: response.status(),
            headers: response.headers().clone(),
            body: kept.to_vec().into(),
            body_length: body.len(),
        })
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }
    /// The headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }
    /// The body, or its first [`RawReply::MAX_BODY`] bytes.
    #[must_use]
    pub fn body(&self) -> &SecretBlob {
        &self.body
    }
    /// How many bytes the whole body had.
    #[must_use]
    pub fn body_length(&self) -> usize {
        self.body_length
    }
}

impl fmt::Debug for RawReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawReply")
            .field("status", &self.status)
            .field("body_length", &self.body_length)
            .finish_non_exhaustive()
    }
}

impl PartialEq for RawReply {
    fn eq(&self, other: &Self) -> bool {
        self.status == other.status
            && self.headers == other.headers
            && self.body_length == other.body_length
            && self.body.expose_secret() == other.body.expose_secret()
    }
}

impl Eq for RawReply {}

/// The id of the request among a reply's headers.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    const NAMES: [HeaderName; 3] = [
        HeaderName::from_static("x-amzn-requestid"),
        HeaderName::from_static("x-amz-request-id"),
        HeaderName::from_static("x-amz-requestid"),
    ];
    NAMES.iter().find_map(|name| headers.get(name)?.to_str().ok())
}

impl ErrorContext {
    /// The reply that the error was read from; none for an error that did not come over the wire.
    #[must_use]
    pub fn raw_reply(&self) -> Option<&RawReply> {
        self.raw.as_deref()
    }
}

impl UnreadableReply {
    /// The reply as it came; none for bytes that are only the body of one.
    #[must_use]
    pub fn raw_reply(&self) -> Option<&RawReply> {
        self.raw.as_deref()
    }
    /// The id of the request, if the reply's headers tell it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        request_id(&self.raw_reply()?.headers)
    }
}

impl Error {
    /// The reply as it came, if a whole one came: that of an error of the service, and one that cannot be read.
    #[must_use]
    pub fn raw_reply(&self) -> Option<&RawReply> {
        match self {
            Self::Service(error) => error.context().raw_reply(),
            Self::Decode(reply) => reply.raw_reply(),
            _ => None,
        }
    }
    /// The id of the request in the service's logs, if a reply told it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Service(error) => error.request_id(),
            Self::Decode(reply) => reply.request_id(),
            _ => None,
        }
    }
}
