//! The sink that rules write to.

use std::borrow::Cow;

use super::{Needs, Rule};
use crate::core::config::wrangler::{Environment, Level};
use crate::core::model::{
    Edit, Evidence, FileId, Finding, Place, Service, Severity, Span, WranglerSays,
};
use crate::core::pipeline::Call;

/// Collects what one rule finds. The rule's id, severity and link come from its metadata.
pub struct Findings<'a> {
    rule: &'static Rule,
    file: FileId,
    service: Option<&'a str>,
    list: &'a mut Vec<Finding>,
}

impl<'a> Findings<'a> {
    pub(super) fn new(
        rule: &'static Rule,
        file: FileId,
        service: Option<&'a str>,
        list: &'a mut Vec<Finding>,
    ) -> Self {
        Self { rule, file, service, list }
    }

    /// Reports something at a place in the service's configuration.
    pub fn at(&mut self, span: Span) -> Draft<'_> {
        self.in_file(self.file, span)
    }

    /// Reports something at a place in another file.
    pub fn in_file(&mut self, file: FileId, span: Span) -> Draft<'_> {
        self.push(Some(Place { file, span }))
    }

    /// Reports something that has no place in a file.
    pub fn nowhere(&mut self) -> Draft<'_> {
        self.push(None)
    }

    /// Reports something about a call of Wrangler in a pipeline, at a place in it.
    pub fn at_call(&mut self, call: &Call<'_>, place: Place) -> Draft<'_> {
        let mut draft = self.in_file(place.file, place.span).path(&*call.path);
        if let Some(service) = call.service {
            draft = draft.of(service);
        }
        if let Some(environment) = call.environment() {
            draft = draft.on(&environment);
        }
        match call.via {
            Some(via) => draft.see(via, "the pipeline runs the script here"),
            None => draft,
        }
    }

    fn push(&mut self, place: Option<Place>) -> Draft<'_> {
        let Rule { id, severity, wrangler, needs, .. } = *self.rule;
        let service = self.service.map(Into::into);
        let evidence = match needs {
            Needs::Static => Evidence::Static,
            Needs::Live(_) | Needs::Forge => Evidence::Live,
        };
        let finding = Finding::new(id, severity, wrangler, place);
        self.list.push(Finding { service, evidence, ..finding });
        let last = self.list.len() - 1;
        Draft { finding: &mut self.list[last] }
    }
}

/// A finding that is being written. It counts as soon as it was begun.
pub struct Draft<'a> {
    finding: &'a mut Finding,
}

impl Draft<'_> {
    /// The fact, in one short sentence.
    pub fn say(self, message: impl Into<String>) -> Self {
        self.finding.message = message.into();
        self
    }

    /// The configuration key it is about.
    pub fn path(self, path: impl Into<String>) -> Self {
        self.finding.path = path.into();
        self
    }

    /// What to write beside the marked place.
    pub fn label(self, label: impl Into<String>) -> Self {
        self.finding.label = Some(label.into());
        self
    }

    /// Why it matters.
    pub fn why(self, why: impl Into<Cow<'static, str>>) -> Self {
        self.finding.why = Some(why.into());
        self
    }

    /// The edit or command that closes it.
    pub fn help(self, help: impl Into<Cow<'static, str>>) -> Self {
        self.finding.help = Some(help.into());
        self
    }

    /// An edit that repairs it, alone or after those given before. It must leave a configuration
    /// that Wrangler takes, and must not change what is deployed beyond what the finding says.
    pub fn fix(self, edit: Edit) -> Self {
        self.finding.repair.push(edit);
        self
    }

    /// The service it concerns, where a rule looks at several.
    pub fn of(self, service: &Service) -> Self {
        self.finding.service = Some(service.name.clone());
        self
    }

    /// The environment it concerns.
    pub fn on(self, environment: &Environment<'_>) -> Self {
        self.in_environment(environment.name)
    }

    /// The environment it concerns, by name; `None` is the top level.
    pub fn in_environment(self, name: Option<&str>) -> Self {
        self.finding.environments.push(name.map(Into::into));
        self
    }

    /// What is written at the top level concerns every environment.
    pub fn everywhere(self, service: &Service) -> Self {
        let draft = self.in_environment(None);
        service.environments.iter().fold(draft, |draft, name| draft.in_environment(Some(name)))
    }

    /// Whom something concerns that is written in a table: every environment where it is the top
    /// level, else its own.
    pub fn written_in(self, level: &Level<'_>) -> Self {
        match level.environment {
            None => self.everywhere(level.service),
            Some(name) => self.in_environment(Some(name)),
        }
    }

    /// Whom something concerns that Wrangler refuses in one environment's settings: it always reads
    /// the top level first, so what is refused there is refused for all.
    pub fn refused_in(self, environment: &Environment<'_>) -> Self {
        match environment.name {
            None => self.everywhere(environment.service),
            Some(name) => self.in_environment(Some(name)),
        }
    }

    /// Another place that explains it.
    pub fn see(self, place: Place, words: impl Into<String>) -> Self {
        self.finding.related.push((place, words.into()));
        self
    }

    /// What Wrangler does, where it differs from the rule's usual.
    pub fn wrangler(self, says: WranglerSays) -> Self {
        self.finding.wrangler = says;
        self
    }

    /// How bad it is, where it differs from the rule's usual.
    pub fn severity(self, severity: Severity) -> Self {
        self.finding.severity = severity;
        self
    }
}
