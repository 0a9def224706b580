//! Which names a module reads from `env`.
//!
//! `env` reaches code in many ways: as a parameter of a handler, as `this.env` in the runtime's
//! classes, as `c.env` in Hono, as an import of `cloudflare:workers`, as a parameter that is typed
//! `Env`. One walk follows all of them through scopes, destructuring and plain aliases. What goes
//! elsewhere (`helper(env)`, `env[name]`, `...rest`) makes the list incomplete, never wrong.

use oxc_ast::ast::{
    ArrowFunctionExpression, AssignmentExpression, AssignmentTarget, BinaryExpression,
    BindingPattern, BlockStatement, CallExpression, Class, ClassElement, ComputedMemberExpression,
    ConditionalExpression, Expression, FormalParameter, FormalParameters, Function,
    IdentifierReference, IfStatement, LogicalExpression, MethodDefinitionKind, ObjectExpression,
    ObjectPattern, ObjectPropertyKind, Program, Statement, StaticMemberExpression, TSAsExpression,
    TSSatisfiesExpression, TSType, VariableDeclarator,
};
use oxc_ast_visit::{VisitJs, walk_js};
use oxc_syntax::operator::{BinaryOperator, UnaryOperator};
use oxc_syntax::scope::ScopeFlags;

use super::env_scope::{How, Meaning, Scope};
use super::env_types::{is_env, is_like_env};
use super::exports::{each_name, is_hono};
use super::handled::{HANDLERS, Handled};
use super::imports::{Import, Local};
use super::shapes::{
    ROUTES, asks, callee_name, is_handler_type, is_literal, is_process_env, is_runtime_class,
    type_name,
};
use super::span::span;
use crate::core::model::Span;

/// What a module reads from `env`.
#[derive(Clone, Debug, Default)]
pub struct EnvUses {
    /// Every read, in the order in which the walk comes to it.
    pub uses: Vec<EnvUse>,
    /// Whether nothing of `env` goes where the walk does not follow.
    pub incomplete: bool,
    /// Reads of `process.env.NAME`.
    pub process: Vec<(Box<str>, Span)>,
}

/// One read of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvUse {
    /// The name.
    pub name: Box<str>,
    /// Where it is read.
    pub span: Span,
    /// How `env` came there.
    pub how: How,
    /// Whether the code copes with the name being absent: it tests it, has a default, or writes it.
    pub guarded: bool,
    /// The method of it that is called there: `get` in `env.KV.get(…)`.
    pub method: Option<Box<str>>,
}

/// What the parameters of the next function are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Plain,
    /// The second parameter is `env`.
    Handler,
    /// The parameter of this index is a context, if it has no other type.
    Callback(usize),
}

/// Collects what a module reads from `env`.
pub(super) fn collect(program: &Program<'_>, imports: &[Import], locals: &[Local<'_>]) -> EnvUses {
    let mut walk = Walk {
        found: EnvUses::default(),
        scope: Scope::of(imports, locals),
        method: None,
        role: Role::Plain,
        handlers: Handled::of(program),
        hono: imports.iter().any(|import| is_hono(&import.specifier)),
    };
    walk.visit_program(program);
    walk.found
}

struct Walk<'a> {
    found: EnvUses,
    scope: Scope<'a>,
    /// What `this.env` is in the method that is visited next.
    method: Option<How>,
    /// For the function that is visited next.
    role: Role,
    handlers: Handled<'a>,
    /// Whether the module imports Hono.
    hono: bool,
}

impl<'a> Walk<'a> {
    /// Takes `env.NAME` before a `?.`, which copes with its absence.
    fn take_optional(&mut self, object: &Expression<'a>, optional: bool) -> bool {
        let read = self.scope.read(object).filter(|_| optional);
        if let Some((name, span, how)) = read {
            self.record(name, span, how, true, None);
        }
        read.is_some()
    }

    fn record(&mut self, name: &str, span: Span, how: How, guarded: bool, method: Option<&str>) {
        self.found.uses.push(EnvUse {
            name: name.into(),
            span,
            how,
            guarded,
            method: method.map(Into::into),
        });
    }

    /// Visits an expression whose truth or presence is asked for.
    fn test(&mut self, expression: &Expression<'a>) {
        if let Some((name, span, how)) = self.scope.read(expression) {
            return self.record(name, span, how, true, None);
        }
        match expression.get_inner_expression() {
            Expression::LogicalExpression(it) => {
                self.test(&it.left);
                self.test(&it.right);
            }
            Expression::UnaryExpression(it)
                if matches!(it.operator, UnaryOperator::LogicalNot | UnaryOperator::Typeof) =>
            {
                self.test(&it.argument);
            }
            _ => self.visit_expression(expression),
        }
    }

    /// Gives meaning to the names of a pattern whose value is known.
    fn bind(&mut self, pattern: &BindingPattern<'a>, meaning: Meaning) {
        match pattern {
            BindingPattern::BindingIdentifier(id) => self.scope.give(id.name.as_str(), meaning),
            BindingPattern::AssignmentPattern(it) => {
                self.visit_expression(&it.right);
                self.bind(&it.left, meaning);
            }
            BindingPattern::ObjectPattern(object) => self.destructure(object, meaning),
            BindingPattern::ArrayPattern(_) => {
                walk_js::walk_binding_pattern(self, pattern);
                each_name(pattern, &mut |name, _| self.scope.give(name, Meaning::Other));
            }
        }
    }

    fn destructure(&mut self, object: &ObjectPattern<'a>, meaning: Meaning) {
        for property in &object.properties {
            let name = property.key.static_name();
            let mut inner = Meaning::Other;
            match (meaning, name.as_deref()) {
                (Meaning::Env(how), Some(name)) => {
                    let guarded = matches!(property.value, BindingPattern::AssignmentPattern(_));
                    self.record(name, span(property.span), how, guarded, None);
                }
                (Meaning::Env(_), None) => self.found.incomplete = true,
                (Meaning::Context, Some("env")) => inner = Meaning::Env(How::Context),
                _ => {}
            }
            if property.computed {
                self.visit_property_key(&property.key);
            }
            self.bind(&property.value, inner);
        }
        if let Some(rest) = &object.rest {
            self.found.incomplete |= meaning != Meaning::Other;
            self.bind(&rest.argument, Meaning::Other);
        }
    }

    fn parameters(&mut self, list: &FormalParameters<'a>, role: Role) {
        for (index, parameter) in list.items.iter().enumerate() {
            if let Some(initial) = &parameter.initializer {
                self.visit_expression(initial);
            }
            let meaning = self.parameter(parameter, index, role);
            self.bind(&parameter.pattern, meaning);
        }
        if let Some(rest) = &list.rest {
            self.bind(&rest.rest.argument, Meaning::Other);
        }
    }

    fn parameter(&self, parameter: &FormalParameter<'a>, index: usize, role: Role) -> Meaning {
        if role == Role::Handler && index == 1 {
            return Meaning::Env(How::Handler);
        }
        let named = match &parameter.pattern {
            BindingPattern::BindingIdentifier(id) => Some(id.name.as_str()),
            _ => None,
        };
        if let Some(annotation) = &parameter.type_annotation {
            return match type_name(annotation) {
                Some(name) if is_env(name) => Meaning::Env(How::Typed),
                Some(name) if named == Some("env") && is_like_env(name) => Meaning::Env(How::Typed),
                Some(name) if self.hono && name.ends_with("Context") => Meaning::Context,
                _ => Meaning::Other,
            };
        }
        match named {
            _ if self.hono && role == Role::Callback(index) => Meaning::Context,
            Some("c") if self.hono => Meaning::Context,
            Some("env") if parameter.initializer.is_none() => Meaning::Env(How::Guess),
            _ => Meaning::Other,
        }
    }

    /// Visits a function's value with a role, where it is one.
    fn visit_as(&mut self, role: Role, expression: &Expression<'a>) {
        let function = matches!(
            expression.get_inner_expression(),
            Expression::FunctionExpression(_) | Expression::ArrowFunctionExpression(_)
        );
        self.role = if function { role } else { Role::Plain };
        self.visit_expression(expression);
        self.role = Role::Plain;
    }

    /// Takes an object for handlers where its type says that it is.
    fn take_handlers(&mut self, expression: &Expression<'a>, annotation: &TSType<'a>) {
        if let Expression::ObjectExpression(object) = expression.get_inner_expression()
            && is_handler_type(annotation)
        {
            self.handlers.objects.insert(object.span.start);
        }
    }

    /// What `this.env` is in a class, if it is anything.
    fn env_of(&self, class: &Class<'a>) -> Option<How> {
        if is_runtime_class(class) {
            return Some(How::This);
        }
        let assigned = class.body.body.iter().find_map(|element| match element {
            ClassElement::PropertyDefinition(property)
                if property.key.is_specific_static_name("env") =>
            {
                let annotation = property.type_annotation.as_ref()?;
                type_name(annotation).filter(|name| is_env(name)).map(|_| How::Typed)
            }
            ClassElement::MethodDefinition(method)
                if method.kind == MethodDefinitionKind::Constructor =>
            {
                self.kept(&method.value)
            }
            _ => None,
        });
        // What it extends may have an `env` of its own.
        assigned.or_else(|| class.heritage.as_ref().map(|_| How::Guess))
    }

    /// How a constructor comes by the `env` that it keeps as `this.env`.
    fn kept(&self, constructor: &Function<'a>) -> Option<How> {
        let body = constructor.body.as_ref()?;
        let assigns = body.statements.iter().any(|statement| {
            matches!(statement, Statement::ExpressionStatement(statement)
                if matches!(&statement.expression, Expression::AssignmentExpression(assignment)
                    if matches!(&assignment.left, AssignmentTarget::StaticMemberExpression(member)
                        if member.property.name == "env"
                            && matches!(member.object, Expression::ThisExpression(_)))))
        });
        constructor.params.items.iter().enumerate().find_map(|(index, parameter)| {
            let kept = assigns || parameter.accessibility.is_some() || parameter.readonly;
            match self.parameter(parameter, index, Role::Plain) {
                Meaning::Env(how) if kept => Some(how),
                _ => None,
            }
        })
    }
}

impl<'a> VisitJs<'a> for Walk<'a> {
    fn visit_function(&mut self, it: &Function<'a>, _: ScopeFlags) {
        let mut role = std::mem::replace(&mut self.role, Role::Plain);
        let named = it.id.as_ref().map(|id| id.name.as_str());
        if named.is_some_and(|name| self.handlers.functions.contains(name)) {
            role = Role::Handler;
        }
        let mark = self.scope.names.len();
        self.scope.this.push(self.method.take());
        self.parameters(&it.params, role);
        if let Some(body) = &it.body {
            self.visit_function_body(body);
        }
        self.scope.this.pop();
        self.scope.names.truncate(mark);
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        let role = std::mem::replace(&mut self.role, Role::Plain);
        let mark = self.scope.names.len();
        self.parameters(&it.params, role);
        walk_js::walk_arrow_function_body(self, &it.body);
        self.scope.names.truncate(mark);
    }

    fn visit_class(&mut self, it: &Class<'a>) {
        let env = self.env_of(it);
        let runtime = is_runtime_class(it);
        self.visit_decorators(&it.decorators);
        if let Some(heritage) = &it.heritage {
            self.visit_expression(&heritage.expression);
        }
        for element in &it.body.body {
            match element {
                ClassElement::MethodDefinition(method) => {
                    self.visit_decorators(&method.decorators);
                    if method.computed {
                        self.visit_property_key(&method.key);
                    }
                    if runtime && method.kind == MethodDefinitionKind::Constructor {
                        self.role = Role::Handler;
                    }
                    self.method = env.filter(|_| !method.r#static);
                    self.visit_function(&method.value, ScopeFlags::Function);
                }
                element => {
                    self.scope.this.push(env);
                    walk_js::walk_class_element(self, element);
                    self.scope.this.pop();
                }
            }
        }
    }

    fn visit_block_statement(&mut self, it: &BlockStatement<'a>) {
        let mark = self.scope.names.len();
        walk_js::walk_block_statement(self, it);
        self.scope.names.truncate(mark);
    }

    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        let Some(init) = &it.init else {
            let env = it.type_annotation.as_ref().and_then(|annotation| type_name(annotation));
            let typed = env.is_some_and(is_env);
            return self
                .bind(&it.id, if typed { Meaning::Env(How::Typed) } else { Meaning::Other });
        };
        let meaning = self.scope.meaning(init);
        if meaning != Meaning::Other {
            return self.bind(&it.id, meaning);
        }
        // `const { env } = this`
        if let (
            Some(Some(how)),
            Expression::ThisExpression(_),
            BindingPattern::ObjectPattern(object),
        ) = (self.scope.this.last().copied(), init, &it.id)
        {
            for property in &object.properties {
                let env = property.key.is_specific_static_name("env");
                self.bind(&property.value, if env { Meaning::Env(how) } else { Meaning::Other });
            }
            return;
        }
        if let Some(annotation) = &it.type_annotation {
            self.take_handlers(init, &annotation.type_annotation);
        }
        let handler = matches!(&it.id, BindingPattern::BindingIdentifier(id)
            if self.handlers.functions.contains(id.name.as_str()));
        self.visit_as(if handler { Role::Handler } else { Role::Plain }, init);
        self.bind(&it.id, Meaning::Other);
    }

    fn visit_ts_satisfies_expression(&mut self, it: &TSSatisfiesExpression<'a>) {
        self.take_handlers(&it.expression, &it.type_annotation);
        walk_js::walk_ts_satisfies_expression(self, it);
    }

    fn visit_ts_as_expression(&mut self, it: &TSAsExpression<'a>) {
        self.take_handlers(&it.expression, &it.type_annotation);
        walk_js::walk_ts_as_expression(self, it);
    }

    fn visit_object_expression(&mut self, it: &ObjectExpression<'a>) {
        if !self.handlers.objects.contains(&it.span.start) {
            return walk_js::walk_object_expression(self, it);
        }
        for property in &it.properties {
            match property {
                ObjectPropertyKind::ObjectProperty(property) => {
                    if property.computed {
                        self.visit_property_key(&property.key);
                    }
                    let handler =
                        property.key.static_name().is_some_and(|n| HANDLERS.contains(&&*n));
                    let role = if handler { Role::Handler } else { Role::Plain };
                    self.visit_as(role, &property.value);
                }
                ObjectPropertyKind::SpreadProperty(spread) => {
                    self.visit_expression(&spread.argument);
                }
            }
        }
    }

    fn visit_static_member_expression(&mut self, it: &StaticMemberExpression<'a>) {
        match self.scope.meaning(&it.object) {
            Meaning::Env(how) => {
                self.record(&it.property.name, span(it.span), how, it.optional, None);
            }
            Meaning::Context if it.property.name == "env" => self.found.incomplete = true,
            Meaning::Context => {}
            Meaning::Other if matches!(self.scope.member(it), Meaning::Env(_)) => {
                self.found.incomplete = true;
            }
            Meaning::Other if is_process_env(&it.object) => {
                self.found.process.push((it.property.name.as_str().into(), span(it.span)));
            }
            Meaning::Other if self.take_optional(&it.object, it.optional) => {}
            Meaning::Other => walk_js::walk_static_member_expression(self, it),
        }
    }

    fn visit_computed_member_expression(&mut self, it: &ComputedMemberExpression<'a>) {
        match (self.scope.meaning(&it.object), it.static_property_name()) {
            (Meaning::Env(how), Some(name)) => {
                self.record(&name, span(it.span), how, it.optional, None);
            }
            (Meaning::Env(_), None) => {
                self.found.incomplete = true;
                self.visit_expression(&it.expression);
            }
            _ if self.take_optional(&it.object, it.optional) => {
                self.visit_expression(&it.expression);
            }
            _ => walk_js::walk_computed_member_expression(self, it),
        }
    }

    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        self.found.incomplete |= self.scope.name(&it.name) != Meaning::Other;
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        let kept = match &it.left {
            AssignmentTarget::StaticMemberExpression(member) => {
                match self.scope.meaning(&member.object) {
                    Meaning::Env(how) => {
                        self.record(&member.property.name, span(member.span), how, true, None);
                        false
                    }
                    _ if matches!(self.scope.member(member), Meaning::Env(_)) => {
                        matches!(self.scope.meaning(&it.right), Meaning::Env(_))
                    }
                    _ => return walk_js::walk_assignment_expression(self, it),
                }
            }
            _ => return walk_js::walk_assignment_expression(self, it),
        };
        if !kept {
            self.visit_expression(&it.right);
        }
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        let name = callee_name(&it.callee);
        let member = it.callee.get_member_expr();
        let read = member.and_then(|member| self.scope.read(member.object()));
        match (member, read) {
            (Some(member), Some((binding, span, how))) => {
                self.record(binding, span, how, member.optional(), member.static_property_name());
            }
            _ => self.visit_expression(&it.callee),
        }
        let route = self.hono && name.is_some_and(|name| ROUTES.contains(&name));
        let asks = name.is_some_and(asks);
        for argument in &it.arguments {
            match argument.as_expression() {
                Some(argument) if asks => self.test(argument),
                Some(argument) if route => {
                    let index = usize::from(name == Some("onError"));
                    self.visit_as(Role::Callback(index), argument);
                }
                Some(argument) => self.visit_expression(argument),
                None => self.visit_argument(argument),
            }
        }
    }

    fn visit_if_statement(&mut self, it: &IfStatement<'a>) {
        self.test(&it.test);
        self.visit_statement(&it.consequent);
        if let Some(alternate) = &it.alternate {
            self.visit_statement(alternate);
        }
    }

    fn visit_conditional_expression(&mut self, it: &ConditionalExpression<'a>) {
        self.test(&it.test);
        self.visit_expression(&it.consequent);
        self.visit_expression(&it.alternate);
    }

    fn visit_logical_expression(&mut self, it: &LogicalExpression<'a>) {
        self.test(&it.left);
        self.visit_expression(&it.right);
    }

    fn visit_unary_expression(&mut self, it: &oxc_ast::ast::UnaryExpression<'a>) {
        match it.operator {
            UnaryOperator::LogicalNot | UnaryOperator::Typeof => self.test(&it.argument),
            _ => self.visit_expression(&it.argument),
        }
    }

    fn visit_binary_expression(&mut self, it: &BinaryExpression<'a>) {
        if it.operator == BinaryOperator::In
            && let (Expression::StringLiteral(name), Meaning::Env(how)) =
                (&it.left, self.scope.meaning(&it.right))
        {
            return self.record(&name.value, span(it.span), how, true, None);
        }
        let compares = it.operator.is_equality();
        for (side, other) in [(&it.left, &it.right), (&it.right, &it.left)] {
            if compares && is_literal(other) {
                self.test(side);
            } else {
                self.visit_expression(side);
            }
        }
    }
}
