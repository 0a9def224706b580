//! The plan on a pull request: in the comment of `clodo ci`, and by way of a saved report.

use serde_json::{Value, json};

use crate::forge::command::{Job, Step};
use crate::forge::github::GitHub;
use crate::forge::{SHA, against};
use crate::sandbox::stand::Stand;
use crate::toolchain::{Toolchain, toolchain};
use crate::work_tree::WorkTree;

const CONFIG: &str = "name = \"shop\"\nmain = \"index.js\"\ncompatibility_date = \"2026-01-01\"\n\
    workers_dev = false\npreview_urls = false\nobservability = { enabled = true }\n\
    kv_namespaces = [{ binding = \"CACHE\", id = \"56abac68a9e339dd039a7d6623872cfd\" }]\n";

const SEED: &str = "
account: { name: acme }
resources: { kv: [{ title: cache, id: 56abac68a9e339dd039a7d6623872cfd }] }
workers: [{ name: shop, observability: { enabled: true } }]
";

fn shop() -> WorkTree {
    let code = "export default { fetch: (_, env) => env.CACHE.get('x') };";
    WorkTree::of(&[("wrangler.toml", CONFIG), ("index.js", code)])
}

/// A job on a pull request, with Wrangler, in a sandbox.
fn job(tree: WorkTree, stand: &Stand, toolchain: &Toolchain, api_url: &str) -> Job {
    let modules = tree.at("node_modules");
    std::os::unix::fs::symlink(toolchain.folder.join("node_modules"), modules).expect("a link");
    let token = stand.sandbox.state().tokens[0].value.clone();
    Job::new(tree, api_url)
        .with("CLODO_NODE", toolchain.node.to_str().expect("UTF-8"))
        .with("CLOUDFLARE_API_BASE_URL", &stand.sandbox.api_url)
        .with("CLOUDFLARE_API_TOKEN", &token)
}

/// The hash that `clodo plan` says.
fn hash(job: &Job) -> String {
    let step = job.step(&["plan", "--format", "json"]);
    let plan: Value = serde_json::from_str(&step.out).unwrap_or_else(|_| panic!("{step:?}"));
    super::schema::published(plan)["hash"].as_str().expect("a hash")[..12].to_owned()
}

fn done(step: &Step) -> &str {
    let line = step.err.lines().find(|line| line.contains("comment "));
    line.unwrap_or_else(|| panic!("{step:?}"))
}

#[test]
fn the_comment_shows_the_plan_and_stays_while_nothing_changes() {
    let Some(toolchain) = toolchain() else { return };
    let (stand, github) = (Stand::seeded(SEED), GitHub::default());
    against(github.clone(), async |server| {
        let job = job(shop(), &stand, toolchain, &server.uri());
        // Nothing is found: the plan alone is worth a comment.
        let step = job.step(&["ci", "-v"]);
        let first = hash(&job);
        let body = || github.comments().remove(0).1;
        let summary = format!("<details><summary>Plan {first} for top level (shop)</summary>");
        assert!(body().contains(&summary), "{step:?}\n{}", body());
        assert!(body().contains("- bindings: `+ CACHE` KV Namespace cache"), "{}", body());
        assert!(done(&step).contains("written"), "{step:?}");
        assert!(!body().contains(" ago") && !body().contains("read 20"), "{}", body());

        // Minutes later, in another run.
        let step = job.step(&["ci", "-v"]);
        assert!(done(&step).contains("unchanged"), "{step:?}");
        assert_eq!(hash(&job), first);

        job.tree.write("wrangler.toml", format!("{CONFIG}vars = {{ MODE = \"live\" }}\n"));
        let step = job.step(&["ci", "-v"]);
        assert_ne!(hash(&job), first);
        assert!(
            body().contains(&hash(&job)) && body().contains("`+ MODE`"),
            "{step:?}\n{}",
            body()
        );
        assert_eq!(github.comments().len(), 1);
    });
}

#[test]
fn a_fork_shows_its_plan_by_a_saved_report() {
    let Some(toolchain) = toolchain() else { return };
    let (stand, github) = (Stand::seeded(SEED), GitHub::default());
    against(github.clone(), async |server| {
        let tree = shop();
        // An id that the account does not have.
        tree.write("wrangler.toml", CONFIG.replace("56abac68", "00000000"));
        let job = job(tree, &stand, toolchain, &server.uri());
        assert_eq!(job.step(&["snapshot", "--output", "account.json"]).code, 0);
        let job = job.with("CLOUDFLARE_API_TOKEN", "").with("GITHUB_TOKEN", "");
        let args = ["ci", "--account", "account.json", "--write", "report=clodo-report.json"];
        let step = job.step(&args);
        assert_eq!(step.code, 1, "{step:?}");

        let event = json!({
            "action": "completed",
            "workflow_run": { "id": 7, "event": "pull_request", "head_sha": SHA, "head_branch": "x",
                "head_repository": { "id": 2, "full_name": "fork/shop" }, "pull_requests": [] },
            "repository": { "id": 1, "full_name": "acme/shop", "default_branch": "main" },
        });
        job.tree.write(".runner/event.json", event.to_string());
        let job = job.with("GITHUB_EVENT_NAME", "workflow_run").with("GITHUB_TOKEN", "ghs_t0ken");
        let step = job.step(&["report", "--from", "clodo-report.json"]);
        assert_eq!(step.code, 0, "{step:?}");
    });
    let (_, body) = github.comments().remove(0);
    assert!(body.contains("<details><summary>Plan "), "{body}");
    assert!(body.contains("As the run that checked this commit says."), "{body}");
    assert!(body.contains("files and account (acme, saved "), "{body}");
}
