//! How people, commits and projects are shown: the shapes of GitLab's published types.

use serde_json::{Value, json};

use crate::server::sandbox::state::git::Commit;
use crate::server::sandbox::state::gitlab::{GitLab, Group, Pipeline, Project, User};

/// The state, and where the links lead.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub(super) gitlab: &'a GitLab,
    pub(super) origin: &'a str,
}

impl View<'_> {
    /// An address that people would open.
    pub(super) fn page(&self, path: &str) -> String {
        format!("{}/gitlab/{path}", self.origin)
    }

    /// An address below a project's.
    pub(super) fn of_project(&self, project: &Project, path: &str) -> String {
        self.page(&format!("{}/-/{path}", project.path))
    }

    pub(super) fn user(&self, username: &str) -> Value {
        let unknown = User::default();
        let User { id, name, .. } = self.gitlab.users.get(username).unwrap_or(&unknown);
        json!({
            "id": id, "username": username, "name": name, "state": "active",
            "avatar_url": self.page(&format!("avatars/{id}")), "web_url": self.page(username),
        })
    }

    /// The address with which somebody commits, who may be known by nothing else.
    pub(super) fn email(&self, who: &str) -> String {
        let own = self.gitlab.users.get(who).and_then(|user| user.emails.first());
        match own {
            Some(own) => own.clone(),
            None if who.contains('@') => who.to_owned(),
            None => format!("{who}@users.noreply.example.com"),
        }
    }

    /// A user with when they came, as deployments show those who started them.
    pub(super) fn dated_user(&self, username: &str) -> Value {
        let mut user = self.user(username);
        user["created_at"] = json!("2020-01-01T00:00:00.000Z");
        user
    }

    pub(super) fn group(&self, path: &str) -> Value {
        let unknown = Group::default();
        let Group { id, .. } = self.gitlab.groups.get(path).unwrap_or(&unknown);
        let name = path.rsplit('/').next().unwrap_or_default();
        json!({
            "id": id, "name": name, "path": name, "full_name": path, "full_path": path,
            "description": "", "visibility": "private", "share_with_group_lock": false,
            "require_two_factor_authentication": false, "two_factor_grace_period": 48,
            "project_creation_level": "developer", "subgroup_creation_level": "maintainer",
            "lfs_enabled": true, "default_branch_protection": 2, "avatar_url": null,
            "web_url": self.page(&format!("groups/{path}")), "request_access_enabled": true,
            "parent_id": 0, "created_at": "2020-01-01T00:00:00.000Z",
        })
    }

    pub(super) fn commit(&self, project: &Project, commit: &Commit) -> Value {
        let Commit { sha, parents, message, author, date, .. } = commit;
        let committer = commit.committer();
        json!({
            "id": sha, "short_id": &sha[..8.min(sha.len())], "created_at": date,
            "parent_ids": parents, "title": message.lines().next().unwrap_or_default(),
            "message": message, "author_name": author, "author_email": self.email(author),
            "authored_date": date, "committer_name": committer, "committer_email": self.email(committer),
            "committed_date": date, "trailers": {}, "extended_trailers": {},
            "web_url": self.of_project(project, &format!("commit/{sha}")),
        })
    }

    pub(super) fn pipeline(&self, project: &Project, pipeline: &Pipeline) -> Value {
        let Pipeline { id, iid, sha, branch, status, source, created_at, .. } = pipeline;
        json!({
            "id": id, "iid": iid, "project_id": project.id, "sha": sha, "ref": branch,
            "status": status, "source": source, "created_at": created_at, "updated_at": created_at,
            "web_url": self.of_project(project, &format!("pipelines/{id}")),
        })
    }
}
