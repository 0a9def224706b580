//! The generated documentation: what is committed equals what the program says of itself.
//!
//! `UPDATE=1 cargo test docs` writes it anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use clodo::core::config::clodo_yml::json_schema;
use clodo::core::model::{WranglerSays, account};
use clodo::core::report::plan::{drift_schema, plan_schema};
use clodo::core::rules::{ALL, DOCS, Needs, Rule};
use clodo::exit::Exit;
use serde_json::Value;

use crate::rules::FAMILIES;
use crate::work_tree::{entries, repository};

/// How wide the help of a command is printed in the documentation.
const WIDTH: usize = 80;

#[test]
fn the_pages_of_the_rules_are_up_to_date() {
    let mut files: BTreeMap<String, String> =
        ALL.iter().map(|rule| (format!("docs/rules/{}.md", rule.id), page(rule))).collect();
    files.insert("docs/rules/README.md".into(), index());
    for path in committed(Path::new("docs/rules")) {
        if !files.contains_key(&path) && path != NOT_CHECKED {
            let path = repository().join(path);
            assert!(is_update(), "{} belongs to no rule; UPDATE=1 removes it", path.display());
            fs::remove_file(path).expect("the page can be removed");
        }
    }
    compare(files);
}

/// The one page that is no rule's: what no rule covers.
const NOT_CHECKED: &str = "docs/rules/not-checked.md";

#[test]
fn what_is_not_checked_is_not_checked() {
    let page = fs::read_to_string(repository().join(NOT_CHECKED)).expect("the page");
    let first_cells = page.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let listed: BTreeSet<&str> =
        first_cells.flat_map(|cell| cell.split(", ")).filter(|id| id.contains('-')).collect();
    assert!(listed.len() > 10, "{listed:?}");
    for rule in ALL {
        let both: Vec<_> = rule.catalogue.iter().filter(|id| listed.contains(**id)).collect();
        assert!(both.is_empty(), "{} covers {both:?}", rule.id);
    }
}

#[test]
fn the_reference_of_the_command_line_is_up_to_date() {
    compare([("docs/cli.md".into(), cli()), ("docs/exit-codes.md".into(), exit_codes())]);
}

#[test]
fn the_json_schema_of_clodo_yml_is_up_to_date() {
    compare([("docs/clodo.schema.json".into(), pretty(&json_schema()))]);
}

#[test]
fn the_json_schemas_of_what_is_written_are_up_to_date() {
    compare([
        ("docs/plan.schema.json".into(), pretty(&plan_schema())),
        ("docs/drift.schema.json".into(), pretty(&drift_schema())),
        ("docs/account.schema.json".into(), pretty(&account::json_schema())),
    ]);
}

fn pretty(schema: &Value) -> String {
    format!("{}\n", serde_json::to_string_pretty(schema).expect("JSON"))
}

#[test]
fn a_rule_links_to_its_page() {
    let published = format!("{}/blob/main/docs/rules", env!("CARGO_PKG_REPOSITORY"));
    assert_eq!(DOCS, published);
    for rule in ALL {
        assert_eq!(rule.url(), format!("{published}/{}.md", rule.id));
    }
}

fn is_update() -> bool {
    std::env::var_os("UPDATE").is_some_and(|update| update == "1")
}

pub(crate) fn compare(files: impl IntoIterator<Item = (String, String)>) {
    let mut stale = Vec::new();
    for (path, text) in files {
        let absolute = repository().join(&path);
        if fs::read_to_string(&absolute).is_ok_and(|committed| committed == text) {
            continue;
        }
        if is_update() {
            fs::create_dir_all(absolute.parent().expect("a folder")).expect("a folder");
            fs::write(&absolute, text).expect("the documentation can be written");
        } else {
            stale.push(path);
        }
    }
    assert!(stale.is_empty(), "not up to date: {stale:?}; run UPDATE=1 cargo test docs");
}

fn committed(folder: &Path) -> Vec<String> {
    let absolute = repository().join(folder);
    if !absolute.is_dir() {
        return Vec::new();
    }
    let below = |path: std::path::PathBuf| {
        let path = folder.join(path.file_name().expect("a name"));
        match repository().join(&path).is_dir() {
            true => committed(&path),
            false => vec![path.display().to_string()],
        }
    };
    entries(&absolute).into_iter().flat_map(below).collect()
}

fn page(rule: &Rule) -> String {
    let page = rule.page().markdown();
    let (title, rest) = page.split_once('\n').expect("a page has a title and more");
    let catalogue = match rule.catalogue {
        [] => String::new(),
        ids => format!(" · covers {}", ids.join(", ")),
    };
    let wrangler = match rule.wrangler {
        WranglerSays::Silent => "says nothing",
        says => says.as_str(),
    };
    let needs = match rule.needs {
        Needs::Static => "the files",
        Needs::Live(_) => "the account",
        Needs::Forge => "the forge",
    };
    format!(
        "{title}\n\n`{}` · {} · Wrangler {wrangler} · needs {needs} · since {}{catalogue}\n{rest}",
        rule.id,
        rule.severity.as_str(),
        rule.since,
    )
}

fn index() -> String {
    let families: BTreeSet<&str> = ALL.iter().map(|rule| rule.family()).collect();
    let mut text = format!(
        "# Rules\n\n\
         clodo has {} rules. `clodo explain RULE` shows the same pages in the terminal. Generated \
         from the\nsource of the rules: `UPDATE=1 cargo test docs`.\n\n\
         The severity is the usual one; a rule may make an exception, and says so. What Wrangler \
         does about it:\n**rejects**, it refuses the configuration; **fails**, it or the API fails \
         when it deploys;\n**warns**, it prints a warning and goes on; **silent**, it says \
         nothing.\n\nWhat no rule covers is in [not-checked.md](not-checked.md).\n",
        ALL.len(),
    );
    for family in FAMILIES.iter().filter(|family| families.contains(*family)) {
        let _ = write!(text, "\n## {family}\n\n| rule | severity | what it finds | Wrangler |\n");
        text.push_str("|---|---|---|---|\n");
        for rule in ALL.iter().filter(|rule| rule.family() == *family) {
            let (id, severity, wrangler) =
                (rule.id, rule.severity.as_str(), rule.wrangler.as_str());
            let title = rule.page().title().replace('|', "\\|");
            let _ = writeln!(text, "| [{id}]({id}.md) | {severity} | {title} | {wrangler} |");
        }
    }
    text
}

fn cli() -> String {
    let mut root = clodo::cli::command().term_width(WIDTH);
    root.build();
    let mut text = String::from(
        "# Command line\n\nWhat `--help` prints. Generated from the command line itself: \
         `UPDATE=1 cargo test docs`.\n",
    );
    describe(&mut text, "clodo", &root);
    for command in root.get_subcommands().filter(|command| !command.is_hide_set()) {
        describe(&mut text, &format!("clodo {}", command.get_name()), command);
    }
    text
}

fn describe(text: &mut String, name: &str, command: &clap::Command) {
    // The values that the variables have while the documentation is made are not part of it.
    let mut command = command.clone().mut_args(|arg| arg.hide_env_values(true)).term_width(WIDTH);
    let help = command.render_long_help().to_string();
    let lines: Vec<&str> = help.trim_end().lines().map(str::trim_end).collect();
    let _ = write!(text, "\n## `{name}`\n\n```text\n{}\n```\n", lines.join("\n"));
}

fn exit_codes() -> String {
    let mut text = String::from(
        "# Exit codes\n\n\
         Exit codes are an interface: they keep their meaning, and pipelines may branch on them. \
         Also shown by\n`clodo help exit-codes`. Generated from the source: `UPDATE=1 cargo test \
         docs`.\n\n| code | meaning |\n|--:|---|\n",
    );
    for exit in Exit::ALL {
        let _ = writeln!(text, "| {} | {} |", exit.code(), exit.meaning());
    }
    text
}
