//! A secret that cannot be printed.

use std::fmt;

/// A token. Neither `Debug` nor an error shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

/// What stands in the place of a token.
const HIDDEN: &str = "***";

impl Token {
    /// A token, unless there is nothing but space in the text.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// The token itself, for the header that carries it, and for reading of what kind it is.
    pub(in crate::world) fn expose(&self) -> &str {
        &self.0
    }

    /// The text without the token, should it be in there.
    pub(in crate::world) fn hide_in(&self, text: &str) -> String {
        text.replace(&self.0, HIDDEN)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({HIDDEN})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_never_shown() {
        let token = Token::new(" s3cret\n").expect("a token");
        assert_eq!(token.expose(), "s3cret");
        assert_eq!(format!("{token:?} {:?}", Some(&token)), "Token(***) Some(Token(***))");
        assert_eq!(token.hide_in("bad token s3cret"), "bad token ***");
        assert_eq!(Token::new(" \n"), None);
    }
}
