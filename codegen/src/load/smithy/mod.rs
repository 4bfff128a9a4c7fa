//! The reader of Smithy's JSON AST, version 2.0: one service with all that belongs to it.
//!
//! What API JSON says in another way is turned into the model's terms: resources become their operations, mixins and
//! applied traits become part of their shapes, constraints of members become shapes of their own.

mod shapes;
mod traits;
mod waiters;

use std::cell::RefCell;

use crate::by_name::{ByName, sort_by_name};
use crate::diagnostic::Diagnostics;
use crate::endpoint;
use crate::load::api_json::{read_checksum, read_context_params};
use crate::load::{Document, Node, Object, Source, unsaid};
use crate::model::{Http, Model, Operation, Paginator, Payload, Service};
use crate::pattern::Dialect;
use shapes::Shapes;
use traits::Traits;

/// Protocols by their traits, with their names in API JSON, the ones that code can be generated for first.
const PROTOCOLS: [(&str, &str); 8] = [
    ("aws.protocols#awsQuery", "query"),
    ("aws.protocols#ec2Query", "ec2"),
    ("aws.protocols#restXml", "rest-xml"),
    ("aws.protocols#restJson1", "rest-json"),
    ("aws.protocols#awsJson1_1", "json"),
    ("aws.protocols#awsJson1_0", "json"),
    ("smithy.protocols#rpcv2Cbor", "smithy-rpc-v2-cbor"),
    ("aws.protocols#awsQueryCompatible", "query-compatible"),
];

/// What stands for an absent input or output.
const UNIT: &str = "smithy.api#Unit";

/// The keys of a resource that lead to one operation each.
const LIFECYCLE: [&str; 6] = ["create", "put", "read", "update", "delete", "list"];

/// Reads the model; what is wrong goes to `found`.
pub(super) fn read(source: &Source, found: &RefCell<Diagnostics>) -> Model {
    let document = Document { file: &source.file, found };
    let mut reader = Reader { ast: Ast::default(), model: Model::default() };
    if let Some(mut object) = document.root(&source.value).object() {
        let version = object.need("smithy");
        if let Some(node) = version
            && node.text().is_some_and(|version| version != "2" && !version.starts_with("2."))
        {
            node.problem("expected version 2.0 of the AST");
        }
        // What linters and other tools are told.
        object.take("metadata");
        if let Some(node) = object.need("shapes") {
            reader.ast = Ast::new(&node);
            reader.service(&node);
        }
        object.finish();
    }
    reader.model.pattern_dialect = Dialect::Smithy;
    unsaid::add(&mut reader.model);
    reader.model
}

/// The shapes of the file by their ids, and the traits that are applied to others.
#[derive(Default)]
struct Ast<'a> {
    shapes: ByName<Node<'a>>,
    applied: ByName<Node<'a>>,
}

impl<'a> Ast<'a> {
    fn new(node: &Node<'a>) -> Self {
        let mut ast = Self::default();
        for (id, node) in node.entries() {
            if type_of(&node) != Some("apply") {
                ast.shapes.insert(id, node);
            } else if let Some(mut object) = node.object() {
                object.take("type");
                if let Some(traits) = object.need("traits") {
                    ast.applied.insert(id, traits);
                }
                object.finish();
            }
        }
        ast
    }

    /// The shape, which the id at `at` refers to.
    fn get(&self, id: &str, at: &Node<'_>) -> Option<Node<'a>> {
        let node = self.shapes.get(id).cloned();
        if node.is_none() {
            at.problem(format!("there is no shape `{id}`"));
        }
        node
    }

    /// The traits that a shape or a member has by itself, and those that are applied to it.
    fn traits(&self, id: &str, own: Option<Node<'a>>) -> Traits<'a> {
        let mut traits = Traits::default();
        traits.add(own);
        traits.add(self.applied.get(id).cloned());
        traits
    }
}

/// The type of a shape, as far as it says one.
fn type_of<'a>(node: &Node<'a>) -> Option<&'a str> {
    node.raw().get("type")?.as_str()
}

/// The name in an absolute id.
fn local(id: &str) -> &str {
    id.rsplit_once('#').map_or(id, |(_, name)| name)
}

/// The target of a reference.
fn target<'a>(node: &Node<'a>) -> Option<&'a str> {
    let mut object = node.clone().object()?;
    let target = object.need("target")?.text();
    object.finish();
    target
}

struct Reader<'a> {
    ast: Ast<'a>,
    model: Model,
}

/// The operations' ids, each with where it is named, and the resources that have been read.
#[derive(Default)]
struct Bound<'a> {
    operations: ByName<(&'a str, Node<'a>)>,
    resources: ByName<()>,
}

impl<'a> Bound<'a> {
    fn operation(&mut self, at: Node<'a>) {
        if let Some(id) = target(&at) {
            self.operations.insert(id, (id, at));
        }
    }
}

impl<'a> Reader<'a> {
    fn service(&mut self, root: &Node<'a>) {
        let mut services = self.ast.shapes.iter().filter(|(_, node)| type_of(node) == Some("service"));
        let (Some((id, node)), None) = (services.next(), services.next()) else {
            root.problem("expected one shape of the type `service`");
            return;
        };
        let Some(mut object) = node.clone().object() else { return };
        object.take("type");
        let api_version = object.text("version").unwrap_or_default();
        let mut traits = self.ast.traits(id, object.take("traits"));
        self.model.service = read_service(local(id), api_version, &mut traits);
        let pages = traits.take("smithy.api#paginated").and_then(Node::object).map(read_paginated);
        self.model.endpoint_rule_set = traits.take("smithy.rules#endpointRuleSet").map(|node| endpoint::read(&node));
        self.model.client_context_params =
            traits.take("smithy.rules#clientContextParams").map(|node| node.raw().clone());
        self.model.service.other.append(traits.finish());

        let mut bound = Bound::default();
        self.bind(&mut object, &mut bound);
        let errors = object.items("errors");
        let mut renames = ByName::default();
        for (id, node) in object.entries("rename") {
            if let Some(name) = node.text() {
                renames.insert(id, name);
            }
        }
        object.finish();

        let mut shapes = Shapes::new(&self.ast, &self.model.service, renames);
        let mut operations = Vec::new();
        for (id, at) in bound.operations.into_values() {
            let Some(object) = self.ast.get(id, &at).and_then(Node::object) else { continue };
            let operation = read_operation(id, object, &errors, pages.as_ref(), &mut shapes, &mut self.model.waiters);
            operations.push(operation);
        }
        sort_by_name(&mut operations, |operation| &operation.name);
        sort_by_name(&mut self.model.waiters, |waiter| &waiter.name);
        self.model.operations = operations;
        self.model.shapes = shapes.finish();
    }

    /// Takes the operations of a service or a resource, and those of the resources in it.
    fn bind(&self, object: &mut Object<'a>, bound: &mut Bound<'a>) {
        for key in ["operations", "collectionOperations"] {
            for node in object.items(key) {
                bound.operation(node);
            }
        }
        for key in LIFECYCLE {
            if let Some(node) = object.take(key) {
                bound.operation(node);
            }
        }
        for node in object.items("resources") {
            let Some(id) = target(&node).filter(|id| bound.resources.insert(id, ()).is_none()) else { continue };
            let Some(mut object) = self.ast.get(id, &node).and_then(Node::object) else { continue };
            self.bind(&mut object, bound);
            // Identifiers and properties are members of the operations' inputs and outputs too.
            for key in ["type", "identifiers", "properties"] {
                object.take(key);
            }
            self.ast.traits(id, object.take("traits")).finish();
            object.finish();
        }
    }
}

fn read_service(name: &str, api_version: String, traits: &mut Traits<'_>) -> Service {
    let mut service = Service { api_version, service_id: name.to_owned(), ..Service::default() };
    let mut found = Vec::new();
    for (id, name) in PROTOCOLS {
        if let Some(node) = traits.take(id) {
            found.push(name.to_owned());
            if id == "aws.protocols#restXml"
                && let Some(mut object) = node.object()
            {
                service.bare_errors = object.flag("noErrorWrapping");
                // Which versions of HTTP there are is for connections to find out.
                object.take("http");
                object.take("eventStreamHttp");
                object.finish();
            }
        }
    }
    service.protocol = found.first().cloned().unwrap_or_default();
    service.protocols = found;
    if let Some(mut object) = traits.object("aws.api#service") {
        service.service_id = object.need_text("sdkId").unwrap_or_default();
        let arn_namespace = object.text("arnNamespace");
        service.endpoint_prefix = object.text("endpointPrefix").or(arn_namespace).unwrap_or_default();
        service.uid = object.text("docId");
        // Names in other services.
        for key in ["cloudFormationName", "cloudTrailEventSource"] {
            object.take(key);
        }
        object.finish();
    }
    if service.endpoint_prefix.is_empty() {
        service.endpoint_prefix = service.service_id.to_lowercase().replace(' ', "-");
    }
    let uid = || format!("{}-{}", service.service_id.to_lowercase().replace(' ', "-"), service.api_version);
    service.uid = Some(service.uid.clone().unwrap_or_else(uid));
    if let Some(mut object) = traits.object("aws.auth#sigv4") {
        service.signing_name = object.need_text("name").filter(|name| *name != service.endpoint_prefix);
        object.finish();
        service.signature_version = Some("v4".to_owned());
        service.auth.push("aws.auth#sigv4".to_owned());
    }
    if let Some(mut object) = traits.object("aws.auth#sigv4a") {
        object.take("name");
        object.finish();
        service.auth.push("aws.auth#sigv4a".to_owned());
    }
    if let Some(node) = traits.take("smithy.api#auth") {
        service.auth = node.texts();
    }
    service.full_name = traits.text("smithy.api#title").unwrap_or_else(|| service.service_id.clone());
    service.xml_namespace = traits.xml_namespace().map(|namespace| namespace.uri);
    service.documentation = traits.documentation();
    service
}

fn read_operation<'a>(
    id: &str,
    mut object: Object<'a>,
    common_errors: &[Node<'a>],
    pages: Option<&Paginator>,
    shapes: &mut Shapes<'_, 'a>,
    waiters: &mut Vec<crate::model::Waiter>,
) -> Operation {
    let name = local(id);
    object.take("type");
    let mut operation = Operation { name: name.to_owned(), ..Operation::default() };
    let mut payload = |key| {
        let node = object.take(key)?;
        let id = target(&node).filter(|id| *id != UNIT)?;
        Some(Payload { shape: shapes.name_of(id, &node)?, ..Payload::default() })
    };
    operation.input = payload("input");
    operation.output = payload("output");
    let errors = object.items("errors");
    for node in errors.iter().chain(common_errors) {
        if let Some(error) = target(node).and_then(|id| shapes.name_of(id, node))
            && !operation.errors.contains(&error)
        {
            operation.errors.push(error);
        }
    }
    let mut traits = shapes.ast.traits(id, object.take("traits"));
    operation.http = read_http(traits.take("smithy.api#http"), shapes.binds_to_http);
    if let Some(output) = &mut operation.output {
        output.result_wrapper = (shapes.protocol == "query").then(|| format!("{name}Result"));
        output.unwrapped = traits.has("aws.customizations#s3UnwrappedXmlOutput");
    }
    operation.documentation = traits.documentation();
    operation.idempotent = traits.has("smithy.api#idempotent");
    operation.deprecated = traits.deprecation();
    // Where a signature may be left out, the clients of AWS leave it out.
    let optional = traits.has("smithy.api#optionalAuth");
    let auth = traits.take("smithy.api#auth").map(|node| node.texts());
    operation.unauthenticated = optional || auth.as_ref().is_some_and(Vec::is_empty);
    if let Some(auth) = auth {
        operation.other.insert("auth".to_owned(), auth.into());
    }
    operation.unsigned_payload = traits.has("aws.auth#unsignedPayload");
    operation.host_prefix = traits.object("smithy.api#endpoint").and_then(|mut object| {
        let host_prefix = object.need_text("hostPrefix");
        object.finish();
        host_prefix
    });
    let required = traits.has("smithy.api#httpChecksumRequired");
    operation.checksum = read_checksum(required, traits.take("aws.protocols#httpChecksum"));
    operation.compression = traits.object("smithy.api#requestCompression").map_or_else(Vec::new, |mut object| {
        let encodings = object.texts("encodings");
        object.finish();
        encodings
    });
    operation.context_params = read_context_params(
        traits.take("smithy.rules#staticContextParams").as_ref(),
        traits.take("smithy.rules#operationContextParams").as_ref(),
    );
    if let Some(object) = traits.object("smithy.api#paginated") {
        operation.paginator = Some(with_defaults(read_paginated(object), pages));
    }
    if let Some(node) = traits.take("smithy.waiters#waitable") {
        waiters.extend(waiters::read(&node, name));
    }
    operation.other.append(traits.finish());
    object.finish();
    operation
}

/// The binding to HTTP. Protocols whose requests are forms have one of their own, whatever the trait says.
fn read_http(node: Option<Node<'_>>, binds_to_http: bool) -> Http {
    let Some(mut object) = node.filter(|_| binds_to_http).and_then(Node::object) else {
        return Http { method: "POST".to_owned(), request_uri: "/".to_owned(), response_code: None };
    };
    let http = Http {
        method: object.need_text("method").unwrap_or_default(),
        request_uri: object.need_text("uri").unwrap_or_default(),
        response_code: object.take("code").and_then(|node| node.status()).filter(|code| *code != 200),
    };
    object.finish();
    http
}

fn read_paginated(mut object: Object<'_>) -> Paginator {
    let mut names = |key: &'static str| object.text(key).into_iter().collect();
    let mut paginator = Paginator {
        input_tokens: names("inputToken"),
        output_tokens: names("outputToken"),
        result_keys: names("items"),
        ..Paginator::default()
    };
    paginator.limit_key = object.text("pageSize");
    object.finish();
    paginator
}

/// What an operation does not say of its pages is what its service says.
fn with_defaults(mut paginator: Paginator, defaults: Option<&Paginator>) -> Paginator {
    let Some(defaults) = defaults else { return paginator };
    for (own, default) in [
        (&mut paginator.input_tokens, &defaults.input_tokens),
        (&mut paginator.output_tokens, &defaults.output_tokens),
        (&mut paginator.result_keys, &defaults.result_keys),
    ] {
        if own.is_empty() {
            own.clone_from(default);
        }
    }
    paginator.limit_key = paginator.limit_key.or_else(|| defaults.limit_key.clone());
    paginator
}
