//! What the HTTP transports have in common.

use std::time::Duration;

/// What they call themselves.
pub(super) const USER_AGENT: &str = concat!("shapewire/", env!("CARGO_PKG_VERSION"));

/// What an HTTP transport of this crate waits for, and how much it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpOptions {
    /// How long a connection may take; 10 seconds by default.
    pub connect_timeout: Duration,
    /// How long an attempt may take, if the client does not say less; a minute by default.
    pub attempt_timeout: Duration,
    /// How many bytes a reply may have; 16 MiB by default.
    pub max_bytes: u64,
    /// Whether the environment's proxies are used. Metadata services want none.
    pub use_proxies: bool,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            attempt_timeout: Duration::from_mins(1),
            max_bytes: crate::decode::DecodeOptions::DEFAULT.max_bytes as u64,
            use_proxies: true,
        }
    }
}

impl HttpOptions {
    /// For metadata services, which are near or not there at all: two seconds, and no proxy.
    #[must_use]
    pub fn metadata() -> Self {
        let timeout = Duration::from_secs(2);
        Self { connect_timeout: timeout, attempt_timeout: timeout, use_proxies: false, ..Self::default() }
    }
}
