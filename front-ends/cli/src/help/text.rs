//! Prose in columns.

/// How wide help is.
const WIDTH: usize = 100;

/// Appends text, wrapped, each line `indent` spaces in. Empty lines part paragraphs; items of lists begin lines.
pub(super) fn push_wrapped(out: &mut String, text: &str, indent: usize) {
    let mut column = 0;
    let mut after_blank = false;
    for line in text.lines() {
        let line = line.trim();
        if line.is_empty() {
            after_blank = column > 0;
            continue;
        }
        if column > 0 && (after_blank || is_item(line)) {
            out.push_str(if after_blank { "\n\n" } else { "\n" });
            column = 0;
        }
        after_blank = false;
        for word in line.split_whitespace() {
            let length = word.chars().count();
            if column > 0 && column + 1 + length > WIDTH {
                out.push('\n');
                column = 0;
            }
            if column == 0 {
                out.push_str(&" ".repeat(indent));
                column = indent;
            } else {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += length;
        }
    }
    if column > 0 {
        out.push('\n');
    }
}

/// Appends one line as it is, `indent` spaces in.
pub(super) fn push_line(out: &mut String, line: &str, indent: usize) {
    out.push_str(&" ".repeat(indent));
    out.push_str(line);
    out.push('\n');
}

fn is_item(line: &str) -> bool {
    let after_number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with("- ")
        || line.starts_with("* ")
        || (after_number.len() < line.len() && after_number.starts_with(". "))
}

/// The first sentence of a documentation, on one line.
pub(super) fn first_sentence(documentation: &str) -> String {
    let paragraph = documentation.trim().split("\n\n").next().unwrap_or_default();
    let line = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.find(". ") {
        Some(end) => line[..=end].to_owned(),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_filled_and_paragraphs_kept() {
        let mut out = String::new();
        push_wrapped(&mut out, &format!("one\ntwo\n\n- three\n- four {}\n\n\nfive\n", "x".repeat(94)), 2);
        let expected = format!("  one two\n\n  - three\n  - four\n  {}\n\n  five\n", "x".repeat(94));
        assert_eq!(out, expected);
        let mut empty = String::new();
        push_wrapped(&mut empty, "\n \n", 2);
        assert_eq!(empty, "");
    }

    #[test]
    fn the_first_sentence_ends_at_a_full_stop_and_a_space() {
        assert_eq!(first_sentence("Makes a\nuser v1.2 of it. And more."), "Makes a user v1.2 of it.");
        assert_eq!(first_sentence("No stop\n\nSecond"), "No stop");
        assert_eq!(first_sentence(""), "");
    }
}
