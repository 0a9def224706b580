//! A small reader of shell scripts: enough to see which simple commands a script runs, with their
//! arguments, in their order, and whether they are sure to run.
//!
//! Expansions stay as they are written, because nobody knows their values here: `$NAME`, `$(…)`,
//! and the `${{ … }}`, `<< … >>` and `$[[ … ]]` that CI systems fill in before the shell starts.

mod words;

use std::ops::Range;

/// A word of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// The text, without quotes; expansions as they are written.
    pub text: String,
    /// Whether it is what it says: nothing in it is filled in later.
    pub literal: bool,
    /// Whether an expansion stands outside of quotes, so that it may become several words or none.
    pub splits: bool,
    /// Where it stands in the script.
    pub range: Range<usize>,
}

/// Where a command reads from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Input {
    /// From what the script itself reads from: in a pipeline, nothing.
    #[default]
    Inherited,
    /// From the command before it.
    Pipe,
    /// From a file, or from text in the script.
    Given,
}

/// A simple command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Command {
    /// `NAME=value` before the command, or alone.
    pub assignments: Vec<Word>,
    /// The command and its arguments.
    pub words: Vec<Word>,
    /// Where it reads from.
    pub input: Input,
    /// The files that it writes to.
    pub outputs: Vec<Word>,
    /// Whether it may not run, or not once: it stands in an `if`, in a loop, after `||` …
    pub conditional: bool,
}

/// What a script consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// A command.
    Command(Command),
    /// A subshell begins: what is changed in it is forgotten at its end.
    Open,
    /// A subshell ends.
    Close,
}

/// How deep `$(…)` may nest before it is not looked into.
const MAX_DEPTH: usize = 8;

/// Reads a script.
pub(super) fn read(script: &str) -> Vec<Item> {
    let mut reader = Reader::new(script, 0);
    reader.run();
    reader.items
}

/// What a bracket or brace belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Block {
    Subshell,
    Group,
    Function,
    Case,
}

struct Reader<'s> {
    script: &'s str,
    at: usize,
    depth: usize,
    items: Vec<Item>,
    command: Command,
    /// Whether a pipe leads into the command that is being read.
    piped: bool,
    blocks: Vec<Block>,
    /// Open `if`, `for`, `while` and their like.
    branches: usize,
    /// Whether the rest of an `&&` or `||` chain depends on something.
    depends: bool,
    /// Whether an operator stands before, whose command may follow on the next line.
    awaits: bool,
    /// Delimiters of here documents that begin after this line, and whether tabs are stripped.
    documents: Vec<(String, bool)>,
}

impl<'s> Reader<'s> {
    fn new(script: &'s str, depth: usize) -> Self {
        Self {
            script,
            at: 0,
            depth,
            items: Vec::new(),
            command: Command::default(),
            piped: false,
            blocks: Vec::new(),
            branches: 0,
            depends: false,
            awaits: false,
            documents: Vec::new(),
        }
    }

    fn rest(&self) -> &'s str {
        &self.script[self.at..]
    }

    fn eat(&mut self, token: &str) -> bool {
        let there = self.rest().starts_with(token);
        if there {
            self.at += token.len();
        }
        there
    }

    fn run(&mut self) {
        while let Some(c) = self.rest().chars().next() {
            match c {
                ' ' | '\t' | '\r' => self.at += 1,
                '\\' if self.rest().starts_with("\\\n") => self.at += 2,
                '\\' if self.rest().starts_with("\\\r\n") => self.at += 3,
                '#' => self.at += self.rest().find('\n').unwrap_or(self.rest().len()),
                '\n' => {
                    self.at += 1;
                    if !(self.awaits && self.command == Command::default()) {
                        self.flush();
                        self.depends = false;
                    }
                    self.skip_documents();
                }
                ';' => {
                    while self.eat(";") {}
                    self.eat("&");
                    self.flush();
                    self.depends = false;
                }
                '&' if !self.rest().starts_with("&>") => self.ampersand(),
                '|' => self.bar(),
                '(' => self.open(),
                ')' => self.close(),
                '<' | '>' | '&' if self.opaque().is_none() => self.redirect(c),
                _ => self.word_or_redirect(),
            }
        }
        self.flush();
    }

    fn ampersand(&mut self) {
        if self.eat("&&") {
            let first = self.command.words.first().map(|word| &*word.text);
            let tests = matches!(first, Some("[" | "[[" | "test" | "grep" | "command" | "which"));
            self.flush();
            self.depends |= tests;
            self.awaits = true;
        } else {
            self.at += 1;
            self.flush();
            self.depends = false;
        }
    }

    fn bar(&mut self) {
        if self.eat("||") {
            self.flush();
            self.depends = true;
        } else {
            self.at += 1;
            self.eat("&");
            self.flush();
            self.piped = true;
        }
        self.awaits = true;
    }

    fn open(&mut self) {
        self.at += 1;
        let defines = self.command.words.len() == 1 || self.is_word(0, "function");
        if defines && self.rest().trim_start().starts_with(')') {
            self.at += self.rest().find(')').unwrap_or(0) + 1;
            self.command = Command::default();
            self.at += self.rest().len() - self.rest().trim_start().len();
            if self.eat("{") {
                self.blocks.push(Block::Function);
            }
            return;
        }
        if self.blocks.last() == Some(&Block::Case) && self.command.words.is_empty() {
            return;
        }
        self.flush();
        self.blocks.push(Block::Subshell);
        self.items.push(Item::Open);
    }

    fn close(&mut self) {
        self.at += 1;
        if self.blocks.last() == Some(&Block::Subshell) {
            self.flush();
            self.blocks.pop();
            self.items.push(Item::Close);
        } else {
            // The pattern of a `case`.
            self.command = Command::default();
        }
    }

    fn is_word(&self, index: usize, text: &str) -> bool {
        self.command.words.get(index).is_some_and(|word| word.text == text)
    }

    /// Ends the command that was being read.
    fn flush(&mut self) {
        let mut command = std::mem::take(&mut self.command);
        self.awaits = false;
        let piped = std::mem::take(&mut self.piped);
        while let Some(keyword) = command.words.first() {
            match &*keyword.text {
                "if" | "while" | "until" => self.branches += 1,
                "for" | "select" => {
                    self.branches += 1;
                    return;
                }
                "case" => {
                    self.branches += 1;
                    self.blocks.push(Block::Case);
                    return;
                }
                "fi" | "done" => self.branches = self.branches.saturating_sub(1),
                "esac" => {
                    self.branches = self.branches.saturating_sub(1);
                    if self.blocks.last() == Some(&Block::Case) {
                        self.blocks.pop();
                    }
                }
                "{" => self.blocks.push(Block::Group),
                "}" => {
                    if matches!(self.blocks.last(), Some(Block::Group | Block::Function)) {
                        self.blocks.pop();
                    }
                }
                "function" => {
                    if command.words.get(2).is_some_and(|word| word.text == "{") {
                        self.blocks.push(Block::Function);
                        command.words.drain(..2);
                    }
                }
                "then" | "elif" | "else" | "do" | "!" | "time" => {}
                _ => break,
            }
            command.words.remove(0);
        }
        let first = command.words.iter().position(|word| !is_assignment(&word.text));
        let rest = command.words.split_off(first.unwrap_or(command.words.len()));
        command.assignments = std::mem::replace(&mut command.words, rest);
        if command.words.is_empty() && command.assignments.is_empty() {
            return;
        }
        if piped && command.input == Input::Inherited {
            command.input = Input::Pipe;
        }
        command.conditional = self.depends
            || self.branches > 0
            || self.blocks.iter().any(|block| matches!(block, Block::Function | Block::Case));
        self.items.push(Item::Command(command));
    }

    fn redirect(&mut self, c: char) {
        self.eat("&");
        if c == '<' {
            self.at += 1;
            self.command.input = Input::Given;
            if self.eat("<<") {
                // A here string: one word, read below.
            } else if self.eat("<") {
                let tabs = self.eat("-");
                self.skip_blanks();
                let delimiter = self.word().text;
                self.documents.push((delimiter, tabs));
                return;
            }
            self.eat("&");
            self.skip_blanks();
            let _ = self.word();
        } else {
            while self.eat(">") {}
            self.eat("|");
            self.eat("&");
            self.skip_blanks();
            let target = self.word();
            self.command.outputs.push(target);
        }
    }

    fn skip_blanks(&mut self) {
        while self.rest().starts_with([' ', '\t']) {
            self.at += 1;
        }
    }

    /// Skips the here documents that begin with this line.
    fn skip_documents(&mut self) {
        for (delimiter, tabs) in std::mem::take(&mut self.documents) {
            loop {
                let rest = self.rest();
                if rest.is_empty() {
                    break;
                }
                let end = rest.find('\n').map_or(rest.len(), |end| end + 1);
                let line = rest[..end].trim_end_matches(['\n', '\r']);
                let line = if tabs { line.trim_start_matches('\t') } else { line };
                self.at += end;
                if line == delimiter {
                    break;
                }
            }
        }
    }

    fn word_or_redirect(&mut self) {
        let before = self.at;
        let word = self.word();
        let is_number =
            !word.text.is_empty() && word.text.bytes().all(|byte| byte.is_ascii_digit());
        if is_number && self.rest().starts_with(['<', '>']) && self.opaque().is_none() {
            let c = self.rest().chars().next().unwrap_or('>');
            self.redirect(c);
        } else if self.at == before {
            // Nothing that a shell would take for a word; go on behind it.
            self.at += self.rest().chars().next().map_or(1, char::len_utf8);
        } else {
            self.command.words.push(word);
        }
    }

    /// Reads the commands of a command substitution; they run before the command it stands in.
    fn inner(&mut self, start: usize, end: usize) {
        let Some(script) = self.script.get(start..end).filter(|_| self.depth < MAX_DEPTH) else {
            return;
        };
        let mut reader = Reader::new(script, self.depth + 1);
        reader.run();
        let conditional = self.depends || self.branches > 0;
        self.items.push(Item::Open);
        self.items.extend(reader.items.into_iter().map(|mut item| {
            if let Item::Command(command) = &mut item {
                command.conditional |= conditional;
                let words = command.assignments.iter_mut().chain(&mut command.words);
                for word in words.chain(&mut command.outputs) {
                    word.range = word.range.start + start..word.range.end + start;
                }
            }
            item
        }));
        self.items.push(Item::Close);
    }
}

/// Whether a word is `NAME=value`.
fn is_assignment(text: &str) -> bool {
    text.split_once('=').is_some_and(|(name, _)| is_name(name))
}

/// Whether this may be the name of a variable.
pub(super) fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The commands as text: `?` before one that may not run, `|` and `<` for where it reads from.
    fn commands(script: &str) -> Vec<String> {
        let show = |command: &Command| {
            let mut text = String::new();
            text.push_str(if command.conditional { "? " } else { "" });
            text.push_str(match command.input {
                Input::Inherited => "",
                Input::Pipe => "| ",
                Input::Given => "< ",
            });
            let words = command.assignments.iter().chain(&command.words);
            text.push_str(&words.map(|word| word.text.clone()).collect::<Vec<_>>().join("·"));
            for output in &command.outputs {
                text.push_str(" > ");
                text.push_str(&output.text);
            }
            text
        };
        read(script)
            .iter()
            .map(|item| match item {
                Item::Command(command) => show(command),
                Item::Open => "(".to_owned(),
                Item::Close => ")".to_owned(),
            })
            .collect()
    }

    fn check(script: &str, expected: &[&str]) {
        assert_eq!(commands(script), expected, "{script}");
    }

    #[test]
    fn commands_end_at_operators_and_lines() {
        check("npm ci && npx wrangler deploy", &["npm·ci", "npx·wrangler·deploy"]);
        check("a;b\nc # d; e\n\n# f\ng&", &["a", "b", "c", "g"]);
        check("npx wrangler \\\n  deploy \\\r\n  --env x", &["npx·wrangler·deploy·--env·x"]);
        check("a#b 'c # d'", &["a#b·c # d"]);
    }

    #[test]
    fn quotes_and_expansions() {
        check(r#"a "b c" 'd "e' f\ g "h\"i""#, &["a·b c·d \"e·f g·h\"i"]);
        check("a $B ${C:-d e} \"$F g\" x$", &["a·$B·${C:-d e}·$F g·x$"]);
        check("a ${{ b || 'c d' }} --e=${{ f }}", &["a·${{ b || 'c d' }}·--e=${{ f }}"]);
        check("a << parameters.b >> <<pipeline.c>>", &["a·<< parameters.b >>·<<pipeline.c>>"]);
        check("a $[[ inputs.b ]]", &["a·$[[ inputs.b ]]"]);
        let items = read("a \"$B\" $C d'e'");
        let Some(Item::Command(command)) = items.first() else { panic!("a command") };
        let seen: Vec<_> = command.words.iter().map(|word| (word.literal, word.splits)).collect();
        assert_eq!(seen, [(true, false), (false, false), (false, true), (true, false)]);
    }

    #[test]
    fn input_and_output() {
        check("echo x | wrangler secret put A", &["echo·x", "| wrangler·secret·put·A"]);
        check("a < f > g 2>&1 2> h &> i >> $J", &["< a > g > 1 > h > i > $J"]);
        check("a |\n  b |\n\n c", &["a", "| b", "| c"]);
        check("{ a; b; } | c; (d) | e", &["a", "b", "| c", "(", "d", ")", "| e"]);
        check("a <<< \"$B\"", &["< a"]);
        check("cat <<EOF | b\nwrangler deploy\nEOF\nc", &["< cat", "| b", "c"]);
        check("cat <<-'E' > f\n\twrangler deploy\n\tE\nc", &["< cat > f", "c"]);
    }

    #[test]
    fn what_may_not_run_is_conditional() {
        check("if a; then b; else c; fi; d", &["? a", "? b", "? c", "d"]);
        check("for x in wrangler deploy; do a $x; done\nb", &["? a·$x", "b"]);
        check("while read l\ndo a\ndone < f\nb", &["? read·l", "? a", "b"]);
        check("a || b && c; d", &["a", "? b", "? c", "d"]);
        check("a ||\n b &&\n c\nd", &["a", "? b", "? c", "d"]);
        check("[ -n \"$A\" ] && b; c && d", &["[·-n·$A·]", "? b", "c", "d"]);
        check("case $A in\n main) b ;;\n *) c ;;\nesac\nd", &["? b", "? c", "d"]);
        check("f() {\n a\n}\nfunction g { b; }\nc", &["? a", "? b", "c"]);
        check("{ a; b; }; c", &["a", "b", "c"]);
    }

    #[test]
    fn subshells_and_substitutions() {
        check("(cd a && b)\nc", &["(", "cd·a", "b", ")", "c"]);
        check(
            "A=$(npx wrangler deploy | tail -1) b",
            &["(", "npx·wrangler·deploy", "| tail·-1", ")", "A=$(npx wrangler deploy | tail -1)·b"],
        );
        check(
            "a \"$(b 'c)' \"d\")\" `e`",
            &["(", "b·c)·d", ")", "(", "e", ")", "a·$(b 'c)' \"d\")·`e`"],
        );
        check("a $((1 + 2)) b", &["a·$((1 + 2))·b"]);
        check("A=(wrangler deploy)\nB+=() c", &["A=(wrangler deploy)", "B+=()·c"]);
    }

    #[test]
    fn a_word_knows_its_place() {
        let script = "a && B=$(npx 'wrangler' deploy)";
        let word = |text: &str| {
            let commands = read(script);
            let mut words = commands.iter().flat_map(|item| match item {
                Item::Command(command) => command.words.clone(),
                _ => Vec::new(),
            });
            let word = words.find(|word| word.text == text).expect("the word is there");
            script[word.range].to_owned()
        };
        assert_eq!(word("wrangler"), "'wrangler'");
        assert_eq!(word("deploy"), "deploy");
    }

    #[test]
    fn any_text_is_read_to_its_end() {
        for script in [
            "'", "\"", "$(", "`", "${", "((", "))", "<<", ">", "a(", "${{", "\\", "é)", "a <<E",
            "$'",
        ] {
            let _ = read(script);
        }
    }
}
