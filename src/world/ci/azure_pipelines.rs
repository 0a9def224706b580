//! Azure Pipelines.
//!
//! Variables: <https://learn.microsoft.com/en-us/azure/devops/pipelines/build/variables>.

use super::complete::locate;
use super::{Detector, Marker, Surroundings};
use crate::core::model::context::{CiContext, CiSystem, EventKind, ForgeKind, Known};

pub(super) const DETECTOR: Detector = Detector {
    system: CiSystem::AzurePipelines,
    marker: Marker::Any(&["TF_BUILD", "BUILD_BUILDURI"]),
    read,
};

/// The ref: `refs/heads/main`, `refs/tags/v1` or `refs/pull/12/merge`.
const REF: &str = "BUILD_SOURCEBRANCH";

fn read(s: &Surroundings<'_>) -> CiContext {
    let mut cx = CiContext {
        event: s.event("BUILD_REASON", kind),
        forge: s.text("BUILD_REPOSITORY_PROVIDER").and_then(|known| known.and_then(|p| forge(&p))),
        repository_id: s.text("BUILD_REPOSITORY_ID"),
        git_ref: s.text(REF),
        actor: s.text("BUILD_REQUESTEDFOR"),
        run_id: s.text("BUILD_BUILDID"),
        run_attempt: s.number("SYSTEM_JOBATTEMPT"),
        run_url: run_url(s),
        job: s.first(&["SYSTEM_JOBDISPLAYNAME", "SYSTEM_JOBNAME"]),
        workspace: s.text("BUILD_SOURCESDIRECTORY"),
        ..CiContext::default()
    };
    locate(&mut cx, s.remote("BUILD_REPOSITORY_URI"));
    match s.is("BUILD_REASON", "PullRequest") || s.pull_ref(REF).is_some() {
        true => pull_request(s, &mut cx),
        false => {
            cx.head_sha = s.sha("BUILD_SOURCEVERSION");
            cx.branch = s.branch(REF);
            cx.tag = s.tag_ref(REF);
        }
    }
    cx
}

fn kind(reason: &str) -> Option<EventKind> {
    Some(match reason {
        "IndividualCI" | "BatchedCI" => EventKind::Push,
        "PullRequest" => EventKind::PullRequest,
        "Schedule" => EventKind::Schedule,
        "Manual" => EventKind::Manual,
        _ => return None,
    })
}

fn forge(provider: &str) -> Option<ForgeKind> {
    match provider {
        "TfsGit" => Some(ForgeKind::AzureDevops),
        "GitHub" | "GitHubEnterprise" => Some(ForgeKind::Github),
        "Bitbucket" => Some(ForgeKind::Bitbucket),
        _ => None,
    }
}

/// `BUILD_SOURCEVERSION` is a commit that merges the pull request. A pull request of GitHub has an
/// id besides its number, which is of no use to anybody.
fn pull_request(s: &Surroundings<'_>, cx: &mut CiContext) {
    let is_azure = cx.forge.as_ref().is_some_and(|forge| forge.value == ForgeKind::AzureDevops);
    let id = || s.number("SYSTEM_PULLREQUEST_PULLREQUESTID").filter(|_| is_azure);
    cx.pull_request =
        s.number("SYSTEM_PULLREQUEST_PULLREQUESTNUMBER").or_else(id).or_else(|| s.pull_ref(REF));
    cx.head_sha = s.sha("SYSTEM_PULLREQUEST_SOURCECOMMITID");
    cx.branch = s.branch("SYSTEM_PULLREQUEST_SOURCEBRANCH");
    cx.base_branch = s.branch("SYSTEM_PULLREQUEST_TARGETBRANCH");
    cx.fork = s.flag("SYSTEM_PULLREQUEST_ISFORK");
}

fn run_url(s: &Surroundings<'_>) -> Option<Known<String>> {
    let page =
        s.url("SYSTEM_COLLECTIONURI")?.with(s.text("SYSTEM_TEAMPROJECT")?, |server, name| {
            // The name of a project may hold spaces.
            format!("{server}/{}", name.replace('%', "%25").replace(' ', "%20"))
        });
    Some(
        page.with(s.text("BUILD_BUILDID")?, |page, id| {
            format!("{page}/_build/results?buildId={id}")
        }),
    )
}
