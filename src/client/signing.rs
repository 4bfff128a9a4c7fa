//! Signatures on a client's requests, and its clock's difference from the service's.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use http::{HeaderMap, Request};

use crate::credentials::{Credentials, CredentialsError, CredentialsProvider};
use crate::error::{Error, ErrorContext};
use crate::sigv4::{SignError, Signer};
use crate::timestamp::Timestamp;

/// Codes that say that the clocks differ.
const SKEWED: [&str; 3] = ["RequestExpired", "RequestInTheFuture", "RequestTimeTooSkewed"];
/// Codes that may say so, if the clocks do differ.
const PERHAPS_SKEWED: [&str; 3] = ["AuthFailure", "InvalidSignatureException", "SignatureDoesNotMatch"];
/// Above this many seconds, clocks differ too much.
const ALLOWED_SKEW: i64 = 240;

/// Signs with credentials from a provider. Shared by the clones of a client.
pub(super) struct Signing {
    signer: Signer,
    pub(super) provider: Box<dyn CredentialsProvider>,
    /// Seconds that the service's clock is ahead of ours.
    skew: AtomicI64,
    /// The thread that asks the provider for those who must not block, while there is one.
    #[cfg(feature = "async")]
    pub(super) flight: std::sync::Mutex<Option<Arc<super::flight::Flight>>>,
}

/// Why a request was not signed, and so not sent.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SigningError {
    /// There are no credentials.
    Credentials(CredentialsError),
    /// The request or the credentials cannot be signed.
    Signature(SignError),
}

impl fmt::Display for SigningError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Credentials(error) => error.fmt(f),
            Self::Signature(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SigningError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Credentials(error) => error.source(),
            Self::Signature(_) => None,
        }
    }
}

impl Signing {
    pub(super) fn new(signer: Signer, provider: impl CredentialsProvider + 'static) -> Arc<Self> {
        Arc::new(Self {
            signer,
            provider: Box::new(provider),
            skew: AtomicI64::new(0),
            #[cfg(feature = "async")]
            flight: std::sync::Mutex::default(),
        })
    }

    /// Credentials to sign with, from the provider.
    pub(super) fn credentials(&self) -> Result<Credentials, SigningError> {
        self.provider.credentials().map_err(SigningError::Credentials)
    }

    /// Seconds that the service's clock is ahead of ours, as far as it is known.
    pub(super) fn skew(&self) -> i64 {
        self.skew.load(Ordering::Relaxed)
    }

    /// Signs the request for a service whose clock is `skew` seconds ahead.
    pub(super) fn sign(
        &self,
        request: &mut Request<Vec<u8>>,
        credentials: &Credentials,
        now: Timestamp,
        skew: i64,
    ) -> Result<(), SigningError> {
        let time = corrected(now, skew);
        #[cfg(feature = "credentials")]
        if let Some(super::resolver::SignedBy(signer)) = request.extensions().get().cloned() {
            signer.sign(request, credentials, time).map_err(SigningError::Signature)?;
            return Ok(());
        }
        self.signer.sign(request, credentials, time).map_err(SigningError::Signature)?;
        Ok(())
    }

    /// Signs a request whose body is streamed; `hash` brings the body's SHA-256, if that must be known.
    pub(super) fn sign_streamed(
        &self,
        request: &mut Request<Vec<u8>>,
        credentials: &Credentials,
        now: Timestamp,
        skew: i64,
        hash: impl FnOnce() -> Result<String, Error>,
    ) -> Result<(), Error> {
        let signer = &self.signer;
        #[cfg(feature = "credentials")]
        let resolved: Option<super::resolver::SignedBy> = request.extensions().get().cloned();
        #[cfg(feature = "credentials")]
        let signer = resolved.as_ref().map_or(signer, |resolved| &*resolved.0);
        let hash = match signer.payload_hash_without_body(request.uri()) {
            Some(placeholder) => placeholder.to_owned(),
            None => hash()?,
        };
        let signature = signer.sign_with_payload_hash(request, &hash, credentials, corrected(now, skew));
        signature.map_err(SigningError::Signature)?;
        Ok(())
    }

    /// Whether the failure of a request that was signed with the difference `signed` comes from another difference of the
    /// clocks; then that one is kept for what is signed next.
    pub(super) fn correct_skew(&self, error: &Error, headers: &HeaderMap, now: Timestamp, signed: i64) -> bool {
        let Error::Service(error) = error else { return false };
        let ErrorContext { code, .. } = error.context();
        let date = headers.get("date").and_then(|date| date.to_str().ok()).and_then(|date| date.parse().ok());
        let Some(date): Option<Timestamp> = date else { return false };
        let skew = date.seconds() - now.seconds();
        let changed = (skew - signed).abs();
        let is_skewed = SKEWED.contains(&code.as_str()) && changed > 0
            || PERHAPS_SKEWED.contains(&code.as_str()) && changed > ALLOWED_SKEW;
        if is_skewed {
            self.skew.store(skew, Ordering::Relaxed);
        }
        is_skewed
    }
}

/// The time by a clock that is ahead by so many seconds.
fn corrected(now: Timestamp, skew: i64) -> Timestamp {
    Timestamp::new(now.seconds().saturating_add(skew), now.nanoseconds()).unwrap_or(now)
}
