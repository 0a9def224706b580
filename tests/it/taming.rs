//! Levels, suppressions, ignores and the baseline.

use clodo::core::config::{self, clodo_yml};
use clodo::core::model::{
    ConfigFile, Evidence, FileId, Finding, Format, Place, Redirect, Report, Service, Severity,
    Span, Workspace, WranglerSays,
};
use clodo::core::rules::{self, Check, Needs, Rule};
use clodo::core::taming::{Baseline, Run, Tamed, tame};
use jiff::civil::{Date, date};
use proptest::prelude::*;

const TYPE: &str = "config/wrong-type";
const KEY: &str = "config/unknown-key";
const LIVE: &str = "d1/only-the-account-knows";

static LIVE_RULE: Rule = Rule {
    id: LIVE,
    severity: Severity::Error,
    wrangler: WranglerSays::Silent,
    since: "0.1.0",
    needs: Needs::Live(&[]),
    catalogue: &[],
    page: "",
    check: Check::Run,
};

const TODAY: Date = date(2026, 6, 15);

/// A project, what was found in it, and how complete the look was.
struct Project {
    workspace: Workspace,
    settings: clodo_yml::Settings,
    rules: Vec<&'static Rule>,
    live: bool,
    whole: bool,
}

impl Project {
    /// Files by path. `wrangler.*` are services, named after their folders.
    fn new(files: &[(&str, &str)]) -> Self {
        let mut workspace = Workspace::default();
        for (path, text) in files {
            let file = workspace.add_file((*path).into(), (*text).into());
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            if name.starts_with("wrangler.") {
                let format = Format::of(path);
                let parsed = config::parse(format, text);
                workspace
                    .services
                    .push(Service::new(ConfigFile::new(file, format, parsed), folder));
            }
        }
        let rules = rules::ALL.iter().copied().chain([&LIVE_RULE]).collect();
        Self {
            workspace,
            settings: clodo_yml::Settings::default(),
            rules,
            live: false,
            whole: true,
        }
    }

    /// One `wrangler.toml`.
    fn toml(text: &str) -> Self {
        Self::new(&[("wrangler.toml", text)])
    }

    /// With a `clodo.yml`.
    fn with(mut self, text: &str) -> Self {
        self.settings =
            clodo_yml::read("clodo.yml", text).unwrap_or_else(|problems| panic!("{problems:?}"));
        self.workspace.add_file("clodo.yml".into(), text.into());
        self
    }

    fn run(&self) -> Run<'_> {
        Run {
            workspace: &self.workspace,
            settings: &self.settings,
            rules: &self.rules,
            today: TODAY,
            live: self.live,
            whole: self.whole,
        }
    }

    /// A finding at every place where the first file that has it holds `marked`.
    fn finding(&self, rule: &'static str, marked: &str) -> Finding {
        let (file, at) = (0..)
            .map(FileId)
            .zip(&self.workspace.files)
            .find_map(|(id, file)| Some((id, file.text.find(marked)?)))
            .unwrap_or_else(|| panic!("{marked} is nowhere"));
        let service = self.workspace.services.iter().find(|one| one.config.file == file);
        Finding {
            rule,
            severity: Severity::Error,
            wrangler: WranglerSays::Silent,
            message: format!("{marked} is wrong"),
            label: None,
            why: None,
            help: None,
            service: service.map(|service| service.name.clone()),
            environments: Vec::new(),
            path: String::new(),
            place: Some(Place { file, span: Span::new(at, at + marked.len()) }),
            related: Vec::new(),
            evidence: Evidence::Static,
            repair: Vec::new(),
        }
    }

    fn tame(&self, findings: &[Finding]) -> Tamed {
        tame(findings.to_vec(), &self.run())
    }

    /// What is reported, as people see it, and how many findings were put aside.
    fn said(&self, findings: &[Finding]) -> String {
        let tamed = self.tame(findings);
        let mut lines: Vec<String> =
            tamed.findings.iter().flat_map(|finding| self.say(finding)).collect();
        lines.push(format!("put aside: {}", tamed.put_aside));
        lines.join("\n")
    }

    fn say(&self, finding: &Finding) -> Vec<String> {
        let place = finding.place.map_or_else(String::new, |place| {
            let file = self.workspace.file(place.file);
            let at = file.position(place.span.start);
            let marked = &file.text[file.range(place.span)];
            format!(" {}:{}:{} {marked:?}", file.path, at.line, at.column)
        });
        let environments: Vec<&str> =
            finding.environments.iter().map(|name| name.as_deref().unwrap_or("top")).collect();
        let environments =
            if environments.is_empty() { String::new() } else { format!(" {environments:?}") };
        let severity = finding.severity.as_str();
        let mut lines =
            vec![format!("{severity}[{}]{place}{environments} {}", finding.rule, finding.message)];
        lines.extend(finding.label.iter().map(|label| format!("    {label}")));
        lines.extend(finding.help.iter().map(|help| format!("    fix: {help}")));
        lines
    }

    /// Whether a finding of [`TYPE`] at `marked` is put aside, and nothing else is said.
    fn silences(&self, marked: &str) -> bool {
        let tamed = self.tame(&[self.finding(TYPE, marked)]);
        tamed.put_aside == 1 && tamed.findings.is_empty()
    }

    /// Whether a finding of [`TYPE`] at `marked` is kept, and the suppression called stale.
    fn keeps(&self, marked: &str) -> bool {
        let tamed = self.tame(&[self.finding(TYPE, marked)]);
        let rules: Vec<&str> = tamed.findings.iter().map(|finding| finding.rule).collect();
        tamed.put_aside == 0 && rules == [TYPE, "config/stale-suppression"]
    }
}

#[test]
fn a_comment_counts_for_its_line_and_the_line_below() {
    for text in [
        "a = 1\nbad = 1 # clodo-ignore config/wrong-type: on purpose\nc = 2\n",
        "a = 1\r\nbad = 1 # clodo-ignore config/wrong-type: on purpose\r\nc = 2\r\n",
        "# clodo-ignore config/wrong-type: on purpose\nbad = 1\n",
        "# clodo-ignore config/wrong-type: on purpose\r\nbad = 1\r\n",
        "#clodo-ignore config/wrong-type:on purpose\n  bad = 1",
        "# clodo-ignore config/wrong-type: on purpose\n# more words\n#\nbad = 1\n",
        "# more words\n## clodo-ignore config/wrong-type: on purpose\nbad = 1\n",
        "list = [\n  1,\n  # clodo-ignore config/wrong-type: on purpose\n  { bad = 1 },\n]\n",
    ] {
        assert!(Project::toml(text).silences("bad"), "{text}");
    }
    for text in [
        "# clodo-ignore config/wrong-type: on purpose\n\nbad = 1\n",
        "# clodo-ignore config/wrong-type: on purpose\n# more\n\n# words\nbad = 1\n",
        "# clodo-ignore config/wrong-type: on purpose\na = 1\nbad = 1\n",
        "a = 1 # clodo-ignore config/wrong-type: on purpose\nbad = 1\n",
        "bad = 1\n# clodo-ignore config/wrong-type: on purpose\n",
        "bad = [\n  1, # clodo-ignore config/wrong-type: on purpose\n]\n",
    ] {
        assert!(Project::toml(text).keeps("bad"), "{text}");
    }
}

#[test]
fn above_a_header_a_comment_counts_for_the_table() {
    let text = "# clodo-ignore config/wrong-type: on purpose\n[[kv]]\nfirst = 1\n\n# words\n\
                list = [\n[1],\n]\nsecond = 1\n\n[env.staging]\nthird = 1\n";
    for marked in ["[[kv]]", "first", "second"] {
        assert!(Project::toml(text).silences(marked), "{marked}");
    }
    for marked in ["[env.staging]", "third"] {
        assert!(Project::toml(text).keeps(marked), "{marked}");
    }
    let beside = "[[kv]] # clodo-ignore config/wrong-type: on purpose\n\nlast = 1\n";
    assert!(Project::toml(beside).silences("last"));
}

#[test]
fn json_and_yaml_have_comments_too() {
    for (path, text) in [
        ("wrangler.jsonc", "{\n  // clodo-ignore config/wrong-type: on purpose\n  \"bad\": 1,\n}"),
        ("wrangler.json", "{\n  \"bad\": 1, // clodo-ignore config/wrong-type: on purpose\n}"),
        ("wrangler.json", "{\n  /* clodo-ignore config/wrong-type: on purpose */ \"bad\": 1,\n}"),
        (
            "wrangler.json",
            "{\n  /*\n   * Words.\n   * clodo-ignore config/wrong-type: on purpose\n   */\n  \"bad\": 1,\n}",
        ),
        ("clodo.yml", "a: 'x'\n# clodo-ignore config/wrong-type: on purpose\nbad: 1\n"),
        (
            ".github/workflows/ci.yaml",
            "a: [\n  bad, # clodo-ignore config/wrong-type: on purpose\n]\n",
        ),
        ("migrations/1.sql", "DROP bad; -- clodo-ignore config/wrong-type: on purpose\n"),
        ("migrations/1.sql", "/* clodo-ignore config/wrong-type: on purpose */\nDROP bad;\n"),
        ("apps/a/.env.staging", "# clodo-ignore config/wrong-type: on purpose\nA=bad\n"),
        (".dev.vars", "A=1\n  # clodo-ignore config/wrong-type: on purpose\nA=bad\n"),
    ] {
        assert!(Project::new(&[(path, text)]).silences("bad"), "{text}");
    }
}

#[test]
fn what_looks_like_a_comment_is_none() {
    for (path, text) in [
        ("wrangler.toml", "bad = \"# clodo-ignore config/wrong-type: x\"\n"),
        ("wrangler.toml", "a = '''\n# clodo-ignore config/wrong-type: x'''\nbad = 1\n"),
        ("wrangler.jsonc", "{ \"bad\": \"// clodo-ignore config/wrong-type: x\" }"),
        ("a.yml", "bad: \"# clodo-ignore config/wrong-type: x\"\n"),
        ("a.yml", "a: |\n  # clodo-ignore config/wrong-type: x\n\nbad: 1\n"),
        ("wrangler.toml", "bad = 1 # see clodo-ignore config/wrong-type: x\n"),
        ("wrangler.toml", "bad = 1 # clodo-ignored config/wrong-type: x\n"),
        ("migrations/1.sql", "SELECT '-- clodo-ignore config/wrong-type: x', bad;\n"),
        (".env", "A=bad # clodo-ignore config/wrong-type: x\n"),
        ("a.txt", "bad # clodo-ignore config/wrong-type: x\n"),
    ] {
        let project = Project::new(&[(path, text)]);
        let tamed = project.tame(&[project.finding(TYPE, "bad")]);
        assert_eq!((tamed.findings.len(), tamed.put_aside), (1, 0), "{text}");
    }
}

#[test]
fn one_comment_can_name_several_rules() {
    let project =
        Project::toml("bad = 1 # clodo-ignore config/wrong-type , config/unknown-key: both\n");
    let findings = [project.finding(TYPE, "bad"), project.finding(KEY, "bad")];
    insta::assert_snapshot!(project.said(&findings), @"put aside: 2");
    insta::assert_snapshot!(project.said(&findings[..1]), @r#"
    note[config/stale-suppression] wrangler.toml:1:44 "config/unknown-key" this suppression of `config/unknown-key` matches nothing
        no finding of this rule here
        fix: remove `config/unknown-key` from the comment
    put aside: 1
    "#);
}

#[test]
fn a_suppression_that_cannot_count_is_reported() {
    let project = Project::toml(
        "bad = 1 # clodo-ignore config/wrong-type\n\
         a = 1 # clodo-ignore config/wrong-type:  \n\
         b = 1 # clodo-ignore\n\
         c = 1 # clodo-ignore : for no rule\n\
         half = 1 # clodo-ignore config/wrong-typ, config/unknown-key: half of it\n\
         e = 1 # clodo-ignore config/*: everything\n\
         f = 1 # clodo-ignore config/wrong-type config/unknown-key: no comma\n",
    );
    let findings = [project.finding(TYPE, "bad"), project.finding(KEY, "half")];
    insta::assert_snapshot!(project.said(&findings), @r#"
    error[config/wrong-type] wrangler.toml:1:1 "bad" bad is wrong
    warning[config/invalid-suppression] wrangler.toml:1:11 "clodo-ignore config/wrong-type" this suppression gives no reason, so it does not count
        expected `: reason`
        fix: say after a colon why the finding is no problem here
    warning[config/invalid-suppression] wrangler.toml:2:9 "clodo-ignore config/wrong-type:" this suppression gives no reason, so it does not count
        expected `: reason`
        fix: say after a colon why the finding is no problem here
    warning[config/invalid-suppression] wrangler.toml:3:9 "clodo-ignore" this suppression names no rule, so it does not count
        fix: write `clodo-ignore family/rule: reason`
    warning[config/invalid-suppression] wrangler.toml:4:9 "clodo-ignore : for no rule" this suppression names no rule, so it does not count
        fix: write `clodo-ignore family/rule: reason`
    warning[config/invalid-suppression] wrangler.toml:5:25 "config/wrong-typ" `config/wrong-typ` is not a rule, so it suppresses nothing
        did you mean `config/wrong-type`?
        fix: write `config/wrong-type`
    warning[config/invalid-suppression] wrangler.toml:6:22 "config/*" `config/*` is not a rule, so it suppresses nothing
        fix: name the rule; a whole family can be ignored in clodo.yml, under `checks.ignore`
    warning[config/invalid-suppression] wrangler.toml:7:22 "config/wrong-type config/unknown-key" `config/wrong-type config/unknown-key` is not a rule, so it suppresses nothing
        fix: name one rule, or several with commas; `clodo rules` lists them
    put aside: 1
    "#);
}

#[test]
fn nothing_is_stale_that_was_not_looked_at() {
    let text = "a = 1 # clodo-ignore config/wrong-type: x\nb = 1 # clodo-ignore d1/only-the-account-knows: x\n";
    let yml = "checks:\n  ignore:\n    - { rule: d1/*, reason: x }\n    - { rule: config/unknown-key, reason: x }\n";
    let stale = |change: fn(&mut Project)| {
        let mut project = Project::toml(text).with(yml);
        change(&mut project);
        let tamed = project.tame(&[]);
        assert_eq!(tamed.put_aside, 0);
        assert!(tamed.findings.iter().all(|f| f.rule == "config/stale-suppression"));
        tamed.findings.into_iter().map(|finding| finding.message).collect::<Vec<_>>()
    };
    let [own, of_live, d1, key] = [
        "this suppression of `config/wrong-type` matches nothing",
        "this suppression of `d1/only-the-account-knows` matches nothing",
        "`checks.ignore[0]`, for `d1/*`, matches nothing",
        "`checks.ignore[1]`, for `config/unknown-key`, matches nothing",
    ];
    assert_eq!(stale(|_| {}), [own, key]);
    assert_eq!(stale(|project| project.live = true), [own, of_live, d1, key]);
    assert_eq!(stale(|project| project.whole = false), [""; 0]);
    assert_eq!(
        stale(|project| {
            let yml = "checks: { rules: { config/wrong-type: off } }";
            project.settings.rules = clodo_yml::read("", yml).expect("valid").rules;
        }),
        [key]
    );
}

#[test]
fn a_file_that_no_rule_looked_at_has_nothing_stale() {
    let text = "a = 1 # clodo-ignore config/wrong-type: x\n";
    let broken = Project::toml(&format!("{text}b = \n"));
    assert!(broken.tame(&[]).findings.is_empty());

    let mut built = Project::new(&[("dist/wrangler.json", "{}"), ("source.toml", text)]);
    built.workspace.services[0].redirect =
        Some(Redirect { file: FileId(0), user_config: Some(FileId(1)), stale: false });
    assert!(built.tame(&[]).findings.is_empty());
}

#[test]
fn the_project_chooses_how_bad_something_is() {
    let project = Project::toml("bad = 1\nc = 1 # clodo-ignore config/unknown-key\n").with(
        "checks:\n  rules:\n    config/*: warning\n    config/wrong-type: note\n    d1/*: off\n",
    );
    let findings = [
        project.finding(TYPE, "bad"),
        project.finding(KEY, "bad"),
        project.finding(LIVE, "bad"),
        Finding { rule: "env/other", ..project.finding(TYPE, "bad") },
    ];
    insta::assert_snapshot!(project.said(&findings), @r#"
    note[config/wrong-type] wrangler.toml:1:1 "bad" bad is wrong
    warning[config/unknown-key] wrangler.toml:1:1 "bad" bad is wrong
    error[env/other] wrangler.toml:1:1 "bad" bad is wrong
    warning[config/invalid-suppression] wrangler.toml:2:9 "clodo-ignore config/unknown-key" this suppression gives no reason, so it does not count
        expected `: reason`
        fix: say after a colon why the finding is no problem here
    put aside: 0
    "#);
}

#[test]
fn an_ignore_can_be_narrowed() {
    let files =
        [("apps/old/wrangler.toml", "bad = 1\n"), ("apps/new/wrangler.toml", "worse = 1\n")];
    for (entry, expected) in [
        ("rule: config/wrong-type", 2),
        ("rule: config/*", 2),
        ("rule: config/*, path: apps/old", 1),
        ("rule: config/*, path: 'apps/*'", 2),
        ("rule: config/*, path: '**/wrangler.toml', service: new", 1),
        ("rule: config/*, service: old", 1),
        ("rule: config/*, path: apps/new, service: old", 0),
        ("rule: config/unknown-key", 0),
        ("rule: config/*, environment: ''", 0),
        ("rule: config/*, until: 2026-06-15", 2),
        ("rule: config/*, until: 2026-06-14", 0),
    ] {
        let project = Project::new(&files)
            .with(&format!("checks: {{ ignore: [{{ {entry}, reason: old }}] }}\n"));
        let tamed = project.tame(&[project.finding(TYPE, "bad"), project.finding(TYPE, "worse")]);
        assert_eq!(tamed.put_aside, expected, "{entry}");
    }
    let project = Project::new(&files)
        .with("checks: { ignore: [{ rule: config/wrong-type, path: apps, reason: x }] }");
    let nowhere = Finding { place: None, ..project.finding(TYPE, "bad") };
    assert_eq!(project.tame(&[nowhere]).put_aside, 0);
}

#[test]
fn an_ignore_can_take_single_environments() {
    let everywhere = |project: &Project| Finding {
        environments: vec![None, Some("staging".into()), Some("production".into())],
        ..project.finding(TYPE, "bad")
    };
    let project = Project::toml("bad = 1\n").with(
        "checks:\n  ignore:\n    - { rule: config/*, environment: '', reason: x }\n    - { rule: config/*, environment: staging, reason: x }\n    - { rule: config/wrong-type, environment: staging, reason: x }\n",
    );
    insta::assert_snapshot!(project.said(&[everywhere(&project)]), @r#"
    error[config/wrong-type] wrangler.toml:1:1 "bad" ["production"] bad is wrong
    put aside: 0
    "#);
    let of_staging =
        Finding { environments: vec![Some("staging".into())], ..project.finding(TYPE, "bad") };
    assert_eq!(project.tame(&[of_staging]).put_aside, 1);
}

#[test]
fn an_ignore_ends() {
    let project = Project::toml("bad = 1\n").with(
        "checks:\n  ignore:\n    - { rule: config/wrong-type, until: 2026-06-14, reason: x }\n    - { rule: config/unknown-key, until: 2026-06-14, reason: x }\n",
    );
    insta::assert_snapshot!(project.said(&[project.finding(TYPE, "bad")]), @r#"
    error[config/wrong-type] wrangler.toml:1:1 "bad" bad is wrong
    warning[config/expired-ignore] clodo.yml:3:9 "rule: config/wrong-type" `checks.ignore[0]`, for `config/wrong-type`, ended on 2026-06-14
        fix: correct the findings and remove the entry, or set `until` to a later day
    note[config/stale-suppression] clodo.yml:4:9 "rule: config/unknown-key" `checks.ignore[1]`, for `config/unknown-key`, matches nothing
        fix: remove the entry
    put aside: 0
    "#);
}

#[test]
fn what_is_said_about_suppressions_can_be_ignored_as_well() {
    let text = "a = 1 # clodo-ignore config/wrong-type: x\nb = 1 # clodo-ignore nonsense: x\n";
    let ignore = "checks: { ignore: [{ rule: config/stale-suppression, reason: x }, { rule: config/invalid-suppression, reason: x }] }";
    let tamed = Project::toml(text).with(ignore).tame(&[]);
    assert_eq!((tamed.findings.len(), tamed.put_aside), (0, 2));
    let tamed = Project::toml("a = 1").with(ignore).tame(&[]);
    assert_eq!((tamed.findings.len(), tamed.put_aside), (0, 0), "it is never stale");
    let off = "checks: { rules: { config/*: off } }";
    let tamed = Project::toml(text).with(off).tame(&[]);
    assert_eq!((tamed.findings.len(), tamed.put_aside), (0, 0));
}

fn report(project: &Project, findings: Vec<Finding>) -> Report {
    let mut report =
        Report { files: project.workspace.files.clone(), findings, ..Report::default() };
    report.sort();
    report
}

#[test]
fn a_baseline_knows_what_was_there() {
    let before = Project::toml("bad = 1\nworse = 2\n");
    let found = vec![
        before.finding(TYPE, "bad"),
        before.finding(TYPE, "bad"),
        before.finding(KEY, "worse"),
        Finding { place: None, ..before.finding(KEY, "bad") },
    ];
    let baseline = Baseline::of(&report(&before, found.clone()));
    let text = baseline.to_json();
    let reversed = report(&before, found.into_iter().rev().collect());
    assert_eq!(text, Baseline::of(&reversed).to_json(), "the order does not matter");
    insta::assert_snapshot!(text, @r#"
    {
      "schema": "clodo.baseline/1",
      "findings": [
        {
          "fingerprint": "c83b1ec7e16efb2ebaccaae3aee23253",
          "rule": "config/unknown-key",
          "file": null,
          "message": "bad is wrong"
        },
        {
          "fingerprint": "af985110ddd3971e9fc9dd2b5e25a0b4",
          "rule": "config/unknown-key",
          "file": "wrangler.toml",
          "message": "worse is wrong"
        },
        {
          "fingerprint": "0b0c006c166ab60bc5fdc02a38f2e08b",
          "rule": "config/wrong-type",
          "file": "wrangler.toml",
          "message": "bad is wrong"
        },
        {
          "fingerprint": "e68e4243f31f8cb485c9cbf96c21833e",
          "rule": "config/wrong-type",
          "file": "wrangler.toml",
          "message": "bad is wrong"
        }
      ]
    }
    "#);

    // Lines have moved, one finding is new, one is gone.
    let after = Project::toml("\n# words\nbad = 1\nnew = 1\n");
    let mut now = report(
        &after,
        vec![after.finding(TYPE, "bad"), after.finding(TYPE, "bad"), after.finding(TYPE, "new")],
    );
    now.put_aside = 1;
    let known = Baseline::parse(&text).expect("what was written can be read");
    assert_eq!(known, baseline);
    known.apply("known.json", &mut now, &after.run());
    let said: Vec<String> = now.findings.iter().flat_map(|finding| after.say(finding)).collect();
    insta::assert_snapshot!(said.join("\n"), @r#"
    note[config/stale-suppression] 2 entries of the baseline known.json match nothing any more
        fix: write it anew: clodo check --write-baseline known.json
    error[config/wrong-type] wrangler.toml:4:1 "new" new is wrong
    "#);
    assert_eq!(now.put_aside, 3);
}

#[test]
fn a_baseline_is_stale_only_where_everything_was_looked_at() {
    let project = Project::toml("bad = 1\n");
    let of = |rule| Baseline::of(&report(&project, vec![project.finding(rule, "bad")]));
    let stale = |baseline: &Baseline, run: &Run<'_>| {
        let mut report = report(&project, Vec::new());
        baseline.apply("known.json", &mut report, run);
        report.findings.len()
    };
    assert_eq!(stale(&of(TYPE), &project.run()), 1);
    assert_eq!(stale(&of("old/removed"), &project.run()), 1);
    assert_eq!(stale(&of(TYPE), &Run { whole: false, ..project.run() }), 0);
    assert_eq!(stale(&of("old/removed"), &Run { whole: false, ..project.run() }), 0);
    assert_eq!(stale(&of(LIVE), &project.run()), 0);
    assert_eq!(stale(&of(LIVE), &Run { live: true, ..project.run() }), 1);
    let off =
        Project::toml("bad = 1\n").with("checks: { rules: { config/stale-suppression: off } }");
    assert_eq!(stale(&of(TYPE), &off.run()), 0);
}

#[test]
fn what_is_no_baseline_is_told() {
    let error = |text| Baseline::parse(text).expect_err("no baseline").to_string();
    assert_eq!(
        error(r#"{ "schema": "clodo.baseline/2", "findings": [] }"#),
        "this baseline has the schema \"clodo.baseline/2\"; this version of clodo reads \"clodo.baseline/1\""
    );
    assert!(error("[]").starts_with("this is not a baseline: "));
    let more = r#"{ "schema": "clodo.baseline/1", "findings": [], "later": 1 }"#;
    assert!(Baseline::parse(more).is_ok());
}

proptest! {
    #[test]
    fn no_file_is_too_strange(
        lines in prop::collection::vec(
            prop::sample::select(vec![
                "", " ", "\r", "a = 1", "[a]", "[[b]] # x", "# clodo-ignore config/wrong-type: x",
                "# clodo-ignore config/wrong-type, x/\u{e4}: y", "# clodo-ignore", "'''", "\"\"\"",
                "{", "}", "/* clodo-ignore", "config/unknown-key: x */", "// clodo-ignore a/b:",
                "k: |", "  # clodo-ignore config/wrong-type: z", "- \"\u{e4}\"", "]", "[",
            ]),
            0..12,
        ),
        at in 0_usize..200,
        extension in prop::sample::select(vec!["toml", "jsonc", "yml"]),
    ) {
        let path = format!("wrangler.{extension}");
        let text = lines.join("\n");
        let project = Project::new(&[(&path, &text)]);
        let finding = Finding {
            place: Some(Place { file: FileId(0), span: Span::new(at, at + 1) }),
            ..project.finding(TYPE, "")
        };
        let tamed = project.tame(&[finding]);
        prop_assert!(tamed.put_aside <= 1);
        let file = project.workspace.file(FileId(0));
        for finding in tamed.findings.iter().filter(|finding| finding.rule != TYPE) {
            let place = finding.place.expect("it stands in the comment");
            prop_assert!(!file.text[file.range(place.span)].is_empty());
        }
    }
}
