//! Migrations of Durable Objects, and the declarative `exports` that does the same.

use super::code::Code;
use super::form::{Metadata, Migrations, Step};
use crate::server::sandbox::Sandbox;
use crate::server::sandbox::envelope::ApiError;
use crate::server::sandbox::errors::{
    CLASS_EXISTS, CLASS_NOT_EXPORTED, NO_CLASS_TO_CHANGE, SQLITE_CLASSES_ONLY, WRONG_MIGRATION_TAG,
};
use crate::server::sandbox::state::State;
use crate::server::sandbox::state::workers::Namespace;

/// What is there afterwards.
pub(super) struct Changed {
    /// The classes of all Workers.
    pub(super) namespaces: Vec<Namespace>,
    /// The tag of this Worker.
    pub(super) tag: Option<String>,
}

/// Applies what an upload asks for to a copy of the classes.
pub(super) fn apply(
    sandbox: &Sandbox,
    state: &State,
    worker: &str,
    metadata: &Metadata,
    code: &Code,
) -> Result<Changed, ApiError> {
    let tag = state.workers.scripts.get(worker).and_then(|script| script.migration_tag.clone());
    let mut classes =
        Classes { sandbox, state, worker, code, namespaces: state.workers.namespaces.clone() };
    let Some(migrations) = &metadata.migrations else {
        classes.declare(metadata)?;
        return Ok(Changed { namespaces: classes.namespaces, tag });
    };
    check_tag(migrations, tag.as_deref())?;
    for step in migrations.steps.iter().chain([&migrations.step]) {
        classes.step(step)?;
    }
    Ok(Changed { namespaces: classes.namespaces, tag: migrations.new_tag.clone().or(tag) })
}

fn check_tag(migrations: &Migrations, tag: Option<&str>) -> Result<(), ApiError> {
    if migrations.old_tag.as_deref() == tag {
        return Ok(());
    }
    let (expected, actual) = (migrations.old_tag.as_deref().unwrap_or(""), tag.unwrap_or(""));
    Err(WRONG_MIGRATION_TAG.saying(format!(
        "Durable Object migration tag precondition failed; expected tag '{expected}' does not \
         match current tag '{actual}'."
    )))
}

struct Classes<'a> {
    sandbox: &'a Sandbox,
    state: &'a State,
    worker: &'a str,
    code: &'a Code,
    namespaces: Vec<Namespace>,
}

impl Classes<'_> {
    fn step(&mut self, step: &Step) -> Result<(), ApiError> {
        for class in &step.new_classes {
            if self.state.limits.key_value_objects == Some(false) {
                return Err(SQLITE_CLASSES_ONLY.into());
            }
            self.add(class, false)?;
        }
        for class in &step.new_sqlite_classes {
            self.add(class, true)?;
        }
        for rename in &step.renamed_classes {
            let at = self.find(self.worker, &rename.from, "renamed_classes")?;
            self.namespaces[at].class.clone_from(&rename.to);
        }
        for transfer in &step.transferred_classes {
            let at = self.find(&transfer.from_script, &transfer.from, "transferred_classes")?;
            self.namespaces[at].class.clone_from(&transfer.to);
            self.worker.clone_into(&mut self.namespaces[at].script);
        }
        for class in &step.deleted_classes {
            let at = self.find(self.worker, class, "deleted_classes")?;
            self.namespaces.remove(at);
        }
        Ok(())
    }

    /// `exports`: what is declared is made, and what is there stays.
    fn declare(&mut self, metadata: &Metadata) -> Result<(), ApiError> {
        for (class, export) in &metadata.exports {
            let is_object = export["type"] == "durable-object";
            if is_object && self.position(self.worker, class).is_none() {
                self.add(class, export["storage"] != "legacy-kv")?;
            }
        }
        Ok(())
    }

    fn add(&mut self, class: &str, use_sqlite: bool) -> Result<(), ApiError> {
        if self.position(self.worker, class).is_some() {
            return Err(CLASS_EXISTS.saying(format!(
                "Cannot apply new-class migration to class '{class}' that is already depended on by \
                 existing Durable Objects"
            )));
        }
        if self.code.lacks(class) {
            return Err(CLASS_NOT_EXPORTED.saying(format!(
                "Cannot apply new-class migration to class '{class}' that is not exported by script"
            )));
        }
        self.namespaces.push(Namespace {
            id: self.sandbox.source.id(),
            class: class.to_owned(),
            script: self.worker.to_owned(),
            use_sqlite,
        });
        Ok(())
    }

    fn position(&self, script: &str, class: &str) -> Option<usize> {
        self.namespaces.iter().position(|one| one.script == script && one.class == class)
    }

    fn find(&self, script: &str, class: &str, what: &str) -> Result<usize, ApiError> {
        self.position(script, class).ok_or_else(|| {
            let text = format!("Cannot apply {what} migration to non-existent class '{class}'");
            NO_CLASS_TO_CHANGE.saying(text)
        })
    }
}
