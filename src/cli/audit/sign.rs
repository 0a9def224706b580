//! `clodo audit checkpoint` and `clodo audit keygen`

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use jiff::Timestamp;
use ring::rand::{SecureRandom as _, SystemRandom};

use super::audit_error;
use super::key::{note_error, read, variable};
use super::verify::words;
use crate::cli::Global;
use crate::cli::checking::save;
use crate::cli::console::Console;
use crate::cli::recorded::store;
use crate::cli::telling::malformed;
use crate::core::audit::Signer;
use crate::core::audit::note::SEED;
use crate::exit::Exit;
use crate::flow::audit::checkpoint;
use crate::flow::context::{actor, context};
use crate::world::http::block_on;

/// Sign what the log is now
///
/// Prints how many entries there are and the hash of the last, signed: C2SP's checkpoint format. A
/// log that is not whole is not signed. Keep it where whoever can write the log cannot write.
#[derive(Debug, Args)]
pub(super) struct Sign {
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
pub(super) struct Keygen {
    /// Whose log it is: a name without spaces, such as acme/shop
    #[arg(value_name = "NAME")]
    name: String,

    /// Write the private key to this file, which must not exist
    #[arg(short, long, value_name = "FILE", default_value = "clodo-audit.key")]
    output: PathBuf,
}

impl Sign {
    pub(super) fn run(
        self,
        global: &Global,
        root: &Path,
        console: &Console,
    ) -> anyhow::Result<Exit> {
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
    pub(super) fn run(self, root: &Path, console: &Console) -> anyhow::Result<Exit> {
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
