//! Which services a change concerns.

use clodo::core::affected::{Manifest, affected};
use clodo::core::config::jsonc;
use clodo::world::files::{self, Request};

use crate::work_tree::WorkTree;

/// A monorepo: `api` and `web` are services, `web` uses the package `ui`, which uses `theme`, and
/// both read a file that is in no package.
fn monorepo() -> WorkTree {
    let tree = WorkTree::new();
    let config = |name: &str, rest: &str| {
        format!(
            "name = \"{name}\"\nmain = \"src/index.ts\"\ncompatibility_date = \"2026-01-31\"\n{rest}"
        )
    };
    tree.write("apps/api/wrangler.toml", config(
        "api",
        "[[d1_databases]]\nbinding = \"DB\"\ndatabase_id = \"x\"\nmigrations_dir = \"../../db/migrations\"\n",
    ));
    tree.write(
        "apps/api/src/index.ts",
        "import '../../../lib/log'; export default { fetch() {} };",
    );
    tree.write(
        "apps/web/wrangler.toml",
        config("web", "assets = { directory = \"../../site\" }\n"),
    );
    tree.write("apps/web/src/index.ts", "export default { fetch() {} };");
    tree.write("lib/log.ts", "export const log = 1;");
    tree.write("db/migrations/0001_a.sql", "SELECT 1;");
    for (path, text) in MANIFESTS {
        tree.write(&format!("{path}/package.json"), text);
    }
    tree
}

const MANIFESTS: [(&str, &str); 6] = [
    (".", r#"{ "name": "root", "workspaces": ["apps/*", "packages/*"] }"#),
    ("apps/api", r#"{ "name": "@x/api" }"#),
    ("apps/web", r#"{ "name": "@x/web", "dependencies": { "@x/ui": "workspace:*" } }"#),
    ("packages/ui", r#"{ "name": "@x/ui", "peerDependencies": { "@x/theme": "*" } }"#),
    ("packages/theme", r#"{ "name": "@x/theme" }"#),
    ("packages/unused", r#"{ "name": "@x/unused" }"#),
];

#[test]
fn a_change_concerns_those_who_read_it() {
    let tree = monorepo();
    let request = Request { root: tree.path(), ..Request::default() };
    let mut workspace = files::read(&request).expect("a work tree");
    files::survey(&request.root, &mut workspace);
    files::read_sources(&request.root, &mut workspace);
    let manifests = MANIFESTS.map(|(folder, text)| {
        Manifest::of(folder.trim_start_matches('.'), &jsonc::parse(text).expect("JSON"))
    });
    let concerned = |changed: &[&str]| -> String {
        let changed: Vec<String> = changed.iter().map(ToString::to_string).collect();
        let causes = affected(&workspace, &changed, &manifests);
        let services = workspace.services.iter().zip(causes);
        let names =
            services.filter(|(_, cause)| cause.is_some()).map(|(service, _)| &*service.name);
        names.collect::<Vec<_>>().join(" ")
    };
    for (changed, expected) in [
        // Its own folder, whatever the file.
        ("apps/api/wrangler.toml", "api"),
        ("apps/web/README.md", "web"),
        // What it reads elsewhere: an import, assets, migrations.
        ("lib/log.ts", "api"),
        ("site/about.md", "web"),
        ("db/migrations/0002_new.sql", "api"),
        // A package, and one behind it; one that nobody uses.
        ("packages/ui/src/button.ts", "web"),
        ("packages/theme/index.css", "web"),
        ("packages/unused/index.ts", ""),
        // What all builds share, and what no build reads.
        ("package-lock.json", "api web"),
        ("tsconfig.base.json", "api web"),
        ("clodo.yml", "api web"),
        ("scripts/build.sh", "api web"),
        ("../package.json", "api web"),
        (".github/workflows/deploy.yml", "api web"),
        ("README.md", ""),
        ("docs/guide.md", ""),
        ("LICENSE-MIT", ""),
        // A name that only begins like that of a folder.
        ("apps/api2/x.ts", "api web"),
    ] {
        assert_eq!(concerned(&[changed]), expected, "{changed}");
    }
    assert_eq!(concerned(&[]), "");
    assert_eq!(concerned(&["README.md", "apps/api/a.ts", "apps/web/a.ts"]), "api web");
}
