//! `diff`: what a new version of a model changes.

use std::ffi::{OsStr, OsString};
use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;

use lexopt::prelude::{Long, Value};
use shapewire_codegen::diff::{Severity, diff, report};
use shapewire_codegen::{Loaded, load, load_revision};

use crate::{Failure, print, text};

/// Runs the command with the arguments that follow its name.
pub(crate) fn run(parser: &mut lexopt::Parser) -> Result<ExitCode, Failure> {
    let mut files: Vec<OsString> = Vec::new();
    let (mut format, mut colour) = ("text".to_owned(), "auto".to_owned());
    while let Some(argument) = parser.next()? {
        match argument {
            Long("format") => format = text(parser.value()?)?,
            Long("color") => colour = text(parser.value()?)?,
            Value(file) if files.len() < 2 => files.push(file),
            argument => return Err(argument.unexpected().into()),
        }
    }
    let [old, new] = files.as_slice() else {
        return Err(Failure::Usage("two models are wanted: the old one and the new one".to_owned()));
    };
    let colour = match colour.as_str() {
        "always" => true,
        "never" => false,
        "auto" => std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        other => return Err(Failure::Usage(format!("--color is auto, always or never, not {other:?}"))),
    };
    if !["text", "json", "markdown", "html"].contains(&format.as_str()) {
        return Err(Failure::Usage(format!("--format is text, json, markdown or html, not {format:?}")));
    }
    let difference = diff(&read(old)?, &read(new)?)?;
    let report = match format.as_str() {
        "json" => format!("{:#}\n", report::json(&difference)),
        "markdown" => report::markdown(&difference),
        "html" => report::html(&difference),
        _ => report::text(&difference, colour),
    };
    print(&report)?;
    Ok(match difference.rust() {
        Severity::None => ExitCode::SUCCESS,
        Severity::Minor => ExitCode::from(3),
        Severity::Major => ExitCode::from(4),
    })
}

/// A file, or `REVISION:PATH` where there is no such file.
fn read(argument: &OsStr) -> Result<Loaded, Failure> {
    let path = Path::new(argument);
    let revision = argument.to_str().and_then(|text| text.split_once(':'));
    let loaded = match revision {
        Some((revision, path)) if !Path::new(argument).exists() => load_revision(revision, Path::new(path))?,
        _ => load(path)?,
    };
    for warning in &loaded.warnings {
        eprintln!("warning: {warning}");
    }
    Ok(loaded)
}
