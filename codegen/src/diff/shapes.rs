//! Two versions of one shape, and of its members.

use super::change::{Change, Severity, Subject, Wire};
use super::facts::Facts;
use super::roles::Role;
use crate::model::{Kind, Member, Model, Shape};

const MINOR: Severity = Severity::Minor;
const MAJOR: Severity = Severity::Major;
const NONE: Severity = Severity::None;

/// Two models whose shapes are compared.
#[derive(Clone, Copy)]
pub(super) struct Pair<'a> {
    pub(super) old: &'a Model,
    pub(super) new: &'a Model,
}

/// Adds what differs between two versions of a shape.
pub(super) fn compare(pair: Pair<'_>, old: &Shape, new: &Shape, role: Role, changes: &mut Vec<Change>) {
    let mut facts = Facts { changes, subject: Subject::Shape(new.name.clone()) };
    if old.name != new.name {
        facts.add("shape-renamed", format!("was called `{}`", old.name), Wire::NONE);
    }
    if old.kind.name() != new.kind.name() {
        let wire = Wire::new(MAJOR, MAJOR);
        facts.add(
            "kind-changed",
            format!("was of the kind {}, is of the kind {}", old.kind.name(), new.kind.name()),
            wire,
        );
    }
    match (&old.kind, &new.kind) {
        (Kind::String, Kind::Enum(_)) => facts.add("enum-added", "its values are listed now", Wire::NONE),
        (Kind::Enum(_), Kind::String) => facts.add("enum-removed", "its values are no longer listed", Wire::NONE),
        _ => facts.values(&old.kind, &new.kind, role),
    }
    if let (Kind::Timestamp(old), Kind::Timestamp(new)) = (&old.kind, &new.kind) {
        facts.fact("timestamp-format", "timestamp format", old, new, Wire::new(MAJOR, MAJOR));
    }
    facts.constraints(old, new, role);
    facts.flag("sensitivity", "secret", old.sensitive, new.sensitive, Wire::NONE);
    facts.deprecation(old.deprecated.as_ref(), new.deprecated.as_ref());
    facts.documentation(old.documentation.as_ref(), new.documentation.as_ref());
    facts.fact("wire-name", "wire name", &old.wire_name, &new.wire_name, Wire::new(MAJOR, MAJOR));
    facts.fact("xml-namespace", "XML namespace", &old.xml_namespace, &new.xml_namespace, Wire::new(NONE, MINOR));
    facts.flag("streaming", "streamed", old.streaming, new.streaming, Wire::NONE);
    facts.flag("streaming", "a stream of events", old.event_stream, new.event_stream, Wire::new(MAJOR, MAJOR));
    error(&mut facts, old, new);
    facts.raw(&old.other, &new.other, role.secret);
    match (&old.kind, &new.kind) {
        (Kind::List(before), Kind::List(after)) => {
            facts.flag("flattened", "flattened", before.flattened, after.flattened, Wire::new(MAJOR, MAJOR));
            nested(pair, &new.name, &before.member, &after.member, role, changes);
        }
        (Kind::Map(before), Kind::Map(after)) => {
            facts.flag("flattened", "flattened", before.flattened, after.flattened, Wire::new(MAJOR, MAJOR));
            nested(pair, &new.name, &before.key, &after.key, role, changes);
            nested(pair, &new.name, &before.value, &after.value, role, changes);
        }
        _ => members(pair, old, new, role, changes),
    }
}

fn error(facts: &mut Facts<'_>, old: &Shape, new: &Shape) {
    match (&old.error, &new.error) {
        (None, None) => {}
        (Some(before), Some(after)) => {
            let code =
                |error: &crate::model::ErrorTrait, shape: &Shape| error.code.clone().unwrap_or(shape.name.clone());
            facts.fact(
                "error-code",
                "code on the wire",
                &code(before, old),
                &code(after, new),
                Wire::new(MINOR, MINOR),
            );
            facts.fact("error-status", "HTTP status", &before.status, &after.status, Wire::new(MINOR, MINOR));
            facts.fact("error-fault", "fault", &before.fault, &after.fault, Wire::NONE);
        }
        (before, _) => facts.flag("error", "an error", before.is_some(), new.error.is_some(), Wire::new(MINOR, MINOR)),
    }
}

/// The member of a list, the key or the value of a map.
fn nested(pair: Pair<'_>, shape: &str, old: &Member, new: &Member, role: Role, changes: &mut Vec<Change>) {
    let mut facts = Facts { changes, subject: Subject::Member(shape.to_owned(), new.name.clone()) };
    member(pair, &mut facts, old, new, role);
}

fn members(pair: Pair<'_>, old: &Shape, new: &Shape, role: Role, changes: &mut Vec<Change>) {
    let is_union = matches!(new.kind, Kind::Union(_));
    let find = |shape: &'_ Shape, name: &str| shape.members().iter().position(|member| member.name == name);
    for before in old.members().iter().filter(|member| find(new, &member.name).is_none()) {
        let mut facts = Facts { changes, subject: Subject::Member(new.name.clone(), before.name.clone()) };
        let client = if role.input || before.required { MINOR } else { NONE };
        facts.add("member-removed", format!("{}member removed", required(before)), Wire::new(client, NONE));
    }
    for after in new.members() {
        let mut facts = Facts { changes, subject: Subject::Member(new.name.clone(), after.name.clone()) };
        match find(old, &after.name) {
            Some(index) => member(pair, &mut facts, &old.members()[index], after, role),
            None => {
                let needed = role.input && after.required && !is_union;
                let client = if needed { MAJOR } else { NONE };
                let server = if needed {
                    MAJOR
                } else if role.input || after.required {
                    MINOR
                } else {
                    NONE
                };
                let text = format!("{}member of the shape `{}` added", required(after), after.target);
                facts.add("member-added", text, Wire::new(client, server));
            }
        }
    }
    let order = |one: &Shape, other: &Shape| -> Vec<String> {
        let common = one.members().iter().filter(|member| find(other, &member.name).is_some());
        common.map(|member| member.name.clone()).collect()
    };
    if order(old, new) != order(new, old) {
        let mut facts = Facts { changes, subject: Subject::Shape(new.name.clone()) };
        facts.add("members-reordered", "members are in another order", Wire::NONE);
    }
}

fn required(member: &Member) -> &'static str {
    if member.required { "required " } else { "" }
}

fn member(pair: Pair<'_>, facts: &mut Facts<'_>, old: &Member, new: &Member, role: Role) {
    match (old.required, new.required) {
        (false, true) => {
            let client = if role.input { MINOR } else { NONE };
            let server = if role.output { MINOR } else { NONE };
            facts.add("required-added", "is required now", Wire::new(client, server));
        }
        (true, false) => {
            let client = if role.output { MINOR } else { NONE };
            let server = if role.input { MINOR } else { NONE };
            facts.add("required-removed", "is no longer required", Wire::new(client, server));
        }
        _ => {}
    }
    target(pair, facts, old, new, role);
    let both = Wire::new(MAJOR, MAJOR);
    facts.fact("wire-name", "wire name", &old.wire_name, &new.wire_name, both);
    facts.fact("wire-name", "name in requests", &old.query_name, &new.query_name, both);
    facts.fact("location", "place in the request or the reply", &old.binding, &new.binding, both);
    facts.flag("location", "a part of the host name", old.host_label, new.host_label, both);
    facts.flag("location", "a header of its event", old.event_header, new.event_header, both);
    facts.flag("location", "the payload of its event", old.event_payload, new.event_payload, both);
    facts.flag("json-value", "JSON in base64", old.json_value, new.json_value, both);
    facts.flag("streaming", "streamed", old.streaming, new.streaming, Wire::NONE);
    let parameters = (&old.context_param, &new.context_param);
    facts.fact("endpoint", "parameter of the endpoint rules", parameters.0, parameters.1, Wire::new(MINOR, NONE));
    facts.flag("flattened", "flattened", old.flattened, new.flattened, both);
    facts.flag("xml-attribute", "an attribute", old.xml_attribute, new.xml_attribute, both);
    facts.fact("timestamp-format", "timestamp format", &old.timestamp_format, &new.timestamp_format, both);
    facts.fact("xml-namespace", "XML namespace", &old.xml_namespace, &new.xml_namespace, Wire::new(NONE, MINOR));
    facts.flag("sensitivity", "secret", old.sensitive, new.sensitive, Wire::NONE);
    let tokens = (old.idempotency_token, new.idempotency_token);
    facts.flag("idempotency-token", "an idempotency token", tokens.0, tokens.1, Wire::new(MINOR, NONE));
    facts.deprecation(old.deprecated.as_ref(), new.deprecated.as_ref());
    facts.documentation(old.documentation.as_ref(), new.documentation.as_ref());
    let targets = [pair.old.shapes.get(&old.target), pair.new.shapes.get(&new.target)];
    let is_secret = role.secret
        || [old, new].iter().any(|member| member.sensitive)
        || targets.iter().flatten().any(|target| target.sensitive);
    facts.raw(&old.other, &new.other, is_secret);
}

/// Another target may be the same thing by another name, or a thing with other constraints.
fn target(pair: Pair<'_>, facts: &mut Facts<'_>, old: &Member, new: &Member, role: Role) {
    let (Some(before), Some(after)) = (pair.old.shapes.get(&old.target), pair.new.shapes.get(&new.target)) else {
        return;
    };
    if old.target == new.target || pair.is_renamed(before, after) {
        return;
    }
    let same = before.kind.name() == after.kind.name();
    let wire = if same { Wire::NONE } else { Wire::new(MAJOR, MAJOR) };
    facts.add("target-changed", format!("shape `{}` → `{}`", old.target, new.target), wire);
    if same {
        facts.constraints(before, after, role);
        facts.values(&before.kind, &after.kind, role);
        facts.flag("sensitivity", "secret", before.sensitive, after.sensitive, Wire::NONE);
    }
}

impl Pair<'_> {
    /// Whether two shapes of different names, in the same place, are one: neither name is in the other model.
    pub(super) fn is_renamed(self, old: &Shape, new: &Shape) -> bool {
        old.name != new.name
            && self.new.shapes.get(&old.name).is_none()
            && self.old.shapes.get(&new.name).is_none()
            && std::mem::discriminant(&old.kind) == std::mem::discriminant(&new.kind)
    }
}
