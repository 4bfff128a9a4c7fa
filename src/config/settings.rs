//! Settings with their origin: what the program says, else a variable, else the profile.

use std::fmt;
use std::sync::Arc;

use http::Uri;

use super::environment::Environment;
use super::error::ConfigError;
use super::s3;
use super::section::Section;
use super::shared::SharedConfig;
use crate::endpoint::{EndpointParameters, ParameterValue};
use crate::operation::{has_user, without_user};

/// What a program says itself; it goes before all else.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct Explicit {
    /// The profile. With one, the variables with credentials are not looked at.
    pub profile: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The endpoint of the service that the program calls. It is not for STS when credentials come from there.
    pub endpoint_url: Option<Uri>,
    /// Whether endpoints of variables and files are left alone.
    pub ignore_configured_endpoint_urls: Option<bool>,
    /// Whether FIPS endpoints are wanted.
    pub use_fips: Option<bool>,
    /// Whether endpoints with IPv6 are wanted.
    pub use_dualstack: Option<bool>,
    /// How often a call is tried at most, the first time included.
    pub max_attempts: Option<u32>,
    /// How calls are tried again.
    pub retry_mode: Option<RetryMode>,
    /// Parameters of the endpoint rules of the service that the program calls, by their names there, such as `ForcePathStyle`
    /// of S3. Of several of one name the last counts. They are not for STS when credentials come from there.
    pub endpoint_parameters: Vec<(String, ParameterValue)>,
}

impl fmt::Debug for Explicit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Explicit")
            .field("profile", &self.profile)
            .field("region", &self.region)
            .field("endpoint_url", &self.endpoint_url.as_ref().map(without_user))
            .field("ignore_configured_endpoint_urls", &self.ignore_configured_endpoint_urls)
            .field("use_fips", &self.use_fips)
            .field("use_dualstack", &self.use_dualstack)
            .field("max_attempts", &self.max_attempts)
            .field("retry_mode", &self.retry_mode)
            .field("endpoint_parameters", &self.endpoint_parameters)
            .finish()
    }
}

/// How calls are tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryMode {
    /// `legacy`: the oldest, different in each SDK.
    Legacy,
    /// `standard`: the same in all SDKs.
    Standard,
    /// `adaptive`: standard, and slower on the client's side when throttled.
    Adaptive,
}

/// A value and who said it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Setting<T> {
    /// The value.
    pub value: T,
    /// Who said it.
    pub origin: Origin,
}

/// Who said a value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// The program.
    Explicit,
    /// An environment variable.
    Variable(String),
    /// A key of a profile.
    Profile {
        /// The profile's name.
        profile: String,
        /// The key.
        key: String,
    },
    /// A key of a service in a `services` section.
    Services {
        /// The section's name.
        section: String,
        /// The service and its key: `iam.endpoint_url`.
        key: String,
    },
    /// Nobody: the default.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Explicit => f.write_str("the program"),
            Self::Variable(name) => f.write_str(name),
            Self::Profile { profile, key } => write!(f, "{key} of the profile {profile}"),
            Self::Services { section, key } => write!(f, "{key} of the section [services {section}]"),
            Self::Default => f.write_str("the default"),
        }
    }
}

/// The files, the environment, what the program says, and the profile that these choose. Clones are cheap.
#[derive(Clone, Debug)]
pub struct Config {
    environment: Environment,
    shared: Arc<SharedConfig>,
    explicit: Explicit,
    profile: Setting<String>,
}

impl Config {
    /// Reads the files, and chooses the profile of `AWS_PROFILE`, else of `AWS_DEFAULT_PROFILE`, else `default`.
    ///
    /// # Errors
    /// A bad file, or a profile that is in none.
    pub fn load(environment: Environment) -> Result<Self, ConfigError> {
        Self::load_with(environment, Explicit::default())
    }

    /// The same where the program has something to say.
    ///
    /// # Errors
    /// A bad file, or a profile that is in none.
    pub fn load_with(environment: Environment, explicit: Explicit) -> Result<Self, ConfigError> {
        let shared = SharedConfig::load(&environment)?;
        let profile = match &explicit.profile {
            Some(name) => Setting { value: name.clone(), origin: Origin::Explicit },
            None => variable(&environment, &["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
                .unwrap_or_else(|| Setting { value: "default".to_owned(), origin: Origin::Default }),
        };
        if profile.origin != Origin::Default && shared.profile(&profile.value).is_none() {
            return Err(ConfigError::NoProfile {
                name: profile.value,
                origin: profile.origin.to_string(),
                files: shared.files().to_vec(),
            });
        }
        Ok(Self { environment, shared: shared.into(), explicit, profile })
    }

    /// What the files say.
    #[must_use]
    pub fn shared(&self) -> &SharedConfig {
        &self.shared
    }

    /// What is around the program.
    #[must_use]
    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The profile's name. The profile `default` need not exist.
    #[must_use]
    pub fn profile_name(&self) -> &Setting<String> {
        &self.profile
    }

    /// What the profile says.
    #[must_use]
    pub fn profile(&self) -> Option<&Section> {
        self.shared.profile(&self.profile.value)
    }

    /// The region: `AWS_REGION`, else `AWS_DEFAULT_REGION`, else `region` of the profile.
    #[must_use]
    pub fn region(&self) -> Option<Setting<String>> {
        let explicit = self.explicit.region.clone().map(Setting::explicit);
        explicit.or_else(|| self.text(&["AWS_REGION", "AWS_DEFAULT_REGION"], "region"))
    }

    /// The endpoint to send a service's requests to, if one is configured.
    ///
    /// `service_id` is the model's (`IAM`, `Cognito Identity`). The order: the program; `AWS_ENDPOINT_URL_<SERVICE>`;
    /// `AWS_ENDPOINT_URL`; `endpoint_url` of the service in the `services` section of the profile; `endpoint_url` of the
    /// profile. All but the program's is left alone if [`Self::ignores_configured_endpoint_urls`].
    ///
    /// # Errors
    /// What is no URL, or a `services` section that is not there.
    pub fn endpoint_url(&self, service_id: &str) -> Result<Option<Setting<Uri>>, ConfigError> {
        const MUST: &str = "an http or https URL, without a user or a password";
        if let Some(uri) = &self.explicit.endpoint_url {
            if has_user(uri) {
                let origin = "the endpoint of the program".to_owned();
                return Err(ConfigError::Invalid { origin, must: MUST });
            }
            return Ok(Some(Setting::explicit(uri.clone())));
        }
        if self.ignores_configured_endpoint_urls()?.is_some_and(|setting| setting.value) {
            return Ok(None);
        }
        let service = service_id.replace([' ', '-'], "_").to_lowercase();
        let of_service = format!("AWS_ENDPOINT_URL_{}", service.to_uppercase());
        let found = match variable(&self.environment, &[&of_service, "AWS_ENDPOINT_URL"]) {
            Some(setting) => Some(setting),
            None => self.services_endpoint_url(&service)?.or_else(|| self.text(&[], "endpoint_url")),
        };
        found.map(|setting| setting.parse(MUST, parse_url)).transpose()
    }

    fn services_endpoint_url(&self, service: &str) -> Result<Option<Setting<String>>, ConfigError> {
        let Some(name) = self.profile().and_then(|profile| profile.get("services")) else { return Ok(None) };
        let section = self
            .shared
            .services(name)
            .ok_or_else(|| ConfigError::NoServices { profile: self.profile.value.clone(), name: name.to_owned() })?;
        let origin = || Origin::Services { section: name.to_owned(), key: format!("{service}.endpoint_url") };
        let url = section.nested(service, "endpoint_url");
        Ok(url.map(|url| Setting { value: url.to_owned(), origin: origin() }))
    }

    /// The same without the program's own endpoint, for services that it does not call itself.
    pub(crate) fn without_own_endpoint(&self) -> Self {
        let mut other = self.clone();
        other.explicit.endpoint_url = None;
        other.explicit.endpoint_parameters.clear();
        other
    }

    /// Whether configured endpoints are left alone: `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS`,
    /// `ignore_configured_endpoint_urls`.
    ///
    /// # Errors
    /// What is neither `true` nor `false`.
    pub fn ignores_configured_endpoint_urls(&self) -> Result<Option<Setting<bool>>, ConfigError> {
        let key = "ignore_configured_endpoint_urls";
        self.boolean(self.explicit.ignore_configured_endpoint_urls, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", key)
    }

    /// Whether FIPS endpoints are wanted: `AWS_USE_FIPS_ENDPOINT`, `use_fips_endpoint`.
    ///
    /// # Errors
    /// What is neither `true` nor `false`.
    pub fn use_fips(&self) -> Result<Option<Setting<bool>>, ConfigError> {
        self.boolean(self.explicit.use_fips, "AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")
    }

    /// Whether endpoints with IPv6 are wanted: `AWS_USE_DUALSTACK_ENDPOINT`, `use_dualstack_endpoint`.
    ///
    /// # Errors
    /// What is neither `true` nor `false`.
    pub fn use_dualstack(&self) -> Result<Option<Setting<bool>>, ConfigError> {
        self.boolean(self.explicit.use_dualstack, "AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")
    }

    /// How often a call is tried at most, the first time included: `AWS_MAX_ATTEMPTS`, `max_attempts`.
    ///
    /// # Errors
    /// What is no number from 1 on.
    pub fn max_attempts(&self) -> Result<Option<Setting<u32>>, ConfigError> {
        self.count(self.explicit.max_attempts, "AWS_MAX_ATTEMPTS", "max_attempts")
    }

    /// How calls are tried again: `AWS_RETRY_MODE`, `retry_mode`.
    ///
    /// # Errors
    /// What is none of `legacy`, `standard` and `adaptive`.
    pub fn retry_mode(&self) -> Result<Option<Setting<RetryMode>>, ConfigError> {
        let parse = |text: &str| match text {
            "legacy" => Some(RetryMode::Legacy),
            "standard" => Some(RetryMode::Standard),
            "adaptive" => Some(RetryMode::Adaptive),
            _ => None,
        };
        self.parsed(
            self.explicit.retry_mode,
            "AWS_RETRY_MODE",
            "retry_mode",
            "`legacy`, `standard` or `adaptive`",
            parse,
        )
    }

    /// What a service's endpoint rules are to know: region, FIPS, dual-stack, the configured URL, if any, what the profile says
    /// of S3 if this is S3, and what the program says by name.
    ///
    /// For S3 and S3 Control that is, in the profile's nested section `s3`: `addressing_style` (`path`, `virtual`, `auto`),
    /// `use_accelerate_endpoint`, `use_arn_region`, `us_east_1_regional_endpoint` (`legacy`, `regional`) and
    /// `use_dualstack_endpoint`; the variables `AWS_S3_USE_ARN_REGION`, `AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS` and
    /// `AWS_S3_US_EAST_1_REGIONAL_ENDPOINT`, or the same in lower case without `aws_` as keys of the profile. At an endpoint
    /// that is configured the bucket is in the path unless `addressing_style` is `virtual`.
    ///
    /// # Errors
    /// What one of the settings may not be.
    pub fn endpoint_parameters(&self, service_id: &str) -> Result<EndpointParameters, ConfigError> {
        let mut parameters = EndpointParameters::default();
        parameters.region = self.region().map(|setting| setting.value);
        parameters.use_fips = self.use_fips()?.map(|setting| setting.value);
        parameters.use_dual_stack = self.use_dualstack()?.map(|setting| setting.value);
        parameters.endpoint = self.endpoint_url(service_id)?.map(|setting| setting.value.to_string());
        parameters = s3::with_settings(self, service_id, parameters)?;
        for (name, value) in &self.explicit.endpoint_parameters {
            parameters = parameters.with(name, value.clone());
        }
        Ok(parameters)
    }

    /// A number from 1 on.
    pub(crate) fn count(
        &self,
        explicit: Option<u32>,
        variable: &str,
        key: &str,
    ) -> Result<Option<Setting<u32>>, ConfigError> {
        let parse = |text: &str| text.parse().ok().filter(|count| *count > 0);
        self.parsed(explicit, variable, key, "a number from 1 on", parse)
    }

    /// `true` or `false`, in any case.
    pub(crate) fn boolean(
        &self,
        explicit: Option<bool>,
        variable: &str,
        key: &str,
    ) -> Result<Option<Setting<bool>>, ConfigError> {
        self.parsed(explicit, variable, key, "`true` or `false`", |text| text.to_ascii_lowercase().parse().ok())
    }

    fn parsed<T>(
        &self,
        explicit: Option<T>,
        variable: &str,
        key: &str,
        must: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<Setting<T>>, ConfigError> {
        if let Some(value) = explicit {
            return Ok(Some(Setting::explicit(value)));
        }
        self.text(&[variable], key).map(|setting| setting.parse(must, parse)).transpose()
    }

    /// The first variable that says something, else what the profile says.
    pub(crate) fn text(&self, variables: &[&str], key: &str) -> Option<Setting<String>> {
        variable(&self.environment, variables).or_else(|| {
            let value = self.profile()?.get(key)?.to_owned();
            let origin = Origin::Profile { profile: self.profile.value.clone(), key: key.to_owned() };
            Some(Setting { value, origin })
        })
    }

    /// What the profile says within a nested section of its.
    pub(super) fn nested(&self, section: &str, key: &str) -> Option<Setting<String>> {
        let value = self.profile()?.nested(section, key)?.to_owned();
        let origin = Origin::Profile { profile: self.profile.value.clone(), key: format!("{section}.{key}") };
        Some(Setting { value, origin })
    }
}

impl<T> Setting<T> {
    fn explicit(value: T) -> Self {
        Self { value, origin: Origin::Explicit }
    }
}

impl Setting<String> {
    pub(super) fn parse<T>(
        self,
        must: &'static str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Setting<T>, ConfigError> {
        match parse(self.value.trim()) {
            Some(value) => Ok(Setting { value, origin: self.origin }),
            None => Err(ConfigError::Invalid { origin: self.origin.to_string(), must }),
        }
    }
}

fn variable(environment: &Environment, names: &[&str]) -> Option<Setting<String>> {
    names.iter().find_map(|name| {
        let value = environment.variable(name)?;
        Some(Setting { value, origin: Origin::Variable((*name).to_owned()) })
    })
}

pub(crate) fn parse_url(text: &str) -> Option<Uri> {
    let uri: Uri = text.parse().ok()?;
    let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
    (is_http && uri.host().is_some_and(|host| !host.is_empty()) && !has_user(&uri)).then_some(uri)
}
