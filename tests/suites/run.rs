//! The project's own protocol suites: what those that others have written do not say.
//!
//! This is also how a test of one's own runs suites: `build.rs` writes the code, and a test hands it to
//! [`shapewire::conformance::run`].

#![cfg(test)]

use fastrand::Rng;
use serde_json::{Value, json};

include!(concat!(env!("OUT_DIR"), "/suites.rs"));

const CASES: &str = include_str!(concat!(env!("OUT_DIR"), "/cases.json"));

#[test]
fn every_case_passes_in_both_halves_of_the_wire() {
    let outcomes = shapewire::conformance::run(OPERATIONS, CASES).unwrap();
    let failed: Vec<String> =
        outcomes.iter().filter_map(|outcome| Some(format!("{}: {}", outcome.id, outcome.failure()?))).collect();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(!outcomes.is_empty());
}

/// All places in a value, each as the values that lead to it.
fn places(value: &Value, path: &str, found: &mut Vec<String>) {
    found.push(path.to_owned());
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                places(value, &format!("{path}/{}", key.replace('~', "~0").replace('/', "~1")), found);
            }
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| places(item, &format!("{path}/{index}"), found));
        }
        _ => {}
    }
}

/// Whatever a case says, it fails or passes, and the others are run.
#[test]
fn cases_with_something_else_somewhere_come_to_an_end() {
    let seed = std::env::var("SHAPEWIRE_SEED").map_or_else(|_| Rng::new().u64(..), |seed| seed.parse().unwrap());
    println!("SHAPEWIRE_SEED={seed}");
    let mut random = Rng::with_seed(seed);
    let cases: Vec<Value> = serde_json::from_str(CASES).unwrap();
    let others = [
        json!(null),
        json!({}),
        json!([]),
        json!(""),
        json!("<a"),
        json!("<a><a></a></a>"),
        json!("a=1&a.1=2&%zz"),
        json!("\u{0}\n\u{e9}"),
        json!("http://[::1/%2"),
        json!(-1),
        json!(1e300),
        json!(true),
        json!({"": {"": []}}),
        json!([[[[[]]]]]),
    ];
    let mut changed = Vec::new();
    for case in &cases {
        let mut all = Vec::new();
        places(case, "", &mut all);
        all.retain(|place| !place.is_empty() && place != "/operation");
        for _ in 0..20 {
            let mut case = case.clone();
            let place = random.choice(&all).unwrap();
            *case.pointer_mut(place).unwrap() = random.choice(&others).unwrap().clone();
            changed.push(case);
        }
    }
    let outcomes = shapewire::conformance::run(OPERATIONS, &Value::Array(changed.clone()).to_string()).unwrap();
    assert_eq!(outcomes.len(), changed.len());
    for (outcome, case) in outcomes.iter().zip(changed) {
        assert!(!outcome.failure().is_some_and(|why| why.contains("panicked")), "{outcome:?}\n{case}");
    }
}
