//! People: who approves, who made the change, and whether they are the same.

use std::fmt;
use std::str::FromStr;

/// Somebody whom a forge knows, with what it says about the person now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// The forge: `github.com`.
    pub issuer: String,
    /// The number by which the forge knows the person, which a change of name does not change.
    pub id: String,
    /// The name on the forge.
    pub login: String,
    /// Whether it is a program.
    pub bot: bool,
    /// Whether the person has no part in the repository any more.
    pub gone: bool,
    /// The e-mail addresses that the forge has confirmed.
    pub emails: Vec<String>,
    /// The teams and roles that the forge confirmed when it was asked for this decision: the same
    /// wherever the person is met in it.
    pub groups: Vec<Principal>,
}

/// Whom a policy can name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Principal {
    /// A person, by the name on the forge: `user:ana`.
    User(String),
    /// A team or group: `team:sre`.
    Team(String),
    /// What one may do in the repository: `role:maintainer`.
    Role(String),
}

impl Principal {
    /// Whether a person is meant. Forges take names in any case.
    pub fn means(&self, person: &Person) -> bool {
        match self {
            Self::User(login) => person.login.eq_ignore_ascii_case(login),
            group => person.groups.iter().any(|known| known.is(group)),
        }
    }

    /// Whether two are the same.
    pub fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::User(a), Self::User(b))
            | (Self::Team(a), Self::Team(b))
            | (Self::Role(a), Self::Role(b)) => a.eq_ignore_ascii_case(b),
            _ => false,
        }
    }
}

impl FromStr for Principal {
    type Err = ();

    /// `user:ana`, `team:sre`, `role:maintainer`; a bare name is a user.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (kind, name) = text.split_once(':').unwrap_or(("user", text));
        let name = name.trim().trim_start_matches('@');
        if name.is_empty() || name.contains(char::is_whitespace) {
            return Err(());
        }
        match kind.trim() {
            "user" => Ok(Self::User(name.to_owned())),
            "team" => Ok(Self::Team(name.to_owned())),
            "role" => Ok(Self::Role(name.to_owned())),
            _ => Err(()),
        }
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(name) => write!(f, "user:{name}"),
            Self::Team(name) => write!(f, "team:{name}"),
            Self::Role(name) => write!(f, "role:{name}"),
        }
    }
}

/// What somebody had to do with a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Wrote a commit of it, or opened its pull request.
    Author,
    /// Committed it.
    Committer,
    /// Is named in a `Co-authored-by` line.
    CoAuthor,
    /// Pushed last.
    Pusher,
    /// Started the run.
    Actor,
    /// Started the run again.
    Rerunner,
}

impl Part {
    /// Everything that somebody can have to do with a change, with its word in clodo.yml.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Author, "author"),
        (Self::Committer, "committer"),
        (Self::CoAuthor, "co-author"),
        (Self::Pusher, "pusher"),
        (Self::Actor, "actor"),
        (Self::Rerunner, "rerunner"),
    ];

    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Author => "author",
            Self::Committer => "committer",
            Self::CoAuthor => "co-author",
            Self::Pusher => "last pusher",
            Self::Actor => "started the run",
            Self::Rerunner => "started the run again",
        }
    }
}

/// Somebody who had to do with a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Involved {
    /// Who.
    pub hand: Hand,
    /// What the person did.
    pub part: Part,
}

/// Whatever is known of somebody: a commit often tells nothing but an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hand {
    /// The number on the forge.
    pub id: Option<String>,
    /// The name on the forge.
    pub login: Option<String>,
    /// The e-mail address, which is a claim of whoever wrote the commit.
    pub email: Option<String>,
}

/// GitHub's addresses for people who hide theirs: `12345+login@users.noreply.github.com`, and
/// `login@…` for old accounts (docs.github.com, "Setting your commit email address").
const NO_REPLY: &str = "@users.noreply.github.com";

impl Hand {
    /// Somebody of whom nothing is known but an e-mail address. GitHub's own addresses tell more.
    pub fn of_email(email: &str) -> Self {
        let email = email.trim();
        let address = email.to_ascii_lowercase();
        let hidden = address.strip_suffix(NO_REPLY);
        let (id, login) = match hidden.map(|name| name.split_once('+').ok_or(name)) {
            Some(Ok((id, login))) => (Some(id.to_owned()), Some(login.to_owned())),
            Some(Err(login)) => (None, Some(login.to_owned())),
            None => (None, None),
        };
        Self { id, login, email: Some(email.to_owned()) }
    }

    /// Whether this is the person. A doubt counts as yes: it is about who must not approve.
    pub fn is(&self, person: &Person) -> bool {
        let same = |known: &Option<String>, of: &str| {
            known.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(of))
        };
        same(&self.id, &person.id)
            || same(&self.login, &person.login)
            || person.emails.iter().any(|email| same(&self.email, email))
    }
}

/// Who is named in the `Co-authored-by` lines of a commit's message.
pub fn co_authors(message: &str) -> impl Iterator<Item = Hand> {
    const KEY: &str = "co-authored-by:";
    message.lines().filter_map(|line| {
        let line = line.trim();
        let named = line.get(..KEY.len())?.eq_ignore_ascii_case(KEY);
        let (_, rest) = line.split_once('<').filter(|_| named)?;
        Some(Hand::of_email(rest.split('>').next()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ana() -> Person {
        Person { id: "7".into(), login: "Ana".into(), ..Person::default() }
    }

    #[test]
    fn a_principal_is_read_and_means_people() {
        let read = |text: &str| text.parse::<Principal>();
        assert_eq!(read("team:sre"), Ok(Principal::Team("sre".into())));
        assert_eq!(read("@ana").map(|p| p.to_string()), Ok("user:ana".into()));
        assert_eq!(read("planet:mars"), Err(()));
        assert_eq!(read("team:"), Err(()));
        assert!(read("ana").is_ok_and(|user| user.means(&ana())));
        let sre = Person { groups: vec![Principal::Team("SRE".into())], ..ana() };
        assert!(read("team:sre").is_ok_and(|team| team.means(&sre) && !team.means(&ana())));
        assert!(read("role:sre").is_ok_and(|role| !role.means(&sre)));
    }

    #[test]
    fn whoever_wrote_it_is_known_by_anything() {
        let hidden = Hand::of_email("7+ana@users.noreply.github.com");
        assert_eq!((hidden.id.as_deref(), hidden.login.as_deref()), (Some("7"), Some("ana")));
        assert!(hidden.is(&ana()));
        assert!(Hand::of_email("ana@users.noreply.github.com").is(&ana()));
        assert!(!Hand::of_email("ana@example.com").is(&ana()));
        let known = Person { emails: vec!["ANA@example.com".into()], ..ana() };
        assert!(Hand::of_email("ana@example.com").is(&known));
        assert!(!Hand::default().is(&Person::default()));
    }

    #[test]
    fn co_authors_are_in_the_message() {
        let message = "Fix it\n\nCo-authored-by: Second <8+second@users.noreply.github.com>\n\
                       CO-AUTHORED-BY: x <x@example.com>\nco-authored-by: nobody\nß";
        let found: Vec<Hand> = co_authors(message).collect();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].id.as_deref(), Some("8"));
        assert_eq!(found[1].email.as_deref(), Some("x@example.com"));
    }
}
