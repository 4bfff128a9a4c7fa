//! Random ids in the form of a UUID, for requests that must not count twice and for replies.

use std::fmt::Write;
use std::hash::{BuildHasher, RandomState};

/// A new id. It identifies and protects nothing: the standard library's hash seeds are random enough.
pub(crate) fn new() -> String {
    let mut bytes = [0; 16];
    for half in bytes.chunks_exact_mut(8) {
        half.copy_from_slice(&RandomState::new().hash_one(0).to_ne_bytes());
    }
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut id = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            id.push('-');
        }
        // Writing to a string does not fail.
        write!(id, "{byte:02x}").unwrap_or_default();
    }
    id
}
