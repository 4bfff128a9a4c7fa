//! What `shapewire_fuzz_targets::event_streams` says.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| shapewire_fuzz_targets::event_streams(data));
