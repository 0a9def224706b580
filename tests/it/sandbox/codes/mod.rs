//! Every error that the sandbox claims to give, with its cause: each is provoked here, and the page of
//! the documentation that lists them is written from the code.
//!
//! `UPDATE=1 cargo test codes` writes it anew.

mod refused;

use std::collections::{BTreeMap, BTreeSet};

use clodo::server::sandbox::faults::{Fault, Trigger, What};
use reqwest::Method;
use serde_json::{Value, json};

use super::stand::Stand;
use crate::docs::compare;
use refused::{REFUSED, SEED};

const SOURCES: [(&str, &str); 2] = [
    ("errors.rs", include_str!("../../../../src/server/sandbox/errors.rs")),
    ("errors/products.rs", include_str!("../../../../src/server/sandbox/errors/products.rs")),
];

/// An error as the code has it.
#[derive(Debug)]
struct Claimed {
    section: String,
    cause: String,
    status: u16,
    code: u32,
    mark: String,
}

/// The errors of the two files: a comment with the cause, then the constant.
fn claimed() -> Vec<Claimed> {
    let mut claimed = Vec::new();
    for (_, text) in SOURCES {
        let (mut section, mut cause) = (String::new(), String::new());
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            if let Some(words) = line.strip_prefix("/// ") {
                cause = format!("{cause} {words}").trim().to_owned();
            } else if let Some(title) = line.strip_prefix("// ") {
                section = title.trim_end_matches('.').to_owned();
            } else if line.starts_with("pub const ") && line.contains(": Known =") {
                let mut constant = line.to_owned();
                while !constant.ends_with(';') {
                    constant += lines.next().expect("the rest of the constant").trim();
                }
                let arguments = constant.split_once("known(").expect("a call").1;
                let mut arguments = arguments.split(',').map(|part| part.trim().replace('_', ""));
                let mut next = || arguments.next().expect("an argument");
                claimed.push(Claimed {
                    section: section.clone(),
                    cause: std::mem::take(&mut cause),
                    status: next().parse().expect("a status"),
                    code: next().parse().expect("a code"),
                    mark: next().to_lowercase(),
                });
            } else if !line.starts_with("///") {
                cause.clear();
            }
        }
    }
    assert!(claimed.len() > 100, "only {} were read", claimed.len());
    claimed
}

#[test]
fn the_page_of_the_errors_is_up_to_date() {
    let mut page = String::from(
        "# Errors of the sandbox\n\n\
         Written from [errors.rs](../src/server/sandbox/errors.rs) and \
         [errors/products.rs](../src/server/sandbox/errors/products.rs); a test provokes each of them. \
         The mark says how sure it is that Cloudflare answers so: **observed** (quoted in an issue, \
         captured or recorded), **documented** (by Cloudflare, or Wrangler's source looks for the \
         code), **guessed** (status, code or words are made up to fit).\n",
    );
    let mut sections: BTreeMap<usize, (String, Vec<Claimed>)> = BTreeMap::new();
    for one in claimed() {
        let known = sections.values().position(|(title, _)| *title == one.section);
        let at = known.unwrap_or(sections.len());
        sections.entry(at).or_insert_with(|| (one.section.clone(), Vec::new())).1.push(one);
    }
    for (title, errors) in sections.values() {
        page += &format!("\n## {title}\n\n| status | code | mark | when |\n|---|---|---|---|\n");
        for Claimed { status, code, mark, cause, .. } in errors {
            page += &format!("| {status} | {code} | {mark} | {} |\n", cause.replace('|', "\\|"));
        }
    }
    compare([("docs/sandbox-errors.md".into(), page)]);
}

/// An upload with metadata, and code that exports a class.
fn form(metadata: &str) -> String {
    let (metadata, main, padding) = match metadata {
        "large" => ("{}", true, " ".repeat(3000)),
        "{}" => ("{}", false, String::new()),
        metadata => (metadata, true, String::new()),
    };
    let mut metadata: Value = serde_json::from_str(metadata).expect("JSON");
    metadata["main_module"] = if main { "i.js".into() } else { Value::Null };
    format!(
        "--x\r\ncontent-disposition: form-data; name=\"metadata\"\r\n\r\n{metadata}\r\n--x\r\n\
         content-disposition: form-data; name=\"i.js\"; filename=\"i.js\"\r\n\
         content-type: application/javascript+module\r\n\r\n\
         export class Room {{}}\nexport default {{ fetch() {{}} }};{padding}\r\n--x--\r\n"
    )
}

/// Asks, and gives the status and the code of the refusal.
fn refused(stand: &Stand, method: &str, path: &str, body: &str) -> (u16, u32) {
    let state = stand.sandbox.state();
    let zone = &state.zones.0[0];
    let queue = |name: &str| state.queues.by_name(name).map(|it| it.id.clone()).unwrap_or_default();
    let read_only = zone.dns.iter().find(|record| record.read_only);
    let path = match path.split_once('/').unwrap_or((path, "")) {
        ("A", rest) => format!("/accounts/{{account}}/{rest}"),
        ("W", rest) => format!("/accounts/{{account}}/workers/scripts/{rest}"),
        ("Z", rest) => format!("/zones/{}/{rest}", zone.id),
        _ => path.to_owned(),
    };
    let path = path
        .replace("/K/", "/0123456789abcdef0123456789abcdef/")
        .replace("/PULL/", &format!("/{}/", queue("pull")))
        .replace("/JOBS/", &format!("/{}/", queue("jobs")))
        .replace("READ_ONLY", read_only.map(|record| &*record.id).unwrap_or_default());
    let method: Method = method.parse().expect("a method");
    let (status, answer) = match body.strip_prefix("form ") {
        Some(metadata) => stand.ask_form(method, &path, form(metadata)),
        None => stand.ask_raw(method, &path, body),
    };
    let code = answer["errors"][0]["code"].as_u64().unwrap_or_else(|| panic!("{path}: {answer}"));
    (status, u32::try_from(code).expect("a code"))
}

#[test]
fn every_error_that_is_claimed_is_provoked() {
    let stand = Stand::seeded(SEED);
    let mut seen = BTreeSet::new();
    // A Worker that only fetches.
    let (status, answer) = stand.ask_form(
        Method::PUT,
        "/accounts/{account}/workers/scripts/fetches",
        form(r#"{"compatibility_date":"2026-01-01"}"#),
    );
    assert_eq!(status, 200, "{answer}");
    for (code, method, path, body) in REFUSED {
        let (status, given) = refused(&stand, method, path, body);
        assert_eq!(given, *code, "{method} {path} {body}");
        seen.insert((status, given));
    }
    seen.extend(tokens(&stand));
    seen.extend(versions(&stand));
    seen.extend(uploads(&stand));
    seen.extend(elsewhere());
    let missing: Vec<_> =
        claimed().into_iter().filter(|one| !seen.contains(&(one.status, one.code))).collect();
    assert!(missing.is_empty(), "nobody provokes {missing:#?}");
}

/// What a token may not, and what is none.
fn tokens(stand: &Stand) -> Vec<(u16, u32)> {
    let get = |headers: &[(&str, &str)], path: &str| {
        let path = path.replace("{account}", &stand.account());
        let mut request = stand.client.get(format!("{}{path}", stand.sandbox.api_url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        stand.runtime.block_on(async {
            let answer = request.send().await.expect("an answer");
            let status = answer.status().as_u16();
            let answer: Value = answer.json().await.expect("JSON");
            let code = answer["errors"][0]["code"].as_u64().expect("a code");
            (status, u32::try_from(code).expect("a code"))
        })
    };
    let bearer = |token: &'static str| [("authorization", token)];
    let seen = vec![
        get(&[], "/user"),
        get(&bearer("Basic none"), "/user"),
        get(&bearer("Bearer none"), "/user/tokens/verify"),
        get(&bearer("Bearer none"), "/accounts/{account}/workers/scripts"),
        get(&bearer("Bearer narrow"), "/accounts"),
        get(&bearer("Bearer narrow"), "/memberships"),
    ];
    assert_eq!(
        seen,
        [(400, 9106), (400, 6003), (401, 1000), (403, 10000), (403, 9109), (403, 10001)]
    );
    seen
}

/// What is in the way of versions.
fn versions(stand: &Stand) -> Vec<(u16, u32)> {
    let path = |rest: &str| format!("W/fetches/{rest}");
    let first = stand.script("fetches").versions[0].id.clone();
    let serving = stand.script("fetches").deployments[0].id.clone();
    let back = |version: &str| {
        let share = json!({ "version_id": version, "percentage": 100 });
        json!({ "strategy": "percentage", "versions": [share] }).to_string()
    };
    let ask = |method: &str, rest: &str, body: &str| refused(stand, method, &path(rest), body);
    let does = |method: Method, rest: &str, body: &str| {
        let path = format!("/accounts/{{account}}/workers/scripts/fetches/{rest}");
        let path = path.trim_end_matches('/');
        let (status, answer) = match body.strip_prefix("form ") {
            Some(metadata) => stand.ask_form(method, path, form(metadata)),
            None => stand.ask_raw(method, path, body),
        };
        assert_eq!(status, 200, "{rest}: {answer}");
    };
    let secret = r#"{"name":"KEY","text":"a","type":"secret_text"}"#;
    let plain = r#"form {"compatibility_date":"2026-01-01"}"#;
    let mut seen = vec![ask("DELETE", &format!("deployments/{serving}"), "")];
    does(Method::PUT, "secrets", secret);
    seen.push(ask("POST", "deployments", &back(&first)));
    does(Method::POST, "versions", plain);
    seen.push(ask("PUT", "secrets", secret));
    seen.push(ask("PATCH", "settings", r#"{"compatibility_date":"2026-01-02"}"#));
    let migrated = r#"form {"migrations":{"new_tag":"v1","new_sqlite_classes":["Room"]}}"#;
    does(Method::PUT, "", migrated);
    seen.push(ask("POST", "deployments?force=true", &back(&first)));
    (0..100).for_each(|_| does(Method::PUT, "secrets", secret));
    seen.push(ask("POST", "deployments?force=true", &back(&first)));
    assert_eq!(
        seen,
        [(400, 100_123), (400, 10220), (400, 10215), (400, 10214), (400, 100_125), (400, 100_124)]
    );
    let (status, _) = stand.ask(
        Method::POST,
        "/accounts/{account}/workers/workers",
        Some(&json!({ "name": "empty" })),
    );
    assert_eq!(status, 200);
    seen.push(refused(stand, "GET", "W/empty/settings", ""));
    // Six are enough.
    for name in ["five", "six"] {
        let path = format!("/accounts/{{account}}/workers/scripts/{name}");
        stand.ask_form(Method::PUT, &path, form(r#"{"compatibility_date":"2026-01-01"}"#));
    }
    seen.push(refused(stand, "PUT", "W/seven", plain));
    assert_eq!(seen[6..], [(404, 10222), (403, 10037)]);
    seen
}

/// Objects that are there or come in parts, and files of Pages.
fn uploads(stand: &Stand) -> Vec<(u16, u32)> {
    use clodo::server::sandbox::data::{Named, Upload};
    use clodo::server::sandbox::state::r2::MultipartUpload;
    let (place, bucket, key) = ("default", "files", "large");
    let r2 = stand.sandbox.r2();
    let upload = MultipartUpload { key: key.into(), ..MultipartUpload::default() };
    let id = r2.begin(place, bucket, upload).expect("begun");
    let mut seen = Vec::new();
    let mut complete = |id: &str, sizes: &[usize], etag: Option<&str>| {
        let named = sizes.iter().zip(1..).map(|(size, number)| {
            let bytes = vec![0; *size].into();
            let given = r2.part(place, bucket, (id, key), number, bytes).unwrap_or_default();
            Named { number, etag: etag.map_or(given, str::to_owned) }
        });
        let named = named.collect();
        let error = r2.complete(place, bucket, (id, key), named).expect_err("refused");
        seen.push((error.status, error.code));
    };
    let part = 5 << 20;
    complete("none", &[1], None);
    complete(&id, &[1], Some("other"));
    complete(&id, &[1, 1], None);
    complete(&id, &[part, part + 1], None);
    assert_eq!(seen, [(404, 10024), (400, 10025), (400, 10011), (400, 10048)]);
    r2.put(place, bucket, key, Upload::default()).expect("written");
    seen.push(refused(stand, "DELETE", "A/r2/buckets/files", ""));

    let deployed =
        "--x\r\ncontent-disposition: form-data; name=\"manifest\"\r\n\r\n{}\r\n--x--\r\n";
    let path = "/accounts/{account}/pages/projects/site/deployments";
    let (status, answer) = stand.ask_form(Method::POST, path, deployed.into());
    assert_eq!(status, 200, "{answer}");
    let id = answer["result"]["id"].as_str().expect("an id");
    let serving = format!("A/pages/projects/site/deployments/{id}");
    seen.push(refused(stand, "DELETE", &serving, ""));
    assert_eq!(seen[4..], [(409, 10008), (400, 8_000_035)]);
    seen
}

/// What needs another account, or a bad day.
fn elsewhere() -> Vec<(u16, u32)> {
    let without = Stand::seeded(
        "subdomain: false\nzones: [{ name: example.com }]\nworkers: [{ name: api }]\nresources: { r2: { enabled: false } }",
    );
    let bucket = r#"form {"bindings":[{"name":"A","type":"r2_bucket","bucket_name":"b"}]}"#;
    let busy = Stand::seeded("limits: { api-requests: 1 }\nzones: [{ name: example.com }]");
    busy.get("/user");
    let mut seen = vec![
        refused(&without, "GET", "A/workers/subdomain", ""),
        refused(&without, "POST", "W/api/subdomain", r#"{"enabled":true}"#),
        refused(&without, "PUT", "W/api", bucket),
        refused(&without, "GET", "A/r2/buckets", ""),
        refused(&busy, "GET", "/user", ""),
    ];
    without.sandbox.faults.add(Fault::always(What::Trigger(Trigger::Schedules)));
    seen.push(refused(&without, "PUT", "W/api/schedules", "[]"));
    assert_eq!(
        seen,
        [(404, 10007), (400, 10063), (400, 10136), (403, 10042), (429, 971), (500, 10013)]
    );
    seen
}
