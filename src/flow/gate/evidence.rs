//! What people said of a plan, and who had to do with the change: asked of the forge at the moment of
//! the decision, all at once. What cannot be asked ends it: an answer that is missing is never taken
//! for "nobody".

use futures_util::future::{try_join, try_join_all, try_join5};
use jiff::Timestamp;

use super::people::{Vote, groups, person};
use super::reach::about;
use super::request::{Request, shown};
use super::signed;
use super::subject::Source;
use super::{GateError, Ground};
use crate::core::gate::{
    Approval, Choice, Command, Hand, Involved, Method, Part, Person, Principal,
};
use crate::core::model::context::EventKind;
use crate::world::forge::Evidence;
use crate::world::forge::evidence::{Account, Answered, Commit, Remark, Review, RunOf, Says};
use crate::world::store::Store;

/// The hash that nothing has: of an approval of which nobody knows what it was given for.
const UNKNOWN: &str = "";

/// What is looked at.
#[derive(Clone, Copy)]
pub(super) struct Asking<'a> {
    pub(super) ground: &'a Ground<'a>,
    pub(super) evidence: &'a dyn Evidence,
    /// The forge of the people.
    pub(super) issuer: &'a str,
    /// The run, where the forge itself runs it, and the attempt of it.
    pub(super) run: Option<&'a str>,
    pub(super) attempt: Option<u64>,
    pub(super) source: &'a Source,
    pub(super) store: &'a Store,
    pub(super) requests: &'a [Request],
    pub(super) account: &'a str,
    pub(super) environment: &'a str,
    pub(super) hash: &'a str,
    /// Where approvals are taken.
    pub(super) methods: &'a [Method],
    /// Whom the policy can ask.
    pub(super) principals: &'a [Principal],
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub(super) approvals: Vec<Approval>,
    pub(super) involved: Vec<Involved>,
    /// What was answered to the run so far, as [`Asked::answered`] keeps it.
    ///
    /// [`Asked::answered`]: crate::core::model::gate::Asked::answered
    pub(super) answered: Vec<String>,
    /// What was left aside, and why.
    pub(super) notes: Vec<String>,
}

impl Asking<'_> {
    /// Asks for everything.
    pub(super) async fn gather(&self) -> Result<Found, GateError> {
        let (said, answered, run, desk, signed) =
            try_join5(self.said(), self.answers(), self.run(), self.desk(), self.signed()).await?;
        let tokens = answered.iter().flat_map(tokens).collect();
        let (remarks, reviews) = said;
        let mut notes = Vec::new();
        let mut votes = self.of_comments(&remarks, &mut notes);
        votes.extend(reviews.iter().filter_map(|review| self.of_review(review)));
        votes.extend(self.of_answers(&answered));
        let (mine, more) = signed;
        votes.extend(mine);
        notes.extend(more);
        Ok(Found {
            approvals: self.identified(votes).await?,
            involved: self.involved(run.as_ref(), desk.as_ref()),
            answered: tokens,
            notes,
        })
    }

    fn place(&self) -> (&str, &str) {
        (self.account, self.environment)
    }

    fn takes(&self, method: Method) -> bool {
        self.methods.contains(&method)
    }

    /// The comments and reviews of the pull request.
    async fn said(&self) -> Result<(Vec<Remark>, Vec<Review>), GateError> {
        let Some(number) = self.source.change.as_ref().map(|change| change.number) else {
            return Ok(Default::default());
        };
        let remarks = async {
            if !self.takes(Method::Comment) {
                return Ok(Vec::new());
            }
            self.evidence.remarks(number).await.map_err(about("what people commented"))
        };
        let reviews = async {
            if !self.takes(Method::Review) {
                return Ok(Vec::new());
            }
            self.evidence.reviews(number).await.map_err(about("who reviewed it"))
        };
        try_join(remarks, reviews).await
    }

    /// What people answered to the run.
    async fn answers(&self) -> Result<Vec<Answered>, GateError> {
        let methods = [Method::Environment, Method::Deployment, Method::ManualJob];
        let Some(run) = self.run.filter(|_| methods.iter().any(|one| self.takes(*one))) else {
            return Ok(Vec::new());
        };
        self.evidence.answers(run).await.map_err(about("who let the run go on"))
    }

    /// The run that started what is judged. Who wrote a comment has said something and started
    /// nothing: a run for it goes on with the one that asked.
    async fn run(&self) -> Result<Option<RunOf>, GateError> {
        let run = match self.ground.context.is_for(&EventKind::IssueComment) {
            false => self.run,
            true => {
                let mut here = self.requests.iter().filter(|one| one.is_of(self.place()));
                let asked = here.find(|one| one.asked.hash == self.hash);
                asked.and_then(|one| one.asked.run.as_deref())
            }
        };
        let Some(run) = run else { return Ok(None) };
        self.evidence.run(run).await.map(Some).map_err(about("who started the run"))
    }

    /// Who deploys from the own machine.
    async fn desk(&self) -> Result<Option<Account>, GateError> {
        if self.ground.context.ci.is_some() {
            return Ok(None);
        }
        self.evidence.user().await.map(Some).map_err(about("who deploys"))
    }

    /// What was said by `clodo approve` and `clodo reject`.
    async fn signed(&self) -> Result<(Vec<Vote>, Vec<String>), GateError> {
        match self.takes(Method::CommandLine) {
            true => signed::votes(self.store, self.evidence, self.place(), self.hash).await,
            false => Ok(Default::default()),
        }
    }

    fn vote(
        &self,
        by: &Account,
        choice: Choice,
        hash: &str,
        at: Timestamp,
        method: Method,
    ) -> Vote {
        let (hash, environment) = (hash.to_owned(), self.environment.to_owned());
        Vote { by: by.clone(), choice, hash, environment, at, method }
    }

    /// Commands in comments. One that was changed says what somebody made of it later, who may be
    /// another person.
    fn of_comments(&self, remarks: &[Remark], notes: &mut Vec<String>) -> Vec<Vote> {
        let shown = shown(self.requests, self.account);
        let mut votes = Vec::new();
        for remark in remarks {
            let login = &remark.by.login;
            let command = match Command::of(&remark.text) {
                None => continue,
                Some(Err(error)) => {
                    notes.push(format!("a comment of {login} is no command: {error}"));
                    continue;
                }
                Some(Ok(command)) => command,
            };
            if remark.edited {
                notes.push(format!("a comment of {login} was edited, and so is no command"));
                continue;
            }
            let hash = match command.plan(&shown, remark.at) {
                Some(hash) => hash,
                // All digits can mean nothing else, also where nobody remembers that it was shown.
                None if command.prefix == self.hash => self.hash,
                None => UNKNOWN,
            };
            let vote = self.vote(&remark.by, command.choice, hash, remark.at, Method::Comment);
            votes.push(Vote { environment: command.environment, ..vote });
        }
        votes
    }

    /// A review is of a commit, and so of the plan of it that was shown last before. A no is a no to
    /// every plan of its commit.
    fn of_review(&self, review: &Review) -> Option<Vote> {
        let choice = match review.says {
            Says::Approved => Choice::Approve,
            Says::ChangesRequested => Choice::Reject,
            Says::Nothing => return None,
        };
        let at = review.at?;
        let of_head = review.commit.is_some() && review.commit == self.source.head;
        let hash = match choice {
            _ if !of_head => UNKNOWN,
            Choice::Reject => self.hash,
            Choice::Approve => {
                let here = self.requests.iter().filter(|request| request.is_of(self.place()));
                let mut before = here
                    .filter(|request| request.asked.commit == review.commit && request.at <= at);
                before.next_back().map_or(UNKNOWN, |request| &request.asked.hash)
            }
        };
        Some(self.vote(&review.by, choice, hash, at, Method::Review))
    }

    /// Answers to the run are for the plan that this attempt of it showed, if they came after it was
    /// shown. GitHub keeps those to earlier attempts in the same list.
    fn of_answers(&self, answered: &[Answered]) -> Vec<Vote> {
        let request = self.requests.iter().rev().find(|request| {
            request.asked.hash == self.hash
                && request.is_of(self.place())
                && request.is_by((self.run, self.attempt))
        });
        let mut before = request.map(|one| one.asked.answered.clone()).unwrap_or_default();
        let mut votes = Vec::new();
        for answer in answered.iter().filter(|answer| self.takes(answer.method)) {
            let of = |name: &&String| self.is_here(name);
            let Some(name) = answer.environments.iter().find(of) else { continue };
            let choice = if answer.approved { Choice::Approve } else { Choice::Reject };
            let known = before.iter().position(|one| *one == token(answer, name));
            let hash = match (request, known) {
                // A no is never too early.
                _ if choice == Choice::Reject => self.hash,
                (Some(_), None) => self.hash,
                (Some(_), Some(index)) => {
                    before.swap_remove(index);
                    UNKNOWN
                }
                (None, _) => UNKNOWN,
            };
            // Where the forge tells no time, it was given after the plan was shown.
            let at =
                answer.at.or(request.map(|request| request.at)).unwrap_or(Timestamp::UNIX_EPOCH);
            votes.push(self.vote(&answer.by, choice, hash, at, answer.method));
        }
        votes
    }

    /// Whether the forge's environment is ours: the top level is called `production` there.
    fn is_here(&self, name: &str) -> bool {
        let ours = if self.environment.is_empty() { "production" } else { self.environment };
        name == ours
    }

    /// Who the people are: their teams and roles are asked for where it decides something.
    async fn identified(&self, votes: Vec<Vote>) -> Result<Vec<Approval>, GateError> {
        let counts = |vote: &Vote| {
            vote.hash == self.hash && vote.environment == self.environment && !vote.by.bot
        };
        let mut people: Vec<&Account> = Vec::new();
        for vote in votes.iter().filter(|vote| counts(vote)) {
            if !people.iter().any(|known| known.id == vote.by.id) {
                people.push(&vote.by);
            }
        }
        let known = try_join_all(people.into_iter().map(|account| self.known(account))).await?;
        let approval = |vote: &Vote| {
            let found = known.iter().find(|known| known.id == vote.by.id);
            Approval {
                person: found.cloned().unwrap_or_else(|| person(self.issuer, &vote.by, Vec::new())),
                choice: vote.choice,
                hash: vote.hash.clone(),
                environment: vote.environment.clone(),
                at: vote.at,
                method: vote.method,
                used_by: None,
            }
        };
        Ok(votes.iter().map(approval).collect())
    }

    /// Somebody with what the forge says of the person now.
    async fn known(&self, account: &Account) -> Result<Person, GateError> {
        let login = &account.login;
        let groups = groups(self.evidence, login, self.principals);
        let (groups, gone) = try_join(groups, self.is_gone(login)).await?;
        Ok(Person { gone, ..person(self.issuer, account, groups) })
    }

    /// Whether the policy names somebody who has no part in the repository. Of the members of teams
    /// and of those who have a role, the forge says what they are now.
    async fn is_gone(&self, login: &str) -> Result<bool, GateError> {
        let named = Principal::User(login.to_owned());
        if !self.principals.iter().any(|principal| principal.is(&named)) {
            return Ok(false);
        }
        let belongs = self.evidence.belongs(login).await;
        belongs.map(|belongs| !belongs).map_err(about("who belongs to the repository"))
    }

    /// Who had to do with the change.
    fn involved(&self, run: Option<&RunOf>, desk: Option<&Account>) -> Vec<Involved> {
        let mut all = Vec::new();
        let mut add = |hand: Hand, part: Part| all.push(Involved { hand, part });
        let change = self.source.change.as_ref();
        for author in change.iter().map(|change| &change.author) {
            add(hand(author), Part::Author);
        }
        let commits = change.iter().flat_map(|change| &change.commits);
        for commit in commits.chain(&self.source.commit).chain(&self.source.others) {
            let Commit { author, committer, co_authors, .. } = commit;
            add(author.clone(), Part::Author);
            add(committer.clone(), Part::Committer);
            for co_author in co_authors {
                add(co_author.clone(), Part::CoAuthor);
            }
        }
        for actor in run.iter().filter_map(|run| run.actor.as_ref()).chain(desk) {
            add(hand(actor), Part::Actor);
            // What starts a run is a push, if nobody says otherwise.
            add(hand(actor), Part::Pusher);
        }
        for actor in run.iter().filter_map(|run| run.triggering_actor.as_ref()) {
            add(hand(actor), Part::Rerunner);
        }
        // A run for a comment that nobody remembers does not tell who started the one before it.
        for merger in change.iter().filter_map(|change| change.merged_by.as_ref()) {
            add(hand(merger), Part::Pusher);
        }
        // Another CI system tells of names alone. Where the forge tells, they mean no more: the one
        // that GitLab gives a job is of whoever started the job, which may be an answer to the run.
        let context = self.ground.context;
        let told = |who: fn(&RunOf) -> &Option<Account>| run.is_some_and(|run| who(run).is_some());
        for (known, part, told) in [
            (&context.actor, Part::Actor, told(|run| &run.actor)),
            (&context.triggering_actor, Part::Rerunner, told(|run| &run.triggering_actor)),
        ] {
            let named = known.iter().filter(|_| !told).map(|known| known.value.clone());
            for login in named {
                add(Hand { login: Some(login), ..Hand::default() }, part);
            }
        }
        all
    }
}

fn hand(account: &Account) -> Hand {
    let (id, login) = (account.id.clone(), account.login.clone());
    Hand { id: Some(id), login: Some(login), email: None }
}

/// An answer in short, by which it is known again.
fn token(answer: &Answered, environment: &str) -> String {
    let choice = if answer.approved { "approved" } else { "rejected" };
    format!("{} {choice} {environment}", answer.by.id)
}

fn tokens(answer: &Answered) -> Vec<String> {
    answer.environments.iter().map(|name| token(answer, name)).collect()
}
