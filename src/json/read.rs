//! JSON into slots, reporting all that does not fit.

use std::borrow::Cow;

use serde_json::Value as Json;

use crate::debug::REDACTED;
use crate::decode::DecodeOptions;
use crate::path::{Path, Segment};
use crate::protocol::scalar;
use crate::schema::{Member, ShapeKind};
use crate::validation::{Report, Rule, Violation};
use crate::value::{List, Map, Slot, Structure, Value};

/// Fills `target` from a JSON object. `null` is absent.
///
/// # Errors
/// All members that are unknown, of a wrong type, or required and absent; the rest is filled all the same.
pub fn read(json: &Json, target: &mut dyn Structure) -> Result<(), Report> {
    read_with(json, target, &DecodeOptions::DEFAULT)
}

/// The same within other limits: of depth, items and text. Those of bytes are the concern of whoever read the JSON.
///
/// # Errors
/// The same.
pub fn read_with(json: &Json, target: &mut dyn Structure, options: &DecodeOptions) -> Result<(), Report> {
    report(json, target, options).into_result()
}

/// The same, with the report at hand to be merged with the validator's.
pub(super) fn report(json: &Json, target: &mut dyn Structure, options: &DecodeOptions) -> Report {
    let mut reader = Reader { path: Path::default(), report: Report::default(), options };
    let sensitive = target.shape().is_sensitive();
    reader.structure(json, target, sensitive, 0);
    reader.report
}

struct Reader<'o> {
    path: Path,
    report: Report,
    options: &'o DecodeOptions,
}

impl Reader<'_> {
    fn structure(&mut self, json: &Json, target: &mut dyn Structure, sensitive: bool, depth: usize) {
        if depth >= self.options.max_depth() {
            return self.violate(Rule::Depth(self.options.max_depth()), None);
        }
        let Json::Object(object) = json else { return self.mismatch("an object", json, sensitive) };
        let shape = target.shape();
        for (index, member) in shape.members().iter().enumerate() {
            self.path.push(Segment::Member(member));
            match object.get(member.name()) {
                None | Some(Json::Null) => {
                    // A client fills in a token that is absent.
                    if member.is_required() && !member.is_idempotency_token() {
                        self.violate(Rule::Required, None);
                    }
                }
                Some(value) => {
                    let sensitive = sensitive || member.is_sensitive();
                    self.value(value, target.member_mut(index), member, sensitive, depth);
                }
            }
            self.path.pop();
        }
        if matches!(shape.kind(), ShapeKind::Union(_)) && object.values().filter(|value| !value.is_null()).count() != 1
        {
            self.violate(Rule::OneMember, None);
        }
        for name in object.keys().filter(|name| shape.member_index(name).is_none()) {
            self.path.push(Segment::Unknown(name.chars().take(64).collect()));
            self.violate(Rule::Unknown, None);
            self.path.pop();
        }
    }

    fn value(&mut self, json: &Json, value: &mut dyn Value, member: &'static Member, sensitive: bool, depth: usize) {
        match (value.slot(), member.target().kind()) {
            (Slot::Structure(target), _) => self.structure(json, target, sensitive, depth + 1),
            (Slot::List(list), ShapeKind::List(shape)) => self.list(json, list, shape.member, sensitive, depth),
            (Slot::Map(map), ShapeKind::Map(shape)) => {
                self.map(json, map, sensitive || shape.key.is_sensitive(), shape.value, sensitive, depth);
            }
            (Slot::String(_) | Slot::Blob(_), _)
                if json.as_str().is_some_and(|text| self.options.check_text(text.len()).is_err()) =>
            {
                self.violate(Rule::Text(self.options.max_text), None);
            }
            // Taken for a secret, it would become one.
            (Slot::String(_), _) if sensitive && json == REDACTED => {
                self.mismatch("the secret itself, not what stands for it", json, sensitive);
            }
            (slot, _) => {
                if let Err(expected) = read_scalar(slot, json) {
                    self.mismatch(expected, json, sensitive);
                }
            }
        }
    }

    fn list(&mut self, json: &Json, list: &mut dyn List, member: &'static Member, sensitive: bool, depth: usize) {
        let Json::Array(items) = json else { return self.mismatch("a list", json, sensitive) };
        if !self.fits(items.len(), depth) {
            return;
        }
        let sensitive = sensitive || member.is_sensitive();
        list.clear();
        for (index, item) in items.iter().enumerate() {
            self.path.push(Segment::Index(index));
            self.value(item, list.push(), member, sensitive, depth + 1);
            self.path.pop();
        }
    }

    fn map(
        &mut self,
        json: &Json,
        map: &mut dyn Map,
        secret_keys: bool,
        value: &'static Member,
        sensitive: bool,
        depth: usize,
    ) {
        let Json::Object(entries) = json else { return self.mismatch("an object", json, sensitive) };
        if !self.fits(entries.len(), depth) {
            return;
        }
        let sensitive = sensitive || value.is_sensitive();
        map.clear();
        for (index, (key, entry)) in entries.iter().enumerate() {
            let shown = if secret_keys { REDACTED } else { key };
            self.path.push(Segment::Entry(index, shown.to_owned()));
            self.value(entry, map.entry(key.clone()), value, sensitive, depth + 1);
            self.path.pop();
        }
    }

    /// Whether a list or a map of so many items is within the limits.
    fn fits(&mut self, count: usize, depth: usize) -> bool {
        if depth + 1 >= self.options.max_depth() {
            self.violate(Rule::Depth(self.options.max_depth()), None);
            return false;
        }
        if count > self.options.max_items {
            self.violate(Rule::Items(self.options.max_items), None);
            return false;
        }
        true
    }

    fn mismatch(&mut self, expected: &'static str, json: &Json, sensitive: bool) {
        let found = (!sensitive).then(|| match json {
            Json::Array(_) => "a list".to_owned(),
            Json::Object(_) => "an object".to_owned(),
            scalar => scalar.to_string().chars().take(64).collect(),
        });
        self.violate(Rule::Type(expected), found);
    }

    fn violate(&mut self, rule: Rule, found: Option<String>) {
        self.report.push(Violation::new(&self.path, rule, found));
    }
}

/// Fills a scalar's place.
///
/// # Errors
/// What it should have been, in words.
#[expect(clippy::cast_possible_truncation, reason = "a 32-bit number holds what it can of a JSON number")]
fn read_scalar(slot: Slot<'_>, json: &Json) -> Result<(), &'static str> {
    match slot {
        Slot::Boolean(place) => *place = json.as_bool().ok_or("true or false")?,
        Slot::Integer(place) => {
            *place = json.as_i64().and_then(|value| i32::try_from(value).ok()).ok_or("an integer of 32 bits")?;
        }
        Slot::Long(place) => *place = json.as_i64().ok_or("an integer of 64 bits")?,
        Slot::Float(place) => {
            let wide = read_number(json).ok_or("a number")?;
            let narrow = wide as f32;
            if wide.is_finite() && !narrow.is_finite() {
                return Err("a number of 32 bits");
            }
            *place = narrow;
        }
        Slot::Double(place) => *place = read_number(json).ok_or("a number")?,
        Slot::String(place) => place.set(Cow::Borrowed(json.as_str().ok_or("a string")?)),
        Slot::Blob(place) => place.set(json.as_str().and_then(scalar::read_blob).ok_or("a string of base64")?),
        Slot::Timestamp(place) => {
            let text = match json {
                Json::String(text) => Cow::Borrowed(text.as_str()),
                Json::Number(seconds) => Cow::Owned(seconds.to_string()),
                _ => Cow::Borrowed(""),
            };
            *place = text.parse().map_err(|_| "a timestamp")?;
        }
        Slot::List(_) => return Err("a list"),
        Slot::Map(_) => return Err("a map"),
        Slot::Structure(_) => return Err("a structure"),
    }
    Ok(())
}

fn read_number(json: &Json) -> Option<f64> {
    json.as_str().map_or_else(|| json.as_f64(), scalar::read_non_finite)
}
