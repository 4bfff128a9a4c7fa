//! Where members go, settled once all shapes are known. API JSON says parts of it at the target, and leaves parts to be
//! found out.

use crate::by_name::ByName;
use crate::json::Value;
use crate::model::{Binding, Kind, Member, Model, Shape};

/// What API JSON calls a location.
pub(super) fn of_location(location: &str) -> Option<Binding> {
    Some(match location {
        "uri" => Binding::Label,
        "querystring" => Binding::Query,
        "header" => Binding::Header,
        "headers" => Binding::PrefixHeaders,
        "statusCode" => Binding::StatusCode,
        _ => return None,
    })
}

/// What a shape says about the members that lead to it.
struct Target {
    binding: Option<Binding>,
    wire_name: Option<String>,
    is_map: bool,
}

/// Gives every member the binding that it has.
pub(super) fn settle(model: &mut Model) {
    let mut targets = ByName::default();
    for shape in &mut model.shapes {
        let location = shape.other.remove("location");
        let binding = location.as_ref().and_then(Value::as_str).and_then(of_location);
        let is_map = matches!(shape.kind, Kind::Map(_));
        if binding.is_some() || is_map {
            let wire_name = shape.wire_name.clone();
            targets.insert(&shape.name, Target { binding, wire_name, is_map });
        }
    }
    for shape in &mut model.shapes {
        for member in members_mut(shape) {
            if let Some(target) = targets.get(&member.target) {
                inherit(member, target);
            }
        }
    }
    names_of_targets(model);
    root_names(model);
}

/// The name on the wire of a scalar, a list or a map is that of all members that lead there and have none of their own.
/// The name of a structure is that of a document's root.
fn names_of_targets(model: &mut Model) {
    let mut names = ByName::default();
    for shape in &model.shapes {
        if let Some(wire_name) = &shape.wire_name
            && !matches!(shape.kind, Kind::Structure(_) | Kind::Union(_))
        {
            names.insert(&shape.name, wire_name.clone());
        }
    }
    for shape in &mut model.shapes {
        for member in members_mut(shape).iter_mut().filter(|member| member.wire_name.is_none()) {
            member.wire_name = names.get(&member.target).cloned();
        }
    }
}

fn members_mut(shape: &mut Shape) -> &mut [Member] {
    match &mut shape.kind {
        Kind::Structure(members) | Kind::Union(members) => members,
        _ => &mut [],
    }
}

/// A location at the target is that of all members that lead there, and its name then is too.
fn inherit(member: &mut Member, target: &Target) {
    if target.binding.is_some() && member.binding.is_none_or(|binding| Some(binding) == target.binding) {
        member.binding = target.binding;
        if member.wire_name.is_none() {
            member.wire_name.clone_from(&target.wire_name);
        }
    }
    if member.binding == Some(Binding::Query) && target.is_map {
        member.binding = Some(Binding::QueryParams);
    }
}

/// API JSON repeats a member's name as its `locationName` in some places where the model gives it none. At a request's
/// payload that matters: without a name of its own the root element has the target's. Names that are meant have a namespace.
fn root_names(model: &mut Model) {
    let inputs: Vec<String> =
        model.operations.iter().filter_map(|operation| Some(operation.input.as_ref()?.shape.clone())).collect();
    for input in inputs {
        let Some(shape) = model.shapes.get_mut(&input) else { continue };
        for member in members_mut(shape) {
            let repeats = member.wire_name.as_deref() == Some(&*member.name) && member.xml_namespace.is_none();
            if member.binding == Some(Binding::Payload) && repeats {
                member.wire_name = None;
            }
        }
    }
}
