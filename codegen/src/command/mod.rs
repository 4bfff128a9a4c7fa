//! The subcommands: each a module with its own arguments and help.

mod check;
mod conformance;
mod diff;
mod generate;
mod import;
mod progress;
mod show;
mod stats;

use std::ffi::OsString;
use std::fmt::Display;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use lexopt::prelude::{Long, Short};
use shapewire_codegen::Problems;

/// A subcommand.
pub(crate) struct Command {
    pub(crate) name: &'static str,
    /// What follows the name.
    pub(crate) usage: &'static str,
    /// What it does, in one line.
    pub(crate) summary: &'static str,
    /// What else is to be known.
    pub(crate) help: fn() -> String,
    /// Runs it with the arguments that follow its name.
    pub(crate) run: fn(&mut lexopt::Parser) -> Result<ExitCode, Failure>,
}

/// All of them, in the order of the help.
pub(crate) const COMMANDS: &[Command] = &[
    generate::COMMAND,
    import::COMMAND,
    check::COMMAND,
    show::COMMAND,
    stats::COMMAND,
    diff::COMMAND,
    conformance::COMMAND,
    import::PARTITIONS,
];

impl Command {
    /// The subcommand of this name.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        COMMANDS.iter().find(|command| command.name == name)
    }

    /// All of its help.
    pub(crate) fn long_help(&self) -> String {
        let Self { name, usage, summary, .. } = self;
        format!("{summary}\n\nUsage:\n  shapewire-codegen {name} {usage}\n\n{}", (self.help)())
    }
}

/// How the command ends if not well.
pub(crate) enum Failure {
    /// It was used wrongly.
    Usage(String),
    /// It was asked for its help.
    Help,
    /// The input or the output is at fault.
    Problems(Problems),
    /// A file cannot be written, a project not be built.
    Output(String),
}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<Problems> for Failure {
    fn from(problems: Problems) -> Self {
        Self::Problems(problems)
    }
}

/// What an argument means that a subcommand does not have.
fn other(argument: lexopt::Arg<'_>) -> Failure {
    match argument {
        Long("help") | Short('h') => Failure::Help,
        argument => argument.unexpected().into(),
    }
}

/// Prints to standard output; a reader that has gone away is no failure.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(Failure::Output(error.to_string())),
        _ => Ok(()),
    }
}

/// Writes a line to standard error; if nobody reads it, that is no failure either.
pub(crate) fn tell(line: impl Display) {
    let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
}

fn text(value: OsString) -> Result<String, Failure> {
    value.into_string().map_err(|value| Failure::Usage(format!("not text: {}", value.display())))
}

/// The value of `--format`, which must be one of these.
fn format(parser: &mut lexopt::Parser, formats: &[&'static str]) -> Result<&'static str, Failure> {
    let value = text(parser.value()?)?;
    formats
        .iter()
        .find(|format| **format == value)
        .copied()
        .ok_or_else(|| Failure::Usage(format!("--format is one of {}, not {value:?}", formats.join(", "))))
}

/// The value of `--color`: whether the output has colours.
fn colour(parser: &mut lexopt::Parser) -> Result<bool, Failure> {
    match text(parser.value()?)?.as_str() {
        "always" => Ok(true),
        "never" => Ok(false),
        "auto" => Ok(colour_by_default()),
        other => Err(Failure::Usage(format!("--color is auto, always or never, not {other:?}"))),
    }
}

/// Whether the output is a terminal whose user has not declined colours (<https://no-color.org>).
fn colour_by_default() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
