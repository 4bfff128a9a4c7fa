//! JSON, read into the input and the output of any operation.

use serde_json::Value;
use shapewire::json;

use crate::choices::Choices;
use crate::services::{ALL, endpoint, look, shown, survives_json};

/// The first two bytes choose the operation; the rest is the JSON.
pub fn json_values(data: &[u8]) {
    let mut choices = Choices::new(data);
    let operation = choices.operation(&ALL);
    let Ok(value) = serde_json::from_slice::<Value>(choices.rest()) else { return };
    for new in [shapewire::schema::Operation::new_input, shapewire::schema::Operation::new_output] {
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
                assert_eq!(request.uri().host(), Some("localhost"), "{}", shown(&*input));
            }
        }
        Err(report) => assert!(!report.violations().is_empty()),
    }
}
