//! The AWS CLI's order of sources.

use std::fmt;
use std::sync::Arc;

use http::Uri;

use super::container::ContainerProvider;
use super::environment::EnvironmentProvider;
use super::instance::InstanceMetadataProvider;
use super::profile::ProfileProvider;
use super::sts::{Sts, service};
use super::{Credentials, CredentialsError, CredentialsProvider};
use crate::config::{Config, Origin};
use crate::transport::Transport;

const NAME: &str = "any source";

/// Asks one source after the other, as the AWS CLI does:
/// 1. the variables `AWS_ACCESS_KEY_ID` … (not if the program itself names a profile);
/// 2. the profile: its `role_arn` with `source_profile` or `credential_source`;
/// 3. a web identity, of `AWS_WEB_IDENTITY_TOKEN_FILE` … or of the profile;
/// 4. the profile's keys in the credentials file, its `credential_process`, its keys in the config file;
/// 5. the container's metadata service;
/// 6. the EC2 instance's metadata service.
///
/// A source that is not configured is passed over; one that is and fails ends the search. SSO, `aws login` and MFA are not
/// supported yet: a profile with one of these fails and says so.
///
/// Each call asks anew, so a [`CachingProvider`](super::CachingProvider) belongs around it.
#[derive(Clone)]
pub struct DefaultChain {
    sources: Sources,
}

/// What sources are made of.
#[derive(Clone)]
pub(super) struct Sources {
    pub(super) config: Config,
    transport: Arc<dyn Transport>,
    pub(super) metadata_transport: Arc<dyn Transport>,
    sts_endpoint: Arc<StsEndpoint>,
}

type StsEndpoint = dyn Fn(&Config) -> Result<(Uri, String), CredentialsError> + Send + Sync;

impl DefaultChain {
    /// The chain for this configuration, over this transport.
    #[must_use]
    pub fn new(config: Config, transport: impl Transport + 'static) -> Self {
        let transport: Arc<dyn Transport> = Arc::new(transport);
        Self {
            sources: Sources {
                config,
                metadata_transport: transport.clone(),
                transport,
                sts_endpoint: Arc::new(sts_endpoint),
            },
        }
    }

    /// The same chain, asking metadata services over another transport: one that gives up after a second or two, since on most
    /// machines nobody answers, and that uses no proxy.
    #[must_use]
    pub fn with_metadata_transport(mut self, transport: impl Transport + 'static) -> Self {
        self.sources.metadata_transport = Arc::new(transport);
        self
    }

    /// The same chain, with STS where this function says: its endpoint and the region to sign for.
    ///
    /// Without it: the endpoint that is configured for STS, else the region's own, by the rules of STS.
    #[must_use]
    pub fn with_sts_endpoint(
        mut self,
        endpoint: impl Fn(&Config) -> Result<(Uri, String), CredentialsError> + Send + Sync + 'static,
    ) -> Self {
        self.sources.sts_endpoint = Arc::new(endpoint);
        self
    }
}

impl CredentialsProvider for DefaultChain {
    fn credentials(&self) -> Result<Credentials, CredentialsError> {
        let Sources { config, metadata_transport, .. } = &self.sources;
        let environment = config.environment();
        let variables = EnvironmentProvider::new(environment.clone());
        let providers: [&dyn CredentialsProvider; 4] = [
            &variables,
            &ProfileProvider(&self.sources),
            &ContainerProvider::over(environment.clone(), metadata_transport.clone()),
            &InstanceMetadataProvider::over(config.clone(), metadata_transport.clone()),
        ];
        let first = usize::from(config.profile_name().origin == Origin::Explicit);
        let mut reasons = String::new();
        for provider in &providers[first..] {
            match provider.credentials() {
                Err(error) if error.is_not_configured() => {
                    if !reasons.is_empty() {
                        reasons.push_str("; ");
                    }
                    reasons.extend([error.provider(), ": ", error.why()]);
                }
                result => return result,
            }
        }
        Err(CredentialsError::not_configured(NAME, reasons))
    }
}

impl Sources {
    pub(super) fn sts(&self) -> Result<Sts, CredentialsError> {
        let (endpoint, region) = (self.sts_endpoint)(&self.config)?;
        Ok(Sts::over(self.config.environment().clone(), self.transport.clone(), endpoint, region))
    }
}

/// The endpoint that is configured for STS, else the one that its rules choose.
fn sts_endpoint(config: &Config) -> Result<(Uri, String), CredentialsError> {
    let failed = |why| CredentialsError::failed("STS", why);
    let region =
        config.region().ok_or_else(|| failed("there is no region: set AWS_REGION, or region in the profile"))?;
    let parameters = config
        .without_own_endpoint()
        .endpoint_parameters("STS")
        .map_err(|error| failed("the configuration").with_source(error))?;
    let endpoint = service::SERVICE.endpoint(&parameters).map_err(|error| failed("its endpoint").with_source(error))?;
    let signing_region = endpoint.auth_schemes.into_iter().find_map(|scheme| scheme.signing_region);
    Ok((endpoint.url, signing_region.unwrap_or(region.value)))
}

impl fmt::Debug for DefaultChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DefaultChain").field("config", &self.sources.config).finish_non_exhaustive()
    }
}
