//! Which change of the model a change of the generated code comes from.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Change, RustChange, Severity, Subject, Wire};
use super::rust_api::Api;
use super::shapes::Pair;
use super::walk;
use crate::model::Shape;
use crate::name;

/// The changes with their verdicts for Rust. What changes in the code alone, such as a name that is taken now, is a change
/// of its own.
pub(super) fn attribute(mut changes: Vec<Change>, old: &Api, new: &Api) -> Vec<Change> {
    let (mut old_places, new_places) = (places(old), places(new));
    let renamed: BTreeMap<&str, &str> =
        walk::renamed(Pair { old: &old.model, new: &new.model }).into_iter().map(|(new, old)| (old, new)).collect();
    for subject in old_places.values_mut() {
        if let Subject::Shape(shape) | Subject::Member(shape, _) = subject
            && let Some(name) = renamed.get(shape.as_str())
        {
            (*name).clone_into(shape);
        }
    }
    for rust_change in old.changes(new) {
        let (api, places) = if rust_change.new.is_some() { (new, &new_places) } else { (old, &old_places) };
        let subject = locate(&rust_change.item, places);
        let causes = causes(&changes, &subject, &rust_change, api);
        if causes.is_empty() {
            let text = "changes in the generated code, because of what is around it".to_owned();
            let mut change = Change::new(subject, "code", text, Wire::NONE);
            change.rust = rust_change.severity;
            change.rust_changes.push(rust_change);
            changes.push(change);
            continue;
        }
        for index in causes {
            changes[index].rust = changes[index].rust.max(rust_change.severity);
            changes[index].rust_changes.push(rust_change.clone());
        }
    }
    for change in &mut changes {
        // Programs notice these though no item changes.
        if matches!(change.kind, "paginator" | "endpoint" | "waiter-added" | "waiter-changed" | "protocol") {
            change.rust = change.rust.max(Severity::Minor);
        }
    }
    changes
}

/// What each item comes from, by the item's name without its last part too.
fn places(api: &Api) -> BTreeMap<String, Subject> {
    let mut places = BTreeMap::new();
    for operation in &api.model.operations {
        let names = api.names.operation(&operation.name);
        let subject = Subject::Operation(operation.name.clone());
        places.insert(names.type_name.to_string(), subject.clone());
        places.insert(format!("Client::{}", names.method), subject.clone());
        places.insert(format!("AsyncClient::{}", names.method), subject.clone());
        places.insert(format!("operations::{}", names.static_name), subject.clone());
        // What the generator makes where the model has nothing belongs to the operation.
        for payload in operation.input.iter().chain(&operation.output) {
            if api.model.shapes.get(&payload.shape).is_some_and(|shape| shape.generated) {
                places.insert(api.names.type_of(&payload.shape).to_string(), subject.clone());
            }
        }
    }
    for shape in &api.model.shapes {
        let subject = Subject::Shape(shape.name.clone());
        places.insert(format!("shapes::{}", api.names.static_of(&shape.name)), subject.clone());
        if !has_type(shape) || shape.generated {
            continue;
        }
        let type_name = api.names.type_of(&shape.name);
        places.insert(type_name.to_string(), subject.clone());
        if shape.error.is_some() {
            places.insert(format!("Error::{}", api.names.error_variant(&shape.name)), subject);
        }
        for (member, ident) in shape.members().iter().zip(api.names.members_of(&shape.name)) {
            let subject = Subject::Member(shape.name.clone(), member.name.clone());
            let setter = name::setter(ident);
            for item in
                [format!("{type_name}.{ident}"), format!("{type_name}::{setter}"), format!("{type_name}::{ident}")]
            {
                places.insert(item, subject.clone());
            }
        }
    }
    places
}

fn has_type(shape: &Shape) -> bool {
    use crate::model::Kind;
    matches!(shape.kind, Kind::Structure(_) | Kind::Union(_) | Kind::Enum(_))
}

fn locate(item: &str, places: &BTreeMap<String, Subject>) -> Subject {
    let owner = item.split(['.', ':', ' ']).next().unwrap_or(item);
    places.get(item).or_else(|| places.get(owner)).cloned().unwrap_or(Subject::Service)
}

/// The places of the changes that a change of the code comes from: of the member itself, of what it targets, of its shape.
fn causes(changes: &[Change], subject: &Subject, rust_change: &RustChange, api: &Api) -> Vec<usize> {
    let of = |subject: &Subject, kinds: &dyn Fn(&Change) -> bool| -> Vec<usize> {
        let found = changes.iter().enumerate().filter(|(_, change)| change.subject == *subject && kinds(change));
        found.map(|(index, _)| index).collect()
    };
    let matters = |change: &Change| !matches!(change.kind, "documentation" | "deprecation");
    let first =
        |candidates: [Vec<usize>; 3]| candidates.into_iter().find(|found| !found.is_empty()).unwrap_or_default();
    match subject {
        Subject::Member(shape, member) => {
            let target = api.model.shapes.get(shape).and_then(|shape| {
                shape.members().iter().find(|other| other.name == *member).map(|member| member.target.clone())
            });
            let shape = Subject::Shape(shape.clone());
            let whole = of(&shape, &|change| {
                matches!(change.kind, "shape-added" | "shape-removed" | "kind-changed" | "shape-renamed")
            });
            let own = of(subject, &matters);
            let targets = target.map(|target| of(&Subject::Shape(target), &matters)).unwrap_or_default();
            first([whole, own, targets])
        }
        Subject::Shape(shape) => {
            let variant = rust_change.item.rsplit("::").next().unwrap_or_default();
            let value = enum_value(api, shape, variant);
            if let Some(value) = value {
                let quoted = format!("`{value}`");
                let values =
                    of(subject, &|change| change.kind.starts_with("enum-value") && change.text.contains(&quoted));
                if !values.is_empty() {
                    return values;
                }
            }
            if rust_change.item.ends_with("::new") {
                let members = changes.iter().enumerate().filter(|(_, change)| {
                    matches!(&change.subject, Subject::Member(owner, _) if owner == shape) && concerns_new(change)
                        || change.subject == *subject && change.kind == "members-reordered"
                });
                let mut members: Vec<usize> = members.map(|(index, _)| index).collect();
                if members.is_empty() {
                    let targets = api.model.shapes.get(shape).into_iter().flat_map(Shape::members);
                    let targets = targets.filter(|member| member.required).map(|member| member.target.clone());
                    let targets: BTreeSet<String> = targets.collect();
                    members.extend(targets.into_iter().flat_map(|target| of(&Subject::Shape(target), &concerns_type)));
                }
                if !members.is_empty() {
                    return members;
                }
            }
            of(subject, &matters)
        }
        Subject::Operation(_) => of(subject, &matters),
        Subject::Service => {
            let Some(item) = rust_change.item.strip_prefix("waiters::") else { return Vec::new() };
            let name = item.replace('_', "");
            let is_its = |change: &Change| {
                change.text.split('`').nth(1).is_some_and(|waiter| waiter.eq_ignore_ascii_case(&name))
            };
            of(subject, &|change| change.kind.starts_with("waiter-") && is_its(change))
        }
    }
}

fn concerns_new(change: &Change) -> bool {
    match change.kind {
        "member-added" | "member-removed" => change.text.starts_with("required"),
        "required-added" | "required-removed" | "target-changed" | "sensitivity" => true,
        _ => false,
    }
}

/// Whether a change of a shape makes another type of it.
fn concerns_type(change: &Change) -> bool {
    matches!(change.kind, "kind-changed" | "enum-added" | "enum-removed" | "sensitivity" | "shape-renamed")
}

/// The value that a variant stands for.
fn enum_value(api: &Api, shape: &str, variant: &str) -> Option<String> {
    let crate::model::Kind::Enum(values) = &api.model.shapes.get(shape)?.kind else { return None };
    let index = api.names.members_of(shape).iter().position(|ident| ident == variant)?;
    values.get(index).cloned()
}
