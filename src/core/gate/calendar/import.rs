//! Events as freezes that are kept elsewhere: what comes again is written once, where it can be.

use jiff::civil::{DateTime, Weekday};
use jiff::{Timestamp, ToSpan as _};

use super::event::{Event, Rule};
use super::{Calendar, CalendarError};
use crate::core::gate::freeze::{Freeze, Recurrence};

/// The days by their words in `BYDAY`.
const DAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Monday),
    ("TU", Weekday::Tuesday),
    ("WE", Weekday::Wednesday),
    ("TH", Weekday::Thursday),
    ("FR", Weekday::Friday),
    ("SA", Weekday::Saturday),
    ("SU", Weekday::Sunday),
];

impl Calendar {
    /// All of its freezes that are not over at a time, for good: one that comes again without an end
    /// is one that repeats.
    ///
    /// # Errors
    /// Where an event comes again without an end, in a way that a freeze does not know.
    pub fn import(&self, now: Timestamp) -> Result<Vec<Freeze>, CalendarError> {
        let mut freezes = Vec::new();
        for event in &self.events {
            match &event.rule {
                Some(rule) if !rule.ends() => freezes.extend(self.repeating(event, rule)?),
                _ => {
                    let begins = event.beginnings(DateTime::MAX)?.into_iter();
                    freezes.extend(begins.map(|from| self.freeze(event, from)));
                }
            }
        }
        freezes.retain(|freeze| !freeze.is_over(now));
        Ok(freezes)
    }

    /// One freeze, or for a rule that names days of the week one for each.
    fn repeating(&self, event: &Event, rule: &Rule) -> Result<Vec<Freeze>, CalendarError> {
        let unknown = || {
            let why = "this event comes again without an end in a way that a freeze does not know; \
                       name the calendar in clodo.yml, where every rule is understood";
            CalendarError::at(event.line, why.to_owned())
        };
        let kept = event.more.is_empty() && event.except.is_empty();
        let (recurrence, days) = rule.plain().filter(|_| kept).ok_or_else(unknown)?;
        let begin = |day: Option<Weekday>| {
            let Some(day) = day else { return Some(event.from) };
            let ahead = event.from.weekday().until(day);
            event.from.checked_add(i64::from(ahead).days()).ok()
        };
        // The first time counts, whatever the rule says.
        let begins: Option<Vec<DateTime>> = days.into_iter().map(begin).collect();
        let begins = begins.filter(|all| all.contains(&event.from)).ok_or_else(unknown)?;
        begins
            .into_iter()
            .map(|from| {
                let freeze = Freeze { recurrence, ..self.freeze(event, from) };
                match freeze.fault() {
                    Some(fault) => Err(CalendarError::at(event.line, fault.to_string())),
                    None => Ok(freeze),
                }
            })
            .collect()
    }
}

impl Rule {
    /// Whether it is known how often it comes.
    fn ends(&self) -> bool {
        self.until.is_some() || self.parts.iter().any(|(name, _)| name == "COUNT")
    }

    /// How often it comes and on which days of the week, where that is all that it says.
    fn plain(&self) -> Option<(Recurrence, Vec<Option<Weekday>>)> {
        let mut recurrence = None;
        let mut days = vec![None];
        for (name, value) in &self.parts {
            match (name.as_str(), value.as_str()) {
                ("FREQ", word) => recurrence = Recurrence::of(&word.to_ascii_lowercase()),
                ("INTERVAL", "1") | ("WKST", _) => {}
                ("BYDAY", words) => {
                    let day = |word: &str| {
                        let known = DAYS.iter().find(|(known, _)| *known == word);
                        known.map(|(_, day)| Some(*day))
                    };
                    days = words.split(',').map(day).collect::<Option<_>>()?;
                }
                _ => return None,
            }
        }
        let recurrence = recurrence?;
        (days == [None] || recurrence == Recurrence::Weekly).then_some((recurrence, days))
    }
}
