//! What `clodo ci` and `clodo report` have in common: how to tell a forge, and what to say of it.

use clap::Args;
use jiff::Timestamp;

use super::Mistake;
use super::console::Console;
use crate::core::model::context::Malformed;
use crate::core::report::comment::{Mode, WhenWell};
use crate::flow::ci::Telling;
use crate::flow::publish::{Done, Options, Published, Status};
use crate::world::ci::Step;
use crate::world::http::Http;

/// How to tell a forge.
#[derive(Debug, Args)]
pub(super) struct Tell {
    /// The comment on the pull request: update, new, hide-and-new, delete-and-new or off
    /// [default: update]
    #[arg(long, value_name = "MODE", value_parser = mode)]
    comment: Option<Mode>,

    /// Tells the comments and checks of several jobs on one pull request apart
    #[arg(long, value_name = "NAME")]
    comment_key: Option<String>,

    /// Remove the comment once all is well, instead of letting it say so
    #[arg(long)]
    delete_when_well: bool,

    /// What the commit shows: auto, check, status or off [default: auto]
    #[arg(long, value_name = "KIND", value_parser = status)]
    status: Option<Status>,

    /// Fail, with exit code 7, where the report cannot be told
    #[arg(long)]
    pub(super) report_required: bool,
}

fn mode(text: &str) -> Result<Mode, String> {
    text.parse::<Mode>().map_err(|error| error.to_string())
}

fn status(text: &str) -> Result<Status, String> {
    match text {
        "auto" => Ok(Status::Auto),
        "check" => Ok(Status::CheckRun),
        "status" => Ok(Status::CommitStatus),
        "off" => Ok(Status::Off),
        _ => Err("expected auto, check, status or off".to_owned()),
    }
}

impl Tell {
    /// Takes from the inputs of an action what the command line does not say.
    pub(super) fn take_inputs(&mut self, step: &Step<'_>) -> anyhow::Result<()> {
        let wrong = |name: &str, why: String| anyhow::anyhow!("the input {name}: {why}");
        if let (None, Some(text)) = (self.comment, step.input("comment")) {
            self.comment = Some(mode(&text).map_err(|why| wrong("comment", why))?);
        }
        if let (None, Some(text)) = (self.status, step.input("status")) {
            self.status = Some(status(&text).map_err(|why| wrong("status", why))?);
        }
        self.comment_key = self.comment_key.take().or_else(|| step.input("comment-key"));
        self.delete_when_well |= step.flag("delete-when-well")?;
        self.report_required |= step.flag("report-required")?;
        Ok(())
    }

    pub(super) fn telling(&self) -> Telling {
        Telling {
            key: self.comment_key.clone().unwrap_or_default(),
            options: Options {
                status: self.status.unwrap_or_default(),
                comment: self.comment.unwrap_or_default(),
                when_well: if self.delete_when_well { WhenWell::Delete } else { WhenWell::Resolve },
                ..Options::default()
            },
            started_at: Timestamp::now(),
            pull_request: None,
        }
    }
}

/// Whether something could not be told that should have been.
pub(super) fn has_failed(published: &Published) -> bool {
    published.missed.iter().any(|missed| !missed.minor)
}

/// Says where it was told, and where not.
pub(super) fn say(published: &Published, http: &Http, console: &Console) {
    for (way, told) in &published.told {
        let at = told.url.as_deref().map(|url| format!(": {url}")).unwrap_or_default();
        console.detail(&format!("{} written{at}", way.as_str()));
        if let Some(note) = &told.note {
            console.note(note);
        }
    }
    if let Some(comment) = &published.comment {
        let what = match comment.done {
            Done::Created => "comment written",
            Done::Updated => "comment updated",
            Done::Unchanged => "comment unchanged",
            Done::Outrun => "comment left alone: a newer run wrote it",
            Done::Deleted => "comment removed",
            Done::NotNeeded => "no comment needed",
        };
        let at = comment.url.as_deref().map(|url| format!(": {url}")).unwrap_or_default();
        console.detail(&format!("{what}{at}"));
    }
    for missed in &published.missed {
        if missed.minor {
            console.detail(&missed.to_string())
        } else {
            console.note(&missed.to_string())
        }
    }
    let sent = http.sent();
    if !sent.is_empty() {
        console.detail(&format!("{} requests to the forge", sent.len()));
    }
}

/// A variable of the user's own with a value that it cannot have.
pub(super) fn malformed(malformed: Malformed) -> anyhow::Error {
    let hint = format!("correct it, or remove it: unset {}", malformed.variable);
    Mistake::error(malformed.to_string(), Some(hint))
}
