//! Any format into slots.

use std::borrow::Cow;
use std::fmt;

use serde_core::de::{DeserializeSeed, Error, Expected, MapAccess, SeqAccess, Unexpected, Visitor};
use serde_core::{Deserialize, Deserializer};

use crate::debug::REDACTED;
use crate::protocol::scalar;
use crate::schema::{List as ListShape, Map as MapShape, Member, Shape, ShapeKind};
use crate::value::{List, Map, Slot, Structure, Value};
use crate::{MAX_DEPTH, Timestamp};

/// A structure to be filled from any format, for those who know its operation by name only.
///
/// ```
/// use shapewire::serde::{DeserializeSeed, Fill};
///
/// let mut input = shapewire::iam::SERVICE.operation("CreateUser").unwrap().new_input();
/// Fill(&mut *input).deserialize(&mut serde_json::Deserializer::from_str(r#"{"UserName": "jane"}"#))?;
/// assert_eq!(format!("{input:?}"), r#"CreateUserRequest { user_name: "jane" }"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[expect(clippy::exhaustive_structs, reason = "a wrapper of one value")]
pub struct Fill<'a>(pub &'a mut dyn Structure);

impl<'de> DeserializeSeed<'de> for Fill<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let shape = self.0.shape();
        let read = StructureSeed { target: self.0, depth: 0 }.deserialize(deserializer);
        if shape.is_sensitive() { read.map_err(|_| hidden(shape.name())) } else { read }
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut timestamp = Self::default();
        Scalar::new(Slot::Timestamp(&mut timestamp), "", false).read(deserializer)?;
        Ok(timestamp)
    }
}

/// The error for what is secret. The format's own error may repeat what it has found.
fn hidden<E: Error>(name: &str) -> E {
    E::custom(format_args!("`{name}` is secret, and cannot be read: it is of another type, or was redacted"))
}

struct StructureSeed<'a> {
    target: &'a mut dyn Structure,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for StructureSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.depth == MAX_DEPTH {
            let name = self.target.shape().name();
            return Err(D::Error::custom(format_args!("`{name}` nests deeper than {MAX_DEPTH}")));
        }
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for StructureSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the members of `{}`", self.target.shape().name())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let shape = self.target.shape();
        let members = shape.members();
        let (mut found, mut present) = (vec![false; members.len()], vec![false; members.len()]);
        let mut next = 0;
        while let Some(index) = map.next_key_seed(MemberName { shape, next })? {
            let member = &members[index];
            if std::mem::replace(&mut found[index], true) {
                return Err(A::Error::custom(format_args!("`{}` comes twice in `{}`", member.name(), shape.name())));
            }
            present[index] =
                map.next_value_seed(MemberSeed { target: self.target, index, member, depth: self.depth })?;
            next = index + 1;
        }
        if matches!(shape.kind(), ShapeKind::Union(_)) && present.iter().filter(|present| **present).count() > 1 {
            return Err(A::Error::custom(format_args!("`{}` is a union, and has several members", shape.name())));
        }
        for (member, present) in members.iter().zip(present) {
            // A client fills in a token that is absent.
            if member.is_required() && !member.is_idempotency_token() && !present {
                return Err(A::Error::custom(format_args!("`{}` lacks the member `{}`", shape.name(), member.name())));
            }
        }
        Ok(())
    }
}

/// The place of a member by its name; the one after the last is tried first.
struct MemberName {
    shape: &'static Shape,
    next: usize,
}

impl<'de> DeserializeSeed<'de> for MemberName {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<usize, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for MemberName {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the name of a member of `{}`", self.shape.name())
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<usize, E> {
        let members = self.shape.members();
        if members.get(self.next).is_some_and(|member| member.name() == name) {
            return Ok(self.next);
        }
        self.shape.member_index(name).ok_or_else(|| {
            let name: String = name.chars().take(64).collect();
            E::custom(format_args!("`{}` has no member `{name}`", self.shape.name()))
        })
    }
}

/// A member, if it is there; gives whether it is.
struct MemberSeed<'a> {
    target: &'a mut dyn Structure,
    index: usize,
    member: &'static Member,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for MemberSeed<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        let member = self.member;
        let read = deserializer.deserialize_option(self);
        if member.is_sensitive() { read.map_err(|_| hidden(member.name())) } else { read }
    }
}

impl<'de> Visitor<'de> for MemberSeed<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value of `{}`, or none", self.member.name())
    }

    fn visit_none<E: Error>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_unit<E: Error>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        let value = self.target.member_mut(self.index);
        ValueSeed { value, member: self.member, depth: self.depth }.deserialize(deserializer)?;
        Ok(true)
    }
}

struct ValueSeed<'a> {
    value: &'a mut dyn Value,
    member: &'static Member,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let Self { value, member, depth } = self;
        let read = match (value.slot(), member.target().kind()) {
            (Slot::Structure(target), _) => StructureSeed { target, depth: depth + 1 }.deserialize(deserializer),
            (Slot::List(list), ShapeKind::List(shape)) => {
                deserializer.deserialize_seq(ListVisitor { list, shape, name: member.name(), depth })
            }
            (Slot::Map(map), ShapeKind::Map(shape)) => {
                let read = deserializer.deserialize_map(MapVisitor { map, shape, name: member.name(), depth });
                if shape.key.is_sensitive() { read.map_err(|_| hidden(member.name())) } else { read }
            }
            (slot, _) => Scalar::new(slot, member.name(), member.is_sensitive()).read(deserializer),
        };
        if member.is_sensitive() { read.map_err(|_| hidden(member.name())) } else { read }
    }
}

struct ListVisitor<'a> {
    list: &'a mut dyn List,
    shape: &'static ListShape,
    name: &'static str,
    depth: usize,
}

impl<'de> Visitor<'de> for ListVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list for `{}`", self.name)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        self.list.clear();
        let (member, depth) = (self.shape.member, self.depth);
        while seq.next_element_seed(ItemSeed { list: &mut *self.list, member, depth })?.is_some() {}
        Ok(())
    }
}

struct ItemSeed<'a> {
    list: &'a mut dyn List,
    member: &'static Member,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for ItemSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        ValueSeed { value: self.list.push(), member: self.member, depth: self.depth }.deserialize(deserializer)
    }
}

struct MapVisitor<'a> {
    map: &'a mut dyn Map,
    shape: &'static MapShape,
    name: &'static str,
    depth: usize,
}

impl<'de> Visitor<'de> for MapVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a map for `{}`", self.name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        self.map.clear();
        let mut count = 0;
        while let Some(key) = entries.next_key::<String>()? {
            let value = self.map.entry(key);
            entries.next_value_seed(ValueSeed { value, member: self.shape.value, depth: self.depth })?;
            count += 1;
            if self.map.len() < count {
                return Err(A::Error::custom(format_args!("a key comes twice in `{}`", self.name)));
            }
        }
        Ok(())
    }
}

/// A place for what is no aggregate.
struct Scalar<'a> {
    slot: Slot<'a>,
    expected: Expectation,
    is_secret: bool,
}

impl<'a> Scalar<'a> {
    fn new(slot: Slot<'a>, name: &'static str, is_secret: bool) -> Self {
        let what = match slot {
            Slot::Boolean(_) => "true or false",
            Slot::Integer(_) => "an integer of 32 bits",
            Slot::Long(_) => "an integer of 64 bits",
            Slot::Float(_) => "a number of 32 bits",
            Slot::Double(_) => "a number",
            Slot::String(_) => "a string",
            Slot::Blob(_) => "bytes, or a string of base64",
            Slot::Timestamp(_) => "a timestamp",
            Slot::List(_) => "a list",
            Slot::Map(_) => "a map",
            Slot::Structure(_) => "a structure",
        };
        Self { slot, expected: Expectation { what, name }, is_secret }
    }

    fn read<'de, D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let is_human_readable = deserializer.is_human_readable();
        match &self.slot {
            // A number, or the name of one that is not finite; a text, or seconds.
            Slot::Float(_) | Slot::Double(_) | Slot::Timestamp(_) if is_human_readable => {
                deserializer.deserialize_any(self)
            }
            Slot::Boolean(_) => deserializer.deserialize_bool(self),
            Slot::Integer(_) => deserializer.deserialize_i32(self),
            Slot::Long(_) => deserializer.deserialize_i64(self),
            Slot::Float(_) => deserializer.deserialize_f32(self),
            Slot::Double(_) => deserializer.deserialize_f64(self),
            Slot::Timestamp(_) => deserializer.deserialize_tuple(2, self),
            Slot::Blob(_) if !is_human_readable => deserializer.deserialize_byte_buf(self),
            _ => deserializer.deserialize_string(self),
        }
    }

    fn text<E: Error>(self, text: Cow<'_, str>) -> Result<(), E> {
        let fits = match self.slot {
            Slot::String(_) if self.is_secret && text == REDACTED => false,
            Slot::String(place) => {
                place.set(text);
                return Ok(());
            }
            Slot::Blob(place) => scalar::read_blob(&text).map(|bytes| place.set(bytes)).is_some(),
            Slot::Timestamp(place) => text.parse().map(|timestamp| *place = timestamp).is_ok(),
            Slot::Double(place) => scalar::read_non_finite(&text).map(|value| *place = value).is_some(),
            #[expect(clippy::cast_possible_truncation, reason = "what is not finite has no digits")]
            Slot::Float(place) => scalar::read_non_finite(&text).map(|value| *place = value as f32).is_some(),
            _ => return Err(E::invalid_type(Unexpected::Str(&text), &self.expected)),
        };
        if fits { Ok(()) } else { Err(E::invalid_value(Unexpected::Str(&text), &self.expected)) }
    }
}

impl<'de> Visitor<'de> for Scalar<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Expected::fmt(&self.expected, f)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        let Slot::Boolean(place) = self.slot else {
            return Err(E::invalid_type(Unexpected::Bool(value), &self.expected));
        };
        *place = value;
        Ok(())
    }

    #[expect(clippy::cast_precision_loss, reason = "a floating-point number holds what it can of a whole one")]
    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        let fits = match self.slot {
            Slot::Integer(place) => i32::try_from(value).map(|value| *place = value).is_ok(),
            Slot::Long(place) => {
                *place = value;
                true
            }
            Slot::Timestamp(place) => Timestamp::new(value, 0).map(|timestamp| *place = timestamp).is_ok(),
            Slot::Float(_) | Slot::Double(_) => return self.visit_f64(value as f64),
            _ => return Err(E::invalid_type(Unexpected::Signed(value), &self.expected)),
        };
        if fits { Ok(()) } else { Err(E::invalid_value(Unexpected::Signed(value), &self.expected)) }
    }

    #[expect(clippy::cast_precision_loss, reason = "a floating-point number holds what it can of a whole one")]
    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        match (i64::try_from(value), &self.slot) {
            (Ok(value), _) => self.visit_i64(value),
            (Err(_), Slot::Float(_) | Slot::Double(_)) => self.visit_f64(value as f64),
            (Err(_), _) => Err(E::invalid_value(Unexpected::Unsigned(value), &self.expected)),
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "a 32-bit number holds what it can of a wider one")]
    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        let fits = match self.slot {
            Slot::Float(place) => {
                *place = value as f32;
                place.is_finite() || !value.is_finite()
            }
            Slot::Double(place) => {
                *place = value;
                true
            }
            Slot::Timestamp(place) => value.to_string().parse().map(|timestamp| *place = timestamp).is_ok(),
            _ => return Err(E::invalid_type(Unexpected::Float(value), &self.expected)),
        };
        if fits { Ok(()) } else { Err(E::invalid_value(Unexpected::Float(value), &self.expected)) }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.text(Cow::Borrowed(text))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<(), E> {
        self.text(Cow::Owned(text))
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<(), E> {
        self.visit_byte_buf(bytes.to_vec())
    }

    fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<(), E> {
        let Slot::Blob(place) = self.slot else {
            return Err(E::invalid_type(Unexpected::Bytes(&bytes), &self.expected));
        };
        place.set(bytes);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        match self.slot {
            Slot::Timestamp(place) => {
                let seconds = seq.next_element()?.ok_or_else(|| A::Error::invalid_length(0, &self.expected))?;
                let nanoseconds = seq.next_element()?.ok_or_else(|| A::Error::invalid_length(1, &self.expected))?;
                *place = Timestamp::new(seconds, nanoseconds).map_err(A::Error::custom)?;
            }
            // Some formats know bytes only as a list of numbers.
            Slot::Blob(place) => {
                let mut bytes = Vec::new();
                while let Some(byte) = seq.next_element()? {
                    bytes.push(byte);
                }
                place.set(bytes);
            }
            _ => return Err(A::Error::invalid_type(Unexpected::Seq, &self.expected)),
        }
        Ok(())
    }
}

/// What a scalar's place takes, and the member whose place it is.
#[derive(Clone, Copy)]
struct Expectation {
    what: &'static str,
    name: &'static str,
}

impl Expected for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)?;
        if self.name.is_empty() { Ok(()) } else { write!(f, " for `{}`", self.name) }
    }
}
