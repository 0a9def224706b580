//! Which Wrangler a service is deployed with.

use std::fs;
use std::path::{Path, PathBuf};

use semver::Version;
use serde::Deserialize;

use super::node::{on_path, satisfies};
use super::{Node, Origin, Program, Wrangler, WranglerError};
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
/// `PATH`, else [`PINNED`] through npx. `variable` is our environment.
///
/// # Errors
/// Where there is none of them, or no Node that it runs on.
pub fn locate(
    folder: &Path,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Wrangler, WranglerError> {
    locate_for(folder, Node::find(variable)?, variable("PATH").as_deref())
}

fn locate_for(
    folder: &Path,
    node: Option<Node>,
    path: Option<&str>,
) -> Result<Wrangler, WranglerError> {
    let installed = folder.ancestors().map(|folder| folder.join("node_modules/wrangler"));
    if let Some((root, package)) = installed.into_iter().find_map(package_in) {
        return by_node(&root, &package, Origin::Project, node);
    }
    if let Some(program) = on_path("wrangler", path) {
        // Mostly a link into the package, whose Node can then be chosen.
        let real = fs::canonicalize(&program).unwrap_or_else(|_| program.clone());
        return match real.ancestors().skip(1).map(Path::to_owned).find_map(package_in) {
            Some((root, package)) => by_node(&root, &package, Origin::Machine, node),
            None => Ok(Wrangler {
                program: Program::Itself(program),
                version: None,
                origin: Origin::Machine,
            }),
        };
    }
    let beside = node.as_ref().and_then(|node| Some(node.path.parent()?.join("npx")));
    let npx = beside.filter(|npx| npx.is_file()).or_else(|| on_path("npx", path));
    let npx = npx.ok_or(WranglerError::NoWrangler)?;
    let node = fitting(node, PINNED, NODE_OF_PINNED)?;
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

fn by_node(
    root: &Path,
    package: &Package,
    origin: Origin,
    node: Option<Node>,
) -> Result<Wrangler, WranglerError> {
    let node = fitting(node, &package.version, &package.engines.node)?;
    let program = Program::Script { node, script: root.join(SCRIPT) };
    Ok(Wrangler { program, version: Version::parse(&package.version).ok(), origin })
}

/// The Node, if there is one and a Wrangler runs on it.
fn fitting(node: Option<Node>, wrangler: &str, needs: &str) -> Result<Node, WranglerError> {
    let (wrangler, needs) = (wrangler.to_owned(), needs.to_owned());
    match node {
        None => Err(WranglerError::NoNode { wrangler, needs }),
        Some(node) if satisfies(&node.version, &needs) => Ok(node),
        Some(Node { path, version }) => Err(WranglerError::WrongNode {
            wrangler,
            needs,
            node: path,
            found: version.to_string(),
        }),
    }
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

    fn node(version: &str) -> Option<Node> {
        let version = Version::parse(version).expect(version);
        Some(Node { path: "/nowhere/node".into(), version })
    }

    #[test]
    fn the_projects_own_comes_first() {
        let root = machine("node_modules/wrangler");
        let found = locate_for(&root.path().join("a/b"), node("22.1.0"), None);
        let found = found.expect("a Wrangler");
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
        let found = locate_for(root.path(), node("20.0.0"), Some(&path)).expect("a Wrangler");
        assert_eq!((found.origin, found.version), (Origin::Machine, Some(Version::new(4, 1, 2))));
    }

    #[test]
    fn a_node_must_fit() {
        let root = machine("node_modules/wrangler");
        let error = locate_for(root.path(), node("18.0.0"), None).expect_err("too old");
        assert_eq!(
            error.to_string(),
            "Wrangler 4.1.2 needs Node >=20, and /nowhere/node is 18.0.0"
        );
        let error = locate_for(root.path(), None, None).expect_err("no Node");
        assert!(matches!(error, WranglerError::NoNode { .. }), "{error}");
        let error = locate_for(Path::new("/nowhere"), None, None).expect_err("no Wrangler");
        assert!(matches!(error, WranglerError::NoWrangler), "{error}");
    }
}
