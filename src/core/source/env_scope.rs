//! What names and expressions stand for, at one place of a module: `env`, or what leads to it.

use oxc_ast::ast::{Expression, MemberExpression, StaticMemberExpression};

use super::exports::RUNTIME;
use super::imports::{Import, Local};
use super::span::span;
use crate::core::model::Span;

/// How `env` came to a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// As a parameter of a handler.
    Handler,
    /// As a parameter or variable whose type is the environment's.
    Typed,
    /// As `this.env`.
    This,
    /// As `c.env`, in Hono.
    Context,
    /// As an import of `cloudflare:workers`.
    Import,
    /// As a parameter that is called `env`: likely, not certain.
    Guess,
}

/// What an expression or a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The environment.
    Env(How),
    /// Something whose `env` is the environment: Hono's context.
    Context,
    /// Anything else.
    Other,
}

/// Functions of Hono that give back `env`, or the context.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Adapter {
    Env,
    Context,
}

/// What can be named where the walk is.
pub(super) struct Scope<'a> {
    /// What names mean, innermost last. Only names that matter, and those that hide them.
    pub(super) names: Vec<(&'a str, Meaning)>,
    /// What `this.env` is, innermost last.
    pub(super) this: Vec<Option<How>>,
    /// The name of the whole of `cloudflare:workers`.
    runtime: Option<&'a str>,
    /// The names of what Hono brings.
    adapters: Vec<(&'a str, Adapter)>,
}

impl<'a> Scope<'a> {
    /// What a module has from its imports.
    pub(super) fn of(imports: &[Import], locals: &[Local<'a>]) -> Self {
        let mut scope =
            Self { names: Vec::new(), this: Vec::new(), runtime: None, adapters: Vec::new() };
        for local in locals {
            match (&*imports[local.import].specifier, local.imported.as_deref()) {
                (RUNTIME, Some("env")) => scope.names.push((local.name, Meaning::Env(How::Import))),
                (RUNTIME, None) => scope.runtime = Some(local.name),
                ("hono/adapter", Some("env")) => scope.adapters.push((local.name, Adapter::Env)),
                ("hono/context-storage", Some("getContext")) => {
                    scope.adapters.push((local.name, Adapter::Context));
                }
                _ => {}
            }
        }
        scope
    }

    /// What an expression stands for.
    pub(super) fn meaning(&self, expression: &Expression<'a>) -> Meaning {
        match expression.get_inner_expression() {
            Expression::Identifier(name) => self.name(&name.name),
            Expression::StaticMemberExpression(member) => self.member(member),
            Expression::ChainExpression(chain) => match chain.expression.as_member_expression() {
                Some(MemberExpression::StaticMemberExpression(member)) => self.member(member),
                _ => Meaning::Other,
            },
            Expression::CallExpression(call) => match &call.callee {
                Expression::Identifier(callee) => {
                    match self.adapters.iter().find(|(name, _)| *name == callee.name) {
                        Some((_, Adapter::Env)) => Meaning::Env(How::Context),
                        Some((_, Adapter::Context)) => Meaning::Context,
                        None => Meaning::Other,
                    }
                }
                _ => Meaning::Other,
            },
            _ => Meaning::Other,
        }
    }

    /// What a name stands for.
    pub(super) fn name(&self, name: &str) -> Meaning {
        let found = self.names.iter().rev().find(|(known, _)| *known == name);
        found.map_or(Meaning::Other, |(_, meaning)| *meaning)
    }

    /// The meaning of `x.env`.
    pub(super) fn member(&self, member: &StaticMemberExpression<'a>) -> Meaning {
        if member.property.name != "env" {
            return Meaning::Other;
        }
        match member.object.get_inner_expression() {
            Expression::ThisExpression(_) => match self.this.last() {
                Some(Some(how)) => Meaning::Env(*how),
                _ => Meaning::Other,
            },
            Expression::Identifier(name) if self.runtime == Some(name.name.as_str()) => {
                Meaning::Env(How::Import)
            }
            object if self.meaning(object) == Meaning::Context => Meaning::Env(How::Context),
            _ => Meaning::Other,
        }
    }

    /// The name that an expression reads from `env`, if it is such a read and nothing more.
    pub(super) fn read<'e>(&self, expression: &'e Expression<'a>) -> Option<(&'e str, Span, How)> {
        let member = match expression.get_inner_expression() {
            Expression::ChainExpression(chain) => chain.expression.as_member_expression(),
            expression => expression.as_member_expression(),
        }?;
        let Meaning::Env(how) = self.meaning(member.object()) else { return None };
        let name = member.static_property_name()?;
        Some((name, span(oxc_span::GetSpan::span(member)), how))
    }

    /// Gives a name its meaning. Names that mean nothing here are worth keeping only where they
    /// hide one that does.
    pub(super) fn give(&mut self, name: &'a str, meaning: Meaning) {
        if meaning != Meaning::Other || self.name(name) != Meaning::Other {
            self.names.push((name, meaning));
        }
    }
}
