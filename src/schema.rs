//! What a service model says, as static data: services, operations, shapes and their members.
//!
//! The generator emits one `static` [`Shape`] for each shape of the model and one [`Operation`] for each operation;
//! every format and the validator read them beside the values. The terms are Smithy's (shape, member, target, trait).
//! Constructors are `const fn`, chained in generated code; programs only read.

use std::borrow::Cow;

use crate::endpoint::RuleSet;
use crate::jmespath::Expression;
use crate::operation::OperationShape;
use crate::pattern::Pattern;
use crate::value::Structure;
use crate::waiter::Waiter;

/// A service: its operations, its errors and what all its requests have in common.
#[derive(Debug)]
#[expect(clippy::struct_field_names, reason = "`service_id` is the model's term")]
pub struct Service {
    name: &'static str,
    service_id: &'static str,
    full_name: &'static str,
    api_version: &'static str,
    protocol: Protocol,
    endpoint_prefix: &'static str,
    signing_name: &'static str,
    xml_namespace: &'static str,
    bare_errors: bool,
    endpoint_rules: Option<RuleSet>,
    documentation: &'static str,
    operations: &'static [&'static Operation],
    errors: &'static [StructureType],
    waiters: &'static [&'static Waiter],
}

impl Service {
    /// A service of the given module name (`iam`), service id (`IAM`) and API version (`2010-05-08`).
    #[must_use]
    pub const fn new(
        name: &'static str,
        service_id: &'static str,
        api_version: &'static str,
        protocol: Protocol,
    ) -> Self {
        Self {
            name,
            service_id,
            full_name: service_id,
            api_version,
            protocol,
            endpoint_prefix: name,
            signing_name: name,
            xml_namespace: "",
            bare_errors: false,
            endpoint_rules: None,
            documentation: "",
            operations: &[],
            errors: &[],
            waiters: &[],
        }
    }
    /// The service's name in prose, such as `AWS Identity and Access Management`.
    #[must_use]
    pub const fn with_full_name(mut self, full_name: &'static str) -> Self {
        self.full_name = full_name;
        self
    }
    /// Host prefix and name for signing.
    #[must_use]
    pub const fn with_endpoint(mut self, endpoint_prefix: &'static str, signing_name: &'static str) -> Self {
        self.endpoint_prefix = endpoint_prefix;
        self.signing_name = signing_name;
        self
    }
    /// The XML namespace of its replies.
    #[must_use]
    pub const fn with_xml_namespace(mut self, xml_namespace: &'static str) -> Self {
        self.xml_namespace = xml_namespace;
        self
    }
    /// Makes the element `Error` the root of its errors (Smithy's `noErrorWrapping`).
    #[must_use]
    pub const fn with_bare_errors(mut self) -> Self {
        self.bare_errors = true;
        self
    }
    /// The rules that choose an endpoint, as [`RuleSet::new`] takes them.
    #[must_use]
    pub const fn with_endpoint_rules(mut self, text: &'static str, code: &'static [u8]) -> Self {
        self.endpoint_rules = Some(RuleSet::new(text, code));
        self
    }
    /// Documentation, in Markdown.
    #[must_use]
    pub const fn with_documentation(mut self, documentation: &'static str) -> Self {
        self.documentation = documentation;
        self
    }
    /// The operations, sorted by name.
    #[must_use]
    pub const fn with_operations(mut self, operations: &'static [&'static Operation]) -> Self {
        self.operations = operations;
        self
    }
    /// The error structures, sorted by name.
    #[must_use]
    pub const fn with_errors(mut self, errors: &'static [StructureType]) -> Self {
        self.errors = errors;
        self
    }
    /// The waiters, sorted by name.
    #[must_use]
    pub const fn with_waiters(mut self, waiters: &'static [&'static Waiter]) -> Self {
        self.waiters = waiters;
        self
    }

    /// The name of the module, the feature and the command: `iam`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
    /// The service id of the model: `IAM`.
    #[must_use]
    pub const fn service_id(&self) -> &'static str {
        self.service_id
    }
    /// The service's name in prose.
    #[must_use]
    pub const fn full_name(&self) -> &'static str {
        self.full_name
    }
    /// The API version that requests carry: `2010-05-08`.
    #[must_use]
    pub const fn api_version(&self) -> &'static str {
        self.api_version
    }
    /// The protocol that requests and replies speak.
    #[must_use]
    pub const fn protocol(&self) -> Protocol {
        self.protocol
    }
    /// The first label of the service's host names.
    #[must_use]
    pub const fn endpoint_prefix(&self) -> &'static str {
        self.endpoint_prefix
    }
    /// The service's name in a signature's scope.
    #[must_use]
    pub const fn signing_name(&self) -> &'static str {
        self.signing_name
    }
    /// The XML namespace of replies; empty when the model has none.
    #[must_use]
    pub const fn xml_namespace(&self) -> &'static str {
        self.xml_namespace
    }
    /// Whether the element `Error` is the root of a `restXml` error, without `ErrorResponse` around it.
    #[must_use]
    pub const fn has_bare_errors(&self) -> bool {
        self.bare_errors
    }
    /// The rules that choose an endpoint, if the model has them.
    #[must_use]
    pub const fn endpoint_rules(&self) -> Option<&RuleSet> {
        self.endpoint_rules.as_ref()
    }
    /// Documentation, in Markdown; may be empty.
    #[must_use]
    pub const fn documentation(&self) -> &'static str {
        self.documentation
    }
    /// All operations, sorted by name.
    #[must_use]
    pub const fn operations(&self) -> &'static [&'static Operation] {
        self.operations
    }
    /// All error structures, sorted by name.
    #[must_use]
    pub const fn errors(&self) -> &'static [StructureType] {
        self.errors
    }
    /// The operation of this name, exactly as the model spells it (`CreateUser`).
    #[must_use]
    pub fn operation(&self, name: &str) -> Option<&'static Operation> {
        let index = self.operations.binary_search_by(|operation| operation.name.cmp(name)).ok()?;
        Some(self.operations[index])
    }
    /// All waiters, sorted by name.
    #[must_use]
    pub const fn waiters(&self) -> &'static [&'static Waiter] {
        self.waiters
    }
    /// The waiter of this name, exactly as the model spells it (`UserExists`).
    #[must_use]
    pub fn waiter(&self, name: &str) -> Option<&'static Waiter> {
        let index = self.waiters.binary_search_by(|waiter| waiter.name().cmp(name)).ok()?;
        Some(self.waiters[index])
    }
}

/// The wire protocol of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Protocol {
    /// `awsQuery`: form-encoded requests, XML replies.
    AwsQuery,
    /// `ec2Query`: the same with other names in requests, and replies without wrappers.
    Ec2Query,
    /// `restXml`: members bound to path, query string, headers and body; bodies are XML. Needs the feature `rest-xml`.
    #[cfg(feature = "rest-xml")]
    RestXml,
}

/// [`Protocol::RestXml`], as generated code names it: of a constant that is not there, compilers tell which feature it needs.
#[cfg(feature = "rest-xml")]
pub const REST_XML: Protocol = Protocol::RestXml;

/// An operation: names, input, output, errors.
pub struct Operation {
    service: &'static Service,
    name: &'static str,
    input: StructureType,
    output: StructureType,
    result_wrapper: Option<&'static str>,
    errors: &'static [&'static Shape],
    paginator: Option<Paginator>,
    http: Http,
    input_element: Option<&'static str>,
    input_namespace: Option<XmlNamespace>,
    host_prefix: Option<&'static str>,
    checksum: Option<Checksum>,
    context_params: &'static [ContextParam],
    flags: OperationFlags,
    documentation: &'static str,
}

impl std::fmt::Debug for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Operation({}.{})", self.service.name, self.name)
    }
}

#[derive(Clone, Copy, Default)]
struct OperationFlags {
    idempotent: bool,
    deprecated: bool,
    unauthenticated: bool,
    unsigned_payload: bool,
    gzip: bool,
    unwrapped_output: bool,
}

impl Operation {
    /// An operation of `service` with its name in the model and its input and output structures.
    #[must_use]
    pub const fn new(
        service: &'static Service,
        name: &'static str,
        input: StructureType,
        output: StructureType,
    ) -> Self {
        Self {
            service,
            name,
            input,
            output,
            result_wrapper: None,
            errors: &[],
            paginator: None,
            http: Http::new("POST", "/"),
            input_element: None,
            input_namespace: None,
            host_prefix: None,
            checksum: None,
            context_params: &[],
            flags: OperationFlags {
                idempotent: false,
                deprecated: false,
                unauthenticated: false,
                unsigned_payload: false,
                gzip: false,
                unwrapped_output: false,
            },
            documentation: "",
        }
    }
    /// The operation of `service` whose type is that of `operation`: its name in the model, the shapes of its input and
    /// its output, and those of the errors that the model lists for it.
    #[must_use]
    pub const fn of<O: OperationShape + Copy>(
        _operation: O,
        service: &'static Service,
        name: &'static str,
        input: &'static Shape,
        output: &'static Shape,
        errors: &'static [&'static Shape],
    ) -> Self {
        let (input, output) = (StructureType::new::<O::Input>(input), StructureType::new::<O::Output>(output));
        Self::new(service, name, input, output).with_errors(errors)
    }
    /// The element that a reply wraps the output in.
    #[must_use]
    pub const fn with_result_wrapper(mut self, result_wrapper: &'static str) -> Self {
        self.result_wrapper = Some(result_wrapper);
        self
    }
    /// The errors that the model lists for it.
    #[must_use]
    pub const fn with_errors(mut self, errors: &'static [&'static Shape]) -> Self {
        self.errors = errors;
        self
    }
    /// How its replies are divided into pages.
    #[must_use]
    pub const fn with_paginator(mut self, paginator: Paginator) -> Self {
        self.paginator = Some(paginator);
        self
    }
    /// Documentation, in Markdown.
    #[must_use]
    pub const fn with_documentation(mut self, documentation: &'static str) -> Self {
        self.documentation = documentation;
        self
    }
    /// How it is bound to HTTP; `POST /` without it.
    #[must_use]
    pub const fn with_http(mut self, http: Http) -> Self {
        self.http = http;
        self
    }
    /// The root element of a request's document, where it is not named by the input's shape.
    #[must_use]
    pub const fn with_input_element(mut self, name: &'static str) -> Self {
        self.input_element = Some(name);
        self
    }
    /// The XML namespace of a request's document, where it is neither the input shape's nor the service's.
    #[must_use]
    pub const fn with_input_namespace(mut self, namespace: XmlNamespace) -> Self {
        self.input_namespace = Some(namespace);
        self
    }
    /// What stands before the endpoint's host name, with labels in braces.
    #[must_use]
    pub const fn with_host_prefix(mut self, host_prefix: &'static str) -> Self {
        self.host_prefix = Some(host_prefix);
        self
    }
    /// Checksums of its requests and replies.
    #[must_use]
    pub const fn with_checksum(mut self, checksum: Checksum) -> Self {
        self.checksum = Some(checksum);
        self
    }
    /// Parameters of the endpoint rules, beside those that input members give.
    #[must_use]
    pub const fn with_context_params(mut self, context_params: &'static [ContextParam]) -> Self {
        self.context_params = context_params;
        self
    }
    /// Marks its request's body as staying out of the signature.
    #[must_use]
    pub const fn unsigned_payload(mut self) -> Self {
        self.flags.unsigned_payload = true;
        self
    }
    /// Allows its requests to be compressed with gzip.
    #[must_use]
    pub const fn gzip(mut self) -> Self {
        self.flags.gzip = true;
        self
    }
    /// Makes the output's one member the root of a reply's document (Smithy's `s3UnwrappedXmlOutput`).
    #[must_use]
    pub const fn unwrapped_output(mut self) -> Self {
        self.flags.unwrapped_output = true;
        self
    }
    /// Marks it as idempotent.
    #[must_use]
    pub const fn idempotent(mut self) -> Self {
        self.flags.idempotent = true;
        self
    }
    /// Marks it as deprecated.
    #[must_use]
    pub const fn deprecated(mut self) -> Self {
        self.flags.deprecated = true;
        self
    }
    /// Marks it as not signed.
    #[must_use]
    pub const fn unauthenticated(mut self) -> Self {
        self.flags.unauthenticated = true;
        self
    }

    /// The service that it belongs to.
    #[must_use]
    pub const fn service(&self) -> &'static Service {
        self.service
    }
    /// The name in the model: `CreateUser`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
    /// The input structure. An operation that has none in the model has a [synthetic](Shape::is_synthetic) one.
    #[must_use]
    pub const fn input(&self) -> &StructureType {
        &self.input
    }
    /// The output structure. An operation that has none in the model has a [synthetic](Shape::is_synthetic) one.
    #[must_use]
    pub const fn output(&self) -> &StructureType {
        &self.output
    }
    /// A new, empty input.
    #[must_use]
    pub fn new_input(&self) -> Box<dyn Structure> {
        self.input.create()
    }
    /// A new, empty output.
    #[must_use]
    pub fn new_output(&self) -> Box<dyn Structure> {
        self.output.create()
    }
    /// The element that a reply wraps the output in: `CreateUserResult`.
    #[must_use]
    pub const fn result_wrapper(&self) -> Option<&'static str> {
        self.result_wrapper
    }
    /// The errors that the model lists for this operation, in its order. Others may come.
    #[must_use]
    pub const fn errors(&self) -> &'static [&'static Shape] {
        self.errors
    }
    /// How its replies are divided into pages, if they are.
    #[must_use]
    pub const fn paginator(&self) -> Option<&Paginator> {
        self.paginator.as_ref()
    }
    /// How it is bound to HTTP. In the query protocols this is `POST /`.
    #[must_use]
    pub const fn http(&self) -> &Http {
        &self.http
    }
    /// The root element of a request's document in `restXml`: its own, or that of the input's shape.
    #[must_use]
    pub const fn input_element(&self) -> &'static str {
        match self.input_element {
            Some(name) => name,
            None => self.input.shape.xml_name(),
        }
    }
    /// The XML namespace of a request's document: its own, the input shape's or the service's.
    #[must_use]
    pub const fn input_namespace(&self) -> Option<XmlNamespace> {
        match (self.input_namespace, self.input.shape.xml_namespace()) {
            (Some(namespace), _) | (None, Some(namespace)) => Some(namespace),
            (None, None) if self.service.xml_namespace.is_empty() => None,
            (None, None) => Some(XmlNamespace::new(self.service.xml_namespace)),
        }
    }
    /// What stands before the endpoint's host name, with labels in braces: `{AccountId}.`
    #[must_use]
    pub const fn host_prefix(&self) -> Option<&'static str> {
        self.host_prefix
    }
    /// Checksums of its requests and replies, if the model has them.
    #[must_use]
    pub const fn checksum(&self) -> Option<&Checksum> {
        self.checksum.as_ref()
    }
    /// Parameters of the endpoint rules, beside those that [input members](Member::context_param) give.
    #[must_use]
    pub const fn context_params(&self) -> &'static [ContextParam] {
        self.context_params
    }
    /// Whether the body of a request stays out of its signature.
    #[must_use]
    pub const fn has_unsigned_payload(&self) -> bool {
        self.flags.unsigned_payload
    }
    /// Whether requests may be compressed with gzip.
    #[must_use]
    pub const fn takes_gzip(&self) -> bool {
        self.flags.gzip
    }
    /// Whether the output's one member is the root of a reply's document.
    #[must_use]
    pub const fn has_unwrapped_output(&self) -> bool {
        self.flags.unwrapped_output
    }
    /// Whether the model says that a repeated request does no more than the first.
    #[must_use]
    pub const fn is_idempotent(&self) -> bool {
        self.flags.idempotent
    }
    /// Whether the model says that it should no longer be used.
    #[must_use]
    pub const fn is_deprecated(&self) -> bool {
        self.flags.deprecated
    }
    /// Whether requests go unsigned.
    #[must_use]
    pub const fn is_unauthenticated(&self) -> bool {
        self.flags.unauthenticated
    }
    /// Documentation, in Markdown, without the facts that the schema states; may be empty.
    #[must_use]
    pub const fn documentation(&self) -> &'static str {
        self.documentation
    }
}

/// How an operation is bound to HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Http {
    method: &'static str,
    uri: &'static str,
    status: u16,
}

impl Http {
    /// A method and a URI template, whose query string is the same for all requests: `/{Bucket}/{Key+}?acl`.
    #[must_use]
    pub const fn new(method: &'static str, uri: &'static str) -> Self {
        Self { method, uri, status: 200 }
    }
    /// Another status of success than 200.
    #[must_use]
    pub const fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }
    /// The method: `PUT`.
    #[must_use]
    pub const fn method(&self) -> &'static str {
        self.method
    }
    /// The URI template: labels in braces, greedy ones with `+`, and a constant query string.
    #[must_use]
    pub const fn uri(&self) -> &'static str {
        self.uri
    }
    /// The path of the URI template.
    #[must_use]
    pub fn path(&self) -> &'static str {
        self.uri.split_once('?').map_or(self.uri, |(path, _)| path)
    }
    /// The constant query string of the URI template; empty if it has none.
    #[must_use]
    pub fn query(&self) -> &'static str {
        self.uri.split_once('?').map_or("", |(_, query)| query)
    }
    /// The status of success.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.status
    }
}

/// Checksums of an operation's requests and replies; members are named as in the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "generated code writes it in full, as a constant")]
pub struct Checksum {
    /// Whether a request must carry one.
    pub required: bool,
    /// Whether there are several algorithms, each with a header of its own (`httpChecksum`). Otherwise it is MD5, in
    /// `Content-MD5` (`httpChecksumRequired` alone).
    pub flexible: bool,
    /// The input member that names the algorithm.
    pub algorithm_member: Option<&'static str>,
    /// The input member that asks for one in the reply.
    pub mode_member: Option<&'static str>,
    /// The algorithms that a reply may carry, the preferred first.
    pub response_algorithms: &'static [&'static str],
}

/// A parameter of the endpoint rules that an operation sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "generated code writes it in full, as a constant")]
pub struct ContextParam {
    /// Its name in the rules.
    pub name: &'static str,
    /// Its value.
    pub value: ContextValue,
}

/// The value of a parameter of the endpoint rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContextValue {
    /// `true` or `false`.
    Boolean(bool),
    /// Text.
    Text(&'static str),
    /// A list of text.
    Texts(&'static [&'static str]),
    /// Texts of the input: names of members with dots, lists with `[*]`, as in `Delete.Objects[*].Key`.
    Path(&'static str),
}

/// An XML namespace, declared at an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "generated code writes it in full, as a constant")]
pub struct XmlNamespace {
    /// Its URI.
    pub uri: &'static str,
    /// Its prefix; it is the default for names without one if this is absent.
    pub prefix: Option<&'static str>,
}

impl XmlNamespace {
    /// The default namespace for names without a prefix.
    #[must_use]
    pub const fn new(uri: &'static str) -> Self {
        Self { uri, prefix: None }
    }
    /// The same for names with this prefix.
    #[must_use]
    pub const fn with_prefix(mut self, prefix: &'static str) -> Self {
        self.prefix = Some(prefix);
        self
    }
}

/// How the pages of an operation follow each other. Members of the input are named as in the model, nested ones with dots.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "generated code writes it in full, as a constant")]
pub struct Paginator {
    /// Input members that take the token of the page before.
    pub input_tokens: &'static [&'static str],
    /// What gives the token of the page after, one for each of `input_tokens`.
    pub output_tokens: &'static [Expression],
    /// What says whether another page follows.
    pub more_results: Option<Expression>,
    /// The input member that bounds the size of a page.
    pub limit_key: Option<&'static str>,
    /// What gives a page's items.
    pub result_keys: &'static [Expression],
}

/// A generated structure by name: its shape and how to make one.
#[derive(Clone, Copy, Debug)]
pub struct StructureType {
    shape: &'static Shape,
    create: fn() -> Box<dyn Structure>,
}

impl StructureType {
    /// The structure type `T` of the given shape.
    #[must_use]
    pub const fn new<T: Structure + Default>(shape: &'static Shape) -> Self {
        // A closure in its place would be two functions for each type.
        Self { shape, create: create::<T> }
    }
    /// Its shape.
    #[must_use]
    pub const fn shape(&self) -> &'static Shape {
        self.shape
    }
    /// A new, empty value.
    #[must_use]
    pub fn create(&self) -> Box<dyn Structure> {
        (self.create)()
    }
}

fn create<T: Structure + Default>() -> Box<dyn Structure> {
    Box::new(T::default())
}

/// A shape: a type of the model with its constraints.
pub struct Shape {
    name: &'static str,
    kind: ShapeKind,
    length: Option<Length>,
    range: Option<Range>,
    pattern: Option<&'static Pattern>,
    error: Option<ErrorTrait>,
    xml_name: Option<&'static str>,
    xml_namespace: Option<&'static XmlNamespace>,
    sensitive: bool,
    percent_encoded_json: bool,
    synthetic: bool,
    event_stream: bool,
    documentation: &'static str,
}

impl std::fmt::Debug for Shape {
    /// The name alone: shapes refer to each other, and some to themselves.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Shape({})", self.name)
    }
}

/// What kind of value a shape describes.
#[derive(Debug)]
#[non_exhaustive]
pub enum ShapeKind {
    /// `true` or `false`.
    Boolean,
    /// A 32-bit integer.
    Integer,
    /// A 64-bit integer.
    Long,
    /// A 32-bit floating-point number.
    Float,
    /// A 64-bit floating-point number.
    Double,
    /// Text.
    String,
    /// Text that is one of these values, today; services add to them.
    Enum(&'static [&'static str]),
    /// Bytes.
    Blob,
    /// An instant, in this format on the wire.
    Timestamp(TimestampFormat),
    /// A list.
    List(List),
    /// A map from text.
    Map(Map),
    /// Named members, in the order of the model.
    Structure(&'static [Member]),
    /// Exactly one of these members.
    Union(&'static [Member]),
}

/// A list's member.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "generated code writes it in full, as a constant")]
pub struct List {
    /// The member; its name is `member`.
    pub member: &'static Member,
    /// Whether the shape itself says that no element stands around the members.
    pub flattened: bool,
}

/// A map's key and value.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "generated code writes it in full, as a constant")]
pub struct Map {
    /// The key; its name is `key`.
    pub key: &'static Member,
    /// The value; its name is `value`.
    pub value: &'static Member,
    /// Whether the shape itself says that no element stands around the entries.
    pub flattened: bool,
}

/// How a timestamp is written on the wire. Readers take all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[expect(clippy::exhaustive_enums, reason = "those of the specification")]
pub enum TimestampFormat {
    /// RFC 3339: `2010-05-08T23:59:59Z`. Smithy's `date-time`, API JSON's `iso8601`.
    #[default]
    DateTime,
    /// Seconds since 1970, with fractions: `1273363199.5`. API JSON's `unixTimestamp`.
    EpochSeconds,
    /// RFC 7231: `Sat, 08 May 2010 23:59:59 GMT`. API JSON's `rfc822`.
    HttpDate,
}

/// How many there must be: scalar values of text, bytes of a blob, members of a list, entries of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "generated code writes it in full, as a constant")]
pub struct Length {
    /// The least, inclusive.
    pub min: Option<u64>,
    /// The most, inclusive.
    pub max: Option<u64>,
}

/// How large a number may be. Bounds are inclusive.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "generated code writes it in full, as a constant")]
pub struct Range {
    /// The least.
    pub min: Option<Number>,
    /// The most.
    pub max: Option<Number>,
}

/// A bound of a range, or a number that was found outside it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "those of the specification")]
pub enum Number {
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Integer(number) => number.fmt(f),
            Self::Float(number) => number.fmt(f),
        }
    }
}

/// What makes a structure an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "generated code writes it in full, as a constant")]
pub struct ErrorTrait {
    /// The code on the wire: `NoSuchEntity`.
    pub code: &'static str,
    /// The HTTP status; 0 when the model names none.
    pub status: u16,
    /// Who is at fault, if the model says so.
    pub fault: Option<Fault>,
    /// That the same call may succeed later, if the model says so.
    pub retryable: Option<Retryable>,
}

/// That the same call may succeed later. Smithy's `retryable`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "generated code writes it in full, as a constant")]
pub struct Retryable {
    /// Whether the service asks to be called less often.
    pub throttling: bool,
}

/// Who is at fault for an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "those of the specification")]
pub enum Fault {
    /// The caller.
    Sender,
    /// The service.
    Receiver,
}

impl Shape {
    /// A shape of this name and kind, without constraints.
    #[must_use]
    pub const fn new(name: &'static str, kind: ShapeKind) -> Self {
        Self {
            name,
            kind,
            length: None,
            range: None,
            pattern: None,
            error: None,
            xml_name: None,
            xml_namespace: None,
            sensitive: false,
            percent_encoded_json: false,
            synthetic: false,
            event_stream: false,
            documentation: "",
        }
    }
    /// A structure with these members.
    #[must_use]
    pub const fn structure(name: &'static str, members: &'static [Member]) -> Self {
        Self::new(name, ShapeKind::Structure(members))
    }
    /// A union of these members.
    #[must_use]
    pub const fn union(name: &'static str, members: &'static [Member]) -> Self {
        Self::new(name, ShapeKind::Union(members))
    }
    /// A list of `member`.
    #[must_use]
    pub const fn list(name: &'static str, member: &'static Member) -> Self {
        Self::new(name, ShapeKind::List(List { member, flattened: false }))
    }
    /// A list of `member` without an element around it.
    #[must_use]
    pub const fn flattened_list(name: &'static str, member: &'static Member) -> Self {
        Self::new(name, ShapeKind::List(List { member, flattened: true }))
    }
    /// A map from `key` to `value`.
    #[must_use]
    pub const fn map(name: &'static str, key: &'static Member, value: &'static Member) -> Self {
        Self::new(name, ShapeKind::Map(Map { key, value, flattened: false }))
    }
    /// A map from `key` to `value` without an element around it.
    #[must_use]
    pub const fn flattened_map(name: &'static str, key: &'static Member, value: &'static Member) -> Self {
        Self::new(name, ShapeKind::Map(Map { key, value, flattened: true }))
    }
    /// Bounds the [length](Length), inclusively.
    #[must_use]
    pub const fn with_length(mut self, min: Option<u64>, max: Option<u64>) -> Self {
        self.length = Some(Length { min, max });
        self
    }
    /// Bounds the number, inclusively.
    #[must_use]
    pub const fn with_range(mut self, min: Option<Number>, max: Option<Number>) -> Self {
        self.range = Some(Range { min, max });
        self
    }
    /// Bounds the text by a regular expression.
    #[must_use]
    pub const fn with_pattern(mut self, pattern: &'static Pattern) -> Self {
        self.pattern = Some(pattern);
        self
    }
    /// Makes the structure an error.
    #[must_use]
    pub const fn with_error(mut self, code: &'static str, status: u16, fault: Option<Fault>) -> Self {
        self.error = Some(ErrorTrait { code, status, fault, retryable: None });
        self
    }
    /// Says of an error that the same call may succeed later, and whether the service asks to be called less often.
    #[must_use]
    pub const fn retryable(mut self, throttling: bool) -> Self {
        if let Some(error) = &mut self.error {
            error.retryable = Some(Retryable { throttling });
        }
        self
    }
    /// Marks it as secret.
    #[must_use]
    pub const fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }
    /// Another name of its element where it is the root of a document.
    #[must_use]
    pub const fn with_xml_name(mut self, xml_name: &'static str) -> Self {
        self.xml_name = Some(xml_name);
        self
    }
    /// The XML namespace that its element declares.
    #[must_use]
    pub const fn with_xml_namespace(mut self, namespace: &'static XmlNamespace) -> Self {
        self.xml_namespace = Some(namespace);
        self
    }
    /// Marks a union as the events of a stream.
    #[must_use]
    pub const fn event_stream(mut self) -> Self {
        self.event_stream = true;
        self
    }
    /// Marks it as a JSON document that replies hold percent-encoded.
    #[must_use]
    pub const fn percent_encoded_json(mut self) -> Self {
        self.percent_encoded_json = true;
        self
    }
    /// Marks it as made by the generator for an operation that has no such shape.
    #[must_use]
    pub const fn synthetic(mut self) -> Self {
        self.synthetic = true;
        self
    }
    /// Documentation, in Markdown.
    #[must_use]
    pub const fn with_documentation(mut self, documentation: &'static str) -> Self {
        self.documentation = documentation;
        self
    }

    /// The name in the model.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
    /// The kind of value.
    #[must_use]
    pub const fn kind(&self) -> &ShapeKind {
        &self.kind
    }
    /// The members of a structure or a union, in the order of the model; empty for other kinds.
    #[must_use]
    pub const fn members(&self) -> &'static [Member] {
        match self.kind {
            ShapeKind::Structure(members) | ShapeKind::Union(members) => members,
            _ => &[],
        }
    }
    /// The place of the member of this name in [`Shape::members`].
    #[must_use]
    pub fn member_index(&self, name: &str) -> Option<usize> {
        self.members().iter().position(|member| member.name == name)
    }
    /// Bounds of the length.
    #[must_use]
    pub const fn length(&self) -> Option<Length> {
        self.length
    }
    /// Bounds of the number.
    #[must_use]
    pub const fn range(&self) -> Option<Range> {
        self.range
    }
    /// The regular expression that text must match, as the model writes it.
    #[must_use]
    pub const fn pattern(&self) -> Option<&'static Pattern> {
        self.pattern
    }
    /// What makes it an error, if it is one.
    #[must_use]
    pub const fn error(&self) -> Option<&ErrorTrait> {
        self.error.as_ref()
    }
    /// The name of its element where it is the root of a document: its own, or [`Shape::name`].
    #[must_use]
    pub const fn xml_name(&self) -> &'static str {
        match self.xml_name {
            Some(xml_name) => xml_name,
            None => self.name,
        }
    }
    /// The XML namespace that its element declares.
    #[must_use]
    pub const fn xml_namespace(&self) -> Option<XmlNamespace> {
        self.xml_namespace.copied()
    }
    /// Whether it is the union of the events of a stream.
    #[must_use]
    pub const fn is_event_stream(&self) -> bool {
        self.event_stream
    }
    /// Whether its values are secret.
    #[must_use]
    pub const fn is_sensitive(&self) -> bool {
        self.sensitive
    }
    /// Whether its text is a JSON document, which replies hold percent-encoded and requests as it is:
    /// [`PolicyDocument`](crate::PolicyDocument) reads it.
    #[must_use]
    pub const fn is_percent_encoded_json(&self) -> bool {
        self.percent_encoded_json
    }
    /// Whether the generator made it for an operation that has no input or output in the model.
    #[must_use]
    pub const fn is_synthetic(&self) -> bool {
        self.synthetic
    }
    /// Documentation, in Markdown, without the facts that the schema states; may be empty.
    #[must_use]
    pub const fn documentation(&self) -> &'static str {
        self.documentation
    }
}

/// A member of a structure, a union, a list or a map.
#[derive(Debug)]
pub struct Member {
    name: &'static str,
    rust_name: &'static str,
    wire_name: Option<&'static str>,
    query_name: Option<&'static str>,
    target: &'static Shape,
    timestamp_format: Option<TimestampFormat>,
    binding: Binding,
    xml_namespace: Option<&'static XmlNamespace>,
    context_param: Option<&'static str>,
    flags: MemberFlags,
    documentation: &'static str,
}

/// Where a member of an input, an output or an error goes in HTTP. Below these it means nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Binding {
    /// An element of the body's document, or an attribute of its root.
    #[default]
    Document,
    /// The label of its wire name in the path. In replies it is an element like any other, as the next two.
    Label,
    /// The parameter of its wire name in the query string, once for each member of a list.
    Query,
    /// A map of parameters of the query string.
    QueryParams,
    /// The header of its wire name, a list's members separated by commas.
    Header,
    /// A map of headers: its wire name and then the key.
    PrefixHeaders,
    /// The status of a reply.
    StatusCode,
    /// The whole body.
    Payload,
}

#[derive(Clone, Copy, Debug, Default)]
struct MemberFlags {
    host_label: bool,
    json_value: bool,
    streaming: bool,
    xml_attribute: bool,
    event_header: bool,
    event_payload: bool,
    required: bool,
    flattened: bool,
    sensitive: bool,
    idempotency_token: bool,
    deprecated: bool,
    /// Whether forms name it by the rules of `ec2Query`.
    ec2: bool,
}

impl Member {
    /// A member of this name in the model and in Rust, of the shape `target`. Its wire name is its name.
    #[must_use]
    pub const fn new(name: &'static str, rust_name: &'static str, target: &'static Shape) -> Self {
        Self {
            name,
            rust_name,
            wire_name: None,
            query_name: None,
            target,
            timestamp_format: None,
            binding: Binding::Document,
            xml_namespace: None,
            context_param: None,
            flags: MemberFlags {
                host_label: false,
                json_value: false,
                streaming: false,
                xml_attribute: false,
                event_header: false,
                event_payload: false,
                required: false,
                flattened: false,
                sensitive: false,
                idempotency_token: false,
                deprecated: false,
                ec2: false,
            },
            documentation: "",
        }
    }
    /// The same for a service that speaks `ec2Query`: in requests its name begins with a capital letter, and if it is a
    /// list, the numbers of its members follow that name at once.
    #[must_use]
    pub const fn ec2(name: &'static str, rust_name: &'static str, target: &'static Shape) -> Self {
        let mut member = Self::new(name, rust_name, target);
        member.flags.ec2 = true;
        member
    }
    /// Another name on the wire (API JSON's `locationName`).
    #[must_use]
    pub const fn with_wire_name(mut self, wire_name: &'static str) -> Self {
        self.wire_name = Some(wire_name);
        self
    }
    /// A name of its own in requests (API JSON's `queryName`).
    #[must_use]
    pub const fn with_query_name(mut self, query_name: &'static str) -> Self {
        self.query_name = Some(query_name);
        self
    }
    /// Another timestamp format than the target's.
    #[must_use]
    pub const fn with_timestamp_format(mut self, format: TimestampFormat) -> Self {
        self.timestamp_format = Some(format);
        self
    }
    /// Where it goes, if not into the body's document.
    #[must_use]
    pub const fn with_binding(mut self, binding: Binding) -> Self {
        self.binding = binding;
        self
    }
    /// The XML namespace that its element declares.
    #[must_use]
    pub const fn with_xml_namespace(mut self, namespace: &'static XmlNamespace) -> Self {
        self.xml_namespace = Some(namespace);
        self
    }
    /// The parameter of the endpoint rules that it gives.
    #[must_use]
    pub const fn with_context_param(mut self, name: &'static str) -> Self {
        self.context_param = Some(name);
        self
    }
    /// Puts it into the host name as well.
    #[must_use]
    pub const fn host_label(mut self) -> Self {
        self.flags.host_label = true;
        self
    }
    /// Marks its text as JSON, which a header carries as base64.
    #[must_use]
    pub const fn json_value(mut self) -> Self {
        self.flags.json_value = true;
        self
    }
    /// Marks its blob as one that may be too large to hold in memory.
    #[must_use]
    pub const fn streaming(mut self) -> Self {
        self.flags.streaming = true;
        self
    }
    /// Makes it an attribute of its structure's element.
    #[must_use]
    pub const fn xml_attribute(mut self) -> Self {
        self.flags.xml_attribute = true;
        self
    }
    /// Makes it a header of its event.
    #[must_use]
    pub const fn event_header(mut self) -> Self {
        self.flags.event_header = true;
        self
    }
    /// Makes it the whole payload of its event.
    #[must_use]
    pub const fn event_payload(mut self) -> Self {
        self.flags.event_payload = true;
        self
    }
    /// Marks it as required.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.flags.required = true;
        self
    }
    /// Marks its list or map as flattened.
    #[must_use]
    pub const fn flattened(mut self) -> Self {
        self.flags.flattened = true;
        self
    }
    /// Marks it as secret whatever its target says.
    #[must_use]
    pub const fn sensitive(mut self) -> Self {
        self.flags.sensitive = true;
        self
    }
    /// Marks it as a token that makes a repeated request harmless.
    #[must_use]
    pub const fn idempotency_token(mut self) -> Self {
        self.flags.idempotency_token = true;
        self
    }
    /// Marks it as deprecated.
    #[must_use]
    pub const fn deprecated(mut self) -> Self {
        self.flags.deprecated = true;
        self
    }
    /// Documentation, in Markdown.
    #[must_use]
    pub const fn with_documentation(mut self, documentation: &'static str) -> Self {
        self.documentation = documentation;
        self
    }

    /// The name in the model, the AWS CLI's JSON and boto3: `UserName`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
    /// The name of the Rust field: `user_name`.
    #[must_use]
    pub const fn rust_name(&self) -> &'static str {
        self.rust_name
    }
    /// The name on the wire: its own, or [`Member::name`].
    #[must_use]
    pub const fn wire_name(&self) -> &'static str {
        match self.wire_name {
            Some(wire_name) => wire_name,
            None => self.name,
        }
    }
    /// The name of what holds its value on the wire. A list whose own shape is flattened is not there: each of its members
    /// is, by the list member's name if the model gives one.
    #[must_use]
    pub const fn element_name(&self) -> &'static str {
        match self.target.kind() {
            ShapeKind::List(list) if list.flattened => match list.member.wire_name {
                Some(name) => name,
                None => self.wire_name(),
            },
            _ => self.wire_name(),
        }
    }
    /// The name in a form: its own there, or [`Member::wire_name`], with a capital first letter if the service speaks
    /// `ec2Query`.
    #[must_use]
    pub fn query_name(&self) -> Cow<'static, str> {
        match self.query_name {
            Some(query_name) => Cow::Borrowed(query_name),
            None if self.flags.ec2 => self.capitalized(),
            None => Cow::Borrowed(self.wire_name()),
        }
    }
    /// The wire name with a capital first letter. Most often that is the name in the model.
    fn capitalized(&self) -> Cow<'static, str> {
        let wire_name = self.wire_name();
        let [first @ b'a'..=b'z', rest @ ..] = wire_name.as_bytes() else { return Cow::Borrowed(wire_name) };
        if self.name.as_bytes().split_first() == Some((&first.to_ascii_uppercase(), rest)) {
            return Cow::Borrowed(self.name);
        }
        let mut name = wire_name.to_owned();
        name[..1].make_ascii_uppercase();
        Cow::Owned(name)
    }
    /// The name in a form of what holds its value, as [`Member::element_name`] is that in a document.
    #[must_use]
    pub fn query_element_name(&self) -> Cow<'static, str> {
        if self.flags.ec2 { self.query_name() } else { Cow::Borrowed(self.element_name()) }
    }
    /// Whether the service speaks `ec2Query`: forms name it, and the members of its list, by that protocol's rules.
    #[must_use]
    pub const fn is_ec2(&self) -> bool {
        self.flags.ec2
    }
    /// The shape of its value.
    #[must_use]
    pub const fn target(&self) -> &'static Shape {
        self.target
    }
    /// Where it goes in HTTP.
    #[must_use]
    pub const fn binding(&self) -> Binding {
        self.binding
    }
    /// The name of the root element where it is the whole body: its own wire name, or the name of its target.
    #[must_use]
    pub const fn payload_element(&self) -> &'static str {
        match self.wire_name {
            Some(wire_name) => wire_name,
            None => self.target.xml_name(),
        }
    }
    /// The XML namespace that its element declares: its own, or its target's. The elements of a flattened list are those of
    /// the list's members.
    #[must_use]
    pub fn xml_namespace(&self) -> Option<XmlNamespace> {
        match self.target.kind() {
            ShapeKind::List(list) if self.is_flattened() => list.member.xml_namespace().or(self.xml_namespace.copied()),
            _ => self.xml_namespace.or(self.target.xml_namespace).copied(),
        }
    }
    /// The parameter of the endpoint rules that it gives: `Bucket`.
    #[must_use]
    pub const fn context_param(&self) -> Option<&'static str> {
        self.context_param
    }
    /// Whether it goes into the host name as well.
    #[must_use]
    pub const fn is_host_label(&self) -> bool {
        self.flags.host_label
    }
    /// Whether its text is JSON, which a header carries as base64.
    #[must_use]
    pub const fn is_json_value(&self) -> bool {
        self.flags.json_value
    }
    /// Whether its blob may be too large to hold in memory.
    #[must_use]
    pub const fn is_streaming(&self) -> bool {
        self.flags.streaming
    }
    /// Whether it is an attribute of its structure's element.
    #[must_use]
    pub const fn is_xml_attribute(&self) -> bool {
        self.flags.xml_attribute
    }
    /// Whether it is a header of its event.
    #[must_use]
    pub const fn is_event_header(&self) -> bool {
        self.flags.event_header
    }
    /// Whether it is the whole payload of its event.
    #[must_use]
    pub const fn is_event_payload(&self) -> bool {
        self.flags.event_payload
    }
    /// Whether it must be given.
    #[must_use]
    pub const fn is_required(&self) -> bool {
        self.flags.required
    }
    /// Whether its list or map stands without an element around it, by the member's own trait or its target's.
    #[must_use]
    pub const fn is_flattened(&self) -> bool {
        self.flags.flattened
            || match self.target.kind() {
                ShapeKind::List(list) => list.flattened,
                ShapeKind::Map(map) => map.flattened,
                _ => false,
            }
    }
    /// Whether its value is secret, by its own trait or its target's.
    #[must_use]
    pub const fn is_sensitive(&self) -> bool {
        self.flags.sensitive || self.target.is_sensitive()
    }
    /// Whether it is a token that makes a repeated request harmless.
    #[must_use]
    pub const fn is_idempotency_token(&self) -> bool {
        self.flags.idempotency_token
    }
    /// Whether the model says that it should no longer be used.
    #[must_use]
    pub const fn is_deprecated(&self) -> bool {
        self.flags.deprecated
    }
    /// The format of its timestamp, by its own trait or its target's.
    #[must_use]
    pub const fn timestamp_format(&self) -> TimestampFormat {
        match (self.timestamp_format, self.target.kind()) {
            (Some(format), _) | (None, &ShapeKind::Timestamp(format)) => format,
            _ => TimestampFormat::DateTime,
        }
    }
    /// Documentation, in Markdown, without the facts that the schema states; may be empty.
    #[must_use]
    pub const fn documentation(&self) -> &'static str {
        self.documentation
    }
}
