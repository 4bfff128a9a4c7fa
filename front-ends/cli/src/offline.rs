//! What needs no service: `encode` writes a request from JSON, `decode` reads a reply into JSON, `validate` checks an input.

use clap::ArgMatches;
use http::{Response, StatusCode, Uri};
use serde_json::json;
use shapewire::decode::DecodeOptions;
use shapewire::schema::Operation;
use shapewire::{Error, Structure};

use crate::failure::Failure;
use crate::options::common;
use crate::output::Format;
use crate::validate::{self, Naming};
use crate::{endpoint, input, output, request, terminal};

/// Runs `shapewire encode <service> <operation>`.
pub(crate) fn encode(operation: &'static Operation, matches: &ArgMatches) -> Result<(), Failure> {
    let json = input::from_standard_input()?;
    let input = validate::input(operation, &json, Naming::Json, matches)?;
    print_request(operation, &*input, matches)
}

/// Prints the request as JSON; without an endpoint it is one for localhost.
pub(crate) fn print_request(
    operation: &'static Operation,
    input: &dyn Structure,
    matches: &ArgMatches,
) -> Result<(), Failure> {
    let endpoint =
        endpoint::given(operation.service(), matches)?.unwrap_or_else(|| Uri::from_static(endpoint::NOWHERE));
    let request = operation
        .encode(input, &endpoint)
        .map_err(|error| Failure::of_call(operation.name(), &Error::Encode(error)))?;
    terminal::print(&request::to_json(request))
}

/// Runs `shapewire decode <service> <operation>`.
pub(crate) fn decode(operation: &'static Operation, matches: &ArgMatches) -> Result<(), Failure> {
    let status = matches.get_one::<u16>(common::STATUS).copied().unwrap_or(200);
    let mut response = Response::new(terminal::read_input(DecodeOptions::DEFAULT.max_bytes)?);
    *response.status_mut() = StatusCode::from_u16(status).map_err(Failure::usage)?;
    match operation.decode(&response) {
        Ok(output) => terminal::print(&output::pretty(&output::to_json(&*output))),
        Err(Error::Service(error)) => {
            terminal::print(&output::pretty(&json!({
                "code": error.code(),
                "message": error.message(),
                "requestId": error.request_id(),
                "status": error.status(),
            })))?;
            Err(Failure::silent(1))
        }
        Err(error) => Err(Failure::of_call(operation.name(), &error)),
    }
}

/// Runs `shapewire validate <service> <operation>`. The report is the output: standard output has it, whole.
pub(crate) fn validate(operation: &'static Operation, matches: &ArgMatches) -> Result<(), Failure> {
    let input = match matches.get_one::<String>(common::CLI_INPUT_JSON) {
        Some(source) => input::from_cli_input_json(source)?,
        None => input::from_standard_input()?,
    };
    let format = Format::from_matches(matches)?;
    let verdict = operation.validate_json(&input);
    match (&verdict, format) {
        (Ok(()), Format::Json) => terminal::print(&output::pretty(&json!({"violations": []})))?,
        (Ok(()), _) => {}
        (Err(report), Format::Json) => terminal::print(&output::pretty(&report.to_json()))?,
        (Err(report), _) => terminal::print(&validate::lines(operation, report))?,
    }
    verdict.map_err(|_| Failure::silent(2))
}
