//! What the operations take from outside: the account's id, the time, random bytes, a way to wait.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::timestamp::Timestamp;

/// The account's id and its sources of time and of random bytes.
#[derive(Clone)]
pub(super) struct Environment {
    account_id: Arc<str>,
    clock: Arc<Clock>,
    random: Arc<Random>,
    sleep: Arc<Sleep>,
}

type Clock = dyn Fn() -> Timestamp + Send + Sync;
type Random = dyn Fn(&mut [u8]) -> Result<(), getrandom::Error> + Send + Sync;
type Sleep = dyn Fn(Duration) + Send + Sync;

impl Default for Environment {
    fn default() -> Self {
        Self {
            account_id: "123456789012".into(),
            // A clock that is outside the years 0 to 9999 tells nothing.
            clock: Arc::new(|| SystemTime::now().try_into().unwrap_or_default()),
            random: Arc::new(getrandom::fill),
            sleep: Arc::new(std::thread::sleep),
        }
    }
}

impl Environment {
    pub(super) fn with_account_id(self, account_id: String) -> Self {
        Self { account_id: account_id.into(), ..self }
    }

    pub(super) fn with_clock(self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self { clock: Arc::new(clock), ..self }
    }

    pub(super) fn with_random(self, random: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        let random = move |bytes: &mut [u8]| {
            random(bytes);
            Ok(())
        };
        Self { random: Arc::new(random), ..self }
    }

    pub(super) fn with_sleep(self, sleep: impl Fn(Duration) + Send + Sync + 'static) -> Self {
        Self { sleep: Arc::new(sleep), ..self }
    }

    pub(super) fn account_id(&self) -> &str {
        &self.account_id
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Overwrites `bytes` with random ones.
    pub(super) fn fill(&self, bytes: &mut [u8]) -> Result<(), getrandom::Error> {
        (self.random)(bytes)
    }

    /// Lets time pass.
    pub(super) fn sleep(&self, duration: Duration) {
        (self.sleep)(duration);
    }
}
