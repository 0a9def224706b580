#![no_main]

use clodo::core::config::yaml;

libfuzzer_sys::fuzz_target!(|text: &str| clodo_fuzz::check_places(text, yaml::parse(text)));
