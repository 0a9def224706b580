//! Whatever text it is: languages, mistakes, depth, and no panic.

use clodo::core::model::FileId;
use clodo::core::source::{Entry, Module, Resolver, Specifier};
use proptest::prelude::*;

use super::{facts, handlers, one};

#[test]
fn a_syntax_error_is_kept_with_its_place() {
    let facts =
        facts(&[("a.ts", "import './b'; export default {}"), ("b.ts", "const x = ;\nexport {}")]);
    let (file, error) = &facts.syntax[0];
    assert_eq!((*file, error.span.start), (FileId(1), 10));
    assert!(!facts.env.complete);
    assert_eq!(handlers(&facts), "");
}

#[test]
fn every_language_is_read_by_its_extension() {
    for (path, text) in [
        ("a.ts", "let a = <T,>(x: T) => x; const b = <number>c"),
        ("a.mts", "enum A {}"),
        ("a.cts", "export = 1"),
        ("a.tsx", "const a = <A<string> b={1} />"),
        ("a.js", "const a = <div/>; export default a"),
        ("a.mjs", "await 1"),
        ("a.cjs", "module.exports = 1"),
        ("a.jsx", "export default () => <></>"),
    ] {
        assert_eq!(Module::parse(path, text).syntax, None, "{path}");
    }
    assert!(
        !Module::can_read("a.d.ts") && !Module::can_read("a.py") && !Module::can_read("a.json")
    );
}

#[test]
fn no_depth_ends_the_program() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("`${", "}`"),
        ("function a(){", "}"),
        ("a=>", ""),
        ("!", ""),
        ("1+", ""),
        ("a?b:", ""),
        ("if(a){}else ", ""),
        ("new ", ""),
        ("a:", ""),
        ("a<", ""),
        ("let a: A<", ">"),
        ("<a>", "</a>"),
        ("a.b.", ""),
        ("a()", ""),
        ("await ", ""),
        ("a**", ""),
    ] {
        for count in [250, 2_500, 60_000] {
            let text = format!("{}1{}", open.repeat(count), close.repeat(count));
            let _ = Module::parse("a.tsx", &text);
        }
    }
}

/// Pieces that code is made of, so that texts come near to it.
const PIECES: [&str; 24] = [
    "export ", "default ", "{", "}", "(", ")", "env", ".", "A", "const ", "= ", "class ",
    "extends ", "import ", "'x' ", "from ", "async ", "=> ", "?.", "this", "await ", "[", "]",
    "...",
];

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC*") {
        for path in ["a.ts", "a.tsx", "a.js"] {
            let _ = one(path, &text);
        }
    }

    #[test]
    fn no_heap_of_code_makes_it_panic(pieces in proptest::collection::vec(0..PIECES.len(), 0..60)) {
        let text: String = pieces.into_iter().map(|index| PIECES[index]).collect();
        let _ = one("a.ts", &text);
        let _ = one("a.jsx", &text);
    }

    #[test]
    fn no_specifier_makes_it_panic(text in "\\PC{0,20}", folder in "[a-z./]{0,9}") {
        let _ = Specifier::of(&text);
        let look = |path: &str| if path.len().is_multiple_of(2) { Entry::File } else { Entry::Folder };
        let _ = Resolver { look: &look }.path(&folder, &text);
    }
}
