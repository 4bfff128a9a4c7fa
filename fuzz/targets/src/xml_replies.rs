//! Replies of services: anything, or edits of a good one, read into the output of any operation.

use http::Response;
use shapewire::decode::DecodeOptions;

use crate::choices::Choices;
use crate::edits::edit_xml;
use crate::make::fill;
use crate::services::{ALL, look, survives_json, survives_reply};

const STATUSES: [u16; 6] = [200, 404, 204, 400, 500, 302];

/// The first two bytes choose the operation, the next one whether reading is strict and whether the reply is made, the next two
/// the status. The rest is the body; of one that is made it edits and makes the output.
pub fn xml_replies(data: &[u8]) {
    let mut choices = Choices::new(data);
    let operation = choices.operation(&ALL);
    let mode = choices.byte();
    let options = if mode & 1 == 1 { DecodeOptions::strict() } else { DecodeOptions::DEFAULT };
    let status = *choices.of(&STATUSES);
    let response = if mode & 2 == 0 {
        let mut response = Response::new(choices.rest().to_vec());
        *response.status_mut() = http::StatusCode::from_u16(status).expect("a status of HTTP");
        response
    } else {
        let (mut edits, mut choices) = choices.edits_and_plain_value();
        let mut output = operation.new_output();
        fill(&mut *output, &mut choices, 0);
        let Ok(mut reply) = shapewire::server::reply(operation, &*output, "the-request") else { return };
        while !edits.is_over() {
            edit_xml(reply.body_mut(), &mut edits);
        }
        reply
    };
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
