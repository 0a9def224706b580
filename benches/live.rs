//! How long a check takes that looks at the account, where every answer takes as long as one of
//! Cloudflare's may. The account is the sandbox. Prints a table; asserts nothing.
//!
//!   cargo run --release --example live [MILLISECONDS]

// This is a program for a terminal.
#![allow(clippy::print_stdout)]

use std::fs;
use std::path::Path;
use std::time::Instant;

use clodo::flow::check::check;
use clodo::flow::project::Request;
use clodo::flow::sight::{Live, Looked, Parts};
use clodo::server::sandbox::seed::Seed;
use clodo::server::sandbox::{Options, Running, Sandbox};
use clodo::world::cloudflare::{Access, Credential};
use clodo::world::http::Token;

const RUNS: usize = 5;
const TOKEN: &str = "a-token-of-the-sandbox";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let delay: u64 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(100);
    println!("every answer takes {delay} ms, {RUNS} runs\n");
    println!("| services | requests | median | shortest |\n|--:|--:|--:|--:|");
    for services in [1, 10, 100] {
        let folder = tempfile::tempdir()?;
        let sandbox_runtime = tokio::runtime::Runtime::new()?;
        let seed = Seed::read("seed.yaml", &write(folder.path(), services)?, folder.path())?;
        let options = Options { seed: Some(seed), ..Options::default() };
        let sandbox = sandbox_runtime.block_on(Sandbox::start(options))?;
        sandbox.faults.add(serde_json::from_value(serde_json::json!({
            "what": { "latency": delay }
        }))?);
        let mut times = Vec::new();
        let mut requests = 0;
        for _ in 0..RUNS {
            let started = Instant::now();
            let checked = check(&request(folder.path(), &sandbox))?;
            times.push(started.elapsed().as_millis());
            if let Some(Looked::Asked { requests: asked, .. }) = checked.looked {
                requests = asked.values().sum();
            }
        }
        times.sort_unstable();
        println!("| {services} | {requests} | {} ms | {} ms |", times[RUNS / 2], times[0]);
    }
    Ok(())
}

fn request(root: &Path, sandbox: &Running) -> Request {
    let credential = Token::new(TOKEN).map(Credential::Token);
    let access = credential.map(|credential| Access {
        base: sandbox.api_url.clone(),
        credential,
        account: None,
    });
    let live = access.map(|access| Live::new(&access, Parts::OfRules));
    let today = jiff::civil::date(2026, 11, 20);
    Request { root: root.to_owned(), live, today, ..Request::default() }
}

/// Writes so many services with a route, a KV namespace and a D1 database, a third of them with a
/// cron trigger, and gives the account in which they run.
fn write(root: &Path, services: usize) -> std::io::Result<String> {
    let mut seed = format!(
        "tokens: [{{ name: all, value: {TOKEN} }}]\nzones: [{{ name: example.com }}]\n\
         resources:\n  kv: [{{ title: cache, id: 0f2ac74b498b48028cb68387c421e279 }}]\n  \
         d1: [{{ name: orders, id: 3eaa1eaf-c1cd-430f-ba12-a93a77542df0 }}]\nworkers:\n"
    );
    for number in 0..services {
        let mut config = format!(
            "name = \"w{number}\"\nmain = \"index.ts\"\ncompatibility_date = \"2026-01-31\"\n\
             workers_dev = false\nroutes = [\"example.com/w{number}/*\"]\n\
             [[kv_namespaces]]\nbinding = \"CACHE\"\nid = \"0f2ac74b498b48028cb68387c421e279\"\n\
             [[d1_databases]]\nbinding = \"DB\"\ndatabase_name = \"orders\"\n\
             database_id = \"3eaa1eaf-c1cd-430f-ba12-a93a77542df0\"\nmigrations_dir = \"../sql\"\n"
        );
        if number % 3 == 0 {
            config += "[triggers]\ncrons = [\"0 3 * * *\"]\n";
        }
        let folder = root.join(format!("apps/w{number}"));
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("wrangler.toml"), config)?;
        fs::write(folder.join("index.ts"), "export default { fetch() {}, scheduled() {} };\n")?;
        seed += &format!("  - {{ name: w{number}, routes: [example.com/w{number}/*] }}\n");
    }
    fs::create_dir_all(root.join("apps/sql"))?;
    fs::write(root.join("apps/sql/0001_init.sql"), "CREATE TABLE t (x);")?;
    Ok(seed)
}
