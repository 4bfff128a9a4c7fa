//! Credentials in environment variables.

use super::{Credentials, CredentialsError, CredentialsProvider};
use crate::config::Environment;

const NAME: &str = "environment";

/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, and, where there is one, `AWS_SESSION_TOKEN` (or, before it,
/// `AWS_SECURITY_TOKEN`) and `AWS_CREDENTIAL_EXPIRATION`.
///
/// Without the first it is not configured; without the second, or with a wrong time, it fails.
#[derive(Clone, Debug)]
pub struct EnvironmentProvider {
    environment: Environment,
}

impl EnvironmentProvider {
    /// Looks into this environment each time.
    #[must_use]
    pub fn new(environment: Environment) -> Self {
        Self { environment }
    }
}

impl CredentialsProvider for EnvironmentProvider {
    fn credentials(&self) -> Result<Credentials, CredentialsError> {
        let variable = |name| self.environment.variable(name);
        let key = variable("AWS_ACCESS_KEY_ID")
            .ok_or_else(|| CredentialsError::not_configured(NAME, "AWS_ACCESS_KEY_ID is not set"))?;
        let secret = variable("AWS_SECRET_ACCESS_KEY").ok_or_else(|| {
            CredentialsError::failed(NAME, "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not")
        })?;
        let mut credentials = Credentials::new(key, secret);
        if let Some(token) = variable("AWS_SECURITY_TOKEN").or_else(|| variable("AWS_SESSION_TOKEN")) {
            credentials = credentials.with_session_token(token);
        }
        if let Some(expiration) = variable("AWS_CREDENTIAL_EXPIRATION") {
            let expiration = expiration
                .parse()
                .map_err(|error| CredentialsError::failed(NAME, "AWS_CREDENTIAL_EXPIRATION").with_source(error))?;
            credentials = credentials.with_expiration(expiration);
        }
        Ok(credentials)
    }
}
