//! For a comment on a change, or release notes.

use std::fmt::Write;

use super::{LEGEND, count, sections, sorted};
use crate::diagnostic::visible;
use crate::diff::{Difference, Severity};

/// The report in Markdown, as tables.
#[must_use]
pub fn markdown(difference: &Difference) -> String {
    let (changes, documentation) = sorted(difference);
    let ((old, old_version), (new, new_version)) = (&difference.old, &difference.new);
    let mut out = format!(
        "# {}\n\n{} ({old_version}) → {} ({new_version}). Next version: **{}**.\n\n| | major | minor | seen by |\n|---|---|---|---|\n",
        escaped(&difference.service),
        code(old),
        code(new),
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
                "| {} | {} | {} | {} | {} |",
                code(&change.subject.to_string()),
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

/// Words and what stands between backquotes, in a cell of a table.
fn escaped(text: &str) -> String {
    let text = visible(text);
    let parts: Vec<&str> = text.split('`').collect();
    // A backquote of a name or a pattern itself: nothing tells where it ends.
    let is_code = |index: usize| parts.len() % 2 == 1 && index % 2 == 1;
    let parts: Vec<String> =
        parts.iter().enumerate().map(|(index, part)| if is_code(index) { code(part) } else { words(part) }).collect();
    parts.join(if parts.len() % 2 == 1 { "" } else { "\\`" })
}

/// Nothing but a bar ends a cell, and nothing but the backquotes code.
fn code(text: &str) -> String {
    let text = visible(text).replace('|', "\\|");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let space = if longest > 0 || text.is_empty() { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

fn words(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;")
}
