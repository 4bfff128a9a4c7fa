//! Values on the wire, a folder for each protocol; `xml` and `scalar` are what they share.

pub(crate) mod query;
pub(crate) mod scalar;
pub(crate) mod xml;
