//! What `shapewire_fuzz_targets::json_values` says.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| shapewire_fuzz_targets::json_values(data));
