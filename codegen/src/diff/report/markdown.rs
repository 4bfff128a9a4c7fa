//! For a comment on a change, or release notes.

use std::fmt::Write;

use super::{LEGEND, count, sections, sorted};
use crate::diff::{Difference, Severity};

/// The report in Markdown, as tables.
#[must_use]
pub fn markdown(difference: &Difference) -> String {
    let (changes, documentation) = sorted(difference);
    let ((old, old_version), (new, new_version)) = (&difference.old, &difference.new);
    let mut out = format!(
        "# {}\n\n`{old}` ({old_version}) → `{new}` ({new_version}). Next version: **{}**.\n\n| | major | minor | seen by |\n|---|---|---|---|\n",
        escaped(&difference.service),
        difference.advice()
    );
    let verdicts =
        [count(&changes, |change| change.rust), count(&changes, |c| c.client), count(&changes, |c| c.server)];
    for ((name, meaning), (major, minor)) in LEGEND.into_iter().zip(verdicts) {
        let _ = writeln!(out, "| {name} | {major} | {minor} | {meaning} |");
    }
    for (title, changes) in sections(&changes) {
        let _ = write!(out, "\n## {title}\n\n| | change | rust | client | server |\n|---|---|---|---|---|\n");
        for change in changes {
            let _ = writeln!(
                out,
                "| `{}` | {} | {} | {} | {} |",
                change.subject,
                escaped(&change.text),
                cell(change.rust),
                cell(change.client),
                cell(change.server)
            );
        }
    }
    if changes.is_empty() {
        out.push_str("\nThe models say the same.\n");
    }
    if documentation > 0 {
        let _ = writeln!(out, "\nDocumentation changed in {documentation} places.");
    }
    out
}

fn cell(severity: Severity) -> &'static str {
    match severity {
        Severity::None => "",
        Severity::Minor => "minor",
        Severity::Major => "**major**",
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;").replace('\n', " ")
}
