//! Clients out of settings: where requests go, and how they are signed.
#![cfg(all(feature = "iam", feature = "credentials", feature = "sts", feature = "json"))]

use std::sync::{Arc, Mutex};

use http::{Request, Response};
use shapewire::config::{Config, Environment};
use shapewire::schema::Service;
use shapewire::transport::{Transport, TransportError};
use shapewire::{Client, iam, sts};

/// Keeps the last request and has no answer.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<Request<Vec<u8>>>>>);

impl Transport for Seen {
    fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        self.0.lock().unwrap().push(request);
        Err(TransportError::unusable("seen"))
    }
}

fn config(file: &'static str, variables: &[(&str, &str)]) -> Config {
    let environment = Environment::empty()
        .with_variables(variables.iter().copied())
        .with_variables(
            [("AWS_CONFIG_FILE", "/config"), ("AWS_SHARED_CREDENTIALS_FILE", "/none")]
                .into_iter()
                .chain(variables.iter().copied()),
        )
        .with_reader(move |path| {
            if path.ends_with("config") {
                Ok(file.as_bytes().to_vec())
            } else {
                Err(std::io::ErrorKind::NotFound.into())
            }
        });
    Config::load(environment).unwrap()
}

const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "secret")];

/// The URL and the scope that a request of the service gets, or why it gets none.
fn request(
    service: &'static Service,
    file: &'static str,
    variables: &[(&str, &str)],
) -> Result<(String, String), String> {
    let seen = Seen::default();
    let variables: Vec<_> = KEYS.iter().chain(variables).copied().collect();
    let client = Client::from_config(service, &config(file, &variables), seen.clone(), Seen::default())
        .map_err(|error| error.to_string())?;
    let operation = service.operations().iter().find(|operation| !operation.is_unauthenticated()).unwrap();
    let client = client.with_validation(shapewire::validation::Mode::Off);
    let error = client.call_by_name(operation, &*operation.new_input()).unwrap_err();
    let requests = seen.0.lock().unwrap();
    let request = requests.last().ok_or_else(|| error.to_string())?;
    let authorization = request.headers()["authorization"].to_str().unwrap();
    let scope = authorization.split(", ").next().unwrap().split_once('/').unwrap().1.split_once('/').unwrap().1;
    Ok((request.uri().to_string(), scope.to_owned()))
}

#[test]
fn iam_has_one_endpoint_a_partition() {
    for (region, url, scope) in [
        ("", "https://iam.amazonaws.com/", "us-east-1/iam/aws4_request"),
        ("eu-west-1", "https://iam.amazonaws.com/", "us-east-1/iam/aws4_request"),
        ("cn-north-1", "https://iam.cn-north-1.amazonaws.com.cn/", "cn-north-1/iam/aws4_request"),
        ("us-gov-east-1", "https://iam.us-gov.amazonaws.com/", "us-gov-west-1/iam/aws4_request"),
    ] {
        assert_eq!(
            request(&iam::SERVICE, "", &[("AWS_REGION", region)]),
            Ok((url.to_owned(), scope.to_owned())),
            "{region}"
        );
    }
}

#[test]
fn settings_decide() {
    let (url, scope) = request(&sts::SERVICE, "[default]\nregion = eu-west-1\n", &[]).unwrap();
    assert_eq!((url.as_str(), scope.as_str()), ("https://sts.eu-west-1.amazonaws.com/", "eu-west-1/sts/aws4_request"));
    let file = "[default]\nregion = eu-west-1\nservices = local\n[services local]\niam =\n  endpoint_url = http://127.0.0.1:4566/base\n";
    let (url, scope) = request(&iam::SERVICE, file, &[]).unwrap();
    assert_eq!((url.as_str(), scope.as_str()), ("http://127.0.0.1:4566/base", "eu-west-1/iam/aws4_request"));
    let (url, _) = request(&iam::SERVICE, file, &[("AWS_ENDPOINT_URL_IAM", "http://localhost:1")]).unwrap();
    assert_eq!(url, "http://localhost:1/");
    let (url, scope) = request(&iam::SERVICE, "", &[("AWS_ENDPOINT_URL", "http://localhost:1")]).unwrap();
    assert_eq!((url.as_str(), scope.as_str()), ("http://localhost:1/", "us-east-1/iam/aws4_request"));
    let (url, _) =
        request(&iam::SERVICE, "[default]\nuse_fips_endpoint = true\n", &[("AWS_REGION", "us-west-2")]).unwrap();
    assert_eq!(url, "https://iam-fips.amazonaws.com/");
}

#[test]
fn what_is_wrong_is_said() {
    let seen = Seen::default();
    let config = config("[default]\nregion = eu-west-1\n", &[]);
    let client = iam::Client::new(Client::from_config(&iam::SERVICE, &config, seen.clone(), Seen::default()).unwrap());
    let error = client.get_user(&iam::GetUserRequest::new()).unwrap_err().to_string();
    assert!(error.contains("AWS_ACCESS_KEY_ID"), "{error}");
    assert_eq!(seen.0.lock().unwrap().len(), 0, "nothing is sent unsigned");
    let error = request(&iam::SERVICE, "[default]\nuse_fips_endpoint = perhaps\n", &[]).unwrap_err();
    assert!(error.contains("use_fips_endpoint"), "{error}");
}
