//! Follows a job from command to command: where it is, what is set, and what of it is Wrangler.

use std::collections::HashMap;

use super::runner::{Folder, Found, Program, Run, ScriptRun, recognize, requested};
use super::shell::{self, Item};
use super::text::Text;
use super::{
    Arguments, Call, Input, Job, Node, Package, Packages, Pipeline, PnpmDeploy, Step, System,
    Variable, Word,
};
use crate::core::config::discover::{DEPLOY_CONFIG, NAMES};
use crate::core::config::shape;
use crate::core::model::path::join;
use crate::core::model::{FileId, Place, Service, Span, Value, Workspace};

/// How many scripts of manifests may lead to each other.
const MAX_DEPTH: usize = 5;

/// What every job is read with.
pub(super) struct Reader<'a, 'p> {
    workspace: &'a Workspace,
    packages: &'p Packages<'a>,
    /// The services by the folder in which Wrangler is started for them.
    by_folder: HashMap<&'a str, Vec<&'a Service>>,
    by_config: HashMap<&'a str, &'a Service>,
}

impl<'a, 'p> Reader<'a, 'p> {
    pub(super) fn new(workspace: &'a Workspace, packages: &'p Packages<'a>) -> Self {
        let mut by_folder: HashMap<&str, Vec<&Service>> = HashMap::new();
        let mut by_config = HashMap::new();
        for service in &workspace.services {
            let path = &*workspace.file(service.config.file).path;
            // Wrangler finds a configuration by its name; any other must be given with --config.
            let name = path.rsplit('/').next().unwrap_or(path);
            if service.redirect.is_some() || NAMES.contains(&name) {
                by_folder.entry(project(workspace, service)).or_default().push(service);
            }
            by_config.insert(path, service);
        }
        Self { workspace, packages, by_folder, by_config }
    }

    /// The text of a value in a file.
    pub(super) fn text(&self, value: &'a Value, file: FileId) -> Option<Text<'a>> {
        Text::of(value, file, self.workspace.file(file))
    }

    /// The service that Wrangler takes when it is started in a folder, if that is certain.
    fn service(&self, folder: &str, arguments: &Arguments) -> Option<&'a Service> {
        if let Some(config) = arguments.flag("config") {
            let path = join(folder, config.values.first()?.known()?);
            return self.by_config.get(&*path).copied();
        }
        match self.by_folder.get(folder).map(Vec::as_slice) {
            Some([only]) if arguments.complete => Some(only),
            _ => None,
        }
    }

    /// The scripts of the manifests, each as a job of its own. Those that npm runs by itself before
    /// and after another are part of that one.
    pub(super) fn manifests(&self) -> Vec<Pipeline<'a>> {
        self.packages.all().filter_map(|package| self.manifest(package)).collect()
    }

    fn manifest(&self, package: Package<'a>) -> Option<Pipeline<'a>> {
        let is_hook = |name: &str| {
            ["pre", "post"].iter().any(|hook| {
                name.strip_prefix(hook).is_some_and(|name| package.script(name).is_some())
            })
        };
        let mut jobs = Vec::new();
        for entry in package.scripts().iter().filter(|entry| !is_hook(&entry.key)) {
            let mut session = Session::new(self, package.file, Some(package.folder.to_owned()));
            session.sealed = false;
            session.script_of(package, &entry.key, &[], None, 0);
            let path = shape::join("scripts", &entry.key);
            if session.calls.is_empty() {
                continue;
            }
            let step = Step::new(entry.value.span, path.clone());
            let mut job = session.job(&entry.key, entry.key_span, path);
            job.steps.push(step);
            jobs.push(job);
        }
        (!jobs.is_empty()).then(|| Pipeline {
            concurrency: true,
            filtered: true,
            jobs,
            ..Pipeline::new(System::Scripts, package.file)
        })
    }
}

/// The folder in which Wrangler is started for a service: that of its configuration, or where a
/// build tool generated that, the one for which it did.
fn project<'a>(workspace: &'a Workspace, service: &'a Service) -> &'a str {
    let Some(redirect) = &service.redirect else { return &service.folder };
    let path = &*workspace.file(redirect.file).path;
    path.strip_suffix(DEPLOY_CONFIG).map_or(path, |folder| folder.trim_end_matches('/'))
}

/// A job that is being followed.
pub(super) struct Session<'a, 'r> {
    reader: &'r Reader<'a, 'r>,
    /// The file in which the job stands.
    pub file: FileId,
    /// Where commands run, if that is known.
    pub folder: Option<String>,
    /// The variables of all steps.
    pub variables: Vec<Variable>,
    /// The variables of this step.
    pub local: Vec<Variable>,
    /// Whether no other variables can be set.
    pub sealed: bool,
    /// The Node that is installed.
    pub node: Option<Node>,
    /// Whether programs ran that may do anything.
    pub opaque: bool,
    /// What the job's row of a matrix says: `matrix.app` and its value.
    pub row: Vec<(String, String)>,
    /// Whether variables were set for later steps, so that those in the file may be outdated.
    exports: bool,
    /// Whether something was done to a configuration, so that it is not what the file says.
    rewrites: bool,
    tests: bool,
    /// The step, by index and path.
    pub step: (usize, String),
    installed: Option<Word>,
    installs: Vec<Word>,
    pnpm_deploys: Vec<PnpmDeploy>,
    calls: Vec<Call<'a>>,
}

/// A command, with words that know their place in the file.
struct Command {
    assignments: Vec<Word>,
    words: Vec<Word>,
    outputs: Vec<Word>,
    input: Input,
    conditional: bool,
}

/// How a script came to run.
#[derive(Clone, Copy)]
struct Origin<'o> {
    path: &'o str,
    /// The word in the pipeline that leads to a script of a manifest.
    via: Option<Place>,
    conditional: bool,
    depth: usize,
}

impl<'a, 'r> Session<'a, 'r> {
    pub(super) fn new(reader: &'r Reader<'a, 'r>, file: FileId, folder: Option<String>) -> Self {
        Self {
            reader,
            file,
            folder,
            variables: Vec::new(),
            local: Vec::new(),
            sealed: true,
            node: None,
            opaque: false,
            row: Vec::new(),
            exports: false,
            rewrites: false,
            tests: false,
            step: (0, String::new()),
            installed: None,
            installs: Vec::new(),
            pnpm_deploys: Vec::new(),
            calls: Vec::new(),
        }
    }

    /// What came of it, as a job without steps.
    pub(super) fn job(self, name: &'a str, span: Span, path: String) -> Job<'a> {
        Job {
            name,
            span,
            path,
            condition: None,
            needs: false,
            environment: None,
            concurrency: false,
            steps: Vec::new(),
            calls: self.calls,
            installs: self.installs,
            pnpm_deploys: self.pnpm_deploys,
            opaque: self.opaque,
            tests: self.tests,
        }
    }

    /// A place in the job's own file.
    pub(super) fn place(&self, span: Span) -> Place {
        Place { file: self.file, span }
    }

    /// A text with what is known filled in: `${{ matrix.app }}`, `${{ env.NAME }}`.
    pub(super) fn fill(&self, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${{") {
            let Some((name, behind)) = after.split_once("}}") else { break };
            filled.push_str(before);
            match self.known(name.trim()) {
                Some(value) => filled.push_str(&value),
                None => filled.extend(["${{", name, "}}"]),
            }
            rest = behind;
        }
        filled.push_str(rest);
        filled
    }

    fn known(&self, name: &str) -> Option<String> {
        if let Some(name) = name.strip_prefix("env.") {
            return self.set(name).map(|variable| variable.value.clone());
        }
        self.row.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
    }

    /// A variable whose value is certain.
    fn set(&self, name: &str) -> Option<&Variable> {
        let mut set = self.local.iter().rev().chain(self.variables.iter().rev());
        set.find(|variable| variable.name == name).filter(|set| set.literal && !self.exports)
    }

    /// A word with what is known filled in.
    fn filled(&self, mut word: Word) -> Word {
        if word.literal {
            return word;
        }
        word.text = self.fill(&word.text);
        let name = word.text.strip_prefix('$').map(|name| match name.strip_prefix('{') {
            Some(name) => name.strip_suffix('}').unwrap_or(name),
            None => name,
        });
        if let Some(set) = name.filter(|name| shell::is_name(name)).and_then(|name| self.set(name))
        {
            word.text.clone_from(&set.value);
        }
        word.literal = !word.text.contains(['$', '`', '*', '?', '<']);
        word.splits &= !word.literal || word.text.contains(char::is_whitespace);
        word
    }

    fn placed(&self, words: &[shell::Word], text: &Text<'_>) -> Vec<Word> {
        let place = |word: &shell::Word| Word {
            text: word.text.clone(),
            literal: word.literal,
            splits: word.splits,
            place: text.place(word.range.start, word.range.end),
        };
        words.iter().map(|word| self.filled(place(word))).collect()
    }

    /// Runs a script that stands in the job's own file.
    pub(super) fn script(&mut self, value: &'a Value) {
        let Some(text) = self.reader.text(value, self.file) else { return };
        let path = self.step.1.clone();
        let origin = Origin { path: &path, via: None, conditional: false, depth: 0 };
        self.run(&text, &[], origin);
    }

    /// Runs what an action hands to Wrangler, line by line.
    pub(super) fn action(&mut self, value: &'a Value, more: &ActionCall<'_>) {
        let Some(text) = self.reader.text(value, self.file) else { return };
        let mut complete = true;
        for item in shell::read(text.content) {
            // No shell reads this: operators and brackets would be words.
            let Item::Command(command) = item else {
                complete = false;
                continue;
            };
            let words = self.placed(&command.words, &text);
            let is_plain = complete && command.input == shell::Input::Inherited;
            let line: String = words.iter().map(|word| format!("{} ", word.text)).collect();
            self.action_call(words, is_plain, !line.contains("--env"), more);
        }
    }

    /// A call that an action makes.
    pub(super) fn action_call(
        &mut self,
        mut words: Vec<Word>,
        complete: bool,
        choose: bool,
        more: &ActionCall<'_>,
    ) {
        if let Some(environment) = more.environment.filter(|_| choose) {
            words.push(Word { text: "--env".into(), literal: true, ..environment.clone() });
            words.push(environment.clone());
        }
        let mut arguments = Arguments::read(&words);
        arguments.complete &= complete;
        let call = Call {
            place: more.place,
            path: more.path.to_owned(),
            via: None,
            step: self.step.0,
            program: Program::Action,
            version: more.version.cloned(),
            folder: self.folder.clone(),
            service: None,
            input: more.input.clone(),
            conditional: false,
            variables: self.all_variables(&[]),
            sealed: self.sealed,
            node: self.node.clone(),
            installed: self.installed.clone(),
            arguments,
        };
        self.push(call);
    }

    fn push(&mut self, mut call: Call<'a>) {
        if let Some(cwd) = call.arguments.flag("cwd") {
            let cwd = cwd.values.first().and_then(Word::known);
            call.folder = call.folder.zip(cwd).map(|(folder, cwd)| join(&folder, cwd));
        }
        let folder = call.folder.as_deref().filter(|_| !self.rewrites);
        call.service = folder.and_then(|folder| self.reader.service(folder, &call.arguments));
        self.calls.push(call);
    }

    fn all_variables(&self, assignments: &[Word]) -> Vec<Variable> {
        let set = self.variables.iter().chain(&self.local).cloned();
        set.chain(assignments.iter().filter_map(assigned)).collect()
    }

    fn run(&mut self, text: &Text<'a>, more: &[Word], origin: Origin<'_>) {
        let mut items = shell::read(text.content);
        let last = items.iter().rposition(|item| matches!(item, Item::Command(_)));
        let mut outer = Vec::new();
        let mut before: Vec<Word> = Vec::new();
        for (index, item) in items.drain(..).enumerate() {
            match item {
                Item::Open => outer.push((self.folder.clone(), self.local.len())),
                Item::Close => {
                    if let Some((folder, set)) = outer.pop() {
                        self.folder = folder;
                        self.local.truncate(set);
                    }
                }
                Item::Command(read) => {
                    let mut words = self.placed(&read.words, text);
                    if Some(index) == last {
                        words.extend(more.iter().cloned());
                    }
                    let input = match read.input {
                        shell::Input::Inherited => Input::Nothing,
                        shell::Input::Pipe => Input::Command(std::mem::take(&mut before)),
                        shell::Input::Given => Input::Given,
                    };
                    before.clone_from(&words);
                    let command = Command {
                        assignments: self.placed(&read.assignments, text),
                        words,
                        outputs: self.placed(&read.outputs, text),
                        input,
                        conditional: read.conditional || origin.conditional,
                    };
                    self.command(command, origin);
                }
            }
        }
    }

    fn command(&mut self, mut command: Command, origin: Origin<'_>) {
        if command.outputs.iter().any(|output| output.text.contains("_ENV")) {
            // `$GITHUB_ENV`, `$BASH_ENV`: variables for the steps to come.
            self.sealed = false;
            self.exports = true;
        }
        unwrap(&mut command);
        let Some(first) = command.words.first() else {
            self.local.extend(command.assignments.iter().filter_map(assigned));
            return;
        };
        match &*first.text {
            "cd" | "pushd" => {
                let target = command.words.get(1).and_then(relative);
                self.folder = self.folder.take().zip(target).map(|(from, to)| join(&from, to));
            }
            "popd" => self.folder = None,
            "export" | "declare" | "typeset" | "read" => {
                let words = &command.words[1..];
                self.sealed &= words.iter().all(|word| !word.splits);
                self.local.extend(words.iter().filter_map(assigned));
            }
            "source" | "." | "eval" => {
                self.sealed = false;
                self.node = None;
                self.opaque = true;
            }
            "asdf" | "fnm" | "mise" | "n" | "nvm" | "volta" | "apk" | "apt" | "apt-get" => {
                self.node = None
            }
            _ => self.program(&command, origin),
        }
    }

    fn program(&mut self, command: &Command, origin: Origin<'_>) {
        match recognize(&command.words) {
            Some(Run::Wrangler(found)) => self.wrangler(&found, command, origin),
            Some(Run::Script(script)) => self.named_script(&script, command, origin),
            Some(Run::Install(install)) => {
                self.installed = Some(install.word.clone());
                self.installs.push(install.word.clone());
            }
            Some(Run::PnpmDeploy(deploy)) => {
                let folder = self.resolve(deploy.folder);
                let package = folder.and_then(|folder| self.reader.packages.at(&folder));
                if let Some(script) = package.and_then(|package| {
                    let script = package.script("deploy")?;
                    Some(Place { file: package.file, span: script.key_span })
                }) {
                    let path = origin.path.to_owned();
                    self.pnpm_deploys.push(PnpmDeploy { word: deploy.word.clone(), path, script });
                }
            }
            None => {
                self.opaque |= command.words.first().is_some_and(may_do_anything);
                let mut words = command.words.iter().chain(&command.outputs);
                self.rewrites |= words.clone().any(is_configuration);
                self.tests |= words.any(|word| is_test(&word.text));
            }
        }
    }

    fn wrangler(&mut self, found: &Found<'_>, command: &Command, origin: Origin<'_>) {
        let version = requested(&found.word.text)
            .flatten()
            .map(|version| Word { text: version.to_owned(), ..found.word.clone() });
        // Another program stands in front: it may set variables.
        let alone = command.words.iter().take_while(|word| word.text != "--").count()
            >= command.words.len() - found.arguments.len();
        let call = Call {
            place: found.word.place,
            path: origin.path.to_owned(),
            via: origin.via,
            step: self.step.0,
            program: found.program,
            version,
            folder: self.resolve(found.folder),
            service: None,
            input: command.input.clone(),
            conditional: command.conditional,
            variables: self.all_variables(&command.assignments),
            sealed: self.sealed && alone,
            // Bun runs it by itself where it can.
            node: self.node.clone().filter(|_| !command.words[0].text.starts_with("bun")),
            installed: self.installed.clone(),
            arguments: Arguments::read(found.arguments),
        };
        self.push(call);
    }

    fn resolve(&self, folder: Folder<'_>) -> Option<String> {
        match folder {
            Folder::Here => self.folder.clone(),
            Folder::Path(word) => Some(join(self.folder.as_deref()?, relative(word)?)),
            Folder::Package(word) => {
                self.reader.packages.named(word.known()?).map(|package| package.folder.to_owned())
            }
            Folder::Unknown => None,
        }
    }

    fn named_script(&mut self, script: &ScriptRun<'_>, command: &Command, origin: Origin<'_>) {
        self.tests |= is_test(&script.name.text);
        let package =
            self.resolve(script.folder).and_then(|folder| self.reader.packages.at(&folder));
        let name = script.name.known();
        let (Some(package), Some(name)) = (package, name) else {
            self.opaque = true;
            return;
        };
        if origin.depth >= MAX_DEPTH || package.script(name).is_none() {
            self.opaque = true;
            return;
        }
        let local = self.local.len();
        self.local.extend(command.assignments.iter().filter_map(assigned));
        let via = origin.via.unwrap_or(script.name.place);
        let before = self.calls.len();
        self.script_of(package, name, &script.arguments, Some(via), origin.depth + 1);
        for call in &mut self.calls[before..] {
            call.conditional |= command.conditional;
        }
        self.local.truncate(local);
    }

    /// Runs a script of a manifest, with what npm runs before and after it.
    fn script_of(
        &mut self,
        package: Package<'a>,
        name: &str,
        arguments: &[Word],
        via: Option<Place>,
        depth: usize,
    ) {
        let folder = self.folder.replace(package.folder.to_owned());
        for (hook, more) in [("pre", &[][..]), ("", arguments), ("post", &[])] {
            let name = format!("{hook}{name}");
            let Some(entry) = package.script(&name) else { continue };
            let Some(text) = self.reader.text(&entry.value, package.file) else { continue };
            let path = shape::join("scripts", &name);
            let local = self.local.len();
            self.run(&text, more, Origin { path: &path, via, conditional: false, depth });
            self.local.truncate(local);
            self.folder = Some(package.folder.to_owned());
        }
        self.folder = folder;
    }
}

/// What an action adds to what it hands to Wrangler.
pub(super) struct ActionCall<'c> {
    /// Where the action stands.
    pub place: Place,
    /// The path of what it hands over.
    pub path: &'c str,
    /// The environment, which it adds to commands that name none.
    pub environment: Option<&'c Word>,
    /// The version of Wrangler that it installs.
    pub version: Option<&'c Word>,
    /// What it gives Wrangler to read.
    pub input: Input,
}

/// `NAME=value` as a variable.
fn assigned(word: &Word) -> Option<Variable> {
    let (name, value) = word.text.split_once('=')?;
    shell::is_name(name).then(|| Variable {
        name: name.to_owned(),
        value: value.to_owned(),
        literal: word.literal,
        place: word.place,
    })
}

/// Programs that do nothing but run what follows.
const WRAPPERS: [&str; 8] =
    ["command", "cross-env", "cross-env-shell", "env", "exec", "nohup", "sudo", "time"];

/// Takes away what only stands in front of a command.
fn unwrap(command: &mut Command) {
    loop {
        let words = &mut command.words;
        let runner = words.first().is_some_and(|word| matches!(&*word.text, "npx" | "bunx"));
        let at = usize::from(runner);
        if !words.get(at).is_some_and(|word| WRAPPERS.contains(&&*word.text)) {
            return;
        }
        words.drain(..=at);
        let options = words.iter().take_while(|word| word.text.starts_with('-')).count();
        words.drain(..options);
        let set = words.iter().take_while(|word| assigned(word).is_some()).count();
        command.assignments.extend(words.drain(..set));
    }
}

/// Whether a word names a configuration of Wrangler.
fn is_configuration(word: &Word) -> bool {
    let name = word.text.rsplit('/').next().unwrap_or_default();
    name.starts_with("wrangler.")
        && [".toml", ".json", ".jsonc"].iter().any(|end| name.ends_with(end))
}

/// Whether a word sounds like a run of tests.
fn is_test(word: &str) -> bool {
    ["test", "e2e", "cypress", "playwright"].iter().any(|name| word.contains(name))
}

/// Whether a program may call Wrangler where nobody can see it.
fn may_do_anything(word: &Word) -> bool {
    const RUNNERS: [&str; 20] = [
        "bash", "deno", "docker", "earthly", "gradle", "just", "lerna", "make", "mise", "moon",
        "node", "nx", "python", "python3", "sh", "task", "tsx", "turbo", "npx", "pnpm",
    ];
    const ENDINGS: [&str; 5] = [".sh", ".js", ".mjs", ".py", ".ts"];
    let program = word.text.rsplit('/').next().unwrap_or(&word.text);
    RUNNERS.contains(&program)
        || ENDINGS.iter().any(|ending| program.ends_with(ending))
        || word.text.starts_with("./")
        || !word.literal
}

/// The path that a word names, if it is known and leads on from where the job is.
fn relative(word: &Word) -> Option<&str> {
    word.known().filter(|text| !text.starts_with(['/', '~', '-']))
}
