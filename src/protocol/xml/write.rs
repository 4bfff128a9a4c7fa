//! Views into elements.

use crate::MAX_DEPTH;
use crate::debug::REDACTED;
use crate::encode::{EncodeError, EncodeErrorKind};
use crate::protocol::scalar;
use crate::schema::{Member, ShapeKind, XmlNamespace};
use crate::value::{Structure, Value, View};
use crate::wipe;
use crate::xml::XmlWriter;

/// Writes some members of a structure, one element each, with the structure's element around them. What is not the member's
/// own is given by `root`: name and namespace.
pub(crate) fn write_root(
    xml: &mut XmlWriter,
    name: &str,
    namespace: Option<XmlNamespace>,
    source: &dyn Structure,
    selected: fn(&Member) -> bool,
    new_token: Option<&dyn Fn() -> String>,
) -> Result<(), EncodeError> {
    Writer { xml, new_token }.structure(name, namespace, source, selected, 0)
}

/// Writes the members of a structure, one element each, inside the element that is open.
#[cfg(feature = "server")]
pub(crate) fn write_members(xml: &mut XmlWriter, source: &dyn Structure) -> Result<(), EncodeError> {
    write_selected_members(xml, source, |_| true)
}

/// The same for some of the members.
#[cfg(feature = "server")]
pub(crate) fn write_selected_members(
    xml: &mut XmlWriter,
    source: &dyn Structure,
    selected: fn(&Member) -> bool,
) -> Result<(), EncodeError> {
    Writer { xml, new_token: None }.members(source, selected, 0)
}

struct Writer<'a> {
    xml: &'a mut XmlWriter,
    /// Fills in idempotency tokens that are absent.
    new_token: Option<&'a dyn Fn() -> String>,
}

impl Writer<'_> {
    fn structure(
        &mut self,
        name: &str,
        namespace: Option<XmlNamespace>,
        source: &dyn Structure,
        selected: fn(&Member) -> bool,
        depth: usize,
    ) -> Result<(), EncodeError> {
        self.begin(name, namespace)?;
        for (index, member) in source.shape().members().iter().enumerate() {
            if member.is_xml_attribute()
                && selected(member)
                && let Some(text) = scalar::write(source.member(index).view(), member.timestamp_format())
            {
                if member.is_sensitive() {
                    self.xml.secret_follows();
                }
                let written = self.xml.attribute(member.wire_name(), &text);
                written.map_err(|error| error.within(member.wire_name()))?;
            }
        }
        self.xml.enter();
        self.members(source, selected, depth)?;
        self.xml.close(name);
        Ok(())
    }

    fn members(
        &mut self,
        source: &dyn Structure,
        selected: fn(&Member) -> bool,
        depth: usize,
    ) -> Result<(), EncodeError> {
        if depth >= MAX_DEPTH {
            return Err(EncodeError::new(EncodeErrorKind::TooDeep(MAX_DEPTH)));
        }
        for (index, member) in source.shape().members().iter().enumerate() {
            if member.is_xml_attribute() || !selected(member) {
                continue;
            }
            let name = member.element_name();
            self.element(name, source.member(index), member, member.is_flattened(), depth)
                .map_err(|error| error.within(name))?;
        }
        Ok(())
    }

    fn element(
        &mut self,
        name: &str,
        value: &dyn Value,
        member: &'static Member,
        flattened: bool,
        depth: usize,
    ) -> Result<(), EncodeError> {
        if let Some(new_token) = self.new_token
            && member.is_idempotency_token()
            && matches!(value.view(), View::Absent | View::String(""))
        {
            return self.scalar(name, member, &new_token());
        }
        if member.is_sensitive() {
            self.xml.secret_follows();
        }
        match (value.view(), member.target().kind()) {
            (View::Absent, _) => Ok(()),
            (View::Structure(source), _) => self.structure(name, member.xml_namespace(), source, |_| true, depth + 1),
            (View::List(list), ShapeKind::List(shape)) => {
                if list.is_empty() {
                    return self.empty_collection(name, member, flattened);
                }
                let part = if flattened { name } else { shape.member.wire_name() };
                self.open_collection(name, member, flattened)?;
                for index in 0..list.len() {
                    self.element(part, list.get(index), shape.member, false, depth + 1)
                        .map_err(|error| error.within((index + 1).to_string()))?;
                }
                self.close_collection(name, flattened);
                Ok(())
            }
            (View::Map(map), ShapeKind::Map(shape)) => {
                if map.is_empty() {
                    return self.empty_collection(name, member, flattened);
                }
                self.open_collection(name, member, flattened)?;
                let is_secret = member.is_sensitive() || shape.key.is_sensitive();
                if is_secret {
                    self.xml.secret_follows();
                }
                for (key, value) in map.entries() {
                    let part = if flattened { name } else { "entry" };
                    self.begin(part, member.xml_namespace().filter(|_| flattened))?;
                    self.xml.enter();
                    self.scalar(shape.key.wire_name(), shape.key, key)?;
                    self.element(shape.value.wire_name(), value, shape.value, false, depth + 1)
                        .map_err(|error| error.within(if is_secret { REDACTED } else { key }))?;
                    self.xml.close(part);
                }
                self.close_collection(name, flattened);
                Ok(())
            }
            (view, _) => {
                let Some(text) = scalar::write(view, member.timestamp_format()) else { return Ok(()) };
                let written = self.scalar(name, member, &text);
                wipe::discard(text, member.is_sensitive());
                written
            }
        }
    }

    /// A list or a map without members; one that is flattened is not there.
    fn empty_collection(&mut self, name: &str, member: &Member, flattened: bool) -> Result<(), EncodeError> {
        if !flattened {
            self.begin(name, member.xml_namespace())?;
            self.xml.end_empty();
        }
        Ok(())
    }

    fn open_collection(&mut self, name: &str, member: &Member, flattened: bool) -> Result<(), EncodeError> {
        if !flattened {
            self.begin(name, member.xml_namespace())?;
            self.xml.enter();
        }
        Ok(())
    }

    fn close_collection(&mut self, name: &str, flattened: bool) {
        if !flattened {
            self.xml.close(name);
        }
    }

    fn scalar(&mut self, name: &str, member: &Member, text: &str) -> Result<(), EncodeError> {
        self.begin(name, member.xml_namespace())?;
        self.xml.enter();
        self.xml.text(text)?;
        self.xml.close(name);
        Ok(())
    }

    fn begin(&mut self, name: &str, namespace: Option<XmlNamespace>) -> Result<(), EncodeError> {
        self.xml.begin(name);
        match namespace {
            None => Ok(()),
            Some(XmlNamespace { uri, prefix: None }) => self.xml.attribute("xmlns", uri),
            Some(XmlNamespace { uri, prefix: Some(prefix) }) => self.xml.attribute(&format!("xmlns:{prefix}"), uri),
        }
    }
}
