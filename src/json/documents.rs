//! Documents inside of JSON: what is JSON in a text becomes a value.

use serde_json::Value as Json;

use crate::schema::{Shape, ShapeKind};
use crate::{MAX_DEPTH, PolicyDocument};

/// Puts documents in the place of the texts that hold them, as the AWS CLI and boto3 do with what IAM replies.
///
/// `json` is the value of `shape`, such as [`to_value`](super::to_value) gives it; the texts are those whose shape is
/// [percent-encoded JSON](Shape::is_percent_encoded_json). One that cannot be read stays as it is. What comes out is for
/// people and programs to read: [`read`](super::read) takes the text only.
///
/// ```
/// use serde_json::json;
///
/// let operation = shapewire::iam::SERVICE.operation("GetUserPolicy").unwrap();
/// let mut reply = json!({"PolicyName": "p", "PolicyDocument": "%7B%22Statement%22%3A%5B%5D%7D"});
/// shapewire::json::decode_documents(&mut reply, operation.output().shape());
/// assert_eq!(reply, json!({"PolicyName": "p", "PolicyDocument": {"Statement": []}}));
/// ```
pub fn decode_documents(json: &mut Json, shape: &Shape) {
    decode_within(json, shape, 0);
}

fn decode_within(json: &mut Json, shape: &Shape, depth: usize) {
    if shape.is_percent_encoded_json() {
        if let Some(Ok(document)) = json.as_str().map(|text| PolicyDocument::new(text).json()) {
            *json = document;
        }
        return;
    }
    // No value nests deeper.
    if depth >= MAX_DEPTH {
        return;
    }
    match (shape.kind(), json) {
        (ShapeKind::Structure(members) | ShapeKind::Union(members), Json::Object(object)) => {
            for member in *members {
                if let Some(value) = object.get_mut(member.name()) {
                    decode_within(value, member.target(), depth + 1);
                }
            }
        }
        (ShapeKind::List(list), Json::Array(items)) => {
            for item in items {
                decode_within(item, list.member.target(), depth + 1);
            }
        }
        (ShapeKind::Map(map), Json::Object(entries)) => {
            for value in entries.values_mut() {
                decode_within(value, map.value.target(), depth + 1);
            }
        }
        _ => {}
    }
}
