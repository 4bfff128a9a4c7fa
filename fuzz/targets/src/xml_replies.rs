//! Replies of services: anything, read into the output of any operation.

use http::Response;
use shapewire::decode::DecodeOptions;

use crate::choices::Choices;
use crate::services::{ALL, look, survives_json, survives_reply};

const STATUSES: [u16; 6] = [200, 404, 204, 400, 500, 302];

/// The first two bytes choose the operation, the next one whether reading is strict, the next two the status; the rest is the
/// body.
pub fn xml_replies(data: &[u8]) {
    let mut choices = Choices::new(data);
    let operation = choices.operation(&ALL);
    let options = if choices.flag() { DecodeOptions::strict() } else { DecodeOptions::DEFAULT };
    let status = *choices.of(&STATUSES);
    let mut response = Response::new(choices.rest());
    *response.status_mut() = http::StatusCode::from_u16(status).expect("a status of HTTP");
    let mut output = operation.new_output();
    match operation.decode_into(&response, &mut *output, &options) {
        Ok(_) => {
            look(&*output);
            survives_json(&*output, operation.new_output());
            survives_reply(operation, &*output);
        }
        Err(error) => {
            let shown = format!("{error} {error:?}");
            assert!(!shown.is_empty() && error.to_string().lines().count() <= 1, "an error is one line: {error}");
        }
    }
}
