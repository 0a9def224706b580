"""Walks the sandbox's GitLab with python-gitlab: run by clients.rs."""

import os

import gitlab

ORIGIN, SHA = os.environ["ORIGIN"], os.environ["SHA"]


def client(token):
    return gitlab.Gitlab(f"{ORIGIN}/gitlab", private_token=token, per_page=2)


def project(token):
    return client(token).projects.get("group/sub/shop")


def refused(status, call):
    try:
        call()
    except gitlab.exceptions.GitlabError as error:
        assert error.response_code == status, error
    else:
        raise AssertionError(f"it was not refused with {status}")


bot = client("glpat-t0ken")
bot.auth()
assert bot.user.username == "project_1_bot"
ana, ben, cy = project("glpat-ana"), project("glpat-ben"), project("glpat-cy")
assert client("glpat-cy").projects.get(cy.id).path_with_namespace == "group/sub/shop"

request = ana.mergerequests.get(42)
assert request.sha == SHA and request.reviewers[0]["username"] == "ana"
assert [one.iid for one in ana.mergerequests.list(state="opened", get_all=True)] == [42]
assert [one.id for one in request.commits()] == [SHA]
notes = [request.notes.create({"body": f"note {n}"}) for n in range(5)]
notes[0].body = "edited"
notes[0].save()
notes[1].delete()
bodies = [one.body for one in request.notes.list(sort="asc", get_all=True)]
assert bodies == ["edited", "note 2", "note 3", "note 4"]

refused(401, lambda: cy.mergerequests.get(42).approve())
request.approve()
ben.mergerequests.get(42).approve(sha=SHA)
assert request.approvals.get().approvals_left == 0
assert all(rule["approved"] for rule in request.approval_state.get().rules)
assert len(cy.approvalrules.list(get_all=True)) == 2

commit = cy.commits.get(SHA)
commit.statuses.create({"state": "running", "name": "clodo", "pipeline_id": 1187})
commit.statuses.create({"state": "success", "name": "clodo", "pipeline_id": 1187})
assert [one.status for one in commit.statuses.list(get_all=True)] == ["success"]
assert [one["iid"] for one in commit.merge_requests()] == [42]
pipeline = cy.pipelines.get(1187)
assert [one.name for one in pipeline.jobs.list(get_all=True)] == ["deploy:production"]

blocked = ana.deployments.list(environment="production", get_all=True)[0]
assert blocked.status == "blocked"
blocked.approval("approved", comment="go")
ben.deployments.get(blocked.id).approval("approved")
assert cy.deployments.get(blocked.id).status == "created"
new = {"environment": "staging", "sha": SHA, "ref": "feature", "tag": False, "status": "running"}
deployment = ana.deployments.create(new)
deployment.status = "success"
deployment.save()

assert {one.name for one in cy.environments.list(get_all=True)} == {"production", "staging"}
assert cy.protected_environments.get("production").approval_rules[0]["required_approvals"] == 2
levels = {one.username: one.access_level for one in cy.members_all.list(get_all=True)}
assert levels["cy"] == gitlab.const.MAINTAINER_ACCESS and levels["ana"] == 30
freezes = client("glpat-cy").http_list(f"/projects/{cy.id}/freeze_periods", get_all=True)
assert freezes[0]["cron_timezone"] == "Europe/Berlin"
assert cy.branches.get("main").protected
refused(404, lambda: project("glpat-mallory"))
refused(401, lambda: project("glpat-none"))
