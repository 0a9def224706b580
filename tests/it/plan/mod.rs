//! Plans and drifts: what they say, what their hash stands for, and whether they are right about what
//! real Wrangler does.

mod deployed;
mod hash;
mod words;
