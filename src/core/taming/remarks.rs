//! What taming itself has to say.

use super::Run;
use crate::core::config::clodo_yml::Ignore;
use crate::core::config::shape::closest;
use crate::core::model::{FileId, Finding, Place, Severity, WranglerSays};
use crate::core::rules::Rule;

const STALE: &str = "config/stale-suppression";
const INVALID: &str = "config/invalid-suppression";
const EXPIRED: &str = "config/expired-ignore";

/// The rules under which taming reports.
pub(super) const RULES: &[&str] = &[STALE, INVALID, EXPIRED];

const WHY_STALE: &str = "What is left behind would hide the next finding of its kind.";

/// Why a suppression does not count.
pub(super) enum Flaw<'a> {
    NoRule,
    NoReason,
    UnknownRule(&'a str),
}

pub(super) fn flaw(run: &Run<'_>, place: Place, flaw: &Flaw<'_>) -> Finding {
    let base = remark(run, INVALID, Some(place));
    match flaw {
        Flaw::NoRule => Finding {
            message: "this suppression names no rule, so it does not count".into(),
            help: Some("write `clodo-ignore family/rule: reason`".into()),
            ..base
        },
        Flaw::NoReason => Finding {
            message: "this suppression gives no reason, so it does not count".into(),
            label: Some("expected `: reason`".into()),
            help: Some("say after a colon why the finding is no problem here".into()),
            ..base
        },
        Flaw::UnknownRule(typed) => {
            let meant = closest(typed, run.rules.iter().map(|rule| rule.id));
            Finding {
                message: format!("`{typed}` is not a rule, so it suppresses nothing"),
                label: meant.map(|meant| format!("did you mean `{meant}`?")),
                help: Some(match meant {
                    Some(meant) => format!("write `{meant}`").into(),
                    None if typed.ends_with("/*") => {
                        "name the rule; a whole family can be ignored in clodo.yml, under \
                         `checks.ignore`"
                            .into()
                    }
                    None => {
                        "name one rule, or several with commas; `clodo rules` lists them".into()
                    }
                }),
                ..base
            }
        }
    }
}

/// `place` is where the comment names the rule.
pub(super) fn stale_suppression(run: &Run<'_>, rule: &Rule, place: Place) -> Finding {
    Finding {
        message: format!("this suppression of `{}` matches nothing", rule.id),
        label: Some("no finding of this rule here".into()),
        why: Some(WHY_STALE.into()),
        help: Some(format!("remove `{}` from the comment", rule.id).into()),
        ..remark(run, STALE, Some(place))
    }
}

pub(super) fn stale_ignore(run: &Run<'_>, entry: &Ignore) -> Finding {
    Finding {
        message: format!("`{}`, for `{}`, matches nothing", entry.key, entry.rules),
        why: Some(WHY_STALE.into()),
        help: Some("remove the entry".into()),
        path: entry.key.clone(),
        ..remark(run, STALE, place_of(run, entry))
    }
}

pub(super) fn expired(run: &Run<'_>, entry: &Ignore) -> Finding {
    let until = entry.until.map(|day| format!(" on {day}")).unwrap_or_default();
    Finding {
        message: format!("`{}`, for `{}`, ended{until}", entry.key, entry.rules),
        why: Some("What it put aside is reported again.".into()),
        help: Some(
            "correct the findings and remove the entry, or set `until` to a later day".into(),
        ),
        path: entry.key.clone(),
        ..remark(run, EXPIRED, place_of(run, entry))
    }
}

pub(super) fn stale_baseline(run: &Run<'_>, path: &str, count: usize) -> Finding {
    Finding {
        message: match count {
            1 => format!("1 entry of the baseline {path} matches nothing any more"),
            _ => format!("{count} entries of the baseline {path} match nothing any more"),
        },
        why: Some(WHY_STALE.into()),
        help: Some(format!("write it anew: clodo check --write-baseline {path}").into()),
        ..remark(run, STALE, None)
    }
}

fn place_of(run: &Run<'_>, entry: &Ignore) -> Option<Place> {
    let index = run.workspace.files.iter().position(|file| file.path == run.settings.file)?;
    Some(Place { file: FileId(u32::try_from(index).ok()?), span: entry.span })
}

/// A finding of one of [`RULES`], but for its words.
fn remark(run: &Run<'_>, id: &'static str, place: Option<Place>) -> Finding {
    let services = &run.workspace.services;
    let service = place.and_then(|at| services.iter().find(|one| one.config.file == at.file));
    let severity = run.rule(id).map_or(Severity::Note, |rule| rule.severity);
    Finding {
        service: service.map(|service| service.name.clone()),
        ..Finding::new(id, severity, WranglerSays::Silent, place)
    }
}
