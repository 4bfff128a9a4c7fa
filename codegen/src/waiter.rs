//! What waiters say: expressions on the output, read and checked, and errors by their code on the wire.

use crate::by_name::sort_by_name;
use crate::diagnostic::{Diagnostics, pointer};
use crate::jmespath::{self, Expression, Literal, Use};
use crate::model::{self, AcceptorState, Comparator, Model, Shape, Subject};

/// A waiter that can be emitted.
pub(crate) struct Waiter<'a> {
    pub(crate) source: &'a model::Waiter,
    pub(crate) acceptors: Vec<(AcceptorState, Matcher<'a>)>,
}

/// How to look at a reply.
pub(crate) enum Matcher<'a> {
    Status(u16),
    Success(bool),
    /// By the code on the wire.
    Error(&'a str),
    Path(Comparator, Expression, &'a Literal),
}

/// The waiters, sorted by name. One with an acceptor that is not understood, or that names what is not there, is reported
/// and left out: without that acceptor it would wait for something else.
pub(crate) fn resolve<'a>(model: &'a Model, file: &str, found: &mut Diagnostics) -> Vec<Waiter<'a>> {
    let mut waiters: Vec<Waiter<'a>> = Vec::new();
    for source in &model.waiters {
        let acceptors = source.acceptors.iter().enumerate().map(|(index, acceptor)| {
            let matcher = matcher(model, source, &acceptor.matcher).map_err(|message| {
                let at = pointer(&["waiters", &source.name, "acceptors", &index.to_string()]);
                found.warning(file, &at, format!("the waiter `{}` is left out: {message}", source.name));
            });
            Some((acceptor.state, matcher.ok()?))
        });
        if let Some(acceptors) = acceptors.collect() {
            waiters.push(Waiter { source, acceptors });
        }
    }
    sort_by_name(&mut waiters, |waiter| &waiter.source.name);
    waiters
}

fn matcher<'a>(model: &'a Model, waiter: &model::Waiter, matcher: &'a model::Matcher) -> Result<Matcher<'a>, String> {
    let path = match matcher {
        model::Matcher::Status(status) => return Ok(Matcher::Status(*status)),
        model::Matcher::Success(success) => return Ok(Matcher::Success(*success)),
        model::Matcher::Error(name) => return Ok(Matcher::Error(error_code(model, name))),
        model::Matcher::Path(path) => path,
    };
    if path.subject == Subject::InputOutput {
        return Err("expressions on input and output together are not supported".to_owned());
    }
    let operation = model.operations.iter().find(|operation| operation.name == waiter.operation);
    let output = operation.and_then(|operation| operation.output.as_ref()).map_or("", |output| &output.shape);
    let used = match path.comparator {
        Comparator::Equals => Use::Equals(&path.expected),
        Comparator::All | Comparator::Any => Use::Members(&path.expected),
    };
    let expression = jmespath::read_for(model, output, &path.path, used);
    let expression = expression.map_err(|message| format!("`{}`: {message}", path.path))?;
    Ok(Matcher::Path(path.comparator, expression, &path.expected))
}

/// The code of an error that is named by its code or by its shape.
fn error_code<'a>(model: &'a Model, name: &'a str) -> &'a str {
    let code = |shape: &'a Shape| shape.error.as_ref().map(|error| error.code.as_deref().unwrap_or(&shape.name));
    if model.shapes.iter().any(|shape| code(shape) == Some(name)) {
        return name;
    }
    model.shapes.get(name).and_then(code).unwrap_or(name)
}
