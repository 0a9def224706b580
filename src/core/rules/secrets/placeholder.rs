//! # A variable was never filled in
//!
//! ## What it checks
//!
//! The values of `vars` for placeholders: `<your-key>`, `changeme`, `YOUR_TOKEN`, `xxx`, `TODO`,
//! and for `${NAME}`, which Wrangler does not replace. Also empty values under the name of a
//! secret. Nothing is said about environments that may be for development alone.
//!
//! ## Why it matters
//!
//! The Worker is deployed with the placeholder, and fails where it first needs the value. If the
//! name is that of a secret, it is worse: the variable takes the place of the secret that was set
//! with `wrangler secret put`. In a pipeline Wrangler warns about that, and goes on.
//!
//! ## Bad
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//!
//! [vars]
//! MAIL_TOKEN = "<your-token>"
//! SUPPORT_EMAIL = "<your-email>"
//! ```
//!
//! ## Good
//!
//! ```toml
//! name = "shop"
//! main = "src/index.ts"
//! compatibility_date = "2026-01-31"
//! workers_dev = false
//! preview_urls = false
//! secrets = { required = ["MAIL_TOKEN"] }
//!
//! [vars]
//! SUPPORT_EMAIL = "help@example.com"
//! ```
//!
//! ## How to fix
//!
//! Write the value. If it is a secret, remove the line and set it with `wrangler secret put NAME`;
//! `secrets.required` says that it must be there.
//!
//! ## References
//!
//! - <https://developers.cloudflare.com/workers/configuration/environment-variables/>
//! - <https://developers.cloudflare.com/workers/configuration/secrets/>

use crate::core::config::placeholder::{Placeholder, placeholder};
use crate::core::config::shape::join;
use crate::core::config::wrangler::stages::may_be_local;
use crate::core::model::{Entry, Place, Severity, Value, WranglerSays};
use crate::core::rules::{Check, Findings, Needs, Rule, ServiceContext};
use crate::core::secrets::is_secret_name;

pub(in crate::core::rules) static RULE: Rule = Rule {
    id: "secrets/placeholder",
    severity: Severity::Warning,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Static,
    catalogue: &["SEC-15"],
    page: include_str!("placeholder.rs"),
    check: Check::Service(check),
};

fn check(cx: &ServiceContext<'_>, out: &mut Findings<'_>) {
    // A template of a configuration is all placeholders, and nobody deploys it.
    let name = cx.root().and_then(|root| root.get("name")?.as_str()).unwrap_or_default();
    if placeholder(name).is_some() {
        return;
    }
    let file = cx.service.config.file;
    for environment in cx.environments().filter(|environment| !may_be_local(environment)) {
        let vars = environment.own().get("vars").map(Value::entries).unwrap_or_default();
        let unfilled: Vec<&Entry> = vars.iter().filter(|entry| is_unfilled(entry)).collect();
        let [first, rest @ ..] = unfilled.as_slice() else { continue };
        let secret = unfilled.iter().find(|entry| is_secret_name(&entry.key));
        let message = match rest.len() {
            0 => format!("the variable `{}` was never filled in", first.key),
            more => format!("the variable `{}` and {more} more were never filled in", first.key),
        };
        let draft = out
            .at(first.key_span.to(first.value.span))
            .say(message)
            .path(join(&environment.path("vars"), &first.key))
            .why(match secret {
                Some(_) => {
                    "it is deployed as it is, and takes the place of the secret of that name"
                }
                None => "it is deployed as it is",
            })
            .help(match secret {
                Some(secret) => {
                    format!("remove it, and set the secret with wrangler secret put {}", secret.key)
                }
                None => "write the value".to_owned(),
            })
            .on(&environment);
        let more = |entry: &&Entry| (Place { file, span: entry.key_span }, "and this".to_owned());
        let _ = rest.iter().map(more).fold(draft, |draft, (place, words)| draft.see(place, words));
    }
}

fn is_unfilled(entry: &Entry) -> bool {
    let Some(text) = entry.value.as_str() else { return false };
    match placeholder(text) {
        Some(Placeholder::Template) => true,
        Some(Placeholder::Blank) => is_meant(text),
        None if text.is_empty() => is_secret_name(&entry.key),
        None => is_blank(text),
    }
}

/// What is a placeholder where an id is expected may be a value of a variable: a sentence with
/// "your" in it, a row of zeros, and the words "todo" and "replace".
fn is_meant(text: &str) -> bool {
    let bracketed = text.starts_with('<') && text.ends_with('>') && !text.contains("</");
    let word =
        text.bytes().all(|b| b.is_ascii_lowercase()) && text != "changeme" && !is_row_of_x(text);
    let digits = text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_punctuation());
    let trails = text.ends_with("...") && text.contains(char::is_whitespace);
    bracketed || !(word || digits || trails || text.contains(char::is_whitespace))
}

/// `change-me`, `xxx`, `sk-xxxxxxxx`
fn is_blank(text: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let plain: String = text.chars().filter(char::is_ascii_alphabetic).collect();
    plain.eq_ignore_ascii_case("changeme") || words.any(is_row_of_x)
}

fn is_row_of_x(word: &str) -> bool {
    word.len() >= 3 && word.bytes().all(|b| matches!(b, b'x' | b'X'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::model::{Data, Span};

    fn unfilled(key: &str, text: &str) -> bool {
        let value = Value { span: Span::default(), data: Data::String(text.into()) };
        is_unfilled(&Entry { key: key.into(), key_span: Span::default(), value })
    }

    #[test]
    fn values() {
        for text in [
            "<your-key>",
            "changeme",
            "change-me",
            "__change_me__",
            "your-openai-api-key",
            "https://your-app.workers.dev",
            "REPLACE_ENGINE_SECRET",
            "xxx",
            "sk-xxxxxxxxxxxx",
            "TODO",
            "0x4AAAAAAA...",
            "${API_KEY}",
        ] {
            assert!(unfilled("KEY", text), "{text}");
        }
        for text in [
            "todo",
            "replace",
            "placeholder",
            "0000",
            "Enjoy your stay",
            "Loading ...",
            "<b>your cart</b>",
            "https://example.com",
            "eu",
        ] {
            assert!(!unfilled("KEY", text), "{text}");
        }
        assert!(unfilled("API_KEY", "") && !unfilled("REGION", ""));
    }
}
