//! Keeps some operations of a model, and of its shapes what these reach.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostics, did_you_mean};
use crate::model::Model;
use crate::reach;

/// Reports names of operations that the model does not have.
pub(crate) fn check(model: &Model, names: &[String], file: &str, found: &mut Diagnostics) {
    for name in names {
        if !model.operations.iter().any(|operation| operation.name == *name) {
            found.problem(file, "/operations", format!("there is no operation `{name}` to select"));
            found.hint(|| did_you_mean(name, model.operations.iter().map(|operation| operation.name.as_str())));
        }
    }
}

/// Keeps the operations of these names.
pub(crate) fn select(model: &mut Model, names: &[String]) {
    model.operations.retain(|operation| names.contains(&operation.name));
    let roots: Vec<&str> = model
        .operations
        .iter()
        .flat_map(|operation| {
            let payloads = [&operation.input, &operation.output].into_iter().flatten();
            payloads.map(|payload| payload.shape.as_str()).chain(operation.errors.iter().map(String::as_str))
        })
        .collect();
    let kept: BTreeSet<String> = reach::reachable(&model.shapes, roots).into_iter().map(str::to_owned).collect();
    model.shapes.retain(|shape| kept.contains(&shape.name));
    model.waiters.retain(|waiter| names.contains(&waiter.operation));
}
