//! A secret that is planted wherever a member is sensitive, and looked for in whatever is shown, in any encoding.
#![allow(dead_code, unreachable_pub, reason = "each test uses a part")]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use shapewire::Timestamp;
use shapewire::schema::{Member, Shape, ShapeKind};
use shapewire::value::{Slot, Structure, Value};

/// What is looked for. Percent-encoded, and escaped for JSON, XML or Rust, it stands as it is.
const CORE: &str = "c4nary7f3a9c";
/// The secret. What stands around the core differs in each encoding.
pub const CANARY: &str = "\"c4nary7f3a9c +/&<";
/// A secret number.
const NUMBER: i32 = 731_645_917;
/// A secret instant: 1987-06-05T04:03:02Z.
const SECONDS: i64 = 549_864_182;

/// All that the secrets look like.
static TRACES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut traces = vec![CORE.to_owned(), NUMBER.to_string(), SECONDS.to_string(), "1987-06-05".to_owned()];
    traces.push(CORE.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat());
    // As a list of bytes, as `Debug` shows them.
    traces.push(CORE.bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(", "));
    for before in 0..3 {
        let encoded = STANDARD.encode("x".repeat(before) + CORE);
        // Its ends depend on what stands around the core.
        traces.push(encoded[(before * 8).div_ceil(6)..encoded.len() - 4].to_owned());
    }
    traces
});

/// The trace of a secret in `shown`, if there is one.
pub fn trace_in(shown: &str) -> Option<&'static str> {
    let small = shown.to_ascii_lowercase();
    TRACES.iter().map(String::as_str).find(|trace| shown.contains(trace) || small.contains(trace))
}

/// Fails if anything of the secrets is to be seen.
///
/// # Panics
/// Then.
pub fn assert_hidden(shown: &str, context: &dyn std::fmt::Debug) {
    if let Some(trace) = trace_in(shown) {
        let shown: String = shown.chars().take(4_000).collect();
        panic!("{context:?}: {trace} is to be seen in {shown}");
    }
}

/// Plants secrets wherever a member is sensitive and in all that lies below, makes all that leads there, and tells the
/// members: `User.Password`, or `Passwords.member` of a list.
pub fn plant(target: &mut dyn Structure) -> BTreeSet<String> {
    let mut planter = Planter { planted: BTreeSet::new(), path: Vec::new() };
    let secret = target.shape().is_sensitive();
    planter.structure(target, secret);
    planter.planted
}

/// Whether a sensitive member is anywhere below the shape.
pub fn leads_to_secret(shape: &'static Shape) -> bool {
    leads(shape, &mut Vec::new())
}

fn leads(shape: &'static Shape, path: &mut Vec<&'static str>) -> bool {
    if path.contains(&shape.name()) {
        return false;
    }
    path.push(shape.name());
    let found = shape.is_sensitive()
        || members_of(shape).iter().any(|member| member.is_sensitive() || leads(member.target(), path));
    path.pop();
    found
}

fn members_of(shape: &'static Shape) -> Vec<&'static Member> {
    match shape.kind() {
        ShapeKind::Structure(members) | ShapeKind::Union(members) => members.iter().collect(),
        ShapeKind::List(list) => vec![list.member],
        ShapeKind::Map(map) => vec![map.key, map.value],
        _ => Vec::new(),
    }
}

struct Planter {
    planted: BTreeSet<String>,
    /// The structures around, each of which is entered once.
    path: Vec<&'static str>,
}

impl Planter {
    fn structure(&mut self, target: &mut dyn Structure, secret: bool) {
        let shape = target.shape();
        if self.path.contains(&shape.name()) {
            return;
        }
        self.path.push(shape.name());
        for (index, member) in shape.members().iter().enumerate() {
            if secret || member.is_sensitive() || leads_to_secret(member.target()) {
                self.value(target.member_mut(index), shape, member, secret);
                // A union keeps one member.
                if matches!(shape.kind(), ShapeKind::Union(_)) {
                    break;
                }
            }
        }
        self.path.pop();
    }

    fn value(&mut self, value: &mut dyn Value, owner: &'static Shape, member: &'static Member, secret: bool) {
        let target = member.target();
        if member.is_sensitive() {
            self.planted.insert(format!("{}.{}", owner.name(), member.name()));
        }
        let secret = secret || member.is_sensitive();
        match (value.slot(), target.kind()) {
            (Slot::Structure(structure), _) => self.structure(structure, secret),
            (Slot::List(list), ShapeKind::List(kind)) => self.value(list.push(), target, kind.member, secret),
            (Slot::Map(map), ShapeKind::Map(kind)) => {
                let secret_key = secret || kind.key.is_sensitive();
                if kind.key.is_sensitive() {
                    self.planted.insert(format!("{}.key", target.name()));
                }
                let key = if secret_key { CANARY } else { "key" };
                self.value(map.entry(key.to_owned()), target, kind.value, secret);
            }
            (Slot::String(place), _) if secret => place.set(CANARY.into()),
            (Slot::Blob(place), _) if secret => place.set(CANARY.into()),
            (Slot::Integer(place), _) if secret => *place = NUMBER,
            (Slot::Long(place), _) if secret => *place = NUMBER.into(),
            (Slot::Float(place), _) if secret => *place = 731_645_952.0,
            (Slot::Double(place), _) if secret => *place = NUMBER.into(),
            (Slot::Timestamp(place), _) if secret => *place = Timestamp::new(SECONDS, 0).unwrap(),
            _ => {}
        }
    }
}
