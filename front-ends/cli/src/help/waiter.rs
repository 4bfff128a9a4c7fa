//! `shapewire <service> wait help`: the waiters of a service, and each of them.

use std::fmt::Write;

use shapewire::schema::Service;
use shapewire::waiter::{AcceptorState, Waiter};

use super::text;
use crate::names;
use crate::wait::WAIT;

/// All waiters of a service.
pub(crate) fn all(service: &Service) -> String {
    let command = format!("shapewire {} {WAIT}", names::of_service(service));
    let mut out = format!(
        "{command}: repeats an operation until its reply shows what is waited for\n\n\
         Usage:\n  {command} <waiter> [options]\n  {command} <waiter> help\n\nThe {} waiters:\n",
        service.waiters().len()
    );
    let waiters = service.waiters();
    let width = waiters.iter().map(|waiter| names::kebab(waiter.name()).len()).max().unwrap_or(0);
    for waiter in waiters {
        let (name, operation) = (names::kebab(waiter.name()), names::kebab(waiter.operation().name()));
        // Writing to a string does not fail.
        writeln!(out, "  {name:<width$}  repeats {operation}").unwrap_or_default();
    }
    out
}

/// One waiter.
pub(crate) fn of(waiter: &Waiter) -> String {
    let operation = waiter.operation();
    let (service, called) = (names::of_service(operation.service()), names::kebab(operation.name()));
    let command = format!("shapewire {service} {WAIT} {}", names::kebab(waiter.name()));
    let mut out = format!("{command}: the waiter {} of {}\n\n", waiter.name(), operation.service().full_name());
    if !waiter.documentation().is_empty() {
        text::push_wrapped(&mut out, waiter.documentation(), 0);
        out.push('\n');
    }
    let most = waiter.max_attempts().map(|most| format!(", at most {most} times")).unwrap_or_default();
    let mut acceptors = String::new();
    for acceptor in waiter.acceptors() {
        let follows = match acceptor.state() {
            AcceptorState::Success => "success",
            AcceptorState::Failure => "failure",
            AcceptorState::Retry => "another call",
        };
        writeln!(acceptors, "  {follows} if {}", acceptor.matcher()).unwrap_or_default();
    }
    let delay = waiter.delay();
    out + &format!(
        "Calls {called} every {delay} s{most}, until its reply decides; nothing is printed.\n\n{acceptors}\n\
         Usage:\n  {command} [options]\n\nOptions: see `shapewire {service} {called} help`\n\n\
         Exit status: 0 it is there; 255 it has not come, or a call failed; 2 wrong usage or invalid\n\
         input, and nothing was sent.\n"
    )
}
