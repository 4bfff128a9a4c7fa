//! Shapes as XML elements: the part of a document that a structure describes.

mod read;
mod write;

pub(crate) use read::{ShapeReader, read_structure};
pub(crate) use write::{write_members, write_selected_members};
