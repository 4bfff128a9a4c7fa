//! What suites leave out of a model because botocore's runner fills it in, and where they put what models have elsewhere.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// Facts that suites may write at a shape with a location, for all members that target it, and that models write at the
/// members.
const MEMBER_FACTS: [&str; 3] = ["location", "locationName", "jsonvalue"];

/// A model of these shapes, without operations.
pub(super) fn model(metadata: &Value, shapes: &Map<String, Value>) -> Value {
    let mut model = json!({
        "metadata": {
            "apiVersion": "",
            "endpointPrefix": "suite",
            "serviceFullName": "Protocol suite",
            "serviceId": "Suite",
        },
        "operations": {},
        "shapes": shapes,
    });
    for (key, value) in metadata.as_object().into_iter().flatten() {
        model["metadata"][key] = value.clone();
    }
    let names: Vec<String> = shapes.keys().cloned().collect();
    for name in &names {
        let shape = &mut model["shapes"][name];
        if let Some(shape) = shape.as_object_mut() {
            shape.remove("resultWrapper");
            if shape.get("type").and_then(Value::as_str) == Some("character") {
                shape.insert("type".to_owned(), "string".into());
            }
        }
        if model["shapes"][name].get("location").is_none() {
            continue;
        }
        for fact in MEMBER_FACTS {
            let Some(value) = model["shapes"][name].as_object_mut().and_then(|shape| shape.remove(fact)) else {
                continue;
            };
            for member in members(&mut model["shapes"]).filter(|member| member["shape"] == name.as_str()) {
                if let Some(member) = member.as_object_mut() {
                    member.entry(fact).or_insert_with(|| value.clone());
                }
            }
        }
    }
    model
}

/// The model with those shapes that operations reach, and the errors: those that an operation does not list may come too.
pub(super) fn pruned(mut model: Value) -> Value {
    let is_error = |shape: &&Value| shape["exception"] == true || shape.get("error").is_some();
    let shapes = model["shapes"].as_object().cloned().unwrap_or_default();
    let mut unread: Vec<&Value> = vec![&model["operations"]];
    unread.extend(shapes.values().filter(is_error));
    let mut kept: BTreeSet<String> =
        shapes.iter().filter(|(_, shape)| is_error(shape)).map(|(name, _)| name.clone()).collect();
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
    if let Some(shapes) = model["shapes"].as_object_mut() {
        shapes.retain(|name, _| kept.contains(name));
    }
    model
}

/// The members of all structures.
fn members(shapes: &mut Value) -> impl Iterator<Item = &mut Value> {
    let shapes = shapes.as_object_mut().into_iter().flat_map(Map::values_mut);
    shapes.filter_map(|shape| shape.get_mut("members")?.as_object_mut()).flat_map(Map::values_mut)
}

/// The operation that a case is given: its name, and what a model says of it.
///
/// # Errors
/// Why the case is none.
pub(super) fn operation(
    case: &Map<String, Value>,
    protocol: &str,
    shapes: &Map<String, Value>,
) -> Result<(String, Value), String> {
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
    let http = operation.entry("http").or_insert_with(|| json!({}));
    if let Value::Object(http) = http {
        http.entry("method").or_insert_with(|| "POST".into());
        http.entry("requestUri").or_insert_with(|| "/".into());
    }
    if protocol == "query"
        && let Some(Value::Object(output)) = operation.get_mut("output")
    {
        let shape = output.get("shape").and_then(Value::as_str).and_then(|shape| shapes.get(shape));
        let has_members = shape.is_some_and(|shape| shape["members"].as_object().is_some_and(|all| !all.is_empty()));
        if has_members {
            let wrapper = shape.and_then(|shape| shape.get("resultWrapper")).cloned();
            output.entry("resultWrapper").or_insert_with(|| wrapper.unwrap_or_else(|| format!("{name}Result").into()));
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
            Self::Object => value.is_object(),
            Self::Text => value.is_string(),
            Self::Texts => value.as_array().is_some_and(|items| items.iter().all(Value::is_string)),
            Self::Number => value.is_number(),
        }
    }
}

/// Checks that there is something to be run, and that it has the types that the runner takes for granted.
fn check(case: &Map<String, Value>) -> Result<(), String> {
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
