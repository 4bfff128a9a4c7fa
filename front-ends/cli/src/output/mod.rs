//! What is printed of an output: JSON, tab-separated text or tables.

mod table;
mod text;

use clap::ArgMatches;
use serde::Serialize;
use serde_json::Value as Json;
use serde_json::ser::{PrettyFormatter, Serializer};
use shapewire::Structure;
use shapewire::json::{self, Secrets};
use shapewire::schema::Operation;

use crate::failure::Failure;
use crate::options::common;

/// How an output is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Text,
    Table,
}

impl Format {
    /// What `--output` says.
    pub(crate) fn from_matches(matches: &ArgMatches) -> Result<Self, Failure> {
        match matches.get_one::<String>(common::OUTPUT).map(String::as_str) {
            None | Some("json") => Ok(Self::Json),
            Some("text") => Ok(Self::Text),
            Some("table") => Ok(Self::Table),
            Some(other) => Err(Failure::usage(format_args!("--{}: {other:?} is no format", common::OUTPUT))),
        }
    }
}

/// The lines to print; none for an output without members.
pub(crate) fn to_text(output: &dyn Structure, operation: &Operation, format: Format) -> String {
    let json = to_json(output);
    if json.as_object().is_none_or(serde_json::Map::is_empty) {
        return String::new();
    }
    match format {
        Format::Json => pretty(&json),
        Format::Text => text::of(&json),
        Format::Table => table::of(operation.name(), &json),
    }
}

/// The output with its documents as JSON instead of text, as the AWS CLI prints it. Secrets are shown: the caller is who they
/// are for.
pub(crate) fn to_json(output: &dyn Structure) -> Json {
    let mut json = json::to_value(output, Secrets::Expose);
    json::decode_documents(&mut json, output.shape());
    json
}

/// JSON as this command prints it: indented by four spaces, with a line end.
pub(crate) fn pretty(json: &Json) -> String {
    let mut bytes = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut bytes, PrettyFormatter::with_indent(b"    "));
    // Writing a JSON value to a vector does not fail, and gives UTF-8.
    json.serialize(&mut serializer).unwrap_or_default();
    bytes.push(b'\n');
    String::from_utf8(bytes).unwrap_or_default()
}
