//! The operations on users.

use std::collections::BTreeSet;
use std::ops::Bound;

use super::environment::Environment;
use super::paging;
use super::random;
use super::refusal;
use super::state::{State, User, UserKey, to_the_second};
use crate::iam;

/// The name of the list of users in its markers.
const LIST: &str = "users";

pub(super) fn create(
    state: &mut State,
    environment: &Environment,
    request: &iam::CreateUserRequest,
) -> Result<iam::CreateUserResponse, iam::Error> {
    let tags = request.tags.clone().unwrap_or_default();
    let mut keys = BTreeSet::new();
    if !tags.iter().all(|tag| keys.insert(tag.key.to_lowercase())) {
        return Err(refusal::repeated_tag_key());
    }
    let key = UserKey::new(&request.user_name);
    if state.users.contains_key(&key) {
        return Err(refusal::user_exists(&request.user_name));
    }
    let user = User {
        name: request.user_name.clone(),
        path: request.path.clone().unwrap_or_else(|| "/".to_owned()),
        id: random::id(environment, "AIDA", |id| state.users.values().any(|user| user.id == id))?,
        created: to_the_second(environment.now()),
        permissions_boundary: request.permissions_boundary.clone(),
        tags,
        credentials: Vec::new(),
    };
    let shown = details(&user, environment);
    state.users.insert(key, user);
    Ok(iam::CreateUserResponse::new().with_user(shown))
}

pub(super) fn get(
    state: &State,
    environment: &Environment,
    request: &iam::GetUserRequest,
) -> Result<iam::GetUserResponse, iam::Error> {
    let name = request.user_name.as_deref().ok_or_else(refusal::no_caller)?;
    Ok(iam::GetUserResponse::new(details(state.user(name)?, environment)))
}

pub(super) fn list(
    state: &State,
    environment: &Environment,
    request: &iam::ListUsersRequest,
) -> Result<iam::ListUsersResponse, iam::Error> {
    let after = request.marker.as_deref().map(|marker| paging::place(LIST, marker)).transpose()?;
    let start = after.map_or(Bound::Unbounded, |name| Bound::Excluded(UserKey::new(&name)));
    let prefix = request.path_prefix.as_deref().unwrap_or_default();
    let users = state.users.range((start, Bound::Unbounded)).filter(|(_, user)| user.path.starts_with(prefix));
    let (page, is_truncated) = paging::page(users, request.max_items);
    let shown: Vec<_> = page.iter().map(|(_, user)| summary(user, environment)).collect();
    let mut response = iam::ListUsersResponse::new(shown).with_is_truncated(is_truncated);
    if is_truncated {
        response.marker = page.last().map(|(key, _)| paging::marker(LIST, key.as_str()));
    }
    Ok(response)
}

pub(super) fn update(
    state: &mut State,
    _: &Environment,
    request: &iam::UpdateUserRequest,
) -> Result<iam::UpdateUserResponse, iam::Error> {
    let old = UserKey::new(&request.user_name);
    if !state.users.contains_key(&old) {
        return Err(refusal::no_such_user(&request.user_name));
    }
    let new = request.new_user_name.as_deref().map(|name| (UserKey::new(name), name));
    if let Some((key, name)) = &new
        && *key != old
        && state.users.contains_key(key)
    {
        return Err(refusal::user_exists(name));
    }
    if let Some(mut user) = state.users.remove(&old) {
        if let Some(path) = &request.new_path {
            user.path.clone_from(path);
        }
        let key = match new {
            Some((key, name)) => {
                name.clone_into(&mut user.name);
                key
            }
            None => old,
        };
        state.users.insert(key, user);
    }
    Ok(iam::UpdateUserResponse::new())
}

pub(super) fn delete(
    state: &mut State,
    _: &Environment,
    request: &iam::DeleteUserRequest,
) -> Result<iam::DeleteUserResponse, iam::Error> {
    let user = state.user(&request.user_name)?;
    if !user.credentials.is_empty() {
        return Err(refusal::user_has_credentials(&user.name));
    }
    state.users.remove(&UserKey::new(&request.user_name));
    Ok(iam::DeleteUserResponse::new())
}

/// A user as lists show it.
fn summary(user: &User, environment: &Environment) -> iam::User {
    let arn = format!("arn:aws:iam::{}:user{}{}", environment.account_id(), user.path, user.name);
    iam::User::new(user.path.as_str(), user.name.as_str(), user.id.as_str(), arn, user.created)
}

/// A user with all that is known of it.
fn details(user: &User, environment: &Environment) -> iam::User {
    let mut shown = summary(user, environment).with_tags(user.tags.clone());
    shown.permissions_boundary = user.permissions_boundary.as_ref().map(|arn| {
        iam::AttachedPermissionsBoundary::new()
            .with_permissions_boundary_type(iam::PermissionsBoundaryAttachmentType::PermissionsBoundaryPolicy)
            .with_permissions_boundary_arn(arn.as_str())
    });
    shown
}
