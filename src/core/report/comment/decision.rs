//! What to do about the comments that are there already.

use std::fmt;
use std::str::FromStr;

use super::Marker;
use super::body::content;

/// How later runs treat the comments of earlier ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// There is one comment, and it is edited.
    #[default]
    Update,
    /// Every run that has something else to say writes another.
    New,
    /// Writes another, and folds the last one as outdated.
    HideAndNew,
    /// Writes another, and removes those before.
    DeleteAndNew,
    /// Nobody comments.
    Off,
}

impl Mode {
    /// All modes, in the order in which help texts list them.
    pub const ALL: [Self; 5] =
        [Self::Update, Self::New, Self::HideAndNew, Self::DeleteAndNew, Self::Off];

    /// The name by which it is asked for.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Update => "update",
            Self::New => "new",
            Self::HideAndNew => "hide-and-new",
            Self::DeleteAndNew => "delete-and-new",
            Self::Off => "off",
        }
    }
}

/// A name that is not one of a [`Mode`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct UnknownMode(pub String);

impl fmt::Display for UnknownMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = Mode::ALL.map(Mode::as_str).join(", ");
        write!(f, "there is no comment mode {:?}: use one of {known}", self.0)
    }
}

impl FromStr for Mode {
    type Err = UnknownMode;

    fn from_str(given: &str) -> Result<Self, UnknownMode> {
        let known = Self::ALL.into_iter().find(|mode| mode.as_str() == given);
        known.ok_or_else(|| UnknownMode(given.to_owned()))
    }
}

/// What becomes of an earlier comment once all is well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WhenWell {
    /// It says so.
    #[default]
    Resolve,
    /// It goes.
    Delete,
}

/// A comment that stands on the pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// By which the forge knows it.
    pub id: String,
    /// Its text.
    pub body: String,
    /// Whether we wrote it. Anybody can paste a marker.
    pub own: bool,
}

/// What a run would like to say.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// The mark of its comment.
    pub marker: &'a Marker,
    /// The comment, as [`super::body`] makes it.
    pub body: &'a str,
    /// Whether that is worth a first comment.
    pub news: bool,
    /// How earlier comments are treated.
    pub mode: Mode,
    /// What becomes of them when all is well.
    pub when_well: WhenWell,
}

/// What to do, with the ids of the comments to do it to. Where one comment replaces another, the new
/// one is written first: then a failure leaves the old one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Leave everything as it is.
    Nothing(Reason),
    /// Write the comment.
    Create,
    /// Put the new text in the place of the old.
    Update(String),
    /// Write the comment, then fold this one.
    CreateAndHide(String),
    /// Write the comment, then remove these.
    CreateAndDelete(Vec<String>),
    /// Remove these, since all is well.
    Delete(Vec<String>),
}

/// Why there is nothing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nobody wants comments.
    Off,
    /// All is well, and nobody ever said otherwise.
    NoNews,
    /// This comment says the same already.
    Unchanged(String),
    /// This comment is of a run that started later.
    Outrun(String),
}

/// Decides what to do. Only comments that are our own and carry the same key count; of several, the
/// one of the newest run.
pub fn decide(earlier: &[Earlier], wish: &Wish<'_>) -> Decision {
    if wish.mode == Mode::Off {
        return Decision::Nothing(Reason::Off);
    }
    let known = earlier.iter().filter(|comment| comment.own);
    let mut known: Vec<(Marker, &Earlier)> = known
        .filter_map(|comment| Some((Marker::parse(&comment.body)?, comment)))
        .filter(|(marker, _)| marker.key == wish.marker.key)
        .collect();
    known.sort_by_key(|(marker, _)| (marker.at, marker.attempt));
    let Some((marker, newest)) = known.last() else {
        return if wish.news { Decision::Create } else { Decision::Nothing(Reason::NoNews) };
    };
    let all = || known.iter().map(|(_, comment)| comment.id.clone()).collect();
    let id = newest.id.clone();
    if marker.is_newer_than(wish.marker) {
        return Decision::Nothing(Reason::Outrun(id));
    }
    if !wish.news && wish.when_well == WhenWell::Delete {
        return Decision::Delete(all());
    }
    if content(&newest.body) == content(wish.body) {
        return Decision::Nothing(Reason::Unchanged(id));
    }
    match wish.mode {
        Mode::Update | Mode::Off => Decision::Update(id),
        Mode::New => Decision::Create,
        Mode::HideAndNew => Decision::CreateAndHide(id),
        Mode::DeleteAndNew => Decision::CreateAndDelete(all()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marker(minute: u32) -> Marker {
        let at = format!("2026-11-22T12:{minute:02}:00Z").parse().expect("a time");
        Marker { key: "shop".into(), sha: "4be21c7".into(), run: "1".into(), attempt: 1, at }
    }

    fn text(minute: u32, says: &str) -> String {
        format!("{}\n{says}\n\nrun at {minute}\n", marker(minute))
    }

    fn earlier(id: &str, minute: u32, says: &str) -> Earlier {
        Earlier { id: id.into(), body: text(minute, says), own: true }
    }

    /// What a run that started at 12:30 does.
    fn decided(
        earlier: &[Earlier],
        mode: Mode,
        when_well: WhenWell,
        says: Option<&str>,
    ) -> Decision {
        let (marker, body) = (marker(30), text(30, says.unwrap_or("ready")));
        let wish = Wish { marker: &marker, body: &body, news: says.is_some(), mode, when_well };
        decide(earlier, &wish)
    }

    #[test]
    fn the_first_comment_needs_something_to_say() {
        for mode in [Mode::Update, Mode::New, Mode::HideAndNew, Mode::DeleteAndNew] {
            let first = |says| decided(&[], mode, WhenWell::Resolve, says);
            assert_eq!(first(Some("1 error")), Decision::Create);
            assert_eq!(first(None), Decision::Nothing(Reason::NoNews));
        }
        let off = decided(&[], Mode::Off, WhenWell::Resolve, Some("1 error"));
        assert_eq!(off, Decision::Nothing(Reason::Off));
    }

    #[test]
    fn each_mode_treats_what_was_there_in_its_way() {
        let there = [earlier("a", 10, "3 errors"), earlier("b", 20, "2 errors")];
        for (mode, expected) in [
            (Mode::Update, Decision::Update("b".into())),
            (Mode::New, Decision::Create),
            (Mode::HideAndNew, Decision::CreateAndHide("b".into())),
            (Mode::DeleteAndNew, Decision::CreateAndDelete(vec!["a".into(), "b".into()])),
        ] {
            let decide = |when_well, says| decided(&there, mode, when_well, says);
            assert_eq!(decide(WhenWell::Resolve, Some("1 error")), expected);
            assert_eq!(decide(WhenWell::Resolve, None), expected);
            let all = Decision::Delete(vec!["a".into(), "b".into()]);
            assert_eq!(decide(WhenWell::Delete, None), all);
            let same = decide(WhenWell::Resolve, Some("2 errors"));
            assert_eq!(same, Decision::Nothing(Reason::Unchanged("b".into())));
        }
    }

    #[test]
    fn a_newer_run_is_never_overwritten() {
        let there = [earlier("b", 40, "2 errors"), earlier("a", 10, "3 errors")];
        for mode in [Mode::Update, Mode::New, Mode::HideAndNew, Mode::DeleteAndNew] {
            for says in [Some("1 error"), None] {
                let decision = decided(&there, mode, WhenWell::Delete, says);
                assert_eq!(decision, Decision::Nothing(Reason::Outrun("b".into())));
            }
        }
    }

    #[test]
    fn only_our_own_comments_with_our_key_count() {
        let foreign = Earlier { own: false, ..earlier("a", 40, "1 error") };
        let mut other = earlier("b", 40, "1 error");
        other.body = other.body.replace("key=shop", "key=blog");
        let plain = Earlier { id: "c".into(), body: "looks good".into(), own: true };
        let there = [foreign, other, plain];
        let decision = decided(&there, Mode::Update, WhenWell::Resolve, Some("1 error"));
        assert_eq!(decision, Decision::Create);
    }

    #[test]
    fn a_mode_is_found_by_its_name() {
        for mode in Mode::ALL {
            assert_eq!(mode.as_str().parse(), Ok(mode));
        }
        let error = "always".parse::<Mode>().expect_err("not a mode");
        assert_eq!(
            error.to_string(),
            "there is no comment mode \"always\": use one of update, new, hide-and-new, delete-and-new, off"
        );
    }
}
