//! What several tests share: where the shared models and captures lie, and random values for any shape.
#![allow(dead_code, unreachable_pub, reason = "each test uses a part")]

mod sample;

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Mutex;

use fastrand::Rng;
use regex_syntax::hir::Hir;
use shapewire::Timestamp;
use shapewire::pattern::Pattern;
use shapewire::schema::{Length, Member, Number, Range, Shape, ShapeKind, TimestampFormat};
use shapewire::value::{Slot, Structure, Value};

/// The folder of shared models, suites and captures: `SHAPEWIRE_SHARED`, or `../shared`. A test that finds none says so and
/// is skipped.
///
/// # Panics
/// Where the variable names a folder that is not there.
pub fn shared() -> Option<PathBuf> {
    let named = std::env::var_os("SHAPEWIRE_SHARED").map(PathBuf::from);
    let must_exist = named.is_some();
    let folder = named.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"));
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(!must_exist, "SHAPEWIRE_SHARED names {}, which is no folder", folder.display());
    println!("skipped: there is no folder {}, and SHAPEWIRE_SHARED is not set", folder.display());
    None
}

/// What random text consists of.
#[derive(Clone, Copy)]
pub enum Alphabet {
    /// Any Unicode scalar value.
    Any,
    /// What XML 1.0 can say.
    Xml,
}

/// Makes random values that a shape allows.
pub struct Generator {
    pub random: Rng,
    pub alphabet: Alphabet,
}

impl Generator {
    /// Fills a new structure: required members always, others half of the time.
    pub fn fill(&mut self, target: &mut dyn Structure, depth: usize) {
        let shape = target.shape();
        if shape.members().is_empty() {
            return;
        }
        if matches!(shape.kind(), ShapeKind::Union(_)) {
            let index = self.random.usize(..shape.members().len());
            return self.value(target.member_mut(index), &shape.members()[index], depth);
        }
        // Requests have no form for a structure without members: one is always there.
        let is_scalar = |index: &usize| {
            let kind = shape.members()[*index].target().kind();
            !matches!(kind, ShapeKind::List(_) | ShapeKind::Map(_) | ShapeKind::Structure(_) | ShapeKind::Union(_))
        };
        let mut always = self.random.usize(..shape.members().len());
        if depth >= 5
            && let Some(scalar) = (0..shape.members().len()).find(is_scalar)
        {
            always = scalar;
        }
        for (index, member) in shape.members().iter().enumerate() {
            // What refers to itself ends somewhere; a token that is absent is made.
            let needed = index == always || member.is_required() || member.is_idempotency_token();
            if needed || (depth < 5 && self.random.bool()) {
                self.value(target.member_mut(index), member, depth);
            }
        }
    }

    fn value(&mut self, value: &mut dyn Value, member: &'static Member, depth: usize) {
        let shape = member.target();
        match (value.slot(), shape.kind()) {
            (Slot::Boolean(place), _) => *place = self.random.bool(),
            (Slot::Integer(place), _) => {
                let (min, max) = bounds(shape.range(), i32::MIN.into(), i32::MAX.into());
                *place = i32::try_from(self.random.i64(min..=max)).unwrap();
            }
            (Slot::Long(place), _) => {
                let (min, max) = bounds(shape.range(), i64::MIN, i64::MAX);
                *place = self.random.i64(min..=max);
            }
            (Slot::Float(place), _) => *place = self.random.f32(),
            (Slot::Double(place), _) => *place = self.random.f64(),
            (Slot::Timestamp(place), _) => {
                let has_fractions = member.timestamp_format() != TimestampFormat::HttpDate;
                let nanoseconds = [0, 500_000_000, 123_456_789][self.random.usize(..3)] * u32::from(has_fractions);
                *place = Timestamp::new(self.random.i64(-62_167_219_200..=253_402_300_799), nanoseconds).unwrap();
            }
            (Slot::Blob(place), _) => {
                let length = self.length(shape.length(), 40);
                place.set((0..length).map(|_| self.random.u8(..)).collect());
            }
            (Slot::String(place), ShapeKind::Enum(values)) => {
                // Services add values.
                let known = self.random.u8(..10) > 0;
                let text = if known { values[self.random.usize(..values.len())].to_owned() } else { self.text(shape) };
                place.set(Cow::Owned(if text.is_empty() { "New".to_owned() } else { text }));
            }
            (Slot::String(place), _) => {
                let text = self.text(shape);
                let is_absent = text.is_empty() && member.is_idempotency_token();
                place.set(if is_absent { Cow::Borrowed("a token") } else { Cow::Owned(text) });
            }
            (Slot::List(list), ShapeKind::List(kind)) => {
                // Requests of `ec2Query` have no form for an empty list.
                for _ in 0..self.length(shape.length(), 4).max(usize::from(member.is_ec2())) {
                    self.value(list.push(), kind.member, depth + 1);
                }
            }
            (Slot::Map(map), ShapeKind::Map(kind)) => {
                // Requests have no form for an empty map.
                for _ in 0..self.length(shape.length(), 4).max(1) {
                    let key = self.text(kind.key.target());
                    self.value(map.entry(format!("k{key}")), kind.value, depth + 1);
                }
            }
            (Slot::Structure(target), _) => self.fill(target, depth + 1),
            _ => panic!("{} has a slot of another kind", shape.name()),
        }
    }

    fn text(&mut self, shape: &Shape) -> String {
        if let Some(pattern) = shape.pattern() {
            return self.matching(shape, pattern);
        }
        let length = self.length(shape.length(), 40);
        (0..length).map(|_| self.character()).collect()
    }

    /// A text that the pattern matches and that is as long as it may be. Many are made until one is both.
    fn matching(&mut self, shape: &Shape, pattern: &'static Pattern) -> String {
        static READ: Mutex<Option<HashMap<&str, Hir>>> = Mutex::new(None);
        let mut read = READ.lock().unwrap();
        let hir = read.get_or_insert_default().entry(pattern.text()).or_insert_with(|| {
            let hir = sample::read(&sample::translate(pattern.text()));
            hir.unwrap_or_else(|| panic!("{} cannot be sampled", pattern.text()))
        });
        let Length { min, max } = shape.length().unwrap_or(Length { min: None, max: None });
        let more = u32::try_from(min.unwrap_or(0)).unwrap() + 40;
        for _ in 0..100_000 {
            let more = self.random.u32(..more);
            let text = sample::sample(hir, more, &mut self.random);
            let length = text.chars().count() as u64;
            let fits = min.is_none_or(|min| min <= length) && max.is_none_or(|max| length <= max);
            if fits && pattern.matches(&text) && text.chars().all(|character| self.allows(character)) {
                return text;
            }
        }
        panic!("no text is found for {shape:?}: {}", pattern.text());
    }

    fn character(&mut self) -> char {
        loop {
            let character = match self.random.u8(..4) {
                0 => self.random.char(..),
                1 => ['&', '<', '>', '"', '\'', '%', '+', '=', ' ', '~', '\r', '\n', '\t', ']', ';', '.']
                    [self.random.usize(..16)],
                _ => self.random.alphanumeric(),
            };
            if self.allows(character) {
                return character;
            }
        }
    }

    fn allows(&self, character: char) -> bool {
        let in_xml =
            matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..);
        in_xml || matches!(self.alphabet, Alphabet::Any)
    }

    /// A length within the bounds, and at most `most` more than the least.
    fn length(&mut self, bounds: Option<Length>, most: u64) -> usize {
        let (min, max) = bounds.map_or((0, None), |bounds| (bounds.min.unwrap_or(0), bounds.max));
        let max = max.unwrap_or(u64::MAX).min(min + most);
        usize::try_from(self.random.u64(min..=max)).unwrap()
    }
}

fn bounds(range: Option<Range>, least: i64, most: i64) -> (i64, i64) {
    let whole = |bound: Number| match bound {
        Number::Integer(bound) => bound,
        Number::Float(bound) => panic!("{bound} bounds an integer"),
    };
    let Some(Range { min, max }) = range else { return (least, most) };
    (min.map_or(least, whole), max.map_or(most, whole))
}
