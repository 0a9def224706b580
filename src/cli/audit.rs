//! `clodo audit`

use std::fs::File;
use std::io::{BufReader, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use ring::rand::{SecureRandom as _, SystemRandom};

use super::checking::{save, working_folder};
use super::console::Console;
use super::recorded::{Shape, existing, store, store_error, time};
use super::telling::malformed;
use super::{Global, Mistake};
use crate::core::audit::note::{NoteError, SEED};
use crate::core::audit::{Checkpoint, Signer, Verifier};
use crate::core::model::journal::Action;
use crate::core::report::audit::{AuditFormat, Exporter, text};
use crate::exit::Exit;
use crate::flow::audit::{AuditError, Verdict, checkpoint, export, verify, verify_export};
use crate::flow::context::{actor, context};
use crate::world::http::block_on;
use crate::world::store::EntryFilter;

/// The variable that holds the key, or names the file that does.
const KEY: &str = "CLODO_AUDIT_KEY";

/// Look at the audit log: every change of state, in a chain that shows what was altered
///
/// What a chain cannot show, that its end was cut off or all of it was written anew, a signed
/// checkpoint does that is kept elsewhere: see docs/audit.md.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo audit verify\n  \
    clodo audit export --format csv --since 2026-11-01 > november.csv\n  \
    clodo audit checkpoint > checkpoint.txt         keep it where the log's owner cannot write\n  \
    clodo audit verify --checkpoint checkpoint.txt")]
pub(super) struct Audit {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Ls(Ls),
    Verify(Verify),
    Export(Export),
    Checkpoint(Sign),
    Keygen(Keygen),
}

/// Which entries.
#[derive(Debug, Args)]
struct Entries {
    /// Only of this deployment
    #[arg(long, value_name = "ID")]
    deployment: Option<String>,

    /// Only those that say this: deployment-started, hold-set, lock-forced …
    #[arg(long, value_name = "ACTION", value_parser = action)]
    action: Option<Action>,

    /// Only those written since: 7d, 12h, 2026-11-01
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<Timestamp>,

    /// Only those written before
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<Timestamp>,
}

impl Entries {
    fn filter(self) -> EntryFilter {
        let Self { deployment, action, since, until } = self;
        EntryFilter { deployment, action, since, until, ..EntryFilter::default() }
    }
}

fn action(text: &str) -> Result<Action, String> {
    let found = Action::ALL.into_iter().find(|action| action.as_str() == text);
    found.ok_or_else(|| format!("expected one of {}", Action::ALL.map(Action::as_str).join(", ")))
}

/// List entries, the newest first
#[derive(Debug, Args)]
struct Ls {
    #[command(flatten)]
    entries: Entries,

    /// At most so many
    #[arg(long, value_name = "NUMBER", default_value_t = 50)]
    limit: u64,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Shape,
}

/// Check that no entry was changed, removed or put elsewhere
///
/// Ends with 1 where the log is not whole, and names the first entry that is not as it was.
#[derive(Debug, Args)]
struct Verify {
    /// Hold it against a checkpoint, to see whether its end is there and its beginning the same
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,

    /// The key of the checkpoint: a file, or the public key itself [default: $CLODO_AUDIT_KEY]
    #[arg(long, value_name = "KEY", requires = "checkpoint")]
    key: Option<String>,

    /// Look at an export as JSON lines in place of the log
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
}

/// Print entries for log systems, the oldest first
#[derive(Debug, Args)]
struct Export {
    #[command(flatten)]
    entries: Entries,

    /// The format
    #[arg(long, value_name = "FORMAT", default_value = "jsonl")]
    format: Format,

    /// Name people person-1, person-2, and leave out what people wrote; such an export cannot be
    /// verified
    #[arg(long)]
    pseudonyms: bool,

    /// Write to this file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// A format for log systems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Canonical JSON, one entry a line: the chain can be verified again.
    Jsonl,
    /// RFC 4180.
    Csv,
    /// ArcSight's Common Event Format.
    Cef,
    /// OCSF's API Activity.
    Ocsf,
}

impl From<Format> for AuditFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Jsonl => Self::Jsonl,
            Format::Csv => Self::Csv,
            Format::Cef => Self::Cef,
            Format::Ocsf => Self::Ocsf,
        }
    }
}

/// Sign what the log is now
///
/// Prints how many entries there are and the hash of the last, signed: C2SP's checkpoint format. A
/// log that is not whole is not signed. Keep it where whoever can write the log cannot write.
#[derive(Debug, Args)]
struct Sign {
    /// The file with the key [default: $CLODO_AUDIT_KEY, the key or its file]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,

    /// Write to this file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Make a key to sign checkpoints with
///
/// The private key goes to a file that only you can read, the public one is printed.
#[derive(Debug, Args)]
struct Keygen {
    /// Whose log it is: a name without spaces, such as acme/shop
    #[arg(value_name = "NAME")]
    name: String,

    /// Write the private key to this file, which must not exist
    #[arg(short, long, value_name = "FILE", default_value = "clodo-audit.key")]
    output: PathBuf,
}

impl Audit {
    pub(super) fn run(self, global: &Global, console: &Console) -> anyhow::Result<Exit> {
        let root = working_folder(global.directory.as_deref())?;
        match self.command {
            Command::Ls(command) => command.run(global, &root, console),
            Command::Verify(command) => command.run(global, &root, console),
            Command::Export(command) => command.run(global, &root, console),
            Command::Checkpoint(command) => command.run(global, &root, console),
            Command::Keygen(command) => command.run(&root, console),
        }
    }
}

impl Ls {
    fn run(self, global: &Global, root: &Path, console: &Console) -> anyhow::Result<Exit> {
        let limit = Some(self.limit);
        let filter = EntryFilter { limit, newest_first: true, ..self.entries.filter() };
        let entries = match existing(global, root, console)? {
            Some(store) => block_on(store.entries(&filter))?.map_err(|e| store_error(&e))?,
            None => Vec::new(),
        };
        console.out(&match self.format {
            Shape::Json => serde_json::to_string_pretty(&entries)? + "\n",
            Shape::Text if entries.is_empty() => "No entries.\n".to_owned(),
            Shape::Text => text(&entries),
        })?;
        Ok(Exit::Ok)
    }
}

impl Verify {
    fn run(self, global: &Global, root: &Path, console: &Console) -> anyhow::Result<Exit> {
        let checkpoint = match &self.checkpoint {
            Some(path) => Some(self.checkpoint_in(&root.join(path), root)?),
            None => None,
        };
        let checkpoint = checkpoint.as_ref();
        let verdict = match &self.from {
            Some(path) => {
                let file = File::open(root.join(path));
                let file = file.with_context(|| format!("cannot read {}", path.display()))?;
                verify_export(BufReader::new(file), checkpoint)
            }
            None => match existing(global, root, console)? {
                Some(store) => block_on(verify(&store, checkpoint))?,
                // Nothing is there: for a checkpoint that is less than there was.
                None => verify_export(std::io::empty(), checkpoint),
            },
        };
        let verdict = verdict.map_err(audit_error)?;
        if let (Verdict::Whole(chain), Some(checkpoint)) = (&verdict, checkpoint) {
            let (size, at) = (checkpoint.size, checkpoint.at);
            console
                .detail(&format!("the checkpoint of {at} has {size} of {} entries", chain.length));
        }
        console.out(&(words(&verdict) + "\n"))?;
        Ok(if matches!(verdict, Verdict::Whole(_)) { Exit::Ok } else { Exit::Findings })
    }

    fn checkpoint_in(&self, path: &Path, root: &Path) -> anyhow::Result<Checkpoint> {
        let text = match &self.key {
            // A public key is no secret, so that it may stand in the command line.
            Some(key) if Verifier::parse(key).is_ok() && Signer::parse(key).is_err() => key.clone(),
            Some(file) => read(&root.join(file))?,
            None => variable(root)?,
        };
        let verifier = Verifier::parse(&text).map_err(|error| note_error(&error))?;
        let note = read(path)?;
        Checkpoint::open(&note, &verifier).map_err(|error| note_error(&error))
    }
}

/// A verdict in one line.
fn words(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Whole(chain) => format!("whole: {} entries, head {}", chain.length, chain.head),
        Verdict::Broken(broken) => format!("broken at {broken}"),
        Verdict::Disagrees(disagreement) => format!("not the same: {disagreement}"),
    }
}

impl Export {
    fn run(self, global: &Global, root: &Path, console: &Console) -> anyhow::Result<Exit> {
        let Some(store) = existing(global, root, console)? else { return Ok(Exit::Ok) };
        let mut exporter = Exporter::new(self.format.into(), self.pseudonyms);
        let filter = self.entries.filter();
        let mut file = match &self.output {
            Some(path) => {
                let file = File::create(root.join(path));
                Some(file.with_context(|| format!("cannot write {}", path.display()))?)
            }
            None => None,
        };
        let mut out = |text: &str| match &mut file {
            Some(file) => file.write_all(text.as_bytes()),
            None => console.out(text),
        };
        block_on(export(&store, &filter, &mut exporter, &mut out))?.map_err(audit_error)?;
        Ok(Exit::Ok)
    }
}

impl Sign {
    fn run(self, global: &Global, root: &Path, console: &Console) -> anyhow::Result<Exit> {
        let key = match &self.key {
            Some(file) => read(&root.join(file))?,
            None => variable(root)?,
        };
        let signer = Signer::parse(&key).map_err(|error| note_error(&error))?;
        let store = store(global, root, console)?;
        let who = actor(&context(root).map_err(malformed)?, &|name| std::env::var(name).ok());
        let signed = block_on(checkpoint(&store, &signer, who, Timestamp::now()))?;
        match signed.map_err(audit_error)? {
            Ok(note) => {
                match &self.output {
                    Some(path) => save(&root.join(path), &note)?,
                    None => console.out(&note)?,
                }
                Ok(Exit::Ok)
            }
            Err(verdict) => {
                console.out(&format!("{}\nIt was not signed.\n", words(&verdict)))?;
                Ok(Exit::Findings)
            }
        }
    }
}

impl Keygen {
    fn run(self, root: &Path, console: &Console) -> anyhow::Result<Exit> {
        let mut seed = [0; SEED];
        let random = SystemRandom::new();
        random.fill(&mut seed).ok().context("the system has no randomness")?;
        let signer = Signer::new(&self.name, seed).map_err(|error| note_error(&error))?;
        let path = root.join(&self.output);
        let written = private_file(&path)
            .and_then(|mut file| file.write_all(format!("{}\n", signer.secret()).as_bytes()));
        written.with_context(|| format!("cannot write {}", self.output.display()))?;
        console.summary(&format!(
            "The private key is in {}: keep it out of the repository. This is the public one:",
            self.output.display()
        ));
        console.out(&format!("{}\n", signer.verifier()))?;
        Ok(Exit::Ok)
    }
}

/// A new file that nobody else can read.
fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

/// The key that the variable holds, or whose file it names.
fn variable(root: &Path) -> anyhow::Result<String> {
    match std::env::var(KEY).ok().filter(|text| !text.trim().is_empty()) {
        Some(text) if Verifier::parse(&text).is_ok() => Ok(text),
        Some(path) => read(&root.join(path.trim())),
        None => Err(Mistake::error(
            "there is no key",
            Some(format!(
                "set {KEY} to the key or its file, or name the file: --key FILE; clodo audit keygen makes one"
            )),
        )),
    }
}

fn read(path: &Path) -> anyhow::Result<String> {
    // Whatever it holds, it is not shown: it may be a key.
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn note_error(error: &NoteError) -> anyhow::Error {
    let hint = match error {
        NoteError::Key(_) => "clodo audit keygen makes one",
        NoteError::Format(_) => "give it a file that clodo audit checkpoint wrote",
        NoteError::Unsigned { .. } | NoteError::Forged { .. } => {
            "somebody else made or changed the checkpoint: find out who, before you trust the log"
        }
    };
    let exit = match error {
        NoteError::Unsigned { .. } | NoteError::Forged { .. } => Exit::Findings,
        _ => Exit::Usage,
    };
    Mistake { message: error.to_string(), hint: Some(hint.to_owned()), exit }.into()
}

fn audit_error(error: AuditError) -> anyhow::Error {
    match error {
        AuditError::Store(error) => store_error(&error),
        error @ AuditError::NoEntry(_) => Mistake::error(
            error.to_string(),
            Some("give it what clodo audit export --format jsonl wrote".to_owned()),
        ),
        AuditError::Io(error) => error.into(),
    }
}
