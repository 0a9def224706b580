//! Locks in D1, over a network on a bad day.

use clodo::core::model::lock::Mode;
use clodo::server::sandbox::faults::{Fault, What};
use clodo::world::store::{Place, Store};

use super::{GRACE, LEASE, claim};
use crate::store::d1::{RUN, place, stand};

async fn open(place: &Place) -> Store {
    Store::open(place).await.expect("a store")
}

#[test]
fn a_bad_day_takes_and_loses_no_lock() {
    let stand = stand();
    stand.runtime.block_on(async {
        let store = open(&place(&stand, "clodo-state")).await;
        let (mut round, mut last) = (0, 0);
        for what in [
            What::DropReply,
            What::Duplicate,
            What::RateLimit { retry_after: 1 },
            What::Error { status: 500, code: 7500 },
            What::Malformed { status: 502 },
        ] {
            let strike = || {
                stand.sandbox.faults.add(Fault::always(what.clone()).at("POST", RUN).once());
            };
            round += 1;
            let ours = claim(&format!("d-{round}"), &["prod/api", "prod/web"]);
            strike();
            let grant = store.acquire(&ours, LEASE, GRACE).await.expect("it is asked again");
            let tokens = grant.expect("it is free").tokens;
            let token = tokens.values().copied().min().expect("a token");
            assert!(
                tokens.values().all(|&ours| ours == token && ours > last),
                "{what:?}: {tokens:?}"
            );
            last = token;
            let others = claim("other", &["prod"]);
            strike();
            assert_eq!(store.acquire(&others, LEASE, GRACE).await, Ok(None), "{what:?}");
            strike();
            assert_eq!(store.wait(&others, Mode::Fifo, LEASE).await, Ok(None), "{what:?}");
            strike();
            assert_eq!(store.renew(&ours.op, LEASE).await, Ok(2), "{what:?}");
            assert_eq!(store.waiters().await.expect("waiters").len(), 1, "{what:?}");
            strike();
            store.leave("other").await.expect("left");
            strike();
            store.release(&ours.op).await.expect("released");
            assert_eq!(store.locks().await, Ok(vec![]), "{what:?}");
        }
    });
}
