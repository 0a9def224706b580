//! Which places of the work tree the configurations speak of, and so are worth a look. Decisions
//! alone: `world::files` has the eyes.
//!
//! A path counts from the folder of its configuration, as it does for Wrangler. `build.cwd` is the
//! exception: it counts from the folder in which Wrangler is started, mostly the same.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::d1_migrations::{DEFAULT_PATTERN, DRIZZLE_PATTERN, Layout};
use super::wrangler::Level;
use crate::core::model::{Object, Service, Value};

/// The endings that Wrangler tries where an entry point has none (`SOURCE_FILE_EXTENSIONS`,
/// cli.js:193180).
const SOURCE_ENDINGS: [&str; 4] = [".ts", ".tsx", ".js", ".jsx"];

/// The entry point of a `site` where nothing names one.
const SITE_ENTRY_POINT: &str = "workers-site";

/// What is to be looked at, by paths relative to the root of the run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Where to look what is there, the folders below included.
    pub paths: BTreeSet<String>,
    /// Folders of static assets, to be listed.
    pub assets: BTreeSet<String>,
    /// Folders of D1 migrations, to be read, with the patterns of the files.
    pub migrations: BTreeMap<String, BTreeSet<String>>,
}

impl Wanted {
    /// What the configurations of the services name, in any environment and in `previews`.
    pub fn of(services: &[Service]) -> Self {
        let mut wanted = Self::default();
        for service in services {
            for level in Level::all(service) {
                wanted.add_level(service, &level);
            }
            if let Some(root) = service.root() {
                wanted.add_top(service, root);
            }
        }
        wanted
    }

    /// What the top level and every environment may name.
    fn add_level(&mut self, service: &Service, level: &Level<'_>) {
        if let Some(main) = filled(level.get("main")) {
            self.add_path(service, main);
            entry_points(main).iter().for_each(|path| self.add_path(service, path));
        }
        for key in ["tsconfig", "base_dir"] {
            self.add_paths(service, level.get(key));
        }
        if let Some(build) = level.get("build") {
            self.add_paths(service, build.get("cwd"));
            self.add_paths(service, build.get("watch_dir"));
        }
        self.add_assets(service, level.get("assets").and_then(|assets| assets.get("directory")));
        for (databases, _) in level.with_previews("d1_databases") {
            for layout in databases.items().iter().filter_map(Layout::of) {
                let folder = service.join(layout.folder);
                self.paths.insert(folder.clone());
                let patterns = self.migrations.entry(folder).or_default();
                patterns.extend([DEFAULT_PATTERN, DRIZZLE_PATTERN].map(str::to_owned));
                patterns.extend(layout.pattern);
            }
        }
        for (containers, _) in level.with_previews("containers") {
            for container in containers.items() {
                self.add_paths(service, container.get("image"));
                let old = container.get("configuration");
                self.add_paths(service, old.and_then(|configuration| configuration.get("image")));
            }
        }
    }

    /// What only the top level may name.
    fn add_top(&mut self, service: &Service, root: &Object) {
        self.add_assets(service, root.get("pages_build_output_dir"));
        if let Some(site) = root.get("site") {
            self.add_assets(service, site.get("bucket"));
            let entry = filled(site.get("entry-point"));
            let implied = root.get("main").is_none().then_some(SITE_ENTRY_POINT);
            if let Some(entry) = entry.or(implied) {
                self.add_path(service, &site_entry_point(entry));
            }
        }
        for key in ["wasm_modules", "text_blobs", "data_blobs"] {
            for module in root.get(key).map(Value::entries).unwrap_or_default() {
                self.add_paths(service, Some(&module.value));
            }
        }
    }

    fn add_path(&mut self, service: &Service, path: &str) {
        self.paths.insert(service.join(path));
    }

    /// One path, or a list of them.
    fn add_paths(&mut self, service: &Service, value: Option<&Value>) {
        let Some(value) = value else { return };
        let values = value.as_array().unwrap_or(std::slice::from_ref(value));
        for path in values.iter().filter_map(|value| filled(Some(value))) {
            self.add_path(service, path);
        }
    }

    fn add_assets(&mut self, service: &Service, folder: Option<&Value>) {
        if let Some(folder) = filled(folder).map(|folder| service.join(folder)) {
            self.paths.insert(folder.clone());
            self.assets.insert(folder);
        }
    }
}

fn filled(value: Option<&Value>) -> Option<&str> {
    value?.as_str().filter(|text| !text.is_empty())
}

/// The files of which Wrangler wants one for a `main`: itself, or the same with the ending of a
/// source file where it has none (`fileExists`, cli.js:193179).
pub fn entry_points(main: &str) -> Vec<String> {
    if Path::new(main).extension().is_some() {
        return vec![main.to_owned()];
    }
    let base = main.trim_end_matches('/');
    SOURCE_ENDINGS.iter().map(|ending| format!("{base}{ending}")).collect()
}

/// The file that Wrangler wants for a `site.entry-point` (`resolveEntryWithEntryPoint`,
/// cli.js:206864): itself, or the `index.js` in it where it has no ending.
pub fn site_entry_point(entry: &str) -> String {
    match Path::new(entry).extension() {
        Some(_) => entry.to_owned(),
        None => format!("{entry}/index.js"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::config::jsonc;
    use crate::core::model::{ConfigFile, FileId, Format};

    fn wanted(config: &str) -> Wanted {
        let config = ConfigFile::new(FileId(0), Format::Json, jsonc::parse(config));
        Wanted::of(&[Service::new(config, "app")])
    }

    fn paths(config: &str) -> Vec<String> {
        wanted(config).paths.into_iter().collect()
    }

    #[test]
    fn paths_are_named_in_many_places() {
        let config = r#"{
            "main": "a.ts", "tsconfig": "../b.json", "base_dir": "./c", "wasm_modules": { "W": "d" },
            "build": { "cwd": "e", "watch_dir": ["f", 7, ""] }, "text_blobs": "none",
            "data_blobs": { "D": "g" },
            "env": { "x": { "main": "h.js", "build": { "watch_dir": "i" }, "site": { "bucket": "j" } },
                     "y": 3 }
        }"#;
        let expected = ["a.ts", "c", "d", "e", "f", "g", "h.js", "i"].map(|p| format!("app/{p}"));
        assert_eq!(paths(config), [&expected[..], &["b.json".to_owned()]].concat());
    }

    #[test]
    fn images_are_named_in_many_places() {
        let config = r#"{
            "containers": [{ "image": "a" }, { "configuration": { "image": "b" } }, { "image": 7 }],
            "previews": { "containers": [{ "image": "c" }] },
            "env": { "x": { "containers": [{ "image": "d" }] }, "y": 3 }
        }"#;
        assert_eq!(paths(config), ["app/a", "app/b", "app/c", "app/d"]);
    }

    #[test]
    fn assets_are_folders_to_be_listed() {
        let config = r#"{
            "assets": { "directory": "a" }, "site": { "bucket": "b" },
            "pages_build_output_dir": "./c/", "main": "x.js",
            "env": { "x": { "assets": { "directory": "../d" } }, "y": { "assets": {} },
                     "z": { "assets": { "directory": "" } } }
        }"#;
        let wanted = wanted(config);
        let expected = ["app/a", "app/b", "app/c", "d"].map(str::to_owned);
        assert_eq!(wanted.assets, BTreeSet::from(expected));
        assert!(wanted.paths.is_superset(&wanted.assets));
    }

    #[test]
    fn an_entry_point_may_be_one_of_several_files() {
        let expected = ["src/x", "src/x.js", "src/x.jsx", "src/x.ts", "src/x.tsx"];
        assert_eq!(paths(r#"{ "main": "src/x" }"#), expected.map(|path| format!("app/{path}")));
        assert_eq!(paths(r#"{ "site": {} }"#), ["app/workers-site/index.js"]);
        assert_eq!(paths(r#"{ "site": { "entry-point": "w/x.js" } }"#), ["app/w/x.js"]);
        assert_eq!(entry_points("src/.x"), ["src/.x.ts", "src/.x.tsx", "src/.x.js", "src/.x.jsx"]);
    }

    #[test]
    fn migrations_come_with_patterns() {
        let config = r#"{
            "d1_databases": [{}, { "migrations_dir": "db", "migrations_pattern": "db/**/*.sql" }, 7],
            "previews": { "d1_databases": [{ "migrations_dir": "previews" }] },
            "env": { "x": { "d1_databases": [{ "migrations_dir": "../x" }] } }
        }"#;
        let wanted = wanted(config);
        let folders: Vec<&str> = wanted.migrations.keys().map(String::as_str).collect();
        assert_eq!(folders, ["app/db", "app/migrations", "app/previews", "x"]);
        let patterns = &wanted.migrations["app/db"];
        assert!(patterns.iter().eq(["**/*.sql", "*.sql", "*/migration.sql"]), "{patterns:?}");
        assert!(wanted.migrations.keys().all(|folder| wanted.paths.contains(folder)));
    }
}
