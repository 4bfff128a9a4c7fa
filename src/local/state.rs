//! What an account holds. The only secrets among it are those of access keys, which signatures are checked with; others
//! are handed out once and never needed again.

use std::collections::{BTreeMap, BTreeSet};

use secrecy::SecretString;

use super::call::Call;
use super::refusal;
use super::services::Service;
use super::table::{Rows, Table};
use crate::iam;
use crate::timestamp::Timestamp;

/// An account's users and groups, with what belongs to them.
#[derive(Default)]
pub(super) struct State {
    pub(super) users: Table<User>,
    pub(super) groups: Table<Group>,
    /// How many credentials and access keys there have ever been.
    pub(super) made: u64,
    /// How many changes there have been since the account was opened, undone ones included.
    pub(super) changes: u64,
}

/// Users and groups as they were before they were touched.
pub(super) struct Touched {
    pub(super) users: Rows<User>,
    pub(super) groups: Rows<Group>,
}

/// A name as the account distinguishes and sorts names: without regard to case.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key(String);

impl Key {
    pub(super) fn new(name: &str) -> Self {
        Self(name.to_lowercase())
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

#[derive(Clone)]
pub(super) struct User {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) id: String,
    pub(super) created: Timestamp,
    /// The ARN of the policy that is the boundary.
    pub(super) permissions_boundary: Option<String>,
    /// By their keys.
    pub(super) tags: BTreeMap<Key, iam::Tag>,
    /// In the order in which they were made, like the access keys.
    pub(super) credentials: Vec<Credential>,
    pub(super) access_keys: Vec<AccessKey>,
}

#[derive(Clone)]
pub(super) struct Group {
    pub(super) name: String,
    pub(super) path: String,
    pub(super) id: String,
    pub(super) created: Timestamp,
    /// The ids of the users in it, which stay when a user gets another name.
    pub(super) members: BTreeSet<String>,
}

/// A service-specific credential.
#[derive(Clone)]
pub(super) struct Credential {
    pub(super) id: String,
    /// Its place among all that was ever made.
    pub(super) number: u64,
    pub(super) service: &'static Service,
    /// What stands beside the secret: the name that goes with a password, the alias of an API key.
    pub(super) public_name: String,
    pub(super) created: Timestamp,
    pub(super) expires: Option<Timestamp>,
    pub(super) is_active: bool,
}

#[derive(Clone)]
pub(super) struct AccessKey {
    pub(super) id: String,
    /// Its place among all that was ever made.
    pub(super) number: u64,
    pub(super) secret: SecretString,
    pub(super) created: Timestamp,
    pub(super) is_active: bool,
    pub(super) last_used: Option<LastUsed>,
}

/// The last call that was signed with an access key.
#[derive(Clone)]
pub(super) struct LastUsed {
    pub(super) at: Timestamp,
    pub(super) service: String,
    pub(super) region: String,
}

impl State {
    /// What has been touched since the last time that this was asked.
    pub(super) fn take_touched(&mut self) -> Touched {
        Touched { users: self.users.take_touched(), groups: self.groups.take_touched() }
    }

    /// Makes users and groups what they were before they were touched.
    pub(super) fn put_back(&mut self, touched: Touched) {
        self.users.put_back(touched.users);
        self.groups.put_back(touched.groups);
    }

    pub(super) fn user(&self, name: &str) -> Result<&User, iam::Error> {
        self.users.get(&Key::new(name)).ok_or_else(|| refusal::no_such_user(name))
    }

    pub(super) fn user_mut(&mut self, name: &str) -> Result<&mut User, iam::Error> {
        self.users.get_mut(&Key::new(name)).ok_or_else(|| refusal::no_such_user(name))
    }

    pub(super) fn group(&self, name: &str) -> Result<&Group, iam::Error> {
        self.groups.get(&Key::new(name)).ok_or_else(|| refusal::no_such_group(name))
    }

    pub(super) fn group_mut(&mut self, name: &str) -> Result<&mut Group, iam::Error> {
        self.groups.get_mut(&Key::new(name)).ok_or_else(|| refusal::no_such_group(name))
    }

    /// The groups that this user is in.
    pub(super) fn groups_of(&self, user: &User) -> impl Iterator<Item = (&Key, &Group)> {
        self.groups.iter().filter(|(_, group)| group.members.contains(&user.id))
    }

    /// The user whose access key signed the call. Nobody, where it is the root's key or none of this account.
    pub(super) fn caller(&self, call: &Call<'_>) -> Option<&User> {
        self.access_key(call.access_key_id?).map(|(user, _)| user)
    }

    /// The user of this name, or else the caller.
    pub(super) fn named_or_caller(&self, name: Option<&str>, call: &Call<'_>) -> Result<&User, iam::Error> {
        match name {
            Some(name) => self.user(name),
            None => self.caller(call).ok_or_else(refusal::no_caller),
        }
    }

    /// The access key with this id and the user who has it.
    pub(super) fn access_key(&self, id: &str) -> Option<(&User, &AccessKey)> {
        self.users.values().find_map(|user| Some((user, user.access_keys.iter().find(|key| key.id == id)?)))
    }

    /// The same, among the keys of the user of this name, else of the caller, else of anyone.
    pub(super) fn access_key_mut(
        &mut self,
        user_name: Option<&str>,
        call: &Call<'_>,
        id: &str,
    ) -> Result<(&mut User, usize), iam::Error> {
        self.owned(user_name, call, |user| user.access_keys.iter().position(|key| key.id == id))?
            .ok_or_else(|| refusal::no_such_access_key(id))
    }

    /// All credentials of all users.
    pub(super) fn credentials(&self) -> impl Iterator<Item = &Credential> {
        self.users.values().flat_map(|user| &user.credentials)
    }

    /// The credential with this id and the user who has it: that of this name, else the caller, else anyone.
    pub(super) fn credential_mut(
        &mut self,
        user_name: Option<&str>,
        call: &Call<'_>,
        id: &str,
    ) -> Result<(&mut User, usize), iam::Error> {
        self.owned(user_name, call, |user| user.credentials.iter().position(|credential| credential.id == id))?
            .ok_or_else(|| refusal::no_such_credential(id))
    }

    fn owned(
        &mut self,
        user_name: Option<&str>,
        call: &Call<'_>,
        position: impl Fn(&User) -> Option<usize>,
    ) -> Result<Option<(&mut User, usize)>, iam::Error> {
        let owner = match user_name {
            Some(name) => Some(self.user(name)?),
            None => self.caller(call),
        };
        let found = match owner {
            Some(owner) => position(owner).map(|index| (Key::new(&owner.name), index)),
            None => self.users.iter().find_map(|(key, user)| position(user).map(|index| (key.clone(), index))),
        };
        Ok(found.and_then(|(key, index)| Some((self.users.get_mut(&key)?, index))))
    }

    /// Notes that an access key signed a call.
    pub(super) fn note_use(&mut self, access_key_id: &str, last_used: LastUsed) {
        let Some(key) = self.access_key(access_key_id).map(|(user, _)| Key::new(&user.name)) else { return };
        let keys = self.users.get_mut(&key).map(|user| &mut user.access_keys);
        if let Some(key) = keys.into_iter().flatten().find(|key| key.id == access_key_id) {
            key.last_used = Some(last_used);
        }
    }
}

impl User {
    pub(super) fn arn(&self, account_id: &str) -> String {
        format!("arn:aws:iam::{account_id}:user{}{}", self.path, self.name)
    }
}

impl Credential {
    pub(super) fn status(&self, now: Timestamp) -> iam::StatusType {
        if self.expires.is_some_and(|expires| expires <= now) {
            iam::StatusType::Expired
        } else {
            status(self.is_active)
        }
    }
}

pub(super) fn status(is_active: bool) -> iam::StatusType {
    if is_active { iam::StatusType::Active } else { iam::StatusType::Inactive }
}

/// What a request sets a status to.
pub(super) fn is_active(status: &iam::StatusType) -> Result<bool, iam::Error> {
    match status {
        iam::StatusType::Active => Ok(true),
        iam::StatusType::Inactive => Ok(false),
        // Credentials expire; nobody makes them.
        _ => Err(refusal::no_status_to_set()),
    }
}

/// The instant without its fraction, as the service keeps dates.
pub(super) fn to_the_second(now: Timestamp) -> Timestamp {
    Timestamp::new(now.seconds(), 0).unwrap_or(now)
}
