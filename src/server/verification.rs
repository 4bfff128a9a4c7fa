//! Signatures on the requests to a router: whose keys it knows, and what the time is.

use std::fmt;
use std::time::SystemTime;

use http::Request;

use crate::credentials::Credentials;
use crate::schema::Service;
use crate::sigv4::{Identity, Verifier, VerifyError};
use crate::timestamp::Timestamp;

/// Makes a router verify signatures: [`Router::with_verification`](super::Router::with_verification).
pub struct Verification {
    lookup: Box<Lookup>,
    clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
    verifier: Verifier,
}

type Lookup = dyn Fn(&str) -> Option<Credentials> + Send + Sync;

impl Verification {
    /// Verifies with the credentials that `lookup` gives for an access key id, by the system's time.
    #[must_use]
    pub fn new(lookup: impl Fn(&str) -> Option<Credentials> + Send + Sync + 'static) -> Self {
        // A system's time beyond the year 9999 is no time that anything was signed at.
        let clock = || Timestamp::try_from(SystemTime::now()).unwrap_or_default();
        Self { lookup: Box::new(lookup), clock: Box::new(clock), verifier: Verifier::new() }
    }

    /// The same by another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// The same by the rules of `verifier`: for one region, with another allowed skew, for a service that differs.
    #[must_use]
    pub fn with_verifier(mut self, verifier: Verifier) -> Self {
        self.verifier = verifier;
        self
    }

    pub(super) fn verify<B: AsRef<[u8]>>(
        &self,
        request: &Request<B>,
        service: &Service,
    ) -> Result<Identity, VerifyError> {
        self.verifier.verify(request, service.signing_name(), (self.clock)(), &self.lookup)
    }
}

impl fmt::Debug for Verification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verification").field("verifier", &self.verifier).finish_non_exhaustive()
    }
}
