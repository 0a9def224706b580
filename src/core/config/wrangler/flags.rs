//! What may follow `clodo deploy --`: the flags of the commands that a deployment is made of.
//!
//! A deployment is one `wrangler deploy`, or `wrangler versions upload` with `wrangler triggers
//! deploy` behind it. Every flag of them is passed on to those that know it; a few are clodo's own
//! to set. A flag that no table knows, of a newer Wrangler, goes to the command that uploads.
//!
//! Source: `experimental_getWranglerCommands()` of Wrangler 4.164.0, against which a test compares
//! every row. Flags are read as yargs reads them: `--flag value`, `--flag=value`, `--no-flag`,
//! camel case, and several values behind a flag that takes several.

use std::ffi::{OsStr, OsString};

use self::On::{All, Deploy, DeployAndTriggers, Upload, Uploads};
use self::Takes::{Maybe, Nothing, One, Several};

/// A command of a deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeployCommand {
    /// `wrangler deploy`.
    Deploy,
    /// `wrangler versions upload`.
    VersionsUpload,
    /// `wrangler triggers deploy`.
    TriggersDeploy,
}

/// A flag.
#[derive(Clone, Copy, Debug)]
pub struct Flag {
    /// Its name, without dashes.
    pub name: &'static str,
    /// Other names; those of one letter stand behind one dash.
    pub aliases: &'static [&'static str],
    /// What follows it.
    pub takes: Takes,
    /// The commands that know it.
    pub on: On,
    /// Where clodo itself decides what the flag decides: how to tell clodo.
    pub own: Option<&'static str>,
}

/// What follows a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Nothing, or `true` or `false`.
    Nothing,
    /// A value, or nothing.
    Maybe,
    /// A value.
    One,
    /// Values, up to the next flag.
    Several,
}

/// The commands that know a flag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// All three.
    All,
    /// The two that upload.
    Uploads,
    /// `deploy` alone.
    Deploy,
    /// `versions upload` alone.
    Upload,
    /// `deploy` and `triggers deploy`.
    DeployAndTriggers,
}

impl On {
    /// Whether a command is among them.
    pub fn has(self, command: DeployCommand) -> bool {
        match self {
            All => true,
            Uploads => command != DeployCommand::TriggersDeploy,
            Deploy => command == DeployCommand::Deploy,
            Upload => command == DeployCommand::VersionsUpload,
            DeployAndTriggers => command != DeployCommand::VersionsUpload,
        }
    }
}

const CHOOSE: &str = "choose the environment with clodo deploy -e NAME";
const FOLDER: &str =
    "each service is deployed from its own folder; clodo deploy -C DIR chooses the tree";
const HELP: &str = "see clodo wrangler deploy --help";
const PROVISION: &str = "to let a deployment make resources, set allow-create: true in clodo.yml";

const fn flag(name: &'static str, takes: Takes, on: On) -> Flag {
    Flag { name, aliases: &[], takes, on, own: None }
}

const fn alias(flag: Flag, aliases: &'static [&'static str]) -> Flag {
    Flag { aliases, ..flag }
}

const fn own(flag: Flag, how: &'static str) -> Flag {
    Flag { own: Some(how), ..flag }
}

/// Every flag.
pub const FLAGS: &[Flag] = &[
    // Of all three.
    own(alias(flag("config", One, All), &["c"]), "name the configuration: clodo deploy PATH"),
    own(flag("cwd", One, All), FOLDER),
    own(alias(flag("env", One, All), &["e"]), CHOOSE),
    flag("env-file", Several, All),
    own(alias(flag("experimental-auto-create", Nothing, All), &["x-auto-create"]), PROVISION),
    own(alias(flag("experimental-provision", Nothing, All), &["x-provision"]), PROVISION),
    own(alias(flag("help", Nothing, All), &["h"]), HELP),
    flag("install-skills", Nothing, All),
    flag("profile", One, All),
    own(alias(flag("v", Nothing, All), &["version"]), "see clodo wrangler --version"),
    // Of uploads.
    flag("alias", Several, Uploads),
    flag("assets", One, Uploads),
    flag("bundle", Nothing, Uploads),
    flag("compatibility-date", One, Uploads),
    alias(flag("compatibility-flags", Several, Uploads), &["compatibility-flag"]),
    flag("define", Several, Uploads),
    own(flag("dry-run", Nothing, All), "see what would happen: clodo plan"),
    alias(flag("experimental-deploy-helpers", Nothing, All), &["x-deploy-helpers"]),
    alias(flag("experimental-new-config", Nothing, Uploads), &["x-new-config"]),
    flag("jsx-factory", One, Uploads),
    flag("jsx-fragment", One, Uploads),
    flag("keep-vars", Nothing, Uploads),
    flag("latest", Nothing, Uploads),
    flag("message", One, Uploads),
    flag("minify", Nothing, Uploads),
    own(
        flag("name", One, All),
        "set `name` in the configuration, of the environment if it differs",
    ),
    flag("no-bundle", Nothing, Uploads),
    flag("node-compat", Nothing, Uploads),
    flag("outdir", One, Uploads),
    flag("outfile", One, Uploads),
    flag("script", One, Uploads),
    flag("secrets-file", One, Uploads),
    flag("site", One, Uploads),
    flag("site-exclude", Several, Uploads),
    flag("site-include", Several, Uploads),
    flag("strict", Nothing, Uploads),
    flag("tag", One, Uploads),
    flag("tsconfig", One, Uploads),
    flag("upload-source-maps", Nothing, Uploads),
    flag("var", Several, Uploads),
    // Of `deploy` alone.
    flag("autoconfig", Nothing, Deploy),
    flag("containers-rollout", Maybe, Deploy),
    flag("dispatch-namespace", Maybe, Deploy),
    flag("durable-objects-code-update-mode", One, Deploy),
    flag("logpush", Nothing, Deploy),
    flag("metafile", Maybe, Deploy),
    flag("old-asset-ttl", Maybe, Deploy),
    // Of `versions upload` alone.
    flag("preview-alias", One, Upload),
    // Of triggers.
    alias(flag("domains", Several, Deploy), &["domain"]),
    alias(flag("experimental-route-zones", Nothing, DeployAndTriggers), &["x-route-zones"]),
    alias(flag("routes", Several, DeployAndTriggers), &["route"]),
    alias(flag("triggers", Several, DeployAndTriggers), &["schedule", "schedules"]),
    alias(flag("zone", Several, DeployAndTriggers), &["zones"]),
    alias(flag("zone-id", Several, DeployAndTriggers), &["zone-ids"]),
];

/// The message that Wrangler gives a version: clodo writes its own mark before it.
const MESSAGE: &str = "message";

/// A flag that cannot be passed on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FlagError {
    /// clodo sets it itself.
    #[error("`{given}` is set by clodo: {how}")]
    Own {
        /// As it was given.
        given: String,
        /// How to tell clodo.
        how: &'static str,
    },
    /// One exists only where a Worker is deployed at once, the other only where it is staged.
    #[error(
        "`--{direct}` and `--{staged}` cannot be used together: the first is known only to `wrangler deploy`, the second only to `wrangler versions upload`"
    )]
    Contradiction {
        /// The flag of `deploy`.
        direct: &'static str,
        /// The flag of `versions upload`.
        staged: &'static str,
    },
}

/// What was given to be passed on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// The message, if there is one.
    pub message: Option<String>,
    given: Vec<Given>,
}

/// A flag with its values, or a word that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Given {
    /// Its place in [`FLAGS`].
    row: Option<usize>,
    words: Vec<OsString>,
}

impl Given {
    fn on(&self) -> Option<(&'static str, On)> {
        self.row.map(|row| (FLAGS[row].name, FLAGS[row].on))
    }
}

/// Reads what stands behind `--`.
///
/// # Errors
/// Where a flag is clodo's own to set, or two exclude each other.
pub fn read(words: &[OsString]) -> Result<Passed, FlagError> {
    let mut passed = Passed::default();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let Some((row, attached)) = known(word) else {
            passed.given.push(Given { row: None, words: vec![word.clone()] });
            at += 1;
            continue;
        };
        let flag = &FLAGS[row];
        if let Some(how) = flag.own {
            let given = word.to_string_lossy().into_owned();
            return Err(FlagError::Own { given, how });
        }
        let values = if attached.is_some() { 0 } else { values(flag.takes, &words[at + 1..]) };
        let all = words[at..=at + values].to_vec();
        at += 1 + values;
        if flag.name == MESSAGE {
            let value = attached.or_else(|| all.get(1)?.to_str().map(str::to_owned));
            passed.message = value.or(passed.message);
        } else {
            passed.given.push(Given { row: Some(row), words: all });
        }
    }
    match (passed.only_direct(), passed.only_staged()) {
        (Some(direct), Some(staged)) => Err(FlagError::Contradiction { direct, staged }),
        _ => Ok(passed),
    }
}

impl Passed {
    /// Whether nothing was given.
    pub fn is_empty(&self) -> bool {
        self.message.is_none() && self.given.is_empty()
    }

    /// A flag that only `wrangler deploy` knows, if one was given: the Worker cannot be staged.
    pub fn only_direct(&self) -> Option<&'static str> {
        self.find(|on| on == Deploy)
    }

    /// A flag that only `wrangler versions upload` knows, if one was given: the Worker must be
    /// staged.
    pub fn only_staged(&self) -> Option<&'static str> {
        self.find(|on| on == Upload)
    }

    fn find(&self, is: impl Fn(On) -> bool) -> Option<&'static str> {
        let mut all = self.given.iter().filter_map(Given::on);
        all.find(|(_, on)| is(*on)).map(|(name, _)| name)
    }

    /// What a command gets of it. The message is left to clodo.
    pub fn for_command(&self, command: DeployCommand) -> Vec<OsString> {
        let knows = |given: &&Given| {
            given.on().map_or(command != DeployCommand::TriggersDeploy, |(_, on)| on.has(command))
        };
        self.given.iter().filter(knows).flat_map(|given| given.words.iter().cloned()).collect()
    }
}

/// The values of a flag that takes one, wherever it stands among the words of a command line, and
/// however it is written.
pub fn values_of(words: &[OsString], flag: &str) -> Vec<OsString> {
    let value = |(at, word): (usize, &OsString)| {
        let (_, attached) = known(word).filter(|(row, _)| FLAGS[*row].name == flag)?;
        attached.map(OsString::from).or_else(|| words.get(at + 1).cloned())
    };
    words.iter().enumerate().filter_map(value).collect()
}

/// The row of a word that is a flag, and the value that is attached to it.
fn known(word: &OsStr) -> Option<(usize, Option<String>)> {
    let text = word.to_str()?;
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (text, None),
    };
    let row = |name: &str, is_short: bool| {
        FLAGS.iter().position(|flag| {
            let mut names = flag.aliases.iter().chain([&flag.name]);
            names.any(|known| *known == name && (known.len() == 1) == is_short)
        })
    };
    if let Some(name) = name.strip_prefix("--") {
        let name = kebab(name);
        let row = row(&name, false).or_else(|| row(name.strip_prefix("no-")?, false));
        return row.map(|row| (row, value));
    }
    let mut letters = name.strip_prefix('-')?.chars();
    // `-estaging` is `-e staging`.
    let first = letters.next()?;
    let rest = letters.as_str();
    row(&first.to_string(), true)
        .map(|row| (row, value.or((!rest.is_empty()).then(|| rest.into()))))
}

/// `dryRun` as `dry-run`: yargs takes both.
fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            kebab.push('-');
        }
        kebab.push(c.to_ascii_lowercase());
    }
    kebab
}

/// How many of the words are values of a flag before them.
fn values(takes: Takes, words: &[OsString]) -> usize {
    let is_flag = |word: &OsString| word.to_str().is_some_and(|word| word.starts_with('-'));
    let plain = words.iter().take_while(|word| !is_flag(word)).count();
    match takes {
        Nothing => words.first().is_some_and(|word| word == "true" || word == "false").into(),
        Maybe | One => plain.min(1),
        Several => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Passed, FlagError> {
        super::read(&words.iter().map(OsString::from).collect::<Vec<_>>())
    }

    fn for_command(words: &[&str], command: DeployCommand) -> String {
        let passed = read(words).expect("flags").for_command(command);
        passed.join(OsStr::new(" ")).into_string().expect("text")
    }

    #[test]
    fn each_command_gets_what_it_knows() {
        let words = [
            "--minify",
            "false",
            "src/a.ts",
            "--var",
            "A:1",
            "B:2",
            "--route",
            "a.com/*",
            "--secrets-file=x.json",
            "--new-flag",
            "v",
            "--uploadSourceMaps",
            "--no-strict",
        ];
        assert_eq!(for_command(&words, DeployCommand::Deploy), words.join(" "));
        assert_eq!(
            for_command(&words, DeployCommand::VersionsUpload),
            "--minify false src/a.ts --var A:1 B:2 --secrets-file=x.json --new-flag v \
             --uploadSourceMaps --no-strict"
        );
        assert_eq!(for_command(&words, DeployCommand::TriggersDeploy), "--route a.com/*");
    }

    #[test]
    fn some_flags_choose_the_strategy() {
        let passed = read(&["--logpush", "--tag", "a"]).expect("flags");
        assert_eq!((passed.only_direct(), passed.only_staged()), (Some("logpush"), None));
        let passed = read(&["--preview-alias", "a"]).expect("flags");
        assert_eq!((passed.only_direct(), passed.only_staged()), (None, Some("preview-alias")));
        let error = read(&["--preview-alias", "a", "--no-logpush"]).expect_err("both");
        let said = "`--logpush` and `--preview-alias` cannot be used together";
        assert!(error.to_string().starts_with(said), "{error}");
    }

    #[test]
    fn some_flags_are_clodos_own() {
        for given in ["--env", "-e", "--env=a", "-ea", "--dryRun", "-c", "--no-x-provision", "-h"] {
            let error = read(&["--minify", given]).expect_err(given).to_string();
            assert!(error.starts_with(&format!("`{given}` is set by clodo: ")), "{error}");
        }
        for words in [&["--message", "a b", "--tag", "c"][..], &["--message=a b", "--tag", "c"]] {
            assert_eq!(read(words).expect("flags").message.as_deref(), Some("a b"));
            assert_eq!(for_command(words, DeployCommand::Deploy), "--tag c");
        }
    }
}
