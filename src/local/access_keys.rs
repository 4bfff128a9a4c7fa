//! The operations on access keys.

use super::call::Call;
use super::paging;
use super::quota;
use super::random;
use super::refusal;
use super::state::{AccessKey, State, is_active, status, to_the_second};
use crate::iam;

/// The name of the list of access keys in its markers.
const LIST: &str = "access-keys";
/// What is said of a key that has signed nothing.
const NEVER: &str = "N/A";

pub(super) fn create(
    state: &mut State,
    call: &Call<'_>,
    request: &iam::CreateAccessKeyRequest,
) -> Result<iam::CreateAccessKeyResponse, iam::Error> {
    let user = state.named_or_caller(request.user_name.as_deref(), call)?;
    let name = user.name.clone();
    quota::ACCESS_KEYS.check_room(user.access_keys.len())?;
    let key = AccessKey {
        id: random::access_key_id(call, |id| state.access_key(id).is_some())?,
        number: state.made,
        secret: random::secret_access_key(call)?,
        created: to_the_second(call.now()),
        is_active: true,
        last_used: None,
    };
    let shown = iam::AccessKey::new(name.as_str(), key.id.as_str(), status(key.is_active), key.secret.clone())
        .with_create_date(key.created);
    state.user_mut(&name)?.access_keys.push(key);
    state.made += 1;
    Ok(iam::CreateAccessKeyResponse::new(shown))
}

pub(super) fn list(
    state: &State,
    call: &Call<'_>,
    request: &iam::ListAccessKeysRequest,
) -> Result<iam::ListAccessKeysResponse, iam::Error> {
    let user = state.named_or_caller(request.user_name.as_deref(), call)?;
    let after = request.marker.as_deref().map(|marker| paging::place(LIST, marker)).transpose()?;
    let after: Option<u64> = after.map(|number| number.parse().map_err(|_| paging::invalid_marker())).transpose()?;
    let keys = user.access_keys.iter().filter(|key| after.is_none_or(|after| after < key.number));
    let (page, is_truncated) = paging::page(keys, request.max_items);
    let shown: Vec<_> = page
        .iter()
        .map(|key| {
            iam::AccessKeyMetadata::new()
                .with_user_name(user.name.as_str())
                .with_access_key_id(key.id.as_str())
                .with_status(status(key.is_active))
                .with_create_date(key.created)
        })
        .collect();
    let mut response = iam::ListAccessKeysResponse::new(shown).with_is_truncated(is_truncated);
    response.marker = page.last().filter(|_| is_truncated).map(|key| paging::marker(LIST, &key.number.to_string()));
    Ok(response)
}

pub(super) fn update(
    state: &mut State,
    call: &Call<'_>,
    request: &iam::UpdateAccessKeyRequest,
) -> Result<iam::UpdateAccessKeyResponse, iam::Error> {
    let is_active = is_active(&request.status)?;
    let (user, index) = state.access_key_mut(request.user_name.as_deref(), call, &request.access_key_id)?;
    user.access_keys[index].is_active = is_active;
    Ok(iam::UpdateAccessKeyResponse::new())
}

pub(super) fn delete(
    state: &mut State,
    call: &Call<'_>,
    request: &iam::DeleteAccessKeyRequest,
) -> Result<iam::DeleteAccessKeyResponse, iam::Error> {
    let (user, index) = state.access_key_mut(request.user_name.as_deref(), call, &request.access_key_id)?;
    user.access_keys.remove(index);
    Ok(iam::DeleteAccessKeyResponse::new())
}

pub(super) fn last_used(
    state: &State,
    _: &Call<'_>,
    request: &iam::GetAccessKeyLastUsedRequest,
) -> Result<iam::GetAccessKeyLastUsedResponse, iam::Error> {
    let (user, key) =
        state.access_key(&request.access_key_id).ok_or_else(|| refusal::no_such_access_key(&request.access_key_id))?;
    let shown = match &key.last_used {
        Some(last) => {
            iam::AccessKeyLastUsed::new(last.service.as_str(), last.region.as_str()).with_last_used_date(last.at)
        }
        None => iam::AccessKeyLastUsed::new(NEVER, NEVER),
    };
    Ok(iam::GetAccessKeyLastUsedResponse::new().with_user_name(user.name.as_str()).with_access_key_last_used(shown))
}
