//! Text that stands where a value is still to come.

/// Who is to fill it in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placeholder {
    /// A tool, before Wrangler reads the file: `{{name}}`, `${NAME}`, `$NAME`, `%NAME%`.
    Template,
    /// A person, who has not yet: `<your-id>`, `YOUR_ID`, `TODO`.
    Blank,
}

/// What kind of placeholder a text is, if it is one.
pub fn placeholder(text: &str) -> Option<Placeholder> {
    let text = text.trim();
    if is_template(text) {
        Some(Placeholder::Template)
    } else if is_blank(text) {
        Some(Placeholder::Blank)
    } else {
        None
    }
}

fn is_template(text: &str) -> bool {
    const MARKS: [(&str, &str); 6] =
        [("{{", "}}"), ("${", "}"), ("$(", ")"), ("<%", "%>"), ("#{", "}"), ("%%", "%%")];
    let marked = MARKS
        .iter()
        .any(|(open, close)| text.split_once(open).is_some_and(|(_, after)| after.contains(close)));
    let within = |mark: &str| text.strip_prefix(mark)?.strip_suffix(mark);
    marked
        || text.strip_prefix('$').is_some_and(is_name)
        || within("%").is_some_and(is_name)
        || within("__").is_some_and(is_name)
}

/// Whether this could be the name of a variable.
fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn is_blank(text: &str) -> bool {
    /// A word of which a real name or id is not made.
    const WORDS: [&str; 8] =
        ["changeme", "fixme", "placeholder", "replace", "replaceme", "tbd", "todo", "your"];
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let bracketed = text.len() > 2 && text.starts_with('<') && text.ends_with('>');
    bracketed
        || text.contains("...")
        || is_one_letter(text)
        || words.any(|word| WORDS.iter().any(|known| word.eq_ignore_ascii_case(known)))
}

/// `xxxx`, `00000000-0000-0000-0000-000000000000`.
fn is_one_letter(text: &str) -> bool {
    let mut letters = text.chars().filter(char::is_ascii_alphanumeric);
    let first = letters.next();
    text.len() >= 4 && first.is_some() && letters.all(|letter| Some(letter) == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders() {
        for text in [
            "{{ id }}",
            "${KV_ID}",
            "$KV_ID",
            "%KV%",
            "__D1_ID__",
            "shop-${ENV}",
            "#{Id}#",
            "%%NAME%%",
        ] {
            assert_eq!(placeholder(text), Some(Placeholder::Template), "{text}");
        }
        for text in
            ["<ID>", "YOUR_D1_ID", "your-id", "REPLACE_WITH_ID", "xxxx", "0000-0000", "abc..."]
        {
            assert_eq!(placeholder(text), Some(Placeholder::Blank), "{text}");
        }
        for text in ["", "$", "shop", "yourself", "a1b2", "db-todos", "1111a", "a<b>", "cash$flow"]
        {
            assert_eq!(placeholder(text), None, "{text}");
        }
    }
}
