//! The forges' clients and the flow that uses them, against stand-ins on the loopback.
//!
//! No test met a live service. What GitHub's and GitLab's clients send, and what their stand-ins
//! answer, is held against published descriptions: see `openapi`.

pub(crate) mod command;
mod emulate;
pub(crate) mod github;
mod gitlab;
mod others;

use clodo::core::model::{Report, Severity};
use clodo::flow::publish::{Options, Published, publish};
use clodo::world::forge::{Credential, Destination, Kind, Run};
use clodo::world::http::{Http, Sent, Token, block_on};
use wiremock::{MockServer, Respond};

use crate::http::hasty;
use crate::reports::{clean, finding, storefront};

/// The commit that the tests are about.
pub(crate) const SHA: &str = "4be21c7b9d0e4f5a6b7c8d9e0f1a2b3c4d5e6f70";

/// A run with something to say.
#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) report: Report,
    pub(crate) to: Destination,
    pub(crate) credential: Option<Credential>,
    pub(crate) options: Options,
}

impl Scene {
    /// A run on a pull request that found errors.
    pub(crate) fn new(forge: Kind, api_url: String, token: &str) -> Self {
        let run = Run {
            id: "1187".into(),
            attempt: 1,
            url: Some("https://ci.example.com/runs/1187".into()),
            started_at: "2026-11-22T12:04:00Z".parse().expect("a time"),
        };
        let to = Destination {
            forge,
            api_url,
            web_url: "https://forge.example.com".into(),
            repository: "acme/shop".into(),
            head_sha: SHA.into(),
            pull_request: Some(42),
            seek_pull_request: false,
            fork: Some(false),
            run,
            gitlab_pipeline: None,
            key: "shop".into(),
        };
        let credential = Some(Credential::Token(secret(token)));
        Self { report: storefront(), to, credential, options: Options::default() }
    }

    /// The same run, which finds nothing.
    pub(crate) fn clean(&self) -> Self {
        let options = Options { passes: true, ..self.options };
        Self { report: clean(), options, ..self.clone() }
    }

    /// The same run, which finds so many errors.
    pub(crate) fn errors(&self, count: usize) -> Self {
        let one = |n| finding("config/wrong-type", Severity::Error, &format!("number {n}"), None);
        let report = Report { findings: (0..count).map(one).collect(), ..clean() };
        Self { report, ..self.clone() }
    }

    /// A run that started so many minutes later.
    pub(crate) fn later(&self, minutes: i64) -> Self {
        let mut scene = self.clone();
        scene.to.run.started_at += jiff::SignedDuration::from_mins(minutes);
        scene.to.run.id = format!("{}", 1187 + minutes);
        scene
    }

    /// Tells the forge; gives the requests that it took as well.
    pub(crate) async fn publish(&self) -> (Published, Vec<Sent>) {
        let http: Http = hasty();
        let Self { report, to, credential, options } = self;
        let published = publish(&http, report, to, credential.as_ref(), options).await;
        (published, http.sent())
    }
}

pub(crate) fn secret(token: &str) -> Token {
    Token::new(token).expect("a token")
}

/// Runs a test against a stand-in.
pub(crate) fn against<T>(
    stand_in: impl Respond + 'static,
    test: impl AsyncFnOnce(&MockServer) -> T,
) {
    let run = async {
        let server = MockServer::start().await;
        let all = wiremock::Mock::given(wiremock::matchers::any());
        all.respond_with(stand_in).mount(&server).await;
        test(&server).await;
    };
    block_on(run).expect("a runtime");
}

/// The lines that a person would see.
pub(crate) fn lines(published: &Published) -> Vec<String> {
    published.missed.iter().map(ToString::to_string).collect()
}

#[test]
fn without_rights_nobody_is_asked() {
    for kind in [Kind::GitHub, Kind::GitLab, Kind::Bitbucket, Kind::AzureDevOps, Kind::Gitea] {
        let mut scene = Scene::new(kind, "http://127.0.0.1:9".into(), "t0ken");
        scene.to.fork = Some(true);
        let (published, sent) = block_on(scene.publish()).expect("a runtime");
        assert!(sent.is_empty() && published.told.is_empty() && published.comment.is_none());
        assert!(published.missed[0].minor);
        assert!(lines(&published)[0].contains("rights of a fork"), "{:?}", lines(&published));

        scene.to.fork = None;
        scene.credential = None;
        let (published, sent) = block_on(scene.publish()).expect("a runtime");
        assert!(sent.is_empty());
        let expected = format!(
            "no status and no comment: there is no token for {kind}; fix: give the step one in its \
             environment"
        );
        assert_eq!(lines(&published), [expected]);
    }
}

#[test]
fn a_forge_that_cannot_be_reached_is_no_panic_and_no_verdict() {
    for kind in [Kind::GitHub, Kind::GitLab, Kind::Bitbucket, Kind::AzureDevOps, Kind::Gitea] {
        let scene = Scene::new(kind, "http://127.0.0.1:9".into(), "ghs_t0ken");
        let (published, _) = block_on(scene.publish()).expect("a runtime");
        assert!(published.told.is_empty() && published.comment.is_none());
        assert!(!published.missed.is_empty());
        assert!(!format!("{published:?} {scene:?}").contains("t0ken"));
    }
}

impl std::fmt::Debug for Scene {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {:?} {:?}", self.to, self.credential, self.options)
    }
}
