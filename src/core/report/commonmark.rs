//! Text from files as GitHub-flavoured Markdown that shows it and does nothing else: no
//! formatting, no links, no mentions, no HTML, and no comment that a reader of ours could take
//! for its own mark.

use super::safe;

/// Breaks what GitHub and GitLab link by themselves (`@name`, `#1`, `https://`, `www.`), and shows
/// as nothing.
const BREAK: &str = "&#8203;";

/// Text for one line.
pub(super) fn plain(text: &str) -> String {
    let mut markdown = String::with_capacity(text.len());
    let line = safe::line(text);
    for (at, c) in line.char_indices() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' => markdown.extend(['\\', c]),
            '&' => markdown.push_str("&amp;"),
            '<' => markdown.push_str("&lt;"),
            '>' => markdown.push_str("&gt;"),
            '$' => markdown.push_str("&#36;"),
            ':' if !line[at..].starts_with("://") => markdown.push(c),
            '@' | '#' | ':' => {
                markdown.push(c);
                markdown.push_str(BREAK);
            }
            '-' | '+' | '=' | '.' | ')' if may_start_block(&line[..at]) => {
                markdown.extend(['\\', c])
            }
            '.' if ends_with_www(&line[..at]) => {
                markdown.push_str(BREAK);
                markdown.push(c);
            }
            c => markdown.push(c),
        }
    }
    markdown
}

/// Whether a mark after this would make a list of the line, or a heading of the one before it.
fn may_start_block(text: &str) -> bool {
    text.trim_start().bytes().all(|byte| byte.is_ascii_digit())
}

fn ends_with_www(text: &str) -> bool {
    text.len() >= 3 && text.as_bytes()[text.len() - 3..].eq_ignore_ascii_case(b"www")
}

/// A sentence of a rule, in which `` `…` `` marks what stands in a file.
pub(super) fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let last = parts.len() - 1;
    let parts = parts.iter().enumerate().map(|(index, part)| match (index % 2, part.is_empty()) {
        (0, _) => plain(part),
        (_, false) if index < last => code(part),
        // A mark without its partner, or with nothing between the two.
        _ => plain(&format!("`{part}{}", if index < last { "`" } else { "" })),
    });
    parts.collect()
}

/// A code span.
pub(super) fn code(text: &str) -> String {
    let text = without_comments(&safe::line(text));
    let fence = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A code span where Markdown is not read, because HTML stands around it.
pub(super) fn code_html(text: &str) -> String {
    format!("<code>{}</code>", escaped_html(text))
}

/// Text where Markdown is not read, because HTML stands around it.
pub(super) fn escaped_html(text: &str) -> String {
    safe::line(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The same outside of code, where mentions, references and addresses would become links.
pub(super) fn html(text: &str) -> String {
    let mut html = escaped_html(text);
    // The mark first that the others bring with them.
    for (mark, broken) in [("#", "#&#8203;"), ("@", "@&#8203;"), ("://", ":&#8203;//")] {
        html = html.replace(mark, broken);
    }
    html
}

/// A block of code; the name of its file gives the language.
pub(super) fn block(text: &str, path: &str) -> String {
    let lines = text.lines().map(|line| safe::line(&line.replace('\t', "    ")));
    let lines: Vec<_> = lines.map(without_quick_action).collect();
    let text = without_comments(&lines.join("\n"));
    let fence = "`".repeat((longest_run(&text) + 1).max(3));
    format!("{fence}{}\n{text}\n{fence}\n", language(path))
}

/// Only names that are known here: a path is text from outside too.
fn language(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("toml") => "toml",
        Some("json" | "jsonc") => "jsonc",
        Some("yml" | "yaml") => "yaml",
        Some("sql") => "sql",
        Some("ts" | "tsx" | "mts") => "ts",
        Some("js" | "jsx" | "mjs") => "js",
        _ => "",
    }
}

/// Our own comments carry a mark in an HTML comment. Code is shown as it is, so that it must not
/// hold one.
fn without_comments(text: &str) -> String {
    text.replace("<!--", "<! --").replace("-->", "-- >")
}

/// GitLab obeys a line of a comment that begins with `/merge` or another of its quick actions. It
/// spares code, but finds the end of that with an expression that takes three backticks in a longer
/// fence for one (`lib/gitlab/quick_actions/extractor.rb` of gitlabhq). A space before the slash is
/// enough; chat bots of other forges read lines in the same way.
fn without_quick_action(line: String) -> String {
    let is_action =
        line.strip_prefix('/').is_some_and(|rest| rest.starts_with(char::is_alphabetic));
    if is_action { format!(" {line}") } else { line }
}

/// A link's address, if it is one of the web: encoded, so that it cannot end the link.
pub(super) fn link_target(url: &str) -> Option<String> {
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    let encode = |c: char| match c {
        'A'..='Z' | 'a'..='z' | '0'..='9' => c.to_string(),
        c if "-._~:/?#@!$&+,;=%".contains(c) => c.to_string(),
        c => {
            let mut buffer = [0; 4];
            c.encode_utf8(&mut buffer).bytes().map(|byte| format!("%{byte:02X}")).collect()
        }
    };
    is_web.then(|| url.chars().map(encode).collect())
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_stays_plain() {
        assert_eq!(plain("a_b|c\n<!-- x -->"), "a\\_b\\|c &lt;!-- x --&gt;");
        assert_eq!(plain("@ana #1"), "@&#8203;ana #&#8203;1");
        assert_eq!(plain("https://x WWW.y"), "https:&#8203;//x WWW&#8203;.y");
        assert_eq!(plain("[a](b)"), "\\[a\\](b)");
        assert_eq!(plain(" - a-b"), " \\- a-b");
        assert_eq!(plain("12. a.b"), "12\\. a.b");
    }

    #[test]
    fn prose_keeps_its_code() {
        assert_eq!(prose("`a_b` must be `x`, not_y"), "`a_b` must be `x`, not\\_y");
        assert_eq!(prose("a `` b"), "a \\`\\` b");
        assert_eq!(prose("`@ana"), "\\`@&#8203;ana");
    }

    #[test]
    fn code_cannot_be_left() {
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`a"), "`` `a ``");
        assert_eq!(block("```\nx -->", "a.toml"), "````toml\n```\nx -- >\n````\n");
        assert_eq!(block("/merge\n// x\n/", ""), "```\n /merge\n// x\n/\n```\n");
    }

    #[test]
    fn links_lead_to_the_web_and_stay_links() {
        assert_eq!(
            link_target("https://a.b/c?d=e&f=g#h").as_deref(),
            Some("https://a.b/c?d=e&f=g#h")
        );
        assert_eq!(
            link_target("https://a/) [x](b\n"),
            Some("https://a/%29%20%5Bx%5D%28b%0A".into())
        );
        assert_eq!(link_target("javascript:x"), None);
    }
}
