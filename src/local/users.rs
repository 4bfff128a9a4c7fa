//! The operations on users.

use std::ops::Bound;

use super::call::Call;
use super::identity;
use super::paging;
use super::quota;
use super::random;
use super::refusal;
use super::state::{Key, State, User, to_the_second};
use super::tags;
use crate::iam;
use crate::timestamp::Timestamp;

/// The name of the list of users in its markers.
const LIST: &str = "users";

pub(super) fn create(
    state: &mut State,
    call: &Call<'_>,
    request: &iam::CreateUserRequest,
) -> Result<iam::CreateUserResponse, iam::Error> {
    let tags = tags::read(request.tags.as_deref().unwrap_or_default())?;
    let key = Key::new(&request.user_name);
    if state.users.contains_key(&key) {
        return Err(refusal::user_exists(&request.user_name));
    }
    quota::USERS.check_room(state.users.len())?;
    let user = User {
        name: request.user_name.clone(),
        path: request.path.clone().unwrap_or_else(|| "/".to_owned()),
        id: random::id(call, "AIDA", |id| state.users.values().any(|user| user.id == id))?,
        created: to_the_second(call.now()),
        permissions_boundary: request.permissions_boundary.clone(),
        tags,
        credentials: Vec::new(),
        access_keys: Vec::new(),
    };
    let shown = details(&user, call);
    state.users.insert(key, user);
    Ok(iam::CreateUserResponse::new().with_user(shown))
}

pub(super) fn get(
    state: &State,
    call: &Call<'_>,
    request: &iam::GetUserRequest,
) -> Result<iam::GetUserResponse, iam::Error> {
    let user = match &request.user_name {
        Some(name) => Some(state.user(name)?),
        None => state.caller(call),
    };
    Ok(iam::GetUserResponse::new(user.map_or_else(|| root(call), |user| details(user, call))))
}

pub(super) fn list(
    state: &State,
    call: &Call<'_>,
    request: &iam::ListUsersRequest,
) -> Result<iam::ListUsersResponse, iam::Error> {
    let after = paging::key_after(LIST, request.marker.as_deref())?;
    let prefix = request.path_prefix.as_deref().unwrap_or_default();
    let users = state.users.range((after, Bound::Unbounded)).filter(|(_, user)| user.path.starts_with(prefix));
    let (page, marker) = paging::page_by_key(LIST, users, request.max_items);
    let shown: Vec<_> = page.into_iter().map(|user| summary(user, call)).collect();
    let mut response = iam::ListUsersResponse::new(shown).with_is_truncated(marker.is_some());
    response.marker = marker;
    Ok(response)
}

pub(super) fn update(
    state: &mut State,
    _: &Call<'_>,
    request: &iam::UpdateUserRequest,
) -> Result<iam::UpdateUserResponse, iam::Error> {
    let old = Key::new(&request.user_name);
    let new = request.new_user_name.as_deref().map_or_else(|| old.clone(), Key::new);
    if !state.users.contains_key(&old) {
        return Err(refusal::no_such_user(&request.user_name));
    }
    if new != old && state.users.contains_key(&new) {
        return Err(refusal::user_exists(request.new_user_name.as_deref().unwrap_or_default()));
    }
    if let Some(mut user) = state.users.remove(&old) {
        user.path = request.new_path.clone().unwrap_or(user.path);
        user.name = request.new_user_name.clone().unwrap_or(user.name);
        state.users.insert(new, user);
    }
    Ok(iam::UpdateUserResponse::new())
}

pub(super) fn delete(
    state: &mut State,
    _: &Call<'_>,
    request: &iam::DeleteUserRequest,
) -> Result<iam::DeleteUserResponse, iam::Error> {
    let user = state.user(&request.user_name)?;
    if !user.access_keys.is_empty() {
        return Err(refusal::delete_conflict("must delete access keys"));
    }
    if state.groups_of(user).next().is_some() {
        return Err(refusal::delete_conflict("must remove users from group"));
    }
    if !user.credentials.is_empty() {
        return Err(refusal::delete_conflict("must remove referenced objects"));
    }
    state.users.remove(&Key::new(&request.user_name));
    Ok(iam::DeleteUserResponse::new())
}

/// A user as lists show it.
pub(super) fn summary(user: &User, call: &Call<'_>) -> iam::User {
    let arn = user.arn(call.account_id());
    iam::User::new(user.path.as_str(), user.name.as_str(), user.id.as_str(), arn, user.created)
}

/// The account's root, who is no user: the id is the account's, and there is no name.
fn root(call: &Call<'_>) -> iam::User {
    let account_id = call.account_id();
    iam::User::new("/", "", account_id, identity::root_arn(account_id), Timestamp::default())
}

/// A user with all that is known of it.
fn details(user: &User, call: &Call<'_>) -> iam::User {
    let mut shown = summary(user, call).with_tags(user.tags.values().cloned().collect::<Vec<_>>());
    shown.permissions_boundary = user.permissions_boundary.as_ref().map(|arn| {
        iam::AttachedPermissionsBoundary::new()
            .with_permissions_boundary_type(iam::PermissionsBoundaryAttachmentType::PermissionsBoundaryPolicy)
            .with_permissions_boundary_arn(arn.as_str())
    });
    shown
}
