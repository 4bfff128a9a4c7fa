//! What carries requests: a trait of one function.

#[cfg(feature = "client")]
mod http;

use std::fmt;
use std::time::Duration;

use ::http::{Request, Response};

#[cfg(feature = "client")]
pub use self::http::{HttpOptions, HttpTransport};

/// Carries one request and brings its reply, whatever its status.
///
/// ```
/// use shapewire::transport::{Transport, TransportError};
///
/// /// Answers every request with the same body.
/// struct Canned(&'static str);
///
/// impl Transport for Canned {
///     fn send(&self, _: http::Request<Vec<u8>>) -> Result<http::Response<Vec<u8>>, TransportError> {
///         Ok(http::Response::new(self.0.into()))
///     }
/// }
/// ```
pub trait Transport: Send + Sync {
    /// Sends `request` and reads its reply to the end.
    ///
    /// # Errors
    /// Where no whole reply arrived. A reply with an error status is a reply.
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError>;
}

/// Why there is no reply.
#[derive(Debug)]
pub struct TransportError {
    kind: Kind,
    source: Box<dyn std::error::Error + Send + Sync>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Timeout,
    Unusable,
    Other,
}

/// How long one attempt may take. A client puts it into a request's extensions, for the transport to keep to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttemptTimeout(pub Duration);

impl TransportError {
    /// For a transport's own error or text.
    #[must_use]
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { kind: Kind::Other, source: source.into() }
    }
    /// For a transport that waited long enough.
    #[must_use]
    pub fn timeout(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { kind: Kind::Timeout, source: source.into() }
    }
    /// For a request that this transport will never carry, such as one with TLS over one without.
    #[must_use]
    pub fn unusable(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { kind: Kind::Unusable, source: source.into() }
    }
    /// Whether time ran out.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.kind == Kind::Timeout
    }
    /// Whether another attempt may get through.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.kind != Kind::Unusable
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no reply: {}", self.source)
    }
}

impl std::error::Error for TransportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.source)
    }
}
