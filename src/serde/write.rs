//! Views into any format.

use serde_core::ser::{Error, SerializeMap, SerializeSeq};
use serde_core::{Serialize, Serializer};

use crate::debug::REDACTED;
use crate::protocol::scalar;
use crate::schema::{List as ListShape, Map as MapShape, Member, ShapeKind, TimestampFormat};
use crate::value::{List, Map, Structure, Value, View};
use crate::{MAX_DEPTH, Timestamp};

/// A structure that is serialized with its secrets, as they are: for someone who is to have them.
///
/// Whoever looks for places where secrets may leave a program looks for `expose`: this,
/// [`Secrets::Expose`](crate::json::Secrets::Expose) and [`expose_secret`](crate::ExposeSecret::expose_secret).
#[derive(Clone, Copy)]
#[expect(clippy::exhaustive_structs, reason = "a wrapper of one value")]
pub struct ExposeSecrets<'a>(pub &'a dyn Structure);

impl Serialize for ExposeSecrets<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        StructureView { source: self.0, expose: true, depth: 0 }.serialize(serializer)
    }
}

impl Serialize for dyn Structure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        StructureView { source: self, expose: false, depth: 0 }.serialize(serializer)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_str(&self.format(TimestampFormat::DateTime))
        } else {
            (self.seconds(), self.nanoseconds()).serialize(serializer)
        }
    }
}

/// What stands for a secret, where nobody can take it for one.
fn redacted<S: Serializer>(name: &str, serializer: S) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() {
        return serializer.serialize_str(REDACTED);
    }
    Err(Error::custom(format_args!("`{name}` is secret, and this format cannot say so: see `ExposeSecrets`")))
}

struct StructureView<'a> {
    source: &'a dyn Structure,
    expose: bool,
    depth: usize,
}

impl Serialize for StructureView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let shape = self.source.shape();
        if shape.is_sensitive() && !self.expose {
            return redacted(shape.name(), serializer);
        }
        if self.depth == MAX_DEPTH {
            return Err(Error::custom(format_args!("`{}` nests deeper than {MAX_DEPTH}", shape.name())));
        }
        let (expose, depth) = (self.expose, self.depth);
        let members = shape.members().iter().enumerate().filter_map(|(index, member)| {
            let value = self.source.member(index);
            (!matches!(value.view(), View::Absent)).then_some(ValueView { value, member, expose, depth })
        });
        // Formats of which nothing tells the end need the number of entries first.
        let mut map = serializer.serialize_map(Some(members.clone().count()))?;
        for view in members {
            map.serialize_entry(view.member.name(), &Some(view))?;
        }
        map.end()
    }
}

struct ValueView<'a> {
    value: &'a dyn Value,
    member: &'static Member,
    expose: bool,
    depth: usize,
}

impl Serialize for ValueView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.member.is_sensitive() && !self.expose {
            return redacted(self.member.name(), serializer);
        }
        match (self.value.view(), self.member.target().kind()) {
            (View::Boolean(value), _) => serializer.serialize_bool(value),
            (View::Integer(value), _) => serializer.serialize_i32(value),
            (View::Long(value), _) => serializer.serialize_i64(value),
            (View::Float(value), _) => match scalar::non_finite(value.into()) {
                Some(name) if serializer.is_human_readable() => serializer.serialize_str(name),
                _ => serializer.serialize_f32(value),
            },
            (View::Double(value), _) => match scalar::non_finite(value) {
                Some(name) if serializer.is_human_readable() => serializer.serialize_str(name),
                _ => serializer.serialize_f64(value),
            },
            (View::String(value), _) => serializer.serialize_str(value),
            (View::Blob(value), _) if serializer.is_human_readable() => {
                serializer.serialize_str(&scalar::write_blob(value))
            }
            (View::Blob(value), _) => serializer.serialize_bytes(value),
            (View::Timestamp(value), _) => value.serialize(serializer),
            (View::Structure(source), _) => {
                StructureView { source, expose: self.expose, depth: self.depth + 1 }.serialize(serializer)
            }
            (View::List(list), ShapeKind::List(shape)) => self.list(list, shape, serializer),
            (View::Map(map), ShapeKind::Map(shape)) => self.map(map, shape, serializer),
            (View::Absent | View::List(_) | View::Map(_), _) => serializer.serialize_none(),
        }
    }
}

impl ValueView<'_> {
    fn list<S: Serializer>(
        &self,
        list: &dyn List,
        shape: &'static ListShape,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(list.len()))?;
        for index in 0..list.len() {
            seq.serialize_element(&self.below(list.get(index), shape.member))?;
        }
        seq.end()
    }

    fn map<S: Serializer>(&self, map: &dyn Map, shape: &'static MapShape, serializer: S) -> Result<S::Ok, S::Error> {
        if shape.key.is_sensitive() && !self.expose {
            return redacted(self.member.name(), serializer);
        }
        let mut entries = serializer.serialize_map(Some(map.len()))?;
        for (key, value) in map.entries() {
            entries.serialize_entry(key, &self.below(value, shape.value))?;
        }
        entries.end()
    }

    fn below<'a>(&self, value: &'a dyn Value, member: &'static Member) -> ValueView<'a> {
        ValueView { value, member, expose: self.expose, depth: self.depth }
    }
}
