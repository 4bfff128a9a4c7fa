//! An endpoint as the rules give it.

use http::{HeaderMap, Uri};
use serde_json::{Map, Value as Json};

/// Where requests go, what they carry, how they are signed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Endpoint {
    /// The URL, with a path where requests go below one.
    pub url: Uri,
    /// Headers that requests carry.
    pub headers: HeaderMap,
    /// Ways to sign, the best one first.
    pub auth_schemes: Vec<AuthScheme>,
    /// What else the rules say about the endpoint, with the ways to sign as the rules have them.
    pub properties: Map<String, Json>,
}

/// A way to sign.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuthScheme {
    /// `sigv4`, `sigv4a`, `sigv4-s3express`, …
    pub name: String,
    /// The service's name in the signature's scope.
    pub signing_name: Option<String>,
    /// The region in the signature's scope.
    pub signing_region: Option<String>,
    /// The regions that the signature is for, where it may be for several.
    pub signing_region_set: Vec<String>,
    /// Whether the path is not to be encoded once more for the signature.
    pub disable_double_encoding: bool,
}

impl Endpoint {
    /// The way to sign of this name, if the endpoint has it.
    #[must_use]
    pub fn auth_scheme(&self, name: &str) -> Option<&AuthScheme> {
        self.auth_schemes.iter().find(|scheme| scheme.name == name)
    }
}

/// The ways to sign among the properties of an endpoint.
pub(super) fn auth_schemes(properties: &Map<String, Json>) -> Vec<AuthScheme> {
    list(properties.get("authSchemes")).iter().filter_map(auth_scheme).collect()
}

fn list(json: Option<&Json>) -> &[Json] {
    json.and_then(Json::as_array).map_or(&[], Vec::as_slice)
}

fn auth_scheme(scheme: &Json) -> Option<AuthScheme> {
    let text = |key: &str| scheme.get(key).and_then(Json::as_str).map(str::to_owned);
    let regions = list(scheme.get("signingRegionSet"));
    Some(AuthScheme {
        name: text("name")?,
        signing_name: text("signingName"),
        signing_region: text("signingRegion"),
        signing_region_set: regions.iter().filter_map(|region| Some(region.as_str()?.to_owned())).collect(),
        disable_double_encoding: scheme.get("disableDoubleEncoding").and_then(Json::as_bool).unwrap_or_default(),
    })
}
