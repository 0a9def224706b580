//! The check run: the report beside the commit, and annotations at its lines.

use serde::{Deserialize, Serialize};

use super::GitHub;
use crate::core::model::Severity;
use crate::core::report::Annotation;
use crate::world::forge::api::Need;
use crate::world::forge::{ForgeError, News, Told};
use crate::world::http::Method;
use crate::world::http::segment;

/// How many annotations one request takes; an update adds more ("Checks runs" in GitHub's REST
/// reference).
const PER_REQUEST: usize = 50;

/// How many we write: ten requests' worth. GitHub allows 80 requests that create something a minute
/// ("Rate limits for the REST API"), and the summary lists the findings as well.
const MAX_ANNOTATIONS: usize = 10 * PER_REQUEST;

const CHECK_RUN: Need = Need {
    to: "write check runs",
    fix: "add `checks: write` to the permissions of the job, or \"Checks: write\" to the GitHub App",
};

/// The body that creates a check run.
#[derive(Serialize)]
struct Create<'a> {
    name: &'a str,
    head_sha: &'a str,
    external_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    details_url: Option<&'a str>,
    started_at: String,
    status: &'static str,
    conclusion: &'static str,
    output: Output<'a>,
}

/// The body that adds annotations to one.
#[derive(Serialize)]
struct Add<'a> {
    output: Output<'a>,
}

#[derive(Serialize)]
struct Output<'a> {
    title: &'a str,
    summary: &'a str,
    annotations: Vec<Remark<'a>>,
}

/// An annotation.
#[derive(Serialize)]
struct Remark<'a> {
    path: &'a str,
    start_line: u32,
    end_line: u32,
    // Only for an annotation on one line.
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<u32>,
    annotation_level: &'static str,
    title: &'a str,
    message: &'a str,
}

#[derive(Deserialize)]
struct Created {
    id: u64,
    html_url: Option<String>,
}

impl GitHub<'_> {
    pub(super) async fn check_run(&self, news: &News<'_>) -> Result<Told, ForgeError> {
        let run = &self.to.run;
        let wanted = &news.annotations[..news.annotations.len().min(MAX_ANNOTATIONS)];
        let mut chunks = wanted.chunks(PER_REQUEST);
        let body = Create {
            name: &news.name,
            head_sha: &self.to.head_sha,
            external_id: format!("{}.{}", run.id, run.attempt),
            details_url: run.url.as_deref(),
            started_at: run.started_at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            status: "completed",
            conclusion: if news.passes { "success" } else { "failure" },
            output: output(news, chunks.next().unwrap_or_default()),
        };
        let call = self.call(Method::POST, "/check-runs", CHECK_RUN).json(&body);
        let created: Created = self.api.read(call).await?;
        let mut written = wanted.len().min(PER_REQUEST);
        let mut because = String::new();
        for chunk in chunks {
            let path = format!("/check-runs/{}", segment(&created.id.to_string()));
            let body = Add { output: output(news, chunk) };
            // It adds to those that are there, so it is not sent twice.
            if let Err(error) =
                self.api.ask(self.call(Method::PATCH, &path, CHECK_RUN).json(&body)).await
            {
                because = format!(": {error}");
                break;
            }
            written += chunk.len();
        }
        let all = news.annotations.len();
        let note =
            (written < all).then(|| format!("{written} of {all} annotations written{because}"));
        Ok(Told { url: created.html_url, note })
    }
}

fn output<'a>(news: &'a News<'_>, annotations: &'a [Annotation]) -> Output<'a> {
    let annotations = annotations.iter().map(remark).collect();
    Output { title: &news.title, summary: &news.summary, annotations }
}

fn remark(annotation: &Annotation) -> Remark<'_> {
    Remark {
        path: &annotation.path,
        start_line: annotation.start_line,
        end_line: annotation.end_line,
        start_column: annotation.columns.map(|(start, _)| start),
        end_column: annotation.columns.map(|(_, end)| end),
        annotation_level: match annotation.severity {
            Severity::Error => "failure",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        },
        title: annotation.rule,
        message: &annotation.message,
    }
}
