//! Secrets that are known by their shape.
//!
//! Sources, read in November 2026: the documentation of the services on the formats of their keys,
//! as far as they publish them (for Cloudflare's own:
//! <https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/>), and the list
//! of patterns that GitHub's secret scanning supports.

use super::{Secret, Sure, urls};
use crate::core::config::placeholder::placeholder;

/// A kind of secret that begins with the same letters each time.
struct Shape {
    prefix: &'static str,
    /// How many characters follow at least.
    rest: usize,
    sure: Sure,
    what: &'static str,
}

const fn sure(prefix: &'static str, rest: usize, what: &'static str) -> Shape {
    Shape { prefix, rest, sure: Sure::Yes, what }
}

const fn maybe(prefix: &'static str, rest: usize, what: &'static str) -> Shape {
    Shape { prefix, rest, sure: Sure::Maybe, what }
}

/// In alphabetical order, and among those with a common beginning the longest first.
#[rustfmt::skip]
const SHAPES: &[Shape] = &[
    sure("0x4AAA", 28, "a Turnstile secret key"),
    sure("AGE-SECRET-KEY-1", 50, "an age secret key"),
    maybe("AIza", 35, "a Google API key"),
    maybe("AKIA", 16, "the id of an AWS access key"),
    maybe("ASIA", 16, "the id of an AWS access key"),
    sure("AccountKey=", 60, "an Azure storage key"),
    sure("GOCSPX-", 28, "a Google client secret"),
    sure("SG.", 60, "a SendGrid API key"),
    sure("SharedAccessKey=", 40, "an Azure access key"),
    sure("cfat_", 40, "a Cloudflare API token"),
    sure("cfk_", 40, "a Cloudflare API key"),
    sure("cfut_", 40, "a Cloudflare API token"),
    sure("dop_v1_", 60, "a DigitalOcean token"),
    sure("dp.pt.", 40, "a Doppler token"),
    sure("dp.st.", 40, "a Doppler token"),
    sure("ghp_", 36, "a GitHub token"),
    sure("ghr_", 36, "a GitHub token"),
    sure("ghs_", 36, "a GitHub token"),
    sure("ghu_", 36, "a GitHub token"),
    sure("gho_", 36, "a GitHub token"),
    sure("github_pat_", 40, "a GitHub token"),
    sure("glpat-", 20, "a GitLab token"),
    sure("gsk_", 40, "a Groq API key"),
    sure("hf_", 30, "a Hugging Face token"),
    sure("https://discord.com/api/webhooks/", 60, "a Discord webhook"),
    sure("https://discordapp.com/api/webhooks/", 60, "a Discord webhook"),
    sure("https://hooks.slack.com/services/", 30, "a Slack webhook"),
    maybe("key-", 32, "a Mailgun API key"),
    sure("lin_api_", 40, "a Linear API key"),
    sure("npm_", 36, "an npm token"),
    sure("ntn_", 40, "a Notion token"),
    sure("pplx-", 40, "a Perplexity API key"),
    sure("pscale_oauth_", 30, "a PlanetScale token"),
    sure("pscale_pw_", 30, "a PlanetScale password"),
    sure("pscale_tkn_", 30, "a PlanetScale token"),
    sure("pypi-AgEI", 40, "a PyPI token"),
    sure("r8_", 36, "a Replicate token"),
    maybe("re_", 30, "a Resend API key"),
    sure("rk_live_", 20, "a Stripe restricted key"),
    maybe("rk_test_", 20, "a Stripe test key"),
    sure("sb_secret_", 20, "a Supabase secret key"),
    sure("sbp_", 40, "a Supabase token"),
    sure("shpat_", 32, "a Shopify token"),
    sure("shpca_", 32, "a Shopify token"),
    sure("shppa_", 32, "a Shopify token"),
    sure("shpss_", 32, "a Shopify secret"),
    sure("sk-admin-", 30, "an OpenAI API key"),
    sure("sk-ant-", 40, "an Anthropic API key"),
    sure("sk-or-v1-", 40, "an OpenRouter API key"),
    sure("sk-proj-", 30, "an OpenAI API key"),
    sure("sk-svcacct-", 30, "an OpenAI API key"),
    sure("sk-", 32, "an API key"),
    sure("sk_live_", 20, "a live secret key of Stripe or Clerk"),
    maybe("sk_test_", 20, "a test key of Stripe or Clerk"),
    sure("sntrys_", 40, "a Sentry token"),
    sure("sntryu_", 40, "a Sentry token"),
    sure("sq0csp-", 40, "a Square secret"),
    maybe("whsec_", 24, "a webhook secret"),
    sure("xai-", 40, "an xAI API key"),
    sure("xapp-", 30, "a Slack token"),
    sure("xoxa-", 20, "a Slack token"),
    sure("xoxb-", 20, "a Slack token"),
    sure("xoxp-", 20, "a Slack token"),
    sure("xoxr-", 20, "a Slack token"),
    sure("xoxs-", 20, "a Slack token"),
    sure("ya29.", 30, "a Google access token"),
];

/// Where in the table the shapes are that begin with a byte. Nearly every word of nearly every file
/// begins like none of them, and that must be known at once.
const GROUPS: [(usize, usize); 256] = {
    let mut groups = [(0, 0); 256];
    let mut index = 0;
    while index < SHAPES.len() {
        let group = &mut groups[SHAPES[index].prefix.as_bytes()[0] as usize];
        let (start, end) = *group;
        *group = if end == 0 { (index, index + 1) } else { (start, index + 1) };
        index += 1;
    }
    groups
};

/// The secrets in a text that are known by their shape, in the order of the text.
pub fn find(text: &str) -> impl Iterator<Item = Secret> {
    let mut done = 0;
    let has_address = text.contains("://");
    word_starts(text).filter_map(move |start| {
        if start < done {
            return None;
        }
        let first = text.as_bytes()[start];
        let special = match first {
            b'-' => private_key(text, start),
            b'e' => web_token(text, start),
            b'0'..=b'9' => bot_token(text, start),
            _ => None,
        };
        let found = special
            .or_else(|| prefixed(text, start, GROUPS[usize::from(first)]))
            .or_else(|| if has_address { urls::password(text, start) } else { None })?;
        done = found.range.end;
        Some(found)
    })
}

/// Where words begin: nothing that is part of one stands before.
fn word_starts(text: &str) -> impl Iterator<Item = usize> {
    let mut inside = false;
    text.bytes().enumerate().filter_map(move |(at, byte)| {
        let of_word = byte.is_ascii_alphanumeric() || byte == b'_';
        let starts = !inside && (of_word || byte == b'-');
        inside = of_word || (inside && byte == b'-') || (starts && byte == b'-');
        starts.then_some(at)
    })
}

fn prefixed(text: &str, start: usize, (from, to): (usize, usize)) -> Option<Secret> {
    let rest = &text.as_bytes()[start..];
    let mut shapes = SHAPES[from..to].iter();
    let shape = shapes.find(|shape| rest.starts_with(shape.prefix.as_bytes()))?;
    let body = &text[start + shape.prefix.len()..];
    let body = &body[..body.find(|c| !is_of_key(c)).unwrap_or(body.len())];
    if body.len() < shape.rest || placeholder(body).is_some() {
        return None;
    }
    // What was made up may be harmless, unless it says that it is live.
    let sure = match is_varied(body) || shape.prefix.ends_with("_live_") {
        true => shape.sure,
        false if shape.prefix.len() < 4 => return None,
        false => Sure::Maybe,
    };
    let range = start..start + shape.prefix.len() + body.len();
    Some(Secret { what: shape.what, sure, range })
}

fn is_of_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '+' | '=')
}

/// Whether something may have been made by chance: `sk_live_aaaaaaaaaaaaaaaaaaaaaaaa` was not.
fn is_varied(body: &str) -> bool {
    let mut seen = [false; 256];
    for byte in body.bytes() {
        seen[usize::from(byte)] = true;
    }
    seen.iter().filter(|seen| **seen).count() >= 8 && body.bytes().any(|b| b.is_ascii_digit())
}

/// `-----BEGIN PRIVATE KEY-----` and its relatives, with something between the two lines.
fn private_key(text: &str, start: usize) -> Option<Secret> {
    const SHORTEST: usize = 64;
    let begins = text[start..].strip_prefix("-----BEGIN ")?;
    let (kind, rest) = begins.split_once("-----")?;
    let (body, after) = match rest.find("-----END ") {
        Some(end) => (&rest[..end], &rest[end + "-----END ".len()..]),
        None => (rest, ""),
    };
    let close = after.find("-----").map_or(after.len(), |end| end + "-----".len());
    let key = body.bytes().filter(u8::is_ascii_alphanumeric).count() >= SHORTEST && is_varied(body);
    let range = start..text.len() - after.len() + close;
    (kind.len() < 40 && kind.ends_with("PRIVATE KEY") && key).then_some(Secret {
        what: "a private key",
        sure: Sure::Yes,
        range,
    })
}

/// A JSON Web Token. Supabase gives browsers one with the role `anon`, which is no secret.
fn web_token(text: &str, start: usize) -> Option<Secret> {
    let rest = text[start..].strip_prefix("eyJ").map(|_| &text[start..])?;
    let end = rest.find(|c: char| !is_of_token(c) && c != '.').unwrap_or(rest.len());
    let mut parts = rest[..end].split('.');
    let (header, payload, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if !payload.starts_with("eyJ") || signature.len() < 20 {
        return None;
    }
    let claims = String::from_utf8_lossy(&base64(payload)).replace(' ', "");
    let (what, sure) = if claims.contains(r#""role":"anon""#) {
        return None;
    } else if claims.contains(r#""role":"service_role""#) {
        ("a Supabase service key", Sure::Yes)
    } else {
        ("a signed token", Sure::Maybe)
    };
    let length = header.len() + payload.len() + signature.len() + 2;
    Some(Secret { what, sure, range: start..start + length })
}

fn is_of_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

/// Base64 with the alphabet of URLs, as far as it goes.
fn base64(text: &str) -> Vec<u8> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'-' => Some(62),
        b'_' => Some(63),
        _ => None,
    };
    let sextets: Vec<u8> = text.bytes().map_while(value).collect();
    let bytes = sextets.chunks(4).flat_map(|chunk| {
        let bits = chunk.iter().fold(0_u32, |bits, sextet| bits << 6 | u32::from(*sextet));
        let bits = bits << (6 * (4 - chunk.len()));
        let [_, bytes @ ..] = bits.to_be_bytes();
        bytes.into_iter().take(chunk.len() * 6 / 8)
    });
    bytes.collect()
}

/// A token of a Telegram bot: the bot's number, a colon, and 35 characters.
fn bot_token(text: &str, start: usize) -> Option<Secret> {
    let rest = &text[start..];
    let (number, rest) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?);
    let rest = rest.strip_prefix(':')?;
    let length = rest.find(|c| !is_of_token(c)).unwrap_or(rest.len());
    let fits = (8..=10).contains(&number.len())
        && rest.starts_with("AA")
        && length == 35
        && is_varied(&rest[..length]);
    let range = start..start + number.len() + 1 + length;
    fits.then_some(Secret { what: "the token of a Telegram bot", sure: Sure::Yes, range })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Letters and digits that nobody was ever given.
    const BODY: &str = "Zq3Xv7Kp1Lm9Rt5Wy2Bn8Dc4Fg6Hj0SsAaQeUiOoPp7Tz2Yx4Mn6Vb8Nc1Xs";

    fn whats(text: &str) -> Vec<(&'static str, Sure)> {
        find(text).map(|secret| (secret.what, secret.sure)).collect()
    }

    #[test]
    fn the_table_is_in_order() {
        let groups = |shape: &Shape| shape.prefix.as_bytes()[0];
        assert!(SHAPES.windows(2).all(|pair| groups(&pair[0]) <= groups(&pair[1])));
        for (index, shape) in SHAPES.iter().enumerate() {
            let hidden = SHAPES[..index].iter().any(|above| shape.prefix.starts_with(above.prefix));
            assert!(!hidden, "{} is never reached", shape.prefix);
        }
    }

    #[test]
    fn every_shape_is_found_wherever_it_stands() {
        for shape in SHAPES {
            let body = &BODY[..shape.rest];
            for (before, after) in [("", ""), ("KEY=", " npm run build"), ("\"", "\",")] {
                let text = format!("{before}{}{body}{after}", shape.prefix);
                let found: Vec<_> = find(&text).collect();
                assert_eq!(found.len(), 1, "{text}");
                assert_eq!(found[0].what, shape.what, "{text}");
                assert_eq!(
                    &text[found[0].range.clone()],
                    format!("{}{body}", shape.prefix),
                    "{text}"
                );
            }
            let inside = format!("a{}{body}", shape.prefix);
            let starts_with_letter = shape.prefix.as_bytes()[0].is_ascii_alphanumeric();
            assert!(!starts_with_letter || whats(&inside).is_empty(), "{inside}");
        }
    }

    #[test]
    fn what_was_not_made_by_chance_is_none() {
        for text in [
            "sk_live_xxxxxxxxxxxxxxxxxxxxxxxx",
            "sk_live_your-own-key-goes-here-now",
            "sk_live_aaaaaaaaaaaaaaaaaaaaaaaa",
            "ghp_",
            "sk-learn-is-a-library-for-python-and-more",
            "pk_live_51JbFxJJygY5LJFfKLVVldb10HlLt24p421OWRsT",
            "",
        ] {
            assert_eq!(whats(text), [], "{text}");
        }
    }

    #[test]
    fn private_keys() {
        let key = format!(
            "-----BEGIN RSA PRIVATE KEY-----\\n{BODY}{BODY}\\n-----END RSA PRIVATE KEY-----"
        );
        assert_eq!(whats(&key), [("a private key", Sure::Yes)]);
        assert_eq!(find(&format!("x {key} y")).next().map(|s| s.range), Some(2..2 + key.len()));
        assert_eq!(whats(&key.replace("PRIVATE", "PUBLIC")), []);
        assert_eq!(whats("-----BEGIN PRIVATE KEY-----\\n...\\n-----END PRIVATE KEY-----"), []);
    }

    #[test]
    fn web_tokens() {
        let token = |claims: &str| {
            const ALPHABET: &[u8; 64] =
                b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            let mut encoded = String::new();
            for chunk in claims.as_bytes().chunks(3) {
                let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
                let bits = bits << (8 * (3 - chunk.len()));
                for place in 0..=chunk.len() {
                    let sextet = bits >> (18 - 6 * place) & 63;
                    encoded.push(char::from(ALPHABET[sextet as usize]));
                }
            }
            format!("eyJhbGciOiJIUzI1NiJ9.{encoded}.{}", &BODY[..43])
        };
        assert_eq!(whats(&token(r#"{"role":"anon","iat":1}"#)), []);
        assert_eq!(
            whats(&token(r#"{"iss":"x", "role": "service_role"}"#)),
            [("a Supabase service key", Sure::Yes)],
        );
        assert_eq!(whats(&token(r#"{"sub":"1"}"#)), [("a signed token", Sure::Maybe)]);
        assert_eq!(whats("eyJhbGciOiJIUzI1NiJ9.eyJ.x"), []);
    }

    #[test]
    fn bots() {
        let token = format!("123456789:AA{}", &BODY[..33]);
        assert_eq!(whats(&token), [("the token of a Telegram bot", Sure::Yes)]);
        assert_eq!(whats("127001:8787"), []);
    }
}
