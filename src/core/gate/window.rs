//! Windows: the times at which an environment may be deployed, as people write them.
//!
//! ```text
//! Mon-Thu 09:00-16:00 Europe/Berlin
//! Sat,Sun 22:00-02:00 UTC            over midnight: it belongs to the day on which it begins
//! 09:00-17:00 America/New_York       every day
//! ```
//!
//! A window is a time of the wall clock in its zone. In the night in which clocks go forward, what
//! lies in the hour that does not exist is not there; in the night in which they go back, the hour
//! that comes twice counts twice.

use std::str::FromStr;

use jiff::civil::{Time, Weekday};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan as _, Zoned};

/// A time at which it may be deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// The days on which it begins, from Monday.
    days: [bool; 7],
    from: Time,
    /// Before `from`: on the next day.
    to: Time,
    zone: TimeZone,
    text: String,
}

/// Why a window cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// It has not the form of one.
    #[error("a window is written as \"Mon-Thu 09:00-16:00 Europe/Berlin\"")]
    Form,
    /// A day is none.
    #[error("there is no day {0:?}; the days are Mon, Tue, Wed, Thu, Fri, Sat and Sun")]
    Day(String),
    /// A time is none.
    #[error("there is no time {0:?}; times are written as 09:00, and the end of a day as 24:00")]
    Time(String),
    /// A zone is none.
    #[error("there is no time zone {0:?}; zones are written as Europe/Berlin or UTC")]
    Zone(String),
    /// It ends when it begins.
    #[error("the window ends when it begins; for whole days write 00:00-24:00")]
    Empty,
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The days that can pass until a window opens again: a week, and the day that a change of clocks
/// can swallow.
const HORIZON: i32 = 15;

impl FromStr for Window {
    type Err = WindowError;

    fn from_str(text: &str) -> Result<Self, WindowError> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let (days, times, zone) = match words.as_slice() {
            [times, zone] => ([true; 7], times, zone),
            [days, times, zone] => (read_days(days)?, times, zone),
            _ => return Err(WindowError::Form),
        };
        let (from, to) = times.split_once('-').ok_or(WindowError::Form)?;
        let (from, to) = (read_time(from)?, read_time(to)?);
        if from == to && times.split_once('-').is_some_and(|(_, to)| to != "24:00") {
            return Err(WindowError::Empty);
        }
        let zone = zone_named(zone).ok_or_else(|| WindowError::Zone((*zone).to_owned()))?;
        Ok(Self { days, from, to, zone, text: words.join(" ") })
    }
}

/// A time zone by its name in the IANA database. The database is a part of the program, so that a
/// container without one decides as any other machine does.
pub fn zone_named(name: &str) -> Option<TimeZone> {
    if name == "UTC" {
        return Some(TimeZone::UTC);
    }
    TimeZoneDatabase::bundled().get(name).ok()
}

fn read_days(text: &str) -> Result<[bool; 7], WindowError> {
    let day = |word: &str| {
        let known = DAYS.iter().position(|known| word.eq_ignore_ascii_case(known));
        known.ok_or_else(|| WindowError::Day(word.to_owned()))
    };
    let mut days = [false; 7];
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (day(first)?, day(last)?);
        let length = (last + 7 - first) % 7;
        (0..=length).for_each(|step| days[(first + step) % 7] = true);
    }
    Ok(days)
}

/// A time of the day; 24:00 is midnight, as the end.
fn read_time(text: &str) -> Result<Time, WindowError> {
    let error = || WindowError::Time(text.to_owned());
    if text == "24:00" {
        return Ok(Time::midnight());
    }
    let (hour, minute) = text.split_once(':').ok_or_else(error)?;
    let two = |text: &str| (text.len() == 2).then(|| text.parse().ok()).flatten();
    let (hour, minute) = (two(hour).ok_or_else(error)?, two(minute).ok_or_else(error)?);
    Time::new(hour, minute, 0, 0).map_err(|_| error())
}

impl Window {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn begins_on(&self, day: Weekday) -> bool {
        self.days[day.to_monday_zero_offset() as usize]
    }

    /// Whether it is open at a time.
    pub fn is_open(&self, at: Timestamp) -> bool {
        let local = at.to_zoned(self.zone.clone());
        let (time, today) = (local.time(), local.weekday());
        let over_midnight = self.to <= self.from;
        if !over_midnight {
            return self.begins_on(today) && self.from <= time && time < self.to;
        }
        let yesterday = today.previous();
        self.begins_on(today) && self.from <= time || self.begins_on(yesterday) && time < self.to
    }

    /// The next change after a time: the first moment at which it is open where it was closed, or the
    /// other way round. `None` where there is none within two weeks.
    fn change(&self, at: Timestamp) -> Option<Timestamp> {
        let open = self.is_open(at);
        let today = at.to_zoned(self.zone.clone()).date();
        let days = (-1..HORIZON).filter_map(|day| today.checked_add(day.days()).ok());
        let moments = days.flat_map(|day| {
            [self.from, self.to].map(|time| day.at(time.hour(), time.minute(), 0, 0))
        });
        let zoned = moments.filter_map(|moment| moment.to_zoned(self.zone.clone()).ok());
        let edges = zoned.map(|zoned: Zoned| zoned.timestamp()).chain(self.shifts(at));
        edges.filter(|edge| *edge > at && self.is_open(*edge) != open).min()
    }

    /// The moments at which the clocks of the zone change: a window can open or close there.
    fn shifts(&self, at: Timestamp) -> impl Iterator<Item = Timestamp> {
        let end = at.checked_add(i64::from(HORIZON * 24).hours()).unwrap_or(at);
        let shifts: Vec<Timestamp> = self
            .zone
            .following(at)
            .map(|shift| shift.timestamp())
            .take_while(|t| *t < end)
            .collect();
        shifts.into_iter()
    }
}

/// Until when it may be deployed: `Ok(None)` where there is no window at all, or no end; the error is
/// when one opens.
pub(super) fn open_until(
    windows: &[Window],
    now: Timestamp,
) -> Result<Option<Timestamp>, Option<Timestamp>> {
    if windows.is_empty() {
        return Ok(None);
    }
    if !windows.iter().any(|window| window.is_open(now)) {
        return Err(windows.iter().filter_map(|window| window.change(now)).min());
    }
    // One can follow the other without a gap.
    let mut end = now;
    while let Some(window) = windows.iter().find(|window| window.is_open(end)) {
        match window.change(end) {
            Some(change) if change.duration_since(now).as_hours() < i64::from(HORIZON) * 24 => {
                end = change;
            }
            _ => return Ok(None),
        }
    }
    Ok(Some(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(text: &str) -> Window {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn what_people_write_is_read() {
        use WindowError::{Day, Empty, Form, Time, Zone};
        for (text, error) in [
            ("Mon-Thu", Form),
            ("Mon 09:00 UTC", Form),
            ("Mo 09:00-10:00 UTC", Day("Mo".into())),
            ("Mon 9:00-10:00 UTC", Time("9:00".into())),
            ("Mon 09:00-25:00 UTC", Time("25:00".into())),
            ("Mon 09:00-10:00 Berlin", Zone("Berlin".into())),
            ("Mon 09:00-09:00 UTC", Empty),
        ] {
            assert_eq!(text.parse::<Window>(), Err(error), "{text}");
        }
        assert_eq!(
            window(" Mon-Thu  09:00-16:00 Europe/Berlin").as_str(),
            "Mon-Thu 09:00-16:00 Europe/Berlin"
        );
    }

    #[test]
    fn it_is_open_at_its_times() {
        // 2026-11-23 is a Monday, and Berlin an hour before UTC.
        let office = window("Mon-Thu 09:00-16:00 Europe/Berlin");
        for (time, open) in [
            ("2026-11-23T07:59:59Z", false),
            ("2026-11-23T08:00:00Z", true),
            ("2026-11-23T14:59:59Z", true),
            ("2026-11-23T15:00:00Z", false),
            ("2026-11-27T10:00:00Z", false),
        ] {
            assert_eq!(office.is_open(at(time)), open, "{time}");
        }
        let night = window("Fri-Sat 22:00-02:00 UTC");
        for (time, open) in [
            ("2026-11-27T21:59:00Z", false),
            ("2026-11-27T22:00:00Z", true),
            ("2026-11-28T01:59:00Z", true),
            ("2026-11-28T02:00:00Z", false),
            ("2026-11-29T01:00:00Z", true),
            ("2026-11-30T01:00:00Z", false),
        ] {
            assert_eq!(night.is_open(at(time)), open, "{time}");
        }
        let always = window("00:00-24:00 UTC");
        assert!(always.is_open(at("2026-11-23T00:00:00Z")));
        assert_eq!(open_until(&[always], at("2026-11-23T00:00:00Z")), Ok(None));
        // From Saturday over the end of the week.
        assert!(window("Sat-Mon 10:00-11:00 UTC").is_open(at("2026-11-29T10:30:00Z")));
    }

    #[test]
    fn it_says_when_it_opens_and_closes() {
        let office = [window("Mon-Thu 09:00-16:00 Europe/Berlin")];
        assert_eq!(
            open_until(&office, at("2026-11-23T10:00:00Z")),
            Ok(Some(at("2026-11-23T15:00:00Z")))
        );
        assert_eq!(
            open_until(&office, at("2026-11-26T15:00:00Z")),
            Err(Some(at("2026-11-30T08:00:00Z")))
        );
        let joined = [window("Mon 09:00-12:00 UTC"), window("Mon 12:00-14:00 UTC")];
        assert_eq!(
            open_until(&joined, at("2026-11-23T09:00:00Z")),
            Ok(Some(at("2026-11-23T14:00:00Z")))
        );
    }

    /// Berlin's clocks went forward on 2026-03-29 at 01:00 UTC, and back on 2026-10-25 at 01:00 UTC.
    #[test]
    fn clocks_that_change_change_the_window() {
        let missing = [window("02:15-02:45 Europe/Berlin")];
        assert!(!missing[0].is_open(at("2026-03-29T01:20:00Z")));
        assert_eq!(
            open_until(&missing, at("2026-03-29T00:59:00Z")),
            Err(Some(at("2026-03-30T00:15:00Z")))
        );
        for twice in ["2026-10-25T00:20:00Z", "2026-10-25T01:20:00Z"] {
            assert!(missing[0].is_open(at(twice)), "{twice}");
        }
        assert!(!missing[0].is_open(at("2026-10-25T00:50:00Z")));
        // It begins in the hour that is missing, and so with the change.
        let across = [window("02:30-04:00 Europe/Berlin")];
        assert_eq!(
            open_until(&across, at("2026-03-29T00:30:00Z")),
            Err(Some(at("2026-03-29T01:00:00Z")))
        );
        // Wall clock, not hours: the same window is an hour earlier in summer.
        let office = window("09:00-10:00 Europe/Berlin");
        assert!(
            office.is_open(at("2026-07-01T07:30:00Z"))
                && !office.is_open(at("2026-07-01T08:30:00Z"))
        );
    }

    proptest::proptest! {
        /// What it says of the next change is so: right before nothing is different, and then it is.
        #[test]
        fn the_next_change_is_the_next(
            seconds in 1_767_225_600_i64..1_830_297_600,
            from in 0_i8..24, to in 0_i8..24, first in 0_usize..7, last in 0_usize..7,
            zone in proptest::sample::select(vec!["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
        ) {
            proptest::prop_assume!(from != to);
            let days = format!("{}-{}", DAYS[first], DAYS[last]);
            let window = window(&format!("{days} {from:02}:00-{to:02}:30 {zone}"));
            let now = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
            if let Some(change) = window.change(now) {
                let before = change.checked_sub(1.second()).unwrap_or(now);
                proptest::prop_assert_eq!(window.is_open(before.max(now)), window.is_open(now));
                proptest::prop_assert_ne!(window.is_open(change), window.is_open(now));
                let middle = Timestamp::from_second(i64::midpoint(now.as_second(), change.as_second()));
                proptest::prop_assert_eq!(window.is_open(middle.unwrap_or(now)), window.is_open(now));
            }
        }
    }
}
