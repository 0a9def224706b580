//! Where a specifier leads, as esbuild sees it. What exists is asked, never looked at.
//!
//! Each order and each substitution was tried with the esbuild of Wrangler 4.164.0: `./x` is
//! `x.tsx`, `x.ts`, `x.jsx`, `x.js`, `x.css` or `x.json`, not `x.mjs` or `x.d.ts`; `./x.js` may be
//! `x.ts`; a folder is its `index`.

use crate::core::config::jsonc;
use crate::core::model::Value;
use crate::core::model::path::join;

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Nothing.
    Nothing,
    /// A file.
    File,
    /// A folder.
    Folder,
}

/// `resolveExtensions` of esbuild, which Wrangler does not change.
const EXTENSIONS: [&str; 6] = [".tsx", ".ts", ".jsx", ".js", ".css", ".json"];

/// What TypeScript lets people write for a file that is to become JavaScript.
const REWRITTEN: [(&str, &[&str]); 4] = [
    (".js", &[".ts", ".tsx"]),
    (".jsx", &[".ts", ".tsx"]),
    (".mjs", &[".mts"]),
    (".cjs", &[".cts"]),
];

/// Answers questions about paths.
#[derive(Clone, Copy)]
pub struct Resolver<'l> {
    /// What stands at a path.
    pub look: &'l dyn Fn(&str) -> Entry,
}

impl Resolver<'_> {
    /// The file that a path means, in code or in `main`.
    pub fn path(&self, folder: &str, specifier: &str) -> Option<String> {
        let path = join(folder, specifier);
        // `./x/` and `..` can only be folders.
        if specifier.ends_with('/') || specifier.ends_with("..") || specifier == "." {
            return self.index(&path);
        }
        self.file(&path).or_else(|| self.index(&path))
    }

    fn file(&self, path: &str) -> Option<String> {
        let is_file = |path: &String| (self.look)(path) == Entry::File;
        if is_file(&path.to_owned()) {
            return Some(path.to_owned());
        }
        let mut extended = EXTENSIONS.iter().map(|extension| format!("{path}{extension}"));
        if let Some(found) = extended.find(is_file) {
            return Some(found);
        }
        let (stem, instead) =
            REWRITTEN.iter().find_map(|(from, to)| Some((path.strip_suffix(from)?, to)))?;
        instead.iter().map(|extension| format!("{stem}{extension}")).find(is_file)
    }

    fn index(&self, folder: &str) -> Option<String> {
        if (self.look)(folder) != Entry::Folder {
            return None;
        }
        // Its `main` would have to be read; that it has one is enough.
        let manifest = join(folder, "package.json");
        if (self.look)(&manifest) == Entry::File {
            return Some(manifest);
        }
        self.file(&join(folder, "index"))
    }
}

/// What a `tsconfig.json` says about where specifiers lead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paths {
    /// The folder of `baseUrl`.
    base: Option<String>,
    /// The patterns of `paths`, and the places that each may mean.
    patterns: Vec<(String, Vec<String>)>,
    /// Whether it takes more from somewhere else, which was not read.
    pub unsure: bool,
}

impl Paths {
    /// Reads the text of a `tsconfig.json` in a folder: what it says, and which others it extends.
    /// Of a text that cannot be read nothing is certain.
    pub fn read(folder: &str, text: &str) -> (Self, Vec<String>) {
        let Ok(root) = jsonc::parse(text) else {
            return (Self { unsure: true, ..Self::default() }, Vec::new());
        };
        let options = root.get("compilerOptions");
        let base = options
            .and_then(|options| options.get("baseUrl")?.as_str())
            .map(|base| join(folder, base));
        let from = base.as_deref().unwrap_or(folder).to_owned();
        let paths = options.and_then(|options| options.get("paths")).map(Value::entries);
        let patterns = paths.unwrap_or_default().iter().map(|entry| {
            let targets = entry.value.items().iter().filter_map(Value::as_str);
            (entry.key.to_string(), targets.map(|target| join(&from, target)).collect())
        });
        let extends = match root.get("extends") {
            Some(value) if value.as_str().is_some() => value.as_str().into_iter().collect(),
            Some(value) => value.items().iter().filter_map(Value::as_str).collect(),
            None => Vec::new(),
        };
        let paths = Self { patterns: patterns.collect(), base, unsure: false };
        (paths, extends.into_iter().map(str::to_owned).collect())
    }

    /// Takes from another what this does not say itself.
    pub fn extend(&mut self, other: Self) {
        if self.base.is_none() {
            self.base = other.base;
        }
        if self.patterns.is_empty() {
            self.patterns = other.patterns;
        }
        self.unsure |= other.unsure;
    }

    /// The file that a specifier means by `paths` or `baseUrl`.
    pub fn find(&self, resolver: Resolver<'_>, specifier: &str) -> Option<String> {
        let exact = self.patterns.iter().find(|(pattern, _)| pattern == specifier);
        let targets: Vec<String> = match exact {
            Some((_, targets)) => targets.clone(),
            None => {
                let starred = self.patterns.iter().filter_map(|(pattern, targets)| {
                    let (before, after) = pattern.split_once('*')?;
                    let rest = specifier.strip_prefix(before)?.strip_suffix(after)?;
                    Some((before.len(), rest, targets))
                });
                let longest = starred.max_by_key(|(length, ..)| *length);
                longest.map_or_else(Vec::new, |(_, rest, targets)| {
                    targets.iter().map(|target| target.replacen('*', rest, 1)).collect()
                })
            }
        };
        let mapped = targets.iter().find_map(|target| resolver.path("", target));
        mapped.or_else(|| resolver.path(self.base.as_deref()?, specifier))
    }

    /// Whether a pattern is meant for the specifier, found or not.
    pub fn covers(&self, specifier: &str) -> bool {
        self.patterns.iter().any(|(pattern, _)| match pattern.split_once('*') {
            // A lone `*` is meant for everything, and says nothing.
            Some(("", "")) => false,
            Some((before, after)) => specifier.starts_with(before) && specifier.ends_with(after),
            None => pattern == specifier,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(path: &str) -> Entry {
        const FILES: [&str; 12] = [
            "src/index.ts",
            "src/a.ts",
            "src/b.js",
            "src/both.tsx",
            "src/both.ts",
            "src/m.mts",
            "src/m2.mjs",
            "src/dir/index.tsx",
            "src/pkg/package.json",
            "src/data.json",
            "src/types.d.ts",
            "lib/c.config.ts",
        ];
        if FILES.contains(&path) {
            Entry::File
        } else if FILES.iter().any(|file| file.starts_with(&format!("{path}/"))) {
            Entry::Folder
        } else {
            Entry::Nothing
        }
    }

    #[test]
    fn paths_resolve_as_esbuild_resolves_them() {
        let resolver = Resolver { look: &look };
        for (specifier, expected) in [
            ("./a", Some("src/a.ts")),
            ("./a.ts", Some("src/a.ts")),
            ("./a.js", Some("src/a.ts")),
            ("./a.jsx", Some("src/a.ts")),
            ("./b", Some("src/b.js")),
            ("./both", Some("src/both.tsx")),
            ("./both.js", Some("src/both.ts")),
            ("./m", None),
            ("./m.mjs", Some("src/m.mts")),
            ("./m2", None),
            ("./m2.mjs", Some("src/m2.mjs")),
            ("./dir", Some("src/dir/index.tsx")),
            ("./dir/", Some("src/dir/index.tsx")),
            ("./pkg", Some("src/pkg/package.json")),
            ("./data", Some("src/data.json")),
            ("./types", None),
            (".", Some("src/index.ts")),
            ("../src", Some("src/index.ts")),
            ("../lib/c.config", Some("lib/c.config.ts")),
            ("./missing", None),
            ("../../outside", None),
        ] {
            assert_eq!(resolver.path("src", specifier).as_deref(), expected, "{specifier}");
        }
    }

    #[test]
    fn tsconfig_paths_lead_to_files() {
        let resolver = Resolver { look: &look };
        let text = r#"{ // comments
            "extends": ["./base.json"],
            "compilerOptions": { "baseUrl": ".", "paths": {
                "@/*": ["src/*", "lib/*"], "@/dir/*": ["nowhere/*"], "exact": ["src/a"], } } }"#;
        let (paths, extends) = Paths::read("", text);
        assert_eq!(extends, ["./base.json"]);
        for (specifier, expected) in [
            ("@/a", Some("src/a.ts")),
            ("@/c.config", Some("lib/c.config.ts")),
            ("@/dir/index", None),
            ("exact", Some("src/a.ts")),
            ("src/b", Some("src/b.js")),
            ("hono", None),
        ] {
            assert_eq!(paths.find(resolver, specifier).as_deref(), expected, "{specifier}");
        }
        assert!(paths.covers("@/nothing") && !paths.covers("hono"));
        assert!(Paths::read("", "{ oops").0.unsure);
    }

    #[test]
    fn a_tsconfig_takes_what_it_lacks_from_another() {
        let (mut own, _) = Paths::read("app", "{}");
        let (base, _) =
            Paths::read("", r#"{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }"#);
        own.extend(base);
        assert_eq!(own.find(Resolver { look: &look }, "@/a").as_deref(), Some("src/a.ts"));
    }
}
