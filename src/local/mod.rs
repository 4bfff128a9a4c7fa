//! An IAM endpoint in the process, for tests, documentation and the first run on a fresh machine.
//!
//! It has the service's users and service-specific credentials, with the service's rules; every other operation is
//! refused by its name. Nothing here does I/O: [`LocalIam`] is a [`Transport`] for a client in the same process, and
//! [`LocalIam::handle`] is all that a server around it needs.
//!
//! ```
//! use shapewire::local::LocalIam;
//! use shapewire::{Client, iam};
//!
//! let client = iam::Client::new(Client::new(LocalIam::new(), "http://localhost/".parse()?));
//! client.create_user(&iam::CreateUserRequest::new("jane"))?;
//! let request = iam::CreateServiceSpecificCredentialRequest::new("jane", "codecommit.amazonaws.com");
//! let reply = client.create_service_specific_credential(&request)?;
//! let credential = reply.service_specific_credential.ok_or("no credential")?;
//! assert_eq!(credential.service_user_name.as_deref(), Some("jane-at-123456789012"));
//! assert!(credential.service_password.is_some());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod credentials;
mod environment;
mod paging;
mod random;
mod refusal;
mod services;
mod state;
mod users;

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use http::{Request, Response};

use self::environment::Environment;
use self::state::State;
use crate::iam;
use crate::schema::Operation;
use crate::server::{Context, Router};
use crate::timestamp::Timestamp;
use crate::transport::{Transport, TransportError};

/// An account of its own, and the operations on it.
///
/// Clones share the account; two that were made by [`LocalIam::new`] share nothing. Signatures are not looked at, and no
/// caller is a user. Where the service would take the caller's name, `GetUser` and `ListServiceSpecificCredentials`
/// refuse to go without one; the operations that reset, update and delete a credential find it by its id among those of
/// all users.
#[derive(Clone)]
pub struct LocalIam {
    state: Arc<RwLock<State>>,
    environment: Environment,
    router: Arc<Router>,
}

impl LocalIam {
    /// An empty account `123456789012`, with the system's time and the system's random numbers.
    #[must_use]
    pub fn new() -> Self {
        Self::assemble(Arc::default(), Environment::default())
    }

    /// The same account under this id of twelve digits. What has been made already keeps the names that it got.
    #[must_use]
    pub fn with_account_id(self, account_id: impl Into<String>) -> Self {
        Self::assemble(self.state, self.environment.with_account_id(account_id.into()))
    }

    /// The same account with another clock, for dates and for the expiry of credentials.
    ///
    /// The account is locked when `clock` is called: it must not call the account.
    #[must_use]
    pub fn with_clock(self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self::assemble(self.state, self.environment.with_clock(clock))
    }

    /// The same account with another source of random bytes. Ids and secrets are as good as these: for tests that need
    /// the same ones again.
    ///
    /// The account is locked when `random` is called: it must not call the account.
    #[must_use]
    pub fn with_random(self, random: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        Self::assemble(self.state, self.environment.with_random(random))
    }

    /// Whether it has `operation`; the others are refused by their names.
    #[must_use]
    pub fn implements(&self, operation: &Operation) -> bool {
        self.router.implements(operation)
    }

    /// Answers a request, as [`Router::handle`] does.
    pub fn handle<B: AsRef<[u8]>>(&self, request: &Request<B>) -> Response<Vec<u8>> {
        self.router.handle(request)
    }

    fn assemble(state: Arc<RwLock<State>>, environment: Environment) -> Self {
        let account = Account { state: &state, environment: &environment };
        let router = Router::new()
            .on::<iam::CreateUser>(account.writing(users::create))
            .on::<iam::GetUser>(account.reading(users::get))
            .on::<iam::ListUsers>(account.reading(users::list))
            .on::<iam::UpdateUser>(account.writing(users::update))
            .on::<iam::DeleteUser>(account.writing(users::delete))
            .on::<iam::CreateServiceSpecificCredential>(account.writing(credentials::create))
            .on::<iam::ListServiceSpecificCredentials>(account.reading(credentials::list))
            .on::<iam::ResetServiceSpecificCredential>(account.writing(credentials::reset))
            .on::<iam::UpdateServiceSpecificCredential>(account.writing(credentials::update))
            .on::<iam::DeleteServiceSpecificCredential>(account.writing(credentials::delete));
        Self { state, environment, router: Arc::new(router) }
    }
}

impl Default for LocalIam {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for LocalIam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalIam").field("account_id", &self.environment.account_id()).finish_non_exhaustive()
    }
}

impl Transport for LocalIam {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        Ok(self.handle(&request))
    }
}

/// Makes handlers of operations on a state. No operation changes the state before all that can fail is done, so a lock
/// that a panic poisoned guards a sound state.
struct Account<'a> {
    state: &'a Arc<RwLock<State>>,
    environment: &'a Environment,
}

impl Account<'_> {
    fn reading<I: 'static, O: 'static>(
        &self,
        operation: fn(&State, &Environment, &I) -> Result<O, iam::Error>,
    ) -> impl Fn(I, &Context) -> Result<O, iam::Error> + Send + Sync + use<I, O> {
        let (state, environment) = (Arc::clone(self.state), self.environment.clone());
        move |input, _| {
            let state = state.read().unwrap_or_else(PoisonError::into_inner);
            operation(&state, &environment, &input)
        }
    }

    fn writing<I: 'static, O: 'static>(
        &self,
        operation: fn(&mut State, &Environment, &I) -> Result<O, iam::Error>,
    ) -> impl Fn(I, &Context) -> Result<O, iam::Error> + Send + Sync + use<I, O> {
        let (state, environment) = (Arc::clone(self.state), self.environment.clone());
        move |input, _| {
            let mut state = state.write().unwrap_or_else(PoisonError::into_inner);
            operation(&mut state, &environment, &input)
        }
    }
}
