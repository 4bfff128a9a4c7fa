//! What threads share, or hand over: no field may take that away unseen. The listings in `tests/public-api` say it of every type.
#![cfg(all(
    feature = "async",
    feature = "client",
    feature = "credentials",
    feature = "iam",
    feature = "local",
    feature = "tower",
    feature = "json"
))]

use shapewire::config::{Config, ConfigError, Environment};
use shapewire::credentials::{CachingProvider, Credentials, CredentialsError, DefaultChain};
use shapewire::error::{Error, RawReply, ServiceError, UnreadableReply};
use shapewire::local::{Fault, LocalIam, StateError};
use shapewire::pattern::Pattern;
use shapewire::schema::{Operation, Service, Shape};
use shapewire::server::{Call, Context, Failure, Router, RouterService, Verification};
use shapewire::sigv4::{FramingError, SignError, Signer, Verifier, VerifyError};
use shapewire::transport::{AsyncRequestBody, HttpTransport, ReqwestTransport, TransportError};
use shapewire::validation::{Report, Violation};
use shapewire::waiter::Waiter;
use shapewire::{
    AsyncClient, AsyncTransport, Client, OperationShape, PolicyDocument, SecretString, Structure, Timestamp, Transport,
};
use shapewire::{client, decode, encode, endpoint, iam, path, timestamp};

/// Each type has the traits, or this does not compile.
macro_rules! assert_all {
    ($($bound:ident)+: $($type:ty),+ $(,)?) => {
        const _: fn() = || {
            fn has<T: $($bound +)+ ?Sized>() {}
            $(has::<$type>();)+
        };
    };
}

// Clients, services, and what they are made of: one is enough for all threads.
assert_all!(Send Sync Unpin:
    Client, AsyncClient, iam::Client, HttpTransport, ReqwestTransport,
    Config, Environment, Credentials, CachingProvider, DefaultChain, Signer, Verifier,
    Router, RouterService, Verification, LocalIam, Fault, endpoint::RuleSet,
    Operation, Service, Shape, Pattern, Waiter,
);
assert_all!(Send Sync: dyn Transport, dyn AsyncTransport, dyn Structure);
// Values, and what is told of them: made in one thread, read in another.
assert_all!(Send Sync Unpin:
    iam::CreateUserRequest, iam::ListUsersResponse, iam::StatusType, PolicyDocument<'_>, SecretString, Timestamp,
    path::Path, Report, Violation, RawReply, Call, Context,
);
// Errors go into `Box<dyn Error + Send + Sync>`.
assert_all!(Send Sync Unpin:
    Error, iam::Error, ServiceError<iam::Error>, ConfigError, CredentialsError, StateError, TransportError,
    client::SetupError, client::SigningError, client::PaginationError, client::WaitError<iam::GetUserResponse, iam::Error>,
    UnreadableReply, Failure, FramingError, SignError, VerifyError, timestamp::InvalidTimestamp,
    decode::DecodeError, encode::EncodeError, endpoint::EndpointError,
);
// Bodies and pages have one owner, who may be in any thread.
assert_all!(Send: AsyncRequestBody, client::ReplyBody, client::AsyncReplyBody, client::Wait, client::Pages<iam::ListUsers>, client::PagesByName, client::AsyncPagesByName);

/// What an executor of many threads wants of a call.
const _: fn(&AsyncClient, &iam::ListUsersRequest) = |client, request| {
    fn is_send(_: impl Send) {}
    is_send(client.call::<iam::ListUsers>(request));
    is_send(client.call_by_name(iam::ListUsers::OPERATION, request));
};

#[test]
fn a_client_is_shared_by_threads() {
    let service = LocalIam::new();
    let client = Client::new(service, "http://localhost/".parse().unwrap());
    std::thread::scope(|scope| {
        for number in 0..4 {
            let client = iam::Client::new(client.clone());
            scope.spawn(move || client.create_user(&iam::CreateUserRequest::new(format!("u{number}"))).unwrap());
        }
    });
    let users = iam::Client::new(client).list_users(&iam::ListUsersRequest::new()).unwrap().users;
    assert_eq!(users.len(), 4);
}
