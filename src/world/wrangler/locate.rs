//! Which Wrangler a service is deployed with.

use std::fs;
use std::path::{Path, PathBuf};

use semver::Version;
use serde::Deserialize;

use super::node::on_path;
use super::npm::cache_folder;
use super::{Node, NodeError, Origin, Program, Wrangler, WranglerError};
use crate::core::config::wrangler::WRANGLER;

/// The Wrangler that is fetched where a project has none: the one that clodo's tables describe.
pub const PINNED: &str = WRANGLER;

/// The Node that [`PINNED`] needs: its `engines`.
const NODE_OF_PINNED: &str = ">=22.12.0";

/// What is read of Wrangler's `package.json`.
#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    #[serde(default)]
    engines: Engines,
}

#[derive(Default, Deserialize)]
struct Engines {
    #[serde(default)]
    node: String,
}

/// The script of every Wrangler, in its package.
const SCRIPT: &str = "bin/wrangler.js";

/// The Wrangler of a service: that of the nearest `node_modules` above its folder, else that of
/// `PATH`, else [`PINNED`] through npx. `variable` is our environment; `tell` hears what has to be
/// fetched, before it is.
///
/// # Errors
/// Where there is none of them, or no Node that it runs on.
pub fn locate(
    folder: &Path,
    variable: &dyn Fn(&str) -> Option<String>,
    tell: &dyn Fn(&str),
) -> Result<Wrangler, WranglerError> {
    let path = variable("PATH");
    let named = Node::named(variable);
    let node = |range: &str| {
        let cache = cache_folder(variable);
        Node::that_fits(range, named.as_deref(), path.as_deref(), &cache, tell)
    };
    locate_for(folder, &node, path.as_deref())
}

fn locate_for(
    folder: &Path,
    node: &dyn Fn(&str) -> Result<Node, NodeError>,
    path: Option<&str>,
) -> Result<Wrangler, WranglerError> {
    let fitting = |wrangler: &str, needs: &str| {
        node(needs).map_err(|source| WranglerError::NoNode {
            wrangler: wrangler.to_owned(),
            needs: needs.to_owned(),
            source: Box::new(source),
        })
    };
    let by_node = |(root, package): (PathBuf, Package), origin| {
        let node = fitting(&package.version, &package.engines.node)?;
        let program = Program::Script { node, script: root.join(SCRIPT) };
        Ok(Wrangler { program, version: Version::parse(&package.version).ok(), origin })
    };
    let mut installed = folder.ancestors().map(|folder| folder.join("node_modules/wrangler"));
    if let Some(found) = installed.find_map(package_in) {
        return by_node(found, Origin::Project);
    }
    if let Some(program) = on_path("wrangler", path) {
        // Mostly a link into the package, whose Node can then be chosen.
        let real = fs::canonicalize(&program).unwrap_or_else(|_| program.clone());
        return match real.ancestors().skip(1).map(Path::to_owned).find_map(package_in) {
            Some(found) => by_node(found, Origin::Machine),
            None => Ok(Wrangler {
                program: Program::Itself(program),
                version: None,
                origin: Origin::Machine,
            }),
        };
    }
    let npx = on_path("npx", path).ok_or(WranglerError::NoWrangler)?;
    let node = fitting(PINNED, NODE_OF_PINNED)?;
    let beside = node.path.with_file_name("npx");
    let npx = if beside.is_file() { beside } else { npx };
    Ok(Wrangler {
        program: Program::Npx { npx, node },
        version: Version::parse(PINNED).ok(),
        origin: Origin::Registry,
    })
}

/// The package of Wrangler in a folder, if it lies there.
fn package_in(folder: PathBuf) -> Option<(PathBuf, Package)> {
    let text = fs::read_to_string(folder.join("package.json")).ok()?;
    let package: Package = serde_json::from_str(&text).ok()?;
    (package.name == "wrangler" && folder.join(SCRIPT).is_file()).then_some((folder, package))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Wrangler that is nothing but its package.
    fn machine(wrangler: &str) -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("a folder");
        let package = root.path().join(wrangler);
        fs::create_dir_all(package.join("bin")).expect("a folder");
        fs::write(package.join(SCRIPT), "").expect("written");
        let manifest = r#"{"name":"wrangler","version":"4.1.2","engines":{"node":">=20"}}"#;
        fs::write(package.join("package.json"), manifest).expect("written");
        root
    }

    fn found(folder: &Path, path: Option<&str>) -> Result<Wrangler, WranglerError> {
        let node = |range: &str| {
            assert_eq!(range, ">=20");
            Ok(Node { path: "/nowhere/node".into(), version: Version::new(22, 1, 0) })
        };
        locate_for(folder, &node, path)
    }

    #[test]
    fn the_projects_own_comes_first() {
        let root = machine("node_modules/wrangler");
        let found = found(&root.path().join("a/b"), None).expect("a Wrangler");
        assert_eq!(found.origin, Origin::Project);
        assert_eq!(found.version, Some(Version::new(4, 1, 2)));
    }

    #[test]
    fn one_on_the_path_is_led_back_to_its_package() {
        let root = machine("lib/wrangler");
        let bin = root.path().join("bin");
        fs::create_dir(&bin).expect("a folder");
        let script = root.path().join("lib/wrangler").join(SCRIPT);
        std::os::unix::fs::symlink(script, bin.join("wrangler")).expect("a link");
        let path = bin.display().to_string();
        let found = found(root.path(), Some(&path)).expect("a Wrangler");
        assert_eq!((found.origin, found.version), (Origin::Machine, Some(Version::new(4, 1, 2))));
    }

    #[test]
    fn what_is_missing_is_said() {
        let root = machine("node_modules/wrangler");
        let none = |_: &str| {
            let version = Some(Version::new(18, 0, 0));
            Err(NodeError::Named { path: "/nowhere/node".into(), version })
        };
        let error = locate_for(root.path(), &none, None).expect_err("too old");
        let said = "Wrangler 4.1.2 needs Node >=20, and CLODO_NODE, /nowhere/node, is 18.0.0";
        assert_eq!(error.to_string(), said);
        let error = found(Path::new("/nowhere"), None).expect_err("no Wrangler");
        assert!(matches!(error, WranglerError::NoWrangler), "{error}");
    }
}
