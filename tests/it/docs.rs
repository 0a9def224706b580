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
fn the_reference_of_clodo_yml_is_up_to_date() {
    compare([("docs/configuration-reference.md".into(), reference(&json_schema()))]);
}

/// Every key of `clodo.yml`, with what it takes and what it means.
fn reference(schema: &Value) -> String {
    let mut page = "# Every key of clodo.yml\n\nThe [configuration](configuration.md) explains; this \
        lists. `NAME` is a name of your own, `[]` an entry of a list. Generated from the table by which \
        the file is read: `UPDATE=1 cargo test docs`.\n\n| key | takes | meaning |\n|---|---|---|\n"
        .to_owned();
    keys("", schema, &mut page);
    page
}

fn keys(above: &str, schema: &Value, page: &mut String) {
    let inside = |name: &str| match above {
        "" => name.to_owned(),
        above => format!("{above}.{name}"),
    };
    for (name, of) in schema["properties"].as_object().into_iter().flatten() {
        let path = inside(name);
        let required = schema["required"]
            .as_array()
            .is_some_and(|all| all.contains(&Value::from(name.as_str())));
        let mark = if required { " (required)" } else { "" };
        let meaning = of["description"].as_str().unwrap_or_default().replace('|', "\\|");
        let _ = writeln!(page, "| `{path}`{mark} | {} | {meaning} |", takes(of));
        below(&path, of, page);
    }
}

/// What stands in a key: tables in lists, in maps and among alternatives as well.
fn below(path: &str, of: &Value, page: &mut String) {
    keys(path, of, page);
    if of["items"].is_object() {
        below(&format!("{path}[]"), &of["items"], page);
    }
    if of["additionalProperties"].is_object() {
        below(&format!("{path}.NAME"), &of["additionalProperties"], page);
    }
    for one in of["anyOf"].as_array().into_iter().flatten() {
        below(path, one, page);
    }
}

/// The type of a value, in a word or a few.
fn takes(of: &Value) -> String {
    let code = |value: &Value| {
        format!("`{}`", value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    if let Some(words) = of["enum"].as_array() {
        return words.iter().map(code).collect::<Vec<_>>().join(", ");
    }
    if !of["const"].is_null() {
        return code(&of["const"]);
    }
    if let Some(any) = of["anyOf"].as_array() {
        let words: Vec<String> = any.iter().map(takes).filter(|word| word != "nothing").collect();
        return words.join(" or ");
    }
    match of["type"].as_str() {
        Some("array") => match takes(&of["items"]).as_str() {
            "" => "a list".to_owned(),
            one => format!("a list: {one}"),
        },
        Some("object") => "a table".to_owned(),
        Some("string") => "text".to_owned(),
        Some("number" | "integer") => "a number".to_owned(),
        Some("boolean") => "`true`, `false`".to_owned(),
        Some("null") => "nothing".to_owned(),
        _ => "anything".to_owned(),
    }
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

/// What programs do with a text: a line of the source may go on in the next.
fn said(source: &str) -> String {
    let mut said = String::new();
    let mut rest = source;
    while let Some((before, after)) = rest.split_once("\\\n") {
        said += before;
        rest = after.trim_start();
    }
    said + rest
}

#[test]
fn the_errors_of_troubleshooting_are_those_of_the_program() {
    let mut source = String::new();
    for path in committed(Path::new("src")) {
        source += &said(&fs::read_to_string(repository().join(path)).expect("a source"));
    }
    let page = fs::read_to_string(repository().join("docs/troubleshooting.md")).expect("the page");
    let cells = page.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    let texts: Vec<&str> = cells.flat_map(|cell| cell.split('`').step_by(2)).collect();
    assert!(texts.len() > 15, "{texts:?}");
    let unknown: Vec<_> = texts.into_iter().filter(|text| !source.contains(text)).collect();
    assert!(unknown.is_empty(), "nothing says {unknown:#?}");
}
