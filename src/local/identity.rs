//! Who calls: STS's `GetCallerIdentity`.

use super::call::Call;
use super::state::State;
use crate::sts;

#[expect(clippy::unnecessary_wraps, reason = "operations return a result")]
pub(super) fn caller(
    state: &State,
    call: &Call<'_>,
    _: &sts::GetCallerIdentityRequest,
) -> Result<sts::GetCallerIdentityResponse, sts::Error> {
    let account_id = call.account_id();
    let (user_id, arn) = match state.caller(call) {
        Some(user) => (user.id.clone(), user.arn(account_id)),
        None => (account_id.to_owned(), root_arn(account_id)),
    };
    Ok(sts::GetCallerIdentityResponse::new().with_user_id(user_id).with_account(account_id).with_arn(arn))
}

pub(super) fn root_arn(account_id: &str) -> String {
    format!("arn:aws:iam::{account_id}:root")
}
