//! Calls over a transport: check, encode, sign, send, decode, and try again.

#[cfg(all(feature = "async", feature = "rest-xml"))]
mod async_streaming;
#[cfg(feature = "async")]
mod async_wait;
#[cfg(feature = "async")]
mod asynchronous;
mod call;
#[cfg(feature = "sigv4")]
mod flight;
#[cfg(feature = "rest-xml")]
#[cfg_attr(not(all(feature = "sigv4", feature = "checksums")), path = "unframed.rs")]
mod framing;
#[cfg_attr(not(feature = "tracing"), path = "unobserved.rs")]
mod observe;
mod paginate;
#[cfg(feature = "rest-xml")]
mod received;
#[cfg(feature = "credentials")]
mod resolver;
mod retry;
mod settings;
#[cfg(feature = "credentials")]
mod setup;
#[cfg(feature = "sigv4")]
mod signing;
#[cfg(feature = "rest-xml")]
mod streaming;
#[cfg(feature = "async")]
mod streams;
mod time;
mod wait;

use std::sync::Arc;

use http::{Request, Response, Uri};

use self::call::{Call, Step};
use self::settings::{Settings, settings_methods};
use self::time::Moment;

#[cfg(all(feature = "async", feature = "rest-xml"))]
pub use self::async_streaming::{AsyncReplyBody, AsyncStreamedBody, AsyncStreamedReply};
#[cfg(feature = "async")]
pub use self::asynchronous::AsyncClient;
pub use self::paginate::{Pages, PagesByName, PaginationError};
pub use self::retry::RetryPolicy;
pub use self::settings::Timeouts;
#[cfg(feature = "credentials")]
pub use self::setup::SetupError;
#[cfg(feature = "sigv4")]
use self::signing::Signing;
#[cfg(feature = "sigv4")]
pub use self::signing::SigningError;
#[cfg(feature = "rest-xml")]
pub use self::streaming::{ReplyBody, StreamedBody, StreamedReply};
#[cfg(feature = "async")]
pub use self::streams::{AsyncItems, AsyncPages, AsyncPagesByName};
#[cfg(feature = "async")]
pub use self::time::{AsyncTime, TokioTime};
pub use self::time::{SystemTime, Time};
pub use self::wait::{Wait, WaitEnd, WaitError, WaitOptions, WaitOutcome, WaitResult, WaitStep};
#[cfg(feature = "sigv4")]
use crate::credentials::Credentials;
use crate::error::Error;
use crate::operation::{OperationShape, ReplyMetadata};
use crate::schema::Operation;
use crate::transport::Transport;
#[cfg(feature = "sigv4")]
use crate::transport::{AttemptTimeout, TransportError};
use crate::value::Structure;

/// A client of any service at one endpoint. Clones share the transport and what may be spent on retries; the services' own clients
/// ([`iam::Client`](crate::iam::Client)) have the named methods.
#[derive(Clone)]
pub struct Client {
    transport: Arc<dyn Transport>,
    time: Arc<dyn Time>,
    settings: Settings,
}

/// What one attempt of a call does.
type Attempt<'a> = dyn FnMut(&mut Call<'_>, Request<Vec<u8>>) -> Result<Response<Vec<u8>>, Error> + 'a;

settings_methods!(Client);

impl Client {
    /// A client that sends to `endpoint`, unsigned, over `transport`, in AWS's standard retry mode.
    #[must_use]
    pub fn new(transport: impl Transport + 'static, endpoint: Uri) -> Self {
        Self { transport: Arc::new(transport), time: Arc::new(SystemTime), settings: Settings::new(endpoint) }
    }

    /// The same client with another idea of time and chance.
    #[must_use]
    pub fn with_time(mut self, time: impl Time + 'static) -> Self {
        self.time = Arc::new(time);
        self
    }

    /// Calls an operation by type.
    ///
    /// # Errors
    /// What the service answered, or why there is no answer.
    #[inline]
    pub fn call<O: OperationShape>(&self, input: &O::Input) -> Result<O::Output, O::Error> {
        self.call_with_metadata::<O>(input).map(|(output, _)| output)
    }

    /// The same, with what the reply says beside its output.
    ///
    /// ```
    /// # use shapewire::{Client, iam, local::LocalIam};
    /// # let client = Client::new(LocalIam::new(), "http://localhost/".parse()?);
    /// let (page, metadata) = client.call_with_metadata::<iam::ListUsers>(&iam::ListUsersRequest::new())?;
    /// assert_eq!((page.users.len(), metadata.request_id.is_some()), (0, true));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// What the service answered, or why there is no answer.
    #[inline]
    pub fn call_with_metadata<O: OperationShape>(
        &self,
        input: &O::Input,
    ) -> Result<(O::Output, ReplyMetadata), O::Error> {
        let mut output = O::Output::default();
        let metadata = self.call_into(O::OPERATION, input, &mut output)?;
        Ok((output, metadata))
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
        let call = Call::new(&self.settings, operation, input, self.time.elapsed())?;
        self.attempts(call, output, &mut |call, request| call.observer().in_attempt(|| self.attempt(call, request)))
    }

    /// Makes one attempt after the other, until one ends the call.
    fn attempts(
        &self,
        mut call: Call<'_>,
        output: &mut dyn Structure,
        attempt: &mut Attempt<'_>,
    ) -> Result<ReplyMetadata, Error> {
        loop {
            let reply = call.request(self.time.elapsed()).and_then(|request| attempt(&mut call, request));
            let moment = Moment { now: self.time.now(), elapsed: self.time.elapsed() };
            match call.judge(reply, output, moment, &|| self.time.random()) {
                Step::Done(metadata) => return Ok(metadata),
                Step::Again(delay) => self.time.sleep(delay),
                Step::Failed(error) => return Err(error),
            }
        }
    }

    /// Signs the request, and brings its reply.
    #[cfg_attr(not(feature = "sigv4"), expect(unused_variables, unused_mut, reason = "they are for signing"))]
    fn attempt(&self, call: &Call<'_>, mut request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, Error> {
        #[cfg(feature = "sigv4")]
        if let Some(signing) = call.signing() {
            let credentials = self.credentials(signing, &mut request)?;
            call.sign(&mut request, &credentials, self.time.now())?;
        }
        Ok(self.transport.send(request)?)
    }

    /// Credentials to sign with, in the time for the attempt, of which the rest is left to the request.
    #[cfg(feature = "sigv4")]
    fn credentials(&self, signing: &Arc<Signing>, request: &mut Request<Vec<u8>>) -> Result<Credentials, Error> {
        let Some(AttemptTimeout(limit)) = request.extensions().get().copied() else {
            return Ok(signing.credentials()?);
        };
        let start = self.time.elapsed();
        let credentials = signing.credentials_within(limit).transpose()?;
        let left = limit.saturating_sub(self.time.elapsed().saturating_sub(start));
        request.extensions_mut().insert(AttemptTimeout(left));
        let in_time = credentials.filter(|_| !left.is_zero());
        Ok(in_time
            .ok_or_else(|| TransportError::timeout("the provider gives no credentials in the time for the attempt"))?)
    }
}
