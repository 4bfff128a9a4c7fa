//! The command `shapewire-codegen`: the generator from the shell.

#![forbid(unsafe_code)]

mod command;

use std::fmt::Write;
use std::process::ExitCode;

use command::{COMMANDS, Command, Failure, print, tell};
use lexopt::prelude::{Long, Short, Value};

fn main() -> ExitCode {
    match run(lexopt::Parser::from_env()) {
        Ok(code) => code,
        Err((command, Failure::Usage(message))) => {
            let help = command.map_or("shapewire-codegen --help".to_owned(), |command| {
                format!("shapewire-codegen {} --help", command.name)
            });
            tell(format_args!("shapewire-codegen: {message}\nSee `{help}`."));
            ExitCode::from(2)
        }
        Err((command, Failure::Help)) => printed(&command.map_or_else(help, Command::long_help)),
        Err((_, Failure::Problems(problems))) => {
            tell(problems);
            ExitCode::FAILURE
        }
        Err((_, Failure::Output(message))) => {
            tell(message);
            ExitCode::FAILURE
        }
    }
}

type Failed = (Option<&'static Command>, Failure);

fn run(mut parser: lexopt::Parser) -> Result<ExitCode, Failed> {
    let failed = |failure: Failure| (None, failure);
    match parser.next().map_err(|error| failed(error.into()))? {
        Some(Value(name)) if name == "help" => run_help(&mut parser).map_err(failed),
        Some(Value(name)) => {
            let command = name.to_str().and_then(Command::named).ok_or_else(|| {
                failed(Failure::Usage(format!("there is no command {:?}: {}", name.display().to_string(), names())))
            })?;
            (command.run)(&mut parser).map_err(|failure| (Some(command), failure))
        }
        Some(Long("help") | Short('h')) => Err(failed(Failure::Help)),
        Some(Long("version") | Short('V')) => {
            Ok(printed(concat!("shapewire-codegen ", env!("CARGO_PKG_VERSION"), "\n")))
        }
        Some(argument) => Err(failed(argument.unexpected().into())),
        None => Err(failed(Failure::Usage(format!("a command is missing: {}", names())))),
    }
}

fn run_help(parser: &mut lexopt::Parser) -> Result<ExitCode, Failure> {
    let text = match parser.next()? {
        None | Some(Long("help") | Short('h')) => help(),
        Some(Value(name)) => match name.to_str().and_then(Command::named) {
            Some(command) => command.long_help(),
            None => {
                return Err(Failure::Usage(format!(
                    "there is no command {:?}: {}",
                    name.display().to_string(),
                    names()
                )));
            }
        },
        Some(argument) => return Err(argument.unexpected().into()),
    };
    print(&text).map(|()| ExitCode::SUCCESS)
}

fn printed(text: &str) -> ExitCode {
    match print(text) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn names() -> String {
    COMMANDS.iter().map(|command| command.name).chain(["help"]).collect::<Vec<_>>().join(", ")
}

fn help() -> String {
    let mut text = "Generates the Rust code of an AWS service from its model.\n\nUsage:\n".to_owned();
    for Command { name, usage, summary, .. } in COMMANDS {
        let _ = writeln!(text, "  shapewire-codegen {name} {usage}\n      {summary}");
    }
    text + "  shapewire-codegen help [COMMAND] | COMMAND --help
  shapewire-codegen --version

A model is a file: botocore's service-2.json, with the files beside it; Smithy's JSON AST; or what `import` has written.

Exit status: 0, 1 if a model has problems or a case fails, 2 if the command is used wrongly; `diff` has its own.
"
}
