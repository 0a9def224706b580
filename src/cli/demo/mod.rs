//! `clodo demo`

mod fold;
mod forge;
mod project;
mod stage;
mod story;

use std::io::IsTerminal as _;
use std::time::Instant;

use anyhow::Context as _;
use clap::Args;

use self::project::Project;
use self::stage::Stage;
use super::console::Console;
use super::{Global, Mistake};
use crate::exit::Exit;
use crate::server::sandbox::runner::Places;
use crate::server::sandbox::seed::Seed;
use crate::server::sandbox::{Options, Running, Sandbox};
use crate::world::wrangler::{Interrupt, locate};

/// See all of it in a minute: a mistake caught, a release approved, a bad one taken back
///
/// Starts a Cloudflare account and a GitHub on this machine, and takes a small shop of three Workers
/// through a pull request, its approval by two people, the deployment with real Wrangler, and a bad
/// release that goes back by itself. No credentials, and nothing leaves the machine; needs git, and
/// Node with npm, from which it gets Wrangler the first time.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    clodo demo\n  \
    clodo demo --keep\n\n\
    What the sandbox can do beyond this: docs/sandbox.md")]
pub(super) struct Demo {
    /// Leave it running afterwards, to play with
    #[arg(long)]
    keep: bool,

    /// Do not pause between the scenes
    #[arg(long)]
    fast: bool,
}

/// The account and the forge.
const SEED: &str = include_str!("seed.yaml");

impl Demo {
    pub(super) fn run(self, _: &Global, console: &Console) -> anyhow::Result<Exit> {
        let started = Instant::now();
        let folder = tempfile::Builder::new().prefix("clodo-demo-").tempdir();
        let folder = folder.context("cannot make a folder for the demo")?;
        let project = Project::new(folder.path().join("storefront"))?;
        let variable = |name: &str| std::env::var(name).ok();
        // Here it takes its time, and not in the middle of the story.
        locate(project.root(), &variable, &|text| console.note(text))
            .map_err(|error| Mistake::error(error.to_string(), Some(error.hint().to_owned())))?;
        let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
        runtime.block_on(async {
            let seed = Seed::read("seed.yaml", SEED, folder.path())?;
            let options = Options {
                runner: Some(Places::from_environment()),
                seed: Some(seed),
                ..Options::default()
            };
            let running = Sandbox::start(options).await.context("the sandbox cannot start")?;
            let paced = std::io::stdout().is_terminal() && !self.fast;
            console.out(INTRODUCTION)?;
            let stage = Stage::new(&running, &project, console, paced);
            let interrupt = Interrupt::listen()?;
            tokio::select! {
                played = story::play(&stage) => played?,
                () = interrupt.asked() => return Ok(Exit::Ok),
            }
            let seconds = started.elapsed().as_secs();
            console.out(&format!("\nThat was all of it, in {seconds} s.\n"))?;
            if self.keep {
                console.out(&how_to_go_on(&running, &project))?;
                interrupt.asked().await;
            }
            running.stop().await;
            Ok(Exit::Ok)
        })
    }
}

const INTRODUCTION: &str = "\
A Cloudflare account and a GitHub, both on this machine. Nothing leaves it.
Wrangler is the real one, and the Workers really run.
";

/// What somebody needs to play on.
fn how_to_go_on(running: &Running, project: &Project) -> String {
    let mut lines = vec![format!("It goes on running until Ctrl-C. In another terminal:\n")];
    lines.push(format!("cd {}", project.root().display()));
    lines
        .extend(running.environment().iter().map(|(name, value)| format!("export {name}={value}")));
    lines.push("clodo history".to_owned());
    lines.push(format!("curl -H 'host: shop.example.com' {}/api/products", running.edge_url));
    lines.join("\n") + "\n"
}
