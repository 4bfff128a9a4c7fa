//! A difference as people and programs read it.

mod html;
mod json;
mod markdown;
mod text;

pub use html::html;
pub use json::json;
pub use markdown::markdown;
pub use text::text;

use super::{Change, Difference, Severity};

/// The changes that are more than documentation, and how many are not.
fn sorted(difference: &Difference) -> (Vec<&Change>, usize) {
    let (documentation, changes): (Vec<&Change>, Vec<&Change>) =
        difference.changes.iter().partition(|change| change.kind == "documentation");
    (changes, documentation.len())
}

/// The changes by what they are about: a heading and its changes, those without any left out.
fn sections<'a>(changes: &[&'a Change]) -> Vec<(&'static str, Vec<&'a Change>)> {
    [("Service", "service"), ("Operations", "operation"), ("Shapes", "shape member")]
        .into_iter()
        .map(|(title, kinds)| {
            let of_kind = changes.iter().filter(|change| kinds.split(' ').any(|kind| kind == change.subject.kind()));
            (title, of_kind.copied().collect::<Vec<_>>())
        })
        .filter(|(_, changes)| !changes.is_empty())
        .collect()
}

/// How many changes are major and minor for one of the three.
fn count(changes: &[&Change], of: impl Fn(&Change) -> Severity) -> (usize, usize) {
    let count = |severity| changes.iter().filter(|change| of(change) == severity).count();
    (count(Severity::Major), count(Severity::Minor))
}

/// What the verdicts mean, in one place for all reports.
const LEGEND: [(&str, &str); 3] = [
    ("rust", "code that uses what is generated, when it is generated anew"),
    ("client", "a program of the old model that calls a service of the new one"),
    ("server", "a service of the old model that is called by programs of the new one"),
];
