//! A tree as JSON.

use super::{End, Node};
use crate::json::{Map, Value};

/// The tree as JSON: `role`, `shape`, `kind`, the facts by name, `recursive` or `cut` where there is more, `children`.
#[must_use]
pub fn json(node: &Node) -> Value {
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| object.insert(key.to_owned(), value);
    if !node.role.is_empty() {
        put("role", node.role.clone().into());
    }
    if let Some(shape) = &node.shape {
        put("shape", shape.clone().into());
    }
    if let Some(kind) = node.kind {
        put("kind", kind.into());
    }
    for (name, value) in &node.facts {
        put(name, value.clone());
    }
    match node.end {
        Some(End::Recursion) => put("recursive", true.into()),
        Some(End::Depth) => put("cut", true.into()),
        None => None,
    };
    if !node.children.is_empty() {
        put("children", node.children.iter().map(json).collect::<Vec<_>>().into());
    }
    Value::Object(object)
}
