//! How many requests a picture takes: the numbers of docs/performance.md.

use std::collections::BTreeMap;

use super::gather;
use crate::sandbox::stand::Stand;
use crate::work_tree::WorkTree;

/// So many services with a route, a KV namespace and a database of the same account, a third of them
/// with a cron trigger; and the account in which they run.
fn monorepo(services: usize) -> (WorkTree, Stand) {
    let tree = WorkTree::new();
    let mut seed = String::from(
        "account: { name: acme }\ntokens: [{ name: all, value: all-token }]\n\
         zones: [{ name: example.com }]\nresources:\n  \
         kv: [{ title: cache, id: 0f2ac74b498b48028cb68387c421e279 }]\n  \
         d1: [{ name: orders, id: 3eaa1eaf-c1cd-430f-ba12-a93a77542df0 }]\nworkers:\n",
    );
    for number in 0..services {
        let crons = number % 3 == 0;
        let mut config = format!(
            "name = \"w{number}\"\nmain = \"index.ts\"\ncompatibility_date = \"2026-01-31\"\n\
             workers_dev = false\nroutes = [\"example.com/w{number}/*\"]\n\
             [[kv_namespaces]]\nbinding = \"CACHE\"\nid = \"0f2ac74b498b48028cb68387c421e279\"\n\
             [[d1_databases]]\nbinding = \"DB\"\ndatabase_name = \"orders\"\n\
             database_id = \"3eaa1eaf-c1cd-430f-ba12-a93a77542df0\"\nmigrations_dir = \"../sql\"\n"
        );
        if crons {
            config += "[triggers]\ncrons = [\"0 3 * * *\"]\n";
        }
        tree.write(&format!("apps/w{number}/wrangler.toml"), config);
        seed += &format!("  - {{ name: w{number}, routes: [example.com/w{number}/*] }}\n");
    }
    tree.write("apps/sql/0001_init.sql", "CREATE TABLE t (x);");
    (tree, Stand::seeded(&seed))
}

/// How many requests it took, and how many of these ask for one thing of one Worker: of each two,
/// its settings and its deployments, and the cron triggers of those that have some.
fn requests(services: usize) -> (usize, usize) {
    let (tree, stand) = monorepo(services);
    gather(&stand, "all-token", &tree).expect("a picture");
    let exchanges = stand.sandbox.record.exchanges();
    assert!(exchanges.iter().all(|exchange| exchange.status < 500));
    let mut of_each: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for exchange in &exchanges {
        if let Some((_, asked)) = exchange.path.split_once("/workers/scripts/") {
            let (worker, what) = asked.split_once('/').expect("a thing of a Worker");
            of_each.entry(worker).or_default().push(what);
        }
    }
    for (worker, asked) in &mut of_each {
        asked.sort_unstable();
        let number: usize = worker[1..].parse().expect("w0, w1 …");
        let expected = match number % 3 {
            0 => &["deployments", "schedules", "settings"][..],
            _ => &["deployments", "settings"],
        };
        assert_eq!(asked, expected, "{worker}");
    }
    (exchanges.len(), of_each.values().map(Vec::len).sum())
}

/// Versions are asked of the one Worker whose secrets a pipeline edits.
#[test]
fn versions_are_asked_where_a_pipeline_edits_secrets() {
    let (tree, stand) = monorepo(3);
    let asked = || -> Vec<String> {
        let exchanges = stand.sandbox.record.exchanges().into_iter();
        exchanges.map(|one| one.path).filter(|path| path.ends_with("/versions")).collect()
    };
    gather(&stand, "all-token", &tree).expect("a picture");
    assert_eq!(asked(), Vec::<String>::new());
    tree.write(
        ".github/workflows/rotate.yml",
        "on: push\njobs:\n  rotate:\n    runs-on: ubuntu-24.04\n    steps:\n      \
         - uses: actions/checkout@v5\n      \
         - run: echo \"$KEY\" | npx wrangler secret put KEY\n        working-directory: apps/w1\n",
    );
    gather(&stand, "all-token", &tree).expect("a picture");
    let asked = asked();
    assert!(asked.len() == 1 && asked[0].ends_with("/scripts/w1/versions"), "{asked:?}");
}

#[test]
fn the_number_of_requests_is_that_of_the_documentation() {
    // Token, account, subdomain, Workers, workers.dev, custom domains, KV, D1, the migrations of
    // one database, zones, the routes and the DNS records of one zone: 12. Then two for each
    // Worker, and a third for those with cron triggers.
    let documented = include_str!("../../../docs/performance.md");
    for (services, with_crons) in [(1, 1), (10, 4), (100, 34)] {
        let of_workers = services * 2 + with_crons;
        let found = requests(services);
        assert_eq!(found, (12 + of_workers, of_workers), "{services} services");
        let row = format!("| {services} | {} |", found.0);
        assert!(documented.contains(&row), "docs/performance.md has no row `{row}`");
    }
}
