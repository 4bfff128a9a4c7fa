//! From a published model to one file of ours: the facts, all of them, and no prose.

use std::path::Path;

use crate::diagnostic::{Diagnostics, Problem, Problems};
use crate::json::{Map, Value};
use crate::load::{Files, Source, load_source};
use crate::model::Model;
use crate::select;

/// Reads a model with the files beside it and gives one JSON text with all its facts, without prose.
///
/// Documentation, descriptions and examples are left out; paginators, waiters and the endpoint rule set come as
/// top-level keys. The order of the source is kept.
///
/// # Errors
/// Whatever [`load`](crate::load()) says about the model: what the reader does not know is not imported.
pub fn import(path: &Path) -> Result<String, Problems> {
    let source = Source::read(path, Files::Disk).map_err(Problems::located)?;
    load_source(&source).map_err(Problems::located)?;
    Ok(text(&source, source.joined()))
}

/// The same with these operations alone, and of the shapes, paginators and waiters what they reach.
///
/// # Errors
/// Those of [`import`], names of operations that the model does not have, and a model in Smithy's JSON AST, of which only
/// all is imported.
pub fn import_operations<N: Into<String>>(path: &Path, names: impl IntoIterator<Item = N>) -> Result<String, Problems> {
    let names: Vec<String> = names.into_iter().map(Into::into).collect();
    let source = Source::read(path, Files::Disk).map_err(Problems::located)?;
    let mut selected = load_source(&source).map_err(Problems::located)?.model;
    if source.is_smithy() {
        let message = "operations are selected from API JSON only; `generate` selects them from any model";
        return Err(Problem::new(&source.file, "", message).into());
    }
    let mut found = Diagnostics::default();
    select::check(&selected, &names, &source.file, &mut found);
    found.finish().map_err(Problems::located)?;
    select::select(&mut selected, &names);
    let mut model = source.joined();
    if let Value::Object(model) = &mut model {
        keep_selected(model, &selected);
    }
    Ok(text(&source, model))
}

/// Removes what was not selected from the keys of the format that hold it.
fn keep_selected(model: &mut Map, selected: &Model) {
    let has_operation = |name: &str| selected.operations.iter().any(|operation| operation.name == name);
    retain(model, "operations", |name, _| has_operation(name));
    retain(model, "pagination", |name, _| has_operation(name));
    retain(model, "shapes", |name, _| selected.shapes.get(name).is_some());
    retain(model, "waiters", |_, waiter| waiter["operation"].as_str().is_some_and(has_operation));
}

fn retain(model: &mut Map, key: &str, is_kept: impl Fn(&str, &Value) -> bool) {
    if let Some(Value::Object(map)) = model.get_mut(key) {
        map.retain(|name, value| is_kept(name, value));
    }
}

/// The text of a file, without prose.
fn text(source: &Source, mut model: Value) -> String {
    if let Value::Object(model) = &mut model {
        match model.get_mut("shapes") {
            Some(Value::Object(shapes)) if source.is_smithy() => {
                shapes.values_mut().for_each(strip_traits);
                model.remove("metadata");
            }
            _ => remove_prose(model),
        }
    }
    format!("{model:#}\n")
}

/// Removes prose where the format has it, and only there: members may well be called `documentation`.
fn remove_prose(model: &mut Map) {
    model.remove("documentation");
    model.remove("examples");
    for operation in values(model, "operations") {
        strip(operation);
        for key in ["input", "output"] {
            operation.get_mut(key).into_iter().for_each(strip);
        }
        for error in operation.get_mut("errors").and_then(Value::as_array_mut).into_iter().flatten() {
            strip(error);
        }
    }
    for shape in values(model, "shapes") {
        strip(shape);
        for key in ["member", "key", "value"] {
            shape.get_mut(key).into_iter().for_each(strip);
        }
        for member in shape.get_mut("members").and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut) {
            strip(member);
        }
    }
    for waiter in values(model, "waiters") {
        if let Value::Object(waiter) = waiter {
            waiter.remove("description");
        }
    }
    for parameter in values(model, "clientContextParams") {
        strip(parameter);
    }
    if let Some(Value::Object(rules)) = model.get_mut("endpointRuleSet") {
        for parameter in values(rules, "parameters") {
            strip(parameter);
        }
    }
}

/// Removes the traits of a Smithy shape, and of its members, that are prose or examples.
fn strip_traits(shape: &mut Value) {
    const PROSE: [&str; 6] = [
        "smithy.api#documentation",
        "smithy.api#examples",
        "smithy.api#externalDocumentation",
        "smithy.api#suppress",
        "smithy.rules#endpointTests",
        "smithy.test#smokeTests",
    ];
    let Value::Object(shape) = shape else { return };
    if let Some(Value::Object(traits)) = shape.get_mut("traits") {
        for id in PROSE {
            traits.remove(id);
        }
        if let Some(Value::Object(deprecated)) = traits.get_mut("smithy.api#deprecated") {
            deprecated.remove("message");
        }
        for waiter in values(traits, "smithy.waiters#waitable") {
            strip(waiter);
        }
        for parameter in values(traits, "smithy.rules#clientContextParams") {
            strip(parameter);
        }
        if let Some(Value::Object(rules)) = traits.get_mut("smithy.rules#endpointRuleSet") {
            values(rules, "parameters").for_each(strip);
        }
        if traits.is_empty() {
            shape.remove("traits");
        }
    }
    values(shape, "members").for_each(strip_traits);
    for key in ["member", "key", "value"] {
        shape.get_mut(key).into_iter().for_each(strip_traits);
    }
}

fn values<'a>(map: &'a mut Map, key: &str) -> impl Iterator<Item = &'a mut Value> {
    map.get_mut(key).and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut)
}

fn strip(value: &mut Value) {
    if let Value::Object(map) = value {
        map.remove("documentation");
        map.remove("deprecatedMessage");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn prose_goes_and_names_stay() {
        let mut model = Value::from(json!({
            "documentation": "x",
            "operations": {"documentation": {"documentation": "x", "errors": [{"shape": "E", "documentation": "x"}]}},
            "shapes": {
                "documentation": {
                    "type": "structure",
                    "documentation": "x",
                    "members": {"documentation": {"shape": "S", "documentation": "x", "deprecatedMessage": "x"}}
                }
            },
            "endpointRuleSet": {"parameters": {"Region": {"type": "string", "documentation": "x"}}},
            "waiters": {"W": {"description": "x", "delay": 1}}
        }));
        remove_prose(model.as_object_mut().unwrap());
        let expected = json!({
            "operations": {"documentation": {"errors": [{"shape": "E"}]}},
            "shapes": {"documentation": {"type": "structure", "members": {"documentation": {"shape": "S"}}}},
            "endpointRuleSet": {"parameters": {"Region": {"type": "string"}}},
            "waiters": {"W": {"delay": 1}}
        });
        assert_eq!(model, expected.into());
    }
}
