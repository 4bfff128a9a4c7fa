//! What the AWS CLI's settings for S3 tell its endpoint rules: keys of the nested section `s3` of the profile, some of which have
//! a variable or a key of the profile itself as well. Source: the AWS CLI's topic guide `s3-config`, and botocore's
//! `configprovider.py`.

use super::error::ConfigError;
use super::settings::{Config, Setting};
use crate::endpoint::EndpointParameters;

/// The section of the profile.
const SECTION: &str = "s3";

/// The services that are called by these settings.
const SERVICES: [&str; 2] = ["S3", "S3 Control"];

/// What puts the bucket into the path.
const PATH_STYLE: &str = "AWS::S3::ForcePathStyle";

/// A setting: where it stands, and the names that endpoint rules know it by. An empty key is none.
struct RuleSetting {
    parameters: &'static [&'static str],
    variables: &'static [&'static str],
    key: &'static str,
    nested: &'static str,
    /// What it may be; `auto` leaves the choice to the rules.
    words: &'static [(&'static str, Option<bool>)],
    must: &'static str,
}

const BOOLEAN: &[(&str, Option<bool>)] = &[("true", Some(true)), ("false", Some(false))];
const MUST_BE_BOOLEAN: &str = "`true` or `false`";

const SETTINGS: [RuleSetting; 5] = [
    RuleSetting {
        parameters: &[PATH_STYLE],
        variables: &[],
        key: "",
        nested: "addressing_style",
        words: &[("path", Some(true)), ("virtual", Some(false)), ("auto", None)],
        must: "`path`, `virtual` or `auto`",
    },
    RuleSetting {
        parameters: &["AWS::S3::Accelerate"],
        variables: &[],
        key: "",
        nested: "use_accelerate_endpoint",
        words: BOOLEAN,
        must: MUST_BE_BOOLEAN,
    },
    RuleSetting {
        parameters: &["AWS::S3::UseArnRegion", "AWS::S3Control::UseArnRegion"],
        variables: &["AWS_S3_USE_ARN_REGION"],
        key: "s3_use_arn_region",
        nested: "use_arn_region",
        words: BOOLEAN,
        must: MUST_BE_BOOLEAN,
    },
    RuleSetting {
        parameters: &["AWS::S3::DisableMultiRegionAccessPoints"],
        variables: &["AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS"],
        key: "s3_disable_multiregion_access_points",
        nested: "",
        words: BOOLEAN,
        must: MUST_BE_BOOLEAN,
    },
    RuleSetting {
        parameters: &["AWS::S3::UseGlobalEndpoint"],
        variables: &["AWS_S3_US_EAST_1_REGIONAL_ENDPOINT"],
        key: "s3_us_east_1_regional_endpoint",
        nested: "us_east_1_regional_endpoint",
        words: &[("legacy", Some(true)), ("regional", Some(false))],
        must: "`legacy` or `regional`",
    },
];

/// `parameters` with what is set for S3, if this service is one of those that are called by it.
///
/// As with the AWS CLI, requests to an endpoint that is configured have the bucket in the path unless `addressing_style` is
/// `virtual`: such endpoints seldom have a name for each bucket.
pub(super) fn with_settings(
    config: &Config,
    service_id: &str,
    mut parameters: EndpointParameters,
) -> Result<EndpointParameters, ConfigError> {
    if !SERVICES.contains(&service_id) {
        return Ok(parameters);
    }
    for setting in &SETTINGS {
        let Some(found) = find(config, setting) else { continue };
        let parse = |text: &str| setting.words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)).map(|it| it.1);
        let Some(value) = found.parse(setting.must, parse)?.value else { continue };
        for parameter in setting.parameters {
            parameters = parameters.with(*parameter, value);
        }
    }
    if parameters.endpoint.is_some() && !parameters.has(PATH_STYLE) {
        parameters = parameters.with(PATH_STYLE, true);
    }
    if let Some(dual_stack) = config.nested(SECTION, "use_dualstack_endpoint") {
        let parse = |text: &str| text.to_ascii_lowercase().parse().ok();
        parameters.use_dual_stack = Some(dual_stack.parse(MUST_BE_BOOLEAN, parse)?.value);
    }
    Ok(parameters)
}

fn find(config: &Config, setting: &RuleSetting) -> Option<Setting<String>> {
    config.text(setting.variables, setting.key).or_else(|| config.nested(SECTION, setting.nested))
}
