//! `clodo.yml`: the reader, the JSON Schema, and that the two agree.

use clodo::core::config::clodo_yml::{FailLevel, Problems, RuleLevel, Settings, json_schema, read};
use clodo::core::config::yaml;
use clodo::core::gate::{Method, Part, Risk};
use clodo::core::model::{Severity, Source};
use jiff::SignedDuration;
use serde_json::json;

use crate::json::to_json;

/// The example of the documentation.
const EXAMPLE: &str = r#"version: 1
services: ["apps/*"]            # default: every Wrangler configuration found
checks: { fail-level: error, rules: { workers-dev/implicit: off } }
state: { d1: clodo-state }      # default: SQLite at .clodo/state.db
environments:
  production:
    wrangler-env: production    # omit for the top level
    on: { branch: main }
    gate:
      approvals: [{ any-of: [team:sre], count: 2 }]
      windows: ["Mon-Thu 09:00-16:00 Europe/Berlin"]
    rollout: { steps: [0, 5, 25, 100], soak: 10m }
    verify: [{ url: /healthz, status: 200 }]
    rollback: automatic
notify: [{ slack: { webhook: $SLACK_WEBHOOK }, on: [started, failed, needs-approval] }]
"#;

fn settings(text: &str) -> Settings {
    read("clodo.yml", text).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn problems(text: &str) -> Problems {
    read("clodo.yml", text).expect_err("this clodo.yml is wrong")
}

/// The problems as people see them: the marked text, the message, the label, the help.
fn said(text: &str) -> String {
    said_of(&problems(text), text)
}

fn said_of(problems: &Problems, text: &str) -> String {
    let source = Source { path: problems.file.clone(), text: text.to_owned() };
    let mut lines = Vec::new();
    for problem in &problems.list {
        let at = source.position(problem.span.start);
        let marked = source.text[source.range(problem.span)].trim_end();
        lines.push(format!("{}:{} {marked:?} {}", at.line, at.column, problem.message));
        lines.extend(problem.label.iter().map(|label| format!("    {label}")));
        lines.extend(problem.help.iter().map(|help| format!("    fix: {help}")));
    }
    lines.join("\n")
}

#[test]
fn the_example_is_read() {
    let settings = settings(EXAMPLE);
    assert_eq!(settings.file, "clodo.yml");
    assert_eq!(settings.fail_level, FailLevel::Error);
    assert_eq!(settings.level("workers-dev/implicit"), Some(RuleLevel::Off));
    assert_eq!(settings.level("workers-dev/other"), None);
    let [production] = &settings.environments[..] else { panic!("one environment") };
    assert_eq!((&*production.name, &*production.wrangler), ("production", "production"));
    assert_eq!(settings.services, ["apps/*"]);
}

#[test]
fn an_empty_file_changes_nothing() {
    for text in ["", "# nothing yet\n", "{}", "version: 1"] {
        let settings = settings(text);
        assert_eq!(settings.fail_level, FailLevel::Error);
        assert!(settings.rules.is_empty() && settings.ignore.is_empty());
        assert!(settings.services.is_empty());
    }
}

#[test]
fn json_is_the_same() {
    let text = r#"{ // as code
        "checks": { "fail-level": "warning", "baseline": "known.json", },
    }"#;
    for path in ["clodo.json", "sub/clodo.jsonc"] {
        let settings = read(path, text).expect("valid");
        assert_eq!(settings.fail_level, FailLevel::Warning);
        assert_eq!(settings.baseline.as_deref(), Some("known.json"));
    }
    assert!(read("clodo.json", "version: 1").is_err());
}

#[test]
fn an_id_counts_more_than_its_family() {
    let settings = settings(
        "checks:\n  rules:\n    d1/pending: error\n    d1/*: off\n    kv/*: warning\n    kv/typo: note\n",
    );
    let at = |severity| Some(RuleLevel::At(severity));
    assert_eq!(settings.level("d1/pending"), at(Severity::Error));
    assert_eq!(settings.level("d1/other"), Some(RuleLevel::Off));
    assert_eq!(settings.level("kv/typo"), at(Severity::Note));
    assert_eq!(settings.level("kv/other"), at(Severity::Warning));
    let off = settings.off(["d1/pending", "d1/other", "kv/other", "d1/third"]);
    assert_eq!(off.into_iter().collect::<Vec<_>>(), ["d1/other", "d1/third"]);
}

#[test]
fn ignores_are_read() {
    let settings = settings(
        "checks:\n  ignore:\n    - rule: d1/*\n      path: apps/legacy\n      service: api\n      \
         environment: ''\n      reason: rewritten\n      until: 2026-12-31\n    - { rule: a/b, reason: x }\n",
    );
    let [first, second] = &settings.ignore[..] else { panic!("two entries") };
    assert_eq!(first.rules.to_string(), "d1/*");
    let path = first.path.as_ref().expect("it has a path");
    assert!(path.covers("apps/legacy/wrangler.toml"));
    assert_eq!(first.service.as_deref(), Some("api"));
    assert_eq!(first.environment, Some(None));
    assert_eq!(&*first.reason, "rewritten");
    assert_eq!(first.until, Some(jiff::civil::date(2026, 12, 31)));
    assert!(!first.is_over(jiff::civil::date(2026, 12, 31)));
    assert!(first.is_over(jiff::civil::date(2027, 1, 1)));
    assert_eq!(second.environment, None);
    assert_eq!(second.key, "checks.ignore[1]");
}

#[test]
fn problems_are_told_where_they_are() {
    insta::assert_snapshot!(said("chekcs: {}\n"), @r#"
    1:1 "chekcs" `chekcs` is not a key that is known here
        did you mean `checks`?
        fix: write `checks`
    "#);
    insta::assert_snapshot!(said("version: 2\nchecks:\n  fail_level: error\n  rules: { d1/x: of }\n"), @r#"
    1:10 "2" `version` must be 1, not 2
        fix: write `version: 1`; a file for a later version needs a later clodo
    3:3 "fail_level" `fail_level` is not a key that is known in `checks`
        did you mean `fail-level`?
        fix: write `fail-level`
    4:18 "of" `checks.rules.d1/x` must be "error", "warning", "note" or "off", not "of"
    "#);
    insta::assert_snapshot!(said("checks:\n  rules: { inherits: off }\n"), @r#"
    2:12 "inherits" `inherits` is neither a rule's id nor a family
        expected `family/rule` or `family/*`
        fix: `clodo rules` lists the rules
    "#);
    insta::assert_snapshot!(said("checks:\n  ignore:\n  - rule: d1/x\n    until: 2026-02-30\n    path: 'apps/[a'\n"), @r#"
    3:5 "rule: d1/x\n    until: 2026-02-30\n    path: 'apps/[a'" `checks.ignore[0].reason` is missing
        `reason` belongs here
        fix: add `reason`, a few words
    4:12 "2026-02-30" `checks.ignore[0].until` must be a day such as "2026-12-31", not "2026-02-30"
        fix: write the day as YYYY-MM-DD
    5:11 "'apps/[a'" `checks.ignore[0].path` must be a pattern for paths, not "apps/[a"
        fix: `*` stands for any name, `**` for any folders; close every bracket
    "#);
    insta::assert_snapshot!(said("state: { d1: a, sqlite: b }\nnotify: [{ slack: { webhook: 'https://hooks.slack.com/x' } }]\n"), @r#"
    1:8 "{ d1: a, sqlite: b }" `state` must be a table with one key, `d1` or `sqlite`
        fix: write `state: { d1: NAME }` or `state: { sqlite: PATH }`
    2:30 "'https://hooks.slack.com/x'" `notify[0].slack.webhook` must be the name of an environment variable, such as "$SLACK_WEBHOOK", not "https://hooks.slack.com/x"
        fix: whoever knows a webhook's address can use it: keep it as a secret of the CI system, and name its variable here
    "#);
    insta::assert_snapshot!(said("- version: 1\n"), @r#"
    1:1 "- version: 1" the file must be a table, not a list
        fix: write keys and values, such as `version: 1`
    "#);
    insta::assert_snapshot!(said("checks: [\n"), @r#"2:1 "" the file cannot be parsed: while parsing a node, did not find expected node content"#);
    insta::assert_snapshot!(said("services: [a]\nservices: [b]\n"), @r#"2:1 "services" the file cannot be parsed: the key `services` stands here for the second time"#);
}

#[test]
fn mistakes_in_a_gate_are_told_where_they_are() {
    insta::assert_snapshot!(said(MISTAKEN_GATE), @r#"
    5:50 "3" `environments.production.gate.approvals[0]` asks for 3 approvals of 2 people
        nobody can fulfil this
        fix: a person counts once: name more people, or ask for fewer
    6:17 "Mo 09:00-10:00 UTC" `environments.production.gate.windows[0]` is no window: there is no day "Mo"; the days are Mon, Tue, Wed, Thu, Fri, Sat and Sun
        fix: write days, times and a zone: Mon-Thu 09:00-16:00 Europe/Berlin
    6:37 "Mon 09:00-09:00 UTC" `environments.production.gate.windows[1]` is no window: the window ends when it begins; for whole days write 00:00-24:00
        fix: write days, times and a zone: Mon-Thu 09:00-16:00 Europe/Berlin
    6:58 "Mon 09:00-10:00 Berlin" `environments.production.gate.windows[2]` is no window: there is no time zone "Berlin"; zones are written as Europe/Berlin or UTC
        fix: write days, times and a zone: Mon-Thu 09:00-16:00 Europe/Berlin
    8:35 "2026-12-01" `environments.production.gate.freezes[0]` cannot be kept: it ends before it begins
        fix: let it end after it begins
    9:35 "2026-12-21" `environments.production.gate.freezes[1]` cannot be kept: it comes again before it ends
        fix: let it end earlier, or come less often
    10:11 "{ from: 2026-12-20, reason: endless, repeat: yearly }" `environments.production.gate.freezes[2]` cannot be kept: it repeats, and has no end
        fix: say when each of them ends
    11:37 "Berlin" `environments.production.gate.freezes[3].zone` must be a time zone, not "Berlin"
        fix: write it as the time zone database has it: Europe/Berlin, UTC
    "#);
    assert!(read("clodo.yml", "environments: { p: { gate: { expires: 0h } } }").is_err());
    assert!(read("clodo.yml", "environments: { p: { gate: { expires: 367d } } }").is_err());
}

/// Each of its entries would let somebody through whom nobody meant, or nobody at all.
const MISTAKEN_GATE: &str = "environments:
  production:
    gate:
      approvals:
        - { any-of: [user:ana, Ana, ben], count: 3 }
      windows: [Mo 09:00-10:00 UTC, Mon 09:00-09:00 UTC, Mon 09:00-10:00 Berlin]
      freezes:
        - { from: 2026-12-20, to: 2026-12-01, reason: backwards }
        - { from: 2026-12-20, to: 2026-12-21, reason: too long, repeat: daily }
        - { from: 2026-12-20, reason: endless, repeat: yearly }
        - { from: 2026-12-20, zone: Berlin, reason: nowhere }
";

#[test]
fn a_gate_is_read() {
    let settings = settings(
        r#"
environments:
  production:
    gate:
      approvals:
        - any-of: [team:sre, user:ana]
          count: 2
          when: { change: migrations.destructive, paths: [./db/, "*.sql"], services: [api] }
        - any-of: [role:maintainer]
          when: migrations
      exclude: [author]
      expires: 1h30m
      auto-approve: [no-changes, assets]
      evidence: [review]
      windows: ["Mon-Thu 09:00-16:00 Europe/Berlin"]
      freezes:
        - { from: 2026-12-20, to: 2027-01-02, zone: Europe/Berlin, reason: the holidays, repeat: yearly }
        - { calendar: ops/freezes.ics, zone: Europe/Berlin }
      override: [role:admin]
      emergency: { any-of: [team:oncall], block-when-overdue: true }
  staging: {}
"#,
    );
    let staging = settings.environment("staging").expect("declared");
    assert!(staging.gate.is_none());
    let production = settings.environment("production").expect("declared");
    let gate = production.gate.as_ref().expect("it has a gate");
    let [both, second] = &gate.policy.requirements[..] else { panic!("two requirements") };
    assert_eq!((both.any_of.len(), both.count, second.count), (2, 2, 1));
    assert_eq!(both.when.risk, Some(Risk::DestructiveMigrations));
    assert_eq!(second.when.risk, Some(Risk::Migrations));
    let paths = both.when.paths.as_ref().expect("it names paths");
    for (path, meant) in [("db/0001.sql", true), ("a.sql", true), ("x/db/1", false), ("b", false)] {
        assert_eq!(paths.is_match(path), meant, "{path}");
    }
    assert_eq!(gate.policy.excluded, [Part::Author]);
    assert_eq!(gate.policy.expires, SignedDuration::from_mins(90));
    assert_eq!(gate.policy.automatic, [Risk::NoChanges, Risk::Assets]);
    assert_eq!(gate.policy.windows[0].as_str(), "Mon-Thu 09:00-16:00 Europe/Berlin");
    assert_eq!(gate.policy.overriders.len(), 1);
    assert!(gate.policy.emergencies.block_when_overdue);
    assert_eq!(gate.evidence, [Method::Review]);
    let [calendar] = &gate.calendars[..] else { panic!("one calendar") };
    assert_eq!((calendar.path.as_str(), calendar.zone.is_some()), ("ops/freezes.ics", true));
    let [holidays] = &gate.freezes[..] else { panic!("one freeze") };
    assert_eq!(holidays.environments, ["production"]);
    // The last day is a day of it.
    assert!(holidays.active("2028-01-02T22:00:00Z".parse().expect("a time")).is_some());
    assert!(holidays.active("2028-01-02T23:00:00Z".parse().expect("a time")).is_none());
    assert_eq!(gate.digest.len(), 64);
}

#[test]
fn a_gate_that_says_nothing_is_a_gate() {
    let settings = settings("environments: { p: { gate: {} } }");
    let gate = settings.environments[0].gate.as_ref().expect("it has a gate");
    assert!(gate.policy.requirements.is_empty());
    assert_eq!((gate.policy.excluded.len(), gate.evidence.len()), (6, 6));
    assert_eq!(gate.policy.expires, SignedDuration::from_hours(24));
}

#[test]
fn a_rule_that_does_not_exist_is_a_problem() {
    let text = "checks:\n  rules: { d1/pendng: off, dl/*: note, kv/*: off, x/y: off }\n  \
                ignore: [{ rule: d1/pending, reason: a }, { rule: d2/pending, reason: b }]\n";
    let problems = settings(text)
        .check_rules(&["d1/pending", "kv/typo"])
        .expect_err("three of them do not exist");
    insta::assert_snapshot!(said_of(&problems, text), @r#"
    2:12 "d1/pendng" `d1/pendng` is not a rule
        did you mean `d1/pending`?
        fix: write `d1/pending`
    2:28 "dl/*" `dl/*` is not a family of rules
        did you mean `d1/*`?
        fix: write `d1/*`
    2:51 "x/y" `x/y` is not a rule
        fix: `clodo rules` lists the rules
    3:47 "rule: d2/pending" `d2/pending` is not a rule
        did you mean `d1/pending`?
        fix: write `d1/pending`
    "#);
    assert_eq!(problems.to_string(), "clodo.yml: `d1/pendng` is not a rule, and 3 more problems");
    assert!(settings("checks: { rules: { d1/*: off } }").check_rules(&["d1/pending"]).is_ok());
}

#[test]
fn a_check_names_a_service_of_its_environment() {
    let text = "environments:\n  staging: { verify: [{ url: /a, service: web }] }\n  production:\n    \
                wrangler-env: live\n    verify:\n      - { url: /a, service: api }\n      \
                - { url: /b, service: wep }\n      - { command: [x], service: jobs }\n";
    let of = |environment: &str| match environment {
        "live" => vec!["api", "web"],
        _ => Vec::new(),
    };
    let problems = settings(text).check_services(of).expect_err("three of them do not exist");
    insta::assert_snapshot!(said_of(&problems, text), @r#"
    2:43 "web" `web` is no service of this environment
        fix: no Wrangler configuration has this environment
    7:29 "wep" `wep` is no service of this environment
        did you mean `web`?
        fix: write `web`
    8:34 "jobs" `jobs` is no service of this environment
        fix: it has api, web
    "#);
    assert_eq!(problems.list[1].path, "environments.production.verify[1].service");
    let all = |_: &str| vec!["api", "web", "wep", "jobs"];
    assert!(settings(text).check_services(all).is_ok());
}

#[test]
fn a_check_expects_something_that_can_be_told() {
    let of = |check: &str| format!("environments: {{ p: {{ verify: [{check}] }} }}");
    for (check, expected) in [
        ("{ url: /a, status: [] }", "must be an HTTP status or a list of them"),
        ("{ url: /a, version: {} }", "must be a table with either `header` or `json`"),
        ("{ url: /a, version: { header: x, json: y } }", "either `header` or `json`"),
        ("{ url: /a, json: { n: 9007199254740992 } }", "without whole numbers beyond 2^53"),
        ("{ url: /a, json: { n: [{ a: -9007199254740993 }] } }", "without whole numbers beyond"),
    ] {
        let found = problems(&of(check));
        let [problem] = &found.list[..] else { panic!("{check}: {found:?}") };
        assert!(problem.message.contains(expected), "{check}: {}", problem.message);
    }
    settings(&of(
        "{ url: /a, status: [200, 204], version: { json: v }, json: { n: 9007199254740991 } }",
    ));
}

#[test]
fn a_command_may_take_its_timeout() {
    let deadline = |check: &str| {
        let settings = settings(&format!("environments: {{ p: {{ verify: [{check}] }} }}"));
        settings.environments[0].verify[0].deadline.as_secs()
    };
    assert_eq!(deadline("{ url: /a }"), 30);
    assert_eq!(deadline("{ command: [x] }"), 60);
    assert_eq!(deadline("{ command: [x], timeout: 2m }"), 120);
    assert_eq!(deadline("{ command: [x], timeout: 5s }"), 30);
    assert_eq!(deadline("{ command: [x], timeout: 2m, deadline: 10s }"), 10);
}

#[test]
fn problems_are_findings_for_those_who_show_them() {
    let found = problems("verison: 1\n").findings(clodo::core::model::FileId(3));
    let [finding] = &found[..] else { panic!("one problem") };
    assert_eq!(finding.rule, "config/clodo-yml");
    assert_eq!(finding.severity, Severity::Error);
    assert_eq!(finding.place.map(|place| place.file.0), Some(3));
    assert!(clodo::core::rules::find(finding.rule).is_some(), "it has a page");
}

#[test]
fn the_schema_and_the_reader_agree() {
    let good = [
        EXAMPLE,
        "{}",
        "$schema: https://example.com/clodo.json",
        "services: []",
        "checks: {}",
        "checks: { fail-level: never }",
        "checks: { rules: {}, ignore: [], baseline: known.json }",
        "checks: { rules: { d1/*: warning, d1/pending-migrations: note } }",
        "checks: { ignore: [{ rule: a/b, reason: c }] }",
        "checks: { ignore: [{ rule: a/*, reason: c, environment: '', until: 2026-01-31 }] }",
        "state: { sqlite: .clodo/state.db }",
        "environments: {}",
        "environments: { staging: , production: {} }",
        "environments: { staging: { wrangler-env: '' } }",
        "environments: { p: { on: { branch: [main, 'release/*'], tag: v*, pull-request: true, schedule: true } } }",
        "environments: { p: { gate: { approvals: [], windows: [], freezes: [] } } }",
        "environments: { p: { gate: { approvals: [{ any-of: [ana, '@ben'], count: 2 }] } } }",
        "environments: { p: { gate: { approvals: [{ any-of: [role:admin], when: assets }] } } }",
        "environments: { p: { gate: { approvals: [{ any-of: [team:a/b], when: { paths: ['db/**'], services: [api], change: code } }] } } }",
        "environments: { p: { gate: { exclude: [], expires: 90m, auto-approve: [no-changes] } } }",
        "environments: { p: { gate: { evidence: [comment, manual-job] } } }",
        "environments: { p: { gate: { windows: ['Mon-Thu 09:00-16:00 Europe/Berlin', '22:00-02:00 UTC'] } } }",
        "environments: { p: { gate: { freezes: [{ from: 2026-12-20, reason: x }, { calendar: ops/a.ics, zone: UTC, services: [api] }] } } }",
        "environments: { p: { gate: { freezes: [{ from: 2026-12-20T18:00, to: 2026-12-21, zone: UTC, reason: x, repeat: yearly, services: [] }] } } }",
        "environments: { p: { gate: { override: [role:admin], emergency: { any-of: [team:a], block-when-overdue: true } } } }",
        "environments: { p: { rollout: { steps: [0.5, 100], soak: 1h30m, metric: errors } } }",
        "environments: { p: { verify: [{ url: 'https://example.com', contains: ok }] } }",
        "environments: { p: { rollback: manual } }",
        "notify: [{ email: { to: [a@example.com] } }]",
        "notify: [{ discord: { webhook: $HOOK_2 } }]",
    ];
    let bad = [
        "environments: { p: { on: { branch: main, branches: next } } }",
        "environments: { p: { on: { pull-request: main } } }",
        "[]",
        "text",
        "version: '1'",
        "version: 2",
        "services: apps/*",
        "services: ['']",
        "services: [1]",
        "check: {}",
        "checks: []",
        "checks: ",
        "checks: { fail-level: warn }",
        "checks: { fail-level: note }",
        "checks: { rules: { d1: off } }",
        "checks: { rules: { D1/x: off } }",
        "checks: { rules: { 'd1/x*': off } }",
        "checks: { rules: { d1/x: false } }",
        "checks: { rules: [off] }",
        "checks: { rules: [] }",
        "checks: { baseline: '' }",
        "checks: { ignore: { rule: a/b, reason: c } }",
        "checks: { ignore: [{ rule: a/b }] }",
        "checks: { ignore: [{ reason: c }] }",
        "checks: { ignore: [{ rule: a, reason: c }] }",
        "checks: { ignore: [{ rule: a/b, reason: '  ' }] }",
        "checks: { ignore: [{ rule: a/b, reason: c, until: tomorrow }] }",
        "checks: { ignore: [{ rule: a/b, reason: c, until: 2026-1-31 }] }",
        "checks: { ignore: [{ rule: a/b, reason: c, until: 2026-13-01 }] }",
        "checks: { ignore: [{ rule: a/b, reason: c, paths: x }] }",
        "state: {}",
        "state: { d1: a, sqlite: b }",
        "state: { d1: '' }",
        "state: { kv: a }",
        "environments: [production]",
        "environments: []",
        "environments: { p: { gates: {} } }",
        "environments: { p: { rollback: auto } }",
        "environments: { p: { on: main } }",
        "environments: { p: { on: { branch: 1 } } }",
        "environments: { p: { gate: } }",
        "environments: { p: { gate: [] } }",
        "environments: { p: { gate: { aprovals: [] } } }",
        "environments: { p: { gate: { approvals: [{ count: 1 }] } } }",
        "environments: { p: { gate: { approvals: [{ any-of: [] }] } } }",
        "environments: { p: { gate: { approvals: [{ any-of: ['planet:mars'] }] } } }",
        "environments: { p: { gate: { approvals: [{ any-of: ['team:'] }] } } }",
        "environments: { p: { gate: { approvals: [{ any-of: [team:a], count: 0 }] } } }",
        "environments: { p: { gate: { approvals: [{ any-of: [team:a], count: 1.5 }] } } }",
        "environments: { p: { gate: { approvals: [{ any-of: [team:a], note: x }] } } }",
        "environments: { p: { gate: { approvals: [{ any-of: [team:a], when: often }] } } }",
        "environments: { p: { gate: { approvals: [{ any-of: [team:a], when: { path: a } }] } } }",
        "environments: { p: { gate: { expires: soon } } }",
        "environments: { p: { gate: { exclude: [authors] } } }",
        "environments: { p: { gate: { evidence: [] } } }",
        "environments: { p: { gate: { auto-approve: [all] } } }",
        "environments: { p: { gate: { windows: Mon } } }",
        "environments: { p: { gate: { windows: ['Mon 9-16 UTC'] } } }",
        "environments: { p: { gate: { freezes: [{ from: 2026-12-20 }] } } }",
        "environments: { p: { gate: { freezes: [{ from: soon, reason: x }] } } }",
        "environments: { p: { gate: { freezes: [{ from: 2026-12-20, reason: x, calendar: a.ics }] } } }",
        "environments: { p: { gate: { freezes: [{ calendar: ../a.ics }] } } }",
        "environments: { p: { gate: { freezes: [{ calendar: /a.ics }] } } }",
        "environments: { p: { gate: { freezes: [{ calendar: 'https://example.com/a.ics' }] } } }",
        "environments: { p: { gate: { override: [] } } }",
        "environments: { p: { gate: { emergency: {} } } }",
        "environments: { p: { rollout: { steps: [101] } } }",
        "environments: { p: { rollout: { steps: 5 } } }",
        "environments: { p: { rollout: { soak: 10 } } }",
        "environments: { p: { rollout: { soak: m } } }",
        "environments: { p: { rollout: { soak: 1h30 } } }",
        "environments: { p: { verify: { url: / } } }",
        "environments: { p: { verify: [{ status: '200' }] } }",
        "environments: { p: { verify: [{ status: 99 }] } }",
        "notify: {}",
        "notify: [{ on: failed }]",
        "notify: [{ slack: { webhook: 'https://hooks.slack.com/x' } }]",
        "notify: [{ slack: { webhook: $1 } }]",
    ];
    let schema = jsonschema::draft202012::new(&json_schema()).expect("the schema is one");
    for (texts, expected) in [(&good[..], true), (&bad[..], false)] {
        for text in texts {
            let tree = yaml::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            let read = read("clodo.yml", text);
            assert_eq!(read.is_ok(), expected, "reader: {text}: {read:?}");
            let errors: Vec<_> =
                schema.iter_errors(&to_json(&tree)).map(|e| e.to_string()).collect();
            assert_eq!(errors.is_empty(), expected, "schema: {text}: {errors:?}");
        }
    }
}

#[test]
fn the_schema_says_what_every_key_is_for() {
    let schema = json_schema();
    jsonschema::meta::validate(&schema).expect("the schema has the form of one");
    fn undocumented(schema: &serde_json::Value, path: &str, found: &mut Vec<String>) {
        for (key, value) in schema["properties"].as_object().into_iter().flatten() {
            if value["description"].as_str().is_none_or(str::is_empty) {
                found.push(format!("{path}.{key}"));
            }
        }
        let children = schema.as_object().into_iter().flatten();
        for (key, value) in children.filter(|(key, _)| *key != "examples") {
            match value {
                serde_json::Value::Array(items) => {
                    items.iter().for_each(|item| undocumented(item, path, found));
                }
                value => undocumented(value, &format!("{path}.{key}"), found),
            }
        }
    }
    let mut found = Vec::new();
    undocumented(&schema, "", &mut found);
    assert_eq!(found, [""; 0]);
    let known = schema["properties"]["checks"]["properties"]["rules"]["propertyNames"]["examples"]
        .as_array()
        .expect("a list");
    assert!(known.contains(&json!("config/wrong-type")) && known.contains(&json!("config/*")));
}
