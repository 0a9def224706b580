//! Which configurations to read: for each folder that the walk found, the one that Wrangler would
//! use, and what is to be said of the others.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::deploy::Deploys;
use super::paths::{self, parent};
use super::upward::Upward;
use super::walk::{Skip, Walked};
use crate::core::config::discover::{Here, Nearest, ServiceGlobs, TYPESCRIPT};
use crate::core::model::SideFile;

/// What to read.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// The services by the absolute path of their configuration.
    pub services: BTreeMap<PathBuf, Planned>,
    /// The deploy configurations that were looked at.
    pub deploys: Deploys,
    /// Those of them at which Wrangler stops, by the folder that they are for, and why.
    pub broken: BTreeMap<PathBuf, String>,
    /// What needs no further reading.
    pub side_files: Vec<SideFile>,
    /// What was not looked at.
    pub skipped: Vec<(PathBuf, Skip)>,
}

/// A service, before its configuration is read.
#[derive(Debug)]
pub(super) struct Planned {
    /// The folder of the project, whose lock file counts.
    pub project: PathBuf,
    /// The configuration higher up that wins over this one.
    pub shadowed_by: Option<PathBuf>,
    /// Set where a deploy configuration leads here.
    pub redirect: Option<PlannedRedirect>,
}

/// How a deploy configuration leads to a service.
#[derive(Debug)]
pub(super) struct PlannedRedirect {
    /// The folder that it is for.
    pub folder: PathBuf,
    /// The configuration that the build tool was given, if there is one.
    pub user_config: Option<PathBuf>,
}

/// Decides what to read. `folders` were walked; `files` are configurations to be taken as they
/// are, as `wrangler --config` does.
pub(super) fn plan(
    root: &Path,
    globs: &ServiceGlobs,
    walked: Walked,
    folders: &[PathBuf],
    files: Vec<PathBuf>,
) -> Plan {
    let mut planner = Planner::new(root, &walked);
    planner.plan.skipped = walked.skipped;
    for (folder, here) in &walked.found {
        if globs.contain(&paths::shown(root, folder)) {
            planner.found(folder, *here);
        } else {
            planner.plan.skipped.push((folder.clone(), Skip::NotAService));
        }
    }
    for folder in folders {
        // The folders are sorted: what lies below one follows right after it.
        let start = walked.found.partition_point(|(found, _)| found < folder);
        let mut below = walked.found[start..].iter().take_while(|(at, _)| at.starts_with(folder));
        if !below.any(|(_, here)| here.is_project()) {
            planner.nothing_below(folder);
        }
    }
    for file in files {
        let project = parent(&file).to_owned();
        let alone = Planned { project, shadowed_by: None, redirect: None };
        planner.plan.services.entry(file).or_insert(alone);
    }
    planner.finish()
}

struct Planner<'a> {
    root: &'a Path,
    upward: Upward,
    /// What build tools generated: not a service of its own.
    generated: BTreeSet<PathBuf>,
    /// By the folder of a deploy configuration, the user's configurations that it is not beside.
    apart: BTreeMap<PathBuf, BTreeSet<PathBuf>>,
    plan: Plan,
}

impl<'a> Planner<'a> {
    fn new(root: &'a Path, walked: &Walked) -> Self {
        let mut plan = Plan::default();
        let with_deploy = walked.found.iter().filter(|(_, here)| here.deploy);
        let generated = with_deploy
            .filter_map(|(folder, _)| plan.deploys.of(root, folder).target.as_ref().ok().cloned())
            .collect();
        let upward = Upward::new(&walked.found);
        Self { root, upward, generated, apart: BTreeMap::new(), plan }
    }

    /// A folder in which the walk found something.
    fn found(&mut self, folder: &Path, here: Here) {
        let mut names = here.names().map(|name| folder.join(name));
        let own = names.next();
        if own.as_ref().is_some_and(|own| self.generated.contains(own)) {
            return;
        }
        if let Some(own) = &own {
            self.plan.side_files.extend(names.map(|path| SideFile::Ignored {
                path: paths::shown(self.root, &path),
                by: paths::shown(self.root, own),
            }));
        }
        if here.typescript {
            let path = paths::shown(self.root, &folder.join(TYPESCRIPT));
            self.plan.side_files.push(SideFile::TypeScript { path });
        }
        if here.is_project() {
            let nearest = self.upward.from(folder);
            self.service(folder, own, &nearest);
        }
    }

    /// A folder without a configuration in or below it: Wrangler, started there, looks upwards.
    fn nothing_below(&mut self, folder: &Path) {
        let nearest = self.upward.from(folder);
        let config = nearest.config();
        let project = config.as_deref().map(parent).or(nearest.deploy().map(AsRef::as_ref));
        if let Some(project) = project.map(Path::to_owned) {
            self.service(&project, config, &nearest);
        }
    }

    /// Plans the service of a project: its `own` configuration, or what a build tool made of it.
    fn service(&mut self, project: &Path, own: Option<PathBuf>, nearest: &Nearest) {
        let used = nearest.config();
        let redirect = nearest.deploy().is_some_and(|deploy| {
            self.redirects(deploy, own.as_deref(), used.as_deref()) && **deploy == *project
        });
        let project = project.to_owned();
        if redirect && let Ok(target) = &self.plan.deploys.of(self.root, &project).target {
            let target = target.clone();
            let redirect = PlannedRedirect { folder: project.clone(), user_config: own };
            let planned = Planned { project, shadowed_by: None, redirect: Some(redirect) };
            self.plan.services.insert(target, planned);
        } else if let Some(own) = own {
            let shadowed_by = used.filter(|used| *used != own);
            let planned = Planned { project, shadowed_by, redirect: None };
            self.plan.services.insert(own, planned);
        }
    }

    /// Whether the deploy configuration of `folder` stands beside the configuration that Wrangler
    /// uses (or there is none), and leads somewhere. Where not, Wrangler stops, and that is noted.
    fn redirects(&mut self, folder: &Path, own: Option<&Path>, used: Option<&Path>) -> bool {
        match &self.plan.deploys.of(self.root, folder).target {
            Err(problem) => {
                self.plan.broken.insert(folder.to_owned(), problem.clone());
                false
            }
            Ok(target) => {
                let Some(used) = used.filter(|used| parent(used) != folder) else { return true };
                // Someone who walks the output of a build asks for just this configuration.
                if own != Some(target) {
                    self.apart.entry(folder.to_owned()).or_default().insert(used.to_owned());
                }
                false
            }
        }
    }

    fn finish(self) -> Plan {
        let Self { root, generated, apart, mut plan, .. } = self;
        for (folder, configs) in apart {
            let Some(first) = configs.first() else { continue };
            let more = match configs.len() - 1 {
                0 => String::new(),
                1 => " and 1 other configuration".into(),
                more => format!(" and {more} other configurations"),
            };
            let problem = format!(
                "it does not stand beside `{}`{more}, so Wrangler stops there",
                paths::shown(root, first)
            );
            plan.broken.insert(folder, problem);
        }
        // That a build leaves its output in an output folder needs no word.
        let outputs: BTreeSet<&Path> = generated.iter().map(|path| parent(path)).collect();
        plan.skipped.retain(|(path, skip)| *skip != Skip::Output || !outputs.contains(&**path));
        plan
    }
}
