//! The options of an operation: one for each member of its input, and those that every operation has.

use clap::{Arg, ArgAction, Command};
use shapewire::schema::{Member, Operation, ShapeKind};

use crate::names;

/// The option names that every operation has.
pub(crate) mod common {
    pub(crate) const CLI_INPUT_JSON: &str = "cli-input-json";
    pub(crate) const DRY_RUN: &str = "dry-run";
    pub(crate) const ENDPOINT_URL: &str = "endpoint-url";
    pub(crate) const HELP: &str = "help";
    pub(crate) const LOCAL: &str = "local";
    pub(crate) const OUTPUT: &str = "output";
    pub(crate) const PROFILE: &str = "profile";
    pub(crate) const REGION: &str = "region";
    pub(crate) const STATUS: &str = "status";
    pub(crate) const VALIDATION: &str = "validation";

    pub(super) const ALL: [&str; 9] =
        [CLI_INPUT_JSON, DRY_RUN, ENDPOINT_URL, HELP, LOCAL, OUTPUT, PROFILE, REGION, VALIDATION];
}

/// The option of a member.
#[derive(Debug)]
pub(crate) struct MemberOption {
    /// Its name without the hyphens before it.
    pub(crate) name: String,
    /// The name of the option that sets a boolean to false.
    pub(crate) negative: Option<String>,
    pub(crate) member: &'static Member,
}

/// The options of an operation's members, in the order of the model. No name stands there twice: a member that is named
/// like one of the common options has `input-` before its name.
pub(crate) fn of_members(operation: &'static Operation) -> Vec<MemberOption> {
    named(operation.input().shape().members())
}

fn named(members: &'static [Member]) -> Vec<MemberOption> {
    let mut taken: Vec<String> = common::ALL.map(str::to_owned).to_vec();
    let mut options: Vec<MemberOption> = Vec::with_capacity(members.len());
    for member in members {
        let mut name = names::kebab(member.name());
        while name.is_empty() || taken.contains(&name) {
            name.insert_str(0, "input-");
        }
        taken.push(name.clone());
        options.push(MemberOption { name, negative: None, member });
    }
    // After all names are known: a member's own name comes before another one's negative.
    for option in &mut options {
        let negative = format!("no-{}", option.name);
        if matches!(option.member.target().kind(), ShapeKind::Boolean) && !taken.contains(&negative) {
            taken.push(negative.clone());
            option.negative = Some(negative);
        }
    }
    options
}

/// Adds all options of a call.
pub(crate) fn for_call(command: Command, operation: &'static Operation) -> Command {
    let command = of_members(operation).into_iter().fold(command, |command, option| command.args(arguments(option)));
    command
        .arg(value(common::CLI_INPUT_JSON))
        .arg(value(common::ENDPOINT_URL).conflicts_with(common::LOCAL))
        .arg(value(common::REGION))
        .arg(value(common::PROFILE))
        .arg(flag(common::LOCAL))
        .arg(value(common::OUTPUT).value_parser(["json", "text", "table"]).default_value("json"))
        .arg(flag(common::DRY_RUN))
        .arg(validation())
}

/// Adds the options of `encode`.
pub(crate) fn for_encode(command: Command) -> Command {
    command.arg(value(common::ENDPOINT_URL)).arg(validation())
}

/// Adds the options of `decode`.
pub(crate) fn for_decode(command: Command) -> Command {
    command.arg(value(common::STATUS).value_parser(clap::value_parser!(u16).range(100..=599)).default_value("200"))
}

/// Adds the options of `validate`.
pub(crate) fn for_validate(command: Command) -> Command {
    command
        .arg(value(common::CLI_INPUT_JSON))
        .arg(value(common::OUTPUT).value_parser(["text", "json"]).default_value("text"))
}

fn validation() -> Arg {
    value(common::VALIDATION).value_parser(["enforce", "warn", "off"]).default_value("enforce")
}

fn flag(name: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue)
}

fn value(name: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::Set)
}

fn arguments(option: MemberOption) -> Vec<Arg> {
    let MemberOption { name, negative, member } = option;
    let arg = Arg::new(name.clone()).long(name.clone());
    match member.target().kind() {
        ShapeKind::Boolean => match negative {
            Some(negative) => vec![
                arg.action(ArgAction::SetTrue),
                Arg::new(negative.clone()).long(negative).action(ArgAction::SetTrue).conflicts_with(name),
            ],
            None => vec![arg.action(ArgAction::SetTrue)],
        },
        // No value at all is an empty list.
        ShapeKind::List(_) => vec![arg.action(ArgAction::Append).num_args(0..).allow_negative_numbers(true)],
        ShapeKind::Integer | ShapeKind::Long | ShapeKind::Float | ShapeKind::Double | ShapeKind::Timestamp(_) => {
            vec![arg.action(ArgAction::Set).allow_negative_numbers(true)]
        }
        _ => vec![arg.action(ArgAction::Set)],
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use shapewire::schema::Shape;

    use super::*;

    #[test]
    fn names_that_are_taken_give_way() {
        static SWITCH: Shape = Shape::new("Switch", ShapeKind::Boolean);
        static MEMBERS: [Member; 4] = [
            Member::new("DryRun", "dry_run", &SWITCH),
            Member::new("Reboot", "reboot", &SWITCH),
            Member::new("NoReboot", "no_reboot", &SWITCH),
            Member::new("InputDryRun", "input_dry_run", &SWITCH),
        ];
        let names: Vec<_> = named(&MEMBERS).into_iter().map(|option| (option.name, option.negative)).collect();
        let expected = [
            ("input-dry-run", Some("no-input-dry-run")),
            ("reboot", None),
            ("no-reboot", Some("no-no-reboot")),
            ("input-input-dry-run", Some("no-input-input-dry-run")),
        ];
        assert_eq!(names, expected.map(|(name, negative)| (name.to_owned(), negative.map(str::to_owned))));
    }

    #[test]
    fn option_names_are_unique_in_every_operation() {
        for operation in shapewire::SERVICES.iter().flat_map(|service| service.operations()) {
            let command = for_call(Command::new("test").disable_help_flag(true), operation);
            let names: Vec<&str> = command.get_arguments().filter_map(Arg::get_long).collect();
            let distinct: BTreeSet<&str> = names.iter().copied().collect();
            assert_eq!(distinct.len(), names.len(), "{}", operation.name());
            command.debug_assert();
        }
    }
}
