//! What an account holds. Secrets are not among it: they are handed out once and never needed again.

use std::collections::BTreeMap;

use super::refusal;
use super::services::Service;
use crate::iam;
use crate::timestamp::Timestamp;

/// An account's users, with what belongs to them.
#[derive(Default)]
pub(super) struct State {
    pub(super) users: BTreeMap<UserKey, User>,
    /// How many credentials there have ever been.
    pub(super) credentials_made: u64,
}

/// A user's name as the account distinguishes and sorts names: without regard to case.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct UserKey(String);

impl UserKey {
    pub(super) fn new(name: &str) -> Self {
        Self(name.to_lowercase())
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

pub(super) struct User {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) id: String,
    pub(super) created: Timestamp,
    /// The ARN of the policy that is the boundary.
    pub(super) permissions_boundary: Option<String>,
    pub(super) tags: Vec<iam::Tag>,
    /// In the order in which they were made.
    pub(super) credentials: Vec<Credential>,
}

/// A service-specific credential.
pub(super) struct Credential {
    pub(super) id: String,
    /// Its place among all credentials that were ever made.
    pub(super) number: u64,
    pub(super) service: &'static Service,
    /// What stands beside the secret: the name that goes with a password, the alias of an API key.
    pub(super) public_name: String,
    pub(super) created: Timestamp,
    pub(super) expires: Option<Timestamp>,
    pub(super) is_active: bool,
}

impl State {
    pub(super) fn user(&self, name: &str) -> Result<&User, iam::Error> {
        self.users.get(&UserKey::new(name)).ok_or_else(|| refusal::no_such_user(name))
    }

    pub(super) fn user_mut(&mut self, name: &str) -> Result<&mut User, iam::Error> {
        self.users.get_mut(&UserKey::new(name)).ok_or_else(|| refusal::no_such_user(name))
    }

    /// All credentials of all users.
    pub(super) fn credentials(&self) -> impl Iterator<Item = &Credential> {
        self.users.values().flat_map(|user| &user.credentials)
    }

    /// The credential with this id and the user who has it: that of this name, or any.
    pub(super) fn credential_mut(
        &mut self,
        user_name: Option<&str>,
        id: &str,
    ) -> Result<(&mut User, usize), iam::Error> {
        let mut users: Box<dyn Iterator<Item = &mut User>> = match user_name {
            Some(name) => Box::new(std::iter::once(self.user_mut(name)?)),
            None => Box::new(self.users.values_mut()),
        };
        users
            .find_map(|user| {
                let index = user.credentials.iter().position(|credential| credential.id == id)?;
                Some((user, index))
            })
            .ok_or_else(|| refusal::no_such_credential(id))
    }
}

impl Credential {
    pub(super) fn status(&self, now: Timestamp) -> iam::StatusType {
        if self.expires.is_some_and(|expires| expires <= now) {
            iam::StatusType::Expired
        } else if self.is_active {
            iam::StatusType::Active
        } else {
            iam::StatusType::Inactive
        }
    }
}

/// The instant without its fraction, as the service keeps dates.
pub(super) fn to_the_second(now: Timestamp) -> Timestamp {
    Timestamp::new(now.seconds(), 0).unwrap_or(now)
}
