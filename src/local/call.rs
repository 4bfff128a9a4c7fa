//! One call, as the operations see it: where it runs, and who calls.

use super::environment::Environment;
use super::refusal;
use crate::iam;
use crate::timestamp::Timestamp;

/// What an operation takes from outside, beside its input.
#[derive(Clone, Copy)]
pub(super) struct Call<'a> {
    environment: &'a Environment,
    /// The access key that signed it.
    pub(super) access_key_id: Option<&'a str>,
}

impl<'a> Call<'a> {
    pub(super) fn new(environment: &'a Environment, access_key_id: Option<&'a str>) -> Self {
        Self { environment, access_key_id }
    }

    pub(super) fn account_id(&self) -> &'a str {
        self.environment.account_id()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.environment.now()
    }

    /// Overwrites `bytes` with random ones.
    pub(super) fn fill(&self, bytes: &mut [u8]) -> Result<(), iam::Error> {
        self.environment.fill(bytes).map_err(|error| refusal::failure(format!("no random bytes: {error}")))
    }
}
