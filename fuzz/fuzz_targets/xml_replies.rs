//! What `shapewire_fuzz_targets::xml_replies` says.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| shapewire_fuzz_targets::xml_replies(data));
