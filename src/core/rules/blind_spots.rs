//! What could not be seen of an account, in the words in which a run says it: the fact, the rules
//! that are silent for it, and the permission that opens it.

use std::collections::BTreeSet;

use super::{ALL, Needs};
use crate::core::gaps::{reads, token_link};
use crate::core::model::account::{Account, Part, Snapshot, Unseen, Why};

/// Something that somebody looked at and could not see: parts of an account that one permission
/// opens, or one that gave no usable answer.
#[derive(Clone, Debug)]
pub struct BlindSpot<'a> {
    /// The account.
    pub account: &'a Account,
    /// The parts; never empty.
    pub parts: Vec<Part>,
    /// Why; of several parts, what was said about the first.
    pub unseen: &'a Unseen,
    /// The rules that need one of the parts, and so may be silent.
    pub rules: Vec<&'static str>,
}

/// What could not be seen of the accounts, in their order and that of their parts. `off` are the
/// rules that the project switched off: nobody misses them.
pub fn blind_spots<'a>(snapshot: &'a Snapshot, off: &BTreeSet<String>) -> Vec<BlindSpot<'a>> {
    let mut spots: Vec<BlindSpot<'a>> = Vec::new();
    for account in &snapshot.accounts {
        let first = spots.len();
        for (part, unseen) in account.unseen() {
            let known = spots[first..].iter_mut().find(|spot| spot.is_opened_with(part, unseen));
            match known {
                Some(spot) if spot.parts.contains(&part) => {}
                Some(spot) => spot.parts.push(part),
                None => spots.push(BlindSpot { account, parts: vec![part], unseen, rules: vec![] }),
            }
        }
    }
    for spot in &mut spots {
        let silent = ALL.iter().filter(|rule| match rule.needs {
            Needs::Live(parts) => parts.iter().any(|part| spot.parts.contains(part)),
            Needs::Static | Needs::Forge => false,
        });
        spot.rules = silent.map(|rule| rule.id).filter(|id| !off.contains(*id)).collect();
    }
    spots
}

impl BlindSpot<'_> {
    /// The permission group that opens it, as the API names it: `D1 Read`.
    pub fn group(&self) -> Option<&str> {
        let named = self.unseen.needs.as_deref().or_else(|| self.parts.first()?.permission());
        named.filter(|_| self.unseen.why == Why::Forbidden)
    }

    /// Whether the token may not look, and the same permission opens another part.
    fn is_opened_with(&self, part: Part, unseen: &Unseen) -> bool {
        let group = unseen.needs.as_deref().or(part.permission());
        unseen.why == Why::Forbidden && group.is_some() && self.group() == group
    }

    /// The fact: `the API token may not read D1 databases (Authentication error, code 10000)`.
    pub fn fact(&self) -> String {
        let titles: Vec<&str> = self.parts.iter().map(|part| part.title()).collect();
        let titles = match titles.as_slice() {
            [one] => (*one).to_owned(),
            [most @ .., last] => format!("{} and {last}", most.join(", ")),
            [] => String::new(),
        };
        let message = self.unseen.message.as_str();
        match (self.unseen.why, message) {
            (Why::Forbidden, "") => format!("the API token may not read {titles}"),
            (Why::Forbidden, _) => format!("the API token may not read {titles} ({message})"),
            (Why::Failed, "") => format!("{titles} could not be read"),
            (Why::Failed, _) => {
                let ray = self.unseen.ray.as_ref().map(|ray| format!(", Ray ID {ray}"));
                format!("{titles} could not be read: {message}{}", ray.unwrap_or_default())
            }
        }
    }

    /// What it costs: `d1/pending-migrations and 2 more rules are skipped`. `None` where it costs
    /// nothing.
    pub fn cost(&self) -> Option<String> {
        /// How many rules are named.
        const NAMED: usize = 3;
        let named = self.rules[..self.rules.len().min(NAMED)].join(", ");
        match (self.rules.len(), self.rules.len().saturating_sub(NAMED)) {
            (0, _) => None,
            (1, _) => Some(format!("{named} is skipped")),
            (_, 0) => Some(format!("{named} are skipped")),
            (_, more) => Some(format!("{named} and {more} more rules are skipped")),
        }
    }

    /// What lets the token look, with a link that opens the form for a new token.
    pub fn fix(&self) -> Option<String> {
        let group = self.group()?;
        let (name, level) = group.rsplit_once(' ')?;
        let add = format!("add \"{name}: {level}\" to the token");
        Some(match self.parts.first().and_then(|part| reads(*part)) {
            Some(permission) if permission.is_in_link() => {
                format!("{add}; a new one with it: {}", token_link([&permission]))
            }
            _ => add,
        })
    }

    /// What explains that the permission is missing: the template that most tokens are made from
    /// does not have it.
    pub fn note(&self) -> Option<String> {
        /// The groups that the template writes, and so reads.
        /// Source: <https://developers.cloudflare.com/fundamentals/api/reference/template/>.
        const TEMPLATE: [&str; 5] = [
            "Workers Routes",
            "Workers Scripts",
            "Workers KV Storage",
            "Workers R2 Storage",
            "Account Settings",
        ];
        let (name, _) = self.group()?.rsplit_once(' ')?;
        (!TEMPLATE.contains(&name)).then(|| {
            format!("the template \"Edit Cloudflare Workers\" has no permission for {name}")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::model::account::read;

    fn spots(account: &str) -> Vec<(String, Option<String>, Option<String>)> {
        let text = format!(
            r#"{{ "schema": "clodo.account/1", "taken_at": "2026-11-20T08:00:00Z",
                 "accounts": [{{ "id": "0123456789abcdef0123456789abcdef", {account} }}] }}"#
        );
        let snapshot = read(&text).expect("a picture");
        let spots = blind_spots(&snapshot, &BTreeSet::new());
        spots.iter().map(|spot| (spot.fact(), spot.fix(), spot.note())).collect()
    }

    #[test]
    fn what_one_permission_opens_is_said_once() {
        let forbidden = r#"{ "unknown": { "why": "forbidden", "message": "code 10000" } }"#;
        let found = spots(&format!(
            r#""workers": {forbidden}, "custom_domains": {forbidden}, "zones": []"#
        ));
        let [(fact, fix, note)] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(fact, "the API token may not read Workers and custom domains (code 10000)");
        let fix = fix.as_deref().expect("a fix");
        assert!(fix.starts_with("add \"Workers Scripts: Read\" to the token; "), "{fix}");
        assert!(fix.contains("workers_scripts"), "{fix}");
        assert_eq!(*note, None);
    }

    #[test]
    fn what_fails_needs_no_permission() {
        let failed = r#"{ "unknown": { "why": "failed", "message": "HTTP 502" } }"#;
        let found = spots(&format!(r#""d1_databases": {failed}, "queues": {failed}"#));
        let facts: Vec<_> = found.iter().map(|(fact, fix, _)| (fact.as_str(), fix)).collect();
        assert_eq!(
            facts,
            [
                ("D1 databases could not be read: HTTP 502", &None),
                ("queues could not be read: HTTP 502", &None)
            ]
        );
    }

    #[test]
    fn a_template_that_has_it_not_is_named() {
        let found = spots(r#""hyperdrive": { "unknown": { "why": "forbidden" } }"#);
        let [(fact, fix, note)] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(fact, "the API token may not read Hyperdrive configurations");
        assert_eq!(fix.as_deref(), Some("add \"Hyperdrive: Read\" to the token"));
        assert!(note.is_some());
    }
}
