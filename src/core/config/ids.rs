//! The forms of the ids that Cloudflare gives.

use super::placeholder::{Placeholder, placeholder};
use super::wrangler::{Binding, Environment};
use crate::core::model::Value;

/// Whether this is 32 hexadecimal digits: a KV namespace, a Hyperdrive configuration, a store of
/// secrets.
pub fn is_hex_32(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether this is a UUID: a D1 database, a client certificate.
pub fn is_uuid(text: &str) -> bool {
    const DASHES: [usize; 4] = [8, 13, 18, 23];
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match DASHES.contains(&at) {
            true => byte == b'-',
            false => byte.is_ascii_hexdigit(),
        })
}

/// Text in a binding that stands where an id should, and has not the form of one.
#[derive(Clone, Debug)]
pub struct Misformed<'a> {
    /// The binding.
    pub binding: Binding<'a>,
    /// The text.
    pub value: &'a Value,
    /// Whether a person is still to fill it in.
    pub blank: bool,
}

/// What stands under a key of an environment's bindings and has not the form of an id. Neither what
/// is empty nor what a tool fills in counts.
pub fn misformed<'a>(
    environment: &Environment<'a>,
    kind: &str,
    key: &str,
    has_form: fn(&str) -> bool,
) -> impl Iterator<Item = Misformed<'a>> {
    environment.bindings_of(kind).into_iter().filter_map(move |binding| {
        let value = binding.value.get(key)?;
        let id = value.as_str().filter(|id| !id.is_empty() && !has_form(id))?;
        let placeholder = placeholder(id);
        let counts = placeholder != Some(Placeholder::Template);
        counts.then_some(Misformed { binding, value, blank: placeholder.is_some() })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        assert!(is_hex_32("0f2ac74b498b48028cb68387c421e279"));
        assert!(
            !is_hex_32("0f2ac74b498b48028cb68387c421e27")
                && !is_hex_32("local-site-cache-kv-is-32-long!!")
        );
        assert!(is_uuid("3eaa1eaf-c1cd-430f-ba12-a93a77542df0"));
        assert!(!is_uuid("3eaa1eaf-c1cd-430f-ba12-a93a77542dfé"));
        assert!(!is_uuid("ba71c9e2-1234-4f56-8abc-random-210ef") && !is_uuid("prices"));
    }
}
