//! Generates the Rust code of an AWS service from its model, for the runtime library `shapewire`.
//!
//! The way of a model: [`load()`] reads files into a typed [`model`], overlays correct it, a selection keeps some
//! operations, names are decided, code is emitted and laid out. [`Builder`] does all of it, in a build script or not;
//! [`import()`] makes a model file without prose from a published one.
//!
//! Whatever is wrong with an input comes back as [`Problems`]: all of them, each with its file and JSON pointer.

#![forbid(unsafe_code)]
// What may grow says so; what may not says why.
#![warn(clippy::exhaustive_enums, clippy::exhaustive_structs)]
// docs.rs marks what a feature adds.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "command")]
mod batch;
mod bindings;
mod builder;
mod by_name;
mod check;
mod complete;
#[cfg(feature = "conformance")]
pub mod conformance;
mod custom;
mod diagnostic;
#[cfg(feature = "command")]
pub mod diff;
mod emit;
pub mod endpoint;
mod events;
mod file;
#[cfg(feature = "command")]
mod import;
pub mod jmespath;
pub mod json;
mod layout;
pub mod lint;
mod load;
mod markdown;
pub mod model;
mod name;
mod overlay;
mod paginator;
pub mod pattern;
mod protocol;
mod reach;
mod select;
#[cfg(feature = "command")]
pub mod show;
#[cfg(feature = "command")]
pub mod stats;
mod support;
mod waiter;
mod wire_names;

#[cfg(feature = "command")]
pub use batch::generate_all;
pub use builder::{Builder, Generated};
pub use diagnostic::{Problem, Problems};
#[cfg(feature = "command")]
pub use import::{import, import_operations};
#[cfg(feature = "command")]
pub use load::load_revision;
pub use load::{Loaded, load};
#[cfg(feature = "command")]
pub use overlay::load_with;
