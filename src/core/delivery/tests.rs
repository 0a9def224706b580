use super::*;
use crate::core::config::clodo_yml;
use crate::core::model::context::{CiContext, Field};

/// A run of a pipeline, as `field=value` words.
fn run(words: &str) -> CiContext {
    let mut context = CiContext::default();
    for word in format!("ci=github-actions default_branch=main {words}").split_whitespace() {
        let (name, value) = word.split_once('=').expect("field=value");
        let field = Field::ALL.into_iter().find(|field| field.name() == name).expect("a field");
        context.set(field, value).expect("a value");
    }
    context
}

fn declared(environments: &str) -> Vec<EnvironmentSettings> {
    let text = format!("environments: {environments}\n");
    clodo_yml::read("clodo.yml", &text).expect("a clodo.yml").environments
}

/// What a run deploys, in words.
fn deployed(environments: &str, words: &str) -> String {
    let declared = declared(environments);
    shown(
        &Choices {
            declared: &declared,
            configured: &[],
            asked: &[],
            deploying: Deploying::Declared,
        },
        words,
    )
}

fn shown(choices: &Choices<'_>, words: &str) -> String {
    match due(choices, &run(words)) {
        Due::Environments(names) => {
            let names = names.iter().map(|name| if name.is_empty() { "top" } else { name });
            names.collect::<Vec<_>>().join(" ")
        }
        Due::Nothing(why) => format!("nothing: {why}"),
    }
}

#[test]
fn the_rules_of_an_environment_decide() {
    let rules = "{ production: { on: { tag: 'v*' } }, next: { on: { branch: [main, 'release/*'] } }, \
                 nightly: { on: { schedule: true } }, weekly: { on: { schedule: true, branch: next } }, \
                 by-hand: { on: {} } }";
    for (words, expected) in [
        ("event=push branch=main", "next"),
        ("event=push branch=release/1", "next"),
        ("event=manual branch=main", "next"),
        ("event=api branch=main", "next"),
        ("branch=main", "next"),
        ("event=tag tag=v1.0", "production"),
        ("event=release tag=v1.0", "production"),
        ("event=tag tag=w1", "nothing: no environment is deployed by the tag w1"),
        ("event=push branch=x", "nothing: no environment is deployed by the branch x"),
        ("event=schedule branch=main", "nightly"),
        ("event=schedule branch=next", "weekly"),
    ] {
        assert_eq!(deployed(rules, words), expected, "{words}");
    }
}

#[test]
fn without_rules_the_default_branch_deploys_staging_and_then_production() {
    for (environments, expected) in [
        ("{ production: , dev: , staging: }", "staging production"),
        ("{ '': , staging: }", "staging top"),
        ("{ '': , prod: }", "prod"),
        ("{ dev: }", "nothing: no environment is deployed by the branch main"),
        (
            "{ prod: , live: , staging: }",
            "nothing: prod, live are all for production, and none says when it is deployed",
        ),
        ("{ prod: , live: { on: { branch: main } } }", "prod live"),
    ] {
        assert_eq!(deployed(environments, "event=push branch=main"), expected, "{environments}");
    }
    let others = "{ production: , staging: }";
    for words in ["event=push branch=x", "event=tag tag=v1", "event=schedule branch=main"] {
        assert!(deployed(others, words).starts_with("nothing: no environment"), "{words}");
    }
}

#[test]
fn what_may_be_a_strangers_is_never_deployed() {
    let rules = "{ production: { on: { branch: '**', tag: '**', schedule: true } } }";
    for (words, expected) in [
        ("event=pull-request branch=main pull_request=7", "for what is not merged yet"),
        ("event=merge-queue branch=main", "for what is not merged yet"),
        ("event=pull-request-target branch=main", "a run for `pull-request-target` never deploys"),
        ("event=workflow-run branch=main", "a run for `workflow-run` never deploys"),
        ("event=push branch=main fork=true", "the rights of a fork"),
        ("event=push branch=main restricted=true", "the rights of a fork"),
        ("event=check_run branch=main", "a run for `check_run` does not say"),
        ("event=push", "neither the branch nor the tag"),
    ] {
        let found = deployed(rules, words);
        assert!(found.starts_with("nothing: ") && found.contains(expected), "{words}: {found}");
    }
    // GitLab's child pipelines are for the branch of their parent.
    assert_eq!(deployed(rules, "event=parent_pipeline branch=main"), "production");
}

#[test]
fn without_a_clodo_yml_the_run_must_be_told() {
    let configured = [String::new(), "staging".to_owned()];
    let choices = Choices {
        declared: &[],
        configured: &configured,
        asked: &[],
        deploying: Deploying::Declared,
    };
    let push = "event=push branch=main";
    assert_eq!(shown(&choices, push), "nothing: no clodo.yml declares environments");
    let told = Choices { deploying: Deploying::On, ..choices };
    assert_eq!(shown(&told, push), "staging top");
    let one = [String::new()];
    assert_eq!(shown(&Choices { configured: &one, ..told }, push), "top");
    let asked = ["staging".to_owned()];
    assert_eq!(shown(&Choices { asked: &asked, ..told }, push), "staging");
    assert!(
        shown(&Choices { asked: &asked, ..told }, "event=push branch=x").starts_with("nothing")
    );
}

#[test]
fn what_was_asked_for_narrows_and_overrules_nothing() {
    let declared = declared("{ production: { on: { tag: 'v*' } }, dev: , staging: }");
    let choices =
        |asked| Choices { declared: &declared, configured: &[], asked, deploying: Deploying::On };
    let dev = ["dev".to_owned()];
    assert_eq!(shown(&choices(&dev), "event=push branch=main"), "dev");
    let production = ["production".to_owned()];
    let found = shown(&choices(&production), "event=push branch=main");
    assert!(found.starts_with("nothing: no environment"), "{found}");
    assert_eq!(shown(&choices(&production), "event=tag tag=v2"), "production");
}

#[test]
fn a_pull_request_gets_a_preview_of_what_may_be_tried_on() {
    let of = |environments: &str, words: &str| {
        let declared = declared(environments);
        let choices = Choices {
            declared: &declared,
            configured: &[],
            asked: &[],
            deploying: Deploying::Declared,
        };
        preview(&choices, &run(words)).map_err(|why| why.to_string())
    };
    let ours = "event=pull-request pull_request=7 fork=false";
    assert_eq!(of("{ production: , staging: }", ours).as_deref(), Ok("staging"));
    let named = "{ production: { on: { pull-request: true } }, staging: }";
    assert_eq!(of(named, ours).as_deref(), Ok("production"));
    for (environments, words, expected) in [
        ("{ production: }", ours, "works on the data"),
        ("{ staging: }", "event=pull-request pull_request=7 fork=true", "from a fork"),
        ("{ staging: }", "event=pull-request pull_request=7", "not known"),
        ("{ staging: }", "event=pull-request-target pull_request=7 fork=false", "not for a pull"),
        ("{ staging: }", "event=push branch=main", "not for a pull"),
        ("{ staging: }", &format!("{ours} restricted=true"), "from a fork"),
    ] {
        let found = of(environments, words).expect_err("no preview");
        assert!(found.contains(expected), "{words}: {found}");
    }
}
