//! What a module asks for, and what kind of thing a specifier names.

use std::collections::HashSet;

use oxc_ast::ast::{
    CallExpression, Expression, IdentifierReference, ImportDeclaration, ImportDeclarationSpecifier,
    ImportExpression, ImportOrExportKind, Program, Statement, TryStatement,
};
use oxc_ast_visit::{VisitJs, walk_js};

use super::span::span;
use crate::core::model::Span;

/// One request for another module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// What was written between the quotes.
    pub specifier: Box<str>,
    /// Where that stands, quotes included.
    pub span: Span,
    /// How it is asked for.
    pub kind: Kind,
}

/// How a module is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `import … from` and `export … from`.
    Static,
    /// `import(…)`.
    Dynamic,
    /// `require(…)`.
    Require,
    /// `import(…)` or `require(…)` inside a `try`, or with a `.catch`: it may fail.
    Tried,
    /// For types alone: esbuild leaves it out.
    Types,
}

/// A name that an import brings into the module.
#[derive(Clone, Debug)]
pub(super) struct Local<'a> {
    pub(super) name: &'a str,
    /// Index into the module's imports.
    pub(super) import: usize,
    /// What it is called there; `None` is the namespace.
    pub(super) imported: Option<Box<str>>,
}

/// The static imports of a module, in the order of the text, and the names they bring.
///
/// In TypeScript esbuild drops an import whose names are used in no expression: they may be types.
pub(super) fn collect<'a>(
    program: &Program<'a>,
    imports: &mut Vec<Import>,
    locals: &mut Vec<Local<'a>>,
) {
    let typescript = program.source_type.is_typescript();
    let mut values = Values::default();
    values.visit_program(program);
    for statement in &program.body {
        match statement {
            Statement::ImportDeclaration(import) => {
                let names = names(import, imports.len());
                let wanted = match &import.specifiers {
                    _ if import.import_kind == ImportOrExportKind::Type => false,
                    None => true,
                    Some(_) if !typescript => true,
                    // `import {} from` is kept, as it is written by someone who knows.
                    Some(list) => {
                        list.is_empty() || names.iter().any(|name| values.used.contains(name.name))
                    }
                };
                let kind = if wanted { Kind::Static } else { Kind::Types };
                imports.push(Import {
                    specifier: import.source.value.as_str().into(),
                    span: span(import.source.span),
                    kind,
                });
                if wanted {
                    locals.extend(names);
                }
            }
            Statement::ExportAllDeclaration(export) => {
                imports.push(re_export(
                    export.source.value.as_str(),
                    span(export.source.span),
                    export.export_kind == ImportOrExportKind::Type,
                ));
            }
            Statement::ExportFromDeclaration(export) => {
                let types = export.export_kind == ImportOrExportKind::Type
                    || !export.specifiers.is_empty()
                        && export
                            .specifiers
                            .iter()
                            .all(|one| one.export_kind == ImportOrExportKind::Type);
                imports.push(re_export(
                    export.source.value.as_str(),
                    span(export.source.span),
                    types,
                ));
            }
            _ => {}
        }
    }
    imports.append(&mut values.calls);
}

fn re_export(specifier: &str, span: Span, types: bool) -> Import {
    let kind = if types { Kind::Types } else { Kind::Static };
    Import { specifier: specifier.into(), span, kind }
}

fn names<'a>(declaration: &ImportDeclaration<'a>, import: usize) -> Vec<Local<'a>> {
    let list = declaration.specifiers.iter().flatten();
    list.filter_map(|one| {
        let (name, imported) = match one {
            ImportDeclarationSpecifier::ImportSpecifier(one)
                if one.import_kind == ImportOrExportKind::Type =>
            {
                return None;
            }
            ImportDeclarationSpecifier::ImportSpecifier(one) => {
                (one.local.name, Some(one.imported.name().as_str().into()))
            }
            ImportDeclarationSpecifier::ImportDefaultSpecifier(one) => {
                (one.local.name, Some("default".into()))
            }
            ImportDeclarationSpecifier::ImportNamespaceSpecifier(one) => (one.local.name, None),
        };
        Some(Local { name: name.as_str(), import, imported })
    })
    .collect()
}

/// Which identifiers are read in expressions, and the calls that load modules.
#[derive(Default)]
struct Values<'a> {
    used: HashSet<&'a str>,
    calls: Vec<Import>,
    tries: usize,
}

impl Values<'_> {
    fn call(&mut self, argument: Option<&Expression<'_>>, kind: Kind) {
        if let Some(Expression::StringLiteral(text)) = argument {
            self.calls.push(Import {
                specifier: text.value.as_str().into(),
                span: span(text.span),
                kind: if self.tries > 0 { Kind::Tried } else { kind },
            });
        }
    }
}

impl<'a> VisitJs<'a> for Values<'a> {
    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        self.used.insert(it.name.as_str());
    }

    fn visit_try_statement(&mut self, it: &TryStatement<'a>) {
        self.tries += 1;
        walk_js::walk_try_statement(self, it);
        self.tries -= 1;
    }

    fn visit_import_expression(&mut self, it: &ImportExpression<'a>) {
        self.call(Some(&it.source), Kind::Dynamic);
        walk_js::walk_import_expression(self, it);
    }

    fn visit_call_expression(&mut self, it: &CallExpression<'a>) {
        if it.callee.is_specific_id("require") && it.arguments.len() == 1 {
            self.call(it.arguments[0].as_expression(), Kind::Require);
        }
        let method = it.callee.get_member_expr().and_then(|member| member.static_property_name());
        let caught = matches!(method, Some("catch"))
            || matches!(method, Some("then")) && it.arguments.len() > 1;
        self.tries += usize::from(caught);
        walk_js::walk_call_expression(self, it);
        self.tries -= usize::from(caught);
    }
}

/// What a specifier names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Specifier<'a> {
    /// `./x`, `../x`, `/x`.
    Path(&'a str),
    /// `node:fs`, or `fs`, which is the same unless something else has that name.
    Builtin {
        /// The name without `node:`.
        name: &'a str,
        /// Whether `node:` stands before it.
        prefixed: bool,
    },
    /// `cloudflare:workers`.
    Runtime(&'a str),
    /// `hono/cors`: the package and the whole specifier.
    Package(Package<'a>),
    /// `virtual:…`, `#imports`, `https://…`: what only the tool knows that made it up.
    Virtual,
}

/// A package's name, and where in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Package<'a> {
    /// `hono`, `@hono/zod-openapi`.
    pub name: &'a str,
    /// The whole specifier.
    pub specifier: &'a str,
}

impl<'a> Specifier<'a> {
    /// Sorts a specifier.
    pub fn of(specifier: &'a str) -> Self {
        if specifier.starts_with(['.', '/']) {
            return Self::Path(specifier);
        }
        if let Some(name) = specifier.strip_prefix("node:") {
            return Self::Builtin { name, prefixed: true };
        }
        if is_builtin(specifier) {
            return Self::Builtin { name: specifier, prefixed: false };
        }
        if specifier.starts_with("cloudflare:") || specifier.starts_with("workerd:") {
            return Self::Runtime(specifier);
        }
        match package_name(specifier) {
            Some(name) => Self::Package(Package { name, specifier }),
            None => Self::Virtual,
        }
    }
}

/// The package of a bare specifier, or nothing where it cannot be one of npm's.
fn package_name(specifier: &str) -> Option<&str> {
    let mut slashes = specifier.match_indices('/').map(|(at, _)| at);
    let end = match specifier.strip_prefix('@') {
        Some(_) => {
            let scope = slashes.next()?;
            // `@/x` is an alias that some tool knows.
            if scope == 1 {
                return None;
            }
            slashes.next()
        }
        None => slashes.next(),
    };
    let name = &specifier[..end.unwrap_or(specifier.len())];
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'@' | b'/');
    let starts = name.trim_start_matches('@').starts_with(|c: char| c.is_ascii_alphanumeric());
    (starts && !name.ends_with('/') && name.bytes().all(plain)).then_some(name)
}

/// Whether Node has a module of that name without `node:` (`module.builtinModules` of Node 22,
/// without those that begin with an underscore or need the prefix).
fn is_builtin(specifier: &str) -> bool {
    BUILTINS.binary_search(&specifier).is_ok()
}

/// In the order of the alphabet.
const BUILTINS: &[&str] = &[
    "assert",
    "assert/strict",
    "async_hooks",
    "buffer",
    "child_process",
    "cluster",
    "console",
    "constants",
    "crypto",
    "dgram",
    "diagnostics_channel",
    "dns",
    "dns/promises",
    "domain",
    "events",
    "fs",
    "fs/promises",
    "http",
    "http2",
    "https",
    "inspector",
    "inspector/promises",
    "module",
    "net",
    "os",
    "path",
    "path/posix",
    "path/win32",
    "perf_hooks",
    "process",
    "punycode",
    "querystring",
    "readline",
    "readline/promises",
    "repl",
    "stream",
    "stream/consumers",
    "stream/promises",
    "stream/web",
    "string_decoder",
    "sys",
    "timers",
    "timers/promises",
    "tls",
    "trace_events",
    "tty",
    "url",
    "util",
    "util/types",
    "v8",
    "vm",
    "wasi",
    "worker_threads",
    "zlib",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_builtins_is_sorted() {
        assert!(BUILTINS.is_sorted());
    }

    #[test]
    fn specifiers_are_sorted_by_what_they_name() {
        let package = |name, specifier| Specifier::Package(Package { name, specifier });
        for (specifier, expected) in [
            ("./a", Specifier::Path("./a")),
            ("..", Specifier::Path("..")),
            ("/a", Specifier::Path("/a")),
            ("fs", Specifier::Builtin { name: "fs", prefixed: false }),
            ("node:fs/promises", Specifier::Builtin { name: "fs/promises", prefixed: true }),
            ("node:test", Specifier::Builtin { name: "test", prefixed: true }),
            ("cloudflare:workers", Specifier::Runtime("cloudflare:workers")),
            ("hono", package("hono", "hono")),
            ("hono/cors", package("hono", "hono/cors")),
            ("@hono/zod-openapi", package("@hono/zod-openapi", "@hono/zod-openapi")),
            ("@a/b/c/d", package("@a/b", "@a/b/c/d")),
            ("@/lib/x", Specifier::Virtual),
            ("@scope", Specifier::Virtual),
            ("~/x", Specifier::Virtual),
            ("#imports", Specifier::Virtual),
            ("$lib/x", Specifier::Virtual),
            ("virtual:pages", Specifier::Virtual),
            ("https://esm.sh/x", Specifier::Virtual),
            ("npm:hono", Specifier::Virtual),
            ("", Specifier::Virtual),
        ] {
            assert_eq!(Specifier::of(specifier), expected, "{specifier}");
        }
    }
}
