//! What `shapewire_fuzz_targets::rest_requests` says.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| shapewire_fuzz_targets::rest_requests(data));
