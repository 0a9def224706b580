use jiff::{Timestamp, ToSpan as _};
use proptest::prelude::*;

use super::*;

/// A calendar with one event.
fn calendar(event: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

fn read(event: &str) -> Calendar {
    let text = calendar(event);
    Calendar::read("ops/f.ics", &text, None).unwrap_or_else(|error| panic!("{event}: {error}"))
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn is_frozen(event: &str, time: &str) -> bool {
    let now = at(time);
    let freezes = read(event).freezes(now).unwrap_or_else(|error| panic!("{event}: {error}"));
    freezes.iter().any(|freeze| freeze.active(now).is_some())
}

#[test]
fn events_are_freezes() {
    let days = "SUMMARY:Holidays\nDTSTART;VALUE=DATE:20261220\nDTEND;VALUE=DATE:20270103";
    let day = "DTSTART;VALUE=DATE:20261220";
    let timed = "DTSTART;TZID=Europe/Berlin:20260327T160000\nDURATION:P2DT16H";
    let utc = "DTSTART:20261220T100000Z\nDTEND;TZID=Europe/Berlin:20261220T120000";
    let fridays = "DTSTART;TZID=Europe/Berlin:20260102T140000\nDURATION:PT4H\n\
                   RRULE:FREQ=WEEKLY;BYDAY=FR;UNTIL=20260731T120000Z\n\
                   EXDATE;TZID=Europe/Berlin:20260109T140000,20260116T140000";
    let month_ends = "DTSTART;VALUE=DATE:20260130\nRRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=3\n\
                      RDATE;VALUE=DATE:20260601";
    let years = "DTSTART;VALUE=DATE:20201224\nDURATION:P3D\nRRULE:FREQ=YEARLY";
    for (event, time, frozen) in [
        (days, "2026-12-19T23:59:59Z", false),
        (days, "2027-01-02T23:59:59Z", true),
        (days, "2027-01-03T00:00:00Z", false),
        (day, "2026-12-20T23:00:00Z", true),
        (day, "2026-12-21T00:00:00Z", false),
        (timed, "2026-03-27T15:00:00Z", true),
        // The clocks went forward in between; two days and sixteen hours are those of the wall.
        (timed, "2026-03-30T05:59:00Z", true),
        (timed, "2026-03-30T06:00:00Z", false),
        (utc, "2026-12-20T10:59:59Z", true),
        (utc, "2026-12-20T11:00:00Z", false),
        (fridays, "2026-01-02T13:00:00Z", true),
        (fridays, "2026-01-09T13:00:00Z", false),
        (fridays, "2026-01-23T13:00:00Z", true),
        // Fourteen o'clock in Berlin is an hour earlier in summer; the last one is on July 31.
        (fridays, "2026-07-31T12:00:00Z", true),
        (fridays, "2026-08-07T12:00:00Z", false),
        (month_ends, "2026-03-27T12:00:00Z", true),
        (month_ends, "2026-04-24T12:00:00Z", false),
        (month_ends, "2026-06-01T12:00:00Z", true),
        (years, "2031-12-26T12:00:00Z", true),
        (years, "2031-12-27T12:00:00Z", false),
        (&format!("{days}\nSTATUS:CANCELLED"), "2026-12-25T00:00:00Z", false),
        (
            &format!("{days}\nBEGIN:VALARM\nTRIGGER:-PT1H\nDURATION:PT1H\nEND:VALARM"),
            "2026-12-25T00:00:00Z",
            true,
        ),
    ] {
        assert_eq!(is_frozen(event, time), frozen, "{event} {time}");
    }
}

#[test]
fn times_without_a_zone_are_told_by_the_calendar() {
    let text = calendar("DTSTART;VALUE=DATE:20261220").replacen(
        "VERSION:2.0",
        "X-WR-TIMEZONE:Europe/Berlin",
        1,
    );
    let freezes = |zone: Option<&str>| {
        let zone = zone.and_then(zone_named);
        let read = Calendar::read("f.ics", &text, zone.as_ref());
        read.and_then(|read| read.freezes(at("2026-12-01T00:00:00Z"))).unwrap_or_default()
    };
    let night = at("2026-12-19T23:30:00Z");
    assert!(freezes(None)[0].active(night).is_some());
    assert!(freezes(Some("UTC"))[0].active(night).is_none());
}

#[test]
fn what_cannot_be_read_is_said_with_its_line() {
    let said = |event: &str| {
        let read = Calendar::read("f.ics", &calendar(event), None);
        read.map(|_| "read".to_owned()).unwrap_or_else(|error| error.to_string())
    };
    let cases = [
        "SUMMARY:x",
        "DTSTART:20261220T100000Z",
        "DTSTART:tomorrow\nDTEND:20261220",
        "DTSTART;TZID=W. Europe Standard Time:20261220T100000\nDURATION:PT1H",
        "DTSTART:20261220T100000Z\nDTEND:20261220T100000Z",
        "DTSTART:20261220T100000Z\nDURATION:1h of rest",
        "DTSTART;VALUE=DATE:20261220\nRRULE:FREQ=HOURLY",
        "DTSTART;VALUE=DATE:20261220\nRRULE:FREQ=WEEKLY;BYDAY=XX",
        "DTSTART;VALUE=DATE:20261220\nRRULE:COUNT=2",
        "DTSTART;VALUE=DATE:20261220\nRRULE:FREQ=DAILY;UNTIL=soon",
        "DTSTART;VALUE=DATE:20261220\nEXRULE:FREQ=DAILY",
        "DTSTART;VALUE=DATE:20261220\nRDATE;VALUE=PERIOD:20270101T000000Z/PT1H",
        "DTSTART;VALUE=DATE:20261220,20261221",
        "nonsense",
        "END:VCALENDAR",
    ];
    let said: Vec<String> = cases.map(said).to_vec();
    insta::assert_snapshot!(said.join("\n"), @r#"
    line 3: the event has no DTSTART
    line 3: the event has neither DTEND nor DURATION
    line 4: "tomorrow" is no day and no time
    line 4: there is no time zone "W. Europe Standard Time" in the time zone database, as Europe/Berlin is
    line 5: the event ends before it begins
    line 5: "1h of rest" is no length of time
    line 5: RRULE: FREQ is one of DAILY, WEEKLY, MONTHLY, YEARLY
    line 5: RRULE: RRule parsing error: `XX` is not a valid weekday. Valid values are `MO`, `TU`, `WE`, `TH`, `FR`, `SA` and `SU`.
    line 5: RRULE: FREQ is one of DAILY, WEEKLY, MONTHLY, YEARLY
    line 5: RRULE: "SOON" is no day and no time
    line 5: EXRULE is not understood: write EXDATE
    line 5: "20270101T000000Z/PT1H" is no day and no time
    line 4: DTSTART says more than one
    line 4: a line of a calendar is written as NAME:VALUE
    line 4: END:VCALENDAR closes nothing that is open
    "#);
    let short = Calendar::read("f.ics", "BEGIN:VCALENDAR\nBEGIN:VEVENT\n", None);
    assert_eq!(short.err().map(|error| error.line), Some(2));
    assert_eq!(Calendar::read("f.ics", "", None).err().map(|error| error.line), Some(1));
    assert!(Calendar::read("f.ics", "VERSION:2.0", None).is_err());
}

#[test]
fn what_comes_again_is_imported_once() {
    let import = |event: &str, now: &str| {
        let found = read(event).import(at(now)).unwrap_or_else(|error| panic!("{event}: {error}"));
        found
            .iter()
            .map(|one| format!("{} {}", one.from, one.recurrence.as_str()))
            .collect::<Vec<_>>()
    };
    let now = "2026-06-01T00:00:00Z";
    let years = "DTSTART;VALUE=DATE:20201224\nDURATION:P3D\nRRULE:FREQ=YEARLY";
    assert_eq!(import(years, now), ["2020-12-24T00:00:00 yearly"]);
    let weekends = "DTSTART;VALUE=DATE:20260102\nRRULE:FREQ=WEEKLY;BYDAY=FR,SU;INTERVAL=1;WKST=MO";
    assert_eq!(import(weekends, now), ["2026-01-02T00:00:00 weekly", "2026-01-04T00:00:00 weekly"]);
    let three = "DTSTART;VALUE=DATE:20260530\nRRULE:FREQ=DAILY;COUNT=3";
    assert_eq!(import(three, now), ["2026-06-01T00:00:00 once"]);
    assert_eq!(import("DTSTART;VALUE=DATE:20260530", now), [""; 0]);
    for unknown in
        ["RRULE:FREQ=MONTHLY;BYDAY=-1FR", "RRULE:FREQ=YEARLY\nEXDATE;VALUE=DATE:20271224"]
    {
        let read = read(&format!("DTSTART;VALUE=DATE:20261224\n{unknown}"));
        assert!(read.import(at(now)).is_err(), "{unknown}");
    }
}

proptest! {
    /// Nothing that stands in a file makes it panic.
    #[test]
    fn any_text_is_read_or_refused(event in "([A-Z]{2,8}[:;=][-A-Z0-9;=:,\n]{0,20}\n?){0,6}") {
        let _ = Calendar::read("f.ics", &calendar(&event), None);
    }

    /// An event of a calendar closes the gate at each of its times, up to the end of each.
    #[test]
    fn frozen_while_an_event_lasts(
        start in 1_767_225_600_i64..1_800_000_000, hours in 1_i64..100, step in 1_i64..40,
        number in 0_i64..20, part in 0_i64..60, zone in prop::sample::select(vec!["UTC", "Europe/Berlin", "America/New_York"]),
    ) {
        let zone = zone_named(zone).unwrap_or(TimeZone::UTC);
        let first = Timestamp::from_second(start / 60 * 60).unwrap_or_default().to_zoned(zone.clone()).datetime();
        let local = first.strftime("%Y%m%dT%H%M%S");
        let name = zone.iana_name().unwrap_or("UTC").to_owned();
        let event = format!(
            "DTSTART;TZID={name}:{local}\nDURATION:PT{hours}H\nRRULE:FREQ=DAILY;INTERVAL={step};COUNT=20"
        );
        let begins = first.checked_add((number * step).days()).unwrap_or(first);
        let now = begins.to_zoned(zone).unwrap_or_default().timestamp();
        let now = now.checked_add((part * hours).minutes()).unwrap_or(now);
        let freezes = read(&event).freezes(now).unwrap_or_default();
        prop_assert!(freezes.iter().any(|freeze| freeze.active(now).is_some()));
    }
}
