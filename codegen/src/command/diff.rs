//! `diff`: what a new version of a model changes.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::ExitCode;

use lexopt::prelude::{Long, Value};
use shapewire_codegen::diff::{Severity, diff, report};
use shapewire_codegen::{Loaded, Problems, load, load_revision};

use super::{Command, Failure, colour, colour_by_default, format, other, print, tell};

pub(crate) const COMMAND: Command = Command {
    name: "diff",
    usage: "OLD NEW [--format text|json|markdown|html] [--color auto|always|never]",
    summary: "Shows what a new version of a model changes, for Rust code and on the wire.",
    help: || HELP.to_owned(),
    run,
};

const HELP: &str = "\
For Rust code that uses what is generated, and on the wire, for clients and servers that have not followed it. A model is
a file, or a file of a git revision as REVISION:PATH.

  --format text|json|markdown|html  the form of the report
  --color auto|always|never         colours; without it, on a terminal unless NO_COLOR is set

Exit status: 0 if Rust code stays as it is, 3 if something is new for it, 4 if something breaks.
";

fn run(parser: &mut lexopt::Parser) -> Result<ExitCode, Failure> {
    let mut files: Vec<OsString> = Vec::new();
    let (mut form, mut in_colour) = ("text", colour_by_default());
    while let Some(argument) = parser.next()? {
        match argument {
            Long("format") => form = format(parser, &["text", "json", "markdown", "html"])?,
            Long("color") => in_colour = colour(parser)?,
            Value(file) if files.len() < 2 => files.push(file),
            argument => return Err(other(argument)),
        }
    }
    let [old, new] = files.as_slice() else {
        return Err(Failure::Usage("two models are wanted: the old one and the new one".to_owned()));
    };
    let (old, new) = match (read(old), read(new)) {
        (Err(old), Err(new)) => return Err(Problems::from([old.list(), new.list()].concat()).into()),
        (old, new) => (old?, new?),
    };
    let difference = diff(&old, &new)?;
    let report = match form {
        "json" => format!("{:#}\n", report::json(&difference)),
        "markdown" => report::markdown(&difference),
        "html" => report::html(&difference),
        _ => report::text(&difference, in_colour),
    };
    print(&report)?;
    Ok(match difference.rust() {
        Severity::None => ExitCode::SUCCESS,
        Severity::Minor => ExitCode::from(3),
        Severity::Major => ExitCode::from(4),
    })
}

/// A file, or `REVISION:PATH` where there is no such file.
fn read(argument: &OsStr) -> Result<Loaded, Problems> {
    let path = Path::new(argument);
    let revision = argument.to_str().and_then(|text| text.split_once(':'));
    let loaded = match revision {
        Some((revision, path)) if !Path::new(argument).exists() => load_revision(revision, Path::new(path))?,
        _ => load(path)?,
    };
    for warning in &loaded.warnings {
        tell(warning.as_warning());
    }
    Ok(loaded)
}
