//! One call without its I/O: which request to send next, and what to do about what came of it.
//!
//! Clients, blocking or not, are loops around a [`Call`]: they find the credentials, send, wait, and decide nothing.

use std::time::Duration;

use http::{HeaderMap, HeaderValue, Request, Response};

use super::retry;
use super::settings::Settings;
use crate::error::Error;
use crate::operation::ReplyMetadata;
use crate::schema::Operation;
use crate::timestamp::Timestamp;
use crate::transport::{AttemptTimeout, TransportError};
use crate::uuid;
use crate::validation::{self, Mode, Report};
use crate::value::{self, Structure};

/// A call from its check to its end, over as many attempts as it takes.
pub(super) struct Call<'a> {
    settings: &'a Settings,
    operation: &'static Operation,
    /// Encoded once: an idempotency token stays the same in all attempts.
    request: Request<Vec<u8>>,
    invocation: String,
    deadline: Option<Deadline>,
    attempt: u32,
    /// What the last retry has cost.
    cost: Option<u32>,
    skew_corrected: bool,
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
        now: Timestamp,
    ) -> Result<Self, Error> {
        check(settings, operation, input)?;
        Ok(Self {
            settings,
            operation,
            request: operation.encode(input, &settings.endpoint)?,
            invocation: uuid::new(),
            deadline: settings.timeouts.call.map(|timeout| Deadline::after(now, timeout)),
            attempt: 1,
            cost: None,
            skew_corrected: false,
        })
    }

    /// The request of the next attempt, not yet signed, with what tells the service which one it is, and the time that it
    /// may take.
    pub(super) fn request(&self, now: Timestamp) -> Result<Request<Vec<u8>>, Error> {
        let mut request = self.request.clone();
        let sequence = format!("attempt={}; max={}", self.attempt, self.settings.retry.max_attempts);
        for (name, value) in [("amz-sdk-invocation-id", &self.invocation), ("amz-sdk-request", &sequence)] {
            if let Ok(value) = HeaderValue::from_str(value) {
                request.headers_mut().insert(name, value);
            }
        }
        let left = self.deadline.map(|deadline| deadline.left(now));
        if left.is_some_and(|left| left.is_zero()) {
            return Err(TransportError::timeout("the time for the whole call is over").into());
        }
        if let Some(timeout) = [left, self.settings.timeouts.attempt].into_iter().flatten().min() {
            request.extensions_mut().insert(AttemptTimeout(timeout));
        }
        Ok(request)
    }

    /// What signs the requests of this call, if they are signed.
    #[cfg(feature = "sigv4")]
    pub(super) fn signing(&self) -> Option<&'a std::sync::Arc<super::signing::Signing>> {
        self.settings.signing.as_ref().filter(|_| !self.operation.is_unauthenticated())
    }

    /// Reads the reply into `output`, which is new; or judges why there is none. `chance` gives a random number from 0 up to
    /// but not including 1.
    pub(super) fn judge(
        &mut self,
        reply: Result<Response<Vec<u8>>, Error>,
        output: &mut dyn Structure,
        now: Timestamp,
        chance: &dyn Fn() -> f64,
    ) -> Step {
        let (result, headers) = match reply {
            Ok(reply) => {
                let result = self.operation.decode_into(&reply, output, &self.settings.decode);
                (result, reply.into_parts().0.headers)
            }
            Err(error) => (Err(error), HeaderMap::new()),
        };
        match result {
            Ok(metadata) => {
                self.settings.bucket.give_back(self.cost);
                Step::Done(metadata)
            }
            Err(error) => {
                value::reset(output);
                match self.delay(&error, &headers, now, chance) {
                    Some(delay) => Step::Again(delay),
                    None => Step::Failed(error),
                }
            }
        }
    }

    /// How long to wait for another attempt after this error, if there is to be one.
    fn delay(
        &mut self,
        error: &Error,
        headers: &HeaderMap,
        now: Timestamp,
        chance: &dyn Fn() -> f64,
    ) -> Option<Duration> {
        let Settings { retry, bucket, .. } = self.settings;
        if !self.skew_corrected && self.correct_skew(error, headers, now) {
            self.skew_corrected = true;
            return Some(Duration::ZERO);
        }
        if self.attempt >= retry.max_attempts || !error.is_retryable() {
            return None;
        }
        let throttled = error.is_throttling();
        let delay = retry.backoff(self.attempt, throttled, retry::asked_delay(headers, now), chance);
        if self.deadline.is_some_and(|deadline| deadline.left(now) <= delay) {
            return None;
        }
        self.cost = Some(bucket.take(throttled)?);
        self.attempt += 1;
        Some(delay)
    }

    #[cfg(feature = "sigv4")]
    fn correct_skew(&self, error: &Error, headers: &HeaderMap, now: Timestamp) -> bool {
        self.settings.signing.as_ref().is_some_and(|signing| signing.correct_skew(error, headers, now))
    }

    #[cfg(not(feature = "sigv4"))]
    #[expect(clippy::unused_self, reason = "with signatures it does more")]
    fn correct_skew(&self, _: &Error, _: &HeaderMap, _: Timestamp) -> bool {
        false
    }
}

fn check(settings: &Settings, operation: &'static Operation, input: &dyn Structure) -> Result<(), Report> {
    if settings.validation == Mode::Off {
        return Ok(());
    }
    let Err(report) = validation::validate(input) else { return Ok(()) };
    if settings.validation == Mode::Enforce {
        return Err(report);
    }
    if let Some(on_warning) = &settings.on_warning {
        on_warning(operation, &report);
    }
    Ok(())
}

/// When a call must be over.
#[derive(Clone, Copy)]
struct Deadline {
    seconds: i64,
    nanoseconds: u32,
}

impl Deadline {
    fn after(now: Timestamp, timeout: Duration) -> Self {
        let start = Duration::new(0, now.nanoseconds()).saturating_add(timeout);
        let seconds = i64::try_from(start.as_secs()).unwrap_or(i64::MAX);
        Self { seconds: now.seconds().saturating_add(seconds), nanoseconds: start.subsec_nanos() }
    }

    /// What is left of the time; nothing once it is over.
    fn left(self, now: Timestamp) -> Duration {
        let Ok(seconds) = u64::try_from(self.seconds.saturating_sub(now.seconds())) else { return Duration::ZERO };
        Duration::new(seconds, self.nanoseconds).saturating_sub(Duration::new(0, now.nanoseconds()))
    }
}
