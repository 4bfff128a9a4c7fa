//! Why a provider has no credentials.

use std::fmt;
use std::sync::Arc;

/// Why a provider has no credentials. No message has a secret in it.
#[derive(Clone, Debug)]
pub struct CredentialsError {
    kind: Kind,
    provider: &'static str,
    why: String,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    NotConfigured,
    Failed,
}

impl CredentialsError {
    /// The provider is not asked to give any: a chain goes on with the next.
    #[must_use]
    pub fn not_configured(provider: &'static str, why: impl Into<String>) -> Self {
        Self { kind: Kind::NotConfigured, provider, why: why.into(), source: None }
    }

    /// The provider should give some and cannot: a chain ends.
    #[must_use]
    pub fn failed(provider: &'static str, why: impl Into<String>) -> Self {
        Self { kind: Kind::Failed, provider, why: why.into(), source: None }
    }

    /// The same error with its cause, which `Display` shows: it must not have a secret in it.
    #[must_use]
    pub fn with_source(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.source = Some(Arc::new(source));
        self
    }

    /// Whether the provider is just not asked to give any.
    #[must_use]
    pub fn is_not_configured(&self) -> bool {
        self.kind == Kind::NotConfigured
    }

    /// The provider: `environment`, `profile`, ….
    #[must_use]
    pub fn provider(&self) -> &'static str {
        self.provider
    }

    /// Why, without the cause.
    #[must_use]
    pub fn why(&self) -> &str {
        &self.why
    }
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no credentials from {}: {}", self.provider, self.why)?;
        match &self.source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for CredentialsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn std::error::Error + 'static))
    }
}
