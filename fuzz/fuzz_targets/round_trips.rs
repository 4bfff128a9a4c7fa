//! What `shapewire_fuzz_targets::round_trips` says.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| shapewire_fuzz_targets::round_trips(data));
