//! Reports that are saved by one run and told by another.

use clodo::core::report::saved::{SavedError, read};
use clodo::core::report::{Format, TextOptions, render};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::work_tree::WorkTree;

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
