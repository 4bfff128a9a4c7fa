//! Calls and replies by shapewire.

use http::Response;
use shapewire::credentials::Credentials;
use shapewire::decode::DecodeOptions;
use shapewire::sigv4::Signer;
use shapewire::transport::{Transport, TransportError};
use shapewire::{Client, OperationShape, Timestamp, iam};

use crate::replies::Reply;

/// Answers every request with the same reply.
#[derive(Clone)]
struct InMemory(Reply);

impl Transport for InMemory {
    fn send(&self, _: http::Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        Ok(Response::new(self.0.body.to_vec()))
    }
}

/// A client, and its parts.
pub(crate) struct Ours {
    client: iam::Client,
    signer: Signer,
    credentials: Credentials,
    endpoint: http::Uri,
    reply: Response<Vec<u8>>,
}

/// Replies may be large.
fn options() -> DecodeOptions {
    let mut options = DecodeOptions::DEFAULT;
    options.max_bytes = usize::MAX;
    options
}

impl Ours {
    pub(crate) fn new(reply: &Reply) -> Self {
        let endpoint = http::Uri::from_static("https://iam.amazonaws.com");
        let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
        let client = Client::new(InMemory(reply.clone()), endpoint.clone())
            .with_signing(Signer::new("us-east-1", "iam"), credentials.clone())
            .with_decode_options(options());
        Self {
            client: iam::Client::new(client),
            signer: Signer::new("us-east-1", "iam"),
            credentials,
            endpoint,
            reply: Response::new(reply.body.to_vec()),
        }
    }

    /// What a front end with an HTTP client of its own does.
    pub(crate) fn encode_sign_decode(&mut self) -> iam::CreateServiceSpecificCredentialResponse {
        let input = iam::CreateServiceSpecificCredentialRequest::new("jane", "codecommit.amazonaws.com");
        let mut request = iam::CreateServiceSpecificCredential::encode(&input, &self.endpoint).expect("a request");
        let now = Timestamp::try_from(std::time::SystemTime::now()).expect("the time");
        self.signer.sign(&mut request, &self.credentials, now).expect("a signature");
        std::hint::black_box(request);
        iam::CreateServiceSpecificCredential::decode(&self.reply).expect("a reply")
    }

    pub(crate) fn create_credential(&mut self) -> iam::CreateServiceSpecificCredentialResponse {
        let input = iam::CreateServiceSpecificCredentialRequest::new("jane", "codecommit.amazonaws.com");
        self.client.create_service_specific_credential(&input).expect("a reply")
    }

    pub(crate) fn list_users(&mut self) -> iam::ListUsersResponse {
        self.client.list_users(&iam::ListUsersRequest::new()).expect("a reply")
    }

    pub(crate) fn account(&mut self) -> iam::GetAccountAuthorizationDetailsResponse {
        let input = iam::GetAccountAuthorizationDetailsRequest::new();
        self.client.get_account_authorization_details(&input).expect("a reply")
    }
}

fn decode<O: OperationShape>(reply: &Reply) -> O::Output {
    let mut output = O::Output::default();
    O::OPERATION.decode_into(&Response::new(&*reply.body), &mut output, &options()).expect("a reply");
    output
}

pub(crate) fn decode_users(reply: &Reply) -> iam::ListUsersResponse {
    decode::<iam::ListUsers>(reply)
}

pub(crate) fn decode_account(reply: &Reply) -> iam::GetAccountAuthorizationDetailsResponse {
    decode::<iam::GetAccountAuthorizationDetails>(reply)
}
