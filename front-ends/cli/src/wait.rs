//! `shapewire <service> wait <waiter>`: an operation repeated until its reply shows what is waited for, as the AWS CLI has
//! it.

use clap::{ArgMatches, Command};
use shapewire::client::WaitOptions;
use shapewire::schema::Service;
use shapewire::validation::Mode;
use shapewire::waiter::Waiter;

use crate::failure::Failure;
use crate::options::{self, common};
use crate::validate::{self, Naming};
use crate::{call, command, help, input, names, offline};

/// The word between the service and the waiter.
pub(crate) const WAIT: &str = "wait";

/// The command of a service that has waiters, with the details of the one that `words` name.
pub(crate) fn command(service: &'static Service, words: &[&str]) -> Option<Command> {
    if service.waiters().is_empty() {
        return None;
    }
    let chosen = words.first().copied().unwrap_or_default();
    let waiters = service.waiters().iter().map(|waiter| {
        let name = names::kebab(waiter.name());
        if name == chosen { chosen_waiter(name, waiter) } else { Command::new(name) }
    });
    Some(command::group(WAIT, help::waiters(service)).subcommands(waiters))
}

fn chosen_waiter(name: String, waiter: &'static Waiter) -> Command {
    let usage = format!("shapewire {} {WAIT} {name} [options]", names::of_service(waiter.operation().service()));
    let command = command::leaf(name).override_usage(usage).override_help(help::waiter(waiter));
    options::for_call(command, waiter.operation())
}

/// Runs `shapewire <service> wait <waiter> [options]`. Nothing is printed when what is waited for is there.
pub(crate) fn run(service: &str, waiter: Option<(&str, &ArgMatches)>) -> Result<(), Failure> {
    let found = waiter.and_then(|(name, matches)| {
        let waiters = names::service(service)?.waiters();
        Some((waiters.iter().copied().find(|waiter| names::kebab(waiter.name()) == name)?, matches))
    });
    let Some((waiter, matches)) = found else { return Err(Failure::usage("a waiter is needed: see `wait help`")) };
    let operation = waiter.operation();
    let json = input::from_options(operation, matches)?;
    let input = validate::input(operation, &json, Naming::Options, matches)?;
    if matches.get_flag(common::DRY_RUN) {
        return offline::print_request(operation, &*input, matches);
    }
    // The input was checked, or is meant to pass as it is.
    let client = call::client(operation, &*input, matches)?.with_validation(Mode::Off);
    match client.wait_by_name(waiter, &*input, &WaitOptions::new()) {
        Ok(_) => Ok(()),
        Err(error) => Err(Failure::of_wait(waiter, &error)),
    }
}
