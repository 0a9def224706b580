//! One file's facts.

use std::ops::Range;

use oxc_allocator::Allocator;
use oxc_ast::ast::{IdentifierReference, Program, StaticMemberExpression};
use oxc_ast_visit::{VisitJs, walk_js};
use oxc_parser::Parser;
use oxc_span::SourceType;

use super::env_types::{self, EnvTypes};
use super::env_uses::{self, EnvUses};
use super::exports::{self, Exports};
use super::imports::{self, Import};
use super::nesting;
use super::startup::{self, Startup};
use crate::core::model::{Span, SyntaxError};

/// What one file says. All places are in that file.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// The first error, where the text cannot be read to its end. What was understood before it
    /// does not count.
    pub syntax: Option<SyntaxError>,
    /// What it asks for, in the order of the text; calls come after declarations.
    pub imports: Vec<Import>,
    /// What it offers.
    pub exports: Exports,
    /// What it reads from `env`.
    pub env: EnvUses,
    /// What its types say that `env` holds.
    pub env_types: EnvTypes,
    /// Calls while it is loaded that Workers forbid then.
    pub startup: Vec<Startup>,
    /// Whether it speaks of `addEventListener`, as Workers in the service-worker format do.
    pub listens: bool,
}

impl Module {
    /// The extensions of what this can read.
    pub const EXTENSIONS: [&'static str; 8] =
        ["ts", "tsx", "js", "jsx", "mjs", "mts", "cjs", "cts"];

    /// Whether a file by its name is source code that this can read.
    pub fn can_read(path: &str) -> bool {
        !path.ends_with(".d.ts") && language(path).is_some()
    }

    /// Reads a text. The path gives the language by its extension. Code that is nested deeper than
    /// any thread can bear is refused as a syntax error.
    pub fn parse(path: &str, text: &str) -> Self {
        Self::parse_within(nesting::SPARE, path, text)
    }

    /// The same, on a thread that has this many bytes of stack to spare.
    pub fn parse_within(spare: usize, path: &str, text: &str) -> Self {
        let Some(language) = language(path) else { return Self::default() };
        match Self::stack(text) {
            Some(stack) if stack <= spare => Self::read(language, text),
            _ => Self::refused(Span::default(), "the code is nested too deeply".into()),
        }
    }

    /// How many bytes of stack reading a text may take; nothing where it is more than it is worth.
    pub fn stack(text: &str) -> Option<usize> {
        nesting::stack(text)
    }

    /// The comments of a text, with their marks, in its order.
    pub fn comments(path: &str, text: &str) -> Vec<Range<usize>> {
        let deep = Self::stack(text).is_none_or(|stack| stack > nesting::SPARE);
        let Some(language) = language(path).filter(|_| !deep) else { return Vec::new() };
        let allocator = Allocator::default();
        let parsed = Parser::new(&allocator, text, language).parse();
        let comments = parsed.program.comments.iter();
        comments.map(|one| one.span.start as usize..one.span.end as usize).collect()
    }

    /// A text without its comments and its white space, which seldom have a say in what is built of it.
    pub fn essence(path: &str, text: &str) -> String {
        let comments = Self::comments(path, text);
        let starts = std::iter::once(0).chain(comments.iter().map(|comment| comment.end));
        let ends = comments.iter().map(|comment| comment.start).chain([text.len()]);
        let code = starts.zip(ends).filter_map(|(start, end)| text.get(start..end));
        code.flat_map(str::split_whitespace).collect()
    }

    fn refused(span: Span, message: String) -> Self {
        Self { syntax: Some(SyntaxError { span, message }), ..Self::default() }
    }

    fn read(language: SourceType, text: &str) -> Self {
        let allocator = Allocator::default();
        let parsed = Parser::new(&allocator, text, language).parse();
        let first = parsed.diagnostics.iter().next();
        if let Some(error) = first {
            let place = error
                .labels
                .first()
                .map(|label| Span { start: label.offset(), end: label.offset() + label.len() });
            return Self::refused(place.unwrap_or_default(), error.message.to_string());
        }
        Self::of(&parsed.program)
    }

    fn of(program: &Program<'_>) -> Self {
        let mut imports = Vec::new();
        let mut locals = Vec::new();
        imports::collect(program, &mut imports, &mut locals);
        let exports = exports::collect(program, &imports, &locals);
        let mut listener = Listener::default();
        listener.visit_program(program);
        Self {
            syntax: None,
            env: env_uses::collect(program, &imports, &locals),
            env_types: env_types::collect(program),
            startup: startup::collect(program, &locals),
            listens: listener.heard,
            exports,
            imports,
        }
    }
}

/// esbuild, as Wrangler sets it up, reads JSX in every JavaScript file, and modules and scripts
/// alike.
fn language(path: &str) -> Option<SourceType> {
    let (_, extension) = path.rsplit_once('.')?;
    Some(match extension {
        "ts" | "mts" | "cts" => SourceType::ts(),
        "tsx" => SourceType::tsx(),
        "js" | "mjs" | "cjs" | "jsx" => SourceType::jsx(),
        _ => return None,
    })
}

#[derive(Default)]
struct Listener {
    heard: bool,
}

impl<'a> VisitJs<'a> for Listener {
    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        self.heard |= it.name == "addEventListener";
    }

    fn visit_static_member_expression(&mut self, it: &StaticMemberExpression<'a>) {
        self.heard |= it.property.name == "addEventListener"
            && (it.object.is_specific_id("self") || it.object.is_specific_id("globalThis"));
        walk_js::walk_static_member_expression(self, it);
    }
}

#[cfg(test)]
mod tests {
    use super::Module;

    #[test]
    fn comments_and_white_space_do_not_count() {
        let text = "// one\nlet a = 1; /* two\n */ let b = `// ${a}`;\n";
        assert_eq!(Module::essence("a.ts", text), "leta=1;letb=`//${a}`;");
        assert_eq!(Module::essence("a.wasm", "// as it is"), "//asitis");
    }
}
