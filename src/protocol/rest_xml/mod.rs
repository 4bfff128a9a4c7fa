//! `restXml`: members bound to the path, the query string, headers and the body. Smithy's "HTTP binding traits" and
//! `aws.protocols#restXml`.

mod header;
mod reply_read;
#[cfg(feature = "server")]
mod reply_write;
#[cfg(feature = "server")]
mod request_read;
mod request_write;
#[cfg(feature = "server")]
mod route;
mod uri;

use crate::schema::{Binding, Member, Shape};

pub(crate) use reply_read::{read_head, read_reply};
#[cfg(feature = "server")]
pub(crate) use reply_write::{write_error, write_reply};
#[cfg(feature = "server")]
pub(crate) use request_read::{RestCall, read_input};
pub(crate) use request_write::write_request;
#[cfg(feature = "server")]
pub(crate) use route::find_operation;

/// The member that is the body, and its place.
fn payload(shape: &Shape) -> Option<(usize, &'static Member)> {
    shape.members().iter().enumerate().find(|(_, member)| member.binding() == Binding::Payload)
}

/// Whether a member of an input is a part of the body's document.
fn in_request_document(member: &Member) -> bool {
    member.binding() == Binding::Document
}

/// Whether a member of an output is a part of the body's document. Replies have neither path nor query string.
fn in_reply_document(member: &Member) -> bool {
    matches!(member.binding(), Binding::Document | Binding::Label | Binding::Query | Binding::QueryParams)
}
