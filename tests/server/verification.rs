//! Signatures on requests to a router: who is answered, and what the others are told.

use std::time::Duration;

use http::{Request, Response};
use shapewire::credentials::Credentials;
use shapewire::schema::{Operation, Protocol, Service, StructureType};
use shapewire::server::{Router, Verification};
use shapewire::sigv4::{Signer, Verifier};
use shapewire::value::{EMPTY, Empty};
use shapewire::{ServiceError, Timestamp, iam, sts};

use super::{body, element, post, refusal};

const LIST: &str = "Action=ListUsers&Version=2010-05-08";

fn now() -> Timestamp {
    "2015-08-30T12:36:00Z".parse().unwrap()
}

fn jane() -> Credentials {
    Credentials::new("AKIDEXAMPLE", "secret-canary")
}

fn session() -> Credentials {
    Credentials::new("ASIAEXAMPLE", "session-canary").with_session_token("token-canary")
}

/// A router that knows two keys, and answers whose was used.
fn router() -> Router {
    let verification = Verification::new(|access_key_id| {
        [jane(), session()].into_iter().find(|known| known.access_key_id() == access_key_id)
    });
    Router::new()
        .with_service(&iam::SERVICE)
        .with_service(&sts::SERVICE)
        .with_verification(verification.with_clock(now))
        .fallback(|_, _, context| {
            let caller = context.access_key_id().unwrap_or("nobody");
            let message = format!("{caller} {}", context.is_verified());
            Err(ServiceError::unmodeled("Called", 400, message).into_detached().into())
        })
}

fn signed_at(time: Timestamp, region: &str, service: &str, credentials: &Credentials) -> Request<Vec<u8>> {
    let mut request = post(LIST);
    Signer::new(region, service).sign(&mut request, credentials, time).unwrap();
    request
}

fn signed(credentials: &Credentials) -> Request<Vec<u8>> {
    signed_at(now(), "us-east-1", "iam", credentials)
}

fn refused(request: &Request<Vec<u8>>) -> (u16, String, String) {
    let reply = router().handle(request);
    let (status, code) = refusal(&reply);
    (status, code.to_owned(), element(&reply, "Message").to_owned())
}

#[track_caller]
fn assert_called(reply: &Response<Vec<u8>>, caller: &str) {
    assert_eq!((refusal(reply), element(reply, "Message")), ((400, "Called"), caller), "{}", body(reply));
}

#[test]
fn who_signs_is_answered() {
    assert_called(&router().handle(&signed(&jane())), "AKIDEXAMPLE true");
    assert_called(&router().handle(&signed(&session())), "ASIAEXAMPLE true");
    let mut request = Request::get(format!("/?{LIST}")).header("host", "localhost").body(Vec::new()).unwrap();
    Signer::new("eu-west-1", "iam").presign(&mut request, &session(), now(), Duration::from_mins(1)).unwrap();
    assert_called(&router().handle(&request), "ASIAEXAMPLE true");
    let mut request = post("Action=GetCallerIdentity&Version=2011-06-15");
    Signer::new("us-east-1", "sts").sign(&mut request, &jane(), now()).unwrap();
    assert_called(&router().handle(&request), "AKIDEXAMPLE true");
}

#[test]
fn the_others_are_told_why_not() {
    let at = |seconds: i64| Timestamp::new(now().seconds() + seconds, 0).unwrap();
    let mut unsigned_header = signed(&jane());
    unsigned_header.headers_mut().insert("x-amz-target", "x".parse().unwrap());
    let mut malformed = signed(&jane());
    malformed.headers_mut().insert("authorization", "Bearer token-canary".parse().unwrap());
    let mut changed = signed(&jane());
    changed.body_mut().extend_from_slice(b"&MaxItems=1");
    let mut no_token = signed(&session());
    no_token.headers_mut().remove("x-amz-security-token");
    for (request, status, code, words) in [
        (post(LIST), 403, "MissingAuthenticationToken", "Request is missing Authentication Token"),
        (malformed, 400, "IncompleteSignature", "requires the algorithm"),
        (signed(&Credentials::new("AKIDOTHER", "x")), 403, "InvalidClientTokenId", "security token included"),
        (
            signed(&jane().with_session_token("x")),
            403,
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
        ),
        (no_token, 403, "SignatureDoesNotMatch", "does not match the signature you provided"),
        (signed(&Credentials::new("AKIDEXAMPLE", "x")), 403, "SignatureDoesNotMatch", "does not match the signature"),
        (changed, 403, "SignatureDoesNotMatch", "does not match the signature you provided"),
        (unsigned_header, 403, "SignatureDoesNotMatch", "must be a 'SignedHeader'"),
        (signed_at(at(-901), "us-east-1", "iam", &jane()), 403, "SignatureDoesNotMatch", "Signature expired: "),
        (signed_at(at(901), "us-east-1", "iam", &jane()), 403, "SignatureDoesNotMatch", "Signature not yet current: "),
        (signed_at(now(), "us-east-1", "s3", &jane()), 403, "SignatureDoesNotMatch", "to correct service: 'iam'"),
    ] {
        let (found_status, found, message) = refused(&request);
        assert_eq!((found_status, found.as_str()), (status, code), "{message}");
        assert!(message.contains(words), "{message}");
        assert!(!message.contains("canary"), "{message}");
    }
}

#[test]
fn what_the_model_says_is_not_signed_needs_no_signature() {
    let form = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn:aws:iam::123456789012:role/demo\
        &RoleSessionName=demo&WebIdentityToken=token-canary";
    assert_called(&router().handle(&post(form)), "nobody false");
}

#[test]
fn a_stranger_learns_no_more_than_whether_an_operation_is_there() {
    assert_eq!(refused(&post("Action=NoSuchAction&Version=2010-05-08")).1, "InvalidAction");
    // Neither whether it is implemented nor what is wrong with the input.
    let bare = Router::new().on::<iam::GetUser>(|_, _| unreachable!()).with_verification(Verification::new(|_| None));
    assert_eq!(refusal(&bare.handle(&post(LIST))), (403, "MissingAuthenticationToken"));
    assert_eq!(
        refusal(&bare.handle(&post("Action=GetUser&Version=2010-05-08&Color=red"))),
        (403, "MissingAuthenticationToken")
    );
}

static FLEET: Service = Service::new("fleet", "Fleet", "2016-11-15", Protocol::Ec2Query).with_operations(&[&SAIL]);
static SAIL: Operation =
    Operation::new(&FLEET, "Sail", StructureType::new::<Empty>(&EMPTY), StructureType::new::<Empty>(&EMPTY));

#[test]
fn ec2_says_no_more_than_that_it_does_not_hold() {
    let expired = Credentials::new("AKIDEXPIRED", "x").with_expiration(now());
    let known = expired.clone();
    let verification = Verification::new(move |id| (id == known.access_key_id()).then(|| known.clone()));
    let router = Router::new().with_service(&FLEET).with_verification(verification.with_clock(now));
    let sign = |credentials: &Credentials| {
        let mut request = post("Action=Sail&Version=2016-11-15");
        Signer::new("us-east-1", "fleet").sign(&mut request, credentials, now()).unwrap();
        request
    };
    for request in [post("Action=Sail&Version=2016-11-15"), sign(&jane())] {
        let reply = router.handle(&request);
        assert_eq!(refusal(&reply), (401, "AuthFailure"), "{}", body(&reply));
        assert_eq!(element(&reply, "Message"), "AWS was not able to validate the provided access credentials");
    }
    assert_eq!(refusal(&router.handle(&sign(&expired))), (400, "RequestExpired"));
}

#[test]
fn the_rules_can_be_others() {
    let router = |verifier: Verifier| {
        let verification = Verification::new(|_| Some(jane())).with_clock(now).with_verifier(verifier);
        Router::new().with_verification(verification).on::<iam::ListUsers>(|_, _| Ok(iam::ListUsersResponse::default()))
    };
    let request = signed_at(now(), "eu-west-1", "iam", &jane());
    assert_eq!(router(Verifier::new()).handle(&request).status(), 200);
    let one_region = router(Verifier::new().with_region("us-east-1")).handle(&request);
    assert_eq!(refusal(&one_region), (403, "SignatureDoesNotMatch"));
    assert!(element(&one_region, "Message").contains("valid region, not 'eu-west-1'"));
    let shown = format!("{:?} {:?}", router(Verifier::new()), Verification::new(|_| Some(jane())));
    assert!(!shown.contains("canary"), "{shown}");
}

#[test]
fn the_system_s_time_is_the_clock() {
    let router = Router::new()
        .with_verification(Verification::new(|_| Some(jane())))
        .on::<iam::ListUsers>(|_, _| Ok(iam::ListUsersResponse::default()));
    let system = Timestamp::try_from(std::time::SystemTime::now()).unwrap();
    assert_eq!(router.handle(&signed_at(system, "us-east-1", "iam", &jane())).status(), 200);
    assert_eq!(refusal(&router.handle(&signed(&jane()))), (403, "SignatureDoesNotMatch"));
}
