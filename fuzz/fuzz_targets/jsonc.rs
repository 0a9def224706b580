#![no_main]

use clodo::core::config::jsonc;

libfuzzer_sys::fuzz_target!(|text: &str| clodo_fuzz::check_places(text, jsonc::parse(text)));
