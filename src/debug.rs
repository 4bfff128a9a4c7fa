//! `Debug` for all structures, from their views: fields by their Rust names, absent ones left out, secrets redacted.

use std::fmt;

use crate::MAX_DEPTH;
use crate::schema::{Member, ShapeKind};
use crate::value::{Structure, Value, View};

/// What stands for a secret wherever values are shown.
pub(crate) const REDACTED: &str = "[redacted]";

impl fmt::Debug for dyn Structure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt_structure(self, f, 0)
    }
}

fn fmt_structure(structure: &dyn Structure, f: &mut fmt::Formatter<'_>, depth: usize) -> fmt::Result {
    let shape = structure.shape();
    if shape.is_sensitive() {
        return f.write_str(REDACTED);
    }
    if depth == MAX_DEPTH {
        return f.write_str("…");
    }
    let mut fields = f.debug_struct(shape.name());
    for (index, member) in shape.members().iter().enumerate() {
        let value = structure.member(index);
        if !matches!(value.view(), View::Absent) {
            fields.field(member.rust_name(), &Shown { value, member, depth: depth + 1 });
        }
    }
    fields.finish()
}

struct Shown<'a> {
    value: &'a dyn Value,
    member: &'static Member,
    depth: usize,
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.member.is_sensitive() {
            return f.write_str(REDACTED);
        }
        match self.value.view() {
            View::Absent => f.write_str("None"),
            View::Boolean(value) => value.fmt(f),
            View::Integer(value) => value.fmt(f),
            View::Long(value) => value.fmt(f),
            View::Float(value) => value.fmt(f),
            View::Double(value) => value.fmt(f),
            View::String(value) => value.fmt(f),
            View::Blob(value) => write!(f, "{} bytes", value.len()),
            View::Timestamp(value) => fmt::Display::fmt(&value, f),
            View::Structure(value) => fmt_structure(value, f, self.depth),
            View::List(list) => match self.member.target().kind() {
                ShapeKind::List(shape) => f
                    .debug_list()
                    .entries((0..list.len()).map(|index| Shown {
                        value: list.get(index),
                        member: shape.member,
                        depth: self.depth,
                    }))
                    .finish(),
                _ => f.write_str(REDACTED),
            },
            View::Map(map) => match self.member.target().kind() {
                ShapeKind::Map(shape) => {
                    let mut entries = f.debug_map();
                    for (key, value) in map.entries() {
                        if shape.key.is_sensitive() {
                            entries.key(&format_args!("{REDACTED}"));
                        } else {
                            entries.key(&key);
                        }
                        entries.value(&Shown { value, member: shape.value, depth: self.depth });
                    }
                    entries.finish()
                }
                _ => f.write_str(REDACTED),
            },
        }
    }
}
