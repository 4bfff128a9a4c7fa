//! Keeps some operations of a model, and of its shapes what these reach.

use crate::by_name::ByName;
use crate::diagnostic::{Diagnostics, did_you_mean};
use crate::model::Model;
use crate::reach;

/// Reports names of operations that the model does not have.
pub(crate) fn check(model: &Model, names: &[String], file: &str, found: &mut Diagnostics) {
    for name in names {
        if !model.operations.iter().any(|operation| operation.name == *name) {
            found.problem(file, "/operations", format!("there is no operation `{name}` to select"));
            found.hint(&|| {
                let names: Vec<&str> = model.operations.iter().map(|operation| operation.name.as_str()).collect();
                did_you_mean(name, &names)
            });
        }
    }
}

/// Keeps the operations of these names.
pub(crate) fn select(model: &mut Model, names: &[String]) {
    model.operations.retain(|operation| names.contains(&operation.name));
    let mut roots: Vec<&str> = Vec::new();
    for operation in &model.operations {
        roots.extend(operation.input.as_ref().map(|input| input.shape.as_str()));
        roots.extend(operation.output.as_ref().map(|output| output.shape.as_str()));
        roots.extend(operation.errors.iter().map(String::as_str));
    }
    let mut kept = ByName::default();
    for name in reach::reachable(&model.shapes, roots) {
        kept.insert(name, ());
    }
    model.shapes.retain(|shape| kept.contains(&shape.name));
    model.waiters.retain(|waiter| names.contains(&waiter.operation));
}
