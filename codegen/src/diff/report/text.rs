//! For a terminal.

use std::fmt::Write;

use super::{LEGEND, count, sections, sorted};
use crate::diagnostic::visible;
use crate::diff::{Change, Difference, Severity};

/// The report as lines of text, with ANSI colours if asked for.
#[must_use]
pub fn text(difference: &Difference, colour: bool) -> String {
    let paint = Paint(colour);
    let (changes, documentation) = sorted(difference);
    let mut out = String::new();
    let ((old, old_version), (new, new_version)) = (&difference.old, &difference.new);
    let _ = writeln!(
        out,
        "{}\n  old: {old} ({old_version})\n  new: {new} ({new_version})",
        paint.bold(&visible(&difference.service))
    );
    for (title, changes) in sections(&changes) {
        let title = paint.bold(&format!("{title:<60}"));
        let _ = writeln!(out, "\n{title} {:<7} {:<7} server", "rust", "client");
        for change in changes {
            line(&mut out, change, paint);
        }
    }
    if changes.is_empty() {
        out.push_str("\nThe models say the same.\n");
    }
    if documentation > 0 {
        let _ = writeln!(out, "\nDocumentation changed in {documentation} places.");
    }
    out.push('\n');
    let verdicts =
        [count(&changes, |change| change.rust), count(&changes, |c| c.client), count(&changes, |c| c.server)];
    for ((name, meaning), (major, minor)) in LEGEND.into_iter().zip(verdicts) {
        let _ = writeln!(out, "{name:<7} {major:>4} major {minor:>4} minor   {meaning}");
    }
    let _ = writeln!(out, "\nNext version: {}", paint.bold(difference.advice()));
    out
}

fn line(out: &mut String, change: &Change, paint: Paint) {
    let subject = change.subject.to_string();
    let subject = visible(&subject);
    let _ = writeln!(
        out,
        "  {subject:<54} {} {} {}\n      {}",
        paint.severity(change.rust),
        paint.severity(change.client),
        paint.severity(change.server),
        visible(&change.text)
    );
    if matches!(change.kind, "shape-added" | "shape-removed" | "operation-added" | "operation-removed") {
        let _ = writeln!(out, "      {}", paint.dim(&format!("items in the code: {}", change.rust_changes.len())));
        return;
    }
    for item in &change.rust_changes {
        let what = match (&item.old, &item.new) {
            (None, _) => format!("+ {}", item.item),
            (_, None) => format!("- {}", item.item),
            (Some(old), Some(new)) => format!("~ {}: {old} → {new}", item.item),
        };
        let _ = writeln!(out, "      {}", paint.dim(&visible(&what)));
    }
}

#[derive(Clone, Copy)]
struct Paint(bool);

impl Paint {
    fn with(self, code: &str, text: &str) -> String {
        if self.0 { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
    fn bold(self, text: &str) -> String {
        self.with("1", text)
    }
    fn dim(self, text: &str) -> String {
        self.with("2", text)
    }
    fn severity(self, severity: Severity) -> String {
        let text = format!("{severity:<7}");
        match severity {
            Severity::None => self.dim(&text),
            Severity::Minor => self.with("33", &text),
            Severity::Major => self.with("31", &text),
        }
    }
}
