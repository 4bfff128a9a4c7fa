//! Pairs out of a body or a query string.

use super::percent_decode;
use crate::decode::{DecodeError, DecodeErrorKind, DecodeOptions};

/// A name and its value, decoded, and where the pair began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) offset: usize,
}

/// Reads all pairs of a body or a query string, in order. Empty pairs (`&&`) are nothing; a name alone has an empty value.
pub(crate) fn parse(bytes: &[u8], options: &DecodeOptions) -> Result<Vec<Pair>, DecodeError> {
    let mut pairs = Vec::new();
    parse_into(&mut pairs, bytes, options)?;
    Ok(pairs)
}

/// The same, after pairs that count too.
pub(crate) fn parse_into(pairs: &mut Vec<Pair>, bytes: &[u8], options: &DecodeOptions) -> Result<(), DecodeError> {
    let mut offset = 0;
    for pair in bytes.split(|byte| *byte == b'&') {
        if !pair.is_empty() {
            if pairs.len() >= options.max_parameters {
                return Err(DecodeError::new(DecodeErrorKind::TooManyParameters(options.max_parameters), offset));
            }
            let equals = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            let name = decode(&pair[..equals], offset, b' ')?;
            let value = decode(pair.get(equals + 1..).unwrap_or_default(), offset + equals + 1, b' ')
                .map_err(|error| error.within(&name))?;
            options.check_text(value.len()).map_err(|kind| DecodeError::new(kind, offset).within(&name))?;
            pairs.push(Pair { name, value, offset });
        }
        offset += pair.len() + 1;
    }
    Ok(())
}

/// The text that percent-encoded bytes stand for, with `plus` for a plus sign: a blank in forms.
pub(crate) fn decode(text: &[u8], offset: usize, plus: u8) -> Result<String, DecodeError> {
    let bytes = percent_decode(text, plus)
        .map_err(|place| DecodeError::new(DecodeErrorKind::PercentEncoding, offset + place))?;
    String::from_utf8(bytes).map_err(|_| DecodeError::new(DecodeErrorKind::NotUtf8, offset))
}
