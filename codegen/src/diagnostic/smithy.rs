//! Places in Smithy's JSON AST. What is wrong with a model is told in the terms of API JSON, whatever format it was read
//! from; a file of the other format has these places elsewhere.

use super::pointer as joined;
use crate::json::{Map, Value};

/// Where the constraints are.
const LENGTH: &str = "smithy.api#length";
const RANGE: &str = "smithy.api#range";
const PATTERN: &str = "smithy.api#pattern";
const PAGINATED: &str = "smithy.api#paginated";
const WAITABLE: &str = "smithy.waiters#waitable";

/// The pointer that leads, in this text, to the place that `pointer` means, as far as there is one; none if the text is not
/// Smithy's or the pointer is right as it is.
pub(super) fn pointer(root: &Value, pointer: &str) -> Option<String> {
    let shapes = root.get("smithy").and(root.get("shapes"))?.as_object()?;
    if root.pointer(pointer).is_some() {
        return None;
    }
    let steps: Vec<String> =
        pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    // Ids are in no order; where two namespaces have a name, the first one is shown.
    let id = |name: &str| first(shapes, &|id, _| id.rsplit_once('#').is_some_and(|(_, local)| local == name));
    let (id, rest) = match steps.as_slice() {
        ["shapes" | "operations", name, rest @ ..] => (id(name)?, in_shape(shapes.get(id(name)?)?, rest)),
        ["pagination", name, ..] => (id(name)?, vec!["traits", PAGINATED]),
        ["waiters", name, ..] => {
            let has_it = |_: &str, shape: &Value| leads(shape, &["traits", WAITABLE, name]);
            (first(shapes, &has_it)?, vec!["traits", WAITABLE, name])
        }
        _ => return None,
    };
    let mut steps = [&["shapes", id], rest.as_slice()].concat();
    while !leads(root, &steps) {
        steps.pop();
    }
    Some(joined(&steps))
}

/// The first id of those that are meant.
fn first<'a>(shapes: &'a Map, is_meant: &dyn Fn(&str, &Value) -> bool) -> Option<&'a str> {
    let mut first = None;
    for (id, shape) in shapes.iter() {
        if is_meant(id, shape) && first.is_none_or(|first| id < first) {
            first = Some(id);
        }
    }
    first
}

fn leads(from: &Value, steps: &[&str]) -> bool {
    from.pointer(&joined(steps)).is_some()
}

/// The steps below a shape or an operation.
fn in_shape<'a>(shape: &Value, steps: &[&'a str]) -> Vec<&'a str> {
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
