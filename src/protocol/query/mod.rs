//! `awsQuery` and `ec2Query`: requests are forms, replies are XML.

mod reply_read;
#[cfg(feature = "server")]
mod reply_write;
#[cfg(feature = "server")]
mod request_read;
mod request_write;

#[cfg(feature = "rest-xml")]
pub(crate) use reply_read::read_error;
pub(crate) use reply_read::read_reply;
#[cfg(feature = "server")]
pub(crate) use reply_write::{write_error, write_reply};
#[cfg(feature = "server")]
pub(crate) use request_read::{Parameters, read_input};
pub(crate) use request_write::write_request;
