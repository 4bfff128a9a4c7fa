//! Values of an endpoint's properties.

#[cfg(feature = "json")]
use serde_json::{Number, Value as Json};

/// The value of a property of an endpoint: what Smithy's endpoint rules have under `properties`, with its templates filled in.
///
/// With the feature `json` it becomes a `serde_json::Value` by `From<&Property>`.
///
/// ```
/// # #[cfg(all(feature = "endpoints", feature = "iam"))] {
/// use shapewire::endpoint::{EndpointParameters, Property};
///
/// let endpoint = shapewire::iam::SERVICE.endpoint(&EndpointParameters::new("eu-west-1"))?;
/// let schemes = endpoint.property("authSchemes").and_then(Property::as_list).unwrap();
/// assert_eq!(schemes[0].get("signingRegion").and_then(Property::as_text), Some("us-east-1"));
/// assert_eq!(schemes[0].get("disableDoubleEncoding"), None);
/// # }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "rules are JSON, which has no others")]
pub enum Property {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number as the rules write it, of the range of `f64`: `1.50`, `-2e3`.
    Number(&'static str),
    /// Text.
    Text(String),
    /// An array.
    List(Vec<Property>),
    /// An object, in the order of the rules. No name is there twice.
    Object(Vec<(&'static str, Property)>),
}

impl Property {
    /// The member of this name, if this is an object that has it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(members) => named(members, name),
            _ => None,
        }
    }

    /// The text, if this is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// `true` or `false`, if this is one of them.
    #[must_use]
    pub fn as_boolean(&self) -> Option<bool> {
        match self {
            Self::Boolean(boolean) => Some(*boolean),
            _ => None,
        }
    }

    /// The members of the array, if this is one.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        match self {
            Self::List(list) => Some(list),
            _ => None,
        }
    }
}

/// The value of this name.
pub(super) fn named<'a>(members: &'a [(&'static str, Property)], name: &str) -> Option<&'a Property> {
    for (known, value) in members {
        if *known == name {
            return Some(value);
        }
    }
    None
}

// `#[inline]`: compiled where it is called, so that who does not call it compiles no map here.
#[cfg(feature = "json")]
impl From<&Property> for Json {
    #[inline]
    fn from(property: &Property) -> Self {
        match property {
            Property::Null => Self::Null,
            Property::Boolean(boolean) => Self::Bool(*boolean),
            Property::Number(digits) => digits.parse::<Number>().map_or(Self::Null, Self::Number),
            Property::Text(text) => Self::String(text.clone()),
            Property::List(list) => list.iter().map(Self::from).collect(),
            Property::Object(members) => members.iter().map(|(name, value)| (*name, value)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Property;

    #[test]
    fn values_are_asked_for_by_kind_and_name() {
        let scheme = Property::Object(vec![
            ("name", Property::Text("sigv4".to_owned())),
            ("disableDoubleEncoding", Property::Boolean(true)),
            ("none", Property::Null),
        ]);
        assert_eq!(scheme.get("name").and_then(Property::as_text), Some("sigv4"));
        assert_eq!(scheme.get("disableDoubleEncoding").and_then(Property::as_boolean), Some(true));
        assert_eq!(scheme.get("none"), Some(&Property::Null));
        assert_eq!(scheme.get("Name"), None);
        assert_eq!((scheme.as_text(), scheme.as_boolean(), scheme.as_list()), (None, None, None));
        let list = Property::List(vec![scheme.clone()]);
        assert_eq!(list.as_list(), Some(&[scheme][..]));
        assert_eq!(list.get("name"), None);
    }

    #[cfg(feature = "json")]
    #[test]
    fn values_become_json() {
        let property = Property::Object(vec![
            ("text", Property::Text("é\"".to_owned())),
            ("list", Property::List(vec![Property::Boolean(false), Property::Null, Property::List(Vec::new())])),
            ("numbers", Property::List(["-1.50", "18446744073709551615", "-2e3"].map(Property::Number).to_vec())),
            ("object", Property::Object(Vec::new())),
        ]);
        let json = serde_json::json!({
            "text": "é\"",
            "list": [false, null, []],
            "numbers": [-1.5, u64::MAX, -2e3],
            "object": {},
        });
        assert_eq!(serde_json::Value::from(&property), json);
    }
}
