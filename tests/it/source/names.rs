//! The names that code reads from its environment.

use clodo::core::source::{How, SourceFacts};

use super::one;

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
