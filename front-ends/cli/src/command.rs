//! The command line as clap sees it, and what each command runs.
//!
//! A service has many operations, and each of these many options: options and help are made for the operation that is
//! named on the command line, the others have their names only.

use std::ffi::OsString;

use clap::{Arg, ArgAction, ArgMatches, Command};
use shapewire::schema::{Operation, Service};

use crate::failure::Failure;
use crate::options::{self, common};
use crate::{call, help, names, offline, serve, wait};

/// What is done with an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    /// `shapewire <service> <operation>`
    Call,
    /// `shapewire encode <service> <operation>`
    Encode,
    /// `shapewire decode <service> <operation>`
    Decode,
    /// `shapewire validate <service> <operation>`
    Validate,
}

impl Verb {
    /// The words between `shapewire` and the service.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Call => "",
            Self::Encode => "encode ",
            Self::Decode => "decode ",
            Self::Validate => "validate ",
        }
    }
}

/// Reads the command line, the program's own name first.
pub(crate) fn parse(mut arguments: Vec<OsString>) -> Result<ArgMatches, clap::Error> {
    // `help` among the words before the first option is `--help`, as in the AWS CLI.
    let words = leading_words(&arguments);
    if let Some(place) = words.iter().position(|word| word == "help") {
        arguments.remove(place + 1);
        arguments.insert(words.len(), format!("--{}", common::HELP).into());
    }
    let words = leading_words(&arguments);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    root(&words).try_get_matches_from(arguments)
}

/// The arguments before the first option, at most one more than the longest command has.
fn leading_words(arguments: &[OsString]) -> Vec<String> {
    let words = arguments.iter().skip(1).take(4).map_while(|argument| argument.to_str());
    words.take_while(|word| !word.starts_with('-')).map(str::to_owned).collect()
}

/// Runs what was asked for.
pub(crate) fn dispatch(matches: &ArgMatches) -> Result<(), Failure> {
    match matches.subcommand() {
        Some(("serve", matches)) => serve::run(matches),
        Some(("encode", matches)) => with_operation(matches.subcommand(), offline::encode),
        Some(("decode", matches)) => with_operation(matches.subcommand(), offline::decode),
        Some(("validate", matches)) => with_operation(matches.subcommand(), offline::validate),
        Some((service, matches)) if matches.subcommand_name() == Some(wait::WAIT) => {
            wait::run(service, matches.subcommand().and_then(|(_, matches)| matches.subcommand()))
        }
        service => with_operation(service, call::run),
    }
}

fn with_operation(
    service: Option<(&str, &ArgMatches)>,
    run: impl FnOnce(&'static Operation, &ArgMatches) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let found = service.and_then(|(service, matches)| {
        let (operation, matches) = matches.subcommand()?;
        Some((names::operation(names::service(service)?, operation)?, matches))
    });
    match found {
        Some((operation, matches)) => run(operation, matches),
        None => Err(Failure::usage("a service and an operation are needed: see `shapewire help`")),
    }
}

/// The whole command, with the details of what `words` name.
fn root(words: &[&str]) -> Command {
    let (first, rest) = words.split_first().map_or(("", words), |(first, rest)| (*first, rest));
    let verb = |name: &'static str, verb: Verb, help: String| {
        group(name, help).subcommands(services(if first == name { rest } else { &[] }, verb))
    };
    group("shapewire", help::root())
        .version(env!("CARGO_PKG_VERSION"))
        .subcommands(services(words, Verb::Call))
        .subcommand(verb("encode", Verb::Encode, help::encode()))
        .subcommand(verb("decode", Verb::Decode, help::decode()))
        .subcommand(verb("validate", Verb::Validate, help::validate()))
        .subcommand(serve::command().arg(help_flag()).disable_help_flag(true).override_help(help::serve()))
}

fn services(words: &[&str], verb: Verb) -> Vec<Command> {
    let (chosen, rest) = words.split_first().map_or(("", words), |(first, rest)| (*first, rest));
    shapewire::SERVICES
        .iter()
        .map(|service| {
            let name = names::of_service(service);
            if name == chosen { chosen_service(name, service, rest, verb) } else { Command::new(name) }
        })
        .collect()
}

fn chosen_service(name: String, service: &'static Service, words: &[&str], verb: Verb) -> Command {
    let chosen = words.first().copied().unwrap_or_default();
    let operations = service.operations().iter().map(|operation| {
        let name = names::kebab(operation.name());
        if name == chosen { chosen_operation(name, operation, verb) } else { Command::new(name) }
    });
    let wait = if verb == Verb::Call { wait::command(service, words.get(1..).unwrap_or_default()) } else { None };
    group(name, help::service(service, verb)).subcommands(operations).subcommands(wait)
}

fn chosen_operation(name: String, operation: &'static Operation, verb: Verb) -> Command {
    let usage = format!("shapewire {}{} {name} [options]", verb.words(), names::of_service(operation.service()));
    let command = leaf(name).override_usage(usage).override_help(help::operation(operation, verb));
    match verb {
        Verb::Call => options::for_call(command, operation),
        Verb::Encode => options::for_encode(command),
        Verb::Decode => options::for_decode(command),
        Verb::Validate => options::for_validate(command),
    }
}

/// A command that has others below it; alone it shows its help.
pub(crate) fn group(name: impl Into<clap::builder::Str>, help: String) -> Command {
    leaf(name).override_help(help).disable_help_subcommand(true).subcommand_required(true).arg_required_else_help(true)
}

/// A command that runs, with `--help`.
pub(crate) fn leaf(name: impl Into<clap::builder::Str>) -> Command {
    Command::new(name).disable_help_flag(true).arg(help_flag())
}

fn help_flag() -> Arg {
    Arg::new(common::HELP).long(common::HELP).short('h').action(ArgAction::Help)
}
