//! The input of a call: `--cli-input-json` with the members' own options over it.

use std::fs;

use clap::ArgMatches;
use serde_json::{Map, Value as Json};
use shapewire::schema::{Operation, ShapeKind};

use crate::failure::Failure;
use crate::options::{self, MemberOption, common};
use crate::{parameter, terminal};

/// The input as JSON, its members not yet checked.
pub(crate) fn from_options(operation: &'static Operation, matches: &ArgMatches) -> Result<Json, Failure> {
    let mut input = match matches.get_one::<String>(common::CLI_INPUT_JSON) {
        Some(source) => match from_cli_input_json(source)? {
            Json::Object(object) => object,
            _ => return Err(Failure::usage(format_args!("--{}: must be an object", common::CLI_INPUT_JSON))),
        },
        None => Map::new(),
    };
    let mut problems = Vec::new();
    for option in options::of_members(operation) {
        match read_option(&option, matches) {
            Ok(Some(value)) => {
                input.insert(option.member.name().to_owned(), value);
            }
            Ok(None) => {}
            Err(problem) => problems.push(format!("error: --{}: {problem}", option.name)),
        }
    }
    if problems.is_empty() { Ok(Json::Object(input)) } else { Err(Failure::shown(&problems.join("\n"))) }
}

/// The JSON on standard input.
pub(crate) fn from_standard_input() -> Result<Json, Failure> {
    let bytes = terminal::read_input(usize::MAX)?;
    serde_json::from_slice(&bytes)
        .map_err(|error| Failure::usage(format_args!("standard input is not the JSON of an input: {error}")))
}

fn read_option(option: &MemberOption, matches: &ArgMatches) -> Result<Option<Json>, String> {
    if matches!(option.member.target().kind(), ShapeKind::Boolean) {
        let negative = option.negative.as_ref().is_some_and(|name| matches.get_flag(name));
        return Ok(matches.get_flag(&option.name).then_some(true).or(negative.then_some(false)).map(Json::Bool));
    }
    if !matches.contains_id(&option.name) {
        return Ok(None);
    }
    let values: Vec<&str> = matches.get_many::<String>(&option.name).unwrap_or_default().map(String::as_str).collect();
    parameter::read(option.member, &values).map(Some)
}

/// The JSON that `--cli-input-json` gives or names.
pub(crate) fn from_cli_input_json(source: &str) -> Result<Json, Failure> {
    let read = if source == "-" {
        String::from_utf8(terminal::read_input(usize::MAX)?).map_err(|error| error.to_string())
    } else if let Some(path) = source.strip_prefix("file://") {
        fs::read_to_string(path).map_err(|error| format!("cannot read {path}: {error}"))
    } else {
        Ok(source.to_owned())
    };
    let parsed =
        read.and_then(|text| serde_json::from_str(&text).map_err(|error| format!("this is not JSON: {error}")));
    parsed.map_err(|problem| Failure::usage(format_args!("--{}: {problem}", common::CLI_INPUT_JSON)))
}
