//! A page that stands alone.

use std::fmt::Write;

use super::{LEGEND, count, sections, sorted};
use crate::diff::{Change, Difference, Severity};

const STYLE: &str = include_str!("page.css");

/// The report as one HTML page without anything from elsewhere. It follows the reader's light or dark colours, and can hide
/// what breaks nothing.
#[must_use]
pub fn html(difference: &Difference) -> String {
    let (changes, documentation) = sorted(difference);
    let ((old, old_version), (new, new_version)) = (&difference.old, &difference.new);
    let service = escaped(&difference.service);
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{service}: {new_version}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{service}</h1>\n\
         <p><code>{}</code> ({}) → <code>{}</code> ({})</p>\n<p class=\"advice {}\">Next version: <strong>{}</strong></p>\n",
        escaped(old),
        escaped(old_version),
        escaped(new),
        escaped(new_version),
        difference.rust(),
        difference.advice(),
        new_version = escaped(new_version)
    );
    out.push_str("<table class=\"sum\">\n<tr><th></th><th>major</th><th>minor</th><th>seen by</th></tr>\n");
    let verdicts =
        [count(&changes, |change| change.rust), count(&changes, |c| c.client), count(&changes, |c| c.server)];
    for ((name, meaning), (major, minor)) in LEGEND.into_iter().zip(verdicts) {
        let _ = writeln!(out, "<tr><th>{name}</th><td>{major}</td><td>{minor}</td><td>{meaning}</td></tr>");
    }
    out.push_str("</table>\n<label><input type=\"checkbox\" id=\"breaking\"> only what breaks something</label>\n");
    for (title, changes) in sections(&changes) {
        let _ = writeln!(
            out,
            "<h2>{title}</h2>\n<table class=\"changes\">\n<tr><th></th><th>change</th><th>rust</th><th>client</th><th>server</th></tr>"
        );
        for change in changes {
            row(&mut out, change);
        }
        out.push_str("</table>\n");
    }
    if changes.is_empty() {
        out.push_str("<p>The models say the same.</p>\n");
    }
    if documentation > 0 {
        let _ = writeln!(out, "<p>Documentation changed in {documentation} places.</p>");
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn row(out: &mut String, change: &Change) {
    let class = if change.severity() == Severity::Major { "breaks" } else { "holds" };
    let _ = write!(
        out,
        "<tr class=\"{class}\"><td><code>{}</code></td><td>{}",
        escaped(&change.subject.to_string()),
        with_code(&change.text)
    );
    if !change.rust_changes.is_empty() {
        let _ = write!(out, "<details><summary>{} in the code</summary><ul>", change.rust_changes.len());
        for item in &change.rust_changes {
            let name = escaped(&item.item);
            let _ = match (&item.old, &item.new) {
                (None, _) => write!(out, "<li>+ <code>{name}</code></li>"),
                (_, None) => write!(out, "<li>− <code>{name}</code></li>"),
                (Some(old), Some(new)) => {
                    let (old, new) = (escaped(old), escaped(new));
                    write!(out, "<li><code>{name}</code>: <code>{old}</code> → <code>{new}</code></li>")
                }
            };
        }
        out.push_str("</ul></details>");
    }
    out.push_str("</td>");
    for severity in [change.rust, change.client, change.server] {
        let _ = write!(out, "<td class=\"{severity}\">{severity}</td>");
    }
    out.push_str("</tr>\n");
}

/// What stands between backquotes is code.
fn with_code(text: &str) -> String {
    let parts: Vec<String> = text.split('`').map(escaped).collect();
    if parts.len().is_multiple_of(2) {
        return escaped(text);
    }
    let parts = parts.iter().enumerate();
    parts
        .map(|(index, part)| if index.is_multiple_of(2) { part.clone() } else { format!("<code>{part}</code>") })
        .collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
