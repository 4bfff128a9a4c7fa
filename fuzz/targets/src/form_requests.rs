//! Requests as forms, as a server reads them.

use http::{Method, Request};
use shapewire::decode::DecodeOptions;
use shapewire::server::Call;

use crate::choices::Choices;
use crate::services::{QUERY, answered, endpoint, look, shown, survives_json};

/// The first byte says whether an operation is named before what follows, and whether the form is a body or a query; the next
/// two choose the operation; the rest is the form.
pub fn form_requests(data: &[u8]) {
    let mut choices = Choices::new(data);
    let mode = choices.byte();
    let operation = choices.operation(&QUERY);
    let mut form = Vec::new();
    if mode & 1 == 0 {
        form = format!("Action={}&Version={}&", operation.name(), operation.service().api_version()).into_bytes();
    }
    form.extend(choices.rest());
    let request = if mode & 2 == 0 {
        Request::post("/").body(form)
    } else {
        let Ok(query) = std::str::from_utf8(&form) else { return };
        Request::builder().method(Method::GET).uri(format!("/?{query}")).body(Vec::new())
    };
    // What is no URI does not come so far.
    let Ok(request) = request else { return };
    answered(&request);
    let read = |request: &Request<Vec<u8>>| {
        let call = Call::parse(&QUERY, request, &DecodeOptions::strict())?;
        Ok::<_, shapewire::ServiceError>((call.operation(), call.into_input()?))
    };
    match read(&request) {
        Ok((operation, input)) => {
            look(&*input);
            survives_json(&*input, operation.new_input());
            let again = operation.encode(&*input, &endpoint()).expect("what was read can be written");
            let (same, again) = read(&again).unwrap_or_else(|error| panic!("{error}\n{}", shown(&*input)));
            assert!(std::ptr::eq(operation, same));
            assert_eq!(shown(&*input), shown(&*again), "{operation:?} changes what it wrote");
        }
        Err(error) => {
            assert!((400..=501).contains(&error.status()) && !error.code().is_empty(), "{error}");
            assert!(error.message().unwrap_or_default().len() <= 64 * 1024, "an answer is short: {error}");
        }
    }
}
