//! From the text of an expression to its tokens.

use std::iter::Peekable;
use std::str::CharIndices;

use crate::json::Value;

/// The most tokens of an expression, so that no tree is too deep. The longest published ones have about 40.
const MAX_TOKENS: usize = 100;

/// A token.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name without quotes, which may be a function's.
    Name(String),
    /// A name in quotes.
    QuotedName(String),
    Number(i32),
    /// Text in single quotes.
    Text(String),
    /// JSON in back quotes.
    Json(Value),
    /// Operators and brackets as they are written; `[]` and `[?` are one each.
    Symbol(&'static str),
    End,
}

impl std::fmt::Display for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Name(name) | Self::QuotedName(name) => write!(f, "the name `{name}`"),
            Self::Number(number) => write!(f, "the number {number}"),
            Self::Text(_) | Self::Json(_) => f.write_str("a literal"),
            Self::Symbol(symbol) => write!(f, "`{symbol}`"),
            Self::End => f.write_str("the end"),
        }
    }
}

/// Longer ones first where one begins another.
const SYMBOLS: [&str; 24] = [
    "[]", "[?", "||", "&&", "==", "!=", "<=", ">=", ".", "*", "[", "]", "(", ")", "{", "}", ",", ":", "@", "|", "!",
    "<", ">", "&",
];

/// The tokens, each with where it begins; the last one is the end.
pub(super) fn tokens(text: &str) -> Result<Vec<(usize, Token)>, String> {
    let mut tokens = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some(&(at, first)) = chars.peek() {
        let token = match first {
            ' ' | '\t' | '\n' | '\r' => {
                chars.next();
                continue;
            }
            'A'..='Z' | 'a'..='z' | '_' => Token::Name(take(&mut chars, |c| c.is_ascii_alphanumeric() || c == '_')),
            '-' | '0'..='9' => {
                let digits = take(&mut chars, |c| c.is_ascii_digit() || c == '-');
                Token::Number(digits.parse().map_err(|_| format!("`{digits}` is no index"))?)
            }
            '"' => {
                let quoted = quoted(&mut chars, '"').ok_or("a name in quotes does not end")?;
                let name: Result<Value, _> = format!("\"{quoted}\"").parse();
                let name = name.map_err(|error| format!("the name \"{quoted}\" is not JSON: {error}"))?;
                Token::QuotedName(name.as_str().unwrap_or_default().to_owned())
            }
            '\'' => {
                let quoted = quoted(&mut chars, '\'').ok_or("a text in quotes does not end")?;
                Token::Text(quoted.replace("\\'", "'"))
            }
            '`' => {
                let quoted = quoted(&mut chars, '`').ok_or("a literal in back quotes does not end")?;
                let json = quoted.replace("\\`", "`").parse();
                Token::Json(json.map_err(|error| format!("the literal `{quoted}` is not JSON: {error}"))?)
            }
            _ => {
                let symbol = SYMBOLS.into_iter().find(|symbol| text[at..].starts_with(symbol));
                let symbol = symbol.ok_or_else(|| format!("`{first}` begins nothing, at byte {at}"))?;
                for _ in symbol.chars() {
                    chars.next();
                }
                Token::Symbol(symbol)
            }
        };
        tokens.push((at, token));
        if tokens.len() > MAX_TOKENS {
            return Err(format!("more than {MAX_TOKENS} tokens"));
        }
    }
    tokens.push((text.len(), Token::End));
    Ok(tokens)
}

type Chars<'a> = Peekable<CharIndices<'a>>;

fn take(chars: &mut Chars<'_>, belongs: impl Fn(char) -> bool) -> String {
    let mut taken = String::new();
    while let Some((_, next)) = chars.next_if(|(_, c)| belongs(*c)) {
        taken.push(next);
    }
    taken
}

/// What stands between two of these quotes, with its escapes; none if the second one is missing.
fn quoted(chars: &mut Chars<'_>, quote: char) -> Option<String> {
    chars.next();
    let mut taken = String::new();
    loop {
        let (_, next) = chars.next()?;
        if next == quote {
            return Some(taken);
        }
        taken.push(next);
        if next == '\\' {
            taken.push(chars.next()?.1);
        }
    }
}
