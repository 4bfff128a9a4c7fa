//! Views into elements.

use crate::MAX_DEPTH;
use crate::encode::{EncodeError, EncodeErrorKind};
use crate::protocol::scalar;
use crate::schema::{Member, ShapeKind};
use crate::value::{Structure, Value, View};
use crate::xml::XmlWriter;

/// Writes the members of a structure, one element each, inside the element that is open.
pub(crate) fn write_members(xml: &mut XmlWriter, source: &dyn Structure) -> Result<(), EncodeError> {
    structure(xml, source, |_| true, 0)
}

/// The same for some of the members.
pub(crate) fn write_selected_members(
    xml: &mut XmlWriter,
    source: &dyn Structure,
    selected: fn(&Member) -> bool,
) -> Result<(), EncodeError> {
    structure(xml, source, selected, 0)
}

fn structure(
    xml: &mut XmlWriter,
    source: &dyn Structure,
    selected: fn(&Member) -> bool,
    depth: usize,
) -> Result<(), EncodeError> {
    if depth == MAX_DEPTH {
        return Err(EncodeError::new(EncodeErrorKind::TooDeep(MAX_DEPTH)));
    }
    for (index, member) in source.shape().members().iter().enumerate().filter(|(_, member)| selected(member)) {
        let name = member.element_name();
        element(xml, name, source.member(index), member, member.is_flattened(), depth)
            .map_err(|error| error.within(name))?;
    }
    Ok(())
}

fn element(
    xml: &mut XmlWriter,
    name: &str,
    value: &dyn Value,
    member: &'static Member,
    flattened: bool,
    depth: usize,
) -> Result<(), EncodeError> {
    match (value.view(), member.target().kind()) {
        (View::Absent, _) => Ok(()),
        (View::Structure(source), _) => {
            xml.open(name);
            structure(xml, source, |_| true, depth + 1)?;
            xml.close(name);
            Ok(())
        }
        (View::List(list), ShapeKind::List(shape)) => {
            if !flattened && list.is_empty() {
                xml.empty(name);
                return Ok(());
            }
            let part = if flattened { name } else { shape.member.wire_name() };
            if !flattened {
                xml.open(name);
            }
            for index in 0..list.len() {
                element(xml, part, list.get(index), &shape.member, false, depth + 1)
                    .map_err(|error| error.within((index + 1).to_string()))?;
            }
            if !flattened {
                xml.close(name);
            }
            Ok(())
        }
        (View::Map(map), ShapeKind::Map(shape)) => {
            if !flattened && map.is_empty() {
                xml.empty(name);
                return Ok(());
            }
            let part = if flattened { name } else { "entry" };
            if !flattened {
                xml.open(name);
            }
            for (key, value) in map.entries() {
                xml.open(part);
                xml.element(shape.key.wire_name(), key)?;
                element(xml, shape.value.wire_name(), value, &shape.value, false, depth + 1)
                    .map_err(|error| error.within(key))?;
                xml.close(part);
            }
            if !flattened {
                xml.close(name);
            }
            Ok(())
        }
        (view, _) => match scalar::write(view, member.timestamp_format()) {
            Some(text) => xml.element(name, &text),
            None => Ok(()),
        },
    }
}
