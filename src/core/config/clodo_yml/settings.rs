//! What a `clodo.yml` says, typed.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::keys::date;
use super::services::of_checks;
use super::{EnvironmentSettings, NamedService, PathGlob, Problem, Problems, RulePattern};
use crate::core::config::shape::{closest, join};
use crate::core::model::{Finding, Object, Report, Severity, Span, Value};

/// What the project wants. The default is what counts where there is no `clodo.yml`.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The path of the file; empty where there is none.
    pub file: String,
    /// Which services belong to the project: patterns for their folders.
    pub services: Vec<String>,
    /// Which Workers other repositories deploy: patterns for their names. `None` where the
    /// project does not say.
    pub external_workers: Option<Vec<PathGlob>>,
    /// Where history and locks are kept. `None` where the project does not say.
    pub state: Option<StateSetting>,
    /// From which severity on a check fails.
    pub fail_level: FailLevel,
    /// Levels of rules, in the order of the file: see [`Settings::level`].
    pub rules: Vec<RuleSetting>,
    /// Findings to put aside.
    pub ignore: Vec<Ignore>,
    /// The path of the baseline.
    pub baseline: Option<String>,
    /// The environments, in the order of the file.
    pub environments: Vec<EnvironmentSettings>,
    /// The services that their checks name.
    pub named_services: Vec<NamedService>,
}

/// Where history and locks are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StateSetting {
    /// In a file of SQLite: its path, relative to the `clodo.yml`.
    Sqlite(String),
    /// In a database of D1: its name.
    D1(String),
}

/// From which severity on a check fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailLevel {
    /// At errors.
    #[default]
    Error,
    /// At warnings and errors.
    Warning,
    /// Never.
    Never,
}

impl FailLevel {
    /// The words by which the levels are chosen.
    pub const WORDS: [(&'static str, Self); 3] =
        [("error", Self::Error), ("warning", Self::Warning), ("never", Self::Never)];

    /// Whether a report makes the check fail.
    pub fn fails(self, report: &Report) -> bool {
        report.findings.iter().any(|finding| self.is_reached_by(finding.severity))
    }

    /// Whether a finding of this severity makes the check fail.
    pub fn is_reached_by(self, severity: Severity) -> bool {
        match self {
            Self::Error => severity == Severity::Error,
            Self::Warning => matches!(severity, Severity::Error | Severity::Warning),
            Self::Never => false,
        }
    }
}

/// How bad the findings of some rules are for this project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleSetting {
    /// Which rules.
    pub rules: RulePattern,
    /// How bad.
    pub level: RuleLevel,
    /// Where it says so.
    pub span: Span,
}

/// How bad the findings of a rule are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleLevel {
    /// As bad as this, whatever the rule says.
    At(Severity),
    /// They are dropped.
    Off,
}

/// An entry of `checks.ignore`: findings to put aside.
#[derive(Clone, Debug)]
pub struct Ignore {
    /// Which rules.
    pub rules: RulePattern,
    /// Only findings in these files.
    pub path: Option<PathGlob>,
    /// Only findings about this service.
    pub service: Option<Box<str>>,
    /// Only for this environment; `Some(None)` is the top level.
    pub environment: Option<Option<Box<str>>>,
    /// Why.
    pub reason: Box<str>,
    /// The last day on which it counts.
    pub until: Option<Date>,
    /// The key of the entry: `checks.ignore[0]`.
    pub key: String,
    /// Where it names its rules.
    pub span: Span,
}

impl Ignore {
    /// Whether it speaks of this finding, which stands in the file `path`. A finding that is
    /// about no file, service or environment is not meant by an entry that names one.
    pub fn concerns(&self, finding: &Finding, path: Option<&str>) -> bool {
        let in_path =
            self.path.as_ref().is_none_or(|glob| path.is_some_and(|path| glob.covers(path)));
        let in_service = self.service.is_none() || self.service == finding.service;
        let in_environment =
            self.environment.as_ref().is_none_or(|one| finding.environments.contains(one));
        self.rules.matches(finding.rule) && in_path && in_service && in_environment
    }

    /// Whether its time is over.
    pub fn is_over(&self, today: Date) -> bool {
        self.until.is_some_and(|until| until < today)
    }
}

impl Settings {
    /// Reads a tree that has the shape of the table in `keys.rs`.
    pub(super) fn of(file: &str, root: &Value) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let checks = root.get("checks");
        let check = |key| checks?.get(key);
        let environments = root.get("environments").map(Value::entries).unwrap_or_default();
        let settings = Self {
            file: file.to_owned(),
            services: texts(root.get("services")).map(str::to_owned).collect(),
            external_workers: root
                .get("external-workers")
                .map(|names| texts(Some(names)).filter_map(|name| PathGlob::new(name).ok()))
                .map(Iterator::collect),
            state: root.get("state").and_then(state),
            fail_level: check("fail-level").map_or_else(FailLevel::default, fail_level),
            rules: rules(check("rules"), &mut problems),
            ignore: check("ignore")
                .into_iter()
                .flat_map(Value::items)
                .enumerate()
                .filter_map(|(index, entry)| ignore(index, entry.as_object()?))
                .collect(),
            baseline: check("baseline").and_then(Value::as_str).map(str::to_owned),
            environments: environments
                .iter()
                .map(|entry| EnvironmentSettings::of(&entry.key, &entry.value, &mut problems))
                .collect(),
            named_services: environments
                .iter()
                .flat_map(|entry| of_checks(&entry.key, &entry.value))
                .collect(),
        };
        if problems.is_empty() { Ok(settings) } else { Err(problems) }
    }

    /// The level that the project gives a rule, if it gives one. An id counts more than a family,
    /// and the later of two that are alike (JSON allows a key twice).
    pub fn level(&self, rule: &str) -> Option<RuleLevel> {
        let by_id = |setting: &&RuleSetting| matches!(setting.rules, RulePattern::Rule(_));
        let mut matching = self.rules.iter().rev().filter(|one| one.rules.matches(rule));
        let found = matching.clone().find(by_id).or_else(|| matching.next());
        found.map(|setting| setting.level)
    }

    /// What is said of an environment, if it is declared.
    pub fn environment(&self, name: &str) -> Option<&EnvironmentSettings> {
        self.environments.iter().find(|environment| environment.name == name)
    }

    /// The name of the D1 database where history and locks are kept, if they are in one.
    pub fn state_database(&self) -> Option<&str> {
        match &self.state {
            Some(StateSetting::D1(name)) => Some(name),
            _ => None,
        }
    }

    /// Those of the rules that the project switched off.
    pub fn off<'r>(&self, rules: impl IntoIterator<Item = &'r str>) -> BTreeSet<String> {
        let is_off = |rule: &&str| self.level(rule) == Some(RuleLevel::Off);
        rules.into_iter().filter(is_off).map(str::to_owned).collect()
    }

    /// Whether every rule that is named exists, `known` being the ids of those that do.
    pub fn check_rules(&self, known: &[&str]) -> Result<(), Problems> {
        let levels = self.rules.iter().map(|one| ("checks.rules".to_owned(), &one.rules, one.span));
        let ignores = self.ignore.iter().map(|one| (join(&one.key, "rule"), &one.rules, one.span));
        let problems: Vec<Problem> = levels
            .chain(ignores)
            .filter(|(_, pattern, _)| !known.iter().any(|id| pattern.matches(id)))
            .map(|(path, pattern, span)| unknown_rule(path, pattern, span, known))
            .collect();
        if problems.is_empty() { Ok(()) } else { Err(Problems::new(&self.file, problems)) }
    }
}

fn unknown_rule(path: String, pattern: &RulePattern, span: Span, known: &[&str]) -> Problem {
    let family = |id: &&str| id.split_once('/').map(|(family, _)| format!("{family}/*"));
    let (what, candidates): (_, Vec<String>) = match pattern {
        RulePattern::Rule(_) => ("a rule", known.iter().map(|id| (*id).to_owned()).collect()),
        RulePattern::Family(_) => ("a family of rules", known.iter().filter_map(family).collect()),
    };
    let meant = closest(&pattern.to_string(), candidates.iter().map(String::as_str));
    Problem {
        span,
        path,
        message: format!("`{pattern}` is not {what}"),
        label: meant.map(|meant| format!("did you mean `{meant}`?")),
        help: Some(match meant {
            Some(meant) => format!("write `{meant}`"),
            None => "`clodo rules` lists the rules".to_owned(),
        }),
    }
}

fn texts(value: Option<&Value>) -> impl Iterator<Item = &str> {
    value.map(Value::items).unwrap_or_default().iter().filter_map(Value::as_str)
}

fn state(value: &Value) -> Option<StateSetting> {
    let text = |key| value.get(key).and_then(Value::as_str).map(str::to_owned);
    text("d1").map(StateSetting::D1).or_else(|| text("sqlite").map(StateSetting::Sqlite))
}

fn fail_level(value: &Value) -> FailLevel {
    let word = value.as_str().unwrap_or_default();
    let found = FailLevel::WORDS.iter().find(|(known, _)| *known == word);
    found.map_or_else(FailLevel::default, |(_, level)| *level)
}

fn rules(value: Option<&Value>, problems: &mut Vec<Problem>) -> Vec<RuleSetting> {
    let mut found = Vec::new();
    for entry in value.map(Value::entries).unwrap_or_default() {
        let level = match entry.value.as_str() {
            Some("error") => RuleLevel::At(Severity::Error),
            Some("warning") => RuleLevel::At(Severity::Warning),
            Some("note") => RuleLevel::At(Severity::Note),
            _ => RuleLevel::Off,
        };
        match RulePattern::parse(&entry.key) {
            Some(rules) => found.push(RuleSetting { rules, level, span: entry.key_span }),
            None => problems.push(Problem {
                span: entry.key_span,
                path: join("checks.rules", &entry.key),
                message: format!("`{}` is neither a rule's id nor a family", entry.key),
                label: Some("expected `family/rule` or `family/*`".into()),
                help: Some("`clodo rules` lists the rules".into()),
            }),
        }
    }
    found
}

fn ignore(index: usize, entry: &Object) -> Option<Ignore> {
    let rule = entry.entry("rule")?;
    let text = |key| entry.get(key).and_then(Value::as_str);
    Some(Ignore {
        rules: RulePattern::parse(rule.value.as_str()?)?,
        path: text("path").and_then(|pattern| PathGlob::new(pattern).ok()),
        service: text("service").map(Into::into),
        environment: text("environment").map(|name| (!name.is_empty()).then(|| name.into())),
        reason: text("reason").unwrap_or_default().into(),
        until: entry.get("until").and_then(date),
        key: format!("checks.ignore[{index}]"),
        span: rule.key_span.to(rule.value.span),
    })
}
