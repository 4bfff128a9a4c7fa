//! Config files, variables and endpoint URLs.

use std::io;

use http::Uri;
use shapewire::OperationShape;
use shapewire::config::{Config, Environment, Explicit, SharedConfig};
use shapewire::endpoint::EndpointParameters;
use shapewire::iam::{self, GetUser, GetUserRequest};

/// Parts, with a zero byte between: config file, credentials file, URL, region. A file that begins with the byte 1 is made of pieces, one for
/// each byte that follows.
pub fn settings(data: &[u8]) {
    let mut parts = data.splitn(4, |byte| *byte == 0);
    let mut part = || parts.next().unwrap_or_default();
    let (config, credentials, url, region) = (file(part()), file(part()), part(), part());
    let (url, region) = (String::from_utf8_lossy(url).into_owned(), String::from_utf8_lossy(region).into_owned());
    let environment = Environment::empty().with_home("/home").with_reader(move |path| match path.file_name() {
        Some(name) if name == "config" => Ok(config.clone()),
        Some(name) if name == "credentials" => Ok(credentials.clone()),
        _ => Err(io::ErrorKind::NotFound.into()),
    });
    match SharedConfig::load(&environment) {
        Ok(shared) => {
            for name in shared.profile_names().take(8) {
                let mut explicit = Explicit::default();
                explicit.profile = Some(name.to_owned());
                let loaded = Config::load_with(environment.clone(), explicit);
                ask(&loaded.expect("a profile that is there can be chosen"));
            }
        }
        Err(error) => assert!(error.to_string().contains("/home/.aws/"), "an error names the file: {error}"),
    }
    let variables = [("AWS_ENDPOINT_URL", url.as_str()), ("AWS_REGION", &region), ("AWS_MAX_ATTEMPTS", &region)];
    let variables = Environment::empty().with_variables(variables);
    ask(&Config::load(variables).expect("there is always a default profile"));
    if let Ok(url) = url.parse() {
        call(&url);
    }
    let parameters =
        EndpointParameters::new(region.as_str()).with_fips(url.len() % 2 == 1).with_dual_stack(url.len() % 3 == 1);
    for parameters in [parameters.clone(), parameters.with_endpoint(url)] {
        match iam::SERVICE.endpoint(&parameters) {
            Ok(endpoint) => call(&endpoint.url),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
}

/// What files are made of.
const PIECES: [&str; 32] = [
    "[default]\n",
    "[profile a]\n",
    "[profile \"b c\"]\n",
    "[services s]\n",
    "[sso-session t]\n",
    "[a]\n",
    "services = s\n",
    "source_profile = a\n",
    "iam =\n",
    "  endpoint_url = http://localhost:1/\n",
    "s3 =\n",
    "  addressing_style = path\n",
    "  use_accelerate_endpoint = true\n",
    "region = us-east-1\n",
    "endpoint_url = https://[::1]:443\n",
    "ignore_configured_endpoint_urls = true\n",
    "use_fips_endpoint = ",
    "use_dualstack_endpoint = ",
    "max_attempts = ",
    "retry_mode = ",
    "credential_process = ",
    "aws_secret_access_key=",
    "true\n",
    "2147483648\n",
    "standard\n",
    "\u{feff}",
    "é",
    "\r\n",
    "\n",
    " ",
    "# ",
    "=",
];

fn file(part: &[u8]) -> Vec<u8> {
    match part {
        [1, pieces @ ..] => {
            let pieces = pieces.iter().map(|byte| PIECES[usize::from(*byte) % PIECES.len()]);
            pieces.collect::<String>().into_bytes()
        }
        _ => part.to_vec(),
    }
}

/// All that a program may want to know.
fn ask(config: &Config) {
    let shown = format!("{config:?} {:?}", config.region());
    assert!(!shown.is_empty());
    let mut errors = Vec::new();
    errors.extend(config.endpoint_url("IAM").err());
    errors.extend(config.ignores_configured_endpoint_urls().err());
    errors.extend(config.use_fips().err());
    errors.extend(config.use_dualstack().err());
    errors.extend(config.max_attempts().err());
    errors.extend(config.retry_mode().err());
    match config.endpoint_parameters("IAM") {
        Ok(parameters) => drop(iam::SERVICE.endpoint(&parameters)),
        Err(error) => errors.push(error),
    }
    for error in errors {
        assert!(error.to_string().contains(" must be ") || error.to_string().contains("services"), "{error}");
    }
}

/// A request to this URL.
fn call(url: &Uri) {
    match GetUser::encode(&GetUserRequest::new(), url) {
        Ok(request) => assert_eq!(request.uri(), url),
        Err(error) => assert!(error.to_string().contains("the endpoint is not usable"), "{error}"),
    }
}
