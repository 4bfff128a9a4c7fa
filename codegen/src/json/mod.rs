//! JSON (RFC 8259): values whose objects keep their order, the reader, and where in a text its values are.
//!
//! One reader for all: what a model says, and the place in the file of each fault. It is our own because every build script
//! with a model compiles it, without optimization: docs/architecture.md has what that costs.

mod from;
mod map;
mod places;
mod read;
mod value;
#[cfg(feature = "conformance")]
mod write;

pub(crate) use places::Located;
pub(crate) use read::{Repeated, read};

pub use map::Map;
pub use read::Error;
pub use value::{Number, Value};
