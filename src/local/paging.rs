//! Lists by the page. A marker holds the place of the last item that was shown, not a count, so that the next page is
//! right whatever was made or deleted in between.

use std::ops::Bound;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::refusal;
use super::state::Key;
use crate::iam;

const DEFAULT_MAX_ITEMS: usize = 100;

/// The first items, at most `max_items` of them, and whether others follow.
pub(super) fn page<T>(mut items: impl Iterator<Item = T>, max_items: Option<i32>) -> (Vec<T>, bool) {
    let size = max_items.map_or(DEFAULT_MAX_ITEMS, |max| usize::try_from(max).unwrap_or_default());
    let page = items.by_ref().take(size).collect();
    (page, items.next().is_some())
}

/// The first items of a list that is sorted by key, and the marker for those that follow, if others do.
pub(super) fn page_by_key<'a, T>(
    list: &str,
    items: impl Iterator<Item = (&'a Key, T)>,
    max_items: Option<i32>,
) -> (Vec<T>, Option<String>) {
    let (page, is_truncated) = page(items, max_items);
    let marker = page.last().filter(|_| is_truncated).map(|(key, _)| marker(list, key.as_str()));
    (page.into_iter().map(|(_, item)| item).collect(), marker)
}

/// Where the page behind `marker` starts in a list that is sorted by key.
pub(super) fn key_after(list: &str, marker: Option<&str>) -> Result<Bound<Key>, iam::Error> {
    let after = marker.map(|marker| place(list, marker)).transpose()?;
    Ok(after.map_or(Bound::Unbounded, |name| Bound::Excluded(Key::new(&name))))
}

/// The marker for a place in the list of this name.
pub(super) fn marker(list: &str, place: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{list}:{place}"))
}

/// The place that a marker of the list of this name holds.
pub(super) fn place(list: &str, marker: &str) -> Result<String, iam::Error> {
    let text = URL_SAFE_NO_PAD.decode(marker).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    text.as_deref()
        .and_then(|text| text.strip_prefix(list)?.strip_prefix(':'))
        .map(str::to_owned)
        .ok_or_else(invalid_marker)
}

pub(super) fn invalid_marker() -> iam::Error {
    refusal::validation("Invalid Marker: it is none that this operation has given")
}
