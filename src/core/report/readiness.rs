//! Which service is ready for which environment: the table and the verdict that people read.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::words;
use crate::core::model::{Finding, Report, ServiceReport, Severity, Summary};

/// How many environments a sentence names before it only counts them.
pub(super) const MAX_BLOCKED: usize = 5;

/// How many services it names for each.
const MAX_SERVICES: usize = 3;

/// What was found, by service and environment. A service is ready where it has no error.
pub(super) struct Readiness<'a> {
    /// The environments of all services; `None` is the top level.
    pub(super) environments: Vec<Option<&'a str>>,
    /// The services, in the order of the report.
    pub(super) rows: Vec<Row<'a>>,
    by_name: HashMap<&'a str, Vec<usize>>,
    /// Errors that belong to no service, by environment.
    project: Vec<bool>,
    /// Whether there is an error that belongs to neither a service nor an environment.
    project_everywhere: bool,
}

/// What was found for one service.
pub(super) struct Row<'a> {
    /// The service.
    pub(super) service: &'a ServiceReport,
    /// What was found, by environment; `None` where the service does not have it.
    pub(super) cells: Vec<Option<Summary>>,
}

impl Row<'_> {
    /// Counts a finding that concerns the environment of a column.
    fn add(&mut self, column: usize, finding: &Finding) {
        // A finding about no environment in particular does not give a service one more; but one
        // about a configuration that could not be read stands in the way of every environment.
        let is_meant = !finding.environments.is_empty() || self.service.environments.is_empty();
        let cell = &mut self.cells[column];
        if cell.is_some() || is_meant {
            cell.get_or_insert_default().add(finding.severity);
        }
    }

    /// The most that was found in one environment: what to sort by.
    pub(super) fn worst(&self) -> (usize, usize) {
        let cells = self.cells.iter().flatten();
        cells.map(|cell| (cell.errors, cell.warnings)).max().unwrap_or_default()
    }

    fn is_ok(&self) -> bool {
        self.worst() == (0, 0)
    }

    fn is_ok_in(&self, column: usize) -> bool {
        self.cells[column].and_then(words::worst).is_none()
    }
}

impl<'a> Readiness<'a> {
    pub(super) fn of(report: &'a Report) -> Self {
        let mut environments: Vec<Option<&str>> = Vec::new();
        let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
        for (row, service) in report.services.iter().enumerate() {
            by_name.entry(&service.name).or_default().push(row);
            let own = service.environments.iter().map(|environment| environment.name.as_deref());
            own.for_each(|name| add_new(&mut environments, name));
        }
        // An environment that a service should have, and does not.
        let of_services = report.findings.iter().filter(|finding| finding.service.is_some());
        let named = of_services.flat_map(|finding| &finding.environments);
        named.for_each(|name| add_new(&mut environments, name.as_deref()));
        if environments.is_empty() && !report.services.is_empty() {
            environments.push(None);
        }
        let cells = |service: &ServiceReport| {
            let has = |name| service.environments.iter().any(|e| e.name.as_deref() == name);
            environments.iter().map(|name| has(*name).then(Summary::default)).collect()
        };
        let rows = report.services.iter().map(|s| Row { service: s, cells: cells(s) }).collect();
        let project = vec![false; environments.len()];
        let mut all = Self { environments, rows, by_name, project, project_everywhere: false };
        for finding in &report.findings {
            all.add(report, finding);
        }
        all
    }

    /// Which of the services a finding belongs to, by its place in the report.
    pub(super) fn row_of(&self, report: &Report, finding: &Finding) -> Option<usize> {
        let rows = self.by_name.get(finding.service.as_deref()?)?;
        // Two configurations can give the same name; then the file tells whose finding it is.
        let path = report.file_of(finding).map(|file| file.path.as_str());
        let by_file = rows.iter().find(|row| Some(&*self.rows[**row].service.config) == path);
        by_file.or(rows.first()).copied()
    }

    fn add(&mut self, report: &Report, finding: &Finding) {
        let is_error = finding.severity == Severity::Error;
        let row = self.row_of(report, finding);
        if row.is_none() && finding.environments.is_empty() {
            self.project_everywhere |= is_error;
            return;
        }
        for (column, environment) in self.environments.iter().enumerate() {
            if !concerns(finding, *environment) {
                continue;
            }
            match row.map(|row| &mut self.rows[row]) {
                Some(row) => row.add(column, finding),
                None => self.project[column] |= is_error,
            }
        }
    }

    /// What is not ready, in words: `staging (web)`, `production (api, jobs)`. The names of the
    /// services alone where there is only one environment.
    pub(super) fn blocked(&self, report: &Report) -> Vec<String> {
        let mut blocked = Vec::new();
        for (column, environment) in self.environments.iter().enumerate() {
            let services = self.blocked_services(column);
            let environment = words::environment(*environment);
            if services.is_empty() {
                blocked.extend(self.project[column].then_some(environment));
            } else if self.environments.len() == 1 {
                blocked.extend(services);
            } else {
                let services = words::some_of(&services, MAX_SERVICES);
                blocked.push(format!("{environment} ({services})"));
            }
        }
        // What remains are errors without a service or an environment that is known here.
        let is_blocked = report.findings.iter().any(|f| f.severity == Severity::Error);
        if self.project_everywhere || (blocked.is_empty() && is_blocked) {
            blocked.push("the project".to_owned());
        }
        blocked
    }

    /// The verdict: `not ready for staging (web)`, and what it rests on: `1 error, 0 warnings`.
    pub(super) fn verdict(&self, report: &Report) -> (String, String) {
        let blocked = self.blocked(report);
        let state = match blocked.as_slice() {
            [] => "ready".to_owned(),
            _ if self.environments.len() < 2 => "not ready".to_owned(),
            blocked => format!("not ready for {}", words::some_of(blocked, MAX_BLOCKED)),
        };
        let counts = match report.findings.as_slice() {
            [] if report.services.is_empty() => "no service was found".to_owned(),
            [] => "nothing to say".to_owned(),
            _ => words::counts(report.summary()),
        };
        (state, counts)
    }

    fn blocked_services(&self, column: usize) -> Vec<String> {
        let rows = self.rows.iter();
        rows.filter(|row| row.cells[column].is_some_and(|cell| cell.errors > 0))
            .map(|row| words::name(&row.service.name))
            .collect()
    }

    /// The part of the table that people are shown. With more than `max_rows` services the worst
    /// come first; with more than `max_columns` environments those that are ok go first.
    pub(super) fn table(&self, max_rows: usize, max_columns: usize) -> Table<'_> {
        let mut rows: Vec<&Row<'_>> = self.rows.iter().collect();
        if rows.len() > max_rows {
            rows.sort_by_key(|row| Reverse(row.worst()));
        }
        let more_rows = rows.split_off(rows.len().min(max_rows));
        let is_ok = |column: &usize| self.rows.iter().all(|row| row.is_ok_in(*column));
        let mut columns: Vec<usize> = (0..self.environments.len()).collect();
        columns.sort_by_key(is_ok);
        let more_columns = columns.split_off(columns.len().min(max_columns));
        columns.sort_unstable();
        let more = [
            more(more_rows.len(), "service", more_rows.iter().all(|row| row.is_ok())),
            more(more_columns.len(), "environment", more_columns.iter().all(is_ok)),
        ];
        Table { rows, columns, more: more.into_iter().flatten().collect() }
    }
}

fn add_new<'a>(environments: &mut Vec<Option<&'a str>>, name: Option<&'a str>) {
    if !environments.contains(&name) {
        environments.push(name);
    }
}

/// Whether a finding is about an environment. One that names none is about all of them.
fn concerns(finding: &Finding, environment: Option<&str>) -> bool {
    let concerned = &finding.environments;
    concerned.is_empty() || concerned.iter().any(|known| known.as_deref() == environment)
}

/// The part of the table that people are shown.
pub(super) struct Table<'a> {
    /// The services.
    pub(super) rows: Vec<&'a Row<'a>>,
    /// The environments, by their index.
    pub(super) columns: Vec<usize>,
    /// What was left out, in words.
    pub(super) more: Vec<String>,
}

/// `and 12 more services, all ok`.
fn more(count: usize, noun: &str, all_ok: bool) -> Option<String> {
    let words = words::count(count, &format!("more {noun}"));
    let state = if all_ok { ", all ok" } else { "" };
    (count > 0).then(|| format!("and {words}{state}"))
}
