//! What a rule found.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Edit, FileId, Span};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Wrangler or the API will refuse it, or harm is certain.
    Error,
    /// Harm is likely.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// `error`, `warning` or `note`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// What Wrangler itself does about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WranglerSays {
    /// It stops before any upload.
    Rejects,
    /// It reads the configuration, and it or the API fails later: when it bundles, uploads or sets
    /// up what follows.
    Fails,
    /// It prints a warning and goes on.
    Warns,
    /// It says nothing.
    Silent,
}

impl WranglerSays {
    /// The word used in the JSON contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rejects => "rejects",
            Self::Fails => "fails",
            Self::Warns => "warns",
            Self::Silent => "silent",
        }
    }
}

/// What a finding rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Evidence {
    /// The files alone.
    #[default]
    Static,
    /// What the account said.
    Live,
}

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// The bytes.
    pub span: Span,
}

/// A mechanical repair, described in words.
pub type Fix = Cow<'static, str>;

/// Something that a rule found. Plain data: every output format is a rendering of it.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule's id, `family/what-is-wrong`.
    pub rule: &'static str,
    /// How bad it is, after the project's own settings.
    pub severity: Severity,
    /// What Wrangler itself does about it.
    pub wrangler: WranglerSays,
    /// The fact, in one short sentence.
    pub message: String,
    /// What to write beside the marked place.
    pub label: Option<String>,
    /// Why it matters.
    pub why: Option<Cow<'static, str>>,
    /// The edit or command that closes it.
    pub help: Option<Fix>,
    /// The service it concerns, if it is one.
    pub service: Option<Box<str>>,
    /// The environments it concerns; `None` is the top level. Empty where the finding is not
    /// about environments.
    pub environments: Vec<Option<Box<str>>>,
    /// The configuration key, as Wrangler names it: `env.staging.kv_namespaces[0].id`.
    pub path: String,
    /// Where it stands.
    pub place: Option<Place>,
    /// Other places that explain it, each with a few words.
    pub related: Vec<(Place, String)>,
    /// What it rests on.
    pub evidence: Evidence,
    /// The edits that repair it, where `clodo fix` may make them.
    pub repair: Vec<Edit>,
}

impl Finding {
    /// A finding in no service and no environment in particular, with the fact still to say.
    pub fn new(
        rule: &'static str,
        severity: Severity,
        wrangler: WranglerSays,
        place: Option<Place>,
    ) -> Self {
        Self {
            rule,
            severity,
            wrangler,
            message: String::new(),
            label: None,
            why: None,
            help: None,
            service: None,
            environments: Vec::new(),
            path: String::new(),
            place,
            related: Vec::new(),
            evidence: Evidence::Static,
            repair: Vec::new(),
        }
    }

    /// Whether two findings say the same thing about the same place, so that a person needs to
    /// read only one of them.
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.rule == other.rule
            && self.place == other.place
            && self.message == other.message
            && self.path == other.path
            && self.service == other.service
    }
}
