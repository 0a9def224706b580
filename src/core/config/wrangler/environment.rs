//! One environment of a service: what its configuration comes to, inheritance included.

use super::keys::{BindingPlace, KEYS, Key, Scope, key};
use crate::core::config::shape::join;
use crate::core::model::{Entry, Kind, Object, Service, Span, Value, Workspace};

/// A service as one environment sees it. Nothing is copied: keys are looked up where they stand.
#[derive(Clone, Copy, Debug)]
pub struct Environment<'a> {
    /// The service.
    pub service: &'a Service,
    /// The environment's name; `None` is the top level.
    pub name: Option<&'a str>,
    root: &'a Object,
    own: &'a Object,
}

/// A key's value as an environment gets it.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// The key and its value.
    pub entry: &'a Entry,
    /// Whether the environment takes it from the top level.
    pub inherited: bool,
    /// The environment in whose table it stands.
    pub from: Option<&'a str>,
}

impl<'a> Setting<'a> {
    /// The value.
    pub fn value(&self) -> &'a Value {
        &self.entry.value
    }

    /// Key and value.
    pub fn span(&self) -> Span {
        self.entry.key_span.to(self.entry.value.span)
    }

    /// The key's path: `env.staging.routes`.
    pub fn path(&self) -> String {
        prefixed(self.from, &self.entry.key)
    }
}

/// The path of a key in an environment.
fn prefixed(environment: Option<&str>, key: &str) -> String {
    match environment {
        Some(name) => join(&join("env", name), key),
        None => key.to_owned(),
    }
}

/// A binding: a name by which code reaches something.
#[derive(Clone, Debug)]
pub struct Binding<'a> {
    /// Wrangler's configuration key: `kv_namespaces`.
    pub kind: &'static str,
    /// What Wrangler calls such a binding: `KV Namespace`.
    pub title: &'static str,
    /// The name, if it is text.
    pub name: Option<&'a str>,
    /// What it is bound to: an id, a bucket's name, a service …
    pub id: Option<&'a str>,
    /// The value that holds it.
    pub value: &'a Value,
    /// Where its name stands.
    pub name_span: Span,
    /// Its path: `env.staging.kv_namespaces[0]`.
    pub path: String,
}

impl Binding<'_> {
    /// Whether it names the Worker that has its class. Without a `script_name` its own has it.
    pub fn names_script(&self) -> bool {
        self.value.get("script_name").is_some_and(|name| !name.is_falsy())
    }

    /// Whether its class is another Worker's than this one's.
    pub fn is_foreign_to(&self, worker: Option<&str>) -> bool {
        let script = self.value.get("script_name").and_then(Value::as_str);
        script.is_some_and(|script| !script.is_empty() && worker != Some(script))
    }
}

impl<'a> Environment<'a> {
    /// The top level and all environments of a service, the top level first. None where the
    /// configuration could not be parsed.
    pub fn all(service: &'a Service) -> impl Iterator<Item = Self> {
        let root = service.root();
        let top = root.map(|root| Self { service, name: None, root, own: root });
        let named = service.environments.iter().filter_map(move |name| Self::named(service, name));
        top.into_iter().chain(named)
    }

    /// The environment of this name, `None` being the top level, of the service with a configuration.
    pub fn find(workspace: &'a Workspace, config: &str, name: Option<&str>) -> Option<Self> {
        let is = |service: &&Service| workspace.file(service.config.file).path == config;
        let service = workspace.services.iter().find(is)?;
        Self::all(service).find(|environment| environment.name == name)
    }

    /// Whether Wrangler runs a command of the project before it builds.
    pub fn has_build_command(&self) -> bool {
        self.get("build").is_some_and(|build| build.value().get("command").is_some())
    }

    /// A named environment, if its table is one.
    pub fn named(service: &'a Service, name: &'a str) -> Option<Self> {
        let root = service.root()?;
        let own = service.environment_table(name)?.as_object()?;
        Some(Self { service, name: Some(name), root, own })
    }

    /// The top level of the configuration.
    pub fn root(&self) -> &'a Object {
        self.root
    }

    /// The table of this environment alone: what it says itself.
    pub fn own(&self) -> &'a Object {
        self.own
    }

    /// Whether two are the same environment of the same service.
    pub fn is(&self, other: &Environment<'_>) -> bool {
        std::ptr::eq(self.service, other.service) && self.name == other.name
    }

    /// Whether this is the top level.
    pub fn is_top(&self) -> bool {
        self.name.is_none()
    }

    /// A key as this environment gets it. Inherited keys fall back to the top level where the
    /// environment has none, or null.
    pub fn get(&self, name: &str) -> Option<Setting<'a>> {
        self.get_scoped(name, key(name).map(|key| key.scope))
    }

    /// The same where it is known who inherits the key: the bindings of all kinds are asked for so
    /// often that looking it up each time is felt.
    fn get_scoped(&self, name: &str, scope: Option<Scope>) -> Option<Setting<'a>> {
        let here = |entry| Setting { entry, inherited: false, from: self.name };
        let above = |entry| Setting { entry, inherited: self.name.is_some(), from: None };
        let top = || self.root.entry(name).filter(|entry| !entry.value.is_null()).map(above);
        match scope {
            Some(Scope::TopLevel) => top(),
            Some(Scope::Inherited) if self.name.is_some() => {
                self.own.entry(name).filter(|e| !e.value.is_null()).map(here).or_else(top)
            }
            _ => self.own.entry(name).filter(|entry| !entry.value.is_null()).map(here),
        }
    }

    /// A key's text as this environment gets it.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        self.get(name)?.value().as_str()
    }

    /// Whether a list has anything in it.
    pub fn fills(&self, key: &str) -> bool {
        self.get(key).is_some_and(|setting| !setting.value().items().is_empty())
    }

    /// The name of the Worker that this environment deploys: its own, or `name-environment`.
    /// A Pages project has one name for all.
    pub fn worker(&self) -> Option<String> {
        let filled = |value: Option<&'a Value>| value?.as_str().filter(|name| !name.is_empty());
        let top = filled(self.root.get("name"));
        match self.name {
            None => top.map(str::to_owned),
            Some(_) if self.service.kind == Kind::Pages => top.map(str::to_owned),
            Some(environment) => match self.own.get("name").filter(|name| !name.is_null()) {
                Some(own) => own.as_str().map(str::to_owned),
                None => top.map(|top| format!("{top}-{environment}")),
            },
        }
    }

    /// The path of a key that this environment holds itself.
    pub fn path(&self, key: &str) -> String {
        prefixed(self.name, key)
    }

    /// The bindings of this environment, in the order of the key table.
    pub fn bindings(&self) -> Vec<Binding<'a>> {
        let mut found = Vec::new();
        for key in KEYS {
            self.collect(key, &mut found);
        }
        found
    }

    /// The bindings of one key.
    pub fn bindings_of(&self, name: &str) -> Vec<Binding<'a>> {
        let mut found = Vec::new();
        if let Some(key) = key(name) {
            self.collect(key, &mut found);
        }
        found
    }

    fn collect(&self, key: &'static Key, found: &mut Vec<Binding<'a>>) {
        let Some(how) = &key.bindings else { return };
        let Some(setting) = self.get_scoped(key.name, Some(key.scope)) else { return };
        let value = setting.value();
        let mut add = |value: &'a Value, path: String| {
            let Some(object) = value.as_object() else { return };
            let name = object.entry(how.name);
            let id = how.id.iter().find_map(|id| object.get(id)?.as_str());
            found.push(Binding {
                kind: key.name,
                title: how.title,
                name: name.and_then(|name| name.value.as_str()),
                id,
                value,
                name_span: name.map_or(value.span, |name| name.value.span),
                path,
            });
        };
        match how.place {
            BindingPlace::One => {
                if value.get(how.name).is_some() {
                    add(value, setting.path());
                }
            }
            BindingPlace::List => {
                for (index, item) in value.items().iter().enumerate() {
                    add(item, format!("{}[{index}]", setting.path()));
                }
            }
            BindingPlace::Under(list) => {
                let items = value.get(list).map(Value::items).unwrap_or_default();
                for (index, item) in items.iter().enumerate() {
                    add(item, format!("{}.{list}[{index}]", setting.path()));
                }
            }
            BindingPlace::Names => {
                for entry in value.entries() {
                    found.push(Binding {
                        kind: key.name,
                        title: how.title,
                        name: Some(&entry.key),
                        id: match key.name {
                            "vars" => None,
                            _ => entry.value.as_str().map(|path| path.trim_start_matches("./")),
                        },
                        value: &entry.value,
                        name_span: entry.key_span,
                        path: join(&setting.path(), &entry.key),
                    });
                }
            }
        }
    }
}

/// A table of keys as it is written: the top level, or one environment's own.
///
/// What is written at the top level is read for every environment, so what is wrong there is wrong
/// for all of them.
#[derive(Clone, Copy, Debug)]
pub struct Level<'a> {
    /// The service.
    pub service: &'a Service,
    /// The environment; `None` is the top level.
    pub environment: Option<&'a str>,
    /// The keys.
    pub table: &'a Object,
}

impl<'a> Level<'a> {
    /// The top level, and the own table of each environment.
    pub fn all(service: &'a Service) -> impl Iterator<Item = Self> {
        Environment::all(service).map(move |environment| Self {
            service,
            environment: environment.name,
            table: environment.own,
        })
    }

    /// A key that stands here, null included.
    pub fn entry(&self, key: &str) -> Option<&'a Entry> {
        self.table.entry(key)
    }

    /// A value that stands here, null included.
    pub fn get(&self, key: &str) -> Option<&'a Value> {
        self.table.get(key)
    }

    /// The path of a key that stands here.
    pub fn path(&self, key: &str) -> String {
        prefixed(self.environment, key)
    }

    /// The values under which a key may hold settings of its kind: its own, and the one that
    /// `previews` repeats. With their paths.
    pub fn with_previews(&self, key: &str) -> impl Iterator<Item = (&'a Value, String)> + use<'a> {
        let own = self.get(key).map(|value| (value, self.path(key)));
        let previews = self.get("previews").and_then(|previews| previews.get(key));
        let preview = previews.map(|value| (value, join(&self.path("previews"), key)));
        own.into_iter().chain(preview)
    }
}
