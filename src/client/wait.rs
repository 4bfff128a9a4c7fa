//! Waiters: an operation repeated until its reply shows what is waited for, as botocore does it.

use std::fmt;
use std::time::Duration;

use super::Client;
use super::time::part;
use crate::error::Error;
use crate::operation::OperationShape;
use crate::schema::Operation;
use crate::value::{self, Structure};
use crate::waiter::{Acceptor, AcceptorState, Reply, Waiter, WaiterOf};

/// How long a wait lasts if neither the waiter nor the caller bounds it.
const DEFAULT_MAX_WAIT: Duration = Duration::from_mins(10);

/// What a caller wants otherwise than the waiter says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct WaitOptions {
    /// The time between two calls; the waiter's own by default.
    pub delay: Option<Duration>,
    /// The most calls; the waiter's own number by default.
    pub max_attempts: Option<u32>,
    /// The longest wait. No call begins after it; the last one may end later. By default 10 minutes where nothing bounds the
    /// number of calls, and else no end.
    pub max_wait: Option<Duration>,
}

impl WaitOptions {
    /// As the waiter says.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
    /// With this time between two calls.
    #[must_use]
    pub fn with_delay(mut self, delay: Duration) -> Self {
        self.delay = Some(delay);
        self
    }
    /// With at most this many calls. The first one is always made.
    #[must_use]
    pub fn with_max_attempts(mut self, max_attempts: u32) -> Self {
        self.max_attempts = Some(max_attempts);
        self
    }
    /// For no longer than this.
    #[must_use]
    pub fn with_max_wait(mut self, max_wait: Duration) -> Self {
        self.max_wait = Some(max_wait);
        self
    }
}

/// A wait without its calls: told what each call brought, it says what to do next. It does no I/O and knows no clock: `now` is the
/// time since any instant that stays the same, such as [`Time::elapsed`](super::Time::elapsed) gives.
///
/// ```
/// use std::time::Duration;
/// use shapewire::client::{Wait, WaitOptions, WaitOutcome, WaitStep};
/// use shapewire::operation::ReplyMetadata;
/// use shapewire::iam;
///
/// let mut wait = Wait::new(iam::waiters::USER_EXISTS.waiter(), &WaitOptions::new(), Duration::ZERO);
/// let absent = iam::Error::from(iam::NoSuchEntityException::default()).into();
/// let step = wait.next(Err(&absent), Duration::ZERO, 0.5);
/// assert_eq!(step, WaitStep::Pause(Duration::from_secs(1)));
/// let mut metadata = ReplyMetadata::default();
/// metadata.status = 200;
/// let step = wait.next(Ok((&metadata, &iam::GetUserResponse::default())), Duration::ZERO, 0.5);
/// assert_eq!(step, WaitStep::End(WaitOutcome::Success));
/// ```
#[derive(Clone, Debug)]
pub struct Wait {
    waiter: &'static Waiter,
    delay: Duration,
    max_delay: Option<Duration>,
    max_attempts: Option<u32>,
    longest: Option<Duration>,
    start: Duration,
    attempts: u32,
    accepted: Option<&'static Acceptor>,
}

/// What to do after a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a loop must know what to do in each case")]
pub enum WaitStep {
    /// Let this much time pass, and call again.
    Pause(Duration),
    /// Stop.
    End(WaitOutcome),
}

/// How a wait ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a program must know what to do in each case")]
pub enum WaitOutcome {
    /// What was waited for is there.
    Success,
    /// An acceptor says that it will not come, or the call failed in a way that no acceptor expects.
    Failure,
    /// There were enough calls.
    TooManyAttempts,
    /// It took long enough.
    TimedOut,
}

impl Wait {
    /// A wait that starts `now`.
    #[must_use]
    pub fn new(waiter: &'static Waiter, options: &WaitOptions, now: Duration) -> Self {
        let seconds = |seconds: u32| Duration::from_secs(seconds.into());
        let max_attempts = options.max_attempts.or(waiter.max_attempts());
        Self {
            waiter,
            delay: options.delay.unwrap_or(seconds(waiter.delay())),
            max_delay: if options.delay.is_some() { None } else { waiter.max_delay().map(seconds) },
            max_attempts,
            longest: options.max_wait.or(if max_attempts.is_none() { Some(DEFAULT_MAX_WAIT) } else { None }),
            start: now,
            attempts: 0,
            accepted: None,
        }
    }

    /// What it calls.
    #[must_use]
    pub fn operation(&self) -> &'static Operation {
        self.waiter.operation()
    }

    /// What to do after a call that brought `reply`. `random` is a number from 0 up to but not including 1, which spreads
    /// the calls of waiters whose delay grows.
    pub fn next(&mut self, reply: Reply<'_>, now: Duration, random: f64) -> WaitStep {
        self.attempts = self.attempts.saturating_add(1);
        self.accepted = self.waiter.accept(reply);
        match self.accepted.map(Acceptor::state) {
            Some(AcceptorState::Success) => return WaitStep::End(WaitOutcome::Success),
            Some(AcceptorState::Failure) => return WaitStep::End(WaitOutcome::Failure),
            None if reply.is_err() => return WaitStep::End(WaitOutcome::Failure),
            Some(AcceptorState::Retry) | None => {}
        }
        if self.max_attempts.is_some_and(|most| self.attempts >= most) {
            return WaitStep::End(WaitOutcome::TooManyAttempts);
        }
        let pause = self.pause(random);
        let Some(longest) = self.longest else { return WaitStep::Pause(pause) };
        let left = longest.saturating_sub(now.saturating_sub(self.start));
        if left <= self.delay { WaitStep::End(WaitOutcome::TimedOut) } else { WaitStep::Pause(pause.min(left)) }
    }

    /// The result of a wait that ended so, from what the last call brought. A wait for an error ends well without an
    /// output.
    ///
    /// # Errors
    /// All ends but [`WaitOutcome::Success`].
    pub fn finish<T, E>(self, end: WaitOutcome, last: Result<T, E>) -> WaitResult<T, E> {
        let Self { waiter, attempts, accepted: acceptor, .. } = self;
        let ended = |last| Box::new(WaitEnd { waiter, attempts, acceptor, last });
        Err(match (end, last) {
            (WaitOutcome::Success, last) => return Ok(last.ok()),
            (WaitOutcome::Failure, Err(error)) if acceptor.is_none() => WaitError::Call(error),
            (WaitOutcome::Failure, last) => WaitError::Failed(ended(last)),
            (WaitOutcome::TooManyAttempts, last) => WaitError::TooManyAttempts(ended(last)),
            (WaitOutcome::TimedOut, last) => WaitError::TimedOut(ended(last)),
        })
    }

    /// The delay, or where it grows a random time between it and its double after each call, as Smithy's waiters have it.
    fn pause(&self, random: f64) -> Duration {
        let Some(max_delay) = self.max_delay else { return self.delay };
        let doubled = 2_u32.saturating_pow(self.attempts - 1);
        let most = self.delay.saturating_mul(doubled).min(max_delay);
        self.delay + part(most.saturating_sub(self.delay), random)
    }
}

/// What a wait gives: the output that showed what was waited for, none where an error showed it.
pub type WaitResult<T = Box<dyn Structure>, E = Error> = Result<Option<T>, WaitError<T, E>>;

/// Why a wait ended without what it waited for.
#[derive(Debug)]
#[non_exhaustive]
pub enum WaitError<T = Box<dyn Structure>, E = Error> {
    /// A reply says that it will not come.
    Failed(Box<WaitEnd<T, E>>),
    /// It was not there after the most calls.
    TooManyAttempts(Box<WaitEnd<T, E>>),
    /// It was not there after the longest wait.
    TimedOut(Box<WaitEnd<T, E>>),
    /// A call failed, after the attempts that a call has, in a way that the waiter does not expect.
    Call(E),
}

/// The end of a wait without success.
#[derive(Debug)]
#[non_exhaustive]
pub struct WaitEnd<T, E> {
    /// What was waited for.
    pub waiter: &'static Waiter,
    /// How many calls there were.
    pub attempts: u32,
    /// The acceptor that the last call satisfied, if there was one.
    pub acceptor: Option<&'static Acceptor>,
    /// What the last call brought.
    pub last: Result<T, E>,
}

impl<T, E> WaitError<T, E> {
    /// How the wait ended, if not by a call that failed unexpectedly.
    #[must_use]
    pub fn end(&self) -> Option<&WaitEnd<T, E>> {
        match self {
            Self::Failed(end) | Self::TooManyAttempts(end) | Self::TimedOut(end) => Some(end),
            Self::Call(_) => None,
        }
    }
    /// The error of the last call, if that one failed.
    #[must_use]
    pub fn call_error(&self) -> Option<&E> {
        match self {
            Self::Call(error) => Some(error),
            _ => self.end()?.last.as_ref().err(),
        }
    }
}

impl<T, E: fmt::Display> fmt::Display for WaitError<T, E> {
    /// One line: the waiter, why it ended, what the last call showed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (end, how) = match self {
            Self::Call(error) => return error.fmt(f),
            Self::Failed(end) => (end, "will not come"),
            Self::TooManyAttempts(end) => (end, "has not come within the most calls"),
            Self::TimedOut(end) => (end, "has not come within the longest wait"),
        };
        write!(f, "{}: what is waited for {how}; call {}", end.waiter.name(), end.attempts)?;
        match (&end.last, end.acceptor) {
            (Err(error), _) => write!(f, ": {error}"),
            (Ok(_), Some(acceptor)) => write!(f, ": {}", acceptor.matcher()),
            (Ok(_), None) => f.write_str(": nothing that the waiter knows"),
        }
    }
}

impl<T: fmt::Debug, E: std::error::Error + 'static> std::error::Error for WaitError<T, E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.call_error().and_then(std::error::Error::source)
    }
}

impl Client {
    /// Repeats the operation of `waiter` with `input` until a reply shows what is waited for, and gives the output of that
    /// reply; none where an error is waited for.
    ///
    /// Each call has its retries as any other. How long to wait is the waiter's affair; see [`Client::wait_with`].
    ///
    /// ```
    /// # use shapewire::{Client, iam, local::LocalIam};
    /// # let client = Client::new(LocalIam::new(), "http://localhost/".parse()?);
    /// client.call::<iam::CreateUser>(&iam::CreateUserRequest::new("jane"))?;
    /// let request = iam::GetUserRequest::new().with_user_name("jane");
    /// let user = client.wait(&iam::waiters::USER_EXISTS, &request)?.unwrap().user;
    /// assert_eq!(user.user_name, "jane");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// That it has not come, or what a call failed with that the waiter does not expect.
    pub fn wait<O: OperationShape>(
        &self,
        waiter: &'static WaiterOf<O>,
        input: &O::Input,
    ) -> WaitResult<O::Output, O::Error> {
        self.wait_with(waiter, input, &WaitOptions::default())
    }

    /// The same as [`Client::wait`], with other times and numbers of calls.
    ///
    /// # Errors
    /// That it has not come, or what a call failed with that the waiter does not expect.
    pub fn wait_with<O: OperationShape>(
        &self,
        waiter: &'static WaiterOf<O>,
        input: &O::Input,
        options: &WaitOptions,
    ) -> WaitResult<O::Output, O::Error> {
        let mut output = O::Output::default();
        let mut wait = Wait::new(waiter.waiter(), options, self.time.elapsed());
        let (end, last) = self.wait_into(&mut wait, input, &mut output);
        wait.finish(end, last.map(|()| output).map_err(O::Error::from))
    }

    /// Waits by name: for one of [`Service::waiters`](crate::schema::Service::waiters), with an input of its operation's
    /// type.
    ///
    /// # Errors
    /// That it has not come, or what a call failed with that the waiter does not expect.
    pub fn wait_by_name(&self, waiter: &'static Waiter, input: &dyn Structure, options: &WaitOptions) -> WaitResult {
        let mut output = waiter.operation().new_output();
        let mut wait = Wait::new(waiter, options, self.time.elapsed());
        let (end, last) = self.wait_into(&mut wait, input, &mut *output);
        wait.finish(end, last.map(|()| output))
    }

    /// Calls until the wait ends; `output` is then the last call's.
    fn wait_into(
        &self,
        wait: &mut Wait,
        input: &dyn Structure,
        output: &mut dyn Structure,
    ) -> (WaitOutcome, Result<(), Error>) {
        loop {
            let called = self.call_into(wait.operation(), input, output);
            let reply = called.as_ref().map(|metadata| (metadata, &*output));
            match wait.next(reply, self.time.elapsed(), self.time.random()) {
                WaitStep::End(end) => return (end, called.map(|_| ())),
                WaitStep::Pause(pause) => self.time.sleep(pause),
            }
            value::reset(output);
        }
    }
}
