//! Event streams, the format `application/vnd.amazon.eventstream`: messages of headers and a payload, each with checksums.
//!
//! In an output the events are a list, which is read and written as a whole. [`Events`] reads them one by one, as they
//! arrive, and with the feature `async` [`AsyncEvents`] does so without blocking:
//!
//! ```
//! # #[cfg(feature = "checksums")] {
//! use shapewire::event_stream::Events;
//! use shapewire::value::Empty;
//!
//! // Any union of events takes the place of `Empty`, and any reader that of the bytes.
//! let mut events = Events::<Empty, _>::new(&b""[..]);
//! assert!(events.next().is_none());
//! # }
//! ```
//!
//! Source: Smithy's "Amazon Event Stream Specification". Needs the feature `rest-xml`, and `checksums` to read and write.

#[cfg(feature = "checksums")]
mod event;
#[cfg(feature = "checksums")]
mod message;
#[cfg(all(feature = "checksums", feature = "async"))]
mod stream;

#[cfg(feature = "checksums")]
pub use self::event::Events;
#[cfg(feature = "checksums")]
pub(crate) use self::event::read_all;
#[cfg(all(feature = "checksums", feature = "server"))]
pub(crate) use self::event::write_all;
#[cfg(all(feature = "checksums", feature = "async"))]
pub use self::stream::AsyncEvents;

/// Fills a list with the events of a body.
#[cfg(not(feature = "checksums"))]
pub(crate) fn read_all(
    _: &[u8],
    _: &mut dyn crate::value::List,
    _: &'static crate::schema::Member,
    _: &crate::decode::DecodeOptions,
) -> Result<(), crate::Error> {
    use crate::decode::{DecodeError, DecodeErrorKind};
    Err(DecodeError::new(DecodeErrorKind::EventStream("reading it needs the feature `checksums`"), 0).into())
}

/// The events of a list as a body.
#[cfg(all(not(feature = "checksums"), feature = "server"))]
pub(crate) fn write_all(_: &dyn crate::value::List) -> Result<Vec<u8>, crate::encode::EncodeError> {
    use crate::encode::{EncodeError, EncodeErrorKind};
    Err(EncodeError::new(EncodeErrorKind::Checksum("CRC32 (without the feature `checksums`)".to_owned())))
}
