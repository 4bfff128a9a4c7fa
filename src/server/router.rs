//! From a request to the handler of its operation, and from what that returns to a reply.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use http::header::ALLOW;
use http::{HeaderValue, Method, Request, Response, StatusCode};

use super::call::Call;
use super::candidates::candidates;
use super::context::Context;
use super::failure::Failure;
use super::handler::{self, Answer, AsyncHandler, BlockingHandler, Handler};
use super::host;
use super::refusal;
use super::reply::{error_reply, reply, respond};
use super::verification::Verification;
use crate::decode::DecodeOptions;
use crate::error::{Error, ServiceError};
use crate::operation::OperationShape;
use crate::schema::{Operation, Service};
use crate::sigv4::Identity;
use crate::uuid;
use crate::value::Structure;

/// Handlers by operation: a server without I/O.
///
/// Requests are read strictly and validated before a handler sees them. What is refused is answered in the service's own
/// form: `MissingAction`, `InvalidAction`, `ValidationError`, …, and `NotImplemented` for operations without a handler.
///
/// Of several services, a request is for the first one, in the order in which they were given, that is left when these
/// have narrowed the choice, each if it leaves any:
///
/// 1. the service that the signature is for;
/// 2. the host: a service's endpoint prefix is one of its labels, as in `sts.eu-west-1.amazonaws.com`;
/// 3. `Version` and `Action`.
///
/// Handlers block, or, in an [`AsyncRouter`], return futures:
///
/// ```
/// use shapewire::iam;
/// use shapewire::server::Router;
///
/// let router = Router::new().on_async::<iam::ListUsers, _>(|_, context| async move {
///     let mut reply = iam::ListUsersResponse::default();
///     reply.marker = Some(context.request_id().to_owned());
///     Ok(reply)
/// });
/// # let request = http::Request::post("/").body("Action=ListUsers&Version=2010-05-08")?;
/// let reply = router.handle(&request); // a future for any executor
/// # let mut reply = std::pin::pin!(reply);
/// # let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// # let std::task::Poll::Ready(reply) = reply.as_mut().poll(&mut context) else { panic!("it waits for nothing") };
/// # assert_eq!(reply.status(), 200);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Router<H = BlockingHandler> {
    services: Vec<&'static Service>,
    handlers: HashMap<(&'static str, &'static str), H>,
    fallback: Option<H>,
    verification: Option<Verification>,
    base_domains: Vec<String>,
    options: DecodeOptions,
}

/// A router whose handlers return futures.
pub type AsyncRouter = Router<AsyncHandler>;

/// A request that has got to its handler.
struct Routed<'a, H> {
    handler: &'a H,
    input: Box<dyn Structure>,
    context: Context,
}

impl Router {
    /// A router without operations.
    #[must_use]
    pub fn new() -> Self {
        Self {
            services: Vec::new(),
            handlers: HashMap::new(),
            fallback: None,
            verification: None,
            base_domains: Vec::new(),
            options: DecodeOptions::strict(),
        }
    }

    /// Answers a request: a `POST` of a form, or a `GET` with the parameters in its query.
    ///
    /// The reply's extensions have the `&'static Operation` that was called, if the request names one, and an
    /// `Arc<`[`Failure`]`>` if there was one.
    pub fn handle<B: AsRef<[u8]>>(&self, request: &Request<B>) -> Response<Vec<u8>> {
        match self.route(request) {
            Ok(Routed { handler, input, context }) => answered(&context, handler(input, &context)),
            Err(refused) => *refused,
        }
    }
}

impl Default for Router {
    fn default() -> Self {
        Self::new()
    }
}

impl AsyncRouter {
    /// Answers a request, as [`Router::handle`] does. The future holds nothing of router and request: what can be
    /// done without waiting is done before this returns.
    pub fn handle<B: AsRef<[u8]>>(
        &self,
        request: &Request<B>,
    ) -> impl Future<Output = Response<Vec<u8>>> + Send + 'static + use<B> {
        let begun = self.route(request).map(|Routed { handler, input, context }| {
            let answer = handler(input, context.clone());
            (context, answer)
        });
        async move {
            match begun {
                Ok((context, answer)) => answered(&context, answer.await),
                Err(refused) => *refused,
            }
        }
    }
}

impl<H: Handler> Router<H> {
    /// Answers the operation `O` with `handler`.
    #[must_use]
    pub fn on<O: OperationShape>(
        self,
        handler: impl Fn(O::Input, &Context) -> Result<O::Output, O::Error> + Send + Sync + 'static,
    ) -> Self {
        self.insert(O::OPERATION, H::blocking(handler::blocking::<O>(handler)))
    }

    /// Answers the operation `O` with what `handler` returns.
    #[must_use]
    pub fn on_async<O: OperationShape, F>(
        self,
        handler: impl Fn(O::Input, Context) -> F + Send + Sync + 'static,
    ) -> AsyncRouter
    where
        F: Future<Output = Result<O::Output, O::Error>> + Send + 'static,
    {
        self.into_async().insert(O::OPERATION, handler::future::<O, F>(handler))
    }

    /// Answers the operations that have no handler of their own, by name. The answer is one of
    /// [`Operation::new_output`]'s type.
    #[must_use]
    pub fn fallback(
        mut self,
        handler: impl Fn(&'static Operation, Box<dyn Structure>, &Context) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let handler = move |input: Box<dyn Structure>, context: &Context| handler(context.operation(), input, context);
        self.fallback = Some(H::blocking(Box::new(handler)));
        self
    }

    /// Answers the operations that have no handler of their own, by name, with what `handler` returns.
    #[must_use]
    pub fn fallback_async<F>(
        self,
        handler: impl Fn(&'static Operation, Box<dyn Structure>, Context) -> F + Send + Sync + 'static,
    ) -> AsyncRouter
    where
        F: Future<Output = Answer> + Send + 'static,
    {
        let mut router = self.into_async();
        let handler: AsyncHandler =
            Box::new(move |input, context| Box::pin(handler(context.operation(), input, context)));
        router.fallback = Some(handler);
        router
    }

    /// Knows the operations of `service`: those without a handler are refused by their names.
    #[must_use]
    pub fn with_service(mut self, service: &'static Service) -> Self {
        if !self.services.iter().any(|known| known.name() == service.name()) {
            self.services.push(service);
        }
        self
    }

    /// Refuses requests whose signatures do not hold, except for operations that the model says are not signed.
    #[must_use]
    pub fn with_verification(mut self, verification: Verification) -> Self {
        self.verification = Some(verification);
        self
    }

    /// Takes what stands before this domain in the host of a request for the first label of its path, where the endpoint
    /// rules of an operation may put that label into the host: with `example.com`, `GET http://photos.example.com/cat.jpg` is
    /// `GET http://example.com/photos/cat.jpg`. That is S3's virtual-host addressing. Signatures are verified over the request
    /// as it is. May be called for several domains.
    #[must_use]
    pub fn with_base_domain(mut self, domain: impl Into<String>) -> Self {
        self.base_domains.push(domain.into().to_ascii_lowercase());
        self
    }

    /// Reads requests within these limits.
    #[must_use]
    pub fn with_decode_options(mut self, options: DecodeOptions) -> Self {
        self.options = options;
        self
    }

    /// Whether there is a handler for `operation`, of its own or for all.
    #[must_use]
    pub fn implements(&self, operation: &Operation) -> bool {
        self.handler(operation).is_some()
    }
}

impl<H: Handler> Router<H> {
    fn insert(mut self, operation: &'static Operation, handler: H) -> Self {
        self = self.with_service(operation.service());
        self.handlers.insert((operation.service().name(), operation.name()), handler);
        self
    }

    fn into_async(self) -> AsyncRouter {
        let Self { services, handlers, fallback, verification, base_domains, options } = self;
        Router {
            services,
            handlers: handlers.into_iter().map(|(operation, handler)| (operation, handler.into_async())).collect(),
            fallback: fallback.map(H::into_async),
            verification,
            base_domains,
            options,
        }
    }

    fn handler(&self, operation: &Operation) -> Option<&H> {
        self.handlers.get(&(operation.service().name(), operation.name())).or(self.fallback.as_ref())
    }

    /// All that comes before the handler. What is refused on the way is answered at once.
    fn route<B: AsRef<[u8]>>(&self, request: &Request<B>) -> Result<Routed<'_, H>, Box<Response<Vec<u8>>>> {
        let request_id = uuid::new();
        let claimed = Identity::claimed(request.uri(), request.headers());
        let services = candidates(&self.services, request, claimed.as_ref());
        let first_label = host::label_before(host::of(request), &self.base_domains);
        let call = Call::parse_at(&services, request, first_label.as_deref(), &self.options)
            .map_err(|error| Box::new(refused_by_first(&services, &error, &request_id)))?;
        let operation = call.operation();
        let verified = match &self.verification {
            Some(verification) if !operation.is_unauthenticated() => {
                verification.verify(request, operation.service()).map(Some)
            }
            _ => Ok(None),
        };
        let is_verified = matches!(verified, Ok(Some(_)));
        let caller = verified.as_ref().ok().cloned().flatten().or(claimed);
        let context = Context::new(operation, request_id, request, caller, is_verified);
        let routed = verified
            .map_err(|error| refusal::unverified(&error, operation.service().protocol()))
            .and_then(|_| self.handler(operation).ok_or_else(|| refusal::not_implemented(operation)))
            .and_then(|handler| Ok((handler, call.into_input()?)));
        match routed {
            Ok((handler, input)) => Ok(Routed { handler, input, context }),
            Err(error) => Err(Box::new(answered(&context, Err(error.into())))),
        }
    }
}

/// A request that names no operation is answered as the first service that it may be for would.
fn refused_by_first(services: &[&'static Service], error: &ServiceError, request_id: &str) -> Response<Vec<u8>> {
    let mut response = match services.first() {
        Some(service) => error_reply(service, error, request_id),
        None => respond(StatusCode::NOT_FOUND, Vec::new(), request_id),
    };
    if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, POST"));
    }
    response
}

/// The reply with a handler's answer.
fn answered(context: &Context, answer: Answer) -> Response<Vec<u8>> {
    let (operation, request_id) = (context.operation(), context.request_id());
    let written = match answer {
        Ok(output) if !std::ptr::eq(output.shape(), operation.output().shape()) => {
            Err(Failure::Output { operation, found: output.shape().name() })
        }
        Ok(output) => reply(operation, &*output, request_id).map_err(Failure::Unwritable),
        Err(Error::Service(error)) => Ok(error_reply(operation.service(), &error, request_id)),
        Err(error) => Err(Failure::Handler(error)),
    };
    let mut response = written.unwrap_or_else(|failure| {
        let mut response = error_reply(operation.service(), &refusal::internal(&failure), request_id);
        response.extensions_mut().insert(Arc::new(failure));
        response
    });
    // The body of a reply to `HEAD` is that of `GET`, which is not sent. RFC 9110, section 9.3.2.
    if context.method() == Method::HEAD {
        response.body_mut().clear();
    }
    response.extensions_mut().insert(operation);
    response
}

impl<H> fmt::Debug for Router<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut operations: Vec<_> = self.handlers.keys().collect();
        operations.sort_unstable();
        f.debug_struct("Router").field("operations", &operations).finish_non_exhaustive()
    }
}
