//! Constraints of the model, checked on values: required, length, range, pattern, enumeration, nested. All violations at once.

mod report;
mod walk;

pub use report::{Report, Rule, Violation};
pub use walk::{Options, validate, validate_with};

use crate::value::Structure;

impl dyn Structure {
    /// Checks every constraint of the model, below this structure too.
    ///
    /// # Errors
    /// All violations at once, each with its path.
    pub fn validate(&self) -> Result<(), Report> {
        validate(self)
    }
}

/// What a client does with a request that violates the model. Replies are never checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Hash)]
#[expect(clippy::exhaustive_enums, reason = "there is no other way")]
pub enum Mode {
    /// Refuses it: nothing is sent.
    #[default]
    Enforce,
    /// Reports it, and sends it.
    Warn,
    /// Does not look. For the day a service loosens a rule and the model does not know it yet.
    Off,
}

impl std::str::FromStr for Mode {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "enforce" => Ok(Self::Enforce),
            "warn" => Ok(Self::Warn),
            "off" => Ok(Self::Off),
            other => Err(format!("{other:?} is none of enforce, warn, off")),
        }
    }
}
