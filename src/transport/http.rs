//! The blocking HTTP transport, over ureq.

use std::time::Duration;

use http::{Request, Response};

use super::{Transport, TransportError};

/// HTTP/1.1 over pooled connections. Without TLS: `http://` endpoints only.
#[derive(Clone, Debug)]
pub struct HttpTransport {
    agent: ureq::Agent,
    max_bytes: u64,
}

impl HttpTransport {
    /// Ten seconds to connect, a minute for a whole call, bodies up to 16 MiB.
    #[must_use]
    pub fn new() -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_connect(Some(Duration::from_secs(10)))
            .timeout_global(Some(Duration::from_mins(1)))
            .user_agent(concat!("shapewire/", env!("CARGO_PKG_VERSION")))
            .build();
        Self { agent: config.into(), max_bytes: crate::decode::DecodeOptions::DEFAULT.max_bytes as u64 }
    }
}

impl Default for HttpTransport {
    fn default() -> Self {
        Self::new()
    }
}

impl Transport for HttpTransport {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        let response = self.agent.run(request).map_err(TransportError::new)?;
        let (head, mut body) = response.into_parts();
        let body = body.with_config().limit(self.max_bytes).read_to_vec().map_err(TransportError::new)?;
        Ok(Response::from_parts(head, body))
    }
}
