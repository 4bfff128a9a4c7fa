//! Places in Smithy's JSON AST. What is wrong with a model is told in the terms of API JSON, whatever format it was read
//! from; a file of the other format has these places elsewhere.

use super::pointer as joined;
use super::spot::Spot;

/// Where the constraints are.
const LENGTH: &str = "smithy.api#length";
const RANGE: &str = "smithy.api#range";
const PATTERN: &str = "smithy.api#pattern";
const PAGINATED: &str = "smithy.api#paginated";
const WAITABLE: &str = "smithy.waiters#waitable";

/// The pointer that leads, in this text, to the place that `pointer` means, as far as there is one; none if the text is not
/// Smithy's or the pointer is right as it is.
pub(super) fn pointer(root: &Spot, pointer: &str) -> Option<String> {
    let shapes = root.child("smithy").and(root.child("shapes"))?;
    if root.find(pointer).1 {
        return None;
    }
    let steps: Vec<String> =
        pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    // Ids are in no order; where two namespaces have a name, the first one is shown.
    let id = |name: &str| shapes.steps().filter(|id| id.rsplit_once('#').is_some_and(|(_, local)| local == name)).min();
    let (id, rest) = match steps.as_slice() {
        ["shapes" | "operations", name, rest @ ..] => (id(name)?, in_shape(shapes.child(id(name)?)?, rest)),
        ["pagination", name, ..] => (id(name)?, vec!["traits", PAGINATED]),
        ["waiters", name, ..] => {
            let has_it = |id: &&str| shapes.child(id).is_some_and(|shape| leads(shape, &["traits", WAITABLE, name]));
            (shapes.steps().find(has_it)?, vec!["traits", WAITABLE, name])
        }
        _ => return None,
    };
    let mut steps = [&["shapes", id], rest.as_slice()].concat();
    while !leads(root, &steps) {
        steps.pop();
    }
    Some(joined(&steps))
}

fn leads(from: &Spot, steps: &[&str]) -> bool {
    from.find(&joined(steps)).1
}

/// The steps below a shape or an operation.
fn in_shape<'a>(shape: &Spot, steps: &[&'a str]) -> Vec<&'a str> {
    match steps {
        [bound @ ("min" | "max")] => {
            let constraint = if leads(shape, &["traits", LENGTH]) { LENGTH } else { RANGE };
            vec!["traits", constraint, bound]
        }
        ["pattern"] => vec!["traits", PATTERN],
        [rest @ .., "shape"] => [rest, &["target"]].concat(),
        steps => steps.to_vec(),
    }
}
