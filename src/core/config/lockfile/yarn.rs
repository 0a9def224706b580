//! `yarn.lock`, of Yarn 1 (a format of its own) and of berry (YAML).
//!
//! Both write one block per version: a line at the margin with every range that it answers, and a
//! `version` below it.

use semver::Version;

use super::version;

/// The versions by the range that asks for them, without the `npm:` that berry puts before it.
pub(super) fn parse(text: &str) -> Vec<(Box<str>, Version)> {
    let mut versions = Vec::new();
    let mut asked: Vec<&str> = Vec::new();
    for line in text.lines() {
        if line.starts_with(|first: char| !first.is_whitespace()) {
            asked = ranges(line);
        } else if !asked.is_empty()
            && let Some(rest) = line.strip_prefix("  version")
        {
            if let Some(version) = version(rest.trim_matches([':', ' ', '"'])) {
                versions.extend(asked.drain(..).map(|range| (range.into(), version.clone())));
            }
            asked.clear();
        }
    }
    versions
}

/// The ranges of Wrangler in a block's first line: `wrangler@^3.0.0, wrangler@^3.1.0:`.
fn ranges(line: &str) -> Vec<&str> {
    line.trim_end_matches(':')
        .split(',')
        .filter_map(|wanted| wanted.trim_matches([' ', '"']).strip_prefix("wrangler@"))
        .map(|range| range.strip_prefix("npm:").unwrap_or(range))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Lock, Manager};

    fn version(text: &str, range: Option<&str>) -> Option<String> {
        Lock::parse(Manager::Yarn, text).version("apps/api", range).map(ToString::to_string)
    }

    #[test]
    fn classic() {
        let one = "# yarn lockfile v1\n\n\"@x/wrangler@^9\":\n  version \"9.0.0\"\n\n\
                   wrangler@^3.0.0, wrangler@^3.1.0:\n  version \"3.114.0\"\n  \
                   resolved \"https://x\"\n  dependencies:\n    version \"1.0.0\"\n\n\
                   wrangler-tools@^1:\n  version \"1.0.0\"\n";
        assert_eq!(version(one, Some("^3.1.0")).as_deref(), Some("3.114.0"));
        assert_eq!(version(one, None).as_deref(), Some("3.114.0"));
        let two = format!("{one}\n\"wrangler@>=4 <5\":\n  version \"4.20.0\"\n");
        assert_eq!(version(&two, Some(">=4 <5")).as_deref(), Some("4.20.0"));
        assert_eq!(version(&two, Some("^3.0.0")).as_deref(), Some("3.114.0"));
        assert_eq!(version(&two, None), None);
    }

    #[test]
    fn berry() {
        let text = "__metadata:\n  version: 8\n\n\"wrangler@npm:^4.0.0, wrangler@npm:^4.1.0\":\n  \
                    version: 4.20.0\n  resolution: \"wrangler@npm:4.20.0\"\n\n\
                    \"wrangler@workspace:packages/wrangler\":\n  version: 0.0.0-use.local\n";
        assert_eq!(version(text, Some("^4.1.0")).as_deref(), Some("4.20.0"));
        assert_eq!(version(text, None).as_deref(), Some("4.20.0"));
    }

    #[test]
    fn nonsense_says_nothing() {
        for text in ["", "wrangler@", "wrangler@^4:\n", "wrangler@^4:\n  version\n", "\"\n,:"] {
            assert_eq!(version(text, Some("^4")), None, "{text:?}");
        }
    }
}
