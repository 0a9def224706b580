//! Which objects and functions of a module are the handlers of a Worker.

use std::collections::HashSet;

use oxc_ast::ast::{
    Argument, BindingPattern, Declaration, Expression, ObjectPropertyKind, Program, Statement,
};

use super::exports::is_wrapper;

/// The handlers whose second parameter is `env`.
pub(super) const HANDLERS: [&str; 9] =
    ["fetch", "scheduled", "queue", "email", "tail", "tailStream", "trace", "connect", "test"];

/// Which objects and functions of a module are handlers.
#[derive(Default)]
pub(super) struct Handled<'a> {
    /// Where the objects with handlers begin.
    pub(super) objects: HashSet<u32>,
    /// The functions of the top level that such objects name.
    pub(super) functions: HashSet<&'a str>,
}

impl<'a> Handled<'a> {
    pub(super) fn of(program: &Program<'a>) -> Self {
        let mut handled = Self::default();
        for statement in &program.body {
            match statement {
                Statement::ExportDefaultDeclaration(export) => {
                    if let Some(expression) = export.declaration.as_expression() {
                        handled.take(program, expression, 0);
                    }
                }
                // `export { handler as default }`
                Statement::ExportNamedDeclaration(export) => {
                    for one in export.specifiers.iter().filter(|s| s.exported.name() == "default") {
                        handled.follow(program, &one.local.name(), 0);
                    }
                }
                _ => {}
            }
        }
        handled
    }

    fn take(&mut self, program: &Program<'a>, expression: &Expression<'a>, depth: usize) {
        if depth > 3 {
            return;
        }
        match expression.get_inner_expression() {
            Expression::Identifier(name) => self.follow(program, &name.name, depth),
            Expression::ObjectExpression(object) => {
                self.objects.insert(object.span.start);
                for property in &object.properties {
                    if let ObjectPropertyKind::ObjectProperty(property) = property
                        && let Expression::Identifier(function) = &property.value
                        && property.key.static_name().is_some_and(|n| HANDLERS.contains(&&*n))
                    {
                        self.functions.insert(function.name.as_str());
                    }
                }
            }
            Expression::CallExpression(call) if is_wrapper(call) => {
                for argument in call.arguments.iter().filter_map(Argument::as_expression) {
                    self.take(program, argument, depth + 1);
                }
            }
            _ => {}
        }
    }

    fn follow(&mut self, program: &Program<'a>, name: &str, depth: usize) {
        for statement in &program.body {
            let declaration = match statement {
                Statement::ExportDeclaration(export) => Some(&export.declaration),
                statement => statement.as_declaration(),
            };
            let Some(Declaration::VariableDeclaration(list)) = declaration else { continue };
            for one in &list.declarations {
                if let (BindingPattern::BindingIdentifier(id), Some(init)) = (&one.id, &one.init)
                    && id.name == name
                {
                    self.take(program, init, depth + 1);
                }
            }
        }
    }
}
