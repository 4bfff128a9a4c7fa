//! Shapes as XML elements: the part of a document that a structure describes.

mod read;
#[cfg(feature = "rest-xml")]
mod write;

pub(crate) use read::{ShapeReader, read_structure};
#[cfg(feature = "rest-xml")]
pub(crate) use read::{read_element, read_member, read_selected};
#[cfg(feature = "rest-xml")]
pub(crate) use write::write_root;
#[cfg(feature = "server")]
pub(crate) use write::{write_members, write_selected_members};
