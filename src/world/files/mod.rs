//! Walking and reading the work tree.
