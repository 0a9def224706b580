//! What people read of a verdict.

use jiff::{SignedDuration, Timestamp};

use super::{because, headline, line, markdown, text};
use crate::core::gate::{
    Approval, Choice, Decision, Judged, Met, Method, Person, Principal, Verdict, Void, Waits,
};

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_795_435_200 + minute * 60).unwrap_or_default()
}

fn approval(login: &str) -> Approval {
    Approval {
        person: Person { issuer: "github.com".into(), login: login.into(), ..Person::default() },
        choice: Choice::Approve,
        hash: "9f3c41d07b2a".repeat(5) + "9f3c",
        environment: "production".into(),
        at: at(0),
        method: Method::Comment,
        used_by: None,
    }
}

fn judged(decision: Decision) -> Judged {
    let of = vec![Principal::Team("sre".into())];
    Judged {
        environment: "production".into(),
        hash: approval("ana").hash,
        verdict: Verdict {
            decision,
            met: vec![Met { any_of: of, needed: 2, given: vec![approval("ana")] }],
            void: vec![(approval("eve"), Void::Outsider)],
            claim: None,
            emergency: false,
            closes: Some(at(60)),
        },
        at: at(1),
        expires: SignedDuration::from_hours(24),
        digits: 12,
        methods: vec![Method::Comment, Method::Review, Method::CommandLine],
        pull_request: Some(42),
        differences: vec!["api.bundle: a → b".into()],
        notes: Vec::new(),
    }
}

fn waiting() -> Judged {
    let of = vec![Principal::Team("sre".into())];
    judged(Decision::Waiting(vec![Waits::Approvals { missing: 1, of }]))
}

#[test]
fn a_verdict_has_a_line() {
    assert_eq!(headline(&waiting()), "production waits for 1 more approval of team:sre");
    assert_eq!(line(&waiting()), "waits for 1 more approval of team:sre");
    let open = judged(Decision::Open);
    assert_eq!(because(&open), "ana approved; window until 2026-11-23 13:00 UTC");
    assert_eq!(line(&open), "open: ana approved; window until 2026-11-23 13:00 UTC");
    let denied = judged(Decision::Denied("ana rejected it".into()));
    assert_eq!(headline(&denied), "production is closed: ana rejected it");
}

#[test]
fn who_waits_is_told_what_to_write() {
    let text = text(&waiting());
    for line in [
        "  plan 9f3c41d07b2a",
        "  1 of 2 from team:sre: ana (comment, 2026-11-23 12:00 UTC)",
        "  approval of eve (comment, 2026-11-23 12:00 UTC) does not count: the policy does not ask \
         this person",
        "    api.bundle: a → b",
        "  review the head of #42",
        "  comment `/clodo approve production 9f3c41d07b2a` on #42",
        "  run `clodo approve production 9f3c41d07b2a`",
        "Approvals count for 24 h.",
    ] {
        assert!(text.lines().any(|known| known == line), "{line}\n{text}");
    }
    // Where nothing remembers what was shown, a review says too little.
    let forgetful = Judged { digits: 64, ..waiting() };
    let text = super::text(&forgetful);
    assert!(!text.contains("review the head") && text.contains(&forgetful.hash), "{text}");
}

#[test]
fn nobody_writes_into_the_comment_of_another() {
    let mut judged = waiting();
    let name = "x](https://evil.example) <!-- clodo:v1 --> @all";
    judged.verdict.void[0].0.person.login = name.into();
    judged.environment = "a`b\n::error::".into();
    let shown = markdown(&judged);
    for part in ["](https://", "<!--", "@all", "\n::error"] {
        assert!(!shown.contains(part), "{part}: {shown}");
    }
    assert!(!super::text(&judged).contains("\n::error"));
}
