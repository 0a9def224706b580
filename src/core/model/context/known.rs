//! A value, and where it was found.

use std::fmt;

/// Something that was found, with its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known<T> {
    /// What was found.
    pub value: T,
    /// Where.
    pub source: Source,
}

impl<T> Known<T> {
    /// Something that was found in one place.
    pub fn new(value: T, origin: Origin) -> Self {
        Self { value, source: Source(vec![origin]) }
    }

    /// What it says in other words.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Known<U> {
        Known { value: f(self.value), source: self.source }
    }

    /// What it says in other words, if it can be said in them.
    pub fn and_then<U>(self, f: impl FnOnce(T) -> Option<U>) -> Option<Known<U>> {
        Some(Known { value: f(self.value)?, source: self.source })
    }

    /// What it says together with something else.
    pub fn with<U, V>(self, other: Known<U>, f: impl FnOnce(T, U) -> V) -> Known<V> {
        let Source(mut origins) = self.source;
        for origin in other.source.0 {
            if !origins.contains(&origin) {
                origins.push(origin);
            }
        }
        Known { value: f(self.value, other.value), source: Source(origins) }
    }

    /// Something else that follows from the same source.
    pub fn so<U>(&self, f: impl FnOnce(&T) -> U) -> Known<U> {
        Known { value: f(&self.value), source: self.source.clone() }
    }
}

/// Where something was found: usually one place, sometimes put together from several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source(Vec<Origin>);

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, origin) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(", ")?;
            }
            origin.fmt(f)?;
        }
        Ok(())
    }
}

/// One place in which something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A variable of the environment, by its name.
    Variable(&'static str),
    /// A field of the file that describes the event.
    Event(&'static str),
    /// A property of a TeamCity build.
    Property(&'static str),
    /// The repository in the work tree.
    Git(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => f.write_str(name),
            Self::Event(field) => write!(f, "event file: {field}"),
            Self::Property(name) => write!(f, "property {name}"),
            Self::Git(what) => write!(f, "git: {what}"),
        }
    }
}
