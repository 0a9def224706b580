//! Signatures by SSH keys, as `ssh-keygen -Y sign` makes them: OpenSSH's PROTOCOL.sshsig.
//!
//! The keys that people sign with are Ed25519 (also on a security key), RSA and ECDSA on P-256 and
//! P-384. Whatever else there is does not verify.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{Algorithm, SHA256, SHA512, digest};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA512, RsaPublicKeyComponents, UnparsedPublicKey,
};

use super::statement::NAMESPACE;

const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----";
const END: &str = "-----END SSH SIGNATURE-----";

/// What a signature and what is signed begin with.
const MAGIC: &[u8] = b"SSHSIG";

/// The one version of the format.
const VERSION: u32 = 1;

/// In the flags of a security key: somebody touched it.
const PRESENT: u8 = 1;

/// Whether a key signed a statement. The key is a line of `authorized_keys`.
pub fn is_signed(signature: &str, key: &str, statement: &str) -> bool {
    let mut words = key.split_whitespace();
    let known = words.nth(1).and_then(|blob| STANDARD.decode(blob).ok());
    let signature = dearmoured(signature);
    signature.zip(known).and_then(|(signature, key)| verify(&signature, &key, statement)).is_some()
}

fn dearmoured(text: &str) -> Option<Vec<u8>> {
    let inside = text.trim().strip_prefix(BEGIN)?.strip_suffix(END)?;
    STANDARD.decode(inside.split_whitespace().collect::<String>()).ok()
}

/// `Some` where the signature is of this key, in our namespace, and of this text.
fn verify(signature: &[u8], key: &[u8], statement: &str) -> Option<()> {
    let mut blob = Reader(signature.strip_prefix(MAGIC)?);
    (blob.number()? == VERSION).then_some(())?;
    (blob.string()? == key).then_some(())?;
    (blob.string()? == NAMESPACE.as_bytes()).then_some(())?;
    let reserved = blob.string()?;
    let hash = blob.string()?;
    let algorithm: &Algorithm = match hash {
        b"sha256" => &SHA256,
        b"sha512" => &SHA512,
        _ => return None,
    };
    let mut made = Reader(blob.string()?);
    let mut signed = MAGIC.to_vec();
    let digest = digest(algorithm, statement.as_bytes());
    for part in [NAMESPACE.as_bytes(), reserved, hash, digest.as_ref()] {
        signed.extend(u32::try_from(part.len()).ok()?.to_be_bytes());
        signed.extend(part);
    }
    by_key(&mut Reader(key), &mut made, &signed)
}

/// Whether the key made the signature of these bytes.
fn by_key(key: &mut Reader<'_>, made: &mut Reader<'_>, signed: &[u8]) -> Option<()> {
    let (kind, how) = (key.string()?, made.string()?);
    let value = made.string()?;
    let verified = match (kind, how) {
        (b"ssh-ed25519", b"ssh-ed25519") => {
            UnparsedPublicKey::new(&ED25519, key.string()?).verify(signed, value)
        }
        (b"sk-ssh-ed25519@openssh.com", b"sk-ssh-ed25519@openssh.com") => {
            let (public, application) = (key.string()?, key.string()?);
            let [flags] = *made.take(1)? else { return None };
            (flags & PRESENT != 0).then_some(())?;
            let mut touched = digest(&SHA256, application).as_ref().to_vec();
            touched.push(flags);
            touched.extend(made.take(4)?);
            touched.extend(digest(&SHA256, signed).as_ref());
            UnparsedPublicKey::new(&ED25519, public).verify(&touched, value)
        }
        (b"ssh-rsa", b"rsa-sha2-256" | b"rsa-sha2-512") => {
            let (e, n) = (key.integer()?, key.integer()?);
            let by = match how {
                b"rsa-sha2-256" => &RSA_PKCS1_2048_8192_SHA256,
                _ => &RSA_PKCS1_2048_8192_SHA512,
            };
            RsaPublicKeyComponents { n, e }.verify(by, signed, value)
        }
        (b"ecdsa-sha2-nistp256", b"ecdsa-sha2-nistp256")
        | (b"ecdsa-sha2-nistp384", b"ecdsa-sha2-nistp384") => {
            let _curve = key.string()?;
            let (by, length) = match kind {
                b"ecdsa-sha2-nistp256" => (&ECDSA_P256_SHA256_FIXED, 32),
                _ => (&ECDSA_P384_SHA384_FIXED, 48),
            };
            let value = fixed(value, length)?;
            UnparsedPublicKey::new(by, key.string()?).verify(signed, &value)
        }
        _ => return None,
    };
    verified.ok()
}

/// The two numbers of an ECDSA signature, each in so many bytes.
fn fixed(value: &[u8], length: usize) -> Option<Vec<u8>> {
    let mut numbers = Reader(value);
    let mut fixed = Vec::new();
    for _ in 0..2 {
        let number = numbers.integer()?;
        fixed.resize(fixed.len() + length.checked_sub(number.len())?, 0);
        fixed.extend(number);
    }
    Some(fixed)
}

/// Reads the forms of RFC 4251, section 5.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }

    fn string(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        self.take(usize::try_from(length).ok()?)
    }

    /// A positive number without the zeros before it.
    fn integer(&mut self) -> Option<&'a [u8]> {
        let bytes = self.string()?;
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        Some(&bytes[zeros..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by OpenSSH's `ssh-keygen -Y sign -n clodo-approval-v1`, of the text `hello`.
    const MADE: [(&str, &str); 3] = [
        (
            include_str!("../../../tests/fixtures/signatures/ed25519.pub"),
            include_str!("../../../tests/fixtures/signatures/ed25519.sig"),
        ),
        (
            include_str!("../../../tests/fixtures/signatures/rsa.pub"),
            include_str!("../../../tests/fixtures/signatures/rsa.sig"),
        ),
        (
            include_str!("../../../tests/fixtures/signatures/ecdsa.pub"),
            include_str!("../../../tests/fixtures/signatures/ecdsa.sig"),
        ),
    ];

    #[test]
    fn a_signature_is_of_one_key_and_one_text() {
        for (at, (key, signature)) in MADE.iter().enumerate() {
            assert!(is_signed(signature, key, "hello"), "{key}");
            assert!(!is_signed(signature, key, "hello "), "{key}");
            let (other, _) = MADE[(at + 1) % MADE.len()];
            assert!(!is_signed(signature, other, "hello"), "{other}");
        }
        let (key, signature) = MADE[0];
        for broken in ["", "x", &signature.replace("U1NI", "AAAA"), &signature[..80]] {
            assert!(!is_signed(broken, key, "hello"));
        }
        assert!(!is_signed(signature, "ssh-ed25519", "hello"));
    }

    #[test]
    fn any_changed_byte_is_noticed() {
        for (key, signature) in MADE {
            let blob = dearmoured(signature).expect("a signature");
            for at in 0..blob.len() {
                let mut changed = blob.clone();
                changed[at] ^= 1;
                let text = format!("{BEGIN}\n{}\n{END}", STANDARD.encode(&changed));
                assert!(!is_signed(&text, key, "hello"), "byte {at} of {key}");
            }
        }
    }
}
