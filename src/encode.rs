//! Values that have no form on the wire.

use std::fmt;

/// A value that cannot be written: what is wrong with it, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodeError {
    kind: EncodeErrorKind,
    /// From the inside out: each level that the error passes adds its name.
    path: Vec<String>,
}

/// What is wrong with the value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeErrorKind {
    /// Deeper than the limit, which this is.
    TooDeep(usize),
    /// A character that XML 1.0 does not allow.
    IllegalCharacter(char),
    /// The endpoint is not an absolute URL with a host; the text says why.
    Endpoint(String),
}

impl EncodeError {
    pub(crate) fn new(kind: EncodeErrorKind) -> Self {
        Self { kind, path: Vec::new() }
    }
    /// Adds the name of the level that the error came from below.
    pub(crate) fn within(mut self, name: impl Into<String>) -> Self {
        self.path.push(name.into());
        self
    }
    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> &EncodeErrorKind {
        &self.kind
    }
    /// Where, as wire names from the outside in.
    #[must_use]
    pub fn path(&self) -> String {
        let names: Vec<&str> = self.path.iter().rev().map(String::as_str).collect();
        names.join(".")
    }
}

impl fmt::Display for EncodeErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooDeep(limit) => write!(f, "nested deeper than {limit}"),
            Self::IllegalCharacter(character) => {
                write!(f, "the character U+{:04X} has no form in XML 1.0", u32::from(*character))
            }
            Self::Endpoint(why) => write!(f, "the endpoint is not usable: {why}"),
        }
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path())?;
        }
        self.kind.fmt(f)
    }
}

impl std::error::Error for EncodeError {}
