//! How the state is shown: the shapes of GitHub's published description.

use serde_json::{Value, json};

use crate::server::sandbox::state::git::{Commit, File};
use crate::server::sandbox::state::github::{GitHub, Pull, Repository, Role, Side, Team, User};

/// The state, and where the links lead.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) github: &'a GitHub,
    pub(super) origin: &'a str,
}

/// Links of a user, each with what stands after the user's own address.
const OF_USER: &[(&str, &str)] = &[
    ("followers_url", "/followers"),
    ("following_url", "/following{/other_user}"),
    ("gists_url", "/gists{/gist_id}"),
    ("starred_url", "/starred{/owner}{/repo}"),
    ("subscriptions_url", "/subscriptions"),
    ("organizations_url", "/orgs"),
    ("repos_url", "/repos"),
    ("events_url", "/events{/privacy}"),
    ("received_events_url", "/received_events"),
];

/// Links of a repository, likewise.
const OF_REPOSITORY: &[(&str, &str)] = &[
    ("archive_url", "/{archive_format}{/ref}"),
    ("assignees_url", "/assignees{/user}"),
    ("blobs_url", "/git/blobs{/sha}"),
    ("branches_url", "/branches{/branch}"),
    ("collaborators_url", "/collaborators{/collaborator}"),
    ("comments_url", "/comments{/number}"),
    ("commits_url", "/commits{/sha}"),
    ("compare_url", "/compare/{base}...{head}"),
    ("contents_url", "/contents/{+path}"),
    ("contributors_url", "/contributors"),
    ("deployments_url", "/deployments"),
    ("downloads_url", "/downloads"),
    ("events_url", "/events"),
    ("forks_url", "/forks"),
    ("git_commits_url", "/git/commits{/sha}"),
    ("git_refs_url", "/git/refs{/sha}"),
    ("git_tags_url", "/git/tags{/sha}"),
    ("hooks_url", "/hooks"),
    ("issue_comment_url", "/issues/comments{/number}"),
    ("issue_events_url", "/issues/events{/number}"),
    ("issues_url", "/issues{/number}"),
    ("keys_url", "/keys{/key_id}"),
    ("labels_url", "/labels{/name}"),
    ("languages_url", "/languages"),
    ("merges_url", "/merges"),
    ("milestones_url", "/milestones{/number}"),
    ("notifications_url", "/notifications{?since,all,participating}"),
    ("pulls_url", "/pulls{/number}"),
    ("releases_url", "/releases{/id}"),
    ("stargazers_url", "/stargazers"),
    ("statuses_url", "/statuses/{sha}"),
    ("subscribers_url", "/subscribers"),
    ("subscription_url", "/subscription"),
    ("tags_url", "/tags"),
    ("teams_url", "/teams"),
    ("trees_url", "/git/trees{/sha}"),
];

impl View<'_> {
    /// An address of the API.
    pub(super) fn api(&self, path: &str) -> String {
        format!("{}{}{path}", self.origin, crate::server::sandbox::forge::GITHUB)
    }

    /// An address below a repository's.
    pub(super) fn at(&self, repository: &Repository, path: &str) -> String {
        self.api(&format!("/repos/{}{path}", repository.full_name))
    }

    /// An address that people would open.
    pub(super) fn page(&self, repository: &Repository, path: &str) -> String {
        format!("{}/{}{path}", self.origin, repository.full_name)
    }

    /// The address with which somebody commits, who may be known by nothing else.
    pub(super) fn email(&self, who: &str) -> String {
        let own = self.github.users.get(who).and_then(|user| user.emails.first());
        match own {
            Some(own) => own.clone(),
            None if who.contains('@') => who.to_owned(),
            None => format!("{who}@users.noreply.example.com"),
        }
    }

    /// The login of whoever has a name or an address.
    pub(super) fn known(&self, who: &str) -> Option<&str> {
        let mut users = self.github.users.iter();
        let found = users.find(|(login, user)| {
            *login == who || user.emails.contains(who) || self.email(login) == who
        });
        found.map(|(login, _)| login.as_str())
    }

    pub(super) fn user(&self, login: &str) -> Value {
        let unknown = User::default();
        let User { id, kind, .. } = self.github.users.get(login).unwrap_or(&unknown);
        let url = self.api(&format!("/users/{login}"));
        let mut user = json!({
            "login": login, "id": id, "node_id": format!("U_{id}"), "gravatar_id": "",
            "avatar_url": format!("{}/avatars/{id}", self.origin), "url": url,
            "html_url": format!("{}/{login}", self.origin), "type": kind, "site_admin": false,
        });
        for (name, path) in OF_USER {
            user[name] = json!(format!("{url}{path}"));
        }
        user
    }

    /// A user with everything that `GET /user` says.
    pub(super) fn whole_user(&self, login: &str) -> Value {
        let mut user = self.user(login);
        let more = json!({
            "name": login, "company": null, "blog": "", "location": null, "email": null,
            "hireable": null, "bio": null, "public_repos": 0, "public_gists": 0, "followers": 0,
            "following": 0, "created_at": "2020-01-01T00:00:00Z",
            "updated_at": "2020-01-01T00:00:00Z", "private_gists": 0, "total_private_repos": 0,
            "owned_private_repos": 0, "disk_usage": 0, "collaborators": 0,
            "two_factor_authentication": true,
        });
        add(&mut user, more);
        user
    }

    /// The App behind a login such as `github-actions[bot]`.
    pub(super) fn app(&self, login: &str) -> Value {
        let slug = login.trim_end_matches("[bot]");
        let id = self.github.users.get(login).map_or(0, |user| user.id);
        json!({
            "id": id, "slug": slug, "node_id": format!("A_{id}"), "owner": self.user(login),
            "name": slug, "description": "", "external_url": format!("{}/apps/{slug}", self.origin),
            "html_url": format!("{}/apps/{slug}", self.origin),
            "created_at": "2020-01-01T00:00:00Z", "updated_at": "2020-01-01T00:00:00Z",
            "permissions": {}, "events": [],
        })
    }

    /// A team by `organisation/slug`.
    pub(super) fn team(&self, path: &str) -> Value {
        let unknown = Team::default();
        let Team { id, .. } = self.github.teams.get(path).unwrap_or(&unknown);
        let (organisation, slug) = path.split_once('/').unwrap_or(("", path));
        let url = self.api(&format!("/orgs/{organisation}/teams/{slug}"));
        json!({
            "id": id, "node_id": format!("T_{id}"), "name": slug, "slug": slug, "description": null,
            "privacy": "closed", "notification_setting": "notifications_enabled",
            "permission": "pull", "url": url, "members_url": format!("{url}/members{{/member}}"),
            "html_url": format!("{}/orgs/{organisation}/teams/{slug}", self.origin),
            "repositories_url": format!("{url}/repos"), "type": "organization", "parent": null,
        })
    }

    /// A repository with everything that is ever said of one.
    pub(super) fn repository(&self, repository: &Repository) -> Value {
        let Repository { id, full_name, private, default_branch, created_at, .. } = repository;
        let page = self.page(repository, "");
        let mut shown = json!({
            "id": id, "node_id": format!("R_{id}"), "name": repository.name(),
            "full_name": full_name, "private": private, "owner": self.user(repository.owner()),
            "html_url": page, "description": null, "fork": repository.fork_of.is_some(),
            "url": self.at(repository, ""), "default_branch": default_branch,
            "visibility": if *private { "private" } else { "public" },
            "clone_url": format!("{page}.git"), "git_url": format!("{page}.git"),
            "ssh_url": format!("{page}.git"), "svn_url": page, "homepage": null, "language": null,
            "mirror_url": null, "license": null, "forks": 0, "forks_count": 0, "size": 0,
            "stargazers_count": 0, "watchers": 0, "watchers_count": 0, "open_issues": 0,
            "open_issues_count": 0, "network_count": 0, "subscribers_count": 0, "has_issues": true,
            "has_projects": false, "has_wiki": false, "has_pages": false, "has_discussions": false,
            "has_downloads": false, "archived": false, "disabled": false, "pushed_at": created_at,
            "created_at": created_at, "updated_at": created_at,
        });
        for (name, path) in OF_REPOSITORY {
            shown[name] = json!(self.at(repository, path));
        }
        shown
    }

    /// A commit without its files.
    pub(super) fn commit(&self, repository: &Repository, commit: &Commit) -> Value {
        let Commit { sha, tree, parents, message, author, date, .. } = commit;
        let signature = |who: &str| json!({ "name": who, "email": self.email(who), "date": date });
        let user = |who: &str| self.known(who).map_or(json!({}), |login| self.user(login));
        let git = self.at(repository, &format!("/git/commits/{sha}"));
        let parent = |sha: &String| {
            let url = self.at(repository, &format!("/commits/{sha}"));
            let page = self.page(repository, &format!("/commit/{sha}"));
            json!({ "sha": sha, "url": url, "html_url": page })
        };
        json!({
            "sha": sha, "node_id": format!("C_{sha}"),
            "url": self.at(repository, &format!("/commits/{sha}")),
            "html_url": self.page(repository, &format!("/commit/{sha}")),
            "comments_url": self.at(repository, &format!("/commits/{sha}/comments")),
            "commit": {
                "author": signature(author), "committer": signature(commit.committer()),
                "message": message,
                "tree": {
                    "sha": tree, "url": self.at(repository, &format!("/git/trees/{tree}")),
                },
                "url": git, "comment_count": 0,
            },
            "author": user(author), "committer": user(commit.committer()),
            "parents": parents.iter().map(parent).collect::<Vec<_>>(),
        })
    }

    /// A file that a commit changes.
    pub(super) fn file(&self, repository: &Repository, sha: &str, file: &File) -> Value {
        let File { path, previous, change, patch, .. } = file;
        let (added, removed) = file.lines();
        let mut shown = json!({
            "sha": sha, "filename": path, "status": change, "additions": added,
            "deletions": removed, "changes": added + removed,
            "blob_url": self.page(repository, &format!("/blob/{sha}/{path}")),
            "raw_url": self.page(repository, &format!("/raw/{sha}/{path}")),
            "contents_url": self.at(repository, &format!("/contents/{path}?ref={sha}")),
        });
        if !patch.is_empty() {
            shown["patch"] = json!(patch);
        }
        if let Some(previous) = previous {
            shown["previous_filename"] = json!(previous);
        }
        shown
    }

    /// A pull request as lists show it.
    pub(super) fn pull(&self, repository: &Repository, pull: &Pull) -> Value {
        let Pull { id, number, title, body, author, draft, .. } = pull;
        let at = |path: &str| self.at(repository, &format!("/pulls/{number}{path}"));
        let issue = self.at(repository, &format!("/issues/{number}"));
        let page = self.page(repository, &format!("/pull/{number}"));
        let statuses = self.at(repository, &format!("/statuses/{}", pull.head.sha));
        let comment = format!("{}/pulls/comments{{/number}}", self.at(repository, ""));
        let merged_at = pull.merged.as_ref().map(|merged| &merged.at);
        let users = pull.reviewers.iter().map(|login| self.user(login)).collect::<Vec<_>>();
        let team = |slug: &String| self.team(&format!("{}/{slug}", repository.owner()));
        let teams = pull.team_reviewers.iter().map(team).collect::<Vec<_>>();
        let link = |address: &str| json!({ "href": address });
        let mut shown = json!({
            "id": id, "node_id": format!("PR_{id}"), "number": number, "title": title, "body": body,
            "state": if pull.closed { "closed" } else { "open" }, "locked": false, "draft": draft,
            "user": self.user(author), "labels": [], "milestone": null, "assignee": null,
            "assignees": [], "requested_reviewers": users, "requested_teams": teams,
            "auto_merge": null, "merge_commit_sha": pull.merged.as_ref().map(|merged| &merged.sha),
            "created_at": pull.created_at, "updated_at": pull.updated_at, "merged_at": merged_at,
            "closed_at": if pull.closed { json!(pull.updated_at) } else { Value::Null },
            "author_association": self.association(repository, author),
            "head": self.side(&pull.head), "base": self.side(&pull.base),
        });
        let links = json!({
            "url": at(""), "html_url": page, "diff_url": format!("{page}.diff"),
            "patch_url": format!("{page}.patch"), "issue_url": issue,
            "comments_url": format!("{issue}/comments"), "commits_url": at("/commits"),
            "review_comments_url": at("/comments"), "review_comment_url": comment,
            "statuses_url": statuses,
            "_links": {
                "self": link(&at("")), "html": link(&page), "issue": link(&issue),
                "comments": link(&format!("{issue}/comments")), "commits": link(&at("/commits")),
                "review_comments": link(&at("/comments")), "review_comment": link(&comment),
                "statuses": link(&statuses),
            },
        });
        add(&mut shown, links);
        shown
    }

    fn side(&self, side: &Side) -> Value {
        let owner = side.repository.split('/').next().unwrap_or_default();
        let repository = self.github.repositories.get(&side.repository);
        json!({
            "label": format!("{owner}:{}", side.branch), "ref": side.branch, "sha": side.sha,
            "user": self.user(owner), "repo": repository.map(|one| self.repository(one)),
        })
    }

    /// The pull requests of which a commit is the newest, in short.
    pub(super) fn pulls_with_head(&self, repository: &Repository, sha: &str) -> Vec<Value> {
        let side = |side: &Side| {
            let found = self.github.repositories.get(&side.repository);
            let shown = found
                .map(|one| json!({ "id": one.id, "name": one.name(), "url": self.at(one, "") }));
            json!({ "ref": side.branch, "sha": side.sha, "repo": shown })
        };
        let own = |pull: &&Pull| pull.head.sha == sha && !pull.closed && !pull.is_from_fork();
        let short = |pull: &Pull| {
            json!({
                "id": pull.id, "number": pull.number,
                "url": self.at(repository, &format!("/pulls/{}", pull.number)),
                "head": side(&pull.head), "base": side(&pull.base),
            })
        };
        repository.pulls.iter().filter(own).map(short).collect()
    }

    /// What somebody is to a repository.
    pub(super) fn association(&self, repository: &Repository, login: &str) -> &'static str {
        let merged = |pull: &Pull| pull.merged.is_some() && pull.author == login;
        if repository.owner() == login {
            "OWNER"
        } else if repository.collaborators.contains_key(login) {
            "COLLABORATOR"
        } else if self.github.teams.iter().any(|(path, team)| {
            path.split('/').next() == Some(repository.owner()) && team.members.contains(login)
        }) {
            "MEMBER"
        } else if repository.pulls.iter().any(merged) {
            "CONTRIBUTOR"
        } else {
            "NONE"
        }
    }

    /// A user with what they may in a repository.
    pub(super) fn collaborator(&self, login: &str, role: Option<Role>) -> Value {
        let mut user = self.user(login);
        let none = json!({
            "pull": false, "triage": false, "push": false, "maintain": false, "admin": false,
        });
        user["permissions"] = role.map_or(none, Role::permissions);
        user["role_name"] = role.map_or(json!("none"), |role| json!(role));
        user
    }
}

/// Adds the fields of an object to another.
pub(super) fn add(to: &mut Value, more: Value) {
    if let (Some(to), Value::Object(more)) = (to.as_object_mut(), more) {
        to.extend(more);
    }
}
