// From what the sandbox knows about a version to what miniflare wants to hear about a Worker.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ASSETS_PLUGIN, supportedCompatibilityDate } from "miniflare";

export const DISPATCHER = "sandbox";
const TAIL = "sandbox-tail";

// miniflare keeps the files of all Workers under one service, named "assets:storage", so that the
// second Worker with assets would be served those of the first. Each gets a service of its own here.
const SHARED = "assets:storage";
const assetServices = ASSETS_PLUGIN.getServices.bind(ASSETS_PLUGIN);
ASSETS_PLUGIN.getServices = async (input) => {
  const services = await assetServices(input);
  const own = `${SHARED}:${input.options.assets?.workerName}`;
  for (const service of services) {
    if (service.name === SHARED) service.name = own;
    for (const binding of service.worker?.bindings ?? []) {
      if (binding.service?.name === SHARED) binding.service.name = own;
    }
  }
  return services;
};

/** The Worker that all requests and events come in by: see dispatcher.mjs. */
export function dispatcherOptions(script, workers) {
  return {
    name: DISPATCHER,
    modules: [{ type: "ESModule", path: "/dispatcher.mjs", contents: script }],
    modulesRoot: "/",
    compatibilityDate: supportedCompatibilityDate,
    compatibilityFlags: ["service_binding_extra_handlers"],
    serviceBindings: Object.fromEntries(workers.map(({ name }) => [`front ${name}`, name])),
    unsafeBindings: workers.map(({ name }) => unsafe("handlers", `handlers ${name}`, { worker: name })),
    // Requests with their whole URL in the first line, as to a proxy.
    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0, proxy: true }],
  };
}

/** The Worker that hears what the others did: see tail.mjs. */
export function tailOptions(script, sandbox) {
  return {
    name: TAIL,
    modules: [{ type: "ESModule", path: "/tail.mjs", contents: script }],
    modulesRoot: "/",
    compatibilityDate: supportedCompatibilityDate,
    unsafeBindings: [unsafe("product", "SANDBOX", { product: "trace", id: "all", sandbox })],
  };
}

/** The same Worker, heard by that one. */
export const tailed = (options) => ({ ...options, tails: [{ name: TAIL, props: { worker: options.name } }] });

export async function workerOptions(worker, sandbox) {
  const modules = await Promise.all(
    worker.modules.map(async ({ type, name, file }) => {
      const contents = await readFile(file);
      const text = type !== "Data" && type !== "CompiledWasm";
      return { type, path: join("/", name), contents: text ? contents.toString() : contents };
    }),
  );
  const date = worker.compatibility_date;
  const isScript = modules[0].type === "ServiceWorker";
  const options = {
    name: worker.name,
    ...(isScript ? { script: modules[0].contents } : { modules, modulesRoot: "/" }),
    // A date that the runtime does not know yet means for it: everything that it knows.
    compatibilityDate: date > supportedCompatibilityDate ? supportedCompatibilityDate : date,
    compatibilityFlags: worker.compatibility_flags,
    bindings: {},
    serviceBindings: {},
    durableObjects: {},
    additionalUnboundDurableObjects: worker.durable_objects.map(durableObject),
    workflows: {},
    analyticsEngineDatasets: {},
    hyperdrives: {},
    ratelimits: {},
    unsafeBindings: [],
  };
  for (const binding of worker.bindings) bind[binding.kind](options, binding, sandbox);
  if (worker.assets) {
    const { directory, binding, router, config } = worker.assets;
    options.assets = { workerName: worker.name, directory, binding, routerConfig: router, assetConfig: config };
  }
  return options;
}

const durableObject = ({ class: className, worker, sqlite, key }) => ({
  className,
  scriptName: worker,
  useSQLite: sqlite,
  unsafeUniqueKey: key,
});

/** A binding that plugin.mjs makes of workerd's own parts. */
const unsafe = (type, name, options) => ({
  name,
  type,
  plugin: { package: fileURLToPath(new URL("plugin.mjs", import.meta.url)), name: "sandbox" },
  options,
});
const raw = (options, { kind, name, ...rest }, sandbox) =>
  options.unsafeBindings.push(unsafe(kind, name, { ...rest, sandbox: sandbox ?? null }));

const bind = {
  value: (options, { name, value }) => (options.bindings[name] = value),
  service(options, { name, worker, entrypoint, props }) {
    options.serviceBindings[name] = entrypoint || props ? { name: worker, entrypoint, props } : worker;
  },
  durable_object: (options, binding) => (options.durableObjects[binding.name] = durableObject(binding)),
  workflow(options, { name, workflow, class: className, worker }) {
    options.workflows[name] = { name: workflow, className, scriptName: worker };
  },
  analytics_engine: (options, { name, dataset }) => (options.analyticsEngineDatasets[name] = { dataset }),
  hyperdrive: (options, { name, url }) => (options.hyperdrives[name] = url),
  ratelimit(options, { name, namespace, limit, period }) {
    options.ratelimits[name] = { namespace_id: namespace, simple: { limit, period } };
  },
  product: raw,
  data: raw,
  wasm: raw,
  secret: raw,
  unavailable: raw,
};
