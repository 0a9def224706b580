// What workerd's D1 answers to queries, in the form of the REST API, one database for all of them.
//
//   node d1.mjs < requests.ndjson > answers.ndjson
//
// A request is `{"queries": [{"sql", "params"}]}`, a batch; `{"sql"}` alone is split by Wrangler; with
// `"raw": true` its only query is answered as columns and rows. See README.md.

import { createRequire } from "node:module";
import readline from "node:readline";

const require = createRequire(import.meta.url);
const wrangler = createRequire(require.resolve("wrangler"));
// The Miniflare that Wrangler itself runs, for what the two ship is one and the same workerd.
const { Miniflare, convertV4MiniflareOptions } = wrangler("miniflare");
const { unstable_splitSqlQuery: split } = require("wrangler");

const miniflare = new Miniflare(
	convertV4MiniflareOptions({
		host: "127.0.0.1",
		modules: true,
		script: "export default { fetch() { return new Response(); } }",
		compatibilityDate: "2025-01-01",
		d1Databases: { DB: "judge" },
	})
);
const db = await miniflare.getD1Database("DB");

async function answer({ sql, queries = split(sql).map((sql) => ({ sql })), raw = false }) {
	const prepared = queries.map(({ sql, params = [] }) => db.prepare(sql).bind(...params));
	if (raw) {
		const [columns, ...rows] = await prepared[0].raw({ columnNames: true });
		return [{ results: { columns, rows } }];
	}
	return db.batch(prepared);
}

const lines = readline.createInterface({ input: process.stdin, crlfDelay: Infinity });
for await (const line of lines) {
	let said;
	try {
		said = { results: await answer(JSON.parse(line)) };
	} catch (error) {
		said = { error: error.message.replace(/^D1_ERROR: /, "") };
	}
	process.stdout.write(JSON.stringify(said) + "\n");
}
await miniflare.dispose();
