// Runs Workers for the sandbox: JSON lines in on stdin, one answer each on stdout, until stdin ends.
//
//   {"id": 1, "do": "load", "sandbox": "127.0.0.1:1", "storage": "/…", "workers": [ … ]}
//   {"id": 1, "port": 40001}                            requests go there, see dispatcher.mjs
//   {"id": 1, "failed": {"worker": "api--0c6e…", "message": "Uncaught Error: …"}}
//   {"id": 2, "do": "probe", "worker": { … }}
//   {"id": 2, "startup_ms": 41}
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { Log, LogLevel, Miniflare } from "miniflare";
import { DISPATCHER, dispatcherOptions, tailed, tailOptions, workerOptions } from "./options.mjs";

// Nothing but answers may reach stdout, whoever would like to print there.
const stdout = process.stdout.write.bind(process.stdout);
const answer = (id, body) => stdout(`${JSON.stringify({ id, ...body })}\n`);
process.stdout.write = process.stderr.write.bind(process.stderr);
const source = (name) => readFile(new URL(name, import.meta.url), "utf8");
const [dispatcher, tail] = await Promise.all([source("dispatcher.mjs"), source("tail.mjs")]);

let stderr = [];
const shared = {
  host: "127.0.0.1",
  port: 0,
  cf: false,
  log: new Log(LogLevel.NONE),
  telemetry: { enabled: false },
  handleRuntimeStdio(out, err) {
    createInterface(out).on("line", (line) => process.stderr.write(`${line}\n`));
    createInterface(err).on("line", (line) => {
      stderr.push(line);
      process.stderr.write(`${line}\n`);
    });
  },
};

let running;
async function load({ sandbox, storage, workers }) {
  const options = {
    ...shared,
    defaultPersistRoot: storage,
    workers: [
      dispatcherOptions(dispatcher, workers),
      tailOptions(tail, sandbox),
      ...(await Promise.all(workers.map(async (worker) => tailed(await workerOptions(worker, sandbox))))),
    ],
  };
  try {
    if (running) await running.setOptions(options);
    else running = new Miniflare(options);
    await running.ready;
    return { port: Number((await running.unsafeGetDirectURL(DISPATCHER)).port) };
  } catch (error) {
    // What did not start cannot be changed any more, only begun anew.
    await stop();
    throw error;
  }
}

async function stop() {
  await running?.dispose().catch(() => {});
  running = undefined;
}

/** Starts a version alone, as the API does with every upload, without anything that it could reach. */
async function probe({ worker }) {
  const alone = (binding) =>
    (binding.kind === "service" || binding.kind === "durable_object" || binding.kind === "workflow") &&
    binding.worker !== worker.name
      ? { kind: "unavailable", name: binding.name, message: "not while starting" }
      : binding;
  const options = await workerOptions({ ...worker, bindings: worker.bindings.map(alone), assets: undefined });
  const began = performance.now();
  const probed = new Miniflare({ ...shared, workers: [options] });
  try {
    await probed.ready;
    return { startup_ms: Math.round(performance.now() - began) };
  } finally {
    await probed.dispose().catch(() => {});
  }
}

/**
 * Which Worker did not start, and why, from what workerd prints:
 * `service core:user:api--0c6e: Uncaught Error: boom`, then `  at index.js:1:7` on lines of their own.
 */
function failure(error) {
  const entries = stderr.join("\n").split(/\n(?! )/);
  for (const entry of entries) {
    const said = /^service core:user:(\S+?): ([^]*)$/.exec(entry);
    // workerd also remarks on flags that are not needed any more.
    if (said && !said[2].startsWith("The compatibility flag")) return { worker: said[1], message: said[2].trim() };
  }
  const message = error?.code === "ERR_RUNTIME_FAILURE" ? entries.join("\n") : (error?.message ?? String(error));
  return { worker: null, message: message.trim() };
}

const commands = { load, probe };
process.on("unhandledRejection", (error) => process.stderr.write(`${error?.stack ?? error}\n`));
for await (const line of createInterface({ input: process.stdin })) {
  const { id, do: command, ...rest } = JSON.parse(line);
  stderr = [];
  try {
    answer(id, await commands[command](rest));
  } catch (error) {
    // What a process printed before it ended may still be on its way.
    await new Promise((resolve) => setTimeout(resolve, 20));
    answer(id, { failed: failure(error) });
  }
}
await stop();
process.exit(0);
