//! Routers as services of the `tower` ecosystem.

use std::convert::Infallible;
use std::fmt;
use std::future::{Ready, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower_service::Service;

use super::handler::{AsyncHandler, BlockingHandler};
use super::router::Router;

/// A router as a `tower::Service`. Clones share the router. Bodies are whole: what a server receives in parts is
/// collected first.
///
/// ```
/// use http::Request;
/// use shapewire::iam;
/// use shapewire::server::Router;
/// use tower_service::Service;
///
/// let mut service = Router::new().on::<iam::ListUsers>(|_, _| Ok(iam::ListUsersResponse::default())).into_service();
/// let reply = service.call(Request::post("/").body("Action=ListUsers&Version=2010-05-08")?);
/// # let mut reply = std::pin::pin!(reply);
/// # let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// # let std::task::Poll::Ready(Ok(reply)) = reply.as_mut().poll(&mut context) else { panic!("it waits for nothing") };
/// # assert_eq!(reply.status(), 200);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct RouterService<H = BlockingHandler> {
    router: Arc<Router<H>>,
}

impl<H> Router<H> {
    /// The router as a `tower::Service`.
    #[must_use]
    pub fn into_service(self) -> RouterService<H> {
        RouterService { router: Arc::new(self) }
    }
}

impl<H> Clone for RouterService<H> {
    fn clone(&self) -> Self {
        Self { router: Arc::clone(&self.router) }
    }
}

impl<H> fmt::Debug for RouterService<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RouterService").field(&self.router).finish()
    }
}

impl<B: AsRef<[u8]>> Service<Request<B>> for RouterService<BlockingHandler> {
    type Response = Response<Vec<u8>>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        ready(Ok(self.router.handle(&request)))
    }
}

impl<B: AsRef<[u8]>> Service<Request<B>> for RouterService<AsyncHandler> {
    type Response = Response<Vec<u8>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let reply = self.router.handle(&request);
        Box::pin(async { Ok(reply.await) })
    }
}
