//! The same calls by the AWS SDK for Rust, over a connector in memory.

use aws_sdk_iam::Client;
use aws_sdk_iam::config::retry::RetryConfig;
use aws_sdk_iam::config::{Config, Credentials, Region};
use aws_sdk_iam::operation::create_service_specific_credential::CreateServiceSpecificCredentialOutput;
use aws_sdk_iam::operation::get_account_authorization_details::GetAccountAuthorizationDetailsOutput;
use aws_sdk_iam::operation::list_users::ListUsersOutput;
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use tokio::runtime::Runtime;

use crate::replies::Reply;

/// Answers every request with the same reply.
#[derive(Debug)]
struct InMemory(Reply);

impl HttpConnector for InMemory {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let status = http::StatusCode::OK.into();
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from(self.0.body.to_vec()))))
    }
}

pub(crate) struct Sdk {
    client: Client,
    runtime: Runtime,
}

impl Sdk {
    pub(crate) fn new(reply: &Reply) -> Self {
        let connector = SharedHttpConnector::new(InMemory(reply.clone()));
        let config = Config::builder()
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .region(Region::from_static("us-east-1"))
            .retry_config(RetryConfig::standard())
            .credentials_provider(Credentials::new(
                "AKIDEXAMPLE",
                "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                None,
                None,
                "bench",
            ))
            .build();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        Self { client: Client::from_conf(config), runtime }
    }

    pub(crate) fn create_credential(&mut self) -> CreateServiceSpecificCredentialOutput {
        let call = self.client.create_service_specific_credential();
        let call = call.user_name("jane").service_name("codecommit.amazonaws.com");
        self.runtime.block_on(call.send()).expect("a reply")
    }

    pub(crate) fn list_users(&mut self) -> ListUsersOutput {
        self.runtime.block_on(self.client.list_users().send()).expect("a reply")
    }

    pub(crate) fn account(&mut self) -> GetAccountAuthorizationDetailsOutput {
        self.runtime.block_on(self.client.get_account_authorization_details().send()).expect("a reply")
    }
}
