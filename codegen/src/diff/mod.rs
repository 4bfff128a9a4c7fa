//! What a new version of a model changes: for the Rust code that is generated from it, and for programs on the wire.

mod attribute;
mod change;
mod common;
mod facts;
mod roles;
mod rust_api;
mod shapes;
mod walk;
mod words;

pub mod report;

pub use change::{Change, Difference, RustChange, Severity, Subject};

use crate::diagnostic::Problems;
use crate::load::Loaded;

/// Compares two models of one service.
///
/// What only one of two formats can say is no change. What changes for Rust is read off the code that is generated for both: whatever the reason is, it is not missed.
///
/// # Errors
/// Where no code can be generated for one of the models.
pub fn diff(old: &Loaded, new: &Loaded) -> Result<Difference, Problems> {
    let common = common::common(old, new);
    let (old, new) = common.as_ref().map_or((old, new), |(old, new)| (old, new));
    let (old_api, new_api) = match (rust_api::Api::of(old), rust_api::Api::of(new)) {
        (Err(old), Err(new)) => return Err([old.list(), new.list()].concat().into()),
        (old, new) => (old?, new?),
    };
    let changes = walk::walk(&old.model, &new.model);
    Ok(Difference::new(old, new, attribute::attribute(changes, &old_api, &new_api)))
}
