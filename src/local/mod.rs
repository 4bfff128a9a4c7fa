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

mod access_keys;
mod call;
mod credentials;
mod environment;
mod fault;
mod groups;
mod identity;
mod paging;
mod quota;
mod random;
mod refusal;
mod services;
mod state;
mod store;
mod tags;
mod users;

use std::fmt;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use http::{Request, Response};

pub use self::fault::Fault;
pub use self::store::{StateError, StateErrorKind};

use self::call::Call;
use self::environment::Environment;
use self::fault::Faults;
use self::state::State;
use self::store::Store;
use crate::error::{Error, ErrorType};
use crate::iam;
use crate::schema::Operation;
use crate::server::{Context, Router};
use crate::sts;
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
    account: Account,
    router: Arc<Router>,
}

impl LocalIam {
    /// An empty account `123456789012`, with the system's time and the system's random numbers.
    #[must_use]
    pub fn new() -> Self {
        Self::of(Account::default())
    }

    /// The account in this file, or an empty one if there is no such file yet.
    ///
    /// Every change is in the file and on the disk before it is answered, and the file is whole at any moment, even when
    /// the process is killed. A change that cannot be stored is answered with `ServiceFailure`; it holds until the process
    /// ends, and is stored together with the next one. Nobody else can open the file until the last clone is dropped.
    ///
    /// **The file has secrets in it**, those of access keys. Only its owner can read it, where the system knows owners. It
    /// is JSON in a format with a version. When an access key was last used is stored with the next change.
    ///
    /// # Errors
    /// Where the account is open elsewhere, and where the file cannot be read or written, is damaged, or comes from a later
    /// version. It is left as it is then.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StateError> {
        let (store, state) = Store::open(path.as_ref())?;
        let (state, store) = (Arc::new(RwLock::new(state)), Some(Arc::new(store)));
        Ok(Self::of(Account { state, store, ..Account::default() }))
    }

    /// The same account under this id of twelve digits. What has been made already keeps the names that it got.
    #[must_use]
    pub fn with_account_id(self, account_id: impl Into<String>) -> Self {
        self.with_environment(|environment| environment.with_account_id(account_id.into()))
    }

    /// The same account with another clock, for dates and for the expiry of credentials.
    ///
    /// The account is locked when `clock` is called: it must not call the account.
    #[must_use]
    pub fn with_clock(self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.with_environment(|environment| environment.with_clock(clock))
    }

    /// The same account with another source of random bytes. Ids and secrets are as good as these: for tests that need
    /// the same ones again.
    ///
    /// The account is locked when `random` is called: it must not call the account.
    #[must_use]
    pub fn with_random(self, random: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        self.with_environment(|environment| environment.with_random(random))
    }

    /// The same account with another way to wait, where a [`Fault`] has a latency: else the thread sleeps.
    #[must_use]
    pub fn with_sleep(self, sleep: impl Fn(Duration) + Send + Sync + 'static) -> Self {
        self.with_environment(|environment| environment.with_sleep(sleep))
    }

    /// Plants a fault in the service, for this and all clones. Of several that concern a call the first one that was
    /// planted strikes, alone.
    pub fn inject(&self, fault: Fault) {
        self.account.faults.inject(fault);
    }

    /// Takes all faults out again.
    pub fn clear_faults(&self) {
        self.account.faults.clear();
    }

    /// Whether it has `operation`; the others are refused by their names.
    #[must_use]
    pub fn implements(&self, operation: &Operation) -> bool {
        self.router.implements(operation)
    }

    /// Answers a request, as [`Router::handle`] does. It may wait for the disk, or sleep as a [`Fault`] says.
    pub fn handle<B: AsRef<[u8]>>(&self, request: &Request<B>) -> Response<Vec<u8>> {
        self.router.handle(request)
    }

    fn with_environment(self, change: impl FnOnce(Environment) -> Environment) -> Self {
        let environment = change(self.account.environment);
        Self::of(Account { environment, ..self.account })
    }

    fn of(account: Account) -> Self {
        let router = Router::new()
            .on::<iam::CreateUser>(account.writing(users::create))
            .on::<iam::GetUser>(account.reading(users::get))
            .on::<iam::ListUsers>(account.reading(users::list))
            .on::<iam::UpdateUser>(account.writing(users::update))
            .on::<iam::DeleteUser>(account.writing(users::delete))
            .on::<iam::TagUser>(account.writing(tags::tag))
            .on::<iam::UntagUser>(account.writing(tags::untag))
            .on::<iam::ListUserTags>(account.reading(tags::list))
            .on::<iam::CreateGroup>(account.writing(groups::create))
            .on::<iam::GetGroup>(account.reading(groups::get))
            .on::<iam::ListGroups>(account.reading(groups::list))
            .on::<iam::UpdateGroup>(account.writing(groups::update))
            .on::<iam::DeleteGroup>(account.writing(groups::delete))
            .on::<iam::AddUserToGroup>(account.writing(groups::add_user))
            .on::<iam::RemoveUserFromGroup>(account.writing(groups::remove_user))
            .on::<iam::ListGroupsForUser>(account.reading(groups::list_for_user))
            .on::<iam::CreateAccessKey>(account.writing(access_keys::create))
            .on::<iam::ListAccessKeys>(account.reading(access_keys::list))
            .on::<iam::UpdateAccessKey>(account.writing(access_keys::update))
            .on::<iam::DeleteAccessKey>(account.writing(access_keys::delete))
            .on::<iam::GetAccessKeyLastUsed>(account.reading(access_keys::last_used))
            .on::<iam::CreateServiceSpecificCredential>(account.writing(credentials::create))
            .on::<iam::ListServiceSpecificCredentials>(account.reading(credentials::list))
            .on::<iam::ResetServiceSpecificCredential>(account.writing(credentials::reset))
            .on::<iam::UpdateServiceSpecificCredential>(account.writing(credentials::update))
            .on::<iam::DeleteServiceSpecificCredential>(account.writing(credentials::delete))
            .on::<sts::GetCallerIdentity>(account.reading(identity::caller));
        Self { account, router: Arc::new(router) }
    }
}

impl Default for LocalIam {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for LocalIam {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalIam").field("account_id", &self.account.environment.account_id()).finish_non_exhaustive()
    }
}

impl Transport for LocalIam {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        Ok(self.handle(&request))
    }
}

/// An account, and all that its operations need from outside.
#[derive(Clone, Default)]
struct Account {
    state: Arc<RwLock<State>>,
    store: Option<Arc<Store>>,
    environment: Environment,
    faults: Arc<Faults>,
}

/// Makes handlers of operations. No operation changes the state before all that can fail is done, so a lock that a panic
/// poisoned guards a sound state.
impl Account {
    fn reading<I: 'static, O: 'static, E: ErrorType>(
        &self,
        operation: fn(&State, &Call<'_>, &I) -> Result<O, E>,
    ) -> impl Fn(I, &Context) -> Result<O, E> + Send + Sync + use<I, O, E> {
        let account = self.clone();
        move |input, context| {
            account.strike(context)?;
            let state = account.state.read().unwrap_or_else(PoisonError::into_inner);
            operation(&state, &Call::new(&account.environment, None), &input)
        }
    }

    fn writing<I: 'static, O: 'static>(
        &self,
        operation: fn(&mut State, &Call<'_>, &I) -> Result<O, iam::Error>,
    ) -> impl Fn(I, &Context) -> Result<O, iam::Error> + Send + Sync + use<I, O> {
        let account = self.clone();
        move |input, context| {
            account.strike(context)?;
            let (output, change) = {
                let mut state = account.state.write().unwrap_or_else(PoisonError::into_inner);
                let output = operation(&mut state, &Call::new(&account.environment, None), &input)?;
                state.changes += 1;
                (output, state.changes)
            };
            account.commit(change)?;
            Ok(output)
        }
    }

    /// Lets a fault strike, if one is planted for the call.
    fn strike(&self, context: &Context) -> Result<(), Error> {
        let Some(fault) = self.faults.take(context.operation) else { return Ok(()) };
        self.environment.sleep(fault.delay());
        fault.answer(context.operation).map_or(Ok(()), |error| Err(error.into()))
    }

    /// Returns when `change` will outlive the process, if that was asked for.
    fn commit(&self, change: u64) -> Result<(), iam::Error> {
        let Some(store) = &self.store else { return Ok(()) };
        store
            .commit(&self.state, change)
            .map_err(|error| refusal::failure(format!("the change could not be stored: {error}")))
    }
}
