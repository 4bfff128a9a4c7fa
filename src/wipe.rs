//! Overwriting what has held secrets: buffers that grow, texts and bodies that are done with.

use std::borrow::Cow;
#[cfg(feature = "credentials")]
use std::io;

use secrecy::SecretString;
use secrecy::zeroize::Zeroize;
#[cfg(feature = "credentials")]
use secrecy::zeroize::Zeroizing;

use crate::MAX_DEPTH;
use crate::schema::{Member, ShapeKind};
use crate::value::{Structure, Value, View};

/// Room for so many more bytes. A text that has to move leaves nothing behind.
pub(crate) fn reserve(text: &mut String, additional: usize) {
    let needed = text.len().saturating_add(additional);
    if needed > text.capacity() {
        let mut moved = String::with_capacity(needed.max(text.capacity().saturating_mul(2)));
        moved.push_str(text);
        std::mem::replace(text, moved).zeroize();
    }
}

/// A secret out of a text of any capacity. To box one with more room than it needs could move it, and leave it behind.
pub(crate) fn secret(mut text: String) -> SecretString {
    if text.len() == text.capacity() {
        return SecretString::from(text);
    }
    let secret = SecretString::from(text.as_str());
    text.zeroize();
    secret
}

/// All that `read` gives, but at most so many bytes. Of a buffer that was too small, or of a reader that failed, nothing is left.
///
/// A function in place of a reader: of each type of those, all of the trait's methods would be compiled.
#[cfg(feature = "credentials")]
pub(crate) fn read_limited(read: &mut dyn FnMut(&mut [u8]) -> io::Result<usize>, limit: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Zeroizing::new(vec![0; limit.min(16 * 1024)]);
    let mut length = 0;
    while length < limit {
        if length == bytes.len() {
            let mut longer = Zeroizing::new(vec![0; limit.min(length * 2)]);
            longer[..length].copy_from_slice(&bytes);
            bytes = longer;
        }
        match read(&mut bytes[length..]) {
            Ok(0) => break,
            Ok(more) => length += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(length);
    Ok(std::mem::take(&mut *bytes))
}

/// Lets go of a text that was made to be written.
pub(crate) fn discard(text: Cow<'_, str>, is_secret: bool) {
    if let (Cow::Owned(mut text), true) = (text, is_secret) {
        text.zeroize();
    }
}

/// Whether there is a secret in a structure.
pub(crate) fn holds_secret(source: &dyn Structure) -> bool {
    in_structure(source, 0)
}

fn in_structure(source: &dyn Structure, depth: usize) -> bool {
    let shape = source.shape();
    // What is deeper is written and read by nobody.
    depth < MAX_DEPTH
        && (shape.is_sensitive()
            || shape.members().iter().enumerate().any(|(index, member)| in_value(source.member(index), member, depth)))
}

fn in_value(value: &dyn Value, member: &Member, depth: usize) -> bool {
    match (value.view(), member.target().kind()) {
        (View::Absent, _) => false,
        _ if member.is_sensitive() => true,
        (View::Structure(source), _) => in_structure(source, depth + 1),
        (View::List(list), ShapeKind::List(shape)) => {
            (0..list.len()).any(|index| in_value(list.get(index), shape.member, depth))
        }
        (View::Map(map), ShapeKind::Map(shape)) => {
            !map.is_empty()
                && (shape.key.is_sensitive() || map.entries().any(|(_, value)| in_value(value, shape.value, depth)))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(feature = "credentials")]
    #[test]
    fn all_is_read_up_to_the_limit() {
        let text: Vec<u8> = (0..50_000_u32).map(|index| (index % 251) as u8).collect();
        for (limit, step) in
            [(0, 1), (1, 7), (16 * 1024, 1000), (16 * 1024 + 1, 40_000), (49_999, 333), (50_000, 9), (1 << 20, 4096)]
        {
            let mut left = text.as_slice();
            let mut interrupted = false;
            let mut read = |buffer: &mut [u8]| {
                interrupted = !interrupted;
                if interrupted {
                    return Err(io::ErrorKind::Interrupted.into());
                }
                let most = buffer.len().min(step);
                io::Read::read(&mut left, &mut buffer[..most])
            };
            assert!(read_limited(&mut read, limit).unwrap() == text[..limit.min(text.len())], "{limit}");
        }
        let failed = read_limited(&mut |_| Err(io::ErrorKind::BrokenPipe.into()), 10);
        assert_eq!(failed.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }

    #[test]
    fn a_text_that_moves_keeps_what_it_says() {
        let mut text = String::with_capacity(4);
        text.push_str("abcd");
        reserve(&mut text, 0);
        assert_eq!(text.capacity(), 4);
        reserve(&mut text, 1);
        assert_eq!((text.as_str(), text.capacity()), ("abcd", 8));
        reserve(&mut text, 100);
        assert_eq!((text.as_str(), text.capacity()), ("abcd", 104));
    }
}
