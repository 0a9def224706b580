#![no_main]

use clodo::core::config::toml;

libfuzzer_sys::fuzz_target!(|text: &str| clodo_fuzz::check_places(text, toml::parse(text)));
