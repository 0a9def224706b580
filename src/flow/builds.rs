//! Building what would be deployed: the services of one environment, a few at a time.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use futures_util::stream::{self, StreamExt as _};

use super::project::Request;
use crate::core::canonical::digest_of;
use crate::core::conceal::conceal;
use crate::core::config::wrangler::Environment;
use crate::core::config::wrangler::assets::{NEVER_IN_PAGES, Upload};
use crate::core::model::{Kind, Service, Workspace};
use crate::core::plan::{Assets, Build, Builds, Built, Bundle};
use crate::core::secrets;
use crate::world::files;
use crate::world::wrangler::{CompileCache, Output, Source, Wrangler, WranglerError};

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
        let cache = CompileCache::for_runs(count);
        let cache = &cache;
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
                    cache,
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
    let of_pages = |service: &&Service| {
        let here = |found: Environment<'_>| found.name == environment;
        service.kind == Kind::Pages && wanted(service) && Environment::all(service).any(here)
    };
    let found = workspace.services.iter().filter(of_pages).filter_map(|service| {
        let build = match pages(&request.root, service) {
            Ok(built) => Build::Built(built?),
            Err(error) => Build::Failed(format!("its files cannot be read: {error}")),
        };
        Some((workspace.file(service.config.file).path.clone(), build))
    });
    let judged = outputs.into_iter().map(|(config, version, output)| {
        let version = version.map(|version| version.to_string());
        let build = match judge(&request.root, workspace, environment, &config, &output) {
            Ok(built) => Build::Built(Built { wrangler: version, ..built }),
            Err(words) => Build::Failed(words),
        };
        (config, build)
    });
    Ok(judged.chain(found).collect())
}

/// Whether Wrangler runs a command before it builds.
fn builds_itself(service: &Service) -> bool {
    Environment::all(service).any(|environment| environment.has_build_command())
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
    let environment = Environment::find(workspace, config, environment);
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
) -> io::Result<Option<Assets>> {
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

/// The folder beside the configuration of a Pages project whose files Wrangler makes a Worker of.
const FUNCTIONS: &str = "functions";

/// What a Pages project consists of now: the files of its folder, and the sources of its functions,
/// which Wrangler builds as it deploys. `None` where there is no such folder.
///
/// # Errors
/// Where a file cannot be read.
pub(super) fn pages(root: &Path, service: &Service) -> io::Result<Option<Built>> {
    let value = service.root().and_then(|table| table.get("pages_build_output_dir"));
    let Some(directory) = value.and_then(|value| value.as_str()) else { return Ok(None) };
    let folder = root.join(service.join(directory));
    if !folder.is_dir() {
        return Ok(None);
    }
    let functions = root.join(service.join(FUNCTIONS));
    let bundle = match functions.is_dir() {
        false => None,
        true => {
            let digest = contents(&functions)?.digest;
            Some(Bundle { digest, raw_bytes: None, gzip_bytes: None })
        }
    };
    Ok(Some(Built { bundle, assets: Some(contents(&folder)?), wrangler: None }))
}

/// Every file of a folder.
fn contents(folder: &Path) -> io::Result<Assets> {
    let files = files::below(folder, &NEVER_IN_PAGES)?;
    let names: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    let digests = files::digests(folder, &names)?;
    let paths: BTreeMap<String, String> =
        names.iter().map(|path| (*path).to_owned()).zip(digests).collect();
    Ok(Assets {
        digest: digest_of(&serde_json::json!(paths)),
        files: files.len() as u64,
        bytes: files.iter().map(|(_, bytes)| bytes).sum(),
        paths,
    })
}

/// What a program said, as it may be shown: it may quote a configuration.
fn without_secrets(mut words: String) -> String {
    let spans: Vec<_> = secrets::find(&words).map(|secret| secret.range.into()).collect();
    conceal(&mut words, &spans);
    words
}
