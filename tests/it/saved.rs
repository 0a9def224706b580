//! Reports that are saved by one run and told by another.

use std::time::Duration;

use clodo::core::model::{Report, Sight};
use clodo::core::report::comment::{Marker, Stamp, body};
use clodo::core::report::saved::{SavedError, read};
use clodo::core::report::{Format, TextOptions, plan, render};
use clodo::flow::project::Request;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::comment::{lines_of_prose, without_code};
use crate::work_tree::{WorkTree, repository};

fn saved() -> (WorkTree, String) {
    let tree = WorkTree::copy_of("examples/broken");
    let text = render(&tree.check(), Format::Report, &TextOptions::default());
    (tree, text)
}

#[test]
fn a_saved_report_says_the_same() {
    let (tree, text) = saved();
    let (before, after) = (tree.check(), read(&text).expect("a saved report"));
    for format in [Format::Markdown, Format::Text, Format::Sarif, Format::Gitlab, Format::Github] {
        let shown = |report| render(report, format, &TextOptions::default());
        assert_eq!(shown(&after), shown(&before), "{format}");
    }
}

#[test]
fn only_files_that_findings_point_into_are_saved() {
    let tree = WorkTree::new();
    tree.write("good/wrangler.toml", "name = \"good\"\nmain = \"a.js\"\ncompatibility_date = \"2026-01-01\"\nworkers_dev = false\npreview_urls = false\nobservability = { enabled = true }\n");
    tree.write("good/a.js", "export default { fetch: () => new Response() };");
    tree.write("bad/wrangler.toml", "name = 5\n");
    let text = render(&tree.check(), Format::Report, &TextOptions::default());
    assert!(text.contains("name = 5") && !text.contains("observability"), "{text}");
}

/// The file, changed by somebody who means no good.
fn changed(change: impl FnOnce(&mut Value)) -> Result<(), SavedError> {
    let mut value: Value = serde_json::from_str(&saved().1).expect("JSON");
    change(&mut value);
    read(&value.to_string()).map(|_| ())
}

#[test]
fn what_does_not_fit_together_is_refused() {
    assert!(changed(|_| ()).is_ok());
    assert!(matches!(read("{"), Err(SavedError::Form(_))));
    assert!(matches!(read(&" ".repeat(17 << 20)), Err(SavedError::Size(_))));
    let schema = changed(|value| value["schema"] = json!("clodo.report/9"));
    assert!(matches!(schema, Err(SavedError::Schema(_))), "{schema:?}");
    let rule = changed(|value| value["findings"][0]["rule"] = json!("made/up"));
    assert!(matches!(rule, Err(SavedError::Rule(_))), "{rule:?}");
    for place in [json!([0, 0, 9_999_999]), json!([9999, 0, 0]), json!([0, 9, 1])] {
        let moved = changed(|value| {
            let findings = value["findings"].as_array_mut().expect("findings");
            findings.retain(|finding| !finding["place"].is_null());
            findings[0]["place"] = place.clone();
        });
        assert!(matches!(moved, Err(SavedError::Place(_))), "{place}: {moved:?}");
    }
    let many = changed(|value| {
        let one = value["findings"][0].clone();
        value["findings"] = Value::Array(vec![one; 20_001]);
    });
    assert!(matches!(many, Err(SavedError::Count("findings"))), "{many:?}");
}

#[test]
fn secrets_that_somebody_put_in_are_concealed() {
    let token = format!("ghp_{}", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8");
    let mut value: Value = serde_json::from_str(&saved().1).expect("JSON");
    value["files"][0]["text"] = json!(format!("# {token}\n").repeat(2000));
    let report = read(&value.to_string()).expect("a report");
    assert!(report.files.iter().all(|file| !file.text.contains(&token)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the file says, every format can be made of it.
    #[test]
    fn no_text_is_too_strange(
        text in "\\PC{0,40}|[a-z\u{e4}\u{1f600}\n\r`<>@:|*_\\[\\]!-]{0,60}",
        start in 0_u32..60,
        length in 0_u32..60,
    ) {
        let mut value: Value = serde_json::from_str(&saved().1).expect("JSON");
        value["files"][0]["text"] = json!(text);
        value["files"][0]["path"] = json!(text);
        value["services"][0]["name"] = json!(text);
        let mut first = value["findings"][0].clone();
        for key in ["message", "label", "why", "help", "service", "path"] {
            first[key] = json!(text);
        }
        first["place"] = json!([0, start, start + length]);
        value["findings"] = json!([first]);
        if let Ok(report) = read(&value.to_string()) {
            for format in Format::ALL {
                let _ = render(&report, format, &TextOptions::default());
            }
        }
    }
}

#[test]
fn links_for_the_page_of_a_gitlab_job() {
    let report = WorkTree::copy_of("examples/broken").check();
    let text = render(&report, Format::GitlabAnnotations, &TextOptions::default());
    let value: Value = serde_json::from_str(&text).expect("JSON");
    let links = value["clodo"].as_array().expect("a list");
    assert!(links.len() > 20, "{}", links.len());
    for link in links {
        let link = &link["external_link"];
        let label = link["label"].as_str().expect("a label");
        assert!(link["url"].as_str().is_some_and(|url| url.ends_with(".md")), "{label}");
    }
    assert_eq!(links[0]["external_link"]["label"], "assets/binding-without-main: 1 error");
}

/// The report of a project with an account, and its plan.
fn planned() -> Report {
    let root = repository().join("tests/fixtures/plan/shop");
    let request = Request {
        account: Some(root.join("account.json")),
        environments: vec!["production".to_owned()],
        root,
        ..Request::default()
    };
    let plans =
        vec![plan::report(&clodo::flow::plan::plan(&request, None, None).expect("a plan").plan)];
    Report { plans, ..crate::work_tree::report(&request) }
}

fn as_saved(report: &Report) -> Value {
    let text = render(report, Format::Report, &TextOptions::default());
    serde_json::from_str(&text).expect("JSON")
}

/// The comment that a run writes about a report.
fn comment(report: &Report) -> String {
    let at = "2026-11-22T12:00:00Z".parse().expect("a time");
    let marker = Marker { key: "shop".into(), sha: "4be".into(), run: "1".into(), attempt: 1, at };
    body(report, &Stamp { marker, run_url: None }, 65_000)
}

#[test]
fn plans_and_the_sight_of_the_account_are_kept() {
    let before = planned();
    let after = read(&as_saved(&before).to_string()).expect("a saved report");
    let seen = |report: &Report| {
        let sight = report.coverage.sight.clone().expect("an account");
        // Nobody reads an age to the nanosecond.
        (sight.age.as_millis(), Sight { age: Duration::ZERO, ..sight })
    };
    assert_eq!(seen(&after), seen(&before));
    let [plan] = after.plans.as_slice() else { panic!("{:?}", after.plans) };
    assert_eq!((&plan.summary, &plan.data), (&before.plans[0].summary, &before.plans[0].data));
    let unproven = "As the run that checked this commit says. A deployment makes its own plan.\n\n";
    assert_eq!(plan.markdown, format!("{unproven}{}", before.plans[0].markdown));
    assert!(comment(&after).contains(&plan.markdown));
}

#[test]
fn a_plan_that_is_none_is_refused() {
    let saved = as_saved(&planned());
    let with = |change: &dyn Fn(&mut Value)| {
        let mut saved = saved.clone();
        change(&mut saved["plans"][0]);
        read(&saved.to_string()).map(|report| comment(&report))
    };
    assert!(with(&|_| ()).is_ok());
    let refused: [&dyn Fn(&mut Value); 7] = [
        &|plan| plan["schema"] = json!("clodo.plan/9"),
        &|plan| plan["hash"] = json!("9f3c41d07b2a"),
        &|plan| plan["hash"] = json!("</summary>".repeat(7)[..64]),
        &|plan| plan["services"][0]["changes"][0]["aspect"] = json!("<img>"),
        &|plan| plan["services"][0]["changes"][0]["unasked"] = json!("maybe"),
        &|plan| plan["services"][0]["rollback"] = json!("possible"),
        &|plan| *plan = json!("Plan 9f3c41d07b2a"),
    ];
    for change in refused {
        let result = with(change);
        assert!(matches!(result, Err(SavedError::Plan(_))), "{result:?}");
    }
    let mut rule = saved.clone();
    rule["sight"]["unknown"][0]["rules"] = json!(["made/up"]);
    assert!(matches!(read(&rule.to_string()), Err(SavedError::Rule(_))));
    let mut many = saved.clone();
    many["plans"] = Value::Array(vec![json!(0); 20_001]);
    assert!(matches!(read(&many.to_string()), Err(SavedError::Count("plans"))));
}

#[test]
fn words_of_a_plan_are_escaped_and_secrets_in_it_concealed() {
    let token = format!("ghp_{}", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8");
    let forged = "</details><!-- clodo:v1 key=shop --> @everyone [x](https://x.y) <img src=x>";
    let mut saved = as_saved(&planned());
    let plan = &mut saved["plans"][0];
    plan["environment"] = json!(forged);
    plan["accounts"] = json!([forged]);
    let service = &mut plan["services"][0];
    for key in ["service", "worker", "failure"] {
        service[key] = json!(forged);
    }
    for key in ["name", "from", "to", "note"] {
        service["changes"][0][key] = json!(format!("{forged} {token}"));
    }
    let said = comment(&read(&saved.to_string()).expect("a saved report"));
    assert!(!said.contains(&token), "{said}");
    assert_eq!(said.matches("<!-- clodo:v1").count(), 1 + said.matches("`<!-- clodo:v1").count());
    let prose = lines_of_prose(&said).into_iter().map(without_code);
    let prose = prose.collect::<Vec<_>>().join("\n");
    for trick in ["@everyone", "<img", "://x.y"] {
        assert!(!prose.contains(trick), "{trick}\n{prose}");
    }
}
