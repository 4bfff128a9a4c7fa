//! What the emitter cannot say yet. A model that would be generated wrongly is refused.

use crate::diagnostic::{Diagnostics, Problem, pointer};
use crate::model::{Kind, Member, Model, Operation, Shape};
use crate::protocol::Protocol;
use crate::{bindings, reach, wire_names};

/// Facts of shapes that would change what is on the wire in any protocol.
const SHAPE_FACTS: [&str; 1] = ["document"];

/// The protocol of the service, if code can be generated for it.
pub(crate) fn protocol(model: &Model, file: &str) -> Result<Protocol, Problem> {
    Protocol::of(&model.service).ok_or_else(|| {
        let name = &model.service.protocol;
        let names = Protocol::names();
        let message = match name.as_str() {
            "" => format!("the service names no protocol; code can be generated for {names}"),
            name => format!("code for the protocol `{name}` cannot be generated; for {names} it can"),
        };
        Problem::new(file, "/metadata/protocol", message)
    })
}

/// Reports all that cannot be emitted.
pub(crate) fn check(protocol: Protocol, model: &Model, file: &str, found: &mut Diagnostics) {
    facts(protocol, model, file, found);
    wire_names::check(protocol, model, file, found);
}

/// Reports facts that cannot be emitted.
pub(crate) fn facts(protocol: Protocol, model: &Model, file: &str, found: &mut Diagnostics) {
    for shape in &model.shapes {
        check_shape(protocol, shape, file, found);
        check_flattening(protocol, model, shape, file, found);
    }
    for operation in &model.operations {
        check_host_prefix(model, operation, file, found);
        match protocol {
            Protocol::AwsQuery | Protocol::Ec2Query => check_query_operation(protocol, operation, file, found),
            Protocol::RestXml => {}
        }
    }
    match protocol {
        Protocol::AwsQuery => {}
        Protocol::Ec2Query => check_maps(model, file, found),
        Protocol::RestXml => bindings::check(model, file, found),
    }
}

/// Reports maps in requests of `ec2Query`, which has no form for them.
fn check_maps(model: &Model, file: &str, found: &mut Diagnostics) {
    for name in reach::from_inputs(model) {
        if model.shapes.get(name).is_some_and(|shape| matches!(shape.kind, Kind::Map(_))) {
            let message = "a request leads to this map, and `ec2` has no form for a map in a request";
            found.problem(file, &pointer(&["shapes", name]), message);
        }
    }
}

fn check_shape(protocol: Protocol, shape: &Shape, file: &str, found: &mut Diagnostics) {
    let mut facts: Vec<_> = SHAPE_FACTS.into_iter().filter(|fact| shape.other.contains_key(fact)).collect();
    if protocol != Protocol::RestXml {
        facts.extend(shape.other.contains_key("event").then_some("event"));
        facts.extend(shape.streaming.then_some("streaming"));
        facts.extend(shape.event_stream.then_some("eventstream"));
    }
    for fact in facts {
        found.problem(file, &pointer(&["shapes", &shape.name, fact]), unsupported(protocol, fact));
    }
    if protocol == Protocol::RestXml {
        return;
    }
    for (keys, member) in shape.references() {
        for fact in member_facts(member) {
            let steps = [&["shapes", shape.name.as_str()], keys.as_slice(), &[fact]].concat();
            found.problem(file, &pointer(&steps), unsupported(protocol, fact));
        }
    }
}

/// Reports lists and maps in lists and maps that have no element of their own: where one ends could not be told.
fn check_flattening(protocol: Protocol, model: &Model, shape: &Shape, file: &str, found: &mut Diagnostics) {
    if shape.kind.is_aggregate() {
        return;
    }
    for (keys, member) in shape.references() {
        let is_flattened = match model.shapes.get(&member.target).map(|target| &target.kind) {
            Some(Kind::List(list)) => list.flattened || member.flattened,
            Some(Kind::Map(map)) => map.flattened || member.flattened,
            _ => false,
        };
        if is_flattened {
            let steps = [&["shapes", shape.name.as_str()], keys.as_slice()].concat();
            let message = format!(
                "`{}` is flattened, which `{}` cannot say within a {}",
                member.target,
                protocol.name(),
                shape.kind.name()
            );
            found.problem(file, &pointer(&steps), message);
        }
    }
}

/// Facts of members that the query protocols do not have.
fn member_facts(member: &Member) -> Vec<&'static str> {
    [
        (member.binding.is_some(), "location"),
        (member.xml_attribute, "xmlAttribute"),
        (member.json_value, "jsonvalue"),
        (member.streaming, "streaming"),
        (member.event_header, "eventheader"),
        (member.event_payload, "eventpayload"),
    ]
    .into_iter()
    .filter_map(|(is_there, fact)| is_there.then_some(fact))
    .collect()
}

fn check_query_operation(protocol: Protocol, operation: &Operation, file: &str, found: &mut Diagnostics) {
    let name = protocol.name();
    let mut problem = |key: &str, message: String| {
        found.problem(file, &pointer(&["operations", &operation.name, key]), message);
    };
    for (is_there, fact) in [
        (operation.other.contains_key("endpointdiscovery"), "endpointdiscovery"),
        (operation.checksum.as_ref().is_some_and(|checksum| checksum.required), "httpChecksumRequired"),
        (operation.checksum.as_ref().is_some_and(|checksum| !checksum.required), "httpChecksum"),
        (operation.unsigned_payload, "unsignedPayload"),
    ] {
        if is_there {
            problem(fact, unsupported(protocol, fact));
        }
    }
    if operation.wire_name.is_some() {
        problem("name", format!("in `{name}` the name must be that of the key, `{}`", operation.name));
    }
    if operation.http.method != "POST" {
        problem("http", format!("in `{name}` the method must be POST, not `{}`", operation.http.method));
    }
    // Old models say the operation there, as a request's `Action` does.
    let uri = operation.http.request_uri.as_str();
    let query = uri.strip_prefix("/?Operation=");
    if uri != "/" && query != Some(&operation.name) {
        problem("http", format!("in `{name}` the request URI must be `/`, not `{uri}`"));
    }
}

/// Reports labels of a host prefix that no text of the input can stand for.
fn check_host_prefix(model: &Model, operation: &Operation, file: &str, found: &mut Diagnostics) {
    let Some(template) = &operation.host_prefix else { return };
    let mut problem = |message: String| {
        found.problem(file, &pointer(&["operations", &operation.name, "endpoint", "hostPrefix"]), message);
    };
    let input = operation.input.as_ref().and_then(|input| model.shapes.get(&input.shape));
    let members = match input.map(|shape| &shape.kind) {
        Some(Kind::Structure(members)) => members.as_slice(),
        _ => &[],
    };
    let mut rest = template.as_str();
    while let Some((_, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else {
            return problem(format!("`{template}` has a label without an end"));
        };
        if !members.iter().any(|member| member.name == name && member.host_label) {
            problem(format!("has the label `{name}`, which no member of the input is"));
        }
        rest = after;
    }
}

fn unsupported(protocol: Protocol, fact: &str) -> String {
    format!("`{fact}` cannot be generated for the protocol `{}`", protocol.name())
}
