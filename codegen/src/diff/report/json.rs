//! For programs.

use crate::diff::{Change, Difference, RustChange};
use crate::json::Value;

/// The report as one JSON object: `service`, `old`, `new`, `advice`, `severity` by reader, `changes`.
#[must_use]
pub fn json(difference: &Difference) -> Value {
    let model = |(file, version): &(String, String)| {
        Value::from([("file", file.as_str().into()), ("apiVersion", version.as_str().into())])
    };
    let item = |item: &RustChange| {
        [
            ("item", item.item.as_str().into()),
            ("old", item.old.clone().into()),
            ("new", item.new.clone().into()),
            ("severity", item.severity.name().into()),
        ]
    };
    let change = |change: &Change| {
        [
            ("subject", change.subject.to_string().into()),
            ("subjectKind", change.subject.kind().into()),
            ("kind", change.kind.into()),
            ("text", change.text.as_str().into()),
            ("rust", change.rust.name().into()),
            ("client", change.client.name().into()),
            ("server", change.server.name().into()),
            ("rustChanges", change.rust_changes.iter().map(item).collect::<Vec<_>>().into()),
        ]
    };
    let severity = [
        ("rust", difference.rust().name().into()),
        ("client", difference.client().name().into()),
        ("server", difference.server().name().into()),
    ];
    Value::from([
        ("service", difference.service.as_str().into()),
        ("old", model(&difference.old)),
        ("new", model(&difference.new)),
        ("advice", difference.advice().into()),
        ("severity", severity.into()),
        ("changes", difference.changes.iter().map(change).collect::<Vec<_>>().into()),
    ])
}
