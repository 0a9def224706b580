//! Wrangler's command line, as yargs reads it.

use super::Word;

/// The flags of Wrangler that take no value, so that the word behind one is not its value.
/// Source: the command tree of Wrangler 4.164.0 (`experimental_getWranglerCommands`), those of the
/// commands that pipelines run.
const SWITCHES: [&str; 36] = [
    "all",
    "autoconfig",
    "bundle",
    "commit-dirty",
    "containers",
    "dry-run",
    "experimental-auto-create",
    "experimental-deploy-helpers",
    "experimental-local",
    "experimental-new-config",
    "experimental-provision",
    "experimental-route-zones",
    "force",
    "help",
    "ignore-base-config",
    "install-skills",
    "json",
    "keep-vars",
    "latest",
    "local",
    "logpush",
    "minify",
    "no-bundle",
    "node-compat",
    "preview",
    "remote",
    "skip-caching",
    "skip-confirmation",
    "strict",
    "strict-vars",
    "upload-source-maps",
    "version",
    "x-auto-create",
    "x-new-config",
    "x-provision",
    "yes",
];

/// The flags that take every word behind them, up to the next flag (same source).
const LISTS: [&str; 17] = [
    "alias",
    "compatibility-flag",
    "compatibility-flags",
    "define",
    "domain",
    "domains",
    "env-file",
    "percentage",
    "route",
    "routes",
    "schedule",
    "schedules",
    "site-exclude",
    "site-include",
    "triggers",
    "var",
    "version-id",
];

/// A flag, and what is said with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// Its long name, with dashes: `dry-run`.
    pub name: String,
    /// Its values: none for a switch, several for a list.
    pub values: Vec<Word>,
    /// Whether it is switched off: `--no-x`, or `--x=false`.
    pub off: bool,
    /// The flag as it is written.
    pub word: Word,
}

/// What is said to Wrangler.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arguments {
    /// The words that are neither flags nor their values: the command, and what it is about.
    pub words: Vec<Word>,
    /// The flags, in their order.
    pub flags: Vec<Flag>,
    /// Whether nothing else can be said: no expansion stands here that may become further words.
    pub complete: bool,
}

impl Arguments {
    /// Reads the words behind `wrangler`.
    pub(super) fn read(words: &[Word]) -> Self {
        let mut read = Self { complete: true, ..Self::default() };
        let mut rest = words.iter().peekable();
        while let Some(word) = rest.next() {
            read.complete &= !word.splits;
            let text = &*word.text;
            if text == "--" {
                read.words.extend(rest.by_ref().cloned());
            } else if let Some((name, value)) = flag(text) {
                let mut flag = Flag { name, values: Vec::new(), off: false, word: word.clone() };
                if let Some(value) = value {
                    flag.values.push(Word { text: value.to_owned(), ..word.clone() });
                } else if let Some(positive) =
                    flag.name.strip_prefix("no-").filter(|_| text.starts_with("--no-"))
                {
                    if !SWITCHES.contains(&&*flag.name) {
                        flag.off = true;
                        flag.name = positive.to_owned();
                    }
                } else if LISTS.contains(&&*flag.name) {
                    while let Some(value) = rest.next_if(|word| !word.text.starts_with('-')) {
                        flag.values.push(value.clone());
                    }
                } else if !SWITCHES.contains(&&*flag.name) || is_boolean(rest.peek()) {
                    let value = rest.next_if(|word| !word.text.starts_with('-'));
                    flag.values.extend(value.cloned());
                }
                if SWITCHES.contains(&&*flag.name) {
                    flag.off |= flag.values.iter().any(|value| value.text == "false");
                }
                read.flags.push(flag);
            } else {
                read.words.push(word.clone());
            }
        }
        read
    }

    /// Whether this is a command: `["d1", "migrations", "apply"]`.
    pub fn is(&self, command: &[&str]) -> bool {
        self.words.len() >= command.len()
            && self.words.iter().zip(command).all(|(word, part)| word.literal && word.text == *part)
    }

    /// The words behind a command.
    pub fn after(&self, command: &[&str]) -> Option<&[Word]> {
        self.is(command).then(|| &self.words[command.len()..])
    }

    /// The last flag of a name, as it counts for switches.
    pub fn flag(&self, name: &str) -> Option<&Flag> {
        self.flags.iter().rev().find(|flag| flag.name == name)
    }

    /// Whether a switch is on.
    pub fn has(&self, switch: &str) -> bool {
        self.flag(switch).is_some_and(|flag| !flag.off)
    }

    /// The value of a flag.
    pub fn value(&self, name: &str) -> Option<&Word> {
        self.flag(name)?.values.first()
    }
}

fn is_boolean(word: Option<&&Word>) -> bool {
    word.is_some_and(|word| matches!(&*word.text, "true" | "false"))
}

/// The long name of a flag, and the value that is written in the same word.
fn flag(text: &str) -> Option<(String, Option<&str>)> {
    let (dashed, value) = match text.split_once('=') {
        Some((dashed, value)) => (dashed, Some(value)),
        None => (text, None),
    };
    let name = match dashed.strip_prefix("--") {
        Some(name) if !name.is_empty() => kebab(name),
        Some(_) => return None,
        None => long(dashed.strip_prefix('-').filter(|short| !short.is_empty())?),
    };
    Some((name, value))
}

/// The long name of a short flag.
fn long(short: &str) -> String {
    match short {
        "c" => "config",
        "e" => "env",
        "h" => "help",
        "m" => "message",
        "v" => "version",
        "y" => "yes",
        other => other,
    }
    .to_owned()
}

/// `dryRun` is `dry-run` to yargs.
fn kebab(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            text.push('-');
        }
        text.push(c.to_ascii_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::model::{FileId, Place, Span};

    fn read(line: &str) -> Arguments {
        let word = |text: &str| Word {
            text: text.to_owned(),
            literal: !text.contains('$'),
            splits: text.starts_with('$'),
            place: Place { file: FileId(0), span: Span::default() },
        };
        Arguments::read(&line.split(' ').map(word).collect::<Vec<_>>())
    }

    fn shown(line: &str) -> String {
        let read = read(line);
        let words = |words: &[Word]| {
            words.iter().map(|word| word.text.clone()).collect::<Vec<_>>().join(",")
        };
        let flags: Vec<String> = read
            .flags
            .iter()
            .map(|flag| {
                let off = if flag.off { "!" } else { "" };
                format!("{off}{}={}", flag.name, words(&flag.values))
            })
            .collect();
        format!("{} [{}]", words(&read.words), flags.join(" "))
    }

    #[test]
    fn flags_take_what_yargs_gives_them() {
        for (line, expected) in [
            ("deploy --env staging", "deploy [env=staging]"),
            ("-e x deploy src/a.ts", "deploy,src/a.ts [env=x]"),
            ("deploy --env=x -c=w.toml --dryRun", "deploy [env=x config=w.toml dry-run=]"),
            ("deploy --env --dry-run", "deploy [env= dry-run=]"),
            ("deploy --env= x", "deploy,x [env=]"),
            ("d1 execute --remote DB --command x", "d1,execute,DB [remote= command=x]"),
            ("d1 execute --remote false DB", "d1,execute,DB [!remote=false]"),
            ("deploy --x-provision=false --no-minify", "deploy [!x-provision=false !minify=]"),
            ("deploy --no-bundle a.js", "deploy,a.js [no-bundle=]"),
            ("deploy --var A:1 B:2 --minify c", "deploy,c [var=A:1,B:2 minify=]"),
            ("deploy -- --env x", "deploy,--env,x []"),
        ] {
            assert_eq!(shown(line), expected, "{line}");
        }
    }

    #[test]
    fn what_may_be_said_unseen_is_known() {
        assert!(read("deploy --env x").complete);
        assert!(!read("deploy $ARGS").complete);
        assert!(read("d1 migrations apply DB").is(&["d1", "migrations", "apply"]));
        assert!(!read("d1 $WHAT apply").is(&["d1", "migrations"]));
        let read = read("d1 execute DB --remote --no-remote");
        assert!(!read.has("remote"));
        assert_eq!(read.after(&["d1", "execute"]).map(<[Word]>::len), Some(1));
    }
}
