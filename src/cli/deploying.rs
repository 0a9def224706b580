//! What is shown of a deployment while it goes on, phase by phase.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::console::Console;
use super::deployed::{named, seconds};
use crate::core::deployment::Course;
use crate::core::model::context::{CiContext, CiSystem};
use crate::core::model::deployment::{Progress, Step, Strategy};
use crate::core::report::gate;
use crate::core::report::log::{Log, LogStyle};
use crate::flow::deploy::News;
use crate::flow::turn::Wait;

/// Shows how a deployment goes on.
pub(super) struct Told<'a> {
    console: &'a Console,
    /// When the steps that run began.
    began: RefCell<BTreeMap<(String, Step), Instant>>,
    /// The phase of the last line.
    phase: RefCell<&'static str>,
    /// How wide the names of the services are.
    names: Cell<usize>,
    /// How long it will take, where that is known.
    takes: Cell<Option<Duration>>,
    /// Whether somebody sits there.
    asks: bool,
    /// What Wrangler prints, as this reader wants it; `None` where it is not shown.
    log: RefCell<Option<Log>>,
    style: Option<LogStyle>,
}

/// How wide the name of a phase is.
const PHASE: usize = 13;

/// How wide a line is before the time.
const LINE: usize = 64;

impl<'a> Told<'a> {
    /// In a pipeline that folds its log, Wrangler's lines are shown in groups; elsewhere they are
    /// for who wants to see more.
    pub(super) fn new(console: &'a Console, context: &CiContext) -> Self {
        let style = match context.ci.as_ref().map(|known| known.value) {
            Some(CiSystem::GithubActions) => Some(LogStyle::Github),
            Some(CiSystem::GitlabCi) => Some(LogStyle::Gitlab),
            _ if !console.verbose => None,
            _ if console.color() => Some(LogStyle::Colour),
            _ => Some(LogStyle::Plain),
        };
        let log = RefCell::new(None);
        let (began, phase, asks) = (RefCell::default(), RefCell::new(""), console.can_ask());
        let (names, takes) = (Cell::new(0), Cell::new(None));
        Self { console, began, phase, names, takes, asks, log, style }
    }

    /// Asks, where somebody sits there. In a pipeline nobody does, and the gate is what decides.
    pub(super) fn agree(&self, course: &Course) -> bool {
        if !self.asks {
            return true;
        }
        let names: Vec<&str> =
            course.waves.iter().flatten().map(|work| work.service.as_str()).collect();
        let to = named(&course.environment);
        let question = format!("Deploy {} to {to}?", names.join(", "));
        self.console.confirm(&question).unwrap_or(false)
    }

    pub(super) fn hear(&self, news: News<'_>) {
        match news {
            News::Checked(rules, took) => {
                self.line("Assess", &format!("{rules} rules, 0 errors"), Some(took));
            }
            News::Building(service) => {
                self.line("Orchestrate", &format!("building {service}, to see what changed"), None);
            }
            News::Planned(plan, course, took) => {
                self.line("Orchestrate", &format!("plan {}", plan.short_hash()), Some(took));
                let names = plan.services.iter().map(|service| service.service.as_str());
                self.names.set(names.clone().map(str::len).max().unwrap_or_default());
                self.takes.set(course.takes);
                self.planned(course);
                self.end();
                self.log.replace(self.style.map(|style| Log::new(style, names)));
            }
            News::Judged(judged) => self.line("Gate", &gate::line(judged), None),
            News::Waiting(wait) => self.line("Orchestrate", &waiting(&wait), None),
            News::Locked(key, token) => {
                self.line("Orchestrate", &format!("lock {key} (token {token})"), None);
            }
            News::Unrecorded(service, id) => self.console.note(&format!(
                "{service}: {id} serves, and is not recorded here. An old copy of the state was put \
                 back, or it was deployed from another state: what was deployed, held and good since \
                 then is not known"
            )),
            News::Left(id, what) => {
                self.line("Orchestrate", &format!("{what} {id}, which was left unfinished"), None);
            }
            News::Overtaken(service, by) => {
                let words = format!("{by} deployed {service} meanwhile: planning again");
                self.line("Orchestrate", &words, None);
            }
            News::Stays(what) => self.console.note(what),
            News::Began { service, step } => {
                self.began.borrow_mut().insert((service.to_owned(), step), Instant::now());
            }
            News::Beat(elapsed) => {
                let began = self.began.borrow();
                let mut names: Vec<&str> = began.keys().map(|(service, _)| &**service).collect();
                names.dedup();
                let left = left(elapsed, self.takes.get());
                self.console.status(&running(&names, &left));
            }
            // None of the checks is about this service.
            News::Done { step: Step::Verify, progress: Progress { healthy: None, .. }, .. } => {}
            News::Done { service, step, progress } => {
                let took = self.took(service, step);
                self.of(phase(step), service, &done(step, progress), took);
            }
            News::Failed { service, step, error } => {
                let took = self.took(service, step);
                let words = format!("{} failed: {error}", step.as_str());
                self.of(phase(step), service, &words, took);
            }
            News::WentOver { service, what } => self.console.note(&format!("{service}: {what}")),
            News::Line(service, line) => {
                self.log(|log, now| log.line(service, line.text, now));
            }
            News::Probed(outcome) => self.line("Validate", &outcome.line(), None),
            News::Missed(missed) if missed.minor => self.console.detail(&missed.to_string()),
            News::Missed(missed) => self.console.note(&missed.to_string()),
            News::Ended(ended) => self.close(&ended.service),
        }
    }

    /// Nothing more is heard.
    pub(super) fn end(&self) {
        self.console.status("");
        self.log(Log::end);
    }

    /// What Wrangler said of a service so far stands before what clodo says of it.
    fn close(&self, service: &str) {
        self.log(|log, now| log.done(service, now));
    }

    /// Prints what is to be shown now of what Wrangler says.
    fn log(&self, shown: impl FnOnce(&mut Log, u64) -> String) {
        let shown = self.log.borrow_mut().as_mut().map(|log| shown(log, now()));
        if let Some(shown) = shown.filter(|shown| !shown.is_empty()) {
            self.console.raw(&shown);
        }
    }

    fn planned(&self, course: &Course) {
        for work in course.waves.iter().flatten() {
            let (service, why) = (&work.service, &work.choice.why);
            let strategy = match work.choice.strategy {
                Strategy::Direct => "direct",
                Strategy::Staged => "staged",
                Strategy::Pages => "pages",
            };
            self.of("Orchestrate", service, &format!("{strategy}: {why}"), None);
            for caution in &work.cautions {
                self.console.note(&format!("{service}: {caution}"));
            }
        }
        for service in &course.unchanged {
            self.of("Orchestrate", service, "unchanged, not deployed", None);
        }
    }

    fn took(&self, service: &str, step: Step) -> Option<Duration> {
        let began = self.began.borrow_mut().remove(&(service.to_owned(), step));
        began.map(|began| began.elapsed())
    }

    /// A line about a service.
    fn of(&self, phase: &'static str, service: &str, words: &str, took: Option<Duration>) {
        self.close(service);
        let width = self.names.get();
        self.line(phase, &format!("{service:<width$}  {words}"), took);
    }

    fn line(&self, phase: &'static str, words: &str, took: Option<Duration>) {
        let same = self.phase.replace(phase) == phase;
        let phase = if same { "" } else { phase };
        let time = took.map(|took| format!("  {}", seconds(took))).unwrap_or_default();
        let line = format!("{phase:<PHASE$}{words:<LINE$}{time}");
        self.console.summary(&line);
    }
}

/// The last line of a terminal. Between two steps nothing runs that has a name.
fn running(names: &[&str], left: &str) -> String {
    match names {
        [] => format!("{:PHASE$}{left}", ""),
        names => format!("{:PHASE$}{}: {left}", "", names.join(", ")),
    }
}

/// How long it has gone on, and how long it still will, where that is known.
fn left(elapsed: Duration, takes: Option<Duration>) -> String {
    let whole = |time: Duration| time.as_secs_f64().round();
    let so_far = format!("{} s", whole(elapsed));
    match takes {
        None => so_far,
        Some(takes) if takes > elapsed => {
            format!("{so_far}, about {} s left", whole(takes - elapsed).max(1.0))
        }
        Some(takes) => format!("{so_far}, longer than the usual {} s", whole(takes).max(1.0)),
    }
}

/// The time, in Unix seconds.
fn now() -> u64 {
    u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or_default()
}

/// Why it waits.
pub(super) fn waiting(wait: &Wait<'_>) -> String {
    match wait {
        Wait::For(obstacles) => match (obstacles.locks.first(), obstacles.ahead.first()) {
            (Some(lock), _) => format!("waits for {}, who has the lock {}", lock.holder, lock.key),
            (None, Some(waiter)) => format!("waits behind {}", waiter.holder),
            (None, None) => "waits for the lock".to_owned(),
        },
        Wait::Quiet(quiet) => {
            format!("waits {}: the last holder of the lock did not give it back", seconds(*quiet))
        }
    }
}

fn phase(step: Step) -> &'static str {
    match step {
        Step::Verify => "Validate",
        Step::Restore | Step::Remove => "Verify",
        _ => "Execute",
    }
}

fn done(step: Step, progress: &Progress) -> String {
    let short = |id: &String| id.chars().take(8).collect::<String>();
    let version = progress.version.as_ref().map(short).unwrap_or_default();
    match step {
        Step::Stub => "made empty, for others to be bound to".to_owned(),
        Step::Bookmark => {
            let bookmarks: Vec<&str> = progress.bookmarks.values().map(String::as_str).collect();
            format!("bookmark {}", bookmarks.join(", "))
        }
        Step::Migrate => {
            let count = progress.migrations.values().map(Vec::len).sum::<usize>();
            format!("{count} {} run", if count == 1 { "migration" } else { "migrations" })
        }
        Step::Upload => format!("uploaded {version}"),
        Step::Promote => "promoted to 100 %".to_owned(),
        Step::Deploy if version.is_empty() => "deployed".to_owned(),
        Step::Deploy => format!("deployed {version}"),
        Step::Triggers => "routes, domains, crons set".to_owned(),
        Step::Settings => "settings set".to_owned(),
        Step::Verify => "verified".to_owned(),
        Step::Restore => "what served before serves again".to_owned(),
        Step::Remove => "the empty Worker is deleted again".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_is_named_where_it_has_a_name() {
        assert_eq!(running(&["api", "web"], "3 s"), "             api, web: 3 s");
        assert_eq!(running(&[], "3 s"), "             3 s");
    }

    #[test]
    fn what_is_left_is_told_where_it_is_known() {
        let said = |elapsed, takes: Option<u64>| {
            left(Duration::from_millis(elapsed), takes.map(Duration::from_millis))
        };
        assert_eq!(said(3_010, None), "3 s");
        assert_eq!(said(3_010, Some(7_400)), "3 s, about 4 s left");
        assert_eq!(said(7_010, Some(7_100)), "7 s, about 1 s left");
        assert_eq!(said(9_000, Some(7_400)), "9 s, longer than the usual 7 s");
    }
}
