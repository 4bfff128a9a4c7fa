//! The router: what handlers are told, who answers what, and what is refused.
#![cfg(all(feature = "iam", feature = "server", feature = "sts"))]

mod handlers;
mod refusals;
mod services;
#[cfg(feature = "tower")]
mod tower;
mod verification;

use http::{Request, Response};

/// A form as clients post it.
fn post(form: &str) -> Request<Vec<u8>> {
    Request::post("/")
        .header("host", "localhost")
        .header("content-type", "application/x-www-form-urlencoded; charset=utf-8")
        .body(form.as_bytes().to_vec())
        .unwrap()
}

fn body(response: &Response<Vec<u8>>) -> &str {
    std::str::from_utf8(response.body()).unwrap()
}

/// The text of the first element with this name.
fn element<'a>(response: &'a Response<Vec<u8>>, name: &str) -> &'a str {
    let after = body(response).split_once(&format!("<{name}>")).map_or("", |(_, after)| after);
    after.split_once(&format!("</{name}>")).map_or("", |(text, _)| text)
}

/// Status and code of an error.
fn refusal(response: &Response<Vec<u8>>) -> (u16, &str) {
    (response.status().as_u16(), element(response, "Code"))
}
