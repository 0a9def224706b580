//! The one place that prints. Results go to stdout, everything else to stderr.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Mutex, PoisonError};

use anstream::{AutoStream, ColorChoice};

use super::Mistake;
use crate::core::report::safe;

/// Where a command says what it has to say.
pub(super) struct Console {
    pub(super) verbose: bool,
    pub(super) quiet: bool,
    /// The line at the end that stays while others come before it; empty where there is none.
    status: Mutex<String>,
}

/// Erases the line of a terminal in which the cursor stands, and goes to its beginning (ECMA-48: EL).
const ERASE: &str = "\r\x1b[2K";

/// How wide a report is where the width of the terminal is not known, or is larger than is good
/// to read.
const WIDTH: usize = 100;

impl Console {
    pub(super) fn new(verbose: bool, quiet: bool) -> Self {
        Self { verbose, quiet, status: Mutex::default() }
    }

    /// Whether results are shown in colour.
    pub(super) fn color(&self) -> bool {
        AutoStream::choice(&io::stdout()) != ColorChoice::Never
    }

    /// How wide results may be.
    pub(super) fn width(&self) -> usize {
        let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        columns
            .filter(|columns| io::stdout().is_terminal() && *columns >= 40)
            .unwrap_or(80)
            .min(WIDTH)
    }

    /// Prints a result. A reader that goes away, as in `clodo check | head`, has seen enough: the
    /// command goes on and ends with its own exit code, which a pipeline with `pipefail` relies on.
    pub(super) fn out(&self, text: &str) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result,
        }
    }

    /// Prints what came of something that is done, and that has an exit code of its own: where
    /// stdout does not take it, it is said on stderr, with the reason.
    pub(super) fn outcome(&self, text: &str) {
        if let Err(error) = self.out(text) {
            self.problems(text);
            self.error(&anyhow::Error::new(error).context("cannot print the result"));
        }
    }

    /// Says something beside the result.
    pub(super) fn note(&self, text: &str) {
        if !self.quiet {
            self.err(&safe::lines(&format!("note: {text}")));
        }
    }

    /// Says beside the result what is in it.
    pub(super) fn summary(&self, text: &str) {
        if !self.quiet {
            self.err(&safe::lines(text.trim_end()));
        }
    }

    /// Says something that only someone who asks for details wants to know.
    pub(super) fn detail(&self, text: &str) {
        if self.verbose {
            self.err(&safe::lines(text));
        }
    }

    /// Shows a line at the end of a terminal, in place of the one before, until another comes or an
    /// empty one. It is cut where the terminal would break it.
    pub(super) fn status(&self, text: &str) {
        if self.quiet || !io::stderr().is_terminal() {
            return;
        }
        let text: String = text.chars().take(self.width().saturating_sub(1)).collect();
        let mut status = self.status.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = write!(io::stderr().lock(), "{ERASE}{text}");
        *status = text;
    }

    /// Says what went wrong, with what to do about it.
    pub(super) fn error(&self, error: &anyhow::Error) {
        let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
        self.err(&safe::lines(&format!("error: {}", causes.join(": "))));
        let hint = error.chain().find_map(|cause| cause.downcast_ref::<Mistake>()?.hint.as_ref());
        if let Some(hint) = hint {
            self.err(&safe::lines(&format!("  fix: {hint}")));
        }
    }

    /// Whether somebody sits there who can be asked.
    pub(super) fn can_ask(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Asks whether to go on. Where nobody can be asked that is a mistake of the command line.
    pub(super) fn confirm(&self, question: &str) -> anyhow::Result<bool> {
        if !io::stdin().is_terminal() {
            return Err(Mistake::error(
                "there is nobody to ask, so nothing was done",
                Some("say yes beforehand: --yes".to_owned()),
            ));
        }
        let mut stderr = io::stderr().lock();
        write!(stderr, "{question} [y/N] ")?;
        stderr.flush()?;
        let mut answer = String::new();
        io::stdin().read_line(&mut answer)?;
        Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
    }

    /// Asks somebody to type a name, so that they know what it is about. Nobody is asked where there
    /// is no terminal, and `yes` was said beforehand.
    pub(super) fn confirm_name(&self, what: &str, name: &str, yes: bool) -> anyhow::Result<bool> {
        if !io::stdin().is_terminal() && yes {
            return Ok(true);
        }
        if !io::stdin().is_terminal() {
            return Err(Mistake::error(
                "there is nobody to ask, so nothing was done",
                Some("say yes beforehand: --yes".to_owned()),
            ));
        }
        let mut stderr = io::stderr().lock();
        write!(stderr, "{what}\nType the name of the database to go on: ")?;
        stderr.flush()?;
        let mut answer = String::new();
        io::stdin().read_line(&mut answer)?;
        Ok(answer.trim() == name)
    }

    /// Prints a report about clodo's own configuration.
    pub(super) fn problems(&self, text: &str) {
        self.err(text.trim_end());
    }

    /// Prints what has its own ends of lines.
    pub(super) fn raw(&self, text: &str) {
        let status = self.status.lock().unwrap_or_else(PoisonError::into_inner);
        // Nobody is left to tell if this cannot be printed.
        let _ = match status.as_str() {
            "" => write!(io::stderr().lock(), "{text}"),
            status => write!(io::stderr().lock(), "{ERASE}{text}{status}"),
        };
    }

    fn err(&self, line: &str) {
        self.raw(&format!("{line}\n"));
    }
}

/// Makes a panic say that it is a bug, and where to report it, in place of a bare trace.
pub(super) fn report_bugs() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let what = panic.payload_as_str().unwrap_or("unknown");
        let _ = writeln!(
            io::stderr().lock(),
            "error: this is a bug in clodo {} ({what}, at {place})\n  \
             fix: report it with the command and, if you can, the file: {}/issues",
            env!("CARGO_PKG_VERSION"),
            env!("CARGO_PKG_REPOSITORY"),
        );
    }));
}
