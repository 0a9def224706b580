//! Cron expressions as Cloudflare reads them: five fields, weekdays from 1 (Sunday) to 7, and
//! `L`, `W` and `#` from Quartz.
//!
//! Source: the table in <https://developers.cloudflare.com/workers/configuration/cron-triggers/>
//! says which values and characters a field may have. How they may be combined is read in
//! `cloudflare/saffron` (`saffron/src/parse.rs`), the parser that Cloudflare published for Cron
//! Triggers; what rests on it alone is not [`Problem::certain`].

use crate::core::config::shape::closest;

/// A cron expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cron {
    minutes: Set,
    hours: Set,
    days: Days,
    months: Set,
    weekdays: Weekdays,
}

/// Some of the values of a field, as bits.
type Set = u64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Days {
    Some(Set),
    /// `L`, `LW`, `L-3`, `15W`: a day in every month. Each is told by its first bytes.
    EveryMonth([u8; 5]),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weekdays {
    Some(Set),
    /// `FRIL`: the last of the month.
    Last(u32),
    /// `FRI#2`: the second of the month.
    Nth(u32, u32),
}

/// What is wrong with an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub message: String,
    /// What to write instead, if that can be said.
    pub help: Option<String>,
    /// Whether the documentation says so too, and not only the published parser.
    pub certain: bool,
}

impl Problem {
    fn certain(message: String) -> Self {
        Self { message, help: None, certain: true }
    }

    fn likely(message: String) -> Self {
        Self { message, help: None, certain: false }
    }

    fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// A field of an expression.
struct Field {
    name: &'static str,
    min: u32,
    max: u32,
    /// The names that its values have, from the smallest on.
    names: &'static [&'static str],
}

const MINUTE: Field = Field { name: "a minute", min: 0, max: 59, names: &[] };
const HOUR: Field = Field { name: "an hour", min: 0, max: 23, names: &[] };
const DAY: Field = Field { name: "a day of the month", min: 1, max: 31, names: &[] };
const MONTH: Field = Field { name: "a month", min: 1, max: 12, names: &MONTHS };
const WEEKDAY: Field = Field { name: "a weekday", min: 1, max: 7, names: &WEEKDAYS };

const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/// Sunday is 1.
pub const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// Reads an expression.
pub fn parse(text: &str) -> Result<Cron, Problem> {
    let fields: Vec<&str> = text.split_whitespace().collect();
    let [minutes, hours, days, months, weekdays] = fields[..] else {
        return Err(wrong_count(text, &fields));
    };
    Ok(Cron {
        minutes: MINUTE.list(minutes)?,
        hours: HOUR.list(hours)?,
        days: parse_days(days)?,
        months: MONTH.list(months)?,
        weekdays: parse_weekdays(weekdays)?,
    })
}

fn wrong_count(text: &str, fields: &[&str]) -> Problem {
    let five = "minute, hour, day of the month, month, weekday";
    if text.trim().starts_with('@') {
        return Problem::certain("it has no five fields".into()).help(format!("write {five}"));
    }
    let count = match fields.len() {
        1 => "1 field".to_owned(),
        count => format!("{count} fields"),
    };
    let problem = Problem::certain(format!("it has {count}, not five"));
    match fields {
        [_, rest @ ..] if rest.len() == 5 => problem.help(format!(
            "there are no seconds and no years: {five}, such as \"{}\"",
            rest.join(" ")
        )),
        _ => problem.help(format!("write five: {five}")),
    }
}

impl Field {
    fn all(&self) -> Set {
        self.range(self.min, self.max, 1)
    }

    /// Every `step`th value from `start` to `end`. Where the end comes first, it goes round.
    fn range(&self, start: u32, end: u32, step: u32) -> Set {
        let length = self.max - self.min + 1;
        let end = if end < start { end + length } else { end };
        let wrap = |value: u32| self.min + (value - self.min) % length;
        (start..=end).step_by(step as usize).fold(0, |set, value| set | 1 << wrap(value))
    }

    /// A list of values, ranges and steps.
    fn list(&self, text: &str) -> Result<Set, Problem> {
        if text == "*" {
            return Ok(self.all());
        }
        text.split(',').try_fold(0, |set, item| Ok(set | self.item(item, text)?))
    }

    fn item(&self, item: &str, whole: &str) -> Result<Set, Problem> {
        let (values, step) = match item.split_once('/') {
            Some((values, step)) => (values, Some(self.step(step)?)),
            None => (item, None),
        };
        if values == "*" {
            return match step {
                Some(step) => Ok(self.range(self.min, self.max, step)),
                None => Err(Problem::likely(format!("`*` does not go with others in `{whole}`"))),
            };
        }
        let (start, end) = match values.split_once('-') {
            Some((start, end)) => (self.value(start)?, self.value(end)?),
            None => {
                let start = self.value(values)?;
                (start, if step.is_some() { self.max } else { start })
            }
        };
        Ok(self.range(start, end, step.unwrap_or(1)))
    }

    fn value(&self, text: &str) -> Result<u32, Problem> {
        let named = self.names.iter().position(|name| name.eq_ignore_ascii_case(text));
        let number =
            || text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?;
        let value = match named {
            Some(index) => u32::try_from(index).ok().map(|index| index + self.min),
            None => number().filter(|value| (self.min..=self.max).contains(value)),
        };
        value.ok_or_else(|| self.not_a_value(text))
    }

    fn not_a_value(&self, text: &str) -> Problem {
        let Self { name, min, max, names } = self;
        let problem = match text {
            "" => Problem::certain(format!("{name} is missing")),
            _ => Problem::certain(format!("`{text}` is not {name}")),
        };
        if self.names.len() == WEEKDAYS.len() && text == "0" {
            return problem.help("write SUN, or 1: weekdays go from 1 (Sunday) to 7 (Saturday)");
        }
        match (closest(text, names.iter().copied()), names) {
            (Some(meant), _) => problem.help(format!("write {meant}")),
            (None, [first, .., last]) => {
                problem.help(format!("write {min} to {max}, or {first} to {last}"))
            }
            (None, _) => problem.help(format!("write {min} to {max}")),
        }
    }

    /// A step is at least 1, and less than the field has values.
    fn step(&self, text: &str) -> Result<u32, Problem> {
        let most = self.max - self.min;
        match text.parse() {
            Ok(step) if (1..=most).contains(&step) => Ok(step),
            _ => Err(Problem::likely(format!("`{text}` is not a step for {}", self.name))
                .help(format!("write 1 to {most}"))),
        }
    }
}

fn parse_days(text: &str) -> Result<Days, Problem> {
    let of_month = match text.strip_prefix('L') {
        Some("" | "W") => true,
        Some(rest) => match rest.strip_prefix('-') {
            Some(offset) => {
                let offset = offset.strip_suffix('W').unwrap_or(offset);
                DAY.value(offset)? <= 30
            }
            None => false,
        },
        None => match text.strip_suffix('W') {
            Some(day) => DAY.value(day).is_ok(),
            None => false,
        },
    };
    if of_month {
        let mut told = [0; 5];
        text.bytes().zip(&mut told).for_each(|(byte, slot)| *slot = byte);
        return Ok(Days::EveryMonth(told));
    }
    if text.contains(['L', 'W', 'l', 'w']) {
        return Err(Problem::likely(format!("`{text}` is not {}", DAY.name))
            .help("write L, LW, L-3 or 15W alone, with capitals"));
    }
    DAY.list(text).map(Days::Some)
}

fn parse_weekdays(text: &str) -> Result<Weekdays, Problem> {
    if text == "L" {
        return Ok(Weekdays::Some(1 << WEEKDAY.max));
    }
    if let Some((day, nth)) = text.split_once('#') {
        let day = WEEKDAY.value(day)?;
        return match nth.parse() {
            Ok(nth @ 1..=5) => Ok(Weekdays::Nth(day, nth)),
            _ => Err(Problem::certain(format!("`#{nth}` is not a weekday of a month"))
                .help("write #1 to #5")),
        };
    }
    if let Some(day) = text.strip_suffix('L')
        && let Ok(day) = WEEKDAY.value(day)
    {
        return Ok(Weekdays::Last(day));
    }
    WEEKDAY.list(text).map(Weekdays::Some)
}

impl Cron {
    /// Whether there is no day on which it runs: 31 February.
    pub fn never_runs(&self) -> bool {
        /// The most days that a month has.
        const LENGTHS: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let (Days::Some(days), Weekdays::Some(weekdays)) = (self.days, self.weekdays) else {
            return false;
        };
        let in_month = |(month, length): (u32, u32)| {
            self.months & 1 << month != 0 && (1..=length).any(|day| days & 1 << day != 0)
        };
        weekdays == WEEKDAY.all() && !(1..).zip(LENGTHS).any(in_month)
    }

    /// The weekdays on which it runs, where that is a list of them and not every one.
    pub fn weekdays(&self) -> Option<Vec<&'static str>> {
        let Weekdays::Some(set) = self.weekdays else { return None };
        let names = (1..).zip(WEEKDAYS).filter(|(day, _)| set & 1_u64 << day != 0);
        (set != WEEKDAY.all()).then(|| names.map(|(_, name)| name).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cloudflare_documents_is_valid() {
        for text in [
            "* * * * *",
            "*/30 * * * *",
            "45 * * * *",
            "0 17 * * sun",
            "10 7 * * 2-6",
            "10 7 * * mon-fri",
            "0 15 1 * *",
            "0 18 * * 6L",
            "0 18 * * friL",
            "59 23 LW * *",
            "0 0 L-3W jan-jun FRI#2",
            "0 0 15W * L",
            "1,2,*/5,50-10/3 22-2 */3 11-FEB *",
        ] {
            assert!(parse(text).is_ok(), "{text}: {:?}", parse(text));
        }
    }

    #[test]
    fn what_is_certainly_wrong() {
        for (text, message) in [
            ("0 0 * * 0", "`0` is not a weekday"),
            ("0 0 * * 1-5,8", "`8` is not a weekday"),
            ("60 * * * *", "`60` is not a minute"),
            ("0 24 * * *", "`24` is not an hour"),
            ("0 0 32 * *", "`32` is not a day of the month"),
            ("0 0 ? * *", "`?` is not a day of the month"),
            ("0 0 * 13 *", "`13` is not a month"),
            ("0 0 * JUNE *", "`JUNE` is not a month"),
            ("0 0 * * MON#6", "`#6` is not a weekday of a month"),
            ("0, * * * *", "a minute is missing"),
            ("0 30 2 * * *", "it has 6 fields, not five"),
            ("@daily", "it has no five fields"),
            ("", "it has 0 fields, not five"),
            ("+5 * * * *", "`+5` is not a minute"),
        ] {
            let problem = parse(text).expect_err(text);
            assert_eq!((&*problem.message, problem.certain), (message, true), "{text}");
        }
    }

    #[test]
    fn what_only_the_parser_says() {
        for text in [
            "*/60 * * * *",
            "*/0 * * * *",
            "0 */24 * * *",
            "0 0 1,L * *",
            "0 0 lw * *",
            "1,* * * * *",
        ] {
            assert!(!parse(text).expect_err(text).certain, "{text}");
        }
    }

    #[test]
    fn days_that_do_not_exist() {
        for (text, never) in [
            ("0 0 31 2 *", true),
            ("0 0 30,31 FEB *", true),
            ("0 0 31 4,6,9,11 *", true),
            ("0 0 29 2 *", false),
            ("0 0 31 * *", false),
            ("0 0 31 2 MON", false),
            ("0 0 L 2 *", false),
        ] {
            assert_eq!(parse(text).expect(text).never_runs(), never, "{text}");
        }
    }

    #[test]
    fn two_spellings_are_one_schedule() {
        let same = |a: &str, b: &str| parse(a) == parse(b);
        assert!(same("0 0 * * 1", "0  0 * * sun") && same("*/30 * * * *", "0,30 * * * *"));
        assert!(same("0 0 1-31 * *", "0 0 * * *") && !same("0 0 L * *", "0 0 LW * *"));
    }
}
