//! Lists the rules: every `.rs` file two levels below `src/core/rules`, so that a new rule is one
//! new file. Writes `rules.rs`, which `src/core/rules/mod.rs` includes.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

const RULES: &str = "src/core/rules";

fn main() {
    println!("cargo::rerun-if-changed={RULES}");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let mut modules = String::new();
    let mut statics = String::new();
    for family in sorted(&root.join(RULES)).iter().filter(|path| path.is_dir()) {
        println!("cargo::rerun-if-changed={}", family.display());
        let name = stem(family);
        writeln!(modules, "mod {name} {{").expect("writing to a string");
        for rule in sorted(family).iter().filter(|path| path.extension().is_some_and(|e| e == "rs"))
        {
            let module = stem(rule);
            writeln!(
                modules,
                "    #[path = {:?}]\n    pub(super) mod {module};",
                rule.display().to_string()
            )
            .expect("writing to a string");
            writeln!(statics, "    &{name}::{module}::RULE,").expect("writing to a string");
        }
        modules.push_str("}\n");
    }
    let list = format!(
        "{modules}\n/// Every rule, by family and file name.\npub static ALL: &[&Rule] = &[\n{statics}];\n"
    );
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("rules.rs");
    fs::write(out, list).expect("OUT_DIR is writable");
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the rules folder is readable")
        .map(|entry| entry.expect("the rules folder is readable").path())
        .collect();
    paths.sort();
    paths
}

fn stem(path: &Path) -> String {
    path.file_stem().expect("a file has a name").to_string_lossy().into_owned()
}
