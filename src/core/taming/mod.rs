//! From what the rules found to what is reported: levels of the project's own, suppressions in
//! comments, `checks.ignore` of `clodo.yml`, and the baseline.
//!
//! ```toml
//! # clodo-ignore config/unknown-key: read by our deploy script
//! release_train = "weekly"
//! ```
//!
//! Putting something aside is a promise that somebody looked at it, so all of it is accounted
//! for: a suppression without a reason does not count, one that is over or that matches nothing
//! is reported itself, and the report says how many findings were put aside.

mod baseline;
mod comments;
mod coverage;
mod remarks;
mod suppressions;

use jiff::civil::Date;

use crate::core::config::clodo_yml::{Ignore, RuleLevel, RulePattern, Settings};
use crate::core::model::{FileId, Finding, Severity, Workspace};
use crate::core::rules::{Needs, Rule};
use suppressions::Suppression;

pub use baseline::{Baseline, BaselineError};

/// The rule about what a deployment by Wrangler forgets, and one by clodo does itself: it stands in the
/// way of nothing where clodo deploys.
pub const DONE_BY_DEPLOYING: &str = "d1/pending-migrations";

/// What taming must know about a run. Nothing is called stale that the run did not look at.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// Everything that was read. Entries of `checks.ignore` are pointed at if `clodo.yml` is
    /// among the files.
    pub workspace: &'a Workspace,
    /// What the project wants.
    pub settings: &'a Settings,
    /// Every rule there is.
    pub rules: &'a [&'static Rule],
    /// Today in UTC.
    pub today: Date,
    /// Whether the rules that need the account ran.
    pub live: bool,
    /// Whether everything was looked at: not just some paths, services or environments.
    pub whole: bool,
}

/// What is to be reported.
#[derive(Clone, Debug, Default)]
pub struct Tamed {
    /// The findings that are left, and those about suppressions.
    pub findings: Vec<Finding>,
    /// How many were put aside. Findings of rules that are off are not counted: nobody asked.
    pub put_aside: usize,
}

/// Applies levels, suppressions and ignores.
pub fn tame(findings: Vec<Finding>, run: &Run<'_>) -> Tamed {
    let (suppressions, flaws) = suppressions::collect(run);
    let mut sieve = Sieve {
        run,
        suppressions: suppressions.into_iter().map(|one| (one, false)).collect(),
        ignores: run.settings.ignore.iter().map(|one| (one, false)).collect(),
        tamed: Tamed::default(),
    };
    sieve.pass(findings);
    sieve.pass(flaws);
    // What is said about suppressions can be suppressed like anything else. That comes last, so
    // a suppression of it is never called stale: see `Run::judged`.
    let remarks = sieve.remarks();
    sieve.pass(remarks);
    sieve.tamed
}

/// Suppressions and ignores, each with whether it ever matched.
struct Sieve<'a> {
    run: &'a Run<'a>,
    suppressions: Vec<(Suppression, bool)>,
    ignores: Vec<(&'a Ignore, bool)>,
    tamed: Tamed,
}

impl Sieve<'_> {
    fn pass(&mut self, findings: Vec<Finding>) {
        for mut finding in findings.into_iter().filter_map(|finding| self.run.with_level(finding)) {
            // Both are asked, because both must know that they matched.
            let suppressed = self.is_suppressed(&finding);
            let ignored = self.is_ignored(&mut finding);
            if suppressed || ignored {
                self.tamed.put_aside += 1;
            } else {
                self.tamed.findings.push(finding);
            }
        }
    }

    fn is_suppressed(&mut self, finding: &Finding) -> bool {
        let mut suppressed = false;
        for (suppression, matched) in &mut self.suppressions {
            if suppression.concerns(finding) {
                *matched = true;
                suppressed = true;
            }
        }
        suppressed
    }

    /// Takes the ignored environments from the finding. True if nothing is left of it.
    fn is_ignored(&mut self, finding: &mut Finding) -> bool {
        let path = finding.place.map(|place| &*self.run.workspace.file(place.file).path);
        let mut everywhere = false;
        let mut ignored = Vec::new();
        for (entry, matched) in &mut self.ignores {
            if !entry.concerns(finding, path) {
                continue;
            }
            *matched = true;
            match &entry.environment {
                _ if entry.is_over(self.run.today) => {}
                Some(environment) => ignored.push(environment),
                None => everywhere = true,
            }
        }
        finding.environments.retain(|environment| !ignored.contains(&environment));
        everywhere || (!ignored.is_empty() && finding.environments.is_empty())
    }

    fn remarks(&self) -> Vec<Finding> {
        let stale_suppressions = self
            .suppressions
            .iter()
            .filter(|(one, matched)| !matched && self.run.was_checked(one.place.file))
            .filter(|(one, _)| self.run.judged(one.rule))
            .map(|(one, _)| remarks::stale_suppression(self.run, one.rule, one.place));
        let ignores = self.ignores.iter().filter_map(|(entry, matched)| match matched {
            true if entry.is_over(self.run.today) => Some(remarks::expired(self.run, entry)),
            false if self.run.all_judged(&entry.rules) => {
                Some(remarks::stale_ignore(self.run, entry))
            }
            _ => None,
        });
        stale_suppressions.chain(ignores).collect()
    }
}

impl Run<'_> {
    fn rule(&self, id: &str) -> Option<&'static Rule> {
        self.rules.iter().copied().find(|rule| rule.id == id)
    }

    /// The finding at the level that the project wants; none where its rule is off.
    fn with_level(&self, mut finding: Finding) -> Option<Finding> {
        if finding.rule == DONE_BY_DEPLOYING && self.are_declared(&finding.environments) {
            finding.severity = Severity::Note;
            finding.help = Some("`clodo deploy` runs them, after a bookmark".into());
        }
        match self.settings.level(finding.rule) {
            Some(RuleLevel::Off) => return None,
            Some(RuleLevel::At(severity)) => finding.severity = severity,
            None => {}
        }
        Some(finding)
    }

    /// Whether `clodo.yml` declares environments, so that clodo deploys them.
    fn are_declared(&self, environments: &[Option<Box<str>>]) -> bool {
        let declared = |name: &Option<Box<str>>| {
            let name = name.as_deref().unwrap_or_default();
            self.settings.environments.iter().any(|one| one.wrangler == name)
        };
        !environments.is_empty() && environments.iter().all(declared)
    }

    /// Whether a rule had its say over everything, so that a suppression of it which matched
    /// nothing is stale.
    fn judged(&self, rule: &Rule) -> bool {
        self.whole
            && !remarks::RULES.contains(&rule.id)
            && self.settings.level(rule.id) != Some(RuleLevel::Off)
            && match rule.needs {
                Needs::Static => true,
                Needs::Live(_) => self.live,
                // The forge is asked in pipelines, and does not always answer.
                Needs::Forge => false,
            }
    }

    fn all_judged(&self, rules: &RulePattern) -> bool {
        self.rules.iter().filter(|rule| rules.matches(rule.id)).all(|rule| self.judged(rule))
    }

    /// Whether rules looked at this file. They do not where it cannot be parsed, or where a build
    /// tool made another configuration of it.
    fn was_checked(&self, file: FileId) -> bool {
        let services = &self.workspace.services;
        match services.iter().find(|service| service.config.file == file) {
            Some(service) => service.config.root.is_some(),
            None => !services
                .iter()
                .filter_map(|service| service.redirect.as_ref())
                .any(|redirect| redirect.user_config == Some(file)),
        }
    }
}
