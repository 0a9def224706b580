//! The step of a GitHub Actions job: what its inputs say, and where its outputs go. Forgejo and
//! Gitea have the same runner.
//!
//! A container action gets each input as a variable `INPUT_NAME`: in capitals, with its dashes
//! (<https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax#inputs>).
//! Outputs and the summary are files that later steps and people read, named by variables
//! (<https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>).

use std::collections::hash_map::RandomState;
use std::fs::OpenOptions;
use std::hash::{BuildHasher as _, Hasher as _};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// A step of a job.
#[derive(Clone, Copy)]
pub struct Step<'a> {
    variable: &'a dyn Fn(&str) -> Option<String>,
}

/// An input with a value that it cannot have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the input {name} is {expected}, not {given:?}")]
pub struct BadInput {
    /// Its name.
    pub name: &'static str,
    /// What it can be.
    pub expected: &'static str,
    /// What was given.
    pub given: String,
}

impl<'a> Step<'a> {
    /// The step of these variables; `None` where no such runner runs it.
    pub fn of(variable: &'a dyn Fn(&str) -> Option<String>) -> Option<Self> {
        (variable("GITHUB_ACTIONS")? == "true").then_some(Self { variable })
    }

    /// What an input says. An input that was left out is empty.
    pub fn input(&self, name: &'static str) -> Option<String> {
        let text = (self.variable)(&format!("INPUT_{}", name.to_uppercase()))?;
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The items of an input, one a line; what follows `#` at the start of a line is a comment.
    pub fn list(&self, name: &'static str) -> Vec<String> {
        let text = self.input(name).unwrap_or_default();
        let lines = text.lines().map(str::trim);
        lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
    }

    /// Whether an input is `true`.
    ///
    /// # Errors
    /// Where it is neither `true` nor `false`: `yes` may mean either to whoever reads it.
    pub fn flag(&self, name: &'static str) -> Result<bool, BadInput> {
        match self.input(name).as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(given) => {
                Err(BadInput { name, expected: "true or false", given: given.to_owned() })
            }
        }
    }

    /// Hands outputs to the steps that follow.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn set_outputs(&self, outputs: &[(&str, String)]) -> io::Result<()> {
        let text: String = outputs.iter().map(|(name, value)| assignment(name, value)).collect();
        self.append("GITHUB_OUTPUT", &text)
    }

    /// Adds Markdown to the summary of the job. The runner takes 1 MiB of a step.
    ///
    /// # Errors
    /// Where the file cannot be written.
    pub fn add_summary(&self, markdown: &str) -> io::Result<()> {
        self.append("GITHUB_STEP_SUMMARY", &format!("{}\n", markdown.trim_end()))
    }

    fn append(&self, variable: &str, text: &str) -> io::Result<()> {
        let Some(path) = (self.variable)(variable).filter(|path| !path.is_empty()) else {
            return Ok(());
        };
        OpenOptions::new().append(true).create(true).open(path)?.write_all(text.as_bytes())
    }

    /// Where the repository lies.
    pub fn workspace(&self) -> Option<PathBuf> {
        let path = (self.variable)("GITHUB_WORKSPACE").filter(|path| !path.is_empty())?;
        Some(PathBuf::from(path))
    }

    /// Gives a file that was written in the workspace to the workspace's owner. A container runs as
    /// root, and on a runner of one's own the next checkout could not remove what root left there.
    pub fn give_to_owner(&self, path: &Path) {
        #[cfg(unix)]
        if let Some(workspace) = self.workspace() {
            // Where it cannot be given away, it was not root's.
            let _ = give(&workspace, path);
        }
    }
}

/// Gives a file, and the folders above it that are new, to the owner of a folder it lies in.
#[cfg(unix)]
fn give(workspace: &Path, path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, lchown};

    let owner = std::fs::metadata(workspace)?;
    for path in
        path.ancestors().take_while(|path| *path != workspace && path.starts_with(workspace))
    {
        if std::fs::symlink_metadata(path)?.uid() != owner.uid() {
            lchown(path, Some(owner.uid()), Some(owner.gid()))?;
        }
    }
    Ok(())
}

/// `name<<DELIMITER`, the value, and the delimiter. It is random, so that no value can hold it and
/// set another output.
fn assignment(name: &str, value: &str) -> String {
    let delimiter = loop {
        // Seeded by the system's own randomness.
        let random = || RandomState::new().build_hasher().finish();
        let delimiter = format!("clodo_{:016x}{:016x}", random(), random());
        if !value.contains(&delimiter) {
            break delimiter;
        }
    };
    format!("{name}<<{delimiter}\n{value}\n{delimiter}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_read_as_the_runner_writes_them() {
        let variable = |name: &str| {
            let value = match name {
                "GITHUB_ACTIONS" | "INPUT_CHANGED" => "true",
                "INPUT_FAIL-LEVEL" => " warning\n",
                "INPUT_PATHS" => "apps/api\n\n  # not now: apps/old\n apps/web \n",
                "INPUT_REPORT-REQUIRED" => "yes",
                "INPUT_CONFIG" => "",
                _ => return None,
            };
            Some(value.to_owned())
        };
        let step = Step::of(&variable).expect("a step");
        assert_eq!(step.input("fail-level").as_deref(), Some("warning"));
        assert_eq!(step.input("config"), None);
        assert_eq!(step.list("paths"), ["apps/api", "apps/web"]);
        assert_eq!(step.list("environment"), [""; 0]);
        assert_eq!((step.flag("changed"), step.flag("comment")), (Ok(true), Ok(false)));
        assert!(step.flag("report-required").is_err_and(|bad| bad.given == "yes"));
        assert!(Step::of(&|_| None).is_none());
        assert!(Step::of(&|name| (name == "GITHUB_ACTIONS").then(|| "false".into())).is_none());
    }

    #[test]
    fn a_value_cannot_end_itself() {
        let text = assignment("result", "a\nclodo_0\nb<<x\n");
        let (head, rest) = text.split_once('\n').expect("a line");
        let delimiter = head.strip_prefix("result<<").expect("a delimiter");
        assert_eq!(rest, format!("a\nclodo_0\nb<<x\n\n{delimiter}\n"));
        assert_ne!(assignment("a", ""), assignment("a", ""));
    }
}
