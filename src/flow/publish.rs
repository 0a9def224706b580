//! Tells a forge what a check found: beside the commit, and in a comment on the pull request.
//!
//! The ways are tried in the order check run, commit status, and nothing but the log; a comment is
//! written or not. Whatever is not told, and what would have to change for it, comes back as data:
//! the verdict is never another one because somebody could not be told of it.

use std::fmt;

use crate::core::model::Report;
use crate::core::report::comment::{
    self, Decision, Earlier, Marker, Mode, Reason, Stamp, WhenWell, Wish, decide,
};
use crate::core::report::{Annotation, MARKDOWN_MAX_BYTES, annotations, verdict};
use crate::world::forge::{
    self, Closed, Comment, Comments, Credential, Destination, Forge, ForgeError, MAX_COMMENT, News,
    Told, Way,
};
use crate::world::http::Http;

/// What to tell.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Whether the run passes.
    pub passes: bool,
    /// How the verdict is to stand at the commit.
    pub status: Status,
    /// How to treat the comments of earlier runs, or that there should be none.
    pub comment: Mode,
    /// What becomes of a comment when all is well.
    pub when_well: WhenWell,
}

/// How the verdict is to stand at the commit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// In the best way that works.
    #[default]
    Auto,
    /// As a check run, or not at all.
    CheckRun,
    /// As a commit status, or not at all.
    CommitStatus,
    /// Not at all.
    Off,
}

impl Status {
    fn wants(self, way: Way) -> bool {
        match self {
            Self::Auto => true,
            Self::CheckRun => way == Way::CheckRun,
            Self::CommitStatus => way == Way::Status,
            Self::Off => false,
        }
    }
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Published {
    /// Where the verdict stands, and what was left out there.
    pub told: Vec<(Way, Told)>,
    /// What became of the comment, if there was one to think about.
    pub comment: Option<Commented>,
    /// What could not be told, each in a line.
    pub missed: Vec<Missed>,
}

impl Published {
    /// Where the comment can be read.
    pub fn comment_url(&self) -> Option<&str> {
        self.comment.as_ref()?.url.as_deref()
    }
}

/// What became of the comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commented {
    /// What was done.
    pub done: Done,
    /// Where it can be read.
    pub url: Option<String>,
}

/// What was done about a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// It was written.
    Created,
    /// It has a new text.
    Updated,
    /// It says the same already.
    Unchanged,
    /// A run that started later had written it.
    Outrun,
    /// It is gone, since all is well.
    Deleted,
    /// None was needed.
    NotNeeded,
}

/// Something that could not be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed {
    /// What: `check run`.
    pub what: &'static str,
    /// Why.
    pub why: String,
    /// What to do about it.
    pub fix: String,
    /// Whether this is as expected, so that only those want to know who ask for details.
    pub minor: bool,
}

impl fmt::Display for Missed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no {}: {}; fix: {}", self.what, self.why, self.fix)
    }
}

impl Missed {
    fn failed(what: &'static str, error: &ForgeError) -> Self {
        Self { what, why: error.to_string(), fix: error.hint(), minor: false }
    }

    fn closed(what: &'static str, closed: Closed) -> Self {
        Self { what, why: closed.why.to_owned(), fix: closed.fix.to_owned(), minor: true }
    }
}

const COMMENT: &str = "comment";

/// Tells the destination what a report says.
pub async fn publish(
    http: &Http,
    report: &Report,
    to: &Destination,
    credential: Option<&Credential>,
    options: &Options,
) -> Published {
    let mut published = Published::default();
    let Some(credential) = writer(to, credential, &mut published.missed) else { return published };
    let (number, missed) = pull_request(http, to, credential).await;
    published.missed.extend(missed);
    let to = &Destination { pull_request: number, ..to.clone() };
    let forge = forge::open(http, to, credential);
    let notes = annotations(report);
    let speech = Speech { report, stamp: stamp(to), options, annotations: &notes };
    let [first, second] = forge.ways();
    let (first, second, comment) = tokio::join!(
        speech.say(&*forge, first),
        speech.say(&*forge, second),
        speech.comment(&*forge, to),
    );
    for (told, missed) in [first, second] {
        published.told.extend(told);
        published.missed.extend(missed);
    }
    let (commented, missed) = comment;
    published.comment = commented;
    published.missed.extend(missed);
    published
}

/// The number of the pull request, asked for where only the forge knows it.
async fn pull_request(
    http: &Http,
    to: &Destination,
    credential: &Credential,
) -> (Option<u64>, Option<Missed>) {
    if to.pull_request.is_some() || !to.seek_pull_request {
        return (to.pull_request, None);
    }
    match forge::open(http, to, credential).pull_request_of(&to.head_sha).await {
        Ok(number) => (number, None),
        Err(error) => (None, Some(Missed::failed(COMMENT, &error))),
    }
}

/// The credential, if there is one that may write.
fn writer<'a>(
    to: &Destination,
    credential: Option<&'a Credential>,
    missed: &mut Vec<Missed>,
) -> Option<&'a Credential> {
    let (why, fix, minor) = match (credential, to.fork) {
        (_, Some(true)) => (
            "the run has the rights of a fork, whose token can only read".to_owned(),
            "read the annotations and the summary of the job",
            true,
        ),
        (None, _) => (
            format!("there is no token for {}", to.forge),
            "give the step one in its environment",
            false,
        ),
        (Some(credential), _) => return Some(credential),
    };
    missed.push(Missed { what: "status and no comment", why, fix: fix.to_owned(), minor });
    None
}

fn stamp(to: &Destination) -> Stamp {
    let marker = Marker {
        key: to.key.clone(),
        sha: to.head_sha.clone(),
        run: to.run.id.clone(),
        attempt: to.run.attempt,
        at: to.run.started_at,
    };
    Stamp { marker, run_url: to.run.url.clone() }
}

/// What one run has to say, in all its forms.
struct Speech<'a> {
    report: &'a Report,
    stamp: Stamp,
    options: &'a Options,
    annotations: &'a [Annotation],
}

impl Speech<'_> {
    /// Says the verdict in the first way that works.
    async fn say(&self, forge: &dyn Forge, ways: &[Way]) -> (Option<(Way, Told)>, Vec<Missed>) {
        let mut missed = Vec::new();
        for way in ways.iter().copied().filter(|way| self.options.status.wants(*way)) {
            if let Some(closed) = forge.closed(way) {
                missed.push(Missed::closed(way.as_str(), closed));
                continue;
            }
            let mut result = forge.tell(way, &self.news(MARKDOWN_MAX_BYTES)).await;
            if let Err(ForgeError::TooLong { .. }) = result {
                result = forge.tell(way, &self.news(MARKDOWN_MAX_BYTES / 2)).await;
            }
            match result {
                Ok(told) => return (Some((way, told)), missed),
                Err(error) => {
                    missed.push(Missed::failed(way.as_str(), &error));
                    if !error.calls_for_another_way() {
                        break;
                    }
                }
            }
        }
        (None, missed)
    }

    fn news(&self, max_bytes: usize) -> News<'_> {
        News {
            name: name(&self.stamp.marker.key),
            passes: self.options.passes,
            title: verdict(self.report),
            summary: comment::summary(self.report, &self.stamp, max_bytes),
            annotations: self.annotations,
        }
    }

    /// Does what is to be done about the comment.
    async fn comment(
        &self,
        forge: &dyn Forge,
        to: &Destination,
    ) -> (Option<Commented>, Vec<Missed>) {
        if self.options.comment == Mode::Off || to.pull_request.is_none() {
            return (None, Vec::new());
        }
        let comments = match forge.comments() {
            Ok(comments) => comments,
            Err(closed) => {
                let missed = Missed { minor: false, ..Missed::closed(COMMENT, closed) };
                return (None, vec![missed]);
            }
        };
        let mut missed = Vec::new();
        match self.settle(comments, &mut missed).await {
            Ok(commented) => (Some(commented), missed),
            Err(error) => {
                missed.push(Missed::failed(COMMENT, &error));
                (None, missed)
            }
        }
    }

    /// Looks at the comments that are there, decides, and does it.
    async fn settle(
        &self,
        comments: &dyn Comments,
        missed: &mut Vec<Missed>,
    ) -> Result<Commented, ForgeError> {
        let there = comments.list().await?;
        let earlier = self.earlier(comments, &there).await?;
        let wish = Wish {
            marker: &self.stamp.marker,
            body: &self.body(MAX_COMMENT),
            news: comment::has_news(self.report),
            mode: self.mode(comments, missed),
            when_well: self.options.when_well,
        };
        let url_of = |id: &str| there.iter().find(|comment| comment.id == id)?.url.clone();
        let (done, url) = match decide(&earlier, &wish) {
            Decision::Nothing(Reason::Off | Reason::NoNews) => (Done::NotNeeded, None),
            Decision::Nothing(Reason::Unchanged(id)) => (Done::Unchanged, url_of(&id)),
            Decision::Nothing(Reason::Outrun(id)) => (Done::Outrun, url_of(&id)),
            Decision::Update(id) => (Done::Updated, self.write(comments, Some(&id)).await?),
            Decision::Create => (Done::Created, self.write(comments, None).await?),
            Decision::CreateAndHide(id) => {
                let url = self.write(comments, None).await?;
                let hidden = comments.hide(&id).await;
                missed.extend(hidden.err().map(|e| Missed::failed("fold of the old comment", &e)));
                (Done::Created, url)
            }
            Decision::CreateAndDelete(ids) => {
                let url = self.write(comments, None).await?;
                missed.extend(remove(comments, &ids).await);
                (Done::Created, url)
            }
            Decision::Delete(ids) => {
                missed.extend(remove(comments, &ids).await);
                (Done::Deleted, None)
            }
        };
        Ok(Commented { done, url })
    }

    /// The comments as the decision wants them. Who we are is asked only where it matters.
    async fn earlier(
        &self,
        comments: &dyn Comments,
        there: &[Comment],
    ) -> Result<Vec<Earlier>, ForgeError> {
        let key = &self.stamp.marker.key;
        let ours = |comment: &&Comment| Marker::parse(&comment.body).is_some_and(|m| m.key == *key);
        let candidates: Vec<_> = there.iter().filter(ours).collect();
        if candidates.is_empty() {
            return Ok(Vec::new());
        }
        let me = comments.me().await?;
        let earlier = |comment: &Comment| Earlier {
            id: comment.id.clone(),
            body: comment.body.clone(),
            own: comment.author == me,
        };
        Ok(candidates.into_iter().map(earlier).collect())
    }

    /// The mode, or the nearest that the forge can do.
    fn mode(&self, comments: &dyn Comments, missed: &mut Vec<Missed>) -> Mode {
        if self.options.comment != Mode::HideAndNew || comments.can_hide() {
            return self.options.comment;
        }
        missed.push(Missed {
            what: "fold of the old comment",
            why: "this forge cannot fold comments, so there is one that is edited".to_owned(),
            fix: "use the comment mode update or delete-and-new".to_owned(),
            minor: false,
        });
        Mode::Update
    }

    /// Writes the comment, or gives an old one its text; shorter where it is too long.
    async fn write(
        &self,
        comments: &dyn Comments,
        id: Option<&str>,
    ) -> Result<Option<String>, ForgeError> {
        let write = async |body: &str| match id {
            Some(id) => comments.update(id, body).await,
            None => comments.create(body).await,
        };
        match write(&self.body(MAX_COMMENT)).await {
            Err(ForgeError::TooLong { .. }) => write(&self.body(MAX_COMMENT / 2)).await,
            result => result,
        }
    }

    fn body(&self, max_bytes: usize) -> String {
        comment::body(self.report, &self.stamp, max_bytes)
    }
}

async fn remove(comments: &dyn Comments, ids: &[String]) -> Vec<Missed> {
    let mut missed = Vec::new();
    for id in ids {
        let removed = comments.delete(id).await;
        missed.extend(removed.err().map(|e| Missed::failed("removal of the old comment", &e)));
    }
    missed
}

/// The name by which a verdict is told from what others say at a commit.
fn name(key: &str) -> String {
    if key.is_empty() { "clodo".to_owned() } else { format!("clodo/{key}") }
}
