//! `check`: what is wrong or odd in models.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use lexopt::prelude::{Long, Value};
use shapewire_codegen::json;
use shapewire_codegen::lint::{self, Finding, Level, Lint};

use super::{Command, Failure, colour, colour_by_default, format, other, print, text};

pub(crate) const COMMAND: Command = Command {
    name: "check",
    usage: "FILE... [--overlay FILE]... [--allow LINT]... [--deny LINT]... [--format text|json] [--color auto|always|never]",
    summary: "Shows what is wrong or odd in models, by lints.",
    help,
    run,
};

fn help() -> String {
    let mut help = "  --overlay FILE             a file of corrections; several are applied in their order
  --allow LINT               leaves out what this lint finds
  --deny LINT                makes an error of what this lint finds
  --format text|json         the form of the report
  --color auto|always|never  colours; without it, on a terminal unless NO_COLOR is set

LINT may be `warnings` or `hints` as well; of several options about a lint the last holds.
Exit status: 1 if there are errors, else 0.

Lints:
"
    .to_owned();
    for lint in Lint::ALL {
        let _ = writeln!(help, "  {:<7}  {:<25}  {}", lint.level().name(), lint.name(), lint.summary());
    }
    help
}

/// What options say of lints, in their order: the lints, and whether their findings are errors or left out.
type Changes = Vec<(Vec<Lint>, Option<Level>)>;

fn run(parser: &mut lexopt::Parser) -> Result<ExitCode, Failure> {
    let (mut files, mut overlays, mut changes) = (Vec::new(), Vec::new(), Changes::new());
    let (mut form, mut in_colour) = ("text", colour_by_default());
    while let Some(argument) = parser.next()? {
        match argument {
            Long("overlay") => overlays.push(PathBuf::from(parser.value()?)),
            Long("allow") => changes.push((lints(&text(parser.value()?)?)?, None)),
            Long("deny") => changes.push((lints(&text(parser.value()?)?)?, Some(Level::Error))),
            Long("format") => form = format(parser, &["text", "json"])?,
            Long("color") => in_colour = colour(parser)?,
            Value(file) => files.push(PathBuf::from(file)),
            argument => return Err(other(argument)),
        }
    }
    if files.is_empty() {
        return Err(Failure::Usage("a model file is missing".to_owned()));
    }
    let found = files.iter().flat_map(|file| lint::lint(file, &overlays));
    let found: Vec<Finding> = found.filter_map(|finding| changed(finding, &changes)).collect();
    print(&match form {
        "json" => format!("{:#}\n", json(&found)),
        _ => report(&found, in_colour),
    })?;
    let has_errors = found.iter().any(|finding| finding.level == Level::Error);
    Ok(if has_errors { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn json(found: &[Finding]) -> json::Value {
    let mut levels = json::Map::new();
    for (level, count) in counts(found) {
        levels.insert(level.to_owned(), count.into());
    }
    [("findings", lint::json(found)), ("counts", levels.into())].into()
}

/// The lints of a name, or of a level.
fn lints(name: &str) -> Result<Vec<Lint>, Failure> {
    let of_level = |level: Level| Lint::ALL.into_iter().filter(|lint| lint.level() == level).collect();
    match name {
        "warnings" => Ok(of_level(Level::Warning)),
        "hints" => Ok(of_level(Level::Hint)),
        name => Lint::named(name).map(|lint| vec![lint]).ok_or_else(|| {
            Failure::Usage(format!("there is no lint {name:?}: `shapewire-codegen help check` lists them"))
        }),
    }
}

fn changed(mut finding: Finding, changes: &Changes) -> Option<Finding> {
    if let Some((_, level)) = changes.iter().rev().find(|(lints, _)| lints.contains(&finding.lint)) {
        finding.level = (*level)?;
    }
    Some(finding)
}

fn counts(found: &[Finding]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for finding in found {
        *counts.entry(finding.lint.name()).or_default() += 1;
    }
    counts
}

fn report(found: &[Finding], in_colour: bool) -> String {
    let mut out = String::new();
    for Finding { lint, level, problem, .. } in found {
        let label = format!("{}[{}]", level.name(), lint.name());
        let code = match level {
            Level::Error => "31",
            Level::Warning => "33",
            Level::Hint => "36",
        };
        let label = if in_colour { format!("\x1b[{code}m{label}\x1b[0m") } else { label };
        let _ = writeln!(out, "{label}: {problem}");
    }
    let count = |level: Level| match (found.iter().filter(|finding| finding.level == level).count(), level.name()) {
        (1, name) => format!("1 {name}"),
        (count, name) => format!("{count} {name}s"),
    };
    let _ = writeln!(out, "{}, {}, {}", count(Level::Error), count(Level::Warning), count(Level::Hint));
    out
}
