//! What paginators say: expressions on the output, read and checked, and members of the input that are there.

use crate::by_name::ByName;
use crate::diagnostic::{Diagnostics, pointer};
use crate::jmespath::{self, Expression};
use crate::model::{Model, Operation};

/// A paginator that can be emitted.
pub(crate) struct Paginator {
    pub(crate) input_tokens: Vec<String>,
    pub(crate) output_tokens: Vec<Expression>,
    pub(crate) more_results: Option<Expression>,
    pub(crate) limit_key: Option<String>,
    pub(crate) result_keys: Vec<Expression>,
}

/// The paginators by their operations. One that names what is not there, or is not understood, is reported and left out.
pub(crate) fn resolve(model: &Model, file: &str, found: &mut Diagnostics) -> ByName<Paginator> {
    let mut paginators = ByName::default();
    for operation in &model.operations {
        match resolve_one(model, operation) {
            Ok(None) => {}
            Ok(Some(paginator)) => {
                paginators.insert(&operation.name, paginator);
            }
            Err(message) => {
                let message = format!("the paginator is left out: {message}");
                found.warning(file, &pointer(&["pagination", &operation.name]), message);
            }
        }
    }
    paginators
}

fn resolve_one(model: &Model, operation: &Operation) -> Result<Option<Paginator>, String> {
    let Some(paginator) = &operation.paginator else { return Ok(None) };
    let input = operation.input.as_ref().map_or("", |input| &input.shape);
    let output = operation.output.as_ref().map_or("", |output| &output.shape);
    let of_output = |key: &str, text: &String| {
        jmespath::read(model, output, text).map_err(|message| format!("`{key}`, `{text}`: {message}"))
    };
    let of_input = |key: &str, path: &String| {
        if leads_somewhere(model, input, path) {
            Ok(path.clone())
        } else {
            Err(format!("`{key}`: the input has no member `{path}`"))
        }
    };
    Ok(Some(Paginator {
        input_tokens: each(&paginator.input_tokens, |path| of_input("input_token", path))?,
        output_tokens: each(&paginator.output_tokens, |text| of_output("output_token", text))?,
        more_results: paginator.more_results.as_ref().map(|text| of_output("more_results", text)).transpose()?,
        limit_key: paginator.limit_key.as_ref().map(|path| of_input("limit_key", path)).transpose()?,
        result_keys: each(&paginator.result_keys, |text| of_output("result_key", text))?,
    }))
}

fn each<T>(texts: &[String], read: impl FnMut(&String) -> Result<T, String>) -> Result<Vec<T>, String> {
    texts.iter().map(read).collect()
}

fn leads_somewhere(model: &Model, start: &str, path: &str) -> bool {
    let mut shape = model.shapes.get(start);
    path.split('.').all(|name| {
        let member = shape.and_then(|shape| shape.members().iter().find(|member| member.name == name));
        shape = member.and_then(|member| model.shapes.get(&member.target));
        member.is_some()
    })
}
