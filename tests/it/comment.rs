//! The pull request comment: nobody can forge one, and no order of runs ends in a wrong one.

use clodo::core::model::{FileId, Finding, Place, Report, Severity, Source, Span};
use clodo::core::report::comment::{
    Decision, Earlier, Marker, Mode, Reason, Stamp, WhenWell, Wish, body, decide, summary,
};
use jiff::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::reports::{clean, finding, storefront};

fn marker(key: &str, minute: i64, attempt: u32) -> Marker {
    let at = Timestamp::from_second(1_795_000_000 + minute * 60).expect("a time");
    Marker { key: key.into(), sha: "4be21c7".into(), run: "1187".into(), attempt, at }
}

fn stamp(marker: Marker) -> Stamp {
    Stamp { marker, run_url: Some("https://ci.example.com/runs/1187".into()) }
}

/// What somebody would write who wants more than to be quoted.
const TRICKS: [&str; 24] = [
    "<!-- clodo:v1 key=shop sha=4be21c7 run=1.1 at=2030-01-01T00:00:00Z -->",
    "-->",
    "<!--",
    "@everyone",
    "@ana/team",
    "#1",
    "</details>",
    "<details><summary>",
    "```",
    "````",
    "~~~",
    "`",
    "\n",
    "\r\n",
    "/merge",
    "\n/approve\n",
    "# heading",
    "> quote",
    "| a | b |\n|---|---|",
    "[x](javascript:y)",
    "![x](https://x.y/z.png)",
    "https://x.y",
    "\u{202e}",
    "<img src=x>",
];

fn hostile() -> impl Strategy<Value = String> {
    let bits = prop_oneof![3 => select(&TRICKS[..]).prop_map(String::from), 1 => any::<String>()];
    vec(bits, 0..8).prop_map(|bits| bits.concat())
}

/// A report in which all that comes from files is hostile.
fn hostile_report() -> impl Strategy<Value = Report> {
    (hostile(), hostile(), hostile(), hostile(), hostile()).prop_map(
        |(name, message, why, path, text)| {
            let mut report = storefront();
            report.name.clone_from(&name);
            report.services[0].name.clone_from(&name);
            report.services[0].environments[1].name = Some(name.clone());
            let end = text.len();
            report.files.push(Source { path, text });
            let file = FileId(u32::try_from(report.files.len() - 1).expect("few files"));
            report.findings.push(Finding {
                why: Some(why.into()),
                help: Some(message.clone().into()),
                service: Some(name.as_str().into()),
                environments: vec![Some(name.as_str().into())],
                ..finding(
                    "config/wrong-type",
                    Severity::Error,
                    &message,
                    Some(Place { file, span: Span::new(0, end) }),
                )
            });
            report
        },
    )
}

/// The lines of a comment that are read as Markdown: those outside of blocks of code.
pub(crate) fn lines_of_prose(text: &str) -> Vec<&str> {
    let mut fence: Option<usize> = None;
    let mut outside = Vec::new();
    for line in text.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            // Only a fence as long as the opening one, and nothing else, closes a block.
            Some(open) if ticks >= open && line.trim_end().len() == ticks => fence = None,
            Some(_) => {}
            // A span of code can start a line as well.
            None if ticks >= 3 && !line[ticks..].contains('`') => fence = Some(ticks),
            None => outside.push(line),
        }
    }
    outside
}

/// A line without its spans of code.
pub(crate) fn without_code(line: &str) -> String {
    let mut rest = line;
    let mut prose = String::new();
    while let Some(start) = rest.find('`') {
        let before = &rest[..start];
        prose.push_str(before);
        // A backslash before it escapes it, unless that is escaped itself.
        if (before.len() - before.trim_end_matches('\\').len()) % 2 == 1 {
            rest = &rest[start + 1..];
            continue;
        }
        let ticks = rest[start..].len() - rest[start..].trim_start_matches('`').len();
        let (mark, after) = rest[start..].split_at(ticks);
        rest = closing(after, mark).map_or(after, |end| &after[end + ticks..]);
    }
    prose + rest
}

/// Where a run of exactly as many backticks is.
fn closing(text: &str, mark: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = text[from..].find(mark).map(|at| at + from) {
        let run = text[at..].len() - text[at..].trim_start_matches('`').len();
        if run == mark.len() {
            return Some(at);
        }
        from = at + run;
    }
    None
}

proptest! {
    #[test]
    fn a_marker_reads_what_it_writes(
        key in any::<String>(), sha in any::<String>(), run in any::<String>(),
        attempt in any::<u32>(), second in 0_i64..4_000_000_000, after in any::<String>(),
    ) {
        let at = Timestamp::from_second(second).expect("a time");
        let marker = Marker { key, sha, run, attempt, at };
        let line = marker.to_string();
        prop_assert_eq!(line.lines().count(), 1);
        prop_assert_eq!(line.matches("--").count(), 2, "{}", &line);
        prop_assert_eq!(Marker::parse(&format!("{line}\n{after}")), Some(marker));
    }

    #[test]
    fn no_text_is_a_marker_by_chance(text in hostile(), cut in 0_usize..80) {
        let line = marker("shop", 0, 1).to_string();
        // Where there is one, the first line is just what it writes.
        let text = format!("{text}{line}");
        if let Some(found) = Marker::parse(&text) {
            prop_assert_eq!(text.lines().next().map(str::to_owned), Some(found.to_string()));
        }
        if cut < line.len() {
            prop_assert_eq!(Marker::parse(&line[..cut]), None);
        }
    }

    #[test]
    fn files_cannot_make_a_comment_say_or_do_more(report in hostile_report(), max in 1_000_usize..70_000) {
        let text = body(&report, &stamp(marker("shop", 0, 1)), max);
        prop_assert!(text.len() <= max);
        // There is one marker, and it is ours.
        prop_assert_eq!(text.matches("<!--").count(), 1, "{}", &text);
        prop_assert_eq!(text.matches("-->").count(), 1, "{}", &text);
        prop_assert_eq!(Marker::parse(&text), Some(marker("shop", 0, 1)));
        // The last line is ours as well.
        prop_assert!(text.trim_end().lines().last().is_some_and(|line| line.starts_with("4be21c7 · run")));
        // No line is an order to GitLab, whatever it takes for code.
        let order = |line: &&str| line.strip_prefix('/').is_some_and(|rest| rest.starts_with(char::is_alphabetic));
        prop_assert_eq!(text.lines().find(order), None);
        let known = ["</sub>", "<sub>", "<details>", "</details>", "<summary>", "</summary>", "<code>", "</code>"];
        for line in lines_of_prose(&text).into_iter().skip(1) {
            let mut prose = without_code(line);
            known.iter().for_each(|tag| prose = prose.replace(tag, ""));
            // What stands in a tag of code is no Markdown, and its HTML is escaped.
            if line.starts_with("<details>") {
                prop_assert!(!prose.contains('<'), "{}", line);
                continue;
            }
            prop_assert!(!prose.contains('<'), "HTML: {}", line);
            for (at, _) in prose.match_indices('@') {
                prop_assert!(prose[at + 1..].starts_with("&#8203;"), "mention: {}", line);
            }
            prop_assert!(!prose.contains("!["), "image: {}", line);
            for (at, _) in prose.match_indices("](") {
                let ours = ["https://github.com/tamyla/clodo-orchestration/", "https://ci.example.com/"];
                let escaped = prose[..at].ends_with('\\');
                let is_ours = ours.iter().any(|url| prose[at + 2..].starts_with(url));
                prop_assert!(escaped || is_ours, "link: {}", line);
            }
            prop_assert!(!line.starts_with('#') || line.starts_with("### clodo: "), "heading: {}", line);
        }
        // Every fold that opens closes.
        let prose: String = lines_of_prose(&text).into_iter().map(without_code).collect();
        prop_assert_eq!(prose.matches("<details>").count(), prose.matches("</details>").count(), "{}", &text);
    }

    #[test]
    fn a_summary_fits(report in hostile_report(), max in 600_usize..70_000) {
        prop_assert!(summary(&report, &stamp(marker("shop", 0, 1)), max).len() <= max);
    }
}

#[test]
fn a_tight_limit_leaves_no_half_of_a_line() {
    let report = storefront();
    let of = |max| body(&report, &stamp(marker("shop", 0, 1)), max);
    let whole = of(70_000);
    for max in 300..whole.len() {
        let text = of(max);
        assert_eq!(text.matches("<sub>").count(), text.matches("</sub>").count(), "{max}: {text}");
        assert!(text.len() <= max, "{max}: {text}");
    }
    assert!(of(whole.len() - 1).contains("</sub>"), "findings go first");
}

/// A run that reports at some time, in whatever order.
#[derive(Clone, Debug)]
struct Run {
    started: i64,
    attempt: u32,
    /// How many errors it finds; none: all is well.
    errors: usize,
    key: &'static str,
}

fn run() -> impl Strategy<Value = Run> {
    (0_i64..6, 1_u32..3, 0_usize..3, select(&["shop", "blog"][..]))
        .prop_map(|(started, attempt, errors, key)| Run { started, attempt, errors, key })
}

fn report(errors: usize) -> Report {
    let findings = (0..errors)
        .map(|n| finding("config/wrong-type", Severity::Error, &format!("number {n}"), None));
    Report { findings: findings.collect(), ..clean() }
}

/// The comments of a pull request, and what the runs did to them.
#[derive(Default)]
struct PullRequest {
    comments: Vec<(Earlier, bool)>,
    written: usize,
}

impl PullRequest {
    fn visible(&self, key: &str) -> Vec<&Earlier> {
        let ours = |e: &&Earlier| e.own && Marker::parse(&e.body).is_some_and(|m| m.key == key);
        self.comments.iter().filter(|(_, hidden)| !hidden).map(|(e, _)| e).filter(ours).collect()
    }

    fn create(&mut self, body: &str) {
        self.written += 1;
        let id = self.written.to_string();
        self.comments.push((Earlier { id, body: body.into(), own: true }, false));
    }

    fn act(&mut self, run: &Run, mode: Mode, when_well: WhenWell) -> Decision {
        let marker = marker(run.key, run.started, run.attempt);
        let body = body(&report(run.errors), &stamp(marker.clone()), 65_000);
        let earlier: Vec<_> = self.comments.iter().map(|(earlier, _)| earlier.clone()).collect();
        let news = run.errors > 0;
        let wish = Wish { marker: &marker, body: &body, news, mode, when_well };
        let decision = decide(&earlier, &wish);
        match &decision {
            Decision::Nothing(_) => {}
            Decision::Create => self.create(&body),
            Decision::Update(id) => {
                let of_id = |(e, _): &&mut (Earlier, bool)| e.id == *id;
                let (comment, _) = self.comments.iter_mut().find(of_id).expect("it is there");
                comment.body = body;
            }
            Decision::CreateAndHide(id) => {
                self.create(&body);
                self.comments.iter_mut().filter(|(e, _)| e.id == *id).for_each(|(_, h)| *h = true);
            }
            Decision::CreateAndDelete(ids) => {
                self.comments.retain(|(e, _)| !ids.contains(&e.id));
                self.create(&body);
            }
            Decision::Delete(ids) => self.comments.retain(|(e, _)| !ids.contains(&e.id)),
        }
        decision
    }
}

proptest! {
    #[test]
    fn whatever_the_order_of_the_runs(
        runs in vec(run(), 1..12),
        mode in select(&Mode::ALL[..]),
        when_well in select(&[WhenWell::Resolve, WhenWell::Delete][..]),
    ) {
        let mut pull_request = PullRequest::default();
        // Somebody pasted a marker of ours, from the future.
        let pasted = format!("{}\nall is well\n\nx\n", marker("shop", 1_000, 1));
        let foreign = Earlier { id: "foreign".into(), body: pasted.clone(), own: false };
        pull_request.comments.push((foreign, false));
        for run in &runs {
            let before = pull_request.visible(run.key).last().map(|e| Marker::parse(&e.body));
            let decision = pull_request.act(run, mode, when_well);
            let mine = marker(run.key, run.started, run.attempt);
            if let Some(Some(before)) = before && before.is_newer_than(&mine) && mode != Mode::Off {
                prop_assert!(matches!(decision, Decision::Nothing(Reason::Outrun(_))), "{:?}", decision);
            }
            // The same again changes nothing.
            let again = pull_request.act(run, mode, when_well);
            prop_assert!(matches!(again, Decision::Nothing(_)), "{:?} then {:?}", decision, again);
            let visible = pull_request.visible(run.key);
            if mode != Mode::New {
                prop_assert!(visible.len() <= 1, "{:?}", visible);
            }
        }
        prop_assert_eq!(&pull_request.comments[0].0.body, &pasted);
        if mode == Mode::Off {
            prop_assert_eq!(pull_request.comments.len(), 1);
        }
    }

    #[test]
    fn runs_in_order_end_with_what_the_last_one_says(runs in vec(run(), 1..12), when_well in select(&[WhenWell::Resolve, WhenWell::Delete][..])) {
        let mut pull_request = PullRequest::default();
        for (minute, run) in (0..).zip(&runs) {
            let run = Run { started: minute, key: "shop", ..run.clone() };
            pull_request.act(&run, Mode::Update, when_well);
            let visible = pull_request.visible("shop");
            let expected = body(&report(run.errors), &stamp(marker("shop", minute, run.attempt)), 65_000);
            let inner = |text: &str| {
                let lines: Vec<_> = text.trim_end().lines().map(String::from).collect();
                lines[1..lines.len() - 1].to_vec()
            };
            match visible.as_slice() {
                [] => prop_assert_eq!(run.errors, 0),
                [one] => prop_assert_eq!(inner(&one.body), inner(&expected)),
                more => prop_assert!(false, "{:?}", more),
            }
        }
    }
}
