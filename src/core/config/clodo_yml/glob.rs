//! A pattern over paths.

use globset::{GlobBuilder, GlobSet};

/// A pattern over paths relative to the root of the run, with `/` between the parts. `*` stays
/// within one part, `**` crosses parts.
#[derive(Clone, Debug)]
pub struct PathGlob(GlobSet);

impl PathGlob {
    /// Reads a pattern as people write paths: `./apps/api/` is `apps/api`.
    pub fn new(pattern: &str) -> Result<Self, globset::Error> {
        let plain = pattern.strip_prefix("./").unwrap_or(pattern).trim_end_matches('/');
        let glob = GlobBuilder::new(plain).literal_separator(true).build()?;
        // A single matcher would panic at a pattern that is too large; a set says so.
        GlobSet::new([glob]).map(Self)
    }

    /// Whether the pattern matches the path or a folder it lies in, so that `apps/legacy` means
    /// everything below it.
    pub fn covers(&self, path: &str) -> bool {
        self.0.is_match(path)
            || path.match_indices('/').any(|(slash, _)| self.0.is_match(&path[..slash]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covers(pattern: &str, path: &str) -> bool {
        PathGlob::new(pattern).expect("a pattern").covers(path)
    }

    #[test]
    fn a_folder_covers_what_lies_below() {
        assert!(covers("apps/legacy", "apps/legacy/sub/wrangler.toml"));
        assert!(covers("./apps/legacy/", "apps/legacy/wrangler.toml"));
        assert!(!covers("apps/legacy", "apps/legacy-2/wrangler.toml"));
        assert!(!covers("apps", "packages/apps/wrangler.toml"));
    }

    #[test]
    fn a_star_stays_within_one_part() {
        assert!(covers("apps/*/wrangler.toml", "apps/api/wrangler.toml"));
        assert!(!covers("apps/*/wrangler.toml", "apps/api/sub/wrangler.toml"));
        assert!(covers("**/wrangler.toml", "wrangler.toml"));
        assert!(covers("**/wrangler.toml", "apps/api/wrangler.toml"));
    }

    #[test]
    fn a_pattern_can_be_wrong() {
        assert!(PathGlob::new("apps/[a").is_err());
        assert!(PathGlob::new("apps/{a").is_err());
    }
}
