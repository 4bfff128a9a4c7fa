//! Where requests go and who signs them: `--endpoint-url`, `--region` and `--profile`, else what the AWS CLI's variables and
//! files say.

use clap::ArgMatches;
use http::{Request, Response, Uri};
use shapewire::Client;
use shapewire::config::{Config, Environment, Explicit};
use shapewire::credentials::{CachingProvider, CredentialsProvider, DefaultChain};
use shapewire::schema::Service;
use shapewire::transport::{HttpOptions, HttpTransport, Transport, TransportError};

use crate::failure::Failure;
use crate::options::common;

/// The URL of requests that go nowhere, or to the local service in the process.
pub(crate) const NOWHERE: &str = "http://localhost/";

/// The endpoint that was asked for, if one was.
pub(crate) fn given(service: &Service, matches: &ArgMatches) -> Result<Option<Uri>, Failure> {
    let url = config(matches)?.endpoint_url(service.service_id()).map_err(Failure::usage)?;
    Ok(url.map(|setting| setting.value))
}

/// A client that sends to where the settings say, and signs.
///
/// An endpoint without TLS that was asked for is a local one as a rule: metadata services are then not asked for
/// credentials, and without any the requests go unsigned.
pub(crate) fn client(service: &'static Service, matches: &ArgMatches) -> Result<Client, Failure> {
    let config = config(matches)?;
    let endpoint = config.endpoint_url(service.service_id()).map_err(Failure::usage)?.map(|setting| setting.value);
    let transport = HttpTransport::new();
    let chain = DefaultChain::new(config.clone(), transport.clone());
    let Some(endpoint) = endpoint.filter(|endpoint| endpoint.scheme_str() == Some("http")) else {
        let metadata = HttpTransport::with_options(&HttpOptions::metadata());
        let provider = CachingProvider::new(chain.with_metadata_transport(metadata));
        provider.credentials().map_err(|error| {
            Failure::usage(format_args!(
                "{error}; `--local` calls the IAM in this process, `--endpoint-url` an http:// endpoint, \
                 `--dry-run` shows the request"
            ))
        })?;
        return Client::from_config_with(service, &config, transport, provider).map_err(Failure::usage);
    };
    let provider = CachingProvider::new(chain.with_metadata_transport(NoMetadata));
    match provider.credentials() {
        Ok(_) => Client::from_config_with(service, &config, transport, provider).map_err(Failure::usage),
        Err(error) if error.is_not_configured() => Ok(Client::new(transport, endpoint)),
        Err(error) => Err(Failure::usage(error)),
    }
}

fn config(matches: &ArgMatches) -> Result<Config, Failure> {
    let option = |name: &str| matches.try_get_one::<String>(name).ok().flatten().cloned();
    let mut explicit = Explicit::default();
    explicit.profile = option(common::PROFILE);
    explicit.region = option(common::REGION);
    explicit.endpoint_url = option(common::ENDPOINT_URL).map(|url| parse(&url)).transpose()?;
    Config::load_with(Environment::process(), explicit).map_err(Failure::usage)
}

fn parse(url: &str) -> Result<Uri, Failure> {
    let uri: Uri = url
        .parse()
        .map_err(|error| Failure::usage(format_args!("--{}: {url:?} is no URL: {error}", common::ENDPOINT_URL)))?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) || uri.host().is_none_or(str::is_empty) {
        let message = format!("--{}: {url:?} must be like http://127.0.0.1:4566", common::ENDPOINT_URL);
        return Err(Failure::usage(message));
    }
    Ok(uri)
}

/// A machine without metadata services.
struct NoMetadata;

impl Transport for NoMetadata {
    fn send(&self, _: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, TransportError> {
        Err(TransportError::unusable("metadata services are not asked for a local endpoint"))
    }
}
