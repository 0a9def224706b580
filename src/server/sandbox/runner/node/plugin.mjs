// Bindings that miniflare has no option for, as parts of workerd's configuration: see `Binding` and
// `ExternalServer` in workerd.capnp. miniflare loads this file for its `unsafeBindings`.
import { readFile } from "node:fs/promises";

/**
 * workerd's bindings to KV, D1, R2 and Queues speak HTTP to a service. Here it is the sandbox itself,
 * so that a Worker sees the data that the API sees. The header says which resource is meant.
 */
const service = ({ product, id }) => `sandbox:${product}:${id}`;
const products = {
  kv: (options) => ({ kvNamespace: { name: service(options) } }),
  r2: (options) => ({ r2Bucket: { name: service(options) } }),
  queue: (options) => ({ queue: { name: service(options) } }),
  trace: (options) => ({ service: { name: service(options) } }),
  d1: (options) => ({
    wrapped: {
      moduleName: "cloudflare-internal:d1-api",
      innerBindings: [{ name: "fetcher", service: { name: service(options) } }],
    },
  }),
};

/**
 * A Worker itself, also where assets stand before it: those know no queues. miniflare would put the
 * assets' service in place of the name, wherever it sees a Worker's; here that has no effect.
 */
const handlers = ({ worker }) => ({
  service: Object.defineProperty({}, "name", { get: () => `core:user:${worker}`, set() {}, enumerable: true }),
});

const types = {
  handlers,
  product: (options) => products[options.product](options),
  data: async ({ file }) => ({ data: await readFile(file) }),
  wasm: async ({ file }) => ({ wasmModule: await readFile(file) }),
  secret: ({ text }) => wrapped("secret", [text === null ? null : { name: "text", text }]),
  unavailable: ({ message }) => wrapped("unavailable", [{ name: "message", text: message }]),
};
const wrapped = (module, innerBindings) => ({
  wrapped: { moduleName: `sandbox:${module}`, innerBindings: innerBindings.filter(Boolean) },
});

const modules = {
  "sandbox:secret": `export default ({ text }) => ({
    async get() {
      if (text === undefined) throw new Error("this secret is not in the secrets store");
      return text;
    },
  });`,
  "sandbox:unavailable": `export default ({ message }) => new Proxy({}, {
    get(_, property) {
      if (typeof property === "symbol" || property === "then") return undefined;
      throw new Error(message);
    },
  });`,
};

export const plugins = {
  sandbox: {
    bindingTypeDescription: "resource of the sandbox",
    getBindings: (bindings) =>
      Promise.all(
        (bindings ?? []).map(async ({ name, type, options }) => ({ name, ...(await types[type](options)) })),
      ),
    getNodeBindings: async () => ({}),
    getServices: async ({ options }) =>
      (options ?? [])
        .filter(({ type }) => type === "product")
        .map(({ options }) => ({
          name: service(options),
          external: {
            address: options.sandbox ?? "127.0.0.1:9",
            http: {
              injectRequestHeaders: [
                { name: "clodo-product", value: options.product },
                { name: "clodo-resource", value: options.id },
                { name: "clodo-key", value: process.env.CLODO_RUNNER_KEY ?? null },
              ],
            },
          },
        })),
    getExtensions: async () => [
      {
        modules: Object.entries(modules).map(([name, esModule]) => ({ name, esModule, internal: true })),
      },
    ],
  },
};
