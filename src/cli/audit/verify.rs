//! `clodo audit verify`

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;

use super::audit_error;
use super::key::{note_error, read, variable};
use crate::cli::Global;
use crate::cli::console::Console;
use crate::cli::recorded::existing_or_note;
use crate::core::audit::{Checkpoint, Signer, Verifier};
use crate::exit::Exit;
use crate::flow::audit::{Verdict, verify, verify_export};
use crate::world::http::block_on;

/// Check that no entry was changed, removed or put elsewhere
///
/// Ends with 1 where the log is not whole, and names the first entry that is not as it was.
#[derive(Debug, Args)]
pub(super) struct Verify {
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

impl Verify {
    pub(super) fn run(
        self,
        global: &Global,
        root: &Path,
        console: &Console,
    ) -> anyhow::Result<Exit> {
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
            None => match existing_or_note(global, root, console)? {
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
pub(super) fn words(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Whole(chain) => format!("whole: {} entries, head {}", chain.length, chain.head),
        Verdict::Broken(broken) => format!("broken at {broken}"),
        Verdict::Disagrees(disagreement) => format!("not the same: {disagreement}"),
    }
}
