//! Which version of Wrangler brought which key.

/// A key and the first version that knew it.
#[derive(Clone, Copy, Debug)]
pub struct KeySince {
    /// The key's path, lists as `[]`.
    pub path: &'static str,
    /// The first version.
    pub version: (u64, u64, u64),
}

/// The first version that knew a key, where that is known.
pub fn since(_path: &str) -> Option<&'static KeySince> {
    None
}
