//! The input as a structure, checked as `--validation` says, and what it violates in words.

use std::collections::HashMap;

use clap::ArgMatches;
use serde_json::Value as Json;
use shapewire::Structure;
use shapewire::json;
use shapewire::path::{Path, Segment};
use shapewire::schema::{Member, Operation};
use shapewire::validation::{Mode, Report, Violation};

use crate::failure::Failure;
use crate::options::{self, common};
use crate::terminal;

/// How members are named to the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Naming {
    /// By their options: `--tags[0].Key`.
    Options,
    /// By their places in the JSON: `Tags[0].Key`.
    Json,
}

/// Reads and checks an input.
pub(crate) fn input(
    operation: &'static Operation,
    json: &Json,
    naming: Naming,
    matches: &ArgMatches,
) -> Result<Box<dyn Structure>, Failure> {
    let mode = mode(matches)?;
    let mut input = operation.new_input();
    // A report says what is unreadable and what violates constraints; only the latter may pass.
    let read = json::read(json, &mut *input);
    let report = if mode == Mode::Off { read } else { operation.validate_json(json) };
    let Err(report) = report else { return Ok(input) };
    let words = Words::new(operation, naming);
    let all_readable = report.is_passable();
    match mode {
        Mode::Enforce => Err(Failure::shown(&words.error(&report, all_readable))),
        _ if !all_readable => Err(Failure::shown(&words.error(&unreadable(report, mode), false))),
        Mode::Warn => {
            terminal::note(&words.lines(&report, "warning").join("\n"));
            Ok(input)
        }
        Mode::Off => Ok(input),
    }
}

/// The violations as `validate` prints them: a line each, members named as in the JSON.
pub(crate) fn lines(operation: &'static Operation, report: &Report) -> String {
    let mut lines = Words::new(operation, Naming::Json).lines(report, "error");
    lines.push(String::new());
    lines.join("\n")
}

fn mode(matches: &ArgMatches) -> Result<Mode, Failure> {
    let name = matches.get_one::<String>(common::VALIDATION).map_or("enforce", String::as_str);
    name.parse().map_err(Failure::usage)
}

/// All violations where they are looked for, else those only that cannot pass.
fn unreadable(report: Report, mode: Mode) -> Report {
    if mode == Mode::Warn {
        return report;
    }
    let kept = report.violations().iter().filter(|violation| !violation.rule.is_constraint()).cloned().collect();
    Report::from_violations(kept).err().unwrap_or(report)
}

/// How violations are told.
struct Words {
    naming: Naming,
    /// The options by the members' names in the model; empty where members are named by these.
    options: HashMap<&'static str, String>,
}

impl Words {
    fn new(operation: &'static Operation, naming: Naming) -> Self {
        let options = match naming {
            Naming::Options => {
                options::of_members(operation).into_iter().map(|option| (option.member.name(), option.name)).collect()
            }
            Naming::Json => HashMap::new(),
        };
        Self { naming, options }
    }

    /// All violations, and which way leads past them.
    fn error(&self, report: &Report, passable: bool) -> String {
        let mut lines = self.lines(report, "error");
        let (nothing, passes) = match self.naming {
            Naming::Options => ("nothing was sent", "sends it"),
            Naming::Json => ("no request was written", "writes it"),
        };
        lines.push(if passable {
            format!("{nothing}: `--validation warn` {passes} all the same, `--validation off` does not even look")
        } else {
            format!("{nothing}: what cannot be read passes with no `--validation`")
        });
        lines.join("\n")
    }

    fn lines(&self, report: &Report, severity: &str) -> Vec<String> {
        let line = |violation| format!("{severity}: {}", self.line(violation));
        let more = (report.omitted() > 0).then(|| format!("{severity}: and {} more violations", report.omitted()));
        report.violations().iter().map(line).chain(more).collect()
    }

    fn line(&self, violation: &Violation) -> String {
        let place = self.place(&violation.path);
        let place = if place.is_empty() { "input" } else { &place };
        // Names of members are the caller's: they must neither break the line nor steer the terminal.
        format!("{place}: {}", violation.message()).replace(char::is_control, "\u{FFFD}")
    }

    fn place(&self, path: &Path) -> String {
        let model = path.model();
        let Some(Segment::Member(member)) = path.segments().first() else { return model };
        match self.options.get(Member::name(member)) {
            Some(option) => format!("--{option}{}", model.strip_prefix(member.name()).unwrap_or_default()),
            None => model,
        }
    }
}
