//! Values of any operation, written and read again.

use shapewire::decode::DecodeOptions;
use shapewire::schema::Protocol;
use shapewire::server::Call;

use crate::choices::Choices;
use crate::make::fill;
use crate::services::{ALL, endpoint, look, shown, survives_json, survives_reply};

/// The first byte chooses between a request and a reply, the next two the operation; the rest makes the value.
pub fn round_trips(data: &[u8]) {
    let mut choices = Choices::new(data);
    let is_request = choices.flag();
    let operation = choices.operation(&ALL);
    if is_request {
        let mut input = operation.new_input();
        fill(&mut *input, &mut choices, 0);
        look(&*input);
        survives_json(&*input, operation.new_input());
        request(operation, &*input);
    } else {
        let mut output = operation.new_output();
        fill(&mut *output, &mut choices, 0);
        look(&*output);
        survives_json(&*output, operation.new_output());
        survives_reply(operation, &*output);
    }
}

fn request(operation: &'static shapewire::schema::Operation, input: &dyn shapewire::Structure) {
    let Ok(written) = operation.encode(input, &endpoint()) else { return };
    let is_form = operation.service().protocol() != Protocol::RestXml;
    let read = |request| {
        let call = Call::parse(&[operation.service()], request, &DecodeOptions::strict())?;
        let called = call.operation();
        assert!(!is_form || std::ptr::eq(operation, called), "{operation:?} is taken for {called:?}");
        Ok::<_, shapewire::ServiceError>((called, call.into_input()?))
    };
    let first = match read(&written) {
        Ok((_, first)) => first,
        // What violates the model, and what XML could never tell again, a server refuses.
        Err(error) => {
            let is_legal = shown(input).chars().all(|character| !character.is_control() || character == '\n')
                && !shown(input).contains(['\u{fffe}', '\u{ffff}', '\\']);
            assert!(!is_form || input.validate().is_err() || !is_legal, "{operation:?}: {error}\n{}", shown(input));
            return;
        }
    };
    if is_form {
        assert_eq!(shown(input), shown(&*first), "{operation:?} changes what it wrote");
    } else {
        // Headers and times are not as exact as values: what is lost, is lost the first time.
        let written = operation.encode(&*first, &endpoint()).expect("what was read can be written");
        let (_, second) = read(&written).unwrap_or_else(|error| panic!("{error}\n{}", shown(&*first)));
        assert_eq!(shown(&*first), shown(&*second), "{operation:?} changes what it wrote");
    }
}
