//! Help, for every operation.

use std::collections::BTreeSet;
#[cfg(unix)]
use std::{path::Path, process::Command};

#[cfg(unix)]
use crate::run::finish;
use crate::run::{line, shapewire};

#[track_caller]
fn text(words: &str) -> String {
    let run = line(words);
    assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""), "{words}: {run:?}");
    run.stdout
}

#[test]
fn the_version_is_that_of_the_package() {
    assert_eq!(text("--version"), format!("shapewire {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn help_is_a_word_or_an_option() {
    for (word, option) in [
        ("help", "--help"),
        ("iam help", "iam --help"),
        ("help iam", "iam -h"),
        ("iam create-user help", "iam create-user --help"),
        ("iam help create-user", "iam create-user -h"),
        ("encode help", "encode --help"),
        ("encode iam create-user help", "encode iam create-user --help"),
        ("decode iam help", "decode iam --help"),
        ("validate help", "validate --help"),
        ("validate iam create-user help", "validate iam create-user --help"),
        ("serve help", "serve --help"),
    ] {
        let (word_text, option_text) = (text(word), text(option));
        assert!(word_text.starts_with("shapewire"), "{word}: {word_text}");
        assert_eq!(word_text, option_text, "{word}");
    }
    // After the first option it is a value.
    assert_eq!(line("iam create-user --user-name help --local").json()["User"]["UserName"], "help");
}

#[test]
fn a_command_that_is_not_complete_gets_help_and_status_2() {
    for words in ["", "iam", "encode", "decode iam", "validate iam"] {
        let run = line(words);
        assert!(run.failed(2).contains("Usage:\n"), "{run:?}");
    }
}

#[test]
fn an_operation_s_help_says_what_its_schema_says() {
    let help = text("iam create-service-specific-credential help");
    for expected in [
        "--user-name VALUE (string, required)\n      1 to 64 characters\n      pattern [\\w+=,.@-]+\n",
        "--credential-age-days VALUE (integer)\n      1 to 36600\n",
        "one of Active, Inactive, Expired",
        "ServicePassword: string\n          secret\n",
        "NoSuchEntity (status 404)\n",
        "LimitExceeded (status 409)\n",
        "begins empty each time",
        "--validation enforce|warn|off",
    ] {
        assert!(help.contains(expected), "{expected}: {help}");
    }
}

#[test]
fn structures_show_their_members_and_their_shorthand() {
    let help = text("iam create-user help");
    for expected in ["at most 50 members", "as JSON or as Key=VALUE,Value=VALUE ...", "Key: string, required"] {
        assert!(help.contains(expected), "{expected}: {help}");
    }
}

#[test]
fn examples_are_local_where_the_local_service_has_the_operation() {
    assert!(text("iam delete-user help").contains("\n  shapewire iam delete-user --user-name example --local\n"));
    assert!(text("iam list-roles help").contains("\n  shapewire iam list-roles --dry-run\n"));
}

#[test]
fn the_example_of_the_main_job_runs() {
    let help = text("iam create-service-specific-credential help");
    let example = help.lines().skip_while(|line| *line != "Example:").nth(1).unwrap();
    let words: Vec<&str> = example.split_whitespace().skip(1).collect();
    let json = shapewire(&words).json();
    assert!(json["ServiceSpecificCredential"]["ServicePassword"].is_string(), "{example}: {json}");
}

/// Each example as it is printed, in a shell that finds the command.
#[cfg(unix)]
#[test]
fn every_example_runs_as_it_stands() {
    let folder = Path::new(env!("CARGO_BIN_EXE_shapewire")).parent().unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let mut local = 0;
    for service in shapewire::SERVICES {
        for command in commands(service.name()) {
            let help = text(&format!("{} {command} help", service.name()));
            let example = help.lines().skip_while(|line| *line != "Example:").nth(1).unwrap();
            let run = finish(Command::new("sh").args(["-c", example]).env("PATH", &path));
            assert_eq!(run.status, Some(0), "{example}: {run:?}");
            local += usize::from(example.ends_with(" --local"));
        }
    }
    assert!(local >= 7, "{local}");
}

/// The names of a service's operations as its help lists them.
fn commands(service: &str) -> BTreeSet<String> {
    let help = text(&format!("{service} help"));
    let section = help.lines().skip_while(|line| !line.ends_with("operations:")).skip(1);
    section.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn every_operation_has_help_and_options_of_its_own() {
    let mut operations = 0;
    for service in shapewire::SERVICES {
        let commands = commands(service.name());
        assert_eq!(commands.len(), service.operations().len());
        for command in commands {
            let help = text(&format!("{} {command} help", service.name()));
            let options: Vec<&str> = help
                .lines()
                .filter_map(|line| line.strip_prefix("  --"))
                .flat_map(|line| line.split_whitespace().take(3).filter(|word| !word.starts_with(['(', '|'])))
                .filter(|word| word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'))
                .collect();
            let distinct: BTreeSet<&str> = options.iter().copied().collect();
            assert_eq!(distinct.len(), options.len(), "{command}: {options:?}");
            for section in ["Usage:", "Example:", "Options:", "Output:", "Errors:"] {
                assert!(help.lines().any(|line| line == section), "{command}: {section}");
            }
            operations += 1;
        }
    }
    assert!(operations >= 180 + 11, "{operations}");
}
