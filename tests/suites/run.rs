//! The project's own protocol suites: what those that others have written do not say.
//!
//! This is also how a test of one's own runs suites: `build.rs` writes the code, and a test hands it to
//! [`shapewire::conformance::run`].

#![cfg(test)]

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
