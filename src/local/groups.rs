//! The operations on groups, and on who is in them.

use std::collections::BTreeSet;
use std::ops::Bound;

use super::call::Call;
use super::paging;
use super::quota;
use super::random;
use super::refusal;
use super::state::{Group, Key, State, to_the_second};
use super::users;
use crate::iam;

/// The names of the lists in their markers.
const LIST: &str = "groups";
const LIST_OF_USERS: &str = "users-in-group";
const LIST_FOR_USER: &str = "groups-for-user";

pub(super) fn create(
    state: &mut State,
    call: &Call<'_>,
    request: &iam::CreateGroupRequest,
) -> Result<iam::CreateGroupResponse, iam::Error> {
    let key = Key::new(&request.group_name);
    if state.groups.contains_key(&key) {
        return Err(refusal::group_exists(&request.group_name));
    }
    quota::GROUPS.check_room(state.groups.len())?;
    let group = Group {
        name: request.group_name.clone(),
        path: request.path.clone().unwrap_or_else(|| "/".to_owned()),
        id: random::id(call, "AGPA", |id| state.groups.values().any(|group| group.id == id))?,
        created: to_the_second(call.now()),
        members: BTreeSet::new(),
    };
    let shown = shown(&group, call);
    state.groups.insert(key, group);
    Ok(iam::CreateGroupResponse::new(shown))
}

pub(super) fn get(
    state: &State,
    call: &Call<'_>,
    request: &iam::GetGroupRequest,
) -> Result<iam::GetGroupResponse, iam::Error> {
    let group = state.group(&request.group_name)?;
    let after = paging::key_after(LIST_OF_USERS, request.marker.as_deref())?;
    let members = state.users.range((after, Bound::Unbounded)).filter(|(_, user)| group.members.contains(&user.id));
    let (page, marker) = paging::page_by_key(LIST_OF_USERS, members, request.max_items);
    let members: Vec<_> = page.into_iter().map(|user| users::summary(user, call)).collect();
    let mut response = iam::GetGroupResponse::new(shown(group, call), members).with_is_truncated(marker.is_some());
    response.marker = marker;
    Ok(response)
}

pub(super) fn list(
    state: &State,
    call: &Call<'_>,
    request: &iam::ListGroupsRequest,
) -> Result<iam::ListGroupsResponse, iam::Error> {
    let after = paging::key_after(LIST, request.marker.as_deref())?;
    let prefix = request.path_prefix.as_deref().unwrap_or_default();
    let groups = state.groups.range((after, Bound::Unbounded)).filter(|(_, group)| group.path.starts_with(prefix));
    let (page, marker) = paging::page_by_key(LIST, groups, request.max_items);
    let groups: Vec<_> = page.into_iter().map(|group| shown(group, call)).collect();
    let mut response = iam::ListGroupsResponse::new(groups).with_is_truncated(marker.is_some());
    response.marker = marker;
    Ok(response)
}

pub(super) fn update(
    state: &mut State,
    _: &Call<'_>,
    request: &iam::UpdateGroupRequest,
) -> Result<iam::UpdateGroupResponse, iam::Error> {
    let old = Key::new(&request.group_name);
    let new = request.new_group_name.as_deref().map_or_else(|| old.clone(), Key::new);
    if !state.groups.contains_key(&old) {
        return Err(refusal::no_such_group(&request.group_name));
    }
    if new != old && state.groups.contains_key(&new) {
        return Err(refusal::group_exists(request.new_group_name.as_deref().unwrap_or_default()));
    }
    if let Some(mut group) = state.groups.remove(&old) {
        group.path = request.new_path.clone().unwrap_or(group.path);
        group.name = request.new_group_name.clone().unwrap_or(group.name);
        state.groups.insert(new, group);
    }
    Ok(iam::UpdateGroupResponse::new())
}

pub(super) fn delete(
    state: &mut State,
    _: &Call<'_>,
    request: &iam::DeleteGroupRequest,
) -> Result<iam::DeleteGroupResponse, iam::Error> {
    if !state.group(&request.group_name)?.members.is_empty() {
        return Err(refusal::delete_conflict("must remove users from group"));
    }
    state.groups.remove(&Key::new(&request.group_name));
    Ok(iam::DeleteGroupResponse::new())
}

pub(super) fn add_user(
    state: &mut State,
    _: &Call<'_>,
    request: &iam::AddUserToGroupRequest,
) -> Result<iam::AddUserToGroupResponse, iam::Error> {
    let group = state.group(&request.group_name)?;
    let user = state.user(&request.user_name)?;
    if !group.members.contains(&user.id) {
        quota::GROUPS_OF_A_USER.check_room(state.groups_of(user).count())?;
        let id = user.id.clone();
        state.group_mut(&request.group_name)?.members.insert(id);
    }
    Ok(iam::AddUserToGroupResponse::new())
}

pub(super) fn remove_user(
    state: &mut State,
    _: &Call<'_>,
    request: &iam::RemoveUserFromGroupRequest,
) -> Result<iam::RemoveUserFromGroupResponse, iam::Error> {
    state.group(&request.group_name)?;
    let id = state.user(&request.user_name)?.id.clone();
    if !state.group_mut(&request.group_name)?.members.remove(&id) {
        return Err(refusal::not_in_group(&request.user_name, &request.group_name));
    }
    Ok(iam::RemoveUserFromGroupResponse::new())
}

pub(super) fn list_for_user(
    state: &State,
    call: &Call<'_>,
    request: &iam::ListGroupsForUserRequest,
) -> Result<iam::ListGroupsForUserResponse, iam::Error> {
    let user = state.user(&request.user_name)?;
    let after = paging::key_after(LIST_FOR_USER, request.marker.as_deref())?;
    let groups = state.groups.range((after, Bound::Unbounded)).filter(|(_, group)| group.members.contains(&user.id));
    let (page, marker) = paging::page_by_key(LIST_FOR_USER, groups, request.max_items);
    let groups: Vec<_> = page.into_iter().map(|group| shown(group, call)).collect();
    let mut response = iam::ListGroupsForUserResponse::new(groups).with_is_truncated(marker.is_some());
    response.marker = marker;
    Ok(response)
}

fn shown(group: &Group, call: &Call<'_>) -> iam::Group {
    let arn = format!("arn:aws:iam::{}:group{}{}", call.account_id(), group.path, group.name);
    iam::Group::new(group.path.as_str(), group.name.as_str(), group.id.as_str(), arn, group.created)
}
