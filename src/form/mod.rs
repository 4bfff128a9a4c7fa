//! `application/x-www-form-urlencoded` as AWS writes it: percent-encoding of everything but RFC 3986's unreserved
//! characters.

#[cfg(feature = "server")]
mod parse;

#[cfg(feature = "server")]
pub(crate) use parse::{Pair, parse};

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
