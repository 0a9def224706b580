//! `_redirects`

use std::collections::HashSet;

use super::{Kind, Problem, has_placeholder, is_too_long, lines};
use crate::core::config::limits::{DYNAMIC_REDIRECTS, STATIC_REDIRECTS};

/// What is wrong with the lines of a `_redirects` file. `html_handling` says whether Cloudflare
/// takes `/index.html` for `/`.
pub fn read_redirects(text: &str, html_handling: bool) -> Vec<Problem> {
    let mut reader = Reader { html_handling, ..Reader::default() };
    let wrong = lines(text).filter_map(|(line, span)| {
        let kind = reader.read(line)?;
        Some(Problem { span, kind })
    });
    wrong.collect()
}

#[derive(Default)]
struct Reader<'a> {
    html_handling: bool,
    seen: HashSet<&'a str>,
    static_rules: usize,
    dynamic_rules: usize,
}

impl<'a> Reader<'a> {
    fn read(&mut self, line: &'a str) -> Option<Kind> {
        if is_too_long(line) {
            return Some(Kind::TooLong);
        }
        let mut words = Vec::new();
        for (index, word) in line.split_whitespace().enumerate() {
            if index > 0 && word.starts_with('#') {
                break;
            }
            words.push(word);
        }
        let (from, to, status) = match words[..] {
            [from, to] => (from, to, "302"),
            [from, to, status] => (from, to, status),
            _ => return Some(Kind::Words),
        };
        if has_host(from) {
            return Some(Kind::FromHost);
        }
        if let Some(limit) = self.count(from) {
            return Some(limit);
        }
        if !to.starts_with('/') && !has_host(to) {
            return Some(Kind::Target);
        }
        if !matches!(status, "200" | "301" | "302" | "303" | "307" | "308") {
            return Some(Kind::Status);
        }
        let from = from.split(['?', '#']).next().unwrap_or(from);
        if self.loops(from, to) {
            return Some(Kind::Loop);
        }
        if !self.seen.insert(from) {
            return Some(Kind::Duplicate);
        }
        (status == "200" && has_host(to)).then_some(Kind::Proxy)
    }

    /// After the first rule with a wildcard or a placeholder every rule counts as dynamic.
    fn count(&mut self, from: &str) -> Option<Kind> {
        if self.dynamic_rules == 0 && !from.contains('*') && !has_placeholder(from) {
            self.static_rules += 1;
            STATIC_REDIRECTS.exceeded_by(self.static_rules).map(|_| Kind::StaticLimit)
        } else {
            self.dynamic_rules += 1;
            DYNAMIC_REDIRECTS.exceeded_by(self.dynamic_rules).map(|_| Kind::DynamicLimit)
        }
    }

    /// Whether a rule leads to an address that Cloudflare shortens to one that the rule matches.
    fn loops(&self, from: &str, to: &str) -> bool {
        let to_index = to.ends_with("/index") || to.ends_with("/index.html");
        let from_all = from.ends_with("/*") || self.html_handling && from.ends_with('/');
        from_all && to_index && !has_host(to)
    }
}

fn has_host(address: &str) -> bool {
    address.strip_prefix("https://").is_some_and(|rest| !rest.trim_start_matches('/').is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_documented_is_valid() {
        let text = "\n# a comment\r\n/home301 / 301\n/querystrings /?query=string 301  # why\n\
            /twitch https://twitch.tv\n/trailing /trailing/ 301\n/page/ /page2/#fragment 301\n\
            /blog/* https://blog.my.domain/:splat\n/products/:code/:name /products?code=:code\n\
            /a /b 200\nno-slash /x\n";
        assert_eq!(read_redirects(text, true), []);
    }

    #[test]
    fn lines_that_are_wrong() {
        for (line, kind) in [
            ("/* /index.html 200", Kind::Loop),
            ("/c/*  /c/index 200", Kind::Loop),
            ("/ /index.html", Kind::Loop),
            ("https://example.com/* https://www.example.com/:splat 301", Kind::FromHost),
            ("/a", Kind::Words),
            ("/a /b 301 Country=de", Kind::Words),
            ("/a b", Kind::Target),
            ("/a http://example.com/", Kind::Target),
            ("/a /b 301!", Kind::Status),
            ("/a /b 404", Kind::Status),
            ("/a https://example.com/ 200", Kind::Proxy),
        ] {
            let found: Vec<Kind> = read_redirects(line, true).iter().map(|p| p.kind).collect();
            assert_eq!(found, [kind], "{line}");
        }
        assert_eq!(read_redirects("/ /index.html 200", false), []);
    }

    #[test]
    fn problems_have_places() {
        let text = "/a /b\n  /a /c 301 \n";
        let [problem] = &read_redirects(text, true)[..] else { panic!("one problem") };
        assert_eq!(problem.kind, Kind::Duplicate);
        assert_eq!(&text[problem.span.start as usize..problem.span.end as usize], "/a /c 301");
    }

    #[test]
    fn static_rules_after_a_dynamic_one_are_dynamic() {
        let rules = |count: usize| (0..count).map(|n| format!("/{n} /x\n")).collect::<String>();
        assert_eq!(read_redirects(&format!("{}/a/* /b", rules(150)), true), []);
        let found = read_redirects(&format!("/a/* /b\n{}", rules(100)), true);
        assert_eq!(found.iter().map(|p| p.kind).collect::<Vec<_>>(), [Kind::DynamicLimit]);
    }
}
