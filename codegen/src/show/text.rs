//! A tree for a terminal.

use std::fmt::Write;

use super::{End, Node};
use crate::diagnostic::visible;
use crate::json::Value;

/// How many values of an enumeration are listed.
const MAX_VALUES: usize = 12;

/// The tree as lines, with ANSI colours if asked for.
#[must_use]
pub fn text(node: &Node, colour: bool) -> String {
    let paint = Paint(colour);
    let mut out = line(node, paint) + "\n";
    below(node, "", paint, &mut out);
    out
}

fn below(node: &Node, indent: &str, paint: Paint, out: &mut String) {
    for (index, child) in node.children.iter().enumerate() {
        let (branch, rest) = if index + 1 == node.children.len() { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        let _ = writeln!(out, "{}{}", paint.dim(&format!("{indent}{branch}")), line(child, paint));
        below(child, &format!("{indent}{rest}"), paint, out);
    }
}

fn line(node: &Node, paint: Paint) -> String {
    let required = node.facts.iter().any(|(name, _)| *name == "required");
    let star = if required { paint.red("*") } else { String::new() };
    let shape = node.shape.as_deref().map(visible);
    let role = match (node.role.as_str(), &shape) {
        ("", Some(shape)) => paint.bold(shape),
        (role, _) => paint.bold(&visible(role)) + &star,
    };
    let mut line = match (node.kind, &shape) {
        (None, None) => role,
        (Some(kind), Some(_)) if node.role.is_empty() => format!("{role}: {}", paint.cyan(kind)),
        (Some(kind), Some(shape)) => format!("{role}: {} {}", paint.cyan(kind), shape),
        (Some(kind), None) => format!("{role}: {}", paint.cyan(kind)),
        (None, Some(shape)) => format!("{role}: {}", paint.red(&format!("{shape}, which is not there"))),
    };
    let facts: Vec<String> = node.facts.iter().filter_map(|(name, value)| fact(name, value, paint)).collect();
    if !facts.is_empty() {
        let dot = paint.dim(" · ");
        let _ = write!(line, "{dot}{}", facts.join(&dot));
    }
    match node.end {
        Some(End::Recursion) => line + &paint.yellow(" ↺ recursive"),
        Some(End::Depth) => line + &paint.dim(" …"),
        None => line,
    }
}

/// A fact in words. That a member is required is the star at its name.
fn fact(name: &str, value: &Value, paint: Paint) -> Option<String> {
    let plain = visible(&match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => list(items),
        other => other.to_string(),
    })
    .into_owned();
    Some(match name {
        "required" => return None,
        "http" | "location" | "timestamp_format" => plain,
        "rust" => format!("Rust: {plain}"),
        "wire_name" => format!("on the wire: {plain}"),
        "query_name" => format!("in requests: {plain}"),
        "result_wrapper" => format!("in the element {plain}"),
        "xml_namespace" => format!("namespace {plain}"),
        "host_prefix" => format!("host prefix {plain}"),
        "code" => format!("code {plain}"),
        "status" => format!("status {plain}"),
        "fault" => format!("fault of the {plain}"),
        "length" => format!("length {}", bounds(value)),
        "range" => format!("range {}", bounds(value)),
        "pattern" => format!("pattern {}", paint.dim(&plain)),
        "values" => format!("one of {plain}"),
        "secret" => paint.red("secret"),
        "deprecated" => paint.yellow("deprecated"),
        "idempotency_token" => "idempotency token".to_owned(),
        "percent_encoded_json" => "JSON, percent-encoded in replies".to_owned(),
        "xml_attribute" => "attribute".to_owned(),
        "event_stream" => "stream of events".to_owned(),
        "host_label" => "part of the host name".to_owned(),
        "input_tokens" => format!("token {plain}"),
        "output_tokens" => format!("from {plain}"),
        "items" => format!("items {plain}"),
        "more_results" => format!("while {plain}"),
        "page_size" => format!("page size {plain}"),
        "delay" => format!("every {plain} s"),
        "max_delay" => format!("at most every {plain} s"),
        "max_attempts" => format!("at most {plain} calls"),
        "until" => plain,
        flag => flag.to_owned(),
    })
}

fn list(items: &[Value]) -> String {
    let mut texts: Vec<String> = items
        .iter()
        .take(MAX_VALUES)
        .map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned))
        .collect();
    if items.len() > MAX_VALUES {
        texts.push(format!("… ({} in all)", items.len()));
    }
    texts.join(", ")
}

fn bounds(value: &Value) -> String {
    match (&value["min"], &value["max"]) {
        (Value::Null, Value::Null) => "any".to_owned(),
        (min, Value::Null) => format!("{min} or more"),
        (Value::Null, max) => format!("up to {max}"),
        (min, max) if min == max => min.to_string(),
        (min, max) => format!("{min} to {max}"),
    }
}

#[derive(Clone, Copy)]
struct Paint(bool);

impl Paint {
    fn with(self, code: &str, text: &str) -> String {
        if self.0 && !text.is_empty() { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
    fn bold(self, text: &str) -> String {
        self.with("1", text)
    }
    fn dim(self, text: &str) -> String {
        self.with("2", text)
    }
    fn red(self, text: &str) -> String {
        self.with("31", text)
    }
    fn yellow(self, text: &str) -> String {
        self.with("33", text)
    }
    fn cyan(self, text: &str) -> String {
        self.with("36", text)
    }
}
