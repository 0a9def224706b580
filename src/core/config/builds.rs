//! What a build may still make before anything is deployed. That a file is not there says little
//! where somebody writes it later.

use super::wrangler::Environment;
use super::wrangler::command_line::{self, VITE_PLUGIN};
use crate::core::model::{Kind, Severity, Value, Workspace};

/// Names of folders that builds write.
const OUTPUT: [&str; 25] = [
    "_build",
    "_site",
    "artifacts",
    "assets",
    "build",
    "built",
    "bundle",
    "bundled",
    "client",
    "compiled",
    "dist",
    "es",
    "esm",
    "export",
    "gen",
    "generated",
    "lib",
    "out",
    "output",
    "pkg",
    "public",
    "server",
    "target",
    "tmp",
    "www",
];

/// Packages that complete a configuration when they build: `main`, or where the assets are, need
/// not stand in the file.
const COMPLETERS: [&str; 9] = [
    VITE_PLUGIN,
    "@astrojs/cloudflare",
    "@opennextjs/cloudflare",
    "@react-router/dev",
    "@sveltejs/adapter-cloudflare",
    "@tanstack/",
    "nitro",
    "nuxt",
    "vinxi",
];

/// What may make something that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maker {
    /// Wrangler runs `build.command` before it looks, or a build tool made the configuration.
    Certain,
    /// A script of a `package.json` builds something, or a script or a pipeline speaks of it.
    Script,
    /// Manifests are there, and none of their scripts builds anything.
    Nobody,
    /// There is no manifest: something else may be at work.
    Unknown,
}

impl Maker {
    /// Who may make what an environment names by this path: somebody, too, where a script or a
    /// pipeline speaks of it.
    pub fn of_path(workspace: &Workspace, environment: &Environment<'_>, path: &str) -> Self {
        let name = path.rsplit('/').find(|part| !part.is_empty()).unwrap_or(path);
        match Self::of(workspace, environment) {
            Self::Nobody if command_line::is_mentioned(workspace, environment.service, &[name]) => {
                Self::Script
            }
            maker => maker,
        }
    }

    /// Who may make something for an environment.
    pub fn of(workspace: &Workspace, environment: &Environment<'_>) -> Self {
        let service = environment.service;
        let command = environment.get("build").and_then(|build| build.value().get("command"));
        if service.redirect.is_some() || command.is_some_and(|command| !command.is_falsy()) {
            return Self::Certain;
        }
        let mut any = false;
        for manifest in workspace.facts.documents.manifests_at_or_above(&service.folder) {
            match manifest.value.as_ref().map(|value| value.get("scripts")) {
                Some(scripts) if !scripts.is_some_and(builds) => any = true,
                _ => return Self::Script,
            }
        }
        if any { Self::Nobody } else { Self::Unknown }
    }
}

/// How bad it is that nothing stands at the path that an environment names: an error where nothing
/// speaks of a build that makes it, and `None` where it is likely to be made.
pub fn gravity_of_absence(
    workspace: &Workspace,
    environment: &Environment<'_>,
    path: &str,
) -> Option<Severity> {
    match (Maker::of_path(workspace, environment, path), is_output(path)) {
        (Maker::Certain, _) | (Maker::Script, true) => None,
        (Maker::Nobody, false) => Some(Severity::Error),
        _ => Some(Severity::Warning),
    }
}

/// How sure it is that the assets of a Worker come without code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codeless {
    /// Nothing speaks of any code.
    Certain,
    /// A build may still add it.
    Likely,
}

impl Codeless {
    /// Whether an environment has no code, as far as anybody can tell: none in the configuration,
    /// none on the command line, and none from a build tool that adds its own.
    pub fn of(workspace: &Workspace, environment: &Environment<'_>) -> Option<Self> {
        let service = environment.service;
        let main = environment.get("main").filter(|main| !main.value().is_falsy());
        if service.kind == Kind::Pages || main.is_some() {
            return None;
        }
        if service.redirect.is_some() {
            return Some(Self::Certain);
        }
        let given = command_line::is_mentioned(workspace, service, &COMPLETERS)
            || command_line::is_mentioned(workspace, service, &["--script"])
            || command_line::names_a_script(workspace, service);
        let assets = environment.get("assets").and_then(|assets| assets.value().get("directory"));
        let directory = assets.and_then(Value::as_str).unwrap_or_default();
        // `public` is what people keep in a repository, and what some builds write.
        let is_built = is_output(directory) && !directory.trim_end_matches('/').ends_with("public");
        match Maker::of(workspace, environment) {
            _ if given => None,
            Maker::Nobody => Some(Self::Certain),
            Maker::Unknown if !is_built => Some(Self::Certain),
            _ => Some(Self::Likely),
        }
    }
}

/// Whether one of these scripts makes files.
fn builds(scripts: &Value) -> bool {
    const WORDS: [&str; 9] = [
        "build",
        "bundle",
        "codegen",
        "compile",
        "export",
        "generate",
        "postinstall",
        "predeploy",
        "prepare",
    ];
    scripts.entries().iter().any(|script| {
        let says = |text: &str| WORDS.iter().any(|word| text.contains(word));
        says(&script.key) || script.value.as_str().is_some_and(says)
    })
}

/// Whether a path leads through a folder that is named like the output of a build. Hidden folders
/// are: `.next`, `.open-next`, `.output`.
pub fn is_output(path: &str) -> bool {
    path.split('/').any(|part| {
        let hidden = part.starts_with('.') && !matches!(part, "." | "..");
        let named = |name: &&str| {
            let rest = part.strip_prefix(*name);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_', '.']))
        };
        hidden || OUTPUT.iter().any(named) || part.ends_with("-dist")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_has_a_name() {
        for path in
            ["dist/worker.js", "./public", ".open-next/assets", "a/build", "dist-worker/x.js"]
        {
            assert!(is_output(path), "{path}");
        }
        for path in ["src/index.ts", "../worker/index.js", "website", "outer/x", "builder/main.ts"]
        {
            assert!(!is_output(path), "{path}");
        }
    }
}
