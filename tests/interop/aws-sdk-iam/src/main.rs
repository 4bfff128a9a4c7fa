//! The AWS SDK for Rust runs the whole life of users, groups, access keys and service-specific credentials against
//! `shapewire serve`, whose path is the argument. The SDK's own parsed values are asserted; signatures are verified.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use aws_sdk_iam::Client;
use aws_sdk_iam::config::{BehaviorVersion, Config, Credentials, Region, retry::RetryConfig};
use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_iam::types::{StatusType, Tag};

const ROOT: (&str, &str) = ("AKIDROOTEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
const CODECOMMIT: &str = "codecommit.amazonaws.com";

struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(program: &str) -> Self {
        let root_key = format!("{}:{}", ROOT.0, ROOT.1);
        let mut child = Command::new(program)
            .args(["serve", "--port", "0", "--root-key", &root_key])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("a pipe"))
            .read_line(&mut line)
            .expect("it says where it listens");
        let url = line
            .trim()
            .strip_prefix("listening on ")
            .expect("it says where it listens")
            .to_owned();
        Self { child, url }
    }

    fn client(&self, (id, secret): (&str, &str)) -> Client {
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .endpoint_url(&self.url)
            .region(Region::from_static("us-east-1"))
            .retry_config(RetryConfig::disabled())
            .credentials_provider(Credentials::new(id, secret, None, None, "interop"))
            .build();
        Client::from_conf(config)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap_or_default();
        self.child.wait().map(drop).unwrap_or_default();
    }
}

/// The code and the status of the refusal that `result` must be.
fn refused<T: std::fmt::Debug, E: ProvideErrorMetadata + std::fmt::Debug>(
    result: Result<T, SdkError<E>>,
) -> (String, u16) {
    let error = result.expect_err("a refusal");
    let status = error.raw_response().expect("the service's answer").status().as_u16();
    (error.code().unwrap_or_default().to_owned(), status)
}

fn is(code: &str, status: u16) -> (String, u16) {
    (code.to_owned(), status)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let program = std::env::args()
        .nth(1)
        .expect("usage: interop-aws-sdk-iam PATH_OF_SHAPEWIRE");
    let server = Server::start(&program);
    let root = server.client(ROOT);
    users_and_groups(&root).await;
    credentials(&root).await;
    access_keys(&server, &root).await;
    println!("aws-sdk-iam and shapewire agree");
}

async fn users_and_groups(root: &Client) {
    let tag = Tag::builder().key("team").value("a b+c=d/é").build().expect("a tag");
    let jane = root
        .create_user()
        .user_name("jane")
        .path("/eng/")
        .tags(tag.clone())
        .send()
        .await
        .expect("created");
    let jane = jane.user().expect("a user");
    assert_eq!(jane.arn(), "arn:aws:iam::123456789012:user/eng/jane");
    assert_eq!(jane.tags(), [tag]);
    assert_eq!(
        refused(root.create_user().user_name("JANE").send().await),
        is("EntityAlreadyExists", 409)
    );
    for number in 0..7 {
        root.create_user()
            .user_name(format!("user-{number}"))
            .send()
            .await
            .expect("created");
    }
    let pages = root.list_users().into_paginator().page_size(3).items().send();
    let names: Vec<String> = pages
        .collect::<Result<Vec<_>, _>>()
        .await
        .expect("listed")
        .iter()
        .map(|user| user.user_name().to_owned())
        .collect();
    assert_eq!(
        names,
        [
            "jane", "user-0", "user-1", "user-2", "user-3", "user-4", "user-5", "user-6"
        ]
    );

    let group = root.create_group().group_name("g").send().await.expect("created");
    assert_eq!(
        group.group().expect("a group").arn(),
        "arn:aws:iam::123456789012:group/g"
    );
    root.add_user_to_group()
        .group_name("g")
        .user_name("jane")
        .send()
        .await
        .expect("added");
    let members = root.get_group().group_name("G").send().await.expect("found");
    assert_eq!(
        members.users().iter().map(|user| user.user_name()).collect::<Vec<_>>(),
        ["jane"]
    );
    assert_eq!(
        refused(root.delete_group().group_name("g").send().await),
        is("DeleteConflict", 409)
    );
    assert_eq!(
        refused(root.delete_user().user_name("jane").send().await),
        is("DeleteConflict", 409)
    );
    root.remove_user_from_group()
        .group_name("g")
        .user_name("jane")
        .send()
        .await
        .expect("removed");
    root.delete_group().group_name("g").send().await.expect("deleted");
    assert_eq!(refused(root.list_roles().send().await), is("NotImplemented", 501));
}

async fn credentials(root: &Client) {
    let create = || {
        root.create_service_specific_credential()
            .user_name("jane")
            .service_name(CODECOMMIT)
            .send()
    };
    let created = create().await.expect("created");
    let created = created.service_specific_credential().expect("a credential");
    assert_eq!(created.service_user_name(), "jane-at-123456789012");
    let id = created.service_specific_credential_id();
    create().await.expect("created");
    assert_eq!(refused(create().await), is("LimitExceeded", 409));
    let reset = root
        .reset_service_specific_credential()
        .service_specific_credential_id(id)
        .send()
        .await;
    let reset = reset.expect("reset");
    let reset = reset.service_specific_credential().expect("a credential");
    assert_ne!(reset.service_password(), created.service_password());
    let update = root
        .update_service_specific_credential()
        .service_specific_credential_id(id);
    update.status(StatusType::Inactive).send().await.expect("updated");
    let listed = root
        .list_service_specific_credentials()
        .user_name("jane")
        .send()
        .await
        .expect("listed");
    let statuses: Vec<_> = listed
        .service_specific_credentials()
        .iter()
        .map(|shown| shown.status().clone())
        .collect();
    assert_eq!(statuses, [StatusType::Inactive, StatusType::Active]);
    for shown in listed.service_specific_credentials() {
        let id = shown.service_specific_credential_id();
        root.delete_service_specific_credential()
            .service_specific_credential_id(id)
            .send()
            .await
            .expect("deleted");
    }
    let again = root
        .delete_service_specific_credential()
        .service_specific_credential_id(id)
        .send()
        .await;
    assert_eq!(refused(again), is("NoSuchEntity", 404));
}

async fn access_keys(server: &Server, root: &Client) {
    let created = root
        .create_access_key()
        .user_name("jane")
        .send()
        .await
        .expect("created");
    let key = created.access_key().expect("a key");
    let jane = server.client((key.access_key_id(), key.secret_access_key()));
    assert_eq!(
        jane.get_user()
            .send()
            .await
            .expect("found")
            .user()
            .expect("a user")
            .user_name(),
        "jane"
    );
    let used = root
        .get_access_key_last_used()
        .access_key_id(key.access_key_id())
        .send()
        .await
        .expect("found");
    let last_used = used.access_key_last_used().expect("its use");
    assert_eq!((used.user_name(), last_used.service_name()), (Some("jane"), "iam"));
    assert!(last_used.last_used_date().is_some());
    let listed = jane.list_access_keys().send().await.expect("listed");
    assert_eq!(
        listed.access_key_metadata()[0].access_key_id(),
        Some(key.access_key_id())
    );

    let wrong = server.client((key.access_key_id(), "wrong"));
    assert_eq!(refused(wrong.get_user().send().await), is("SignatureDoesNotMatch", 403));
    let nobody = server.client(("AKIDNOBODY", "wrong"));
    assert_eq!(refused(nobody.get_user().send().await), is("InvalidClientTokenId", 403));
    let update = jane
        .update_access_key()
        .access_key_id(key.access_key_id())
        .status(StatusType::Inactive);
    update.send().await.expect("updated");
    assert_eq!(refused(jane.get_user().send().await), is("InvalidClientTokenId", 403));
    root.delete_access_key()
        .access_key_id(key.access_key_id())
        .send()
        .await
        .expect("deleted");
    root.delete_user().user_name("jane").send().await.expect("deleted");
}
