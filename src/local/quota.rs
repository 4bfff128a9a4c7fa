//! How much an account may hold: the quotas of the IAM User Guide, "IAM and AWS STS quotas", as a new account has them.

use super::refusal;
use crate::iam;

/// A quota, by the name that its error has.
pub(super) struct Quota {
    name: &'static str,
    limit: usize,
}

pub(super) const USERS: Quota = Quota { name: "UsersPerAccount", limit: 5000 };
pub(super) const GROUPS: Quota = Quota { name: "GroupsPerAccount", limit: 300 };
pub(super) const GROUPS_OF_A_USER: Quota = Quota { name: "GroupsPerUser", limit: 10 };
pub(super) const ACCESS_KEYS: Quota = Quota { name: "AccessKeysPerUser", limit: 2 };
pub(super) const TAGS: Quota = Quota { name: "TagsPerUser", limit: 50 };

impl Quota {
    /// Refuses one more where there are `count` already.
    pub(super) fn check_room(&self, count: usize) -> Result<(), iam::Error> {
        self.check(count + 1)
    }

    /// Refuses `count`, where that is more than there may be.
    pub(super) fn check(&self, count: usize) -> Result<(), iam::Error> {
        if count > self.limit { Err(refusal::over_quota(self.name, self.limit)) } else { Ok(()) }
    }
}
