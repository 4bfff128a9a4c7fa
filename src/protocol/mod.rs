//! Values on the wire, a folder for each protocol; the other modules are what they share.

pub(crate) mod checksum;
pub(crate) mod compression;
pub(crate) mod host_prefix;
pub(crate) mod query;
#[cfg(feature = "rest-xml")]
pub(crate) mod rest_xml;
pub(crate) mod scalar;
pub(crate) mod xml;
