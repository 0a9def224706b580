//! The story: a mistake that is caught, a release that two people let through, and one that goes back
//! by itself.

use anyhow::{Context as _, ensure};

use super::project::Commit;
use super::stage::{Ended, Event, Stage};

/// Who writes the code.
const AUTHOR: &str = "ada";
/// Who answers for production.
const SRE: [&str; 2] = ["bo", "cy"];

/// A pull request of the story.
struct Change {
    number: u64,
    branch: &'static str,
    title: &'static str,
}

const FILTER: Change =
    Change { number: 7, branch: "cheap-first", title: "List cheap products first" };
const HEALTH: Change =
    Change { number: 8, branch: "health", title: "Ask the database in health checks" };

/// Where previews of the shop's staging are, behind the number of their pull request.
const PREVIEWED: &str = "storefront-web-staging.storefront.workers.dev";

const WEB: &str = "apps/web/wrangler.jsonc";
const API: &str = "apps/api/src/index.ts";

/// Plays it.
pub(super) async fn play(stage: &Stage<'_>) -> anyhow::Result<()> {
    let start = yesterday(stage).await?;
    let fixed = caught(stage, &start).await?;
    let released = merge(stage, &FILTER, &start, &fixed).await?;
    ensure!(released.code == 0, "the release did not go through");
    visit(stage).await?;
    goes_back(stage).await?;
    stage.scene("What is on record").await?;
    stage.clodo(&["history"], &[]).await?;
    stage.clodo(&["audit", "verify"], &[]).await?;
    Ok(())
}

/// The shop as it was before anybody used clodo: deployed by hand.
async fn yesterday(stage: &Stage<'_>) -> anyhow::Result<Commit> {
    stage.scene("The shop as it is: three Workers that somebody deployed by hand").await?;
    let commit = stage.project.commit(AUTHOR, "Open the shop")?;
    stage.forge.push("main", AUTHOR, "Open the shop", &commit)?;
    for (folder, arguments) in [
        ("apps/api", &["d1", "migrations", "apply", "DB", "--remote"][..]),
        ("apps/api", &["deploy"]),
        ("apps/jobs", &["deploy"]),
        ("apps/web", &["deploy"]),
    ] {
        let ended = stage.wrangler(folder, arguments).await?;
        ensure!(ended.code == 0, "Wrangler did not deploy {folder}: {}", ended.lines.join("\n"));
    }
    Ok(commit)
}

/// A pull request with a mistake, and its fix.
async fn caught(stage: &Stage<'_>, base: &Commit) -> anyhow::Result<Commit> {
    let Change { number, branch, title } = FILTER;
    stage.scene(&format!("ada opens pull request #{number}: {title}")).await?;
    stage.project.branch(branch)?;
    stage.project.replace(API, "ORDER BY name", "ORDER BY cents")?;
    stage.project.add(
        "apps/api/migrations/0003_products_by_price.sql",
        "CREATE INDEX products_by_price ON products (cents);\n",
    )?;
    // Copied from production, as one does.
    stage.project.replace(
        WEB,
        r#""routes": [],"#,
        r#""routes": [{ "pattern": "shop.example.com", "custom_domain": true }],"#,
    )?;
    let wrong = stage.project.commit(AUTHOR, title)?;
    stage.show(&wrong)?;
    stage.forge.push(branch, AUTHOR, title, &wrong)?;
    stage.forge.open(number, title, AUTHOR, branch)?;
    let event = Event::Pull { number, branch, base: &base.sha };
    let ended = stage.job(&event, &wrong, AUTHOR).await?;
    ensure!(ended.code == 1, "the mistake was not caught");
    stage.comment(number).await?;

    stage.scene("ada gives staging a domain of its own").await?;
    stage.project.replace(
        WEB,
        r#""routes": [{ "pattern": "shop.example.com", "custom_domain": true }],
      "services": [
        { "binding": "API", "service": "storefront-api-staging" }"#,
        r#""routes": [{ "pattern": "staging.example.com", "custom_domain": true }],
      "services": [
        { "binding": "API", "service": "storefront-api-staging" }"#,
    )?;
    let message = "Give staging a domain of its own";
    let fixed = stage.project.commit(AUTHOR, message)?;
    stage.show(&fixed)?;
    stage.forge.push(branch, AUTHOR, message, &fixed)?;
    let ended = stage.job(&event, &fixed, AUTHOR).await?;
    ensure!(ended.code == 0, "the fix was not taken");
    stage.comment(number).await?;
    stage.get(&format!("pr-{number}-{PREVIEWED}"), "/").await?;
    Ok(fixed)
}

/// A pull request is merged; two people let it through, and it is deployed.
async fn merge(
    stage: &Stage<'_>,
    change: &Change,
    before: &Commit,
    head: &Commit,
) -> anyhow::Result<Ended> {
    let Change { number, branch, title } = *change;
    stage.scene(&format!("ada merges #{number}; production waits for two of sre")).await?;
    let message = format!("{title} (#{number})");
    let merged = stage.project.squash(branch, AUTHOR, &message)?;
    ensure!(merged.tree == head.tree, "what was merged is not what was proposed");
    stage.forge.push("main", AUTHOR, &message, &merged)?;
    stage.forge.merge(number, AUTHOR, &merged)?;
    let event = Event::Push { before: &before.sha };
    let waits = stage.job(&event, &merged, AUTHOR).await?;
    ensure!(waits.code == 4, "production did not wait");
    let command = command(&waits).context("nobody was told how to approve")?;

    stage.scene("bo and cy read the plan, and approve exactly it").await?;
    for login in SRE {
        stage.say(&format!("{login}: {command}"))?;
        stage.forge.comment(number, login, &command).await?;
    }
    stage.job(&event, &merged, AUTHOR).await
}

/// The line that the output says to write: `/clodo approve production 9f3c41d07b2a`.
fn command(waits: &Ended) -> Option<String> {
    const BEGINS: &str = "/clodo approve ";
    let mut lines = waits.lines.iter();
    lines.find_map(|line| {
        let words = line.get(line.find(BEGINS)? + BEGINS.len()..)?;
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == ' ' || c == '-' || c == '_';
        let end = words.find(|c| !is_word(c)).unwrap_or(words.len());
        Some(format!("{BEGINS}{}", words[..end].trim()))
    })
}

/// What a customer sees.
async fn visit(stage: &Stage<'_>) -> anyhow::Result<()> {
    stage.scene("A customer asks the running Workers").await?;
    stage.get("shop.example.com", "/api/products").await?;
    Ok(())
}

/// A release that passes every check and does not work: its health check takes it back.
async fn goes_back(stage: &Stage<'_>) -> anyhow::Result<()> {
    let Change { number, branch, title } = HEALTH;
    stage.scene(&format!("ada opens pull request #{number}: {title}")).await?;
    let before = stage.project.head()?;
    stage.project.branch(branch)?;
    // There is no table `carts`: carts are Durable Objects.
    stage.project.replace(
        API,
        "return Response.json({ ok: true });",
        "return Response.json({ ok: (await this.env.DB.prepare(\"SELECT count(*) FROM carts\").all()).success });",
    )?;
    let head = stage.project.commit(AUTHOR, title)?;
    stage.show(&head)?;
    stage.say("It compiles, and every check is content. Two people approve it.")?;
    stage.forge.push(branch, AUTHOR, title, &head)?;
    stage.forge.open(number, title, AUTHOR, branch)?;
    let ended = merge(stage, &HEALTH, &before, &head).await?;
    ensure!(ended.code == 5, "the bad release was not taken back");
    stage.get("shop.example.com", "/api/health").await
}
