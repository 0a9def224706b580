//! The output of several services, while they are deployed.
//!
//! In a terminal their lines come as they are printed, each behind the name of its service:
//! ```text
//! api    | Total Upload: 0.15 KiB / gzip: 0.14 KiB
//! orders | Total Upload: 3.20 KiB / gzip: 1.41 KiB
//! ```
//! In the log of a runner that folds, each step of a service is a group, shown when it is complete,
//! since groups do not nest; the only service of a run is shown as it comes. What a program prints there
//! must not be obeyed by the runner: every line is made safe.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anstyle::{AnsiColor, Color, Style};

use super::safe;
use crate::core::transcript::Transcript;

/// How lines are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogStyle {
    /// For a terminal that shows colours: behind the name of the service.
    Colour,
    /// For every other reader: the same without colours.
    Plain,
    /// GitHub's groups: `::group::` of its workflow commands.
    Github,
    /// GitLab's sections: <https://docs.gitlab.com/ci/jobs/job_logs/#custom-collapsible-sections>.
    Gitlab,
}

/// The colours of the names, one after the other.
const COLOURS: [AnsiColor; 5] =
    [AnsiColor::Cyan, AnsiColor::Magenta, AnsiColor::Yellow, AnsiColor::Green, AnsiColor::Blue];

/// The output of a run.
#[derive(Clone, Debug)]
pub struct Log {
    style: LogStyle,
    services: Vec<String>,
    /// As long as the longest name.
    width: usize,
    open: BTreeMap<String, Group>,
    /// How many groups each service had so far.
    closed: BTreeMap<String, usize>,
}

/// What a service said so far, where it is shown as a group.
#[derive(Clone, Debug, Default)]
struct Group {
    /// How many groups of the same service came before it.
    number: usize,
    /// When it began.
    since: u64,
    held: Transcript,
}

impl Log {
    /// Of these services.
    pub fn new<'a>(style: LogStyle, services: impl IntoIterator<Item = &'a str>) -> Self {
        let services: Vec<String> = services.into_iter().map(safe::line).collect();
        let width = services.iter().map(|name| name.chars().count()).max().unwrap_or_default();
        Self { style, services, width, open: BTreeMap::new(), closed: BTreeMap::new() }
    }

    /// A service prints a line, at a time in Unix seconds. Gives what to print now: nothing where
    /// it is held back.
    pub fn line(&mut self, service: &str, text: &str, now: u64) -> String {
        let service = safe::line(service);
        let fold = match self.style {
            LogStyle::Colour => {
                let place = self.services.iter().position(|name| *name == service);
                let colour = COLOURS[place.unwrap_or_default() % COLOURS.len()];
                let style = Style::new().fg_color(Some(Color::Ansi(colour)));
                let reset = anstyle::Reset;
                let name = format!("{style}{service:<width$}{style:#}", width = self.width);
                return format!("{name} | {}{reset}\n", safe::coloured(text));
            }
            LogStyle::Plain => {
                let text = safe::line(&plain(text));
                return format!("{service:<width$} | {text}\n", width = self.width);
            }
            LogStyle::Github => Fold::Github,
            LogStyle::Gitlab => Fold::Gitlab,
        };
        let text = safe::line(&plain(text));
        let is_only = self.services.len() < 2;
        let is_new = !self.open.contains_key(&service);
        let group = self.open.entry(service.clone()).or_default();
        if is_new {
            group.since = now;
            group.number = self.closed.get(&service).copied().unwrap_or_default();
        }
        if !is_only {
            group.held.push(&text);
            return String::new();
        }
        let begin = if is_new { fold.begin(&service, group.number, now) } else { String::new() };
        format!("{begin}{text}\n")
    }

    /// Nothing more is printed: all groups end.
    pub fn end(&mut self, now: u64) -> String {
        let open: Vec<String> = self.open.keys().cloned().collect();
        open.iter().map(|service| self.done(service, now)).collect()
    }

    /// A step of a service is done. Gives what to print now: what was held back, and the end of its
    /// group.
    pub fn done(&mut self, service: &str, now: u64) -> String {
        let fold = match self.style {
            LogStyle::Colour | LogStyle::Plain => return String::new(),
            LogStyle::Github => Fold::Github,
            LogStyle::Gitlab => Fold::Gitlab,
        };
        let service = safe::line(service);
        let Some(group) = self.open.remove(&service) else { return String::new() };
        let mut shown = String::new();
        if self.services.len() > 1 {
            shown.push_str(&fold.begin(&service, group.number, group.since));
            shown.push_str(&group.held.text());
        }
        shown.push_str(&fold.end(&service, group.number, now));
        *self.closed.entry(service).or_default() += 1;
        shown
    }
}

/// How a runner folds.
#[derive(Clone, Copy)]
enum Fold {
    Github,
    Gitlab,
}

impl Fold {
    fn begin(self, service: &str, number: usize, at: u64) -> String {
        match self {
            // Of what stands behind the two colons only `%` is special, and it is decoded.
            Self::Github => format!("::group::{}\n", service.replace('%', "%25")),
            Self::Gitlab => format!(
                "\u{1b}[0Ksection_start:{at}:{}[collapsed=true]\r\u{1b}[0K{service}\n",
                section(service, number)
            ),
        }
    }

    fn end(self, service: &str, number: usize, at: u64) -> String {
        match self {
            Self::Github => "::endgroup::\n".to_owned(),
            Self::Gitlab => {
                format!("\u{1b}[0Ksection_end:{at}:{}\r\u{1b}[0K\n", section(service, number))
            }
        }
    }
}

/// The name of a section, of letters, digits, `_`, `.` and `-`. Each has its own.
fn section(service: &str, number: usize) -> String {
    let mut name = match number {
        0 => "clodo_".to_owned(),
        number => format!("clodo{}_", number + 1),
    };
    for c in service.chars() {
        match c {
            c if c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-') => name.push(c),
            c => drop(write!(name, "_{:x}", u32::from(c))),
        }
    }
    name
}

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RED: &str = "\u{1b}[31mbad\u{1b}[0m";

    #[test]
    fn a_terminal_names_the_service_of_each_line() {
        let mut log = Log::new(LogStyle::Plain, ["api", "orders"]);
        assert_eq!(log.line("api", RED, 0), "api    | bad\n");
        assert_eq!(log.line("orders", "a\u{1b}[2Jb", 0), "orders | ab\n");
        assert_eq!(log.done("api", 1), "");
        let mut log = Log::new(LogStyle::Colour, ["api", "orders"]);
        let line = log.line("orders", &format!("{RED}\u{1b}[2J"), 0);
        let name = "\u{1b}[35morders\u{1b}[0m";
        assert_eq!(line, format!("{name} | {RED}␛[2J\u{1b}[0m\n"));
    }

    #[test]
    fn groups_are_shown_when_they_are_complete() {
        let mut log = Log::new(LogStyle::Github, ["api", "web"]);
        assert_eq!(log.line("api", "one", 1), "");
        assert_eq!(log.line("web", "two", 1), "");
        assert_eq!(log.line("api", RED, 2), "");
        assert_eq!(log.done("api", 3), "::group::api\none\nbad\n::endgroup::\n");
        assert_eq!(log.done("web", 3), "::group::web\ntwo\n::endgroup::\n");
        assert_eq!(log.done("web", 3), "");
        // What is left at the end is not lost.
        assert_eq!(log.line("web", "three", 4), "");
        assert_eq!(log.end(5), "::group::web\nthree\n::endgroup::\n");
        assert_eq!(log.end(5), "");
    }

    #[test]
    fn the_only_service_is_shown_as_it_comes() {
        let mut log = Log::new(LogStyle::Gitlab, ["a b"]);
        let start = "\u{1b}[0Ksection_start:7:clodo_a_20b[collapsed=true]\r\u{1b}[0Ka b\n";
        assert_eq!(log.line("a b", "one", 7), format!("{start}one\n"));
        assert_eq!(log.line("a b", "two", 8), "two\n");
        assert_eq!(log.done("a b", 9), "\u{1b}[0Ksection_end:9:clodo_a_20b\r\u{1b}[0K\n");
        // A section of the same name would be the same one.
        assert!(log.line("a b", "three", 10).contains("section_start:10:clodo2_a_20b["));
        assert!(log.end(11).contains("section_end:11:clodo2_a_20b\r"));
    }

    #[test]
    fn no_runner_obeys_what_is_printed() {
        let mut log = Log::new(LogStyle::Github, ["api"]);
        log.line("api", "", 1);
        for (text, expected) in [
            ("::error::x", ": :error::x\n"),
            (" \u{1b}[1m ::set-env name=A::x", "  : :set-env name=A::x\n"),
            ("a ##[add-mask]x", "a ##(add-mask]x\n"),
        ] {
            assert_eq!(log.line("api", text, 1), expected);
        }
        let mut log = Log::new(LogStyle::Gitlab, ["api"]);
        log.line("api", "", 1);
        let forged = log.line("api", "\u{1b}[0Ksection_end:1:clodo_api\u{9b}0K", 1);
        assert!(!forged.contains('\u{1b}') && !forged.contains('\u{9b}'), "{forged:?}");
        assert_eq!(Log::new(LogStyle::Github, ["::x"]).line("::x", "a", 1), "::group::: :x\na\n");
    }
}
