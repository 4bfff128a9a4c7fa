//! Several services in one router, with the same operation in each.

use http::Request;
use shapewire::ServiceError;
use shapewire::schema::{Operation, Protocol, Service, StructureType};
use shapewire::server::Router;
use shapewire::value::{EMPTY, Empty};

use super::refusal;

const NOTHING: StructureType = StructureType::new::<Empty>(&EMPTY);

static ALPHA: Service =
    Service::new("alpha", "Alpha", "2020-01-01", Protocol::AwsQuery).with_operations(&[&ALPHA_PING]);
static ALPHA_PING: Operation = Operation::new(&ALPHA, "Ping", NOTHING, NOTHING);

/// The same service at a later date.
static ALPHA_2: Service = Service::new("alpha-2", "Alpha", "2021-01-01", Protocol::AwsQuery)
    .with_endpoint("alpha", "alpha")
    .with_operations(&[&ALPHA_2_PING]);
static ALPHA_2_PING: Operation = Operation::new(&ALPHA_2, "Ping", NOTHING, NOTHING);

/// Signed for as `beta`, at hosts named `monitoring`.
static BETA: Service = Service::new("beta", "Beta", "2020-01-01", Protocol::AwsQuery)
    .with_endpoint("monitoring", "beta")
    .with_operations(&[&BETA_PING, &BETA_PONG]);
static BETA_PING: Operation = Operation::new(&BETA, "Ping", NOTHING, NOTHING);
static BETA_PONG: Operation = Operation::new(&BETA, "Pong", NOTHING, NOTHING);

/// A router that answers with the name of the service, as an error's code.
fn router(services: &[&'static Service]) -> Router {
    let router = Router::new().fallback(|operation, _, _| {
        Err(ServiceError::unmodeled(operation.service().name(), 400, operation.name()).into_detached().into())
    });
    services.iter().fold(router, |router, service| router.with_service(service))
}

fn request(form: &str, host: &str, scope: Option<&str>) -> Request<Vec<u8>> {
    let mut request = Request::post("/").header("host", host).body(form.as_bytes().to_vec()).unwrap();
    if let Some(service) = scope {
        let credential = format!("AKIDEXAMPLE/20150830/us-east-1/{service}/aws4_request");
        let authorization = format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0");
        request.headers_mut().insert("authorization", authorization.parse().unwrap());
    }
    request
}

#[test]
fn services_are_told_apart_by_scope_then_host_then_version() {
    let router = router(&[&ALPHA, &ALPHA_2, &BETA]);
    for (version, host, scope, expected) in [
        // Nothing tells: the first that has it.
        ("2020-01-01", "localhost:4566", None, "alpha"),
        ("2021-01-01", "localhost:4566", None, "alpha-2"),
        ("2020-01-01", "127.0.0.1", None, "alpha"),
        ("2020-01-01", "[::1]:4566", None, "alpha"),
        // The scope.
        ("2020-01-01", "localhost", Some("beta"), "beta"),
        ("2021-01-01", "localhost", Some("alpha"), "alpha-2"),
        ("2021-01-01", "localhost", Some("beta"), "InvalidAction"),
        // The host.
        ("2020-01-01", "monitoring.eu-west-1.amazonaws.com", None, "beta"),
        ("2020-01-01", "MONITORING.amazonaws.com:443", None, "beta"),
        ("2020-01-01", "monitoring-fips.us-east-1.amazonaws.com", None, "beta"),
        ("2021-01-01", "monitoring.amazonaws.com", None, "InvalidAction"),
        // What stands before a service's label is the caller's.
        ("2020-01-01", "alpha.monitoring.amazonaws.com", None, "beta"),
        ("2020-01-01", "monitoring.alpha.amazonaws.com", None, "alpha"),
        // A machine may have any name.
        ("2020-01-01", "monitoring", None, "alpha"),
        ("2020-01-01", "example.monitoring:80", None, "alpha"),
        // The scope before the host; one that is unknown tells nothing.
        ("2020-01-01", "alpha.us-east-1.amazonaws.com", Some("beta"), "beta"),
        ("2020-01-01", "monitoring.amazonaws.com", Some("gamma"), "beta"),
        ("2020-01-01", "localhost", Some("gamma"), "alpha"),
    ] {
        let form = format!("Action=Ping&Version={version}");
        let reply = router.handle(&request(&form, host, scope));
        assert_eq!(refusal(&reply), (400, expected), "{version} {host} {scope:?}");
    }
    // The host of a URI that is absolute.
    let absolute = Request::post("http://monitoring.us-east-1.amazonaws.com/").body("Action=Ping&Version=2020-01-01");
    assert_eq!(refusal(&router.handle(&absolute.unwrap())), (400, "beta"));
    // An operation that only one has needs nothing else.
    let pong = router.handle(&request("Action=Pong&Version=2020-01-01", "localhost", None));
    assert_eq!(refusal(&pong), (400, "beta"));
    assert_eq!(pong.extensions().get::<&Operation>().map(|operation| operation.service().name()), Some("beta"));
}

#[test]
fn the_first_service_is_the_one_that_was_given_first() {
    let ping = request("Action=Ping&Version=2020-01-01", "localhost", None);
    assert_eq!(refusal(&router(&[&BETA, &ALPHA]).handle(&ping)), (400, "beta"));
    assert_eq!(refusal(&router(&[&ALPHA, &BETA]).handle(&ping)), (400, "alpha"));
    let nothing = router(&[]).handle(&ping);
    assert_eq!((nothing.status().as_u16(), nothing.body().len()), (404, 0));
}
