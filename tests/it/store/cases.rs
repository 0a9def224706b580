//! What every store must do. A case finds what others have written, and does not mind.

use std::time::Duration;

use clodo::core::model::account::Share;
use clodo::core::model::deployment::{
    Base, Code, HoldReport, Progress, State, Step, StepReport, Strategy,
};
use clodo::core::model::journal::{Action, Chain, Entry, Event, Fence, Record};
use clodo::core::model::lock::{Info, Mode, key};
use clodo::world::store::{Claim, DeploymentFilter, EntryFilter, Store, StoreError, new_op};
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{ACCOUNT, event, next, start};

pub(super) async fn all(store: &Store) {
    a_deployment_is_read_as_it_was_written(store).await;
    an_event_that_comes_twice_is_written_once(store).await;
    a_duplicate_is_one_whatever_has_changed(store).await;
    a_lock_that_is_lost_refuses(store).await;
    states_change_as_they_may(store).await;
    the_table_of_transitions_is_ours(store).await;
    writers_do_not_lose_each_other(store).await;
    the_journal_cannot_be_changed(store).await;
    what_is_stored_is_what_was_hashed(store).await;
    the_last_good_version_is_neither_sick_nor_held(store).await;
    filters_leave_out_the_rest(store).await;
    locks_are_had_by_one(store).await;
    opening_again_changes_nothing(store).await;
}

/// The whole journal; it must be right.
async fn chain(store: &Store) -> Vec<Record> {
    let records = store.records(0, 100_000).await.expect("records");
    let mut chain = Chain::default();
    for record in &records {
        chain.follow(record).expect("a whole chain");
    }
    records
}

async fn append(store: &Store, event: &Event) -> Entry {
    store.append(event).await.unwrap_or_else(|error| panic!("{error}: {event:?}"))
}

/// Writes the report of a step.
async fn report(store: &Store, start: &Event, service: &str, action: Action, report: StepReport) {
    let Ok(Value::Object(details)) = serde_json::to_value(report) else { panic!("an object") };
    let event = next(start, action, State::Running);
    append(store, &Event { service: Some(service.into()), details, ..event }).await;
}

async fn a_deployment_is_read_as_it_was_written(store: &Store) {
    let mut begin = start(&["api", "web"]);
    begin.details.insert("commit".into(), "5b1c".into());
    begin.details.insert("emergency".into(), true.into());
    let first = append(store, &begin).await;
    let id = begin.deployment.clone().expect("an id");
    let before = Base {
        deployment: Some("dep-1".into()),
        versions: vec![Share { version_id: "v1".into(), percentage: 99.5 }],
        crons: Some(vec!["0 0 * * *".into()]),
        settings: Some(json!({ "logpush": false, "observability": { "enabled": true } })),
        ..Base::default()
    };
    let progress = Progress {
        state: Some(State::Running),
        before: Some(before.clone()),
        bookmarks: [("db1".to_owned(), "00-01".to_owned())].into(),
        ..Progress::default()
    };
    let step = StepReport { step: Some(Step::Upload), progress, ..StepReport::default() };
    report(store, &begin, "api", Action::StepStarted, step).await;
    let code =
        Code { digest: "ab".repeat(32), raw_bytes: 12_345, gzip_bytes: 4_321, ..Code::default() };
    let progress = Progress {
        version: Some("v2".into()),
        code: Some(code.clone()),
        bookmarks: [("db2".to_owned(), "00-02".to_owned())].into(),
        migrations: [("db1".to_owned(), vec!["0001.sql".to_owned()])].into(),
        ..Progress::default()
    };
    let step = StepReport { step: Some(Step::Upload), progress, ..StepReport::default() };
    report(store, &begin, "api", Action::StepDone, step).await;
    let progress = Progress {
        state: Some(State::Succeeded),
        healthy: Some(true),
        took_ms: Some(1_500),
        ..Progress::default()
    };
    let end = StepReport { progress, ..StepReport::default() };
    report(store, &begin, "api", Action::ServiceFinished, end).await;

    let found = store.deployment(&id).await.expect("readable").expect("it is there");
    assert_eq!((found.state, found.finished_at), (State::Running, None));
    let finish = next(&begin, Action::DeploymentFinished, State::Succeeded);
    let last = append(store, &finish).await;

    let found = store.deployment(&id).await.expect("readable").expect("it is there");
    assert_eq!(found.id, id);
    assert_eq!((found.account.as_str(), found.environment.as_str()), (ACCOUNT, "production"));
    assert_eq!(found.state, State::Succeeded);
    assert_eq!((found.started_at, found.finished_at), (first.at, Some(last.at)));
    assert_eq!(found.actor, begin.actor);
    assert_eq!(found.cause.commit.as_deref(), Some("5b1c"));
    assert!(found.cause.emergency);
    let [api, web] = found.services.as_slice() else { panic!("{:?}", found.services) };
    assert_eq!(api.planned.worker, "api");
    assert_eq!(api.planned.strategy, Strategy::Staged);
    let expected = Progress {
        state: Some(State::Succeeded),
        before: Some(before),
        version: Some("v2".into()),
        code: Some(code),
        healthy: Some(true),
        bookmarks: [("db1", "00-01"), ("db2", "00-02")].map(|(a, b)| (a.into(), b.into())).into(),
        migrations: [("db1".to_owned(), vec!["0001.sql".to_owned()])].into(),
        took_ms: Some(1_500),
        ..Progress::default()
    };
    assert_eq!(api.progress, expected);
    assert_eq!((web.planned.service.as_str(), &web.progress), ("web", &Progress::default()));

    let of = EntryFilter { deployment: Some(id), ..EntryFilter::default() };
    let entries = store.entries(&of).await.expect("entries");
    let actions: Vec<&str> = entries.iter().map(|entry| entry.event.action.as_str()).collect();
    assert_eq!(
        actions,
        [
            "deployment-started",
            "step-started",
            "step-done",
            "service-finished",
            "deployment-finished"
        ]
    );
    assert_eq!((&entries[0], &entries[4]), (&first, &last));
}

async fn an_event_that_comes_twice_is_written_once(store: &Store) {
    let once = event(Action::ExternalChange, json!({ "found": "v9", "percentage": 100.0 }));
    let first = append(store, &once).await;
    append(store, &event(Action::ExternalChange, json!({}))).await;
    assert_eq!(append(store, &once).await.record(), first.record());
    let other = Event { details: Default::default(), ..once.clone() };
    let error = store.append(&other).await.expect_err("another event");
    assert_eq!(error, StoreError::OtherEvent { op: once.op.clone() });
    let records = chain(store).await;
    let with_op = records.iter().filter(|record| record.body.contains(&once.op));
    assert_eq!(with_op.count(), 1);
}

/// A reply that is lost is asked for again after others went on.
async fn a_duplicate_is_one_whatever_has_changed(store: &Store) {
    let fence = take(store, "duplicate").await;
    let begin = Event { fence: Some(fence.clone()), ..start(&["api"]) };
    let first = append(store, &begin).await;
    append(store, &next(&begin, Action::DeploymentFinished, State::Failed)).await;
    assert_eq!(take(store, "duplicate").await.token, fence.token + 1);
    assert_eq!(append(store, &begin).await, first);
}

/// Takes a lock, whoever has it.
async fn take(store: &Store, name: &str) -> Fence {
    let key = format!("{ACCOUNT}/{name}");
    let take = "INSERT INTO locks (key, token, op, holder, info, since_ms, expires_ms, quiet_ms) \
        VALUES (?1, 1, 'op', 'us', '{}', 0, 0, 0) \
        ON CONFLICT (key) DO UPDATE SET token = token + 1, op = 'op', holder = 'us' RETURNING token";
    let rows = store.database().run(take, &[&key]).await.expect("a lock");
    Fence { token: rows[0].number(0).expect("a token"), key }
}

async fn a_lock_that_is_lost_refuses(store: &Store) {
    let ours = take(store, "lost").await;
    let mine = || Event { fence: Some(ours.clone()), ..event(Action::ExternalChange, json!({})) };
    append(store, &mine()).await;
    take(store, "lost").await;
    let before = chain(store).await.len();
    let stale = StoreError::StaleFence { key: ours.key.clone(), token: ours.token };
    assert_eq!(store.append(&mine()).await.expect_err("it is lost"), stale);
    let unknown = Fence { key: "nobody".into(), token: 1 };
    let event = Event { fence: Some(unknown), ..mine() };
    assert!(matches!(store.append(&event).await, Err(StoreError::StaleFence { .. })));
    let release = "UPDATE locks SET op = NULL, holder = NULL WHERE key = ?1 RETURNING token";
    store.database().run(release, &[&ours.key]).await.expect("released");
    let released = Event { fence: Some(Fence { token: ours.token + 1, ..ours.clone() }), ..mine() };
    assert!(matches!(store.append(&released).await, Err(StoreError::StaleFence { .. })));
    assert_eq!(chain(store).await.len(), before);
}

async fn states_change_as_they_may(store: &Store) {
    let begin = start(&["api"]);
    let id = begin.deployment.clone().expect("an id");
    let too_early = next(&begin, Action::StepStarted, State::Running);
    let expected = StoreError::StateConflict {
        deployment: id.clone(),
        expected: Some(State::Running),
        found: None,
    };
    assert_eq!(store.append(&too_early).await.expect_err("nothing began"), expected);

    append(store, &begin).await;
    let again = Event { op: new_op(), ..begin.clone() };
    assert!(matches!(store.append(&again).await, Err(StoreError::StateConflict { .. })));
    append(store, &next(&begin, Action::StepFailed, State::Unknown)).await;
    let resumed = next(&begin, Action::DeploymentResumed, State::Running);
    append(store, &Event { from: Some(State::Unknown), ..resumed }).await;
    append(store, &next(&begin, Action::DeploymentFinished, State::Restored)).await;

    let late = next(&begin, Action::StepDone, State::Running);
    let error = store.append(&late).await.expect_err("it is over");
    assert!(matches!(error, StoreError::StateConflict { found: Some(State::Restored), .. }));
    let revived = Event { from: Some(State::Restored), ..late };
    let error = store.append(&revived).await.expect_err("it is over");
    assert_eq!(
        error,
        StoreError::NoSuchTransition { from: Some(State::Restored), to: Some(State::Running) }
    );
    let found = store.deployment(&id).await.expect("readable").expect("it is there");
    assert_eq!(found.state, State::Restored);
    assert!(found.finished_at.is_some());
}

async fn the_table_of_transitions_is_ours(store: &Store) {
    let rows = "SELECT from_state, to_state FROM transitions ORDER BY from_state, to_state";
    let rows = store.database().run(rows, &[]).await.expect("a table");
    let mut found: Vec<String> = rows.iter().map(|row| format!("{:?}", row.0)).collect();
    let from = State::ALL.map(Some).into_iter().chain([None]);
    let name = |state: Option<State>| state.map_or("", State::as_str);
    let mut expected: Vec<String> = from
        .flat_map(|from| State::ALL.map(|to| (from, to)))
        .filter(|(from, to)| State::allows(*from, *to))
        .map(|(from, to)| format!("{:?}", [Value::from(name(from)), Value::from(to.as_str())]))
        .collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

async fn writers_do_not_lose_each_other(store: &Store) {
    let events: Vec<Event> =
        (0..12).map(|n| event(Action::ExternalChange, json!({ "n": n }))).collect();
    let before = chain(store).await.len();
    let entries = join_all(events.iter().map(|event| append(store, event))).await;
    let records = chain(store).await;
    assert_eq!(records.len(), before + events.len());
    for entry in entries {
        let at = usize::try_from(entry.seq).expect("small") - 1;
        assert_eq!(records[at], entry.record());
    }
}

async fn the_journal_cannot_be_changed(store: &Store) {
    append(store, &event(Action::ExternalChange, json!({}))).await;
    let before = chain(store).await;
    let last = before.last().expect("an entry").clone();
    let seq = last.seq.to_string();
    for (sql, params) in [
        ("UPDATE journal SET body = '{}' WHERE seq = CAST(?1 AS INTEGER)", vec![seq.as_str()]),
        ("DELETE FROM journal WHERE seq = CAST(?1 AS INTEGER)", vec![seq.as_str()]),
        (
            "INSERT OR REPLACE INTO journal (seq, body, prev, hash) VALUES (CAST(?1 AS INTEGER), ?2, ?3, ?4)",
            vec![seq.as_str(), &last.body, &last.prev, &last.hash],
        ),
        // The body says another number than the row.
        (
            "INSERT INTO journal (seq, body, prev, hash) VALUES (CAST(?1 AS INTEGER) + 1, ?2, ?3, 'h')",
            vec![seq.as_str(), "{\"seq\":1,\"op\":\"x\",\"at\":\"\",\"action\":\"\"}", &last.hash],
        ),
        // It says no operation.
        (
            "INSERT INTO journal (seq, body, prev, hash) VALUES (CAST(?1 AS INTEGER) + 1, \
             json_object('seq', CAST(?1 AS INTEGER) + 1, 'at', '', 'action', ''), ?2, 'h')",
            vec![seq.as_str(), &last.hash],
        ),
    ] {
        let refused = store.database().run(sql, &params).await;
        assert!(matches!(refused, Err(StoreError::Refused(_))), "{sql}: {refused:?}");
    }
    assert_eq!(chain(store).await, before);
}

async fn what_is_stored_is_what_was_hashed(store: &Store) {
    let odd = json!({
        "quotes": "'\"`; DROP TABLE journal; --",
        "letters": "Zoë \u{1f980} \u{fb33} \u{7f} \\u0000 \u{2028}",
        "numbers": [0.1, 1e21, -0.0, 9_007_199_254_740_991_u64],
        "b": { "a": [null, true], "": "" }
    });
    let entry = append(store, &event(Action::ExternalChange, odd)).await;
    let records = store.records(entry.seq - 1, 1).await.expect("records");
    assert_eq!(records, [entry.record()]);
    let read = records[0].read().expect("readable");
    assert_eq!((read.body(), read.hash), (entry.body(), entry.hash));
}

/// A deployment of one service that ends like this.
async fn ends(store: &Store, worker: &str, version: &str, state: State, healthy: Option<bool>) {
    let begin = start(&[worker]);
    append(store, &begin).await;
    let version = Some(version.to_owned());
    let progress = Progress { state: Some(state), version, healthy, ..Progress::default() };
    let end = StepReport { progress, ..StepReport::default() };
    report(store, &begin, worker, Action::ServiceFinished, end).await;
    append(store, &next(&begin, Action::DeploymentFinished, state)).await;
}

async fn the_last_good_version_is_neither_sick_nor_held(store: &Store) {
    let worker = format!("w-{}", new_op());
    let good = async |except: &[&str]| {
        let except: Vec<String> = except.iter().map(|one| (*one).to_owned()).collect();
        let good =
            store.last_good(ACCOUNT, "production", &worker, &except).await.expect("readable");
        good.map(|good| (good.version, good.healthy))
    };
    let is = |version: &str, healthy| Some((version.to_owned(), healthy));
    assert_eq!(good(&[]).await, None);
    ends(store, &worker, "v1", State::Succeeded, None).await;
    assert_eq!(good(&[]).await, is("v1", None));
    assert_eq!(good(&["v1"]).await, None);
    ends(store, &worker, "v2", State::Succeeded, Some(true)).await;
    ends(store, &worker, "v3", State::Succeeded, Some(true)).await;
    ends(store, &worker, "v4", State::Succeeded, Some(false)).await;
    ends(store, &worker, "v5", State::Failed, Some(true)).await;
    ends(store, &worker, "v6", State::Succeeded, None).await;
    assert_eq!(good(&[]).await, is("v3", Some(true)));
    assert_eq!(good(&["v3"]).await, is("v2", Some(true)));
    assert_eq!(good(&["v3", "v2"]).await, is("v6", None));

    let what = HoldReport {
        worker: worker.clone(),
        version: Some("v3".into()),
        reason: "500s".into(),
        ..HoldReport::default()
    };
    let hold = Event { service: Some(worker.clone()), ..event(Action::HoldSet, &what) };
    append(store, &hold).await;
    assert_eq!(good(&[]).await, is("v2", Some(true)));
    let holds = store.holds(ACCOUNT, "production").await.expect("holds");
    let ours = holds.iter().find(|hold| hold.service == worker).expect("our hold");
    assert_eq!((&ours.what, &ours.id, &ours.actor), (&what, &hold.op, &hold.actor));
    append(store, &event(Action::HoldCleared, json!({ "hold": hold.op, "reason": "mended" })))
        .await;
    let holds = store.holds(ACCOUNT, "production").await.expect("holds");
    assert!(holds.iter().all(|hold| hold.service != worker));
    assert_eq!(good(&[]).await, is("v3", Some(true)));
}

async fn filters_leave_out_the_rest(store: &Store) {
    let mut ours = start(&["filtered", "other"]);
    ours.actor.id = format!("ana-{}", new_op());
    ours.environment = "st\u{e4}ging".into();
    ours.details.insert("commit".into(), ours.op.clone().into());
    let entry = append(store, &ours).await;
    let later = append(store, &start(&["elsewhere"])).await;
    let after_it = later.at + Duration::from_millis(1);
    let a_day_later = later.at + Duration::from_secs(24 * 60 * 60);
    let all = DeploymentFilter::default;
    for (filter, found) in [
        (DeploymentFilter { environment: Some("st\u{e4}ging".into()), ..all() }, true),
        (DeploymentFilter { environment: Some(String::new()), ..all() }, false),
        (DeploymentFilter { account: Some(ACCOUNT.into()), ..all() }, true),
        (DeploymentFilter { account: Some("another".into()), ..all() }, false),
        (DeploymentFilter { actor: Some(ours.actor.id.clone()), ..all() }, true),
        (DeploymentFilter { commit: Some(ours.op.clone()), ..all() }, true),
        (DeploymentFilter { service: Some("filtered".into()), ..all() }, true),
        (DeploymentFilter { service: Some("elsewhere".into()), ..all() }, false),
        (DeploymentFilter { state: Some(State::Running), ..all() }, true),
        (DeploymentFilter { state: Some(State::NeedsPerson), ..all() }, false),
        (DeploymentFilter { since: Some(entry.at), ..all() }, true),
        (DeploymentFilter { since: Some(after_it), ..all() }, false),
        (DeploymentFilter { until: Some(entry.at), ..all() }, false),
        (DeploymentFilter { until: Some(after_it), ..all() }, true),
        (DeploymentFilter { until: Some(a_day_later), ..all() }, true),
        (DeploymentFilter { since: Some(a_day_later), ..all() }, false),
        (DeploymentFilter { limit: Some(2), ..all() }, true),
        (DeploymentFilter { limit: Some(1), ..all() }, false),
    ] {
        let deployments = store.deployments(&filter).await.expect("deployments");
        let ids: Vec<_> = deployments.iter().map(|one| Some(&one.id)).collect();
        assert_eq!(ids.contains(&ours.deployment.as_ref()), found, "{filter:?}");
        let one = deployments.iter().find(|one| Some(&one.id) == ours.deployment.as_ref());
        assert!(one.is_none_or(|one| one.services.len() == 2), "{filter:?}: {one:?}");
    }
    let newest = EntryFilter { newest_first: true, limit: Some(1), ..EntryFilter::default() };
    let found = store.entries(&newest).await.expect("entries");
    assert_eq!(found, std::slice::from_ref(&later));
    let after = EntryFilter { after: Some(entry.seq), ..EntryFilter::default() };
    assert_eq!(store.entries(&after).await.expect("entries"), [later]);
    let all = EntryFilter { deployment: ours.deployment.clone(), ..EntryFilter::default() };
    let since = EntryFilter { since: Some(entry.at), until: Some(after_it), ..all.clone() };
    let found = store.entries(&since).await.expect("entries");
    assert_eq!(found, std::slice::from_ref(&entry));
    let since = EntryFilter { since: Some(a_day_later), ..all };
    assert_eq!(store.entries(&since).await.expect("entries"), []);
    let action = EntryFilter { action: Some(Action::Checkpoint), ..EntryFilter::default() };
    assert_eq!(store.entries(&action).await.expect("entries"), []);
}

/// What the tests of locks say in full, in short: that the SQL of locks and queue runs here as well.
async fn locks_are_had_by_one(store: &Store) {
    let environment = format!("locks-{}", new_op());
    let claim = |service: Option<&str>, holder: &str| Claim {
        keys: vec![key(ACCOUNT, &environment, service)],
        op: new_op(),
        holder: holder.to_owned(),
        info: Info::default(),
    };
    let lease = Duration::from_secs(60);
    let (ana, ben) = (claim(Some("api"), "ana"), claim(None, "ben"));
    let grant = store.acquire(&ana, lease, lease).await.expect("works").expect("it is free");
    let again = store.acquire(&ana, lease, lease).await.expect("works").expect("it is ours");
    assert_eq!(grant.tokens, again.tokens);
    assert_eq!(store.acquire(&ben, lease, lease).await.expect("works"), None);
    let held = store.locks().await.expect("locks");
    let lock = held.into_iter().find(|lock| lock.op == ana.op).expect("it is listed");
    assert_eq!(lock.holder, "ana");
    assert_eq!(store.wait(&ben, Mode::Fifo, lease).await.expect("works"), None);
    let waiters = store.waiters().await.expect("the queue");
    assert!(waiters.iter().any(|waiter| waiter.op == ben.op), "{waiters:?}");
    let fence = Fence { key: ana.keys[0].clone(), token: grant.tokens[&ana.keys[0]] };
    let fenced = Event { fence: Some(fence), ..event(Action::ExternalChange, json!({})) };
    append(store, &fenced).await;
    let actor = fenced.actor.clone();
    store.force_release(&lock, actor, "she is gone").await.expect("works");
    let grant = store.acquire(&ben, lease, lease).await.expect("works").expect("it is free");
    assert_eq!(grant.tokens.len(), 1);
    let late = Event { op: new_op(), ..fenced };
    assert!(matches!(store.append(&late).await, Err(StoreError::StaleFence { .. })));
    store.leave(&ben.op).await.expect("works");
    assert_eq!(store.renew(&ben.op, lease).await, Ok(1));
    store.release(&ben.op).await.expect("works");
    assert_eq!(store.renew(&ben.op, lease).await, Ok(0));
}

async fn opening_again_changes_nothing(store: &Store) {
    let before = chain(store).await;
    let tables = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name";
    let schema = store.database().run(tables, &[]).await.expect("a schema");
    // As after a process that was killed before it wrote down that all is done.
    let forget = "DELETE FROM clodo_schema WHERE version > 1 RETURNING version";
    store.database().run(forget, &[]).await.expect("a version");
    store.bring_up_to_date().await.expect("up to date");
    assert_eq!(store.database().run(tables, &[]).await.expect("a schema"), schema);
    assert_eq!(chain(store).await, before);
    let newer = "INSERT INTO clodo_schema (version) VALUES (99) RETURNING version";
    store.database().run(newer, &[]).await.expect("a version");
    let refused = store.bring_up_to_date().await.expect_err("it is newer");
    assert!(matches!(refused, StoreError::Newer { found: 99, .. }), "{refused}");
    let back = "DELETE FROM clodo_schema WHERE version = 99 RETURNING version";
    store.database().run(back, &[]).await.expect("a version");
}
