//! `shapewire <service> help`: the operations of a service.

use std::fmt::Write;

use shapewire::schema::Service;

use super::text;
use crate::command::Verb;
use crate::names;
use crate::wait::WAIT;

/// The whole text.
pub(crate) fn of(service: &Service, verb: Verb) -> String {
    let command = format!("shapewire {}{}", verb.words(), names::of_service(service));
    let mut out = format!("{command}: {}, API version {}\n\n", service.full_name(), service.api_version());
    text::push_wrapped(&mut out, service.documentation(), 0);
    if !service.documentation().is_empty() {
        out.push('\n');
    }
    let operations = service.operations();
    let has_waiters = verb == Verb::Call && !service.waiters().is_empty();
    let wait = if has_waiters { format!("  {command} {WAIT} help\n") } else { String::new() };
    let section = format!("Usage:\n  {command} <operation> [options]\n  {command} <operation> help\n{wait}\n");
    // Writing to a string does not fail.
    writeln!(out, "{section}The {} operations:", operations.len()).unwrap_or_default();
    let mut lines: Vec<(String, String)> = operations
        .iter()
        .map(|operation| (names::kebab(operation.name()), text::first_sentence(operation.documentation())))
        .collect();
    lines.sort_unstable();
    let width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    for (name, sentence) in lines {
        writeln!(out, "{}", format!("  {name:<width$}  {sentence}").trim_end()).unwrap_or_default();
    }
    out
}
