//! Keeps credentials, and refreshes them before they expire, once for all threads.

use std::fmt;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{Credentials, CredentialsError, CredentialsProvider};
use crate::config::system_time;
use crate::timestamp::Timestamp;

/// After a failed refresh, in seconds.
const PAUSE: i64 = 60;

/// Keeps what another provider gives, until it is about to expire.
///
/// Credentials that do not expire are asked for once. Others are refreshed
/// - when 15 minutes are left (half of their time, if that is less): by the first who asks, while all others go on with the
///   ones at hand;
/// - when 10 minutes are left (a third of their time, if that is less), or there are none yet: everybody waits for the one
///   who refreshes.
///
/// When a refresh fails, the credentials at hand are used as long as they are valid, and a minute passes before the next
/// attempt. If there are none, all who waited get the error of the one attempt.
///
/// ```
/// use shapewire::credentials::{CachingProvider, Credentials, CredentialsProvider};
///
/// let provider = CachingProvider::new(|| Ok(Credentials::new("AKIDEXAMPLE", "from somewhere slow")));
/// assert_eq!(provider.credentials()?.access_key_id(), "AKIDEXAMPLE");
/// # Ok::<(), shapewire::credentials::CredentialsError>(())
/// ```
pub struct CachingProvider {
    inner: Box<dyn CredentialsProvider>,
    clock: Box<dyn Fn() -> Timestamp + Send + Sync>,
    advisory: i64,
    mandatory: i64,
    state: Mutex<State>,
    ended: Condvar,
}

#[derive(Default)]
struct State {
    kept: Option<Kept>,
    /// Whether someone asks the inner provider.
    refreshing: bool,
    /// How many refreshes have ended, and the error of the last one.
    ended: u64,
    error: Option<CredentialsError>,
    /// No refresh before this second, as long as what is kept is valid.
    not_before: Option<i64>,
}

struct Kept {
    credentials: Credentials,
    /// The seconds from which a refresh should be made, must be made, and is too late. None for what does not expire.
    ends: Option<[i64; 3]>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Age {
    Fresh,
    Advisory,
    Mandatory,
    Expired,
}

impl Kept {
    fn age(&self, now: i64) -> Age {
        match self.ends {
            Some([_, _, expired]) if now >= expired => Age::Expired,
            Some([_, mandatory, _]) if now >= mandatory => Age::Mandatory,
            Some([advisory, _, _]) if now >= advisory => Age::Advisory,
            _ => Age::Fresh,
        }
    }
}

impl State {
    /// What is kept, if it has not expired.
    fn valid(&self, now: i64) -> Option<&Credentials> {
        let kept = self.kept.as_ref().filter(|kept| kept.age(now) != Age::Expired)?;
        Some(&kept.credentials)
    }

    /// What is kept, if it can be used without a refresh.
    fn usable(&self, now: i64) -> Option<&Credentials> {
        let valid = self.valid(now)?;
        let pauses = self.not_before.is_some_and(|second| now < second);
        let will_do = match self.kept.as_ref()?.age(now) {
            Age::Fresh => true,
            Age::Advisory => self.refreshing || pauses,
            Age::Mandatory => pauses,
            Age::Expired => false,
        };
        will_do.then_some(valid)
    }
}

impl CachingProvider {
    /// Keeps what `inner` gives.
    #[must_use]
    pub fn new(inner: impl CredentialsProvider + 'static) -> Self {
        Self {
            inner: Box::new(inner),
            clock: Box::new(system_time),
            advisory: 15 * 60,
            mandatory: 10 * 60,
            state: Mutex::default(),
            ended: Condvar::new(),
        }
    }

    /// The same by another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// The same with other windows: how long before their end a refresh should, and must, be made, in whole seconds. Without this
    /// 15 and 10 minutes, as botocore has them.
    #[must_use]
    pub fn with_windows(mut self, advisory: Duration, mandatory: Duration) -> Self {
        let seconds = |window: Duration| i64::try_from(window.as_secs()).unwrap_or(i64::MAX);
        self.advisory = seconds(advisory);
        self.mandatory = seconds(mandatory);
        self
    }

    /// Forgets what is kept, so that the next who asks gets new credentials: for when a service refuses them as expired.
    pub fn invalidate(&self) {
        let mut state = self.lock();
        state.kept = None;
        state.not_before = None;
    }

    fn now(&self) -> i64 {
        (self.clock)().seconds()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Whoever panics leaves the state whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the inner provider, which nobody else does meanwhile.
    fn refresh(&self) -> Result<Credentials, CredentialsError> {
        let panicked = CredentialsError::failed("cache", "the provider panicked");
        let mut ending = Ending { provider: self, error: Some(panicked) };
        let result = self.inner.credentials();
        let now = self.now();
        let result = result.and_then(|credentials| {
            let kept = self.keep(credentials, now);
            if kept.age(now) == Age::Expired {
                return Err(CredentialsError::failed("cache", "the new ones have expired already"));
            }
            Ok(kept)
        });
        let mut state = self.lock();
        match result {
            Ok(kept) => {
                let credentials = kept.credentials.clone();
                state.kept = Some(kept);
                state.not_before = None;
                ending.error = None;
                Ok(credentials)
            }
            Err(error) => {
                state.not_before = Some(now + PAUSE);
                ending.error = Some(error.clone());
                state.valid(now).cloned().ok_or(error)
            }
        }
    }

    fn keep(&self, credentials: Credentials, now: i64) -> Kept {
        let ends = credentials.expiration().map(|expiration| {
            let end = expiration.seconds();
            let lifetime = end - now;
            [end - self.advisory.min(lifetime / 2), end - self.mandatory.min(lifetime / 3), end]
        });
        Kept { credentials, ends }
    }
}

/// Tells those who wait how a refresh has ended, even if in a panic.
struct Ending<'a> {
    provider: &'a CachingProvider,
    error: Option<CredentialsError>,
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        let mut state = self.provider.lock();
        state.refreshing = false;
        state.ended += 1;
        state.error = self.error.take();
        drop(state);
        self.provider.ended.notify_all();
    }
}

impl CredentialsProvider for CachingProvider {
    fn credentials(&self) -> Result<Credentials, CredentialsError> {
        let mut state = self.lock();
        loop {
            let now = self.now();
            if let Some(credentials) = state.usable(now) {
                return Ok(credentials.clone());
            }
            if !state.refreshing {
                break;
            }
            let ended = state.ended;
            state = self.ended.wait_while(state, |state| state.ended == ended).unwrap_or_else(PoisonError::into_inner);
            if let Some(error) = &state.error {
                return state.valid(self.now()).cloned().ok_or_else(|| error.clone());
            }
        }
        state.refreshing = true;
        drop(state);
        self.refresh()
    }

    /// What is kept, as long as nobody has to refresh it.
    fn at_hand(&self) -> Option<Credentials> {
        self.lock().usable(self.now()).cloned()
    }
}

impl fmt::Debug for CachingProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachingProvider").finish_non_exhaustive()
    }
}
