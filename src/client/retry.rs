//! AWS's standard retry mode: how often, how long to wait, and when a client has retried enough.
//!
//! *AWS SDKs and Tools Reference Guide*, "Retry behavior".

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use http::header::RETRY_AFTER;
use http::{HeaderMap, HeaderName};

use super::time::part;
use crate::timestamp::Timestamp;

/// How failed attempts are repeated.
///
/// Every operation is tried again after what may pass, also when its reply was lost and the service may have done what was
/// asked: AWS's SDKs do the same. Give a call that must not be made twice one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// How many attempts a call has at most, the first included. 3 by default. The one that follows when the clock turns out
    /// to be wrong is not counted.
    pub max_attempts: u32,
    /// How long to wait at most before an attempt. 20 seconds by default.
    pub max_backoff: Duration,
}

impl RetryPolicy {
    /// AWS's standard mode.
    pub const STANDARD: Self = Self { max_attempts: 3, max_backoff: Duration::from_secs(20) };

    /// The standard mode with another number of attempts; 1 means none but the first.
    #[must_use]
    pub const fn with_max_attempts(mut self, max_attempts: u32) -> Self {
        self.max_attempts = max_attempts;
        self
    }

    /// How long to wait before the attempt after `attempt` (from 1): a random part of a time that doubles, or longer if the
    /// service says so.
    pub(super) fn backoff(
        &self,
        attempt: u32,
        throttled: bool,
        asked: Option<Duration>,
        chance: &dyn Fn() -> f64,
    ) -> Duration {
        let base = if throttled { Duration::from_secs(1) } else { Duration::from_millis(50) };
        let doubled = base.saturating_mul(1_u32.checked_shl(attempt - 1).unwrap_or(u32::MAX));
        let jittered = part(doubled.min(self.max_backoff), chance());
        asked.map_or(jittered, |asked| jittered.max(asked.min(self.max_backoff)))
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::STANDARD
    }
}

/// What a client may spend on retries: they cost, success gives back. When most calls fail, few are repeated.
pub(super) struct TokenBucket {
    tokens: Mutex<u32>,
}

impl TokenBucket {
    const CAPACITY: u32 = 500;
    const RETRY_COST: u32 = 14;
    const THROTTLED_COST: u32 = 5;
    const SUCCESS_GAIN: u32 = 1;

    pub(super) fn new() -> Self {
        Self { tokens: Mutex::new(Self::CAPACITY) }
    }

    /// Takes what a retry costs, which is to be given back if it succeeds; `None` if there is not enough.
    pub(super) fn take(&self, throttled: bool) -> Option<u32> {
        let cost = if throttled { Self::THROTTLED_COST } else { Self::RETRY_COST };
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        *tokens = tokens.checked_sub(cost)?;
        Some(cost)
    }

    /// Gives back what the retry that succeeded had cost, or a little for a first attempt.
    pub(super) fn give_back(&self, cost: Option<u32>) {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        *tokens = tokens.saturating_add(cost.unwrap_or(Self::SUCCESS_GAIN)).min(Self::CAPACITY);
    }
}

const MILLISECONDS: HeaderName = HeaderName::from_static("x-amz-retry-after");

/// How long the service asks to wait: `x-amz-retry-after` in milliseconds, or `Retry-After` in seconds or as a date.
pub(super) fn asked_delay(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = |name: &HeaderName| headers.get(name)?.to_str().ok().map(str::trim);
    if let Some(milliseconds) = text(&MILLISECONDS).and_then(|text| text.parse().ok()) {
        return Some(Duration::from_millis(milliseconds));
    }
    let text = text(&RETRY_AFTER)?;
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until: Timestamp = text.parse().ok()?;
    u64::try_from(until.seconds() - now.seconds()).ok().map(Duration::from_secs)
}
