//! What of the missing can be made without a secret or a choice, and where its name or id is to be
//! written.

use super::presence::target;
use super::resource::{Creation, Resource, Write};
use super::{State, state, wanted};
use crate::core::config::placeholder::{Placeholder, placeholder};
use crate::core::config::wrangler::provisioning::created_name;
use crate::core::config::wrangler::queues::consumers;
use crate::core::config::wrangler::{Binding, Environment};
use crate::core::model::account::{Account, Snapshot};
use crate::core::model::{FileId, Kind, Value, Workspace};

/// An id in a configuration that the account does not have. Nothing is made for it: a new resource
/// would have another id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownId {
    /// What it is to be: `KV namespace CACHE`.
    pub what: String,
    /// The id.
    pub id: String,
    /// Who needs it: `shop (staging)`.
    pub user: String,
    /// The configuration.
    pub file: FileId,
    /// The path of the key that holds the id.
    pub path: String,
}

/// What an account lacks of what configurations name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lacks {
    /// What can be made, each resource once, in the order of the configurations.
    pub creations: Vec<Creation>,
    /// The ids that it does not have.
    pub ids: Vec<UnknownId>,
}

/// What can be made for the environments that are asked for, as far as it was seen that it is not
/// there. The configurations of build tools are left alone: they are written anew with each build.
/// `state` is the name of the D1 database for clodo's state, where `clodo.yml` names one.
pub fn lacks(
    workspace: &Workspace,
    asked: &[String],
    snapshot: &Snapshot,
    state: Option<&str>,
) -> Lacks {
    let own = state.and_then(|name| state::creation(name, snapshot));
    let mut lacks = Lacks { creations: own.into_iter().collect(), ids: Vec::new() };
    for service in workspace.services.iter().filter(|service| service.redirect.is_none()) {
        for environment in wanted(service, asked) {
            let Some(account) = snapshot.account(environment.text("account_id")) else { continue };
            let mut place = Place { environment, account, lacks: &mut lacks };
            place.project();
            for (kind, key) in KEYS {
                for binding in environment.bindings_of(kind) {
                    place.binding(&binding, key);
                }
            }
            for consumer in consumers(&environment) {
                for name in consumer.queue().into_iter().chain(consumer.dead_letter_queue()) {
                    place.need(Resource::Queue { name: name.to_owned() }, None, None);
                }
            }
        }
    }
    lacks
}

/// The kinds of bindings whose resource can be made, and the keys that name it.
const KEYS: [(&str, &str); 5] = [
    ("kv_namespaces", "id"),
    ("d1_databases", "database_id"),
    ("r2_buckets", "bucket_name"),
    ("queues", "queue"),
    ("dispatch_namespaces", "namespace"),
];

/// An environment whose needs are collected.
struct Place<'a, 'l> {
    environment: Environment<'a>,
    account: &'a Account,
    lacks: &'l mut Lacks,
}

impl Place<'_, '_> {
    fn project(&mut self) {
        let name = self.environment.worker();
        let name = name.filter(|name| !name.is_empty() && placeholder(name).is_none());
        if let Some(name) = name.filter(|_| self.environment.service.kind == Kind::Pages) {
            self.need(Resource::PagesProject { name }, None, None);
        }
    }

    fn binding(&mut self, binding: &Binding<'_>, key: &str) {
        let text = |key: &str| {
            let text = binding.value.get(key).and_then(Value::as_str).filter(|t| !t.is_empty());
            text.map(str::to_owned)
        };
        let named = text(key);
        // What a tool fills in later is nobody's to write.
        if named.as_deref().and_then(placeholder) == Some(Placeholder::Template) {
            return;
        }
        let named = named.filter(|name| placeholder(name).is_none());
        let Some(own) = binding.name.filter(|name| !name.is_empty()) else { return };
        let made = created_name(&self.environment, own);
        let name = || named.clone().unwrap_or_else(|| made.clone());
        let jurisdiction = text("jurisdiction");
        let resource = match binding.kind {
            "kv_namespaces" | "d1_databases" if named.is_some() => {
                return self.has_id(binding, own, key);
            }
            "kv_namespaces" => Resource::KvNamespace { title: made },
            "d1_databases" => {
                let name = text("database_name").filter(|name| placeholder(name).is_none());
                Resource::D1Database { name: name.unwrap_or(made), jurisdiction }
            }
            "r2_buckets" => Resource::R2Bucket { name: name(), jurisdiction },
            "queues" => Resource::Queue { name: name() },
            _ => Resource::DispatchNamespace { name: name() },
        };
        let write = named.is_none().then(|| Write {
            file: self.environment.service.config.file,
            path: format!("{}.{key}", binding.path),
        });
        self.need(resource, write, Some(own));
    }

    /// Takes in a resource that is not there, or that is and has to be written down.
    fn need(&mut self, resource: Resource, write: Option<Write>, binding: Option<&str>) {
        // No name begins with a hyphen, and Wrangler would take it for a flag.
        let found = resource.found(self.account).filter(|_| !resource.name().starts_with('-'));
        let Some(found) = found else { return };
        let adopted = match write {
            Some(_) => binding.and_then(|name| self.bound(name)).or(found),
            None if found.is_some() => return,
            None => None,
        };
        let (user, service) = (self.user(), self.environment.service);
        let list = &mut self.lacks.creations;
        let same = |one: &&mut Creation| {
            one.account == self.account.id && one.resource == resource && one.adopted == adopted
        };
        match list.iter_mut().find(same) {
            Some(known) => {
                if !known.users.contains(&user) {
                    known.users.push(user);
                }
                known.writes.extend(write);
            }
            None => list.push(Creation {
                account: self.account.id.clone(),
                resource,
                adopted,
                users: vec![user],
                folder: service.folder.to_string(),
                writes: write.into_iter().collect(),
            }),
        }
    }

    /// Takes in an id that the account does not have.
    fn has_id(&mut self, binding: &Binding<'_>, name: &str, key: &str) {
        let Some(id) = binding.id else { return };
        if target(self.account, binding) != State::Missing {
            return;
        }
        let kind = if binding.kind == "kv_namespaces" { "KV namespace" } else { "D1 database" };
        self.lacks.ids.push(UnknownId {
            what: format!("{kind} {name}"),
            id: id.to_owned(),
            user: self.user(),
            file: self.environment.service.config.file,
            path: format!("{}.{key}", binding.path),
        });
    }

    /// The environment, as people call it.
    fn user(&self) -> String {
        let service = &self.environment.service.name;
        match self.environment.name {
            Some(name) => format!("{service} ({name})"),
            None => service.to_string(),
        }
    }

    /// What the live Worker has under the name of a binding: a deployment would go on with it.
    fn bound(&self, binding: &str) -> Option<String> {
        /// The API's words for it.
        const TARGETS: [&str; 6] =
            ["namespace_id", "id", "database_id", "bucket_name", "queue_name", "namespace"];
        let worker = self.account.workers.known()?.get(&self.environment.worker()?)?;
        let bindings = &worker.settings.known()?.bindings;
        let live = bindings.iter().find(|live| live.name == binding)?;
        TARGETS.iter().find_map(|key| live.bound(key)).map(str::to_owned)
    }
}
