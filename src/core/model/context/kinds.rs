//! The kinds of CI systems, forges and events, each with the one word for it.

/// A CI system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CiSystem {
    /// GitHub Actions.
    GithubActions,
    /// Forgejo Actions or Gitea Actions, which share their runner's variables.
    ForgejoActions,
    /// GitLab CI/CD.
    GitlabCi,
    /// CircleCI.
    CircleCi,
    /// Bitbucket Pipelines.
    BitbucketPipelines,
    /// Azure Pipelines.
    AzurePipelines,
    /// Jenkins.
    Jenkins,
    /// Buildkite.
    Buildkite,
    /// Drone.
    Drone,
    /// Woodpecker.
    Woodpecker,
    /// AWS CodeBuild.
    CodeBuild,
    /// TeamCity.
    TeamCity,
    /// Travis CI.
    Travis,
    /// Cloudflare Workers Builds.
    WorkersBuilds,
    /// The builds of Cloudflare Pages.
    CloudflarePages,
    /// One that only says `CI=true`.
    Generic,
}

impl CiSystem {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::GithubActions,
        Self::ForgejoActions,
        Self::GitlabCi,
        Self::CircleCi,
        Self::BitbucketPipelines,
        Self::AzurePipelines,
        Self::Jenkins,
        Self::Buildkite,
        Self::Drone,
        Self::Woodpecker,
        Self::CodeBuild,
        Self::TeamCity,
        Self::Travis,
        Self::WorkersBuilds,
        Self::CloudflarePages,
        Self::Generic,
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GithubActions => "github-actions",
            Self::ForgejoActions => "forgejo-actions",
            Self::GitlabCi => "gitlab-ci",
            Self::CircleCi => "circleci",
            Self::BitbucketPipelines => "bitbucket-pipelines",
            Self::AzurePipelines => "azure-pipelines",
            Self::Jenkins => "jenkins",
            Self::Buildkite => "buildkite",
            Self::Drone => "drone",
            Self::Woodpecker => "woodpecker",
            Self::CodeBuild => "codebuild",
            Self::TeamCity => "teamcity",
            Self::Travis => "travis",
            Self::WorkersBuilds => "workers-builds",
            Self::CloudflarePages => "cloudflare-pages",
            Self::Generic => "generic",
        }
    }

    /// The system that a word stands for.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|system| system.as_str() == text)
    }
}

/// A kind of forge: the words in which to talk to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ForgeKind {
    /// GitHub, in the cloud or one's own.
    Github,
    /// GitLab, in the cloud or one's own.
    Gitlab,
    /// Bitbucket.
    Bitbucket,
    /// Azure DevOps.
    AzureDevops,
    /// Gitea or Forgejo, which have one API.
    Gitea,
    /// None that could take a report.
    None,
}

impl ForgeKind {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Github, Self::Gitlab, Self::Bitbucket, Self::AzureDevops, Self::Gitea, Self::None];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Bitbucket => "bitbucket",
            Self::AzureDevops => "azure-devops",
            Self::Gitea => "gitea",
            Self::None => "none",
        }
    }

    /// The forge that a word stands for.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "forgejo" {
            return Some(Self::Gitea);
        }
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The forge on a host. The well-known ones, and what names itself in the first part of its
    /// name, as in `gitlab.example.com`: [Git Credential Manager] tells them apart in this way too.
    ///
    /// [Git Credential Manager]: https://github.com/git-ecosystem/git-credential-manager/blob/main/docs/autodetect.md
    pub fn of_host(host: &str) -> Option<Self> {
        let host = host.to_ascii_lowercase();
        let (first, rest) = host.split_once('.')?;
        match host.as_str() {
            "github.com" | "ssh.github.com" => return Some(Self::Github),
            "gitlab.com" => return Some(Self::Gitlab),
            "bitbucket.org" => return Some(Self::Bitbucket),
            "dev.azure.com" => return Some(Self::AzureDevops),
            "codeberg.org" | "gitea.com" => return Some(Self::Gitea),
            _ => {}
        }
        match (first, rest) {
            (_, "visualstudio.com") => Some(Self::AzureDevops),
            // GitHub Enterprise Cloud with data residency.
            (_, "ghe.com") => Some(Self::Github),
            _ if !rest.contains('.') => None,
            ("github", _) => Some(Self::Github),
            ("gitlab", _) => Some(Self::Gitlab),
            ("gitea" | "forgejo", _) => Some(Self::Gitea),
            _ => None,
        }
    }

    /// Where the API of such a forge is, by the forge's own documentation.
    ///
    /// - GitHub: <https://docs.github.com/en/enterprise-server@latest/rest/quickstart> and
    ///   <https://docs.github.com/en/enterprise-cloud@latest/admin/data-residency>
    /// - GitLab: <https://docs.gitlab.com/api/rest/>
    /// - Bitbucket Cloud: <https://developer.atlassian.com/cloud/bitbucket/rest/intro/>
    /// - Azure DevOps: <https://learn.microsoft.com/en-us/rest/api/azure/devops/>
    /// - Gitea and Forgejo: <https://docs.gitea.com/development/api-usage>
    pub fn api_url(self, server_url: &str) -> Option<String> {
        let (scheme, host) = server_url.split_once("://")?;
        match self {
            Self::Github if host == "github.com" => Some("https://api.github.com".to_owned()),
            Self::Github if host.ends_with(".ghe.com") => Some(format!("{scheme}://api.{host}")),
            Self::Github => Some(format!("{server_url}/api/v3")),
            Self::Gitlab => Some(format!("{server_url}/api/v4")),
            Self::Bitbucket if host == "bitbucket.org" => {
                Some("https://api.bitbucket.org/2.0".to_owned())
            }
            // Bitbucket Data Center has several APIs, and nothing here tells which is meant.
            Self::Bitbucket | Self::None => None,
            Self::AzureDevops => Some(server_url.to_owned()),
            Self::Gitea => Some(format!("{server_url}/api/v1")),
        }
    }
}

/// What made a run run.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// Commits were pushed to a branch.
    Push,
    /// A tag was pushed.
    Tag,
    /// A pull request, or a review of one. From a fork it runs with little power.
    PullRequest,
    /// GitHub's `pull_request_target`: about a pull request, with the secrets and the write token
    /// of the base. Code of the pull request must not be run in it.
    PullRequestTarget,
    /// What a merge queue or merge train is about to merge.
    MergeQueue,
    /// Another run ended.
    WorkflowRun,
    /// A comment on an issue or pull request.
    IssueComment,
    /// The clock.
    Schedule,
    /// A person pressed a button.
    Manual,
    /// A request to the API of the CI system, or another pipeline.
    Api,
    /// A release.
    Release,
    /// Something else, in the words of the CI system.
    Other(String),
}

impl EventKind {
    /// The kinds that have a word of clodo's.
    const NAMED: [Self; 11] = [
        Self::Push,
        Self::Tag,
        Self::PullRequest,
        Self::PullRequestTarget,
        Self::MergeQueue,
        Self::WorkflowRun,
        Self::IssueComment,
        Self::Schedule,
        Self::Manual,
        Self::Api,
        Self::Release,
    ];

    /// The word for it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Push => "push",
            Self::Tag => "tag",
            Self::PullRequest => "pull-request",
            Self::PullRequestTarget => "pull-request-target",
            Self::MergeQueue => "merge-queue",
            Self::WorkflowRun => "workflow-run",
            Self::IssueComment => "issue-comment",
            Self::Schedule => "schedule",
            Self::Manual => "manual",
            Self::Api => "api",
            Self::Release => "release",
            Self::Other(name) => name,
        }
    }

    /// The event that a word stands for.
    pub fn parse(text: &str) -> Self {
        let named = Self::NAMED.into_iter().find(|kind| kind.as_str() == text);
        named.unwrap_or_else(|| Self::Other(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forges_are_known_by_their_hosts() {
        for (host, kind) in [
            ("github.com", Some(ForgeKind::Github)),
            ("GitLab.com", Some(ForgeKind::Gitlab)),
            ("gitlab.example.com", Some(ForgeKind::Gitlab)),
            ("octo.ghe.com", Some(ForgeKind::Github)),
            ("org.visualstudio.com", Some(ForgeKind::AzureDevops)),
            ("forgejo.example.org", Some(ForgeKind::Gitea)),
            ("gitlab.dev", None),
            ("git.example.com", None),
            ("localhost", None),
        ] {
            assert_eq!(ForgeKind::of_host(host), kind, "{host}");
        }
    }

    #[test]
    fn apis_are_where_the_documentation_says() {
        for (kind, server, api) in [
            (ForgeKind::Github, "https://github.com", Some("https://api.github.com")),
            (ForgeKind::Github, "https://octo.ghe.com", Some("https://api.octo.ghe.com")),
            (ForgeKind::Github, "https://github.acme.io", Some("https://github.acme.io/api/v3")),
            (ForgeKind::Gitlab, "https://gitlab.com", Some("https://gitlab.com/api/v4")),
            (ForgeKind::Gitea, "https://codeberg.org", Some("https://codeberg.org/api/v1")),
            (ForgeKind::Bitbucket, "https://bitbucket.org", Some("https://api.bitbucket.org/2.0")),
            (ForgeKind::Bitbucket, "https://git.example.com", None),
            (ForgeKind::None, "https://github.com", None),
        ] {
            assert_eq!(kind.api_url(server).as_deref(), api, "{kind:?} {server}");
        }
    }
}
