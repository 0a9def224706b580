//! Freeze periods as GitLab has them: two cron expressions, one for the beginning and one for the end.
//!
//! Source: GitLab's documentation of the Freeze Periods API
//! (<https://docs.gitlab.com/api/freeze_periods/>): `freeze_start`, `freeze_end` and `cron_timezone`,
//! which is UTC where nobody says.

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::calendar::AHEAD;
use super::freeze::{Freeze, Recurrence};
use super::window::zone_named;

/// Most times of one period that are looked at: one for every day of a year.
const MOST: usize = 366;

/// A time in which a forge wants nothing to be deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreezePeriod {
    /// When it begins: a cron expression.
    pub start: String,
    /// When it ends: another.
    pub end: String,
    /// The zone of both: `Europe/Berlin`; empty is UTC.
    pub zone: String,
}

/// Why a freeze period cannot be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// A cron expression is none.
    #[error("a freeze period has the cron expression {cron:?}, which cannot be read: {why}")]
    Cron {
        /// The expression.
        cron: String,
        /// What is wrong with it.
        why: String,
    },
    /// The zone is none.
    #[error("a freeze period is in {0:?}, which is no zone of the time zone database")]
    Zone(String),
}

impl FreezePeriod {
    /// Its freezes that are not over at a time, up to a year ahead: each time is one. It is frozen
    /// where the last beginning is later than the last end.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn freezes(&self, now: Timestamp) -> Result<Vec<Freeze>, PeriodError> {
        let zone = self.zone()?;
        let (start, end) = (self.cron(&self.start)?, self.cron(&self.end)?);
        let mut at = now.to_zoned(zone.clone());
        let last = at.checked_add(AHEAD).unwrap_or_else(|_| at.clone());
        let before = |cron: &Cron| cron.find_previous_occurrence(&at, true).ok();
        let mut freezes = Vec::new();
        // One that holds already; both at once end it.
        let begun = before(&start).filter(|begun| before(&end).is_none_or(|end| end < *begun));
        let mut begins = begun.or_else(|| start.find_next_occurrence(&at, false).ok());
        while let Some(begin) = begins.filter(|begin| *begin <= last && freezes.len() < MOST) {
            let ends = end.find_next_occurrence(&begin, false).ok();
            freezes.push(self.freeze(&begin, ends.as_ref(), &zone));
            let Some(ends) = ends else { break };
            at = ends;
            begins = start.find_next_occurrence(&at, true).ok();
        }
        Ok(freezes)
    }

    fn freeze(&self, from: &Zoned, to: Option<&Zoned>, zone: &TimeZone) -> Freeze {
        let local = |at: &Zoned| -> DateTime { at.datetime() };
        Freeze {
            id: format!("gitlab:{}", self.start),
            reason: "a freeze period of the project on GitLab".to_owned(),
            environments: Vec::new(),
            services: Vec::new(),
            from: local(from),
            to: to.map(local),
            zone: zone.clone(),
            recurrence: Recurrence::Once,
        }
    }

    fn zone(&self) -> Result<TimeZone, PeriodError> {
        match self.zone.trim() {
            "" => Ok(TimeZone::UTC),
            name => zone_named(name).ok_or_else(|| PeriodError::Zone(name.to_owned())),
        }
    }

    fn cron(&self, text: &str) -> Result<Cron, PeriodError> {
        let five =
            CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        five.parse(text)
            .map_err(|error| PeriodError::Cron { cron: text.to_owned(), why: error.to_string() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(start: &str, end: &str, zone: &str) -> FreezePeriod {
        FreezePeriod { start: start.into(), end: end.into(), zone: zone.into() }
    }

    fn is_frozen(period: &FreezePeriod, time: &str) -> bool {
        let now = time.parse().unwrap_or_else(|error| panic!("{time}: {error}"));
        let found = period.freezes(now).unwrap_or_else(|error| panic!("{error}"));
        found.iter().any(|freeze| freeze.active(now).is_some())
    }

    #[test]
    fn it_is_frozen_from_a_beginning_to_the_next_end() {
        // From Friday, 23:00, to Monday, 07:00: the example of GitLab's documentation.
        let weekend = period("0 23 * * 5", "0 7 * * 1", "Europe/Berlin");
        for (time, frozen) in [
            ("2026-11-27T21:59:59Z", false),
            ("2026-11-27T22:00:00Z", true),
            ("2026-11-30T05:59:59Z", true),
            ("2026-11-30T06:00:00Z", false),
            // It began before the clocks went forward.
            ("2026-03-30T04:59:59Z", true),
            ("2026-03-30T05:00:00Z", false),
        ] {
            assert_eq!(is_frozen(&weekend, time), frozen, "{time}");
        }
        let christmas = period("0 0 20 12 *", "0 0 2 1 *", "");
        assert!(is_frozen(&christmas, "2026-12-31T12:00:00Z"));
        assert!(!is_frozen(&christmas, "2027-01-02T12:00:00Z"));
    }

    #[test]
    fn what_comes_next_is_known() {
        let now = "2026-11-25T00:00:00Z".parse().unwrap_or_default();
        let found = period("0 23 * * 5", "0 7 * * 1", "UTC").freezes(now).unwrap_or_default();
        assert_eq!(found[0].from.to_string(), "2026-11-27T23:00:00");
        assert_eq!(found.len(), 52, "up to Friday, 2027-11-19");
    }

    #[test]
    fn what_cannot_be_read_is_an_error() {
        let now = Timestamp::UNIX_EPOCH;
        assert!(period("* * *", "0 7 * * 1", "UTC").freezes(now).is_err());
        assert!(period("0 7 * * 1", "0 7 * * 9", "UTC").freezes(now).is_err());
        assert!(period("0 7 * * 1", "0 8 * * 1", "Pacific Time").freezes(now).is_err());
    }
}
