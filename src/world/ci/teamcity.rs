//! TeamCity.
//!
//! Its environment says little. The rest stands in two files of properties: the one that
//! `TEAMCITY_BUILD_PROPERTIES_FILE` names, and the one that this one names. They hold passwords
//! too, so that only the properties below are kept. See
//! <https://www.jetbrains.com/help/teamcity/predefined-build-parameters.html> and
//! <https://www.jetbrains.com/help/teamcity/pull-requests.html>.

use std::path::Path;

use super::complete::locate;
use super::{Detector, Marker, Surroundings};
use crate::core::model::context::{
    CiContext, CiSystem, EventKind, Field, ForgeKind, Known, Note, Origin, Remote,
};

pub(super) const DETECTOR: Detector =
    Detector { system: CiSystem::TeamCity, marker: Marker::Any(&["TEAMCITY_VERSION"]), read };

const BRANCH: &str = "teamcity.build.branch";
const SOURCE: &str = "teamcity.pullRequest.source.branch";
const TARGET: &str = "teamcity.pullRequest.target.branch";
const NUMBER: &str = "teamcity.pullRequest.number";
const REPOSITORY: &str = "vcsroot.url";
const ID: &str = "teamcity.build.id";
const ACTOR: &str = "teamcity.build.triggeredBy.username";
const WORKSPACE: &str = "teamcity.build.checkoutDir";

/// Every property that is read.
const WANTED: [&str; 8] = [BRANCH, SOURCE, TARGET, NUMBER, REPOSITORY, ID, ACTOR, WORKSPACE];

/// Names the file with the configuration's parameters.
const MORE: &str = "teamcity.configuration.properties.file";

fn read(s: &Surroundings<'_>) -> CiContext {
    let mut notes = Vec::new();
    let properties = Properties::read(s, &mut notes);
    let pull_request = properties.get(NUMBER).and_then(|n| n.and_then(|n| n.parse().ok()));
    let branch = if pull_request.is_some() { SOURCE } else { BRANCH };
    let mut cx = CiContext {
        event: pull_request
            .as_ref()
            .map(|number: &Known<u64>| number.so(|_| EventKind::PullRequest)),
        // What has no name is the default branch, whatever that is.
        branch: properties
            .get(branch)
            .filter(|branch| branch.value != "<default>")
            .map(|known| known.map(|name| name.trim_start_matches("refs/heads/").to_owned())),
        base_branch: properties
            .get(TARGET)
            .map(|known| known.map(|name| name.trim_start_matches("refs/heads/").to_owned())),
        head_sha: s.sha("BUILD_VCS_NUMBER"),
        pull_request,
        actor: properties.get(ACTOR),
        run_id: properties.get(ID).or_else(|| s.text("BUILD_NUMBER")),
        run_url: s.text("BUILD_URL"),
        job: s.text("TEAMCITY_BUILDCONF_NAME"),
        workspace: properties.get(WORKSPACE),
        notes,
        ..CiContext::default()
    };
    locate(
        &mut cx,
        properties.get(REPOSITORY).and_then(|url| url.and_then(|url| Remote::parse(&url))),
    );
    without_merge(&mut cx);
    cx
}

/// TeamCity builds the heads of pull requests, except for those of Azure DevOps, of which it builds
/// the merge: <https://www.jetbrains.com/help/teamcity/2020.1/pull-requests.html>.
fn without_merge(cx: &mut CiContext) {
    let is_azure = cx.forge.as_ref().is_some_and(|forge| forge.value == ForgeKind::AzureDevops);
    if is_azure && cx.pull_request.is_some() && cx.head_sha.take().is_some() {
        let why = "the head of the pull request is not known: of Azure DevOps, TeamCity builds a \
                   merge commit; the forge knows the head";
        cx.notes.push(Note::on(Field::HeadSha, why));
    }
}

/// The wanted properties of a build.
struct Properties(Vec<(&'static str, String)>);

impl Properties {
    fn read(s: &Surroundings<'_>, notes: &mut Vec<Note>) -> Self {
        let mut found = Vec::new();
        let mut next = s.text("TEAMCITY_BUILD_PROPERTIES_FILE").map(|path| path.value);
        // The second file names none.
        for _ in 0..2 {
            let Some(path) = next.take() else { break };
            let text = match (s.file)(Path::new(&path)) {
                Ok(text) => text,
                Err(why) => {
                    let text = format!("the properties of the build cannot be read: {why}");
                    notes.push(Note { field: None, text });
                    break;
                }
            };
            for (name, value) in text.lines().filter_map(property) {
                if name == MORE {
                    next = Some(unescape(value));
                } else if let Some(wanted) = WANTED.into_iter().find(|wanted| *wanted == name) {
                    found.push((wanted, unescape(value)));
                }
            }
        }
        Self(found)
    }

    fn get(&self, name: &'static str) -> Option<Known<String>> {
        let (_, value) = self.0.iter().find(|(found, _)| *found == name)?;
        (!value.is_empty()).then(|| Known::new(value.clone(), Origin::Property(name)))
    }
}

/// A line of a file of properties; the name of none that is wanted has anything to escape.
fn property(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once('=')?;
    Some((name.trim(), value.trim_start()))
}

/// Takes back what Java escapes when it writes properties, as in `https\://host` and `C\:\\work`:
/// <https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html>.
fn unescape(value: &str) -> String {
    let mut text = String::new();
    let mut rest = value.chars();
    while let Some(c) = rest.next() {
        match (c, rest.clone().next()) {
            ('\\', Some('u')) => {
                let digits: String = rest.clone().skip(1).take(4).collect();
                let code = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
                text.push(code.unwrap_or(char::REPLACEMENT_CHARACTER));
                rest.by_ref().take(1 + digits.chars().count()).for_each(drop);
            }
            ('\\', Some(escaped)) => {
                rest.next();
                text.push(match escaped {
                    't' => '\t',
                    'n' => '\n',
                    'r' => '\r',
                    other => other,
                });
            }
            _ => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_read_as_java_wrote_them() {
        for (written, meant) in [
            ("https\\://github.com/acme/shop.git", "https://github.com/acme/shop.git"),
            ("C\\:\\\\work\\\\1", "C:\\work\\1"),
            ("f\\u00FCr", "für"),
            ("\\uD83D", "\u{fffd}"),
            ("\\u12", "\u{12}"),
            ("trailing\\", "trailing\\"),
        ] {
            assert_eq!(unescape(written), meant, "{written}");
        }
    }
}
