//! How a service is deployed, told from its configuration and its plan.

use clodo::core::config::clodo_yml::Wish;
use clodo::core::config::wrangler::Environment;
use clodo::core::deployment::{Wanted, choose};
use clodo::core::model::deployment::Strategy;
use clodo::core::plan::{Aspect, Change, Rollback, ServicePlan};
use clodo::world::files;

use super::place::{API, says};
use crate::work_tree::WorkTree;

fn plan(changes: Vec<Change>) -> ServicePlan {
    ServicePlan {
        service: "api".to_owned(),
        config: "wrangler.toml".to_owned(),
        worker: "api".to_owned(),
        base: Vec::new(),
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
    let configuration = format!("{API}{configuration}");
    let tree = WorkTree::of(&[("wrangler.toml", &configuration), ("index.js", code)]);
    let request = files::Request { root: tree.path(), paths: Vec::new(), services: Vec::new() };
    let mut workspace = files::read(&request).expect("a workspace");
    files::survey(&request.root, &mut workspace);
    files::read_sources(&request.root, &mut workspace);
    let environment = Environment::all(&workspace.services[0]).next().expect("the top level");
    let choice = choose(&workspace, &environment, &plan(changes), wanted);
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
