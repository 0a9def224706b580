//! Eight processes that deploy, and are killed all the time: nothing that was acknowledged is lost,
//! and nobody writes who lost the lock. The same without the fence shows that the test can fail.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use clodo::core::model::journal::{Action, Chain, Fence};
use clodo::core::model::lock::excludes;
use clodo::world::store::{Place, Store, StoreError, new_op};
use ring::rand::{SecureRandom as _, SystemRandom};
use rusqlite::Connection;

use super::{ACCOUNT, claim, event};
use crate::work_tree::WorkTree;

const PROCESSES: usize = 8;
const BETWEEN_KILLS: Duration = Duration::from_millis(50);
const LOAD: Duration = Duration::from_secs(20);

/// A short lease, and stalls that are longer.
const LEASE: Duration = Duration::from_millis(60);
const STALL: Duration = Duration::from_millis(90);

/// What the processes want: the whole environment, a service, or two of them.
const WANTED: [&[&str]; 4] = [&["prod"], &["prod/api"], &["prod/web"], &["prod/api", "prod/web"]];

/// Tells a process of this test from an ordinary run of it: the folder where it works.
const FOLDER: &str = "CLODO_TEST_KILL_FOLDER";
/// Set where events say nothing of the lock.
const UNFENCED: &str = "CLODO_TEST_KILL_UNFENCED";

/// What came of a load.
#[derive(Debug, Default)]
struct Figures {
    kills: usize,
    events: usize,
    acknowledged: usize,
    lost: usize,
    inversions: usize,
    refused: usize,
    duplicates: usize,
    broken_links: usize,
    integrity: String,
}

#[test]
fn nothing_is_lost_and_nobody_writes_late() {
    let figures = load(true, |_, elapsed| elapsed >= LOAD);
    println!("with the fence: {figures:?}");
    let Figures { lost, inversions, broken_links, ref integrity, .. } = figures;
    assert_eq!((lost, inversions, broken_links), (0, 0, 0), "{figures:?}");
    assert_eq!(integrity, "ok", "{figures:?}");
    // The load was one.
    assert!(figures.kills > 50 && figures.acknowledged > 50, "{figures:?}");
    assert!(figures.events >= figures.acknowledged, "{figures:?}");
    assert!(figures.refused > 0 && figures.duplicates > 0, "{figures:?}");
}

#[test]
fn without_the_fence_holders_write_late() {
    let has_shown = |folder: &Path, elapsed| elapsed >= LOAD || inversions(&journal(folder)) > 5;
    let figures = load(false, has_shown);
    println!("without the fence: {figures:?}");
    assert!(figures.inversions > 0, "{figures:?}");
    assert_eq!((figures.lost, figures.broken_links), (0, 0), "{figures:?}");
}

/// One of the processes; an ordinary run does nothing here.
#[test]
#[ignore = "the kill tests run it in processes of its own"]
fn process() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let is_fenced = std::env::var_os(UNFENCED).is_none();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let worked = runtime.expect("a runtime").block_on(work(&folder, is_fenced));
    if let Err(error) = worked {
        note(&folder, "failed", &format!("{error:?}"));
    }
}

/// Deploys for ever: takes locks, writes what it does, and gives the locks back.
async fn work(folder: &Path, is_fenced: bool) -> Result<(), StoreError> {
    let store = Store::open(&Place::Sqlite(folder.join("state.db"))).await?;
    loop {
        let wanted = WANTED[dice(WANTED.len())];
        let claim = claim(&new_op(), wanted);
        let asked = Instant::now();
        let mut grant = store.acquire(&claim, LEASE, Duration::ZERO).await?;
        if grant.is_some() && chance(0.3) {
            // The answer was lost, and the same is asked for again.
            let again = store.acquire(&claim, LEASE, Duration::ZERO).await?;
            let is_same = again
                .as_ref()
                .is_none_or(|again| Some(&again.tokens) == grant.as_ref().map(|g| &g.tokens));
            // Once the lease has run out, another may have had the locks in between: whoever gets
            // them then gets new numbers.
            if !is_same && asked.elapsed() < LEASE {
                note(folder, "failed", &format!("{grant:?} became {again:?}"));
            }
            grant = again;
        }
        let Some(grant) = grant else {
            tokio::time::sleep(Duration::from_millis(dice(4) as u64)).await;
            continue;
        };
        let deployment = format!("d-{}", claim.op);
        for action in [Action::DeploymentStarted, Action::StepDone, Action::DeploymentFinished] {
            if chance(0.25) {
                tokio::time::sleep(STALL).await;
            } else if chance(0.5) && store.renew(&claim.op, LEASE).await? < claim.keys.len() {
                break;
            }
            let key = format!("{ACCOUNT}/{}", wanted[dice(wanted.len())]);
            let fence = Fence { token: grant.tokens[&key], key: key.clone() };
            let mut event = event(action, &deployment, is_fenced.then_some(fence));
            event.details.insert("key".to_owned(), key.into());
            let mut written = store.append(&event).await;
            if written.is_ok() && chance(0.3) {
                // It is delivered twice.
                written = store.append(&event).await;
                note(folder, "duplicates", &event.op);
            }
            match written {
                Ok(_) => note(folder, "acknowledged", &event.op),
                Err(StoreError::StaleFence { .. }) => {
                    note(folder, "refused", &event.op);
                    break;
                }
                Err(error) if error.is_retryable() => break,
                Err(error) => return Err(error),
            }
        }
        store.release(&claim.op).await?;
    }
}

/// Writes a line in one go, so that a process that is killed writes all of it or nothing.
fn note(folder: &Path, name: &str, line: &str) {
    let file = OpenOptions::new().append(true).create(true).open(folder.join(name));
    file.and_then(|mut file| file.write_all(format!("{line}\n").as_bytes())).expect("a line");
}

fn noted(folder: &Path, name: &str) -> Vec<String> {
    let text = fs::read_to_string(folder.join(name)).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

fn dice(sides: usize) -> usize {
    let mut bytes = [0; 4];
    SystemRandom::new().fill(&mut bytes).expect("randomness");
    u32::from_le_bytes(bytes) as usize % sides
}

fn chance(of: f64) -> bool {
    #[expect(clippy::cast_precision_loss, reason = "small")]
    let thrown = dice(1000) as f64 / 1000.0;
    thrown < of
}

/// Runs the processes and kills one after the other, until it is enough; and then looks.
fn load(is_fenced: bool, is_enough: impl Fn(&Path, Duration) -> bool) -> Figures {
    let tree = WorkTree::new();
    let folder = tree.path();
    let start = || {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.args(["--exact", "locks::kill::process", "--ignored", "--nocapture"]);
        command.env(FOLDER, &folder).stdout(Stdio::null()).stderr(Stdio::null());
        if !is_fenced {
            command.env(UNFENCED, "1");
        }
        command.spawn().expect("the process starts")
    };
    File::create(folder.join("acknowledged")).expect("a file");
    let mut processes: Vec<Child> = (0..PROCESSES).map(|_| start()).collect();
    let (started, mut kills) = (Instant::now(), 0);
    while !is_enough(&folder, started.elapsed()) {
        std::thread::sleep(BETWEEN_KILLS);
        let process = &mut processes[dice(PROCESSES)];
        process.kill().expect("it is killed");
        process.wait().expect("it ended");
        *process = start();
        kills += 1;
    }
    for process in &mut processes {
        process.kill().expect("it is killed");
        process.wait().expect("it ended");
    }
    assert_eq!(noted(&folder, "failed"), Vec::<String>::new());
    let connection = Connection::open(folder.join("state.db")).expect("the database");
    let integrity = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0));
    let journal = journal(&folder);
    let written: BTreeSet<&String> = journal.iter().map(|(op, ..)| op).collect();
    let acknowledged = noted(&folder, "acknowledged");
    Figures {
        kills,
        events: journal.len(),
        acknowledged: acknowledged.len(),
        lost: acknowledged.iter().filter(|op| !written.contains(op)).count(),
        inversions: inversions(&journal),
        refused: noted(&folder, "refused").len(),
        duplicates: noted(&folder, "duplicates").len(),
        broken_links: broken_links(&folder),
        integrity: integrity.expect("an answer"),
    }
}

/// The journal: id of the event, deployment, and the key under which it was written.
fn journal(folder: &Path) -> Vec<(String, String, String)> {
    let Ok(connection) = Connection::open(folder.join("state.db")) else { return vec![] };
    let sql =
        "SELECT op, deployment, json_extract(body, '$.details.key') FROM journal ORDER BY seq";
    let Ok(mut statement) = connection.prepare(sql) else { return vec![] };
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    rows.expect("rows").map(|row| row.expect("a row")).collect()
}

/// How many events were written by somebody after another had written under a lock that excludes
/// theirs.
fn inversions(journal: &[(String, String, String)]) -> usize {
    // Who wrote last under each key, and who can therefore write no more under what it excludes.
    let mut last: BTreeMap<&str, &str> = BTreeMap::new();
    let mut ended: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut inversions = 0;
    for (_, deployment, key) in journal {
        inversions += usize::from(ended.contains(&(deployment, key)));
        for (other, holder) in &last {
            if holder != deployment && excludes(other, key) {
                ended.insert((holder, other));
            }
        }
        last.insert(key, deployment);
    }
    inversions
}

fn broken_links(folder: &Path) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let store = Store::open(&Place::Sqlite(folder.join("state.db"))).await.expect("a store");
        let (mut chain, mut broken) = (Chain::default(), 0);
        loop {
            let records = store.records(chain.length, 1000).await.expect("records");
            if records.is_empty() || broken > 0 {
                return broken;
            }
            broken += records.iter().filter(|record| chain.follow(record).is_err()).count();
        }
    })
}
