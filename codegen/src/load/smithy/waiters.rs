//! The trait `smithy.waiters#waitable`.

use super::local;
use crate::jmespath::Literal;
use crate::load::sidecars::small;
use crate::load::{Node, Object};
use crate::markdown;
use crate::model::{Acceptor, AcceptorState, Comparator, Matcher, PathMatcher, Subject, Waiter};

/// The least seconds between two calls where the trait says nothing.
const MIN_DELAY: u32 = 2;
/// The most seconds between two calls where the trait says nothing.
const MAX_DELAY: u32 = 120;

/// Reads the waiters of an operation.
pub(super) fn read(node: &Node<'_>, operation: &str) -> Vec<Waiter> {
    node.entries().into_iter().filter_map(|(name, node)| read_waiter(name, node, operation)).collect()
}

fn read_waiter(name: &str, node: Node<'_>, operation: &str) -> Option<Waiter> {
    let mut object = node.object()?;
    let mut seconds = |key| object.take(key).and_then(|node| small(&node));
    let delay = seconds("minDelay").unwrap_or(MIN_DELAY);
    let max_delay = seconds("maxDelay").unwrap_or(MAX_DELAY);
    let documentation = object.text("documentation").and_then(|html| markdown::from_html(&html));
    let deprecated = object.flag("deprecated");
    let tags = object.texts("tags");
    let acceptors = object.need_items("acceptors");
    object.finish();
    let acceptors = acceptors.into_iter().map(read_acceptor).collect::<Option<Vec<_>>>()?;
    Some(Waiter {
        name: name.to_owned(),
        operation: operation.to_owned(),
        delay,
        max_delay: Some(max_delay),
        max_attempts: None,
        acceptors,
        documentation,
        deprecated,
        tags,
    })
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
    let matcher = object.need("matcher").and_then(Node::object).and_then(read_matcher);
    object.finish();
    Some(Acceptor { state: state?, matcher: matcher? })
}

fn read_matcher(mut object: Object<'_>) -> Option<Matcher> {
    let matcher = if let Some(node) = object.take("success") {
        node.boolean().map(Matcher::Success)
    } else if let Some(error) = object.text("errorType") {
        Some(Matcher::Error(local(&error).to_owned()))
    } else if let Some(node) = object.take("inputOutput") {
        node.object().and_then(|object| read_path(object, Subject::InputOutput))
    } else {
        object.need("output").and_then(Node::object).and_then(|object| read_path(object, Subject::Output))
    };
    object.finish();
    matcher
}

fn read_path(mut object: Object<'_>, subject: Subject) -> Option<Matcher> {
    let path = object.need_text("path");
    let expected = object.need("expected");
    let comparator = object.need("comparator");
    object.finish();
    let (path, expected, node) = (path?, expected?, comparator?);
    let text = expected.raw().clone();
    let (comparator, expected) = match node.text()? {
        "stringEquals" => (Comparator::Equals, text),
        "booleanEquals" => (Comparator::Equals, (expected.text()? == "true").into()),
        "allStringEquals" => (Comparator::All, text),
        "anyStringEquals" => (Comparator::Any, text),
        other => {
            node.problem(format!("the comparator `{other}` is unknown"));
            return None;
        }
    };
    let expected = Literal::from_json(&expected)?;
    Some(Matcher::Path(PathMatcher { subject, path, comparator, expected }))
}
