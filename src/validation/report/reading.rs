//! What readers of inputs find, and how it becomes one report with what the validator finds.

use std::cmp::Ordering;

use super::{Report, Rule, Violation};
use crate::path::Path;

impl Report {
    /// A reader's findings and the validator's, in the order of the model. What the validator says of the empty values that
    /// the reader left is explained by the reader's findings, and dropped.
    pub(crate) fn merge(mut report: Self, others: Result<(), Self>) -> Result<(), Self> {
        let mut found = Vec::with_capacity(report.violations.len());
        for violation in std::mem::take(&mut report.violations) {
            insert_in_model(&mut found, violation);
        }
        if let Err(Self { violations: mut others, omitted, omitted_impassable }) = others {
            // Where the reader has found more than it tells, what explains the others is not at hand.
            if report.omitted > 0
                && let Some(last) = found.last()
            {
                others.retain(|other| cmp_in_model(&other.path, &last.path).is_le());
            } else {
                (report.omitted, report.omitted_impassable) = (omitted, omitted_impassable);
            }
            // What explains one comes right before it.
            others.retain(|other| !found[..place_in_model(&found, other)].last().is_some_and(|it| it.explains(other)));
            for other in others {
                insert_in_model(&mut found, other);
            }
        }
        report.violations = found;
        report.into_result()
    }
}

impl Violation {
    pub(crate) fn new(path: &Path, rule: Rule, found: Option<String>) -> Self {
        Self { path: path.clone(), rule, found }
    }

    /// Whether `other` is said by this already, or comes of the empty value that this left.
    fn explains(&self, other: &Self) -> bool {
        let leaves_nothing = self.rule == Rule::Required || !(self.rule.is_constraint() || self.rule == Rule::Unknown);
        self.path.is_prefix_of(&other.path)
            && (leaves_nothing || (self.rule == other.rule && other.path.is_prefix_of(&self.path)))
    }
}

/// Where a violation belongs among those in the order of the model: after all that it does not come before.
fn place_in_model(violations: &[Violation], new: &Violation) -> usize {
    violations.partition_point(|violation| cmp_in_model(&violation.path, &new.path).is_le())
}

fn insert_in_model(violations: &mut Vec<Violation>, new: Violation) {
    // Most come in order.
    violations.insert(place_in_model(violations, &new), new);
}

/// Which of two paths from the same structure comes first in the model.
fn cmp_in_model(left: &Path, right: &Path) -> Ordering {
    let (left, right) = (left.segments(), right.segments());
    let differing = left.iter().zip(right).map(|(left, right)| left.cmp_in_model(right)).find(|order| order.is_ne());
    differing.unwrap_or_else(|| left.len().cmp(&right.len()))
}
