//! Which rules are meant.

use std::fmt;

/// One rule by its id, or a whole family: `d1/pending-migrations`, `d1/*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RulePattern {
    /// A rule's id.
    Rule(Box<str>),
    /// A family, without the slash.
    Family(Box<str>),
}

/// The form of a pattern as a regular expression, for the JSON Schema.
pub(super) const FORM: &str = r"^[a-z0-9-]+/([a-z0-9-]+|\*)$";

impl RulePattern {
    /// Reads a pattern; none where the text has not the form of one.
    pub fn parse(text: &str) -> Option<Self> {
        let is_word = |part: &str| {
            let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
            !part.is_empty() && part.bytes().all(allowed)
        };
        match text.split_once('/')? {
            (family, "*") if is_word(family) => Some(Self::Family(family.into())),
            (family, name) if is_word(family) && is_word(name) => Some(Self::Rule(text.into())),
            _ => None,
        }
    }

    /// Whether a rule is meant.
    pub fn matches(&self, rule: &str) -> bool {
        match self {
            Self::Rule(id) => &**id == rule,
            Self::Family(family) => rule.split_once('/').is_some_and(|(own, _)| own == &**family),
        }
    }
}

impl fmt::Display for RulePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule(id) => f.write_str(id),
            Self::Family(family) => write!(f, "{family}/*"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_family_is_matched_as_a_whole_word() {
        let family = RulePattern::parse("d1/*").expect("the form of a family");
        assert!(family.matches("d1/pending-migrations"));
        assert!(!family.matches("d10/pending-migrations"));
        assert!(!family.matches("d1"));
    }

    #[test]
    fn anything_else_is_no_pattern() {
        for text in ["", "/", "*", "*/*", "d1", "d1/", "/x", "d1/a/b", "D1/a", "d1/a*", "d1/ a"] {
            assert_eq!(RulePattern::parse(text), None, "{text:?}");
        }
    }
}
