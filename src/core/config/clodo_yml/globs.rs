//! Patterns over paths, relative to the root of the run and with `/` between the parts.

use globset::{Glob, GlobBuilder, GlobSet};

/// A list of patterns. `*` stays within one part of a path, `**` crosses parts.
#[derive(Clone, Debug, Default)]
pub struct Globs(GlobSet);

impl Globs {
    /// Reads patterns.
    pub fn new<'p>(patterns: impl IntoIterator<Item = &'p str>) -> Result<Self, globset::Error> {
        let globs = patterns.into_iter().map(glob).collect::<Result<Vec<_>, _>>()?;
        GlobSet::new(&globs).map(Self)
    }

    /// Whether there is no pattern.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a pattern matches the path itself. The root is `.`.
    pub fn matches(&self, path: &str) -> bool {
        self.0.is_match(if path.is_empty() { "." } else { path })
    }

    /// Whether a pattern matches the path or a folder it lies in, so that `apps/legacy` means
    /// everything below it.
    pub fn covers(&self, path: &str) -> bool {
        self.matches(path)
            || path.match_indices('/').any(|(slash, _)| self.0.is_match(&path[..slash]))
    }
}

/// One pattern, as people write paths: `./apps/api/` is `apps/api`.
fn glob(pattern: &str) -> Result<Glob, globset::Error> {
    let plain = pattern.strip_prefix("./").unwrap_or(pattern).trim_end_matches('/');
    let plain = if plain.is_empty() { "." } else { plain };
    GlobBuilder::new(plain).literal_separator(true).build()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn globs(pattern: &str) -> Globs {
        Globs::new([pattern]).expect("a pattern")
    }

    #[test]
    fn a_star_stays_within_one_folder() {
        assert!(globs("apps/*").matches("apps/api"));
        assert!(!globs("apps/*").matches("apps/api/nested"));
        assert!(globs("apps/**").matches("apps/api/nested"));
        assert!(globs("./apps/api/").matches("apps/api"));
        assert!(globs(".").matches(""));
        assert!(!globs(".").matches("apps"));
    }

    #[test]
    fn a_folder_covers_what_lies_below() {
        assert!(globs("apps/legacy").covers("apps/legacy/wrangler.toml"));
        assert!(!globs("apps/legacy").covers("apps/legacy-2/wrangler.toml"));
        assert!(globs("**/wrangler.toml").covers("wrangler.toml"));
        assert!(!globs("apps").covers("packages/apps/wrangler.toml"));
    }

    #[test]
    fn a_pattern_can_be_wrong() {
        assert!(Globs::new(["apps/[a"]).is_err());
        assert!(Globs::new(["apps/{a"]).is_err());
    }
}
