//! What a caller says about the endpoint that it wants.

use std::borrow::Cow;
use std::fmt;

use super::value::Value;

/// What a caller says about the endpoint that it wants. What is not set is left to the rules.
///
/// The fields are what every service knows; parameters that a service has of its own go by name, see
/// [`with`](Self::with).
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EndpointParameters {
    /// The region: `eu-west-1`.
    pub region: Option<String>,
    /// Whether the endpoint must comply with FIPS 140.
    pub use_fips: Option<bool>,
    /// Whether the endpoint must be reachable by IPv6 and IPv4.
    pub use_dual_stack: Option<bool>,
    /// A URL to use in place of the service's.
    pub endpoint: Option<String>,
    /// The caller's account.
    pub account_id: Option<String>,
    /// Whether the account goes into host names: `preferred`, `required`, `disabled`.
    pub account_id_endpoint_mode: Option<String>,
    /// In the order of the names.
    others: Vec<(String, ParameterValue)>,
}

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParameterValue {
    /// Text.
    Text(String),
    /// `true` or `false`.
    Boolean(bool),
    /// A list of text.
    List(Vec<String>),
}

/// Without what may be a user and a password in the URL.
impl fmt::Debug for EndpointParameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = |url: &String| url.rsplit_once('@').map_or_else(|| url.clone(), |(_, host)| host.to_owned());
        f.debug_struct("EndpointParameters")
            .field("region", &self.region)
            .field("use_fips", &self.use_fips)
            .field("use_dual_stack", &self.use_dual_stack)
            .field("endpoint", &self.endpoint.as_ref().map(host))
            .field("account_id", &self.account_id)
            .field("account_id_endpoint_mode", &self.account_id_endpoint_mode)
            .field("others", &self.others)
            .finish()
    }
}

impl EndpointParameters {
    /// Parameters for this region.
    #[must_use]
    pub fn new(region: impl Into<String>) -> Self {
        Self { region: Some(region.into()), ..Self::default() }
    }
    /// The same parameters with the wish for an endpoint that complies with FIPS 140, or for one that need not.
    #[must_use]
    pub fn with_fips(mut self, use_fips: bool) -> Self {
        self.use_fips = Some(use_fips);
        self
    }
    /// The same parameters with the wish for an endpoint with IPv6 and IPv4, or for one that need not have both.
    #[must_use]
    pub fn with_dual_stack(mut self, use_dual_stack: bool) -> Self {
        self.use_dual_stack = Some(use_dual_stack);
        self
    }
    /// The same parameters with a URL to use in place of the service's.
    #[must_use]
    pub fn with_endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }
    /// The same parameters with the caller's account.
    #[must_use]
    pub fn with_account_id(mut self, account_id: impl Into<String>) -> Self {
        self.account_id = Some(account_id.into());
        self
    }
    /// The same parameters with one more by its name in the service's rules: `Bucket`. These go before the fields, and
    /// rules that do not have such a parameter fail.
    ///
    /// A name with `::` is one that the rules of several services know a parameter by, such as `AWS::S3::Accelerate`;
    /// rules that do not know it leave it aside.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<ParameterValue>) -> Self {
        let (name, value) = (name.into(), value.into());
        match self.place(&name) {
            Ok(place) => self.others[place].1 = value,
            Err(place) => self.others.insert(place, (name, value)),
        }
        self
    }

    /// Where a name is among the others, or else would be.
    fn place(&self, name: &str) -> Result<usize, usize> {
        self.others.binary_search_by(|(other, _)| other.as_str().cmp(name))
    }

    fn other(&self, name: &str) -> Option<&ParameterValue> {
        Some(&self.others[self.place(name).ok()?].1)
    }

    /// Whether this name has a value.
    #[cfg(feature = "credentials")]
    pub(crate) fn has(&self, name: &str) -> bool {
        self.other(name).is_some()
    }

    /// The names that only some rules know.
    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        self.others.iter().map(|(name, _)| name).filter(|name| !name.contains("::"))
    }

    /// The value of the parameter of this name, which others may know as `built_in`.
    pub(super) fn get(&self, name: &str, built_in: &str) -> Option<Value<'_>> {
        fn text(text: Option<&String>) -> Option<Value<'_>> {
            text.map(|text| Value::Text(Cow::Borrowed(text)))
        }
        if let Some(value) = self.other(name).or_else(|| self.other(built_in)) {
            return Some(match value {
                ParameterValue::Text(text) => Value::Text(Cow::Borrowed(text)),
                ParameterValue::Boolean(boolean) => Value::Boolean(*boolean),
                ParameterValue::List(list) => {
                    Value::List(list.iter().map(|text| Cow::Borrowed(text.as_str())).collect())
                }
            });
        }
        match built_in {
            "AWS::Region" => text(self.region.as_ref()),
            "AWS::UseFIPS" => self.use_fips.map(Value::Boolean),
            "AWS::UseDualStack" => self.use_dual_stack.map(Value::Boolean),
            "SDK::Endpoint" => text(self.endpoint.as_ref()),
            "AWS::Auth::AccountId" => text(self.account_id.as_ref()),
            "AWS::Auth::AccountIdEndpointMode" => text(self.account_id_endpoint_mode.as_ref()),
            _ => None,
        }
    }
}

impl From<String> for ParameterValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for ParameterValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<bool> for ParameterValue {
    fn from(boolean: bool) -> Self {
        Self::Boolean(boolean)
    }
}

impl From<Vec<String>> for ParameterValue {
    fn from(list: Vec<String>) -> Self {
        Self::List(list)
    }
}
