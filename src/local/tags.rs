//! The operations on the tags of users. Keys are told apart without regard to case, and keep the case that they came in.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::call::Call;
use super::paging;
use super::quota;
use super::refusal;
use super::state::{Key, State};
use crate::iam;

/// The name of the list of tags in its markers.
const LIST: &str = "tags";
/// Keys that begin so are the services' own.
const RESERVED: &str = "aws:";

/// The tags of a request by their keys.
pub(super) fn read(tags: &[iam::Tag]) -> Result<BTreeMap<Key, iam::Tag>, iam::Error> {
    let mut read = BTreeMap::new();
    for tag in tags {
        let key = Key::new(&tag.key);
        if key.as_str().starts_with(RESERVED) {
            return Err(refusal::reserved_tag_key(&tag.key));
        }
        if read.insert(key, tag.clone()).is_some() {
            return Err(refusal::repeated_tag_key());
        }
    }
    Ok(read)
}

pub(super) fn tag(
    state: &mut State,
    _: &Call<'_>,
    request: &iam::TagUserRequest,
) -> Result<iam::TagUserResponse, iam::Error> {
    let user = state.user_mut(&request.user_name)?;
    let new = read(&request.tags)?;
    quota::TAGS.check(user.tags.len() + new.keys().filter(|key| !user.tags.contains_key(key)).count())?;
    user.tags.extend(new);
    Ok(iam::TagUserResponse::new())
}

pub(super) fn untag(
    state: &mut State,
    _: &Call<'_>,
    request: &iam::UntagUserRequest,
) -> Result<iam::UntagUserResponse, iam::Error> {
    let user = state.user_mut(&request.user_name)?;
    for key in &request.tag_keys {
        user.tags.remove(&Key::new(key));
    }
    Ok(iam::UntagUserResponse::new())
}

pub(super) fn list(
    state: &State,
    _: &Call<'_>,
    request: &iam::ListUserTagsRequest,
) -> Result<iam::ListUserTagsResponse, iam::Error> {
    let user = state.user(&request.user_name)?;
    let after = paging::key_after(LIST, request.marker.as_deref())?;
    let (page, marker) = paging::page_by_key(LIST, user.tags.range((after, Bound::Unbounded)), request.max_items);
    let tags: Vec<_> = page.into_iter().cloned().collect();
    let mut response = iam::ListUserTagsResponse::new(tags).with_is_truncated(marker.is_some());
    response.marker = marker;
    Ok(response)
}
