//! One event of a calendar, and when it takes place.

use std::fmt;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan as _};
use rrule::RRuleSet;

use super::CalendarError;
use super::lines::Line;
use super::times::{Moment, moment, moments, written};

/// Most occurrences of one event: what the library counts up to.
const MOST: u16 = u16::MAX;

/// An event.
#[derive(Clone, Debug)]
pub(super) struct Event {
    /// The line on which it begins.
    pub(super) line: usize,
    /// What it is called.
    pub(super) summary: String,
    /// Where its times are told.
    pub(super) zone: TimeZone,
    /// When it begins first.
    pub(super) from: DateTime,
    /// When it ends first.
    pub(super) to: DateTime,
    /// How it comes again.
    pub(super) rule: Option<Rule>,
    /// When else it begins.
    pub(super) more: Vec<DateTime>,
    /// When it does not begin after all.
    pub(super) except: Vec<DateTime>,
}

/// How an event comes again: the parts of an `RRULE`, but for `UNTIL`.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    /// The line on which it stands.
    line: usize,
    /// The other parts, by their names.
    pub(super) parts: Vec<(String, String)>,
    /// The last moment at which it can begin, by the clock of the event.
    pub(super) until: Option<DateTime>,
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, value)) in self.parts.iter().enumerate() {
            write!(f, "{}{name}={value}", if index > 0 { ";" } else { "" })?;
        }
        Ok(())
    }
}

/// What `FREQ` may say: nothing is deployed every hour.
const FREQUENCIES: [&str; 4] = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"];

impl Event {
    /// Reads an event of its content lines; `None` where it was cancelled. `floating` is the zone of
    /// times that say none.
    pub(super) fn of(
        line: usize,
        lines: &[Line],
        floating: &TimeZone,
    ) -> Result<Option<Self>, CalendarError> {
        let find = |name: &str| lines.iter().find(|line| line.name == name);
        let wrong = |line: &Line, why: String| CalendarError::at(line.number, why);
        let times = |line: &Line| moments(line, floating).map_err(|why| wrong(line, why));
        if find("STATUS").is_some_and(|line| line.value.eq_ignore_ascii_case("cancelled")) {
            return Ok(None);
        }
        let start = find("DTSTART")
            .ok_or_else(|| CalendarError::at(line, "the event has no DTSTART".to_owned()))?;
        let first = only(start, times(start)?)?;
        let to = end(line, &first, lines, floating)?;
        let all = |name: &str| -> Result<Vec<DateTime>, CalendarError> {
            let mut all = Vec::new();
            for line in lines.iter().filter(|line| line.name == name) {
                let seen = times(line)?.into_iter().map(|one| one.seen_from(&first.zone));
                let seen: Option<Vec<_>> = seen.collect();
                all.extend(seen.ok_or_else(|| wrong(line, "it is out of all times".to_owned()))?);
            }
            Ok(all)
        };
        if let Some(line) = find("EXRULE") {
            return Err(wrong(line, "EXRULE is not understood: write EXDATE".to_owned()));
        }
        let mut rules = lines.iter().filter(|line| line.name == "RRULE");
        let rule = rules.next().map(|line| rule(line, &first)).transpose()?;
        if let Some(second) = rules.next() {
            return Err(wrong(second, "it has a second RRULE".to_owned()));
        }
        let summary = find("SUMMARY").map(Line::text).filter(|summary| !summary.is_empty());
        let event = Self {
            line,
            summary: summary.unwrap_or_else(|| "an event of the calendar".to_owned()),
            zone: first.zone.clone(),
            from: first.at,
            to,
            rule,
            more: all("RDATE")?,
            except: all("EXDATE")?,
        };
        // A rule that cannot be read is found now, and not when it would count.
        event.beginnings(first.at)?;
        Ok(Some(event))
    }

    /// When the time ends that begins at a moment of its clock; `None` at the end of all times.
    ///
    /// In a night in which the clocks change, the wall and the clock that only counts disagree about
    /// how long it lasts. The later end counts.
    pub(super) fn end(&self, from: DateTime) -> Option<DateTime> {
        let moment = |at: DateTime| at.to_zoned(self.zone.clone()).ok();
        let by_wall = from.checked_add(self.to.duration_since(self.from)).ok()?;
        let counted = moment(self.to)?.duration_since(&moment(self.from)?);
        Some(by_wall.max(moment(from)?.checked_add(counted).ok()?.datetime()))
    }

    /// When it begins, up to a moment of its clock.
    ///
    /// The first time counts as well where the rule does not mean it (RFC 5545, section 3.8.5.3), so
    /// that nobody waits in vain for a freeze that stands in the calendar.
    pub(super) fn beginnings(&self, until: DateTime) -> Result<Vec<DateTime>, CalendarError> {
        let mut all = vec![self.from];
        all.extend(&self.more);
        if let Some(rule) = &self.rule {
            all.extend(self.repeated(rule, until)?);
        }
        all.retain(|at| *at <= until && !self.except.contains(at));
        all.sort_unstable();
        all.dedup();
        Ok(all)
    }

    fn repeated(&self, rule: &Rule, until: DateTime) -> Result<Vec<DateTime>, CalendarError> {
        let wrong = |why: &str| CalendarError::at(rule.line, format!("RRULE: {why}"));
        // The wall clock counts, so that the library is told that all of it is UTC.
        let until = rule.until.map_or(until, |last| last.min(until)).max(self.from);
        let counted = rule.parts.iter().any(|(name, _)| name == "COUNT");
        let end = if counted { String::new() } else { format!(";UNTIL={}", written(until)) };
        let text = format!("DTSTART:{}\nRRULE:{rule}{end}", written(self.from));
        let set: RRuleSet =
            text.parse().map_err(|error: rrule::RRuleError| wrong(&error.to_string()))?;
        let found = set.all(MOST);
        if found.limited {
            return Err(wrong("it comes more often than can be counted"));
        }
        let at = |seconds| jiff::Timestamp::from_second(seconds).ok();
        let at = found.dates.iter().filter_map(|date| at(date.timestamp()));
        Ok(at.map(|at| at.to_zoned(TimeZone::UTC).datetime()).collect())
    }
}

fn only(line: &Line, moments: Vec<Moment>) -> Result<Moment, CalendarError> {
    match <[Moment; 1]>::try_from(moments) {
        Ok([moment]) => Ok(moment),
        Err(_) => Err(CalendarError::at(line.number, format!("{} says more than one", line.name))),
    }
}

fn end(
    at: usize,
    first: &Moment,
    lines: &[Line],
    floating: &TimeZone,
) -> Result<DateTime, CalendarError> {
    let find = |name: &str| lines.iter().find(|line| line.name == name);
    let (line, end) = if let Some(line) = find("DTEND") {
        let wrong = |why| CalendarError::at(line.number, why);
        let end = only(line, moments(line, floating).map_err(wrong)?)?;
        (line.number, end.seen_from(&first.zone))
    } else if let Some(line) = find("DURATION") {
        let length = line.value.parse::<Span>().map_err(|_| {
            CalendarError::at(line.number, format!("{:?} is no length of time", line.value))
        })?;
        // Days are those of the wall, and hours are counted.
        let begins = first.at.to_zoned(first.zone.clone()).ok();
        (line.number, begins.and_then(|begins| Some(begins.checked_add(length).ok()?.datetime())))
    } else if first.whole_day {
        (at, first.at.checked_add(1.day()).ok())
    } else {
        return Err(CalendarError::at(at, "the event has neither DTEND nor DURATION".to_owned()));
    };
    end.filter(|end| *end > first.at)
        .ok_or_else(|| CalendarError::at(line, "the event ends before it begins".to_owned()))
}

fn rule(line: &Line, first: &Moment) -> Result<Rule, CalendarError> {
    let wrong = |why: String| CalendarError::at(line.number, format!("RRULE: {why}"));
    let mut rule = Rule { line: line.number, parts: Vec::new(), until: None };
    for part in line.value.split(';').filter(|part| !part.is_empty()) {
        let (name, value) =
            part.split_once('=').ok_or_else(|| wrong(format!("{part:?} is no part of a rule")))?;
        let (name, value) = (name.to_ascii_uppercase(), value.to_ascii_uppercase());
        if name == "UNTIL" {
            let end = moment(&value, &first.zone)
                .and_then(|end| {
                    let at = end.seen_from(&first.zone)?;
                    // The last day counts as a whole.
                    if end.whole_day {
                        at.checked_add(23.hours().minutes(59)).ok()
                    } else {
                        Some(at)
                    }
                })
                .ok_or_else(|| wrong(format!("{value:?} is no day and no time")))?;
            rule.until = Some(end);
        } else {
            rule.parts.push((name, value));
        }
    }
    let frequency = rule.parts.iter().find(|(name, _)| name == "FREQ");
    let known = frequency.is_some_and(|(_, value)| FREQUENCIES.contains(&value.as_str()));
    if !known {
        let words = FREQUENCIES.join(", ");
        return Err(wrong(format!("FREQ is one of {words}")));
    }
    Ok(rule)
}
