//! Service-specific credentials: kinds, limits, secrets, status, lists.

use std::collections::BTreeSet;

use shapewire::local::LocalIam;
use shapewire::{ExposeSecret, OperationShape, iam};

use super::{Clock, assert_refused, client, client_with_users, service_at, timestamp};

const CODECOMMIT: &str = "codecommit.amazonaws.com";
const CASSANDRA: &str = "cassandra.amazonaws.com";
const BEDROCK: &str = "bedrock.amazonaws.com";
const LOGS: &str = "logs.amazonaws.com";

fn try_create(
    client: &iam::Client,
    user_name: &str,
    service_name: &str,
) -> Result<iam::ServiceSpecificCredential, iam::Error> {
    let request = iam::CreateServiceSpecificCredentialRequest::new(user_name, service_name);
    Ok(client.create_service_specific_credential(&request)?.service_specific_credential.unwrap())
}

fn create(client: &iam::Client, user_name: &str, service_name: &str) -> iam::ServiceSpecificCredential {
    try_create(client, user_name, service_name).unwrap()
}

fn create_aged(
    client: &iam::Client,
    service_name: &str,
    days: i32,
) -> Result<iam::ServiceSpecificCredential, iam::Error> {
    let request = iam::CreateServiceSpecificCredentialRequest::new("jane", service_name).with_credential_age_days(days);
    Ok(client.create_service_specific_credential(&request)?.service_specific_credential.unwrap())
}

fn list(client: &iam::Client, user_name: &str) -> Vec<iam::ServiceSpecificCredentialMetadata> {
    let request = iam::ListServiceSpecificCredentialsRequest::new().with_user_name(user_name);
    client.list_service_specific_credentials(&request).unwrap().service_specific_credentials
}

fn update(client: &iam::Client, id: &str, status: impl Into<iam::StatusType>) -> Result<(), iam::Error> {
    let request = iam::UpdateServiceSpecificCredentialRequest::new(id, status).with_user_name("jane");
    client.update_service_specific_credential(&request).map(drop)
}

fn password(credential: &iam::ServiceSpecificCredential) -> &str {
    credential.service_password.as_ref().unwrap().expose_secret()
}

fn api_key(credential: &iam::ServiceSpecificCredential) -> &str {
    credential.service_credential_secret.as_ref().unwrap().expose_secret()
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn a_password_service_gives_a_name_and_a_password() {
    let client = client(&service_at(&Clock::at("2026-01-02T03:04:05Z")).with_account_id("111122223333"));
    client.create_user(&iam::CreateUserRequest::new("Jane")).unwrap();
    for service_name in [CODECOMMIT, CASSANDRA] {
        let credential = create(&client, "jane", service_name);
        assert_eq!((credential.user_name.as_str(), credential.service_name.as_str()), ("Jane", service_name));
        assert_eq!(credential.service_user_name.as_deref(), Some("Jane-at-111122223333"));
        assert_eq!(credential.status, iam::StatusType::Active);
        assert_eq!(credential.create_date, timestamp("2026-01-02T03:04:05Z"));
        assert_eq!((credential.expiration_date, credential.service_credential_alias.as_deref()), (None, None));
        assert!(credential.service_credential_secret.is_none());
        let id = &credential.service_specific_credential_id;
        assert!(id.starts_with("ACCA") && id.len() == 21, "{id}");
        assert!(id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()), "{id}");
        let password = password(&credential);
        assert_eq!(password.len(), 44);
        let body = password.strip_suffix('=').unwrap();
        assert!(body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(&byte)));
    }
}

#[test]
fn an_api_key_service_gives_an_alias_and_a_key() {
    let client = client_with_users(["jane"]);
    for (service_name, prefix) in [(BEDROCK, "ABSK"), (LOGS, "ACWL")] {
        let credential = create(&client, "jane", service_name);
        assert_eq!(credential.service_credential_alias.as_deref(), Some("jane-at-123456789012"));
        assert!(credential.service_user_name.is_none() && credential.service_password.is_none());
        assert_eq!(credential.expiration_date, None);
        assert!(api_key(&credential).starts_with(prefix) && api_key(&credential).len() > 44);
        let listed = list(&client, "jane").pop().unwrap();
        assert_eq!(listed.service_credential_alias, credential.service_credential_alias);
        assert_eq!(listed.service_user_name, None);
    }
}

#[test]
fn secrets_and_ids_differ() {
    let client = client_with_users(["jane", "joe"]);
    let (mut secrets, mut ids) = (BTreeSet::new(), BTreeSet::new());
    for user_name in ["jane", "joe"] {
        for service_name in [CODECOMMIT, CODECOMMIT, CASSANDRA, CASSANDRA] {
            let credential = create(&client, user_name, service_name);
            secrets.insert(password(&credential).to_owned());
            ids.insert(credential.service_specific_credential_id);
        }
    }
    assert_eq!((secrets.len(), ids.len()), (8, 8));
}

#[test]
fn a_user_has_two_sets_for_each_service() {
    let client = client_with_users(["jane", "joe"]);
    let first = create(&client, "jane", CODECOMMIT);
    let second = create(&client, "jane", CODECOMMIT);
    assert_eq!(first.service_user_name.as_deref(), Some("jane-at-123456789012"));
    assert_eq!(second.service_user_name.as_deref(), Some("jane+1-at-123456789012"));
    assert_refused(try_create(&client, "jane", CODECOMMIT), 409, "LimitExceeded");
    // An inactive set counts; other services and other users do not.
    update(&client, &second.service_specific_credential_id, iam::StatusType::Inactive).unwrap();
    assert_refused(try_create(&client, "jane", CODECOMMIT), 409, "LimitExceeded");
    create(&client, "jane", CASSANDRA);
    create(&client, "joe", CODECOMMIT);
    assert_eq!(list(&client, "jane").len(), 3);

    let delete = iam::DeleteServiceSpecificCredentialRequest::new(first.service_specific_credential_id.as_str());
    client.delete_service_specific_credential(&delete).unwrap();
    let third = create(&client, "jane", CODECOMMIT);
    assert_eq!(third.service_user_name, first.service_user_name);
    assert_ne!(third.service_specific_credential_id, first.service_specific_credential_id);
    assert_refused(try_create(&client, "jane", CODECOMMIT), 409, "LimitExceeded");
}

#[test]
fn unknown_users_and_services_are_refused() {
    let client = client_with_users(["jane"]);
    let message = assert_refused(try_create(&client, "joe", CODECOMMIT), 404, "NoSuchEntity");
    assert_eq!(message, "The user with name joe cannot be found.");
    for service_name in ["s3.amazonaws.com", "codecommit", "CodeCommit.amazonaws.com", ""] {
        assert_refused(try_create(&client, "jane", service_name), 404, "NotSupportedService");
    }
    let request = iam::ListServiceSpecificCredentialsRequest::new();
    let unsupported = request.clone().with_user_name("jane").with_service_name("s3.amazonaws.com");
    assert_refused(client.list_service_specific_credentials(&unsupported), 404, "NotSupportedService");
    assert_refused(client.list_service_specific_credentials(&request.with_user_name("joe")), 404, "NoSuchEntity");
    assert!(list(&client, "jane").is_empty());
}

#[test]
fn only_api_keys_expire() {
    let clock = Clock::at("2026-01-02T03:04:05Z");
    let service = service_at(&clock);
    let client = client(&service);
    client.create_user(&iam::CreateUserRequest::new("jane")).unwrap();
    for service_name in [CODECOMMIT, CASSANDRA] {
        let message = assert_refused(create_aged(&client, service_name, 30), 400, "ValidationError");
        assert!(message.contains("CredentialAgeDays") && message.contains(service_name), "{message}");
    }
    for (days, expected) in
        [(0, None), (1, Some("2026-01-03T03:04:05Z")), (36600, Some("2126-03-19T03:04:05Z")), (36601, None)]
    {
        match (create_aged(&client, BEDROCK, days), expected) {
            (created, Some(expected)) => assert_eq!(created.unwrap().expiration_date, Some(timestamp(expected))),
            (refused, None) => {
                let message = assert_refused(refused, 400, "ValidationError");
                assert!(message.contains("'credentialAgeDays'"), "{message}");
            }
        }
    }

    let statuses = || list(&client, "jane").into_iter().map(|listed| listed.status).collect::<Vec<_>>();
    assert_eq!(statuses(), [iam::StatusType::Active, iam::StatusType::Active]);
    clock.set("2026-01-03T03:04:04Z");
    assert_eq!(statuses(), [iam::StatusType::Active, iam::StatusType::Active]);
    clock.set("2026-01-03T03:04:05Z");
    assert_eq!(statuses(), [iam::StatusType::Expired, iam::StatusType::Active]);
    let instant = service.clone().with_clock(|| timestamp("2026-01-03T03:04:05Z"));
    assert_eq!(list(&super::client(&instant), "jane")[0].status, iam::StatusType::Expired);
    assert_eq!(list(&client, "jane")[0].expiration_date, Some(timestamp("2026-01-03T03:04:05Z")));
    // An expired set counts, and setting its status does not bring it back.
    assert_refused(create_aged(&client, BEDROCK, 1), 409, "LimitExceeded");
    update(&client, &list(&client, "jane")[0].service_specific_credential_id, iam::StatusType::Active).unwrap();
    assert_eq!(statuses(), [iam::StatusType::Expired, iam::StatusType::Active]);
}

#[test]
fn an_expiry_after_the_last_year_is_refused() {
    let client = client(&service_at(&Clock::at("9990-01-01T00:00:00Z")));
    client.create_user(&iam::CreateUserRequest::new("jane")).unwrap();
    assert_refused(create_aged(&client, BEDROCK, 36600), 400, "ValidationError");
    create_aged(&client, BEDROCK, 30).unwrap();
}

#[test]
fn the_secret_is_shown_once() {
    let service = LocalIam::new();
    let client = client(&service);
    client.create_user(&iam::CreateUserRequest::new("jane")).unwrap();
    let created = create(&client, "jane", CODECOMMIT);
    let key = create(&client, "jane", BEDROCK);
    let request = iam::ResetServiceSpecificCredentialRequest::new(created.service_specific_credential_id.as_str());
    let reset = client.reset_service_specific_credential(&request).unwrap().service_specific_credential.unwrap();
    let secrets = [password(&created), password(&reset), api_key(&key)];

    let endpoint = "http://localhost/".parse().unwrap();
    let request = iam::ListServiceSpecificCredentialsRequest::new().with_all_users(true);
    let request = iam::ListServiceSpecificCredentials::encode(&request, &endpoint).unwrap();
    let listed = service.handle(&request);
    assert!(contains(listed.body(), &created.service_specific_credential_id));
    let shown = format!("{service:?} {client:?} {created:?} {reset:?} {key:?}");
    for secret in secrets {
        assert!(!contains(listed.body(), secret));
        assert!(!shown.contains(secret));
    }
}

#[test]
fn reset_gives_a_new_secret_and_keeps_the_rest() {
    let clock = Clock::at("2026-01-02T03:04:05Z");
    let client = client(&service_at(&clock));
    for user_name in ["jane", "joe"] {
        client.create_user(&iam::CreateUserRequest::new(user_name)).unwrap();
    }
    let created = create(&client, "jane", CODECOMMIT);
    let id = created.service_specific_credential_id.as_str();
    update(&client, id, iam::StatusType::Inactive).unwrap();
    clock.set("2027-01-02T03:04:05Z");
    let request = iam::ResetServiceSpecificCredentialRequest::new(id);
    let mut seen = BTreeSet::from([password(&created).to_owned()]);
    for request in [request.clone().with_user_name("jane"), request.clone()] {
        let mut reset =
            client.reset_service_specific_credential(&request).unwrap().service_specific_credential.unwrap();
        assert_eq!(password(&reset).len(), 44);
        assert!(seen.insert(password(&reset).to_owned()));
        assert_eq!(reset.status, iam::StatusType::Inactive);
        reset.service_password.clone_from(&created.service_password);
        reset.status = created.status.clone();
        assert_eq!(reset, created);
    }

    let key = create_aged(&client, BEDROCK, 30).unwrap();
    let reset = iam::ResetServiceSpecificCredentialRequest::new(key.service_specific_credential_id.as_str());
    let reset = client.reset_service_specific_credential(&reset).unwrap().service_specific_credential.unwrap();
    assert_eq!(
        (reset.service_credential_alias.as_deref(), reset.service_password.is_none()),
        (Some("jane-at-123456789012"), true)
    );
    assert_eq!(reset.expiration_date, key.expiration_date);
    assert_ne!(api_key(&reset), api_key(&key));

    let reset = |request| client.reset_service_specific_credential(&request);
    assert_refused(reset(request.clone().with_user_name("joe")), 404, "NoSuchEntity");
    assert_refused(reset(request.with_user_name("mary")), 404, "NoSuchEntity");
    let unknown = iam::ResetServiceSpecificCredentialRequest::new("ACCA00000000000000000");
    assert!(assert_refused(reset(unknown), 404, "NoSuchEntity").contains("ACCA00000000000000000"));
}

#[test]
fn update_sets_active_and_inactive_only() {
    let client = client_with_users(["jane", "joe"]);
    let id = create(&client, "jane", CODECOMMIT).service_specific_credential_id;
    let status = || list(&client, "jane").remove(0).status;
    for wanted in [iam::StatusType::Inactive, iam::StatusType::Inactive, iam::StatusType::Active] {
        update(&client, &id, wanted.clone()).unwrap();
        assert_eq!(status(), wanted);
    }
    for refused in ["Expired", "active", "Bogus"] {
        let message = assert_refused(update(&client, &id, refused), 400, "ValidationError");
        assert!(message.contains("'status'") && message.contains("[Active, Inactive]"), "{message}");
    }
    assert_refused(update(&client, &id, ""), 400, "ValidationError");
    assert_eq!(status(), iam::StatusType::Active);

    let request = iam::UpdateServiceSpecificCredentialRequest::new(id.as_str(), iam::StatusType::Inactive);
    let update = |request| client.update_service_specific_credential(&request);
    assert_refused(update(request.clone().with_user_name("joe")), 404, "NoSuchEntity");
    assert_refused(update(request.clone().with_user_name("mary")), 404, "NoSuchEntity");
    let unknown = iam::UpdateServiceSpecificCredentialRequest::new("ACCA00000000000000000", iam::StatusType::Inactive);
    assert_refused(update(unknown), 404, "NoSuchEntity");
    assert_eq!(status(), iam::StatusType::Active);
    update(request).unwrap();
    assert_eq!(status(), iam::StatusType::Inactive);
}

#[test]
fn delete_takes_one_set_once() {
    let client = client_with_users(["jane", "joe"]);
    let (first, second) = (create(&client, "jane", CODECOMMIT), create(&client, "jane", CODECOMMIT));
    let request = iam::DeleteServiceSpecificCredentialRequest::new(first.service_specific_credential_id);
    let delete = |request| client.delete_service_specific_credential(&request);
    assert_refused(delete(request.clone().with_user_name("joe")), 404, "NoSuchEntity");
    assert_eq!(list(&client, "jane").len(), 2);
    delete(request.clone().with_user_name("jane")).unwrap();
    assert_refused(delete(request.clone().with_user_name("jane")), 404, "NoSuchEntity");
    assert_refused(delete(request), 404, "NoSuchEntity");
    let left = list(&client, "jane");
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].service_specific_credential_id, second.service_specific_credential_id);
}

#[test]
fn credentials_follow_a_renamed_user() {
    let client = client_with_users(["jane"]);
    let created = create(&client, "jane", CODECOMMIT);
    client.update_user(&iam::UpdateUserRequest::new("jane").with_new_user_name("mary")).unwrap();
    let listed = list(&client, "mary");
    assert_eq!(listed[0].service_specific_credential_id, created.service_specific_credential_id);
    assert_eq!((listed[0].user_name.as_str(), &listed[0].service_user_name), ("mary", &created.service_user_name));
    // Who has the old name now gets another name at the service.
    client.create_user(&iam::CreateUserRequest::new("jane")).unwrap();
    assert_eq!(create(&client, "jane", CODECOMMIT).service_user_name.as_deref(), Some("jane+1-at-123456789012"));
}

#[test]
fn lists_are_of_one_user_or_of_all() {
    let client = client_with_users(["Mary", "bob", "jane"]);
    for (user_name, service_name) in [("Mary", CODECOMMIT), ("bob", BEDROCK), ("Mary", BEDROCK), ("bob", CODECOMMIT)] {
        create(&client, user_name, service_name);
    }
    let request = iam::ListServiceSpecificCredentialsRequest::new();
    let listed = |request: &iam::ListServiceSpecificCredentialsRequest| {
        let reply = client.list_service_specific_credentials(request).unwrap();
        assert_eq!((reply.is_truncated, reply.marker.as_deref()), (Some(false), None));
        let of = |listed: iam::ServiceSpecificCredentialMetadata| (listed.user_name, listed.service_name);
        reply.service_specific_credentials.into_iter().map(of).collect::<Vec<_>>()
    };
    let pair = |user_name: &str, service_name: &str| (user_name.to_owned(), service_name.to_owned());
    assert_eq!(
        listed(&request.clone().with_all_users(true)),
        [pair("bob", BEDROCK), pair("bob", CODECOMMIT), pair("Mary", CODECOMMIT), pair("Mary", BEDROCK)]
    );
    assert_eq!(
        listed(&request.clone().with_all_users(true).with_service_name(BEDROCK)),
        [pair("bob", BEDROCK), pair("Mary", BEDROCK)]
    );
    assert_eq!(
        listed(&request.clone().with_user_name("mary").with_all_users(false)),
        [pair("Mary", CODECOMMIT), pair("Mary", BEDROCK)]
    );
    assert_eq!(listed(&request.clone().with_user_name("mary").with_service_name(BEDROCK)), [pair("Mary", BEDROCK)]);
    assert_eq!(listed(&request.clone().with_user_name("mary").with_service_name(CASSANDRA)), []);
    assert_eq!(listed(&request.clone().with_user_name("jane")), []);

    let list = |request| client.list_service_specific_credentials(&request);
    assert_refused(list(request.clone().with_user_name("mary").with_all_users(true)), 400, "ValidationError");
    assert_refused(list(request.clone().with_all_users(false)), 400, "ValidationError");
    let message = assert_refused(list(request), 400, "ValidationError");
    assert_eq!(message, "Must specify userName when calling with non-User credentials");
}

#[test]
fn pages_survive_deletion_between_them() {
    let client = client_with_users(["a", "b", "c"]);
    for user_name in ["c", "b", "a"] {
        create(&client, user_name, CODECOMMIT);
        create(&client, user_name, BEDROCK);
    }
    let page = |marker: Option<String>| {
        let mut request = iam::ListServiceSpecificCredentialsRequest::new().with_all_users(true).with_max_items(3);
        request.marker = marker;
        client.list_service_specific_credentials(&request).unwrap()
    };
    let users = |reply: &iam::ListServiceSpecificCredentialsResponse| {
        reply.service_specific_credentials.iter().map(|listed| listed.user_name.clone()).collect::<String>()
    };
    let first = page(None);
    assert_eq!((users(&first).as_str(), first.is_truncated), ("aab", Some(true)));
    // All that was shown goes, down to the user.
    for shown in &first.service_specific_credentials {
        let id = shown.service_specific_credential_id.as_str();
        client.delete_service_specific_credential(&iam::DeleteServiceSpecificCredentialRequest::new(id)).unwrap();
    }
    client.delete_user(&iam::DeleteUserRequest::new("a")).unwrap();
    let second = page(first.marker);
    assert_eq!((users(&second).as_str(), second.is_truncated, second.marker), ("bcc", Some(false), None));
    assert_eq!(second.service_specific_credentials[0].service_name, BEDROCK);

    let one = iam::ListServiceSpecificCredentialsRequest::new().with_user_name("c").with_max_items(1);
    let first = client.list_service_specific_credentials(&one).unwrap();
    assert_eq!(first.service_specific_credentials[0].service_name, CODECOMMIT);
    let second = client.list_service_specific_credentials(&one.with_marker(first.marker.unwrap())).unwrap();
    assert_eq!(second.service_specific_credentials[0].service_name, BEDROCK);
    assert_eq!((second.is_truncated, second.marker), (Some(false), None));
}

#[test]
fn markers_are_checked() {
    let client = client_with_users(["a", "b"]);
    let users = client.list_users(&iam::ListUsersRequest::new().with_max_items(1)).unwrap().marker.unwrap();
    for marker in ["1", "!", "YQ", users.as_str()] {
        let request = iam::ListServiceSpecificCredentialsRequest::new().with_all_users(true).with_marker(marker);
        assert_refused(client.list_service_specific_credentials(&request), 400, "ValidationError");
    }
}
