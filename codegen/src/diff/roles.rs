//! Which way shapes go: constraints matter in requests, absent members in replies.

use std::collections::BTreeSet;

use crate::model::Model;
use crate::reach;

/// Where a shape occurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Role {
    pub(super) input: bool,
    pub(super) output: bool,
}

/// The roles of all shapes of two models.
pub(super) struct Roles<'a> {
    inputs: BTreeSet<&'a str>,
    outputs: BTreeSet<&'a str>,
}

impl<'a> Roles<'a> {
    pub(super) fn of(old: &'a Model, new: &'a Model) -> Self {
        let mut roles = Self { inputs: BTreeSet::new(), outputs: BTreeSet::new() };
        for model in [old, new] {
            roles.inputs.extend(reach::from_inputs(model));
            let outputs = model.operations.iter().filter_map(|operation| operation.output.as_ref());
            let errors = model.shapes.iter().filter(|shape| shape.error.is_some());
            let roots = outputs.map(|output| output.shape.as_str()).chain(errors.map(|error| error.name.as_str()));
            roles.outputs.extend(reach::reachable(&model.shapes, roots));
        }
        roles
    }

    pub(super) fn role(&self, shape: &str) -> Role {
        Role { input: self.inputs.contains(shape), output: self.outputs.contains(shape) }
    }
}
