//! Which way shapes go: constraints matter in requests, absent members in replies. And which of them are secret.

use std::collections::BTreeSet;

use crate::model::{Model, Shape};
use crate::reach;

/// Where a shape occurs, and whether it is secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Role {
    pub(super) input: bool,
    pub(super) output: bool,
    /// By itself, or by what it is a part of.
    pub(super) secret: bool,
}

/// The roles of all shapes of two models.
pub(super) struct Roles<'a> {
    inputs: BTreeSet<&'a str>,
    outputs: BTreeSet<&'a str>,
    secrets: BTreeSet<&'a str>,
}

impl<'a> Roles<'a> {
    pub(super) fn of(old: &'a Model, new: &'a Model) -> Self {
        let mut roles = Self { inputs: BTreeSet::new(), outputs: BTreeSet::new(), secrets: BTreeSet::new() };
        for model in [old, new] {
            roles.inputs.extend(reach::from_inputs(model));
            let outputs = model.operations.iter().filter_map(|operation| operation.output.as_ref());
            let errors = model.shapes.iter().filter(|shape| shape.error.is_some());
            let roots = outputs.map(|output| output.shape.as_str()).chain(errors.map(|error| error.name.as_str()));
            roles.outputs.extend(reach::reachable(&model.shapes, roots.collect()));
            let shapes = model.shapes.iter().filter(|shape| shape.sensitive).map(|shape| shape.name.as_str());
            let members = model.shapes.iter().flat_map(Shape::references).map(|(_, member)| member);
            let targets = members.filter(|member| member.sensitive).map(|member| member.target.as_str());
            roles.secrets.extend(reach::reachable(&model.shapes, shapes.chain(targets).collect()));
        }
        roles
    }

    pub(super) fn role(&self, shape: &str) -> Role {
        Role {
            input: self.inputs.contains(shape),
            output: self.outputs.contains(shape),
            secret: self.secrets.contains(shape),
        }
    }
}
