//! What carries requests: a trait of one function, and one for those who do not block.

#[cfg(feature = "client")]
mod http;
#[cfg(any(feature = "client", feature = "async"))]
mod options;
#[cfg(feature = "async")]
mod pace;
#[cfg(any(feature = "client", feature = "async"))]
mod proxies;
#[cfg(feature = "async")]
mod reqwest;
#[cfg(any(feature = "tls", feature = "native-tls", feature = "async-tls"))]
mod tls;

use std::fmt;
use std::io::Read;
use std::time::Duration;

use ::http::{Request, Response};

#[cfg(feature = "client")]
pub use self::http::HttpTransport;
#[cfg(any(feature = "client", feature = "async"))]
pub use self::options::HttpOptions;
#[cfg(feature = "async")]
pub(crate) use self::pace::Pace;
#[cfg(all(feature = "async", feature = "rest-xml"))]
pub(crate) use self::pace::Taken;
#[cfg(feature = "async")]
pub use self::reqwest::ReqwestTransport;

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

    /// Sends `request` as its body is read, and gives the reply as soon as its head is there.
    ///
    /// The time for an attempt is that for the reply's head once the request is sent, and for each single read and write: a
    /// body takes as long as it keeps moving. A request whose reader fails must never look whole to the service.
    ///
    /// # Errors
    /// Where no head of a reply arrived; and always, unless a transport has its own way to stream.
    fn send_streaming(&self, request: Request<RequestBody<'_>>) -> Result<Response<ReplyReader>, TransportError> {
        let _ = request;
        Err(TransportError::unusable("this transport does not stream"))
    }
}

/// The body of a request that a transport sends as it is read.
#[expect(clippy::exhaustive_enums, reason = "a transport must send each of them")]
pub enum RequestBody<'a> {
    /// All of it.
    Bytes(Vec<u8>),
    /// Where it comes from. The request's `content-length` says how many bytes there are; without one it is sent in chunks,
    /// as `transfer-encoding` says.
    Reader(&'a mut dyn Read),
}

/// The body of a reply, as it arrives.
pub type ReplyReader = Box<dyn Read + Send>;

/// A future behind a pointer, as traits give it.
#[cfg(feature = "async")]
pub type BoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Carries one request and brings its reply, whatever its status, without blocking. Needs the feature `async`.
///
/// ```
/// use shapewire::transport::{AsyncTransport, BoxFuture, TransportError};
///
/// /// Answers every request with the same body.
/// struct Canned(&'static str);
///
/// impl AsyncTransport for Canned {
///     fn send(&self, _: http::Request<Vec<u8>>) -> BoxFuture<'_, Result<http::Response<Vec<u8>>, TransportError>> {
///         Box::pin(async { Ok(http::Response::new(self.0.into())) })
///     }
/// }
/// ```
#[cfg(feature = "async")]
pub trait AsyncTransport: Send + Sync {
    /// Sends `request` and reads its reply to the end. A future that is dropped sends nothing more.
    ///
    /// # Errors
    /// Where no whole reply arrived. A reply with an error status is a reply.
    fn send(&self, request: Request<Vec<u8>>) -> BoxFuture<'_, Result<Response<Vec<u8>>, TransportError>>;

    /// Sends `request` as the chunks of its body come, and gives the reply as soon as its head is there.
    ///
    /// Chunks are asked for when there is room for them, and are not held. A request whose chunks end with an error must never
    /// look whole to the service. A future that is dropped sends nothing more, and reply chunks that are dropped are not read on.
    /// The client keeps the times that it was told; a transport may have shorter ones of its own.
    ///
    /// # Errors
    /// Where no head of a reply arrived; and always, unless a transport has its own way to stream.
    fn send_streaming(
        &self,
        request: Request<AsyncRequestBody>,
    ) -> BoxFuture<'_, Result<Response<Chunks>, TransportError>> {
        let _ = request;
        Box::pin(async { Err(TransportError::unusable("this transport does not stream")) })
    }
}

/// The body of a request that an asynchronous transport sends as it comes. Needs the feature `async`.
#[cfg(feature = "async")]
#[expect(clippy::exhaustive_enums, reason = "a transport must send each of them")]
pub enum AsyncRequestBody {
    /// All of it.
    Bytes(Vec<u8>),
    /// Where it comes from. The request's `content-length` says how many bytes there are; without one it is sent in chunks,
    /// as `transfer-encoding` says.
    Chunks(Chunks),
}

/// A body in the chunks in which it comes. After an error there are no more. Needs the feature `async`.
#[cfg(feature = "async")]
pub type Chunks = std::pin::Pin<Box<dyn futures_core::Stream<Item = std::io::Result<bytes::Bytes>> + Send>>;

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

/// How long one attempt may take. A client puts it into a request's extensions, for the transport to keep to, unless it waits less
/// by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a wrapper of one value")]
pub struct AttemptTimeout(pub Duration);

/// Among a request's extensions: its body holds a secret. Whoever is done with the body overwrites it, as the transports here
/// do; what they hand on, to a socket or to TLS, is beyond them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "its name is its value")]
pub struct SecretBody;

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
    /// For a request that this transport will never carry, such as one with TLS over one without, or to a server whose
    /// certificate it does not trust.
    #[must_use]
    pub fn unusable(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { kind: Kind::Unusable, source: source.into() }
    }
    /// For a reply with more bytes than are taken.
    #[cfg(any(feature = "client", feature = "async"))]
    fn too_long(max_bytes: u64) -> Self {
        Self::unusable(format!("the reply has more than {max_bytes} bytes"))
    }
    /// For what failed while the body of a reply was read.
    #[cfg(feature = "rest-xml")]
    pub(crate) fn of_io(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::TimedOut { Self::timeout(error) } else { Self::new(error) }
    }
    /// The transport's own error.
    #[cfg(feature = "rest-xml")]
    pub(crate) fn into_source(self) -> Box<dyn std::error::Error + Send + Sync> {
        self.source
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
