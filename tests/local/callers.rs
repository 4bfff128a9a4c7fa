//! Who calls, and who is let in.

use http::{Request, Response};
use shapewire::credentials::Credentials;
use shapewire::local::LocalIam;
use shapewire::sigv4::Signer;
use shapewire::{ExposeSecret, OperationShape, Timestamp, iam, sts};

use super::{Clock, assert_refused, client, service_at, timestamp};

const NOW: &str = "2026-01-02T03:04:05Z";

/// A call of `O`, signed.
fn signed<O: OperationShape>(input: &O::Input, key: &Credentials, now: Timestamp) -> Request<Vec<u8>> {
    let mut request = O::encode(input, &"http://localhost/".parse().unwrap()).unwrap();
    Signer::new("eu-west-3", O::OPERATION.service().signing_name()).sign(&mut request, key, now).unwrap();
    request
}

/// What `service` answers to that.
fn call<O: OperationShape>(service: &LocalIam, input: &O::Input, key: &Credentials) -> Result<O::Output, O::Error> {
    O::decode(&service.handle(&signed::<O>(input, key, timestamp(NOW))))
}

fn identity(service: &LocalIam, key: &Credentials) -> Result<String, sts::Error> {
    let reply = call::<sts::GetCallerIdentity>(service, &sts::GetCallerIdentityRequest::new(), key)?;
    assert_eq!(reply.account.as_deref(), Some("123456789012"));
    Ok(format!("{} {}", reply.user_id.unwrap(), reply.arn.unwrap()))
}

fn make_user(service: &LocalIam, name: &str) -> (iam::User, Credentials) {
    let client = client(service);
    let user = client.create_user(&iam::CreateUserRequest::new(name).with_path("/p/")).unwrap().user.unwrap();
    let key = client.create_access_key(&iam::CreateAccessKeyRequest::new().with_user_name(name)).unwrap().access_key;
    (user, Credentials::new(key.access_key_id, key.secret_access_key))
}

#[test]
fn the_caller_is_the_user_whose_key_it_is_and_otherwise_the_root() {
    let service = service_at(&Clock::at(NOW));
    let (jane, key) = make_user(&service, "jane");
    assert_eq!(identity(&service, &key).unwrap(), format!("{} arn:aws:iam::123456789012:user/p/jane", jane.user_id));
    let get = |key| call::<iam::GetUser>(&service, &iam::GetUserRequest::new(), key).map(|reply| reply.user);
    assert_eq!(get(&key).unwrap(), jane);
    // Nothing is verified: the secret is any.
    let root = Credentials::new("AKIDROOT", "any");
    assert_eq!(identity(&service, &root).unwrap(), "123456789012 arn:aws:iam::123456789012:root");
    assert_eq!(get(&root).unwrap().arn, "arn:aws:iam::123456789012:root");
    assert_eq!(get(&Credentials::new(key.access_key_id(), "any")).unwrap(), jane);

    let form = "Action=GetCallerIdentity&Version=2011-06-15";
    let unsigned: Response<Vec<u8>> = service.handle(&Request::post("http://localhost/").body(form).unwrap());
    let reply = sts::GetCallerIdentity::decode(&unsigned).unwrap();
    assert_eq!(reply.arn.as_deref(), Some("arn:aws:iam::123456789012:root"));
}

#[test]
fn a_user_who_names_nobody_means_himself() {
    let service = service_at(&Clock::at(NOW));
    let ((_, jane), (_, joe)) = (make_user(&service, "jane"), make_user(&service, "joe"));
    let created = call::<iam::CreateAccessKey>(&service, &iam::CreateAccessKeyRequest::new(), &jane).unwrap();
    assert_eq!(created.access_key.user_name, "jane");
    let keys = |key| {
        let reply = call::<iam::ListAccessKeys>(&service, &iam::ListAccessKeysRequest::new(), key).unwrap();
        reply.access_key_metadata.into_iter().filter_map(|key| key.access_key_id).collect::<Vec<_>>()
    };
    assert_eq!(keys(&jane), [jane.access_key_id(), &created.access_key.access_key_id]);
    assert_eq!(keys(&joe), [joe.access_key_id()]);
    // Another's is not his, and the root finds it by its id.
    let delete = iam::DeleteAccessKeyRequest::new(created.access_key.access_key_id);
    assert_refused(call::<iam::DeleteAccessKey>(&service, &delete, &joe), 404, "NoSuchEntity");
    call::<iam::DeleteAccessKey>(&service, &delete, &Credentials::new("AKIDROOT", "any")).unwrap();
    assert_eq!(keys(&jane).len(), 1);

    let request = iam::CreateServiceSpecificCredentialRequest::new("jane", "codecommit.amazonaws.com");
    let credential = call::<iam::CreateServiceSpecificCredential>(&service, &request, &joe).unwrap();
    let id = credential.service_specific_credential.unwrap().service_specific_credential_id;
    let list = |key: &Credentials| {
        let request = iam::ListServiceSpecificCredentialsRequest::new();
        call::<iam::ListServiceSpecificCredentials>(&service, &request, key)
            .map(|reply| reply.service_specific_credentials)
    };
    assert_eq!((list(&jane).unwrap().len(), list(&joe).unwrap().len()), (1, 0));
    assert_refused(list(&Credentials::new("AKIDROOT", "any")), 400, "ValidationError");
    let update = iam::UpdateServiceSpecificCredentialRequest::new(id.as_str(), iam::StatusType::Inactive);
    assert_refused(call::<iam::UpdateServiceSpecificCredential>(&service, &update, &joe), 404, "NoSuchEntity");
    call::<iam::UpdateServiceSpecificCredential>(&service, &update, &jane).unwrap();
    assert_eq!(list(&jane).unwrap()[0].status, iam::StatusType::Inactive);
}

#[test]
fn the_use_of_a_key_is_noted() {
    let clock = Clock::at(NOW);
    let service = service_at(&clock);
    let (_, key) = make_user(&service, "jane");
    let used = || {
        let request = iam::GetAccessKeyLastUsedRequest::new(key.access_key_id());
        let used = client(&service).get_access_key_last_used(&request).unwrap().access_key_last_used.unwrap();
        (used.service_name, used.region, used.last_used_date)
    };
    assert_eq!(used().2, None);
    identity(&service, &key).unwrap();
    assert_eq!(used(), ("sts".to_owned(), "eu-west-3".to_owned(), Some(timestamp(NOW))));
    clock.set("2026-01-02T03:10:00Z");
    call::<iam::GetUser>(&service, &iam::GetUserRequest::new(), &key).unwrap();
    assert_eq!(used(), ("iam".to_owned(), "eu-west-3".to_owned(), Some(timestamp("2026-01-02T03:10:00Z"))));
}

#[test]
fn who_does_not_sign_is_not_let_in() {
    let clock = Clock::at(NOW);
    let open = service_at(&clock);
    let (jane, key) = make_user(&open, "jane");
    let root = Credentials::new("AKIDROOT", "secret of the root");
    let service = open.clone().with_verification(root.clone());
    assert!(identity(&service, &root).unwrap().ends_with(":root"));
    assert!(identity(&service, &key).unwrap().starts_with(&jane.user_id));
    for (refused, code) in [
        (Credentials::new("AKIDROOT", "wrong"), "SignatureDoesNotMatch"),
        (Credentials::new(key.access_key_id(), "wrong"), "SignatureDoesNotMatch"),
        (Credentials::new("AKIDNOBODY", "secret of the root"), "InvalidClientTokenId"),
        (root.clone().with_session_token("none"), "InvalidClientTokenId"),
    ] {
        let error = identity(&service, &refused).unwrap_err();
        assert_eq!((error.code(), error.context().unwrap().status), (Some(code), 403));
    }
    let unsigned = client(&service).list_users(&iam::ListUsersRequest::new());
    assert_refused(unsigned, 403, "MissingAuthenticationToken");

    // An inactive key signs nothing, and neither does one that is gone; its use is not noted.
    let status = |status| {
        let update = iam::UpdateAccessKeyRequest::new(key.access_key_id(), status).with_user_name("jane");
        call::<iam::UpdateAccessKey>(&service, &update, &root).unwrap();
    };
    status(iam::StatusType::Inactive);
    assert_eq!(identity(&service, &key).unwrap_err().code(), Some("InvalidClientTokenId"));
    status(iam::StatusType::Active);
    identity(&service, &key).unwrap();
    call::<iam::DeleteAccessKey>(&service, &iam::DeleteAccessKeyRequest::new(key.access_key_id()), &key).unwrap();
    assert_eq!(identity(&service, &key).unwrap_err().code(), Some("InvalidClientTokenId"));

    // The clock is the account's.
    let later = signed::<iam::ListUsers>(&iam::ListUsersRequest::new(), &root, timestamp("2026-01-02T03:30:00Z"));
    assert_eq!(iam::ListUsers::decode(&service.handle(&later)).unwrap_err().code(), Some("SignatureDoesNotMatch"));
    clock.set("2026-01-02T03:30:00Z");
    iam::ListUsers::decode(&service.handle(&later)).unwrap();
}

#[test]
fn a_new_key_works_at_once_and_no_secret_is_told() {
    let clock = Clock::at(NOW);
    let root = Credentials::new("AKIDROOT", "secret of the root");
    let service = service_at(&clock).with_verification(root.clone());
    call::<iam::CreateUser>(&service, &iam::CreateUserRequest::new("jane"), &root).unwrap();
    let request = iam::CreateAccessKeyRequest::new().with_user_name("jane");
    let key = call::<iam::CreateAccessKey>(&service, &request, &root).unwrap().access_key;
    let key = Credentials::new(key.access_key_id, key.secret_access_key);
    assert!(identity(&service, &key).unwrap().ends_with("user/jane"));
    let shown = format!("{service:?} {:?}", identity(&service, &Credentials::new(key.access_key_id(), "x")));
    assert!(!shown.contains("secret of the root") && !shown.contains(key.secret_access_key().expose_secret()));
}
