//! From the HTML of model documentation to Markdown that rustdoc shows as meant.
//!
//! Models use a small part of HTML, often unbalanced. Whatever comes, the result is text: marks are escaped, links that
//! are none become words, and nothing looks like code that rustdoc would compile.

/// The Markdown for some HTML; nothing if there is no text in it.
pub(crate) fn from_html(html: &str) -> Option<String> {
    let mut writer = Writer::default();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        writer.text(&rest[..start]);
        let tag = &rest[start..];
        match tag.find('>').filter(|_| looks_like_tag(tag)) {
            Some(end) => {
                writer.tag(&tag[1..end]);
                rest = &tag[end + 1..];
            }
            None => {
                writer.text("&lt;");
                rest = &tag[1..];
            }
        }
    }
    writer.text(rest);
    writer.finish()
}

fn looks_like_tag(text: &str) -> bool {
    text[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!')
}

/// What has been written, and what is open.
#[derive(Default)]
struct Writer {
    blocks: Vec<String>,
    line: String,
    /// Whether a space is due before the next word.
    space: bool,
    /// Open lists: whether each is numbered.
    lists: Vec<bool>,
    /// Whether the line is a list item.
    item: bool,
    /// Open code: its text.
    code: Option<String>,
    /// Open links: their target, if it is one, and where their text starts.
    link: Option<(Option<String>, usize)>,
}

impl Writer {
    fn tag(&mut self, tag: &str) {
        let (closes, tag) = tag.strip_prefix('/').map_or((false, tag), |tag| (true, tag));
        let name: String = tag.chars().take_while(char::is_ascii_alphanumeric).collect();
        match (name.to_ascii_lowercase().as_str(), closes) {
            ("code" | "pre", false) => {
                self.end_code();
                self.code = Some(String::new());
            }
            ("code" | "pre", true) => self.end_code(),
            ("ul" | "ol", false) => {
                self.end_block();
                self.lists.push(name.eq_ignore_ascii_case("ol"));
            }
            ("ul" | "ol", true) => {
                self.end_block();
                self.lists.pop();
                self.item = false;
            }
            ("li" | "dt", false) => {
                self.end_block();
                self.item = true;
            }
            ("li" | "dd", true) => {
                self.end_block();
                self.item = false;
            }
            // Paragraphs of one item stay on its line.
            ("p" | "dd" | "br" | "note" | "important" | "div" | "span", _) if self.item => self.space = true,
            ("p" | "dl" | "dt" | "div" | "br" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "fullname", _) => {
                self.end_block();
            }
            ("note" | "important", closes) => {
                self.end_block();
                if !closes {
                    self.line.push_str(if name.eq_ignore_ascii_case("note") { "**Note:**" } else { "**Important:**" });
                    self.space = true;
                }
            }
            ("a", false) => {
                self.end_link();
                if self.space && !self.line.is_empty() {
                    self.line.push(' ');
                }
                self.space = false;
                self.link = Some((target(tag), self.line.len()));
            }
            ("a", true) => self.end_link(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        let text = decode_entities(text);
        if let Some(code) = &mut self.code {
            code.push_str(&text);
            return;
        }
        for (index, word) in text.split(char::is_whitespace).enumerate() {
            self.space |= index > 0;
            if !word.is_empty() {
                let word = if self.link.is_none() && is_url(word) { autolink(word) } else { escape(word) };
                self.word(&word);
            }
        }
    }

    fn word(&mut self, word: &str) {
        if self.space && !self.line.is_empty() {
            self.line.push(' ');
        }
        if self.line.is_empty() && word.starts_with(['#', '-', '+', '=', '~', '|', '>']) {
            self.line.push('\\');
        }
        self.space = false;
        self.line.push_str(word);
    }

    fn end_code(&mut self) {
        let Some(code) = self.code.take() else { return };
        let code = code.split_whitespace().collect::<Vec<_>>().join(" ");
        if !code.is_empty() {
            self.word(&code_span(&code));
        }
    }

    fn end_link(&mut self) {
        let Some((Some(target), start)) = self.link.take() else { return };
        if self.line.len() > start {
            self.line.insert(start, '[');
            self.line.push_str("](");
            self.line.push_str(&target);
            self.line.push(')');
        }
    }

    fn end_block(&mut self) {
        self.end_code();
        self.end_link();
        self.space = false;
        let line = std::mem::take(&mut self.line);
        if line.is_empty() {
            return;
        }
        let block = match self.lists.split_last() {
            Some((numbered, outer)) => {
                format!("{}{}{line}", "  ".repeat(outer.len()), if *numbered { "1. " } else { "- " })
            }
            None if self.item => format!("- {line}"),
            None => line,
        };
        self.blocks.push(block);
    }

    fn finish(mut self) -> Option<String> {
        self.end_block();
        let mut text = String::new();
        let mut in_list = false;
        for block in &self.blocks {
            let is_item = block.trim_start().starts_with("- ") || block.trim_start().starts_with("1. ");
            if !text.is_empty() {
                text.push_str(if in_list && is_item { "\n" } else { "\n\n" });
            }
            text.push_str(if in_list { block } else { block.trim_start() });
            in_list = is_item;
        }
        (!text.is_empty()).then_some(text)
    }
}

/// Text as a code span.
pub(crate) fn code_span(code: &str) -> String {
    let mut code = code.replace(['\n', '\r'], " ");
    if code.trim().is_empty() {
        // Markdown has no code of spaces alone: the sign for one stands in.
        code = code.replace(' ', "\u{2423}");
    }
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let pad = if code.starts_with(['`', ' ']) || code.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{code}{pad}{fence}")
}

fn escape(word: &str) -> String {
    let mut escaped = String::with_capacity(word.len());
    for c in word.chars() {
        match c {
            '\\' | '[' | ']' | '*' | '_' | '`' => {
                escaped.push('\\');
                escaped.push(c);
            }
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

fn is_url(word: &str) -> bool {
    word.contains("://")
}

/// A word with a URL in it: the URL in angle brackets if it is a plain one, else as code.
fn autolink(word: &str) -> String {
    let url = word.trim_end_matches(['.', ',', ';', ':', ')', '!', '?']);
    if (url.starts_with("https://") || url.starts_with("http://")) && is_safe_target(url) {
        format!("<{url}>{}", escape(&word[url.len()..]))
    } else {
        code_span(word)
    }
}

fn is_safe_target(url: &str) -> bool {
    url.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '(' | ')' | '[' | ']' | '\\' | '`' | '"'))
}

/// The target of an `a` tag, if it is a web address that Markdown can hold.
fn target(tag: &str) -> Option<String> {
    let (_, rest) = tag.split_once("href=")?;
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let url = decode_entities(rest[1..].split(quote).next()?.trim());
    ((url.starts_with("https://") || url.starts_with("http://")) && is_safe_target(&url)).then_some(url)
}

fn decode_entities(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        decoded.push_str(&rest[..start]);
        rest = &rest[start..];
        let entity = rest.find(';').filter(|end| *end <= 10).and_then(|end| Some((entity(&rest[1..end])?, end)));
        match entity {
            Some((c, end)) => {
                decoded.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                decoded.push('&');
                rest = &rest[1..];
            }
        }
    }
    decoded.push_str(rest);
    decoded
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_code_and_links() {
        let html = "<p>Gets a <code>User</code>, see\n  <a href=\"https://example.com/a?b=1&amp;c=2\">the guide</a>.</p><p>More</p>";
        let markdown = from_html(html).unwrap();
        assert_eq!(markdown, "Gets a `User`, see [the guide](https://example.com/a?b=1&c=2).\n\nMore");
    }

    #[test]
    fn lists_nest_and_keep_paragraphs_on_their_line() {
        let html = "<p>One of:</p><ul><li><p>first</p><p>still first</p><ul><li>inner</li></ul></li><li>second</li></ul><p>end</p>";
        assert_eq!(from_html(html).unwrap(), "One of:\n\n- first still first\n  - inner\n- second\n\nend");
    }

    #[test]
    fn notes_are_marked() {
        assert_eq!(from_html("<note> <p>Mind it.</p> </note>").unwrap(), "**Note:**\n\nMind it.");
        assert_eq!(from_html("<note>Mind it.</note>").unwrap(), "**Note:** Mind it.");
    }

    #[test]
    fn marks_are_escaped() {
        assert_eq!(
            from_html("a[0] *b* _c_ `d` 1 < 2 &lt;tag&gt;").unwrap(),
            "a\\[0\\] \\*b\\* \\_c\\_ \\`d\\` 1 &lt; 2 &lt;tag&gt;"
        );
        assert_eq!(from_html("- x").unwrap(), "\\- x");
        assert_eq!(from_html("See https://example.com/a.").unwrap(), "See <https://example.com/a>.");
        assert_eq!(from_html("s3://bucket/key").unwrap(), "`s3://bucket/key`");
    }

    #[test]
    fn odd_html_is_still_text() {
        for html in
            ["<", "<p", "</", "<a href=", "<a href='x", "<code>", "</ul></ul>", "<li>", "&#xffffffff;", "&;", "é<é>é"]
        {
            from_html(html);
        }
        assert_eq!(from_html("<p> </p>"), None);
        assert_eq!(from_html("<b>bold</i> <a href=\"javascript:x\">word</a>").unwrap(), "bold word");
    }

    #[test]
    fn code_spans_hold_backticks() {
        assert_eq!(code_span("a`b"), "``a`b``");
        assert_eq!(code_span("`"), "`` ` ``");
        assert_eq!(code_span("  "), "`\u{2423}\u{2423}`");
    }
}
