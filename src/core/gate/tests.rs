//! What the gate must never do, over generated questions, and cases by hand.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;

fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap_or(Timestamp::UNIX_EPOCH)
}

fn person(login: &str) -> Person {
    let (name, team) = login.split_once('@').unwrap_or((login, "none"));
    Person {
        issuer: "github.com".into(),
        id: format!("#{name}"),
        login: name.into(),
        groups: vec![Principal::Team(team.into())],
        ..Person::default()
    }
}

fn approval(login: &str) -> Approval {
    Approval {
        person: person(login),
        choice: Choice::Approve,
        hash: "a".repeat(64),
        environment: "production".into(),
        at: now() - SignedDuration::from_hours(1),
        method: Method::Review,
        used_by: None,
    }
}

fn subject() -> Subject {
    Subject {
        hash: "a".repeat(64),
        environment: "production".into(),
        services: vec!["api".into()],
        paths: Some(vec!["apps/api/src/index.ts".into()]),
        risks: vec![Risk::Code],
        rollback: false,
    }
}

fn needs(team: &str, count: usize) -> Requirement {
    Requirement { any_of: vec![Principal::Team(team.into())], count, when: When::default() }
}

fn policy(requirements: Vec<Requirement>) -> Policy {
    Policy { requirements, ..Policy::default() }
}

fn freeze() -> Freeze {
    Freeze {
        id: "f".into(),
        reason: "the holidays".into(),
        environments: Vec::new(),
        services: Vec::new(),
        from: "2026-11-01T00:00".parse().unwrap_or_default(),
        to: Some("2026-12-01T00:00".parse().unwrap_or_default()),
        zone: TimeZone::UTC,
        recurrence: Recurrence::Once,
    }
}

/// A question whose parts a test changes.
struct Asked {
    subject: Subject,
    policy: Policy,
    involved: Vec<Involved>,
    approvals: Vec<Approval>,
    freezes: Vec<Freeze>,
    claim: Option<Claim>,
    overdue: usize,
}

impl Asked {
    fn of(policy: Policy, approvals: &[Approval]) -> Self {
        Self {
            subject: subject(),
            policy,
            involved: Vec::new(),
            approvals: approvals.to_vec(),
            freezes: Vec::new(),
            claim: None,
            overdue: 0,
        }
    }

    fn decide(&self) -> Verdict {
        decide(&Question {
            subject: &self.subject,
            policy: &self.policy,
            involved: &self.involved,
            approvals: &self.approvals,
            freezes: &self.freezes,
            claim: self.claim.as_ref(),
            overdue_reviews: self.overdue,
            now: now(),
        })
    }

    fn is_open(&self) -> bool {
        self.decide().is_open()
    }
}

fn claim(kind: ClaimKind, login: &str) -> Option<Claim> {
    Some(Claim { kind, person: person(login), reason: "the shop is down".into(), incident: None })
}

#[test]
fn without_a_policy_it_is_open() {
    assert!(Asked::of(Policy::default(), &[]).is_open());
}

#[test]
fn an_empty_set_of_services_is_no_deployment() {
    let mut asked = Asked::of(Policy::default(), &[]);
    asked.subject.services.clear();
    assert!(matches!(asked.decide().decision, Decision::Denied(_)));
    asked.subject.risks = vec![Risk::NoChanges];
    assert!(asked.is_open());
}

#[test]
fn what_is_missing_is_said() {
    let asked = Asked::of(policy(vec![needs("sre", 2)]), &[approval("ana@sre")]);
    let verdict = asked.decide();
    let of = vec![Principal::Team("sre".into())];
    assert_eq!(
        verdict.decision,
        Decision::Waiting(vec![Waits::Approvals { missing: 1, of }]),
        "{verdict:?}"
    );
    assert_eq!(verdict.met[0].given.len(), 1);
}

#[test]
fn what_does_not_count_is_listed_with_the_reason() {
    let hour = SignedDuration::from_hours(1);
    let bot = Person { bot: true, ..person("ben@sre") };
    let gone = Person { gone: true, ..person("ben@sre") };
    let cases = [
        (Approval { hash: "b".repeat(64), ..approval("ana@sre") }, Void::Superseded),
        (Approval { environment: "staging".into(), ..approval("ana@sre") }, Void::OtherEnvironment),
        (Approval { at: now() - 24 * hour, ..approval("ana@sre") }, Void::Expired),
        (Approval { at: now() + hour, ..approval("ana@sre") }, Void::Early),
        (Approval { used_by: Some("d-1".into()), ..approval("ana@sre") }, Void::Used),
        (Approval { person: bot, ..approval("ben@sre") }, Void::Bot),
        (Approval { person: gone, ..approval("ben@sre") }, Void::Gone),
        (approval("eve@other"), Void::Outsider),
        (approval("joe@sre"), Void::Own(Part::CoAuthor)),
    ];
    for (approval, why) in cases {
        let mut asked = Asked::of(policy(vec![needs("sre", 1)]), std::slice::from_ref(&approval));
        let hand = Hand { login: Some("JOE".into()), ..Hand::default() };
        asked.involved.push(Involved { hand, part: Part::CoAuthor });
        let verdict = asked.decide();
        assert_eq!(verdict.void, [(approval, why)]);
        assert!(!verdict.is_open());
    }
}

#[test]
fn clocks_may_differ_a_little_but_not_at_the_end() {
    let minute = SignedDuration::from_mins(1);
    let early = Approval { at: now() + minute, ..approval("ana@sre") };
    assert!(Asked::of(policy(vec![needs("sre", 1)]), &[early]).is_open());
    let last = now() - SignedDuration::from_hours(24);
    let in_time = Approval { at: last + minute, ..approval("ana@sre") };
    assert!(Asked::of(policy(vec![needs("sre", 1)]), &[in_time]).is_open());
    let late = Approval { at: last, ..approval("ana@sre") };
    assert!(!Asked::of(policy(vec![needs("sre", 1)]), &[late]).is_open());
}

#[test]
fn a_rejection_stops_until_it_is_taken_back() {
    let rules = || policy(vec![needs("sre", 1)]);
    let no = Approval { choice: Choice::Reject, ..approval("ben@sre") };
    let asked = Asked::of(rules(), &[approval("ana@sre"), no.clone()]);
    assert_eq!(asked.decide().decision, Decision::Denied("ben rejected it".into()));
    // Somebody whom nobody asked stops nothing.
    let outsider = Approval { choice: Choice::Reject, ..approval("eve@other") };
    assert!(Asked::of(rules(), &[approval("ana@sre"), outsider]).is_open());
    let yes = Approval { at: no.at + SignedDuration::from_mins(1), ..approval("ben@sre") };
    assert!(Asked::of(rules(), &[no.clone(), yes]).is_open());
    // In one moment both: it stays a no.
    assert!(!Asked::of(rules(), &[no, approval("ben@sre")]).is_open());
}

#[test]
fn a_person_is_put_where_nobody_else_can_stand() {
    let both = |name: &str| Person {
        groups: vec![Principal::Team("sre".into()), Principal::Team("dba".into())],
        ..person(name)
    };
    let rules = || policy(vec![needs("sre", 1), needs("dba", 1)]);
    let ana = Approval { person: both("ana"), ..approval("ana") };
    for others in [["ben@sre"], ["ben@dba"]] {
        let approvals = [ana.clone(), approval(others[0])];
        assert!(Asked::of(rules(), &approvals).is_open(), "{others:?}");
    }
    // One human is no two, under whatever name.
    let renamed = Person { login: "anna".into(), ..both("ana") };
    let twice = [ana.clone(), Approval { person: renamed, ..approval("ana") }];
    assert!(!Asked::of(rules(), &twice).is_open());
}

#[test]
fn a_requirement_applies_when_it_says() {
    let when = When { risk: Some(Risk::DestructiveMigrations), ..When::default() };
    let rules = || policy(vec![Requirement { when: when.clone(), ..needs("dba", 1) }]);
    let mut asked = Asked::of(rules(), &[]);
    assert!(asked.is_open());
    asked.subject.risks.push(Risk::DestructiveMigrations);
    assert!(!asked.is_open());
    // Nothing but what is automatic needs nobody.
    asked.policy.automatic = vec![Risk::Code];
    assert!(!asked.is_open());
    asked.policy.automatic.push(Risk::DestructiveMigrations);
    assert!(asked.is_open());
}

#[test]
fn an_emergency_needs_its_role_and_a_reason() {
    let mut asked = Asked::of(policy(vec![needs("sre", 1)]), &[]);
    asked.policy.emergencies.any_of = vec![Principal::Team("oncall".into())];
    asked.freezes.push(freeze());
    asked.claim = claim(ClaimKind::Emergency, "ana@oncall");
    let verdict = asked.decide();
    assert!(verdict.is_open() && verdict.emergency && verdict.claim.is_some());
    asked.claim = claim(ClaimKind::Emergency, "eve@other");
    assert!(matches!(asked.decide().decision, Decision::Denied(_)));
    asked.claim = claim(ClaimKind::Emergency, "ana@oncall")
        .map(|claim| Claim { reason: " ".into(), ..claim });
    assert!(matches!(asked.decide().decision, Decision::Denied(_)));
}

#[test]
fn an_override_is_of_the_times_alone() {
    let mut asked = Asked::of(policy(vec![needs("sre", 1)]), &[approval("ben@sre")]);
    asked.policy.overriders = vec![Principal::Team("oncall".into())];
    asked.freezes.push(freeze());
    assert!(!asked.is_open());
    asked.claim = claim(ClaimKind::Override, "ana@oncall");
    assert!(asked.is_open());
    asked.approvals.clear();
    assert!(!asked.is_open());
}

#[test]
fn a_rollback_passes_over_the_times_and_old_debts() {
    let mut asked = Asked::of(Policy::default(), &[]);
    asked.policy.emergencies.block_when_overdue = true;
    asked.freezes.push(freeze());
    asked.overdue = 1;
    assert!(!asked.is_open());
    asked.subject.rollback = true;
    assert!(asked.is_open());
}

fn approvals() -> impl Strategy<Value = Vec<Approval>> {
    let one =
        (0..6_usize, -1..30_i64, 0..8_usize, any::<bool>()).prop_map(|(who, hours, odd, used)| {
            Approval {
                person: person(&format!("p{who}@{}", ["sre", "dba", "other"][who % 3])),
                at: now() - SignedDuration::from_hours(hours),
                hash: if odd == 0 { "b".repeat(64) } else { "a".repeat(64) },
                environment: if odd == 1 { "staging".into() } else { "production".into() },
                choice: Choice::Approve,
                used_by: (used && odd == 2).then(|| "d-1".into()),
                ..approval("x")
            }
        });
    prop::collection::vec(one, 0..8)
}

proptest! {
    #[test]
    fn never_open_while_frozen(found in approvals(), sre in 0..3_usize) {
        let mut asked = Asked::of(policy(vec![needs("sre", sre)]), &found);
        asked.freezes.push(freeze());
        prop_assert!(!asked.is_open());
    }

    /// Whatever an event of a calendar looks like: while it lasts, nothing is open.
    #[test]
    fn never_open_during_an_event(
        found in approvals(), sre in 0..3_usize, ago in 0..48_i64, more in 1..48_i64,
        rule in prop::sample::select(vec!["", "RRULE:FREQ=WEEKLY;BYDAY=MO,FR\n", "RRULE:FREQ=YEARLY;COUNT=2\n"]),
        zone in prop::sample::select(vec!["UTC", "Europe/Berlin", "America/New_York"]),
    ) {
        let zone = zone_named(zone).unwrap_or(TimeZone::UTC);
        let begins = (now() - SignedDuration::from_hours(ago)).to_zoned(zone.clone());
        let text = format!(
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:{}\nDURATION:PT{}H\n{rule}END:VEVENT\nEND:VCALENDAR",
            begins.strftime("%Y%m%dT%H%M%S"), ago + more,
        );
        let calendar = Calendar::read("f.ics", &text, Some(&zone));
        let freezes = calendar.and_then(|calendar| calendar.freezes(now()));
        let mut asked = Asked::of(policy(vec![needs("sre", sre)]), &found);
        asked.freezes = freezes.unwrap_or_else(|error| panic!("{text}: {error}"));
        prop_assert!(!asked.is_open());
    }

    #[test]
    fn two_policies_are_open_only_together(
        found in approvals(), sre in 0..3_usize, dba in 0..3_usize,
    ) {
        let one = || policy(vec![needs("sre", sre)]);
        let other = || policy(vec![needs("dba", dba)]);
        let each = Asked::of(one(), &found).is_open() && Asked::of(other(), &found).is_open();
        prop_assert_eq!(Asked::of(one().and(other()), &found).is_open(), each);
        prop_assert_eq!(Asked::of(other().and(one()), &found).is_open(), each);
    }

    #[test]
    fn never_open_outside_of_the_windows(found in approvals(), sre in 0..3_usize) {
        let mut asked = Asked::of(policy(vec![needs("sre", sre)]), &found);
        asked.policy.windows.extend("Tue 09:00-16:00 UTC".parse::<Window>());
        prop_assert!(!asked.is_open());
    }

    #[test]
    fn more_approvals_close_nothing(
        found in approvals(), more in approvals(), sre in 0..3_usize, dba in 0..2_usize,
    ) {
        let rules = || policy(vec![needs("sre", sre), needs("dba", dba)]);
        if Asked::of(rules(), &found).is_open() {
            let all = [found, more].concat();
            prop_assert!(Asked::of(rules(), &all).is_open());
        }
    }

    #[test]
    fn fewer_people_than_asked_for_open_nothing(
        found in approvals(), sre in 0..4_usize, dba in 0..3_usize,
    ) {
        let mut people: Vec<&str> = found.iter().map(|found| found.person.login.as_str()).collect();
        people.sort_unstable();
        people.dedup();
        let asked = Asked::of(policy(vec![needs("sre", sre), needs("dba", dba)]), &found);
        if people.len() < sre + dba {
            prop_assert!(!asked.is_open());
        }
        // Whoever counts counts once, for something that was asked of this person.
        let verdict = asked.decide();
        let given = verdict.met.iter().flat_map(|met| &met.given);
        let mut given: Vec<&str> = given.map(|given| given.person.login.as_str()).collect();
        let all = given.len();
        given.sort_unstable();
        given.dedup();
        prop_assert_eq!(all, given.len());
    }

    #[test]
    fn the_order_of_approvals_decides_nothing(found in approvals(), sre in 0..3_usize) {
        let rules = || policy(vec![needs("sre", sre), needs("dba", 1)]);
        let mut turned = found.clone();
        turned.reverse();
        prop_assert_eq!(Asked::of(rules(), &found).is_open(), Asked::of(rules(), &turned).is_open());
    }

    #[test]
    fn any_rejection_of_somebody_asked_denies(found in approvals(), sre in 1..3_usize) {
        let no = Approval { choice: Choice::Reject, at: now(), ..approval("q@sre") };
        let all = [found, vec![no]].concat();
        let denied = Asked::of(policy(vec![needs("sre", sre)]), &all).decide().decision;
        prop_assert!(matches!(denied, Decision::Denied(_)));
    }
}
