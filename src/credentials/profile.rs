//! Credentials by what a profile says: a role, a web identity, keys, a process.

use super::chain::Sources;
use super::container::ContainerProvider;
use super::environment::EnvironmentProvider;
use super::instance::InstanceMetadataProvider;
use super::process::ProcessProvider;
use super::sts::{AssumeRoleProvider, WebIdentityProvider};
use super::{Credentials, CredentialsError, CredentialsProvider};
use crate::config::{Origin, Section};

const NAME: &str = "profile";

/// The credentials of the profile that the configuration chooses.
pub(super) struct ProfileProvider<'a>(pub(super) &'a Sources);

impl CredentialsProvider for ProfileProvider<'_> {
    fn credentials(&self) -> Result<Credentials, CredentialsError> {
        let profile = self.0.config.profile_name();
        let section = self.0.config.profile();
        if let Some(section) = section
            && has_role(section)
        {
            return self.assume_roles(&profile.value, section);
        }
        let use_variables = profile.origin != Origin::Explicit;
        self.without_roles(&profile.value, use_variables)?.ok_or_else(|| {
            let lacks = if section.is_some() {
                "has no role_arn, web_identity_token_file, aws_access_key_id or credential_process"
            } else {
                "is in no file"
            };
            CredentialsError::not_configured(NAME, format!("the profile {} {lacks}", profile.value))
        })
    }
}

impl ProfileProvider<'_> {
    /// Assumes the role of the profile, after those of its source profiles.
    fn assume_roles(&self, name: &str, section: &Section) -> Result<Credentials, CredentialsError> {
        let mut roles = vec![(name, section)];
        let mut credentials = loop {
            let (name, section) = roles[roles.len() - 1];
            let next = match (section.get("source_profile"), section.get("credential_source")) {
                (Some(next), None) => next,
                (None, Some(source)) => break self.of_source(name, source)?,
                (Some(_), Some(_)) => {
                    return Err(failed(format!("the profile {name} has both source_profile and credential_source")));
                }
                (None, None) => {
                    let why = "has a role_arn, but neither source_profile nor credential_source";
                    return Err(failed(format!("the profile {name} {why}")));
                }
            };
            let source = self
                .0
                .config
                .shared()
                .profile(next)
                .ok_or_else(|| failed(format!("the source_profile {next} of the profile {name} is in no file")))?;
            // A profile may be its own source if it has keys.
            if roles.iter().any(|(visited, _)| *visited == next) && !(next == name && has_keys(source)) {
                let path: Vec<&str> = roles.iter().map(|(visited, _)| *visited).collect();
                return Err(failed(format!("source_profile goes round in circles: {}, {next}", path.join(", "))));
            }
            if has_keys(source) || !has_role(source) {
                break self.without_roles(next, false)?.ok_or_else(|| {
                    failed(format!("the source_profile {next} of the profile {name} has no credentials"))
                })?;
            }
            roles.push((next, source));
        };
        for (name, section) in roles.into_iter().rev() {
            credentials = self.assume_role(name, section, credentials)?;
        }
        Ok(credentials)
    }

    fn assume_role(&self, name: &str, section: &Section, source: Credentials) -> Result<Credentials, CredentialsError> {
        if section.get("mfa_serial").is_some() {
            return Err(failed(format!("the profile {name} has mfa_serial, which is not supported yet")));
        }
        let role_arn = section.get("role_arn").ok_or_else(|| failed(format!("the profile {name} has no role_arn")))?;
        let mut provider = AssumeRoleProvider::new(self.0.sts()?, source, role_arn);
        if let Some(session_name) = section.get("role_session_name") {
            provider = provider.with_session_name(session_name);
        }
        if let Some(external_id) = section.get("external_id") {
            provider = provider.with_external_id(external_id);
        }
        if let Some(seconds) = section.get("duration_seconds") {
            let seconds = seconds
                .parse()
                .map_err(|_| failed(format!("duration_seconds of the profile {name} must be a number")))?;
            provider = provider.with_duration_seconds(seconds);
        }
        provider.credentials()
    }

    /// What `credential_source` names.
    fn of_source(&self, name: &str, source: &str) -> Result<Credentials, CredentialsError> {
        let Sources { config, metadata_transport, .. } = self.0;
        let credentials = match source {
            "Environment" => EnvironmentProvider::new(config.environment().clone()).credentials(),
            "EcsContainer" => {
                ContainerProvider::over(config.environment().clone(), metadata_transport.clone()).credentials()
            }
            "Ec2InstanceMetadata" => {
                InstanceMetadataProvider::over(config.clone(), metadata_transport.clone()).credentials()
            }
            _ => {
                let must = "must be `Environment`, `EcsContainer` or `Ec2InstanceMetadata`";
                return Err(failed(format!("credential_source of the profile {name} {must}")));
            }
        };
        // The profile asks for it, so a chain does not go on.
        credentials.map_err(|error| {
            failed(format!("the credential_source {source} of the profile {name} has none")).with_source(error)
        })
    }

    /// All ways but roles with another source, in the AWS CLI's order.
    fn without_roles(&self, name: &str, use_variables: bool) -> Result<Option<Credentials>, CredentialsError> {
        let shared = self.0.config.shared();
        let section = shared.profile(name);
        let says = |key| section.and_then(|section| section.get(key));
        if let Some(credentials) = self.web_identity(name, section, use_variables)? {
            return Ok(Some(credentials));
        }
        if says("sso_role_name").is_some() || says("sso_account_id").is_some() {
            return Err(failed(format!("the profile {name} signs in by SSO, which is not supported yet")));
        }
        if let Some(credentials) = keys(name, shared.in_credentials_file(name))? {
            return Ok(Some(credentials));
        }
        if says("login_session").is_some() {
            return Err(failed(format!("the profile {name} signs in by `aws login`, which is not supported yet")));
        }
        if let Some(command) = section.and_then(|section| section.secret("credential_process")) {
            return ProcessProvider::new(command.clone()).credentials().map(Some);
        }
        keys(name, shared.in_config_file(name))
    }

    fn web_identity(
        &self,
        name: &str,
        section: Option<&Section>,
        use_variables: bool,
    ) -> Result<Option<Credentials>, CredentialsError> {
        let says = |variable, key| {
            let variable = use_variables.then(|| self.0.config.environment().variable(variable)).flatten();
            variable.or_else(|| section?.get(key).map(str::to_owned))
        };
        let Some(token_file) = says("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file") else { return Ok(None) };
        let role_arn = says("AWS_ROLE_ARN", "role_arn").ok_or_else(|| {
            let why = "there is a file with a web identity token, but neither AWS_ROLE_ARN nor role_arn";
            failed(format!("{why} (profile {name})"))
        })?;
        let mut provider = WebIdentityProvider::new(self.0.sts()?, token_file, role_arn);
        if let Some(session_name) = says("AWS_ROLE_SESSION_NAME", "role_session_name") {
            provider = provider.with_session_name(session_name);
        }
        provider.credentials().map(Some)
    }
}

/// Whether the profile is a role to be assumed from another source.
fn has_role(section: &Section) -> bool {
    section.get("role_arn").is_some() && section.get("web_identity_token_file").is_none()
}

fn has_keys(section: &Section) -> bool {
    section.get("aws_access_key_id").is_some() || section.secret("aws_secret_access_key").is_some()
}

/// The keys that one file has for a profile.
fn keys(name: &str, section: Option<&Section>) -> Result<Option<Credentials>, CredentialsError> {
    let Some((section, key)) = section.and_then(|section| Some((section, section.get("aws_access_key_id")?))) else {
        return Ok(None);
    };
    let secret = section.secret("aws_secret_access_key").ok_or_else(|| {
        failed(format!("the profile {name} has aws_access_key_id, but no aws_secret_access_key in the same file"))
    })?;
    let credentials = Credentials::new(key, secret.clone());
    let token = section.secret("aws_security_token").or_else(|| section.secret("aws_session_token"));
    Ok(Some(match token {
        Some(token) => credentials.with_session_token(token.clone()),
        None => credentials,
    }))
}

fn failed(why: impl Into<String>) -> CredentialsError {
    CredentialsError::failed(NAME, why)
}
