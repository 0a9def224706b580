//! Freezes: times at which nothing is deployed, once or every year.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use super::Subject;
use super::window::zone_named;
use crate::core::model::gate::FreezeReport;

/// A time at which nothing is deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freeze {
    /// By which it is ended.
    pub id: String,
    /// Why.
    pub reason: String,
    /// The environments that it is for; all of them where the list is empty.
    pub environments: Vec<String>,
    /// The services that it is for; all of them where the list is empty.
    pub services: Vec<String>,
    /// When it begins, by the clock of its zone.
    pub from: DateTime,
    /// When it ends, not included; `None` until somebody ends it.
    pub to: Option<DateTime>,
    /// The zone.
    pub zone: TimeZone,
    /// How often it comes.
    pub recurrence: Recurrence,
}

/// How often a freeze comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recurrence {
    /// Once.
    Once,
    /// Every day.
    Daily,
    /// Every week.
    Weekly,
    /// Every month, on the same day; not in a month without that day.
    Monthly,
    /// Every year; not in a year without that day.
    Yearly,
}

/// Why a freeze cannot be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FreezeFault {
    /// Its end is not after its beginning.
    #[error("it ends before it begins")]
    Backwards,
    /// It comes again and again, and has no end.
    #[error("it repeats, and has no end")]
    Endless,
    /// It comes again while it still lasts.
    #[error("it comes again before it ends")]
    Overlapping,
}

impl FreezeFault {
    /// What to do about it.
    pub fn hint(self) -> &'static str {
        match self {
            Self::Backwards => "let it end after it begins",
            Self::Endless => "say when each of them ends",
            Self::Overlapping => "let it end earlier, or come less often",
        }
    }
}

impl Recurrence {
    /// Every recurrence, with its word.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Once, "once"),
        (Self::Daily, "daily"),
        (Self::Weekly, "weekly"),
        (Self::Monthly, "monthly"),
        (Self::Yearly, "yearly"),
    ];

    /// The recurrence of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == word).map(|(recurrence, _)| *recurrence)
    }

    /// The word of a recurrence.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(known, _)| *known == self).map_or("", |(_, word)| word)
    }

    /// The longest that a freeze can last which comes so often: the shortest time between two.
    fn room(self) -> Option<SignedDuration> {
        let days = match self {
            Self::Once => return None,
            Self::Daily => 1,
            Self::Weekly => 7,
            Self::Monthly => 28,
            Self::Yearly => 365,
        };
        Some(SignedDuration::from_hours(days * 24))
    }
}

/// When something begins that people name by a day or by a time: `2026-12-20`, `2026-12-20T18:00`.
pub fn beginning(text: &str) -> Option<DateTime> {
    moment(text).map(|(moment, _)| moment)
}

/// When something ends that people name by its last day, or by a time: a day ends with the day.
pub fn ending(text: &str) -> Option<DateTime> {
    match moment(text)? {
        (moment, false) => moment.checked_add(1.day()).ok(),
        (moment, true) => Some(moment),
    }
}

/// A moment, and whether the time of the day was given.
fn moment(text: &str) -> Option<(DateTime, bool)> {
    let (day, time) = text.split_once(['T', ' ']).map_or((text, None), |(d, t)| (d, Some(t)));
    let has_form = |text: &str, form: &str| {
        let alike = |(byte, wanted)| {
            if wanted == b'0' { u8::is_ascii_digit(&byte) } else { byte == wanted }
        };
        text.len() == form.len() && text.bytes().zip(form.bytes()).all(alike)
    };
    let formed = has_form(day, "0000-00-00") && time.is_none_or(|time| has_form(time, "00:00"));
    let day: Date = formed.then(|| day.parse().ok()).flatten()?;
    let time: Time = time.map_or(Some(Time::midnight()), |time| time.parse().ok())?;
    Some((day.to_datetime(time), text.len() > 10))
}

/// Why what the journal says is no freeze.
#[derive(Debug, thiserror::Error)]
pub enum RecordedError {
    /// It has not the form of one.
    #[error(transparent)]
    Form(#[from] serde_json::Error),
    /// The zone is not known here.
    #[error("there is no time zone {0:?}")]
    Zone(String),
    /// How often it comes is not known here.
    #[error("{0:?} is no recurrence")]
    Recurrence(String),
    /// Its times make no sense.
    #[error(transparent)]
    Fault(#[from] FreezeFault),
}

impl Freeze {
    /// What the journal says of a freeze.
    ///
    /// # Errors
    /// Where it says what this clodo does not know.
    pub fn recorded(id: &str, details: serde_json::Value) -> Result<Self, RecordedError> {
        let FreezeReport { reason, environments, services, from, to, zone, repeat } =
            serde_json::from_value(details)?;
        let recurrence = Recurrence::of(&repeat).ok_or(RecordedError::Recurrence(repeat))?;
        let zone = zone_named(&zone).ok_or(RecordedError::Zone(zone))?;
        let id = id.to_owned();
        let freeze = Self { id, reason, environments, services, from, to, zone, recurrence };
        match freeze.fault() {
            Some(fault) => Err(fault.into()),
            None => Ok(freeze),
        }
    }

    /// What is written into the journal of it.
    pub fn report(&self) -> FreezeReport {
        FreezeReport {
            reason: self.reason.clone(),
            environments: self.environments.clone(),
            services: self.services.clone(),
            from: self.from,
            to: self.to,
            zone: self.zone.iana_name().unwrap_or("UTC").to_owned(),
            repeat: self.recurrence.as_str().to_owned(),
        }
    }

    /// Why it cannot be kept, if so. One that has a fault might not hold when somebody thinks it does.
    pub fn fault(&self) -> Option<FreezeFault> {
        match (self.to, self.recurrence.room()) {
            (None, None) => None,
            (None, Some(_)) => Some(FreezeFault::Endless),
            (Some(to), _) if to <= self.from => Some(FreezeFault::Backwards),
            (Some(to), room) => room
                .is_some_and(|room| to.duration_since(self.from) > room)
                .then_some(FreezeFault::Overlapping),
        }
    }

    /// Whether it is for any of what would be deployed.
    pub fn concerns(&self, subject: &Subject) -> bool {
        let named = |list: &[String], name: &String| list.is_empty() || list.contains(name);
        named(&self.environments, &subject.environment)
            && (self.services.is_empty()
                || subject.services.iter().any(|service| named(&self.services, service)))
    }

    /// Whether it lies behind a time, for good.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.recurrence == Recurrence::Once && self.to.is_some_and(|to| self.moment(to) <= now)
    }

    /// When it begins next after a time, if it ever does.
    pub fn next(&self, now: Timestamp) -> Option<Timestamp> {
        let local = now.to_zoned(self.zone.clone()).datetime();
        let begins = self.beginnings(local).map(|from| self.moment(from));
        begins.filter(|begins| *begins > now).min()
    }

    /// Whether it holds at a time, and until when: `Some(None)` where nobody set an end.
    pub fn active(&self, now: Timestamp) -> Option<Option<Timestamp>> {
        let Some(to) = self.to else {
            return (self.moment(self.from) <= now).then_some(None);
        };
        let local = now.to_zoned(self.zone.clone()).datetime();
        let length = to.duration_since(self.from);
        // It is the one that began last, or one before that which is longer than the time between two.
        self.beginnings(local)
            .filter_map(|from| {
                let until = self.moment(from.checked_add(length).unwrap_or(DateTime::MAX));
                (self.moment(from) <= now && now < until).then_some(until)
            })
            .max()
            .map(Some)
    }

    /// The moment at which the clock of the zone shows a time. What lies beyond the first and the last
    /// moment that there is, as "until 9999-12-30" does, is taken for these: it is frozen all the same.
    fn moment(&self, at: DateTime) -> Timestamp {
        let end = if at.year() < 0 { Timestamp::MIN } else { Timestamp::MAX };
        at.to_zoned(self.zone.clone()).map_or(end, |zoned| zoned.timestamp())
    }

    /// The beginnings around a time that can matter: the last ones before it, and the next ones.
    fn beginnings(&self, around: DateTime) -> impl Iterator<Item = DateTime> {
        /// A freeze that comes again lasts no longer than until it comes again, give or take what
        /// months differ by.
        const BACK: i32 = 2;
        /// The 29th of February can be eight years away, and the 31st of a month two months.
        const AHEAD: i32 = 8;
        let first = self.from;
        let (span, passed) = match self.recurrence {
            Recurrence::Once => (None, 0),
            Recurrence::Daily => (Some(1.day()), days_between(first, around)),
            Recurrence::Weekly => (Some(1.week()), days_between(first, around) / 7),
            Recurrence::Monthly => (
                Some(1.month()),
                i32::from(around.year() - first.year()) * 12 + i32::from(around.month())
                    - i32::from(first.month()),
            ),
            Recurrence::Yearly => (Some(1.year()), i32::from(around.year() - first.year())),
        };
        let numbers = (passed - BACK).max(0)..=passed.max(0) + AHEAD;
        let numbers = numbers.filter(move |number| span.is_some() || *number == 0);
        numbers.filter_map(move |number| {
            let Some(span) = span else { return Some(first) };
            let begins = first.checked_add(span.checked_mul(i64::from(number)).ok()?).ok()?;
            // jiff moves the 31st to the 30th; a day that a month does not have is no day of it.
            let moved = matches!(self.recurrence, Recurrence::Monthly | Recurrence::Yearly)
                && begins.day() != first.day();
            (!moved).then_some(begins)
        })
    }
}

fn days_between(first: DateTime, last: DateTime) -> i32 {
    first.date().until(last.date()).map_or(0, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn freeze(from: &str, to: Option<&str>, recurrence: Recurrence) -> Freeze {
        let time = |text: &str| text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
        Freeze {
            id: "f1".into(),
            reason: "the holidays".into(),
            environments: vec!["production".into()],
            services: Vec::new(),
            from: time(from),
            to: to.map(time),
            zone: zone_named("Europe/Berlin").unwrap_or(TimeZone::UTC),
            recurrence,
        }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn it_holds_at_its_times() {
        let once = freeze("2026-12-20T00:00", Some("2027-01-02T00:00"), Recurrence::Once);
        assert_eq!(once.active(at("2026-12-19T22:59:59Z")), None);
        assert_eq!(once.active(at("2026-12-19T23:00:00Z")), Some(Some(at("2027-01-01T23:00:00Z"))));
        assert_eq!(once.active(at("2027-12-25T00:00:00Z")), None);
        let open = freeze("2026-12-20T00:00", None, Recurrence::Once);
        assert_eq!(open.active(at("2030-01-01T00:00:00Z")), Some(None));
        assert_eq!(open.active(at("2026-01-01T00:00:00Z")), None);
        let always = Freeze { from: DateTime::MIN, to: Some(DateTime::MAX), ..once.clone() };
        assert_eq!(always.active(at("2026-01-01T00:00:00Z")), Some(Some(Timestamp::MAX)));
        let since_ever = Freeze { to: None, ..always };
        assert_eq!(since_ever.active(at("2026-01-01T00:00:00Z")), Some(None));
        let yearly = freeze("2020-12-20T00:00", Some("2021-01-02T00:00"), Recurrence::Yearly);
        assert_eq!(
            yearly.active(at("2027-01-01T10:00:00Z")),
            Some(Some(at("2027-01-01T23:00:00Z")))
        );
        assert_eq!(yearly.active(at("2027-01-02T10:00:00Z")), None);
        assert_eq!(yearly.active(at("2019-12-25T00:00:00Z")), None);
        let weekend = freeze("2026-01-02T16:00", Some("2026-01-05T08:00"), Recurrence::Weekly);
        // Over the night in which the clocks go forward.
        assert_eq!(
            weekend.active(at("2026-03-28T10:00:00Z")),
            Some(Some(at("2026-03-30T06:00:00Z")))
        );
        assert_eq!(weekend.active(at("2026-03-30T06:00:00Z")), None);
        let monthly = freeze("2026-01-31T00:00", Some("2026-02-01T00:00"), Recurrence::Monthly);
        assert!(monthly.active(at("2026-03-31T10:00:00Z")).is_some());
        assert!(monthly.active(at("2026-04-30T10:00:00Z")).is_none());
        let nightly = freeze("2026-01-01T22:00", Some("2026-01-02T06:00"), Recurrence::Daily);
        assert!(nightly.active(at("2026-06-10T02:00:00Z")).is_some());
        assert!(nightly.active(at("2026-06-10T12:00:00Z")).is_none());
    }
}
