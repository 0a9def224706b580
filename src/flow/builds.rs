//! Building what would be deployed: the services of one environment, a few at a time.

use std::collections::BTreeMap;
use std::path::Path;

use futures_util::stream::{self, StreamExt as _};

use super::project::Request;
use crate::core::canonical::digest_of;
use crate::core::conceal::conceal;
use crate::core::config::wrangler::Environment;
use crate::core::config::wrangler::assets::Upload;
use crate::core::model::{Kind, Service, Workspace};
use crate::core::plan::{Assets, Build, Builds, Built, Bundle};
use crate::core::secrets;
use crate::world::files;
use crate::world::wrangler::{Output, Source, Wrangler, WranglerError};

/// How many builds run at once. Each keeps a core busy, and more than a Node in memory.
const AT_ONCE: usize = 2;

/// What a build is at.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// It starts.
    Started(&'a str),
    /// It has ended, so many of all are done.
    Ended(&'a str, usize, usize),
}

/// Builds every Worker that has the environment and is `wanted`. `wrangler` gives that of a folder.
///
/// # Errors
/// Where Wrangler itself cannot be run; a build that fails stands in what is returned.
pub(super) async fn build(
    request: &Request,
    workspace: &mut Workspace,
    environment: Option<&str>,
    wanted: &dyn Fn(&Service) -> bool,
    wrangler: &dyn Fn(&Path) -> Result<Wrangler, WranglerError>,
    progress: &dyn Fn(Progress<'_>),
) -> Result<Builds, WranglerError> {
    let outputs = {
        let here = |service: &&Service| {
            service.kind == Kind::Worker
                && wanted(service)
                && Environment::all(service).any(|found| found.name == environment)
        };
        let services: Vec<&Service> = workspace.services.iter().filter(here).collect();
        let count = services.len();
        let one = |service: &'_ Service| {
            let config = workspace.file(service.config.file).path.clone();
            let root = &request.root;
            let folder = root.join(&*service.folder);
            let chosen = environment.unwrap_or_default();
            // A generated configuration knows one environment, and a simple one has none.
            let chooses = service.redirect.is_none() && !service.environments.is_empty();
            let name = service.name.to_string();
            async move {
                progress(Progress::Started(&name));
                let source = Source {
                    folder: &folder,
                    config: &root.join(&config),
                    environment: chooses.then_some(chosen),
                };
                let wrangler = wrangler(&folder)?;
                let output = wrangler.build(&source).await?;
                Ok::<_, WranglerError>((name, config, wrangler.version, output))
            }
        };
        let mut running = stream::iter(services).map(one).buffer_unordered(AT_ONCE);
        let mut outputs = Vec::new();
        while let Some(output) = running.next().await {
            let (name, config, version, output) = output?;
            outputs.push((config, version, output));
            progress(Progress::Ended(&name, outputs.len(), count));
        }
        outputs
    };
    // Builds of their own may have made the assets.
    if workspace.services.iter().any(builds_itself) {
        workspace.skipped.clear();
        files::survey(&request.root, workspace);
    }
    let judged = outputs.into_iter().map(|(config, version, output)| {
        let version = version.map(|version| version.to_string());
        let build = match judge(&request.root, workspace, environment, &config, &output) {
            Ok(built) => Build::Built(Built { wrangler: version, ..built }),
            Err(words) => Build::Failed(words),
        };
        (config, build)
    });
    Ok(judged.collect())
}

/// Whether Wrangler runs a command before it builds.
fn builds_itself(service: &Service) -> bool {
    let command = |environment: Environment<'_>| {
        environment.get("build").is_some_and(|build| build.value().get("command").is_some())
    };
    Environment::all(service).any(command)
}

/// What a build gave, or why it gave nothing.
pub(super) fn judge(
    root: &Path,
    workspace: &Workspace,
    environment: Option<&str>,
    config: &str,
    output: &Output,
) -> Result<Built, String> {
    if !output.ran.status.success() {
        return Err(without_secrets(output.ran.complaint()));
    }
    let is = |service: &&Service| workspace.file(service.config.file).path == config;
    let service = workspace.services.iter().find(is);
    let environment = service
        .and_then(|service| Environment::all(service).find(|found| found.name == environment));
    let assets = environment.map(|environment| assets(root, workspace, &environment));
    let assets = assets.unwrap_or(Ok(None));
    let assets = assets.map_err(|error| format!("its assets cannot be read: {error}"))?;
    let bundle = output.digest().map(|digest| Bundle {
        digest,
        raw_bytes: output.bytes("raw_bytes"),
        gzip_bytes: output.bytes("gzip_bytes"),
    });
    Ok(Built { bundle, assets, wrangler: None })
}

/// The assets of an environment, by what is in them.
fn assets(
    root: &Path,
    workspace: &Workspace,
    environment: &Environment<'_>,
) -> std::io::Result<Option<Assets>> {
    let Some(upload) = Upload::of(workspace, environment) else { return Ok(None) };
    let files: Vec<_> = upload.files(|asset| !asset.is_folder()).collect();
    let mut paths: Vec<&str> = files.iter().map(|file| &*file.path).collect();
    // Not served, but they say how.
    let folder = upload.folder;
    paths.extend(folder.headers.is_some().then_some("_headers"));
    paths.extend(folder.redirects.is_some().then_some("_redirects"));
    let below = root.join(environment.service.join(upload.directory));
    let digests = files::digests(&below, &paths)?;
    let paths: BTreeMap<String, String> =
        paths.iter().map(|path| (*path).to_owned()).zip(digests).collect();
    Ok(Some(Assets {
        digest: digest_of(&serde_json::json!(paths)),
        files: files.len() as u64,
        bytes: files.iter().map(|file| file.bytes).sum(),
        paths,
    }))
}

/// What a program said, as it may be shown: it may quote a configuration.
fn without_secrets(words: &str) -> String {
    let mut words = words.to_owned();
    let spans: Vec<_> = secrets::find(&words).map(|secret| secret.range.into()).collect();
    conceal(&mut words, &spans);
    words
}
