//! What is kept of an output that may be endless: its first and its last lines.

use std::collections::VecDeque;

/// Lines, as many as fit into a mebibyte: the first half of it from the beginning, the second from
/// the end.
#[derive(Clone, Debug, Default)]
pub struct Transcript {
    first: String,
    last: VecDeque<String>,
    last_bytes: usize,
    left_out: usize,
}

impl Transcript {
    /// How many bytes of the beginning are kept, and as many of the end.
    pub const EACH: usize = 512 * 1024;

    /// Takes the next line, without its end.
    pub fn push(&mut self, line: &str) {
        if self.last.is_empty() && self.first.len() + line.len() < Self::EACH {
            self.first.push_str(line);
            self.first.push('\n');
            return;
        }
        self.last_bytes += line.len() + 1;
        self.last.push_back(line.to_owned());
        while self.last_bytes > Self::EACH {
            let Some(oldest) = self.last.pop_front() else { break };
            self.last_bytes -= oldest.len() + 1;
            self.left_out += 1;
        }
    }

    /// All that is kept, with a line that says what is not.
    pub fn text(self) -> String {
        let mut text = self.first;
        if self.left_out > 0 {
            text.push_str(&format!("… {} lines left out …\n", self.left_out));
        }
        for line in self.last {
            text.push_str(&line);
            text.push('\n');
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_much_is_left_out() {
        let line = "x".repeat(1000);
        let mut transcript = Transcript::default();
        for at in 0..3000 {
            transcript.push(&format!("{at} {line}"));
        }
        let text = transcript.text();
        assert!(text.len() < 2 * Transcript::EACH + 100, "{}", text.len());
        assert!(text.starts_with("0 x") && text.contains("lines left out …\n"));
        assert!(text.ends_with(&format!("2999 {line}\n")));
    }
}
