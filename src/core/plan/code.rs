//! Code and assets: what was built, beside what is live. The account gives no digest to compare with;
//! the record does, as long as the version that it speaks of serves.

use std::collections::BTreeSet;

use super::change::{Aspect, Change, Changes};
use super::settings::short;
use super::{Assets, Build, Bundle, SHORT_HASH};
use crate::core::model::account::Share;
use crate::core::model::deployment::{Code, Files};

/// How many assets are named one by one.
const NAMED: usize = 20;

/// `base` is what serves, `None` where there is no Worker yet; `recorded` is what was uploaded as the
/// version that serves.
pub(super) fn compare(
    build: Option<&Build>,
    base: Option<&[Share]>,
    recorded: Option<&Code>,
    out: &mut Changes,
) {
    let built = match build {
        Some(Build::Built(built)) => built,
        Some(Build::Left) => return out.push(left(base.unwrap_or_default())),
        Some(Build::Failed(_)) | None => return,
    };
    let was = recorded.and_then(|code| Some((code.bundle.as_deref()?, code.raw_bytes)));
    match (&built.bundle, base, was) {
        (Some(bundle), None, _) => {
            out.push(Change::add(Aspect::Code, code(&bundle.digest), size(bundle)))
        }
        (Some(bundle), Some(_), Some((digest, _))) if digest == bundle.digest => {}
        (Some(bundle), Some(_), Some((_, before))) => {
            let to = size(bundle) + &difference(before, bundle.raw_bytes);
            out.push(Change::replace(Aspect::Code, code(&bundle.digest), bytes(before), to));
        }
        (Some(bundle), Some(base), None) => {
            out.push(untold(Aspect::Code, code(&bundle.digest), base, size(bundle)));
        }
        (None, _, Some((digest, before))) => {
            out.push(Change::remove(Aspect::Code, code(digest), bytes(before)));
        }
        (None, _, None) => {}
    }
    match (&built.assets, base, recorded.and_then(|code| code.assets.as_ref())) {
        (Some(assets), None, _) => {
            out.push(Change::add(Aspect::Assets, shortened(&assets.digest), amount(assets)));
        }
        (Some(assets), Some(_), Some(before)) if before.digest == assets.digest => {}
        (Some(assets), Some(_), Some(before)) => compare_files(before, assets, out),
        (Some(assets), Some(base), None) => {
            out.push(untold(Aspect::Assets, shortened(&assets.digest), base, amount(assets)));
        }
        (None, _, Some(before)) => {
            let from = format!("{} files", before.count);
            out.push(Change::remove(Aspect::Assets, shortened(&before.digest), from));
        }
        (None, _, None) => {}
    }
}

/// The name of code.
fn code(digest: &str) -> String {
    format!("built {}", shortened(digest))
}

/// What changes among the assets, each by its path.
fn compare_files(before: &Files, assets: &Assets, out: &mut Changes) {
    let name = shortened(&assets.digest);
    if before.paths.is_empty() {
        let was = format!("{} files", before.count);
        return out.push(Change::replace(Aspect::Assets, name, was, amount(assets)));
    }
    let paths: BTreeSet<&String> = before.paths.keys().chain(assets.paths.keys()).collect();
    let change = |path: &&String| {
        let aspect = Aspect::Assets;
        match (before.paths.get(*path), assets.paths.get(*path)) {
            (None, Some(_)) => Some(Change::add(aspect, path.as_str(), "")),
            (Some(_), None) => Some(Change::remove(aspect, path.as_str(), "")),
            (Some(was), Some(is)) if was != is => {
                Some(Change::replace(aspect, path.as_str(), shortened(was), shortened(is)))
            }
            _ => None,
        }
    };
    let mut changes: Vec<Change> = paths.iter().filter_map(change).collect();
    let more = changes.len().saturating_sub(NAMED);
    if more > 1 {
        changes.truncate(NAMED);
        changes.push(Change::replace(Aspect::Assets, format!("{more} more"), "", ""));
    }
    changes.into_iter().for_each(|change| out.push(change));
}

/// Code of which only the sources are known to be others.
fn left(base: &[Share]) -> Change {
    let to = "changed since; built as it is deployed";
    Change::replace(Aspect::Code, "sources", live(base), to)
}

/// Something of which nobody can tell what it was.
fn untold(aspect: Aspect, name: String, base: &[Share], to: String) -> Change {
    let change = Change::unknown(aspect, name, "whether they differ cannot be told");
    Change { from: Some(live(base)), to: Some(to), ..change }
}

/// What serves, in words.
fn live(base: &[Share]) -> String {
    let ids: Vec<&str> = base.iter().map(|share| short(&share.version_id)).collect();
    match ids.as_slice() {
        [] => "what is live".to_owned(),
        ids => format!("version {}", ids.join(" and ")),
    }
}

fn shortened(digest: &str) -> String {
    digest.chars().take(SHORT_HASH).collect()
}

fn size(bundle: &Bundle) -> String {
    let raw = bundle.raw_bytes.map(bytes).unwrap_or_default();
    let gzip = bundle.gzip_bytes.map(|gzip| format!(", gzip {}", bytes(gzip)));
    raw + &gzip.unwrap_or_default()
}

/// ` (+3.1 KiB)`
fn difference(before: u64, after: Option<u64>) -> String {
    match after {
        Some(after) if after > before => format!(" (+{})", bytes(after - before)),
        Some(after) if after < before => format!(" (-{})", bytes(before - after)),
        _ => String::new(),
    }
}

fn amount(assets: &Assets) -> String {
    let count = if assets.files == 1 { "1 file".into() } else { format!("{} files", assets.files) };
    format!("{count}, {}", bytes(assets.bytes))
}

/// A size in the unit that fits.
pub(in crate::core) fn bytes(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown with one digit after the point")]
    let size = bytes as f64;
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{:.1} KiB", size / 1024.0),
        _ => format!("{:.1} MiB", size / 1_048_576.0),
    }
}

#[cfg(test)]
mod tests {
    use super::super::change::Sign;
    use super::*;
    use crate::core::plan::Built;

    fn built(digest: &str, paths: &[(&str, &str)]) -> Built {
        let paths = paths.iter().map(|(path, is)| ((*path).into(), (*is).into())).collect();
        let bundle = Bundle { digest: digest.into(), raw_bytes: Some(3000), gzip_bytes: None };
        let assets = Assets { digest: format!("{paths:?}"), files: 2, bytes: 10, paths };
        Built { bundle: Some(bundle), assets: Some(assets), wrangler: None }
    }

    /// As it is written down.
    fn recorded(built: &Built) -> Code {
        let assets = built.assets.as_ref().map(|assets| Files {
            digest: assets.digest.clone(),
            count: assets.files,
            paths: assets.paths.clone(),
        });
        let bundle = built.bundle.as_ref().map(|bundle| bundle.digest.clone());
        Code { raw_bytes: 1000, bundle, assets, ..Code::default() }
    }

    fn changes(built: &Built, recorded: Option<&Code>) -> Vec<(Sign, String)> {
        let base = [Share { version_id: "v1".into(), percentage: 100.0 }];
        let mut out = Changes::default();
        compare(Some(&Build::Built(built.clone())), Some(&base), recorded, &mut out);
        out.list.into_iter().map(|change| (change.sign, change.name)).collect()
    }

    #[test]
    fn what_is_on_record_is_compared() {
        let before = built("aa", &[("a.js", "1"), ("b.js", "2"), ("c.js", "3")]);
        assert_eq!(changes(&before, Some(&recorded(&before))), []);
        let after = built("bb", &[("b.js", "2"), ("c.js", "4"), ("d.js", "5")]);
        let expected = [
            (Sign::Change, "built bb"),
            (Sign::Remove, "a.js"),
            (Sign::Change, "c.js"),
            (Sign::Add, "d.js"),
        ];
        let expected = expected.map(|(sign, name)| (sign, name.to_owned()));
        assert_eq!(changes(&after, Some(&recorded(&before))), expected);
    }

    #[test]
    fn what_is_not_built_any_more_goes() {
        let before = built("aa", &[("a.js", "1")]);
        let signs = |after: &Built| -> Vec<Sign> {
            changes(after, Some(&recorded(&before))).into_iter().map(|(sign, _)| sign).collect()
        };
        assert_eq!(signs(&Built { bundle: None, ..before.clone() }), [Sign::Remove]);
        assert_eq!(signs(&Built { assets: None, ..before.clone() }), [Sign::Remove]);
    }

    #[test]
    fn what_is_not_on_record_is_not_known() {
        let signs = changes(&built("aa", &[]), None);
        assert!(signs.iter().all(|(sign, _)| *sign == Sign::Unknown), "{signs:?}");
    }

    #[test]
    fn what_has_other_sources_changes() {
        let base = [Share { version_id: "01234567-89ab".into(), percentage: 100.0 }];
        let mut out = Changes::default();
        compare(Some(&Build::Left), Some(&base), None, &mut out);
        let [change] = out.list.as_slice() else { panic!("{:?}", out.list) };
        assert_eq!((change.sign, change.from.as_deref()), (Sign::Change, Some("version 01234567")));
    }

    #[test]
    fn of_many_assets_the_first_are_named() {
        let paths: Vec<String> = (0..NAMED + 5).map(|number| format!("{number:03}.js")).collect();
        let paths: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "1")).collect();
        let found = changes(&built("aa", &paths), Some(&recorded(&built("aa", &[("x", "1")]))));
        assert_eq!(found.len(), NAMED + 1);
        assert_eq!(found[NAMED].1, "6 more");
    }
}
