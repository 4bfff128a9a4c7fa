//! The two halves of a case: a client that writes and reads, and a server that reads and writes.

use http::{Request, Response, Uri};
use serde_json::Value as Json;

use super::case::{Case, Serialized};
use super::{Outcome, TOKEN, TypedOperation, request, values};
use crate::error::{Error, ErrorContext, ServiceError};
use crate::schema::{Member, Operation, ShapeKind};
use crate::value::Structure;
use crate::{server, validation};

/// Runs what a case has: a request, a reply, or both.
pub(super) fn run(operation: &TypedOperation, case: &Case<'_>) -> Outcome {
    let (mut client, mut server) = (Ok(()), Ok(()));
    if let Some((params, serialized)) = case.input() {
        (client, server) = run_input(operation, case, params, serialized);
    }
    if let Some(response) = case.response(has_events(operation.operation)) {
        client = client.and_then(|()| read_reply(operation, case, &response?));
        server = server.and_then(|()| write_reply(operation, case));
    }
    Outcome { id: case.id(), client, server }
}

/// Whether a reply's body is a stream of events.
fn has_events(operation: &Operation) -> bool {
    operation.output().shape().members().iter().any(|member| match member.target().kind() {
        ShapeKind::List(list) => list.member.target().is_event_stream(),
        _ => member.target().is_event_stream(),
    })
}

type Verdict = Result<(), String>;

/// What becomes of the case's request in the client, and in the server.
fn run_input(
    operation: &TypedOperation,
    case: &Case<'_>,
    params: &Json,
    serialized: Serialized<'_>,
) -> (Verdict, Verdict) {
    let endpoint = match case.endpoint() {
        Ok(endpoint) => endpoint,
        Err(why) => return (Err(why), Ok(())),
    };
    let sent = (operation.encode)(params, &endpoint);
    let client = match &sent {
        Ok(sent) => request::compare(operation.operation, sent, serialized),
        Err(why) => Err(why.clone()),
    };
    let server = serialized
        .request(&endpoint, sent.as_ref().ok())
        .and_then(|received| read_request(operation, params, serialized, &endpoint, &received));
    (client, server)
}

/// Request to parameters. What a request cannot tell (an absent map from an empty one) need not be as it was: then what
/// was read, written again, must be the same request.
fn read_request(
    operation: &TypedOperation,
    params: &Json,
    serialized: Serialized<'_>,
    endpoint: &Uri,
    received: &Request<Vec<u8>>,
) -> Result<(), String> {
    let input = match (operation.serve)(received) {
        Ok(input) => input,
        // A server refuses what the model forbids, and suites have such cases.
        Err(_) if is_forbidden(operation.operation, params) => return Ok(()),
        Err(why) => return Err(why),
    };
    let Err(why) = values::expect(params, &*input, |_| false) else { return Ok(()) };
    let again = operation.operation.encode_with_tokens(&*input, endpoint, &|| TOKEN.to_owned());
    let again = again.map_err(|error| format!("input: {why}; written again: {error}"))?;
    request::compare(operation.operation, &again, serialized)
        .map_err(|differs| format!("input: {why}; written again: {differs}"))
}

fn is_forbidden(operation: &'static Operation, params: &Json) -> bool {
    let mut input = operation.new_input();
    values::fill(params, &mut *input).is_ok() && validation::validate(&*input).is_err()
}

fn read_reply(operation: &TypedOperation, case: &Case<'_>, response: &Response<Vec<u8>>) -> Result<(), String> {
    match ((operation.decode)(response), case.error()) {
        (Ok(output), None) => {
            values::expect(case.result(), &*output, |_| false).map_err(|why| format!("result: {why}"))
        }
        (Err(Error::Service(error)), Some(members)) => expect_error(case, members, &error),
        (Ok(_), Some(_)) => Err("expected an error, found a result".to_owned()),
        (Err(error), None) => Err(format!("expected a result: {error}")),
        (Err(error), Some(_)) => Err(format!("expected an error of the service: {error}")),
    }
}

fn expect_error(case: &Case<'_>, members: &Json, error: &ServiceError) -> Result<(), String> {
    if let Some(code) = case.error_code()
        && code != error.code()
    {
        return Err(format!("code: expected {code:?}, found {:?}", error.code()));
    }
    let found = error.message().unwrap_or_default();
    if let Some(message) = case.error_message()
        && message != found
    {
        return Err(format!("message: expected {message:?}, found {found:?}"));
    }
    match error.details() {
        Some(details) => {
            values::expect(members, &**details, is_message).map_err(|why| format!("{}: {why}", details.shape().name()))
        }
        // An error that the model does not know has no members.
        None if members.as_object().is_some_and(serde_json::Map::is_empty) => Ok(()),
        None => Err(format!("the model has no error of the code {:?}", error.code())),
    }
}

/// The message stands in every error, whether or not the case repeats it among the members.
fn is_message(member: &Member) -> bool {
    member.name().eq_ignore_ascii_case("message")
}

/// Result to reply, which must mean that result.
fn write_reply(operation: &TypedOperation, case: &Case<'_>) -> Result<(), String> {
    let request_id = TOKEN;
    let reply = match case.error() {
        Some(members) => {
            let error = error_of(operation.operation, case, members)?;
            server::error_reply(operation.operation.service(), &error, request_id)
        }
        None if values::has_unknown_member(case.result()) => return Ok(()),
        None => {
            let mut output = operation.operation.new_output();
            values::fill(case.result(), &mut *output).map_err(|why| format!("the result does not fit: {why}"))?;
            server::reply(operation.operation, &*output, request_id).map_err(|error| error.to_string())?
        }
    };
    read_reply(operation, case, &reply).map_err(|why| {
        let body = String::from_utf8_lossy(reply.body());
        format!("{why} (written: {} {})", reply.status(), values::shorten(&body))
    })
}

/// The error that a handler returns.
fn error_of(operation: &'static Operation, case: &Case<'_>, members: &Json) -> Result<ServiceError, String> {
    let code = case.error_code().unwrap_or_default();
    let known =
        operation.service().errors().iter().find(|known| known.shape().error().is_some_and(|error| error.code == code));
    let details: Option<Box<dyn Structure>> = match known {
        Some(known) => {
            let mut details = known.create();
            values::fill(members, &mut *details).map_err(|why| format!("the error does not fit: {why}"))?;
            Some(details)
        }
        None => None,
    };
    let mut context = match &details {
        Some(details) => ErrorContext::of(&**details),
        None => ErrorContext { code: code.to_owned(), ..ErrorContext::default() },
    };
    context.message = case.error_message().map(str::to_owned).or(context.message);
    Ok(ServiceError::new(context, details))
}
