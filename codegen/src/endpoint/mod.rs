//! Endpoint rule sets and partitions: from JSON to a typed form, and from there to the tables that the runtime interprets.

mod encode;
mod partitions;
mod read;
mod rules;
mod template;

use std::cell::RefCell;

use crate::diagnostic::{Diagnostics, Problems};
use crate::json::Value;
use crate::load::Document;

pub use encode::Tables;
#[cfg(feature = "command")]
pub use partitions::import_partitions;
pub use partitions::partitions_code;
pub(crate) use read::read;
pub use rules::{
    Condition, DefaultValue, Endpoint, Expression, Function, Outcome, Parameter, ParameterType, Property, Record, Rule,
    RuleSet, Type,
};

impl RuleSet {
    /// Reads an endpoint rule set; `file` is what problems name.
    ///
    /// # Errors
    /// All that is unknown or of the wrong type, each with its JSON pointer.
    pub fn from_json(file: &str, json: &Value) -> Result<Self, Problems> {
        let found = RefCell::new(Diagnostics::default());
        let rules = read(&Document { file, found: &found }.root(json));
        found.into_inner().finish()?;
        Ok(rules)
    }

    /// The tables that the runtime interprets, which are also what the generated code holds.
    #[must_use]
    pub fn tables(&self) -> Tables {
        encode::tables(self)
    }
}
