//! Short texts of a fixed length, kept where they are made: hashes in digits, and times.

use std::fmt;
use std::ops::Deref;

/// `N` characters of ASCII.
#[derive(Clone, Copy)]
pub(crate) struct Ascii<const N: usize>(pub(super) [u8; N]);

impl<const N: usize> Deref for Ascii<N> {
    type Target = str;

    fn deref(&self) -> &str {
        // ASCII is UTF-8.
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl<const N: usize> fmt::Display for Ascii<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}
