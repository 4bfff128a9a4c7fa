//! What lies beside a model file, or in it under keys of its own: paginators and waiters.

use crate::jmespath::Literal;
use crate::load::{Node, Object};
use crate::markdown;
use crate::model::{Acceptor, AcceptorState, Comparator, Matcher, Operation, Paginator, PathMatcher, Subject, Waiter};

/// Reads paginators into their operations.
pub(super) fn read_paginators(node: &Node<'_>, operations: &mut [Operation]) {
    for (name, node) in node.entries() {
        match operations.iter_mut().find(|operation| operation.name == name) {
            Some(operation) => operation.paginator = read_paginator(node),
            None => no_operation(&node, name, operations),
        }
    }
}

fn no_operation(node: &Node<'_>, name: &str, operations: &[Operation]) {
    let names = || operations.iter().map(|operation| operation.name.as_str()).collect();
    node.unknown(format!("the model has no operation `{name}`"), name, &names);
}

/// Reads one paginator.
pub(crate) fn read_paginator(node: Node<'_>) -> Option<Paginator> {
    let mut object = node.object()?;
    let mut names = |key: &'static str| object.take(key).map(|node| one_or_more(&node)).unwrap_or_default();
    let mut paginator = Paginator {
        input_tokens: names("input_token"),
        output_tokens: names("output_token"),
        result_keys: names("result_key"),
        non_aggregate_keys: names("non_aggregate_keys"),
        more_results: None,
        limit_key: None,
    };
    paginator.more_results = object.text("more_results");
    paginator.limit_key = object.text("limit_key");
    if paginator.input_tokens.len() != paginator.output_tokens.len() {
        object.node().problem("expected as many `output_token`s as `input_token`s");
    }
    object.finish();
    Some(paginator)
}

fn one_or_more(node: &Node<'_>) -> Vec<String> {
    if node.is_array() { node.texts() } else { node.text().into_iter().map(str::to_owned).collect() }
}

/// Reads waiters.
pub(super) fn read_waiters(node: &Node<'_>, operations: &[Operation]) -> Vec<Waiter> {
    node.entries().into_iter().filter_map(|(name, node)| read_waiter(name, node, operations)).collect()
}

fn read_waiter(name: &str, node: Node<'_>, operations: &[Operation]) -> Option<Waiter> {
    let mut object = node.object()?;
    let operation = object.need("operation");
    let target = operation.as_ref().and_then(Node::text).map(str::to_owned);
    if let (Some(node), Some(target)) = (&operation, &target)
        && !operations.iter().any(|operation| operation.name == *target)
    {
        no_operation(node, target, operations);
    }
    let delay = object.need("delay").and_then(|node| small(&node));
    let max_attempts = object.need("maxAttempts").and_then(|node| small(&node));
    let acceptors = object.need_items("acceptors");
    let documentation = object.text("description").and_then(|html| markdown::from_html(&html));
    object.finish();
    let acceptors = acceptors.into_iter().filter_map(read_acceptor).collect();
    Some(Waiter {
        name: name.to_owned(),
        operation: target?,
        delay: delay?,
        max_delay: None,
        max_attempts: Some(max_attempts?),
        acceptors,
        documentation,
        deprecated: false,
        tags: Vec::new(),
    })
}

/// A number of seconds or of calls.
/// A number of at most 32 bits that is not negative.
pub(super) fn small(node: &Node<'_>) -> Option<u32> {
    let number = u32::try_from(node.size()?);
    if number.is_err() {
        node.problem("expected a number of at most 32 bits");
    }
    number.ok()
}

fn read_acceptor(node: Node<'_>) -> Option<Acceptor> {
    let mut object = node.object()?;
    let state = object.need("state").and_then(|node| match node.text()? {
        "success" => Some(AcceptorState::Success),
        "failure" => Some(AcceptorState::Failure),
        "retry" => Some(AcceptorState::Retry),
        other => {
            node.problem(format!("the state `{other}` is unknown"));
            None
        }
    });
    let matcher = read_matcher(&mut object);
    object.finish();
    Some(Acceptor { state: state?, matcher: matcher? })
}

fn read_matcher(object: &mut Object<'_>) -> Option<Matcher> {
    let (matcher, expected) = (object.need("matcher"), object.need("expected"));
    let (matcher, expected) = (matcher?, expected?);
    let comparator = match matcher.text()? {
        "status" => return expected.status().map(Matcher::Status),
        // Any error, or none.
        "error" if expected.raw().as_bool().is_some() => {
            return expected.boolean().map(|error| Matcher::Success(!error));
        }
        "error" => return expected.text().map(|code| Matcher::Error(code.to_owned())),
        "path" => Comparator::Equals,
        "pathAll" => Comparator::All,
        "pathAny" => Comparator::Any,
        other => {
            matcher.problem(format!("the matcher `{other}` is unknown"));
            return None;
        }
    };
    let path = object.need_text("argument");
    let literal = Literal::from_json(expected.raw());
    if literal.is_none() {
        expected.problem("expected a string, a number or a boolean");
    }
    Some(Matcher::Path(PathMatcher { subject: Subject::Output, path: path?, comparator, expected: literal? }))
}
