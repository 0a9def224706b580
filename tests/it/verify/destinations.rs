//! Where requests of checks go, and where not: private addresses, redirects, and TLS.

use std::process::Command;

use serde_json::Value;

use super::server::{Authority, Server, answer};
use super::{VERIFY, tree};
use crate::rollback::{Ended, command, deploy, run, upload};
use crate::sandbox::Stand;
use crate::work_tree::WorkTree;

/// A Worker in an account, and checks that go past the sandbox's edge.
struct Away {
    stand: Stand,
    tree: WorkTree,
    version: String,
}

impl Away {
    fn new(checks: &str) -> Self {
        let stand = Stand::new();
        let version = upload(&stand, "api", 200, &[]);
        deploy(&stand, "api", &version, "deployed");
        let tree = tree(&stand, checks);
        Self { stand, tree, version }
    }

    fn command(&self) -> Command {
        let mut command = command(&self.stand, &self.tree.path());
        command.args(VERIFY).env_remove("CLODO_EDGE_URL").env("NO_PROXY", "127.0.0.1");
        command
    }

    fn verify(&self, authority: Option<&Authority>) -> Ended {
        let mut command = self.command();
        if let Some(authority) = authority {
            self.tree.write("ca.pem", authority.pem());
            command.env("SSL_CERT_FILE", self.tree.at("ca.pem"));
        }
        run(&mut command)
    }
}

/// The failures of all checks, one line each.
fn failures(ended: &Ended) -> Vec<String> {
    let seen = ended.json();
    let checks = seen["checks"].as_array().expect("checks").iter();
    let lines = |check: &Value| {
        let failures = check["failures"].as_array().expect("failures").iter();
        failures.filter_map(Value::as_str).collect::<Vec<_>>().join("; ")
    };
    checks.map(lines).collect()
}

#[test]
fn nothing_private_is_asked_unless_the_check_says_so() {
    let authority = Authority::new("ours");
    let server = Server::tls(authority.certified("status.localhost", false), "");
    let port = server.address.port();
    let away = Away::new(&format!(
        "      - {{ url: 'https://status.localhost:{port}/', retries: 0, \
                    allow-hosts: ['status.localhost:{port}'] }}
      - {{ url: 'https://169.254.169.254/latest/', retries: 0, allow-hosts: [169.254.169.254], \
             private-hosts: [169.254.169.254] }}
      - {{ url: 'https://10.0.0.1/', retries: 0, private-hosts: [10.0.0.1] }}
      - {{ url: 'https://[::1]:{port}/', retries: 0, private-hosts: ['[::1]:{port}'] }}
      - {{ url: 'http://status.localhost:{port}/', retries: 0 }}\n"
    ));
    let seen = away.verify(Some(&authority));
    assert_eq!(seen.code, 1, "{seen:?}");
    let failures = failures(&seen);
    let expected = [
        "status.localhost leads to a private address, and to no other",
        "169.254.169.254 is no name of a host",
        "10.0.0.1 is no name of a host",
        "is no address that begins with https://",
        "is no address that begins with https://",
    ];
    for (failure, expected) in failures.iter().zip(expected) {
        assert!(failure.contains(expected), "{expected}: {failures:#?}");
    }
    assert_eq!(server.connections(), 0, "nobody came");
}

#[test]
fn a_private_host_that_is_named_is_asked_and_redirects_are_answers() {
    let authority = Authority::new("ours");
    const MOVED: &str = "HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/latest/\r\n\
                         content-length: 0\r\nconnection: close\r\n\r\n";
    let server = Server::tls(authority.certified("status.localhost", false), MOVED);
    let host = format!("status.localhost:{}", server.address.port());
    let away = Away::new(&format!(
        "      - {{ url: 'https://{host}/', status: 302, retries: 0, private-hosts: ['{host}'] }}
      - {{ url: 'https://{host}/', retries: 0, private-hosts: ['{host}'] }}\n"
    ));
    let seen = away.verify(Some(&authority));
    assert_eq!(seen.code, 1, "{seen:?}");
    let failures = failures(&seen);
    assert_eq!(failures[0], "", "{seen:?}");
    assert!(failures[1].contains("status 302, which leads to http://169.254.169.254/"), "{seen:?}");
    assert_eq!(server.connections(), 2, "it was not followed");
}

#[test]
fn certificates_are_checked() {
    let ours = Authority::new("ours");
    const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let tls = |authority: &Authority, name: &str, has_run_out| {
        Server::tls(authority.certified(name, has_run_out), OK)
    };
    let servers = [
        tls(&ours, "status.localhost", false),
        tls(&ours, "status.localhost", true),
        tls(&ours, "other.localhost", false),
        tls(&Authority::new("others"), "status.localhost", false),
        Server::plain(|_| answer("200 OK", "", "")),
    ];
    let checks = servers.iter().map(|server| {
        let host = format!("status.localhost:{}", server.address.port());
        format!("      - {{ url: 'https://{host}/', retries: 0, private-hosts: ['{host}'] }}\n")
    });
    let away = Away::new(&checks.collect::<String>());
    let seen = away.verify(Some(&ours));
    assert_eq!(seen.code, 1, "{seen:?}");
    let failures = failures(&seen);
    assert_eq!(failures[0], "", "{seen:?}");
    let clear = ["expired", "not valid for name", "UnknownIssuer", "InvalidContentType"];
    for (failure, clear) in failures[1..].iter().zip(clear) {
        assert!(failure.contains(clear), "{clear}: {failures:#?}");
    }
}

/// A version that nobody expects any more.
const OLD: &str = "01d01d01-0000-4000-8000-000000000000";

#[test]
fn an_old_version_that_answers_first_is_waited_out() {
    let away = Away::new("");
    let version = away.version.clone();
    let says = |version: &str| answer("200 OK", &format!("x-version: {version}\r\n"), "");
    let (old, new) = (says(OLD), says(&version));
    let edge = Server::plain(move |before| if before < 2 { old.clone() } else { new.clone() });
    let patient = "      - { url: /, version: { header: x-version } }\n";
    let away = Away { tree: tree(&away.stand, patient), ..away };
    let at = |server: &Server| format!("http://{}", server.address);
    let seen = run(away.command().env("CLODO_EDGE_URL", at(&edge)));
    assert_eq!(seen.code, 0, "{seen:?}");
    let seen = seen.json();
    assert_eq!(
        (&seen["checks"][0]["attempts"], &seen["checks"][0]["version"]),
        (&Value::from(3), &Value::from(version.as_str()))
    );

    // One that never comes is a failure.
    let stale = Server::plain(|_| answer("200 OK", &format!("x-version: {OLD}\r\n"), ""));
    let hasty = "      - { url: /, version: { header: x-version }, retries: 1 }\n";
    let away = Away { tree: tree(&away.stand, hasty), ..away };
    let seen = run(away.command().env("CLODO_EDGE_URL", at(&stale)));
    assert_eq!(seen.code, 1, "{seen:?}");
    assert_eq!(failures(&seen), [format!("version {OLD} answered, and {version} was expected")]);
}

#[test]
fn no_path_leads_away_from_the_edge_of_a_sandbox() {
    let other = Server::plain(|_| answer("200 OK", "", "not ours"));
    let edge = Server::plain(|_| answer("200 OK", "", "ours"));
    let away = Away::new(&format!(
        "      - {{ url: '/http://{0}/x', contains: ours, retries: 0 }}
      - {{ url: '//{0}/x', contains: ours, retries: 0 }}
      - {{ url: '/v1:health?to=http://{0}/', contains: ours, retries: 0 }}\n",
        other.address
    ));
    let at = format!("http://{}", edge.address);
    let seen = run(away.command().env("CLODO_EDGE_URL", at));
    assert_eq!(failures(&seen), ["", "", ""], "{seen:?}");
    assert_eq!((edge.connections(), other.connections()), (3, 0));
}

#[test]
fn how_long_nobody_answered_is_told() {
    let edge = Server::plain(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        String::new()
    });
    let away = Away::new("      - { url: /, retries: 0 }\n");
    let seen = run(away.command().env("CLODO_EDGE_URL", format!("http://{}", edge.address)));
    assert!(failures(&seen)[0].starts_with("no answer: "), "{seen:?}");
    let took = seen.json()["checks"][0]["milliseconds"].as_u64();
    assert!(took >= Some(50), "{seen:?}");
}
