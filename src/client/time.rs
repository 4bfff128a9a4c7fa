//! Time and chance, which tests replace.

use std::hash::{BuildHasher, RandomState};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::timestamp::Timestamp;

/// What a client knows of time, and its source of chance.
pub trait Time: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;
    /// The time since any instant that stays the same. Timeouts go by it, so it had better be a clock that nobody sets; by
    /// default it is the one of [`now`](Self::now).
    fn elapsed(&self) -> Duration {
        since_1970(self.now())
    }
    /// Lets time pass.
    fn sleep(&self, duration: Duration);
    /// A random number from 0 up to but not including 1.
    fn random(&self) -> f64;
}

/// What a client that does not block knows of time, and its source of chance. Needs the feature `async`.
#[cfg(feature = "async")]
pub trait AsyncTime: Send + Sync {
    /// The time now; by default the system's.
    fn now(&self) -> Timestamp {
        SystemTime.now()
    }
    /// The time since any instant that stays the same. Timeouts go by it, so it had better be a clock that nobody sets; by
    /// default it is the one of [`now`](Self::now).
    fn elapsed(&self) -> Duration {
        since_1970(self.now())
    }
    /// Lets time pass, from when the future is first asked.
    fn sleep(&self, duration: Duration) -> crate::transport::BoxFuture<'_, ()>;
    /// A random number from 0 up to but not including 1; by default as [`SystemTime`] has it.
    fn random(&self) -> f64 {
        SystemTime.random()
    }
}

fn since_1970(now: Timestamp) -> Duration {
    Duration::new(now.seconds().try_into().unwrap_or_default(), now.nanoseconds())
}

/// A random part of a duration. `random` is taken as 0 where it is below or no number, and as 1 where it is above.
pub(super) fn part(duration: Duration, random: f64) -> Duration {
    duration.mul_f64(if random > 0.0 { random.min(1.0) } else { 0.0 })
}

/// What a clock and a chronometer show at once.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    pub(super) now: Timestamp,
    pub(super) elapsed: Duration,
}

/// The system's clock and tokio's timer, which needs a tokio runtime with its time enabled.
#[cfg(feature = "async")]
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "its name is its value")]
pub struct TokioTime;

#[cfg(feature = "async")]
impl AsyncTime for TokioTime {
    fn elapsed(&self) -> Duration {
        SystemTime.elapsed()
    }
    fn sleep(&self, duration: Duration) -> crate::transport::BoxFuture<'_, ()> {
        Box::pin(async move { tokio::time::sleep(duration).await })
    }
}

/// The system's clock, the thread's sleep, and chance that is good enough to spread retries.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::exhaustive_structs, reason = "its name is its value")]
pub struct SystemTime;

impl Time for SystemTime {
    fn now(&self) -> Timestamp {
        // A clock before the year 0 or after 9999 is as good as none.
        Timestamp::try_from(std::time::SystemTime::now()).unwrap_or_default()
    }
    fn elapsed(&self) -> Duration {
        static START: OnceLock<Instant> = OnceLock::new();
        START.get_or_init(Instant::now).elapsed()
    }
    fn sleep(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
    fn random(&self) -> f64 {
        let bits = u32::try_from(RandomState::new().hash_one(0) >> 32).unwrap_or_default();
        f64::from(bits) / (f64::from(u32::MAX) + 1.0)
    }
}
