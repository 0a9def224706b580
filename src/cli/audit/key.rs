//! The key of checkpoints: where it is, and what is said where it is none.

use std::path::Path;

use anyhow::Context as _;

use crate::cli::Mistake;
use crate::core::audit::Verifier;
use crate::core::audit::note::NoteError;
use crate::exit::Exit;

/// The variable that holds the key, or names the file that does.
const KEY: &str = "CLODO_AUDIT_KEY";

/// The key that the variable holds, or whose file it names.
pub(super) fn variable(root: &Path) -> anyhow::Result<String> {
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

pub(super) fn read(path: &Path) -> anyhow::Result<String> {
    // Whatever it holds, it is not shown: it may be a key.
    std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

pub(super) fn note_error(error: &NoteError) -> anyhow::Error {
    let hint = match error {
        NoteError::Key(_) => "clodo audit keygen makes one",
        NoteError::Name => "name it after what it signs: acme/shop",
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
