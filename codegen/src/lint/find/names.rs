//! Names that are others in Rust than they would be alone.

use super::{Found, Lint};
use crate::model::Model;
use crate::name::renamed;

pub(super) fn lint(model: &Model, found: &mut Found<'_>) {
    for name in renamed(model) {
        let steps: Vec<&str> = name.steps.iter().map(String::as_str).collect();
        let given = &name.given;
        let message = match &name.other {
            None => format!("is `{given}` in Rust, where `{}` is a name already", name.wanted),
            Some(other) if other.eq_ignore_ascii_case(&name.own) => {
                format!("is `{given}` in Rust, because it differs from `{other}` in case alone")
            }
            Some(other) => format!("is `{given}` in Rust, because `{other}` has the name `{}`", name.wanted),
        };
        found.add(Lint::Renamed, &steps, message);
    }
}
