//! Who runs Wrangler, and how: `npx wrangler@4 deploy`, `pnpm exec wrangler …`, `npm run deploy`.

use super::Word;

/// What a command line comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Run<'w> {
    /// It runs Wrangler.
    Wrangler(Found<'w>),
    /// It runs a script of a `package.json`.
    Script(ScriptRun<'w>),
    /// It installs Wrangler.
    Install(Install<'w>),
    /// `pnpm deploy`: pnpm's own command of this name, without the folder that it needs.
    PnpmDeploy(PnpmDeploy<'w>),
}

/// A call of Wrangler, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found<'w> {
    /// The word that names it, with the version that is asked for.
    pub word: &'w Word,
    /// Where its program comes from.
    pub program: Program,
    /// Where it is started, if the runner was told so.
    pub folder: Folder<'w>,
    /// What is said to it.
    pub arguments: &'w [Word],
}

/// Where Wrangler's program comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// From the dependencies that the project has installed.
    Installed,
    /// From the dependencies, and where it is not among them, from the registry: `npx`.
    InstalledOrRegistry,
    /// From the registry, whatever the project has installed: `pnpm dlx`.
    Registry,
    /// From `cloudflare/wrangler-action`.
    Action,
}

/// A run of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ScriptRun<'w> {
    /// Its name.
    pub name: &'w Word,
    /// Whose script it is.
    pub folder: Folder<'w>,
    /// What is added to its end.
    pub arguments: Vec<Word>,
}

/// An installation of Wrangler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Install<'w> {
    /// The word that names it, with the version that is asked for.
    pub word: &'w Word,
}

/// A `pnpm deploy` that was meant to run a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PnpmDeploy<'w> {
    /// The word `deploy`.
    pub word: &'w Word,
    /// Whose script was meant.
    pub folder: Folder<'w>,
}

/// Where something runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Folder<'w> {
    /// Where the command itself runs.
    #[default]
    Here,
    /// In a folder that the command names.
    Path(&'w Word),
    /// In the folder of the package of this name.
    Package(&'w Word),
    /// Elsewhere.
    Unknown,
}

/// Package managers' own commands, which are not scripts.
const OWN: [&str; 35] = [
    "add",
    "approve-builds",
    "audit",
    "bin",
    "cache",
    "ci",
    "config",
    "create",
    "dedupe",
    "env",
    "fetch",
    "help",
    "import",
    "info",
    "init",
    "install",
    "licenses",
    "link",
    "list",
    "login",
    "ls",
    "outdated",
    "pack",
    "patch",
    "prune",
    "publish",
    "rebuild",
    "remove",
    "root",
    "self-update",
    "set",
    "store",
    "unlink",
    "update",
    "why",
];

/// Sees what a command line comes to; `None` where it has nothing to do with Wrangler.
pub(super) fn recognize(words: &[Word]) -> Option<Run<'_>> {
    let (first, rest) = words.split_first()?;
    let found = match &*first.text {
        "npx" | "pnpx" => npx(rest),
        "bunx" => dlx(rest, Program::InstalledOrRegistry),
        "npm" => npm(rest),
        "pnpm" => pnpm(rest),
        "yarn" | "yarnpkg" => yarn(rest),
        "bun" => bun(rest),
        name if is_wrangler(name) => Some(Run::Wrangler(Found {
            word: first,
            program: Program::Installed,
            folder: Folder::Here,
            arguments: rest,
        })),
        _ => None,
    };
    found.or_else(|| behind_dashes(first, rest))
}

/// Programs that only show what stands behind `--`.
const SPEAKERS: [&str; 5] = ["echo", "git", "grep", "printf", "wrangler"];

/// A program that runs another, which stands behind `--`: `dotenv -e .env -- wrangler deploy`.
fn behind_dashes<'w>(first: &Word, rest: &'w [Word]) -> Option<Run<'w>> {
    let dashes = rest.iter().position(|word| word.text == "--")?;
    if SPEAKERS.contains(&&*first.text) {
        return None;
    }
    recognize(&rest[dashes + 1..])
}

/// Whether a word starts Wrangler's program.
fn is_wrangler(word: &str) -> bool {
    let program = word.rsplit('/').next().unwrap_or(word);
    matches!(program, "wrangler" | "wrangler2")
        && (program == word || word.contains("node_modules/.bin/"))
}

/// The version that a word asks for: `wrangler@4` asks for `4`, `wrangler` for none. `None` for
/// another package.
pub(super) fn requested(word: &str) -> Option<Option<&str>> {
    let word = word.strip_prefix("npm:").unwrap_or(word);
    match word.strip_prefix("wrangler")? {
        "" => Some(None),
        rest => Some(Some(rest.strip_prefix('@')?)),
    }
}

/// `npx [flags] wrangler …`, and `npx -p wrangler@4 wrangler …`.
fn npx(words: &[Word]) -> Option<Run<'_>> {
    let mut named = None;
    let mut local = false;
    let mut at = 0;
    while let Some(word) = words.get(at) {
        match &*word.text {
            "--" => {}
            "-p" | "--package" => {
                at += 1;
                named = words.get(at).filter(|word| requested(&word.text).is_some()).or(named);
            }
            "-w" | "--workspace" | "--prefix" | "--registry" | "--cache" | "-c" | "--call" => {
                return None;
            }
            "--no" | "--no-install" | "--offline" => local = true,
            text if text.starts_with("--package=") => {}
            text if text.starts_with('-') => {}
            _ => break,
        }
        at += 1;
    }
    let word = words.get(at)?;
    requested(&word.text)?;
    let program = if local { Program::Installed } else { Program::InstalledOrRegistry };
    let arguments = behind_separator(&words[at + 1..]);
    Some(Run::Wrangler(Found {
        word: named.unwrap_or(word),
        program,
        folder: Folder::Here,
        arguments,
    }))
}

/// Runners take the first `--` for their own.
fn behind_separator(words: &[Word]) -> &[Word] {
    match words.split_first() {
        Some((first, rest)) if first.text == "--" => rest,
        _ => words,
    }
}

/// `dlx [flags] wrangler …`
fn dlx(words: &[Word], program: Program) -> Option<Run<'_>> {
    let Run::Wrangler(found) = npx(words)? else { return None };
    Some(Run::Wrangler(Found { program, ..found }))
}

/// The options of a package manager before its command.
struct Options<'w> {
    folder: Folder<'w>,
    /// What follows: the command.
    rest: &'w [Word],
}

/// Reads options: `paths` name a folder, `packages` a package of the workspace, `many` several.
fn options<'w>(words: &'w [Word], paths: &[&str], packages: &[&str], many: &[&str]) -> Options<'w> {
    let mut folder = Folder::Here;
    let mut at = 0;
    while let Some(word) = words.get(at).filter(|word| word.text.starts_with('-')) {
        let text = &*word.text;
        if text == "--" {
            break;
        }
        if many.contains(&text) {
            folder = Folder::Unknown;
        } else if paths.contains(&text) || packages.contains(&text) {
            at += 1;
            folder = match words.get(at) {
                Some(value) if paths.contains(&text) => Folder::Path(value),
                Some(value) => Folder::Package(value),
                None => Folder::Unknown,
            };
        } else if let Some((name, _)) = text.split_once('=')
            && (paths.contains(&name) || packages.contains(&name))
        {
            folder = Folder::Unknown;
        }
        at += 1;
    }
    Options { folder, rest: &words[at.min(words.len())..] }
}

fn npm(words: &[Word]) -> Option<Run<'_>> {
    const PATHS: [&str; 2] = ["--prefix", "-C"];
    const PACKAGES: [&str; 2] = ["--workspace", "-w"];
    const MANY: [&str; 2] = ["--workspaces", "-ws"];
    let before = options(words, &PATHS, &PACKAGES, &MANY);
    let (command, rest) = before.rest.split_first()?;
    match &*command.text {
        "exec" | "x" => in_folder(npx(rest)?, before.folder),
        "i" | "in" | "install" | "add" => install(rest),
        "run" | "run-script" | "rum" | "urn" => {
            in_folder(npm_run(rest, &PATHS, &PACKAGES, &MANY)?, before.folder)
        }
        _ => None,
    }
}

/// `npm run [options] NAME [options] [-- arguments]`: npm reads its own options wherever they
/// stand, and hands on what stands behind `--` and what does not look like an option.
fn npm_run<'w>(
    words: &'w [Word],
    paths: &[&str],
    packages: &[&str],
    many: &[&str],
) -> Option<Run<'w>> {
    let mut folder = Folder::Here;
    let mut plain = Vec::new();
    let mut rest = words;
    while let Some(word) = rest.first() {
        if word.text.starts_with('-') {
            let own = options(rest, paths, packages, many);
            if own.folder != Folder::Here {
                folder = own.folder;
            }
            rest = own.rest;
            if let Some(("--", behind)) = rest.split_first().map(|(word, rest)| (&*word.text, rest))
            {
                plain.extend(behind);
                break;
            }
        } else {
            plain.push(word);
            rest = &rest[1..];
        }
    }
    let (name, arguments) = plain.split_first()?;
    let arguments = arguments.iter().map(|word| (*word).clone()).collect();
    Some(Run::Script(ScriptRun { name, folder, arguments }))
}

fn pnpm(words: &[Word]) -> Option<Run<'_>> {
    let options = options(words, &["-C", "--dir"], &["--filter", "-F"], &["-r", "--recursive"]);
    let (command, rest) = options.rest.split_first()?;
    let run = match &*command.text {
        "exec" | "x" => recognize(behind_own_options(rest))?,
        "dlx" => dlx(rest, Program::Registry)?,
        "run" | "run-script" => script(rest)?,
        "i" | "install" | "add" => install(rest)?,
        // pnpm has a command of this name, which copies a package of a workspace to a folder.
        "deploy" => {
            let alone = rest.iter().all(|word| word.literal && word.text.starts_with('-'));
            let folder = options.folder;
            return alone.then_some(Run::PnpmDeploy(PnpmDeploy { word: command, folder }));
        }
        _ => named(command, rest)?,
    };
    in_folder(run, options.folder)
}

fn yarn(words: &[Word]) -> Option<Run<'_>> {
    let options = options(words, &["--cwd"], &[], &[]);
    let (command, rest) = options.rest.split_first()?;
    let run = match &*command.text {
        "exec" => recognize(behind_own_options(rest))?,
        "dlx" => dlx(rest, Program::Registry)?,
        "run" => script(rest)?,
        "add" | "global" => install(rest)?,
        "workspace" => {
            let (package, rest) = rest.split_first()?;
            in_folder(yarn(rest)?, Folder::Package(package))?
        }
        "workspaces" => return None,
        _ => named(command, rest)?,
    };
    in_folder(run, options.folder)
}

fn bun(words: &[Word]) -> Option<Run<'_>> {
    let options = options(words, &["--cwd"], &["--filter", "-F"], &[]);
    let (command, rest) = options.rest.split_first()?;
    let run = match &*command.text {
        "x" => dlx(rest, Program::InstalledOrRegistry)?,
        "run" => script(rest)?,
        "i" | "install" | "add" => install(rest)?,
        _ => named(command, rest)?,
    };
    in_folder(run, options.folder)
}

/// A script, or Wrangler itself, by its name behind a package manager.
fn named<'w>(command: &'w Word, rest: &'w [Word]) -> Option<Run<'w>> {
    if is_wrangler(&command.text) {
        return Some(Run::Wrangler(Found {
            word: command,
            program: Program::Installed,
            folder: Folder::Here,
            arguments: behind_separator(rest),
        }));
    }
    if OWN.contains(&&*command.text) || command.text.starts_with('-') {
        return None;
    }
    Some(Run::Script(ScriptRun { name: command, folder: Folder::Here, arguments: rest.to_vec() }))
}

/// `run [options] NAME …`
fn script(words: &[Word]) -> Option<Run<'_>> {
    let options = options(words, &["--cwd", "-C", "--dir"], &["--filter", "-F"], &[]);
    let (name, rest) = options.rest.split_first()?;
    let run = if is_wrangler(&name.text) {
        named(name, rest)?
    } else {
        Run::Script(ScriptRun { name, folder: Folder::Here, arguments: rest.to_vec() })
    };
    in_folder(run, options.folder)
}

fn behind_own_options(words: &[Word]) -> &[Word] {
    let own = words.iter().take_while(|word| word.text.starts_with('-')).count();
    &words[own..]
}

fn install(words: &[Word]) -> Option<Run<'_>> {
    let word = words.iter().find(|word| requested(&word.text).is_some())?;
    Some(Run::Install(Install { word }))
}

/// Puts a run into the folder that an outer command names.
fn in_folder<'w>(run: Run<'w>, outer: Folder<'w>) -> Option<Run<'w>> {
    let merge = |inner| match (outer, inner) {
        (Folder::Here, inner) => inner,
        (outer, Folder::Here) => outer,
        _ => Folder::Unknown,
    };
    Some(match run {
        Run::Wrangler(found) => Run::Wrangler(Found { folder: merge(found.folder), ..found }),
        Run::Script(script) => Run::Script(ScriptRun { folder: merge(script.folder), ..script }),
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::model::{FileId, Place, Span};

    fn words(line: &str) -> Vec<Word> {
        let word = |text: &str| Word {
            text: text.to_owned(),
            literal: true,
            splits: false,
            place: Place { file: FileId(0), span: Span::default() },
        };
        line.split(' ').map(word).collect()
    }

    fn shown(line: &str) -> String {
        let words = words(line);
        let list = |words: &[Word]| {
            words.iter().map(|word| word.text.clone()).collect::<Vec<_>>().join(" ")
        };
        let folder = |folder| match folder {
            Folder::Here => String::new(),
            Folder::Path(word) => format!(" in {}", word.text),
            Folder::Package(word) => format!(" of {}", word.text),
            Folder::Unknown => " somewhere".to_owned(),
        };
        match recognize(&words) {
            None => "-".to_owned(),
            Some(Run::Wrangler(found)) => {
                let (word, arguments) = (&found.word.text, list(found.arguments));
                format!("{:?} {word}: {arguments}{}", found.program, folder(found.folder))
            }
            Some(Run::Script(script)) => {
                let (name, arguments) = (&script.name.text, list(&script.arguments));
                format!("script {name}: {arguments}{}", folder(script.folder))
            }
            Some(Run::Install(install)) => format!("install {}", install.word.text),
            Some(Run::PnpmDeploy(deploy)) => format!("pnpm's own{}", folder(deploy.folder)),
        }
    }

    #[test]
    fn wrangler_is_known_behind_every_runner() {
        for (line, expected) in [
            ("wrangler deploy", "Installed wrangler: deploy"),
            (
                "./node_modules/.bin/wrangler deploy",
                "Installed ./node_modules/.bin/wrangler: deploy",
            ),
            ("npx wrangler deploy", "InstalledOrRegistry wrangler: deploy"),
            (
                "npx --yes wrangler@latest deploy -e x",
                "InstalledOrRegistry wrangler@latest: deploy -e x",
            ),
            (
                "npx -y -p wrangler@4.1.0 wrangler deploy",
                "InstalledOrRegistry wrangler@4.1.0: deploy",
            ),
            ("npx --no-install wrangler whoami", "Installed wrangler: whoami"),
            ("npm exec -- wrangler deploy", "InstalledOrRegistry wrangler: deploy"),
            ("pnpm wrangler deploy", "Installed wrangler: deploy"),
            ("pnpm exec wrangler deploy", "Installed wrangler: deploy"),
            ("pnpm --filter api exec wrangler deploy", "Installed wrangler: deploy of api"),
            ("pnpm -C apps/api wrangler deploy", "Installed wrangler: deploy in apps/api"),
            ("pnpm dlx wrangler@4 deploy", "Registry wrangler@4: deploy"),
            ("pnpx wrangler deploy", "InstalledOrRegistry wrangler: deploy"),
            ("yarn wrangler deploy", "Installed wrangler: deploy"),
            ("yarn dlx wrangler deploy", "Registry wrangler: deploy"),
            ("yarn workspace api wrangler deploy", "Installed wrangler: deploy of api"),
            ("bunx --bun wrangler deploy", "InstalledOrRegistry wrangler: deploy"),
            ("bun x wrangler deploy", "InstalledOrRegistry wrangler: deploy"),
            ("bun run wrangler deploy", "Installed wrangler: deploy"),
            ("bun run wrangler -- deploy -e x", "Installed wrangler: deploy -e x"),
            ("npm exec wrangler -- deploy", "InstalledOrRegistry wrangler: deploy"),
            ("doppler run -- npx wrangler deploy", "InstalledOrRegistry wrangler: deploy"),
            ("npx dotenv-cli -e .env -- wrangler deploy", "Installed wrangler: deploy"),
            ("echo -- wrangler deploy", "-"),
            ("npx create-wrangler x", "-"),
            ("npx wrangler-other x", "-"),
            ("cat wrangler", "-"),
        ] {
            assert_eq!(shown(line), expected, "{line}");
        }
    }

    #[test]
    fn scripts_are_known_by_name() {
        for (line, expected) in [
            ("npm run deploy", "script deploy: "),
            ("npm run deploy -- --env x", "script deploy: --env x"),
            ("npm run deploy --workspace api x", "script deploy: x of api"),
            ("npm --prefix apps/api run deploy", "script deploy:  in apps/api"),
            ("npm run --if-present deploy", "script deploy: "),
            ("npm test", "-"),
            ("pnpm deploy", "pnpm's own"),
            ("pnpm --filter api deploy --prod", "pnpm's own of api"),
            ("pnpm --filter api deploy out", "-"),
            ("pnpm deploy:prod --env x", "script deploy:prod: --env x"),
            ("pnpm run deploy", "script deploy: "),
            ("pnpm --filter @x/api run deploy", "script deploy:  of @x/api"),
            ("pnpm -r run deploy", "script deploy:  somewhere"),
            ("pnpm install --frozen-lockfile", "-"),
            ("yarn deploy", "script deploy: "),
            ("yarn ship", "script ship: "),
            ("yarn workspace api ship", "script ship:  of api"),
            ("bun run --filter api ship", "script ship:  of api"),
            ("npm i -g wrangler@4", "install wrangler@4"),
            ("npm ci", "-"),
            ("yarn global add wrangler", "install wrangler"),
        ] {
            assert_eq!(shown(line), expected, "{line}");
        }
    }
}
