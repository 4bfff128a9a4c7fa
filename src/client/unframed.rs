//! Without signatures or checksums, no body goes in frames. The same functions as in `framing.rs`.
#![expect(clippy::needless_pass_by_value, reason = "with the features they take it")]

use std::io::Read;

#[cfg(feature = "async")]
use crate::transport::Chunks;

/// There is none.
pub(super) enum Framer {}

#[cfg(feature = "sigv4")]
impl Framer {
    #[expect(clippy::unnecessary_wraps, reason = "with the features it does more")]
    pub(super) fn of(
        _: &super::call::Call<'_>,
        _: &mut http::Request<Vec<u8>>,
        _: &dyn crate::value::Structure,
        _: u64,
        _: &crate::credentials::Credentials,
        _: crate::timestamp::Timestamp,
    ) -> Result<Option<Self>, crate::Error> {
        Ok(None)
    }
}

pub(super) fn reader<'a>(_: &'a mut impl Read, framer: Framer) -> Box<dyn Read + 'a> {
    match framer {}
}

#[cfg(feature = "async")]
pub(super) fn chunks(_: Chunks, framer: Framer) -> Chunks {
    match framer {}
}
