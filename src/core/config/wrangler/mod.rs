//! What Wrangler 4.164.0 makes of a configuration, held as data.
//!
//! [`keys::KEYS`] is the one table of configuration keys: who inherits them, what shape they have,
//! which bindings they hold. [`mismatches`] compares a configuration with it. What a table cannot
//! say (keys that exclude each other, names that must be unique …) are rules in `core/rules`.
//!
//! Source of every fact here: Wrangler 4.164.0, `wrangler-dist/cli.js` (the parts that come from
//! `packages/workers-utils/src/config/validation.ts`), `config-schema.json` of the same package,
//! and the verdicts of `unstable_readConfig`, against which the tests compare.

pub mod assets;
mod bindings;
pub mod command_line;
pub mod compatibility_flags;
mod containers;
mod environment;
pub mod flags;
mod fleet;
pub mod keys;
pub mod lifecycle;
mod node_compat;
pub mod provisioning;
pub mod queues;
mod references;
pub mod routes;
mod settings;
pub mod stages;
pub mod triggers;
pub mod versions;

pub use environment::{Binding, Environment, Level, Setting};
pub use fleet::{Fleet, Item};
pub use keys::{BindingPlace, KEYS, Key, Scope, key};
pub use node_compat::NodeCompat;
pub use references::{Purpose, Reference, SELF_REFERENCE, references};

use super::shape::{Mismatch, WRONG_TYPE, join, unknown_key};
use crate::core::model::{Object, Service, Value, WranglerSays};

/// The version of Wrangler that the tables describe.
pub const WRANGLER: &str = "4.164.0";

/// A mismatch, and whose it is.
#[derive(Clone, Debug)]
pub struct Located {
    /// The environment; `None` where it stands at the top level, and so concerns them all.
    pub environment: Option<Box<str>>,
    /// The mismatch.
    pub mismatch: Mismatch,
}

/// Compares a configuration with the key table: the top level, and each environment.
pub fn mismatches(service: &Service) -> Vec<Located> {
    let Some(value) = &service.config.root else { return Vec::new() };
    let mut found = Vec::new();
    let Some(root) = value.as_object() else {
        found.push(Located {
            environment: None,
            mismatch: Mismatch {
                rule: WRONG_TYPE,
                span: value.span,
                path: String::new(),
                message: format!("the configuration must be a table, not {}", value.describe()),
                label: None,
                help: Some("start the file with `{`".into()),
                // To JavaScript a list is an object without any known key.
                wrangler: match value.as_array() {
                    Some(_) => WranglerSays::Silent,
                    None => WranglerSays::Rejects,
                },
                repair: None,
            },
        });
        return found;
    };
    let mut own = Vec::new();
    check_level(root, "", |_| true, &mut own);
    found.extend(own.drain(..).map(|mismatch| Located { environment: None, mismatch }));
    for entry in root.get("env").map(Value::entries).unwrap_or_default() {
        let path = join("env", &entry.key);
        match entry.value.as_object() {
            Some(object) => {
                check_level(object, &path, |key| key.scope != Scope::TopLevel, &mut own);
            }
            // A list is an object to JavaScript, so Wrangler gets further with it; it is as
            // useless. Everything else makes Wrangler throw.
            None => own.push(Mismatch {
                rule: WRONG_TYPE,
                span: entry.value.span,
                message: format!("`{path}` must be a table, not {}", entry.value.describe()),
                path,
                label: None,
                help: None,
                wrangler: match entry.value.as_array() {
                    Some(_) => WranglerSays::Silent,
                    None => WranglerSays::Rejects,
                },
                repair: None,
            }),
        }
        let environment = Some(entry.key.clone());
        found.extend(
            own.drain(..).map(|mismatch| Located { environment: environment.clone(), mismatch }),
        );
    }
    found
}

fn check_level(object: &Object, path: &str, known: impl Fn(&Key) -> bool, out: &mut Vec<Mismatch>) {
    for entry in &object.entries {
        match key(&entry.key).filter(|key| known(key)) {
            Some(key) => key.shape.check(&entry.value, &join(path, key.name), out),
            None if REMOVED.contains(&&*entry.key) => {}
            None if path.is_empty() && COMPUTED.contains(&&*entry.key) => {}
            None => {
                let names = KEYS.iter().filter(|key| known(key)).map(|key| key.name);
                let mut mismatch = unknown_key(entry, names, path);
                if let Some(key) = key(&entry.key).filter(|_| !path.is_empty()) {
                    mismatch.message =
                        format!("`{}` works only at the top level, not in `{path}`", key.name);
                    mismatch.label = None;
                    mismatch.help = Some(format!("move `{}` to the top level", key.name));
                    mismatch.repair = None;
                }
                out.push(mismatch);
            }
        }
    }
}

/// Keys that Wrangler once had; `config/removed-key` speaks of them.
pub const REMOVED: &[&str] = &["legacy_env", "node_compat"];

/// Keys that Wrangler writes itself and so accepts without a word at the top level.
const COMPUTED: &[&str] =
    &["configPath", "userConfigPath", "topLevelName", "definedEnvironments", "targetEnvironment"];
