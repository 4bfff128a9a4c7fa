//! Calls over a transport: check, encode, sign, send, decode, and try again.

mod paginate;
mod retry;
#[cfg(feature = "credentials")]
mod setup;
#[cfg(feature = "sigv4")]
mod signing;
mod time;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderValue, Request, Uri};

use self::retry::TokenBucket;
#[cfg(feature = "sigv4")]
use self::signing::Signing;

pub use self::paginate::{Pages, PagesByName, PaginationError};
pub use self::retry::RetryPolicy;
#[cfg(feature = "credentials")]
pub use self::setup::SetupError;
#[cfg(feature = "sigv4")]
pub use self::signing::SigningError;
pub use self::time::{SystemTime, Time};
use crate::decode::DecodeOptions;
use crate::error::Error;
use crate::operation::{OperationShape, ReplyMetadata};
use crate::schema::Operation;
use crate::timestamp::Timestamp;
use crate::transport::{AttemptTimeout, Transport, TransportError};
use crate::uuid;
use crate::validation::{self, Mode, Report};
use crate::value::{self, Structure};

/// A client of any service at one endpoint. Clones share the transport and what may be spent on retries; the services' own clients
/// ([`iam::Client`](crate::iam::Client)) have the named methods.
#[derive(Clone)]
pub struct Client {
    transport: Arc<dyn Transport>,
    endpoint: Uri,
    validation: Mode,
    on_warning: Option<Arc<WarningHandler>>,
    decode: DecodeOptions,
    retry: RetryPolicy,
    bucket: Arc<TokenBucket>,
    timeouts: Timeouts,
    time: Arc<dyn Time>,
    #[cfg(feature = "sigv4")]
    signing: Option<Arc<Signing>>,
}

/// How long a client waits. What it waits for a connection is the transport's affair.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// For one attempt, from its first byte to the last of its reply; as long as the transport waits by default.
    pub attempt: Option<Duration>,
    /// For the whole call, with all attempts and the time between them; without end by default.
    pub call: Option<Duration>,
}

type WarningHandler = dyn Fn(&'static Operation, &Report) + Send + Sync;

impl Client {
    /// A client that sends to `endpoint`, unsigned, over `transport`, in AWS's standard retry mode.
    #[must_use]
    pub fn new(transport: impl Transport + 'static, endpoint: Uri) -> Self {
        Self {
            transport: Arc::new(transport),
            endpoint,
            validation: Mode::default(),
            on_warning: None,
            decode: DecodeOptions::DEFAULT,
            retry: RetryPolicy::STANDARD,
            bucket: Arc::new(TokenBucket::new()),
            timeouts: Timeouts::default(),
            time: Arc::new(SystemTime),
            #[cfg(feature = "sigv4")]
            signing: None,
        }
    }

    /// The same client, signing its requests with credentials from `provider`. Clones share the signer's key and what they
    /// learn of the service's clock.
    #[cfg(feature = "sigv4")]
    #[must_use]
    pub fn with_signing(
        mut self,
        signer: crate::sigv4::Signer,
        provider: impl crate::credentials::CredentialsProvider + 'static,
    ) -> Self {
        self.signing = Some(Signing::new(signer, provider));
        self
    }

    /// The same client, repeating failed attempts as `policy` says.
    #[must_use]
    pub fn with_retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// The same client, waiting no longer than this for an attempt and for a whole call.
    #[must_use]
    pub fn with_timeouts(mut self, attempt: Option<Duration>, call: Option<Duration>) -> Self {
        self.timeouts = Timeouts { attempt, call };
        self
    }

    /// The same client with another idea of time and chance.
    #[must_use]
    pub fn with_time(mut self, time: impl Time + 'static) -> Self {
        self.time = Arc::new(time);
        self
    }

    /// The same client, checking requests in this mode.
    #[must_use]
    pub fn with_validation(mut self, mode: Mode) -> Self {
        self.validation = mode;
        self
    }

    /// The same client, telling `handler` of invalid requests that [`Mode::Warn`] lets through.
    #[must_use]
    pub fn with_warning_handler(
        mut self,
        handler: impl Fn(&'static Operation, &Report) + Send + Sync + 'static,
    ) -> Self {
        self.on_warning = Some(Arc::new(handler));
        self
    }

    /// The same client, reading replies within these limits.
    #[must_use]
    pub fn with_decode_options(mut self, options: DecodeOptions) -> Self {
        self.decode = options;
        self
    }

    /// Calls an operation by type.
    ///
    /// # Errors
    /// What the service answered, or why there is no answer.
    #[inline]
    pub fn call<O: OperationShape>(&self, input: &O::Input) -> Result<O::Output, O::Error> {
        let mut output = O::Output::default();
        self.call_into(O::OPERATION, input, &mut output)?;
        Ok(output)
    }

    /// Calls an operation by name, with an input of [`Operation::new_input`]'s type.
    ///
    /// # Errors
    /// What the service answered, or why there is no answer.
    pub fn call_by_name(
        &self,
        operation: &'static Operation,
        input: &dyn Structure,
    ) -> Result<Box<dyn Structure>, Error> {
        let mut output = operation.new_output();
        self.call_into(operation, input, &mut *output)?;
        Ok(output)
    }

    /// Calls an operation with an input of [`Operation::new_input`]'s type and a new output of
    /// [`Operation::new_output`]'s.
    ///
    /// # Errors
    /// What the service answered, or why there is no answer.
    pub fn call_into(
        &self,
        operation: &'static Operation,
        input: &dyn Structure,
        output: &mut dyn Structure,
    ) -> Result<ReplyMetadata, Error> {
        self.check(operation, input)?;
        // Encoded once: an idempotency token stays the same in all attempts.
        let request = operation.encode(input, &self.endpoint)?;
        let deadline = self.timeouts.call.map(|timeout| Deadline::after(self.time.now(), timeout));
        let invocation = uuid::new();
        let (mut attempt, mut cost, mut skew_corrected) = (1, None, false);
        loop {
            let request = self.attempt_request(&request, attempt, &invocation, deadline)?;
            let (result, headers) = self.attempt(operation, request, output);
            let error = match result {
                Ok(metadata) => {
                    self.bucket.give_back(cost);
                    return Ok(metadata);
                }
                Err(error) => error,
            };
            value::reset(output);
            if !skew_corrected && self.correct_skew(&error, &headers) {
                skew_corrected = true;
                continue;
            }
            if attempt >= self.retry.max_attempts || !error.is_retryable() {
                return Err(error);
            }
            let throttled = error.is_throttling();
            let now = self.time.now();
            let delay = self.retry.backoff(attempt, throttled, retry::asked_delay(&headers, now), &*self.time);
            if deadline.is_some_and(|deadline| deadline.left(now) <= delay) {
                return Err(error);
            }
            let Some(taken) = self.bucket.take(throttled) else { return Err(error) };
            cost = Some(taken);
            self.time.sleep(delay);
            attempt += 1;
        }
    }

    fn check(&self, operation: &'static Operation, input: &dyn Structure) -> Result<(), Report> {
        if self.validation == Mode::Off {
            return Ok(());
        }
        let Err(report) = validation::validate(input) else { return Ok(()) };
        if self.validation == Mode::Enforce {
            return Err(report);
        }
        if let Some(on_warning) = &self.on_warning {
            on_warning(operation, &report);
        }
        Ok(())
    }

    /// The request of one attempt, with what tells the service which one it is, and the time that it may take.
    fn attempt_request(
        &self,
        request: &Request<Vec<u8>>,
        attempt: u32,
        invocation: &str,
        deadline: Option<Deadline>,
    ) -> Result<Request<Vec<u8>>, TransportError> {
        let mut request = request.clone();
        let sequence = format!("attempt={attempt}; max={}", self.retry.max_attempts);
        for (name, value) in [("amz-sdk-invocation-id", invocation), ("amz-sdk-request", &sequence)] {
            if let Ok(value) = HeaderValue::from_str(value) {
                request.headers_mut().insert(name, value);
            }
        }
        let left = deadline.map(|deadline| deadline.left(self.time.now()));
        if left.is_some_and(|left| left.is_zero()) {
            return Err(TransportError::timeout("the time for the whole call is over"));
        }
        if let Some(timeout) = [left, self.timeouts.attempt].into_iter().flatten().min() {
            request.extensions_mut().insert(AttemptTimeout(timeout));
        }
        Ok(request)
    }

    /// One attempt, and the headers of its reply.
    fn attempt(
        &self,
        operation: &'static Operation,
        request: Request<Vec<u8>>,
        output: &mut dyn Structure,
    ) -> (Result<ReplyMetadata, Error>, HeaderMap) {
        let sent = self.sign(operation, request).and_then(|request| Ok(self.transport.send(request)?));
        let response = match sent {
            Ok(response) => response,
            Err(error) => return (Err(error), HeaderMap::new()),
        };
        let result = operation.decode_into(&response, output, &self.decode);
        (result, response.into_parts().0.headers)
    }

    #[cfg(feature = "sigv4")]
    fn sign(&self, operation: &'static Operation, mut request: Request<Vec<u8>>) -> Result<Request<Vec<u8>>, Error> {
        if let Some(signing) = &self.signing {
            signing.sign(operation, &mut request, self.time.now())?;
        }
        Ok(request)
    }

    #[cfg(not(feature = "sigv4"))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "with signatures it does more")]
    fn sign(&self, _: &'static Operation, request: Request<Vec<u8>>) -> Result<Request<Vec<u8>>, Error> {
        Ok(request)
    }

    #[cfg(feature = "sigv4")]
    fn correct_skew(&self, error: &Error, headers: &HeaderMap) -> bool {
        self.signing.as_ref().is_some_and(|signing| signing.correct_skew(error, headers, self.time.now()))
    }

    #[cfg(not(feature = "sigv4"))]
    #[expect(clippy::unused_self, reason = "with signatures it does more")]
    fn correct_skew(&self, _: &Error, _: &HeaderMap) -> bool {
        false
    }
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

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("endpoint", &self.endpoint)
            .field("validation", &self.validation)
            .finish_non_exhaustive()
    }
}
