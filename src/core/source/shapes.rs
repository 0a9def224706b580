//! What a piece of code looks like, asked by the walk that looks for `env`.

use oxc_ast::ast::{Class, Expression, TSLiteral, TSType, TSTypeAnnotation};

use super::env_types::{is_like_env, last};

/// Classes whose `this.env` is the environment, and whose constructor gets it second. The last two
/// are of Cloudflare's `agents`.
const CLASSES: [&str; 6] =
    ["DurableObject", "WorkerEntrypoint", "WorkflowEntrypoint", "Container", "Agent", "McpAgent"];

/// The last name of a type: `Env` of `Cloudflare.Env`, `Bindings` of `AppEnv["Bindings"]`.
pub(super) fn type_name<'t>(annotation: &'t TSTypeAnnotation<'_>) -> Option<&'t str> {
    match &annotation.type_annotation {
        TSType::TSTypeReference(reference) => last(reference),
        TSType::TSIndexedAccessType(access) => match &access.index_type {
            TSType::TSLiteralType(literal) => match &literal.literal {
                TSLiteral::StringLiteral(text) => Some(&text.value),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// Whether a type is that of a Worker: `ExportedHandler<Env>`.
pub(super) fn is_handler_type(annotation: &TSType<'_>) -> bool {
    match annotation {
        TSType::TSTypeReference(reference) => last(reference) == Some("ExportedHandler"),
        _ => false,
    }
}

/// Whether a class extends one of the runtime's, or gives the type of its environment to what it
/// extends.
pub(super) fn is_runtime_class(class: &Class<'_>) -> bool {
    let Some(heritage) = &class.heritage else { return false };
    let name = match heritage.expression.get_inner_expression() {
        Expression::Identifier(name) => Some(name.name.as_str()),
        expression => expression.get_member_expr().and_then(|m| m.static_property_name()),
    };
    let mut types = heritage.type_arguments.iter().flat_map(|list| &list.params);
    name.is_some_and(|name| CLASSES.contains(&name))
        || types.any(|one| match one {
            TSType::TSTypeReference(reference) => last(reference).is_some_and(is_like_env),
            _ => false,
        })
}

/// The methods and functions of Hono that take handlers.
pub(super) const ROUTES: [&str; 15] = [
    "get",
    "post",
    "put",
    "delete",
    "patch",
    "options",
    "all",
    "use",
    "on",
    "onError",
    "notFound",
    "openapi",
    "createMiddleware",
    "createHandlers",
    "createApp",
];

/// Functions that stop, or say yes or no, when what they are given is absent.
pub(super) fn asks(callee: &str) -> bool {
    callee == "Boolean"
        || ["assert", "invariant", "ensure", "require", "expect", "must", "check", "validate"]
            .iter()
            .any(|start| callee.starts_with(start))
}

pub(super) fn is_literal(expression: &Expression<'_>) -> bool {
    match expression.get_inner_expression() {
        Expression::Identifier(name) => name.name == "undefined",
        Expression::StringLiteral(_)
        | Expression::NullLiteral(_)
        | Expression::BooleanLiteral(_)
        | Expression::NumericLiteral(_) => true,
        Expression::TemplateLiteral(template) => template.expressions.is_empty(),
        _ => false,
    }
}

pub(super) fn callee_name<'e>(callee: &'e Expression<'_>) -> Option<&'e str> {
    match callee.get_inner_expression() {
        Expression::Identifier(name) => Some(name.name.as_str()),
        callee => callee.get_member_expr().and_then(|member| member.static_property_name()),
    }
}

pub(super) fn is_process_env(expression: &Expression<'_>) -> bool {
    match expression.get_inner_expression() {
        Expression::StaticMemberExpression(member) => {
            member.property.name == "env" && member.object.is_specific_id("process")
        }
        _ => false,
    }
}
