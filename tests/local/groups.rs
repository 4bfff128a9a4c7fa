//! Groups, and who is in them.

use shapewire::iam;

use super::{Clock, assert_refused, client, client_with_users, new_client, service_at, timestamp};

fn create(client: &iam::Client, name: &str) -> Result<iam::Group, iam::Error> {
    Ok(client.create_group(&iam::CreateGroupRequest::new(name))?.group)
}

fn add(client: &iam::Client, group: &str, user: &str) -> Result<(), iam::Error> {
    client.add_user_to_group(&iam::AddUserToGroupRequest::new(group, user)).map(drop)
}

fn members(client: &iam::Client, group: &str) -> Vec<String> {
    let reply = client.get_group(&iam::GetGroupRequest::new(group)).unwrap();
    reply.users.into_iter().map(|user| user.user_name).collect()
}

fn groups_of(client: &iam::Client, user: &str) -> Vec<String> {
    let reply = client.list_groups_for_user(&iam::ListGroupsForUserRequest::new(user)).unwrap();
    reply.groups.into_iter().map(|group| group.group_name).collect()
}

#[test]
fn a_group_has_path_arn_id_and_date() {
    let client = client(&service_at(&Clock::at("2026-01-02T03:04:05Z")).with_account_id("111122223333"));
    let group = client.create_group(&iam::CreateGroupRequest::new("Admins").with_path("/eng/")).unwrap().group;
    assert_eq!((group.group_name.as_str(), group.path.as_str()), ("Admins", "/eng/"));
    assert_eq!(group.arn, "arn:aws:iam::111122223333:group/eng/Admins");
    assert_eq!(group.create_date, timestamp("2026-01-02T03:04:05Z"));
    assert!(group.group_id.starts_with("AGPA") && group.group_id.len() == 21, "{}", group.group_id);
    let found = client.get_group(&iam::GetGroupRequest::new("ADMINS")).unwrap();
    assert_eq!((found.group, found.users.len(), found.is_truncated), (group, 0, Some(false)));
}

#[test]
fn names_are_unique_without_regard_to_case() {
    let client = client_with_users(["admins"]);
    create(&client, "Admins").unwrap();
    for name in ["Admins", "ADMINS"] {
        let message = assert_refused(create(&client, name), 409, "EntityAlreadyExists");
        assert_eq!(message, format!("Group with name {name} already exists."));
    }
    create(&client, "others").unwrap();
    let rename = |new: &str| client.update_group(&iam::UpdateGroupRequest::new("others").with_new_group_name(new));
    assert_refused(rename("ADMINs"), 409, "EntityAlreadyExists");
    rename("OTHERS").unwrap();
    assert_eq!(client.get_group(&iam::GetGroupRequest::new("others")).unwrap().group.group_name, "OTHERS");
}

#[test]
fn members_stay_when_user_or_group_gets_another_name() {
    let client = client_with_users(["jane", "Bob", "alice"]);
    let before = create(&client, "g").unwrap();
    for user in ["jane", "BOB", "alice", "jane"] {
        add(&client, "g", user).unwrap();
    }
    assert_eq!(members(&client, "G"), ["alice", "Bob", "jane"]);
    client.update_user(&iam::UpdateUserRequest::new("jane").with_new_user_name("aaron")).unwrap();
    client.update_group(&iam::UpdateGroupRequest::new("g").with_new_group_name("h").with_new_path("/x/")).unwrap();
    assert_eq!(members(&client, "h"), ["aaron", "alice", "Bob"]);
    assert_refused(client.get_group(&iam::GetGroupRequest::new("g")), 404, "NoSuchEntity");
    let after = client.list_groups_for_user(&iam::ListGroupsForUserRequest::new("Aaron")).unwrap().groups.remove(0);
    assert_eq!(after.arn, "arn:aws:iam::123456789012:group/x/h");
    assert_eq!((after.group_id, after.create_date), (before.group_id, before.create_date));
}

#[test]
fn nothing_is_deleted_that_others_need() {
    let client = client_with_users(["jane"]);
    create(&client, "g").unwrap();
    add(&client, "g", "jane").unwrap();
    let delete_group = || client.delete_group(&iam::DeleteGroupRequest::new("g"));
    let delete_user = || client.delete_user(&iam::DeleteUserRequest::new("jane"));
    let expected = "Cannot delete entity, must remove users from group first.";
    assert_eq!(assert_refused(delete_group(), 409, "DeleteConflict"), expected);
    assert_eq!(assert_refused(delete_user(), 409, "DeleteConflict"), expected);
    let remove = || client.remove_user_from_group(&iam::RemoveUserFromGroupRequest::new("G", "Jane"));
    remove().unwrap();
    assert_refused(remove(), 404, "NoSuchEntity");
    delete_user().unwrap();
    delete_group().unwrap();
    assert_eq!(assert_refused(delete_group(), 404, "NoSuchEntity"), "The group with name g cannot be found.");
}

#[test]
fn unknown_names_are_told_apart() {
    let client = client_with_users(["jane"]);
    create(&client, "g").unwrap();
    let remove = |group, user| client.remove_user_from_group(&iam::RemoveUserFromGroupRequest::new(group, user));
    for (group, user, expected) in
        [("g", "joe", "The user with name joe"), ("h", "jane", "The group with name h"), ("h", "joe", "The group")]
    {
        let message = assert_refused(add(&client, group, user), 404, "NoSuchEntity");
        assert!(message.starts_with(expected), "{message}");
        let message = assert_refused(remove(group, user), 404, "NoSuchEntity");
        assert!(message.starts_with(expected), "{message}");
    }
    let list = client.list_groups_for_user(&iam::ListGroupsForUserRequest::new("joe"));
    assert_refused(list, 404, "NoSuchEntity");
    assert_refused(client.update_group(&iam::UpdateGroupRequest::new("h")), 404, "NoSuchEntity");
}

#[test]
fn a_user_is_in_ten_groups_at_most_and_an_account_has_three_hundred() {
    let client = client_with_users(["jane"]);
    for number in 0..300 {
        create(&client, &format!("g{number:03}")).unwrap();
    }
    let message = assert_refused(create(&client, "more"), 409, "LimitExceeded");
    assert_eq!(message, "Cannot exceed quota for GroupsPerAccount: 300");
    for number in 0..10 {
        add(&client, &format!("g{number:03}"), "jane").unwrap();
    }
    let message = assert_refused(add(&client, "g010", "jane"), 409, "LimitExceeded");
    assert_eq!(message, "Cannot exceed quota for GroupsPerUser: 10");
    add(&client, "g009", "jane").unwrap();
    assert_eq!(groups_of(&client, "jane").len(), 10);
}

#[test]
fn all_lists_go_by_the_page_and_keep_their_place() {
    let client = client_with_users(["a", "b", "c", "d", "e"]);
    for group in ["g", "h", "i", "j", "k"] {
        create(&client, group).unwrap();
        add(&client, group, "a").unwrap();
    }
    for user in ["b", "c", "d", "e"] {
        add(&client, "g", user).unwrap();
    }
    let first = client.get_group(&iam::GetGroupRequest::new("g").with_max_items(2)).unwrap();
    let names: Vec<_> = first.users.iter().map(|user| user.user_name.as_str()).collect();
    assert_eq!((names, first.is_truncated), (vec!["a", "b"], Some(true)));
    // The last one that was shown goes, and one after it.
    for user in ["b", "c"] {
        client.remove_user_from_group(&iam::RemoveUserFromGroupRequest::new("g", user)).unwrap();
    }
    let next = iam::GetGroupRequest::new("g").with_marker(first.marker.unwrap()).with_max_items(2);
    let second = client.get_group(&next).unwrap();
    let names: Vec<_> = second.users.iter().map(|user| user.user_name.as_str()).collect();
    assert_eq!((names, second.is_truncated, second.marker), (vec!["d", "e"], Some(false), None));

    let groups = client.list_groups(&iam::ListGroupsRequest::new().with_max_items(4)).unwrap();
    let marker = groups.marker.unwrap();
    let rest = client.list_groups(&iam::ListGroupsRequest::new().with_marker(marker.as_str())).unwrap();
    assert_eq!((groups.groups.len(), rest.groups.len(), rest.groups[0].group_name.as_str()), (4, 1, "k"));
    // A marker is one of its own list.
    let foreign = iam::ListGroupsForUserRequest::new("a").with_marker(marker);
    assert_refused(client.list_groups_for_user(&foreign), 400, "ValidationError");

    let mine = client.list_groups_for_user(&iam::ListGroupsForUserRequest::new("a").with_max_items(3)).unwrap();
    let rest = iam::ListGroupsForUserRequest::new("a").with_marker(mine.marker.unwrap());
    let rest = client.list_groups_for_user(&rest).unwrap().groups;
    assert_eq!(rest.iter().map(|group| group.group_name.as_str()).collect::<Vec<_>>(), ["j", "k"]);
}

#[test]
fn groups_are_listed_by_path() {
    let client = new_client();
    for (name, path) in [("b", "/eng/"), ("A", "/"), ("c", "/eng/db/")] {
        client.create_group(&iam::CreateGroupRequest::new(name).with_path(path)).unwrap();
    }
    let list = |prefix: &str| {
        let reply = client.list_groups(&iam::ListGroupsRequest::new().with_path_prefix(prefix)).unwrap();
        reply.groups.into_iter().map(|group| group.group_name).collect::<Vec<_>>()
    };
    assert_eq!(list("/"), ["A", "b", "c"]);
    assert_eq!(list("/eng/"), ["b", "c"]);
}
