//! Signatures on a client's requests, and its clock's difference from the service's.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use http::{HeaderMap, Request};

use crate::credentials::{Credentials, CredentialsError, CredentialsProvider};
use crate::error::{Error, ErrorContext};
#[cfg(feature = "checksums")]
use crate::sigv4::ChunkSigner;
#[cfg(feature = "rest-xml")]
use crate::sigv4::Signature;
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
    signer: Arc<Signer>,
    pub(super) provider: Box<dyn CredentialsProvider>,
    /// Seconds that the service's clock is ahead of ours.
    skew: AtomicI64,
    /// The thread that asks the provider for those who do not wait without end, while there is one.
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
            signer: Arc::new(signer),
            provider: Box::new(provider),
            skew: AtomicI64::new(0),
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
        let signer = self.signer_of(request);
        signer.sign(request, credentials, corrected(now, skew)).map_err(SigningError::Signature)?;
        Ok(())
    }

    /// The signer of this request: its own, if its endpoint was chosen for it.
    #[cfg_attr(not(feature = "credentials"), expect(unused_variables, reason = "nothing chooses endpoints"))]
    fn signer_of(&self, request: &Request<Vec<u8>>) -> Arc<Signer> {
        #[cfg(feature = "credentials")]
        if let Some(super::resolver::SignedBy(signer)) = request.extensions().get() {
            return signer.clone();
        }
        self.signer.clone()
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

/// For bodies that stream.
#[cfg(feature = "rest-xml")]
impl Signing {
    /// What is signed in place of the hash of a body that is streamed, if its SHA-256 need not be known.
    pub(super) fn hash_without_body(&self, request: &Request<Vec<u8>>) -> Option<&'static str> {
        self.signer_of(request).payload_hash_without_body(request.uri())
    }

    /// Whether the service takes bodies in frames: S3 and what is like it.
    #[cfg(feature = "checksums")]
    pub(super) fn can_frame(&self, request: &Request<Vec<u8>>) -> bool {
        self.signer_of(request).has_content_sha256_header()
    }

    /// Signs a request whose body is not at hand, but its hash, or what stands for it.
    pub(super) fn sign_with_payload_hash(
        &self,
        request: &mut Request<Vec<u8>>,
        hash: &str,
        credentials: &Credentials,
        now: Timestamp,
        skew: i64,
    ) -> Result<Signature, SigningError> {
        let signer = self.signer_of(request);
        let signature = signer.sign_with_payload_hash(request, hash, credentials, corrected(now, skew));
        signature.map_err(SigningError::Signature)
    }

    /// What signs the frames of the body of a request that is signed like this.
    #[cfg(feature = "checksums")]
    pub(super) fn chunk_signer(
        &self,
        request: &Request<Vec<u8>>,
        seed: &str,
        credentials: &Credentials,
        now: Timestamp,
        skew: i64,
    ) -> ChunkSigner {
        self.signer_of(request).chunk_signer(seed, credentials, corrected(now, skew))
    }
}

/// The time by a clock that is ahead by so many seconds.
fn corrected(now: Timestamp, skew: i64) -> Timestamp {
    Timestamp::new(now.seconds().saturating_add(skew), now.nanoseconds()).unwrap_or(now)
}
