//! `application/x-www-form-urlencoded` as AWS writes it: percent-encoding of everything but RFC 3986's unreserved
//! characters.

#[cfg(feature = "server")]
mod parse;

#[cfg(feature = "server")]
pub(crate) use parse::{Pair, decode, parse, parse_into};

/// The bytes that stand for themselves.
const UNRESERVED: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128_u8 {
        table[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
        byte += 1;
    }
    table
};

/// How many bytes stand for themselves before the first that does not. Eight are looked at in a row before that is asked.
fn unreserved_length(bytes: &[u8]) -> usize {
    let is_unreserved = |byte: &u8| UNRESERVED[usize::from(*byte)];
    let all = |eight: &&[u8; 8]| eight.iter().fold(true, |all, byte| all & is_unreserved(byte));
    let length = 8 * bytes.as_chunks().0.iter().take_while(all).count();
    length + bytes[length..].iter().take_while(|byte| is_unreserved(byte)).count()
}

/// Appends `text`, percent-encoded: letters, digits, `-`, `_`, `.` and `~` stand for themselves, a space is `%20`.
pub(crate) fn push_encoded(out: &mut String, text: &str) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let bytes = text.as_bytes();
    let mut written = 0;
    loop {
        let place = written + unreserved_length(&bytes[written..]);
        if place == bytes.len() {
            break;
        }
        // Every place that is reached here is a character's first byte, or follows one that was already encoded.
        out.push_str(text.get(written..place).unwrap_or_default());
        let byte = bytes[place];
        out.push('%');
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
        written = place + 1;
    }
    out.push_str(text.get(written..).unwrap_or_default());
}

/// The bytes that percent-encoded text stands for, with `plus` for a plus sign.
///
/// # Errors
/// The place of a percent sign without two hexadecimal digits.
pub(crate) fn percent_decode(text: &[u8], plus: u8) -> Result<Vec<u8>, usize> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut place = 0;
    while let Some(&byte) = text.get(place) {
        match byte {
            b'+' => bytes.push(plus),
            b'%' => {
                let digit = |at: usize| text.get(at).and_then(|byte| char::from(*byte).to_digit(16));
                let (Some(high), Some(low)) = (digit(place + 1), digit(place + 2)) else { return Err(place) };
                bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
                place += 2;
            }
            byte => bytes.push(byte),
        }
        place += 1;
    }
    Ok(bytes)
}
