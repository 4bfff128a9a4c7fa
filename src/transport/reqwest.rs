//! The HTTP transport that does not block, over reqwest.

use std::error::Error;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use std::{fmt, io};

use ::http::header::CONTENT_LENGTH;
use ::http::request::Parts;
use ::http::{Request, Response, Uri};
use ::reqwest::{Body, Url};
use bytes::Bytes;
use futures_core::Stream;
use http_body::{Body as _, Frame, SizeHint};
use secrecy::zeroize::Zeroizing;

use super::options::{HttpOptions, USER_AGENT};
use super::proxies::Proxies;
use super::{AsyncRequestBody, AsyncTransport, AttemptTimeout, BoxFuture, Chunks, Pace, SecretBody, TransportError};
use crate::client::TokioTime;

/// HTTP/1.1 over pooled connections, on tokio, with TLS where the feature `async-tls` is on: rustls with ring, and Mozilla's root
/// certificates. Proxies are those of the environment, as [`HttpOptions`] says. Clones share the connections.
#[derive(Clone)]
pub struct ReqwestTransport {
    client: ::reqwest::Client,
    proxies: Arc<Proxies<Url>>,
    attempt_timeout: Duration,
    read_timeout: Duration,
    max_bytes: u64,
}

impl ReqwestTransport {
    /// With the defaults of [`HttpOptions`].
    ///
    /// # Errors
    /// Where TLS cannot be set up.
    pub fn new() -> Result<Self, TransportError> {
        Self::with_options(&HttpOptions::default())
    }

    /// With these options.
    ///
    /// # Errors
    /// Where TLS cannot be set up.
    pub fn with_options(options: &HttpOptions) -> Result<Self, TransportError> {
        let mut builder = ::reqwest::Client::builder()
            .http1_only()
            .redirect(::reqwest::redirect::Policy::none())
            // A client's own retries are the only ones.
            .retry(::reqwest::retry::never())
            .referer(false)
            .connect_timeout(options.connect_timeout)
            .user_agent(USER_AGENT);
        let variable = |name: &str| std::env::var(name).ok().filter(|_| options.use_proxies);
        let proxies = Arc::new(Proxies::of(variable, |url| Url::parse(url).ok()));
        let chosen = proxies.clone();
        builder = builder.no_proxy().proxy(::reqwest::Proxy::custom(move |url| {
            chosen.for_host(Some(url.scheme()), url.host_str().unwrap_or_default()).ok()?.cloned()
        }));
        #[cfg(feature = "async-tls")]
        {
            builder = builder.tls_backend_preconfigured(tls()?);
        }
        Ok(Self {
            client: builder.build().map_err(transport_error)?,
            proxies,
            attempt_timeout: options.attempt_timeout,
            read_timeout: options.read_timeout,
            max_bytes: options.max_bytes,
        })
    }

    async fn exchange(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let timeout = request.extensions().get::<AttemptTimeout>().copied();
        let (head, body) = request.into_parts();
        let is_secret = head.extensions.get::<SecretBody>().is_some();
        let mut request = self.request(head, owned(body, is_secret))?;
        let timeout = timeout.map_or(self.attempt_timeout, |AttemptTimeout(timeout)| timeout.min(self.attempt_timeout));
        *request.timeout_mut() = Some(timeout);
        let pace = Pace::new(Arc::new(TokioTime), self.read_timeout);
        let sending = async { self.client.execute(request).await.map_err(transport_error) };
        let mut reply = pace.keep(None, sending).await?;
        let mut body = Vec::new();
        while let Some(chunk) = pace.keep(None, async { reply.chunk().await.map_err(transport_error) }).await? {
            if (body.len() + chunk.len()) as u64 > self.max_bytes {
                return Err(TransportError::too_long(self.max_bytes));
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = Response::new(body);
        *response.status_mut() = reply.status();
        *response.version_mut() = reply.version();
        *response.headers_mut() = std::mem::take(reply.headers_mut());
        Ok(response)
    }

    fn request(&self, head: Parts, body: Body) -> Result<::reqwest::Request, TransportError> {
        if !cfg!(feature = "async-tls") && head.uri.scheme_str() == Some("https") {
            return Err(TransportError::unusable("https:// needs the feature `async-tls`"));
        }
        // reqwest asks for the proxy by itself, and has no way to hear that there should be one and is none.
        self.proxies.for_uri(&head.uri)?;
        let mut request = ::reqwest::Request::new(head.method, url(&head.uri)?);
        *request.headers_mut() = head.headers;
        *request.body_mut() = Some(body);
        Ok(request)
    }

    /// Waits for single steps rather than for the whole.
    async fn stream(&self, request: Request<AsyncRequestBody>) -> Result<Response<Chunks>, TransportError> {
        let pace = Pace::new(Arc::new(TokioTime), self.attempt_timeout.min(self.read_timeout));
        let (head, body) = request.into_parts();
        let (body, taken) = match body {
            AsyncRequestBody::Bytes(body) => (owned(body, head.extensions.get::<SecretBody>().is_some()), None),
            AsyncRequestBody::Chunks(chunks) => {
                let length = head.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
                let (chunks, taken) = pace.watch(chunks);
                (Body::wrap(Outgoing { chunks: Mutex::new(chunks), length }), Some(taken))
            }
        };
        let request = self.request(head, body)?;
        let sending = async { self.client.execute(request).await.map_err(transport_error) };
        let reply = pace.keep(taken.as_ref(), sending).await?;
        Ok(Response::from(reply).map(|body| pace.limit(Box::pin(Incoming(body)))))
    }
}

/// Bytes as reqwest wants them, overwritten in the end if they are secret.
fn owned(body: Vec<u8>, is_secret: bool) -> Body {
    if is_secret { Bytes::from_owner(Zeroizing::new(body)).into() } else { body.into() }
}

/// A request's body as reqwest wants it.
struct Outgoing {
    /// It is never locked: it makes of the chunks what threads may share.
    chunks: Mutex<Chunks>,
    length: Option<u64>,
}

impl http_body::Body for Outgoing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let chunks = self.chunks.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
        chunks.as_mut().poll_next(context).map(|next| next.map(|chunk| chunk.map(Frame::data)))
    }

    fn size_hint(&self) -> SizeHint {
        self.length.map(SizeHint::with_exact).unwrap_or_default()
    }
}

/// A reply's body as it comes.
struct Incoming(Body);

impl Stream for Incoming {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            return Poll::Ready(match ready!(Pin::new(&mut self.0).poll_frame(context)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(chunk) => Some(Ok(chunk)),
                    // Trailers say nothing that is asked for.
                    Err(_) => continue,
                },
                Some(Err(error)) => Some(Err(io_error(error))),
                None => None,
            });
        }
    }
}

/// The same with the kind of the error that is below it, if it is one of input and output.
fn io_error(error: ::reqwest::Error) -> io::Error {
    let mut kind = if error.is_timeout() { io::ErrorKind::TimedOut } else { io::ErrorKind::Other };
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            kind = error.kind();
        }
        cause = error.source();
    }
    io::Error::new(kind, WithCauses(error.without_url()))
}

/// Without the proxies, whose URLs may have passwords in them.
impl fmt::Debug for ReqwestTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReqwestTransport").field("max_bytes", &self.max_bytes).finish_non_exhaustive()
    }
}

impl AsyncTransport for ReqwestTransport {
    fn send(&self, request: Request<Vec<u8>>) -> BoxFuture<'_, Result<Response<Vec<u8>>, TransportError>> {
        Box::pin(self.exchange(request))
    }

    fn send_streaming(
        &self,
        request: Request<AsyncRequestBody>,
    ) -> BoxFuture<'_, Result<Response<Chunks>, TransportError>> {
        Box::pin(self.stream(request))
    }
}

/// The same URL in reqwest's type, which resolves dots in paths and knows other escapes: what it would change is
/// refused, since it was signed as it is.
fn url(uri: &Uri) -> Result<Url, TransportError> {
    let url = Url::parse(&uri.to_string()).map_err(TransportError::unusable)?;
    if url.path() != uri.path() {
        return Err(TransportError::unusable(format!("{} would be sent as {}", uri.path(), url.path())));
    }
    if url.query() != uri.query() {
        // A signature may be in it.
        return Err(TransportError::unusable("the query would be sent in another spelling"));
    }
    Ok(url)
}

/// As ureq's rustls is set up.
#[cfg(feature = "async-tls")]
fn tls() -> Result<rustls::ClientConfig, TransportError> {
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(TransportError::unusable)?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

fn transport_error(error: ::reqwest::Error) -> TransportError {
    // Where it was sent the caller knows, and a URL may be signed.
    let error = error.without_url();
    #[cfg(feature = "async-tls")]
    if super::tls::is_untrusted(&error) {
        return TransportError::unusable(WithCauses(error));
    }
    if error.is_timeout() {
        TransportError::timeout(WithCauses(error))
    } else if error.is_builder() {
        TransportError::unusable(WithCauses(error))
    } else {
        TransportError::new(WithCauses(error))
    }
}

/// reqwest says what it was doing, and only the causes say what went wrong.
#[derive(Debug)]
struct WithCauses(::reqwest::Error);

impl fmt::Display for WithCauses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl Error for WithCauses {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source()
    }
}
