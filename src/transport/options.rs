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
    /// How long it may take until a reply begins, and then until more of it comes; a minute by default.
    pub read_timeout: Duration,
    /// How many bytes a reply may have; 16 MiB by default.
    pub max_bytes: u64,
    /// Whether the environment's proxies are used, as they are by default. Metadata services want none.
    ///
    /// These are `HTTPS_PROXY` and `HTTP_PROXY`, each for the URLs of its scheme, else `ALL_PROXY`, and the hosts of `NO_PROXY`
    /// that are reached without: names, which stand for what is below them too, addresses, networks of addresses
    /// (`10.0.0.0/8`), and `*`, separated by commas. Each may be in lower case. Proxies must be URLs of the scheme http or
    /// https, with user and password if these are needed. One for SOCKS, or of any other scheme, is an error that says so.
    pub use_proxies: bool,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            attempt_timeout: Duration::from_mins(1),
            read_timeout: Duration::from_mins(1),
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
        Self {
            connect_timeout: timeout,
            attempt_timeout: timeout,
            read_timeout: timeout,
            use_proxies: false,
            ..Self::default()
        }
    }
}
