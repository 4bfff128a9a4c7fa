//! Why there is no endpoint.

use std::fmt;

/// Why there is no endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EndpointError {
    /// What the service's rules say about these parameters.
    Rules(String),
    /// A parameter that must have a value has none.
    Missing(&'static str),
    /// The rules have no such parameter.
    Unknown(String),
    /// The value is not what the parameter takes.
    WrongType {
        /// The parameter.
        parameter: &'static str,
        /// What it takes.
        expected: &'static str,
    },
    /// No rule is for these parameters.
    NoMatch,
    /// The rule that applies needs a value that is not set.
    Unset,
    /// The rules give a URL that is none. A user and a password are left out.
    Url(String),
    /// The rules give a header that is none.
    Header(String),
    /// The model of the service has no rules.
    NoRules,
    /// The tables are not those of a generator of this version.
    Damaged,
}

impl fmt::Display for EndpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A formatter's own `write_fmt` would be inlined in each arm.
        let f: &mut dyn fmt::Write = f;
        f.write_str("no endpoint: ")?;
        match self {
            Self::Rules(text) => f.write_str(text),
            Self::Missing(parameter) => write!(f, "the parameter {parameter} is missing"),
            Self::Unknown(parameter) => write!(f, "the rules have no parameter {parameter}"),
            Self::WrongType { parameter, expected } => write!(f, "the parameter {parameter} must be {expected}"),
            Self::NoMatch => f.write_str("no rule is for these parameters"),
            Self::Unset => f.write_str("the rule that applies needs a value that is not set"),
            Self::Url(url) => {
                write!(f, "{url:?} is no URL of the scheme http or https, with a host and without a query")
            }
            Self::Header(header) => write!(f, "{header:?} is no header"),
            Self::NoRules => f.write_str("the service's model has no endpoint rules"),
            Self::Damaged => f.write_str("the rules are not in the form of this version"),
        }
    }
}

impl std::error::Error for EndpointError {}
