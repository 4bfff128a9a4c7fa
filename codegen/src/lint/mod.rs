//! Lints: what is wrong or odd in a model, each with a name that stays.

mod catalog;
#[cfg(feature = "command")]
mod find;

pub use catalog::{Level, Lint};
#[cfg(feature = "command")]
pub use find::{Finding, json, lint};
