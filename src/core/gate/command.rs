//! Commands in comments: `/clodo approve production 9f3c41d07b2a`.
//!
//! Whatever a comment quotes or shows as code is no command: it is one only as the first line, and
//! nothing may stand behind it. What follows below is the reason.

use jiff::Timestamp;

use super::approval::Choice;
use crate::core::plan::SHORT_HASH;

/// A command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Yes or no.
    pub choice: Choice,
    /// The environment.
    pub environment: String,
    /// How the hash of the plan begins.
    pub prefix: String,
    /// What stands below it.
    pub reason: Option<String>,
}

/// Why a comment that addresses clodo is no command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// It has not the form of one.
    #[error("a command is written as `/clodo approve ENVIRONMENT HASH`, alone in the first line")]
    Form,
    /// The hash is too short, or none.
    #[error("the hash of a plan is given by its first {SHORT_HASH} digits or more")]
    Hash,
}

impl Command {
    /// The command of a comment; `None` where it addresses somebody else.
    pub fn of(comment: &str) -> Option<Result<Self, CommandError>> {
        let (first, rest) = comment.trim_start().split_once('\n').unwrap_or((comment.trim(), ""));
        // Indented by four it would be code.
        if comment.starts_with("    ") || comment.starts_with('\t') {
            return None;
        }
        let mut words = first.split_whitespace();
        if words.next() != Some("/clodo") {
            return None;
        }
        let words: Vec<&str> = words.collect();
        let [verb, environment, hash] = words.as_slice() else {
            return Some(Err(CommandError::Form));
        };
        let choice = match *verb {
            "approve" => Choice::Approve,
            "reject" => Choice::Reject,
            _ => return Some(Err(CommandError::Form)),
        };
        let hash = hash.trim_matches('`').to_ascii_lowercase();
        let is_hash = (SHORT_HASH..=64).contains(&hash.len())
            && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_hash {
            return Some(Err(CommandError::Hash));
        }
        let reason = Some(rest.trim().to_owned()).filter(|reason| !reason.is_empty());
        Some(Ok(Self { choice, environment: (*environment).to_owned(), prefix: hash, reason }))
    }

    /// The plan that is meant, of those that were shown when the command was written. Two that begin
    /// alike mean nothing: somebody may have made one for the sake of the other.
    pub fn plan<'a>(&self, shown: &'a [Shown], written: Timestamp) -> Option<&'a str> {
        let begins = |plan: &&Shown| {
            plan.environment == self.environment && plan.hash.starts_with(&self.prefix)
        };
        let mut alike = shown.iter().filter(begins);
        let first = alike.next()?;
        let alone = alike.all(|other| other.hash == first.hash);
        let before = shown.iter().filter(begins).any(|plan| plan.at <= written);
        (alone && before).then_some(first.hash.as_str())
    }
}

/// A plan that people were asked to approve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The environment.
    pub environment: String,
    /// The hash.
    pub hash: String,
    /// When it was shown.
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "9f3c41d07b2a";

    #[test]
    fn a_command_is_the_first_line() {
        let read = |text: &str| Command::of(text).and_then(Result::ok);
        let approve = |reason: Option<&str>| Command {
            choice: Choice::Approve,
            environment: "production".into(),
            prefix: HASH.into(),
            reason: reason.map(str::to_owned),
        };
        let line = format!("/clodo approve production {HASH}");
        assert_eq!(read(&line), Some(approve(None)));
        assert_eq!(read(&format!("{line}\r\n\nLooks good.")), Some(approve(Some("Looks good."))));
        assert_eq!(
            read(&format!("/clodo approve production `{}`", HASH.to_uppercase())),
            Some(approve(None))
        );
        for no in [
            format!("> {line}"),
            format!("    {line}"),
            format!("I would not {line}"),
            format!("```\n{line}\n```"),
            format!("Hello\n{line}"),
            format!("{line}; rm"),
            format!("/clodo approve production {}", &HASH[..11]),
            "/clodo approve production master-branch".to_owned(),
            "/clodo approve".to_owned(),
        ] {
            assert_eq!(read(&no), None, "{no}");
        }
        assert_eq!(Command::of("/clodo approve x y"), Some(Err(CommandError::Hash)));
        assert_eq!(Command::of("/clodo go"), Some(Err(CommandError::Form)));
        assert_eq!(Command::of("thanks"), None);
    }

    #[test]
    fn plans_that_begin_alike_are_not_approved() {
        let at = |minute: i64| Timestamp::from_second(minute * 60).unwrap_or_default();
        let shown = |tail: &str, minute: i64| Shown {
            environment: "production".into(),
            hash: format!("{HASH}{tail}"),
            at: at(minute),
        };
        let command = Command::of(&format!("/clodo approve production {HASH}"));
        let Some(Ok(command)) = command else { panic!("{command:?}") };
        let first = shown("aa", 1);
        assert_eq!(command.plan(std::slice::from_ref(&first), at(2)), Some(first.hash.as_str()));
        assert_eq!(
            command.plan(&[first.clone(), shown("aa", 3)], at(2)),
            Some(first.hash.as_str())
        );
        assert_eq!(command.plan(std::slice::from_ref(&first), at(0)), None, "before it was shown");
        assert_eq!(
            command.plan(&[first.clone(), shown("bb", 3)], at(2)),
            None,
            "made later, alike"
        );
        let elsewhere = Shown { environment: "staging".into(), ..shown("bb", 1) };
        assert_eq!(command.plan(&[first.clone(), elsewhere], at(2)), Some(first.hash.as_str()));
    }
}
