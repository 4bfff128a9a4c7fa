//! Requests of `restXml`, or edits of good ones, as a server reads them.

use http::Request;
use shapewire::decode::DecodeOptions;
use shapewire::server::Call;

use crate::choices::Choices;
use crate::edits::edit_xml;
use crate::make::fill;
use crate::services::{answered, depot, endpoint, look, shown, survives_json};

/// A method, a space and a URI; headers, a line each; an empty line; the body. After a zero byte: edits, and choices that make an
/// operation's request.
pub fn rest_requests(data: &[u8]) {
    let request = match data {
        [0, made @ ..] => edited(Choices::new(made)),
        _ => written(data),
    };
    // What is no HTTP does not come so far.
    let Some(request) = request else { return };
    answered(&request);
    let read = |request: &Request<Vec<u8>>| {
        let call = Call::parse(&[&depot::SERVICE], request, &DecodeOptions::strict())?;
        Ok::<_, shapewire::ServiceError>((call.operation(), call.into_input()?))
    };
    match read(&request) {
        Ok((operation, input)) => {
            look(&*input);
            survives_json(&*input, operation.new_input());
            // What HTTP cannot say has no form: a line end in a header, an empty part of the path.
            let Ok(written) = operation.encode(&*input, &endpoint()) else { return };
            let (same, first) = read(&written).unwrap_or_else(|error| panic!("{error}\n{}", shown(&*input)));
            assert!(std::ptr::eq(operation, same), "{operation:?} is taken for {same:?}");
            let written = operation.encode(&*first, &endpoint()).expect("what was read can be written");
            let (_, second) = read(&written).unwrap_or_else(|error| panic!("{error}\n{}", shown(&*first)));
            assert_eq!(shown(&*first), shown(&*second), "{operation:?} changes what it wrote");
        }
        Err(error) => assert!((400..=501).contains(&error.status()) && !error.code().is_empty(), "{error}"),
    }
}

fn written(data: &[u8]) -> Option<Request<Vec<u8>>> {
    let end = data.windows(2).position(|two| two == b"\n\n").unwrap_or(data.len());
    let mut lines = std::str::from_utf8(&data[..end]).ok()?.lines();
    let (method, uri) = lines.next()?.split_once(' ')?;
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        request = request.header(name, value.trim());
    }
    request.body(data.get(end + 2..).unwrap_or_default().to_vec()).ok()
}

/// A request as a client writes it, with other headers, parameters and elements in it.
fn edited(mut choices: Choices<'_>) -> Option<Request<Vec<u8>>> {
    let operation = choices.operation(&[&depot::SERVICE]);
    let (mut edits, mut choices) = choices.edits_and_plain_value();
    let mut input = operation.new_input();
    fill(&mut *input, &mut choices, 0);
    let mut request = operation.encode(&*input, &endpoint()).ok()?;
    while !edits.is_over() {
        match edits.byte() % 4 {
            0 => {
                let index = edits.below(request.headers().keys_len().max(1));
                let name = request.headers().keys().nth(index).cloned();
                if let (Some(name), Ok(value)) = (name, edits.text().parse()) {
                    request.headers_mut().append(name, value);
                }
            }
            1 => {
                let uri =
                    format!("{}{}", request.uri(), edits.of(&["/", "%2F", "?", "&", "=", "&kind=parcel", "%ff", "+"]));
                *request.uri_mut() = uri.parse().ok()?;
            }
            _ => edit_xml(request.body_mut(), &mut edits),
        }
    }
    Some(request)
}
