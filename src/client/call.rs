//! One call without its I/O: which request to send next, and what to do about what came of it.
//!
//! Clients, blocking or not, are loops around a [`Call`]: they find the credentials, send, wait, and decide nothing.

#[cfg(feature = "rest-xml")]
pub(super) mod streamed;

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use secrecy::zeroize::Zeroize;

use super::observe::Observer;
use super::retry;
use super::settings::Settings;
use super::time::Moment;
use crate::encode::EncodeOptions;
use crate::error::Error;
use crate::operation::ReplyMetadata;
use crate::schema::Operation;
use crate::timestamp::Timestamp;
use crate::transport::{AttemptTimeout, SecretBody, TransportError};
use crate::uuid;
use crate::validation::{self, Mode};
use crate::value::{self, Structure};
use crate::wipe;

const INVOCATION_ID: HeaderName = HeaderName::from_static("amz-sdk-invocation-id");
const ATTEMPT: HeaderName = HeaderName::from_static("amz-sdk-request");

pub(super) const CALL_IS_OVER: &str = "the time for the whole call is over";

/// A call from its check to its end, over as many attempts as it takes.
pub(super) struct Call<'a> {
    settings: &'a Settings,
    operation: &'static Operation,
    /// Encoded once: an idempotency token stays the same in all attempts.
    request: Request<Vec<u8>>,
    invocation: String,
    /// When the call must be over.
    deadline: Option<Duration>,
    attempt: u32,
    /// What the retry that is on its way has cost.
    cost: Option<u32>,
    skew_corrected: bool,
    /// Seconds that the service's clock was thought to be ahead when the attempt was signed.
    #[cfg(feature = "sigv4")]
    skew: i64,
    /// Whether there can be no other attempt: the body of this one is gone.
    is_last: bool,
    observer: Observer,
}

/// What follows an attempt.
pub(super) enum Step {
    /// Nothing: the output is there.
    Done(ReplyMetadata),
    /// Another attempt, after this time.
    Again(Duration),
    /// Nothing: the call has failed.
    Failed(Error),
}

impl<'a> Call<'a> {
    /// Checks and encodes the input.
    pub(super) fn new(
        settings: &'a Settings,
        operation: &'static Operation,
        input: &dyn Structure,
        elapsed: Duration,
    ) -> Result<Self, Error> {
        Self::prepared(settings, operation, elapsed, |observer| {
            prepare(settings, operation, input, &EncodeOptions::DEFAULT, observer)
        })
    }

    fn prepared(
        settings: &'a Settings,
        operation: &'static Operation,
        elapsed: Duration,
        prepare: impl FnOnce(&Observer) -> Result<Request<Vec<u8>>, Error>,
    ) -> Result<Self, Error> {
        let mut observer = Observer::new(operation);
        let request = match prepare(&observer) {
            Ok(request) => request,
            Err(error) => {
                observer.end(Err(&error));
                return Err(error);
            }
        };
        Ok(Self {
            settings,
            operation,
            request,
            invocation: uuid::new(),
            deadline: settings.timeouts.call.map(|timeout| elapsed.saturating_add(timeout)),
            attempt: 1,
            cost: None,
            skew_corrected: false,
            #[cfg(feature = "sigv4")]
            skew: 0,
            is_last: false,
            observer,
        })
    }

    /// How long the whole call may still take.
    pub(super) fn time_left(&self, elapsed: Duration) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_sub(elapsed))
    }

    /// Who is told of the attempt that is on its way.
    pub(super) fn observer(&self) -> &Observer {
        &self.observer
    }

    /// The request of the next attempt, not yet signed, with what tells the service which one it is, and the time that it
    /// may take.
    pub(super) fn request(&mut self, elapsed: Duration) -> Result<Request<Vec<u8>>, Error> {
        self.observer.begin(self.attempt);
        #[cfg(feature = "sigv4")]
        {
            self.skew = self.signing().map_or(0, |signing| signing.skew());
        }
        let mut request = self.request.clone();
        let sequence = format!("attempt={}; max={}", self.attempt, self.settings.retry.max_attempts.max(1));
        for (name, value) in [(INVOCATION_ID, &self.invocation), (ATTEMPT, &sequence)] {
            if let Ok(value) = HeaderValue::from_str(value) {
                request.headers_mut().insert(name, value);
            }
        }
        let left = self.time_left(elapsed);
        if left.is_some_and(|left| left.is_zero()) {
            return Err(TransportError::timeout(CALL_IS_OVER).into());
        }
        let timeout = match (left, self.settings.timeouts.attempt) {
            (Some(left), Some(attempt)) => Some(left.min(attempt)),
            (left, attempt) => left.or(attempt),
        };
        if let Some(timeout) = timeout {
            request.extensions_mut().insert(AttemptTimeout(timeout));
        }
        Ok(request)
    }

    /// What signs the requests of this call, if they are signed.
    #[cfg(feature = "sigv4")]
    pub(super) fn signing(&self) -> Option<&'a std::sync::Arc<super::signing::Signing>> {
        self.settings.signing.as_ref().filter(|_| !self.operation.is_unauthenticated())
    }

    /// Signs the request of the attempt.
    #[cfg(feature = "sigv4")]
    pub(super) fn sign(
        &self,
        request: &mut Request<Vec<u8>>,
        credentials: &crate::credentials::Credentials,
        now: Timestamp,
    ) -> Result<(), Error> {
        match self.signing() {
            Some(signing) => Ok(signing.sign(request, credentials, now, self.skew)?),
            None => Ok(()),
        }
    }

    /// Reads the reply into `output`, which is new; or judges why there is none. `chance` gives a random number from 0 up to
    /// but not including 1.
    pub(super) fn judge(
        &mut self,
        reply: Result<Response<Vec<u8>>, Error>,
        output: &mut dyn Structure,
        moment: Moment,
        chance: &dyn Fn() -> f64,
    ) -> Step {
        let (result, headers) = match reply {
            Ok(mut reply) => {
                self.observer.reply(reply.status().as_u16());
                let result = self.operation.decode_into(&reply, output, &self.settings.decode);
                if result.is_err() || wipe::holds_secret(output) {
                    reply.body_mut().zeroize();
                }
                (result, reply.into_parts().0.headers)
            }
            Err(error) => (Err(error), HeaderMap::new()),
        };
        match result {
            Ok(metadata) => {
                self.settings.bucket.give_back(self.cost.take());
                self.observer.end(Ok(&metadata));
                Step::Done(metadata)
            }
            Err(error) => {
                value::reset(output);
                if let Some(delay) = self.delay(&error, &headers, moment, chance) {
                    self.observer.again(&error, delay);
                    return Step::Again(delay);
                }
                self.observer.end(Err(&error));
                Step::Failed(error)
            }
        }
    }

    /// How long to wait for another attempt after this error, if there is to be one.
    fn delay(
        &mut self,
        error: &Error,
        headers: &HeaderMap,
        Moment { now, elapsed }: Moment,
        chance: &dyn Fn() -> f64,
    ) -> Option<Duration> {
        let Settings { retry, bucket, .. } = self.settings;
        if self.is_last {
            return None;
        }
        if !self.skew_corrected && self.correct_skew(error, headers, now) {
            self.skew_corrected = true;
            return Some(Duration::ZERO);
        }
        // What has failed is paid for.
        self.cost = None;
        if self.attempt >= retry.max_attempts || !error.is_retryable() {
            return None;
        }
        let throttled = error.is_throttling();
        let delay = retry.backoff(self.attempt, throttled, retry::asked_delay(headers, now), chance);
        if self.deadline.is_some_and(|deadline| deadline.saturating_sub(elapsed) <= delay) {
            return None;
        }
        self.cost = Some(bucket.take(throttled)?);
        self.attempt += 1;
        Some(delay)
    }

    #[cfg(feature = "sigv4")]
    fn correct_skew(&self, error: &Error, headers: &HeaderMap, now: Timestamp) -> bool {
        self.settings.signing.as_ref().is_some_and(|signing| signing.correct_skew(error, headers, now, self.skew))
    }

    #[cfg(not(feature = "sigv4"))]
    #[expect(clippy::unused_self, reason = "with signatures it does more")]
    fn correct_skew(&self, _: &Error, _: &HeaderMap, _: Timestamp) -> bool {
        false
    }
}

/// Nothing is left of a secret, and a retry whose end nobody waits for costs nothing.
impl Drop for Call<'_> {
    fn drop(&mut self) {
        if self.request.extensions().get::<SecretBody>().is_some() {
            self.request.body_mut().zeroize();
        }
        if self.cost.is_some() {
            self.settings.bucket.give_back(self.cost);
        }
    }
}

/// Checks the input as the mode says, and encodes it.
fn prepare(
    settings: &Settings,
    operation: &'static Operation,
    input: &dyn Structure,
    options: &EncodeOptions<'_>,
    observer: &Observer,
) -> Result<Request<Vec<u8>>, Error> {
    if settings.validation != Mode::Off
        && let Err(report) = validation::validate(input)
    {
        if settings.validation == Mode::Enforce {
            return Err(report.into());
        }
        observer.warn(&report);
        if let Some(on_warning) = &settings.on_warning {
            on_warning(operation, &report);
        }
    }
    #[cfg(feature = "credentials")]
    if let Some(resolver) = &settings.resolver {
        return Ok(resolver.encode(operation, input, options)?);
    }
    Ok(operation.encode_with(input, &settings.endpoint, options)?)
}
