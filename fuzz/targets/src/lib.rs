//! The fuzz targets as functions of bytes, and the inputs that they begin with.
//!
//! A target panics where something is wrong. The programs in `fuzz/fuzz_targets/` hand them what libFuzzer makes up; the test
//! `corpora` hands them the seeds, their mutations, and what has once gone wrong.

#![expect(clippy::missing_panics_doc, reason = "a panic is how a target tells what is wrong")]

mod choices;
mod edits;
mod event_streams;
mod form_requests;
mod json_values;
mod make;
mod models;
mod rest_requests;
mod round_trips;
mod seeds;
mod services;
mod settings;
mod xml_replies;

pub use event_streams::event_streams;
pub use form_requests::form_requests;
pub use json_values::json_values;
pub use models::models;
pub use rest_requests::rest_requests;
pub use round_trips::round_trips;
pub use seeds::{Input, seeds};
pub use settings::settings;
pub use xml_replies::xml_replies;

/// A target: the name of its program, and what it does with bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 8] = [
    ("event_streams", event_streams),
    ("form_requests", form_requests),
    ("json_values", json_values),
    ("models", models),
    ("rest_requests", rest_requests),
    ("round_trips", round_trips),
    ("settings", settings),
    ("xml_replies", xml_replies),
];
