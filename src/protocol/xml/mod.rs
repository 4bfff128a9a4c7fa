//! Shapes as XML elements: the part of a document that a structure describes.

mod read;
#[cfg(feature = "server")]
mod write;

pub(crate) use read::{ShapeReader, read_structure};
#[cfg(feature = "server")]
pub(crate) use write::{write_members, write_selected_members};
