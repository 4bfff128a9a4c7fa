//! Elements into slots.

use std::borrow::Cow;

use crate::decode::{DecodeError, DecodeErrorKind};
use crate::protocol::scalar;
use crate::schema::{Member, Shape, ShapeKind};
use crate::value::{List, Map, Slot, Structure, Value};
use crate::xml::{Element, XmlReader, is_blank};

/// Reads the children of the current element into `target` and leaves the element. What is in a secret structure, or in one
/// that stands in a secret place, is secret.
pub(crate) fn read_structure(
    xml: &mut XmlReader<'_>,
    target: &mut dyn Structure,
    sensitive: bool,
) -> Result<(), DecodeError> {
    read_children(xml, ShapeReader::new(target.shape(), sensitive), target)
}

/// The same with the attributes of `element`, which is the current one.
pub(crate) fn read_element<'a>(
    xml: &mut XmlReader<'a>,
    element: &Element<'a>,
    target: &mut dyn Structure,
    sensitive: bool,
) -> Result<(), DecodeError> {
    read_selected(xml, element, target, sensitive, None)
}

/// The same for the members that are selected, if not for all; the others are not there.
pub(crate) fn read_selected<'a>(
    xml: &mut XmlReader<'a>,
    element: &Element<'a>,
    target: &mut dyn Structure,
    sensitive: bool,
    selected: Option<fn(&Member) -> bool>,
) -> Result<(), DecodeError> {
    let mut reader = ShapeReader::new(target.shape(), sensitive);
    reader.selected = selected;
    if element.has_attributes() {
        reader.attributes(xml, element, target)?;
    }
    read_children(xml, reader, target)
}

fn read_children(
    xml: &mut XmlReader<'_>,
    mut reader: ShapeReader,
    target: &mut dyn Structure,
) -> Result<(), DecodeError> {
    loop {
        if let Some((index, element)) = reader.next_in_order(xml)? {
            reader.read_at(index, xml, &element, target)?;
        } else if let Some(element) = xml.child()? {
            reader.read(xml, &element, target)?;
        } else {
            return reader.finish(xml);
        }
    }
}

/// How many members are looked for before the element's name is read: some of them are absent, as optional ones may be.
const LIKELY: usize = 3;

/// Reads one structure, an element at a time.
pub(crate) struct ShapeReader {
    shape: &'static Shape,
    /// Replies come in the model's order: the search for a member starts after the last one found.
    next: usize,
    /// One bit a member, for the first 128; only kept when strict.
    seen: u128,
    /// Whether all that is read is secret.
    sensitive: bool,
    /// Which members are read, if not all are.
    selected: Option<fn(&Member) -> bool>,
    /// Whether a member has been found.
    pub(crate) found: bool,
}

impl ShapeReader {
    pub(crate) fn new(shape: &'static Shape, sensitive: bool) -> Self {
        Self { shape, next: 0, seen: 0, sensitive: sensitive || shape.is_sensitive(), selected: None, found: false }
    }

    /// Reads the members that are attributes.
    fn attributes<'a>(
        &mut self,
        xml: &XmlReader<'a>,
        element: &Element<'a>,
        target: &mut dyn Structure,
    ) -> Result<(), DecodeError> {
        for (index, member) in self.shape.members().iter().enumerate() {
            if !member.is_xml_attribute() || !self.selects(member) {
                continue;
            }
            let sensitive = self.sensitive || member.is_sensitive();
            let text = xml.attribute(element, member.wire_name());
            let text = if sensitive { text.map_err(DecodeError::redacted) } else { text };
            let Some(text) = text? else { continue };
            self.found = true;
            self.seen |= u32::try_from(index).ok().and_then(|index| 1_u128.checked_shl(index)).unwrap_or_default();
            scalar::read(target.member_mut(index).slot(), text, sensitive)
                .map_err(|kind| xml.error(kind).within(member.wire_name()))?;
        }
        Ok(())
    }

    /// Enters the next child of the current element if it is one of those after the last one found, as it most often is.
    #[inline]
    fn next_in_order<'a>(&self, xml: &mut XmlReader<'a>) -> Result<Option<(usize, Element<'a>)>, DecodeError> {
        let members = self.shape.members();
        let likely = self.next..members.len().min(self.next + LIKELY);
        xml.expected(
            likely.filter(|index| self.takes(&members[*index])).map(|index| (index, members[index].element_name())),
        )
    }

    /// Reads the element that was just entered, and leaves it.
    #[inline]
    pub(crate) fn read<'a>(
        &mut self,
        xml: &mut XmlReader<'a>,
        element: &Element<'a>,
        target: &mut dyn Structure,
    ) -> Result<(), DecodeError> {
        let Some(index) = self.find(element.name()) else {
            if xml.is_strict() {
                return Err(xml.error(DecodeErrorKind::Unknown).within(element.name()));
            }
            return xml.skip();
        };
        self.read_at(index, xml, element, target)
    }

    /// Reads the element that was just entered, which is that of the member at `index`, and leaves it.
    #[inline]
    fn read_at<'a>(
        &mut self,
        index: usize,
        xml: &mut XmlReader<'a>,
        element: &Element<'a>,
        target: &mut dyn Structure,
    ) -> Result<(), DecodeError> {
        let member = &self.shape.members()[index];
        if xml.is_strict()
            && let Some(bit) = u32::try_from(index).ok().and_then(|index| 1_u128.checked_shl(index))
        {
            if self.seen & bit != 0 && !member.is_flattened() {
                return Err(xml.error(DecodeErrorKind::Repeated).within(element.name()));
            }
            self.seen |= bit;
        }
        self.next = index + 1;
        self.found = true;
        let value = target.member_mut(index);
        if read_plain(xml, value) {
            return Ok(());
        }
        let flattened = member.is_flattened();
        if flattened {
            // Its next item may follow.
            self.next = index;
        }
        read_any(xml, element, value, member, flattened, self.sensitive).map_err(|error| error.within(element.name()))
    }

    /// Checks, when strict, that what is required was there.
    pub(crate) fn finish(&self, xml: &XmlReader<'_>) -> Result<(), DecodeError> {
        if !xml.is_strict() {
            return Ok(());
        }
        let missing = self.shape.members().iter().take(128).enumerate().find(|(index, member)| {
            let optional_on_the_wire =
                matches!(member.target().kind(), ShapeKind::List(_) | ShapeKind::Map(_)) && member.is_flattened();
            member.is_required() && !optional_on_the_wire && self.seen & (1 << index) == 0 && self.selects(member)
        });
        match missing {
            Some((_, member)) => Err(xml.error(DecodeErrorKind::MissingMember(member.name()))),
            None => Ok(()),
        }
    }

    #[inline]
    fn find(&self, name: &str) -> Option<usize> {
        let members = self.shape.members();
        let next = self.next.min(members.len());
        let is_it = |member: &Member| member.element_name() == name && self.takes(member);
        let after = members[next..].iter().position(is_it);
        after.map(|index| next + index).or_else(|| members[..next].iter().position(is_it))
    }

    #[inline]
    fn selects(&self, member: &Member) -> bool {
        self.selected.is_none_or(|selected| selected(member))
    }

    /// Whether a member is read out of the elements with its name.
    #[inline]
    fn takes(&self, member: &Member) -> bool {
        !member.is_xml_attribute()
            && self.selects(member)
            && !(member.is_deprecated() && has_successor(self.shape.members(), member.element_name()))
    }
}

/// Whether another member took over the element of one that is deprecated.
fn has_successor(members: &[Member], name: &str) -> bool {
    members.iter().any(|member| member.element_name() == name && !member.is_deprecated())
}

/// Reads a value out of the current element, and leaves it.
#[inline]
pub(crate) fn read_member<'a>(
    xml: &mut XmlReader<'a>,
    element: &Element<'a>,
    value: &mut dyn Value,
    member: &'static Member,
    flattened: bool,
    sensitive: bool,
) -> Result<(), DecodeError> {
    if read_plain(xml, value) {
        return Ok(());
    }
    read_any(xml, element, value, member, flattened, sensitive)
}

/// Reads a text that stands there as it is, as most values do, and leaves its element. `false` if nothing was read.
#[inline]
fn read_plain(xml: &mut XmlReader<'_>, value: &mut dyn Value) -> bool {
    let Slot::String(place) = value.slot() else { return false };
    let Some(text) = xml.plain_text() else { return false };
    place.set(Cow::Borrowed(text));
    true
}

fn read_any<'a>(
    xml: &mut XmlReader<'a>,
    element: &Element<'a>,
    value: &mut dyn Value,
    member: &'static Member,
    flattened: bool,
    sensitive: bool,
) -> Result<(), DecodeError> {
    let sensitive = sensitive || member.is_sensitive();
    let read = read_value(xml, element, value, member, flattened, sensitive);
    if sensitive { read.map_err(DecodeError::redacted) } else { read }
}

#[inline]
fn read_value<'a>(
    xml: &mut XmlReader<'a>,
    element: &Element<'a>,
    value: &mut dyn Value,
    member: &'static Member,
    flattened: bool,
    sensitive: bool,
) -> Result<(), DecodeError> {
    match (value.slot(), member.target().kind()) {
        (Slot::Structure(structure), _) => read_element(xml, element, structure, sensitive),
        (Slot::List(list), ShapeKind::List(shape)) => {
            if flattened {
                xml.check_items(list.len())?;
                return read_member(xml, element, list.push(), shape.member, false, sensitive);
            }
            read_list(xml, list, shape.member, sensitive)
        }
        (Slot::Map(map), ShapeKind::Map(shape)) => {
            if flattened {
                return read_entry(xml, map, shape.key, shape.value, sensitive);
            }
            while let Some(element) = xml.child()? {
                if element.name() == "entry" {
                    read_entry(xml, map, shape.key, shape.value, sensitive).map_err(|error| error.within("entry"))?;
                } else {
                    unknown(xml, &element)?;
                }
            }
            Ok(())
        }
        (slot, _) => {
            let text = xml.text()?;
            if !xml.is_strict() && !matches!(slot, Slot::String(_) | Slot::Blob(_)) && is_blank(&text) {
                // An empty element where a number should be is as good as none.
                value.clear();
                return Ok(());
            }
            scalar::read(slot, text, sensitive).map_err(|kind| xml.error(kind))
        }
    }
}

fn read_list(
    xml: &mut XmlReader<'_>,
    list: &mut dyn List,
    member: &'static Member,
    sensitive: bool,
) -> Result<(), DecodeError> {
    let name = member.wire_name();
    // Members that are flattened lists themselves would stand side by side; the protocols cannot say that.
    while let Some((element, is_item)) = xml.likely_child(name)? {
        if is_item {
            xml.check_items(list.len())?;
            read_member(xml, &element, list.push(), member, false, sensitive).map_err(|error| error.within(name))?;
        } else {
            unknown(xml, &element)?;
        }
    }
    Ok(())
}

/// Reads `<key>` and `<value>`, in either order, and leaves the element around them.
fn read_entry(
    xml: &mut XmlReader<'_>,
    map: &mut dyn Map,
    key: &'static Member,
    value: &'static Member,
    sensitive: bool,
) -> Result<(), DecodeError> {
    xml.check_items(map.len())?;
    let mut name = None;
    let mut value_at = None;
    while let Some(element) = xml.child()? {
        if element.name() == key.wire_name() {
            name = Some(xml.text().map_err(|error| error.within(key.wire_name()))?.into_owned());
        } else if element.name() == value.wire_name() {
            match name.take() {
                Some(name) => read_entry_value(xml, &element, map.entry(name), value, sensitive)?,
                None => {
                    value_at = Some((xml.clone(), element));
                    xml.skip()?;
                }
            }
        } else {
            unknown(xml, &element)?;
        }
    }
    match (name, value_at) {
        (Some(name), Some((mut xml, element))) => {
            read_entry_value(&mut xml, &element, map.entry(name), value, sensitive)
        }
        // A key alone is an entry with an empty value.
        (Some(name), None) => {
            map.entry(name);
            Ok(())
        }
        (None, Some((xml, _))) if xml.is_strict() => Err(xml.error(DecodeErrorKind::UnexpectedContent)),
        (None, _) => Ok(()),
    }
}

fn read_entry_value<'a>(
    xml: &mut XmlReader<'a>,
    element: &Element<'a>,
    place: &mut dyn Value,
    value: &'static Member,
    sensitive: bool,
) -> Result<(), DecodeError> {
    read_member(xml, element, place, value, false, sensitive).map_err(|error| error.within(value.wire_name()))
}

fn unknown(xml: &mut XmlReader<'_>, element: &Element<'_>) -> Result<(), DecodeError> {
    if xml.is_strict() {
        return Err(xml.error(DecodeErrorKind::Unknown).within(element.name()));
    }
    xml.skip()
}
