//! A client as the AWS CLI would set it up: endpoint, signature, credentials and retries from settings.

use std::fmt;
use std::sync::Arc;

use super::resolver::{self, Resolver};
use super::settings::Settings;
use super::signing::Signing;
#[cfg(feature = "async")]
use super::{AsyncClient, TokioTime};
use super::{Client, RetryPolicy, SystemTime};
use crate::config::{Config, ConfigError};
use crate::credentials::{CachingProvider, CredentialsProvider, DefaultChain};
use crate::endpoint::{AuthScheme, Endpoint, EndpointError, EndpointParameters};
use crate::schema::Service;
use crate::sigv4::Signer;
#[cfg(feature = "async")]
use crate::transport::AsyncTransport;
use crate::transport::Transport;

/// Why settings do not make a client.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SetupError {
    /// A setting cannot be used.
    Config(ConfigError),
    /// The service has no endpoint for these settings.
    Endpoint(EndpointError),
    /// No region is set, and the service has no endpoint for all of them.
    NoRegion(&'static str),
    /// The endpoint wants a signature other than version 4; its name.
    Signature(String),
}

impl fmt::Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(error) => error.fmt(f),
            Self::Endpoint(error) => error.fmt(f),
            Self::NoRegion(service) => {
                write!(f, "{service} needs a region: set AWS_REGION, or `region` in the profile of the config file")
            }
            Self::Signature(name) => write!(f, "the endpoint wants requests to be signed with {name}"),
        }
    }
}

impl std::error::Error for SetupError {}

impl From<ConfigError> for SetupError {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

impl Client {
    /// A client of `service` as `config` says: region, endpoint, credentials of the [`DefaultChain`] and number of attempts.
    ///
    /// The chain asks metadata services over `metadata`, which should give up soon and use no proxy.
    ///
    /// ```no_run
    /// # #[cfg(feature = "client")] {
    /// use shapewire::config::{Config, Environment};
    /// use shapewire::transport::{HttpOptions, HttpTransport};
    /// use shapewire::{Client, iam};
    ///
    /// let config = Config::load(Environment::process())?;
    /// let metadata = HttpTransport::with_options(&HttpOptions::metadata());
    /// let client = iam::Client::new(Client::from_config(&iam::SERVICE, &config, HttpTransport::new(), metadata)?);
    /// let user = client.get_user(&iam::GetUserRequest::new())?;
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// A bad setting, or no endpoint.
    pub fn from_config(
        service: &'static Service,
        config: &Config,
        transport: impl Transport + Clone + 'static,
        metadata: impl Transport + 'static,
    ) -> Result<Self, SetupError> {
        let chain = DefaultChain::new(config.clone(), transport.clone()).with_metadata_transport(metadata);
        Self::from_config_with(service, config, transport, CachingProvider::new(chain))
    }

    /// The same with credentials from elsewhere.
    ///
    /// # Errors
    /// A bad setting, or no endpoint.
    pub fn from_config_with(
        service: &'static Service,
        config: &Config,
        transport: impl Transport + 'static,
        credentials: impl CredentialsProvider + 'static,
    ) -> Result<Self, SetupError> {
        Ok(Self {
            transport: Arc::new(transport),
            time: Arc::new(SystemTime),
            settings: Settings::from_config(service, config, credentials)?,
        })
    }
}

#[cfg(feature = "async")]
impl AsyncClient {
    /// A client of `service` as `config` says: region, endpoint, credentials of the [`DefaultChain`] and number of attempts.
    ///
    /// The chain is asked on a thread of its own, over transports that block: it asks STS over `credentials_transport`, and
    /// metadata services over `metadata`, which should give up soon and use no proxy.
    ///
    /// ```no_run
    /// # #[cfg(all(feature = "client", feature = "iam"))]
    /// # async fn user() -> Result<(), Box<dyn std::error::Error>> {
    /// use shapewire::config::{Config, Environment};
    /// use shapewire::transport::{HttpOptions, HttpTransport, ReqwestTransport};
    /// use shapewire::{AsyncClient, iam};
    ///
    /// let config = Config::load(Environment::process())?;
    /// let metadata = HttpTransport::with_options(&HttpOptions::metadata());
    /// let client =
    ///     AsyncClient::from_config(&iam::SERVICE, &config, ReqwestTransport::new()?, HttpTransport::new(), metadata)?;
    /// let user = iam::AsyncClient::new(client).get_user(&iam::GetUserRequest::new()).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// A bad setting, or no endpoint.
    pub fn from_config(
        service: &'static Service,
        config: &Config,
        transport: impl AsyncTransport + 'static,
        credentials_transport: impl Transport + 'static,
        metadata: impl Transport + 'static,
    ) -> Result<Self, SetupError> {
        let chain = DefaultChain::new(config.clone(), credentials_transport).with_metadata_transport(metadata);
        Self::from_config_with(service, config, transport, CachingProvider::new(chain))
    }

    /// The same with credentials from elsewhere.
    ///
    /// # Errors
    /// A bad setting, or no endpoint.
    pub fn from_config_with(
        service: &'static Service,
        config: &Config,
        transport: impl AsyncTransport + 'static,
        credentials: impl CredentialsProvider + 'static,
    ) -> Result<Self, SetupError> {
        Ok(Self {
            transport: Arc::new(transport),
            time: Arc::new(TokioTime),
            settings: Settings::from_config(service, config, credentials)?,
        })
    }
}

impl Settings {
    fn from_config(
        service: &'static Service,
        config: &Config,
        credentials: impl CredentialsProvider + 'static,
    ) -> Result<Self, SetupError> {
        let (endpoint, parameters) = endpoint(service, config.endpoint_parameters(service.service_id())?)?;
        let signer = signer(service, &endpoint)?;
        let mut settings = Self::new(endpoint.url);
        settings.resolver = service.has_context_params().then(|| Arc::new(Resolver::new(service, parameters)));
        settings.signing = Some(Signing::new(signer, credentials));
        if let Some(attempts) = config.max_attempts()? {
            settings.retry = RetryPolicy::STANDARD.with_max_attempts(attempts.value);
        }
        Ok(settings)
    }
}

/// The endpoint for these parameters, and the parameters that led there. Without a region: the one for all regions, if the service's rules have one.
fn endpoint(
    service: &'static Service,
    mut parameters: EndpointParameters,
) -> Result<(Endpoint, EndpointParameters), SetupError> {
    if parameters.region.is_some() {
        let endpoint = service.endpoint(&parameters).map_err(SetupError::Endpoint)?;
        return Ok((endpoint, parameters));
    }
    parameters.region = Some("aws-global".to_owned());
    let url = parameters.endpoint.take();
    let endpoint = service.endpoint(&parameters).map_err(SetupError::Endpoint)?;
    // Where the rules do not know the name, they take it for a region like any other and put it into the host.
    if endpoint.url.host().is_none_or(|host| host.contains("aws-global")) {
        return Err(SetupError::NoRegion(service.service_id()));
    }
    if url.is_none() {
        return Ok((endpoint, parameters));
    }
    parameters.endpoint = url;
    let endpoint = service.endpoint(&parameters).map_err(SetupError::Endpoint)?;
    Ok((endpoint, parameters))
}

fn signer(service: &'static Service, endpoint: &Endpoint) -> Result<Signer, SetupError> {
    let Some(scheme) = endpoint.auth_scheme("sigv4") else {
        let name = endpoint.auth_schemes.first().map_or("none", |scheme| scheme.name.as_str());
        return Err(SetupError::Signature(name.to_owned()));
    };
    let AuthScheme { signing_name, signing_region, .. } = scheme;
    let region = signing_region.clone().ok_or(SetupError::NoRegion(service.service_id()))?;
    let name = signing_name.clone().unwrap_or_else(|| service.signing_name().to_owned());
    Ok(Signer::new(region, name).with_options(resolver::options(scheme)))
}
