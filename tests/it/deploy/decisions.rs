//! How a service is deployed, told from its configuration and its plan.

use clodo::core::config::clodo_yml::Wish;
use clodo::core::config::wrangler::Environment;
use clodo::core::deployment::{Wanted, choose};
use clodo::core::model::account::Share;
use clodo::core::model::deployment::Strategy;
use clodo::core::plan::{Aspect, Change, Rollback, ServicePlan};
use clodo::world::files;

use super::place::{API, says};
use crate::work_tree::WorkTree;

fn share(version: &str, percentage: f64) -> Share {
    Share { version_id: version.to_owned(), percentage }
}

fn plan(changes: Vec<Change>) -> ServicePlan {
    ServicePlan {
        service: "api".to_owned(),
        config: "wrangler.toml".to_owned(),
        worker: "api".to_owned(),
        base: vec![share("v1", 100.0)],
        since: None,
        changes,
        blind: Vec::new(),
        cautions: Vec::new(),
        rollback: Rollback::Unknown,
        wrangler: None,
        failure: None,
    }
}

fn chosen(
    configuration: &str,
    code: &str,
    changes: Vec<Change>,
    wanted: &Wanted<'_>,
) -> (Strategy, String) {
    chosen_of(configuration, code, &plan(changes), wanted)
}

fn chosen_of(
    configuration: &str,
    code: &str,
    plan: &ServicePlan,
    wanted: &Wanted<'_>,
) -> (Strategy, String) {
    let configuration = format!("{API}{configuration}");
    let tree = WorkTree::of(&[("wrangler.toml", &configuration), ("index.js", code)]);
    let request = files::Request { root: tree.path(), paths: Vec::new(), services: Vec::new() };
    let mut workspace = files::read(&request).expect("a workspace");
    files::survey(&request.root, &mut workspace);
    files::read_sources(&request.root, &mut workspace);
    let environment = Environment::all(&workspace.services[0]).next().expect("the top level");
    let choice = choose(&workspace, &environment, plan, wanted);
    (choice.strategy, choice.why)
}

#[test]
fn staged_is_for_what_can_wait() {
    let staged = Wanted { wish: Wish::Staged, ..Wanted::default() };
    let code = says("one");
    let new = || vec![Change::add(Aspect::Worker, "api", "a new Worker")];
    let lives = || vec![Change::add(Aspect::DurableObjects, "Room", "SQLite storage")];
    let kept = || vec![Change::keep(Aspect::DurableObjects, "Room", "as it is")];
    let containers = "[[containers]]\nclass_name = \"Box\"\nimage = \"./Dockerfile\"\n";
    let old = "addEventListener('fetch', (event) => event.respondWith(new Response('hi')));\n";
    for (configuration, code, changes, expected) in [
        ("", &*code, vec![], None),
        ("", &code, kept(), None),
        ("", &code, new(), Some("a new Worker")),
        ("", &code, lives(), Some("it changes classes of Durable Objects")),
        (containers, &code, vec![], Some("it has containers")),
        ("site = { bucket = \"./public\" }\n", &code, vec![], Some("it is a Workers Site")),
        ("", old, vec![], Some("it is written in the service-worker format")),
    ] {
        let (strategy, why) = chosen(configuration, code, changes.clone(), &staged);
        match expected {
            None => assert_eq!((strategy, &*why), (Strategy::Staged, "clodo.yml says so")),
            Some(expected) => {
                let expected = format!("staged is not possible: {expected}");
                assert_eq!((strategy, why), (Strategy::Direct, expected), "{configuration}");
            }
        }
    }
}

#[test]
fn without_a_wish_checks_and_flags_decide() {
    let code = says("one");
    let automatic = Wanted::default();
    let strategy = |wanted: &Wanted<'_>| chosen("", &code, Vec::new(), wanted).0;
    assert_eq!(strategy(&automatic), Strategy::Direct);
    assert_eq!(strategy(&Wanted { checks: true, ..automatic }), Strategy::Staged);
    let direct = Wanted { wish: Wish::Direct, checks: true, ..automatic };
    assert_eq!(strategy(&direct), Strategy::Direct);
    let flag = Wanted { direct_flag: Some("logpush"), checks: true, ..automatic };
    assert_eq!(strategy(&flag), Strategy::Direct);
    let flag = Wanted { staged_flag: Some("preview-alias"), ..automatic };
    assert_eq!(strategy(&flag), Strategy::Staged);
}

#[test]
fn what_cannot_be_looked_at_beside_what_serves_says_so() {
    let checks = Wanted { checks: true, ..Wanted::default() };
    let split = vec![share("v1", 90.0), share("v2", 10.0)];
    for base in [Vec::new(), split] {
        let plan = ServicePlan { base, ..plan(Vec::new()) };
        let (strategy, why) = chosen_of("", &says("one"), &plan, &checks);
        assert_eq!(strategy, Strategy::Direct);
        assert!(why.starts_with("its checks are made after it serves"), "{why}");
        let wish = Wanted { wish: Wish::Staged, ..checks };
        let (strategy, why) = chosen_of("", &says("one"), &plan, &wish);
        assert_eq!(strategy, Strategy::Staged);
        assert!(why.starts_with("clodo.yml says so; its checks are made after it serves"), "{why}");
    }
}
