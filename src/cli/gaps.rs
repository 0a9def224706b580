//! `clodo gaps`

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::checking::{project_error, working_folder};
use super::console::Console;
use super::looking::{self, Looking, live};
use super::{Global, Mistake};
use crate::core::gaps::{self, Creation, UnknownId};
use crate::core::model::Sight;
use crate::core::report::sight;
use crate::exit::Exit;
use crate::flow::creation::{CreateError, Made, Pending, pending};
use crate::flow::gaps as flow;
use crate::flow::project::Request;
use crate::flow::sight::Parts;

/// Show what each environment needs, what is missing, and how to provide it
///
/// A matrix of capabilities (Workers, KV, D1, R2, queues, domains, secrets …) and environments,
/// with the command or link that closes each gap, and the permissions that the token needs. With an
/// API token, or a saved picture of the account, it says what is there.
///
/// `--create` makes KV namespaces, D1 databases, R2 buckets, queues, dispatch namespaces and Pages
/// projects, through Wrangler and after one question. What is there under its name is taken, and
/// nothing is ever deleted.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo gaps\n  \
    clodo gaps -e production --format markdown >> \"$GITHUB_STEP_SUMMARY\"\n  \
    clodo gaps -e staging --create")]
pub(super) struct Gaps {
    /// Folders to search, or Wrangler configurations [default: the whole repository]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Look at this environment only; may be repeated; "" is the top level
    #[arg(short, long = "env", value_name = "NAME")]
    environments: Vec<String>,

    #[command(flatten)]
    looking: Looking,

    /// Make what is missing and takes neither a secret nor a choice, and write its id into the
    /// configuration
    #[arg(long, conflicts_with_all = ["format", "offline", "account"])]
    create: bool,

    /// Make it without a question
    #[arg(short, long, requires = "create")]
    yes: bool,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Matrix,
}

/// How to print the matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Matrix {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For a comment or a job summary.
    Markdown,
}

impl Gaps {
    pub(super) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Exit> {
        let request = Request {
            paths: self.paths,
            environments: self.environments,
            ..global.request(&working_folder(global.directory.as_deref())?)
        };
        if self.create {
            return create(&request, self.yes, console);
        }
        let request = self.looking.complete(request, Parts::All)?;
        let gaps = match flow::gaps(&request) {
            Ok(gaps) => gaps,
            Err(error) => return Err(project_error(&error, console)),
        };
        if gaps.services.is_empty() {
            return Err(nothing());
        }
        say_what_is_unknown(gaps.sight.as_ref(), console);
        looking::say(gaps.sight.as_ref(), gaps.looked.as_ref(), console);
        let services = &gaps.services;
        let text = match self.format {
            Matrix::Text => gaps::text(services),
            Matrix::Markdown => gaps::markdown(services),
            Matrix::Json => format!("{}\n", serde_json::to_string_pretty(&gaps::json(services))?),
        };
        console.out(&text)?;
        Ok(Exit::Ok)
    }
}

/// What cannot be seen is neither there nor missing.
fn say_what_is_unknown(sight: Option<&Sight>, console: &Console) {
    for unknown in sight.iter().flat_map(|sight| &sight.unknown) {
        console.note(&sight::unknown(unknown));
    }
}

fn nothing() -> anyhow::Error {
    Mistake::error(
        "there is no service with such an environment here, below or above",
        Some("name the folder of a Worker: clodo gaps PATH".to_owned()),
    )
}

/// Makes what is missing, after one question that names all of it.
fn create(request: &Request, yes: bool, console: &Console) -> anyhow::Result<Exit> {
    let Some(live) = live(Parts::All)? else {
        return Err(Mistake::error(
            "there is no API token to look at the account with, and to make anything in it",
            Some(
                "set CLOUDFLARE_API_TOKEN; clodo gaps says what it must be allowed to do"
                    .to_owned(),
            ),
        ));
    };
    let mut pending = pending(request, live).map_err(|error| create_error(&error, console))?;
    say_what_is_unknown(pending.sight.as_ref(), console);
    for id in &pending.ids {
        console.note(&left_alone(id, &pending));
    }
    let list = std::mem::take(&mut pending.list);
    if list.is_empty() {
        console.out("There is nothing to make. What is missing beside that: clodo gaps\n")?;
        return Ok(Exit::Ok);
    }
    for one in &list {
        console.out(&announce(one, &pending))?;
    }
    if !yes && !console.confirm(&format!("\nMake {}?", these(list.len())))? {
        console.note("nothing was made");
        return Ok(Exit::Ok);
    }
    for one in &list {
        let made = pending.make(one, &|text| console.note(text));
        let made = made.map_err(|error| create_error(&error, console))?;
        console.outcome(&report(&made));
    }
    Ok(Exit::Ok)
}

fn these(count: usize) -> String {
    if count == 1 { "this one".to_owned() } else { format!("these {count}") }
}

/// What would be made, for whom, and what would be written where.
fn announce(one: &Creation, pending: &Pending) -> String {
    let (what, users) = (one.resource.title(), one.users.join(", "));
    let mut text = match &one.adopted {
        Some(id) => format!("take {what}, which is there ({id}), for {users}\n"),
        None => format!("make {what} for {users}\n"),
    };
    for write in &one.writes {
        text += &format!("  and write it to {} ({})\n", pending.shown(write.file), write.path);
    }
    text
}

/// An id that the account does not have: most often another account's, or of something deleted.
fn left_alone(id: &UnknownId, pending: &Pending) -> String {
    let UnknownId { what, id, user, file, path } = id;
    format!(
        "the account does not have {id}, the id of {what} of {user}; it is left as it is\n  \
         fix: look in the account that has it, or remove {path} from {} to have a new one made",
        pending.shown(*file)
    )
}

fn report(made: &Made) -> String {
    let verb = if made.adopted { "took" } else { "made" };
    let id = made.id.as_deref().map(|id| format!(" ({id})")).unwrap_or_default();
    let written = match made.written.as_slice() {
        [] => String::new(),
        files => format!(", and wrote it to {}", files.join(", ")),
    };
    format!("{verb} {}{id}{written}\n", made.what)
}

fn create_error(error: &CreateError, console: &Console) -> anyhow::Error {
    let exit = match error {
        CreateError::Project(error) => return project_error(error, console),
        CreateError::Refused { .. } | CreateError::NoId { .. } | CreateError::NotListed(_) => {
            Exit::Network
        }
        _ => Exit::Usage,
    };
    Mistake { message: error.to_string(), hint: Some(error.hint()), exit }.into()
}
