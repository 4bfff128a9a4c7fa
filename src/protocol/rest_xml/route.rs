//! Which operation a request calls: by method, URI template and constant query string, the most exact first.

use http::{HeaderMap, Method};

use super::request_read::RestCall;
use super::request_write::endpoint_has_first_label;
use super::uri::{exactness, labels};
use crate::form::Pair;
use crate::schema::{Binding, Member, Operation, Service};

/// How well a template fits, to be compared: the path, what the constant query string tells, and whether the parameters and
/// headers are there that the operation cannot do without. S3 has operations that differ in nothing else, and some that only
/// differ in that one is deprecated.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    path: Vec<u8>,
    constants: usize,
    is_whole: bool,
    required: usize,
    is_current: bool,
}

/// The operation of `services` that a request calls, and its labels. `first_label` is what the host says of them: it is for
/// operations whose endpoint rules put the path's first label there, and goes before all that the path alone may mean.
pub(crate) fn find_operation(
    services: &[&'static Service],
    method: &Method,
    path: &str,
    first_label: Option<&str>,
    query: &[Pair],
    headers: &HeaderMap,
) -> Option<RestCall> {
    let operations = || services.iter().flat_map(|service| service.operations().iter().copied());
    let in_host = first_label.and_then(|label| {
        let operations = operations().filter(|operation| endpoint_has_first_label(operation));
        best_fit(operations, method, &format!("/{label}{path}"), query, headers)
    });
    in_host.or_else(|| best_fit(operations(), method, path, query, headers))
}

fn best_fit(
    operations: impl Iterator<Item = &'static Operation>,
    method: &Method,
    path: &str,
    query: &[Pair],
    headers: &HeaderMap,
) -> Option<RestCall> {
    operations
        .filter(|operation| operation.http().method() == method.as_str())
        .filter_map(|operation| {
            let labels = labels(operation.http().path(), path)?;
            let fit = fit(operation, query, headers)?;
            Some((fit, RestCall { operation, labels }))
        })
        // What nothing tells apart, such as S3's `ListBuckets` and `ListDirectoryBuckets`, is the first of them.
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, call)| call)
}

/// `None` where a constant of the query string is missing.
fn fit(operation: &'static Operation, query: &[Pair], headers: &HeaderMap) -> Option<Fit> {
    let constants = || operation.http().query().split('&').filter(|pair| !pair.is_empty());
    let is_there = |constant: &str| {
        let (name, value) = constant.split_once('=').unwrap_or((constant, ""));
        query.iter().any(|pair| pair.name == name && pair.value == value)
    };
    if !constants().all(is_there) {
        return None;
    }
    let is_given = |member: &&Member| match member.binding() {
        Binding::Query => query.iter().any(|pair| pair.name == member.wire_name()),
        _ => headers.contains_key(member.wire_name()),
    };
    let members = operation.input().shape().members().iter();
    let (given, missing): (Vec<&Member>, Vec<&Member>) = members
        .filter(|member| member.is_required() && !member.is_idempotency_token())
        .filter(|member| matches!(member.binding(), Binding::Query | Binding::Header))
        .partition(is_given);
    Some(Fit {
        path: exactness(operation.http().path()),
        constants: constants().count(),
        is_whole: missing.is_empty(),
        required: given.len(),
        is_current: !operation.is_deprecated(),
    })
}
