//! Commits and branches, as a forge keeps them of a repository.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use serde::{Deserialize, Serialize};

/// How many digits of a commit's name are enough to find it.
const SHORT: usize = 7;

/// The commits of a repository, and where its branches point.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Git {
    /// The name of a branch to its newest commit.
    pub branches: BTreeMap<String, String>,
    /// In the order in which they came.
    pub commits: Vec<Commit>,
}

/// A commit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Commit {
    /// 40 hexadecimal digits.
    pub sha: String,
    /// What its files are, all together: 40 hexadecimal digits.
    pub tree: String,
    /// Those before it.
    pub parents: Vec<String>,
    /// What its author says about it.
    pub message: String,
    /// The name by which the forge knows the author, or an e-mail address that it does not know.
    pub author: String,
    /// The same of who committed it; "" is the author.
    pub committer: String,
    /// When it was made, RFC 3339.
    pub date: String,
    /// What it changes.
    pub files: Vec<File>,
}

/// A file that a commit changes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct File {
    /// Where it is.
    pub path: String,
    /// Where it was, if it has moved.
    pub previous: Option<String>,
    /// What became of it.
    pub change: Change,
    /// The hunks, as `git diff` writes them.
    pub patch: String,
    /// What is in it then, where that is known.
    pub content: Option<String>,
}

/// What becomes of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is another.
    #[default]
    Modified,
    /// It has moved.
    Renamed,
}

/// What lies between two commits.
#[derive(Debug)]
pub struct Comparison<'a> {
    /// The newest commit that both have.
    pub merge_base: &'a Commit,
    /// What the second has and the first has not, the oldest first.
    pub ahead: Vec<&'a Commit>,
    /// How many the first has and the second has not.
    pub behind: usize,
}

impl Commit {
    /// Who committed it.
    pub fn committer(&self) -> &str {
        if self.committer.is_empty() { &self.author } else { &self.committer }
    }
}

impl File {
    /// How many lines are new, and how many are gone.
    pub fn lines(&self) -> (usize, usize) {
        let begin = |mark: char| self.patch.lines().filter(|line| line.starts_with(mark)).count();
        (begin('+'), begin('-'))
    }
}

impl Git {
    /// The commit of a full name.
    pub fn commit(&self, sha: &str) -> Option<&Commit> {
        self.commits.iter().find(|commit| commit.sha == sha)
    }

    /// What a name stands for: a branch, with or without `heads/` or `refs/heads/`, or a commit.
    pub fn resolve(&self, name: &str) -> Option<&Commit> {
        let branch = name.strip_prefix("refs/").unwrap_or(name);
        let branch = branch.strip_prefix("heads/").unwrap_or(branch);
        if let Some(sha) = self.branches.get(branch).or_else(|| self.branches.get(name)) {
            return self.commit(sha);
        }
        let mut found = self.commits.iter().filter(|commit| commit.sha.starts_with(name));
        let first = found.next().filter(|_| name.len() >= SHORT)?;
        found.next().is_none().then_some(first)
    }

    /// Makes a commit the newest of a branch.
    pub fn push(&mut self, branch: &str, commit: Commit) {
        self.branches.insert(branch.to_owned(), commit.sha.clone());
        self.commits.push(commit);
    }

    /// Takes over what another repository has of a commit's history.
    pub fn fetch(&mut self, of: &Self, sha: &str) {
        for commit in of.history(sha).into_iter().rev() {
            if self.commit(&commit.sha).is_none() {
                self.commits.push(commit.clone());
            }
        }
    }

    /// The files at a commit, each as it was changed last.
    pub fn files(&self, sha: &str) -> BTreeMap<&str, &File> {
        let mut files = BTreeMap::new();
        for file in self.history(sha).into_iter().flat_map(|commit| &commit.files) {
            files.entry(&*file.path).or_insert(file);
            if let Some(previous) = &file.previous {
                files.entry(previous).or_insert(file);
            }
        }
        files.retain(|path, file| *path == file.path && file.change != Change::Removed);
        files
    }

    /// A commit and all before it, the nearest first.
    pub fn history(&self, sha: &str) -> Vec<&Commit> {
        let by_name: HashMap<&str, &Commit> =
            self.commits.iter().map(|commit| (&*commit.sha, commit)).collect();
        let (mut seen, mut queue, mut all) = (HashSet::new(), VecDeque::from([sha]), Vec::new());
        while let Some(sha) = queue.pop_front() {
            let Some(commit) = by_name.get(sha).filter(|_| seen.insert(sha)) else { continue };
            queue.extend(commit.parents.iter().map(|parent| &**parent));
            all.push(*commit);
        }
        all
    }

    /// What lies between two commits; nothing where they have no history in common.
    pub fn compare(&self, base: &str, head: &str) -> Option<Comparison<'_>> {
        let (of_base, of_head) = (self.history(base), self.history(head));
        let names = |all: &[&Commit]| -> HashSet<String> {
            all.iter().map(|commit| commit.sha.clone()).collect()
        };
        let (in_base, in_head) = (names(&of_base), names(&of_head));
        let merge_base = *of_head.iter().find(|commit| in_base.contains(&commit.sha))?;
        let mut ahead: Vec<&Commit> =
            of_head.into_iter().filter(|commit| !in_base.contains(&commit.sha)).collect();
        ahead.reverse();
        let behind = of_base.iter().filter(|commit| !in_head.contains(&commit.sha)).count();
        Some(Comparison { merge_base, ahead, behind })
    }
}

impl<'a> Comparison<'a> {
    /// `identical`, `ahead`, `behind` or `diverged`.
    pub fn status(&self) -> &'static str {
        match (self.ahead.len(), self.behind) {
            (0, 0) => "identical",
            (_, 0) => "ahead",
            (0, _) => "behind",
            _ => "diverged",
        }
    }

    /// The files that differ, each as its newest commit leaves it.
    pub fn files(&self) -> Vec<&'a File> {
        let all = self.ahead.iter().copied().flat_map(|commit| &commit.files);
        all.map(|file| (&*file.path, file)).collect::<BTreeMap<_, _>>().into_values().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a - b - d`, and `c` on top of `a`.
    fn git() -> Git {
        let commit = |digit: char, parent: Option<char>, path: &str| Commit {
            sha: digit.to_string().repeat(40),
            parents: parent.map(|digit| digit.to_string().repeat(40)).into_iter().collect(),
            files: vec![File { path: path.into(), ..File::default() }],
            ..Commit::default()
        };
        let commits = vec![
            commit('a', None, "x"),
            commit('b', Some('a'), "y"),
            commit('c', Some('a'), "z"),
            commit('d', Some('b'), "y"),
        ];
        let branches =
            [("main", "d"), ("f/x", "c")].map(|(name, digit)| (name.into(), digit.repeat(40)));
        Git { branches: branches.into(), commits }
    }

    #[test]
    fn names_are_found() {
        let git = git();
        for name in ["f/x", "heads/f/x", "refs/heads/f/x", "ccccccc", &"c".repeat(40)] {
            assert_eq!(git.resolve(name).map(|commit| &commit.sha[..1]), Some("c"), "{name}");
        }
        for name in ["cccccc", "", "x", "refs/tags/v1"] {
            assert_eq!(git.resolve(name), None, "{name}");
        }
    }

    #[test]
    fn files_are_as_they_were_changed_last() {
        let mut git = git();
        git.commits[3].files.push(File {
            path: "w".into(),
            previous: Some("x".into()),
            change: Change::Renamed,
            content: Some("now".into()),
            ..File::default()
        });
        let of =
            |digit: &str| git.files(&digit.repeat(40)).into_keys().collect::<Vec<_>>().join(" ");
        assert_eq!([of("b"), of("d"), of("c")], ["x y", "w y", "x z"]);
        assert_eq!(git.files(&"d".repeat(40))["w"].content.as_deref(), Some("now"));
    }

    #[test]
    fn commits_are_compared() {
        let git = git();
        let compare = |base: &str, head: &str| {
            let compared = git.compare(&base.repeat(40), &head.repeat(40)).expect("a base");
            let files = compared.files().len();
            (compared.status(), compared.ahead.len(), compared.behind, files)
        };
        assert_eq!(compare("a", "d"), ("ahead", 2, 0, 1), "y is changed twice");
        assert_eq!(compare("d", "c"), ("diverged", 1, 2, 1));
        assert_eq!(compare("d", "a"), ("behind", 0, 2, 0));
        assert_eq!(compare("c", "c"), ("identical", 0, 0, 0));
        let compared = git.compare(&"d".repeat(40), &"c".repeat(40)).expect("a base");
        assert_eq!(&compared.merge_base.sha[..1], "a");
        assert!(git.compare(&"e".repeat(40), &"c".repeat(40)).is_none());
    }
}
