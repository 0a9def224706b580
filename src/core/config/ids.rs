//! The forms of the ids that Cloudflare gives.

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
