//! The blocking HTTP transport, over ureq.

use std::fmt;
#[cfg(feature = "rest-xml")]
use std::io::{self, Read};
use std::time::Duration;

use http::request::Parts;
use http::{Request, Response};
use secrecy::zeroize::Zeroize;
use ureq::typestate::AgentScope;

use super::options::{HttpOptions, USER_AGENT};
use super::proxies::Proxies;
use super::{AttemptTimeout, SecretBody, Transport, TransportError};
#[cfg(feature = "rest-xml")]
use super::{ReplyReader, RequestBody};

/// HTTP/1.1 over pooled connections. Proxies are those of the environment, as [`HttpOptions`] says. Clones share the connections.
/// It streams with the feature `rest-xml`, without which no operation has a body that streams.
///
/// `https://` needs a feature for TLS:
///
/// - `tls` is rustls with ring, and Mozilla's root certificates: the same on all systems, whatever these trust.
/// - `native-tls` is what the system has, OpenSSL, Schannel or Security Framework, and trusts whom the system trusts, which
///   administrators may have added to. A release build takes less, and the program is smaller.
///
/// With both, it is rustls, so that no other crate's choice of features makes a program trust more than it did; and
/// `HttpTransport::with_native_tls` is the system's.
#[derive(Clone)]
pub struct HttpTransport {
    agent: ureq::Agent,
    proxies: Proxies<ureq::Proxy>,
    attempt_timeout: Duration,
    #[cfg(feature = "rest-xml")]
    read_timeout: Duration,
    max_bytes: u64,
}

impl HttpTransport {
    /// With the defaults of [`HttpOptions`].
    #[must_use]
    pub fn new() -> Self {
        Self::with_options(&HttpOptions::default())
    }

    /// With these options.
    #[must_use]
    pub fn with_options(options: &HttpOptions) -> Self {
        let config = config(options);
        #[cfg(all(feature = "native-tls", not(feature = "tls")))]
        let config = config.tls_config(system_tls());
        Self::of(config.build(), options)
    }

    /// With these options, and the system's TLS even where the feature `tls` is on. Needs the feature `native-tls`.
    #[cfg(feature = "native-tls")]
    #[must_use]
    pub fn with_native_tls(options: &HttpOptions) -> Self {
        Self::of(config(options).tls_config(system_tls()).build(), options)
    }

    fn of(config: ureq::config::Config, options: &HttpOptions) -> Self {
        let variable = |name: &str| std::env::var(name).ok().filter(|_| options.use_proxies);
        Self {
            agent: config.into(),
            proxies: Proxies::of(variable, |url| ureq::Proxy::new(url).ok()),
            attempt_timeout: options.attempt_timeout,
            #[cfg(feature = "rest-xml")]
            read_timeout: options.read_timeout,
            max_bytes: options.max_bytes,
        }
    }
}

fn config(options: &HttpOptions) -> ureq::config::ConfigBuilder<AgentScope> {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_connect(Some(options.connect_timeout))
        .timeout_global(Some(options.attempt_timeout))
        .timeout_recv_response(Some(options.read_timeout))
        .timeout_per_read(Some(options.read_timeout))
        .proxy(None)
        .user_agent(USER_AGENT)
}

#[cfg(feature = "native-tls")]
fn system_tls() -> ureq::tls::TlsConfig {
    use ureq::tls::{RootCerts, TlsConfig, TlsProvider};
    TlsConfig::builder().provider(TlsProvider::NativeTls).root_certs(RootCerts::PlatformVerifier).build()
}

impl Default for HttpTransport {
    fn default() -> Self {
        Self::new()
    }
}

/// Without the proxy, whose URL may have a password in it.
impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransport").field("max_bytes", &self.max_bytes).finish_non_exhaustive()
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        check_scheme(&request)?;
        let timeout = request.extensions().get::<AttemptTimeout>().copied();
        let timeout = timeout.map_or(self.attempt_timeout, |AttemptTimeout(timeout)| timeout.min(self.attempt_timeout));
        let proxy = self.proxies.for_uri(request.uri())?.cloned();
        let (head, sent) = Sent::of(request);
        let mut request = Request::from_parts(head, sent.body.as_slice());
        // Only requests that go by the agent's own configuration let it keep what TLS has been set up with, the system's certificates
        // among that; others then use it.
        if proxy.is_some() || timeout < self.attempt_timeout {
            request = self.agent.configure_request(request).proxy(proxy).timeout_global(Some(timeout)).build();
        }
        let response = self.agent.run(request).map_err(transport_error)?;
        let (head, mut body) = response.into_parts();
        // ureq takes a body that is just as long as its limit for one that is longer.
        let limit = self.max_bytes.saturating_add(1);
        let body = body.with_config().limit(limit).read_to_vec().map_err(|error| match error {
            ureq::Error::BodyExceedsLimit(_) => TransportError::too_long(self.max_bytes),
            error => transport_error(error),
        })?;
        Ok(Response::from_parts(head, body))
    }

    #[cfg(feature = "rest-xml")]
    fn send_streaming(&self, request: Request<RequestBody<'_>>) -> Result<Response<ReplyReader>, TransportError> {
        check_scheme(&request)?;
        let (head, body) = request.into_parts();
        let response = match body {
            RequestBody::Bytes(body) => {
                let (head, sent) = Sent::of(Request::from_parts(head, body));
                self.stream(Request::from_parts(head, sent.body.as_slice()))
            }
            RequestBody::Reader(reader) => self.stream(Request::from_parts(head, ureq::SendBody::from_reader(reader))),
        };
        Ok(response?.map(|body| Box::new(Body(body.into_reader())) as ReplyReader))
    }
}

#[cfg(feature = "rest-xml")]
impl HttpTransport {
    /// Sends the request, and waits for single steps rather than for the whole.
    fn stream(&self, request: Request<impl ureq::AsSendBody>) -> Result<Response<ureq::Body>, TransportError> {
        let timeout = request.extensions().get::<AttemptTimeout>().copied();
        let timeout = timeout.map_or(self.attempt_timeout, |AttemptTimeout(timeout)| timeout.min(self.attempt_timeout));
        let proxy = self.proxies.for_uri(request.uri())?.cloned();
        let request = self.agent.configure_request(request).proxy(proxy);
        let request = request
            .timeout_global(None)
            .timeout_recv_response(Some(timeout.min(self.read_timeout)))
            .timeout_per_read(Some(timeout.min(self.read_timeout)))
            .timeout_per_write(Some(timeout))
            .build();
        self.agent.run(request).map_err(transport_error)
    }
}

/// A request's body, overwritten in the end if it holds a secret.
struct Sent {
    body: Vec<u8>,
    is_secret: bool,
}

impl Sent {
    fn of(request: Request<Vec<u8>>) -> (Parts, Self) {
        let (head, body) = request.into_parts();
        let is_secret = head.extensions.get::<SecretBody>().is_some();
        (head, Self { body, is_secret })
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        if self.is_secret {
            self.body.zeroize();
        }
    }
}

/// A body whose errors are of the kinds that readers have.
#[cfg(feature = "rest-xml")]
struct Body(ureq::BodyReader<'static>);

#[cfg(feature = "rest-xml")]
impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|error| {
            let cause = error.get_ref().and_then(|cause| cause.downcast_ref());
            match cause {
                Some(ureq::Error::Timeout(_)) => io::Error::new(io::ErrorKind::TimedOut, error),
                _ => error,
            }
        })
    }
}

fn check_scheme<B>(request: &Request<B>) -> Result<(), TransportError> {
    if !cfg!(any(feature = "tls", feature = "native-tls")) && request.uri().scheme_str() == Some("https") {
        return Err(TransportError::unusable("https:// needs the feature `tls` or `native-tls`"));
    }
    Ok(())
}

fn transport_error(error: ureq::Error) -> TransportError {
    match error {
        ureq::Error::Timeout(_) => TransportError::timeout(error),
        ureq::Error::BadUri(_) | ureq::Error::Tls(_) => TransportError::unusable(error),
        #[cfg(feature = "tls")]
        ureq::Error::Io(ref cause) if super::tls::is_untrusted(cause) => TransportError::unusable(error),
        #[cfg(feature = "native-tls")]
        ureq::Error::NativeTls(ref cause) if super::tls::is_about_certificates(cause) => {
            TransportError::unusable(error)
        }
        error => TransportError::new(error),
    }
}
