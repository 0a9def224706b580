//! The hash of the files at a commit, which GitLab does not tell.
//!
//! It tells the parts of the first folder, each with its hash, its mode and its name ("Repositories
//! API", list repository tree). Of these Git makes the hash of the whole.

use std::fmt::Write as _;

use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

use super::answers::Entry;

/// The mode of a folder.
const FOLDER: &str = "040000";

/// The hash of a tree; nothing where an entry is none of Git's.
pub(super) fn hash(mut entries: Vec<Entry>) -> Option<String> {
    // Git sorts folders as if their names ended with a slash.
    entries.sort_by_cached_key(|entry| {
        let end = if entry.mode == FOLDER { "/" } else { "" };
        format!("{}{end}", entry.name).into_bytes()
    });
    let mut body = Vec::new();
    for Entry { id, name, mode } in entries {
        body.extend(format!("{} {name}\0", mode.trim_start_matches('0')).into_bytes());
        body.extend(bytes(&id)?);
    }
    let mut object = format!("tree {}\0", body.len()).into_bytes();
    object.append(&mut body);
    let mut text = String::new();
    for byte in digest(&SHA1_FOR_LEGACY_USE_ONLY, &object).as_ref() {
        let _ = write!(text, "{byte:02x}");
    }
    Some(text)
}

/// What hexadecimal digits stand for.
fn bytes(digits: &str) -> Option<Vec<u8>> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let all = digits.as_bytes().chunks(2).map(byte);
    (digits.len() == 40).then(|| all.collect())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_hash_that_git_makes() {
        // `git mktree` of the same, with Git 2.47.
        let entry = |mode: &str, name: &str, id: &str| Entry {
            id: id.into(),
            name: name.into(),
            mode: mode.into(),
        };
        let empty = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
        let tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
        assert_eq!(hash(Vec::new()).as_deref(), Some(tree));
        let entries = vec![
            entry("040000", "a", tree),
            entry("100644", "a.txt", empty),
            entry("100755", "a-b", empty),
        ];
        assert_eq!(hash(entries).as_deref(), Some("c2d6ad8c9ace664fb587af10ba6f98b224255907"));
        assert_eq!(hash(vec![entry("100644", "a", "xyz")]), None);
    }
}
