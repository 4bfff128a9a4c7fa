//! Corrections of a model that are kept apart from it, addressed by shape, member and operation.
//!
//! A correction that names nothing in the model is a problem: either the model has changed or the address is wrong.

use std::cell::RefCell;
use std::path::Path;

#[cfg(feature = "command")]
use crate::builder::module_of_file;
#[cfg(feature = "command")]
use crate::diagnostic::Problems;
use crate::diagnostic::{Diagnostics, nearest};
use crate::load::{Document, Fingerprint, Node, Object, read_json, read_paginator};
#[cfg(feature = "command")]
use crate::load::{Loaded, load};
use crate::model::{Deprecation, Kind, Length, Member, Model, Operation, Range, Service, Shape};
use crate::name;

/// What an overlay has changed.
pub(crate) struct Applied {
    /// The file's name without its folder.
    pub(crate) file_name: String,
    /// How many changes there were.
    pub(crate) count: usize,
    /// The changes of more than documentation, a line each.
    pub(crate) notable: Vec<String>,
}

/// Reads a model and applies these overlays to it, in their order.
///
/// # Errors
/// All problems of the model, or else of the overlays.
#[cfg(feature = "command")]
pub fn load_with(path: &Path, overlays: &[std::path::PathBuf]) -> Result<Loaded, Problems> {
    let mut loaded = load(path)?;
    let service = module_of_file(path).unwrap_or_else(|| name::module_name(&loaded.model.service.service_id));
    let mut found = Diagnostics::default();
    for overlay in overlays {
        apply(&mut loaded.model, &service, overlay, &mut loaded.fingerprint, &mut found);
        loaded.files.push(overlay.clone());
    }
    loaded.warnings.extend(found.finish().map_err(Problems::located)?);
    Ok(loaded)
}

/// Applies the overlay in this file, which must be one for `service`. Nothing comes of a file that cannot be read.
pub(crate) fn apply(
    model: &mut Model,
    service: &str,
    path: &Path,
    fingerprint: &mut Fingerprint,
    found: &mut Diagnostics,
) -> Option<Applied> {
    let (value, bytes) = read_json(path).map_err(|problems| found.add_all(problems)).ok()?;
    fingerprint.add(&bytes);
    let file = path.display().to_string();
    let cell = RefCell::new(std::mem::take(found));
    let document = Document { file: &file, found: &cell };
    let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut applied = Applied { file_name, count: 0, notable: Vec::new() };
    if let Some(object) = document.root(&value).object() {
        apply_all(model, service, object, &mut applied);
    }
    *found = cell.into_inner();
    Some(applied)
}

fn apply_all(model: &mut Model, service: &str, mut object: Object<'_>, applied: &mut Applied) {
    if let Some(node) = object.need("service")
        && let Some(other) = node.text().filter(|other| *other != service)
    {
        node.problem(format!("the overlay is for `{other}`, the model for `{service}`"));
    }
    // Editors look there.
    object.text("$schema");
    let changes = object.need_items("changes");
    object.finish();
    for node in changes {
        let Some(mut change) = node.object() else { continue };
        let Some(at) = change.need("at") else { continue };
        let why = change.text("why");
        let Some(address) = at.text() else { continue };
        let keys = match find(model, address) {
            None => {
                let hint = || meant(model, address).map(|meant| format!("did you mean `{meant}`?"));
                at.problem_with_hint(format!("the model has no `{address}`"), &hint);
                continue;
            }
            Some(target) => apply_one(target, &mut change),
        };
        change.finish();
        applied.count += 1;
        let keys: Vec<&str> = keys.into_iter().filter(|key| *key != "documentation").collect();
        if !keys.is_empty() {
            let why = why.map(|why| format!(" ({})", one_line(&why))).unwrap_or_default();
            applied.notable.push(format!("{address}: {}{why}", keys.join(", ")));
        }
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a change is about.
enum Target<'a> {
    Service(&'a mut Service),
    Operation(&'a mut Operation),
    Shape(&'a mut Shape),
    Member(&'a mut Member),
}

fn find<'a>(model: &'a mut Model, address: &str) -> Option<Target<'a>> {
    match address.split('/').collect::<Vec<_>>().as_slice() {
        ["service"] => Some(Target::Service(&mut model.service)),
        ["operations", name] => {
            model.operations.iter_mut().find(|operation| operation.name == *name).map(Target::Operation)
        }
        ["shapes", name] => model.shapes.get_mut(name).map(Target::Shape),
        ["shapes", shape, "members", name] => match &mut model.shapes.get_mut(shape)?.kind {
            Kind::Structure(members) | Kind::Union(members) => {
                members.iter_mut().find(|member| member.name == *name).map(Target::Member)
            }
            _ => None,
        },
        _ => None,
    }
}

/// The address that may be meant by one that leads to nothing: its wrong step replaced.
fn meant(model: &Model, address: &str) -> Option<String> {
    let mut steps: Vec<&str> = address.split('/').collect();
    let (index, names): (usize, Vec<&str>) = match steps.as_slice() {
        ["operations", _] => (1, model.operations.iter().map(|operation| operation.name.as_str()).collect()),
        ["shapes", name, rest @ ..] => match (model.shapes.get(name), rest) {
            (None, _) => (1, model.shapes.iter().map(|shape| shape.name.as_str()).collect()),
            (Some(shape), ["members", _]) => (3, shape.members().iter().map(|member| member.name.as_str()).collect()),
            _ => return None,
        },
        [_, ..] => (0, vec!["service", "operations", "shapes"]),
        [] => return None,
    };
    steps[index] = nearest(steps[index], &names)?;
    Some(steps.join("/"))
}

/// Applies the parts of one change that its target has; the others stay unread and so become problems.
fn apply_one(target: Target<'_>, change: &mut Object<'_>) -> Vec<&'static str> {
    let mut keys = Vec::new();
    let mut take = |key: &'static str| {
        let node = change.take(key);
        keys.extend(node.is_some().then_some(key));
        node
    };
    match target {
        Target::Service(service) => set_text(take("documentation").as_ref(), &mut service.documentation),
        Target::Operation(operation) => {
            set_text(take("documentation").as_ref(), &mut operation.documentation);
            set_name(take("rename"), &mut operation.rust_name);
            set_deprecation(take("deprecated"), &mut operation.deprecated);
            if let Some(node) = take("paginator") {
                operation.paginator = if node.is_null() { None } else { read_paginator(node) };
            }
        }
        Target::Shape(shape) => {
            set_text(take("documentation").as_ref(), &mut shape.documentation);
            set_name(take("rename"), &mut shape.rust_name);
            set_flag(take("sensitive"), &mut shape.sensitive);
            set_deprecation(take("deprecated"), &mut shape.deprecated);
            set_encoded_json(take("percent_encoded_json"), shape);
            set_length(take("length"), shape);
            set_range(take("range"), shape);
            set_pattern(take("pattern"), shape);
            add_values(take("enum"), shape);
        }
        Target::Member(member) => {
            set_text(take("documentation").as_ref(), &mut member.documentation);
            set_name(take("rename"), &mut member.rust_name);
            set_flag(take("sensitive"), &mut member.sensitive);
            set_flag(take("required"), &mut member.required);
            set_deprecation(take("deprecated"), &mut member.deprecated);
        }
    }
    if keys.is_empty() {
        change.node().problem("the change says nothing that can be changed there");
    }
    keys
}

fn set_text(node: Option<&Node<'_>>, text: &mut Option<String>) {
    if let Some(new) = node.and_then(Node::text) {
        *text = Some(new.to_owned());
    }
}

fn set_name(node: Option<Node<'_>>, name: &mut Option<String>) {
    let Some(node) = node else { return };
    match node.text() {
        Some(new) if name::is_identifier(new) => *name = Some(new.to_owned()),
        Some(new) => node.problem(format!("`{new}` is not a name that Rust takes")),
        None => {}
    }
}

fn set_flag(node: Option<Node<'_>>, flag: &mut bool) {
    if let Some(new) = node.and_then(|node| node.boolean()) {
        *flag = new;
    }
}

fn set_encoded_json(node: Option<Node<'_>>, shape: &mut Shape) {
    match (&shape.kind, node) {
        (Kind::String, node) => set_flag(node, &mut shape.percent_encoded_json),
        (kind, Some(node)) => node.problem(format!("a {} holds no document", kind.name())),
        (_, None) => {}
    }
}

fn set_deprecation(node: Option<Node<'_>>, deprecated: &mut Option<Deprecation>) {
    match node.and_then(|node| node.boolean()) {
        Some(true) if deprecated.is_none() => *deprecated = Some(Deprecation::default()),
        Some(false) => *deprecated = None,
        _ => {}
    }
}

fn set_length(node: Option<Node<'_>>, shape: &mut Shape) {
    let Some(node) = node else { return };
    if !matches!(shape.kind, Kind::String | Kind::Enum(_) | Kind::Blob | Kind::List(_) | Kind::Map(_)) {
        return node.problem(format!("a {} has no length", shape.kind.name()));
    }
    if node.is_null() {
        shape.length = None;
    } else if let Some(mut object) = node.object() {
        let mut bound = |key: &'static str| object.take(key).and_then(|node| node.size());
        let length = Length { min: bound("min"), max: bound("max") };
        if length.min.zip(length.max).is_some_and(|(min, max)| min > max) {
            object.node().problem("the least length is above the most");
        }
        shape.length = Some(length);
        object.finish();
    }
}

fn set_range(node: Option<Node<'_>>, shape: &mut Shape) {
    let Some(node) = node else { return };
    if !matches!(shape.kind, Kind::Integer | Kind::Long | Kind::Float | Kind::Double) {
        return node.problem(format!("a {} has no range", shape.kind.name()));
    }
    if node.is_null() {
        shape.range = None;
    } else if let Some(mut object) = node.object() {
        let mut bound = |key: &'static str| object.take(key).and_then(|node| node.number());
        let range = Range { min: bound("min"), max: bound("max") };
        if range.min.zip(range.max).is_some_and(|(min, max)| min.as_f64() > max.as_f64()) {
            object.node().problem("the least value is above the most");
        }
        shape.range = Some(range);
        object.finish();
    }
}

fn set_pattern(node: Option<Node<'_>>, shape: &mut Shape) {
    let Some(node) = node else { return };
    if !matches!(shape.kind, Kind::String | Kind::Enum(_)) {
        return node.problem(format!("a {} has no pattern", shape.kind.name()));
    }
    shape.pattern = if node.is_null() { None } else { node.text().map(str::to_owned) };
}

fn add_values(node: Option<Node<'_>>, shape: &mut Shape) {
    let Some(node) = node else { return };
    let added = node.texts();
    match &mut shape.kind {
        Kind::Enum(values) => values.extend(added),
        kind @ Kind::String => *kind = Kind::Enum(added),
        kind => node.problem(format!("a {} has no enum values", kind.name())),
    }
}
