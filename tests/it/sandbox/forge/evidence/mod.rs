//! What the forges say of who made a change and who agreed to it, while people do both.

mod github;
mod gitlab;
mod times;

use ::clodo::world::forge::evidence::{Account, Evidence};
use ::clodo::world::forge::{Credential, Destination, ForgeError, Kind, open};
use ::clodo::world::http::Http;

use super::super::stand::Stand;
use super::origin;
use crate::forge::{Scene, secret};
use crate::http::hasty;

/// Whoever asks, with a token.
pub(crate) struct Asker {
    http: Http,
    to: Destination,
    credential: Credential,
}

impl Asker {
    pub(crate) fn new(stand: &Stand, kind: Kind, repository: &str, token: &str) -> Self {
        let below = if kind == Kind::GitHub { "github" } else { "gitlab/api/v4" };
        let mut to = Scene::new(kind, format!("{}/{below}", origin(stand)), token).to;
        to.repository = repository.into();
        let credential = match token.starts_with("glcbt") {
            true => Credential::Job(secret(token)),
            false => Credential::Token(secret(token)),
        };
        Self { http: hasty(), to, credential }
    }

    pub(crate) fn ask<T>(
        &self,
        stand: &Stand,
        question: impl AsyncFnOnce(&dyn Evidence) -> Result<T, ForgeError>,
    ) -> Result<T, ForgeError> {
        stand.runtime.block_on(async {
            let forge = open(&self.http, &self.to, &self.credential);
            question(forge.evidence().expect("a forge that is asked")).await
        })
    }
}

fn logins<'a>(all: impl IntoIterator<Item = &'a Account>) -> Vec<&'a str> {
    all.into_iter().map(|one| one.login.as_str()).collect()
}
