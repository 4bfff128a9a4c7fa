//! For programs.

use serde_json::{Value, json};

use crate::diff::Difference;

/// The report as one JSON object: `service`, `old`, `new`, `advice`, `severity` by reader, `changes`.
#[must_use]
pub fn json(difference: &Difference) -> Value {
    let model = |(file, version): &(String, String)| json!({"file": file, "apiVersion": version});
    let changes: Vec<Value> = difference
        .changes
        .iter()
        .map(|change| {
            let items: Vec<Value> = change
                .rust_changes
                .iter()
                .map(|item| {
                    json!({"item": item.item, "old": item.old, "new": item.new, "severity": item.severity.name()})
                })
                .collect();
            json!({
                "subject": change.subject.to_string(),
                "subjectKind": change.subject.kind(),
                "kind": change.kind,
                "text": change.text,
                "rust": change.rust.name(),
                "client": change.client.name(),
                "server": change.server.name(),
                "rustChanges": items,
            })
        })
        .collect();
    json!({
        "service": difference.service,
        "old": model(&difference.old),
        "new": model(&difference.new),
        "advice": difference.advice(),
        "severity": {
            "rust": difference.rust().name(),
            "client": difference.client().name(),
            "server": difference.server().name(),
        },
        "changes": changes,
    })
}
