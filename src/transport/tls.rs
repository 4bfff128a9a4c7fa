//! Whether another attempt may help where a TLS handshake has failed.

#[cfg(any(feature = "tls", feature = "async-tls"))]
use std::error::Error;
#[cfg(any(feature = "tls", feature = "async-tls"))]
use std::io;

/// Whether rustls has refused the server's certificate: that will be the same the next time.
#[cfg(any(feature = "tls", feature = "async-tls"))]
pub(super) fn is_untrusted(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if matches!(error.downcast_ref(), Some(rustls::Error::InvalidCertificate(_))) {
            return true;
        }
        // What an `io::Error` is made of is not its source.
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        cause = inner.map(|inner| inner as &(dyn Error + 'static)).or_else(|| error.source());
    }
    false
}

/// The same of the system's TLS, whose libraries tell it in words alone.
#[cfg(feature = "native-tls")]
pub(super) fn is_about_certificates(error: &impl std::fmt::Display) -> bool {
    error.to_string().contains("certificate")
}
