//! `clodo wrangler`

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Args, CommandFactory as _};

use super::checking::working_folder;
use super::console::Console;
use super::{Cli, Global, Mistake};
use crate::world::wrangler::{WranglerError, locate};

/// Run any Wrangler command, unchanged
///
/// With the Wrangler of the project, else that of PATH, else a pinned one; and with a Node that it
/// runs on. Everything behind `wrangler` is Wrangler's: arguments, terminal, signals, environment
/// and exit code.
#[derive(Debug, Args)]
#[command(
    disable_help_flag = true,
    override_usage = "clodo [OPTIONS] wrangler [ARGS]...",
    after_help = "Examples:\n  \
        clodo wrangler tail api\n  \
        clodo wrangler secret put API_KEY --env staging\n  \
        clodo -C apps/api wrangler d1 list --json\n\n\
        Which Wrangler and which Node: docs/wrangler.md"
)]
pub(super) struct Wrangler {
    /// What Wrangler gets
    #[arg(last = true, value_name = "ARGS")]
    arguments: Vec<OsString>,
}

/// The name of the command.
const NAME: &str = "wrangler";

impl Wrangler {
    pub(super) fn run(self, global: &Global, console: &Console) -> anyhow::Result<ExitCode> {
        let folder = working_folder(global.directory.as_deref())?;
        let variable = |name: &str| std::env::var(name).ok();
        let found = locate(&folder, &variable, &|text| console.note(text));
        let ended = found.and_then(|wrangler| wrangler.replace(&folder, self.arguments));
        let ended = ended.map_err(|error| mistake(&error))?;
        Ok(ended.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(u8::MAX).into())
    }
}

fn mistake(error: &WranglerError) -> anyhow::Error {
    Mistake::error(error.to_string(), Some(error.hint().to_owned()))
}

/// A command line in which what belongs to Wrangler stands behind `--`, so that clodo reads none of
/// it: neither `--help` nor `-C`, nor a `--` of Wrangler's own.
pub(super) fn set_apart(words: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut words: Vec<OsString> = words.into_iter().collect();
    if let Some(at) = command(&words).filter(|at| words[*at] == NAME) {
        words.insert(at + 1, "--".into());
    }
    words
}

/// Where the command stands: the first word that is neither a flag nor the value of one.
fn command(words: &[OsString]) -> Option<usize> {
    let cli = Cli::command();
    let takes_value = |word: &str| {
        cli.get_arguments().filter(|flag| flag.get_action().takes_values()).any(|flag| {
            let short = flag.get_short().map(|short| format!("-{short}"));
            let long = flag.get_long().map(|long| format!("--{long}"));
            short.as_deref() == Some(word) || long.as_deref() == Some(word)
        })
    };
    let mut at = 1;
    loop {
        match words.get(at)?.to_str() {
            Some(word) if takes_value(word) => at += 2,
            Some(word) if word.starts_with('-') => at += 1,
            _ => return Some(at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wranglers_is_set_apart() {
        for (line, expected) in [
            ("clodo wrangler --help", "clodo wrangler -- --help"),
            ("clodo -C a wrangler -C b -- c", "clodo -C a wrangler -- -C b -- c"),
            ("clodo --color=never -v wrangler", "clodo --color=never -v wrangler --"),
            ("clodo --config wrangler wrangler x", "clodo --config wrangler wrangler -- x"),
            ("clodo help wrangler", "clodo help wrangler"),
            ("clodo check wrangler", "clodo check wrangler"),
            ("clodo -C", "clodo -C"),
        ] {
            let words = set_apart(line.split(' ').map(OsString::from));
            assert_eq!(words.join(std::ffi::OsStr::new(" ")), expected, "{line}");
        }
    }
}
