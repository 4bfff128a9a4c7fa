//! Who signs: an access key, and who gives one.
//!
//! A [`CredentialsProvider`] is anything that gives [`Credentials`]. With the feature `credentials` there is one for each source
//! that the AWS CLI knows, a `DefaultChain` of them in its order, and a `CachingProvider` that refreshes before they expire.

#[cfg(feature = "credentials")]
mod caching;
#[cfg(feature = "credentials")]
mod chain;
#[cfg(feature = "credentials")]
mod container;
#[cfg(feature = "credentials")]
mod document;
#[cfg(feature = "credentials")]
mod environment;
mod error;
#[cfg(feature = "credentials")]
mod instance;
#[cfg(feature = "credentials")]
mod json;
#[cfg(feature = "credentials")]
mod process;
#[cfg(feature = "credentials")]
mod profile;
mod provider;
#[cfg(feature = "credentials")]
mod sts;

use std::fmt;

use secrecy::SecretString;

use crate::debug::REDACTED;
use crate::timestamp::Timestamp;

#[cfg(feature = "credentials")]
pub use caching::CachingProvider;
#[cfg(feature = "credentials")]
pub use chain::DefaultChain;
#[cfg(feature = "credentials")]
pub use container::ContainerProvider;
#[cfg(feature = "credentials")]
pub use environment::EnvironmentProvider;
pub use error::CredentialsError;
#[cfg(feature = "credentials")]
pub use instance::InstanceMetadataProvider;
#[cfg(feature = "credentials")]
pub use process::ProcessProvider;
pub use provider::CredentialsProvider;
#[cfg(feature = "credentials")]
pub use sts::{AssumeRoleProvider, Sts, WebIdentityProvider};

/// An access key, perhaps temporary.
#[derive(Clone)]
pub struct Credentials {
    access_key_id: String,
    secret_access_key: SecretString,
    session_token: Option<SecretString>,
    expiration: Option<Timestamp>,
}

impl Credentials {
    /// A key that stays valid.
    #[must_use]
    pub fn new(access_key_id: impl Into<String>, secret_access_key: impl Into<SecretString>) -> Self {
        Self {
            access_key_id: access_key_id.into(),
            secret_access_key: secret_access_key.into(),
            session_token: None,
            expiration: None,
        }
    }
    /// The same key with the token of its session.
    #[must_use]
    pub fn with_session_token(mut self, session_token: impl Into<SecretString>) -> Self {
        self.session_token = Some(session_token.into());
        self
    }
    /// The same key, valid until then.
    #[must_use]
    pub fn with_expiration(mut self, expiration: Timestamp) -> Self {
        self.expiration = Some(expiration);
        self
    }
    /// The key's id, which is no secret.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }
    /// The secret.
    #[must_use]
    pub fn secret_access_key(&self) -> &SecretString {
        &self.secret_access_key
    }
    /// The token of a temporary key.
    #[must_use]
    pub fn session_token(&self) -> Option<&SecretString> {
        self.session_token.as_ref()
    }
    /// When it ceases to be valid.
    #[must_use]
    pub fn expiration(&self) -> Option<Timestamp> {
        self.expiration
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .field("secret_access_key", &format_args!("{REDACTED}"))
            .field("session_token", &self.session_token.as_ref().map(|_| REDACTED))
            .field("expiration", &self.expiration)
            .finish()
    }
}
