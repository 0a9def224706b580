//! How an account is filled.
