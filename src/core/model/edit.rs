//! A repair, as edits to keys of a configuration.

use serde_json::Value;

/// One change to a configuration. Paths are those of findings: `env.staging.routes[0].pattern`.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Gives a key or an item of a list a value; adds the key where it is not there.
    Set {
        /// The key.
        path: String,
        /// The value.
        value: Value,
    },
    /// Adds an item to the end of a list; makes the list where it is not there.
    Append {
        /// The list.
        path: String,
        /// The item.
        value: Value,
    },
    /// Takes a key, or an item of a list, away.
    Remove {
        /// The key.
        path: String,
    },
    /// Gives a key another name. Its value and its place stay.
    Rename {
        /// The key.
        path: String,
        /// The new name.
        to: String,
    },
}

/// A step on the way to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Into a table.
    Key(String),
    /// Into a list.
    Index(usize),
}

impl Edit {
    /// The path of what is changed.
    pub fn path(&self) -> &str {
        match self {
            Self::Set { path, .. }
            | Self::Append { path, .. }
            | Self::Remove { path }
            | Self::Rename { path, .. } => path,
        }
    }
}

/// Reads a path as findings write it: keys after dots, indices in brackets, and keys that are no
/// plain words in brackets and quotes. None where it is no such path.
pub fn steps(path: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix('[').filter(|rest| rest.starts_with('"')) {
            let mut strings = serde_json::Deserializer::from_str(quoted).into_iter::<String>();
            let key = strings.next()?.ok()?;
            rest = quoted.get(strings.byte_offset()..)?.strip_prefix(']')?;
            steps.push(Step::Key(key));
        } else if let Some(indexed) = rest.strip_prefix('[') {
            let (index, after) = indexed.split_once(']')?;
            steps.push(Step::Index(index.parse().ok()?));
            rest = after;
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (key, after) = rest.split_at(end);
            if key.is_empty() {
                return None;
            }
            steps.push(Step::Key(key.to_owned()));
            rest = after;
        }
        rest = rest.strip_prefix('.').unwrap_or(rest);
    }
    Some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_as_they_are_written() {
        let key = |key: &str| Step::Key(key.to_owned());
        assert_eq!(
            steps("env.staging.kv_namespaces[0].id"),
            Some(vec![key("env"), key("staging"), key("kv_namespaces"), Step::Index(0), key("id")])
        );
        assert_eq!(steps(r#"env["a.b"].vars"#), Some(vec![key("env"), key("a.b"), key("vars")]));
        assert_eq!(steps("a..b"), None);
        assert_eq!(steps("a[x]"), None);
    }
}
