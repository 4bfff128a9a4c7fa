//! All that differs between two models: the service, its operations, its shapes.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Change, Severity, Subject, Wire};
use super::facts::Facts;
use super::roles::Roles;
use super::shapes::{self, Pair};
use crate::endpoint::RuleSet;
use crate::json::{Map, Value};
use crate::model::{Model, Operation, Payload, Shape, Waiter};

const MINOR: Severity = Severity::Minor;
const MAJOR: Severity = Severity::Major;
const NONE: Severity = Severity::None;

/// The changes, without their verdicts for Rust.
pub(super) fn walk(old: &Model, new: &Model) -> Vec<Change> {
    let mut changes = Vec::new();
    service(old, new, &mut changes);
    operations(old, new, &mut changes);
    waiters(old, new, &mut changes);
    let (pair, roles) = (Pair { old, new }, Roles::of(old, new));
    let renamed = renamed(pair);
    for after in &new.shapes {
        let name = renamed.get(after.name.as_str()).copied().unwrap_or(&after.name);
        match old.shapes.get(name) {
            Some(before) => shapes::compare(pair, before, after, roles.role(&after.name), &mut changes),
            None => added(&Subject::Shape(after.name.clone()), "shape-added", after.kind.name(), NONE, &mut changes),
        }
    }
    let taken: BTreeSet<&str> = renamed.values().copied().collect();
    for before in &old.shapes {
        if new.shapes.get(&before.name).is_none() && !taken.contains(before.name.as_str()) {
            let subject = Subject::Shape(before.name.clone());
            Facts { changes: &mut changes, subject }.add(
                "shape-removed",
                format!("{} removed", before.kind.name()),
                Wire::NONE,
            );
        }
    }
    changes
}

fn added(subject: &Subject, kind: &'static str, what: &str, server: Severity, changes: &mut Vec<Change>) {
    Facts { changes, subject: subject.clone() }.add(kind, format!("{what} added"), Wire::new(NONE, server));
}

/// The old names of shapes that have another one now, by their new names. What stands in the same place of what is the same
/// otherwise is the same.
pub(super) fn renamed(pair: Pair<'_>) -> BTreeMap<&str, &str> {
    let mut renamed = BTreeMap::new();
    let mut open: Vec<(&str, &str)> = Vec::new();
    let by_name: BTreeMap<&str, &Operation> =
        pair.old.operations.iter().map(|operation| (operation.name.as_str(), operation)).collect();
    for new in &pair.new.operations {
        let Some(old) = by_name.get(new.name.as_str()) else { continue };
        for (old, new) in [(&old.input, &new.input), (&old.output, &new.output)] {
            if let (Some(old), Some(new)) = (old, new) {
                open.push((&old.shape, &new.shape));
            }
        }
        open.extend(
            new.errors.iter().filter(|name| old.errors.contains(name)).map(|name| (name.as_str(), name.as_str())),
        );
    }
    let mut seen = BTreeSet::new();
    while let Some((old, new)) = open.pop() {
        let (Some(before), Some(after)) = (pair.old.shapes.get(old), pair.new.shapes.get(new)) else { continue };
        if !seen.insert((old, new)) {
            continue;
        }
        if pair.is_renamed(before, after) && !renamed.values().any(|taken| *taken == old) {
            renamed.entry(after.name.as_str()).or_insert(before.name.as_str());
        }
        open.extend(members_in_common(before, after));
    }
    renamed
}

/// The targets of members that both have.
fn members_in_common<'a>(old: &'a Shape, new: &'a Shape) -> Vec<(&'a str, &'a str)> {
    let (old, new) = (old.references(), new.references());
    let same = |keys: &[&str]| old.iter().find(|(others, _)| others == keys).map(|(_, member)| *member);
    new.iter().filter_map(|(keys, member)| Some((same(keys)?.target.as_str(), member.target.as_str()))).collect()
}

fn service(old: &Model, new: &Model, changes: &mut Vec<Change>) {
    let (before, after) = (&old.service, &new.service);
    let mut facts = Facts { changes, subject: Subject::Service };
    let (both, client) = (Wire::new(MAJOR, MAJOR), Wire::new(MINOR, NONE));
    facts.fact("protocol", "protocol", &before.protocol, &after.protocol, both);
    facts.fact("api-version", "API version", &before.api_version, &after.api_version, both);
    facts.fact("endpoint", "endpoint prefix", &before.endpoint_prefix, &after.endpoint_prefix, client);
    facts.fact("endpoint", "host for all regions", &before.global_endpoint, &after.global_endpoint, client);
    facts.fact("signing", "name in signatures", &before.signing_name, &after.signing_name, both);
    facts.fact("signing", "signature", &before.signature_version, &after.signature_version, both);
    facts.fact("xml-namespace", "XML namespace", &before.xml_namespace, &after.xml_namespace, Wire::new(NONE, MINOR));
    facts.flag("bare-errors", "a service of bare errors", before.bare_errors, after.bare_errors, both);
    facts.fact("service-name", "service id", &before.service_id, &after.service_id, Wire::NONE);
    facts.fact("service-name", "name", &before.full_name, &after.full_name, Wire::NONE);
    let rules = [old, new].map(|model| model.endpoint_rule_set.clone().map(rules_without_prose));
    if rules[0] != rules[1] {
        facts.add("endpoint", "the rules that choose an endpoint changed", client);
    }
    let parameters = [old, new].map(|model| model.client_context_params.clone().map(parameters_without_prose));
    if parameters[0] != parameters[1] {
        facts.add("endpoint", "the parameters of the endpoint rules changed", client);
    }
    facts.documentation(before.documentation.as_ref(), after.documentation.as_ref());
}

fn rules_without_prose(mut rules: RuleSet) -> RuleSet {
    for parameter in &mut rules.parameters {
        parameter.documentation = None;
    }
    rules
}

fn parameters_without_prose(mut parameters: Value) -> Value {
    for parameter in parameters.as_object_mut().into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut) {
        parameter.remove("documentation");
    }
    parameters
}

fn operations(old: &Model, new: &Model, changes: &mut Vec<Change>) {
    let find = |model: &'_ Model, name: &str| model.operations.iter().position(|operation| operation.name == name);
    for before in &old.operations {
        if find(new, &before.name).is_none() {
            let mut facts = Facts { changes, subject: Subject::Operation(before.name.clone()) };
            facts.add("operation-removed", "operation removed", Wire::new(MAJOR, NONE));
        }
    }
    for after in &new.operations {
        let subject = Subject::Operation(after.name.clone());
        match find(old, &after.name) {
            Some(index) => operation(&mut Facts { changes, subject }, new, &old.operations[index], after),
            None => added(&subject, "operation-added", "operation", MINOR, changes),
        }
    }
}

fn operation(facts: &mut Facts<'_>, model: &Model, old: &Operation, new: &Operation) {
    let both = Wire::new(MAJOR, MAJOR);
    facts.fact("wire-name", "wire name", &old.wire_name, &new.wire_name, both);
    facts.fact("http", "method", &old.http.method, &new.http.method, both);
    facts.fact("http", "URI", &old.http.request_uri, &new.http.request_uri, both);
    facts.fact("http", "status of success", &old.http.response_code, &new.http.response_code, Wire::NONE);
    let members = new.input.as_ref().and_then(|input| model.shapes.get(&input.shape)).map_or(&[][..], Shape::members);
    let needed = members.iter().any(|member| member.required);
    let wire = Wire::new(if needed { MAJOR } else { NONE }, if members.is_empty() { NONE } else { MINOR });
    payload(facts, "input", old.input.as_ref(), new.input.as_ref(), wire);
    payload(facts, "output", old.output.as_ref(), new.output.as_ref(), Wire::NONE);
    for error in new.errors.iter().filter(|error| !old.errors.contains(error)) {
        facts.add("error-added", format!("error `{error}` added"), Wire::NONE);
    }
    for error in old.errors.iter().filter(|error| !new.errors.contains(error)) {
        facts.add("error-removed", format!("error `{error}` removed"), Wire::NONE);
    }
    facts.flag("idempotency", "idempotent", old.idempotent, new.idempotent, Wire::NONE);
    let unsigned = (old.unauthenticated, new.unauthenticated);
    facts.flag("signing", "unsigned", unsigned.0, unsigned.1, Wire::new(MINOR, MINOR));
    facts.fact("http", "start of the host name", &old.host_prefix, &new.host_prefix, both);
    facts.fact("checksum", "checksums", &old.checksum, &new.checksum, Wire::new(MINOR, MINOR));
    facts.fact("compression", "compression of requests", &old.compression, &new.compression, Wire::new(NONE, MINOR));
    let [before, after] = [old, new].map(|operation| {
        let mut parameters = operation.context_params.clone();
        parameters.sort_by(|one, other| one.name.cmp(&other.name));
        parameters
    });
    facts.fact("endpoint", "parameters of the endpoint rules", &before, &after, Wire::new(MINOR, NONE));
    let unsigned = (old.unsigned_payload, new.unsigned_payload);
    facts.flag("signing", "of a body that is not signed", unsigned.0, unsigned.1, Wire::new(MINOR, MINOR));
    facts.fact("paginator", "paginator", &old.paginator, &new.paginator, Wire::NONE);
    facts.deprecation(old.deprecated.as_ref(), new.deprecated.as_ref());
    facts.documentation(old.documentation.as_ref(), new.documentation.as_ref());
    facts.fact("signing", "ways to sign", &ways_to_sign(old), &ways_to_sign(new), Wire::new(MINOR, MINOR));
    let [old, new] = [old, new].map(|operation| {
        let mut other = operation.other.clone();
        other.retain(|key, _| !AUTH.contains(&key));
        other
    });
    facts.raw(&old, &new, false);
}

/// The facts of an operation that say how it is signed.
const AUTH: [&str; 2] = ["auth", "authtype"];

/// The schemes that an operation names in place of the service's own. What is not signed, or not all, is told by flags.
fn ways_to_sign(operation: &Operation) -> Vec<String> {
    const FLAGS: [&str; 3] = ["smithy.api#noAuth", "none", "v4-unsigned-body"];
    let of = |key: &str| match operation.other.get(key) {
        Some(Value::Array(schemes)) => schemes.iter().filter_map(Value::as_str).collect(),
        Some(Value::String(scheme)) => vec![scheme.as_str()],
        _ => Vec::new(),
    };
    let schemes = AUTH.into_iter().flat_map(of).filter(|scheme| !FLAGS.contains(scheme));
    schemes.map(|id| id.rsplit_once('#').map_or(id, |(_, name)| name).to_owned()).collect()
}

/// `added` is what it does on the wire where there was none before.
fn payload(facts: &mut Facts<'_>, name: &str, old: Option<&Payload>, new: Option<&Payload>, added: Wire) {
    match (old, new) {
        (None, Some(new)) => {
            facts.add("payload-added", format!("{name} of the shape `{}` added", new.shape), added);
        }
        (Some(old), None) => {
            facts.add("payload-removed", format!("{name} of the shape `{}` removed", old.shape), Wire::NONE);
        }
        (Some(old), Some(new)) => {
            let both = Wire::new(MAJOR, MAJOR);
            facts.fact("payload", &format!("shape of the {name}"), &old.shape, &new.shape, Wire::NONE);
            facts.fact(
                "wire-name",
                &format!("element around the {name}"),
                &old.result_wrapper,
                &new.result_wrapper,
                both,
            );
            facts.flag("wire-name", "without an element around the member", old.unwrapped, new.unwrapped, both);
            facts.fact("wire-name", &format!("element of the {name}"), &old.wire_name, &new.wire_name, both);
            let namespace = Wire::new(NONE, MINOR);
            facts.fact("xml-namespace", "XML namespace", &old.xml_namespace, &new.xml_namespace, namespace);
        }
        (None, None) => {}
    }
}

fn waiters(old: &Model, new: &Model, changes: &mut Vec<Change>) {
    let mut facts = Facts { changes, subject: Subject::Service };
    let find = |model: &'_ Model, waiter: &Waiter| model.waiters.iter().position(|other| other.name == waiter.name);
    for after in &new.waiters {
        match find(old, after) {
            None => facts.add("waiter-added", format!("waiter `{}` added", after.name), Wire::NONE),
            Some(index) if without_prose(&old.waiters[index]) != without_prose(after) => {
                facts.add("waiter-changed", format!("waiter `{}` changed", after.name), Wire::NONE);
            }
            Some(_) => {}
        }
    }
    for before in old.waiters.iter().filter(|waiter| find(new, waiter).is_none()) {
        facts.add("waiter-removed", format!("waiter `{}` removed", before.name), Wire::NONE);
    }
}

fn without_prose(waiter: &Waiter) -> Waiter {
    Waiter { documentation: None, ..waiter.clone() }
}
