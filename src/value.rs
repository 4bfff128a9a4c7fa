//! Values as every format sees them: a [`View`] to read, a [`Slot`] to write.
//!
//! Generated structures implement [`Structure`]; the types that their members have implement [`Value`]. A format is then
//! one function that matches on a view (or a slot) and the member's [`Shape`], for all structures of all services.

use std::any::Any;
use std::borrow::Cow;
use std::collections::BTreeMap;

use secrecy::zeroize::Zeroize;
use secrecy::{ExposeSecret, SecretSlice, SecretString};

use crate::MAX_DEPTH;
use crate::schema::Shape;
use crate::timestamp::Timestamp;
use crate::wipe;

/// A structure or a union, as generated: its schema and its members by position.
pub trait Structure: Any + Send + Sync {
    /// The shape; its members are those that the accessors take, in the same order.
    fn shape(&self) -> &'static Shape;
    /// The member at `index` of the shape's members.
    ///
    /// # Panics
    /// Where the shape has no such member, like a slice.
    fn member(&self, index: usize) -> &dyn Value;
    /// The member at `index` of the shape's members, to be written. In a union this selects the member.
    ///
    /// # Panics
    /// Where the shape has no such member, like a slice.
    fn member_mut(&mut self, index: usize) -> &mut dyn Value;

    /// The structure itself, without a box around it.
    #[doc(hidden)]
    fn as_structure(&self) -> &dyn Structure
    where
        Self: Sized,
    {
        self
    }
    /// The same to be written.
    #[doc(hidden)]
    fn as_structure_mut(&mut self) -> &mut dyn Structure
    where
        Self: Sized,
    {
        self
    }
}

/// What the accessors of a generated structure do with a position that its shape does not have.
///
/// # Panics
/// Always.
#[cold]
#[inline(never)]
pub fn no_such_member(shape: &Shape, index: usize) -> ! {
    panic!("{} has {} members: none at {index}", shape.name(), shape.members().len())
}

/// The type of a member.
pub trait Value {
    /// What is there.
    fn view(&self) -> View<'_>;
    /// A place to write; an absent value becomes a present, empty one.
    fn slot(&mut self) -> Slot<'_>;
    /// Makes it absent, where it can be.
    fn clear(&mut self) {}
}

/// What an accessor gives for a member that is not there, such as those of a union that are not selected.
pub static ABSENT: Option<bool> = None;

/// A value to read.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum View<'a> {
    /// Nothing is there.
    Absent,
    /// `true` or `false`.
    Boolean(bool),
    /// A 32-bit integer.
    Integer(i32),
    /// A 64-bit integer.
    Long(i64),
    /// A 32-bit floating-point number.
    Float(f32),
    /// A 64-bit floating-point number.
    Double(f64),
    /// Text, an enumeration's included.
    String(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
    /// An instant.
    Timestamp(Timestamp),
    /// A list.
    List(&'a dyn List),
    /// A map.
    Map(&'a dyn Map),
    /// A structure or a union.
    Structure(&'a dyn Structure),
}

/// A place to write a value to.
#[non_exhaustive]
pub enum Slot<'a> {
    /// `true` or `false`.
    Boolean(&'a mut bool),
    /// A 32-bit integer.
    Integer(&'a mut i32),
    /// A 64-bit integer.
    Long(&'a mut i64),
    /// A 32-bit floating-point number.
    Float(&'a mut f32),
    /// A 64-bit floating-point number.
    Double(&'a mut f64),
    /// Text, an enumeration's included.
    String(&'a mut dyn Text),
    /// Bytes.
    Blob(&'a mut dyn Bytes),
    /// An instant.
    Timestamp(&'a mut Timestamp),
    /// A list.
    List(&'a mut dyn List),
    /// A map.
    Map(&'a mut dyn Map),
    /// A structure or a union.
    Structure(&'a mut dyn Structure),
}

/// A place for text.
pub trait Text {
    /// Replaces what is there.
    fn set(&mut self, text: Cow<'_, str>);
}

/// A place for bytes.
pub trait Bytes {
    /// Replaces what is there.
    fn set(&mut self, bytes: Vec<u8>);
}

/// A list of values.
pub trait List {
    /// How many members there are.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The member at `index`.
    ///
    /// # Panics
    /// Where `index` is not below [`List::len`].
    fn get(&self, index: usize) -> &dyn Value;
    /// Appends an empty member and gives its place.
    fn push(&mut self) -> &mut dyn Value;
    /// Removes all members.
    fn clear(&mut self);
}

/// A map from text to values, in the order of its keys.
pub trait Map {
    /// How many entries there are.
    fn len(&self) -> usize;
    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The entries.
    fn entries(&self) -> Box<dyn Iterator<Item = (&str, &dyn Value)> + '_>;
    /// The place of the value at `key`, which is made if it is not there.
    fn entry(&mut self, key: String) -> &mut dyn Value;
    /// Removes all entries.
    fn clear(&mut self);
}

macro_rules! scalar_values {
    ($($type:ty => $variant:ident),* $(,)?) => {$(
        impl Value for $type {
            fn view(&self) -> View<'_> {
                View::$variant(*self)
            }
            fn slot(&mut self) -> Slot<'_> {
                Slot::$variant(self)
            }
        }
    )*};
}

scalar_values! {
    bool => Boolean,
    i32 => Integer,
    i64 => Long,
    f32 => Float,
    f64 => Double,
    Timestamp => Timestamp,
}

impl Value for String {
    fn view(&self) -> View<'_> {
        View::String(self)
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::String(self)
    }
}

impl Text for String {
    fn set(&mut self, text: Cow<'_, str>) {
        *self = text.into_owned();
    }
}

impl Value for SecretString {
    fn view(&self) -> View<'_> {
        View::String(self.expose_secret())
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::String(self)
    }
}

impl Text for SecretString {
    fn set(&mut self, text: Cow<'_, str>) {
        *self = match text {
            Cow::Borrowed(text) => Self::from(text),
            Cow::Owned(text) => wipe::secret(text),
        };
    }
}

impl Value for Vec<u8> {
    fn view(&self) -> View<'_> {
        View::Blob(self)
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Blob(self)
    }
}

impl Bytes for Vec<u8> {
    fn set(&mut self, bytes: Vec<u8>) {
        *self = bytes;
    }
}

impl Value for SecretSlice<u8> {
    fn view(&self) -> View<'_> {
        View::Blob(self.expose_secret())
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Blob(self)
    }
}

impl Bytes for SecretSlice<u8> {
    fn set(&mut self, mut bytes: Vec<u8>) {
        *self = Self::from(Box::<[u8]>::from(bytes.as_slice()));
        bytes.zeroize();
    }
}

impl<T: Value + Default> Value for Option<T> {
    fn view(&self) -> View<'_> {
        match self {
            Some(value) => value.view(),
            None => View::Absent,
        }
    }
    fn slot(&mut self) -> Slot<'_> {
        match self {
            Some(value) => value.slot(),
            none @ None => {
                *none = Some(T::default());
                none.slot()
            }
        }
    }
    fn clear(&mut self) {
        self.take();
    }
}

// For all structures at once: two functions for each of them would be a twentieth of what generated modules cost to compile.
impl<T: Structure> Value for T {
    fn view(&self) -> View<'_> {
        View::Structure(self.as_structure())
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Structure(self.as_structure_mut())
    }
}

/// A box is what is in it: nobody gets to see the box.
impl<T: Structure> Structure for Box<T> {
    fn shape(&self) -> &'static Shape {
        T::shape(self)
    }
    fn member(&self, index: usize) -> &dyn Value {
        T::member(self, index)
    }
    fn member_mut(&mut self, index: usize) -> &mut dyn Value {
        T::member_mut(self, index)
    }
    fn as_structure(&self) -> &dyn Structure {
        T::as_structure(self)
    }
    fn as_structure_mut(&mut self) -> &mut dyn Structure {
        T::as_structure_mut(self)
    }
}

impl<T: Value + Default> Value for Vec<T> {
    fn view(&self) -> View<'_> {
        View::List(self)
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::List(self)
    }
}

impl<T: Value + Default> List for Vec<T> {
    fn len(&self) -> usize {
        self.len()
    }
    fn get(&self, index: usize) -> &dyn Value {
        &self[index]
    }
    fn push(&mut self) -> &mut dyn Value {
        self.push_mut(T::default())
    }
    fn clear(&mut self) {
        self.clear();
    }
}

impl<K, T> Value for BTreeMap<K, T>
where
    K: Ord + AsRef<str> + From<String>,
    T: Value + Default,
{
    fn view(&self) -> View<'_> {
        View::Map(self)
    }
    fn slot(&mut self) -> Slot<'_> {
        Slot::Map(self)
    }
}

impl<K, T> Map for BTreeMap<K, T>
where
    K: Ord + AsRef<str> + From<String>,
    T: Value + Default,
{
    fn len(&self) -> usize {
        self.len()
    }
    fn entries(&self) -> Box<dyn Iterator<Item = (&str, &dyn Value)> + '_> {
        Box::new(self.iter().map(|(key, value)| (key.as_ref(), value as &dyn Value)))
    }
    fn entry(&mut self, key: String) -> &mut dyn Value {
        self.entry(K::from(key)).or_default()
    }
    fn clear(&mut self) {
        self.clear();
    }
}

/// The structure of operations that have no input or no output in the model.
#[derive(Clone, Copy, Default)]
#[non_exhaustive]
pub struct Empty {}

/// The shape of [`Empty`].
pub static EMPTY: Shape = Shape::structure("Empty", &[]).synthetic();

impl Empty {
    /// The only value.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl Structure for Empty {
    fn shape(&self) -> &'static Shape {
        &EMPTY
    }
    fn member(&self, index: usize) -> &dyn Value {
        no_such_member(&EMPTY, index)
    }
    fn member_mut(&mut self, index: usize) -> &mut dyn Value {
        no_such_member(&EMPTY, index)
    }
}

/// The structure as `T`; an empty `T` where it is of another type.
pub(crate) fn take_typed<T: Structure + Default>(mut structure: Box<dyn Structure>) -> T {
    let structure: &mut dyn Any = &mut *structure;
    structure.downcast_mut().map(std::mem::take).unwrap_or_default()
}

/// Makes a structure as empty as a new one: members absent, or empty where they cannot be. A union stays what it is, and
/// empty.
pub fn reset(structure: &mut dyn Structure) {
    for index in 0..structure.shape().members().len() {
        // To ask a union for a place to write would select that member.
        if matches!(structure.member(index).view(), View::Absent) {
            continue;
        }
        let value = structure.member_mut(index);
        value.clear();
        if matches!(value.view(), View::Absent) {
            continue;
        }
        match value.slot() {
            Slot::Boolean(place) => *place = false,
            Slot::Integer(place) => *place = 0,
            Slot::Long(place) => *place = 0,
            Slot::Float(place) => *place = 0.0,
            Slot::Double(place) => *place = 0.0,
            Slot::String(place) => place.set(Cow::Borrowed("")),
            Slot::Blob(place) => place.set(Vec::new()),
            Slot::Timestamp(place) => *place = Timestamp::default(),
            Slot::List(list) => list.clear(),
            Slot::Map(map) => map.clear(),
            Slot::Structure(below) => reset(below),
        }
    }
}

/// Whether two structures have the same shape and members; floating-point numbers are equal as Rust compares them. What
/// nests deeper than [`MAX_DEPTH`] equals nothing.
#[must_use]
pub fn equal(left: &dyn Structure, right: &dyn Structure) -> bool {
    equal_structures(left, right, 0)
}

fn equal_structures(left: &dyn Structure, right: &dyn Structure, depth: usize) -> bool {
    depth < MAX_DEPTH
        && std::ptr::eq(left.shape(), right.shape())
        && (0..left.shape().members().len())
            .all(|index| equal_values(left.member(index), right.member(index), depth + 1))
}

#[expect(clippy::float_cmp, reason = "equality of values, not of measurements")]
fn equal_values(left: &dyn Value, right: &dyn Value, depth: usize) -> bool {
    match (left.view(), right.view()) {
        (View::Absent, View::Absent) => true,
        (View::Boolean(left), View::Boolean(right)) => left == right,
        (View::Integer(left), View::Integer(right)) => left == right,
        (View::Long(left), View::Long(right)) => left == right,
        (View::Float(left), View::Float(right)) => left == right,
        (View::Double(left), View::Double(right)) => left == right,
        (View::String(left), View::String(right)) => left == right,
        (View::Blob(left), View::Blob(right)) => left == right,
        (View::Timestamp(left), View::Timestamp(right)) => left == right,
        (View::List(left), View::List(right)) => {
            left.len() == right.len()
                && (0..left.len()).all(|index| equal_values(left.get(index), right.get(index), depth))
        }
        (View::Map(left), View::Map(right)) => {
            left.len() == right.len()
                && left.entries().zip(right.entries()).all(|((left_key, left), (right_key, right))| {
                    left_key == right_key && equal_values(left, right, depth)
                })
        }
        (View::Structure(left), View::Structure(right)) => equal_structures(left, right, depth),
        _ => false,
    }
}

/// Implements what generated structures have in common: `Debug` without secrets, equality, `validate`.
#[macro_export]
macro_rules! structures {
    ($($type:ident),* $(,)?) => {$(
        impl ::core::fmt::Debug for $type {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(self as &dyn $crate::value::Structure, f)
            }
        }
        impl ::core::cmp::PartialEq for $type {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                $crate::value::equal(self, other)
            }
        }
        impl $type {
            /// Checks every constraint of the model, below this structure too.
            ///
            /// # Errors
            /// All violations at once, each with its path.
            #[inline]
            pub fn validate(&self) -> ::core::result::Result<(), $crate::validation::Report> {
                $crate::validation::validate(self)
            }
        }
    )*};
}

/// Implements what generated open enumerations have in common, from their `as_str` and `From<&str>`.
///
/// Two values are equal when their text is; the default is the empty text, which no service defines.
#[macro_export]
macro_rules! enumerations {
    ($($type:ident),* $(,)?) => {$(
        impl $crate::value::Value for $type {
            fn view(&self) -> $crate::value::View<'_> {
                $crate::value::View::String(self.as_str())
            }
            fn slot(&mut self) -> $crate::value::Slot<'_> {
                $crate::value::Slot::String(self)
            }
        }
        impl $crate::value::Text for $type {
            fn set(&mut self, text: ::std::borrow::Cow<'_, str>) {
                *self = Self::from(&*text);
            }
        }
        impl ::core::default::Default for $type {
            fn default() -> Self {
                Self::from("")
            }
        }
        impl ::core::convert::From<::std::string::String> for $type {
            #[inline]
            fn from(text: ::std::string::String) -> Self {
                Self::from(text.as_str())
            }
        }
        impl ::core::convert::AsRef<str> for $type {
            #[inline]
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }
        impl ::core::fmt::Display for $type {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }
        impl ::core::fmt::Debug for $type {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                ::core::fmt::Debug::fmt(self.as_str(), f)
            }
        }
        impl ::core::cmp::PartialEq for $type {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                self.as_str() == other.as_str()
            }
        }
        impl ::core::cmp::Eq for $type {}
        impl ::core::cmp::PartialOrd for $type {
            #[inline]
            fn partial_cmp(&self, other: &Self) -> ::core::option::Option<::core::cmp::Ordering> {
                ::core::option::Option::Some(self.cmp(other))
            }
        }
        impl ::core::cmp::Ord for $type {
            #[inline]
            fn cmp(&self, other: &Self) -> ::core::cmp::Ordering {
                self.as_str().cmp(other.as_str())
            }
        }
        impl ::core::hash::Hash for $type {
            #[inline]
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                self.as_str().hash(state);
            }
        }
    )*};
}

structures!(Empty);
