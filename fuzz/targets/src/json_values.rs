//! JSON, or edits of what is right, read into the input and the output of any operation.

use serde_json::Value;
use shapewire::json::{self, Secrets};
use shapewire::schema::Operation;

use crate::choices::Choices;
use crate::edits::edit_json;
use crate::make::fill;
use crate::services::{ALL, endpoint, look, survives_json};

/// The first two bytes choose the operation; the rest is the JSON. After a zero byte it edits and makes the input.
pub fn json_values(data: &[u8]) {
    let mut choices = Choices::new(data);
    let operation = choices.operation(&ALL);
    let Some(value) = value(operation, choices) else { return };
    for new in [Operation::new_input, Operation::new_output] {
        let mut read = new(operation);
        if let Err(report) = json::read(&value, &mut *read) {
            assert!(!report.violations().is_empty() && !report.to_json().is_null());
            assert!(!format!("{report} {report:?}").is_empty());
        }
        look(&*read);
        survives_json(&*read, new(operation));
    }
    let mut documents = value.clone();
    json::decode_documents(&mut documents, operation.output().shape());
    match operation.input_from_json(&value) {
        Ok(input) => {
            // Not all text has a form on the wire; what has one is a request.
            if let Ok(request) = operation.encode(&*input, &endpoint()) {
                let host = request.uri().host().unwrap_or_default();
                // A part of the input may stand before it.
                assert!(
                    host == "localhost" || operation.host_prefix().is_some() && host.ends_with("localhost"),
                    "{host}"
                );
            }
        }
        Err(report) => assert!(!report.violations().is_empty()),
    }
}

fn value(operation: &Operation, mut choices: Choices<'_>) -> Option<Value> {
    if !choices.is_next(0) {
        return serde_json::from_slice(choices.rest()).ok();
    }
    choices.byte();
    let (mut edits, mut choices) = choices.edits_and_plain_value();
    let mut input = operation.new_input();
    fill(&mut *input, &mut choices, 0);
    let mut value = json::to_value(&*input, Secrets::Expose);
    while !edits.is_over() {
        edit_json(&mut value, &mut edits);
    }
    Some(value)
}
