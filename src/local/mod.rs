//! An IAM endpoint in the process, for tests, documentation and the first run on a fresh machine.
//!
//! It has users, groups, access keys, tags on users and service-specific credentials, with the service's rules, and STS's
//! `GetCallerIdentity`; every other operation is refused by its name. [`LocalIam`] is a [`Transport`] for a client in the
//! same process, and [`LocalIam::handle`] is all that a server around it needs. It does I/O only where it is asked to: the
//! account can be kept in a file ([`LocalIam::open`]), and a [`Fault`] may have a latency.
//!
//! Its limits and messages are those of AWS, as far as the *IAM User Guide* and the API reference tell them.
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
mod table;
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
use self::state::{LastUsed, State, to_the_second};
use self::store::Store;
use crate::credentials::Credentials;
use crate::error::{Error, ErrorType};
use crate::iam;
use crate::schema::Operation;
use crate::server::{Context, Router, Verification};
use crate::sts;
use crate::timestamp::Timestamp;
use crate::transport::{Transport, TransportError};

/// An account of its own, and the operations on it.
///
/// Clones share the account; two that were made by [`LocalIam::new`] share nothing. Signatures are not looked at, unless
/// [`LocalIam::with_verification`] asks for that.
///
/// Who calls is told by the access key that signs, whether or not its signature is verified: the user whose key it is, and
/// otherwise the account's root. Where a user's name may be left out, a user means himself. The root must say whom it
/// means; where an id of a credential or of an access key is given, that says it.
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
    /// the process is killed. A change that cannot be stored is answered with `ServiceFailure` and does not hold. Nobody
    /// else can open the file until the last clone is dropped.
    ///
    /// **The file has secrets in it**, those of access keys. Only its owner can read it, where the system knows owners. It
    /// is JSON in a format with a version: a document, and after it a line for what has changed since. Now and then, and
    /// when the last clone is dropped, it becomes one document again. When an access key was last used is stored with the
    /// next change.
    ///
    /// # Errors
    /// Where the account is open elsewhere, and where the file cannot be read or written, is damaged, or comes from a later
    /// version. It is left as it is then.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StateError> {
        let store = Store::open(path.as_ref())?;
        Ok(Self::of(Account { state: store.state(), store: Some(Arc::new(store)), ..Account::default() }))
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

    /// The same account, for those alone who sign: with an active access key of one of its users, or with `root`, the key
    /// of the account's root. Who has signed may do everything.
    #[must_use]
    pub fn with_verification(self, root: Credentials) -> Self {
        Self::of(Account { root: Some(root), ..self.account })
    }

    /// The same account, where requests may ask for faults themselves, in a header:
    /// `x-shapewire-fault: Throttling;count=2`.
    ///
    /// The header has an error's code, then any of `count=2` (for the first two calls that have this header, to the
    /// letter), `status=503`, `latency_ms=200`, `operation=CreateUser` (for no other), and `id=…`, which only tells
    /// headers apart. Without a code there is only the latency.
    #[must_use]
    pub fn with_fault_header(self) -> Self {
        Self::of(Account { fault_header: true, ..self.account })
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
        let mut router = Router::new();
        if let Some(root) = &account.root {
            router = router.with_verification(account.verification(root));
        }
        let router = router
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
    fault_header: bool,
    /// The key of the account's root, where signatures are verified.
    root: Option<Credentials>,
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
            account.begin(context)?;
            let state = account.state.read().unwrap_or_else(PoisonError::into_inner);
            operation(&state, &account.call(context), &input)
        }
    }

    fn writing<I: 'static, O: 'static>(
        &self,
        operation: fn(&mut State, &Call<'_>, &I) -> Result<O, iam::Error>,
    ) -> impl Fn(I, &Context) -> Result<O, iam::Error> + Send + Sync + use<I, O> {
        let account = self.clone();
        move |input, context| {
            account.begin(context)?;
            let (output, change) = {
                let mut state = account.state.write().unwrap_or_else(PoisonError::into_inner);
                let output = operation(&mut state, &account.call(context), &input)?;
                state.changes += 1;
                if account.store.is_none() {
                    // Nobody else asks.
                    state.take_touched();
                }
                (output, state.changes)
            };
            account.commit(change)?;
            Ok(output)
        }
    }

    fn call<'a>(&'a self, context: &'a Context) -> Call<'a> {
        Call::new(&self.environment, context.access_key_id())
    }

    /// What comes before an operation: a fault, if there is one for the call, and a note that the caller's key was used.
    fn begin(&self, context: &Context) -> Result<(), Error> {
        let operation = context.operation();
        let mut fault = None;
        if self.fault_header {
            fault = self.faults.take_asked(context.headers(), operation).map_err(|why| fault::misunderstood(&why))?;
        }
        if let Some(fault) = fault.or_else(|| self.faults.take(operation)) {
            self.environment.sleep(fault.delay());
            if let Some(error) = fault.answer(operation) {
                return Err(error.into());
            }
        }
        if let Some(caller) = context.caller() {
            let (service, region) = (caller.service.clone(), caller.region.clone());
            let last_used = LastUsed { at: to_the_second(self.environment.now()), service, region };
            self.state.write().unwrap_or_else(PoisonError::into_inner).note_use(&caller.access_key_id, last_used);
        }
        Ok(())
    }

    /// Signatures hold that are made with the root's key, or with an active one of a user.
    fn verification(&self, root: &Credentials) -> Verification {
        let (state, root, environment) = (Arc::clone(&self.state), root.clone(), self.environment.clone());
        let lookup = move |id: &str| {
            if id == root.access_key_id() {
                return Some(root.clone());
            }
            let state = state.read().unwrap_or_else(PoisonError::into_inner);
            let (_, key) = state.access_key(id).filter(|(_, key)| key.is_active)?;
            Some(Credentials::new(key.id.as_str(), key.secret.clone()))
        };
        Verification::new(lookup).with_clock(move || environment.now())
    }

    /// Returns when `change` will outlive the process, if that was asked for.
    fn commit(&self, change: u64) -> Result<(), iam::Error> {
        let Some(store) = &self.store else { return Ok(()) };
        store.commit(change).map_err(|error| refusal::failure(format!("the change could not be stored: {error}")))
    }
}
