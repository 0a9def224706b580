//! A run's result: what every output format renders.

use std::borrow::Cow;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::path::join;
use super::{DeliveryReport, Finding, GateReport, PreviewReport, Severity, Source};

/// The result of a check. Renderers see this and nothing else.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The name of the root folder.
    pub name: String,
    /// The path of the root folder in its git repository: see [`Report::in_repository`].
    pub prefix: String,
    /// The files that findings point into, by [`super::FileId`].
    pub files: Vec<Source>,
    /// What was found, in the order of [`Report::sort`]. Each finding stands here once, with all
    /// the environments it concerns.
    pub findings: Vec<Finding>,
    /// The services that were checked.
    pub services: Vec<ServiceReport>,
    /// What is missing for a deployment, by environment.
    pub gaps: Vec<Gap>,
    /// What was looked at.
    pub coverage: Coverage,
    /// How many findings were put aside by a suppression, an ignore or the baseline.
    pub put_aside: usize,
    /// What deployments would change, for those who read the report on a pull request.
    pub plans: Vec<PlanReport>,
    /// What gates say of a pull request.
    pub gates: Vec<GateReport>,
    /// The previews of a pull request.
    pub previews: Vec<PreviewReport>,
    /// What became of the environments that this run deploys, in their order.
    pub deliveries: Vec<DeliveryReport>,
}

/// What the deployment of an environment would change, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanReport {
    /// Whether something changes, or may.
    pub changes: bool,
    /// In one line: the hash, the environment, the services.
    pub summary: String,
    /// The whole, as Markdown.
    pub markdown: String,
    /// The whole, for programs: `clodo.plan/1`.
    pub data: Value,
}

/// A service in a report.
#[derive(Clone, Debug)]
pub struct ServiceReport {
    /// Its name.
    pub name: String,
    /// Its configuration's path.
    pub config: String,
    /// The top level and its environments, the top level first. Empty where the configuration
    /// could not be parsed.
    pub environments: Vec<EnvironmentReport>,
}

/// An environment in a report.
#[derive(Clone, Debug)]
pub struct EnvironmentReport {
    /// Its name; `None` is the top level.
    pub name: Option<String>,
    /// The name of the Worker or Pages project it deploys.
    pub worker: Option<String>,
    /// Its bindings.
    pub bindings: Vec<BindingReport>,
}

/// A binding in a report.
#[derive(Clone, Debug)]
pub struct BindingReport {
    /// Wrangler's configuration key.
    pub kind: &'static str,
    /// The name by which code reaches it.
    pub binding: String,
    /// What it is bound to.
    pub id: Option<String>,
}

/// Something that a deployment needs and that is not there.
#[derive(Clone, Debug)]
pub struct Gap {
    /// Of which service.
    pub service: String,
    /// What: `d1_databases:DB`.
    pub capability: String,
    /// Where; `None` is the top level.
    pub environment: Option<String>,
    /// `present`, `missing` or `unknown`.
    pub state: &'static str,
    /// The command or link that closes it.
    pub close: String,
}

/// What was looked at.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// How many rules ran.
    pub rules: usize,
    /// Whether the account was looked at as well.
    pub live: bool,
    /// Whether nobody looked at it for lack of an API token.
    pub lacks_token: bool,
    /// What is to be said of that; not known of a report that another run saved.
    pub sight: Option<Sight>,
    /// How many services were left out because the change does not concern them.
    pub unaffected: usize,
    /// How many environments the services have, each counted once by name, the top level too.
    pub environments: usize,
}

/// How the accounts were seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    /// Their names, or ids where the names are not known.
    pub accounts: Vec<String>,
    /// When they were looked at.
    pub taken_at: Timestamp,
    /// How long before the report that was.
    pub age: Duration,
    /// Whether somebody saved the picture, so that it can be old.
    pub saved: bool,
    /// What could not be seen.
    pub unknown: Vec<Unknown>,
}

impl Sight {
    /// Whether so much may have changed since that the picture says little: after a day.
    pub fn is_old(&self) -> bool {
        self.saved && self.age > Duration::from_secs(24 * 3600)
    }
}

/// Something of an account that could not be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The account, by its name or id.
    pub account: String,
    /// What could not be seen, and why.
    pub message: String,
    /// The permission group that opens it, where the token may not look.
    pub permission: Option<String>,
    /// What it costs, in words.
    pub cost: Option<String>,
    /// The rules that may be silent for it.
    pub rules: Vec<&'static str>,
    /// What lets the token look.
    pub fix: Option<String>,
    /// What else is worth knowing.
    pub note: Option<String>,
}

/// How many of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Notes.
    pub notes: usize,
}

impl Summary {
    /// Counts one more.
    pub fn add(&mut self, severity: Severity) {
        match severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Note => self.notes += 1,
        }
    }
}

impl Report {
    /// Puts the findings in the order in which people read them: by file, by place; findings
    /// without a place first.
    pub fn sort(&mut self) {
        let files = &self.files;
        self.findings.sort_by(|a, b| {
            let key = |finding: &Finding| {
                let place = finding.place;
                let path = place.map(|place| files[place.file.0 as usize].path.as_str());
                (path, place.map(|place| place.span.start))
            };
            key(a)
                .cmp(&key(b))
                .then(a.severity.cmp(&b.severity))
                .then(a.rule.cmp(b.rule))
                .then_with(|| a.path.cmp(&b.path))
        });
    }

    /// The report with all paths counted from the root of the git repository, as those expect who
    /// show findings beside its files.
    pub fn in_repository(&self) -> Cow<'_, Self> {
        if self.prefix.is_empty() {
            return Cow::Borrowed(self);
        }
        let mut report = self.clone();
        let files = report.files.iter_mut().map(|file| &mut file.path);
        let configs = report.services.iter_mut().map(|service| &mut service.config);
        files.chain(configs).for_each(|path| *path = join(&self.prefix, path));
        // From here on nothing lies above it, so that nobody counts it twice.
        report.prefix.clear();
        Cow::Owned(report)
    }

    /// Counts the findings, each once however many environments it concerns.
    pub fn summary(&self) -> Summary {
        let count = |severity| self.findings.iter().filter(|f| f.severity == severity).count();
        Summary {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
        }
    }

    /// The file that a finding points into.
    pub fn file_of(&self, finding: &Finding) -> Option<&Source> {
        finding.place.and_then(|place| self.files.get(place.file.0 as usize))
    }

    /// A fingerprint per finding, in their order: the same in every run as long as the finding is
    /// the same, wherever its line moves to, and never twice in one report.
    ///
    /// It is made of the rule, the file, the configuration key and the message; a finding that
    /// says just the same as an earlier one gets its number among them.
    pub fn fingerprints(&self) -> Vec<String> {
        let mut seen = std::collections::HashMap::new();
        self.findings
            .iter()
            .map(|finding| {
                let path = self.file_of(finding).map_or("", |file| file.path.as_str());
                let base = [finding.rule, path, &finding.path, &finding.message].join("\0");
                let count: &mut u32 = seen.entry(base.clone()).or_default();
                *count += 1;
                let low = fnv1a(base.as_bytes(), u64::from(*count));
                let high = fnv1a(base.as_bytes(), low);
                format!("{high:016x}{low:016x}")
            })
            .collect()
    }
}

/// FNV-1a, 64 bits, over `seed` and `bytes`. A fingerprint needs no secrecy, and this one will
/// never change under us, as the standard library's hashers may.
fn fnv1a(bytes: &[u8], seed: u64) -> u64 {
    let prime = 0x0000_0100_0000_01b3_u64;
    seed.to_le_bytes()
        .iter()
        .chain(bytes)
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(prime))
}
