//! What must not come back: after a rollback the next pipeline would deploy the same again.

use crate::core::model::context::short;
use crate::core::model::deployment::Hold;

/// The hold that stands in the way of a service, if one does: the commit that was taken back, or the
/// same code from whatever commit.
pub fn held<'a>(
    holds: &'a [Hold],
    service: &str,
    commit: Option<&str>,
    code: Option<&str>,
    version: Option<&str>,
) -> Option<&'a Hold> {
    let same = |held: &Option<String>, wanted: Option<&str>| {
        held.as_deref().is_some_and(|held| Some(held) == wanted)
    };
    holds.iter().find(|hold| {
        let what = &hold.what;
        hold.service == service
            && (same(&what.commit, commit)
                || same(&what.code, code)
                || same(&what.version, version))
    })
}

/// What is held, in words: what, who, when and why.
pub fn described(hold: &Hold) -> String {
    let what = match (&hold.what.commit, &hold.what.version) {
        (Some(commit), _) => format!("commit {}", short(commit)),
        (None, Some(version)) => format!("version {version}"),
        (None, None) => "this code".to_owned(),
    };
    format!("{what} of {} is held {}", hold.service, origin(hold))
}

/// Why a hold stands in the way of a commit, in words. It may be another commit that is held, whose
/// code is the same.
pub fn refusal(hold: &Hold, commit: Option<&str>) -> String {
    let of_hold = hold.what.commit.as_deref();
    match of_hold.filter(|held| commit != Some(held)) {
        Some(other) => {
            let (service, other) = (&hold.service, short(other));
            format!(
                "this code of {service}, which is that of commit {other}, is held {}",
                origin(hold)
            )
        }
        None => described(hold),
    }
}

/// Since when, by whom, and why.
fn origin(hold: &Hold) -> String {
    format!("since {:.0} by {}: {}", hold.at, hold.actor.id, hold.what.reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::model::Actor;
    use crate::core::model::deployment::HoldReport;

    #[test]
    fn a_hold_is_about_a_service_and_its_code() {
        let text = |text: &str| Some(text.to_owned());
        let hold = Hold {
            id: "01".into(),
            at: "2026-11-22T12:04:00Z".parse().expect("a time"),
            actor: Actor { id: "ana".into(), issuer: "github".into(), method: "cli".into() },
            account: "a".into(),
            environment: "production".into(),
            service: "api".into(),
            deployment: None,
            what: HoldReport {
                worker: "api".into(),
                version: text("v1"),
                code: text("c0de"),
                commit: text("4be21c7000"),
                reason: "it answers 500".into(),
            },
        };
        let holds = [hold];
        assert!(held(&holds, "api", Some("4be21c7000"), None, None).is_some());
        assert!(held(&holds, "api", Some("fff"), Some("c0de"), None).is_some());
        assert!(held(&holds, "api", None, None, Some("v1")).is_some());
        assert!(held(&holds, "web", Some("4be21c7000"), Some("c0de"), None).is_none());
        assert!(held(&holds, "api", Some("fff"), Some("new"), Some("v2")).is_none());
        assert!(held(&holds, "api", None, None, None).is_none(), "nothing is known");
        let since = "since 2026-11-22T12:04:00Z by ana: it answers 500";
        let itself = format!("commit 4be21c7 of api is held {since}");
        assert_eq!(described(&holds[0]), itself);
        assert_eq!(refusal(&holds[0], Some("4be21c7000")), itself);
        assert_eq!(
            refusal(&holds[0], Some("fff")),
            format!("this code of api, which is that of commit 4be21c7, is held {since}")
        );
    }
}
