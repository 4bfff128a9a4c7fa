//! The client that does not block its thread: the same calls as futures.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use http::{Request, Response, Uri};

use super::call::{Call, Step};
use super::settings::{Settings, settings_methods};
use super::time::{AsyncTime, Moment, TokioTime};
use crate::error::Error;
use crate::operation::{OperationShape, ReplyMetadata};
use crate::schema::Operation;
use crate::transport::{AsyncTransport, AttemptTimeout, TransportError};
use crate::value::Structure;

/// A client of any service at one endpoint, whose calls are futures; in all else it is a [`Client`](super::Client). Needs the
/// feature `async`.
///
/// A call that is dropped sends nothing more, and leaves the client as it was. What had been asked for on its behalf
/// goes on if others need it too: credentials that a provider is getting are kept once they come.
///
/// What waits between attempts is tokio's timer, unless [`with_time`](Self::with_time) says otherwise. A provider of
/// credentials that may block is asked on a thread of its own, once for all calls that wait.
#[derive(Clone)]
pub struct AsyncClient {
    pub(super) transport: Arc<dyn AsyncTransport>,
    pub(super) time: Arc<dyn AsyncTime>,
    pub(super) settings: Settings,
}

settings_methods!(AsyncClient);

impl AsyncClient {
    /// A client that sends to `endpoint`, unsigned, over `transport`, in AWS's standard retry mode.
    #[must_use]
    pub fn new(transport: impl AsyncTransport + 'static, endpoint: Uri) -> Self {
        Self { transport: Arc::new(transport), time: Arc::new(TokioTime), settings: Settings::new(endpoint) }
    }

    /// The same client with another idea of time and chance.
    #[must_use]
    pub fn with_time(mut self, time: impl AsyncTime + 'static) -> Self {
        self.time = Arc::new(time);
        self
    }

    /// Calls an operation by type.
    ///
    /// # Errors
    /// What the service answered, or why there is no answer.
    #[inline]
    pub async fn call<O: OperationShape>(&self, input: &O::Input) -> Result<O::Output, O::Error> {
        self.call_with_metadata::<O>(input).await.map(|(output, _)| output)
    }

    /// The same, with what the reply says beside its output.
    ///
    /// # Errors
    /// What the service answered, or why there is no answer.
    #[inline]
    pub async fn call_with_metadata<O: OperationShape>(
        &self,
        input: &O::Input,
    ) -> Result<(O::Output, ReplyMetadata), O::Error> {
        let mut output = O::Output::default();
        let metadata = self.call_into(O::OPERATION, input, &mut output).await?;
        Ok((output, metadata))
    }

    /// Calls an operation by name, with an input of [`Operation::new_input`]'s type.
    ///
    /// # Errors
    /// What the service answered, or why there is no answer.
    pub async fn call_by_name(
        &self,
        operation: &'static Operation,
        input: &dyn Structure,
    ) -> Result<Box<dyn Structure>, Error> {
        let mut output = operation.new_output();
        self.call_into(operation, input, &mut *output).await?;
        Ok(output)
    }

    /// Calls an operation with an input of [`Operation::new_input`]'s type and a new output of
    /// [`Operation::new_output`]'s.
    ///
    /// # Errors
    /// What the service answered, or why there is no answer.
    pub async fn call_into(
        &self,
        operation: &'static Operation,
        input: &dyn Structure,
        output: &mut dyn Structure,
    ) -> Result<ReplyMetadata, Error> {
        let mut call = Call::new(&self.settings, operation, input, self.time.elapsed())?;
        loop {
            let reply = match call.request(self.time.elapsed()) {
                Ok(request) => call.observer().follow(self.attempt(&call, request)).await,
                Err(error) => Err(error),
            };
            let moment = Moment { now: self.time.now(), elapsed: self.time.elapsed() };
            match call.judge(reply, output, moment, &|| self.time.random()) {
                Step::Done(metadata) => return Ok(metadata),
                Step::Again(delay) => self.time.sleep(delay).await,
                Step::Failed(error) => return Err(error),
            }
        }
    }

    /// Signs the request, and brings its reply, all within the time of an attempt.
    async fn attempt(&self, call: &Call<'_>, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, Error> {
        let timeout = request.extensions().get::<AttemptTimeout>().copied();
        let sending = self.sign_and_send(call, request);
        match timeout {
            Some(AttemptTimeout(timeout)) => self.within(timeout, "the time for the attempt is over", sending).await,
            None => sending.await,
        }
    }

    async fn sign_and_send(&self, call: &Call<'_>, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, Error> {
        let request = self.sign(call, request).await?;
        Ok(self.transport.send(request).await?)
    }

    #[cfg_attr(
        not(feature = "sigv4"),
        expect(unused_variables, unused_mut, clippy::unused_async, reason = "they are for signing")
    )]
    pub(super) async fn sign(&self, call: &Call<'_>, mut request: Request<Vec<u8>>) -> Result<Request<Vec<u8>>, Error> {
        #[cfg(feature = "sigv4")]
        if let Some(signing) = call.signing() {
            let credentials = signing.credentials_soon().await?;
            call.sign(&mut request, &credentials, self.time.now())?;
        }
        Ok(request)
    }

    /// What the future gives, unless time runs out first.
    pub(super) async fn within<T>(
        &self,
        timeout: Duration,
        why: &'static str,
        future: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let (mut future, mut end) = (pin!(future), self.time.sleep(timeout));
        std::future::poll_fn(|context| {
            if let Poll::Ready(result) = future.as_mut().poll(context) {
                return Poll::Ready(result);
            }
            let end = Pin::new(&mut end).poll(context);
            end.map(|()| Err(TransportError::timeout(why).into()))
        })
        .await
    }
}

/// Makes a service's own client: a named method for each operation, over an [`AsyncClient`]. Generated code calls it.
///
/// Takes the documentation, and for each operation the method's name, the operation's type, its input and its output.
#[macro_export]
macro_rules! async_client {
    ($docs:literal, { $($method:ident: $operation:ident($input:ty) -> $output:ty),* $(,)? }) => {
        #[doc = $docs]
        #[derive(Clone, Debug)]
        pub struct AsyncClient {
            client: $crate::AsyncClient,
        }
        impl AsyncClient {
            /// Over this client.
            pub fn new(client: $crate::AsyncClient) -> Self {
                Self { client }
            }
            /// A client that checks its requests in this mode.
            pub fn with_validation(mut self, mode: $crate::validation::Mode) -> Self {
                self.client = self.client.with_validation(mode);
                self
            }
            $(
                #[doc = concat!("What [`Client::", stringify!($method), "`] does, without blocking.")]
                #[inline]
                pub async fn $method(&self, input: &$input) -> Result<$output, Error> {
                    self.client.call::<$operation>(input).await
                }
            )*
        }
    };
}
