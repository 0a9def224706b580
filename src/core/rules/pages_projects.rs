//! Pages projects as the account has them, beside their configurations and the pipelines that
//! deploy them.

use super::{Context, ServiceContext};
use crate::core::config::wrangler::Environment;
use crate::core::model::account::{LiveBinding, PagesProject};
use crate::core::model::{Kind, Span};
use crate::core::pipeline::Call;

/// `production` or `preview` of a project.
pub(super) struct Stage<'a> {
    /// Which one.
    pub(super) name: &'static str,
    /// The environment whose configuration counts for it: its own, or the top level.
    pub(super) environment: Environment<'a>,
    /// The bindings and variables that it has.
    pub(super) live: &'a [LiveBinding],
    /// The project.
    pub(super) project: &'a PagesProject,
}

/// What is live in both stages of a service's project, as far as it was seen and is asked for.
pub(super) fn stages<'a>(cx: &ServiceContext<'a>) -> Vec<Stage<'a>> {
    if cx.service.kind != Kind::Pages {
        return Vec::new();
    }
    let of = |name: &'static str| {
        let all = || cx.environments();
        let own = all().find(|environment| environment.name == Some(name));
        let environment = own.or_else(|| all().find(Environment::is_top))?;
        let asked = cx.run.asks_for(&environment);
        let project = project(cx.run, &environment).filter(|_| asked)?;
        Some(Stage { name, environment, live: project.bindings.get(name)?, project })
    };
    ["production", "preview"].into_iter().filter_map(of).collect()
}

/// Where to point when it is about all bindings of a stage.
pub(super) fn stage_span(cx: &ServiceContext<'_>, environment: &Environment<'_>) -> Span {
    let table = environment.name.and_then(|name| cx.service.environment_table(name));
    table.map_or(cx.service.headline(), |table| table.span)
}

/// The project that an environment of a Pages configuration names.
fn project<'a>(cx: &Context<'a>, environment: &Environment<'_>) -> Option<&'a PagesProject> {
    let name = environment.worker()?;
    cx.account(environment)?.pages_projects.known()?.iter().find(|one| one.name == name)
}

/// The calls of pipelines that deploy a project which the account has.
pub(super) fn deployments<'a>(cx: &'a Context<'_>) -> Vec<(&'a Call<'a>, &'a PagesProject)> {
    let calls = cx.pipelines.calls().map(|(.., call)| call);
    let deploys = calls.filter(|call| call.is(&["pages"]) && call.deploys());
    let with_project = deploys.filter_map(|call| {
        let service = call.service.filter(|service| service.kind == Kind::Pages)?;
        let top = Environment::all(service).find(Environment::is_top)?;
        match call.arguments.value("project-name") {
            None => Some((call, project(cx, &top)?)),
            Some(named) => {
                let projects = cx.account(&top)?.pages_projects.known()?;
                Some((call, projects.iter().find(|one| Some(&*one.name) == named.known())?))
            }
        }
    });
    with_project.collect()
}
