//! What is imported, and what is called at the top level.

use clodo::core::model::FileId;
use clodo::core::source::{Kind, Module};

use super::{facts, one};

#[test]
fn imports_and_how_they_are_asked_for() {
    use Kind::{Dynamic, Require, Static, Tried, Types};
    for (path, text, expected) in [
        ("a.ts", "import { a } from './a'; a()", vec![("./a", Static)]),
        ("a.ts", "import { A } from './a'; let x: A", vec![("./a", Types)]),
        ("a.js", "import { A } from './a'", vec![("./a", Static)]),
        (
            "a.ts",
            "import type { A } from './a'; import './b'; import {} from './c'",
            vec![("./a", Types), ("./b", Static), ("./c", Static)],
        ),
        ("a.ts", "import { type A, b } from './a'; let x: A; b()", vec![("./a", Static)]),
        ("a.ts", "import a, * as b from './a'; typeof b", vec![("./a", Static)]),
        ("a.ts", "import { A } from './a'; class B implements A {}", vec![("./a", Types)]),
        ("a.tsx", "import { A } from './a'; const x = <A />", vec![("./a", Static)]),
        ("a.ts", "import { A } from './a'; @A() class B {}", vec![("./a", Static)]),
        ("a.ts", "import { A } from './a'; export { A }", vec![("./a", Static)]),
        (
            "a.ts",
            "export * from './a'; export type * from './b'; export { type C } from './c'; export { d } from './d'",
            vec![("./a", Static), ("./b", Types), ("./c", Types), ("./d", Static)],
        ),
        (
            "a.ts",
            "const a = await import('./a'); require('fs'); import(x)",
            vec![("./a", Dynamic), ("fs", Require)],
        ),
        (
            "a.ts",
            "try { await import('./a') } catch {} import('./b').catch(() => 1)",
            vec![("./a", Tried), ("./b", Tried)],
        ),
        (
            "a.jsx",
            "import React from 'react'; export default () => <div/>",
            vec![("react", Static)],
        ),
    ] {
        let module = Module::parse(path, text);
        let found: Vec<(&str, Kind)> =
            module.imports.iter().map(|import| (&*import.specifier, import.kind)).collect();
        assert_eq!(found, expected, "{text}");
        for import in &module.imports {
            let place = &text[import.span.start as usize..import.span.end as usize];
            assert_eq!(place.trim_matches(['"', '\'']), &*import.specifier);
        }
    }
}

#[test]
fn imports_are_sorted_into_what_rules_ask_for() {
    let files = [
        (
            "src/index.ts",
            "import fs from 'node:fs'; import os from 'os'; import { a } from './lib'; import { b } from './gone'; import { Hono } from 'hono'; import s from './q.sql'; [fs, os, a, b, Hono, s]",
        ),
        (
            "src/lib/index.ts",
            "import path from 'path'; export const a = path; export { x } from '../nowhere.js'",
        ),
        ("src/q.sql", "select 1"),
    ];
    let facts = facts(&files);
    let names = |list: &[clodo::core::source::ImportFact]| {
        list.iter().map(|one| one.specifier.to_string()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names(&facts.builtins), "node:fs os path");
    assert_eq!(names(&facts.unresolved), "./gone ../nowhere.js");
    assert_eq!(facts.unresolved[1].place.file, FileId(1));
}

#[test]
fn forbidden_calls_at_the_top_level() {
    for (text, expected) in [
        ("const id = crypto.randomUUID()", "crypto.randomUUID!"),
        ("crypto.getRandomValues(new Uint8Array(1))", "crypto.getRandomValues!"),
        ("globalThis.crypto.randomUUID()", "crypto.randomUUID!"),
        ("setTimeout(() => fetch('x'), 1); setInterval(f)", "setTimeout! setInterval!"),
        ("const data = await fetch('https://x')", "fetch!"),
        ("const data = fetch('https://x').then(r => r.json())", "fetch"),
        ("const key = crypto.subtle.generateKey({}, true, [])", "crypto.subtle.generateKey"),
        ("export const socket = new WebSocket('wss://x')", "new WebSocket!"),
        (
            "const NO = new Response('no', { status: 404 }); const EMPTY = new Response(null)",
            "new Response!",
        ),
        (
            "class A { static id = crypto.randomUUID(); own = crypto.randomUUID(); static { setTimeout(f) } m() { fetch() } }",
            "crypto.randomUUID! setTimeout!",
        ),
        (
            "if (x) setTimeout(f); const a = x ? fetch(y) : 1; try { setInterval(f) } catch {}",
            "setTimeout fetch setInterval",
        ),
        ("const f = () => crypto.randomUUID(); function g() { return fetch('x') }", ""),
        ("import { fetch } from './mine'; await fetch('x')", ""),
        ("import crypto from 'node:crypto'; const a = crypto.randomUUID()", ""),
        ("function fetch() {} fetch(); const setTimeout = x; setTimeout()", ""),
        ("const a = Math.random(), b = Date.now(), c = new Request('https://x')", ""),
        ("app.fetch('x'); router.setTimeout(1)", ""),
        ("export default { fetch() { return fetch('x') } }", ""),
    ] {
        let facts = one("index.ts", text);
        let found: Vec<String> = facts
            .startup
            .iter()
            .map(|(_, s)| format!("{}{}", s.name, if s.fatal { "!" } else { "" }))
            .collect();
        assert_eq!(found.join(" "), expected, "{text}");
    }
}
