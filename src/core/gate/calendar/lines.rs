//! The content lines of iCalendar: `NAME;PARAMETER=VALUE:VALUE`, folded over several lines of the file.
//!
//! Source: RFC 5545, section 3.1. Read here and not by a library, because none of them keeps the line
//! of the file, which is what somebody needs to put a mistake right.

/// A content line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// The line of the file on which it begins, from 1.
    pub(super) number: usize,
    /// Its name in capitals.
    pub(super) name: String,
    /// Its parameters, their names in capitals.
    parameters: Vec<(String, String)>,
    /// What it says, as it is written.
    pub(super) value: String,
}

impl Line {
    /// A parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value as text: what is escaped in it is not any more.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        let mut letters = self.value.chars();
        while let Some(letter) = letters.next() {
            text.push(match letter {
                '\\' => match letters.next() {
                    Some('n' | 'N') => ' ',
                    Some(escaped) => escaped,
                    None => break,
                },
                letter => letter,
            });
        }
        text.trim().to_owned()
    }
}

/// The content lines of a file, or the number of the first line that is none.
pub(super) fn lines(text: &str) -> Result<Vec<Line>, usize> {
    let mut unfolded: Vec<(usize, String)> = Vec::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (index, line) in text.lines().enumerate() {
        match (line.strip_prefix([' ', '\t']), unfolded.last_mut()) {
            (Some(rest), Some((_, folded))) => folded.push_str(rest),
            _ if line.trim().is_empty() => {}
            _ => unfolded.push((index + 1, line.to_owned())),
        }
    }
    unfolded.iter().map(|(number, line)| read(*number, line).ok_or(*number)).collect()
}

fn read(number: usize, line: &str) -> Option<Line> {
    // A colon or a semicolon between quotes is a part of a parameter.
    let mut quoted = false;
    let colon = line.find(|letter| {
        quoted ^= letter == '"';
        letter == ':' && !quoted
    })?;
    let (head, value) = (&line[..colon], &line[colon + 1..]);
    let mut parts = head.split(|letter| {
        quoted ^= letter == '"';
        letter == ';' && !quoted
    });
    let name = parts.next().filter(|name| !name.is_empty())?.to_ascii_uppercase();
    let parameter = |part: &str| {
        let (name, value) = part.split_once('=')?;
        Some((name.to_ascii_uppercase(), value.trim_matches('"').to_owned()))
    };
    let parameters = parts.map(parameter).collect::<Option<_>>()?;
    Some(Line { number, name, parameters, value: value.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_unfolded_and_keep_their_place() {
        let read = lines(
            "BEGIN:VEVENT\r\nSUMMARY:a long\r\n  word\\, and\\nmore\r\n\r\nDTSTART;TZID=\"A:B;C\";VALUE=DATE:1\r\n",
        );
        let read = read.unwrap_or_default();
        assert_eq!(read.iter().map(|line| line.number).collect::<Vec<_>>(), [1, 2, 5]);
        assert_eq!(read[1].text(), "a long word, and more");
        assert_eq!(read[2].parameter("TZID"), Some("A:B;C"));
        assert_eq!((read[2].name.as_str(), read[2].value.as_str()), ("DTSTART", "1"));
        assert_eq!(lines("BEGIN:VCALENDAR\nnonsense\n"), Err(2));
        assert_eq!(lines("A;B:c"), Err(1));
    }
}
