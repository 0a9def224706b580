//! Bitbucket Cloud: a Code Insights report with annotations, and a build status.
//!
//! No comment: as far as is known here, Bitbucket shows HTML as text, so that our marker would be
//! seen, and nothing would fold. The report says the same beside the pull request.

use async_trait::async_trait;
use serde::Serialize;

use super::api::{Api, Auth, Call, Need};
use super::{
    Closed, Comments, Credential, Destination, Forge, ForgeError, Kind, MAX_DESCRIPTION, News,
    Told, Way, shortened,
};
use crate::core::model::Severity;
use crate::core::report::Annotation;
use crate::world::http::{Http, Method};
use crate::world::http::{segment, segments};

/// How many annotations one request takes (reviewdog, `service/bitbucket/annotator.go`), and how many
/// a report holds, which is not checked.
const PER_REQUEST: usize = 100;
const MAX_ANNOTATIONS: usize = 1_000;

/// How long the key of a build status, and the summary of an annotation, may be. Not checked against
/// the service; on the safe side.
const MAX_KEY: usize = 40;
const MAX_SUMMARY: usize = 450;

/// The scopes are not checked against the service, which is why the words are "try".
const REPORT: Need = Need {
    to: "write reports",
    fix: "try a repository access token with the scope `repository:write`, or the proxy of a pipeline",
};

const STATUS: Need = Need {
    to: "write build statuses",
    fix: "try a repository access token with the scope `repository:write`",
};

/// The client.
pub(super) struct Bitbucket<'a> {
    api: Api<'a>,
    to: &'a Destination,
    /// `/repositories/workspace/name/commit/4be21c7`
    commit: String,
    is_anonymous: bool,
}

/// The body of a build status.
#[derive(Serialize)]
struct Status<'a> {
    key: String,
    state: &'static str,
    name: &'a str,
    description: String,
    url: String,
}

/// The body of a report.
#[derive(Serialize)]
struct Insights<'a> {
    title: &'a str,
    details: &'a str,
    report_type: &'static str,
    reporter: &'static str,
    result: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<&'a str>,
}

/// The body of an annotation.
#[derive(Serialize)]
struct Remark<'a> {
    external_id: &'a str,
    annotation_type: &'static str,
    severity: &'static str,
    path: &'a str,
    line: u32,
    summary: String,
    details: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<&'a str>,
}

impl<'a> Bitbucket<'a> {
    pub(super) fn new(http: &'a Http, to: &'a Destination, credential: &'a Credential) -> Self {
        let auth = Auth::with_scheme("Bearer", credential);
        let api = Api::new(http, Kind::Bitbucket, &to.api_url, auth, &[]);
        let (repository, sha) = (segments(&to.repository), segment(&to.head_sha));
        let commit = format!("/repositories/{repository}/commit/{sha}");
        Self { api, to, commit, is_anonymous: matches!(credential, Credential::Anonymous) }
    }

    async fn status(&self, news: &News<'_>) -> Result<Told, ForgeError> {
        let web = self.to.web_url.trim_end_matches('/');
        let commit = || format!("{web}/{}/commits/{}", self.to.repository, self.to.head_sha);
        let body = Status {
            key: shortened(&news.name, MAX_KEY),
            state: if news.passes { "SUCCESSFUL" } else { "FAILED" },
            name: &news.name,
            description: shortened(&news.title, MAX_DESCRIPTION),
            url: self.to.run.url.clone().unwrap_or_else(commit),
        };
        let path = format!("{}/statuses/build", self.commit);
        // A second status with the same key takes the place of the first.
        self.api.ask(Call::new(Method::POST, path, STATUS).json(&body).repeatable()).await?;
        Ok(Told::default())
    }

    async fn insights(&self, news: &News<'_>) -> Result<Told, ForgeError> {
        let path = format!("{}/reports/{}", self.commit, segment(&news.name.replace('/', "-")));
        let body = Insights {
            title: &news.name,
            details: &news.title,
            report_type: "BUG",
            reporter: "clodo",
            result: if news.passes { "PASSED" } else { "FAILED" },
            link: self.to.run.url.as_deref(),
        };
        self.api.ask(Call::new(Method::PUT, path.clone(), REPORT).json(&body)).await?;
        let wanted = &news.annotations[..news.annotations.len().min(MAX_ANNOTATIONS)];
        for chunk in wanted.chunks(PER_REQUEST) {
            let remarks: Vec<_> = chunk.iter().map(remark).collect();
            let call = Call::new(Method::POST, format!("{path}/annotations"), REPORT);
            // Each has an id of its own, by which a second one takes its place.
            self.api.ask(call.json(&remarks).repeatable()).await?;
        }
        let (written, all) = (wanted.len(), news.annotations.len());
        let note = (written < all).then(|| format!("{written} of {all} annotations written"));
        Ok(Told { url: None, note })
    }
}

fn remark(annotation: &Annotation) -> Remark<'_> {
    Remark {
        external_id: &annotation.fingerprint,
        annotation_type: "BUG",
        severity: match annotation.severity {
            Severity::Error => "HIGH",
            Severity::Warning => "MEDIUM",
            Severity::Note => "LOW",
        },
        path: &annotation.path,
        line: annotation.start_line,
        summary: shortened(&annotation.fact, MAX_SUMMARY),
        details: &annotation.message,
        link: annotation.url.as_deref(),
    }
}

#[async_trait]
impl Forge for Bitbucket<'_> {
    fn ways(&self) -> [&'static [Way]; 2] {
        [&[Way::Insights], &[Way::Status]]
    }

    fn closed(&self, way: Way) -> Option<Closed> {
        (way == Way::Status && self.is_anonymous).then_some(Closed {
            why: "the proxy of a pipeline is for reports only; the pipeline says the same",
            fix: STATUS.fix,
        })
    }

    async fn tell(&self, way: Way, news: &News<'_>) -> Result<Told, ForgeError> {
        match way {
            Way::Insights => self.insights(news).await,
            _ => self.status(news).await,
        }
    }

    fn comments(&self) -> Result<&dyn Comments, Closed> {
        Err(Closed {
            why: "clodo writes a Code Insights report on Bitbucket in its place",
            fix: "read the report beside the pull request",
        })
    }
}
