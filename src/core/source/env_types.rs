//! What a module's types say that `env` holds.

use std::collections::BTreeMap;

use oxc_ast::ast::{
    Declaration, Program, Statement, TSSignature, TSType, TSTypeName, TSTypeReference,
};

/// The members of the types that are named like an environment, by name.
pub type EnvTypes = BTreeMap<Box<str>, EnvType>;

/// What the type of a member says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EnvType {
    /// It may be missing: `X?: …`, or `undefined` among its types.
    pub optional: bool,
    /// It is one of the runtime's objects, such as `KVNamespace`: no variable or secret is that.
    pub binding: bool,
}

/// The names under which projects and `wrangler types` know the type of `env`.
const NAMES: [&str; 6] =
    ["Env", "Bindings", "CloudflareEnv", "CloudflareBindings", "WorkerEnv", "Environment"];

/// Whether a type of that name is the environment.
pub(super) fn is_env(name: &str) -> bool {
    NAMES.contains(&name)
}

/// Whether a type of that name may be the environment, or a part of it: `QueueEnv`.
pub(super) fn is_like_env(name: &str) -> bool {
    (name.ends_with("Env") || name.ends_with("Bindings") || is_env(name)) && name != "ProcessEnv"
}

/// The types that only bindings have (`@cloudflare/workers-types`).
const BINDINGS: [&str; 22] = [
    "Ai",
    "AiSearchInstance",
    "AnalyticsEngineDataset",
    "BrowserRun",
    "BrowserWorker",
    "D1Database",
    "DispatchNamespace",
    "DurableObjectNamespace",
    "Fetcher",
    "Hyperdrive",
    "ImagesBinding",
    "KVNamespace",
    "MediaBinding",
    "Queue",
    "R2Bucket",
    "RateLimit",
    "SendEmail",
    "Service",
    "Vectorize",
    "VectorizeIndex",
    "WorkerLoader",
    "Workflow",
];

/// Collects the members of such types.
pub(super) fn collect(program: &Program<'_>) -> EnvTypes {
    let mut types = EnvTypes::new();
    if !program.source_type.is_typescript() {
        return types;
    }
    for statement in &program.body {
        let declaration = match statement {
            Statement::ExportDeclaration(export) => Some(&export.declaration),
            statement => statement.as_declaration(),
        };
        match declaration {
            Some(Declaration::TSInterfaceDeclaration(one)) if is_like_env(&one.id.name) => {
                members(&one.body.body, &mut types);
            }
            Some(Declaration::TSTypeAliasDeclaration(one)) if is_like_env(&one.id.name) => {
                alias(&one.type_annotation, &mut types);
            }
            _ => {}
        }
    }
    types
}

fn alias(annotation: &TSType<'_>, types: &mut EnvTypes) {
    match annotation {
        TSType::TSTypeLiteral(literal) => members(&literal.members, types),
        TSType::TSIntersectionType(all) => all.types.iter().for_each(|one| alias(one, types)),
        TSType::TSParenthesizedType(inner) => alias(&inner.type_annotation, types),
        _ => {}
    }
}

fn members(list: &[TSSignature<'_>], types: &mut EnvTypes) {
    for member in list {
        let TSSignature::TSPropertySignature(member) = member else { continue };
        let Some(name) = member.key.static_name() else { continue };
        let mut found = EnvType { optional: member.optional, binding: false };
        if let Some(annotation) = &member.type_annotation {
            read(&annotation.type_annotation, &mut found);
        }
        types.insert(name.into_owned().into(), found);
    }
}

fn read(annotation: &TSType<'_>, found: &mut EnvType) {
    match annotation {
        TSType::TSUndefinedKeyword(_) | TSType::TSNullKeyword(_) => found.optional = true,
        TSType::TSUnionType(union) => union.types.iter().for_each(|one| read(one, found)),
        TSType::TSParenthesizedType(inner) => read(&inner.type_annotation, found),
        TSType::TSTypeReference(reference) => {
            found.binding |= last(reference).is_some_and(|name| BINDINGS.contains(&name));
        }
        _ => {}
    }
}

/// The last name of a type: `Env` of `Cloudflare.Env`.
pub(super) fn last<'t>(reference: &'t TSTypeReference<'_>) -> Option<&'t str> {
    match &reference.type_name {
        TSTypeName::IdentifierReference(name) => Some(&name.name),
        TSTypeName::QualifiedName(name) => Some(&name.right.name),
        TSTypeName::ThisExpression(_) => None,
    }
}
