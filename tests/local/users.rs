//! Users: what they are made of, what is refused, how they are listed.

use shapewire::iam;

use super::{Clock, assert_refused, client, client_with_users, new_client, service_at, timestamp};

const BOUNDARY: &str = "arn:aws:iam::aws:policy/PowerUserAccess";

fn names(users: &[iam::User]) -> Vec<&str> {
    users.iter().map(|user| user.user_name.as_str()).collect()
}

fn tags(count: usize) -> Vec<iam::Tag> {
    (0..count).map(|index| iam::Tag::new(format!("key{index}"), "")).collect()
}

#[test]
fn a_user_has_path_arn_id_and_date() {
    let client = client(&service_at(&Clock::at("2026-01-02T03:04:05Z")).with_account_id("111122223333"));
    let user = client.create_user(&iam::CreateUserRequest::new("Jane").with_path("/eng/")).unwrap().user.unwrap();
    assert_eq!((user.user_name.as_str(), user.path.as_str()), ("Jane", "/eng/"));
    assert_eq!(user.arn, "arn:aws:iam::111122223333:user/eng/Jane");
    assert_eq!(user.create_date, timestamp("2026-01-02T03:04:05Z"));
    assert!(
        user.user_id
            .strip_prefix("AIDA")
            .is_some_and(|rest| rest.len() == 17 && rest.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'7')))
    );
    assert_eq!(client.get_user(&iam::GetUserRequest::new().with_user_name("Jane")).unwrap().user, user);

    let other = client.create_user(&iam::CreateUserRequest::new("joe")).unwrap().user.unwrap();
    assert_eq!((other.path.as_str(), other.arn.as_str()), ("/", "arn:aws:iam::111122223333:user/joe"));
    assert_ne!(other.user_id, user.user_id);
    assert!(other.tags.is_empty() && other.permissions_boundary.is_none());
}

#[test]
fn tags_and_boundary_are_shown_by_create_and_get_but_not_in_lists() {
    let client = new_client();
    let tags = vec![iam::Tag::new("empty", ""), iam::Tag::new("team", "r/d: +x é")];
    let request = iam::CreateUserRequest::new("jane").with_tags(tags.clone()).with_permissions_boundary(BOUNDARY);
    let created = client.create_user(&request).unwrap().user.unwrap();
    assert_eq!(created.tags, tags);
    let boundary = created.permissions_boundary.clone().unwrap();
    assert_eq!(boundary.permissions_boundary_arn.as_deref(), Some(BOUNDARY));
    assert_eq!(
        boundary.permissions_boundary_type.map(|kind| kind.as_str().to_owned()).as_deref(),
        Some("PermissionsBoundaryPolicy")
    );
    assert_eq!(client.get_user(&iam::GetUserRequest::new().with_user_name("jane")).unwrap().user, created);
    let listed = client.list_users(&iam::ListUsersRequest::new()).unwrap().users.remove(0);
    assert_eq!(listed.user_id, created.user_id);
    assert!(listed.tags.is_empty() && listed.permissions_boundary.is_none());
}

#[test]
fn names_are_unique_without_regard_to_case() {
    let client = client_with_users(["Jane"]);
    for name in ["Jane", "jane", "JANE"] {
        let message =
            assert_refused(client.create_user(&iam::CreateUserRequest::new(name)), 409, "EntityAlreadyExists");
        assert!(message.contains(name), "{message}");
    }
    let found = client.get_user(&iam::GetUserRequest::new().with_user_name("jANE")).unwrap().user;
    assert_eq!(found.user_name, "Jane");
}

#[test]
fn tag_keys_are_unique_without_regard_to_case() {
    let client = new_client();
    let twice = vec![iam::Tag::new("Team", "a"), iam::Tag::new("team", "b")];
    assert_refused(client.create_user(&iam::CreateUserRequest::new("jane").with_tags(twice)), 400, "InvalidInput");
    assert_refused(client.get_user(&iam::GetUserRequest::new().with_user_name("jane")), 404, "NoSuchEntity");
}

#[test]
fn a_user_has_at_most_fifty_tags() {
    let client = new_client();
    let too_many = iam::CreateUserRequest::new("jane").with_tags(tags(51));
    let message = assert_refused(client.create_user(&too_many), 400, "ValidationError");
    assert!(message.contains("'tags'") && message.contains("less than or equal to 50"), "{message}");
    let user = client.create_user(&iam::CreateUserRequest::new("jane").with_tags(tags(50))).unwrap().user.unwrap();
    assert_eq!(user.tags.len(), 50);
}

#[test]
fn get_user_without_a_name_is_the_root_where_no_user_calls() {
    let root = client_with_users(["jane"]).get_user(&iam::GetUserRequest::new()).unwrap().user;
    assert_eq!((root.user_id.as_str(), root.user_name.as_str()), ("123456789012", ""));
    assert_eq!(root.arn, "arn:aws:iam::123456789012:root");
}

#[test]
fn unknown_users_are_named() {
    let client = new_client();
    let expected = "The user with name joe cannot be found.";
    let get = client.get_user(&iam::GetUserRequest::new().with_user_name("joe"));
    assert_eq!(assert_refused(get, 404, "NoSuchEntity"), expected);
    let update = client.update_user(&iam::UpdateUserRequest::new("joe").with_new_path("/x/"));
    assert_eq!(assert_refused(update, 404, "NoSuchEntity"), expected);
    let delete = client.delete_user(&iam::DeleteUserRequest::new("joe"));
    assert_eq!(assert_refused(delete, 404, "NoSuchEntity"), expected);
}

#[test]
fn update_renames_and_moves() {
    let client = client_with_users(["jane", "joe"]);
    let get = |name: &str| client.get_user(&iam::GetUserRequest::new().with_user_name(name)).map(|reply| reply.user);
    let before = get("jane").unwrap();

    client.update_user(&iam::UpdateUserRequest::new("jane").with_new_path("/eng/")).unwrap();
    assert_eq!(get("jane").unwrap().arn, "arn:aws:iam::123456789012:user/eng/jane");

    client.update_user(&iam::UpdateUserRequest::new("jane").with_new_user_name("Mary")).unwrap();
    assert_refused(get("jane"), 404, "NoSuchEntity");
    let after = get("Mary").unwrap();
    assert_eq!(after.arn, "arn:aws:iam::123456789012:user/eng/Mary");
    assert_eq!((after.user_id, after.create_date), (before.user_id, before.create_date));

    // Another's name is taken in any case; one's own is not.
    let taken = client.update_user(&iam::UpdateUserRequest::new("Mary").with_new_user_name("JOE").with_new_path("/z/"));
    assert_refused(taken, 409, "EntityAlreadyExists");
    assert_eq!(get("Mary").unwrap().path, "/eng/");
    client.update_user(&iam::UpdateUserRequest::new("Mary").with_new_user_name("MARY")).unwrap();
    assert_eq!(get("mary").unwrap().user_name, "MARY");
    client.update_user(&iam::UpdateUserRequest::new("MARY")).unwrap();

    // The old name is free.
    client.create_user(&iam::CreateUserRequest::new("jane")).unwrap();
}

#[test]
fn a_user_with_credentials_is_not_deleted() {
    let client = client_with_users(["jane"]);
    let request = iam::CreateServiceSpecificCredentialRequest::new("jane", "codecommit.amazonaws.com");
    let credential = client.create_service_specific_credential(&request).unwrap().service_specific_credential.unwrap();
    let message = assert_refused(client.delete_user(&iam::DeleteUserRequest::new("jane")), 409, "DeleteConflict");
    assert_eq!(message, "Cannot delete entity, must remove referenced objects first.");
    client
        .delete_service_specific_credential(&iam::DeleteServiceSpecificCredentialRequest::new(
            credential.service_specific_credential_id,
        ))
        .unwrap();
    client.delete_user(&iam::DeleteUserRequest::new("jane")).unwrap();
    assert_refused(client.delete_user(&iam::DeleteUserRequest::new("jane")), 404, "NoSuchEntity");
}

#[test]
fn users_are_listed_by_name_and_path() {
    let client = new_client();
    for (name, path) in [("mary", "/eng/"), ("Bob", "/"), ("alice", "/eng/db/"), ("Zoe", "/ops/"), ("carl", "/engine/")]
    {
        client.create_user(&iam::CreateUserRequest::new(name).with_path(path)).unwrap();
    }
    let list = |prefix: &str| client.list_users(&iam::ListUsersRequest::new().with_path_prefix(prefix)).unwrap();
    let all = client.list_users(&iam::ListUsersRequest::new()).unwrap();
    assert_eq!(names(&all.users), ["alice", "Bob", "carl", "mary", "Zoe"]);
    assert_eq!((all.is_truncated, all.marker.as_deref()), (Some(false), None));
    assert_eq!(names(&list("/").users), names(&all.users));
    assert_eq!(names(&list("/eng/").users), ["alice", "mary"]);
    assert_eq!(names(&list("/eng").users), ["alice", "carl", "mary"]);
    assert!(list("/none/").users.is_empty());
}

#[test]
fn pages_have_one_hundred_users_unless_told() {
    let users: Vec<String> = (0..101).map(|index| format!("u{index:03}")).collect();
    let client = client_with_users(users.iter().map(String::as_str));
    let first = client.list_users(&iam::ListUsersRequest::new()).unwrap();
    assert_eq!((first.users.len(), first.is_truncated), (100, Some(true)));
    let next = iam::ListUsersRequest::new().with_marker(first.marker.unwrap());
    let second = client.list_users(&next).unwrap();
    assert_eq!(
        (names(&second.users), second.is_truncated, second.marker.as_deref()),
        (vec!["u100"], Some(false), None)
    );
    // A page that is just filled is the last.
    let exact = client.list_users(&iam::ListUsersRequest::new().with_max_items(101)).unwrap();
    assert_eq!((exact.users.len(), exact.is_truncated), (101, Some(false)));
}

#[test]
fn the_size_of_a_page_has_limits() {
    let client = client_with_users(["jane"]);
    for (max_items, accepted) in [(0, false), (1, true), (1000, true), (1001, false)] {
        let reply = client.list_users(&iam::ListUsersRequest::new().with_max_items(max_items));
        if accepted {
            assert_eq!(reply.unwrap().users.len(), 1);
        } else {
            let message = assert_refused(reply, 400, "ValidationError");
            assert!(message.contains("'maxItems'"), "{message}");
        }
    }
}

#[test]
fn pages_survive_changes_between_them() {
    let client = client_with_users(["a", "b", "c", "d", "e"]);
    let page = |marker: Option<String>| {
        let mut request = iam::ListUsersRequest::new().with_max_items(2);
        request.marker = marker;
        client.list_users(&request).unwrap()
    };
    let first = page(None);
    assert_eq!(names(&first.users), ["a", "b"]);
    // The last one shown, one before it and one after it go; others come on both sides.
    for name in ["a", "b", "c"] {
        client.delete_user(&iam::DeleteUserRequest::new(name)).unwrap();
    }
    for name in ["aa", "dd"] {
        client.create_user(&iam::CreateUserRequest::new(name)).unwrap();
    }
    let second = page(first.marker);
    assert_eq!(names(&second.users), ["d", "dd"]);
    let third = page(second.marker);
    assert_eq!((names(&third.users), third.is_truncated), (vec!["e"], Some(false)));
}

#[test]
fn markers_are_checked() {
    let client = client_with_users(["a", "b"]);
    for user in ["a", "b"] {
        client
            .create_service_specific_credential(&iam::CreateServiceSpecificCredentialRequest::new(
                user,
                "codecommit.amazonaws.com",
            ))
            .unwrap();
    }
    let others = iam::ListServiceSpecificCredentialsRequest::new().with_all_users(true).with_max_items(1);
    let others = client.list_service_specific_credentials(&others).unwrap().marker.unwrap();
    for marker in ["b", "!", "YQ", "gIA", others.as_str()] {
        let request = iam::ListUsersRequest::new().with_marker(marker);
        assert_refused(client.list_users(&request), 400, "ValidationError");
    }
}
