//! How much of Node a Worker gets, by its date and flags.
//!
//! Source: `getNodeCompat` and `resolveNodejsCompat` of Wrangler 4.164.0 (cli.js:34836-34894).

use super::Environment;
use crate::core::model::Value;

/// From this date on every Worker has Node's modules (`NODEJS_COMPAT_DEFAULT_ON_DATE`).
const DEFAULT_ON: &str = "2026-08-04";

/// From this date on `nodejs_compat` means the second version
/// (`NODEJS_COMPAT_V2_SWITCH_OVER_DATE`).
const SECOND_VERSION: &str = "2024-09-23";

/// How much of Node a Worker gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeCompat {
    /// Nothing.
    None,
    /// `node:async_hooks` alone.
    AsyncHooks,
    /// Modules with `node:` before their names.
    Prefixed,
    /// All modules, under both names.
    Full,
}

impl NodeCompat {
    /// What an environment gets; nothing where its date is not known.
    pub fn of(environment: &Environment<'_>) -> Option<Self> {
        let date = environment.text("compatibility_date")?;
        let flags = environment.get("compatibility_flags");
        let flags = flags.map(|flags| flags.value().items()).unwrap_or_default();
        let flags: Vec<&str> = flags.iter().filter_map(Value::as_str).collect();
        Some(Self::resolve(date, &flags))
    }

    fn resolve(date: &str, flags: &[&str]) -> Self {
        let has = |flag| flags.contains(&flag);
        let default_on = date >= DEFAULT_ON;
        let first = has("nodejs_compat") || default_on && !has("no_nodejs_compat");
        let second = has("nodejs_compat_v2")
            || !has("no_nodejs_compat_v2") && (default_on || first && date >= SECOND_VERSION);
        match () {
            () if second => Self::Full,
            () if first => Self::Prefixed,
            () if has("nodejs_als") => Self::AsyncHooks,
            () => Self::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::NodeCompat::{self, AsyncHooks, Full, Prefixed};

    #[test]
    fn dates_and_flags() {
        for (date, flags, expected) in [
            ("2026-01-31", &[][..], NodeCompat::None),
            ("2026-01-31", &["nodejs_compat"], Full),
            ("2024-09-23", &["nodejs_compat"], Full),
            ("2024-09-22", &["nodejs_compat"], Prefixed),
            ("2024-01-01", &["nodejs_compat_v2"], Full),
            ("2026-01-31", &["nodejs_compat", "no_nodejs_compat_v2"], Prefixed),
            ("2026-01-31", &["nodejs_als"], AsyncHooks),
            ("2026-08-04", &[], Full),
            ("2026-08-03", &[], NodeCompat::None),
            ("2026-09-01", &["no_nodejs_compat", "no_nodejs_compat_v2"], NodeCompat::None),
            // As Wrangler has it: the second version is on by itself.
            ("2026-09-01", &["no_nodejs_compat"], Full),
        ] {
            assert_eq!(NodeCompat::resolve(date, flags), expected, "{date} {flags:?}");
        }
    }
}
