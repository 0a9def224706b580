//! Calls that Workers forbid while a module is loaded.

use std::collections::HashSet;

use oxc_ast::ast::{
    Argument, ArrowFunctionExpression, AwaitExpression, CallExpression, ClassElement, Expression,
    Function, LogicalExpression, NewExpression, Program, Statement,
};
use oxc_ast_visit::{VisitJs, walk_js};
use oxc_syntax::scope::ScopeFlags;

use super::exports::each_name;
use super::imports::Local;
use super::span::span;
use crate::core::model::Span;

/// A forbidden call while the module is loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Startup {
    /// What is called: `fetch`, `crypto.randomUUID`.
    pub name: Box<str>,
    /// The call.
    pub span: Span,
    /// Whether the module certainly fails there: the call throws, or its rejected promise is
    /// awaited, and nothing stands around it that could keep it from being made.
    pub fatal: bool,
}

/// What throws in the global scope, and what gives back a promise that is rejected.
///
/// Recorded 2026-11-22 with workerd 1.20261117.1, which Wrangler 4.164.0 brings: each was called at
/// the top level of a module. `Math.random`, `Date.now`, `new Request`, `new Response(null)`,
/// `crypto.subtle.digest` and `caches.open` are allowed.
const CALLS: &[(&str, &[&str], Fault)] = &[
    ("fetch", &[], Fault::Rejects),
    ("setTimeout", &[], Fault::Throws),
    ("setInterval", &[], Fault::Throws),
    ("crypto", &["randomUUID"], Fault::Throws),
    ("crypto", &["getRandomValues"], Fault::Throws),
    ("crypto", &["subtle", "generateKey"], Fault::Rejects),
    ("AbortSignal", &["timeout"], Fault::Throws),
    ("scheduler", &["wait"], Fault::Rejects),
    ("Response", &["json"], Fault::Throws),
    ("caches", &["default", "match"], Fault::Rejects),
];

/// Classes of which no object can be made in the global scope.
const CLASSES: &[&str] = &["WebSocket", "EventSource"];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    Throws,
    Rejects,
}

/// Collects the calls at the top level of a module: not those inside functions.
pub(super) fn collect(program: &Program<'_>, locals: &[Local<'_>]) -> Vec<Startup> {
    let mut taken: HashSet<&str> = locals.iter().map(|local| local.name).collect();
    for statement in &program.body {
        let declaration = match statement {
            Statement::ExportDeclaration(export) => Some(&export.declaration),
            statement => statement.as_declaration(),
        };
        match declaration {
            Some(oxc_ast::ast::Declaration::VariableDeclaration(list)) => {
                for one in &list.declarations {
                    each_name(&one.id, &mut |name, _| {
                        taken.insert(name);
                    });
                }
            }
            Some(declaration) => taken.extend(declaration.id().map(|id| id.name.as_str())),
            None => {}
        }
    }
    let mut found = Found { taken, list: Vec::new(), maybe: 0, awaited: false };
    found.visit_program(program);
    found.list
}

struct Found<'a> {
    /// Names that the module uses for something of its own.
    taken: HashSet<&'a str>,
    list: Vec<Startup>,
    /// How many conditions stand around this place.
    maybe: usize,
    awaited: bool,
}

impl<'a> Found<'a> {
    fn perhaps(&mut self, visit: impl FnOnce(&mut Self)) {
        self.maybe += 1;
        visit(self);
        self.maybe -= 1;
    }

    fn add(&mut self, name: String, span: Span, fault: Fault, awaited: bool) {
        let fatal = self.maybe == 0 && (fault == Fault::Throws || awaited);
        self.list.push(Startup { name: name.into(), span, fatal });
    }
}

/// Whether the first argument is text: a `Response` without a body may be made anywhere.
fn has_text(new: &NewExpression<'_>) -> bool {
    matches!(new.arguments.first(), Some(Argument::StringLiteral(_) | Argument::TemplateLiteral(_)))
}

/// The parts of `a.b.c`, without a `globalThis` before them; nothing where it is something else.
fn parts<'e>(expression: &'e Expression<'_>) -> Option<Vec<&'e str>> {
    let mut parts = Vec::new();
    let mut rest = expression.get_inner_expression();
    loop {
        match rest {
            Expression::Identifier(name) => {
                if !matches!(name.name.as_str(), "globalThis" | "self") || parts.is_empty() {
                    parts.push(name.name.as_str());
                }
                break;
            }
            Expression::StaticMemberExpression(member) => {
                parts.push(member.property.name.as_str());
                rest = member.object.get_inner_expression();
            }
            _ => return None,
        }
    }
    parts.reverse();
    Some(parts)
}

impl<'a> VisitJs<'a> for Found<'a> {
    fn visit_function(&mut self, _: &Function<'a>, _: ScopeFlags) {}

    fn visit_arrow_function_expression(&mut self, _: &ArrowFunctionExpression<'a>) {}

    fn visit_class_element(&mut self, it: &ClassElement<'a>) {
        let runs = match it {
            ClassElement::StaticBlock(_) => true,
            ClassElement::PropertyDefinition(property) => property.r#static,
            ClassElement::AccessorProperty(property) => property.r#static,
            ClassElement::MethodDefinition(_) | ClassElement::TSIndexSignature(_) => false,
        };
        if runs {
            walk_js::walk_class_element(self, it);
        }
    }

    fn visit_if_statement(&mut self, it: &oxc_ast::ast::IfStatement<'a>) {
        self.perhaps(|found| walk_js::walk_if_statement(found, it));
    }

    fn visit_try_statement(&mut self, it: &oxc_ast::ast::TryStatement<'a>) {
        self.perhaps(|found| walk_js::walk_try_statement(found, it));
    }

    fn visit_switch_statement(&mut self, it: &oxc_ast::ast::SwitchStatement<'a>) {
        self.perhaps(|found| walk_js::walk_switch_statement(found, it));
    }

    fn visit_while_statement(&mut self, it: &oxc_ast::ast::WhileStatement<'a>) {
        self.perhaps(|found| walk_js::walk_while_statement(found, it));
    }

    fn visit_for_statement(&mut self, it: &oxc_ast::ast::ForStatement<'a>) {
        self.perhaps(|found| walk_js::walk_for_statement(found, it));
    }

    fn visit_for_of_statement(&mut self, it: &oxc_ast::ast::ForOfStatement<'a>) {
        self.perhaps(|found| walk_js::walk_for_of_statement(found, it));
    }

    fn visit_for_in_statement(&mut self, it: &oxc_ast::ast::ForInStatement<'a>) {
        self.perhaps(|found| walk_js::walk_for_in_statement(found, it));
    }

    fn visit_conditional_expression(&mut self, it: &oxc_ast::ast::ConditionalExpression<'a>) {
        self.perhaps(|found| walk_js::walk_conditional_expression(found, it));
    }

    fn visit_logical_expression(&mut self, it: &LogicalExpression<'a>) {
        self.perhaps(|found| walk_js::walk_logical_expression(found, it));
    }

    fn visit_chain_expression(&mut self, it: &oxc_ast::ast::ChainExpression<'a>) {
        self.perhaps(|found| walk_js::walk_chain_expression(found, it));
    }

    fn visit_await_expression(&mut self, it: &AwaitExpression<'a>) {
        self.awaited = matches!(it.argument.get_inner_expression(), Expression::CallExpression(_));
        walk_js::walk_await_expression(self, it);
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        let awaited = std::mem::take(&mut self.awaited);
        if let Some(parts) = parts(&it.callee)
            && let Some((first, rest)) = parts.split_first()
            && !self.taken.contains(first)
            && let Some((.., fault)) =
                CALLS.iter().find(|(name, members, _)| name == first && *members == rest)
        {
            self.add(parts.join("."), span(it.span), *fault, awaited);
        }
        walk_js::walk_call_expression(self, it);
    }

    fn visit_new_expression(&mut self, it: &NewExpression<'a>) {
        if let Some([class]) = parts(&it.callee).as_deref()
            && (CLASSES.contains(class) || *class == "Response" && has_text(it))
            && !self.taken.contains(class)
        {
            self.add(format!("new {class}"), span(it.span), Fault::Throws, false);
        }
        walk_js::walk_new_expression(self, it);
    }
}
