//! What clodo understands of source code: small texts, and what it makes of them.

mod reading;

use clodo::core::model::FileId;
use clodo::core::model::path::parent;
use clodo::core::source::{
    Entry, Exported, Format, Graph, Handlers, How, Kind, Link, Module, Node, Origin, Resolver,
    SourceFacts, Specifier, Superclass, beyond,
};
use proptest::prelude::*;

/// The facts of files that stand side by side; the first is the entry point.
fn facts(files: &[(&str, &str)]) -> SourceFacts {
    let modules: Vec<Module> = files.iter().map(|(path, text)| Module::parse(path, text)).collect();
    let look = |path: &str| match files.iter().any(|(file, _)| *file == path) {
        true => Entry::File,
        false if files.iter().any(|(file, _)| file.starts_with(&format!("{path}/"))) => {
            Entry::Folder
        }
        false => Entry::Nothing,
    };
    let resolver = Resolver { look: &look };
    let nodes = files.iter().zip(&modules).enumerate().map(|(index, ((path, _), module))| {
        let links = module.imports.iter().map(|import| match Specifier::of(&import.specifier) {
            Specifier::Path(to) => match resolver.path(parent(path), to) {
                Some(found) => match files.iter().position(|(file, _)| *file == found) {
                    Some(index) if Module::can_read(&found) => Link::Module(index),
                    _ => Link::Other,
                },
                None => Link::Missing { generated: false },
            },
            other => beyond(other),
        });
        let file = FileId(u32::try_from(index).expect("few files"));
        Node { file, module, links: links.collect(), types: false }
    });
    let graph = Graph { nodes: nodes.collect(), truncated: false };
    SourceFacts::of(&graph, Origin::Handwritten).expect("there is an entry point")
}

fn one(path: &str, text: &str) -> SourceFacts {
    facts(&[(path, text)])
}

fn handlers(facts: &SourceFacts) -> String {
    match &facts.handlers {
        Handlers::Unsure => "unsure".into(),
        Handlers::Known(names) => names.iter().map(|n| &**n).collect::<Vec<_>>().join(" "),
    }
}

fn exports(facts: &SourceFacts) -> String {
    let mut list: Vec<String> = facts
        .exports
        .iter()
        .map(|(name, export)| match &export.value {
            Exported::Class(class) => match &class.extends {
                Superclass::Nothing => format!("{name}:class"),
                Superclass::Runtime(of) => format!("{name}:{of}"),
                Superclass::Other(of) => format!("{name}:other {of}"),
            },
            Exported::Function => format!("{name}:function"),
            Exported::Value(_) => format!("{name}:value"),
            Exported::From { .. } => format!("{name}:from"),
        })
        .collect();
    if !facts.exports_complete {
        list.push("…".into());
    }
    list.join(", ")
}

/// `NAME` for a read, `NAME?` for one that copes with absence, `NAME.method`; `…` where there may
/// be more.
fn env(facts: &SourceFacts) -> String {
    let mut list: Vec<String> = facts
        .env
        .uses
        .iter()
        .map(|(_, one)| {
            let guard = if one.guarded { "?" } else { "" };
            let method = one.method.as_ref().map(|m| format!(".{m}")).unwrap_or_default();
            let guess = if one.how == How::Guess { "~" } else { "" };
            format!("{guess}{}{method}{guard}", one.name)
        })
        .collect();
    if !facts.env.complete {
        list.push("…".into());
    }
    list.join(" ")
}

#[test]
fn handlers_of_the_default_export() {
    for (text, expected) in [
        ("export default { fetch() {} }", "fetch"),
        (
            "export default { async fetch(r, e) {}, async scheduled() {}, queue: async () => {} }",
            "fetch queue scheduled",
        ),
        ("export default { 'fetch': f, [`email`]() {}, tail }", "email fetch tail"),
        ("export default { fetch } satisfies ExportedHandler<Env>", "fetch"),
        ("export default ({ fetch() {} } as ExportedHandler)", "fetch"),
        ("export default <ExportedHandler>{ fetch() {} }", "fetch"),
        ("const handler = { fetch() {}, tail() {} }; export default handler", "fetch tail"),
        (
            "const handler: ExportedHandler<Env> = { fetch() {} }; export { handler as default }",
            "fetch",
        ),
        ("export const worker = { fetch() {} }; export default worker", "fetch"),
        ("const a = { fetch() {} }; const b = a; export default b satisfies X", "fetch"),
        ("export default { ...base, fetch() {} }", "unsure"),
        ("export default { [name]() {} }", "unsure"),
        ("export default make()", "unsure"),
        ("export default new Router()", "unsure"),
        ("export default function () {}", "unsure"),
        (
            "import { WorkerEntrypoint } from 'cloudflare:workers'; export default class extends WorkerEntrypoint { fetch() {} add() {} }",
            "add fetch",
        ),
        (
            "import * as cf from 'cloudflare:workers'; class A extends cf.WorkerEntrypoint<Env> { async queue() {} } export default A",
            "queue",
        ),
        ("export default class { fetch() {} }", "unsure"),
        (
            "import { Base } from './base'; export default class extends Base { fetch() {} }",
            "unsure",
        ),
        (
            "import { Hono } from 'hono'; const app = new Hono(); app.get('/', c => c.text('')); export default app",
            "fetch",
        ),
        (
            "import { Hono } from 'hono'; const app = new Hono<{ Bindings: Env }>().basePath('/v1').get('/', f); export default app",
            "fetch",
        ),
        (
            "import { OpenAPIHono as App } from '@hono/zod-openapi'; export default new App()",
            "fetch",
        ),
        ("import { Hono } from './mine'; export default new Hono()", "unsure"),
        (
            "import { Hono } from 'hono'; const app = new Hono(); app.scheduled = f; export default app",
            "unsure",
        ),
        (
            "import { Hono } from 'hono'; const app = new Hono(); Object.assign(app, { queue }); export default app",
            "unsure",
        ),
        (
            "import { Hono } from 'hono'; const app = new Hono(); export default { fetch: app.fetch, scheduled() {} }",
            "fetch scheduled",
        ),
        (
            "import * as Sentry from '@sentry/cloudflare'; export default Sentry.withSentry(env => ({}), { fetch() {}, queue() {} })",
            "fetch queue",
        ),
        (
            "import { instrument } from '@microlabs/otel-cf-workers'; const handler = { fetch() {} }; export default instrument(handler, config)",
            "fetch",
        ),
        ("export default wrap({ fetch() {} })", "unsure"),
        ("module.exports = { fetch() {} }", "unsure"),
        ("export default { fetch() {", "unsure"),
    ] {
        assert_eq!(handlers(&one("index.ts", text)), expected, "{text}");
    }
}

#[test]
fn handlers_are_followed_through_modules() {
    let text = "import app from './app'; export default app";
    let app = "import { Hono } from 'hono'; const app = new Hono(); export default app";
    assert_eq!(handlers(&facts(&[("src/index.ts", text), ("src/app.ts", app)])), "fetch");
    let text = "export { worker as default } from './app.js'";
    let app = "export const worker = { fetch() {}, email() {} }";
    assert_eq!(handlers(&facts(&[("src/index.ts", text), ("src/app.ts", app)])), "email fetch");
    assert_eq!(handlers(&one("index.ts", "export { default } from 'library'")), "unsure");
    // Two modules that ask for each other's default.
    let round = "export { default } from './b'";
    assert_eq!(
        handlers(&facts(&[("a.ts", round), ("b.ts", "export { default } from './a'")])),
        "unsure"
    );
}

#[test]
fn named_exports() {
    for (text, expected) in [
        (
            "import { DurableObject } from 'cloudflare:workers'; export class Room extends DurableObject<Env> {}",
            "Room:DurableObject",
        ),
        (
            "import { DurableObject as D } from 'cloudflare:workers'; class Room extends D {} export { Room, Room as Hall }",
            "Hall:DurableObject, Room:DurableObject",
        ),
        (
            "import * as cf from 'cloudflare:workers'; export class Flow extends cf.WorkflowEntrypoint {}",
            "Flow:WorkflowEntrypoint",
        ),
        (
            "import { RpcTarget } from 'cloudflare:workers'; export class T extends RpcTarget {}",
            "T:RpcTarget",
        ),
        ("export class Old { constructor(state, env) {} }", "Old:class"),
        ("import { Agent } from 'agents'; export class Chat extends Agent {}", "Chat:other Agent"),
        ("export const Room = class extends Base {}", "Room:other Base"),
        (
            "export function a() {} export const b = 1, { c, d: [e] } = x; export let f",
            "a:function, b:value, c:value, e:value, f:value",
        ),
        ("export const go = () => 1; export async function* g() {}", "g:function, go:function"),
        (
            "export type Room = {}; export interface Hall {} export declare class Gone {} export enum Kind { A }",
            "Kind:value",
        ),
        (
            "interface Env {} export { Env }; export type { X } from './x'; export { type Y, z } from 'z'",
            "z:value",
        ),
        ("export * from 'library'; export const a = 1", "a:value, …"),
        ("export * as all from './x'", "all:value"),
        ("import { A } from 'library'; export { A }", "A:value"),
        ("export namespace N { export const a = 1 }", "N:value"),
        ("exports.a = 1", "…"),
        ("export const a = (", "…"),
    ] {
        assert_eq!(exports(&one("index.ts", text)), expected, "{text}");
    }
}

#[test]
fn exports_are_followed_through_modules() {
    let files = [
        (
            "src/index.ts",
            "export * from './objects'; export { Hall as Room2 } from './objects/hall.js'; export * from './empty'; export default {}",
        ),
        (
            "src/objects/index.ts",
            "export * from './room'; export * from './index'; export default 1",
        ),
        (
            "src/objects/room.ts",
            "import { DurableObject } from 'cloudflare:workers'; export class Room extends DurableObject {}",
        ),
        (
            "src/objects/hall.ts",
            "import { Room } from './room'; export { Room as Hall }; export interface Nothing {}",
        ),
        ("src/empty.ts", ""),
    ];
    assert_eq!(exports(&facts(&files)), "Room:DurableObject, Room2:DurableObject");
    // A name that the other module does not have.
    let files = [("index.ts", "export { Gone } from './x'"), ("x.ts", "export interface Gone {}")];
    assert_eq!(exports(&facts(&files)), "");
    let files = [("index.ts", "export * from './x'"), ("x.ts", "export const = 1")];
    assert_eq!(exports(&facts(&files)), "…");
}

#[test]
fn the_format_is_the_one_that_wrangler_guesses() {
    for (text, expected) in [
        ("export default {}", Format::Module),
        ("export { default } from './x'", Format::Module),
        ("export class Room {}", Format::Module),
        ("export class Room {} addEventListener('fetch', f)", Format::ServiceWorker),
        ("addEventListener('fetch', e => e.respondWith(f()))", Format::ServiceWorker),
        ("self.addEventListener('fetch', f)", Format::ServiceWorker),
        ("console.log(1)", Format::ServiceWorker),
        ("export type X = 1; import './y'", Format::ServiceWorker),
        ("export * from './worker'", Format::ServiceWorker),
        ("module.exports = {}", Format::Unsure),
        ("export default {", Format::Unsure),
    ] {
        assert_eq!(one("index.ts", text).format, expected, "{text}");
    }
}

#[test]
fn names_that_are_read_from_env() {
    let mut wrong = String::new();
    for (text, expected) in [
        // Handlers.
        ("export default { fetch(request, env) { return env.KV.get(env.KEY) } }", "KV.get KEY"),
        ("export default { async scheduled(c, e) { await e.DB.prepare('') } }", "DB.prepare"),
        ("export default { queue: async (batch, { DB, CACHE }) => {} }", "DB CACHE"),
        ("export default { email(m, { A: { b }, ...rest }) {} }", "A …"),
        ("export default { fetch(request, env) { const { A, B: b, C = 1 } = env } }", "A B C?"),
        ("export default { fetch(request, env) { const e = env; return e.A } }", "A"),
        ("export default { fetch(request, env) { return env['A-B'] + env[x] } }", "A-B …"),
        ("export default { fetch(request, env) { return go(env) } }", "…"),
        ("export default { fetch(request, env) { return { env } } }", "…"),
        ("export default { fetch(request, env) { return { ...env } } }", "…"),
        ("export default { fetch(request, env) { return [1].map(x => env.A) } }", "A"),
        ("export default { fetch(request, env) { return [1].map(env => env.A) } }", "~A"),
        (
            "export default { fetch(request, env) { { const env = 1; go(env.A) } return env.B } }",
            "B",
        ),
        ("export default { other(request, env) { return env.A } }", "~A"),
        ("async function run(request, env) { return env.A } export default { fetch: run }", "A"),
        ("const fetch = async (request, env) => env.A; export default { fetch }", "A"),
        ("const handler = { fetch(request, e) { return e.A } }; export default handler", "A"),
        (
            "const handler: ExportedHandler<Env> = { fetch(request, e) { return e.A } }; export { handler }",
            "A",
        ),
        (
            "export const handler = { fetch(r, e) { return e.A } } satisfies ExportedHandler<Env>",
            "A",
        ),
        (
            "import { withSentry } from '@sentry/cloudflare'; export default withSentry((env: Env) => ({ dsn: env.DSN }), { fetch(r, e) { return e.A } })",
            "DSN A",
        ),
        // Absence that the code copes with.
        ("export default { fetch(r, env) { if (env.A) return env.A } }", "A? A"),
        ("export default { fetch(r, env) { if (!env.A || !env.B) throw 1 } }", "A? B?"),
        ("export default { fetch(r, env) { return env.A ?? env.B } }", "A? B"),
        ("export default { fetch(r, env) { return env.A || 'x' } }", "A?"),
        ("export default { fetch(r, env) { return env.A && go(env.A) } }", "A? A"),
        ("export default { fetch(r, env) { return env.A ? 1 : 2 } }", "A?"),
        ("export default { fetch(r, env) { return env.A?.get('x') } }", "A.get?"),
        ("export default { fetch(r, env) { return env.A?.b.c } }", "A?"),
        ("export default { fetch(r, env) { return 'A' in env } }", "A?"),
        ("export default { fetch(r, env) { return typeof env.A === 'string' } }", "A?"),
        (
            "export default { fetch(r, env) { return env.A === undefined || env.B !== 'on' } }",
            "A? B?",
        ),
        ("export default { fetch(r, env) { return env.SECRET === r.headers.get('x') } }", "SECRET"),
        (
            "export default { fetch(r, env) { assert(env.A); Boolean(env.B); go(env.C) } }",
            "A? B? C",
        ),
        ("export default { fetch(r, env) { env.A = 1; return env.B } }", "A? B"),
        (
            "export default { async fetch(r, env) { if (await env.KV.get('x')) return 1 } }",
            "KV.get",
        ),
        // Types.
        ("function db(env: Env) { return env.DB }", "DB"),
        ("const db = (env: Cloudflare.Env) => env.DB!", "DB"),
        ("function db(env: CloudflareBindings, x: Env) { return env.DB + x.A }", "DB A"),
        ("function db(b: AppEnv['Bindings']) { return b.DB }", "DB"),
        ("function db({ DB }: Env) {}", "DB"),
        ("export async function consume(batch: MessageBatch, env: QueueEnv) { env.A }", "A"),
        ("function f(config: QueueEnv) { return config.A }", ""),
        ("export class R extends Base<AppEnv> { f() { return this.env.A } }", "A"),
        (
            "let env: Env; export function set(e: Env) { env = e } export const a = () => env.A",
            "A …",
        ),
        ("function db(env: NodeJS.ProcessEnv) { return env.HOME }", ""),
        ("function db(env = process.env) { return env.HOME }", ""),
        ("export function db(env) { return env.DB }", "~DB"),
        // Classes.
        (
            "import { DurableObject } from 'cloudflare:workers'; export class R extends DurableObject { f() { return this.env.A } }",
            "A",
        ),
        (
            "import { WorkerEntrypoint } from 'cloudflare:workers'; export default class extends WorkerEntrypoint<Env> { x = this.env.A; f() { return [1].map(() => this.env.B) } }",
            "A B",
        ),
        (
            "import { DurableObject } from 'cloudflare:workers'; export class R extends DurableObject { constructor(ctx, e) { super(ctx, e); e.A } }",
            "A …",
        ),
        (
            "import { WorkflowEntrypoint } from 'cloudflare:workers'; export class W extends WorkflowEntrypoint { run() { const { env } = this; const { A } = this.env; return env.B } }",
            "A B",
        ),
        (
            "export class Old { constructor(state: DurableObjectState, env: Env) { this.env = env } f() { return this.env.A } }",
            "A",
        ),
        ("export class Old { constructor(private env: Env) {} f() { return this.env.A } }", "A"),
        ("export class Old { env: Env; f() { return this.env.A } }", "A"),
        (
            "export class Old { constructor(state, env) { this.env = env } f() { return this.env.A } }",
            "~A",
        ),
        ("class Plain { f() { return this.env.A } }", ""),
        ("class Mine extends Base { f() { return this.env.A } }", "~A"),
        (
            "import { Agent } from 'agents'; export class C extends Agent<Env> { f() { return this.env.AI.run('') } }",
            "AI.run",
        ),
        (
            "import { DurableObject } from 'cloudflare:workers'; export class R extends DurableObject { f() { function g() { return this.env.A } } }",
            "",
        ),
        // Hono.
        (
            "import { Hono } from 'hono'; const app = new Hono(); app.get('/', c => c.json(c.env.A)); export default app",
            "A",
        ),
        (
            "import { Hono } from 'hono'; const app = new Hono(); app.post('/', x, async (ctx) => { const { A } = ctx.env; const env = ctx.env; return env.B })",
            "A B",
        ),
        ("import { Hono } from 'hono'; new Hono().onError((err, c) => c.text(c.env.A))", "A"),
        (
            "import { Hono } from 'hono'; const app = new Hono().use(async ({ env, req }, next) => env.A)",
            "A",
        ),
        (
            "import type { Context } from 'hono'; export function go(c: Context<X>) { return c.env.A?.x ?? c.env['B'] }",
            "A? B",
        ),
        (
            "import { createMiddleware } from 'hono/factory'; export const m = createMiddleware(async (ctx, next) => { go(ctx.env.A) })",
            "A",
        ),
        (
            "import { env } from 'hono/adapter'; import { Hono } from 'hono'; new Hono().get('/', c => { const { A } = env<{ A: string }>(c); return env(c).B })",
            "A B",
        ),
        (
            "import { getContext } from 'hono/context-storage'; const a = () => getContext<X>().env.A",
            "A",
        ),
        ("import { Hono } from 'hono'; new Hono().get('/', c => go(c))", "…"),
        ("export const f = (c) => c.env.A", ""),
        // The runtime's module.
        (
            "import { env } from 'cloudflare:workers'; export const a = env.A; const f = () => env.KV.get('x')",
            "A KV.get",
        ),
        (
            "import { env as e } from 'cloudflare:workers'; function f(e) { return e.A } const b = e.B",
            "B",
        ),
        ("import * as cf from 'cloudflare:workers'; const a = cf.env.A", "A"),
    ] {
        let found = env(&one("index.ts", text));
        if found != expected {
            wrong.push_str(&format!("{text}\n  found    {found}\n  expected {expected}\n"));
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn process_env_is_kept_apart() {
    let facts =
        one("index.js", "export default { fetch(r, env) { return process.env.A + env.B } }");
    assert_eq!(env(&facts), "B");
    assert_eq!(&*facts.env.process[0].1, "A");
}

#[test]
fn types_say_what_env_may_lack() {
    let facts = one(
        "index.ts",
        "export interface Env { A: string; B?: string; C: string | undefined; KV: KVNamespace; DB?: D1Database; 'E-F': Cloudflare.Service<X> }
         type Bindings = { G: Queue<string> } & { H: number }",
    );
    let shown: Vec<String> = facts
        .env
        .types
        .iter()
        .map(|(name, t)| {
            format!(
                "{name}{}{}",
                if t.optional { "?" } else { "" },
                if t.binding { "!" } else { "" }
            )
        })
        .collect();
    assert_eq!(shown.join(" "), "A B? C? DB?! E-F! G! H KV!");
}

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
