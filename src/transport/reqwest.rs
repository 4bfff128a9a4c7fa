//! The HTTP transport that does not block, over reqwest.

use std::fmt;
use std::time::Duration;

use ::http::{Request, Response, Uri};
use ::reqwest::Url;

use super::options::{HttpOptions, USER_AGENT};
use super::{AsyncTransport, AttemptTimeout, BoxFuture, TransportError};

/// HTTP/1.1 over pooled connections, on tokio, with TLS where the feature `async-tls` is on: rustls with ring, and Mozilla's root
/// certificates. Proxies are those of the environment (`HTTPS_PROXY`, `NO_PROXY`, …). Clones share the connections.
#[derive(Clone)]
pub struct ReqwestTransport {
    client: ::reqwest::Client,
    attempt_timeout: Duration,
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
            .timeout(options.attempt_timeout)
            .user_agent(USER_AGENT);
        if !options.use_proxies {
            builder = builder.no_proxy();
        }
        #[cfg(feature = "async-tls")]
        {
            builder = builder.tls_backend_preconfigured(tls()?);
        }
        Ok(Self {
            client: builder.build().map_err(transport_error)?,
            attempt_timeout: options.attempt_timeout,
            max_bytes: options.max_bytes,
        })
    }

    async fn exchange(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        if !cfg!(feature = "async-tls") && request.uri().scheme_str() == Some("https") {
            return Err(TransportError::unusable("https:// needs the feature `async-tls`"));
        }
        let timeout = request.extensions().get::<AttemptTimeout>().copied();
        let (head, body) = request.into_parts();
        let mut request = ::reqwest::Request::new(head.method, url(&head.uri)?);
        *request.headers_mut() = head.headers;
        *request.body_mut() = Some(body.into());
        if let Some(AttemptTimeout(timeout)) = timeout
            && timeout < self.attempt_timeout
        {
            *request.timeout_mut() = Some(timeout);
        }
        let mut reply = self.client.execute(request).await.map_err(transport_error)?;
        let mut body = Vec::new();
        while let Some(chunk) = reply.chunk().await.map_err(transport_error)? {
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
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(TransportError::unusable)?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

fn transport_error(error: ::reqwest::Error) -> TransportError {
    // Where it was sent the caller knows, and a URL may be signed.
    let error = error.without_url();
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
        let mut cause = std::error::Error::source(&self.0);
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl std::error::Error for WithCauses {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}
