//! What Wrangler said of what went wrong, for people: its own words, without what they have no use for.

/// Lines that say nothing about an error.
pub(super) const BESIDE: [&str; 2] = ["If you think this is a bug", "Logs were written to"];

/// What stands before each line that a project's own build prints (`runCustomBuild`, cli.js:193066).
const BUILD: &str = "[custom build]";

/// What Wrangler says where such a build failed: behind it stands the command.
pub(super) const BUILD_FAILED: &str = "Running custom build `";

/// How many of the last lines of such a build are told.
const LAST: usize = 40;

/// What is told of a run that printed this. Neither has colours.
pub(super) fn complaint(stdout: &str, stderr: &str) -> String {
    let said = without_dumps(stderr);
    if !stderr.contains(BUILD_FAILED) {
        return if said.is_empty() { stdout.trim().to_owned() } else { said };
    }
    // Why it failed, the build has said where it prints what it does.
    let lines = stdout.lines().filter_map(|line| line.trim_start().strip_prefix(BUILD));
    let lines: Vec<&str> = lines.map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let last = &lines[lines.len().saturating_sub(LAST)..];
    [&[said.as_str()], last].concat().join("\n")
}

/// The text without stack traces, without objects that Node shows behind them, and without
/// [`BESIDE`].
fn without_dumps(text: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if is_frame(line) {
            if line.ends_with('{') {
                // Its end stands further to the left than all that is in it.
                let within = indentation(line);
                lines.by_ref().find(|line| line.trim() == "}" && indentation(line) < within);
            }
        } else if !BESIDE.iter().any(|beside| line.contains(beside)) {
            let is_second_empty =
                line.trim().is_empty() && kept.last().is_none_or(|before| before.trim().is_empty());
            kept.extend((!is_second_empty).then_some(line));
        }
    }
    kept.join("\n").trim().to_owned()
}

/// A line of a stack trace: `at async run (/a/b.js:1:2) {`, `at node:internal/x:1:2`.
fn is_frame(line: &str) -> bool {
    let line = line.trim().trim_end_matches(" {");
    let place = line.trim_end_matches(')').rsplit(':').take(2);
    let is_place =
        place.filter(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    line.starts_with("at ") && is_place.count() == 2
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As 4.164.0 prints it into a pipe, shortened.
    const FAILED_BUILD: &str = "\
✘ [ERROR] k [Error]: Process exited with non-zero status (2)

      at I2._waitForOutput (/p/node_modules/wrangler/wrangler-dist/cli.js:164358:98)
      at async /p/node_modules/wrangler/wrangler-dist/cli.js:239422:26
      at async Object.handler (/p/node_modules/wrangler/wrangler-dist/cli.js:239357:7) {
    result: I {
      _process: ChildProcess {
        _events: [Object: null prototype] {},
      },
    },
    output: { stderr: '', stdout: '', exitCode: 2 }
  }


✘ [ERROR] Running custom build `npm run build` failed. There are likely more logs from your build command above.


🪵  Logs were written to \"/tmp/wrangler.log\"
";

    #[test]
    fn a_build_of_the_project_says_why() {
        let stdout = " ⛅️ wrangler 4.164.0\n[custom build] Running: npm run build\n\
             [custom build] \n[custom build] src/a.ts:3 error TS2345\n";
        assert_eq!(
            complaint(stdout, FAILED_BUILD),
            "✘ [ERROR] k [Error]: Process exited with non-zero status (2)\n\n\
             ✘ [ERROR] Running custom build `npm run build` failed. There are likely more logs \
             from your build command above.\n Running: npm run build\n src/a.ts:3 error TS2345"
        );
    }

    #[test]
    fn of_a_long_build_the_end_is_told() {
        let stdout: String = (0..100).map(|line| format!("[custom build] {line}\n")).collect();
        let said = complaint(&stdout, FAILED_BUILD);
        assert!(!said.contains("\n 59\n") && said.contains("\n 60\n") && said.ends_with("\n 99"));
    }

    #[test]
    fn words_stay_as_they_are() {
        let said = "✘ [ERROR] Build failed with 1 error:\n\n  ✘ [ERROR] Could not resolve \"./a\"\n\n    \
             index.js:1:7:\n      1 │ import './a'\n        ╵        ~~~~~";
        assert_eq!(complaint("anything", said), said);
        assert_eq!(complaint("at one\nat 3:4", ""), "at one\nat 3:4");
        let cut = "failed\n    at run (/a.js:1:2) {\n  code: 1\n";
        assert_eq!(complaint("", cut), "failed", "a dump that was cut off");
    }
}
