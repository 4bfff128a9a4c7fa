//! Shapes that no operation leads to.

use std::collections::BTreeSet;

use super::{Found, Lint};
use crate::model::{Model, Shape};
use crate::reach;

/// Reports those that no other unused shape leads to, with the number of those below them. An error is used even if no
/// operation names it: services answer with errors that no operation names.
pub(super) fn lint(model: &Model, found: &mut Found<'_>) {
    let payloads = model.operations.iter().flat_map(|operation| [&operation.input, &operation.output]);
    let roots = payloads.flatten().map(|payload| payload.shape.as_str());
    let errors = model.shapes.iter().filter(|shape| shape.error.is_some()).map(|shape| shape.name.as_str());
    let used: BTreeSet<&str> = reach::reachable(&model.shapes, roots.chain(errors).collect()).into_iter().collect();
    let unused: Vec<&Shape> = model.shapes.iter().filter(|shape| !used.contains(shape.name.as_str())).collect();
    let below: BTreeSet<&str> = unused
        .iter()
        .flat_map(|shape| shape.references().into_iter().map(move |(_, member)| (shape, member)))
        .filter(|(shape, member)| member.target != shape.name)
        .map(|(_, member)| member.target.as_str())
        .collect();
    let (tops, others): (Vec<&Shape>, Vec<&Shape>) =
        unused.into_iter().partition(|shape| !below.contains(shape.name.as_str()));
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for shape in tops.into_iter().chain(others) {
        if told.contains(shape.name.as_str()) {
            continue;
        }
        let reached = reach::reachable(&model.shapes, vec![&shape.name]);
        let fresh: Vec<&str> = reached
            .into_iter()
            .filter(|name| !used.contains(name) && model.shapes.get(name).is_some() && told.insert(*name))
            .collect();
        let message = match fresh.len() {
            0 | 1 => "no operation leads to it".to_owned(),
            2 => "no operation leads to it, nor to a shape below it".to_owned(),
            count => format!("no operation leads to it, nor to {} shapes below it", count - 1),
        };
        found.add(Lint::UnusedShape, &["shapes", &shape.name], message);
    }
}
