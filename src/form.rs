//! `application/x-www-form-urlencoded` as AWS writes it: percent-encoding of everything but RFC 3986's unreserved
//! characters.

use crate::decode::{DecodeError, DecodeErrorKind};

/// Appends `text`, percent-encoded: letters, digits, `-`, `_`, `.` and `~` stand for themselves, a space is `%20`.
pub(crate) fn push_encoded(out: &mut String, text: &str) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let mut written = 0;
    for (place, byte) in text.bytes().enumerate() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            continue;
        }
        // Every place that is reached here is a character's first byte, or follows one that was already encoded.
        out.push_str(text.get(written..place).unwrap_or_default());
        out.push('%');
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
        written = place + 1;
    }
    out.push_str(text.get(written..).unwrap_or_default());
}

/// A name and its value, decoded, and where the pair began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) offset: usize,
}

/// Reads all pairs of a body or a query string, in order. Empty pairs (`&&`) are nothing; a name alone has an empty value.
pub(crate) fn parse(bytes: &[u8]) -> Result<Vec<Pair>, DecodeError> {
    let mut pairs = Vec::new();
    let mut offset = 0;
    for pair in bytes.split(|byte| *byte == b'&') {
        if !pair.is_empty() {
            let equals = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            let name = decode(&pair[..equals], offset)?;
            let value = decode(pair.get(equals + 1..).unwrap_or_default(), offset + equals + 1)
                .map_err(|error| error.within(name.clone()))?;
            pairs.push(Pair { name, value, offset });
        }
        offset += pair.len() + 1;
    }
    Ok(pairs)
}

fn decode(text: &[u8], offset: usize) -> Result<String, DecodeError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut place = 0;
    while let Some(&byte) = text.get(place) {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digit = |at: usize| text.get(at).and_then(|byte| char::from(*byte).to_digit(16));
                let (Some(high), Some(low)) = (digit(place + 1), digit(place + 2)) else {
                    return Err(DecodeError::new(DecodeErrorKind::PercentEncoding, offset + place));
                };
                bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
                place += 2;
            }
            byte => bytes.push(byte),
        }
        place += 1;
    }
    String::from_utf8(bytes).map_err(|_| DecodeError::new(DecodeErrorKind::NotUtf8, offset))
}
