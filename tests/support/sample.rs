//! Texts that a pattern matches, or just fails to: made from the pattern as `regex-syntax` reads it, not as the
//! generator does.

use fastrand::Rng;
use regex_syntax::hir::{Hir, HirKind};

const WORD: &str = "[0-9A-Za-z_]";

/// The pattern as the `regex` crate's engines write it: what is ASCII in a model is spelled out, and so are the dot, the
/// codes and the escapes.
pub(crate) fn translate(pattern: &str) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    let mut in_class = false;
    while let Some(c) = rest.chars().next() {
        let two = rest.char_indices().nth(2).map_or(rest, |(end, _)| &rest[..end]);
        let mut taken = two.len();
        let part = match two {
            "\\w" => WORD.to_owned(),
            "\\W" => "[^0-9A-Za-z_]".to_owned(),
            "\\d" => "[0-9]".to_owned(),
            "\\D" => "[^0-9]".to_owned(),
            "\\s" => "[\\t\\n\\x0B\\f\\r ]".to_owned(),
            "\\S" => "[^\\t\\n\\x0B\\f\\r ]".to_owned(),
            "\\b" => format!("(?:(?<!{WORD})(?={WORD})|(?<={WORD})(?!{WORD}))"),
            "\\B" => format!("(?:(?<!{WORD})(?!{WORD})|(?<={WORD})(?={WORD}))"),
            "\\z" => "$".to_owned(),
            "\\u" => {
                let mut code = u32::from_str_radix(&rest[2..6], 16).unwrap();
                taken = 6;
                if (0xD800..0xDC00).contains(&code) {
                    let low = u32::from_str_radix(&rest[8..12], 16).unwrap();
                    code = 0x10000 + (code - 0xD800) * 0x400 + (low - 0xDC00);
                    taken = 12;
                }
                code_escape(code)
            }
            "\\p" if rest.starts_with("\\p{ASCII}") => {
                taken = 9;
                "[\\x00-\\x7F]".to_owned()
            }
            _ if c == '\\' => match two[1..].chars().next() {
                Some(c) if !c.is_alphanumeric() => code_escape(u32::from(c)),
                _ => two.to_owned(),
            },
            _ => {
                taken = c.len_utf8();
                let is_dot = c == '.' && !in_class;
                in_class = if in_class { c != ']' } else { c == '[' };
                if is_dot { "[^\\n\\r\\x{85}\\x{2028}\\x{2029}]".to_owned() } else { c.to_string() }
            }
        };
        out.push_str(&part);
        rest = &rest[taken..];
    }
    out
}

fn code_escape(code: u32) -> String {
    format!("\\x{{{code:X}}}")
}

/// A translated pattern as `regex-syntax` sees it, without its look-arounds. `None` if it cannot be read.
pub(crate) fn read(translated: &str) -> Option<Hir> {
    regex_syntax::Parser::new().parse(&without_looks(translated)).ok()
}

fn without_looks(pattern: &str) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        if ["(?=", "(?!", "(?<=", "(?<!"].iter().any(|look| rest.starts_with(look)) {
            rest = &rest[group_len(rest)..];
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// The length of the group that the text begins with. A parenthesis in a class counts too; where such a class is in a
/// look-around, sampling fails and the caller says so.
fn group_len(text: &str) -> usize {
    let (mut depth, mut escaped) = (0, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}

/// A text that matches, look-arounds aside. Repeats without a bound come at most `more` times than they must.
pub(crate) fn sample(hir: &Hir, more: u32, rng: &mut Rng) -> String {
    let mut out = String::new();
    write(hir, more, rng, &mut out);
    out
}

fn write(hir: &Hir, more: u32, rng: &mut Rng, out: &mut String) {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push_str(std::str::from_utf8(&literal.0).unwrap()),
        HirKind::Class(class) => {
            let ranges = ranges(class);
            if !ranges.is_empty() {
                let (first, last) = ranges[rng.usize(..ranges.len())];
                out.push(match rng.u8(..4) {
                    0 => first,
                    1 => last,
                    _ => rng.char(first..=last),
                });
            }
        }
        HirKind::Repetition(repetition) => {
            let (min, max) = (repetition.min, repetition.max.unwrap_or(repetition.min + more));
            let times = match rng.u8(..8) {
                0 => min,
                1 => max,
                2 => (min + 1).min(max),
                3 => max.saturating_sub(1).max(min),
                _ => rng.u32(min..=max.min(min + more.max(12))),
            };
            for _ in 0..times {
                write(&repetition.sub, more, rng, out);
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, more, rng, out),
        HirKind::Concat(parts) => parts.iter().for_each(|part| write(part, more, rng, out)),
        HirKind::Alternation(parts) => write(&parts[rng.usize(..parts.len())], more, rng, out),
    }
}

fn ranges(class: &regex_syntax::hir::Class) -> Vec<(char, char)> {
    match class {
        regex_syntax::hir::Class::Unicode(class) => class.iter().map(|range| (range.start(), range.end())).collect(),
        regex_syntax::hir::Class::Bytes(class) => {
            class.iter().map(|range| (char::from(range.start()), char::from(range.end()))).collect()
        }
    }
}
