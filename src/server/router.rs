//! From a request to the handler of its operation, and from what that returns to a reply.

use std::collections::HashMap;
use std::fmt;

use http::{Request, Response, StatusCode};

use super::call::Call;
use super::refusal;
use super::reply::{error_reply, reply, respond};
use crate::decode::DecodeOptions;
use crate::error::Error;
use crate::operation::OperationShape;
use crate::schema::{Operation, Service};
use crate::uuid;
use crate::value::Structure;

/// What a handler knows of a request beside its input.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Context {
    /// The operation that was called.
    pub operation: &'static Operation,
    /// The id that the reply will carry.
    pub request_id: String,
}

/// Handlers by operation: a server without I/O.
///
/// Requests are read strictly and validated before a handler sees them. What is refused is answered in the service's own
/// form: `MissingAction`, `InvalidAction`, `ValidationError`, …, and `NotImplemented` for operations without a handler.
#[derive(Default)]
pub struct Router {
    services: Vec<&'static Service>,
    handlers: HashMap<(&'static str, &'static str), Box<Handler>>,
    options: DecodeOptions,
}

type Handler = dyn Fn(&mut dyn Structure, &Context) -> Result<Box<dyn Structure>, Error> + Send + Sync;

impl Router {
    /// A router without operations.
    #[must_use]
    pub fn new() -> Self {
        Self { options: DecodeOptions::strict(), ..Self::default() }
    }

    /// Answers the operation `O` with `handler`.
    #[must_use]
    pub fn on<O: OperationShape>(
        mut self,
        handler: impl Fn(O::Input, &Context) -> Result<O::Output, O::Error> + Send + Sync + 'static,
    ) -> Self {
        let handler = move |input: &mut dyn Structure, context: &Context| {
            let input = (input as &mut dyn std::any::Any).downcast_mut::<O::Input>().map(std::mem::take);
            match handler(input.unwrap_or_default(), context) {
                Ok(output) => Ok(Box::new(output) as Box<dyn Structure>),
                Err(error) => Err(error.into()),
            }
        };
        self = self.with_service(O::OPERATION.service());
        self.handlers.insert((O::OPERATION.service().name(), O::OPERATION.name()), Box::new(handler));
        self
    }

    /// Knows the operations of `service`: those without a handler are refused by their names.
    #[must_use]
    pub fn with_service(mut self, service: &'static Service) -> Self {
        if !self.services.iter().any(|known| known.name() == service.name()) {
            self.services.push(service);
        }
        self
    }

    /// Reads requests within these limits.
    #[must_use]
    pub fn with_decode_options(mut self, options: DecodeOptions) -> Self {
        self.options = options;
        self
    }

    /// Whether there is a handler for `operation`.
    #[must_use]
    pub fn implements(&self, operation: &Operation) -> bool {
        self.handlers.contains_key(&(operation.service().name(), operation.name()))
    }

    /// Answers a request: a `POST` of a form, or a `GET` with the parameters in its query.
    ///
    /// The reply's extensions have the `&'static Operation` that was called, if the request names one.
    pub fn handle<B: AsRef<[u8]>>(&self, request: &Request<B>) -> Response<Vec<u8>> {
        let request_id = uuid::new();
        let call = match Call::parse(&self.services, request, &self.options) {
            Ok(call) => call,
            // A request that names no operation is answered as the first service would.
            Err(error) => {
                return match self.services.first() {
                    Some(service) => error_reply(service, &error, &request_id),
                    None => respond(StatusCode::NOT_FOUND, Vec::new(), &request_id),
                };
            }
        };
        let operation = call.operation();
        let mut reply = self
            .answer(call, &Context { operation, request_id: request_id.clone() })
            .and_then(|output| reply(operation, &*output, &request_id).map_err(Error::from))
            .unwrap_or_else(|error| match error {
                Error::Service(error) => error_reply(operation.service(), &error, &request_id),
                // A handler failed otherwise than a service does, or its output has no form on the wire.
                error => error_reply(operation.service(), &refusal::internal(&error), &request_id),
            });
        reply.extensions_mut().insert(operation);
        reply
    }

    fn answer(&self, call: Call, context: &Context) -> Result<Box<dyn Structure>, Error> {
        let operation = call.operation();
        let handler = self
            .handlers
            .get(&(operation.service().name(), operation.name()))
            .ok_or_else(|| refusal::not_implemented(operation))?;
        let mut input = call.into_input()?;
        handler(&mut *input, context)
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut operations: Vec<_> = self.handlers.keys().collect();
        operations.sort_unstable();
        f.debug_struct("Router").field("operations", &operations).finish_non_exhaustive()
    }
}
