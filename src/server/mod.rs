//! The server half: requests in, replies out, over any operation of any generated service. Nothing here does I/O.
//!
//! ```
//! use shapewire::iam;
//! use shapewire::server::Router;
//!
//! let router = Router::new().on::<iam::GetUser>(|request, _| {
//!     let name = request.user_name.unwrap_or_default();
//!     Err(iam::NoSuchEntityException::new().with_message(format!("no user {name}")).into())
//! });
//! let request = iam::GetUser::encode(&iam::GetUserRequest::new().with_user_name("jane"), &"http://localhost".parse()?)?;
//! let reply = router.handle(&request);
//! assert_eq!(reply.status(), 404);
//! let error = iam::GetUser::decode(&reply).unwrap_err();
//! assert_eq!((error.code(), error.message()), (Some("NoSuchEntity"), Some("no user jane")));
//! # use shapewire::OperationShape;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod body;
mod call;
mod candidates;
mod context;
mod failure;
mod handler;
mod host;
mod refusal;
mod reply;
mod router;
#[cfg(feature = "tower")]
mod tower;
mod verification;

pub use call::Call;
pub use context::Context;
pub use failure::Failure;
pub use handler::{Answer, AsyncHandler, BlockingHandler, FutureAnswer, Handler};
pub use reply::{error_reply, reply};
pub use router::{AsyncRouter, Router};
#[cfg(feature = "tower")]
pub use tower::RouterService;
pub use verification::Verification;
