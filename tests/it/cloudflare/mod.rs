//! The client for Cloudflare's API, and what a run sees through it: against servers on loopback that
//! say what the test wants, and against the sandbox.

mod client;
mod command;
mod gathering;
mod requests;

use std::sync::Arc;
use std::time::Duration;

use clodo::core::config::wanted_account::Wanted;
use clodo::core::model::account::{Part, Snapshot};
use clodo::world::cloudflare::{Access, Cloudflare, CloudflareError, Credential, snapshot};
use clodo::world::http::{Http, Patience, Proxy, Settings, Token, block_on};

use crate::sandbox::stand::Stand;
use crate::work_tree::WorkTree;

/// Never in anything that is printed or saved.
const TOKEN: &str = "t0ken-that-nobody-may-see-9f86d081884c7d65";

/// A client of a server, patient for no longer than a test may take.
fn client(base: &str, token: &str) -> Cloudflare {
    let pauses = Duration::from_secs(2);
    let (answer, pause) = (Duration::from_secs(2), Duration::from_millis(1));
    let patience = Patience { answer, pause, pauses, ..Patience::default() };
    let settings = Settings { proxy: Proxy::Direct, patience, ..Settings::default() };
    let credential = Credential::Token(Token::new(token).expect("a token"));
    let access = Access { base: base.to_owned(), credential, account: None };
    Cloudflare::new(&access, Arc::new(Http::new(settings)))
}

/// Everything there is to know of the accounts of a work tree.
fn wanted(tree: &WorkTree) -> Wanted {
    let services = clodo::world::files::Request { root: tree.path(), ..Default::default() };
    let mut workspace = clodo::world::files::read(&services).expect("a work tree");
    clodo::world::files::survey(&tree.path(), &mut workspace);
    Wanted::of(&workspace, |_| true, &Part::ALL.into())
}

/// What is seen of a sandbox with one of its tokens.
fn gather(stand: &Stand, token: &str, tree: &WorkTree) -> Result<Snapshot, CloudflareError> {
    gather_in(stand, token, tree, false)
}

/// The same; `named`: somebody named the account.
fn gather_in(
    stand: &Stand,
    token: &str,
    tree: &WorkTree,
    named: bool,
) -> Result<Snapshot, CloudflareError> {
    let client = client(&stand.sandbox.api_url, token);
    let (account, at) = (stand.account(), "2026-11-20T08:00:00Z".parse().expect("a time"));
    let account = named.then_some(account.as_str());
    block_on(snapshot::gather(&client, &wanted(tree), account, at)).expect("a runtime")
}
