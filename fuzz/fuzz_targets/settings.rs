//! What `shapewire_fuzz_targets::settings` says.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| shapewire_fuzz_targets::settings(data));
