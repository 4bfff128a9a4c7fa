//! Runs the command as a user does: arguments and input in, output, messages and exit status out.

mod call;
mod connection;
mod durability;
mod help;
mod http;
mod invalid;
mod offline;
mod run;
#[cfg(unix)]
mod secrets;
mod serve;
mod validate;
mod wait;
