//! Calls to STS: the temporary credentials of a role.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use http::Uri;
use secrecy::{ExposeSecret, SecretString};

use self::service::{AssumeRole, AssumeRoleRequest, AssumeRoleWithWebIdentity, AssumeRoleWithWebIdentityRequest};
use super::{Credentials, CredentialsError, CredentialsProvider};
use crate::config::Environment;
use crate::operation::{OperationShape, without_user};
use crate::sigv4::Signer;
use crate::transport::Transport;
use crate::wipe;

#[cfg(feature = "sts")]
pub(super) use crate::sts as service;

/// The two operations that are called here. Who wants the others asks for the feature `sts`.
#[cfg(not(feature = "sts"))]
#[allow(dead_code, unreachable_pub, clippy::all, clippy::pedantic, reason = "written as a public module")]
pub(super) mod service {
    include!(concat!(env!("OUT_DIR"), "/sts.rs"));
}

const ROLE: &str = "role";
const WEB_IDENTITY: &str = "web identity";

/// Where STS is, and what requests go there over. Each call is sent once.
#[derive(Clone)]
pub struct Sts {
    transport: Arc<dyn Transport>,
    endpoint: Uri,
    signer: Arc<Signer>,
    environment: Environment,
}

impl Sts {
    /// STS at this endpoint, signing for this region at the time, and reading token files from the files, of this
    /// environment.
    #[must_use]
    pub fn new(
        environment: Environment,
        transport: impl Transport + 'static,
        endpoint: Uri,
        region: impl Into<String>,
    ) -> Self {
        Self::over(environment, Arc::new(transport), endpoint, region.into())
    }

    pub(super) fn over(environment: Environment, transport: Arc<dyn Transport>, endpoint: Uri, region: String) -> Self {
        Self { transport, endpoint, signer: Arc::new(Signer::new(region, "sts")), environment }
    }

    fn call<O: OperationShape>(
        &self,
        provider: &'static str,
        input: &O::Input,
        signed_by: Option<&Credentials>,
    ) -> Result<O::Output, CredentialsError> {
        let failed = |why| CredentialsError::failed(provider, why);
        let mut request = O::encode(input, &self.endpoint)
            .map_err(|error| failed("the request to STS cannot be written").with_source(error))?;
        if let Some(credentials) = signed_by {
            self.signer
                .sign(&mut request, credentials, self.environment.now())
                .map_err(|error| failed("the request to STS cannot be signed").with_source(error))?;
        }
        let response = self.transport.send(request).map_err(|error| failed("STS did not answer").with_source(error))?;
        O::decode(&response).map_err(|error| failed("STS gives none").with_source(error))
    }

    fn session_name(&self, configured: Option<&String>) -> String {
        configured.cloned().unwrap_or_else(|| format!("shapewire-{}", self.environment.now().seconds()))
    }
}

impl fmt::Debug for Sts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sts")
            .field("endpoint", &format_args!("{}", without_user(&self.endpoint)))
            .field("signer", &self.signer)
            .finish_non_exhaustive()
    }
}

/// Assumes a role with the credentials of another provider.
#[derive(Clone)]
pub struct AssumeRoleProvider {
    sts: Sts,
    source: Arc<dyn CredentialsProvider>,
    role_arn: String,
    session_name: Option<String>,
    external_id: Option<String>,
    duration_seconds: Option<i32>,
}

impl AssumeRoleProvider {
    /// Assumes the role with this ARN. The session's name is `shapewire-` and the time.
    #[must_use]
    pub fn new(sts: Sts, source: impl CredentialsProvider + 'static, role_arn: impl Into<String>) -> Self {
        Self {
            sts,
            source: Arc::new(source),
            role_arn: role_arn.into(),
            session_name: None,
            external_id: None,
            duration_seconds: None,
        }
    }

    /// The same in a session with this name.
    #[must_use]
    pub fn with_session_name(mut self, name: impl Into<String>) -> Self {
        self.session_name = Some(name.into());
        self
    }

    /// The same with what the role's owner may ask for.
    #[must_use]
    pub fn with_external_id(mut self, external_id: impl Into<String>) -> Self {
        self.external_id = Some(external_id.into());
        self
    }

    /// The same for so many seconds: 900 to what the role allows, 43,200 at most; 3,600 without this. API reference of STS,
    /// `AssumeRole`.
    #[must_use]
    pub fn with_duration_seconds(mut self, seconds: i32) -> Self {
        self.duration_seconds = Some(seconds);
        self
    }
}

impl CredentialsProvider for AssumeRoleProvider {
    fn credentials(&self) -> Result<Credentials, CredentialsError> {
        let mut request =
            AssumeRoleRequest::new(self.role_arn.clone(), self.sts.session_name(self.session_name.as_ref()));
        request.external_id.clone_from(&self.external_id);
        request.duration_seconds = self.duration_seconds;
        let source = self.source.credentials()?;
        let output = self.sts.call::<AssumeRole>(ROLE, &request, Some(&source))?;
        of_reply(ROLE, output.credentials)
    }
}

/// Assumes a role with the token that an identity provider has put into a file.
#[derive(Clone)]
pub struct WebIdentityProvider {
    sts: Sts,
    token_file: PathBuf,
    role_arn: String,
    session_name: Option<String>,
}

impl WebIdentityProvider {
    /// Assumes the role with this ARN, reading the file anew each time. The session's name is `shapewire-` and the time.
    #[must_use]
    pub fn new(sts: Sts, token_file: impl Into<PathBuf>, role_arn: impl Into<String>) -> Self {
        Self { sts, token_file: token_file.into(), role_arn: role_arn.into(), session_name: None }
    }

    /// The same in a session with this name.
    #[must_use]
    pub fn with_session_name(mut self, name: impl Into<String>) -> Self {
        self.session_name = Some(name.into());
        self
    }

    fn token(&self) -> Result<SecretString, CredentialsError> {
        let failed = |why| CredentialsError::failed(WEB_IDENTITY, format!("{} {why}", self.token_file.display()));
        let token =
            self.sts.environment.read(&self.token_file).map_err(|error| failed("cannot be read").with_source(error))?;
        // Were its bytes in the error, the token would be.
        String::from_utf8(token).map(wipe::secret).map_err(|_| failed("is not UTF-8"))
    }
}

impl CredentialsProvider for WebIdentityProvider {
    fn credentials(&self) -> Result<Credentials, CredentialsError> {
        let request = AssumeRoleWithWebIdentityRequest::new(
            self.role_arn.clone(),
            self.sts.session_name(self.session_name.as_ref()),
            self.token()?,
        );
        let output = self.sts.call::<AssumeRoleWithWebIdentity>(WEB_IDENTITY, &request, None)?;
        of_reply(WEB_IDENTITY, output.credentials)
    }
}

fn of_reply(
    provider: &'static str,
    credentials: Option<service::Credentials>,
) -> Result<Credentials, CredentialsError> {
    let credentials = credentials.filter(|credentials| {
        !credentials.access_key_id.is_empty()
            && !credentials.secret_access_key.expose_secret().is_empty()
            && !credentials.session_token.expose_secret().is_empty()
    });
    let credentials =
        credentials.ok_or_else(|| CredentialsError::failed(provider, "the reply of STS has no credentials"))?;
    Ok(Credentials::new(credentials.access_key_id, credentials.secret_access_key)
        .with_session_token(credentials.session_token)
        .with_expiration(credentials.expiration))
}
