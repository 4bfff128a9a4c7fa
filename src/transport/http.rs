//! The blocking HTTP transport, over ureq.

use std::fmt;
use std::time::Duration;

use http::{Request, Response};

use super::options::{HttpOptions, USER_AGENT};
use super::proxies::Proxies;
use super::{AttemptTimeout, Transport, TransportError};

/// HTTP/1.1 over pooled connections, with TLS where the feature `tls` is on. Proxies are those of the environment
/// (`HTTPS_PROXY`, `NO_PROXY`, …), each for its scheme. Clones share the connections.
#[derive(Clone)]
pub struct HttpTransport {
    agent: ureq::Agent,
    proxies: Proxies,
    attempt_timeout: Duration,
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
        let variable = |name: &str| std::env::var(name).ok().filter(|_| options.use_proxies);
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_connect(Some(options.connect_timeout))
            .proxy(None)
            .user_agent(USER_AGENT)
            .build();
        Self {
            agent: config.into(),
            proxies: Proxies::of(variable),
            attempt_timeout: options.attempt_timeout,
            max_bytes: options.max_bytes,
        }
    }
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
        if !cfg!(feature = "tls") && request.uri().scheme_str() == Some("https") {
            return Err(TransportError::unusable("https:// needs the feature `tls`"));
        }
        let timeout = request.extensions().get::<AttemptTimeout>().copied();
        let timeout = timeout.map_or(self.attempt_timeout, |AttemptTimeout(timeout)| timeout.min(self.attempt_timeout));
        let proxy = self.proxies.for_uri(request.uri())?.cloned();
        let request = self.agent.configure_request(request).timeout_global(Some(timeout)).proxy(proxy).build();
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
}

fn transport_error(error: ureq::Error) -> TransportError {
    match error {
        ureq::Error::Timeout(_) => TransportError::timeout(error),
        ureq::Error::BadUri(_) | ureq::Error::Tls(_) => TransportError::unusable(error),
        error => TransportError::new(error),
    }
}
