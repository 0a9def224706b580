//! What an answer is worth.

use std::time::Duration;

use serde_json::Value;

use super::{Asked, VersionAt};

/// An answer that was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Its status.
    pub status: u16,
    /// Its headers, their names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its body, as far as it was read.
    pub body: Vec<u8>,
    /// Whether the body goes on.
    pub cut: bool,
    /// How long it took until the whole of it was there.
    pub took: Duration,
}

/// What an answer is worth.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// What is wrong with it, in words; nothing where it is well.
    pub failures: Vec<String>,
    /// The version that gave it, where the check says how to find out.
    pub version: Option<String>,
}

/// Compares an answer with what was asked for. `expected` is the version that must have answered.
pub fn judge(asked: &Asked, seen: &Seen, expected: Option<&str>) -> Verdict {
    let mut failures = Vec::new();
    if !asked.status.contains(&seen.status) {
        failures.push(format!("{}, and {} was expected", status(seen), listed(&asked.status)));
    }
    if let Some(budget) = asked.within.filter(|budget| seen.took > *budget) {
        let (took, budget) = (seen.took.as_millis(), budget.as_millis());
        failures.push(format!("it took {took} ms, and may take {budget} ms"));
    }
    if let Some(text) = &asked.contains
        && !String::from_utf8_lossy(&seen.body).contains(text.as_str())
    {
        failures.push(format!("the body does not contain {text:?}{}", cut(seen)));
    }
    let version_in_body = matches!(asked.version, Some(VersionAt::Json(_)));
    let body = match asked.json.is_empty() && !version_in_body {
        true => None,
        false => serde_json::from_slice::<Value>(&seen.body).ok(),
    };
    if !asked.json.is_empty() {
        match &body {
            None => failures.push(format!("the body is not JSON{}", cut(seen))),
            Some(body) => failures.extend(asked.json.iter().filter_map(|one| differs(body, one))),
        }
    }
    let told = match &asked.version {
        None => None,
        Some(VersionAt::Header(name)) => header(seen, name),
        Some(VersionAt::Json(path)) => {
            body.as_ref().and_then(|body| at(body, path)?.as_str()).map(str::to_owned)
        }
    };
    // Anything else may be a secret, where the check looks in the wrong place.
    let version = told.clone().filter(|told| is_version(told));
    if let (Some(at), Some(expected)) = (&asked.version, expected) {
        match (&version, told) {
            (Some(version), _) if version == expected => {}
            (Some(other), _) => {
                failures.push(format!("version {other} answered, and {expected} was expected"));
            }
            (None, Some(_)) => failures.push(format!("what {at} says is no id of a version")),
            (None, None) => {
                failures.push("the answer does not say which version gave it".to_owned());
            }
        }
    }
    Verdict { failures, version }
}

/// Whether a text has the form of a version's id, that of a UUID.
fn is_version(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

fn header(seen: &Seen, name: &str) -> Option<String> {
    let found = seen.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.clone())
}

fn status(seen: &Seen) -> String {
    match header(seen, "location") {
        Some(to) => format!("status {}, which leads to {to}", seen.status),
        None => format!("status {}", seen.status),
    }
}

fn listed(statuses: &[u16]) -> String {
    statuses.iter().map(u16::to_string).collect::<Vec<_>>().join(" or ")
}

fn cut(seen: &Seen) -> &'static str {
    if seen.cut { ", as far as it was read" } else { "" }
}

/// What is wrong at a path of a body. The value that stands there is not shown: it may be a secret.
fn differs(body: &Value, (path, expected): &(String, Value)) -> Option<String> {
    match at(body, path) {
        Some(found) if same(found, expected) => None,
        Some(_) => Some(format!("{path} is not {expected}")),
        None => Some(format!("there is no {path} in the body")),
    }
}

/// Numbers are the same by their value: `1` and `1.0`. What is expected is never so large that a float
/// could not tell it from another (`clodo_yml/checks.rs`).
fn same(a: &Value, b: &Value) -> bool {
    a == b || a.as_f64().is_some_and(|a| Some(a) == b.as_f64())
}

/// What stands at a path: keys and indexes with dots between them. `$.` may stand before it.
fn at<'a>(body: &'a Value, path: &str) -> Option<&'a Value> {
    let path = path.strip_prefix("$.").unwrap_or(path);
    path.split('.').try_fold(body, |value, part| match value {
        Value::Array(items) => items.get(part.parse::<usize>().ok()?),
        value => value.get(part),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked() -> Asked {
        Asked {
            url: "/healthz".into(),
            method: "GET".into(),
            headers: Vec::new(),
            status: vec![200],
            contains: None,
            json: Vec::new(),
            within: None,
            version: None,
            allow_hosts: Vec::new(),
            private_hosts: Vec::new(),
        }
    }

    fn seen(status: u16, body: &str) -> Seen {
        Seen { status, body: body.into(), ..Seen::default() }
    }

    #[test]
    fn a_status_is_one_of_those_expected() {
        assert!(judge(&asked(), &seen(200, ""), None).failures.is_empty());
        let several = Asked { status: vec![200, 204], ..asked() };
        assert!(judge(&several, &seen(204, ""), None).failures.is_empty());
        let headers = vec![("location".into(), "https://evil.example/".into())];
        let moved = Seen { headers, ..seen(301, "") };
        assert_eq!(
            judge(&several, &moved, None).failures,
            ["status 301, which leads to https://evil.example/, and 200 or 204 was expected"]
        );
    }

    #[test]
    fn a_body_is_compared_and_not_shown() {
        let json = vec![("checks.0.ok".to_owned(), json!(true)), ("n".to_owned(), json!(1))];
        let asked = Asked { json, contains: Some("ok".into()), ..asked() };
        let well = judge(&asked, &seen(200, r#"{"checks":[{"ok":true}],"n":1.0}"#), None);
        assert_eq!(well.failures, <[&str; 0]>::default());
        let bad = judge(&asked, &seen(200, r#"{"n":"s3cret"}"#), None);
        assert_eq!(
            bad.failures,
            [
                "the body does not contain \"ok\"",
                "there is no checks.0.ok in the body",
                "n is not 1"
            ]
        );
        let page = judge(&asked, &seen(200, "<html> ok"), None);
        assert_eq!(page.failures, ["the body is not JSON"]);
    }

    #[test]
    fn an_answer_may_take_its_time_and_no_more() {
        let asked = Asked { within: Some(Duration::from_millis(500)), ..asked() };
        let slow = Seen { took: Duration::from_millis(501), ..seen(200, "") };
        assert_eq!(judge(&asked, &slow, None).failures, ["it took 501 ms, and may take 500 ms"]);
    }

    const A: &str = "0a6c43d0-9c80-4e8f-9b3f-0f0f6a1c8a01";
    const B: &str = "51ac88ab-1111-4222-8333-444455556666";

    #[test]
    fn the_version_that_answered_is_asserted() {
        let header = Asked { version: Some(VersionAt::Header("X-Version".into())), ..asked() };
        let headers = vec![("x-version".into(), A.into())];
        let answer = Seen { headers, ..seen(200, "") };
        assert_eq!(judge(&header, &answer, Some(A)).version.as_deref(), Some(A));
        assert_eq!(
            judge(&header, &answer, Some(B)).failures,
            [format!("version {A} answered, and {B} was expected")]
        );
        assert_eq!(
            judge(&header, &seen(200, ""), Some(B)).failures,
            ["the answer does not say which version gave it"]
        );
        let body = Asked { version: Some(VersionAt::Json("version.id".into())), ..asked() };
        let answer = seen(200, &json!({ "version": { "id": A } }).to_string());
        assert!(judge(&body, &answer, Some(A)).failures.is_empty());
        assert!(judge(&asked(), &answer, Some(B)).failures.is_empty(), "nobody asked");
    }

    #[test]
    fn what_is_no_version_is_not_shown() {
        let body = Asked { version: Some(VersionAt::Json("token".into())), ..asked() };
        for secret in ["sk_live_51HxYz", "0a6c43d0", "", "zzzzzzzz-9c80-4e8f-9b3f-0f0f6a1c8a01"] {
            let answer = seen(200, &json!({ "token": secret }).to_string());
            let verdict = judge(&body, &answer, Some(A));
            assert_eq!(verdict.failures, ["what token in the body says is no id of a version"]);
            assert_eq!(verdict.version, None);
            assert_eq!(judge(&body, &answer, None), Verdict::default(), "nobody is expected");
        }
        let header = Asked { version: Some(VersionAt::Header("x-token".into())), ..asked() };
        let headers = vec![("x-token".into(), "sk_live_51HxYz".into())];
        let verdict = judge(&header, &Seen { headers, ..seen(200, "") }, Some(A));
        assert_eq!(verdict.failures, ["what the header x-token says is no id of a version"]);
    }
}
