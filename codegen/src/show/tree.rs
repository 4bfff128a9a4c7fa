//! The tree of a shape: what it holds, with all that is to be known of each part.

use std::cell::Cell;
use std::collections::BTreeSet;

use super::Found;
use crate::jmespath::Literal;
use crate::json::Value;
use crate::model::{
    Acceptor, AcceptorState, Binding, Comparator, Fault, Kind, Matcher, Member, Model, Number, Operation, Paginator,
    Payload, Shape, TimestampFormat, Waiter,
};
use crate::name::Names;
use crate::protocol::Protocol;
use crate::reach;

/// Deeper than any model is meant to be; the tree ends there.
const MAX_DEPTH: usize = 64;
/// The most shapes in a tree: what stands in many places is shown in each.
const MAX_SHAPES: usize = 20_000;

/// A part of a tree: an operation, a shape in its place, or what groups others.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Node {
    /// What it is there: the name of a member, `input`, `member`, `error`, ….
    pub role: String,
    /// The shape, if it is one.
    pub shape: Option<String>,
    /// `operation`, the kind of shape, or nothing.
    pub kind: Option<&'static str>,
    /// What is to be known, in order.
    pub facts: Vec<Fact>,
    /// Where the tree ends though there is more.
    pub end: Option<End>,
    /// What it holds.
    pub children: Vec<Node>,
}

/// Something to be known: its name, which stays, and what it is. What is not so is left out.
pub type Fact = (&'static str, Value);

/// Why there is nothing below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a tree has two ends")]
pub enum End {
    /// The same shape is above.
    Recursion,
    /// The tree is as deep as was asked for, or as large as it may be.
    Depth,
}

/// The tree of an operation or a shape, with `depth` levels of shapes below it.
#[must_use]
pub fn tree(model: &Model, found: Found<'_>, depth: Option<usize>) -> Node {
    let depth = depth.unwrap_or(MAX_DEPTH).min(MAX_DEPTH);
    let requests = match Protocol::of(&model.service) {
        Some(Protocol::Ec2Query) => reach::from_inputs(model),
        _ => Vec::new(),
    };
    let requests = requests.into_iter().collect();
    let builder = Builder { model, names: Names::new(model), requests, left: Cell::new(MAX_SHAPES) };
    match found {
        Found::Operation(operation) => builder.operation(operation, depth),
        Found::Shape(shape) => builder.shape(String::new(), shape, Vec::new(), &mut Vec::new(), depth),
    }
}

struct Builder<'a> {
    model: &'a Model,
    names: Names,
    /// Shapes whose members have names of their own in requests.
    requests: BTreeSet<&'a str>,
    /// How many more shapes there may be.
    left: Cell<usize>,
}

fn group(role: &str, children: Vec<Node>) -> Node {
    Node { role: role.to_owned(), shape: None, kind: None, facts: Vec::new(), end: None, children }
}

/// Adds a fact if there is one.
fn add(facts: &mut Vec<Fact>, name: &'static str, value: Option<impl Into<Value>>) {
    facts.extend(value.map(|value| (name, value.into())));
}

fn flag(facts: &mut Vec<Fact>, name: &'static str, holds: bool) {
    add(facts, name, holds.then_some(true));
}

impl Builder<'_> {
    fn operation(&self, operation: &Operation, depth: usize) -> Node {
        let mut facts = Vec::new();
        let http = &operation.http;
        add(&mut facts, "http", Some(format!("{} {}", http.method, http.request_uri)));
        add(&mut facts, "rust", Some(self.names.operation(&operation.name).method.to_string()));
        add(&mut facts, "wire_name", operation.wire_name.clone());
        flag(&mut facts, "idempotent", operation.idempotent);
        flag(&mut facts, "unauthenticated", operation.unauthenticated);
        add(&mut facts, "host_prefix", operation.host_prefix.clone());
        flag(&mut facts, "deprecated", operation.deprecated.is_some());
        let mut children = Vec::new();
        for (role, payload) in [("input", &operation.input), ("output", &operation.output)] {
            children.extend(payload.as_ref().map(|payload| self.payload(role, payload, depth)));
        }
        let errors: Vec<Node> = operation.errors.iter().map(|name| self.error(name, depth)).collect();
        children.extend((!errors.is_empty()).then(|| group("errors", errors)));
        children.extend(operation.paginator.as_ref().map(paginator));
        let waiters = self.model.waiters.iter().filter(|waiter| waiter.operation == operation.name);
        let waiters: Vec<Node> = waiters.map(waiter).collect();
        children.extend((!waiters.is_empty()).then(|| group("waiters", waiters)));
        Node { role: operation.name.clone(), shape: None, kind: Some("operation"), facts, end: None, children }
    }

    fn payload(&self, role: &str, payload: &Payload, depth: usize) -> Node {
        let mut facts = Vec::new();
        add(&mut facts, "result_wrapper", payload.result_wrapper.clone());
        add(&mut facts, "wire_name", payload.wire_name.clone());
        add(&mut facts, "xml_namespace", payload.xml_namespace.as_ref().map(|namespace| namespace.uri.clone()));
        self.target(role.to_owned(), &payload.shape, facts, &mut Vec::new(), depth)
    }

    fn error(&self, name: &str, depth: usize) -> Node {
        self.target("error".to_owned(), name, Vec::new(), &mut Vec::new(), depth)
    }

    /// The shape of this name in its place, if there is one.
    fn target<'b>(
        &'b self,
        role: String,
        name: &'b str,
        facts: Vec<Fact>,
        above: &mut Vec<&'b str>,
        depth: usize,
    ) -> Node {
        match self.model.shapes.get(name) {
            Some(shape) => self.shape(role, shape, facts, above, depth),
            None => Node { shape: Some(name.to_owned()), facts, ..group(&role, Vec::new()) },
        }
    }

    fn shape<'b>(
        &'b self,
        role: String,
        shape: &'b Shape,
        mut facts: Vec<Fact>,
        above: &mut Vec<&'b str>,
        depth: usize,
    ) -> Node {
        shape_facts(shape, &mut facts);
        let mut node = Node {
            role,
            shape: Some(shape.name.clone()),
            kind: Some(match shape.kind {
                Kind::Enum(_) => "enumeration",
                _ => shape.kind.name(),
            }),
            facts,
            end: None,
            children: Vec::new(),
        };
        let references = shape.references();
        if references.is_empty() {
            return node;
        }
        if above.contains(&shape.name.as_str()) {
            node.end = Some(End::Recursion);
        } else if depth == 0 || self.left.get() == 0 {
            node.end = Some(End::Depth);
        } else {
            above.push(&shape.name);
            self.left.set(self.left.get().saturating_sub(references.len()));
            let has_query_names = shape.kind.is_aggregate() && self.requests.contains(shape.name.as_str());
            for (_, member) in references {
                let facts = member_facts(member, has_query_names);
                node.children.push(self.target(member.name.clone(), &member.target, facts, above, depth - 1));
            }
            above.pop();
        }
        node
    }
}

fn shape_facts(shape: &Shape, facts: &mut Vec<Fact>) {
    if let Some(error) = &shape.error {
        add(facts, "code", Some(error.code.as_deref().unwrap_or(&shape.name)));
        add(facts, "status", error.status);
        add(
            facts,
            "fault",
            error.fault.map(|fault| match fault {
                Fault::Sender => "sender",
                Fault::Receiver => "receiver",
            }),
        );
    }
    let bounds = |min: Option<Value>, max: Option<Value>| Value::from([("min", min.into()), ("max", max.into())]);
    add(facts, "length", shape.length.map(|it| bounds(it.min.map(Value::from), it.max.map(Value::from))));
    let number = |number: Number| match number {
        Number::Integer(number) => Value::from(number),
        Number::Float(number) => Value::from(number),
    };
    add(facts, "range", shape.range.map(|it| bounds(it.min.map(number), it.max.map(number))));
    add(facts, "pattern", shape.pattern.clone());
    match &shape.kind {
        Kind::Enum(values) => add(facts, "values", Some(values.clone())),
        Kind::Timestamp(format) => add(facts, "timestamp_format", format.map(timestamp_format)),
        Kind::List(list) => flag(facts, "flattened", list.flattened),
        Kind::Map(map) => flag(facts, "flattened", map.flattened),
        _ => {}
    }
    add(facts, "wire_name", shape.wire_name.clone());
    flag(facts, "secret", shape.sensitive);
    flag(facts, "streaming", shape.streaming);
    flag(facts, "event_stream", shape.event_stream);
    flag(facts, "percent_encoded_json", shape.percent_encoded_json);
    flag(facts, "deprecated", shape.deprecated.is_some());
}

fn member_facts(member: &Member, has_query_names: bool) -> Vec<Fact> {
    let mut facts = Vec::new();
    flag(&mut facts, "required", member.required);
    add(&mut facts, "wire_name", member.wire_name.clone());
    if has_query_names {
        let name = Protocol::ec2_name(member).into_owned();
        add(&mut facts, "query_name", (member.wire_name.as_ref().unwrap_or(&member.name) != &name).then_some(name));
    }
    add(&mut facts, "location", member.binding.map(binding));
    flag(&mut facts, "host_label", member.host_label);
    flag(&mut facts, "flattened", member.flattened);
    flag(&mut facts, "xml_attribute", member.xml_attribute);
    add(&mut facts, "xml_namespace", member.xml_namespace.as_ref().map(|namespace| namespace.uri.clone()));
    add(&mut facts, "timestamp_format", member.timestamp_format.map(timestamp_format));
    flag(&mut facts, "idempotency_token", member.idempotency_token);
    flag(&mut facts, "secret", member.sensitive);
    flag(&mut facts, "streaming", member.streaming);
    flag(&mut facts, "deprecated", member.deprecated.is_some());
    facts
}

fn binding(binding: Binding) -> &'static str {
    match binding {
        Binding::Label => "path",
        Binding::Query | Binding::QueryParams => "query",
        Binding::Header => "header",
        Binding::PrefixHeaders => "headers",
        Binding::StatusCode => "status",
        Binding::Payload => "body",
    }
}

fn timestamp_format(format: TimestampFormat) -> &'static str {
    match format {
        TimestampFormat::DateTime => "date-time",
        TimestampFormat::EpochSeconds => "epoch-seconds",
        TimestampFormat::HttpDate => "http-date",
    }
}

fn paginator(paginator: &Paginator) -> Node {
    let mut facts = Vec::new();
    let mut texts = |name: &'static str, texts: &[String]| {
        add(&mut facts, name, (!texts.is_empty()).then(|| texts.to_vec()));
    };
    texts("input_tokens", &paginator.input_tokens);
    texts("output_tokens", &paginator.output_tokens);
    texts("items", &paginator.result_keys);
    add(&mut facts, "more_results", paginator.more_results.clone());
    add(&mut facts, "page_size", paginator.limit_key.clone());
    Node { facts, ..group("paginator", Vec::new()) }
}

fn waiter(waiter: &Waiter) -> Node {
    let mut facts = Vec::new();
    add(&mut facts, "delay", Some(waiter.delay));
    add(&mut facts, "max_delay", waiter.max_delay);
    add(&mut facts, "max_attempts", waiter.max_attempts);
    add(&mut facts, "until", Some(waiter.acceptors.iter().map(acceptor).collect::<Vec<String>>()));
    flag(&mut facts, "deprecated", waiter.deprecated);
    Node { facts, ..group(&waiter.name, Vec::new()) }
}

/// An acceptor in words: `success: status 200`.
fn acceptor(acceptor: &Acceptor) -> String {
    let state = match acceptor.state {
        AcceptorState::Success => "success",
        AcceptorState::Failure => "failure",
        AcceptorState::Retry => "retry",
    };
    match &acceptor.matcher {
        Matcher::Status(status) => format!("{state}: status {status}"),
        Matcher::Success(true) => format!("{state}: any output"),
        Matcher::Success(false) => format!("{state}: any error"),
        Matcher::Error(code) => format!("{state}: error {code}"),
        Matcher::Path(path) => {
            let comparator = match path.comparator {
                Comparator::Equals => "is",
                Comparator::All => "are all",
                Comparator::Any => "has",
            };
            format!("{state}: {} {comparator} {}", path.path, expected(&path.expected))
        }
    }
}

/// As JSON writes it.
fn expected(literal: &Literal) -> Value {
    match literal {
        Literal::Null => Value::Null,
        Literal::Boolean(boolean) => Value::from(*boolean),
        Literal::Integer(number) => Value::from(*number),
        Literal::Float(number) => Value::from(*number),
        Literal::String(text) => Value::from(text.as_str()),
    }
}
