//! The library against services that are not ours. `tests/interop` starts them, tells where they are in `AWS_ENDPOINT_URL` and
//! runs each of these tests by its name.
#![cfg(all(feature = "client", feature = "credentials", feature = "iam", feature = "sts", feature = "json"))]

use std::collections::BTreeMap;

use serde_json::json;
use shapewire::config::{Config, Environment};
use shapewire::schema::Service;
use shapewire::transport::{HttpOptions, HttpTransport};
use shapewire::validation::Mode;
use shapewire::{Client, Error, ExposeSecret, PolicyDocument, iam, sts};

const CODECOMMIT: &str = "codecommit.amazonaws.com";
const PEOPLE: &str = "/people/";

/// A client as the environment's settings make it: it signs.
fn client(service: &'static Service) -> Client {
    assert!(std::env::var_os("AWS_ENDPOINT_URL").is_some(), "AWS_ENDPOINT_URL names no service to test against");
    let config = Config::load(Environment::process()).unwrap();
    let mut options = HttpOptions::default();
    options.use_proxies = false;
    let metadata = HttpTransport::with_options(&HttpOptions::metadata());
    Client::from_config(service, &config, HttpTransport::with_options(&options), metadata).unwrap()
}

/// A name that no other run has used.
fn unique(prefix: &str) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    format!("{prefix}-{}", now.as_nanos())
}

#[test]
#[ignore = "needs LocalStack, which tests/interop starts"]
fn credentials_at_localstack() {
    let any = client(&iam::SERVICE);
    let iam = iam::Client::new(any.clone());
    let jane = unique("jane");
    iam.create_user(&iam::CreateUserRequest::new(&jane)).unwrap();

    let request = iam::CreateServiceSpecificCredentialRequest::new(&jane, CODECOMMIT);
    let (reply, metadata) = any.call_with_metadata::<iam::CreateServiceSpecificCredential>(&request).unwrap();
    assert_eq!(metadata.request_id.map(|id| id.len()), Some(36));
    let created = reply.service_specific_credential.unwrap();
    assert_eq!((created.user_name.as_str(), created.service_name.as_str()), (jane.as_str(), CODECOMMIT));
    assert_eq!(created.status, iam::StatusType::Active);
    assert_eq!(created.service_user_name, Some(format!("{jane}-at-000000000000")));
    let password = created.service_password.as_ref().unwrap().expose_secret().to_owned();
    assert_eq!(password.len(), 60);
    assert!(!format!("{created:?}").contains(&password));
    let id = created.service_specific_credential_id.as_str();

    let list = || {
        let request =
            iam::ListServiceSpecificCredentialsRequest::new().with_user_name(&jane).with_service_name(CODECOMMIT);
        iam.list_service_specific_credentials(&request).unwrap().service_specific_credentials
    };
    let listed = list();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].service_specific_credential_id, id);
    assert_eq!(listed[0].create_date, created.create_date);

    let request = iam::ResetServiceSpecificCredentialRequest::new(id).with_user_name(&jane);
    let reset = iam.reset_service_specific_credential(&request).unwrap().service_specific_credential.unwrap();
    assert_eq!(reset.service_specific_credential_id, id);
    assert_ne!(reset.service_password.unwrap().expose_secret(), password);

    let request = iam::UpdateServiceSpecificCredentialRequest::new(id, iam::StatusType::Inactive).with_user_name(&jane);
    iam.update_service_specific_credential(&request).unwrap();
    assert_eq!(list()[0].status, iam::StatusType::Inactive);

    // Errors by their types.
    let error = iam.delete_user(&iam::DeleteUserRequest::new(&jane)).unwrap_err();
    let iam::Error::DeleteConflictException(conflict) = &error else { panic!("{error:?}") };
    assert_eq!((conflict.status(), conflict.code()), (409, "DeleteConflict"));
    assert_eq!(conflict.details().message.as_deref(), conflict.message());
    let raw = error.raw_reply().unwrap();
    assert_eq!((raw.status().as_u16(), &raw.headers()["x-localstack"] == "true"), (409, true));
    let body = String::from_utf8_lossy(raw.body().expose_secret()).into_owned();
    assert!(body.contains(error.request_id().unwrap()), "{body}");

    let request = iam::DeleteServiceSpecificCredentialRequest::new(id).with_user_name(&jane);
    iam.delete_service_specific_credential(&request).unwrap();
    assert_eq!(list().len(), 0);
    let error = iam.delete_service_specific_credential(&request).unwrap_err();
    assert!(
        matches!(&error, iam::Error::NoSuchEntityException(error) if error.message().unwrap().contains(id)),
        "{error}"
    );

    // What our validation refuses, the service refuses too, with a code that the model does not have.
    let request = iam::ResetServiceSpecificCredentialRequest::new("ACCA!*-bad-id-x-x-x").with_user_name(&jane);
    let error = iam.reset_service_specific_credential(&request).unwrap_err();
    assert!(matches!(error, iam::Error::Call(Error::Invalid(_))), "{error:?}");
    let unchecked = iam::Client::new(any.with_validation(Mode::Off));
    let error = unchecked.reset_service_specific_credential(&request).unwrap_err();
    assert!(matches!(&error, iam::Error::Unmodeled(error) if error.code() == "ValidationError"), "{error:?}");
    iam.delete_user(&iam::DeleteUserRequest::new(&jane)).unwrap();
}

#[test]
#[ignore = "needs moto, which tests/interop starts"]
fn signatures_at_moto() {
    let identity =
        sts::Client::new(client(&sts::SERVICE)).get_caller_identity(&sts::GetCallerIdentityRequest::new()).unwrap();
    assert_eq!(identity.arn.as_deref(), Some("arn:aws:iam::123456789012:user/admin"));
    let iam = iam::Client::new(client(&iam::SERVICE));
    let users = iam.list_users(&iam::ListUsersRequest::new()).unwrap().users;
    assert_eq!(users.iter().map(|user| user.user_name.as_str()).collect::<Vec<_>>(), ["admin"]);

    let key = shapewire::credentials::Credentials::new(std::env::var("AWS_ACCESS_KEY_ID").unwrap(), "wrong");
    let signer = shapewire::sigv4::Signer::new("us-east-1", "iam");
    let forged = iam::Client::new(client(&iam::SERVICE).with_signing(signer, key));
    let error = forged.list_users(&iam::ListUsersRequest::new()).unwrap_err();
    assert!(matches!(&error, iam::Error::Unmodeled(error) if error.code() == "SignatureDoesNotMatch"), "{error:?}");
    assert_eq!(error.context().unwrap().status, 403);
}

#[test]
#[ignore = "needs moto, which tests/interop starts"]
fn maps_blobs_and_documents_at_moto() {
    let any = client(&iam::SERVICE);
    let iam = iam::Client::new(any.clone());
    for number in 0..3 {
        let tags = vec![iam::Tag::new("number", number.to_string()), iam::Tag::new("two words", "a + b = é日")];
        let request = iam::CreateUserRequest::new(format!("user-{number}")).with_path(PEOPLE).with_tags(tags);
        iam.create_user(&request).unwrap();
    }

    // A map.
    let summary = iam.get_account_summary(&iam::GetAccountSummaryRequest::new()).unwrap().summary_map;
    assert_eq!(summary[&iam::SummaryKeyType::Users], 3);
    assert_eq!(summary[&iam::SummaryKeyType::UsersQuota], 5000);

    // A blob, and the same text in base 32 within base 64.
    let request = iam::CreateVirtualMFADeviceRequest::new("phone");
    let device = iam.create_virtual_mfa_device(&request).unwrap().virtual_mfa_device;
    assert_eq!(device.serial_number, "arn:aws:iam::123456789012:mfa/phone");
    let seed = device.base32_string_seed.unwrap();
    let seed = std::str::from_utf8(seed.expose_secret()).unwrap();
    assert!(seed.len() == 64 && seed.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'7')), "{seed}");
    assert_eq!(device.qr_code_png.unwrap().expose_secret().len(), 64);

    // Documents: percent-encoded in some replies, as they are in others.
    let document = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["s3:Get*"], "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/é": "100% <x>"}}},
    ]});
    let trust = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ]});
    let mut arns = BTreeMap::new();
    for name in ["p-0", "p-1", "p-2"] {
        let request = iam::CreatePolicyRequest::new(name, document.to_string());
        arns.insert(name.to_owned(), iam.create_policy(&request).unwrap().policy.unwrap().arn.unwrap());
    }
    iam.create_role(&iam::CreateRoleRequest::new("r", trust.to_string())).unwrap();
    iam.put_role_policy(&iam::PutRolePolicyRequest::new("r", "inline", document.to_string())).unwrap();
    iam.attach_role_policy(&iam::AttachRolePolicyRequest::new("r", &arns["p-1"])).unwrap();
    let original = iam.get_role_policy(&iam::GetRolePolicyRequest::new("r", "inline")).unwrap().policy_document;
    assert!(original.starts_with("%7B%22"), "{original}");
    assert_eq!(PolicyDocument::new(&original).json().unwrap(), document);
    let request = iam::GetPolicyVersionRequest::new(&arns["p-2"], "v1");
    let version = iam.get_policy_version(&request).unwrap().policy_version.unwrap();
    assert_eq!(version.is_default_version, Some(true));
    assert_eq!(PolicyDocument::new(version.document.as_deref().unwrap()).json().unwrap(), document);

    // Pages.
    let request = iam::ListPoliciesRequest::new().with_scope(iam::PolicyScopeType::Local).with_max_items(1);
    let mut pages = 0;
    let policies = any.pages::<iam::ListPolicies>(request).inspect(|_| pages += 1);
    let found: BTreeMap<String, String> = policies
        .flat_map(|page| page.unwrap().policies)
        .map(|policy| (policy.policy_name.unwrap(), policy.arn.unwrap()))
        .collect();
    // A page of one each, and where the last one is full moto gives an empty one after it.
    assert_eq!((pages, &found), (4, &arns));

    // A reply with structures in lists in structures in lists.
    let request = iam::GetAccountAuthorizationDetailsRequest::new();
    let mut pages = any.pages::<iam::GetAccountAuthorizationDetails>(request).map(Result::unwrap);
    let role = pages.find_map(|page| page.role_detail_list.into_iter().next()).unwrap();
    assert_eq!(role.role_name.as_deref(), Some("r"));
    assert_eq!(PolicyDocument::new(role.assume_role_policy_document.as_deref().unwrap()).json().unwrap(), trust);
    assert_eq!(role.attached_managed_policies[0].policy_arn.as_ref(), Some(&arns["p-1"]));
    let inline = &role.role_policy_list[0];
    assert_eq!(inline.policy_name.as_deref(), Some("inline"));
    assert_eq!(PolicyDocument::new(inline.policy_document.as_deref().unwrap()).json().unwrap(), document);

    // Errors by their types.
    let error = iam.get_role(&iam::GetRoleRequest::new("nobody")).unwrap_err();
    assert!(matches!(&error, iam::Error::NoSuchEntityException(error) if error.status() == 404), "{error:?}");
    let error = iam.create_policy(&iam::CreatePolicyRequest::new("bad", "{}")).unwrap_err();
    assert!(matches!(&error, iam::Error::MalformedPolicyDocumentException(_)), "{error:?}");
    let error = iam.create_user(&iam::CreateUserRequest::new("user-1")).unwrap_err();
    let iam::Error::EntityAlreadyExistsException(exists) = &error else { panic!("{error:?}") };
    assert_eq!((exists.status(), exists.details().message.as_deref()), (409, exists.message()));
    assert!(error.request_id().is_some_and(|id| !id.is_empty()));
}
