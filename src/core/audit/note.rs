//! Signed notes: a text, and below it the signatures of those who stand for it.
//!
//! The format is C2SP's, <https://c2sp.org/signed-note>, with Ed25519, and so are the keys
//! (`golang.org/x/mod/sumdb/note`): what clodo signs, other tools verify, and the other way round.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::digest::{SHA256, digest};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};

/// The number of the signature algorithm Ed25519.
const ALGORITHM: u8 = 1;

/// What a private key begins with.
const PRIVATE: &str = "PRIVATE+KEY+";

/// How many bytes a seed, and a public key, have.
pub const SEED: usize = 32;

/// What stands before a signature.
const DASH: &str = "\u{2014} ";

/// Why a key or a note is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// The text is no key.
    #[error("this is not a key: {0}")]
    Key(&'static str),
    /// The name is not one that a key can have.
    #[error("this cannot be the name of a key: it is empty, or has a space or + in it")]
    Name,
    /// The text is no signed note.
    #[error("this is not a signed note: {0}")]
    Format(&'static str),
    /// Nobody whose key is known has signed.
    #[error("{name} has not signed it")]
    Unsigned {
        /// Whose key it is.
        name: String,
    },
    /// The signature is not of this text.
    #[error("the signature of {name} is not of this text")]
    Forged {
        /// Whose key it is.
        name: String,
    },
}

/// A key that signs. It cannot be printed but with [`Signer::secret`].
pub struct Signer {
    name: String,
    seed: [u8; SEED],
    pair: Ed25519KeyPair,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.name)
    }
}

impl Signer {
    /// The key of a name, out of bytes that nobody else has.
    ///
    /// # Errors
    /// Where the name is empty, or has a space or a `+` in it.
    pub fn new(name: &str, seed: [u8; SEED]) -> Result<Self, NoteError> {
        if !is_name(name) {
            return Err(NoteError::Name);
        }
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed)
            .map_err(|_| NoteError::Key("its bytes are no seed"))?;
        Ok(Self { name: name.to_owned(), seed, pair })
    }

    /// Reads a key as [`Signer::secret`] writes it.
    ///
    /// # Errors
    /// Where the text is no such key.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let text = text.trim().strip_prefix(PRIVATE);
        let (name, id, seed) = parts(text.ok_or(NoteError::Key("it is not a private one"))?)?;
        let signer = Self::new(name, seed)?;
        match signer.verifier().id() == id {
            true => Ok(signer),
            false => Err(NoteError::Key("its parts do not fit each other")),
        }
    }

    /// The key as text: the secret of whoever holds it.
    pub fn secret(&self) -> String {
        let id = self.verifier().id();
        format!("{PRIVATE}{}+{id:08x}+{}", self.name, encoded(&self.seed))
    }

    /// The key that verifies what this one signs.
    pub fn verifier(&self) -> Verifier {
        let mut public = [0; SEED];
        public.copy_from_slice(self.pair.public_key().as_ref());
        Verifier { name: self.name.clone(), public }
    }

    /// Whose key it is.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Signs a text, which ends with a line break. Gives the note.
    pub fn sign(&self, text: &str) -> String {
        let mut signature = self.verifier().id().to_be_bytes().to_vec();
        signature.extend(self.pair.sign(text.as_bytes()).as_ref());
        format!("{text}\n{DASH}{} {}\n", self.name, BASE64.encode(signature))
    }
}

/// A key that verifies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    public: [u8; SEED],
}

impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{:08x}+{}", self.name, self.id(), encoded(&self.public))
    }
}

impl Verifier {
    /// Reads a key as it is displayed, or a private one, which verifies as well.
    ///
    /// # Errors
    /// Where the text is no such key.
    pub fn parse(text: &str) -> Result<Self, NoteError> {
        let text = text.trim();
        if text.starts_with(PRIVATE) {
            return Ok(Signer::parse(text)?.verifier());
        }
        let (name, id, public) = parts(text)?;
        let verifier = Self { name: name.to_owned(), public };
        match verifier.id() == id {
            true => Ok(verifier),
            false => Err(NoteError::Key("its parts do not fit each other")),
        }
    }

    /// The number by which a signature names the key: of the hash of its name and its bytes, the
    /// first four.
    fn id(&self) -> u32 {
        let mut bytes = self.name.as_bytes().to_vec();
        bytes.extend([b'\n', ALGORITHM]);
        bytes.extend(self.public);
        let hash = digest(&SHA256, &bytes);
        let mut first = [0; 4];
        first.copy_from_slice(&hash.as_ref()[..4]);
        u32::from_be_bytes(first)
    }

    /// The text of a note that this key has signed.
    ///
    /// # Errors
    /// Where it is no note, or not signed with this key.
    pub fn open<'a>(&self, note: &'a str) -> Result<&'a str, NoteError> {
        let end = note.rfind("\n\n").ok_or(NoteError::Format("there is no empty line"))?;
        let (text, signatures) = (&note[..=end], &note[end + 2..]);
        if !signatures.ends_with('\n') {
            return Err(NoteError::Format("its last line does not end"));
        }
        for line in signatures.lines() {
            let line = line.strip_prefix(DASH);
            let (name, signature) = line
                .and_then(|line| line.split_once(' '))
                .ok_or(NoteError::Format("below its empty line are not only signatures"))?;
            let bytes = BASE64.decode(signature).ok().filter(|bytes| bytes.len() > 4);
            let bytes = bytes.ok_or(NoteError::Format("a signature is not Base64"))?;
            if name != self.name || bytes[..4] != self.id().to_be_bytes() {
                continue;
            }
            let key = UnparsedPublicKey::new(&ED25519, &self.public);
            return match key.verify(text.as_bytes(), &bytes[4..]) {
                Ok(()) => Ok(text),
                Err(_) => Err(NoteError::Forged { name: self.name.clone() }),
            };
        }
        Err(NoteError::Unsigned { name: self.name.clone() })
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+')
}

fn encoded(key: &[u8; SEED]) -> String {
    let mut bytes = vec![ALGORITHM];
    bytes.extend(key);
    BASE64.encode(bytes)
}

/// The name, the number and the bytes of a key.
fn parts(text: &str) -> Result<(&str, u32, [u8; SEED]), NoteError> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(id), Some(bytes)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(NoteError::Key("it has not three parts"));
    };
    let id = u32::from_str_radix(id, 16).map_err(|_| NoteError::Key("its number is none"))?;
    let bytes = BASE64.decode(bytes).map_err(|_| NoteError::Key("its end is not Base64"))?;
    match (is_name(name), bytes.split_first()) {
        (true, Some((&ALGORITHM, key))) => {
            let key = key.try_into().map_err(|_| NoteError::Key("it is too short or too long"))?;
            Ok((name, id, key))
        }
        (true, _) => Err(NoteError::Key("it is not one of Ed25519")),
        (false, _) => Err(NoteError::Key("its name is empty, or has a space in it")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of `golang.org/x/mod/sumdb/note`, whose keys and signatures others wrote.
    const SECRET: &str =
        "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const PUBLIC: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const NOTE: &str = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n\n\
        \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    #[test]
    fn the_notes_of_others_are_read_and_written() {
        let signer = Signer::parse(SECRET).expect("a key");
        assert_eq!(
            (signer.secret().as_str(), signer.verifier().to_string().as_str()),
            (SECRET, PUBLIC)
        );
        let verifier = Verifier::parse(PUBLIC).expect("a key");
        let text = verifier.open(NOTE).expect("signed");
        assert!(text.ends_with("what your problem is.\n"), "{text}");
        assert_eq!(signer.sign(text), NOTE);
        assert!(!format!("{signer:?}").contains("AYEK"));
    }

    #[test]
    fn any_other_text_or_key_is_found_out() {
        let verifier = Verifier::parse(PUBLIC).expect("a key");
        let name = || "PeterNeumann".to_owned();
        let altered = NOTE.replace("cryptography", "cryptographY");
        assert_eq!(verifier.open(&altered), Err(NoteError::Forged { name: name() }));
        let other = Signer::new("PeterNeumann", [7; SEED]).expect("a key").verifier();
        assert_eq!(other.open(NOTE), Err(NoteError::Unsigned { name: name() }));
        for broken in ["", "text\n", "text\n\nno signature\n", &NOTE[..NOTE.len() - 1]] {
            assert!(matches!(verifier.open(broken), Err(NoteError::Format(_))), "{broken:?}");
        }
        for broken in ["", "a+b", "a+00000000+AQ==", &PUBLIC.replace("c74f20a3", "c74f20a4")] {
            assert!(matches!(Verifier::parse(broken), Err(NoteError::Key(_))), "{broken:?}");
        }
        assert!(Signer::new("a b", [0; SEED]).is_err());
    }
}
