//! `clodo.yml`.
