//! Runs one of the library's main paths so many times, for `benches/instructions.py` to count what it takes.
//!
//! An example of the command, because it needs what is built for the command and nothing else.

use std::error::Error;
use std::hint::black_box;

use http::{Request, Response, Uri};
use shapewire::credentials::Credentials;
use shapewire::server::Router;
use shapewire::sigv4::Signer;
use shapewire::transport::{Transport, TransportError};
use shapewire::{Client, OperationShape, Timestamp, iam};

type Run = Box<dyn Fn() -> Result<(), Box<dyn Error>>>;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [case, times] = &*arguments else { return Err("usage: instructions CASE TIMES".into()) };
    let run = match case.as_str() {
        "validate" => validate(),
        "encode-sign-decode" => encode_sign_decode()?,
        "client-call" => client_call(),
        "decode-list-users" => decode_list_users()?,
        "serve-list-users" => serve_list_users()?,
        "serve-create-user" => serve_create_user()?,
        _ => return Err(format!("no case {case}").into()),
    };
    for _ in 0..times.parse()? {
        run()?;
    }
    Ok(())
}

const CREDENTIAL: &str = "<CreateServiceSpecificCredentialResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">\
    <CreateServiceSpecificCredentialResult><ServiceSpecificCredential><CreateDate>2026-03-01T12:00:00Z</CreateDate>\
    <ServiceName>codecommit.amazonaws.com</ServiceName><ServiceUserName>jane-at-123456789012</ServiceUserName>\
    <ServicePassword>xTBAr9JHSkJEzVLqoRmO5BLKXPYBXYEXAMPLEpW3sQA=</ServicePassword>\
    <ServiceSpecificCredentialId>ACCAEXAMPLE123456EXAMPLE</ServiceSpecificCredentialId><UserName>jane</UserName>\
    <Status>Active</Status></ServiceSpecificCredential></CreateServiceSpecificCredentialResult>\
    <ResponseMetadata><RequestId>7a62c49f-347e-4fc4-9331-6e8eEXAMPLE</RequestId></ResponseMetadata>\
    </CreateServiceSpecificCredentialResponse>";

fn credential_request() -> iam::CreateServiceSpecificCredentialRequest {
    iam::CreateServiceSpecificCredentialRequest::new("jane", "codecommit.amazonaws.com")
}

fn signing() -> (Signer, Credentials) {
    (Signer::new("us-east-1", "iam"), Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"))
}

fn create_user_request() -> iam::CreateUserRequest {
    let tags = [("team", "blue"), ("cost-center", "4711"), ("Owner", "Jürgen Müller"), ("stage", "production")];
    let tags: Vec<_> = tags.into_iter().map(|(key, value)| iam::Tag::new(key, value)).collect();
    iam::CreateUserRequest::new("jane.doe@example.com").with_path("/division/team/").with_tags(tags)
}

fn validate() -> Run {
    let input = create_user_request();
    Box::new(move || Ok(black_box(&input).validate()?))
}

fn encode_sign_decode() -> Result<Run, Box<dyn Error>> {
    let (signer, credentials) = signing();
    let time: Timestamp = "2026-03-01T12:00:00Z".parse()?;
    let endpoint = Uri::from_static("https://iam.amazonaws.com");
    let reply = Response::new(CREDENTIAL);
    Ok(Box::new(move || {
        let mut request = iam::CreateServiceSpecificCredential::encode(&credential_request(), &endpoint)?;
        signer.sign(&mut request, &credentials, time)?;
        black_box(request);
        black_box(iam::CreateServiceSpecificCredential::decode(&reply)?);
        Ok(())
    }))
}

struct InMemory;

impl Transport for InMemory {
    fn send(&self, _: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        Ok(Response::new(CREDENTIAL.into()))
    }
}

fn client_call() -> Run {
    let (signer, credentials) = signing();
    let client = Client::new(InMemory, Uri::from_static("https://iam.amazonaws.com")).with_signing(signer, credentials);
    let client = iam::Client::new(client);
    Box::new(move || {
        black_box(client.create_service_specific_credential(&credential_request())?);
        Ok(())
    })
}

/// A server that knows 200 users.
fn router() -> Router {
    let user = |number| {
        let name = format!("user-{number:06}");
        let arn = format!("arn:aws:iam::123456789012:user/division/team/{name}");
        let created = Timestamp::default();
        iam::User::new("/division/team/", name, format!("AIDA{number:017}"), arn, created)
    };
    let reply = iam::ListUsersResponse::new((0..200).map(user).collect::<Vec<_>>());
    Router::new()
        .on::<iam::ListUsers>(move |_, _| Ok(reply.clone()))
        .on::<iam::CreateUser>(|_, _| Ok(iam::CreateUserResponse::new()))
}

fn list_users_request() -> Result<Request<Vec<u8>>, Box<dyn Error>> {
    Ok(iam::ListUsers::encode(&iam::ListUsersRequest::new(), &Uri::from_static("http://localhost"))?)
}

fn decode_list_users() -> Result<Run, Box<dyn Error>> {
    let reply = router().handle(&list_users_request()?);
    Ok(Box::new(move || {
        black_box(iam::ListUsers::decode(&reply)?);
        Ok(())
    }))
}

fn serve_list_users() -> Result<Run, Box<dyn Error>> {
    let (router, request) = (router(), list_users_request()?);
    Ok(Box::new(move || {
        black_box(router.handle(&request));
        Ok(())
    }))
}

fn serve_create_user() -> Result<Run, Box<dyn Error>> {
    let router = router();
    let request = iam::CreateUser::encode(&create_user_request(), &Uri::from_static("http://localhost"))?;
    Ok(Box::new(move || {
        black_box(router.handle(&request));
        Ok(())
    }))
}
