//! Runs the command as a user does: arguments and input in, output, messages and exit status out.

mod call;
mod help;
mod invalid;
mod offline;
mod run;
mod serve;
mod validate;
mod wait;
