//! The replies that are read: written by the server half, out of accounts that are made up.

use std::fmt;
use std::sync::Arc;

use shapewire::server::Router;
use shapewire::{OperationShape, Timestamp, iam};

/// How many users there are in lists.
pub(crate) const SIZES: [usize; 4] = [10, 1_000, 10_000, 100_000];

/// A reply that is read.
#[derive(Clone)]
pub struct Reply {
    /// The operation, and how much there is.
    pub name: String,
    /// The document.
    pub body: Arc<[u8]>,
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// What a server answers to `O`.
fn reply<O: OperationShape>(name: String, query: &str, output: O::Output) -> Reply
where
    O::Output: Clone,
{
    let router = Router::new().on::<O>(move |_, _| Ok(output.clone()));
    let request = format!("Action={}&Version=2010-05-08{query}", O::OPERATION.name());
    let request = http::Request::post("http://localhost/").body(request).expect("a request");
    let response = router.handle(&request);
    assert_eq!(response.status(), 200, "{}", String::from_utf8_lossy(response.body()));
    Reply { name, body: response.into_body().into() }
}

fn created() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().expect("a time")
}

pub(crate) fn credential() -> Reply {
    let credential = iam::ServiceSpecificCredential::new(
        created(),
        "codecommit.amazonaws.com",
        "ACCAEXAMPLE123456EXAMPLE",
        "jane",
        iam::StatusType::Active,
    )
    .with_service_user_name("jane-at-123456789012")
    .with_service_password("xTBAr9JHSkJEzVLqoRmO5BLKXPYBXYEXAMPLEpW3sQA=");
    let output = iam::CreateServiceSpecificCredentialResponse::new().with_service_specific_credential(credential);
    let query = "&UserName=jane&ServiceName=codecommit.amazonaws.com";
    reply::<iam::CreateServiceSpecificCredential>("CreateServiceSpecificCredential".to_owned(), query, output)
}

pub(crate) fn users(count: usize) -> Reply {
    let users = (0..count).map(|number| {
        let name = format!("user-{number:06}");
        let arn = format!("arn:aws:iam::123456789012:user/division/team/{name}");
        let user = iam::User::new("/division/team/", name, id("AIDA", number), arn, created());
        if number % 3 == 0 { user.with_password_last_used(created()) } else { user }
    });
    let output = iam::ListUsersResponse::new(users.collect::<Vec<_>>()).with_is_truncated(false);
    reply::<iam::ListUsers>(format!("ListUsers-{count}"), "", output)
}

/// An account of 100 users, 20 groups, 100 roles and 50 policies, as deep as such accounts are.
pub(crate) fn account() -> Reply {
    let output = iam::GetAccountAuthorizationDetailsResponse::new()
        .with_user_detail_list((0..100).map(user).collect::<Vec<_>>())
        .with_group_detail_list((0..20).map(group).collect::<Vec<_>>())
        .with_role_detail_list((0..100).map(role).collect::<Vec<_>>())
        .with_policies((0..50).map(policy).collect::<Vec<_>>())
        .with_is_truncated(false);
    reply::<iam::GetAccountAuthorizationDetails>("GetAccountAuthorizationDetails".to_owned(), "", output)
}

fn id(prefix: &str, number: usize) -> String {
    format!("{prefix}{number:017}")
}

fn arn(kind: &str, name: &str) -> String {
    format!("arn:aws:iam::123456789012:{kind}/{name}")
}

/// A policy document, percent-encoded as IAM sends it.
fn document(number: usize) -> String {
    let statement = "%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%5B%22s3%3AGetObject%22%2C%22s3%3APutObject%22%5D%2C\
                     %22Resource%22%3A%22arn%3Aaws%3As3%3A%3A%3Aexample-bucket%2F%2A%22%7D";
    let statements = vec![statement; 1 + number % 4].join("%2C");
    format!("%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B{statements}%5D%7D")
}

fn tags() -> Vec<iam::Tag> {
    [("team", "blue"), ("cost-center", "4711"), ("stage", "R&D")].map(|(key, value)| iam::Tag::new(key, value)).into()
}

fn inline(number: usize) -> Vec<iam::PolicyDetail> {
    let policy = |index| {
        iam::PolicyDetail::new()
            .with_policy_name(format!("inline-{index}"))
            .with_policy_document(document(number + index))
    };
    (0..2).map(policy).collect()
}

fn attached(number: usize) -> Vec<iam::AttachedPolicy> {
    let policy = |index| {
        let name = format!("policy-{:03}", (number + index) % 50);
        iam::AttachedPolicy::new().with_policy_arn(arn("policy", &name)).with_policy_name(name)
    };
    (0..3).map(policy).collect()
}

fn user(number: usize) -> iam::UserDetail {
    let name = format!("user-{number:03}");
    iam::UserDetail::new()
        .with_path("/division/team/")
        .with_arn(arn("user/division/team", &name))
        .with_user_name(name)
        .with_user_id(id("AIDA", number))
        .with_create_date(created())
        .with_user_policy_list(inline(number))
        .with_group_list(["developers".to_owned(), "auditors".to_owned()])
        .with_attached_managed_policies(attached(number))
        .with_tags(tags())
}

fn group(number: usize) -> iam::GroupDetail {
    let name = format!("group-{number:03}");
    iam::GroupDetail::new()
        .with_path("/")
        .with_arn(arn("group", &name))
        .with_group_name(name)
        .with_group_id(id("AGPA", number))
        .with_create_date(created())
        .with_group_policy_list(inline(number))
        .with_attached_managed_policies(attached(number))
}

fn role(number: usize) -> iam::RoleDetail {
    let name = format!("role-{number:03}");
    let inner = iam::Role::new("/", name.clone(), id("AROA", number), arn("role", &name), created())
        .with_assume_role_policy_document(document(number));
    let profile = iam::InstanceProfile::new(
        "/",
        name.clone(),
        id("AIPA", number),
        arn("instance-profile", &name),
        created(),
        [inner],
    )
    .with_tags(tags());
    iam::RoleDetail::new()
        .with_path("/")
        .with_arn(arn("role", &name))
        .with_role_name(name)
        .with_role_id(id("AROA", number))
        .with_create_date(created())
        .with_assume_role_policy_document(document(number))
        .with_instance_profile_list([profile])
        .with_role_policy_list(inline(number))
        .with_attached_managed_policies(attached(number))
        .with_tags(tags())
}

fn policy(number: usize) -> iam::ManagedPolicyDetail {
    let name = format!("policy-{number:03}");
    let version = |index| {
        iam::PolicyVersion::new()
            .with_document(document(number + index))
            .with_version_id(format!("v{index}"))
            .with_is_default_version(index == 3)
            .with_create_date(created())
    };
    iam::ManagedPolicyDetail::new()
        .with_arn(arn("policy", &name))
        .with_policy_name(name)
        .with_policy_id(id("ANPA", number))
        .with_path("/")
        .with_default_version_id("v3")
        .with_attachment_count(4)
        .with_permissions_boundary_usage_count(0)
        .with_is_attachable(true)
        .with_create_date(created())
        .with_update_date(created())
        .with_policy_version_list((1..=3).map(version).collect::<Vec<_>>())
}
