//! The services that have credentials of their own.

use super::refusal;
use crate::iam;

/// A service that has credentials of its own.
pub(super) struct Service {
    pub(super) name: &'static str,
    pub(super) secret: SecretKind,
}

/// What a service's credentials are.
#[derive(Clone, Copy)]
pub(super) enum SecretKind {
    /// A user name and a password.
    Password,
    /// A long-term API key, which may expire. It begins with this prefix.
    ApiKey { prefix: &'static str },
}

static SERVICES: [Service; 4] = [
    Service { name: "bedrock.amazonaws.com", secret: SecretKind::ApiKey { prefix: "ABSK" } },
    Service { name: "cassandra.amazonaws.com", secret: SecretKind::Password },
    Service { name: "codecommit.amazonaws.com", secret: SecretKind::Password },
    Service { name: "logs.amazonaws.com", secret: SecretKind::ApiKey { prefix: "ACWL" } },
];

pub(super) fn find(name: &str) -> Result<&'static Service, iam::Error> {
    SERVICES.iter().find(|service| service.name == name).ok_or_else(|| refusal::service_not_supported(name))
}
