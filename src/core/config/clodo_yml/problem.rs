//! What is wrong in a `clodo.yml`.

use std::fmt;

use crate::core::config::SyntaxError;
use crate::core::config::shape::Mismatch;
use crate::core::model::{FileId, Finding, Place, Severity, Span, Value, WranglerSays};

/// The rule under whose name the problems are shown. They are never mere findings: clodo stops
/// with them, because it would not know what is asked of it.
pub const RULE: &str = "config/clodo-yml";

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub span: Span,
    /// The key, `checks.ignore[0].until`.
    pub path: String,
    /// The fact.
    pub message: String,
    /// What to write beside the place.
    pub label: Option<String>,
    /// How to put it right.
    pub help: Option<String>,
}

/// Everything that is wrong in one file, in the order of the file. Never empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Problems {
    /// The file's path.
    pub file: String,
    /// The problems.
    pub list: Vec<Problem>,
}

impl Problems {
    pub(super) fn new(file: &str, mut list: Vec<Problem>) -> Self {
        list.sort_by_key(|problem| problem.span.start);
        Self { file: file.to_owned(), list }
    }

    /// The problems as findings, so that they look like all others. `file` is the id under which
    /// the file is known to the one who shows them.
    pub fn findings(&self, file: FileId) -> Vec<Finding> {
        self.list.iter().map(|problem| problem.finding(file)).collect()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(first) = self.list.first() {
            write!(f, ": {}", first.message)?;
        }
        match self.list.len() {
            0 | 1 => Ok(()),
            2 => f.write_str(", and 1 more problem"),
            more => write!(f, ", and {} more problems", more - 1),
        }
    }
}

impl Problem {
    /// The file as a whole is something else than keys and their values.
    pub(super) fn no_table(root: &Value) -> Self {
        Self {
            span: root.span,
            path: String::new(),
            message: format!("the file must be a table, not {}", root.describe()),
            label: None,
            help: Some("write keys and values, such as `version: 1`".into()),
        }
    }

    fn finding(&self, file: FileId) -> Finding {
        let place = Some(Place { file, span: self.span });
        Finding {
            message: self.message.clone(),
            label: self.label.clone(),
            help: self.help.clone().map(Into::into),
            path: self.path.clone(),
            ..Finding::new(RULE, Severity::Error, WranglerSays::Silent, place)
        }
    }
}

impl From<Mismatch> for Problem {
    fn from(mismatch: Mismatch) -> Self {
        let Mismatch { rule: _, span, path, message, label, help, wrangler: _, repair: _ } =
            mismatch;
        Self { span, path, message, label, help }
    }
}

impl From<SyntaxError> for Problem {
    fn from(error: SyntaxError) -> Self {
        Self {
            span: error.span,
            path: String::new(),
            message: format!("the file cannot be parsed: {}", error.message),
            label: None,
            help: None,
        }
    }
}
