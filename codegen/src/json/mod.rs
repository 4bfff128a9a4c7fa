//! JSON (RFC 8259): values whose objects keep their order, the reader, and where in a text its values are.
//!
//! One reader for all: what a model says, and the place in the file of each fault. It is our own because every build script
//! with a model compiles it, without optimization: docs/architecture.md has what that costs.
//!
//! ```
//! use shapewire_codegen::json::Value;
//!
//! let value: Value = r#"{"min": 1, "max": [64]}"#.parse()?;
//! assert_eq!(value["min"].as_u64(), Some(1));
//! assert_eq!(value.pointer("/max/0").and_then(Value::as_i64), Some(64));
//! assert_eq!("{\"min\": 01}".parse::<Value>().unwrap_err().to_string(), "a number has no zeros before other digits at byte 8");
//! # Ok::<(), shapewire_codegen::json::Error>(())
//! ```

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
