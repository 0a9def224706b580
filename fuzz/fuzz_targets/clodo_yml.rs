#![no_main]

use clodo::core::config::clodo_yml::read;

libfuzzer_sys::fuzz_target!(|text: &str| {
    for name in ["clodo.yml", "clodo.json"] {
        if let Err(problems) = read(name, text) {
            assert!(!problems.list.is_empty(), "a refusal has a reason");
        }
    }
});
