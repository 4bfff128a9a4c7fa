//! An endpoint as the rules give it.

use http::{HeaderMap, Uri};

use super::Property;
use super::property::named;

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
    /// What else the rules say about the endpoint, in their order, with the ways to sign as the rules have them. No name is
    /// there twice.
    pub properties: Vec<(&'static str, Property)>,
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

    /// The value of the property of this name, if the endpoint has it.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&Property> {
        named(&self.properties, name)
    }
}

/// The ways to sign among the properties of an endpoint.
pub(super) fn auth_schemes(properties: &[(&'static str, Property)]) -> Vec<AuthScheme> {
    list(named(properties, "authSchemes")).iter().filter_map(auth_scheme).collect()
}

fn list(property: Option<&Property>) -> &[Property] {
    property.and_then(Property::as_list).unwrap_or_default()
}

fn auth_scheme(scheme: &Property) -> Option<AuthScheme> {
    let text = |key: &str| scheme.get(key).and_then(Property::as_text).map(str::to_owned);
    let regions = list(scheme.get("signingRegionSet"));
    Some(AuthScheme {
        name: text("name")?,
        signing_name: text("signingName"),
        signing_region: text("signingRegion"),
        signing_region_set: regions.iter().filter_map(|region| Some(region.as_text()?.to_owned())).collect(),
        disable_double_encoding: scheme.get("disableDoubleEncoding").and_then(Property::as_boolean).unwrap_or_default(),
    })
}
