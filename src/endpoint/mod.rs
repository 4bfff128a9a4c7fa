//! Where requests go and how they are signed: the model's endpoint rules, interpreted.
//!
//! The generator turns a service's rules into a [`RuleSet`]: a text and bytes. With the feature `endpoints` they are
//! interpreted over `EndpointParameters`, together with AWS's `PARTITIONS`:
//!
//! ```
//! # #[cfg(all(feature = "endpoints", feature = "iam"))] {
//! use shapewire::endpoint::EndpointParameters;
//!
//! let endpoint = shapewire::iam::SERVICE.endpoint(&EndpointParameters::new("cn-northwest-1"))?;
//! assert_eq!(endpoint.url, "https://iam.cn-north-1.amazonaws.com.cn");
//! let signing = endpoint.auth_scheme("sigv4").unwrap();
//! assert_eq!(signing.signing_name.as_deref(), Some("iam"));
//! assert_eq!(signing.signing_region.as_deref(), Some("cn-north-1"));
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(feature = "endpoints")]
mod context;
#[cfg(feature = "endpoints")]
mod error;
#[cfg(feature = "endpoints")]
mod functions;
#[cfg(feature = "endpoints")]
mod interpreter;
#[cfg(feature = "endpoints")]
mod parameters;
#[cfg(feature = "endpoints")]
mod partition;
#[cfg(feature = "endpoints")]
mod property;
#[cfg(feature = "endpoints")]
mod resolved;
#[cfg(feature = "endpoints")]
mod service;
#[cfg(feature = "endpoints")]
mod table;
#[cfg(feature = "endpoints")]
mod value;

#[cfg(feature = "endpoints")]
pub use self::{
    error::EndpointError,
    parameters::{EndpointParameters, ParameterValue},
    partition::{PARTITIONS, Partition},
    property::Property,
    resolved::{AuthScheme, Endpoint},
    table::RuleParameter,
};

/// The endpoint rules of a service, as the generator writes them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RuleSet {
    text: &'static str,
    code: &'static [u8],
}

impl RuleSet {
    /// The rules in these tables.
    #[must_use]
    pub const fn new(text: &'static str, code: &'static [u8]) -> Self {
        Self { text, code }
    }
    /// All texts of the rules, in one.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        self.text
    }
    /// Parameters and rules, which refer to the text.
    #[must_use]
    pub const fn code(&self) -> &'static [u8] {
        self.code
    }
}

impl std::fmt::Debug for RuleSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RuleSet({} bytes)", self.text.len() + self.code.len())
    }
}
