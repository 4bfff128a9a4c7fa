//! What carries requests: a trait of one function.

#[cfg(feature = "client")]
mod http;

use std::fmt;

use ::http::{Request, Response};

#[cfg(feature = "client")]
pub use self::http::HttpTransport;

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
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl TransportError {
    /// For a transport's own error or text.
    #[must_use]
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { source: source.into() }
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
