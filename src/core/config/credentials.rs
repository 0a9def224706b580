//! The environment variables by which Wrangler signs in, and where the repository sets them.
//!
//! Source: Wrangler 4.164.0, cli.js:133389-133430. With a key and an email in the environment it
//! does not look at the token (`getAuthFromEnv`; recorded against a local server).

use crate::core::model::{Data, Document, FileId, Span, Value, Workspace};

/// A variable, and the name that it once had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// The name that Wrangler still reads, with a warning.
    pub old: &'static str,
}

/// A token for some permissions.
pub const TOKEN: Variable = Variable { name: "CLOUDFLARE_API_TOKEN", old: "CF_API_TOKEN" };
/// The key of a user, for all permissions.
pub const KEY: Variable = Variable { name: "CLOUDFLARE_API_KEY", old: "CF_API_KEY" };
/// The address of the user who has the key.
pub const EMAIL: Variable = Variable { name: "CLOUDFLARE_EMAIL", old: "CF_EMAIL" };
/// The account.
pub const ACCOUNT: Variable = Variable { name: "CLOUDFLARE_ACCOUNT_ID", old: "CF_ACCOUNT_ID" };
/// The address of the API, for those who have one of their own (cli.js:25350).
pub const BASE_URL: Variable = Variable { name: "CLOUDFLARE_API_BASE_URL", old: "CF_API_BASE_URL" };

/// Those by which Wrangler signs in.
pub const ALL: [Variable; 4] = [TOKEN, KEY, EMAIL, ACCOUNT];

impl Variable {
    /// Whether a name is this variable's, or was.
    pub fn is(&self, name: &str) -> bool {
        name == self.name || name == self.old
    }
}

/// The names of the variables that a file sets, with their places.
#[derive(Clone, Debug)]
pub struct Settings<'a> {
    /// The file.
    pub file: FileId,
    /// The names.
    pub names: Vec<(&'a str, Span)>,
}

impl Settings<'_> {
    /// Where a variable is set, under either of its names.
    pub fn place_of(&self, variable: Variable) -> Option<Span> {
        self.names.iter().find(|(name, _)| variable.is(name)).map(|(_, span)| *span)
    }
}

/// The CI definitions and the files of variables that set one of them. The old names are common
/// enough that other tools read them, so that definitions without Wrangler are left out.
pub fn settings(workspace: &Workspace) -> impl Iterator<Item = Settings<'_>> {
    let facts = &workspace.facts;
    let runs_wrangler =
        |document: &&Document| workspace.file(document.file).text.contains("wrangler");
    let documents = facts.documents.iter().filter(runs_wrangler).map(|document| {
        let mut names = Vec::new();
        if let Some(value) = &document.value {
            collect(value, &mut names);
        }
        Settings { file: document.file, names }
    });
    let dotenv = facts.dotenv.iter().filter(|dotenv| !dotenv.example).map(|dotenv| {
        let names = dotenv.keys.iter().map(|key| (&*key.name, key.span));
        let names = names.filter(|(name, _)| is_known(name)).collect();
        Settings { file: dotenv.file, names }
    });
    documents.chain(dotenv).filter(|settings| !settings.names.is_empty())
}

fn is_known(name: &str) -> bool {
    ALL.iter().any(|variable| variable.is(name))
}

fn collect<'a>(value: &'a Value, names: &mut Vec<(&'a str, Span)>) {
    match &value.data {
        Data::Object(object) => {
            for entry in &object.entries {
                if is_known(&entry.key) {
                    names.push((&entry.key, entry.key_span));
                }
                collect(&entry.value, names);
            }
        }
        Data::Array(items) => items.iter().for_each(|item| collect(item, names)),
        Data::Null | Data::Boolean(_) | Data::Number(_) | Data::String(_) | Data::Date(_) => {}
    }
}
