//! Health checks: each is tried until it is well or its time is over, all at the same time.

use std::path::Path;
use std::time::Instant;

use futures_util::future::join_all;

use crate::core::conceal::conceal;
use crate::core::secrets;
use crate::core::verify::address::destination;
use crate::core::verify::variables::{filled, permitted};
use crate::core::verify::{Asked, Command, HealthCheck, Outcome, Probe, judge};
use crate::world::probe::{self, Prober};

/// What the checks of an environment need.
pub struct Checker<'a> {
    /// What sends their requests.
    pub prober: &'a Prober,
    /// The checks.
    pub checks: &'a [HealthCheck],
    /// Where their commands run.
    pub folder: &'a Path,
    /// The environment, as people name it.
    pub environment: &'a str,
    /// The variables of our own environment, for their headers.
    pub variable: &'a (dyn Fn(&str) -> Option<String> + Sync),
}

/// A service that is checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// The service.
    pub service: String,
    /// Its Worker.
    pub worker: String,
    /// The patterns of its addresses: [`crate::core::verify::address::addresses`].
    pub addresses: Vec<String>,
    /// The version that must answer, where it is known.
    pub version: Option<String>,
    /// Whether the version has no share of the requests yet, and is asked by version override.
    pub staged: bool,
}

/// One check of one service.
struct Task<'a> {
    check: &'a HealthCheck,
    subject: Option<&'a Subject>,
}

/// Makes the checks. What is not about a service in particular is made once.
pub async fn health(checker: &Checker<'_>, subjects: &[Subject]) -> Vec<Outcome> {
    let tasks = checker.checks.iter().flat_map(|check| tasks(check, subjects));
    join_all(tasks.map(|task| checker.persist(task))).await
}

/// A path without a service is asked of every service that has an address.
fn tasks<'a>(check: &'a HealthCheck, subjects: &'a [Subject]) -> Vec<Task<'a>> {
    let of = |subject| Task { check, subject };
    let is_path = matches!(&check.probe, Probe::Request(asked) if asked.url.starts_with('/'));
    match &check.service {
        // What is not part of this deployment is not checked by it.
        Some(name) => {
            subjects.iter().filter(|one| one.service == *name).map(|one| of(Some(one))).collect()
        }
        None if is_path => {
            let with = subjects.iter().filter(|one| !one.addresses.is_empty());
            let with: Vec<_> = with.map(|one| of(Some(one))).collect();
            match (with.is_empty(), subjects.first()) {
                (true, Some(first)) => vec![of(Some(first))],
                _ => with,
            }
        }
        None if subjects.is_empty() => Vec::new(),
        None => vec![of(None)],
    }
}

impl Checker<'_> {
    /// Makes a check until it is well, or its repetitions or its time are used up.
    async fn persist(&self, Task { check, subject }: Task<'_>) -> Outcome {
        let started = Instant::now();
        let mut attempts = 0;
        loop {
            let left = check.deadline.saturating_sub(started.elapsed());
            let began = Instant::now();
            let attempt = tokio::time::timeout(left, self.attempt(check, subject)).await;
            attempts += 1;
            let mut outcome = attempt.unwrap_or_else(|_| Outcome {
                failures: vec![format!("it was not well in {} s", check.deadline.as_secs())],
                ..Outcome::default()
            });
            // Of an answer it is known more closely.
            if outcome.status.is_none() {
                outcome.took = began.elapsed();
            }
            let pause = check.pause(attempts);
            let is_over = attempts > check.retries || started.elapsed() + pause >= check.deadline;
            if outcome.passed() || is_over {
                outcome.service = subject.map(|one| one.service.clone());
                outcome.check = check.title();
                outcome.attempts = attempts;
                return outcome;
            }
            tokio::time::sleep(pause).await;
        }
    }

    async fn attempt(&self, check: &HealthCheck, subject: Option<&Subject>) -> Outcome {
        match &check.probe {
            Probe::Request(asked) => self.ask(asked, subject).await,
            Probe::Command(command) => self.run(command, subject).await,
        }
    }

    async fn ask(&self, asked: &Asked, subject: Option<&Subject>) -> Outcome {
        let nobody = Subject::default();
        let of = subject.unwrap_or(&nobody);
        let to = destination(&asked.url, &of.service, &of.addresses, asked.hosts());
        let to = match to {
            Ok(to) => to,
            Err(error) => return failed(format!("{error}: {}", error.hint())),
        };
        let headers = match filled(&asked.headers, &self.variable) {
            Ok(headers) => headers,
            Err(error) => return failed(error.to_string()),
        };
        let expected = of.version.as_deref();
        let version = expected.filter(|_| of.staged).map(|version| (of.worker.as_str(), version));
        let probe = probe::Probe { method: &asked.method, to: &to, headers: &headers, version };
        match self.prober.send(&probe).await {
            Ok(seen) => {
                let verdict = judge(asked, &seen, expected);
                Outcome {
                    failures: verdict.failures,
                    status: Some(seen.status),
                    took: seen.took,
                    expected: expected.map(str::to_owned),
                    version: verdict.version,
                    ..Outcome::default()
                }
            }
            Err(lost) => failed(lost.to_string()),
        }
    }

    async fn run(&self, command: &Command, subject: Option<&Subject>) -> Outcome {
        let mut variables = vec![("CLODO_ENVIRONMENT", self.environment.to_owned())];
        if let Some(Subject { service, worker, version, .. }) = subject {
            variables.push(("CLODO_SERVICE", service.clone()));
            variables.push(("CLODO_WORKER", worker.clone()));
            variables.extend(version.clone().map(|version| ("CLODO_VERSION", version)));
        }
        let Command { argv, env, timeout } = command;
        if let Err(error) = permitted(env) {
            return failed(error.to_string());
        }
        let ended = probe::run(argv, self.folder, env, &variables, *timeout).await;
        let failures = match ended {
            Ok(probe::Ended { code: Some(0), .. }) => Vec::new(),
            Ok(probe::Ended { code, tail }) => {
                let how = code.map_or("a signal".to_owned(), |code| format!("code {code}"));
                vec![format!("it ended with {how}{}", last_line(&tail))]
            }
            Err(lost) => vec![lost.to_string()],
        };
        Outcome { failures, ..Outcome::default() }
    }
}

fn failed(why: String) -> Outcome {
    Outcome { failures: vec![why], ..Outcome::default() }
}

/// The last thing that a command printed, without what looks like a secret in it.
fn last_line(printed: &str) -> String {
    const SHOWN: usize = 200;
    let Some(line) = printed.lines().rev().find(|line| !line.trim().is_empty()) else {
        return String::new();
    };
    let mut line: String = line.chars().filter(|c| !c.is_control()).take(SHOWN).collect();
    let secret: Vec<_> = secrets::find(&line).map(|secret| secret.range.into()).collect();
    conceal(&mut line, &secret);
    format!(": {}", line.trim())
}
