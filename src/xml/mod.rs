//! XML as bytes: events in, with limits, and escaped text out. Shapes are not known here.

mod reader;
#[cfg(feature = "server")]
mod writer;

pub(crate) use reader::{Element, XmlReader};
#[cfg(feature = "server")]
pub(crate) use writer::XmlWriter;
