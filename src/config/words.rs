//! Splitting text into words: as a POSIX shell quotes them, and as Windows programs do.

/// A text that ends within quotes or after a backslash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unclosed;

/// Words with `'…'`, `"…"` and backslashes as a POSIX shell reads them. Nothing else of a shell is known.
pub(crate) fn split_posix(text: &str) -> Result<Vec<String>, Unclosed> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match characters.next().ok_or(Unclosed)? {
                        '\'' => break,
                        quoted => word.push(quoted),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match characters.next().ok_or(Unclosed)? {
                        '"' => break,
                        '\\' => {
                            let escaped = characters.next().ok_or(Unclosed)?;
                            if !matches!(escaped, '"' | '\\') {
                                word.push('\\');
                            }
                            word.push(escaped);
                        }
                        quoted => word.push(quoted),
                    }
                }
            }
            '\\' => word.get_or_insert_default().push(characters.next().ok_or(Unclosed)?),
            plain => word.get_or_insert_default().push(plain),
        }
    }
    words.extend(word);
    Ok(words)
}

/// Words as Windows programs split their command line: spaces and tabs, `"…"`, and backslashes that escape only before a
/// quotation mark.
pub(crate) fn split_windows(text: &str) -> Result<Vec<String>, Unclosed> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut backslashes = 0;
    let mut quoted = false;
    for character in text.chars() {
        match character {
            '\\' => {
                backslashes += 1;
                continue;
            }
            '"' => {
                let word = word.get_or_insert_default();
                word.extend(std::iter::repeat_n('\\', backslashes / 2));
                if backslashes % 2 == 1 {
                    word.push('"');
                } else {
                    quoted = !quoted;
                }
            }
            _ => {
                if backslashes > 0 {
                    word.get_or_insert_default().extend(std::iter::repeat_n('\\', backslashes));
                }
                match character {
                    ' ' | '\t' if !quoted => words.extend(word.take()),
                    plain => word.get_or_insert_default().push(plain),
                }
            }
        }
        backslashes = 0;
    }
    if quoted {
        return Err(Unclosed);
    }
    if backslashes > 0 {
        word.get_or_insert_default().extend(std::iter::repeat_n('\\', backslashes));
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posix_words() {
        let cases: [(&str, Result<&[&str], Unclosed>); 12] = [
            ("", Ok(&[])),
            ("  \t ", Ok(&[])),
            ("profile dev", Ok(&["profile", "dev"])),
            ("profile \"my dev\"", Ok(&["profile", "my dev"])),
            ("a '' \"\"", Ok(&["a", "", ""])),
            (r"a\ b c\\d", Ok(&["a b", r"c\d"])),
            (r#""a\"b\c\\" 'd\"e'"#, Ok(&[r#"a"b\c\"#, r#"d\"e"#])),
            ("ab'c d'\"e f\"g", Ok(&["abc de fg"])),
            ("a # b", Ok(&["a", "#", "b"])),
            ("it's", Err(Unclosed)),
            ("\"a", Err(Unclosed)),
            ("a\\", Err(Unclosed)),
        ];
        for (text, words) in cases {
            assert_eq!(split_posix(text), words.map(|words| words.iter().map(ToString::to_string).collect()), "{text}");
        }
    }

    #[test]
    fn windows_words() {
        let cases: [(&str, Result<&[&str], Unclosed>); 9] = [
            ("", Ok(&[])),
            (r"C:\Tools\get.exe  --for dev", Ok(&[r"C:\Tools\get.exe", "--for", "dev"])),
            (r#""C:\My Tools\get.exe" a"#, Ok(&[r"C:\My Tools\get.exe", "a"])),
            (r#"a "" b"#, Ok(&["a", "", "b"])),
            (r#"a\"b"#, Ok(&[r#"a"b"#])),
            (r#"a\\"b c""#, Ok(&[r"a\b c"])),
            (r#"a\\\"b"#, Ok(&[r#"a\"b"#])),
            (r"'a b' c\\", Ok(&["'a", "b'", r"c\\"])),
            (r#""a"#, Err(Unclosed)),
        ];
        for (text, words) in cases {
            assert_eq!(
                split_windows(text),
                words.map(|words| words.iter().map(ToString::to_string).collect()),
                "{text}"
            );
        }
    }
}
