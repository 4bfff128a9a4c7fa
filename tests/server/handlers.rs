//! Handlers of every kind, and what they are told.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Wake, Waker};

use http::{Request, Response};
use shapewire::encode::EncodeErrorKind;
use shapewire::schema::Operation;
use shapewire::server::{AsyncRouter, Context, Failure, Router};
use shapewire::transport::TransportError;
use shapewire::{Error, OperationShape, iam, json, sts};

use super::{body, element, post, refusal};

const LIST: &str = "Action=ListUsers&Version=2010-05-08";

/// Polls a future until it is ready, as the simplest of executors.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Thread(std::thread::Thread);
    impl Wake for Thread {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Thread(std::thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut std::task::Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}

/// Waits once, for another thread.
async fn wait() {
    let mut begun = false;
    poll_fn(|context| {
        if begun {
            return Poll::Ready(());
        }
        begun = true;
        let waker = context.waker().clone();
        std::thread::spawn(move || waker.wake());
        Poll::Pending
    })
    .await;
}

/// What the handler of `ListUsers` is told of `request`.
fn told(request: &Request<Vec<u8>>) -> (Context, Response<Vec<u8>>) {
    let seen = Arc::new(Mutex::new(None));
    let place = Arc::clone(&seen);
    let router = Router::new().on::<iam::ListUsers>(move |_, context| {
        *place.lock().unwrap() = Some(context.clone());
        Ok(iam::ListUsersResponse::default())
    });
    let reply = router.handle(request);
    let context = seen.lock().unwrap().take().expect("the handler is called");
    (context, reply)
}

#[test]
fn handlers_are_told_of_the_request() {
    let mut request = post(LIST);
    request.headers_mut().insert("x-fault", "slow".parse().unwrap());
    let (context, reply) = told(&request);
    assert_eq!(context.operation().name(), "ListUsers");
    assert_eq!(context.request_id(), element(&reply, "RequestId"));
    assert_eq!(context.request_id(), reply.headers()["x-amzn-requestid"]);
    assert_eq!((context.method().as_str(), context.uri().path()), ("POST", "/"));
    assert_eq!(context.headers()["x-fault"], "slow");
    assert_eq!((context.caller(), context.access_key_id(), context.is_verified()), (None, None, false));
}

#[test]
fn callers_are_as_their_signatures_say() {
    let mut request = post(LIST);
    let authorization = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/eu-west-1/iam/aws4_request, \
        SignedHeaders=host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
    request.headers_mut().insert("authorization", authorization.parse().unwrap());
    let (context, _) = told(&request);
    let caller = context.caller().unwrap();
    assert_eq!((caller.access_key_id.as_str(), caller.day.as_str()), ("AKIDEXAMPLE", "20150830"));
    assert_eq!((caller.region.as_str(), caller.service.as_str()), ("eu-west-1", "iam"));
    assert_eq!((context.access_key_id(), context.is_verified()), (Some("AKIDEXAMPLE"), false));

    let uri = format!("/?{LIST}&X-Amz-Credential=AKID%2FEXAMPLE%2F20150830%2Feu-west-1%2Fiam%2Faws4_request");
    let (context, _) = told(&Request::get(uri).body(Vec::new()).unwrap());
    assert_eq!(context.access_key_id(), Some("AKID/EXAMPLE"));

    for nobody in
        ["Bearer Credential=", "AWS AKIDEXAMPLE:frJIUN8DYpKDtOLCwo//yllqDzg=", "Credential=/a/b/c/aws4_request"]
    {
        request.headers_mut().insert("authorization", nobody.parse().unwrap());
        assert_eq!(told(&request).0.access_key_id(), None, "{nobody}");
    }
    let uri = format!("/?{LIST}&X-Amz-Credential=AKID%0AEXAMPLE/20150830/eu-west-1/iam/aws4_request");
    assert_eq!(told(&Request::get(uri).body(Vec::new()).unwrap()).0.access_key_id(), None);
    let shown = format!("{context:?}");
    assert!(shown.contains("AKID/EXAMPLE") && !shown.contains("X-Amz"), "{shown}");
}

#[test]
fn a_handler_may_wait() {
    let router: AsyncRouter = Router::new()
        .on::<iam::DeleteUser>(|request, _| {
            Err(iam::NoSuchEntityException::new().with_message(request.user_name).into())
        })
        .on_async::<iam::GetUser, _>(|request, context| async move {
            wait().await;
            let name = request.user_name.unwrap_or_default();
            let message = format!("{name} {}", context.operation().name());
            Err(iam::NoSuchEntityException::new().with_message(message).into())
        })
        .on::<iam::ListUsers>(|_, _| Ok(iam::ListUsersResponse::default()));
    let handle = |form: &str| {
        let reply = router.handle(&post(form));
        // A server's executor may move it to another thread.
        std::thread::spawn(|| block_on(reply)).join().unwrap()
    };
    let reply = handle("Action=GetUser&Version=2010-05-08&UserName=jane");
    assert_eq!((refusal(&reply), element(&reply, "Message")), ((404, "NoSuchEntity"), "jane GetUser"));
    assert_eq!(reply.extensions().get::<&Operation>().map(|operation| operation.name()), Some("GetUser"));
    let reply = handle("Action=DeleteUser&Version=2010-05-08&UserName=joe");
    assert_eq!((refusal(&reply), element(&reply, "Message")), ((404, "NoSuchEntity"), "joe"));
    assert_eq!(handle(LIST).status(), 200);
    assert_eq!(refusal(&handle("Action=GetUser&Version=2010-05-08&UserName=")), (400, "ValidationError"));
    assert_eq!(refusal(&handle("Action=ListRoles&Version=2010-05-08")), (501, "NotImplemented"));
    assert_eq!(refusal(&handle("")), (400, "MissingAction"));
}

#[test]
fn a_fallback_answers_by_name() {
    let router = Router::new()
        .with_service(&sts::SERVICE)
        .on::<iam::GetUser>(|_, _| Err(iam::Error::unmodeled("Mine", 400, "of its own")))
        .fallback(|operation, input, context| {
            assert_eq!(operation.name(), context.operation().name());
            let mut output = operation.new_output();
            let report = json::to_value(&*input, json::Secrets::Redact);
            if operation.name() == "ListUsers" {
                json::read(&serde_json::json!({"Users": [], "Marker": report.to_string()}), &mut *output)?;
            }
            Ok(output)
        });
    let reply = router.handle(&post("Action=ListUsers&Version=2010-05-08&MaxItems=7"));
    assert_eq!(reply.status(), 200);
    assert_eq!(iam::ListUsers::decode(&reply).unwrap().marker.as_deref(), Some(r#"{"MaxItems":7}"#));
    assert_eq!(router.handle(&post("Action=GetCallerIdentity&Version=2011-06-15")).status(), 200);
    assert_eq!(refusal(&router.handle(&post("Action=GetUser&Version=2010-05-08"))), (400, "Mine"));
    assert!(router.implements(sts::GetCallerIdentity::OPERATION));

    let router = router.fallback_async(|operation, _, _| async move { Ok(operation.new_output()) });
    let reply = block_on(router.handle(&post(LIST)));
    assert_eq!(iam::ListUsers::decode(&reply).unwrap(), iam::ListUsersResponse::default());
    assert_eq!(refusal(&block_on(router.handle(&post("Action=GetUser&Version=2010-05-08")))), (400, "Mine"));
}

#[test]
fn an_answer_of_another_shape_is_a_failure() {
    let router =
        Router::new().with_service(&iam::SERVICE).fallback(|_, _, _| Ok(Box::new(iam::GetUserResponse::default())));
    let reply = router.handle(&post(LIST));
    assert_eq!(refusal(&reply), (500, "InternalFailure"));
    let failure = reply.extensions().get::<Arc<Failure>>().unwrap().to_string();
    assert_eq!(failure, "ListUsers: the answer is a GetUserResponse, not a ListUsersResponse");
}

#[test]
fn what_xml_cannot_say_is_a_failure() {
    let router = Router::new()
        .on::<iam::ListUsers>(|_, _| {
            let mut reply = iam::ListUsersResponse::default();
            reply.marker = Some("bell\u{7}".to_owned());
            Ok(reply)
        })
        .on::<iam::GetUser>(|_, _| Err(Error::Transport(TransportError::new("the database is away")).into()));
    let reply = router.handle(&post(LIST));
    assert_eq!(refusal(&reply), (500, "InternalFailure"));
    assert_eq!(element(&reply, "Type"), "Receiver");
    let failure = reply.extensions().get::<Arc<Failure>>().unwrap();
    let Failure::Unwritable(error) = &**failure else { panic!("{failure:?}") };
    assert_eq!((error.path().as_str(), error.kind()), ("Marker", &EncodeErrorKind::IllegalCharacter('\u{7}')));

    // What happens inside is the log's business alone.
    let reply = router.handle(&post("Action=GetUser&Version=2010-05-08"));
    assert_eq!(refusal(&reply), (500, "InternalFailure"));
    assert!(!body(&reply).contains("database"), "{}", body(&reply));
    let failure = reply.extensions().get::<Arc<Failure>>().unwrap();
    assert!(failure.to_string().contains("the database is away"), "{failure}");
}

#[test]
fn an_error_that_xml_cannot_say_is_a_failure() {
    let router = Router::new()
        .on::<iam::GetUser>(|_, _| Err(iam::NoSuchEntityException::new().with_message("bell\u{7}").into()));
    // A message is told as far as it can be.
    let reply = router.handle(&post("Action=GetUser&Version=2010-05-08"));
    assert_eq!((refusal(&reply), element(&reply, "Message")), ((404, "NoSuchEntity"), "bell\u{FFFD}"));
    // A code is not.
    let router = Router::new().on::<iam::GetUser>(|_, _| Err(iam::Error::unmodeled("\u{1}", 400, "")));
    let reply = router.handle(&post("Action=GetUser&Version=2010-05-08"));
    assert_eq!(refusal(&reply), (500, "InternalFailure"));
    assert!(matches!(&**reply.extensions().get::<Arc<Failure>>().unwrap(), Failure::Unwritable(_)));
}
