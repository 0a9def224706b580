//! One file per rule, a folder per family.
//!
//! A rule is a static: what it is called, how bad it is, what Wrangler does about it, the page
//! that explains it (the module's own documentation) and a function. `build.rs` lists the folder,
//! so a new rule is one new file. Rules are pure: they see what was read, and return findings.

mod access;
mod addresses;
mod asset_rules;
mod blind_spots;
mod dropped;
mod engine;
mod findings;
mod live;
mod page;
mod pages_projects;
mod resources;

use std::fmt;

pub use blind_spots::{BlindSpot, blind_spots};
pub use engine::{Context, ServiceContext, check_service, check_workspace};
pub use findings::{Draft, Findings};
pub use live::Deployed;
pub use page::Page;

use crate::core::model::account::Part;
use crate::core::model::{Severity, WranglerSays};

include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// A rule.
pub struct Rule {
    /// `family/what-is-wrong`.
    pub id: &'static str,
    /// How bad it is, unless the project says otherwise.
    pub severity: Severity,
    /// What Wrangler itself does about it, unless the finding says otherwise.
    pub wrangler: WranglerSays,
    /// The version of clodo that brought it.
    pub since: &'static str,
    /// What it must know.
    pub needs: Needs,
    /// The ids of the catalogue of deployment mistakes that it covers; empty where it is about
    /// the form of the configuration alone.
    pub catalogue: &'static [&'static str],
    /// The source file, whose module documentation is the rule's page.
    pub page: &'static str,
    /// The check.
    pub check: Check,
}

/// What a rule must know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// The files alone.
    Static,
    /// These parts of the account as well. A rule whose parts could not all be seen still runs, and
    /// says what it can tell from the others.
    Live(&'static [Part]),
    /// How the forge protects the environments that pipelines deploy to.
    Forge,
}

impl Needs {
    /// `static`, `live` or `forge`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Static => "static",
            Self::Live(_) => "live",
            Self::Forge => "forge",
        }
    }
}

/// How far a rule looks.
#[derive(Clone, Copy)]
pub enum Check {
    /// At one service.
    Service(fn(&ServiceContext<'_>, &mut Findings<'_>)),
    /// At the whole repository.
    Workspace(fn(&Context<'_>, &mut Findings<'_>)),
    /// The rule has no check of its own: the comparison of a configuration with the key table
    /// ([`crate::core::config::wrangler::mismatches`]) reports under its id.
    Shape,
    /// The rule has no check of its own: the run itself reports under its id (a file that cannot
    /// be parsed, a suppression that no longer matches).
    Run,
}

impl Rule {
    /// The rule's page.
    pub fn page(&self) -> Page<'static> {
        Page::of(self.page)
    }

    /// The part of the id before the slash.
    pub fn family(&self) -> &'static str {
        self.id.split_once('/').map_or(self.id, |(family, _)| family)
    }

    /// Where the page is published.
    pub fn url(&self) -> String {
        format!("{DOCS}/{}.md", self.id)
    }
}

/// Where the pages of the rules are published.
pub const DOCS: &str = "https://github.com/tamyla/clodo-orchestration/blob/main/docs/rules";

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rule").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The rule of an id.
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.id == id)
}
