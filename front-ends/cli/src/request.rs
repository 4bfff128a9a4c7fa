//! A request as JSON: what `--dry-run` and `encode` print.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::Request;
use serde_json::{Map, Value as Json, json};

use crate::output;

/// `method`, `url`, `headers` and `body`; bytes that are no text are `bodyBase64` instead.
pub(crate) fn to_json(request: Request<Vec<u8>>) -> String {
    let (head, body) = request.into_parts();
    let mut headers = Map::new();
    for name in head.headers.keys() {
        let values: Vec<_> =
            head.headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        headers.insert(name.to_string(), values.join(", ").into());
    }
    let mut object = Map::new();
    object.insert("method".to_owned(), head.method.as_str().into());
    object.insert("url".to_owned(), head.uri.to_string().into());
    object.insert("headers".to_owned(), Json::Object(headers));
    match String::from_utf8(body) {
        Ok(text) => object.insert("body".to_owned(), text.into()),
        Err(error) => object.insert("bodyBase64".to_owned(), json!(STANDARD.encode(error.as_bytes()))),
    };
    output::pretty(&Json::Object(object))
}
