//! An approval, as it was found and verified.

use jiff::{SignedDuration, Timestamp};

use super::people::{Part, Person};

/// How far the clocks of those who write times and those who read them may be apart.
pub(super) const SKEW: SignedDuration = SignedDuration::from_mins(2);

/// Somebody's word on one plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    /// Whose.
    pub person: Person,
    /// Yes or no.
    pub choice: Choice,
    /// The hash of the plan that was seen.
    pub hash: String,
    /// The environment that it is for.
    pub environment: String,
    /// When.
    pub at: Timestamp,
    /// Where it was given.
    pub method: Method,
    /// The deployment that it has let through already.
    pub used_by: Option<String>,
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Yes.
    Approve,
    /// No.
    Reject,
}

/// Where an approval was given, and so how it was verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GitHub's environment, for this run.
    Environment,
    /// A review of the pull request at its head.
    Review,
    /// A comment that names the hash.
    Comment,
    /// GitLab's deployment approval.
    Deployment,
    /// GitLab's manual job.
    ManualJob,
    /// `clodo approve` on a person's machine.
    CommandLine,
}

impl Method {
    /// Every method, with its word in clodo.yml.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Comment, "comment"),
        (Self::Review, "review"),
        (Self::Environment, "environment"),
        (Self::Deployment, "deployment"),
        (Self::ManualJob, "manual-job"),
        (Self::CommandLine, "command-line"),
    ];

    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Environment => "environment",
            Self::Review => "review",
            Self::Comment => "comment",
            Self::Deployment => "deployment approval",
            Self::ManualJob => "manual job",
            Self::CommandLine => "clodo approve",
        }
    }
}

/// Why an approval does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Void {
    /// It is for another plan: what it was given for has changed.
    Superseded,
    /// It is for another environment.
    OtherEnvironment,
    /// It was given too long ago.
    Expired,
    /// It was given in the future, as far as the clocks can tell.
    Early,
    /// It has let a deployment through already.
    Used,
    /// A program gave it.
    Bot,
    /// The person had to do with the change.
    Own(Part),
    /// The policy does not ask this person.
    Outsider,
    /// The policy asks the person by name, who has no part in the repository any more.
    Gone,
    /// The same person said the opposite later.
    TakenBack,
    /// The same person has said so already.
    Repeated,
}

impl Void {
    /// In words, after "does not count:".
    pub fn why(self) -> String {
        match self {
            Self::Superseded => "it was given for another plan".into(),
            Self::OtherEnvironment => "it was given for another environment".into(),
            Self::Expired => "it has expired".into(),
            Self::Early => "its time lies in the future".into(),
            Self::Used => "it has let a deployment through already".into(),
            Self::Bot => "a program gave it".into(),
            Self::Own(part) => {
                format!("of somebody who had to do with the change: {}", part.as_str())
            }
            Self::Outsider => "the policy does not ask this person".into(),
            Self::Gone => "the person has no part in the repository".into(),
            Self::TakenBack => "the same person said the opposite later".into(),
            Self::Repeated => "the same person has said so already".into(),
        }
    }
}
