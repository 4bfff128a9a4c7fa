//! The command `shapewire`: any operation of any service from the shell, each half of the wire alone, and a local IAM
//! service over HTTP. It is a front end like any other user's: it knows services by their schemas only.

#![forbid(unsafe_code)]

mod call;
mod command;
mod endpoint;
mod failure;
mod help;
mod input;
mod names;
mod offline;
mod options;
mod output;
mod parameter;
mod request;
mod serve;
mod shorthand;
mod terminal;
mod validate;
mod wait;

use std::process::ExitCode;

use failure::Failure;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            terminal::note(failure.message());
            ExitCode::from(failure.status())
        }
    }
}

fn run() -> Result<(), Failure> {
    let matches = match command::parse(std::env::args_os().collect()) {
        Ok(matches) => matches,
        // Help and the version.
        Err(shown) if !shown.use_stderr() => {
            return terminal::print(&format!("{}\n", shown.render().to_string().trim_end()));
        }
        Err(error) => return Err(Failure::shown(&error.render().to_string())),
    };
    command::dispatch(&matches)
}
