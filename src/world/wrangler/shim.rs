#![allow(missing_docs)]
use super::{Call, Ran, Wrangler, WranglerError};
use std::fmt;
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    Stdout,
    Stderr,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    pub stream: Stream,
    pub text: &'a str,
}
impl Line<'_> {
    pub fn plain(&self) -> String {
        self.text.to_owned()
    }
}
#[derive(Clone, Debug)]
pub struct Interrupt;
impl Interrupt {
    pub fn never() -> Self {
        Self
    }
    pub fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }
    pub fn is_asked(&self) -> bool {
        false
    }
}
#[derive(Clone)]
pub struct Following<'a> {
    pub lines: &'a dyn Fn(Line<'_>),
    pub interrupt: Interrupt,
}
#[derive(Clone, Debug, Default)]
pub struct ApiError {
    pub message: String,
    pub code: Option<u32>,
}
#[derive(Clone, Debug, Default)]
pub struct Failure {
    pub message: String,
    pub errors: Vec<ApiError>,
}
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
impl Ran {
    pub fn failure(&self) -> Failure {
        Failure {
            message: self.complaint().to_owned(),
            errors: if self.stderr.contains("[code:") { vec![ApiError::default()] } else { vec![] },
        }
    }
}
impl Wrangler {
    pub async fn follow(&self, call: &Call<'_>, f: &Following<'_>) -> Result<Ran, WranglerError> {
        let ran = self.run(call).await?;
        for text in ran.stdout.lines() {
            (f.lines)(Line { stream: Stream::Stdout, text });
        }
        Ok(ran)
    }
}
