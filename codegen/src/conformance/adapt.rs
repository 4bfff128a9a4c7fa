//! What suites leave out of a model because botocore's runner fills it in, and where they put what models have elsewhere.

use std::collections::BTreeSet;

use crate::json::{Map, Value};

/// Facts that suites may write at a shape with a location, for all members that target it, and that models write at the
/// members.
const MEMBER_FACTS: [&str; 3] = ["location", "locationName", "jsonvalue"];

/// A model of these shapes, without operations.
pub(super) fn model(metadata: &Map, shapes: &Map) -> Value {
    let mut service = Map::new();
    for (key, value) in
        [("apiVersion", ""), ("endpointPrefix", "suite"), ("serviceFullName", "Protocol suite"), ("serviceId", "Suite")]
    {
        service.insert(key.to_owned(), value.into());
    }
    service.append(metadata.clone());
    let mut adapted = shapes.clone();
    for name in shapes.keys() {
        let Some(shape) = adapted.get_mut(name).and_then(Value::as_object_mut) else { continue };
        shape.remove("resultWrapper");
        if shape.get("type").and_then(Value::as_str) == Some("character") {
            shape.insert("type".to_owned(), "string".into());
        }
        if !shape.contains_key("location") {
            continue;
        }
        let facts = MEMBER_FACTS.map(|fact| (fact, shape.remove(fact)));
        for member in members(&mut adapted).filter(|member| member["shape"].as_str() == Some(name)) {
            let Some(member) = member.as_object_mut() else { continue };
            for (fact, value) in &facts {
                if let Some(value) = value {
                    insert_new(member, fact, || value.clone());
                }
            }
        }
    }
    [("metadata", service.into()), ("operations", Map::new().into()), ("shapes", adapted.into())].into()
}

/// Inserts what is not there.
fn insert_new(map: &mut Map, key: &str, value: impl FnOnce() -> Value) {
    if !map.contains_key(key) {
        map.insert(key.to_owned(), value());
    }
}

/// The model with those shapes that operations reach, and the errors: those that an operation does not list may come too.
pub(super) fn pruned(mut model: Value) -> Value {
    let is_error = |shape: &&Value| shape["exception"].as_bool() == Some(true) || shape.get("error").is_some();
    let shapes = model["shapes"].as_object().cloned().unwrap_or_default();
    let mut unread: Vec<&Value> = vec![&model["operations"]];
    unread.extend(shapes.values().filter(is_error));
    let mut kept: BTreeSet<String> =
        shapes.iter().filter(|(_, shape)| is_error(shape)).map(|(name, _)| name.to_owned()).collect();
    while let Some(value) = unread.pop() {
        match value {
            Value::Object(map) => {
                if let Some(Value::String(name)) = map.get("shape")
                    && kept.insert(name.clone())
                {
                    unread.extend(shapes.get(name));
                }
                unread.extend(map.values());
            }
            Value::Array(items) => unread.extend(items),
            _ => {}
        }
    }
    if let Some(shapes) = model.get_mut("shapes").and_then(Value::as_object_mut) {
        shapes.retain(|name, _| kept.contains(name));
    }
    model
}

/// The members of all structures.
fn members(shapes: &mut Map) -> impl Iterator<Item = &mut Value> {
    shapes.values_mut().filter_map(|shape| shape.get_mut("members")?.as_object_mut()).flat_map(Map::values_mut)
}

/// The operation that a case is given: its name, and what a model says of it.
///
/// # Errors
/// Why the case is none.
pub(super) fn operation(case: &Map, protocol: &str, shapes: &Map) -> Result<(String, Value), String> {
    let Some(given) = case.get("given") else { return Err("the key `given` is missing".to_owned()) };
    let Value::Object(given) = given else { return Err("`given` is not an object".to_owned()) };
    check(case)?;
    let name = match given.get("name") {
        None => "OperationName",
        Some(Value::String(name)) if !name.is_empty() => name,
        Some(_) => return Err("`given/name` is not a name".to_owned()),
    };
    let mut operation = given.clone();
    operation.remove("documentation");
    operation.insert("name".to_owned(), name.into());
    insert_new(&mut operation, "http", || Map::new().into());
    if let Some(Value::Object(http)) = operation.get_mut("http") {
        insert_new(http, "method", || "POST".into());
        insert_new(http, "requestUri", || "/".into());
    }
    if protocol == "query"
        && let Some(Value::Object(output)) = operation.get_mut("output")
    {
        let shape = output.get("shape").and_then(Value::as_str).and_then(|shape| shapes.get(shape));
        let has_members = shape.is_some_and(|shape| shape["members"].as_object().is_some_and(|all| !all.is_empty()));
        if has_members {
            let wrapper = shape.and_then(|shape| shape.get("resultWrapper")).cloned();
            insert_new(output, "resultWrapper", || wrapper.unwrap_or_else(|| format!("{name}Result").into()));
        }
    }
    Ok((name.to_owned(), Value::Object(operation)))
}

/// The keys of a case and of what is below them, with the types that the runner takes for granted.
const TYPES: [(&[&str], Type); 18] = [
    (&["params"], Type::Object),
    (&["serialized"], Type::Object),
    (&["serialized", "method"], Type::Text),
    (&["serialized", "uri"], Type::Text),
    (&["serialized", "host"], Type::Text),
    (&["serialized", "headers"], Type::Object),
    (&["serialized", "requireHeaders"], Type::Texts),
    (&["serialized", "forbidHeaders"], Type::Texts),
    (&["serialized", "body"], Type::Text),
    (&["response"], Type::Object),
    (&["response", "status_code"], Type::Number),
    (&["response", "headers"], Type::Object),
    (&["response", "body"], Type::Text),
    (&["result"], Type::Object),
    (&["error"], Type::Object),
    (&["errorCode"], Type::Text),
    (&["errorMessage"], Type::Text),
    (&["id"], Type::Text),
];

#[derive(Clone, Copy)]
enum Type {
    Object,
    Text,
    Texts,
    Number,
}

impl Type {
    fn describe(self) -> &'static str {
        match self {
            Self::Object => "an object",
            Self::Text => "a string",
            Self::Texts => "an array of strings",
            Self::Number => "a number",
        }
    }

    fn fits(self, value: &Value) -> bool {
        match self {
            Self::Object => matches!(value, Value::Object(_)),
            Self::Text => value.as_str().is_some(),
            Self::Texts => value.as_array().is_some_and(|items| items.iter().all(|item| item.as_str().is_some())),
            Self::Number => matches!(value, Value::Number(_)),
        }
    }
}

/// Checks that there is something to be run, and that it has the types that the runner takes for granted.
fn check(case: &Map) -> Result<(), String> {
    for (path, kind) in TYPES {
        let below = path[1..].iter().try_fold(case.get(path[0]), |value, key| Some(value?.get(key)));
        if let Some(Some(value)) = below
            && !kind.fits(value)
        {
            return Err(format!("`{}` is not {}", path.join("/"), kind.describe()));
        }
    }
    let has = |key: &str| case.contains_key(key);
    match (has("params"), has("serialized"), has("response")) {
        (true, false, _) => Err("the key `serialized` is missing beside `params`".to_owned()),
        (false, true, _) => Err("the key `params` is missing beside `serialized`".to_owned()),
        (false, false, false) => Err("it has neither `params` nor a `response`".to_owned()),
        (.., true) if !has("result") && !has("error") => {
            Err("one of the keys `result` and `error` is missing beside `response`".to_owned())
        }
        _ => Ok(()),
    }
}
