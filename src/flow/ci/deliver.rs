//! Delivering what is due: one environment after the other, and the next one only where the one before
//! is as it should be. Everybody who follows the change is told at every turn.

use std::cell::RefCell;

use jiff::Timestamp;

use super::tell::tell;
use super::{Means, Telling, story};
use crate::core::delivery::is_again;
use crate::core::model::account::Part;
use crate::core::model::context::CiContext;
use crate::core::model::{Delivery, DeliveryReport, PlanReport, Report};
use crate::core::report::comment::Mode;
use crate::core::report::{gate, plan};
use crate::exit::Exit;
use crate::flow::addresses;
use crate::flow::deploy::{DeployError, Deployed, News, Origin, Tools, deploy};
use crate::flow::project::{Request, settings};
use crate::flow::publish::{self, Status};
use crate::flow::sight::{Live, Parts};
use crate::flow::state;
use crate::world::http::block_on;
use crate::world::store::Store;

/// An environment, and what became of it.
#[derive(Debug)]
pub struct Delivered {
    /// The environment, as people name it; `""` is the top level.
    pub environment: String,
    /// What became of it.
    pub came: Came,
}

/// What became of an environment.
#[derive(Debug)]
pub enum Came {
    /// It was deployed, or found to be as it should be.
    Deployed(Box<Deployed>),
    /// An earlier attempt of this run has deployed the same commit.
    There {
        /// Its deployment.
        deployment: String,
        /// When that was done.
        since: Timestamp,
    },
    /// It was not deployed.
    Refused(Box<DeployError>),
    /// There is no token to deploy it with.
    NoToken,
}

impl Delivered {
    /// How a command ends with it.
    pub fn exit(&self) -> Exit {
        match &self.came {
            Came::Deployed(deployed) => match story::standing(deployed.state) {
                Delivery::Deployed => Exit::Ok,
                Delivery::Failed => Exit::Failed,
                _ => Exit::NeedsPerson,
            },
            Came::There { .. } => Exit::Ok,
            Came::Refused(error) => error.exit(),
            Came::NoToken => Exit::Usage,
        }
    }

    /// What people are told of it. Where it can be visited is not known here.
    fn report(&self) -> DeliveryReport {
        let report = next(&self.environment);
        let at = Some(Timestamp::now());
        match &self.came {
            Came::Deployed(deployed) => DeliveryReport {
                state: match (&deployed.id, story::standing(deployed.state)) {
                    (None, Delivery::Deployed) => Delivery::Unchanged,
                    (_, state) => state,
                },
                at,
                deployment: deployed.id.clone(),
                why: deployed.reason.clone(),
                ..report
            },
            Came::There { deployment, since } => DeliveryReport {
                state: Delivery::Deployed,
                at: Some(*since),
                deployment: Some(deployment.clone()),
                ..report
            },
            Came::Refused(error) => DeliveryReport {
                state: match error.exit() {
                    Exit::Waiting => Delivery::Waiting,
                    Exit::Denied => Delivery::Denied,
                    Exit::NeedsPerson => Delivery::NeedsPerson,
                    _ => Delivery::Stopped,
                },
                at,
                why: Some(error.to_string()),
                fix: Some(error.hint()),
                gate: match &**error {
                    DeployError::Closed(judged) => Some(gate::section(judged)),
                    _ => None,
                },
                ..report
            },
            Came::NoToken => DeliveryReport {
                state: Delivery::Stopped,
                at,
                why: Some(NO_TOKEN.to_owned()),
                fix: Some(NO_TOKEN_FIX.to_owned()),
                ..report
            },
        }
    }
}

/// What to say where there is no token.
pub const NO_TOKEN: &str = "this run is to deploy, and there is no token";

/// What to do about it.
pub const NO_TOKEN_FIX: &str =
    "give it CLOUDFLARE_API_TOKEN, or say that it does not deploy: `--deploy=off`";

/// An environment of which nothing is known yet.
fn next(environment: &str) -> DeliveryReport {
    DeliveryReport {
        environment: environment.to_owned(),
        state: Delivery::Next,
        at: None,
        deployment: None,
        urls: Vec::new(),
        why: None,
        fix: None,
        gate: None,
    }
}

/// A run that delivers.
pub(super) struct Run<'a> {
    pub(super) request: &'a Request,
    pub(super) context: &'a CiContext,
    pub(super) telling: &'a Telling,
    pub(super) means: &'a Means<'a>,
}

impl Run<'_> {
    /// Delivers the environments in their order, and tells of each in the report.
    pub(super) fn deliver(&self, names: &[String], report: &mut Report) -> Vec<Delivered> {
        report.deliveries = self.others(names);
        let first = report.deliveries.len();
        report.deliveries.extend(names.iter().map(|name| next(name)));
        let mut delivered: Vec<Delivered> = Vec::new();
        for (name, at) in names.iter().zip(first..) {
            report.deliveries[at].state = Delivery::Running;
            self.tell(report);
            let (one, plan) = self.one(name);
            let mut told = one.report();
            if told.state.is_well() {
                told.urls = self.urls(name);
            }
            let goes_on = told.state.is_well();
            report.deliveries[at] = told;
            // Without a build a plan knows of no new code, and would say that nothing changes.
            report.plans.extend(plan.filter(|plan| plan.changes));
            (self.means.delivered)(&one);
            delivered.push(one);
            if !goes_on {
                for one in &mut report.deliveries[at + 1..] {
                    one.state = Delivery::NotBegun;
                }
                break;
            }
        }
        delivered
    }

    /// Deploys one environment.
    fn one(&self, name: &str) -> (Delivered, Option<PlanReport>) {
        let came = |came| Delivered { environment: name.to_owned(), came };
        let Some(live) = &self.means.live else { return (came(Came::NoToken), None) };
        if let Some((deployment, since)) = self.is_there(name) {
            return (came(Came::There { deployment, since }), None);
        }
        let planned = RefCell::new(None);
        let tell = |news: News<'_>| {
            if let News::Planned(made, ..) = &news {
                planned.replace(Some(plan::report(made)));
            }
            (self.means.tools.tell)(news);
        };
        let tools = Tools { tell: &tell, ..self.means.tools };
        let origin = Origin {
            actor: self.means.actor.clone(),
            context: self.context,
            variable: self.means.variable,
        };
        let deployed = deploy(&self.of(name, None), live, &self.means.deployment, &origin, tools);
        let became = match deployed {
            Ok(deployed) => Came::Deployed(Box::new(deployed)),
            Err(error) => Came::Refused(Box::new(error)),
        };
        (came(became), planned.into_inner())
    }

    /// The deployment by which an earlier attempt of this run has brought the same commit live. Only
    /// a run that goes on with an earlier one asks: who starts another run wants another deployment.
    fn is_there(&self, name: &str) -> Option<(String, Timestamp)> {
        let commit = self.commit().filter(|_| is_again(self.context))?;
        let live = async |store: Store| story::live(&store, &commit, name).await.ok()?;
        block_on(async { live(self.store().await?).await }).ok()?
    }

    /// What other runs delivered of the same commit.
    fn others(&self, due: &[String]) -> Vec<DeliveryReport> {
        let Some(commit) = self.commit() else { return Vec::new() };
        let found =
            block_on(async { story::others(&self.store().await?, &commit, due).await.ok() });
        found.ok().flatten().unwrap_or_default()
    }

    /// The record, where there is one that can be read. What it would tell is only told.
    async fn store(&self) -> Option<Store> {
        let settings = settings(self.request).ok()?;
        let live = self.means.live.as_ref();
        state::open_existing(&self.request.root, &settings, live).await.ok()?
    }

    fn commit(&self) -> Option<String> {
        Some(self.context.head_sha.as_ref()?.value.to_string())
    }

    /// What is asked for, of one environment alone.
    fn of(&self, name: &str, live: Option<Live>) -> Request {
        let environments = vec![name.to_owned()];
        Request { environments, live, account: None, changed_since: None, ..self.request.clone() }
    }

    /// Where an environment can be visited. Of the account, only its name on workers.dev is asked for.
    fn urls(&self, name: &str) -> Vec<String> {
        let live = self.means.live.clone();
        let live = live.map(|live| Live { parts: Parts::Only(&[Part::Subdomain]), ..live });
        addresses::of_request(&self.of(name, live))
    }

    /// Tells in the comment how it goes on. What cannot be told now is said once, at the end.
    fn tell(&self, report: &Report) {
        let Telling { options, .. } = self.telling;
        let has_comment = self.telling.pull_request.or(self.pull_request()).is_some();
        if !has_comment || options.comment != Mode::Update {
            return;
        }
        let options = publish::Options { status: Status::Off, ..*options };
        let telling = Telling { options, ..self.telling.clone() };
        tell(report, true, self.context, &telling, self.means.http, self.means.credential);
    }

    fn pull_request(&self) -> Option<u64> {
        Some(self.context.pull_request.as_ref()?.value)
    }
}
