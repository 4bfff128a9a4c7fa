//! Routers as tower services.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use http::{Request, Response};
use shapewire::iam;
use shapewire::server::{Router, RouterService};
use tower_service::Service;

use super::{element, post, refusal};

fn router() -> Router {
    Router::new().on::<iam::GetUser>(|request, _| {
        Err(iam::NoSuchEntityException::new().with_message(request.user_name.unwrap_or_default()).into())
    })
}

/// Calls a service, as a server does that has a clone for each connection.
fn call<H>(service: &RouterService<H>, form: &str) -> Response<Vec<u8>>
where
    RouterService<H>: Service<Request<Vec<u8>>, Response = Response<Vec<u8>>, Error = std::convert::Infallible>,
{
    let mut service = service.clone();
    let mut context = Context::from_waker(Waker::noop());
    assert!(service.poll_ready(&mut context).is_ready());
    match pin!(service.call(post(form))).poll(&mut context) {
        Poll::Ready(Ok(reply)) => reply,
        Poll::Pending => panic!("nothing waits"),
    }
}

#[test]
fn both_kinds_of_routers_are_services() {
    let form = "Action=GetUser&Version=2010-05-08&UserName=jane";
    let reply = call(&router().into_service(), form);
    assert_eq!((refusal(&reply), element(&reply, "Message")), ((404, "NoSuchEntity"), "jane"));
    let asynchronous = router().on_async::<iam::ListUsers, _>(|_, _| async { Ok(iam::ListUsersResponse::default()) });
    let service = asynchronous.into_service();
    assert_eq!(refusal(&call(&service, form)), (404, "NoSuchEntity"));
    assert_eq!(call(&service, "Action=ListUsers&Version=2010-05-08").status(), 200);
}
