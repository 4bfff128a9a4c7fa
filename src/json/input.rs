//! The inputs of operations as JSON: read, then checked.

use serde_json::Value as Json;

use super::read::report;
use crate::decode::DecodeOptions;
use crate::schema::Operation;
use crate::validation::{self, Report};
use crate::value::Structure;

impl Operation {
    /// A new input, filled from JSON and checked.
    ///
    /// # Errors
    /// All that does not fit and all violated constraints.
    pub fn input_from_json(&'static self, json: &Json) -> Result<Box<dyn Structure>, Report> {
        let mut input = self.new_input();
        let found = report(json, &mut *input, &DecodeOptions::DEFAULT);
        Report::merge(found, validation::validate(&*input))?;
        Ok(input)
    }

    /// Checks a JSON input: wrong types, unknown members, absent required ones and all constraints.
    ///
    /// # Errors
    /// All violations at once.
    pub fn validate_json(&'static self, json: &Json) -> Result<(), Report> {
        self.input_from_json(json).map(|_| ())
    }
}
