//! Requests of `restXml`, as a server reads them.

use http::Request;
use shapewire::decode::DecodeOptions;
use shapewire::server::Call;

use crate::services::{depot, endpoint, look, shown, survives_json};

/// A method, a space and a URI; headers, a line each; an empty line; the body.
pub fn rest_requests(data: &[u8]) {
    let end = data.windows(2).position(|two| two == b"\n\n").unwrap_or(data.len());
    let Ok(head) = std::str::from_utf8(&data[..end]) else { return };
    let mut lines = head.lines();
    let Some((method, uri)) = lines.next().and_then(|line| line.split_once(' ')) else { return };
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        request = request.header(name, value.trim());
    }
    // What is no HTTP does not come so far.
    let Ok(request) = request.body(data.get(end + 2..).unwrap_or_default().to_vec()) else { return };
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
