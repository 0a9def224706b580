//! CircleCI's API, as far as it tells who let a workflow go on: <https://circleci.com/docs/api/v2/>.

use serde::Deserialize;

use super::http::{Http, HttpError, Method, Request, Token, segment};
use crate::core::model::gate::Released;

/// The variable that holds a person's token, as in CircleCI's own examples. A token of a project does
/// not open this version of the API.
pub const TOKEN: &str = "CIRCLE_TOKEN";

/// The variable by which CircleCI's own program is told of another server.
pub const HOST: &str = "CIRCLECI_CLI_HOST";

/// The server where nothing names another.
pub const PUBLIC_HOST: &str = "https://circleci.com";

/// The header of the token.
const HEADER: &str = "circle-token";

/// How many pages of jobs are looked through. A workflow has dozens of jobs, and pages hold more.
const MAX_PAGES: usize = 10;

#[derive(Deserialize)]
struct Page {
    items: Vec<Job>,
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
struct Job {
    name: String,
    #[serde(rename = "type")]
    kind: String,
    /// The number of the person, of CircleCI's own.
    approved_by: Option<String>,
}

#[derive(Deserialize)]
struct User {
    login: String,
}

/// The approval jobs of a workflow that somebody has let go on, and who did.
///
/// # Errors
/// Where the jobs cannot be read. A person whose name is not told has its number.
pub async fn released(
    http: &Http,
    host: &str,
    token: &Token,
    workflow: &str,
) -> Result<Vec<Released>, HttpError> {
    let api = format!("{}/api/v2", host.trim_end_matches('/'));
    let jobs = format!("{api}/workflow/{}/job", segment(workflow));
    let mut url = jobs.clone();
    let mut found = Vec::new();
    for _ in 0..MAX_PAGES {
        let answer = http.send(Request::new(Method::GET, &url).token(HEADER, token)).await?;
        let Page { items, next_page_token } = answer.json()?;
        for job in items.into_iter().filter(|job| job.kind == "approval") {
            let Some(number) = job.approved_by else { continue };
            let user = format!("{api}/user/{}", segment(&number));
            let told = http.send(Request::new(Method::GET, user).token(HEADER, token)).await;
            let name = told.and_then(|told| told.json::<User>()).map(|user| user.login);
            found.push(Released { job: job.name, by: name.unwrap_or(number) });
        }
        let Some(next) = next_page_token else { break };
        url = format!("{jobs}?page-token={}", segment(&next));
    }
    Ok(found)
}
