//! The deployments that are killed.

use std::fs;

use clodo::core::model::deployment::{Deployment, State};
use clodo::server::sandbox::faults::{Fault, Trigger, What};

use crate::deploy::place::{API, DATABASE, Place, WEB, says};
use crate::deploy::stubs::circle;
use crate::sandbox::Stand;
use crate::toolchain::Toolchain;
use crate::work_tree::WorkTree;

/// A project of which a deployment is killed, again and again.
pub(super) struct Scenario {
    pub(super) place: fn(&'static Toolchain) -> Place,
    /// Changes what is deployed, in a way of its own each time.
    pub(super) change: fn(&Place, usize),
    /// Flags of the deployment.
    pub(super) args: &'static [&'static str],
    /// How it ends, and with which code.
    pub(super) ends: (State, i32),
    /// What the account must show of it then.
    pub(super) shows: fn(&Place, &Deployment) -> Result<(), String>,
    /// The places at which it is killed: those with one of these words in their names, or all where
    /// there are none. Others are another scenario's.
    pub(super) own: &'static [&'static str],
}

/// One that ends well.
const WELL: Scenario = Scenario {
    place: Place::api,
    change: |_, _| {},
    args: &[],
    ends: (State::Succeeded, 0),
    shows: what_serves_is_recorded,
    own: &[],
};

/// Each service serves the version that is on record of it.
fn what_serves_is_recorded(place: &Place, recorded: &Deployment) -> Result<(), String> {
    for service in &recorded.services {
        let worker = &service.planned.worker;
        let (says, serves) = (&service.progress.version, place.serving(worker));
        if says.as_deref() != Some(&*serves) {
            return Err(format!("{worker} serves {serves}, and {says:?} is on record"));
        }
        if let Some(migrations) = service.progress.migrations.get(DATABASE)
            && (migrations.len() != 1 || !service.progress.bookmarks.contains_key(DATABASE))
        {
            return Err(format!("{:?}", service.progress));
        }
    }
    Ok(())
}

/// A Worker that is new each time.
pub(super) const DIRECT: Scenario = Scenario {
    change: |place, round| place.tree.write("wrangler.toml", named(API, round)),
    ..WELL
};

/// A configuration whose Workers have names of their own each time.
fn named(config: &str, round: usize) -> String {
    let config = config.replace("\"api\"", &format!("\"api-{round}\""));
    config.replace("\"web\"", &format!("\"web-{round}\""))
}

/// Staged, with a trigger and a setting that change.
pub(super) const STAGED: Scenario = Scenario {
    place: |toolchain| {
        let place = Place::api(toolchain);
        place.tree.write("clodo.yml", "environments: { '': { strategy: staged } }\n");
        place.deploy(&[], 0);
        place
    },
    change: |place, round| {
        place.tree.write("index.js", hears_crons(&format!("{round}")));
        // One of the settings that no version has.
        let before = fs::read_to_string(place.tree.at("wrangler.toml")).expect("a configuration");
        let is_on = !before.contains("observability = { enabled = true }");
        let more = format!(
            "triggers = {{ crons = [\"{round} * * * *\"] }}\nobservability = {{ enabled = {is_on} }}\n"
        );
        place.tree.write("wrangler.toml", format!("{API}{more}"));
    },
    own: &["upload", "promote", "triggers", "settings"],
    ..WELL
};

/// A database with a migration.
pub(super) const MIGRATED: Scenario = Scenario {
    place: |toolchain| {
        let seed = format!("resources:\n  d1: [{{ name: orders, id: {DATABASE} }}]\n");
        let database = format!(
            "[[d1_databases]]\nbinding = \"DB\"\ndatabase_name = \"orders\"\n\
             database_id = \"{DATABASE}\"\n"
        );
        let config = format!("{API}{database}");
        let tree = WorkTree::of(&[("wrangler.toml", &config), ("index.js", &says("one"))]);
        Place::new(toolchain, Stand::seeded(&seed), tree)
    },
    change: |place, round| {
        let table = format!("CREATE TABLE orders_{round} (id INTEGER);\n");
        place.tree.write(&format!("migrations/{round:04}_orders.sql"), table);
    },
    own: &["bookmark", "migrat"],
    ..WELL
};

/// Staged, with a check before it serves and after.
pub(super) const CHECKED: Scenario = Scenario {
    place: |toolchain| {
        let place = Place::api(toolchain);
        place.deploy(&[], 0);
        let yml = "environments: { '': { verify: [{ command: ['true'] }] } }\n";
        place.tree.write("clodo.yml", yml);
        place
    },
    change: |place, round| place.tree.write("index.js", says(&format!("{round}"))),
    own: &["verify", "checks", "share"],
    ..WELL
};

/// The new code serves, its cron trigger is refused, and what served before is put back.
pub(super) const PUT_BACK: Scenario = Scenario {
    place: |toolchain| {
        let place = Place::api(toolchain);
        place.deploy(&[], 0);
        let crons = "triggers = { crons = [\"0 * * * *\"] }\n";
        place.tree.write("wrangler.toml", format!("{API}{crons}"));
        place.stand.sandbox.faults.add(Fault::always(What::Trigger(Trigger::Schedules)));
        place
    },
    change: |place, round| place.tree.write("index.js", hears_crons(&format!("{round}"))),
    ends: (State::Restored, 5),
    shows: |place, _| {
        let (serves, first) =
            (place.serving("api"), place.stand.script("api").versions[0].id.clone());
        if serves == first { Ok(()) } else { Err(format!("{serves} instead of {first}")) }
    },
    own: &["restore"],
    ..WELL
};

/// Two Workers that need each other and are new, of which one is made empty first.
pub(super) const CIRCLE: Scenario = Scenario {
    place: |toolchain| Place::new(toolchain, Stand::new(), circle()),
    change: |place, round| {
        let circle = circle();
        for path in ["api/wrangler.toml", "web/wrangler.toml"] {
            let config = fs::read_to_string(circle.at(path)).expect("a configuration");
            place.tree.write(path, named(&config, round));
        }
        let first = format!("{{ service: api-{round}, before: web-{round} }}");
        let yml = format!("environments: {{ '': {{ break: [{first}] }} }}\n");
        place.tree.write("clodo.yml", yml);
    },
    own: &["stub"],
    ..WELL
};

/// The same, of which the other one does not build, so that the empty one is deleted again.
pub(super) const REMOVED: Scenario = Scenario {
    change: |place, round| {
        (CIRCLE.change)(place, round);
        place.tree.write("api/index.js", "import './nowhere.js';\nexport default {");
    },
    args: &["--force-rule", "build/unresolved-import", "--reason", "a test"],
    ends: (State::Failed, 5),
    shows: |place, _| {
        let state = place.stand.sandbox.state();
        let left: Vec<&String> = state.workers.scripts.keys().collect();
        if left.is_empty() { Ok(()) } else { Err(format!("{left:?} are left")) }
    },
    own: &["remove"],
    ..CIRCLE
};

/// A Pages project.
pub(super) const PAGES: Scenario = Scenario {
    place: |toolchain| {
        let seed = "resources: { pages: [{ name: site, production-branch: main }] }\n";
        let config = "name = \"site\"\npages_build_output_dir = \"public\"\n\
                      compatibility_date = \"2026-01-01\"\n";
        let tree = WorkTree::of(&[("wrangler.toml", config), ("public/index.html", "0")]);
        Place::new(toolchain, Stand::seeded(seed), tree)
    },
    change: |place, round| place.tree.write("public/index.html", format!("{round}")),
    shows: |place, recorded| {
        let state = place.stand.sandbox.state();
        let serves = state.pages.project("site").and_then(|project| project.canonical.clone());
        let says = &recorded.services[0].progress.version;
        if serves == *says { Ok(()) } else { Err(format!("{serves:?} serves, and not {says:?}")) }
    },
    own: &["wrangler", "journal step", "service-finished"],
    ..WELL
};

/// Two Workers, one bound to the other.
pub(super) const TWO: Scenario = Scenario {
    place: |toolchain| {
        let place = Place::new(toolchain, Stand::new(), two());
        place.deploy(&[], 0);
        place
    },
    change: |place, round| {
        place.tree.write("api/index.js", says(&format!("api {round}")));
        place.tree.write("web/index.js", says(&format!("web {round}")));
    },
    own: &["wrangler deploy", "service-finished"],
    ..WELL
};

pub(super) fn two() -> WorkTree {
    WorkTree::of(&[
        ("api/wrangler.toml", API),
        ("api/index.js", &says("api")),
        ("web/wrangler.toml", WEB),
        ("web/index.js", &says("web")),
    ])
}

/// Code that says a word, and may be run by a cron trigger.
pub(super) fn hears_crons(word: &str) -> String {
    format!("export default {{ fetch() {{ return new Response('{word}') }}, scheduled() {{}} }};\n")
}
