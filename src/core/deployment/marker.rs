//! The mark that a deployment leaves in Cloudflare's own record.
//!
//! Cloudflare's deployments have no field for whoever made them, and no compare-and-swap. The
//! message of a deployment is what is left: its machine part comes first, since clients may cut it.

use std::fmt;

/// Whose deployment it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    /// The id of clodo's deployment.
    pub deployment: String,
    /// The token of the lock under which it was made.
    pub token: u64,
}

/// What the machine part begins with.
const PREFIX: &str = "clodo:";

impl Marker {
    /// The message: the machine part, and what people read.
    pub fn message(&self, words: &str) -> String {
        format!("{self} {words}").trim_end().to_owned()
    }

    /// The marker of a message, if it begins with one.
    pub fn of(message: &str) -> Option<Self> {
        let machine = message.strip_prefix(PREFIX)?.split_whitespace().next()?;
        let (deployment, token) = machine.split_once(':')?;
        Some(Self { deployment: deployment.to_owned(), token: token.parse().ok()? })
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}:{}", self.deployment, self.token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_tells_whose_it_is() {
        let marker = Marker { deployment: "d-01JD".to_owned(), token: 118 };
        assert_eq!(marker.message("4be21c7 by ana"), "clodo:d-01JD:118 4be21c7 by ana");
        assert_eq!(marker.message(""), "clodo:d-01JD:118");
        for message in ["clodo:d-01JD:118 4be21c7 by ana", "clodo:d-01JD:118"] {
            assert_eq!(Marker::of(message), Some(marker.clone()));
        }
        for message in ["", "fix clodo:d-01JD:118", "clodo:d-01JD", "clodo:d-01JD:x y"] {
            assert_eq!(Marker::of(message), None, "{message}");
        }
    }
}
