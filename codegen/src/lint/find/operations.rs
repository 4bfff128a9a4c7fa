//! What operations say of their pages, errors and inputs.

use std::collections::BTreeMap;

use super::{Found, Lint};
use crate::model::{Kind, Member, Model, Operation, Payload, Shape};
use crate::reach;

/// Names of tokens that lead from page to page, in lower case.
const INPUT_TOKENS: [&str; 5] = ["marker", "nexttoken", "paginationtoken", "continuationtoken", "startingtoken"];
/// The same in outputs.
const OUTPUT_TOKENS: [&str; 6] =
    ["marker", "nextmarker", "nexttoken", "paginationtoken", "continuationtoken", "nextcontinuationtoken"];

pub(super) fn lint(model: &Model, found: &mut Found<'_>) {
    for operation in &model.operations {
        pages(model, operation, found);
        errors(model, operation, found);
    }
    deprecated(model, found);
}

fn pages(model: &Model, operation: &Operation, found: &mut Found<'_>) {
    if operation.paginator.is_some() {
        return;
    }
    let token = |payload: &Option<Payload>, names: &[&str]| -> Option<String> {
        let shape = model.shapes.get(&payload.as_ref()?.shape)?;
        let is_token = |member: &&Member| {
            let target = model.shapes.get(&member.target);
            names.contains(&member.name.to_lowercase().as_str())
                && target.is_some_and(|target| matches!(target.kind, Kind::String))
        };
        Some(shape.members().iter().find(is_token)?.name.clone())
    };
    if let Some(input) = token(&operation.input, &INPUT_TOKENS)
        && let Some(output) = token(&operation.output, &OUTPUT_TOKENS)
    {
        let tokens = if input == output {
            format!("takes and gives `{input}`")
        } else {
            format!("takes `{input}` and gives `{output}`")
        };
        let message = format!("{tokens}, but has no paginator");
        found.add(Lint::MissingPaginator, &["operations", &operation.name], message);
    }
}

fn errors(model: &Model, operation: &Operation, found: &mut Found<'_>) {
    let mut codes: BTreeMap<&str, &str> = BTreeMap::new();
    for (index, name) in operation.errors.iter().enumerate() {
        let Some(shape) = model.shapes.get(name) else { continue };
        let code = shape.error.as_ref().and_then(|error| error.code.as_deref()).unwrap_or(name);
        match codes.insert(code, name) {
            Some(other) if other != name => {
                let steps = ["operations", &operation.name, "errors", &index.to_string()];
                found.add(Lint::AmbiguousError, &steps, format!("`{name}` has the code `{code}`, as `{other}` has"));
            }
            _ => {}
        }
    }
}

/// What inputs need though it, or its shape, is deprecated.
fn deprecated(model: &Model, found: &mut Found<'_>) {
    for name in reach::from_inputs(model) {
        let Some(shape) = model.shapes.get(name) else { continue };
        for member in shape.members().iter().filter(|member| member.required) {
            let target = model.shapes.get(&member.target);
            let is_of_deprecated = target.is_some_and(|target: &Shape| target.deprecated.is_some());
            let message = match (&member.deprecated, is_of_deprecated) {
                (Some(_), _) => "is required, but deprecated".to_owned(),
                (None, true) => format!("is required, but its shape `{}` is deprecated", member.target),
                (None, false) => continue,
            };
            found.add(Lint::DeprecatedRequired, &["shapes", &shape.name, "members", &member.name], message);
        }
    }
}
