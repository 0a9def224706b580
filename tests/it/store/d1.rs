//! State in D1, over HTTP: the sandbox's, with its faults.

use std::sync::Arc;
use std::time::Duration;

use clodo::core::model::journal::{Action, verify};
use clodo::server::sandbox::faults::{Fault, What};
use clodo::world::cloudflare::{Access, Cloudflare, Credential};
use clodo::world::http::{Http, Patience, Proxy, Settings, Token};
use clodo::world::store::{Databases, Place, Store, StoreError};
use serde_json::json;

use super::{cases, event};
use crate::sandbox::Stand;

/// The path of what is sent to a database.
pub(crate) const RUN: &str = "/accounts/*/d1/database/*/raw";

/// A client that does not wait longer than a test may take.
pub(super) fn client(base: &str, token: &str) -> Cloudflare {
    let patience = Patience {
        answer: Duration::from_secs(5),
        pause: Duration::from_millis(1),
        pauses: Duration::from_secs(5),
        ..Patience::default()
    };
    let settings = Settings { proxy: Proxy::Direct, patience, ..Settings::default() };
    let credential = Credential::Token(Token::new(token).expect("a token"));
    let access = Access { base: base.to_owned(), credential, account: None };
    Cloudflare::new(&access, Arc::new(Http::new(settings)))
}

pub(crate) fn stand() -> Stand {
    Stand::seeded("resources: { d1: [{ name: clodo-state }, { name: clodo-state-2 }] }")
}

pub(crate) fn place(stand: &Stand, name: &str) -> Place {
    let token = stand.sandbox.state().tokens[0].value.clone();
    let client = client(&stand.sandbox.api_url, &token);
    let databases = Databases { client, account: Some(stand.account()) };
    Place::D1 { databases, name: name.to_owned() }
}

#[test]
fn the_sandboxs_d1_does_what_a_store_must() {
    let stand = stand();
    stand.runtime.block_on(async {
        let store = Store::open(&place(&stand, "clodo-state")).await.expect("a store");
        cases::all(&store).await;
    });
}

#[test]
fn a_database_is_found_by_its_whole_name() {
    let stand = stand();
    stand.runtime.block_on(async {
        let error = Store::open(&place(&stand, "clodo")).await.expect_err("no such database");
        assert_eq!(error, StoreError::NoDatabase { name: "clodo".into() });
        assert!(error.hint().contains("wrangler d1 create clodo"), "{}", error.hint());
    });
}

#[test]
fn without_the_name_of_an_account_the_only_one_is_meant() {
    let stand = stand();
    let Place::D1 { databases, name } = place(&stand, "clodo-state") else { panic!("D1") };
    stand.runtime.block_on(async {
        let databases = Databases { account: None, ..databases };
        Store::open(&Place::D1 { databases, name }).await.expect("a store");
    });
}

#[test]
fn a_database_of_somebody_else_is_left_alone() {
    let stand = stand();
    stand.runtime.block_on(async {
        let place = place(&stand, "clodo-state");
        let Place::D1 { databases, name } = &place else { panic!("{place:?}") };
        let database = databases.named(name).await.expect("a list").expect("it is there");
        database.run("CREATE TABLE users (id)", &[]).await.expect("a table");
        let error = Store::open(&place).await.expect_err("not ours");
        assert_eq!(
            error.to_string(),
            "the D1 database clodo-state is not clodo's: it has a table \"users\""
        );
    });
}

/// What a network does between a statement and its answer.
#[test]
fn nothing_is_lost_or_written_twice_on_a_bad_day() {
    let stand = stand();
    stand.runtime.block_on(async {
        let store = Store::open(&place(&stand, "clodo-state")).await.expect("a store");
        let mut written = 0;
        for what in [
            What::DropReply,
            What::Duplicate,
            What::RateLimit { retry_after: 1 },
            What::Error { status: 500, code: 7500 },
            What::Error { status: 503, code: 10013 },
            What::Malformed { status: 502 },
        ] {
            // The statement that reads the end of the journal, and the one that writes.
            for after in [0, 1] {
                let fault = Fault { after, ..Fault::always(what.clone()).at("POST", RUN).once() };
                stand.sandbox.faults.add(fault);
                let entry = store.append(&event(Action::ExternalChange, json!({}))).await;
                written += 1;
                assert_eq!(entry.map(|entry| entry.seq), Ok(written), "{what:?} after {after}");
            }
        }
        let records = store.records(0, 1_000).await.expect("records");
        assert_eq!(verify(&records).map(|chain| chain.length), Ok(written));

        // Where no attempt is answered, the same event again finds out what became of it.
        let event = event(Action::ExternalChange, json!({}));
        let fault = Fault::always(What::DropReply).at("POST", RUN);
        stand.sandbox.faults.add(Fault { after: 1, times: Some(3), ..fault });
        let error = store.append(&event).await.expect_err("no answer");
        assert!(error.is_retryable(), "{error}");
        assert_eq!(store.append(&event).await.map(|entry| entry.seq), Ok(written + 1));
        let forbidden = Fault::always(What::Error { status: 403, code: 10000 });
        stand.sandbox.faults.add(forbidden.at("POST", RUN).once());
        let error = store.append(&event).await.expect_err("not allowed");
        assert!(!error.is_retryable(), "{error}");
    });
}
