//! What a detector may look at, and how it reads it.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use crate::core::model::context::{EventKind, Field, GitAnswers, Known, Origin, Remote, Sha};

/// What surrounds a run.
///
/// Variables are asked for one by one, by name: what is not named is never read, secrets least of
/// all.
pub struct Surroundings<'a> {
    /// The value of a variable of the environment.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// The text of a file that a variable names, or why there is none.
    pub file: &'a dyn Fn(&Path) -> Result<String, String>,
    /// What git says of the work tree.
    pub git: &'a GitAnswers,
}

/// The largest file that is read. GitHub caps the payload of an event at 25 MB:
/// <https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap>.
pub const MAX_FILE_BYTES: u64 = 25 * 1024 * 1024;

/// Reads a file that a variable names. The reason why it cannot be read fits behind "cannot be
/// read:".
pub fn read_file(path: &Path) -> Result<String, String> {
    let open = || {
        // A pipe, which would never end, is no file.
        let is_file = std::fs::metadata(path)?.is_file();
        File::open(path).map(|file| is_file.then_some(file))
    };
    let file = open().map_err(|error| error.to_string())?.ok_or("it is not a file")?;
    let mut text = String::new();
    let read = file.take(MAX_FILE_BYTES + 1).read_to_string(&mut text);
    let length = read.map_err(|error| error.to_string())?;
    if length as u64 > MAX_FILE_BYTES {
        return Err(format!("it is larger than {} MiB", MAX_FILE_BYTES / 1024 / 1024));
    }
    Ok(text)
}

/// Whether a value says something. CI systems write in several ways that they have nothing to say:
/// `BUILDKITE_PULL_REQUEST` is `false`, CircleCI's empty pipeline values become `<nil>`, and a
/// commit that there is not is all zeros.
fn says_something(text: &str) -> bool {
    let is_zeros = matches!(text.len(), 40 | 64) && text.bytes().all(|b| b == b'0');
    !matches!(text, "" | "false" | "<nil>" | "null" | "HEAD") && !is_zeros
}

impl Surroundings<'_> {
    /// What a variable says.
    pub(super) fn text(&self, name: &'static str) -> Option<Known<String>> {
        let text = (self.variable)(name)?;
        let text = text.trim();
        says_something(text).then(|| Known::new(text.to_owned(), Origin::Variable(name)))
    }

    /// What the first of several variables says that says anything.
    pub(super) fn first(&self, names: &[&'static str]) -> Option<Known<String>> {
        names.iter().find_map(|name| self.text(name))
    }

    /// Whether a variable says anything.
    pub(super) fn has(&self, name: &'static str) -> bool {
        self.text(name).is_some()
    }

    /// Whether a variable says exactly this.
    pub(super) fn is(&self, name: &'static str, value: &str) -> bool {
        self.text(name).is_some_and(|text| text.value == value)
    }

    /// A variable that holds a number.
    pub(super) fn number(&self, name: &'static str) -> Option<Known<u64>> {
        self.text(name)?.and_then(|text| text.parse().ok())
    }

    /// A variable that is `true` or `false`, in any case of letters.
    pub(super) fn flag(&self, name: &'static str) -> Option<Known<bool>> {
        let text = (self.variable)(name)?.trim().to_ascii_lowercase();
        text.parse().ok().map(|flag| Known::new(flag, Origin::Variable(name)))
    }

    /// A variable that names a commit. Where it is abbreviated, the work tree may complete it.
    pub(super) fn sha(&self, name: &'static str) -> Option<Known<Sha>> {
        /// Git takes no fewer digits for the name of a commit.
        const FEWEST_DIGITS: usize = 4;
        let known = self.text(name)?;
        if let Some(sha) = Sha::parse(&known.value) {
            return Some(known.map(|_| sha));
        }
        let head = self.git_head()?;
        let is_begun = known.value.len() >= FEWEST_DIGITS
            && head.value.as_str().starts_with(&known.value.to_ascii_lowercase());
        is_begun.then(|| known.with(head, |_, head| head))
    }

    /// A variable that holds a URL to which paths are added.
    pub(super) fn url(&self, name: &'static str) -> Option<Known<String>> {
        self.text(name)?.and_then(|url| {
            let (scheme, rest) = url.split_once("://")?;
            // A name and a password may stand before the host.
            let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
            Some(format!("{scheme}://{host}{path}").trim_end_matches('/').to_owned())
        })
    }

    /// A variable that holds the address of a repository.
    pub(super) fn remote(&self, name: &'static str) -> Option<Known<Remote>> {
        self.text(name)?.and_then(|address| Remote::parse(&address))
    }

    /// A variable that holds a branch, maybe as a ref.
    pub(super) fn branch(&self, name: &'static str) -> Option<Known<String>> {
        self.text(name)?.and_then(|name| match name.strip_prefix("refs/") {
            Some(rest) => rest.strip_prefix("heads/").map(str::to_owned),
            None => Some(name),
        })
    }

    /// A variable that holds the ref of a tag.
    pub(super) fn tag_ref(&self, name: &'static str) -> Option<Known<String>> {
        self.text(name)?.and_then(|name| Some(name.strip_prefix("refs/tags/")?.to_owned()))
    }

    /// A variable that holds the ref of a pull request, as in `refs/pull/12/merge`.
    pub(super) fn pull_ref(&self, name: &'static str) -> Option<Known<u64>> {
        self.text(name)?.and_then(|name| {
            let rest = name.strip_prefix("refs/pull/")?;
            rest.split('/').next()?.parse().ok()
        })
    }

    /// A variable that says what made the run run, in words that `meaning` knows. Words that it
    /// does not know are kept.
    pub(super) fn event(
        &self,
        name: &'static str,
        meaning: impl FnOnce(&str) -> Option<EventKind>,
    ) -> Option<Known<EventKind>> {
        let known = self.text(name)?;
        Some(known.map(|word| meaning(&word).unwrap_or(EventKind::Other(word))))
    }

    /// The commit in the work tree.
    pub(super) fn git_head(&self) -> Option<Known<Sha>> {
        self.git.head.clone().map(|head| Known::new(head, Origin::Git("HEAD")))
    }

    /// What the user's own variable says of a field.
    pub(super) fn own(&self, field: Field) -> Option<String> {
        let text = (self.variable)(field.variable())?;
        let text = text.trim();
        let is_no = field.is_flag() && text == "false";
        (is_no || says_something(text)).then(|| text.to_owned())
    }
}

/// Whether two things that a CI system names are different.
pub(super) fn differ(
    one: Option<Known<String>>,
    other: Option<Known<String>>,
) -> Option<Known<bool>> {
    Some(one?.with(other?, |one, other| one != other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_nothing_is_not_said() {
        for nothing in ["", " ", "false", "<nil>", "null", "HEAD", &"0".repeat(40)] {
            assert!(!says_something(nothing.trim()), "{nothing:?}");
        }
        for something in ["0", "main", "falsehood", "True"] {
            assert!(says_something(something), "{something}");
        }
    }
}
