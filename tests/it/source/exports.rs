//! What a module exports, which handlers it has, and in which format it is.

use clodo::core::source::Format;

use super::{exports, facts, handlers, one};

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
