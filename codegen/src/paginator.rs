//! Whether paginators name members that are there.

use crate::diagnostic::{Diagnostics, pointer};
use crate::model::{Model, Paginator};

/// Whether all its expressions are names of members, nested ones with dots. Only such paginators are emitted.
pub(crate) fn is_plain(paginator: &Paginator) -> bool {
    expressions(paginator).all(|(_, _, expression)| is_path(expression))
}

/// Reports members that are not there, and paginators that cannot be emitted.
pub(crate) fn check(model: &Model, file: &str, found: &mut Diagnostics) {
    for operation in &model.operations {
        let Some(paginator) = &operation.paginator else { continue };
        let at = pointer(&["pagination", &operation.name]);
        if !is_plain(paginator) {
            found.warning(file, &at, "the paginator uses expressions beyond member names and is left out");
            continue;
        }
        for (key, of_input, path) in expressions(paginator) {
            let payload = if of_input { &operation.input } else { &operation.output };
            let start = payload.as_ref().map_or("", |payload| payload.shape.as_str());
            if !leads_somewhere(model, start, path) {
                found.warning(file, &at, format!("`{key}` names a member that is not there: `{path}`"));
            }
        }
    }
}

/// Each expression with its key, and whether it is about the input.
fn expressions(paginator: &Paginator) -> impl Iterator<Item = (&'static str, bool, &str)> {
    let tokens = paginator.input_tokens.iter().map(|it| ("input_token", true, it));
    let outputs = paginator.output_tokens.iter().map(|it| ("output_token", false, it));
    let results = paginator.result_keys.iter().map(|it| ("result_key", false, it));
    let more = paginator.more_results.iter().map(|it| ("more_results", false, it));
    let limit = paginator.limit_key.iter().map(|it| ("limit_key", true, it));
    tokens.chain(outputs).chain(results).chain(more).chain(limit).map(|(key, input, it)| (key, input, it.as_str()))
}

fn is_path(expression: &str) -> bool {
    expression.split('.').all(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
}

fn leads_somewhere(model: &Model, start: &str, path: &str) -> bool {
    let mut shape = model.shapes.get(start);
    for name in path.split('.') {
        let member = shape.and_then(|shape| shape.members().iter().find(|member| member.name == name));
        let Some(member) = member else { return false };
        shape = model.shapes.get(&member.target);
    }
    true
}
