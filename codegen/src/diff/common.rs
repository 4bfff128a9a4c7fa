//! Two models of different formats: what only one of the formats can say is no change.

use std::collections::BTreeMap;

use crate::load::Loaded;
use crate::model::{Acceptor, ErrorTrait, Kind, Matcher, Member, Model, Paginator, Shape};
use crate::pattern::{Dialect, compile};

/// Both models without what the format of the other cannot say; as they are if the format is one.
pub(super) fn common(old: &Loaded, new: &Loaded) -> Option<(Loaded, Loaded)> {
    if old.model.pattern_dialect == new.model.pattern_dialect {
        return None;
    }
    let (mut before, mut after) = (copy(old), copy(new));
    for model in [&mut before.model, &mut after.model] {
        without_what_is_unsaid(model);
    }
    let (smithy, api_json) = match old.model.pattern_dialect {
        Dialect::Smithy => (&mut before.model, &mut after.model),
        Dialect::ApiJson => (&mut after.model, &mut before.model),
    };
    for shape in &mut smithy.shapes {
        if let Some(other) = api_json.shapes.get_mut(&shape.name) {
            patterns(shape, other);
            errors(shape, other);
        }
    }
    pages(smithy, api_json);
    waiters(smithy, api_json);
    Some((before, after))
}

fn copy(loaded: &Loaded) -> Loaded {
    Loaded {
        model: loaded.model.clone(),
        files: loaded.files.clone(),
        warnings: Vec::new(),
        fingerprint: loaded.fingerprint,
        from: loaded.from.clone(),
    }
}

/// API JSON has no defaults, and no least length where it is zero; Smithy has no host for all regions beside its rules.
fn without_what_is_unsaid(model: &mut Model) {
    model.service.global_endpoint = None;
    for shape in &mut model.shapes {
        shape.other.remove("default");
        if let Some(length) = &mut shape.length {
            length.min = length.min.filter(|min| *min > 0);
        }
        let members: Vec<&mut Member> = match &mut shape.kind {
            Kind::Structure(members) | Kind::Union(members) => members.iter_mut().collect(),
            Kind::List(list) => vec![&mut list.member],
            Kind::Map(map) => vec![&mut map.key, &mut map.value],
            _ => Vec::new(),
        };
        for member in members {
            member.other.remove("default");
        }
    }
}

/// `^[a-z]+$` is `[a-z]+` where the whole text must match.
fn patterns(smithy: &mut Shape, api_json: &Shape) {
    if let (Some(searched), Some(matched)) = (&smithy.pattern, &api_json.pattern)
        && let (Ok(left), Ok(right)) = (compile(searched, Dialect::Smithy), compile(matched, Dialect::ApiJson))
        && left == right
    {
        smithy.pattern.clone_from(&api_json.pattern);
    }
}

/// Every error of Smithy's has a status and a fault; those of API JSON may have none.
fn errors(smithy: &mut Shape, api_json: &Shape) {
    if let (Some(left), Some(ErrorTrait { status, fault, .. })) = (&mut smithy.error, &api_json.error) {
        left.status = left.status.filter(|_| status.is_some());
        left.fault = left.fault.filter(|_| fault.is_some());
    }
}

/// Smithy has one member with items at most, and none that says whether another page follows.
fn pages(smithy: &mut Model, api_json: &mut Model) {
    let mut others: BTreeMap<String, &mut Paginator> = BTreeMap::new();
    for operation in &mut smithy.operations {
        others.extend(operation.paginator.as_mut().map(|paginator| (operation.name.clone(), paginator)));
    }
    for operation in &mut api_json.operations {
        if let (Some(paginator), Some(other)) = (&mut operation.paginator, others.get_mut(&operation.name)) {
            paginator.more_results = None;
            paginator.non_aggregate_keys.clear();
            if paginator.result_keys.len() != 1 || other.result_keys.is_empty() {
                other.result_keys.clone_from(&paginator.result_keys);
            }
        }
    }
}

/// Smithy has two delays and no number of calls, names errors by their shapes, and does not look at the status of success.
fn waiters(smithy: &mut Model, api_json: &Model) {
    let codes: BTreeMap<&str, &str> = smithy
        .shapes
        .iter()
        .filter_map(|shape| Some((shape.name.as_str(), shape.error.as_ref()?.code.as_deref()?)))
        .collect();
    let is_same = |left: &Acceptor, right: &Acceptor| {
        let same = match (&left.matcher, &right.matcher) {
            (Matcher::Error(left), Matcher::Error(right)) => {
                left == right || codes.get(left.as_str()) == Some(&right.as_str())
            }
            (Matcher::Success(true), Matcher::Status(200)) => true,
            (left, right) => left == right,
        };
        same && left.state == right.state
    };
    for waiter in &mut smithy.waiters {
        if let Some(other) = api_json.waiters.iter().find(|other| other.name == waiter.name) {
            let pairs = waiter.acceptors.iter().zip(&other.acceptors);
            if waiter.acceptors.len() == other.acceptors.len()
                && pairs.into_iter().all(|(left, right)| is_same(left, right))
            {
                waiter.acceptors.clone_from(&other.acceptors);
            }
            (waiter.delay, waiter.max_delay, waiter.max_attempts) = (other.delay, other.max_delay, other.max_attempts);
        }
    }
}
