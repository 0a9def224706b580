"""Walks the sandbox's GitHub with PyGithub: run by clients.rs."""

import os

from github import Auth, Github, GithubException

ORIGIN, SHA = os.environ["ORIGIN"], os.environ["SHA"]


def client(token):
    return Github(
        auth=Auth.Token(token), base_url=f"{ORIGIN}/github", retry=None, per_page=2,
        seconds_between_requests=0, seconds_between_writes=0,
    )


def repository(token):
    return client(token).get_repo("acme/shop")


def refused(status, call):
    try:
        call()
    except GithubException as error:
        assert error.status == status, error
    else:
        raise AssertionError(f"it was not refused with {status}")


ana, cy, app = repository("ghp_ana"), repository("ghp_cy"), repository("ghs_t0ken")
assert client("ghp_cy").get_user().login == "cy"
assert cy.get_collaborator_permission("ana") == "write"
assert cy.get_collaborator_role_name("ana") == "maintain"

pull = cy.get_pull(42)
assert pull.head.sha == SHA and pull.base.repo.full_name == "acme/shop" and not pull.merged
assert [one.number for one in cy.get_pulls(state="open")] == [43, 42]
assert cy.get_pull(43).head.repo.parent.full_name == "acme/shop"
assert {one.filename for one in pull.get_files()} == {"src/index.ts", "old.ts"}
assert [one.sha for one in pull.get_commits()] == [SHA]

remarks = [pull.create_issue_comment(f"remark {n}") for n in range(5)]
remarks[0].edit("edited")
remarks[1].delete()
assert [one.body for one in pull.get_issue_comments()] == [
    "edited", "remark 2", "remark 3", "remark 4",
]

refused(422, lambda: pull.create_review(event="APPROVE"))
ana.get_pull(42).create_review(event="APPROVE", body="good")
assert [(one.user.login, one.state, one.commit_id) for one in pull.get_reviews()] == [
    ("ana", "APPROVED", SHA),
]
pull.create_review_request(reviewers=["ana"], team_reviewers=["sre"])
users, teams = pull.get_review_requests()
assert [one.login for one in users] == ["ana"] and [one.slug for one in teams] == ["sre"]

commit = cy.get_commit(SHA)
assert commit.commit.message == "Change feature" and commit.stats.total == 0
commit.create_status("success", context="clodo", description="ready")
assert commit.get_combined_status().state == "success"
assert [one.context for one in commit.get_combined_status().statuses] == ["clodo"]
assert [one.number for one in commit.get_pulls()] == [42]
assert cy.compare("main", "feature").ahead_by == 1

refused(403, lambda: cy.create_check_run(name="clodo", head_sha=SHA))
run = app.create_check_run(name="clodo", head_sha=SHA, status="in_progress")
remark = {
    "path": "src/index.ts", "start_line": 1, "end_line": 1, "annotation_level": "warning",
    "message": "look",
}
output = {"title": "t", "summary": "s", "annotations": [remark] * 3}
run.edit(status="completed", conclusion="success", output=output)
assert len(list(run.get_annotations())) == 3
assert [one.conclusion for one in commit.get_check_runs()] == ["success"]

deployment = app.create_deployment(
    SHA, auto_merge=False, required_contexts=[], environment="staging", payload={"plan": "9f3c"},
)
deployment.create_status("in_progress")
deployment.create_status("success", environment_url="https://staging.example.com")
assert [one.state for one in deployment.get_statuses()] == ["success", "in_progress"]
assert app.get_deployment(deployment.id).payload == {"plan": "9f3c"}

production = cy.get_environment("production")
assert {one.type for one in production.protection_rules} == {
    "wait_timer", "required_reviewers", "branch_policy",
}
assert {one.name for one in cy.get_environments()} == {"production", "staging"}
assert cy.get_workflow_run(1187).status == "waiting"
assert app.get_branch("main").get_protection().required_status_checks.contexts == ["clodo/shop"]
assert client("ghp_cy").get_rate_limit().rate.remaining > 0
refused(404, lambda: client("ghp_cy").get_repo("acme/secret"))
refused(401, lambda: repository("ghs_none"))
