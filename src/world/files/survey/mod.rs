//! The survey: what the work tree says beside the configurations, gathered once for all rules.
//!
//! Configurations come first, because they say where to look: [`Wanted`] names the places, and
//! nothing else is touched but the few files that are looked for by their names, [`documents`] and
//! [`dotenv`]. A place is looked at once, however many services name it.

mod assets;
mod documents;
mod dotenv;
mod gitignore;
mod migrations;
mod surveyor;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::paths::{parent, resolve, shown};
use crate::core::config::wanted::Wanted;
use crate::core::model::{
    AssetFolder, Document, DotEnv, Facts, FileId, Migration, PathKind, Workspace,
};
use gitignore::Gitignores;
use migrations::Patterns;
use surveyor::{Surveyor, Text};

/// How much is looked at before a survey gives up on a place.
#[derive(Clone, Copy, Debug)]
struct Ceilings {
    /// The files in a folder of assets, and the folders in it.
    assets: usize,
    /// The migrations in a folder.
    migrations: usize,
    /// The bytes of a file that is read.
    text: u64,
}

/// Cloudflare takes 100,000 assets at most (Workers platform limits, static assets, paid plan,
/// 2026-07), so more than that is all that anybody needs to know.
const CEILINGS: Ceilings = Ceilings { assets: 150_000, migrations: 5_000, text: 1 << 20 };

/// Looks at what the configurations of a workspace name, and at what stands beside them. What
/// cannot be looked at is noted in the workspace.
pub fn survey(root: &Path, workspace: &mut Workspace) {
    survey_within(CEILINGS, root, workspace);
}

fn survey_within(ceilings: Ceilings, root: &Path, workspace: &mut Workspace) {
    // A root that is not there has had its error by now.
    let Ok(root) = fs::canonicalize(root) else { return };
    let repository = root.ancestors().find(|folder| folder.join(".git").exists());
    let projects = projects(&root, workspace);
    let wanted = Wanted::of(&workspace.services);

    let surveyor = Surveyor::new(&root, ceilings);
    let paths = surveyor.look(wanted.paths);
    let is_folder = |path: &str| paths.get(path) == Some(&Some(PathKind::Folder));
    let assets: Vec<_> = wanted
        .assets
        .into_par_iter()
        .filter(|folder| is_folder(folder))
        .map(|folder| (assets::list(&surveyor, &root.join(&folder)), folder))
        .collect();
    let patterns = Patterns::new(wanted.migrations.values().flatten());
    let migrations: Vec<_> = wanted
        .migrations
        .par_iter()
        .filter(|(folder, _)| is_folder(folder))
        .map(|wanted| (migrations::read(&surveyor, &patterns, wanted), wanted.0.clone()))
        .collect();
    let documents = documents::read(&surveyor, repository, &projects);
    let dotenv = dotenv::read(&surveyor, &projects);
    let mut ignores = Gitignores::below(repository.unwrap_or(&root));

    let mut shelf = Shelf { root: &root, workspace };
    let facts = Facts {
        repository: repository.map(|folder| shown(&root, folder).into()),
        prefix: repository.map(|folder| shown(folder, &root)).unwrap_or_default().into(),
        assets: assets.into_iter().map(|(found, path)| (path, shelf.assets(found))).collect(),
        migrations: migrations
            .into_iter()
            .map(|(found, path)| {
                (path, found.into_iter().map(|one| shelf.migration(one)).collect())
            })
            .collect(),
        documents: documents.into_iter().map(|found| shelf.document(found)).collect(),
        dotenv: dotenv.into_iter().map(|found| shelf.dotenv(found, &mut ignores)).collect(),
        paths,
    };
    workspace.facts = facts;
    workspace.skipped.extend(surveyor.skipped());
    workspace.skipped.sort_by(|a, b| a.path.cmp(&b.path));
}

/// The folders in which somebody runs Wrangler: those of the services, that of the user where a
/// build tool made the configuration, and the root.
fn projects(root: &Path, workspace: &Workspace) -> BTreeSet<PathBuf> {
    let services = workspace.services.iter();
    let folders = services.flat_map(|service| {
        let redirect = service.redirect.as_ref();
        let user = redirect.and_then(|redirect| redirect.user_config);
        let user = user.map(|file| parent(Path::new(&workspace.file(file).path)).to_owned());
        user.into_iter().chain([PathBuf::from(&*service.folder)])
    });
    folders.map(|folder| resolve(root, &folder)).chain([root.to_owned()]).collect()
}

/// Puts what was read among the files of the workspace.
struct Shelf<'a> {
    root: &'a Path,
    workspace: &'a mut Workspace,
}

impl Shelf<'_> {
    fn add(&mut self, text: Text) -> FileId {
        self.workspace.add_file(shown(self.root, &text.path), text.text)
    }

    fn assets(&mut self, found: assets::Listing) -> AssetFolder {
        AssetFolder {
            files: found.files,
            ignore: found.ignore.map(|text| self.add(text)),
            headers: found.headers.map(|text| self.add(text)),
            redirects: found.redirects.map(|text| self.add(text)),
            complete: found.complete,
        }
    }

    fn migration(&mut self, (name, text): migrations::Found) -> Migration {
        Migration { name: name.into(), file: text.map(|text| self.add(text)) }
    }

    fn document(&mut self, found: documents::Found) -> Document {
        Document {
            kind: found.kind,
            file: self.add(found.text),
            folder: shown(self.root, &found.folder).into(),
            value: found.value,
        }
    }

    fn dotenv(&mut self, found: dotenv::Found, ignores: &mut Gitignores) -> DotEnv {
        DotEnv {
            folder: shown(self.root, parent(&found.text.path)).into(),
            example: found.example,
            ignored_by_git: ignores.exclude(&found.text.path),
            file: self.add(found.text),
            keys: found.keys,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::model::{ConfigFile, Format, Service};

    /// Six assets in two folders, and three migrations.
    fn workspace(ceilings: Ceilings) -> Workspace {
        let tree = tempfile::TempDir::new().expect("a temporary folder");
        let write = |path: String| {
            let path = tree.path().join(path);
            fs::create_dir_all(parent(&path)).expect("a folder");
            fs::write(path, "123").expect("a file");
        };
        for n in 0..3 {
            write(format!("public/{n}.js"));
            write(format!("public/below/{n}.js"));
            write(format!("migrations/{n}.sql"));
        }
        let text = "{ \"assets\": { \"directory\": \"public\" }, \"d1_databases\": [{}] }";
        let mut workspace = Workspace::default();
        let file = workspace.add_file("wrangler.json".into(), text.into());
        let config = ConfigFile::new(file, Format::Json, crate::core::config::jsonc::parse(text));
        workspace.services.push(Service::new(config, ""));
        survey_within(ceilings, tree.path(), &mut workspace);
        workspace
    }

    fn skipped(workspace: &Workspace) -> Vec<String> {
        let words = workspace.skipped.iter().map(|one| format!("{}: {}", one.path, one.why));
        words.collect()
    }

    #[test]
    fn what_reaches_a_ceiling_is_whole() {
        let workspace = workspace(Ceilings { assets: 6, migrations: 3, text: 3 });
        let assets = &workspace.facts.assets["public"];
        assert!(assets.complete && assets.files.len() == 6);
        let migrations = &workspace.facts.migrations["migrations"];
        assert!(migrations.len() == 3 && migrations.iter().all(|one| one.file.is_some()));
        assert!(workspace.skipped.is_empty(), "{:?}", skipped(&workspace));
    }

    #[test]
    fn what_is_above_a_ceiling_is_cut_and_noted() {
        let workspace = workspace(Ceilings { assets: 5, migrations: 2, text: 2 });
        let assets = &workspace.facts.assets["public"];
        assert!(!assets.complete && assets.files.len() == 5);
        let migrations = &workspace.facts.migrations["migrations"];
        assert!(migrations.len() == 2 && migrations.iter().all(|one| one.file.is_none()));
        assert_eq!(
            skipped(&workspace),
            [
                "migrations: it has more than 2 migrations; the rest was not looked at",
                "migrations/0.sql: it is larger than 2 bytes",
                "migrations/1.sql: it is larger than 2 bytes",
                "public: it holds more than 5 files or folders; the rest was not looked at",
            ]
        );
    }
}
