//! A secret planted in every sensitive member of every operation is nowhere to be seen, unless it is asked for.
#![cfg(all(feature = "iam", feature = "sts"))]

use shapewire::SERVICES;
use shapewire::json::{self, Secrets};
use shapewire::schema::{Member, ShapeKind};
use shapewire::value::{Slot, Structure, Value};

const CANARY: &str = "canary-7f3a9c";
const CANARY_BASE64: &str = "Y2FuYXJ5LTdmM2E5Yw==";

/// Plants the canary wherever a member is sensitive, makes all that leads there, and says how often it did.
fn plant(target: &mut dyn Structure, depth: usize) -> usize {
    let members = target.shape().members();
    (0..members.len()).map(|index| plant_value(target.member_mut(index), &members[index], depth)).sum()
}

fn plant_value(value: &mut dyn Value, member: &'static Member, depth: usize) -> usize {
    match (value.slot(), member.target().kind()) {
        (Slot::String(place), _) if member.is_sensitive() => {
            // Far too long for any limit, so that the validator has something to say.
            place.set(CANARY.repeat(10_000).into());
            1
        }
        (Slot::Blob(place), _) if member.is_sensitive() => {
            place.set(CANARY.into());
            1
        }
        (Slot::Structure(target), _) if depth < 8 => plant(target, depth + 1),
        (Slot::List(list), ShapeKind::List(shape)) if depth < 8 => plant_value(list.push(), &shape.member, depth + 1),
        (Slot::Map(map), ShapeKind::Map(shape)) if depth < 8 => {
            plant_value(map.entry("k".into()), &shape.value, depth + 1)
        }
        _ => 0,
    }
}

#[test]
fn the_canary_is_not_seen() {
    let mut planted = 0;
    for service in SERVICES {
        for operation in service.operations() {
            for mut value in [operation.new_input(), operation.new_output()] {
                let count = plant(&mut *value, 0);
                planted += count;
                let report =
                    value.validate().map_err(|report| format!("{report} {report:?}")).err().unwrap_or_default();
                let json = json::to_string(&*value, Secrets::Redact);
                for shown in [format!("{value:?}"), format!("{value:#?}"), json, report] {
                    assert!(!shown.contains("canary"), "{operation:?}: {shown}");
                    assert!(!shown.contains(CANARY_BASE64), "{operation:?}: {shown}");
                }
                let exposed = json::to_string(&*value, Secrets::Expose);
                assert_eq!(exposed.contains("canary") || exposed.contains(CANARY_BASE64), count > 0, "{operation:?}");
            }
        }
    }
    // CreateAccessKey, CreateLoginProfile, ChangePassword (twice), UploadServerCertificate, the credential operations, …
    assert!(planted >= 12, "{planted}");
}
