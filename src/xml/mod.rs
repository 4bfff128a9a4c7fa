//! XML as bytes: events in, with limits, and escaped text out. Shapes are not known here.

mod reader;
mod writer;

pub(crate) use reader::{Element, XmlReader};
pub(crate) use writer::XmlWriter;
