//! Every order of events that three holders, a slow network, a clock and a stranger can make.
//!
//! A search over all states. What a holder does to the store is done by the store itself, on a
//! database in memory: the statements that are checked are those that ship. The account is a list of
//! who deployed, without any lock of its own, as Cloudflare's is.
//!
//! A holder takes the lock, writes down what it is about to do and what is live, looks once more,
//! sends its request, looks what became of it, writes that down, and gives the lock back. It may be
//! killed anywhere, its lease may run out anywhere, any reply of the store may be lost, and its
//! request arrives late or never. Requests are over when the grace after their lease is.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::sync::Arc;
use std::time::Duration;

use clodo::core::model::journal::{Action, Fence};
use clodo::world::store::{Database, Row, Store, StoreError};
use futures_util::FutureExt as _;
use serde_json::Value;

use super::{ACCOUNT, Memory, claim, event};

/// What holders are after: the same service twice, and the environment that it is in.
const HOLDERS: [(&str, &str); 3] = [("a", "prod/api"), ("c", "prod"), ("b", "prod/api")];

/// A lease is one tick of the clock, and so is the grace after it.
const TICK: Duration = Duration::from_secs(60);

/// The stranger who deploys without clodo.
const STRANGER: &str = "x";

/// What is searched.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    /// How many of the holders there are.
    holders: usize,
    /// How many replies of the store are lost.
    lost_replies: u8,
}

/// What is left out, to see that the search finds what it was good for.
#[derive(Clone, Copy, Debug, Default)]
struct Without {
    /// The journal does not ask for the lock.
    fence: bool,
    /// Who takes over does not wait.
    quiet: bool,
    /// A holder does not look at its clock before it acts.
    clock: bool,
    /// A holder does not look what was live before its own.
    verification: bool,
}

/// How far a holder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Stage {
    /// It wants the lock.
    Waits,
    /// It has it, with this token, and waits until requests of others are over.
    Has(u64),
    /// It has written what it is about to do.
    Began(u64),
    /// It has sent its request.
    Sent(u64),
    /// It has written how it ended.
    Ended(End),
    /// It stopped, because the lock was lost.
    Gone,
}

/// What the journal says of a deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum End {
    Applied,
    NotApplied,
    /// Somebody else had changed what is live, and nothing was sent.
    Conflict,
    /// It is live, and so was a change of somebody else's in between.
    Overwrote,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Holder {
    stage: Stage,
    /// How many deployments the account had when it began.
    expected: usize,
    /// Its request, with the ticks in which it arrives or is lost.
    under_way: Option<u8>,
    /// Ticks until the requests of others are over.
    quiet: u64,
}

/// Everything that is not in the database.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct World {
    holders: Vec<Holder>,
    /// Who deployed, in order.
    account: Vec<&'static str>,
    /// Who wrote into the journal, in order.
    writers: Vec<&'static str>,
    /// Whether the first holder has asked for the lock.
    is_begun: bool,
    /// How many more replies are lost.
    lost_replies: u8,
}

impl World {
    /// All of it that can still matter. Two states with the same remainder have the same future. Of
    /// tokens it matters only whether they count: see [`Search::database`].
    fn remainder(&self) -> impl Hash + Eq + use<> {
        let holders = self.holders.iter().zip(HOLDERS).map(|(holder, (op, _))| {
            let is_done = matches!(holder.stage, Stage::Ended(_) | Stage::Gone);
            let has_looked = matches!(holder.stage, Stage::Began(_) | Stage::Sent(_));
            let place = self.account.iter().position(|who| *who == op);
            let seen = has_looked.then(|| {
                (self.account.len() - holder.expected, place.map(|place| place == holder.expected))
            });
            let stage = match holder.stage {
                Stage::Has(_) => Stage::Has(0),
                Stage::Began(_) => Stage::Began(0),
                Stage::Sent(_) => Stage::Sent(0),
                stage => stage,
            };
            let own = (stage, seen, holder.quiet, self.writers.contains(&op));
            ((!is_done).then_some(own), holder.under_way)
        });
        let holders: Vec<_> = holders.collect();
        let last = self.writers.last().copied();
        (holders, last, self.account.contains(&STRANGER), self.is_begun, self.lost_replies)
    }
}

/// What may happen next.
#[derive(Clone, Copy, Debug)]
enum Move {
    /// A holder does the next thing; its reply may be lost.
    Acts {
        holder: usize,
        reply_is_lost: bool,
    },
    Renews(usize),
    Arrives(usize),
    TimePasses,
    StrangerDeploys,
}

struct Search {
    store: Store,
    memory: Arc<Memory>,
    without: Without,
    /// The states, by a hash of what can still matter of each.
    seen: HashSet<u64>,
    moves: usize,
    /// The moves that led here.
    path: Vec<Move>,
    violations: Vec<String>,
}

impl Search {
    fn violation(&mut self, what: &str) {
        self.violations.push(format!("{what}: {:?}", self.path));
    }

    fn run(bounds: Bounds, without: Without) -> Self {
        let memory = Arc::new(Memory::new());
        let database = Arc::clone(&memory) as Arc<dyn Database>;
        let store = Store::on(database).now_or_never().expect("at once").expect("a store");
        let holder = Holder { stage: Stage::Waits, expected: 0, under_way: None, quiet: 0 };
        let world = World {
            holders: vec![holder; bounds.holders],
            lost_replies: bounds.lost_replies,
            account: Vec::new(),
            writers: Vec::new(),
            is_begun: false,
        };
        let mut search = Self {
            store,
            memory,
            without,
            seen: HashSet::new(),
            moves: 0,
            path: Vec::new(),
            violations: Vec::new(),
        };
        search.explore(&world);
        search
    }

    /// Tries every move from a state that was not seen before, each on the database as it is there.
    fn explore(&mut self, world: &World) {
        let is_broken = !self.violations.is_empty();
        let mut state = DefaultHasher::new();
        (world.remainder(), self.database(world)).hash(&mut state);
        if is_broken || !self.seen.insert(state.finish()) {
            return;
        }
        let holders = 0..world.holders.len();
        let each = |wrap: fn(usize) -> Move| holders.clone().map(wrap);
        let acts = holders.clone().flat_map(|holder| {
            [false, true].map(|reply_is_lost| Move::Acts { holder, reply_is_lost })
        });
        let moves = acts
            .chain(each(Move::Renews))
            .chain(each(Move::Arrives))
            .chain([Move::TimePasses, Move::StrangerDeploys]);
        for next in moves.collect::<Vec<_>>() {
            let before = self.memory.now();
            self.memory.execute("SAVEPOINT here");
            self.path.push(next);
            if let Some(after) = self.step(world, next) {
                self.moves += 1;
                self.check(&after);
                self.explore(&after);
            }
            self.path.pop();
            self.memory.execute("ROLLBACK TO here; RELEASE here");
            self.memory.set(before);
        }
    }

    /// What is in the database, as far as it can still matter: times count from now, of holders that
    /// are done it is the same which of them it was, and of a token whose it is.
    fn database(&self, world: &World) -> String {
        let sql = "SELECT 'lock', op, key || ' ' || token, max(0, expires_ms - now), max(0, quiet_ms - now) \
            FROM locks, clock UNION ALL SELECT 'written', substr(id, 3), state, 0, 0 FROM deployments";
        let rows = self.memory.run(sql, &[]).now_or_never().expect("at once").expect("rows");
        let is_done = |op: &str| {
            let holder = world.holders.iter().zip(HOLDERS).find(|(_, (name, _))| *name == op);
            holder.is_some_and(|(holder, _)| matches!(holder.stage, Stage::Ended(_) | Stage::Gone))
        };
        // A token that a holder has, by who has it. That of a lock may also be one more than any of
        // these, and then it is nobody's.
        let whose = |text: &str| -> String {
            let Some((key, token)) = text.split_once(' ') else { return text.to_owned() };
            let has = |holder: &Holder| match holder.stage {
                Stage::Has(own) | Stage::Began(own) | Stage::Sent(own) => own.to_string() == token,
                _ => false,
            };
            let owners = world.holders.iter().zip(HOLDERS).filter(|(holder, (_, wanted))| {
                has(holder) && key.strip_prefix(ACCOUNT).is_some_and(|key| key[1..] == **wanted)
            });
            owners.fold(format!("{key}:"), |shown, (_, (op, _))| shown + op)
        };
        let mut shown = String::new();
        for Row(values) in rows {
            let done = values[1].as_str().is_some_and(is_done);
            if done && values[0] == "written" {
                continue;
            }
            let op = if done { &Value::Bool(true) } else { &values[1] };
            let what = values[2].as_str().map(whose).unwrap_or_default();
            shown += &format!("{op} {what} {} {};", values[3], values[4]);
        }
        shown
    }

    /// The state after a move; `None` where it cannot happen.
    fn step(&mut self, world: &World, next: Move) -> Option<World> {
        let mut after = world.clone();
        match next {
            // The two who want the same are alike: the first of them comes first.
            Move::Acts { holder: 2, .. } if !world.is_begun => return None,
            Move::Acts { holder, reply_is_lost } => {
                after.is_begun |= holder == 0;
                let new = self.act(&mut after, holder)?;
                if !reply_is_lost {
                    after.holders[holder] = new;
                    return Some(after);
                }
                after.lost_replies = world.lost_replies.checked_sub(1)?;
                if new.stage == world.holders[holder].stage || new.under_way.is_some() {
                    // What the account answers is not believed anyway: a holder looks.
                    return None;
                }
            }
            Move::Renews(holder) => {
                matches!(
                    world.holders[holder].stage,
                    Stage::Has(_) | Stage::Began(_) | Stage::Sent(_)
                )
                .then_some(())?;
                let op = HOLDERS[holder].0;
                self.store.renew(op, TICK).now_or_never().expect("at once").expect("renewed");
            }
            Move::Arrives(holder) => {
                after.holders[holder].under_way.take()?;
                after.account.push(HOLDERS[holder].0);
            }
            Move::TimePasses => {
                for holder in &mut after.holders {
                    holder.quiet = holder.quiet.saturating_sub(1);
                    // A request that has not arrived in time never will.
                    holder.under_way = holder.under_way.and_then(|ticks| ticks.checked_sub(1));
                }
                self.memory.pass(TICK);
            }
            Move::StrangerDeploys => {
                // Before anybody has looked at the account it changes nothing.
                let acts =
                    |holder: &Holder| matches!(holder.stage, Stage::Began(_) | Stage::Sent(_));
                let matters = world.holders.iter().any(acts) && !world.account.contains(&STRANGER);
                matters.then(|| after.account.push(STRANGER))?;
            }
        }
        Some(after)
    }

    /// What a holder does next, on the store and the account. Gives how it is afterwards, which it
    /// only knows when the reply arrives.
    fn act(&mut self, world: &mut World, index: usize) -> Option<Holder> {
        let holder = world.holders[index].clone();
        let (op, key) = HOLDERS[index];
        let with = |stage| Holder { stage, ..holder.clone() };
        Some(match holder.stage {
            Stage::Waits => {
                let claim = claim(op, &[key]);
                let taken = self.store.acquire(&claim, TICK, TICK).now_or_never();
                let grant = taken.expect("at once").expect("the database works")?;
                let quiet = match self.without.quiet {
                    true => 0,
                    false => grant.quiet.as_secs().div_ceil(TICK.as_secs()),
                };
                Holder { quiet, ..with(Stage::Has(grant.tokens[&claim.keys[0]])) }
            }
            Stage::Has(_) if holder.quiet > 0 => return None,
            Stage::Has(token) => {
                let expected = world.account.len();
                match self.write(world, index, token, Action::DeploymentStarted) {
                    Ok(()) => Holder { expected, ..with(Stage::Began(token)) },
                    Err(_) => with(Stage::Gone),
                }
            }
            // Its own clock tells it, no later than the database's.
            Stage::Began(_) if !self.without.clock && !self.is_mine(index) => with(Stage::Gone),
            Stage::Began(token) => match world.account.len() == holder.expected {
                // It arrives while the lease lasts, or in the grace after it.
                true => Holder { under_way: Some(1), ..with(Stage::Sent(token)) },
                false => self.end(world, index, token, End::Conflict)?,
            },
            Stage::Sent(token) => {
                // It looks until the request cannot be under way any more, or has arrived.
                let arrived = world.account.iter().position(|who| *who == op);
                let end = match (arrived, holder.under_way) {
                    (Some(place), _) if place == holder.expected || self.without.verification => {
                        End::Applied
                    }
                    (Some(_), _) => End::Overwrote,
                    (None, None) => End::NotApplied,
                    (None, Some(_)) => return None,
                };
                self.end(world, index, token, end)?
            }
            Stage::Ended(_) | Stage::Gone => return None,
        })
    }

    fn end(&mut self, world: &mut World, index: usize, token: u64, end: End) -> Option<Holder> {
        let holder = world.holders[index].clone();
        let written = self.write(world, index, token, Action::DeploymentFinished);
        let stage = if written.is_ok() { Stage::Ended(end) } else { Stage::Gone };
        if written.is_ok() {
            let released = self.store.release(HOLDERS[index].0).now_or_never();
            released.expect("at once").expect("the database works");
        }
        Some(Holder { stage, ..holder })
    }

    /// Writes into the journal, and notes under which token it was accepted.
    fn write(
        &mut self,
        world: &mut World,
        index: usize,
        token: u64,
        action: Action,
    ) -> Result<(), StoreError> {
        let (op, key) = HOLDERS[index];
        let key = format!("{ACCOUNT}/{key}");
        let fence = Fence { key: key.clone(), token };
        let mut event = event(action, &format!("d-{op}"), (!self.without.fence).then_some(fence));
        // The same event each time, so that it is known when it comes twice.
        event.op = format!("{op}-{}", action.as_str());
        let length = self.length();
        self.store.append(&event).now_or_never().expect("at once")?;
        if self.length() == length {
            // It was written before.
            return Ok(());
        }
        let others = world.holders.iter().zip(HOLDERS).filter(|(_, (other, _))| *other != op);
        if others.filter(|(other, _)| other.under_way.is_some()).count() > 0 {
            self.violation("somebody writes while the request of another is under way");
        }
        if world.writers.last() != Some(&op) {
            // All of the keys exclude each other, so that nobody writes once another did.
            if world.writers.contains(&op) {
                self.violation("somebody writes after another");
            }
            world.writers.push(op);
        }
        Ok(())
    }

    fn length(&self) -> u64 {
        let sql = "SELECT count(*) FROM journal";
        let rows = self.memory.run(sql, &[]).now_or_never().expect("at once").expect("rows");
        rows[0].number(0).expect("a number")
    }

    fn is_mine(&self, index: usize) -> bool {
        let locks = self.store.locks().now_or_never().expect("at once").expect("locks");
        locks.iter().any(|lock| lock.op == HOLDERS[index].0 && lock.is_alive)
    }

    /// What must be true in every state.
    fn check(&mut self, world: &World) {
        let under_way = world.holders.iter().filter(|holder| holder.under_way.is_some());
        if under_way.count() > 1 {
            self.violation("two requests are under way");
        }
        for (holder, (op, _)) in world.holders.iter().zip(HOLDERS) {
            let is_live = world.account.contains(&op);
            match holder.stage {
                Stage::Ended(End::Applied | End::Overwrote) if !is_live => {
                    self.violation("the journal says that it is live");
                }
                Stage::Ended(End::NotApplied | End::Conflict) if is_live => {
                    self.violation("the journal says that it is not live");
                }
                Stage::Ended(End::Applied) => {
                    // Nobody's change was overwritten without a word.
                    let place = world.account.iter().position(|who| *who == op);
                    if place != Some(holder.expected) {
                        self.violation("a change was overwritten unnoticed");
                    }
                }
                _ => {}
            }
        }
    }
}

#[test]
fn every_order_of_events_keeps_the_promises() {
    for bounds in [
        Bounds { holders: 2, lost_replies: 2 },
        Bounds { holders: 3, lost_replies: 0 },
        Bounds { holders: 3, lost_replies: 1 },
    ] {
        let search = Search::run(bounds, Without::default());
        println!("{bounds:?}: {} states, {} moves", search.seen.len(), search.moves);
        assert_eq!(search.violations, Vec::<String>::new());
        assert!(search.seen.len() > 100, "{}", search.seen.len());
    }
}

#[test]
fn without_each_part_a_promise_is_broken() {
    let bounds = Bounds { holders: 2, lost_replies: 0 };
    for without in [
        Without { fence: true, ..Without::default() },
        Without { quiet: true, ..Without::default() },
        Without { clock: true, ..Without::default() },
        Without { verification: true, ..Without::default() },
    ] {
        let search = Search::run(bounds, without);
        assert!(!search.violations.is_empty(), "{without:?}: {} states", search.seen.len());
    }
}
