//! Access keys: ids and secrets, the limit, status, lists, use.

use shapewire::local::LocalIam;
use shapewire::{ExposeSecret, OperationShape, iam};

use super::{Clock, assert_refused, client, client_with_users, service_at, timestamp};

fn create(client: &iam::Client, user: &str) -> iam::AccessKey {
    try_create(client, user).unwrap()
}

fn try_create(client: &iam::Client, user: &str) -> Result<iam::AccessKey, iam::Error> {
    Ok(client.create_access_key(&iam::CreateAccessKeyRequest::new().with_user_name(user))?.access_key)
}

fn list(client: &iam::Client, user: &str) -> Vec<iam::AccessKeyMetadata> {
    client.list_access_keys(&iam::ListAccessKeysRequest::new().with_user_name(user)).unwrap().access_key_metadata
}

#[test]
fn a_key_has_an_id_a_secret_and_a_date() {
    let service = service_at(&Clock::at("2026-01-02T03:04:05Z"));
    let client = client(&service);
    client.create_user(&iam::CreateUserRequest::new("Jane")).unwrap();
    let key = create(&client, "jane");
    assert_eq!((key.user_name.as_str(), &key.status), ("Jane", &iam::StatusType::Active));
    assert_eq!(key.create_date, Some(timestamp("2026-01-02T03:04:05Z")));
    assert!(key.access_key_id.starts_with("AKIA") && key.access_key_id.len() == 20, "{}", key.access_key_id);
    let secret = key.secret_access_key.expose_secret();
    assert_eq!(secret.len(), 40);
    assert!(secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(&byte)));

    // The secret was shown once.
    let listed = list(&client, "jane");
    assert_eq!(listed[0].access_key_id.as_deref(), Some(key.access_key_id.as_str()));
    assert_eq!((listed[0].user_name.as_deref(), listed[0].create_date), (Some("Jane"), key.create_date));
    let request = iam::ListAccessKeysRequest::new().with_user_name("jane");
    let request = iam::ListAccessKeys::encode(&request, &"http://localhost/".parse().unwrap()).unwrap();
    let body = String::from_utf8(service.handle(&request).into_body()).unwrap();
    assert!(body.contains(&key.access_key_id) && !body.contains(secret), "{body}");
    assert!(!format!("{service:?} {key:?}").contains(secret));
}

#[test]
fn a_user_has_two_keys_active_or_not() {
    let client = client_with_users(["jane", "joe"]);
    let (first, second) = (create(&client, "jane"), create(&client, "jane"));
    assert_ne!(first.access_key_id, second.access_key_id);
    assert_ne!(first.secret_access_key.expose_secret(), second.secret_access_key.expose_secret());
    let expected = "Cannot exceed quota for AccessKeysPerUser: 2";
    assert_eq!(assert_refused(try_create(&client, "jane"), 409, "LimitExceeded"), expected);
    let update = |status: &str| {
        client.update_access_key(
            &iam::UpdateAccessKeyRequest::new(first.access_key_id.as_str(), status).with_user_name("jane"),
        )
    };
    update("Inactive").unwrap();
    assert_refused(try_create(&client, "jane"), 409, "LimitExceeded");
    let statuses: Vec<_> = list(&client, "jane").into_iter().filter_map(|key| key.status).collect();
    assert_eq!(statuses, [iam::StatusType::Inactive, iam::StatusType::Active]);
    for status in ["Expired", "active"] {
        let message = assert_refused(update(status), 400, "ValidationError");
        assert!(message.contains("[Active, Inactive]"), "{message}");
    }
    create(&client, "joe");

    let delete = |user: &str| {
        client.delete_access_key(&iam::DeleteAccessKeyRequest::new(first.access_key_id.as_str()).with_user_name(user))
    };
    let expected = format!("The Access Key with id {} cannot be found.", first.access_key_id);
    assert_eq!(assert_refused(delete("joe"), 404, "NoSuchEntity"), expected);
    delete("jane").unwrap();
    assert_refused(delete("jane"), 404, "NoSuchEntity");
    create(&client, "jane");
}

#[test]
fn a_user_with_a_key_is_not_deleted() {
    let client = client_with_users(["jane"]);
    let key = create(&client, "jane");
    let delete = || client.delete_user(&iam::DeleteUserRequest::new("jane"));
    let message = assert_refused(delete(), 409, "DeleteConflict");
    assert_eq!(message, "Cannot delete entity, must delete access keys first.");
    client.delete_access_key(&iam::DeleteAccessKeyRequest::new(key.access_key_id)).unwrap();
    delete().unwrap();
}

#[test]
fn keys_are_listed_by_age_page_by_page() {
    let client = client_with_users(["jane"]);
    let (first, second) = (create(&client, "jane"), create(&client, "jane"));
    let request = iam::ListAccessKeysRequest::new().with_user_name("jane").with_max_items(1);
    let page = client.list_access_keys(&request).unwrap();
    assert_eq!(page.access_key_metadata[0].access_key_id.as_deref(), Some(first.access_key_id.as_str()));
    client.delete_access_key(&iam::DeleteAccessKeyRequest::new(first.access_key_id)).unwrap();
    let rest = client.list_access_keys(&request.clone().with_marker(page.marker.unwrap())).unwrap();
    assert_eq!(rest.access_key_metadata[0].access_key_id.as_deref(), Some(second.access_key_id.as_str()));
    assert_eq!((rest.is_truncated, rest.marker), (Some(false), None));
    assert_refused(client.list_access_keys(&request.with_marker("YWNjZXNzLWtleXM6eA")), 400, "ValidationError");
}

#[test]
fn unknown_users_and_keys_are_refused() {
    let client = client(&LocalIam::new());
    assert_refused(try_create(&client, "joe"), 404, "NoSuchEntity");
    let list = client.list_access_keys(&iam::ListAccessKeysRequest::new().with_user_name("joe"));
    assert_refused(list, 404, "NoSuchEntity");
    let unknown = "AKIA0000000000000000";
    let last_used = client.get_access_key_last_used(&iam::GetAccessKeyLastUsedRequest::new(unknown));
    assert!(assert_refused(last_used, 404, "NoSuchEntity").contains(unknown));
    // The root has no keys here.
    let own = client.create_access_key(&iam::CreateAccessKeyRequest::new());
    let message = assert_refused(own, 400, "ValidationError");
    assert_eq!(message, "Must specify userName when calling with non-User credentials");
}

#[test]
fn a_key_that_signed_nothing_was_used_nowhere() {
    let client = client_with_users(["jane"]);
    let key = create(&client, "jane");
    let reply = client.get_access_key_last_used(&iam::GetAccessKeyLastUsedRequest::new(key.access_key_id)).unwrap();
    let used = reply.access_key_last_used.unwrap();
    assert_eq!(reply.user_name.as_deref(), Some("jane"));
    assert_eq!((used.service_name.as_str(), used.region.as_str(), used.last_used_date), ("N/A", "N/A", None));
}
