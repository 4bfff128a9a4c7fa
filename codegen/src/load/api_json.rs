//! The reader of API JSON, the format of botocore's `service-2.json`. Every key is known or a problem.

use std::cell::RefCell;

use crate::diagnostic::Diagnostics;
use crate::endpoint;
use crate::json::Value;
use crate::load::sidecars::{read_paginators, read_waiters};
use crate::load::source::SidecarKind;
use crate::load::{Document, Node, Object, Source};
use crate::load::{bindings, unsaid};
use crate::markdown;
use crate::model::{
    Binding, Checksum, ContextParam, ContextValue, Deprecation, ErrorTrait, Fault, Http, Kind, Length, List, MapShape,
    Member, Model, Operation, Payload, Range, Service, Shape, Shapes, TimestampFormat, XmlNamespace,
};

/// Reads the model; what is wrong goes to `found`.
pub(super) fn read(source: &Source, found: &RefCell<Diagnostics>) -> Model {
    let mut model = Model::default();
    let document = Document { file: &source.file, found };
    if let Some(object) = document.root(&source.value).object() {
        read_model(object, &mut model);
    }
    for sidecar in &source.sidecars {
        let document = Document { file: &sidecar.file, found };
        let root = document.root(&sidecar.value);
        match sidecar.kind {
            SidecarKind::EndpointRuleSet => model.endpoint_rule_set = Some(endpoint::read(&root)),
            SidecarKind::Paginators => read_within(root, "pagination", |node| {
                read_paginators(&node, &mut model.operations);
            }),
            SidecarKind::Waiters => read_within(root, "waiters", |node| {
                model.waiters = read_waiters(&node, &model.operations);
            }),
            SidecarKind::Examples => read_within(root, "examples", |node| model.examples = Some(node.raw().clone())),
        }
    }
    model
}

/// Reads the one key of a file beside the model.
fn read_within<'a>(root: Node<'a>, key: &'static str, read: impl FnOnce(Node<'a>)) {
    let Some(mut object) = root.object() else { return };
    object.take("version");
    if let Some(node) = object.need(key) {
        read(node);
    }
    object.finish();
}

fn read_model(mut object: Object<'_>, model: &mut Model) {
    object.take("version");
    if let Some(object) = object.need("metadata").and_then(Node::object) {
        model.service = read_service(object);
    }
    model.service.documentation = read_documentation(&mut object);
    for (name, node) in object.need_entries("shapes") {
        if let Some(shape) = node.object().and_then(|object| read_shape(name, object)) {
            model.shapes.insert(shape);
        }
    }
    for (name, node) in object.need_entries("operations") {
        if let Some(object) = node.object() {
            model.operations.push(read_operation(name, object, &mut model.shapes));
        }
    }
    if let Some(node) = object.take("pagination") {
        read_paginators(&node, &mut model.operations);
    }
    if let Some(node) = object.take("waiters") {
        model.waiters = read_waiters(&node, &model.operations);
    }
    model.endpoint_rule_set = object.take("endpointRuleSet").map(|node| endpoint::read(&node));
    model.client_context_params = object.take("clientContextParams").map(|node| node.raw().clone());
    model.examples = object.take("examples").map(|node| node.raw().clone());
    object.finish();
    bindings::settle(model);
    unsaid::add(model);
}

fn read_service(mut object: Object<'_>) -> Service {
    let service = Service {
        api_version: object.need_text("apiVersion").unwrap_or_default(),
        endpoint_prefix: object.need_text("endpointPrefix").unwrap_or_default(),
        global_endpoint: object.text("globalEndpoint"),
        protocol: object.need_text("protocol").unwrap_or_default(),
        protocols: object.texts("protocols"),
        full_name: object.need_text("serviceFullName").unwrap_or_default(),
        abbreviation: object.text("serviceAbbreviation"),
        service_id: object.need_text("serviceId").unwrap_or_default(),
        signing_name: object.text("signingName"),
        signature_version: object.text("signatureVersion"),
        auth: object.texts("auth"),
        uid: object.text("uid"),
        xml_namespace: read_xml_namespace(&mut object).map(|namespace| namespace.uri),
        bare_errors: false,
        documentation: None,
        other: object.raw(&[
            "awsQueryCompatible",
            "checksumFormat",
            "jsonVersion",
            "protocolSettings",
            "targetPrefix",
            "timestampFormat",
        ]),
    };
    object.finish();
    service
}

/// Keys of shapes whose facts are kept as they are.
const OTHER_SHAPE_FACTS: [&str; 8] =
    ["document", "event", "idempotencyToken", "location", "requiresLength", "retryable", "wrapper", "xmlOrder"];

fn read_shape(name: &str, mut object: Object<'_>) -> Option<Shape> {
    let documentation = read_documentation(&mut object);
    let type_node = object.need("type")?;
    let type_name = type_node.text()?;
    let kind = read_kind(type_name, &type_node, &mut object)?;
    let mut shape = Shape::new(name, kind);
    shape.documentation = documentation;
    read_bounds(&mut shape, &mut object);
    shape.pattern = object.text("pattern");
    shape.error = read_shape_error(&mut object);
    shape.sensitive = object.flag("sensitive");
    shape.deprecated = read_deprecation(&mut object);
    shape.boxed = object.flag("box");
    shape.synthetic = object.flag("synthetic");
    shape.wire_name = object.text("locationName");
    shape.xml_namespace = read_xml_namespace(&mut object);
    shape.streaming = object.flag("streaming");
    shape.event_stream = object.flag("eventstream");
    if shape.event_stream
        && let Kind::Structure(members) = &mut shape.kind
    {
        // API JSON does not say that an event is one of the members.
        shape.kind = Kind::Union(std::mem::take(members));
    }
    shape.other = object.raw(&OTHER_SHAPE_FACTS);
    object.finish();
    Some(shape)
}

/// The types of shapes.
const TYPES: [&str; 12] = [
    "blob",
    "boolean",
    "character",
    "double",
    "float",
    "integer",
    "list",
    "long",
    "map",
    "string",
    "structure",
    "timestamp",
];

fn read_kind(type_name: &str, type_node: &Node<'_>, object: &mut Object<'_>) -> Option<Kind> {
    Some(match type_name {
        "boolean" => Kind::Boolean,
        "integer" => Kind::Integer,
        "long" => Kind::Long,
        "float" => Kind::Float,
        "double" => Kind::Double,
        "blob" => Kind::Blob,
        "timestamp" => Kind::Timestamp(read_timestamp_format(object)),
        // One character, in models of the protocols' own tests.
        "character" => Kind::String,
        "string" => match object.take("enum") {
            Some(node) => Kind::Enum(node.texts()),
            None => Kind::String,
        },
        "list" => {
            let member = object.need("member").and_then(|node| read_member("member", node));
            let flattened = object.flag("flattened");
            Kind::List(Box::new(List { member: member?, flattened }))
        }
        "map" => {
            let key = object.need("key").and_then(|node| read_member("key", node));
            let value = object.need("value").and_then(|node| read_member("value", node));
            let flattened = object.flag("flattened");
            Kind::Map(Box::new(MapShape { key: key?, value: value?, flattened }))
        }
        "structure" => {
            let members = read_members(object);
            let is_union = object.flag("union");
            if is_union { Kind::Union(members) } else { Kind::Structure(members) }
        }
        _ => {
            type_node.unknown(format!("the type `{type_name}` is unknown"), type_name, &|| TYPES.to_vec());
            return None;
        }
    })
}

fn read_members(object: &mut Object<'_>) -> Vec<Member> {
    let members = object.need_entries("members").into_iter();
    let mut members: Vec<Member> = members.filter_map(|(name, node)| read_member(name, node)).collect();
    for node in object.items("required") {
        let Some(name) = node.text() else { continue };
        match members.iter_mut().find(|member| member.name == name) {
            Some(member) if member.required => node.problem(format!("`{name}` is listed twice")),
            Some(member) => member.required = true,
            None => no_member(&node, name, &members),
        }
    }
    if let Some(node) = object.take("payload")
        && let Some(name) = node.text()
    {
        match members.iter_mut().find(|member| member.name == name) {
            Some(member) => member.binding = Some(Binding::Payload),
            None => no_member(&node, name, &members),
        }
    }
    members
}

fn no_member(node: &Node<'_>, name: &str, members: &[Member]) {
    let names = || members.iter().map(|member| member.name.as_str()).collect();
    node.unknown(format!("the structure has no member `{name}`"), name, &names);
}

/// Keys of members whose facts are kept as they are.
const OTHER_MEMBER_FACTS: [&str; 1] = ["requiresLength"];

fn read_member(name: &str, node: Node<'_>) -> Option<Member> {
    let mut object = node.object()?;
    let target = object.need_text("shape");
    let member = Member {
        name: name.to_owned(),
        rust_name: None,
        target: String::new(),
        documentation: read_documentation(&mut object),
        required: false,
        wire_name: object.text("locationName"),
        query_name: object.text("queryName"),
        binding: read_binding(&mut object),
        host_label: object.flag("hostLabel"),
        json_value: object.flag("jsonvalue"),
        streaming: object.flag("streaming"),
        event_header: object.flag("eventheader"),
        event_payload: object.flag("eventpayload"),
        context_param: read_context_param(&mut object),
        flattened: object.flag("flattened"),
        sensitive: object.flag("sensitive"),
        idempotency_token: object.flag("idempotencyToken"),
        xml_attribute: object.flag("xmlAttribute"),
        boxed: object.flag("box"),
        deprecated: read_deprecation(&mut object),
        timestamp_format: read_timestamp_format(&mut object),
        xml_namespace: read_xml_namespace(&mut object),
        other: object.raw(&OTHER_MEMBER_FACTS),
    };
    object.finish();
    Some(Member { target: target?, ..member })
}

/// Reads `min` and `max`: bounds of a number or of a length, by the kind of shape.
fn read_bounds(shape: &mut Shape, object: &mut Object<'_>) {
    let (min, max) = (object.take("min"), object.take("max"));
    if min.is_none() && max.is_none() {
        return;
    }
    match shape.kind {
        Kind::Integer | Kind::Long | Kind::Float | Kind::Double => {
            let bound = |node: &Option<Node<'_>>| node.as_ref().and_then(Node::number);
            shape.range = Some(Range { min: bound(&min), max: bound(&max) });
        }
        Kind::String | Kind::Enum(_) | Kind::Blob | Kind::List(_) | Kind::Map(_) => {
            let bound = |node: &Option<Node<'_>>| node.as_ref().and_then(Node::size);
            shape.length = Some(Length { min: bound(&min), max: bound(&max) });
        }
        Kind::Boolean | Kind::Timestamp(_) | Kind::Structure(_) | Kind::Union(_) => {
            for node in [min, max].iter().flatten() {
                node.problem(format!("a {} has no bounds", shape.kind.name()));
            }
        }
    }
}

fn read_shape_error(object: &mut Object<'_>) -> Option<ErrorTrait> {
    let exception = object.flag("exception");
    let receiver = object.take("fault").and_then(|node| node.boolean()).unwrap_or_default();
    let error = object.take("error").and_then(Node::object).map(read_error);
    let mut error = match error {
        Some(error) => error,
        None if exception || receiver => ErrorTrait { code: None, status: None, fault: None },
        None => return None,
    };
    if receiver && error.fault.is_none() {
        error.fault = Some(Fault::Receiver);
    }
    Some(error)
}

fn read_error(mut object: Object<'_>) -> ErrorTrait {
    let code = object.text("code");
    let status = object.take("httpStatusCode").and_then(|node| node.status());
    let fault = match object.take("senderFault").and_then(|node| node.boolean()) {
        Some(true) => Some(Fault::Sender),
        Some(false) => Some(Fault::Receiver),
        None => status.filter(|status| *status >= 500).map(|_| Fault::Receiver),
    };
    object.finish();
    ErrorTrait { code, status, fault }
}

/// Keys of operations whose facts are kept as they are.
const OTHER_OPERATION_FACTS: [&str; 4] = ["documentationUrl", "endpointdiscovery", "endpointoperation", "readonly"];

fn read_operation(name: &str, mut object: Object<'_>, shapes: &mut Shapes) -> Operation {
    let wire_name = object.need_text("name").filter(|wire_name| wire_name != name);
    let http = object.need("http").and_then(Node::object).map(read_http).unwrap_or_default();
    let input = object.take("input").and_then(read_payload);
    let output = object.take("output").and_then(read_payload);
    let mut errors = Vec::new();
    for node in object.items("errors") {
        if let Some(error) = read_error_reference(node, shapes) {
            errors.push(error);
        }
    }
    let documentation = read_documentation(&mut object);
    let idempotent = object.flag("idempotent");
    let deprecated = read_deprecation(&mut object);
    let auth_type = object.text("authtype");
    let auth = object.texts("auth");
    let unauthenticated = auth_type.as_deref() == Some("none") || auth == ["smithy.api#noAuth"];
    let host_prefix = read_host_prefix(&mut object);
    let checksum = read_checksum(object.flag("httpChecksumRequired"), object.take("httpChecksum"));
    let compression = read_compression(&mut object);
    let context_params = read_context_params(
        object.take("staticContextParams").as_ref(),
        object.take("operationContextParams").as_ref(),
    );
    // `v4-unsigned-body` is an older word for it.
    let unsigned_payload = object.flag("unsignedPayload") || auth_type.as_deref() == Some("v4-unsigned-body");
    let mut other = object.raw(&OTHER_OPERATION_FACTS);
    if let Some(auth_type) = auth_type {
        other.insert("authtype".to_owned(), auth_type.into());
    }
    if !auth.is_empty() {
        other.insert("auth".to_owned(), auth.into());
    }
    object.finish();
    Operation {
        name: name.to_owned(),
        rust_name: None,
        wire_name,
        http,
        input,
        output,
        errors,
        documentation,
        idempotent,
        deprecated,
        unauthenticated,
        unsigned_payload,
        host_prefix,
        checksum,
        compression,
        context_params,
        paginator: None,
        other,
    }
}

fn read_host_prefix(object: &mut Object<'_>) -> Option<String> {
    let mut object = object.take("endpoint")?.object()?;
    let host_prefix = object.need_text("hostPrefix");
    object.finish();
    host_prefix
}

/// Reads what an operation says of checksums; `required` is what it says without the details.
pub(super) fn read_checksum(required: bool, details: Option<Node<'_>>) -> Option<Checksum> {
    let Some(mut object) = details.and_then(Node::object) else {
        return required.then(|| Checksum { required, ..Checksum::default() });
    };
    let checksum = Checksum {
        flexible: true,
        required: object.flag("requestChecksumRequired") || required,
        algorithm_member: object.text("requestAlgorithmMember"),
        mode_member: object.text("requestValidationModeMember"),
        response_algorithms: object.texts("responseAlgorithms"),
    };
    object.finish();
    Some(checksum)
}

fn read_compression(object: &mut Object<'_>) -> Vec<String> {
    let Some(mut object) = object.take("requestcompression").and_then(Node::object) else { return Vec::new() };
    let encodings = object.texts("encodings");
    object.finish();
    encodings
}

/// Reads the parameters of the endpoint rules that an operation gives: values, and paths into its input.
pub(super) fn read_context_params(values: Option<&Node<'_>>, paths: Option<&Node<'_>>) -> Vec<ContextParam> {
    let mut params = Vec::new();
    for (name, node) in values.map(Node::entries).unwrap_or_default() {
        let Some(mut object) = node.object() else { continue };
        let value = object.need("value").and_then(|node| match node.raw() {
            Value::Bool(value) => Some(ContextValue::Boolean(*value)),
            Value::Array(_) => Some(ContextValue::Texts(node.texts())),
            _ => node.text().map(|text| ContextValue::Text(text.to_owned())),
        });
        object.finish();
        params.extend(value.map(|value| ContextParam { name: name.to_owned(), value }));
    }
    for (name, node) in paths.map(Node::entries).unwrap_or_default() {
        let Some(mut object) = node.object() else { continue };
        let path = object.need_text("path");
        object.finish();
        params.extend(path.map(|path| ContextParam { name: name.to_owned(), value: ContextValue::Path(path) }));
    }
    params
}

fn read_http(mut object: Object<'_>) -> Http {
    let http = Http {
        method: object.need_text("method").unwrap_or_default(),
        request_uri: object.need_text("requestUri").unwrap_or_default(),
        response_code: object.take("responseCode").and_then(|node| node.status()),
    };
    object.finish();
    http
}

fn read_payload(node: Node<'_>) -> Option<Payload> {
    let mut object = node.object()?;
    let shape = object.need_text("shape");
    let result_wrapper = object.text("resultWrapper");
    let wire_name = object.text("locationName");
    let xml_namespace = read_xml_namespace(&mut object);
    // The same text as at the shape.
    object.take("documentation");
    object.finish();
    Some(Payload { shape: shape?, result_wrapper, wire_name, xml_namespace, unwrapped: false })
}

/// Reads a reference to an error. Some models say only here what makes the shape an error.
fn read_error_reference(node: Node<'_>, shapes: &mut Shapes) -> Option<String> {
    let mut object = node.object()?;
    let name = object.need_text("shape");
    let error = read_shape_error(&mut object);
    let documentation = read_documentation(&mut object);
    let at = object.node().clone();
    object.finish();
    let name = name?;
    if let Some(shape) = shapes.get_mut(&name) {
        if shape.documentation.is_none() {
            shape.documentation = documentation;
        }
        match (&shape.error, error) {
            (None, error) => shape.error = error,
            (Some(known), Some(error)) if conflict(known, &error) => {
                at.problem(format!("says otherwise than the shape `{name}`, or another reference, what error it is"));
            }
            (Some(_), _) => {}
        }
        if shape.error.is_none() {
            shape.error = Some(ErrorTrait { code: None, status: None, fault: None });
        }
    }
    Some(name)
}

/// Whether two descriptions of one error contradict each other.
fn conflict(known: &ErrorTrait, other: &ErrorTrait) -> bool {
    let says_nothing = other.code.is_none() && other.status.is_none() && other.fault.is_none();
    known != other && !says_nothing
}

fn read_documentation(object: &mut Object<'_>) -> Option<String> {
    object.text("documentation").and_then(|html| markdown::from_html(&html))
}

fn read_deprecation(object: &mut Object<'_>) -> Option<Deprecation> {
    let deprecated = object.flag("deprecated");
    let message = object.text("deprecatedMessage").and_then(|html| markdown::from_html(&html));
    let since = object.text("deprecatedSince");
    (deprecated || message.is_some() || since.is_some()).then_some(Deprecation { message, since })
}

fn read_timestamp_format(object: &mut Object<'_>) -> Option<TimestampFormat> {
    let node = object.take("timestampFormat")?;
    match node.text()? {
        "iso8601" => Some(TimestampFormat::DateTime),
        "unixTimestamp" => Some(TimestampFormat::EpochSeconds),
        "rfc822" => Some(TimestampFormat::HttpDate),
        format => {
            node.problem(format!("the timestamp format `{format}` is unknown"));
            None
        }
    }
}

fn read_binding(object: &mut Object<'_>) -> Option<Binding> {
    let node = object.take("location")?;
    let binding = node.text().and_then(bindings::of_location);
    if binding.is_none() {
        node.problem("the location is unknown");
    }
    binding
}

fn read_context_param(object: &mut Object<'_>) -> Option<String> {
    let mut object = object.take("contextParam")?.object()?;
    let name = object.need_text("name");
    object.finish();
    name
}

fn read_xml_namespace(object: &mut Object<'_>) -> Option<XmlNamespace> {
    let node = object.take("xmlNamespace")?;
    if let Value::String(uri) = node.raw() {
        return Some(XmlNamespace { uri: uri.clone(), prefix: None });
    }
    let mut object = node.object()?;
    let uri = object.need_text("uri");
    let prefix = object.text("prefix");
    object.finish();
    Some(XmlNamespace { uri: uri?, prefix })
}
