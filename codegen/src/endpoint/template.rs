//! Text with references in braces: `https://{Bucket}.{url#authority}`. A doubled brace stands for itself.

/// A piece of such a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text as it stands.
    Text(String),
    /// A name, and after `#` a path into its value.
    Reference(String, Option<String>),
}

/// Splits a text into its pieces, or says what is wrong with it.
pub(super) fn pieces(template: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut characters = template.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '{' | '}' if characters.peek() == Some(&character) => {
                characters.next();
                text.push(character);
            }
            '{' => {
                let mut inside = String::new();
                loop {
                    match characters.next() {
                        Some('}') => break,
                        Some('{') | None => return Err(format!("in {template:?} a brace is not closed")),
                        Some(character) => inside.push(character),
                    }
                }
                if !text.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut text)));
                }
                pieces.push(match inside.split_once('#') {
                    Some((name, path)) => Piece::Reference(name.to_owned(), Some(path.to_owned())),
                    None => Piece::Reference(inside, None),
                });
            }
            '}' => return Err(format!("in {template:?} a brace is closed that is not open")),
            character => text.push(character),
        }
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_references() {
        let reference = |name: &str, path: Option<&str>| Piece::Reference(name.to_owned(), path.map(str::to_owned));
        assert_eq!(
            pieces("a{{{b}}}{c#d}").unwrap(),
            [
                Piece::Text("a{".to_owned()),
                reference("b", None),
                Piece::Text("}".to_owned()),
                reference("c", Some("d"))
            ]
        );
        assert_eq!(pieces("").unwrap(), []);
        for wrong in ["{", "a{b", "}", "{a{b}}", "a}b"] {
            assert!(pieces(wrong).is_err(), "{wrong}");
        }
    }
}
