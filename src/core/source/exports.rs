//! What a module offers to others, and what of it could be a Worker.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use oxc_ast::ast::{
    Argument, AssignmentExpression, AssignmentTarget, BindingPattern, CallExpression,
    Class as ClassNode, ClassElement, Declaration, ExportDefaultDeclarationKind, ExportSpecifier,
    Expression, ImportOrExportKind, ObjectExpression, ObjectPropertyKind, Program, Statement,
};
use oxc_ast_visit::{VisitJs, walk_js};

use super::imports::{Import, Local};
use super::span::span;
use crate::core::model::Span;

/// What a module offers.
#[derive(Clone, Debug, Default)]
pub struct Exports {
    /// By name; `default` is one of them.
    pub names: BTreeMap<Box<str>, Export>,
    /// `export * from`: indices into the module's imports.
    pub stars: Vec<usize>,
    /// Whether there is `module.exports`, `exports.x` or `export =`, so that the names are not
    /// known.
    pub commonjs: bool,
}

/// One name that a module offers.
#[derive(Clone, Debug)]
pub struct Export {
    /// Where it is named.
    pub span: Span,
    /// What it stands for.
    pub value: Exported,
}

/// What an exported name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exported {
    /// A class.
    Class(Class),
    /// A function.
    Function,
    /// An object with handlers, or what may be one.
    Value(Handlers),
    /// It comes from another module.
    From {
        /// Index into the module's imports.
        import: usize,
        /// Its name there; `None` is the whole module.
        name: Option<Box<str>>,
    },
}

/// A class, as far as Workers care.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    /// What it extends.
    pub extends: Superclass,
    /// The names of its methods.
    pub methods: BTreeSet<Box<str>>,
}

/// What a class extends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Superclass {
    /// Nothing.
    Nothing,
    /// A class of `cloudflare:workers`, by its name there: `DurableObject`, `WorkerEntrypoint` …
    Runtime(Box<str>),
    /// Anything else, as it is written.
    Other(Box<str>),
}

/// The event handlers of a Worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handlers {
    /// These and no others.
    Known(BTreeSet<Box<str>>),
    /// Nobody can say from the text.
    Unsure,
}

impl Handlers {
    /// Whether a handler is certainly not there.
    pub fn lack(&self, name: &str) -> bool {
        matches!(self, Self::Known(names) if !names.contains(name))
    }
}

impl Class {
    /// The handlers, if this class is a Worker.
    pub fn handlers(&self) -> Handlers {
        match &self.extends {
            Superclass::Runtime(name) if &**name == "WorkerEntrypoint" => {
                Handlers::Known(self.methods.clone())
            }
            _ => Handlers::Unsure,
        }
    }
}

/// The module that brings the classes of Workers.
pub(super) const RUNTIME: &str = "cloudflare:workers";

/// Wrappers that give back a Worker with the handlers of the one that they were given.
const WRAPPERS: [&str; 2] = ["withSentry", "instrument"];

/// What makes a Hono app: it has `fetch` and no other handler.
const APPS: [&str; 2] = ["Hono", "OpenAPIHono"];

/// What a finding about the default export points at.
const HEAD: &str = "export default";

/// How far a name is followed to the value it stands for.
const DEPTH: usize = 8;

/// Collects what a module exports.
pub(super) fn collect(program: &Program<'_>, imports: &[Import], locals: &[Local<'_>]) -> Exports {
    let scope = Scope::of(program, imports, locals);
    let mut exports = Exports { commonjs: scope.changes.commonjs, ..Exports::default() };
    for statement in &program.body {
        match statement {
            Statement::ExportAllDeclaration(export) => {
                let Some(import) = scope.import_at(export.source.span, export.export_kind) else {
                    continue;
                };
                match &export.exported {
                    None => exports.stars.push(import),
                    Some(name) => {
                        let value = Exported::From { import, name: None };
                        exports.add(&name.name(), export.span, value);
                    }
                }
            }
            Statement::ExportFromDeclaration(export) => {
                let Some(import) = scope.import_at(export.source.span, export.export_kind) else {
                    continue;
                };
                for one in values(&export.specifiers) {
                    let name = Some(one.local.name().as_str().into());
                    exports.add(&one.exported.name(), one.span, Exported::From { import, name });
                }
            }
            Statement::ExportNamedDeclaration(export)
                if export.export_kind == ImportOrExportKind::Value =>
            {
                for one in values(&export.specifiers) {
                    if let Some(value) = scope.named(&one.local.name(), 0) {
                        exports.add(&one.exported.name(), one.span, value);
                    }
                }
            }
            Statement::ExportDeclaration(export) => {
                scope.declared(&export.declaration, &mut exports);
            }
            Statement::ExportDefaultDeclaration(export) => {
                let value = match &export.declaration {
                    ExportDefaultDeclarationKind::FunctionDeclaration(_) => Exported::Function,
                    ExportDefaultDeclarationKind::ClassDeclaration(class) => {
                        Exported::Class(scope.class(class))
                    }
                    declaration => match declaration.as_expression() {
                        Some(expression) => scope.value(expression, 0),
                        // An interface.
                        None => continue,
                    },
                };
                let start = export.span.start;
                let words = oxc_span::Span::new(start, start + HEAD.len() as u32);
                exports.add("default", words, value);
            }
            Statement::TSExportAssignment(_) => exports.commonjs = true,
            _ => {}
        }
    }
    exports
}

impl Exports {
    fn add(&mut self, name: &str, at: oxc_span::Span, value: Exported) {
        self.names.insert(name.into(), Export { span: span(at), value });
    }
}

fn values<'s, 'a>(
    specifiers: &'s [ExportSpecifier<'a>],
) -> impl Iterator<Item = &'s ExportSpecifier<'a>> {
    specifiers.iter().filter(|one| one.export_kind == ImportOrExportKind::Value)
}

/// What the names at the top level of a module stand for.
struct Scope<'p, 'a> {
    imports: &'p [Import],
    locals: HashMap<&'a str, &'p Local<'a>>,
    declared: HashMap<&'a str, Meant<'p, 'a>>,
    changes: Changes<'a>,
}

#[derive(Clone, Copy)]
enum Meant<'p, 'a> {
    Class(&'p ClassNode<'a>),
    Function,
    Initial(&'p Expression<'a>),
    Type,
    Unknown,
}

impl<'p, 'a> Scope<'p, 'a> {
    fn of(program: &'p Program<'a>, imports: &'p [Import], locals: &'p [Local<'a>]) -> Self {
        let mut changes = Changes::default();
        changes.visit_program(program);
        let mut scope = Self {
            imports,
            locals: locals.iter().map(|local| (local.name, local)).collect(),
            declared: HashMap::new(),
            changes,
        };
        for statement in &program.body {
            match statement {
                Statement::ExportDeclaration(export) => scope.declare(&export.declaration),
                Statement::ExportDefaultDeclaration(export) => {
                    if let ExportDefaultDeclarationKind::ClassDeclaration(class) =
                        &export.declaration
                        && let Some(id) = &class.id
                    {
                        scope.declared.insert(id.name.as_str(), Meant::Class(class));
                    }
                }
                statement => {
                    if let Some(declaration) = statement.as_declaration() {
                        scope.declare(declaration);
                    }
                }
            }
        }
        scope
    }

    fn declare(&mut self, declaration: &'p Declaration<'a>) {
        let (name, meant) = match declaration {
            Declaration::VariableDeclaration(declaration) => {
                for one in &declaration.declarations {
                    let meant = match (&one.id, &one.init) {
                        (BindingPattern::BindingIdentifier(_), Some(init)) => Meant::Initial(init),
                        _ => Meant::Unknown,
                    };
                    each_name(&one.id, &mut |name, _| {
                        self.declared.insert(name, meant);
                    });
                }
                return;
            }
            Declaration::FunctionDeclaration(one) => (one.id.as_ref(), Meant::Function),
            Declaration::ClassDeclaration(one) => (one.id.as_ref(), Meant::Class(one)),
            Declaration::TSTypeAliasDeclaration(one) => (Some(&one.id), Meant::Type),
            Declaration::TSInterfaceDeclaration(one) => (Some(&one.id), Meant::Type),
            Declaration::TSEnumDeclaration(one) => (Some(&one.id), Meant::Unknown),
            Declaration::TSNamespaceDeclaration(one) => (Some(&one.id), Meant::Unknown),
            Declaration::TSImportEqualsDeclaration(one) => (Some(&one.id), Meant::Unknown),
            Declaration::TSExternalModuleDeclaration(_) | Declaration::TSGlobalDeclaration(_) => {
                return;
            }
        };
        if let Some(id) = name {
            // A value counts where a type has the same name.
            let known = self.declared.get(id.name.as_str());
            if !(matches!(meant, Meant::Type) && known.is_some()) {
                self.declared.insert(id.name.as_str(), meant);
            }
        }
    }

    /// The import at a place, unless it is for types.
    fn import_at(&self, at: oxc_span::Span, kind: ImportOrExportKind) -> Option<usize> {
        let at = span(at);
        let found = self.imports.iter().position(|import| import.span == at);
        found.filter(|_| kind == ImportOrExportKind::Value)
    }

    /// What an exported declaration adds.
    fn declared(&self, declaration: &'p Declaration<'a>, exports: &mut Exports) {
        let id = match declaration {
            Declaration::VariableDeclaration(one) if !one.declare => {
                for one in &one.declarations {
                    each_name(&one.id, &mut |name, at| {
                        if let Some(value) = self.named(name, 0) {
                            exports.add(name, at, value);
                        }
                    });
                }
                return;
            }
            Declaration::FunctionDeclaration(one) if !one.declare => one.id.as_ref(),
            Declaration::ClassDeclaration(one) if !one.declare => one.id.as_ref(),
            Declaration::TSEnumDeclaration(one) if !one.declare => Some(&one.id),
            Declaration::TSNamespaceDeclaration(one) if !one.declare => Some(&one.id),
            Declaration::TSImportEqualsDeclaration(one) => Some(&one.id),
            _ => None,
        };
        if let Some(id) = id
            && let Some(value) = self.named(&id.name, 0)
        {
            exports.add(&id.name, id.span, value);
        }
    }

    /// What a name of this module stands for; `None` where it is a type.
    fn named(&self, name: &str, depth: usize) -> Option<Exported> {
        if let Some(local) = self.locals.get(name) {
            return Some(Exported::From { import: local.import, name: local.imported.clone() });
        }
        Some(match self.declared.get(name) {
            Some(Meant::Class(class)) => Exported::Class(self.class(class)),
            Some(Meant::Function) => Exported::Function,
            Some(Meant::Initial(init)) if depth < DEPTH => match self.value(init, depth + 1) {
                Exported::Value(_) if self.changes.names.contains(name) => {
                    Exported::Value(Handlers::Unsure)
                }
                value => value,
            },
            Some(Meant::Type) => return None,
            _ => Exported::Value(Handlers::Unsure),
        })
    }

    fn value(&self, expression: &Expression<'a>, depth: usize) -> Exported {
        match expression.get_inner_expression() {
            Expression::Identifier(name) => {
                self.named(&name.name, depth).unwrap_or(Exported::Value(Handlers::Unsure))
            }
            Expression::ClassExpression(class) => Exported::Class(self.class(class)),
            Expression::FunctionExpression(_) | Expression::ArrowFunctionExpression(_) => {
                Exported::Function
            }
            Expression::ObjectExpression(object) => Exported::Value(object_handlers(object)),
            Expression::CallExpression(call) if is_wrapper(call) => {
                let mut wrapped = call.arguments.iter().filter_map(Argument::as_expression);
                let known = wrapped.find_map(|argument| match self.value(argument, depth + 1) {
                    value @ Exported::Value(Handlers::Known(_)) => Some(value),
                    _ => None,
                });
                known.unwrap_or(Exported::Value(Handlers::Unsure))
            }
            expression if self.is_app(expression) => {
                Exported::Value(Handlers::Known(BTreeSet::from(["fetch".into()])))
            }
            _ => Exported::Value(Handlers::Unsure),
        }
    }

    /// Whether this is `new Hono()`, or a chain of calls that starts there.
    fn is_app(&self, expression: &Expression<'a>) -> bool {
        let mut start = expression.get_inner_expression();
        while let Expression::CallExpression(call) = start {
            let Some(member) = call.callee.get_member_expr() else { return false };
            start = member.object().get_inner_expression();
        }
        let Expression::NewExpression(new) = start else { return false };
        let Expression::Identifier(class) = &new.callee else { return false };
        let local = self.locals.get(class.name.as_str());
        local.is_some_and(|local| {
            local.imported.as_deref().is_some_and(|name| APPS.contains(&name))
                && is_hono(&self.imports[local.import].specifier)
        })
    }

    fn class(&self, class: &ClassNode<'a>) -> Class {
        let methods = class.body.body.iter().filter_map(|element| match element {
            ClassElement::MethodDefinition(method) if !method.r#static => method.key.static_name(),
            ClassElement::PropertyDefinition(property) if !property.r#static => {
                property.key.static_name()
            }
            _ => None,
        });
        Class {
            methods: methods.map(|name| name.into_owned().into_boxed_str()).collect(),
            extends: match &class.heritage {
                None => Superclass::Nothing,
                Some(heritage) => self.superclass(&heritage.expression),
            },
        }
    }

    fn superclass(&self, expression: &Expression<'a>) -> Superclass {
        let runtime = |local: &&Local<'_>| &*self.imports[local.import].specifier == RUNTIME;
        match expression.get_inner_expression() {
            Expression::Identifier(name) => {
                let local = self.locals.get(name.name.as_str()).copied().filter(runtime);
                match local.and_then(|local| local.imported.clone()) {
                    Some(class) => Superclass::Runtime(class),
                    None => Superclass::Other(name.name.as_str().into()),
                }
            }
            expression => {
                let member = expression.get_member_expr();
                let name = member.and_then(|member| member.static_property_name()).unwrap_or("");
                let module = member.and_then(|member| match member.object() {
                    Expression::Identifier(module) => self.locals.get(module.name.as_str()),
                    _ => None,
                });
                match module.copied().filter(runtime).filter(|local| local.imported.is_none()) {
                    Some(_) => Superclass::Runtime(name.into()),
                    None => Superclass::Other(name.into()),
                }
            }
        }
    }
}

/// Whether a package brings Hono.
pub(super) fn is_hono(specifier: &str) -> bool {
    specifier == "hono" || specifier.starts_with("hono/") || specifier.starts_with("@hono/")
}

/// Whether a call wraps a Worker and gives it back.
pub(super) fn is_wrapper(call: &CallExpression<'_>) -> bool {
    let name = match &call.callee {
        Expression::Identifier(name) => Some(name.name.as_str()),
        callee => callee.get_member_expr().and_then(|member| member.static_property_name()),
    };
    name.is_some_and(|name| WRAPPERS.contains(&name))
}

fn object_handlers(object: &ObjectExpression<'_>) -> Handlers {
    let mut names = BTreeSet::new();
    for property in &object.properties {
        let ObjectPropertyKind::ObjectProperty(property) = property else {
            return Handlers::Unsure;
        };
        match property.key.static_name() {
            Some(name) => names.insert(name.into_owned().into_boxed_str()),
            None => return Handlers::Unsure,
        };
    }
    Handlers::Known(names)
}

/// Calls `visit` with every name that a pattern binds.
pub(super) fn each_name<'a>(
    pattern: &BindingPattern<'a>,
    visit: &mut impl FnMut(&'a str, oxc_span::Span),
) {
    match pattern {
        BindingPattern::BindingIdentifier(id) => visit(id.name.as_str(), id.span),
        BindingPattern::ObjectPattern(object) => {
            for property in &object.properties {
                each_name(&property.value, visit);
            }
            if let Some(rest) = &object.rest {
                each_name(&rest.argument, visit);
            }
        }
        BindingPattern::ArrayPattern(array) => {
            for element in array.elements.iter().flatten() {
                each_name(element, visit);
            }
            if let Some(rest) = &array.rest {
                each_name(&rest.argument, visit);
            }
        }
        BindingPattern::AssignmentPattern(pattern) => each_name(&pattern.left, visit),
    }
}

/// Names that are given another value, or another member, after their declaration.
#[derive(Default)]
struct Changes<'a> {
    names: HashSet<&'a str>,
    commonjs: bool,
}

impl<'a> Changes<'a> {
    fn member(&mut self, object: &Expression<'a>, property: Option<&str>) {
        if let Expression::Identifier(object) = object.get_inner_expression() {
            self.names.insert(object.name.as_str());
            self.commonjs |=
                object.name == "exports" || object.name == "module" && property == Some("exports");
        }
    }
}

impl<'a> VisitJs<'a> for Changes<'a> {
    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        match &it.left {
            AssignmentTarget::AssignmentTargetIdentifier(name) => {
                self.names.insert(name.name.as_str());
            }
            AssignmentTarget::StaticMemberExpression(member) => {
                self.member(&member.object, Some(&member.property.name));
            }
            AssignmentTarget::ComputedMemberExpression(member) => self.member(&member.object, None),
            _ => {}
        }
        walk_js::walk_assignment_expression(self, it);
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        let assigns = it.callee.get_member_expr().is_some_and(|member| {
            member.object().is_specific_id("Object")
                && matches!(member.static_property_name(), Some("assign" | "defineProperty"))
        });
        if assigns && let Some(Argument::Identifier(name)) = it.arguments.first() {
            self.names.insert(name.name.as_str());
        }
        walk_js::walk_call_expression(self, it);
    }
}
