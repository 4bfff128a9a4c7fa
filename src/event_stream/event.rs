//! Events: messages as members of a union. Smithy's `eventHeader` and `eventPayload`.

use std::io::Read;
use std::marker::PhantomData;

use super::message::{Failure, HeaderValue, Message};
use crate::decode::{DecodeError, DecodeErrorKind, DecodeOptions};
#[cfg(feature = "server")]
use crate::encode::{EncodeError, EncodeErrorKind};
use crate::error::{Error, ServiceError};
use crate::protocol::scalar;
#[cfg(feature = "server")]
use crate::protocol::xml::write_root;
use crate::protocol::xml::{read_element, read_selected};
use crate::schema::{Member, Shape, ShapeKind};
use crate::timestamp::Timestamp;
use crate::transport::TransportError;
#[cfg(feature = "server")]
use crate::value::View;
use crate::value::{List, Slot, Structure};
use crate::xml::XmlReader;
#[cfg(feature = "server")]
use crate::xml::XmlWriter;

/// The events of a stream, one by one as they arrive. `E` is the union of events, `R` where the bytes come from.
///
/// Events that the union does not know are passed over. After an error there are no more.
#[derive(Debug)]
pub struct Events<E, R> {
    reader: R,
    options: DecodeOptions,
    offset: usize,
    is_over: bool,
    event: PhantomData<fn() -> E>,
}

impl<E: Structure + Default, R: Read> Events<E, R> {
    /// The events in these bytes, each within the limits of [`DecodeOptions::DEFAULT`].
    pub fn new(reader: R) -> Self {
        Self { reader, options: DecodeOptions::DEFAULT, offset: 0, is_over: false, event: PhantomData }
    }

    /// The same with other limits.
    #[must_use]
    pub fn with_decode_options(mut self, options: DecodeOptions) -> Self {
        self.options = options;
        self
    }

    fn next_event(&mut self) -> Result<Option<E>, Error> {
        while let Some(message) = next_message(&mut self.reader, &mut self.offset, &self.options)? {
            if let Some(event) = event(&message, &self.options)? {
                return Ok(Some(event));
            }
        }
        Ok(None)
    }
}

impl<E: Structure + Default, R: Read> Iterator for Events<E, R> {
    type Item = Result<E, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let event = self.next_event();
        self.is_over = !matches!(event, Ok(Some(_)));
        event.transpose()
    }
}

/// The message as an event, if the union knows it.
pub(super) fn event<E: Structure + Default>(message: &Message, options: &DecodeOptions) -> Result<Option<E>, Error> {
    let mut event = E::default();
    let Some(index) = place(message, event.shape())? else { return Ok(None) };
    fill(message, &mut event, index, options)?;
    Ok(Some(event))
}

/// Fills a list with the events of a body; `member` is the list's.
pub(crate) fn read_all(
    body: &[u8],
    list: &mut dyn List,
    member: &'static Member,
    options: &DecodeOptions,
) -> Result<(), Error> {
    let (mut reader, mut offset) = (body, 0);
    while let Some(message) = next_message(&mut reader, &mut offset, options)? {
        let Some(index) = place(&message, member.target())? else { continue };
        options.check_items(list.len()).map_err(|kind| DecodeError::new(kind, offset))?;
        if let Slot::Structure(event) = list.push().slot() {
            fill(&message, event, index, options)?;
        }
    }
    Ok(())
}

fn next_message(reader: &mut impl Read, offset: &mut usize, options: &DecodeOptions) -> Result<Option<Message>, Error> {
    let message = Message::read(reader, *offset, options.max_bytes).map_err(|failure| match failure {
        Failure::Read(error) => Error::from(TransportError::of_io(error)),
        Failure::Decode(error) => error.into(),
    })?;
    *offset += message.as_ref().map_or(0, |message| message.length);
    Ok(message)
}

/// Which member of the union the message is; `None` for events that the union does not know.
fn place(message: &Message, events: &Shape) -> Result<Option<usize>, Error> {
    match message.text(":message-type") {
        Some("event") => Ok(message.text(":event-type").and_then(|name| events.member_index(name))),
        Some("exception") => {
            let name = message.text(":exception-type").unwrap_or_default();
            match events.member_index(name) {
                Some(index) => Ok(Some(index)),
                None => Err(failure(name, &String::from_utf8_lossy(&message.payload))),
            }
        }
        Some("error") => {
            let text = |name| message.text(name).unwrap_or_default();
            Err(failure(text(":error-code"), text(":error-message")))
        }
        _ => {
            let why = DecodeErrorKind::EventStream("a message that is neither event, exception nor error");
            Err(DecodeError::new(why, 0).into())
        }
    }
}

/// The error that ends a stream.
fn failure(code: &str, message: &str) -> Error {
    ServiceError::unmodeled(code, 200, message).into_detached().into()
}

/// Fills the event, which is the union's member at `index`.
fn fill(
    message: &Message,
    union: &mut dyn Structure,
    index: usize,
    options: &DecodeOptions,
) -> Result<(), DecodeError> {
    let name = union.shape().members()[index].name();
    let sensitive = union.shape().is_sensitive() || union.shape().members()[index].is_sensitive();
    let Slot::Structure(event) = union.member_mut(index).slot() else { return Ok(()) };
    fill_members(message, event, sensitive, options).map_err(|error| error.within(name))
}

fn fill_members(
    message: &Message,
    event: &mut dyn Structure,
    sensitive: bool,
    options: &DecodeOptions,
) -> Result<(), DecodeError> {
    let members = event.shape().members();
    let mut payload = None;
    for (index, member) in members.iter().enumerate() {
        if member.is_event_payload() {
            payload = Some(index);
        }
        if member.is_event_header()
            && let Some(value) = message.header(member.wire_name())
        {
            let sensitive = sensitive || member.is_sensitive();
            read_header(value, event.member_mut(index).slot(), sensitive)
                .map_err(|kind| DecodeError::new(kind, 0).within(member.wire_name()))?;
        }
    }
    let body = message.payload.as_slice();
    match payload {
        // An empty document is none.
        Some(index)
            if body.is_empty()
                && matches!(members[index].target().kind(), ShapeKind::Structure(_) | ShapeKind::Union(_)) => {}
        Some(index) => {
            let member = &members[index];
            let sensitive = sensitive || member.is_sensitive();
            match event.member_mut(index).slot() {
                Slot::Blob(place) => place.set(body.to_vec()),
                Slot::Structure(target) => {
                    let mut xml = XmlReader::new(body, options)?;
                    let root = xml.root()?;
                    read_element(&mut xml, &root, target, sensitive).map_err(|error| error.within(root.name()))?;
                }
                slot => {
                    let text = std::str::from_utf8(body)
                        .map_err(|error| DecodeError::new(DecodeErrorKind::NotUtf8, error.valid_up_to()))?;
                    scalar::read(slot, text.into(), sensitive).map_err(|kind| DecodeError::new(kind, 0))?;
                }
            }
        }
        None if members.iter().any(in_document) && !body.trim_ascii().is_empty() => {
            let mut xml = XmlReader::new(body, options)?;
            let root = xml.root()?;
            read_selected(&mut xml, &root, event, sensitive, Some(in_document))
                .map_err(|error| error.within(root.name()))?;
        }
        None => {}
    }
    Ok(())
}

fn in_document(member: &Member) -> bool {
    !member.is_event_header() && !member.is_event_payload()
}

fn read_header(value: &HeaderValue, slot: Slot<'_>, sensitive: bool) -> Result<(), DecodeErrorKind> {
    match (value, slot) {
        (HeaderValue::Boolean(value), Slot::Boolean(place)) => *place = *value,
        (HeaderValue::Integer(value), Slot::Integer(place)) => *place = *value,
        (HeaderValue::Integer(value), Slot::Long(place)) => *place = (*value).into(),
        (HeaderValue::Long(value), Slot::Long(place)) => *place = *value,
        (HeaderValue::Bytes(bytes), Slot::Blob(place)) => place.set(bytes.clone()),
        (HeaderValue::Text(text), slot @ Slot::String(_)) => return scalar::read(slot, text.into(), sensitive),
        (HeaderValue::Timestamp(milliseconds), Slot::Timestamp(place)) => {
            let nanoseconds = u32::try_from(milliseconds.rem_euclid(1000) * 1_000_000).unwrap_or_default();
            *place = Timestamp::new(milliseconds.div_euclid(1000), nanoseconds)
                .map_err(|_| DecodeErrorKind::Value { expected: "timestamp", found: None })?;
        }
        _ => return Err(DecodeErrorKind::EventStream("a header of another type than its member's")),
    }
    Ok(())
}

/// The events of a list as a body.
#[cfg(feature = "server")]
pub(crate) fn write_all(list: &dyn List) -> Result<Vec<u8>, EncodeError> {
    let mut out = Vec::new();
    for index in 0..list.len() {
        let View::Structure(union) = list.get(index).view() else { continue };
        for (index, member) in union.shape().members().iter().enumerate() {
            if let View::Structure(event) = union.member(index).view() {
                let message = message_of(member, event).map_err(|error| error.within(member.name()))?;
                let too_long = || EncodeError::new(EncodeErrorKind::Header).within(member.name());
                message.write(&mut out).ok_or_else(too_long)?;
            }
        }
    }
    Ok(out)
}

#[cfg(feature = "server")]
fn message_of(member: &Member, event: &dyn Structure) -> Result<Message, EncodeError> {
    let text = |name: &str, value: &str| (name.to_owned(), HeaderValue::Text(value.to_owned()));
    let mut headers = if member.target().error().is_some() {
        vec![text(":message-type", "exception"), text(":exception-type", member.name())]
    } else {
        vec![text(":message-type", "event"), text(":event-type", member.name())]
    };
    let mut payload = Vec::new();
    let mut content_type = None;
    let members = event.shape().members();
    for (index, member) in members.iter().enumerate() {
        let view = event.member(index).view();
        if member.is_event_payload() {
            (payload, content_type) = match view {
                View::Structure(source) => (document(member.target().xml_name(), source, |_| true)?, Some("text/xml")),
                View::Blob(bytes) => (bytes.to_vec(), Some("application/octet-stream")),
                View::String(text) => (text.as_bytes().to_vec(), Some("text/plain")),
                _ => (Vec::new(), None),
            };
        } else if member.is_event_header()
            && let Some(value) = write_header(view)
        {
            headers.push((member.wire_name().to_owned(), value));
        }
    }
    if members.iter().any(in_document) && !members.iter().any(Member::is_event_payload) {
        payload = document(member.target().xml_name(), event, in_document)?;
        content_type = Some("text/xml");
    }
    headers.extend(content_type.map(|content_type| text(":content-type", content_type)));
    Ok(Message { headers, payload, length: 0 })
}

#[cfg(feature = "server")]
fn document(name: &str, source: &dyn Structure, selected: fn(&Member) -> bool) -> Result<Vec<u8>, EncodeError> {
    let mut xml = XmlWriter::new();
    write_root(&mut xml, name, None, source, selected, None)?;
    Ok(xml.finish())
}

#[cfg(feature = "server")]
fn write_header(view: View<'_>) -> Option<HeaderValue> {
    Some(match view {
        View::Boolean(value) => HeaderValue::Boolean(value),
        View::Integer(value) => HeaderValue::Integer(value),
        View::Long(value) => HeaderValue::Long(value),
        View::Blob(bytes) => HeaderValue::Bytes(bytes.to_vec()),
        View::String(text) => HeaderValue::Text(text.to_owned()),
        View::Timestamp(value) => {
            HeaderValue::Timestamp(value.seconds() * 1000 + i64::from(value.nanoseconds() / 1_000_000))
        }
        _ => return None,
    })
}
