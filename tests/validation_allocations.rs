//! Checking a valid request allocates nothing.
#![cfg(feature = "iam")]

use allocation_counter::measure;
use shapewire::iam::{CreateRoleRequest, CreateUserRequest, Tag};

fn allocations_of(check: impl FnOnce() -> bool) -> u64 {
    let mut valid = false;
    let allocations = measure(|| valid = check()).count_total;
    assert!(valid);
    allocations
}

#[test]
fn a_valid_request_is_checked_without_allocations() {
    // The counter counts.
    assert_ne!(allocations_of(|| !vec![std::hint::black_box(1)].is_empty()), 0);

    let tags = [("team", "blue"), ("Owner", "Jürgen Müller"), ("日本語", "")];
    let tags: Vec<_> = tags.into_iter().map(|(key, value)| Tag::new(key, value)).collect();
    let user = CreateUserRequest::new("jane").with_path("/division/team/").with_tags(tags.clone());
    assert_eq!(allocations_of(|| user.validate().is_ok()), 0);

    let document = format!(r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#, " ".repeat(6_000));
    let role = CreateRoleRequest::new("deployment", document).with_max_session_duration(3_600).with_tags(tags);
    assert_eq!(allocations_of(|| role.validate().is_ok()), 0);
}
