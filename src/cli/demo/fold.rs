//! Groups of a job's log, shown as GitHub shows them: folded.

/// What a line of a job's log becomes for who looks at the job.
#[derive(Default)]
pub(super) struct Fold {
    /// The name of the group that is open, and how many lines it has.
    open: Option<(String, usize)>,
}

/// GitHub's workflow commands:
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#grouping-log-lines>.
const BEGIN: &str = "::group::";
const END: &str = "::endgroup::";

impl Fold {
    /// What is shown once this line came; `None` is nothing yet.
    pub(super) fn line(&mut self, line: &str) -> Option<String> {
        if let Some(name) = line.strip_prefix(BEGIN) {
            self.open = Some((name.to_owned(), 0));
            return None;
        }
        let Some((name, count)) = &mut self.open else { return Some(line.to_owned()) };
        if line != END {
            *count += 1;
            return None;
        }
        let shown = format!("> {name} ({count} lines, folded)");
        self.open = None;
        Some(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_becomes_one_line() {
        let mut fold = Fold::default();
        let log = ["a", "::group::api", "b", "c", "::endgroup::", "d"];
        let shown: Vec<_> = log.iter().filter_map(|line| fold.line(line)).collect();
        assert_eq!(shown, ["a", "> api (2 lines, folded)", "d"]);
    }
}
