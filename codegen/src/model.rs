//! The typed model between the readers and the emitter, in Smithy's terms: service, operation, shape, member, trait.
//!
//! It holds every fact of the source. What the emitter does not use yet is kept as it was read.

use std::collections::BTreeMap;

use crate::endpoint::RuleSet;
use crate::jmespath::Literal;
use crate::json::{Map, Value};
use crate::pattern::Dialect;

/// Facts that are kept as JSON, by their name in the source.
pub type RawFacts = Map;

/// A service model.
#[derive(Clone, Debug, PartialEq, Default)]
#[non_exhaustive]
pub struct Model {
    /// What the service as a whole is.
    pub service: Service,
    /// The shapes.
    pub shapes: Shapes,
    /// The operations, in the order of the source.
    pub operations: Vec<Operation>,
    /// The waiters, in the order of the source.
    pub waiters: Vec<Waiter>,
    /// The rules that choose an endpoint.
    pub endpoint_rule_set: Option<RuleSet>,
    /// Client parameters of the endpoint rule set, as they were read.
    pub client_context_params: Option<Value>,
    /// Examples, as they were read.
    pub examples: Option<Value>,
    /// What it means that a text matches a pattern.
    pub pattern_dialect: Dialect,
}

/// What the service as a whole is.
#[derive(Clone, Debug, PartialEq, Default)]
#[non_exhaustive]
pub struct Service {
    /// `2010-05-08`.
    pub api_version: String,
    /// The first label of host names: `iam`.
    pub endpoint_prefix: String,
    /// A host for all regions: `iam.amazonaws.com`.
    pub global_endpoint: Option<String>,
    /// The protocol by the source's name: `query`.
    pub protocol: String,
    /// All protocols that the service speaks.
    pub protocols: Vec<String>,
    /// `AWS Identity and Access Management`.
    pub full_name: String,
    /// A short name in prose.
    pub abbreviation: Option<String>,
    /// `IAM`.
    pub service_id: String,
    /// The name in a signature's scope, where it is not the endpoint prefix.
    pub signing_name: Option<String>,
    /// `v4`.
    pub signature_version: Option<String>,
    /// Authentication schemes.
    pub auth: Vec<String>,
    /// The id in links to the documentation: `iam-2010-05-08`.
    pub uid: Option<String>,
    /// The XML namespace of replies.
    pub xml_namespace: Option<String>,
    /// Whether a `restXml` error is the root element itself, without one around it.
    pub bare_errors: bool,
    /// In Markdown.
    pub documentation: Option<String>,
    /// Facts about other protocols.
    pub other: RawFacts,
}

/// Shapes by name, in the order of the source.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Shapes {
    list: Vec<Shape>,
    places: BTreeMap<String, usize>,
}

impl Shapes {
    /// Adds a shape; one of the same name is replaced.
    pub fn insert(&mut self, shape: Shape) {
        if let Some(&place) = self.places.get(&shape.name) {
            self.list[place] = shape;
        } else {
            self.places.insert(shape.name.clone(), self.list.len());
            self.list.push(shape);
        }
    }

    /// The shape of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Shape> {
        self.places.get(name).map(|&place| &self.list[place])
    }

    /// The shape of this name, to be changed. Its name must stay.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Shape> {
        self.places.get(name).map(|&place| &mut self.list[place])
    }

    /// All shapes.
    pub fn iter(&self) -> std::slice::Iter<'_, Shape> {
        self.list.iter()
    }

    /// All shapes, to be changed. Their names must stay.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, Shape> {
        self.list.iter_mut()
    }

    /// Keeps the shapes that `keep` wants.
    pub fn retain(&mut self, keep: impl Fn(&Shape) -> bool) {
        self.list.retain(keep);
        self.places.clear();
        for (place, shape) in self.list.iter().enumerate() {
            self.places.insert(shape.name.clone(), place);
        }
    }
}

impl<'a> IntoIterator for &'a Shapes {
    type Item = &'a Shape;
    type IntoIter = std::slice::Iter<'a, Shape>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'a> IntoIterator for &'a mut Shapes {
    type Item = &'a mut Shape;
    type IntoIter = std::slice::IterMut<'a, Shape>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

/// A type of the model with its constraints.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a trait of the model")]
#[non_exhaustive]
pub struct Shape {
    /// The name in the source.
    pub name: String,
    /// The name in Rust that an overlay asks for.
    pub rust_name: Option<String>,
    /// The kind of value.
    pub kind: Kind,
    /// In Markdown.
    pub documentation: Option<String>,
    /// Bounds of the length of text, bytes, lists and maps.
    pub length: Option<Length>,
    /// Bounds of a number.
    pub range: Option<Range>,
    /// A regular expression.
    pub pattern: Option<String>,
    /// What makes it an error.
    pub error: Option<ErrorTrait>,
    /// Whether values are secret.
    pub sensitive: bool,
    /// Whether text is a JSON document that replies hold percent-encoded. Only overlays say so.
    pub percent_encoded_json: bool,
    /// That it should no longer be used.
    pub deprecated: Option<Deprecation>,
    /// Whether absent and zero differ.
    pub boxed: bool,
    /// Whether the source marks it as added to the service's own model.
    pub synthetic: bool,
    /// Whether the generator made it, for an operation that has no such shape.
    pub generated: bool,
    /// Another name on the wire.
    pub wire_name: Option<String>,
    /// The XML namespace of its element.
    pub xml_namespace: Option<XmlNamespace>,
    /// Whether a blob may be too large to hold in memory.
    pub streaming: bool,
    /// Whether a union is one of the events of a stream.
    pub event_stream: bool,
    /// Facts that are kept as the source has them: about protocols that are not emitted yet, and `retryable`.
    pub other: RawFacts,
}

impl Shape {
    /// A shape without constraints.
    #[must_use]
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self {
            name: name.into(),
            rust_name: None,
            kind,
            documentation: None,
            length: None,
            range: None,
            pattern: None,
            error: None,
            sensitive: false,
            percent_encoded_json: false,
            deprecated: None,
            boxed: false,
            synthetic: false,
            generated: false,
            wire_name: None,
            xml_namespace: None,
            streaming: false,
            event_stream: false,
            other: RawFacts::new(),
        }
    }

    /// The members of a structure or union; none for other kinds.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        match &self.kind {
            Kind::Structure(members) | Kind::Union(members) => members,
            _ => &[],
        }
    }

    /// Everything that it refers to, with the keys that lead there.
    pub(crate) fn references(&self) -> Vec<(Vec<&str>, &Member)> {
        match &self.kind {
            Kind::Structure(members) | Kind::Union(members) => {
                members.iter().map(|member| (vec!["members", member.name.as_str()], member)).collect()
            }
            Kind::List(list) => vec![(vec!["member"], &list.member)],
            Kind::Map(map) => vec![(vec!["key"], &map.key), (vec!["value"], &map.value)],
            _ => Vec::new(),
        }
    }
}

/// The kind of value that a shape describes.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Kind {
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
    /// Text that is one of these values, today.
    Enum(Vec<String>),
    /// Bytes.
    Blob,
    /// An instant.
    Timestamp(Option<TimestampFormat>),
    /// A list.
    List(Box<List>),
    /// A map from text.
    Map(Box<MapShape>),
    /// Named members.
    Structure(Vec<Member>),
    /// Exactly one of these members.
    Union(Vec<Member>),
}

impl Kind {
    /// The kind by its name in the source.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Long => "long",
            Self::Float => "float",
            Self::Double => "double",
            Self::String | Self::Enum(_) => "string",
            Self::Blob => "blob",
            Self::Timestamp(_) => "timestamp",
            Self::List(_) => "list",
            Self::Map(_) => "map",
            Self::Structure(_) => "structure",
            Self::Union(_) => "union",
        }
    }

    /// Whether it has members with names.
    #[must_use]
    pub fn is_aggregate(&self) -> bool {
        matches!(self, Self::Structure(_) | Self::Union(_))
    }
}

/// A list's member.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct List {
    /// The member.
    pub member: Member,
    /// Whether no element stands around the members.
    pub flattened: bool,
}

/// A map's key and value.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct MapShape {
    /// The key.
    pub key: Member,
    /// The value.
    pub value: Member,
    /// Whether no element stands around the entries.
    pub flattened: bool,
}

/// A member of a structure, a union, a list or a map.
#[derive(Clone, Debug, PartialEq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a trait of the model")]
#[non_exhaustive]
pub struct Member {
    /// The name in the source; `member`, `key` or `value` in lists and maps.
    pub name: String,
    /// The name in Rust that an overlay asks for.
    pub rust_name: Option<String>,
    /// The name of the shape of its value.
    pub target: String,
    /// In Markdown.
    pub documentation: Option<String>,
    /// Whether it must be given.
    pub required: bool,
    /// The name on the wire, where it is not its own.
    pub wire_name: Option<String>,
    /// The name in an `ec2` request.
    pub query_name: Option<String>,
    /// Where it goes if not into the body's document.
    pub binding: Option<Binding>,
    /// Whether it goes into the host name as well.
    pub host_label: bool,
    /// Whether its text is JSON, which headers carry as base64.
    pub json_value: bool,
    /// Whether a blob may be too large to hold in memory.
    pub streaming: bool,
    /// Whether it is a header of its event.
    pub event_header: bool,
    /// Whether it is the whole payload of its event.
    pub event_payload: bool,
    /// The parameter of the endpoint rules that it gives.
    pub context_param: Option<String>,
    /// Whether no element stands around its list or map.
    pub flattened: bool,
    /// Whether its value is secret whatever its target says.
    pub sensitive: bool,
    /// Whether it is a token that makes a repeated request harmless.
    pub idempotency_token: bool,
    /// Whether it is an attribute of its structure's element.
    pub xml_attribute: bool,
    /// Whether absent and zero differ.
    pub boxed: bool,
    /// That it should no longer be used.
    pub deprecated: Option<Deprecation>,
    /// Another timestamp format than the target's.
    pub timestamp_format: Option<TimestampFormat>,
    /// The XML namespace of its element.
    pub xml_namespace: Option<XmlNamespace>,
    /// Facts about protocols that are not emitted yet.
    pub other: RawFacts,
}

/// Where a member goes that is no part of the body's document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Binding {
    /// Into the path, as the label of its wire name. API JSON's `uri`.
    Label,
    /// Into the query string. API JSON's `querystring`.
    Query,
    /// A map that is a part of the query string. API JSON's `querystring` of a map.
    QueryParams,
    /// A header.
    Header,
    /// A map whose keys, after the wire name, are names of headers. API JSON's `headers`.
    PrefixHeaders,
    /// The status of the reply.
    StatusCode,
    /// The whole body.
    Payload,
}

/// How a timestamp is written on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "those of the specification")]
pub enum TimestampFormat {
    /// RFC 3339, API JSON's `iso8601`.
    DateTime,
    /// Seconds since 1970, API JSON's `unixTimestamp`.
    EpochSeconds,
    /// RFC 7231, API JSON's `rfc822`.
    HttpDate,
}

/// Bounds of a length, inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Length {
    /// The least.
    pub min: Option<u64>,
    /// The most.
    pub max: Option<u64>,
}

/// Bounds of a number, inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
#[non_exhaustive]
pub struct Range {
    /// The least.
    pub min: Option<Number>,
    /// The most.
    pub max: Option<Number>,
}

/// A bound of a range.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "those of the specification")]
pub enum Number {
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
}

impl Number {
    /// The number as floating-point, to compare bounds.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "bounds are compared, not computed with")]
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Integer(number) => number as f64,
            Self::Float(number) => number,
        }
    }
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
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorTrait {
    /// The code on the wire, where it is not the shape's name.
    pub code: Option<String>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// Who is at fault, if the source says so.
    pub fault: Option<Fault>,
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

/// That something should no longer be used.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Deprecation {
    /// What to use instead, in prose.
    pub message: Option<String>,
    /// Since when.
    pub since: Option<String>,
}

/// An XML namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct XmlNamespace {
    /// Its URI.
    pub uri: String,
    /// Its prefix.
    pub prefix: Option<String>,
}

/// An operation.
#[derive(Clone, Debug, PartialEq, Default)]
#[non_exhaustive]
pub struct Operation {
    /// The name in the source.
    pub name: String,
    /// The name in Rust that an overlay asks for.
    pub rust_name: Option<String>,
    /// The service's own name for it, where it differs.
    pub wire_name: Option<String>,
    /// Its HTTP binding.
    pub http: Http,
    /// The input structure.
    pub input: Option<Payload>,
    /// The output structure.
    pub output: Option<Payload>,
    /// The shapes of its errors.
    pub errors: Vec<String>,
    /// In Markdown.
    pub documentation: Option<String>,
    /// Whether a repeated request does no more than the first.
    pub idempotent: bool,
    /// That it should no longer be used.
    pub deprecated: Option<Deprecation>,
    /// Whether requests go unsigned.
    pub unauthenticated: bool,
    /// Whether the body stays out of the signature.
    pub unsigned_payload: bool,
    /// What stands before the endpoint's host name, with labels: `{AccountId}.`
    pub host_prefix: Option<String>,
    /// Checksums of requests and replies.
    pub checksum: Option<Checksum>,
    /// How requests may be compressed: `gzip`.
    pub compression: Vec<String>,
    /// Parameters of the endpoint rules, beside those that members give.
    pub context_params: Vec<ContextParam>,
    /// How its replies are divided into pages.
    pub paginator: Option<Paginator>,
    /// Facts that are not emitted yet.
    pub other: RawFacts,
}

/// An operation's HTTP binding.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Http {
    /// `POST`.
    pub method: String,
    /// A URI template.
    pub request_uri: String,
    /// The status of success.
    pub response_code: Option<u16>,
}

/// Checksums of an operation's requests and replies.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Checksum {
    /// Whether a request must carry one.
    pub required: bool,
    /// Whether there are several algorithms, each with a header of its own; otherwise it is MD5, in `Content-MD5`.
    pub flexible: bool,
    /// The input member that names the algorithm.
    pub algorithm_member: Option<String>,
    /// The input member that asks for one in the reply.
    pub mode_member: Option<String>,
    /// The algorithms that a reply may carry, the preferred first.
    pub response_algorithms: Vec<String>,
}

/// A parameter of the endpoint rules.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ContextParam {
    /// Its name in the rules.
    pub name: String,
    /// Its value.
    pub value: ContextValue,
}

/// The value of a parameter of the endpoint rules.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContextValue {
    /// `true` or `false`.
    Boolean(bool),
    /// Text.
    Text(String),
    /// A list of text.
    Texts(Vec<String>),
    /// A path into the input, whose texts are the value: `Delete.Objects[*].Key`.
    Path(String),
}

/// An operation's input or output.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Payload {
    /// The structure's name.
    pub shape: String,
    /// The element that a reply wraps the output in.
    pub result_wrapper: Option<String>,
    /// The name of the element on the wire.
    pub wire_name: Option<String>,
    /// The XML namespace of the element.
    pub xml_namespace: Option<XmlNamespace>,
    /// Whether the document is the element of the structure's one member, without one around it.
    pub unwrapped: bool,
}

/// How the pages of an operation follow each other. Members of the output are named by expressions.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Paginator {
    /// Input members that take the token of the page before.
    pub input_tokens: Vec<String>,
    /// Output members that give the token of the page after.
    pub output_tokens: Vec<String>,
    /// The output member that says whether another page follows.
    pub more_results: Option<String>,
    /// The input member that bounds the size of a page.
    pub limit_key: Option<String>,
    /// The output members that hold a page's items.
    pub result_keys: Vec<String>,
    /// Output members that are the same on every page.
    pub non_aggregate_keys: Vec<String>,
}

/// What to wait for after an operation.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Waiter {
    /// `UserExists`.
    pub name: String,
    /// The operation to repeat.
    pub operation: String,
    /// Seconds between two calls; the least, where there is a most.
    pub delay: u32,
    /// The most seconds between two calls, where the time between them grows.
    pub max_delay: Option<u32>,
    /// The most calls.
    pub max_attempts: Option<u32>,
    /// When to stop, in order.
    pub acceptors: Vec<Acceptor>,
    /// In Markdown.
    pub documentation: Option<String>,
    /// Whether it should no longer be used.
    pub deprecated: bool,
    /// Words that group waiters.
    pub tags: Vec<String>,
}

/// A condition on a reply, and what follows from it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Acceptor {
    /// What follows.
    pub state: AcceptorState,
    /// The condition.
    pub matcher: Matcher,
}

/// What follows from a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "those of the specification")]
pub enum AcceptorState {
    /// What was waited for is there.
    Success,
    /// It will not come any more.
    Failure,
    /// It is not there yet.
    Retry,
}

/// How to look at a reply.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Matcher {
    /// It has this HTTP status.
    Status(u16),
    /// It is an output, or else an error.
    Success(bool),
    /// It is an error of this code, or of the shape of this name.
    Error(String),
    /// An expression gives what is expected.
    Path(PathMatcher),
}

/// An expression on a reply, and what it should give.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PathMatcher {
    /// What the expression is about.
    pub subject: Subject,
    /// The expression, in JMESPath.
    pub path: String,
    /// How what it gives is compared.
    pub comparator: Comparator,
    /// With what.
    pub expected: Literal,
}

/// What an expression of a waiter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subject {
    /// The output.
    Output,
    /// A structure of both, with the members `input` and `output`.
    InputOutput,
}

/// How what an expression gives is compared with what is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Comparator {
    /// It is equal.
    Equals,
    /// It is a list that is not empty, and all its members are equal.
    All,
    /// It is a list, and one of its members is equal.
    Any,
}
