//! The times of iCalendar: days, times of the wall clock and times of UTC.
//!
//! Source: RFC 5545, sections 3.3.4 to 3.3.6 and 3.2.19.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use super::lines::Line;
use crate::core::gate::window::zone_named;

/// A day or a time, with its zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// By the clock of the zone; of a day its beginning.
    pub(super) at: DateTime,
    /// The zone.
    pub(super) zone: TimeZone,
    /// Whether only the day is said.
    pub(super) whole_day: bool,
}

impl Moment {
    /// The same moment by the clock of another zone.
    pub(super) fn seen_from(&self, zone: &TimeZone) -> Option<DateTime> {
        if self.zone == *zone {
            return Some(self.at);
        }
        let here = self.at.to_zoned(self.zone.clone()).ok()?;
        Some(here.with_time_zone(zone.clone()).datetime())
    }
}

/// The moments of a line, which has several where they are separated by commas. `floating` is the zone
/// of what says none. The error is what is wrong.
pub(super) fn moments(line: &Line, floating: &TimeZone) -> Result<Vec<Moment>, String> {
    let named = match line.parameter("TZID") {
        // Global names begin with a slash: RFC 5545, section 3.2.19.
        Some(name) => zone_named(name.trim_start_matches('/')).ok_or_else(|| {
            format!("there is no time zone {name:?} in the time zone database, as Europe/Berlin is")
        })?,
        None => floating.clone(),
    };
    let read = |text: &str| {
        moment(text.trim(), &named).ok_or_else(|| format!("{text:?} is no day and no time"))
    };
    line.value.split(',').map(read).collect()
}

/// A day, `20261220`, or a time, `20261220T180000`, with `Z` behind it one of UTC.
pub(super) fn moment(text: &str, zone: &TimeZone) -> Option<Moment> {
    let (local, is_utc) = text.strip_suffix('Z').map_or((text, false), |local| (local, true));
    let number = |digits: &str| -> Option<i16> {
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
    };
    let small = |digits: &str| i8::try_from(number(digits)?).ok();
    let (day, time) = local.split_once('T').map_or((local, None), |(day, time)| (day, Some(time)));
    if day.len() != 8 || !day.is_ascii() || time.is_none() && is_utc {
        return None;
    }
    let day = Date::new(number(&day[..4])?, small(&day[4..6])?, small(&day[6..])?).ok()?;
    let whole_day = time.is_none();
    let time = match time {
        None => Time::midnight(),
        Some(time) if time.len() == 6 && time.is_ascii() => {
            // A leap second is the last of its minute here.
            let second = small(&time[4..])?.min(59);
            Time::new(small(&time[..2])?, small(&time[2..4])?, second, 0).ok()?
        }
        Some(_) => return None,
    };
    let zone = if is_utc { TimeZone::UTC } else { zone.clone() };
    Some(Moment { at: day.to_datetime(time), zone, whole_day })
}

/// As [`moment`] reads it, as if it were a time of UTC.
pub(super) fn written(at: DateTime) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}
