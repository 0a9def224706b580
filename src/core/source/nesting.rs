//! How deep a text may lead the parser.
//!
//! A parser that descends needs stack for every level, and a text can ask for more of it than there
//! is: a program that runs out of stack ends at once, whatever it was doing. So the levels are
//! counted beforehand, roughly and rather too high, over the bytes alone.

/// How many levels fit into any stack: 2 MiB hold 500 of the worst without optimisation.
const SHALLOW: usize = 250;

/// How many levels are worth a stack of their own. No one writes such code.
const DEEPEST: usize = 16_000;

/// The stack that one level may need, in bytes; measured: 4 KiB without optimisation.
const LEVEL: usize = 8 * 1024;

/// How many `<` may stay open. Each makes the parser of TypeScript look further ahead, which takes
/// time with the square of their number.
const OPEN_ANGLES: usize = 1_000;

/// What is needed to parse a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stack {
    /// What every thread has.
    Any,
    /// One of this many bytes.
    Own(usize),
    /// More than it is worth.
    TooMuch,
}

/// What is needed to parse a text.
pub(super) fn stack(text: &str) -> Stack {
    let levels = Levels::of(text.as_bytes());
    match levels.brackets + levels.operators + levels.words {
        _ if levels.angles > OPEN_ANGLES => Stack::TooMuch,
        sum if sum <= SHALLOW => Stack::Any,
        sum if sum <= DEEPEST => Stack::Own((sum + SHALLOW) * LEVEL),
        _ => Stack::TooMuch,
    }
}

/// The levels that a text may have, by what makes them.
#[derive(Debug, Default)]
struct Levels {
    /// The most brackets open at once.
    brackets: usize,
    /// The most operators in one statement.
    operators: usize,
    /// All words that may follow each other without end.
    words: usize,
    /// The most `<` open at once in one statement.
    angles: usize,
}

/// Words that may follow each other without end: `new new …`, `else if … else if …`.
const WORDS: [&[u8]; 6] = [b"else", b"new", b"await", b"typeof", b"void", b"delete"];

impl Levels {
    fn of(text: &[u8]) -> Self {
        let mut levels = Self::default();
        let (mut open, mut operators, mut angles) = (0_usize, 0_usize, 0_usize);
        // The last byte that is no white space.
        let mut last = b';';
        let mut lines = false;
        for (at, &byte) in text.iter().enumerate() {
            if byte.is_ascii_whitespace() {
                lines |= byte == b'\n';
                continue;
            }
            // Where one line ends with a name and the next begins with one, a statement ends.
            let ends = std::mem::take(&mut lines) && ends_line(last) && begins_line(byte);
            if byte == b';' || ends {
                (operators, angles) = (0, 0);
            }
            match byte {
                b'(' | b'[' | b'{' => {
                    open += 1;
                    levels.brackets = levels.brackets.max(open);
                    // `a()()()` goes deeper with each pair.
                    operators += usize::from(byte == b'(' && last == b')');
                }
                b')' | b']' | b'}' => open = open.saturating_sub(1),
                b'<' => {
                    operators += 1;
                    angles += 1;
                    levels.angles = levels.angles.max(angles);
                }
                b'>' => angles = angles.saturating_sub(1),
                b'?' | b':' | b'=' | b'!' | b'~' | b'+' | b'-' | b'*' | b'%' | b'&' | b'|'
                | b'^' | b'.' => operators += 1,
                b'a'..=b'z' if !last.is_ascii_alphanumeric() || at > 0 && text[at - 1] <= b' ' => {
                    levels.words += usize::from(WORDS.iter().any(|word| text[at..].starts_with(word)));
                }
                _ => {}
            }
            levels.operators = levels.operators.max(operators);
            last = byte;
        }
        levels
    }
}

fn ends_line(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'"' | b'\'' | b'`' | b')' | b']' | b'}' | b',')
}

fn begins_line(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'"' | b'\'' | b'}' | b'@' | b'/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_code_needs_no_stack_of_its_own() {
        let function = "async function f(a: string, b = 1): Promise<string> {\n  if (a) {\n    return g(`${a}`, { x: [1, 2], y: (await b)?.c ?? 'd' });\n  } else {\n    h()\n  }\n}\n";
        assert_eq!(stack(&function.repeat(50)), Stack::Any);
        let list = "export const list = [\n  { name: 'a', run: () => 1 },\n".to_owned()
            + &"  { name: 'b', run: () => 2 },\n".repeat(500)
            + "];\n";
        assert_eq!(stack(&list), Stack::Any);
    }

    #[test]
    fn deep_code_does() {
        for deep in ["(", "[", "{", "!", "a=>", "1+", "a?b:", "if(a){}else ", "a()", "new ", "`${", "a:"] {
            assert!(matches!(stack(&deep.repeat(1_000)), Stack::Own(_)), "{deep}");
            assert_eq!(stack(&deep.repeat(50_000)), Stack::TooMuch, "{deep}");
        }
        assert_eq!(stack(&"a<".repeat(1_001)), Stack::TooMuch);
    }
}
