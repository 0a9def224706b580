//! Calendars (iCalendar, RFC 5545) whose events are freezes.
//!
//! What is read: `DTSTART`, `DTEND` and `DURATION`, days and times, zones of the time zone database,
//! `RRULE` by days to years, `RDATE`, `EXDATE`, and events that were cancelled. What cannot be read is
//! an error with its line, never an event less. An occurrence that was moved (`RECURRENCE-ID`) counts
//! at its old and at its new time.

mod event;
mod import;
mod lines;
#[cfg(test)]
mod tests;
mod times;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use self::event::Event;
use self::lines::{Line, lines};
use super::freeze::{Freeze, Recurrence};
use super::window::zone_named;

/// How far ahead occurrences are looked for.
pub const AHEAD: SignedDuration = SignedDuration::from_hours(366 * 24);

/// A calendar that was read.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// The file, as people know it.
    path: String,
    events: Vec<Event>,
}

/// What is wrong in a calendar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct CalendarError {
    /// The line of the file, from 1.
    pub line: usize,
    /// What is wrong there.
    pub why: String,
}

impl CalendarError {
    fn at(line: usize, why: String) -> Self {
        Self { line, why }
    }
}

impl Calendar {
    /// Reads a file. `zone` is that of days and times that say none; by default the one that the
    /// calendar names (`X-WR-TIMEZONE`), or else UTC.
    ///
    /// # Errors
    /// At the first thing that cannot be read.
    pub fn read(path: &str, text: &str, zone: Option<&TimeZone>) -> Result<Self, CalendarError> {
        let lines = lines(text).map_err(|line| {
            CalendarError::at(line, "a line of a calendar is written as NAME:VALUE".to_owned())
        })?;
        let floating = match zone {
            Some(zone) => zone.clone(),
            None => floating(&lines)?,
        };
        let mut events = Vec::new();
        let mut open: Vec<(&str, usize)> = Vec::new();
        let mut own = Vec::new();
        for line in &lines {
            match line.name.as_str() {
                "BEGIN" => {
                    open.push((&line.value, line.number));
                    if line.value.eq_ignore_ascii_case("VEVENT") {
                        own.clear();
                    }
                }
                "END" => match open.pop() {
                    Some((name, begun)) if name.eq_ignore_ascii_case(&line.value) => {
                        if name.eq_ignore_ascii_case("VEVENT") {
                            events.extend(Event::of(begun, &own, &floating)?);
                        }
                    }
                    _ => {
                        let why = format!("END:{} closes nothing that is open", line.value);
                        return Err(CalendarError::at(line.number, why));
                    }
                },
                // What an alarm in the event says is not said of the event.
                _ if open.last().is_some_and(|(name, _)| name.eq_ignore_ascii_case("VEVENT")) => {
                    own.push(line.clone());
                }
                _ => {}
            }
        }
        match (open.last(), lines.first()) {
            (Some((name, begun)), _) => {
                Err(CalendarError::at(*begun, format!("BEGIN:{name} has no END:{name}")))
            }
            (None, Some(first)) if first.value.eq_ignore_ascii_case("VCALENDAR") => {
                Ok(Self { path: path.to_owned(), events })
            }
            _ => Err(CalendarError::at(1, "a calendar begins with BEGIN:VCALENDAR".to_owned())),
        }
    }

    /// Its freezes that are not over at a time, up to a year ahead: each occurrence is one.
    ///
    /// # Errors
    /// Where an event takes place too often to be counted.
    pub fn freezes(&self, now: Timestamp) -> Result<Vec<Freeze>, CalendarError> {
        let mut freezes = Vec::new();
        for event in &self.events {
            let last = now.checked_add(AHEAD).unwrap_or(Timestamp::MAX);
            let last = last.to_zoned(event.zone.clone()).datetime();
            let begins = event.beginnings(last)?.into_iter();
            freezes.extend(begins.map(|from| self.freeze(event, from)));
        }
        freezes.retain(|freeze| !freeze.is_over(now));
        Ok(freezes)
    }

    /// The freeze that an event is when it begins at a time.
    fn freeze(&self, event: &Event, from: DateTime) -> Freeze {
        Freeze {
            id: format!("{}:{}", self.path, event.line),
            reason: event.summary.clone(),
            environments: Vec::new(),
            services: Vec::new(),
            from,
            to: event.end(from),
            zone: event.zone.clone(),
            recurrence: Recurrence::Once,
        }
    }
}

/// The zone of what says none.
fn floating(lines: &[Line]) -> Result<TimeZone, CalendarError> {
    let Some(line) = lines.iter().find(|line| line.name == "X-WR-TIMEZONE") else {
        return Ok(TimeZone::UTC);
    };
    zone_named(line.value.trim()).ok_or_else(|| {
        let why = format!("there is no time zone {:?} in the time zone database", line.value);
        CalendarError::at(line.number, why)
    })
}
