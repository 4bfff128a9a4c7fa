//! Shapes as XML elements: the part of a document that a structure describes.

mod read;
mod write;

pub(crate) use read::{ShapeReader, read_element, read_member, read_selected, read_structure};
pub(crate) use write::write_root;
#[cfg(feature = "server")]
pub(crate) use write::{write_members, write_selected_members};
