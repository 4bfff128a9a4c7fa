//! Tags on users.

use shapewire::iam;

use super::{assert_refused, client_with_users};

fn tag(client: &iam::Client, tags: &[(&str, &str)]) -> Result<(), iam::Error> {
    let tags: Vec<_> = tags.iter().map(|(key, value)| iam::Tag::new(*key, *value)).collect();
    client.tag_user(&iam::TagUserRequest::new("jane", tags)).map(drop)
}

fn tags(client: &iam::Client) -> Vec<(String, String)> {
    let reply = client.list_user_tags(&iam::ListUserTagsRequest::new("jane")).unwrap();
    reply.tags.into_iter().map(|tag| (tag.key, tag.value)).collect()
}

fn pairs(tags: &[(&str, &str)]) -> Vec<(String, String)> {
    tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn a_tag_takes_the_place_of_one_whose_key_is_the_same_but_for_its_case() {
    let client = client_with_users(["jane"]);
    tag(&client, &[("team", "a"), ("Cost", "1")]).unwrap();
    assert_eq!(tags(&client), pairs(&[("Cost", "1"), ("team", "a")]));
    tag(&client, &[("TEAM", "b"), ("new", "")]).unwrap();
    assert_eq!(tags(&client), pairs(&[("Cost", "1"), ("new", ""), ("TEAM", "b")]));
    let shown = client.get_user(&iam::GetUserRequest::new().with_user_name("jane")).unwrap().user.tags;
    assert_eq!(shown.len(), 3);
    let untag = |keys: &[&str]| {
        let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
        client.untag_user(&iam::UntagUserRequest::new("jane", keys)).map(drop)
    };
    // What is not there is no error.
    untag(&["Team", "nothing"]).unwrap();
    assert_eq!(tags(&client), pairs(&[("Cost", "1"), ("new", "")]));
}

#[test]
fn what_is_wrong_changes_nothing() {
    let client = client_with_users(["jane"]);
    assert_refused(tag(&client, &[("a", "1"), ("A", "2")]), 400, "InvalidInput");
    let message = assert_refused(tag(&client, &[("a", "1"), ("AWS:x", "2")]), 400, "InvalidInput");
    assert!(message.contains("AWS:x"), "{message}");
    assert_eq!(tags(&client), []);
    assert_refused(client.tag_user(&iam::TagUserRequest::new("joe", [iam::Tag::new("a", "b")])), 404, "NoSuchEntity");
    assert_refused(client.untag_user(&iam::UntagUserRequest::new("joe", ["a".to_owned()])), 404, "NoSuchEntity");
    assert_refused(client.list_user_tags(&iam::ListUserTagsRequest::new("joe")), 404, "NoSuchEntity");
}

#[test]
fn a_user_has_at_most_fifty_tags() {
    let client = client_with_users(["jane"]);
    let key = |number: usize| format!("k{number:02}");
    let many: Vec<_> = (0..49).map(|number| iam::Tag::new(key(number), "")).collect();
    client.tag_user(&iam::TagUserRequest::new("jane", many)).unwrap();
    let message = assert_refused(tag(&client, &[("k48", "x"), ("k49", ""), ("k50", "")]), 409, "LimitExceeded");
    assert_eq!(message, "Cannot exceed quota for TagsPerUser: 50");
    tag(&client, &[("k48", "x"), ("k49", "")]).unwrap();
    let first = client.list_user_tags(&iam::ListUserTagsRequest::new("jane").with_max_items(49)).unwrap();
    assert_eq!((first.tags.len(), first.is_truncated), (49, Some(true)));
    assert_eq!(first.tags[48], iam::Tag::new("k48", "x"));
    let rest = iam::ListUserTagsRequest::new("jane").with_marker(first.marker.unwrap());
    let rest = client.list_user_tags(&rest).unwrap();
    assert_eq!((rest.tags, rest.is_truncated), (vec![iam::Tag::new("k49", "")], Some(false)));
}
