//! Which version of a Worker answers.
//!
//! <https://developers.cloudflare.com/workers/versions-and-deployments/gradual-deployments/>

use axum::http::HeaderMap;
use ring::digest::{SHA256, digest};

use super::Shared;
use super::state::workers::Script;

/// Asks for a version: `my-worker="dc8dcd28-…"`, a dictionary of RFC 8941.
const OVERRIDES: &str = "cloudflare-workers-version-overrides";
/// The same key meets the same version, as long as the deployment stays.
const AFFINITY: &str = "cloudflare-workers-version-key";

/// The id of the version that answers a request. `chance` is from 0 to 1; `None` is a Worker without
/// a deployment.
pub(super) fn version(
    name: &str,
    script: &Script,
    headers: &HeaderMap,
    chance: f64,
) -> Option<String> {
    let text = |header| headers.get(header).and_then(|value| value.to_str().ok());
    let asked = text(OVERRIDES).and_then(|overrides| overridden(overrides, name));
    // Only what is in the deployment can be asked for, also with no share of it.
    let asked = asked.and_then(|id| script.serving().find(|(version, _)| version.id == id));
    if let Some((version, _)) = asked {
        return Some(version.id.clone());
    }
    let chance = text(AFFINITY).map_or(chance, |key| fraction(name, key));
    let mut left = chance * 100.0;
    let mut last = None;
    for (version, percentage) in script.serving().filter(|(_, percentage)| *percentage > 0.0) {
        last = Some(version);
        left -= percentage;
        if left < 0.0 {
            break;
        }
    }
    last.map(|version| version.id.clone())
}

/// A version that serves, for what comes without headers: an event.
pub(super) fn drawn(sandbox: &Shared, name: &str) -> Option<String> {
    let state = sandbox.state();
    let script = state.workers.scripts.get(name)?;
    version(name, script, &HeaderMap::new(), sandbox.source.chance())
}

/// The version that the header asks for one Worker.
fn overridden<'a>(overrides: &'a str, name: &str) -> Option<&'a str> {
    overrides.split(',').find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then(|| value.strip_prefix('"')?.strip_suffix('"'))?
    })
}

/// A key as a number from 0 to 1, the same for ever.
fn fraction(name: &str, key: &str) -> f64 {
    let digest = digest(&SHA256, format!("{name}\n{key}").as_bytes());
    let [a, b, c, d, ..] = *digest.as_ref() else { return 0.0 };
    f64::from(u32::from_be_bytes([a, b, c, d])) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::super::state::workers::{Deployment, Share, Version};
    use super::*;

    fn script(shares: &[(&str, f64)]) -> Script {
        let version = |id: &str| Version { id: id.into(), ..Version::default() };
        let share = |(id, percentage): &(&str, f64)| Share {
            version_id: (*id).into(),
            percentage: *percentage,
        };
        Script {
            versions: ["a", "b", "c"].map(version).to_vec(),
            deployments: vec![Deployment {
                versions: shares.iter().map(share).collect(),
                ..Deployment::default()
            }],
            ..Script::default()
        }
    }

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name.parse().expect("a name"), value.parse().expect("a value"))])
    }

    #[test]
    fn chance_follows_the_shares() {
        let split = script(&[("a", 90.0), ("b", 10.0)]);
        let drawn = |chance| version("w", &split, &HeaderMap::new(), chance);
        assert_eq!(drawn(0.0).as_deref(), Some("a"));
        assert_eq!(drawn(0.899).as_deref(), Some("a"));
        assert_eq!(drawn(0.9).as_deref(), Some("b"));
        assert_eq!(drawn(0.999_999).as_deref(), Some("b"));
        assert_eq!(version("w", &script(&[]), &HeaderMap::new(), 0.5), None);
    }

    #[test]
    fn an_override_reaches_what_has_no_share_and_nothing_beyond_the_deployment() {
        let split = script(&[("a", 100.0), ("b", 0.0)]);
        let asked = |value| version("w", &split, &headers(OVERRIDES, value), 0.5);
        assert_eq!(asked(r#"w="b""#).as_deref(), Some("b"));
        assert_eq!(asked(r#"other="a", w="b""#).as_deref(), Some("b"));
        assert_eq!(asked(r#"w="c""#).as_deref(), Some("a"), "not deployed");
        assert_eq!(asked(r#"other="b""#).as_deref(), Some("a"));
        assert_eq!(asked("w=b").as_deref(), Some("a"), "no string");
    }

    #[test]
    fn who_moved_to_the_new_version_stays_there_as_its_share_grows() {
        let moved = |share: f64| -> Vec<bool> {
            let split = script(&[("a", 100.0 - share), ("b", share)]);
            let of = |key: usize| version("w", &split, &headers(AFFINITY, &key.to_string()), 0.0);
            (0..200).map(|key| of(key).as_deref() == Some("b")).collect()
        };
        let (few, many) = (moved(10.0), moved(50.0));
        assert!(few.iter().zip(&many).all(|(few, many)| !few || *many));
        assert!(few.contains(&true) && many.contains(&false));
        assert_eq!(few, moved(10.0));
    }
}
