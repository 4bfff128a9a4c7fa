//! What to wait for after an operation, and how a reply shows that it is there: the model's waiters, as data.
//!
//! [`Client::wait`](crate::Client::wait), or an `AsyncClient`'s, repeats the operation, [`client::Wait`](crate::client::Wait) decides after each call.

use std::fmt;
use std::marker::PhantomData;

use crate::error::Error;
use crate::jmespath::{Expression, Literal, Value};
use crate::operation::{OperationShape, ReplyMetadata};
use crate::schema::Operation;
use crate::value::Structure;

/// A waiter: an operation to repeat, and when to stop.
#[derive(Clone, Copy)]
pub struct Waiter {
    name: &'static str,
    operation: &'static Operation,
    delay: u32,
    max_delay: Option<u32>,
    max_attempts: Option<u32>,
    acceptors: &'static [Acceptor],
    documentation: &'static str,
}

impl Waiter {
    /// A waiter that repeats `operation` every `delay` seconds until one of the acceptors, asked in their order, ends it.
    #[must_use]
    pub const fn new(
        name: &'static str,
        operation: &'static Operation,
        delay: u32,
        acceptors: &'static [Acceptor],
    ) -> Self {
        Self { name, operation, delay, max_delay: None, max_attempts: None, acceptors, documentation: "" }
    }

    /// The name in the model: `UserExists`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
    /// The operation that it repeats.
    #[must_use]
    pub const fn operation(&self) -> &'static Operation {
        self.operation
    }
    /// The seconds between two calls; the least, where there is a [most](Self::max_delay).
    #[must_use]
    pub const fn delay(&self) -> u32 {
        self.delay
    }
    /// The most seconds between two calls, where the time between them grows.
    #[must_use]
    pub const fn max_delay(&self) -> Option<u32> {
        self.max_delay
    }
    /// The most calls, if the model bounds them.
    #[must_use]
    pub const fn max_attempts(&self) -> Option<u32> {
        self.max_attempts
    }
    /// When to stop, in order.
    #[must_use]
    pub const fn acceptors(&self) -> &'static [Acceptor] {
        self.acceptors
    }
    /// Documentation, in Markdown; may be empty.
    #[must_use]
    pub const fn documentation(&self) -> &'static str {
        self.documentation
    }

    /// The first acceptor that a reply, or the error of a call, satisfies.
    #[must_use]
    pub fn accept(&self, reply: Reply<'_>) -> Option<&'static Acceptor> {
        self.acceptors.iter().find(|acceptor| acceptor.matcher.matches(reply))
    }
}

impl fmt::Debug for Waiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Waiter({}.{})", self.operation.service().name(), self.name)
    }
}

/// A waiter that knows the type of its operation, as generated: `iam::waiters::USER_EXISTS`.
pub struct WaiterOf<O> {
    waiter: Waiter,
    operation: PhantomData<fn() -> O>,
}

impl<O: OperationShape> WaiterOf<O> {
    /// The same as [`Waiter::new`], for `operation` as the data of the type `O`.
    // That is `O::OPERATION`, but evaluating it here would be a cycle: operation, service, waiter.
    #[must_use]
    pub const fn new(
        name: &'static str,
        operation: &'static Operation,
        delay: u32,
        acceptors: &'static [Acceptor],
    ) -> Self {
        Self { waiter: Waiter::new(name, operation, delay, acceptors), operation: PhantomData }
    }
}

impl<O> WaiterOf<O> {
    /// The most calls.
    #[must_use]
    pub const fn with_max_attempts(mut self, max_attempts: u32) -> Self {
        self.waiter.max_attempts = Some(max_attempts);
        self
    }
    /// Lets the time between two calls grow up to this many seconds.
    #[must_use]
    pub const fn with_max_delay(mut self, max_delay: u32) -> Self {
        self.waiter.max_delay = Some(max_delay);
        self
    }
    /// Documentation, in Markdown.
    #[must_use]
    pub const fn with_documentation(mut self, documentation: &'static str) -> Self {
        self.waiter.documentation = documentation;
        self
    }
    /// The waiter itself.
    #[must_use]
    pub const fn waiter(&self) -> &Waiter {
        &self.waiter
    }
}

impl<O> fmt::Debug for WaiterOf<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.waiter.fmt(f)
    }
}

/// What a call brought: the output with what else the reply says, or why there is none.
pub type Reply<'a> = Result<(&'a ReplyMetadata, &'a dyn Structure), &'a Error>;

/// A condition on a reply, and what follows from it.
#[derive(Clone, Copy, Debug)]
pub struct Acceptor {
    state: AcceptorState,
    matcher: Matcher,
}

/// What follows from a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "those of the specification")]
pub enum AcceptorState {
    /// What was waited for is there.
    Success,
    /// It will not come any more.
    Failure,
    /// It is not there yet.
    Retry,
}

impl Acceptor {
    /// The wait ends well when this matches.
    #[must_use]
    pub const fn success(matcher: Matcher) -> Self {
        Self { state: AcceptorState::Success, matcher }
    }
    /// The wait ends in vain when this matches.
    #[must_use]
    pub const fn failure(matcher: Matcher) -> Self {
        Self { state: AcceptorState::Failure, matcher }
    }
    /// The wait goes on when this matches.
    #[must_use]
    pub const fn retry(matcher: Matcher) -> Self {
        Self { state: AcceptorState::Retry, matcher }
    }
    /// What follows.
    #[must_use]
    pub const fn state(&self) -> AcceptorState {
        self.state
    }
    /// The condition.
    #[must_use]
    pub const fn matcher(&self) -> &Matcher {
        &self.matcher
    }
}

/// How to look at a reply. The paths look at outputs only, never at errors.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Matcher {
    /// The reply has this HTTP status.
    Status(u16),
    /// The service answered with an output, or else with an error.
    Success(bool),
    /// The service answered with an error of this code on the wire.
    Error(&'static str),
    /// The expression gives this value.
    Path(Expression, Literal),
    /// The expression gives a list that is not empty, of nothing but this value.
    PathAll(Expression, Literal),
    /// The expression gives a list with this value among its members.
    PathAny(Expression, Literal),
}

impl Matcher {
    /// Whether the reply is so.
    #[must_use]
    pub fn matches(&self, reply: Reply<'_>) -> bool {
        match (self, reply) {
            (Self::Status(expected), Ok((metadata, _))) => metadata.status == *expected,
            (Self::Status(expected), Err(error)) => error_status(error) == Some(*expected),
            (Self::Success(expected), Ok(_)) => *expected,
            (Self::Success(expected), Err(Error::Service(_))) => !*expected,
            (Self::Error(code), Err(Error::Service(error))) => error.code() == *code,
            (Self::Path(expression, expected), Ok((_, output))) => expression.evaluate(output).equals(expected),
            (Self::PathAll(expression, expected), Ok((_, output))) => {
                items(expression, output).is_some_and(|items| items.iter().all(|item| item.equals(expected)))
            }
            (Self::PathAny(expression, expected), Ok((_, output))) => {
                items(expression, output).is_some_and(|items| items.iter().any(|item| item.equals(expected)))
            }
            _ => false,
        }
    }
}

/// The members of a list that is not empty.
fn items<'a>(expression: &Expression, output: &'a dyn Structure) -> Option<Vec<Value<'a>>> {
    expression.evaluate(output).items().filter(|items| !items.is_empty())
}

/// The status of an error reply, its body readable or not. A reply of success that cannot be read shows nothing.
fn error_status(error: &Error) -> Option<u16> {
    match error {
        Error::Service(error) => Some(error.status()),
        Error::Decode(reply) => Some(reply.status).filter(|status| *status >= 300),
        _ => None,
    }
}

impl fmt::Display for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A formatter's own `write_fmt` would be inlined in each arm.
        let f: &mut dyn fmt::Write = f;
        match self {
            Self::Status(status) => write!(f, "the status is {status}"),
            Self::Success(true) => f.write_str("there is an output"),
            Self::Success(false) => f.write_str("there is an error"),
            Self::Error(code) => write!(f, "the error is {code}"),
            Self::Path(expression, expected) => write!(f, "`{expression}` is {expected}"),
            Self::PathAll(expression, expected) => write!(f, "all of `{expression}` are {expected}"),
            Self::PathAny(expression, expected) => write!(f, "one of `{expression}` is {expected}"),
        }
    }
}
