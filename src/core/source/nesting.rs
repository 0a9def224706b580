//! How much stack a text may need.
//!
//! A parser that descends needs stack for every level of the code, and so does every walk through
//! its tree. A text can ask for more than there is, and a program that runs out of stack ends at
//! once, whatever it was doing. So the levels are counted beforehand: there are never more than
//! brackets, operators and words like `else`, wherever these stand.

/// The stack that one level may need. Measured with the worst code, `function a(){…}` inside of
/// itself: 4 KiB without optimisation, 2 KiB with it.
const LEVEL: usize = 5 * 1024;

/// More stack than this is not given to anyone: 1 GiB, of which only what is used takes memory.
const MOST: usize = 1024 * 1024 * 1024;

/// For each `<`, the parser of TypeScript tries whether it opens type arguments, over and over: the
/// time grows with the square of those that are never closed.
const OPEN_ANGLES: usize = 2_000;

/// What every thread has to spare of its 2 MiB.
pub(super) const SPARE: usize = 1536 * 1024;

/// The stack that parsing a text may need, in bytes; nothing where that is more than it is worth.
pub(super) fn stack(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut levels = 0;
    let mut angles = 0_usize;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'(' | b'[' | b'{' | b'?' | b':' | b'=' | b'!' | b'~' | b'+' | b'-' | b'*' | b'/'
            | b'%' | b'&' | b'|' | b'^' | b'.' | b'@' => levels += 1,
            b'<' => {
                levels += 1;
                angles += 1;
            }
            b'>' => angles = angles.saturating_sub(1),
            // `new`, `typeof`, `void`, `delete`, `await`, `yield`, `else`, `do` and their like
            // follow each other with a space between.
            b'e' | b'w' | b'f' | b'd' | b't' | b'o' | b's' | b'r' if ends_word(bytes, at) => {
                levels += 1
            }
            _ => {}
        }
    }
    let stack = levels * LEVEL;
    (stack <= MOST && angles <= OPEN_ANGLES).then_some(stack)
}

fn ends_word(bytes: &[u8], at: usize) -> bool {
    const WORDS: [&[u8]; 11] = [
        b"new", b"typeof", b"void", b"delete", b"await", b"yield", b"else", b"do", b"keyof",
        b"extends", b"infer",
    ];
    let before = &bytes[..=at];
    WORDS.iter().any(|word| before.ends_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_files_need_little() {
        let function = "async function f(a: string, b = 1) {\n  if (a) return g(`${a}`, [b]);\n}\n";
        assert!(stack(function).is_some_and(|stack| stack < SPARE));
        assert!(stack(&function.repeat(100)).is_some_and(|stack| stack < 64 * SPARE));
    }

    #[test]
    fn every_level_is_counted() {
        for deep in [
            "(",
            "[",
            "{",
            "!",
            "a=>",
            "1+",
            "a?b:",
            "if(a){}else ",
            "a()",
            "new ",
            "`${",
            "a:",
            "await ",
            "typeof\t",
            "a<",
            "<a>",
            "a.b",
            "a**",
            "keyof ",
            "do ",
            "@a ",
        ] {
            let count = 1_000;
            let stack = stack(&deep.repeat(count));
            assert!(stack.is_none_or(|stack| stack >= count * LEVEL), "{deep}");
        }
        assert_eq!(stack(&"(".repeat(1_000_000)), None);
        assert_eq!(stack(&"a<".repeat(3_000)), None);
    }
}
