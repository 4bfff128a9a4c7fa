//! The subcommands that are more than a call of the library.

pub(crate) mod diff;
