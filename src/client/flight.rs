//! Credentials for those who do not block, or not without end: a provider is asked on a thread, once for all who wait.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
#[cfg(feature = "async")]
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::signing::{Signing, SigningError};
use crate::credentials::{Credentials, CredentialsError};

/// What a thread that asks a provider will give.
#[derive(Default)]
pub(super) struct Flight {
    state: Mutex<State>,
    landing: Condvar,
}

#[derive(Default)]
struct State {
    landed: Option<Result<Credentials, CredentialsError>>,
    #[cfg(feature = "async")]
    waiting: Vec<Waker>,
}

impl Signing {
    /// Credentials to sign with: those at hand, or what the provider gives to a thread within this time. Whoever stops
    /// waiting does not stop the thread.
    pub(super) fn credentials_within(self: &Arc<Self>, limit: Duration) -> Option<Result<Credentials, SigningError>> {
        if let Some(credentials) = self.provider.at_hand() {
            return Some(Ok(credentials));
        }
        let flight = self.board();
        let state = lock(&flight.state);
        let waited = flight.landing.wait_timeout_while(state, limit, |state| state.landed.is_none());
        let (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.landed.clone().map(|result| result.map_err(SigningError::Credentials))
    }

    /// The same for those who do not block.
    #[cfg(feature = "async")]
    pub(super) async fn credentials_soon(self: &Arc<Self>) -> Result<Credentials, SigningError> {
        if let Some(credentials) = self.provider.at_hand() {
            return Ok(credentials);
        }
        let flight = self.board();
        std::future::poll_fn(|context| flight.poll(context)).await.map_err(SigningError::Credentials)
    }

    /// The flight that is in the air, or a new one.
    fn board(self: &Arc<Self>) -> Arc<Flight> {
        let mut in_the_air = lock(&self.flight);
        if let Some(flight) = &*in_the_air {
            return flight.clone();
        }
        let flight = Arc::new(Flight::default());
        *in_the_air = Some(flight.clone());
        drop(in_the_air);
        let pilot = Pilot { signing: self.clone(), flight: flight.clone(), result: failed("none can be started") };
        // Without a thread the pilot lands at once, and says so.
        let _ = std::thread::Builder::new().name("shapewire-credentials".to_owned()).spawn(|| pilot.fly());
        flight
    }
}

fn failed(why: &str) -> Result<Credentials, CredentialsError> {
    Err(CredentialsError::failed("a thread", why))
}

#[cfg(feature = "async")]
impl Flight {
    fn poll(&self, context: &Context<'_>) -> Poll<Result<Credentials, CredentialsError>> {
        let mut state = lock(&self.state);
        if let Some(result) = &state.landed {
            return Poll::Ready(result.clone());
        }
        if !state.waiting.iter().any(|waker| waker.will_wake(context.waker())) {
            state.waiting.push(context.waker().clone());
        }
        Poll::Pending
    }
}

/// Asks the provider, and lands the flight however that ends.
struct Pilot {
    signing: Arc<Signing>,
    flight: Arc<Flight>,
    result: Result<Credentials, CredentialsError>,
}

impl Pilot {
    fn fly(mut self) {
        self.result = failed("the provider panicked");
        self.result = self.signing.provider.credentials();
    }
}

impl Drop for Pilot {
    fn drop(&mut self) {
        // Who asks from now on gets a new flight: what this one gave is for those who waited.
        *lock(&self.signing.flight) = None;
        let mut state = lock(&self.flight.state);
        state.landed = Some(self.result.clone());
        #[cfg(feature = "async")]
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        self.flight.landing.notify_all();
        #[cfg(feature = "async")]
        waiting.into_iter().for_each(Waker::wake);
    }
}

/// Nobody panics while holding one of these locks.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
