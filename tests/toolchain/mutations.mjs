// Many slightly broken Wrangler configurations, made from a few whole ones along Wrangler's schema.
//
//   node mutations.mjs [--seed N] [--count N] > requests.ndjson
//   node mutations.mjs --bases      only the unbroken configurations
//   node mutations.mjs --coverage   which keys of the schema the unbroken configurations contain
//
// Run it with the Node 22 that `npm ci` puts into node_modules; the output is what verdict.mjs reads.
//
// The configurations are our own: the base configurations below are written against the schema and
// checked with Wrangler, and everything else is derived from them. Which of the results are right
// and which are wrong is nowhere written down here; only Wrangler knows (verdict.mjs).

import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(import.meta.url);

// ---------------------------------------------------------------------------------------------
// Command line

const options = { seed: 1, count: Infinity, bases: false, coverage: false };
for (let args = process.argv.slice(2); args.length > 0;) {
	const option = args.shift();
	if (option === "--seed" || option === "--count") {
		const value = Number(args.shift());
		if (!Number.isInteger(value) || value < 0) fail(`${option} needs a whole number`);
		options[option.slice(2)] = value;
	} else if (option === "--bases" || option === "--coverage") {
		options[option.slice(2)] = true;
	} else {
		fail(`unknown option ${option}`);
	}
}

function fail(message) {
	process.stderr.write(`mutations.mjs: ${message}\n`);
	process.exit(2);
}

// ---------------------------------------------------------------------------------------------
// Randomness. Each row has its own generator, seeded with its id: a new kind of mutation then adds
// rows without changing the others, and a row that failed once can be found again.

function hash(text) {
	let h = 0x811c9dc5; // FNV-1a
	for (let i = 0; i < text.length; i++) {
		h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
	}
	return h >>> 0;
}

/** Mulberry32: small, and the same on every machine, unlike Math.random. */
function generator(seedText) {
	let state = hash(seedText);
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}

// ---------------------------------------------------------------------------------------------
// The schema

const wranglerDir = path.dirname(require.resolve("wrangler/package.json"));
const schema = JSON.parse(fs.readFileSync(path.join(wranglerDir, "config-schema.json"), "utf8"));
const definitions = schema.definitions;
const ENV_KEYS = Object.keys(definitions.RawEnvironment.properties);
const TOP_ONLY_KEYS = Object.keys(definitions.RawConfig.properties).filter(
	(key) => !ENV_KEYS.includes(key)
);

/** The alternatives that a schema node allows: references followed, `anyOf` flattened. */
function alternatives(node, seen = []) {
	if (node === undefined || seen.includes(node)) return [];
	seen = [...seen, node];
	if (node.$ref) return alternatives(definitions[node.$ref.split("/").pop()], seen);
	if (node.anyOf) return node.anyOf.flatMap((branch) => alternatives(branch, seen));
	return [node];
}

/** The alternatives for `key` in an object described by one of `alts`; `open` if any key is allowed there. */
function childAlternatives(alts, key) {
	const known = alts.filter((alt) => alt.properties && key in alt.properties);
	const nodes = known.map((alt) => {
		const node = alt.properties[key];
		// The schema has, for these keys of `previews`, a reference to an unrelated type by mistake.
		// What is meant is the environment key of the same name.
		return node.$ref?.includes("/interface-") ? definitions.RawEnvironment.properties[key] : node;
	});
	const open = alts.filter(
		(alt) => alt.additionalProperties && typeof alt.additionalProperties === "object"
	);
	if (nodes.length === 0) nodes.push(...open.map((alt) => alt.additionalProperties));
	return {
		alts: nodes.flatMap((node) => alternatives(node)),
		named: known.length > 0,
		open: open.length > 0,
	};
}

const itemAlternatives = (alts) =>
	alts.flatMap((alt) => (alt.items && !Array.isArray(alt.items) ? alternatives(alt.items) : []));

const enumValues = (alts) => [
	...new Set(alts.flatMap((alt) => alt.enum ?? (alt.const !== undefined ? [alt.const] : []))),
];

/** A value that the schema would take, to put next to others; no care for what fits together. */
function sample(alts, key, depth = 0) {
	const alt = alts[0];
	if (!alt || depth > 4) return "x";
	if (alt.const !== undefined) return alt.const;
	if (alt.enum) return alt.enum[0];
	const type = Array.isArray(alt.type) ? alt.type[0] : alt.type;
	if (type === "boolean") return true;
	if (type === "number") return 1;
	if (type === "array") return [sample(itemAlternatives([alt]), key, depth + 1)];
	if (type === "object") {
		const required = alt.required ?? [];
		return Object.fromEntries(
			required.map((name) => [name, sample(childAlternatives([alt], name).alts, name, depth + 1)])
		);
	}
	return `added-${key}`.replaceAll("_", "-");
}

// ---------------------------------------------------------------------------------------------
// The base configurations. Each is valid on its own and, together, they have every key of the
// schema that Wrangler takes. Names of bindings differ within a base, because Wrangler wants that.
//
// `top` holds keys allowed at the top level only, `both` holds those that are also allowed in an
// environment: from these the generator makes one configuration with them at the top level and one
// with them at the top level and in `env.staging`.
//
// Bases whose name starts with "warns-" have at least one key for which Wrangler always prints a
// warning (experimental, deprecated, unknown to its validation); all others are free of warnings.

const DATE = "2026-01-15";
const HEX32 = "0123456789abcdef0123456789abcdef";
const UUID = "01234567-89ab-4cde-8f01-23456789abcd";
const WORKER = { name: "base-worker", main: "src/index.ts", compatibility_date: DATE };
const PINNED_IMAGE = `registry.cloudflare.com/${HEX32}/sandbox@sha256:${"ab".repeat(32)}`;
const SSH_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExampleExampleExampleExampleExampleEx";

const WORKFLOW = {
	limits: { steps: 100 },
	concurrency: { limit: 3 },
	schedules: ["0 * * * *"],
	default_retention: { success_retention: 86400000, error_retention: "3 days" },
	jurisdiction: "eu",
};

const STORAGE = {
	kv_namespaces: [
		{ binding: "KV_A", id: HEX32, preview_id: "fedcba9876543210fedcba9876543210", remote: true },
		{ binding: "KV_B" },
	],
	r2_buckets: [
		{
			binding: "BUCKET",
			bucket_name: "base-bucket",
			preview_bucket_name: "base-bucket-preview",
			jurisdiction: "eu",
			remote: false,
		},
	],
	d1_databases: [
		{
			binding: "DB",
			database_name: "base-db",
			database_id: UUID,
			jurisdiction: "eu",
			preview_database_id: "preview-db",
			migrations_table: "d1_migrations",
			migrations_dir: "migrations",
			migrations_pattern: "migrations/*/migration.sql",
			database_internal_env: "production",
			remote: true,
		},
	],
};

const DATA = {
	vectorize: [{ binding: "INDEX", index_name: "base-index", remote: true }],
	hyperdrive: [
		{
			binding: "HYPER",
			id: HEX32,
			localConnectionString: "postgres://user:password@localhost:5432/base",
			remote: false,
		},
	],
	queues: {
		producers: [{ binding: "QUEUE", queue: "base-queue", remote: true }],
		consumers: [
			{
				queue: "base-queue",
				type: "worker",
				max_batch_size: 10,
				max_batch_timeout: 5,
				max_retries: 3,
				dead_letter_queue: "base-dead-letters",
				max_concurrency: 2,
				visibility_timeout_ms: 30000,
				retry_delay: 60,
			},
		],
	},
};

const SEARCH = {
	ai_search_namespaces: [{ binding: "SEARCH_SPACE", namespace: "base-space", remote: true }],
	ai_search: [{ binding: "SEARCH", instance_name: "base-search", remote: true }],
};

const AGENT_MEMORY = [{ binding: "MEMORY", namespace: "base-memory", remote: true }];

const SECRETS_STORE = [{ binding: "STORE_SECRET", store_id: HEX32, secret_name: "api-key" }];

const SERVICES = {
	services: [
		{
			binding: "AUTH",
			service: "auth-worker",
			entrypoint: "AuthEntrypoint",
			props: { tenant: "base" },
			remote: true,
		},
	],
	dispatch_namespaces: [
		{
			binding: "DISPATCH",
			namespace: "base-dispatch",
			outbound: {
				service: "outbound-worker",
				environment: "production",
				parameters: ["tenant"],
			},
			remote: true,
		},
	],
	mtls_certificates: [{ binding: "CERT", certificate_id: UUID, remote: true }],
	tail_consumers: [{ service: "tail-worker", environment: "production" }],
	streaming_tail_consumers: [{ service: "stream-tail-worker" }],
};

const LIMITS = {
	analytics_engine_datasets: [{ binding: "DATASET", dataset: "base_dataset", remote: true }],
	ratelimits: [{ name: "LIMITER", namespace_id: "1001", simple: { limit: 100, period: 60 } }],
	worker_loaders: [{ binding: "LOADER" }],
	vpc_services: [{ binding: "VPC_SERVICE", service_id: UUID, remote: true }],
	send_email: [
		{ name: "MAIL_ONE", destination_address: "one@example.com", remote: true },
		{
			name: "MAIL_MANY",
			allowed_destination_addresses: ["two@example.com"],
			allowed_sender_addresses: ["sender@example.com"],
		},
	],
};

const VPC_NETWORKS = [
	{ binding: "VPC_TUNNEL", tunnel_id: UUID, remote: true },
	{ binding: "VPC_NETWORK", network_id: UUID, remote: true },
];

const CONNECT = [
	{ protocol: "tcp", port: 5432, address: "127.0.0.1" },
	{
		protocol: "udp",
		port: 5353,
		address: "127.0.0.1",
		idle_timeout_ms: 1000,
		max_pending_bytes: 65536,
	},
];

const STREAMS = {
	pipelines: [{ binding: "PIPELINE", stream: "base-stream", remote: true }],
	k2: [{ binding: "K2", stream: "base-k2", remote: true }],
	artifacts: [{ binding: "ARTIFACTS", namespace: "base-artifacts", remote: true }],
	flagship: [{ binding: "FLAGS", app_id: UUID, remote: true }],
	unsafe_hello_world: [{ binding: "HELLO", enable_timer: true }],
};

const SINGLES = {
	browser: { binding: "BROWSER", remote: true },
	analytics: { binding: "ANALYTICS", remote: true },
	ai: { binding: "AI", staging: true, remote: true },
	images: { binding: "IMAGES", remote: true },
	media: { binding: "MEDIA", remote: true },
	stream: { binding: "STREAM", remote: true },
	version_metadata: { binding: "VERSION" },
	vars: {
		TEXT: "text",
		NUMBER: 1,
		FLAG: true,
		NOTHING: null,
		LIST: ["a", 1, { b: false }],
		TABLE: { nested: { deep: "value" } },
	},
	define: { BUILD_MODE: '"production"' },
};

const SECRETS = { required: ["API_TOKEN", "DB_PASSWORD"] };

const OBSERVABILITY = {
	enabled: true,
	head_sampling_rate: 0.5,
	redact_query_string: true,
	issues: { enabled: true },
	logs: {
		enabled: true,
		head_sampling_rate: 1,
		invocation_logs: true,
		persist: true,
		destinations: ["base-logs"],
	},
	traces: {
		enabled: true,
		head_sampling_rate: 0.1,
		persist: false,
		destinations: ["base-traces"],
	},
};

const CONTAINER = {
	class_name: "Sandbox",
	image: "registry.example.com/team/sandbox:1.0",
	max_instances: 5,
	image_vars: { MODE: "production" },
	observability: {
		enabled: true,
		logs: { enabled: true },
		target_instance_percentage: 50,
	},
	scheduling_policy: "default",
	instance_type: { vcpu: 1, memory_mib: 1024, disk_mb: 2000 },
	ssh: { enabled: true, port: 2222 },
	authorized_keys: [{ name: "admin", public_key: SSH_KEY }],
	trusted_user_ca_keys: [{ name: "authority", public_key: SSH_KEY }],
	constraints: { regions: ["WNAM", "EEUR"], jurisdiction: "eu" },
	rollout_step_percentage: [10, 50, 100],
	rollout_active_grace_period: 60,
};

const CLOUDCHAMBER = {
	image: "registry.example.com/team/chamber:1",
	location: "sfo06",
	vcpu: 2,
	memory: "1GB",
	ipv4: true,
};

const UNSAFE = {
	bindings: [
		{
			name: "UNSAFE",
			type: "internal_thing",
			dev: { plugin: { package: "base-plugin", name: "thing" }, options: { size: 1 } },
			extra: "kept as it is",
		},
	],
	metadata: { stage: "alpha" },
	capnp: { base_path: "schemas", source_schemas: ["main.capnp"] },
};

const DEPRECATED = {
	queues: { producers: [{ binding: "QUEUE", queue: "base-queue", delivery_delay: 5 }] },
	pipelines: [{ binding: "PIPELINE", pipeline: "base-pipeline" }],
	r2_buckets: [
		{
			binding: "BUCKET",
			bucket_name: "base-bucket",
			local_dev: {
				experimental_s3_credentials: {
					accessKeyId: "local-key",
					secretAccessKey: "local-secret",
				},
			},
		},
	],
};

const BASES = {
	tiny: { both: { ...WORKER } },

	core: {
		top: {
			$schema: "node_modules/wrangler/config-schema.json",
			send_metrics: false,
			dependencies_instrumentation: { enabled: true, exclude_packages: ["left-pad"] },
			keep_vars: true,
			addresses: ["mail@example.com"],
			alias: { "some-package": "./src/some-package" },
			wasm_modules: { WASM: "wasm/module.wasm" },
			text_blobs: { TEXT_BLOB: "blobs/text.txt" },
			data_blobs: { DATA_BLOB: "blobs/data.bin" },
			dev: {
				ip: "127.0.0.1",
				port: 8787,
				inspector_port: 9229,
				inspector_ip: "127.0.0.1",
				local_protocol: "http",
				upstream_protocol: "https",
				host: "dev.example.com",
				enable_containers: false,
				container_engine: "unix:///var/run/docker.sock",
				generate_types: true,
			},
		},
		both: {
			...WORKER,
			account_id: HEX32,
			compatibility_flags: ["nodejs_compat"],
			find_additional_modules: true,
			preserve_file_names: true,
			base_dir: "src",
			workers_dev: true,
			preview_urls: false,
			tsconfig: "tsconfig.json",
			jsx_factory: "h",
			jsx_fragment: "Fragment",
			rules: [
				{ type: "Text", globs: ["**/*.md", "**/*.txt"], fallthrough: true },
				{ type: "CompiledWasm", globs: ["**/*.wasm"] },
			],
			build: { command: "npm run build", cwd: ".", watch_dir: ["src", "lib"] },
			no_bundle: false,
			minify: true,
			keep_names: true,
			first_party_worker: false,
			logpush: true,
			upload_source_maps: true,
			compliance_region: "public",
			python_modules: { exclude: ["**/*.pyc"] },
		},
	},

	routes: {
		both: {
			...WORKER,
			routes: [
				"example.com/text/*",
				{ pattern: "example.com/id/*", zone_id: HEX32, custom_domain: false },
				{ pattern: "example.com/name/*", zone_name: "example.com", custom_domain: false },
				{
					pattern: "shop.example.com",
					custom_domain: true,
					enabled: true,
					previews_enabled: false,
				},
			],
			triggers: {
				crons: ["*/5 * * * *", "0 3 * * MON"],
				events: [
					{
						type: "cf.artifacts.repo.pushed",
						filter: { namespace: "base-space", repo_name: "base-repo" },
						targets: [{ type: "workflow", workflow_name: "base-workflow" }],
					},
				],
			},
			logfwdr: { bindings: [{ name: "FORWARD", destination: "base-destination" }] },
			limits: { cpu_ms: 50, subrequests: 100 },
			placement: { mode: "smart", hint: "wnam" },
			observability: OBSERVABILITY,
			access: { dev: { aud: "audience-tag", identity: { email: "dev@example.com" } } },
			cache: { enabled: true, cross_version_cache: false },
		},
	},

	"route-text": { both: { ...WORKER, route: "example.com/*", build: { watch_dir: "src" } } },
	"route-zone": {
		both: {
			...WORKER,
			route: { pattern: "example.com/*", zone_id: HEX32 },
			placement: { mode: "targeted", region: "aws:us-east-1" },
		},
	},
	"route-domain": {
		both: {
			...WORKER,
			route: {
				pattern: "shop.example.com",
				zone_name: "example.com",
				custom_domain: true,
				enabled: false,
				previews_enabled: true,
			},
			placement: { mode: "targeted", host: "db.example.com:5432" },
		},
	},
	"placement-hostname": { both: { ...WORKER, placement: { hostname: "api.example.com" } } },

	assets: {
		both: {
			...WORKER,
			assets: {
				directory: "public",
				binding: "ASSETS",
				html_handling: "auto-trailing-slash",
				not_found_handling: "404-page",
				base_path: "/app",
				run_worker_first: ["/api/*"],
			},
		},
	},
	"assets-first": {
		both: { ...WORKER, assets: { directory: "public", run_worker_first: true } },
	},

	site: {
		top: { site: { bucket: "public", include: ["*.html"], exclude: ["drafts"] } },
		both: { ...WORKER },
	},
	pages: {
		top: { pages_build_output_dir: "dist" },
		both: { name: "base-pages", compatibility_date: DATE, vars: { STAGE: "base" } },
	},

	storage: { both: { ...WORKER, ...STORAGE } },
	data: {
		both: {
			...WORKER,
			...DATA,
			...SEARCH,
			agent_memory: AGENT_MEMORY,
			secrets_store_secrets: SECRETS_STORE,
		},
	},
	services: { both: { ...WORKER, ...SERVICES, connect: CONNECT } },
	limits: { both: { ...WORKER, ...LIMITS, vpc_networks: VPC_NETWORKS } },
	streams: { both: { ...WORKER, ...STREAMS } },
	singles: { both: { ...WORKER, ...SINGLES, secrets: SECRETS } },

	"objects-migrations": {
		both: {
			...WORKER,
			durable_objects: {
				bindings: [
					{ name: "COUNTER", class_name: "Counter" },
					{
						name: "REMOTE_OBJECT",
						class_name: "RemoteObject",
						script_name: "other-worker",
						environment: "production",
					},
				],
				code_update_strategy: { mode: "deferred", max_delay: 30 },
			},
			migrations: [
				{ tag: "v1", new_classes: ["Old"], new_sqlite_classes: ["Counter"] },
				{
					tag: "v2",
					renamed_classes: [{ from: "Old", to: "New" }],
					transferred_classes: [{ from: "There", from_script: "other-worker", to: "Here" }],
					deleted_classes: ["Gone"],
				},
			],
			workflows: [
				{
					binding: "FLOW",
					name: "base-flow",
					class_name: "Flow",
					script_name: "other-worker",
					...WORKFLOW,
				},
				{ binding: "FLOW_TWO", name: "flow-two", class_name: "FlowTwo", schedules: "0 0 * * *" },
			],
		},
	},

	"objects-exports": {
		both: {
			...WORKER,
			durable_objects: { bindings: [{ name: "LIVE", class_name: "Live" }] },
			containers: [{ name: "live-container", image: "registry.example.com/team/live:2" }],
			exports: {
				Live: {
					type: "durable-object",
					state: "created",
					storage: "sqlite",
					container: "live-container",
				},
				Plain: { type: "durable-object", storage: "legacy-kv" },
				Gone: { type: "durable-object", state: "deleted" },
				OldName: { type: "durable-object", state: "renamed", renamed_to: "Live" },
				Moved: { type: "durable-object", state: "transferred", transferred_to: "other-worker" },
				Coming: {
					type: "durable-object",
					state: "expecting-transfer",
					storage: "sqlite",
					transfer_from: "other-worker",
				},
				Entry: { type: "worker", cache: { enabled: true } },
				Flow: { type: "workflow", name: "exported-flow", ...WORKFLOW },
			},
		},
	},

	containers: {
		both: {
			...WORKER,
			containers: [
				CONTAINER,
				{
					name: "second",
					class_name: "Second",
					image: "registry.example.com/team/second:1",
					instance_type: "lite",
					observability: { logs: { enabled: true }, target_instance_count: 2 },
					rollout_step_percentage: 25,
				},
			],
		},
	},
	"containers-managed": {
		both: {
			...WORKER,
			containers: [
				{
					name: "managed",
					class_name: "Managed",
					scheduling_policy: "durable_object",
					images: {
						built: {
							dockerfile: "Dockerfile",
							build_context: ".",
							build_vars: { MODE: "test" },
						},
						pinned: { image: PINNED_IMAGE },
					},
				},
			],
		},
	},
	// A path to a Dockerfile is right only if the file is there.
	"containers-dockerfile": {
		files: { Dockerfile: "FROM scratch\n" },
		both: {
			...WORKER,
			containers: [
				{ class_name: "Built", image: "./Dockerfile", image_build_context: "./context" },
			],
		},
	},
	cloudchamber: {
		both: {
			...WORKER,
			cloudchamber: CLOUDCHAMBER,
		},
	},
	"cloudchamber-type": {
		both: { ...WORKER, cloudchamber: { instance_type: "standard-1" } },
	},

	// Several, because each of their many rows carries the whole base.
	previews: {
		both: {
			...WORKER,
			previews: {
				logpush: true,
				observability: OBSERVABILITY,
				limits: { cpu_ms: 50, subrequests: 100 },
				placement: { mode: "smart", hint: "wnam" },
				cache: { enabled: true, cross_version_cache: true },
				...SINGLES,
			},
		},
	},
	"previews-storage": { both: { ...WORKER, previews: { ...STORAGE } } },
	"previews-data": {
		both: {
			...WORKER,
			previews: { ...DATA, ...SEARCH, secrets_store_secrets: SECRETS_STORE },
		},
	},
	"previews-services": { both: { ...WORKER, previews: { ...SERVICES, ...STREAMS } } },
	"previews-limits": { both: { ...WORKER, previews: { ...LIMITS } } },
	"previews-objects": {
		both: {
			...WORKER,
			previews: {
				workflows: [{ binding: "FLOW", name: "base-flow", class_name: "Flow", ...WORKFLOW }],
				durable_objects: { bindings: [{ name: "COUNTER", class_name: "Counter" }] },
				containers: [CONTAINER],
			},
		},
	},

	// Keys of `previews` that the schema has, but that Wrangler's validation calls unexpected.
	"warns-previews": {
		both: {
			...WORKER,
			previews: {
				secrets: SECRETS,
				cloudchamber: CLOUDCHAMBER,
				connect: CONNECT,
				agent_memory: AGENT_MEMORY,
				vpc_networks: VPC_NETWORKS,
				unsafe: UNSAFE,
				durable_objects: {
					bindings: [{ name: "COUNTER", class_name: "Counter", script_name: "other-worker" }],
				},
			},
		},
	},
	// What the two bases above leave out of `previews`: the other forms of the same keys.
	"warns-previews-rest": {
		files: { Dockerfile: "FROM scratch\n" },
		both: {
			...WORKER,
			previews: {
				...DEPRECATED,
				placement: { region: "aws:us-east-1" },
				unsafe: { capnp: { compiled_schema: "schemas/main.bin" } },
				cloudchamber: { instance_type: "basic" },
				workflows: [
					{ binding: "FLOW", name: "base-flow", class_name: "Flow", script_name: "other-worker" },
				],
				durable_objects: {
					bindings: [
						{
							name: "COUNTER",
							class_name: "Counter",
							script_name: "other-worker",
							environment: "production",
						},
					],
				},
				containers: [
					{
						class_name: "Built",
						image: "./Dockerfile",
						image_build_context: "./context",
						observability: { enabled: true, target_instance_count: 1 },
					},
				],
			},
		},
	},
	"warns-unsafe": { both: { ...WORKER, unsafe: UNSAFE } },
	"warns-unsafe-compiled": {
		both: { ...WORKER, unsafe: { capnp: { compiled_schema: "schemas/main.bin" } } },
	},
	"warns-site": {
		top: { site: { bucket: "public", "entry-point": "workers-site" } },
		both: { name: "base-site", compatibility_date: DATE },
	},
	"warns-deprecated": {
		both: {
			...WORKER,
			...DEPRECATED,
			containers: [
				{
					class_name: "Sandbox",
					image: "registry.example.com/team/sandbox:1.0",
					instance_type: "dev",
				},
			],
		},
	},
};

/**
 * A copy in which nothing is shared. `structuredClone` would keep one object that stands in two
 * places (at the top level and in `env.staging`) as one, and a change in one place would be in both.
 */
const clone = (value) => JSON.parse(JSON.stringify(value));

/** The base with everything at the top level. */
const topConfig = (base) => clone({ ...base.top, ...base.both });

/** The base with the environment keys at the top level and once more in `env.staging`. */
const envConfig = (base) => clone({ ...base.top, ...base.both, env: { staging: base.both } });

// ---------------------------------------------------------------------------------------------
// Rows

const rows = [];
const ids = new Set();
const texts = new Set();

function addText(id, name, text, env, files) {
	// Two ways of breaking may lead to the same text; one row for it is enough.
	const key = `${name}\0${env}\0${text}\0${files ? 1 : 0}`;
	if (texts.has(key)) return;
	if (ids.has(id)) throw new Error(`two rows are called ${id}`);
	texts.add(key);
	ids.add(id);
	rows.push({ id, name, text, env, ...(files ? { files } : {}) });
}

function addJson(id, config, env, files) {
	addText(id, "wrangler.json", JSON.stringify(config, null, 2), env, files);
}

// ---------------------------------------------------------------------------------------------
// Paths into a configuration: arrays of keys and indexes

function render(at) {
	let text = "";
	for (const step of at) {
		if (typeof step === "number") text += `[${step}]`;
		else text += text === "" ? step : `.${step}`;
	}
	return text;
}

function lookup(config, at) {
	return at.reduce((value, step) => value?.[step], config);
}

/** A copy of `config` in which `change` was applied to the container of the last step. */
function edited(config, at, change) {
	const copy = clone(config);
	change(lookup(copy, at.slice(0, -1)), at.at(-1), copy);
	return copy;
}

const replaced = (config, at, value) =>
	edited(config, at, (container, key) => {
		container[key] = value;
	});

/** A new name for a key, in the same place: the order of keys shows in messages. */
function renamed(config, at, newKey) {
	return edited(config, at, (container, key) => {
		const entries = Object.entries(container);
		for (const [name] of entries) delete container[name];
		for (const [name, value] of entries) container[name === key ? newKey : name] = value;
	});
}

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

// ---------------------------------------------------------------------------------------------
// Single mutations. Each function gives pairs of a short name and the changed value or key.

function typos(key, random) {
	const at = Math.floor(random() * Math.max(1, key.length - 1));
	// Start at a random place and take the first neighbours that differ, else nothing would change.
	let swapped = key;
	for (let i = 0; i < key.length - 1 && swapped === key; i++) {
		const j = (at + i) % (key.length - 1);
		swapped = key.slice(0, j) + key[j + 1] + key[j] + key.slice(j + 2);
	}
	const camel = key.replace(/[_-]+([a-z0-9])/g, (_, letter) => letter.toUpperCase());
	return [
		["swap", swapped],
		["missing", key.slice(0, at) + key.slice(at + 1)],
		["case", random() < 0.5 ? key.toUpperCase() : key[0].toUpperCase() + key.slice(1)],
		["camel", camel],
		// For keys without an underscore, the other usual slip: singular for plural and back.
		["plural", key.endsWith("s") ? key.slice(0, -1) : `${key}s`],
	].filter(([, name]) => name !== key && name !== "");
}

/** Names that people mix up because other kinds of bindings use them. */
const CONFUSED = {
	binding: ["name"],
	name: ["binding"],
	id: ["namespace_id", "uuid"],
	bucket_name: ["bucket"],
	database_name: ["name"],
	service: ["script_name"],
	script_name: ["service"],
	queue: ["queue_name"],
	crons: ["cron"],
};

const EMPTY = [
	["null", null],
	["empty-array", []],
	["empty-object", {}],
	["empty-string", ""],
];

function retypes(value) {
	if (typeof value === "string") {
		return [
			["number", 42],
			["boolean", true],
			...EMPTY,
			["array", [value]],
			["object", { value }],
			// Not names, not paths, not addresses: shows where Wrangler looks at the content.
			["odd-text", "Bad Name!"],
			["padded", ` ${value} `],
		];
	}
	if (typeof value === "number") {
		return [
			["string", String(value)],
			["boolean", true],
			...EMPTY,
			["array", [value]],
			["negative", -Math.abs(value) || -1],
			["zero", 0],
			["float", value + 0.5],
			["huge", 1e12],
		];
	}
	if (typeof value === "boolean") {
		return [
			["string", String(value)],
			["number", Number(value)],
			["flip", !value],
			...EMPTY,
			["array", [value]],
		];
	}
	if (Array.isArray(value)) {
		return [
			["object", Object.fromEntries(value.map((item, index) => [`item${index}`, item]))],
			["first-item", value[0]],
			["string", "text"],
			["number", 42],
			["boolean", true],
			...EMPTY,
			["nested", [value]],
		].filter(([, changed]) => changed !== undefined);
	}
	if (isObject(value)) {
		return [
			["array", [value]],
			["values", Object.values(value)],
			["string", "text"],
			["number", 42],
			["boolean", true],
			...EMPTY,
		];
	}
	return [
		["string", "text"],
		["number", 42],
	];
}

function wrongEnumValues(alts, value, random) {
	const values = enumValues(alts);
	if (values.length === 0) return [];
	const result = values
		.filter((other) => other !== value)
		// The other right values too: Wrangler's validation and its schema do not always agree.
		.map((other) => [`enum-other-${other}`, other]);
	if (typeof value === "string") {
		result.push(
			["enum-wrong", "not-one-of-them"],
			["enum-case", value === value.toUpperCase() ? value.toLowerCase() : value.toUpperCase()]
		);
		const [, typo] = typos(value, random)[0] ?? [];
		if (typo) result.push(["enum-typo", typo]);
	}
	if (typeof value === "number") result.push(["enum-wrong", value + 1]);
	return result;
}

// ---------------------------------------------------------------------------------------------
// The walk along one base

/**
 * Adds the mutations of `config` at and below `at`.
 * `scope` is the path of the level that we walk: [] or ["env", "staging"].
 */
function walk({ label, config, env, files, scope }, at, alts) {
	const value = lookup(config, at);
	const where = render(at.slice(scope.length));
	const emit = (kind, changed) => addJson(`${label}/${where}/${kind}`, changed, env, files);
	const key = at.at(-1);

	if (at.length > scope.length) {
		for (const [kind, changed] of retypes(value)) {
			emit(`retype-${kind}`, replaced(config, at, changed));
		}
		const random = generator(`${options.seed}:${label}/${where}/enum`);
		for (const [kind, changed] of wrongEnumValues(alts, value, random)) {
			emit(kind, replaced(config, at, changed));
		}
		if (typeof key === "number") {
			emit(
				"drop-item",
				edited(config, at, (array, index) => array.splice(index, 1))
			);
		} else {
			emit(
				"drop",
				edited(config, at, (container, name) => delete container[name])
			);
		}
	}

	if (Array.isArray(value)) {
		const items = itemAlternatives(alts);
		emit("duplicate-item", replaced(config, at, [...value, clone(value.at(-1))]));
		emit("append-null", replaced(config, at, [...value, null]));
		emit("append-text", replaced(config, at, [...value, "text"]));
		emit("append-number", replaced(config, at, [...value, 42]));
		emit("append-object", replaced(config, at, [...value, {}]));
		emit("reverse", replaced(config, at, [...value].reverse()));
		value.forEach((_, index) => walk({ label, config, env, files, scope }, [...at, index], items));
		return;
	}
	if (!isObject(value)) return;

	if (at.length > scope.length) {
		if (typeof key === "string") emit("wrap", replaced(config, at, { [key]: value }));
		emit("extra-key", replaced(config, at, { ...value, unexpected_key: true }));
	}

	// What the schema also allows here. Together with what is there it may be one thing too many.
	// At the first level nearly all keys are absent; once, for the smallest base, is enough.
	if (at.length > scope.length || label.startsWith("tiny/")) {
		const absent = new Set(alts.flatMap((alt) => Object.keys(alt.properties ?? {})));
		for (const name of absent) {
			if (name in value || (at.length === 0 && name === "env")) continue;
			const choices = childAlternatives(alts, name).alts.map((alt) => sample([alt], name));
			choices.forEach((added, index) => {
				emit(`add-${name}${index || ""}`, replaced(config, [...at, name], added));
			});
		}
	}

	for (const name of Object.keys(value)) {
		if (at.length === 0 && name === "env") continue; // the other walk's business
		const child = [...at, name];
		const childWhere = render(child.slice(scope.length));
		const emitChild = (kind, changed) =>
			addJson(`${label}/${childWhere}/${kind}`, changed, env, files);
		const { alts: childAlts, named } = childAlternatives(alts, name);

		const random = generator(`${options.seed}:${label}/${childWhere}/typo`);
		// Where any key is allowed (names of variables), one other name is as good as five.
		const newNames = typos(name, random).slice(0, named ? undefined : 1);
		for (const [kind, newName] of newNames) {
			if (newName in value) continue;
			emitChild(`rename-${kind}`, renamed(config, child, newName));
		}
		for (const newName of named ? (CONFUSED[name] ?? []) : []) {
			if (newName in value) continue;
			emitChild(`rename-to-${newName}`, renamed(config, child, newName));
		}
		if (at.length > scope.length) {
			// One level too high: next to its parent, or, below an array, next to the array.
			const parent = at.slice(0, typeof key === "number" ? -2 : -1);
			emitChild(
				"hoist",
				edited(config, child, (container, childName, copy) => {
					const target = lookup(copy, parent);
					if (isObject(target) && !(childName in target)) {
						target[childName] = container[childName];
						delete container[childName];
					}
				})
			);
		}
		walk({ label, config, env, files, scope }, child, childAlts);
	}
}

/** The places in `level` (an environment or the top level) where a binding gets its name. */
function bindingNames(level) {
	const found = [];
	const list = (at, field) =>
		lookup(level, at)?.forEach?.((entry, index) => {
			if (typeof entry?.[field] === "string") found.push([...at, index, field]);
		});
	for (const [key, value] of Object.entries(level)) {
		if (Array.isArray(value)) {
			list([key], "binding");
			// Workflows have both; only `binding` is the name in the Worker.
			if (!value.some((entry) => entry?.binding)) list([key], "name");
		} else if (isObject(value)) {
			if (typeof value.binding === "string") found.push([key, "binding"]);
			list([key, "bindings"], "name");
			list([key, "producers"], "binding");
		}
	}
	return found;
}

function duplicateNames({ label, config, env, files, scope }) {
	const level = lookup(config, scope);
	const places = bindingNames(level);
	const emit = (kind, changed) => addJson(`${label}/${kind}`, changed, env, files);
	places.forEach((at, index) => {
		// Each with the next of the same base, and each with one further away.
		for (const distance of [1, 3]) {
			const other = places[(index + distance) % places.length];
			if (other === at) continue;
			emit(
				`${render(at)}/same-name-as-${render(other)}`,
				replaced(config, [...scope, ...at], lookup(level, other))
			);
		}
		for (const [kind, key, value] of [
			["var", "vars", (name) => ({ ...level.vars, [name]: "text" })],
			["secret", "secrets", (name) => ({ required: [name] })],
			["text-blob", "text_blobs", (name) => ({ [name]: "blob.txt" })],
		]) {
			const target = key === "text_blobs" ? [key] : [...scope, key];
			emit(
				`${render(at)}/same-name-as-${kind}`,
				replaced(config, target, value(lookup(level, at)))
			);
		}
	});
}

/** Keys at the wrong one of the three levels: top, environment, `env` itself. */
function misplacedKeys(name, base) {
	for (const key of Object.keys(base.top ?? {})) {
		const moved = envConfig(base);
		moved.env.staging[key] = moved[key];
		delete moved[key];
		addJson(`${name}/move/${key}/top-into-env.staging`, moved, "staging", base.files);
		addJson(`${name}/move/${key}/top-into-env.staging-unselected`, moved, null, base.files);
		const copied = envConfig(base);
		copied.env.staging[key] = copied[key];
		addJson(`${name}/move/${key}/top-copied-into-env.staging`, copied, "staging", base.files);
	}
	for (const key of Object.keys(base.both)) {
		const toEnvTable = envConfig(base);
		toEnvTable.env[key] = toEnvTable.env.staging[key];
		delete toEnvTable.env.staging[key];
		addJson(`${name}/move/${key}/env.staging-into-env`, toEnvTable, "staging", base.files);
		const onlyTop = envConfig(base);
		delete onlyTop.env.staging[key];
		addJson(`${name}/move/${key}/missing-in-env.staging`, onlyTop, "staging", base.files);
		const onlyEnv = envConfig(base);
		delete onlyEnv[key];
		addJson(`${name}/move/${key}/only-in-env.staging`, onlyEnv, "staging", base.files);
		addJson(`${name}/move/${key}/only-in-env.staging-unselected`, onlyEnv, null, base.files);
		const broken = envConfig(base);
		broken.env.staging[key] = typeof broken.env.staging[key] === "number" ? "text" : 42;
		addJson(`${name}/move/${key}/broken-in-unselected-env`, broken, null, base.files);
		const brokenTop = envConfig(base);
		brokenTop[key] = 42;
		addJson(`${name}/move/${key}/broken-at-top-of-env`, brokenTop, "staging", base.files);
		const duplicated = envConfig(base);
		duplicated.env[key] = duplicated[key];
		delete duplicated[key];
		addJson(`${name}/move/${key}/top-into-env`, duplicated, null, base.files);
	}
}

function environments(name, base) {
	const emit = (kind, config, env) => addJson(`${name}/env/${kind}`, config, env, base.files);
	const value = (env) => ({ ...topConfig(base), env });
	emit("unselected", envConfig(base), null);
	emit("unknown", envConfig(base), "production");
	emit("unknown-without-any", topConfig(base), "production");
	emit("empty-name", envConfig(base), "");
	emit("no-keys", value({ staging: {} }), "staging");
	emit("renamed", { ...topConfig(base), envs: { staging: clone(base.both) } }, "staging");
	for (const [kind, odd] of [...EMPTY, ["number", 42], ["string", "staging"], ["boolean", true]]) {
		emit(`all-${kind}`, value(odd), null);
		emit(`all-${kind}-selected`, value(odd), "staging");
		emit(`one-${kind}`, value({ staging: odd }), null);
		emit(`one-${kind}-selected`, value({ staging: odd }), "staging");
	}
}

// ---------------------------------------------------------------------------------------------
// What no walk along the schema comes upon: combinations, odd contents, removed keys

function combinations() {
	const emit = (id, config, env = null) => addJson(`combination/${id}`, config, env);
	const worker = (more) => ({ ...WORKER, ...more });
	const staging = (top, env) => worker({ ...top, env: { staging: env } });

	const dates = {
		"day-missing": "2026-01",
		"year-only": "2026",
		slashes: "2026/01/15",
		"short-parts": "2026-1-5",
		"month-13": "2026-13-01",
		"day-32": "2026-01-32",
		"february-30": "2026-02-30",
		future: "2199-01-01",
		"with-time": "2026-01-15T00:00:00Z",
		"en-dash": "2026\u201301\u201315",
		"em-dash": "2026\u201401\u201415",
		words: "15 January 2026",
		"text-then-number": "version 7",
		today: "today",
		negative: "-2026-01-15",
		blanks: "  ",
	};
	for (const [id, date] of Object.entries(dates)) {
		emit(`date/${id}`, worker({ compatibility_date: date }));
	}

	const names = [
		"a",
		"0",
		"_",
		"-a",
		"a-",
		"a--b",
		"a.b",
		"a_b",
		"UPPER",
		"\u00e9t\u00e9",
		"a b",
		"a".repeat(300),
		"a\n",
	];
	names.forEach((name, index) => {
		emit(`name/${index}`, worker({ name }));
		emit(`name/env-${index}`, staging({}, { name }), "staging");
		emit(`name/bucket-${index}`, worker({ r2_buckets: [{ binding: "B", bucket_name: name }] }));
		emit(
			`name/workflow-${index}`,
			worker({ workflows: [{ binding: "B", name, class_name: "Flow" }] })
		);
		emit(
			`name/export-${index}`,
			worker({ exports: { Old: { type: "durable-object", state: "renamed", renamed_to: name } } })
		);
		emit(`name/binding-${index}`, worker({ kv_namespaces: [{ binding: name }] }));
		emit(`name/image-${index}`, worker({ containers: [{ class_name: "C", image: name }] }));
	});

	const routeObjects = {
		"pattern-only": { pattern: "example.com/*" },
		"both-zones": { pattern: "example.com/*", zone_id: HEX32, zone_name: "example.com" },
		"unknown-key": { pattern: "example.com/*", zone_name: "example.com", extra: true },
		"enabled-alone": { pattern: "example.com/*", zone_name: "example.com", enabled: true },
		"domain-with-zone": { pattern: "example.com", zone_name: "example.com", custom_domain: true },
		"domain-with-path": { pattern: "example.com/path", custom_domain: true },
		"domain-with-star": { pattern: "*.example.com", custom_domain: true },
		"no-pattern": { zone_name: "example.com" },
		empty: {},
	};
	for (const [id, route] of Object.entries(routeObjects)) {
		emit(`route/one-${id}`, worker({ route }));
		emit(`route/list-${id}`, worker({ routes: ["example.com/*", route] }));
	}
	const domain = { pattern: "shop.example.com", custom_domain: true };
	emit("route/both", worker({ route: "example.com/*", routes: ["example.com/*"] }));
	emit(
		"route/both-across-levels",
		staging({ routes: ["a.example.com/*"] }, { route: "b.example.com/*" }),
		"staging"
	);
	emit("route/both-in-env", staging({}, { route: "a.example.com/*", routes: [] }), "staging");
	emit("route/domain-inherited", staging({ routes: [domain] }, {}), "staging");
	emit("route/domain-inherited-single", staging({ route: domain }, {}), "staging");
	emit("route/domain-emptied", staging({ routes: [domain] }, { routes: [] }), "staging");
	emit("route/domain-null", staging({ routes: [domain] }, { routes: null }), "staging");
	emit("route/empty-and-list", worker({ route: "", routes: ["example.com/*"] }));
	emit("account/empty", worker({ account_id: "" }));
	emit("account/empty-in-env", staging({ account_id: HEX32 }, { account_id: "" }), "staging");

	for (const key of [
		"legacy_env",
		"node_compat",
		"usage_model",
		"zone_id",
		"type",
		"webpack_config",
		"entry-point",
		"experimental_services",
		"miniflare",
		"topLevelName",
		"targetEnvironment",
		"configPath",
		"websearch",
		"upload",
	]) {
		for (const [kind, value] of [
			["true", true],
			["text", "text"],
			["object", {}],
			["null", null],
		]) {
			emit(`removed/${key}-${kind}`, worker({ [key]: value }));
			emit(`removed/env-${key}-${kind}`, staging({}, { [key]: value }), "staging");
		}
	}

	emit("python/without-flag", worker({ main: "src/index.py" }));
	emit(
		"python/with-flag",
		worker({ main: "src/index.py", compatibility_flags: ["python_workers"] })
	);
	emit("python/in-env", staging({}, { main: "src/index.py" }), "staging");
	emit("python/unselected-env", staging({}, { main: "src/index.py" }));
	emit("site/two-entry-points", worker({ site: { bucket: "public", "entry-point": "index.js" } }));
	emit("site/no-entry-point", { name: "w", site: { bucket: "public" } });
	emit("pages/assets-name", { name: "p", pages_build_output_dir: "dist", vars: { ASSETS: "x" } });
	emit("pages/assets-binding", {
		name: "p",
		pages_build_output_dir: "dist",
		kv_namespaces: [{ binding: "ASSETS", id: HEX32 }],
	});
	emit(
		"pages/unknown-env",
		{ name: "p", pages_build_output_dir: "dist", env: { production: {} } },
		"staging"
	);

	const object = { bindings: [{ name: "OBJECT", class_name: "Thing" }] };
	const sqlite = { type: "durable-object", storage: "sqlite" };
	emit("objects/no-lifecycle", worker({ durable_objects: object }));
	emit("objects/no-lifecycle-in-env", staging({}, { durable_objects: object }), "staging");
	emit(
		"objects/migrations-inherited",
		staging(
			{ durable_objects: object, migrations: [{ tag: "v1", new_sqlite_classes: ["Thing"] }] },
			{ durable_objects: object }
		),
		"staging"
	);
	emit(
		"objects/export-for-another",
		worker({ durable_objects: object, exports: { Other: sqlite } })
	);
	emit(
		"objects/export-deleted",
		worker({
			durable_objects: object,
			exports: { Thing: { type: "durable-object", state: "deleted" } },
		})
	);
	emit(
		"objects/export-is-worker",
		worker({ durable_objects: object, exports: { Thing: { type: "worker" } } })
	);
	emit(
		"objects/migrations-and-exports",
		worker({ durable_objects: object, migrations: [{ tag: "v1" }], exports: { Thing: sqlite } })
	);
	emit(
		"objects/migrations-and-worker-export",
		worker({ migrations: [{ tag: "v1" }], exports: { Thing: { type: "worker" } } })
	);
	emit(
		"objects/exports-in-env",
		staging({ migrations: [{ tag: "v1" }] }, { exports: { Thing: sqlite } }),
		"staging"
	);
	emit("objects/same-tag", worker({ migrations: [{ tag: "v1" }, { tag: "v1" }] }));
	emit(
		"objects/environment-without-script",
		worker({ durable_objects: { bindings: [{ name: "A", class_name: "A", environment: "x" }] } })
	);
	emit(
		"objects/renamed-to-itself",
		worker({ exports: { A: { type: "durable-object", state: "renamed", renamed_to: "A" } } })
	);
	emit("objects/no-type", worker({ exports: { A: { storage: "sqlite" } } }));
	emit(
		"objects/odd-type",
		worker({ exports: { A: { type: "durable_object", storage: "sqlite" } } })
	);
	emit("objects/empty-name", worker({ exports: { "": sqlite } }));
	for (const delay of [-1, 0, 0.0001, 0.001, 0.0015, 1.5, 86400, 86400.5, 86401]) {
		emit(
			`objects/max-delay-${delay}`,
			worker({ durable_objects: { code_update_strategy: { mode: "deferred", max_delay: delay } } })
		);
	}
	emit(
		"workflows/same-name",
		worker({
			workflows: [
				{ binding: "A", name: "flow", class_name: "A" },
				{ binding: "B", name: "flow", class_name: "B" },
			],
		})
	);
	emit(
		"workflows/same-export-name",
		worker({
			exports: { A: { type: "workflow", name: "flow" }, B: { type: "workflow", name: "flow" } },
		})
	);
	for (const steps of [1, 25000, 25001, 1.5]) {
		emit(
			`workflows/steps-${steps}`,
			worker({ workflows: [{ binding: "A", name: "flow", class_name: "A", limits: { steps } }] })
		);
	}

	const image = "registry.example.com/team/image:1";
	const linked = (container, exported) =>
		worker({ containers: [{ name: "box", image, ...container }], exports: exported });
	emit("containers/unlinked", linked({}, undefined));
	emit("containers/linked", linked({}, { A: { ...sqlite, container: "box" } }));
	emit("containers/linked-by-class", linked({ class_name: "A" }, { A: sqlite }));
	emit(
		"containers/linked-both-ways",
		linked({ class_name: "A" }, { A: { ...sqlite, container: "box" } })
	);
	emit(
		"containers/linked-elsewhere",
		linked({ class_name: "A" }, { B: { ...sqlite, container: "box" }, A: sqlite })
	);
	emit(
		"containers/link-to-nothing",
		linked({ class_name: "A" }, { A: { ...sqlite, container: "other" } })
	);
	emit(
		"containers/no-live-export",
		linked({ class_name: "A" }, { A: { type: "durable-object", state: "deleted" } })
	);
	emit(
		"containers/legacy-storage",
		linked({ class_name: "A" }, { A: { type: "durable-object", storage: "legacy-kv" } })
	);
	emit(
		"containers/legacy-storage-linked",
		linked({}, { A: { type: "durable-object", storage: "legacy-kv", container: "box" } })
	);
	emit(
		"containers/two-objects",
		linked({}, { A: { ...sqlite, container: "box" }, B: { ...sqlite, container: "box" } })
	);
	emit(
		"containers/same-name",
		worker({
			containers: [
				{ name: "box", class_name: "A", image },
				{ name: "box", class_name: "B", image },
			],
		})
	);
	emit(
		"containers/same-class",
		worker({
			containers: [
				{ name: "a", class_name: "A", image },
				{ name: "b", class_name: "A", image },
			],
		})
	);
	emit(
		"containers/declared-in-env-only",
		worker({
			exports: { A: { ...sqlite, container: "box" } },
			env: { staging: { containers: [{ name: "box", image }] } },
		})
	);
	emit(
		"containers/declared-in-env-only-selected",
		worker({
			exports: { A: { ...sqlite, container: "box" } },
			env: { staging: { containers: [{ name: "box", image }] } },
		}),
		"staging"
	);
	emit("containers/no-worker-name", {
		main: "src/index.ts",
		containers: [{ class_name: "A", image }],
	});
	emit("containers/no-class", worker({ containers: [{ image }] }));
	const images = [
		"./Dockerfile",
		"Dockerfile",
		"image:1",
		"registry.example.com/image",
		"https://registry.example.com/image:1",
		"registry.example.com:5000/image",
		"registry.example.com:5000/image:1",
		"docker.io/library/httpd@sha256:" + "0".repeat(64),
		"a b:1",
		"/",
		".",
		"",
	];
	images.forEach((text, index) => {
		emit(`containers/image-${index}`, worker({ containers: [{ class_name: "A", image: text }] }));
		emit(
			`containers/preview-image-${index}`,
			worker({ previews: { containers: [{ class_name: "A", image: text }] } })
		);
	});
	for (const steps of [
		5,
		7,
		100,
		0,
		[100],
		[],
		[10],
		[5, 100],
		[50, 20, 100],
		[10, 20, 110],
		[10, "20", 100],
		[10, 20, 30, 40, 50, 100],
	]) {
		emit(
			`containers/rollout-${JSON.stringify(steps)}`,
			worker({
				containers: [{ class_name: "A", image, max_instances: 4, rollout_step_percentage: steps }],
			})
		);
	}
	const managed = (more) =>
		worker({ containers: [{ class_name: "A", scheduling_policy: "durable_object", ...more }] });
	emit("containers/managed", managed({}));
	emit("containers/managed-image", managed({ image }));
	emit("containers/managed-tagged", managed({ images: { one: { image } } }));
	emit("containers/managed-empty", managed({ images: {} }));
	emit(
		"containers/managed-both",
		managed({ images: { one: { image: PINNED_IMAGE, dockerfile: "Dockerfile" } } })
	);
	emit(
		"containers/managed-vars-on-image",
		managed({ images: { one: { image: PINNED_IMAGE, build_vars: {} } } })
	);
	emit(
		"containers/managed-fedramp",
		worker({
			compliance_region: "fedramp_high",
			containers: [
				{
					class_name: "A",
					scheduling_policy: "durable_object",
					images: { one: { image: PINNED_IMAGE } },
				},
			],
		})
	);
	emit(
		"containers/managed-many",
		managed({
			images: Object.fromEntries(
				Array.from({ length: 101 }, (_, i) => [`image${i}`, { dockerfile: "Dockerfile" }])
			),
		})
	);
	emit(
		"containers/managed-targeting",
		managed({ observability: { enabled: true, target_instance_count: 1 } })
	);
	emit(
		"containers/managed-unsafe",
		managed({ unsafe: { configuration: { experimental_flags: ["a"] } } })
	);
	emit("containers/managed-unsafe-other", managed({ unsafe: { other: 1 } }));
	emit(
		"containers/managed-previews",
		worker({ previews: { containers: [{ class_name: "A", scheduling_policy: "durable_object" }] } })
	);
	emit(
		"containers/named-previews",
		worker({ previews: { containers: [{ name: "box", class_name: "A", image }] } })
	);
	emit(
		"containers/same-class-previews",
		worker({
			previews: {
				containers: [
					{ class_name: "A", image },
					{ class_name: "A", image },
				],
			},
		})
	);
	for (const key of [
		"configuration",
		"instances",
		"durable_objects",
		"wrangler_ssh",
		"affinities",
		"rollout_kind",
		"unsafe",
	]) {
		for (const [kind, value] of [
			["object", {}],
			["text", "text"],
			["number", 1],
			["null", null],
			["list", []],
		]) {
			emit(
				`containers/old-${key}-${kind}`,
				worker({ containers: [{ class_name: "A", image, [key]: value }] })
			);
		}
	}
	emit(
		"containers/old-configuration-image",
		worker({ containers: [{ class_name: "A", configuration: { image } }] })
	);
	emit(
		"containers/old-configuration-limits",
		worker({
			containers: [{ class_name: "A", instance_type: "lite", configuration: { image, vcpu: 1 } }],
		})
	);
	emit(
		"containers/old-configuration-unknown",
		worker({ containers: [{ class_name: "A", configuration: { image, other: 1 } }] })
	);
	for (const [id, constraints] of Object.entries({
		tier: { tier: 1 },
		tiers: { tiers: [1, 2] },
		"tier-and-tiers": { tier: 1, tiers: [1] },
		"tiers-text": { tiers: ["1"] },
		"region-lower": { regions: ["wnam"] },
		"region-unknown": { regions: ["MOON"] },
		unknown: { other: 1 },
	})) {
		emit(
			`containers/constraints-${id}`,
			worker({ containers: [{ class_name: "A", image, constraints }] })
		);
	}
	for (const [id, observability] of Object.entries({
		empty: {},
		"logs-empty": { logs: {} },
		conflict: { enabled: true, logs: { enabled: false } },
		agree: { enabled: true, logs: { enabled: true } },
		"both-targets": { enabled: true, target_instance_count: 1, target_instance_percentage: 1 },
		"target-disabled": { enabled: false, target_instance_count: 1 },
		"percentage-101": { enabled: true, target_instance_percentage: 101 },
		"percentage-0": { enabled: true, target_instance_percentage: 0 },
		"sampling-2": { enabled: true, head_sampling_rate: 2 },
		"logs-sampling-2": { enabled: true, logs: { enabled: true, head_sampling_rate: 2 } },
		"traces-sampling-below-0": {
			enabled: true,
			traces: { enabled: true, head_sampling_rate: -0.1 },
		},
		"only-sampling": { head_sampling_rate: 1 },
		"only-traces": { traces: { enabled: true } },
		"only-issues": { issues: { enabled: true } },
		"logs-null": { enabled: true, logs: null },
		"traces-null": { enabled: true, traces: null },
	})) {
		emit(`observability/${id}`, worker({ observability }));
		emit(`observability/env-${id}`, staging({}, { observability }), "staging");
		emit(
			`observability/container-${id}`,
			worker({ containers: [{ class_name: "A", image, observability }] })
		);
		emit(`observability/previews-${id}`, worker({ previews: { observability } }));
	}

	for (const [id, placement] of Object.entries({
		empty: {},
		off: { mode: "off" },
		"off-with-hint": { mode: "off", hint: "wnam" },
		"off-with-empty-hint": { mode: "off", hint: "" },
		"hint-only": { hint: "wnam" },
		"hint-and-region": { mode: "smart", hint: "wnam", region: "aws:us-east-1" },
		"smart-region": { mode: "smart", region: "aws:us-east-1" },
		"targeted-alone": { mode: "targeted" },
		"two-targets": { region: "aws:us-east-1", host: "db.example.com:5432" },
		"empty-region": { region: "" },
		unknown: { mode: "smart", other: 1 },
	})) {
		emit(`placement/${id}`, worker({ placement }));
		emit(
			`placement/env-${id}`,
			staging({ placement: { mode: "smart" } }, { placement }),
			"staging"
		);
		emit(`placement/previews-${id}`, worker({ previews: { placement } }));
	}

	const ports = [0, 1, 65535, 65536, 80.5];
	for (const port of ports)
		emit(`connect/port-${port}`, worker({ connect: [{ protocol: "tcp", port }] }));
	emit(
		"connect/same",
		worker({
			connect: [
				{ protocol: "tcp", port: 1 },
				{ protocol: "tcp", port: 1 },
			],
		})
	);
	emit(
		"connect/same-port",
		worker({
			connect: [
				{ protocol: "tcp", port: 1 },
				{ protocol: "udp", port: 1 },
			],
		})
	);
	emit(
		"connect/udp-keys-for-tcp",
		worker({ connect: [{ protocol: "tcp", port: 1, idle_timeout_ms: 1 }] })
	);
	for (const value of [0, 4294967295, 4294967296, 1.5, -1, null]) {
		emit(
			`connect/idle-${value}`,
			worker({ connect: [{ protocol: "udp", port: 1, idle_timeout_ms: value }] })
		);
	}

	emit("define/env-only", staging({}, { define: { A: "1" } }), "staging");
	emit(
		"define/more-in-env",
		staging({ define: { A: "1" } }, { define: { A: "1", B: "2" } }),
		"staging"
	);
	emit(
		"define/less-in-env",
		staging({ define: { A: "1", B: "2" } }, { define: { A: "1" } }),
		"staging"
	);
	emit("vars/less-in-env", staging({ vars: { A: "1", B: "2" } }, { vars: { A: "1" } }), "staging");
	emit("vars/more-in-env", staging({ vars: { A: "1" } }, { vars: { A: "1", B: "2" } }), "staging");
	emit("vars/number-keys", worker({ vars: { 1: "one", "with space": "x", "": "empty" } }));
	emit(
		"bindings/less-in-env",
		staging(
			{ kv_namespaces: [{ binding: "A" }, { binding: "B" }] },
			{ kv_namespaces: [{ binding: "A" }] }
		),
		"staging"
	);
	emit(
		"bindings/objects-less-in-env",
		staging(
			{ durable_objects: { bindings: [{ name: "A", class_name: "A", script_name: "s" }] } },
			{ durable_objects: { bindings: [] } }
		),
		"staging"
	);
	emit(
		"bindings/queues-less-in-env",
		staging(
			{ queues: { producers: [{ binding: "A", queue: "q" }] } },
			{ queues: { producers: [] } }
		),
		"staging"
	);
	emit(
		"bindings/unsafe-less-in-env",
		staging({ unsafe: { bindings: [{ name: "A", type: "t" }] } }, { unsafe: { bindings: [] } }),
		"staging"
	);
	emit(
		"bindings/three-of-one-name",
		worker({
			kv_namespaces: [{ binding: "A" }, { binding: "A" }],
			r2_buckets: [{ binding: "A" }],
			vars: { A: "x" },
		})
	);
	emit(
		"bindings/same-in-previews",
		worker({ previews: { kv_namespaces: [{ binding: "A" }], vars: { A: "x" } } })
	);
	emit("bindings/secret-twice", worker({ secrets: { required: ["A", "A"] } }));
	for (const type of [
		"plain_text",
		"secret_text",
		"kv_namespace",
		"metadata",
		"service",
		"ratelimit",
		"unknown",
	]) {
		emit(`unsafe/type-${type}`, worker({ unsafe: { bindings: [{ name: "A", type }] } }));
	}
	emit(
		"unsafe/both-schemas",
		worker({ unsafe: { capnp: { compiled_schema: "a", base_path: "b" } } })
	);
	emit("unsafe/in-env-only", staging({}, { unsafe: { metadata: {} } }), "staging");
	emit("logfwdr/schema", worker({ logfwdr: { bindings: [], schema: "a.capnp" } }));
	emit(
		"services/environment",
		worker({ services: [{ binding: "A", service: "a", environment: "production" }] })
	);
	emit(
		"services/dev-and-remote",
		worker({
			services: [
				{ binding: "A", service: "a", remote: true, dev: { plugin: { package: "p", name: "n" } } },
			],
		})
	);
	for (const [id, dev] of Object.entries({
		text: "x",
		empty: {},
		"empty-plugin": { plugin: {} },
		"options-text": { plugin: { package: "p", name: "n" }, options: "x" },
	})) {
		emit(`services/dev-${id}`, worker({ services: [{ binding: "A", service: "a", dev }] }));
	}
	emit(
		"email/both-destinations",
		worker({
			send_email: [
				{ name: "A", destination_address: "a@example.com", allowed_destination_addresses: [] },
			],
		})
	);
	emit("pipelines/neither", worker({ pipelines: [{ binding: "A" }] }));
	emit("pipelines/both", worker({ pipelines: [{ binding: "A", stream: "s", pipeline: "p" }] }));
	emit("k2/not-remote", worker({ k2: [{ binding: "A", stream: "s", remote: false }] }));
	emit("vpc/both", worker({ vpc_networks: [{ binding: "A", tunnel_id: "t", network_id: "n" }] }));
	emit("vpc/neither", worker({ vpc_networks: [{ binding: "A" }] }));
	emit(
		"cloudchamber/type-and-memory",
		worker({ cloudchamber: { instance_type: "lite", memory: "1GB" } })
	);
	emit("cloudchamber/type-unknown", worker({ cloudchamber: { instance_type: "huge" } }));
	emit(
		"dev/engine-object",
		worker({ dev: { container_engine: { localDocker: { socketPath: "/run/docker.sock" } } } })
	);
	emit("previews/in-env-only", staging({}, { previews: { vars: { A: "x" } } }), "staging");
	emit("previews/main", worker({ previews: { main: "src/other.ts" } }));
	emit("previews/routes", worker({ previews: { routes: ["example.com/*"] } }));
	emit("previews/no-object-bindings", worker({ previews: { durable_objects: {} } }));
}

// ---------------------------------------------------------------------------------------------
// One name for two bindings, for every two kinds of bindings

function namesakes() {
	const object = {
		durable_objects: { bindings: [{ name: "X", class_name: "X", script_name: "s" }] },
	};
	const flow = { workflows: [{ binding: "X", name: "flow", class_name: "Flow" }] };
	const maps = { vars: { X: "x" }, secrets: { required: ["X"] } };
	const files = { text_blobs: { X: "x" }, data_blobs: { X: "x" }, wasm_modules: { X: "x" } };
	const forward = { logfwdr: { bindings: [{ name: "X", destination: "x" }] } };
	const unsafe = { unsafe: { bindings: [{ name: "X", type: "t" }] } };
	const assets = { assets: { directory: "public", binding: "X" } };
	const stores = { agent_memory: AGENT_MEMORY, secrets_store_secrets: SECRETS_STORE };
	const { vars, define, ...singles } = SINGLES;
	const kinds = clone({
		...STORAGE,
		...DATA,
		...SEARCH,
		...stores,
		...SERVICES,
		...LIMITS,
		...STREAMS,
		vpc_networks: VPC_NETWORKS,
		...singles,
		...object,
		...flow,
		...maps,
		...files,
		...forward,
		...unsafe,
		...assets,
	});
	// The same name everywhere; of a list, one entry.
	for (const [key, value] of Object.entries(kinds)) {
		if (Array.isArray(value)) value.splice(1);
		for (const at of bindingNames({ [key]: value })) {
			const container = lookup({ [key]: value }, at.slice(0, -1));
			container[at.at(-1)] = "X";
		}
	}
	const keys = Object.keys(kinds);
	keys.forEach((one, index) => {
		for (const other of keys.slice(index + 1)) {
			const config = { ...WORKER, [one]: kinds[one], [other]: kinds[other] };
			addJson(`namesakes/${one}+${other}`, config, null);
		}
	});
}

// ---------------------------------------------------------------------------------------------
// The document itself, as text that no object stands behind

function documents() {
	const json = {
		empty: "",
		blanks: " \n\t\n",
		null: "null",
		true: "true",
		number: "42",
		string: '"text"',
		array: "[]",
		"array-of-config": '[{"name":"a"}]',
		"empty-object": "{}",
		"comment-only": "// nothing here\n",
		"line-comment": '{\n  // a comment\n  "name": "a"\n}\n',
		"block-comment": '{ /* a comment */ "name": "a" }',
		"open-comment": '{ "name": "a" } /* open',
		"hash-comment": '{\n  # no\n  "name": "a"\n}\n',
		"trailing-comma": '{ "name": "a", }',
		"trailing-comma-array": '{ "name": "a", "compatibility_flags": ["x",] }',
		"two-commas": '{ "name": "a",, "main": "b.js" }',
		"leading-comma": '{ , "name": "a" }',
		"missing-comma": '{ "name": "a"\n  "main": "b.js" }',
		"missing-colon": '{ "name" "a" }',
		"missing-value": '{ "name": }',
		"missing-brace": '{ "name": "a"',
		"extra-brace": '{ "name": "a" }}',
		"two-documents": '{ "name": "a" }\n{ "name": "b" }',
		"single-quotes": "{ 'name': 'a' }",
		"bare-key": '{ name: "a" }',
		"open-string": '{ "name": "a }',
		"newline-in-string": '{ "name": "a\nb" }',
		"tab-in-string": '{ "name": "a", "main": "a\tb.js" }',
		"bad-escape": '{ "name": "a", "main": "a\\qb.js" }',
		"bad-unicode-escape": '{ "name": "a", "main": "\\u12" }',
		"lone-surrogate": '{ "name": "a", "main": "\\ud800.js" }',
		"leading-zero": '{ "name": "a", "limits": { "cpu_ms": 050 } }',
		"plus-number": '{ "name": "a", "limits": { "cpu_ms": +5 } }',
		"dot-number": '{ "name": "a", "limits": { "cpu_ms": .5 } }',
		"number-dot": '{ "name": "a", "limits": { "cpu_ms": 5. } }',
		exponent: '{ "name": "a", "limits": { "cpu_ms": 5e1 } }',
		"exponent-open": '{ "name": "a", "limits": { "cpu_ms": 5e } }',
		"huge-number": '{ "name": "a", "limits": { "cpu_ms": 1e999 } }',
		"negative-zero": '{ "name": "a", "limits": { "cpu_ms": -0 } }',
		nan: '{ "name": "a", "limits": { "cpu_ms": NaN } }',
		infinity: '{ "name": "a", "limits": { "cpu_ms": Infinity } }',
		undefined: '{ "name": undefined }',
		"python-true": '{ "name": "a", "minify": True }',
		"duplicate-key-bad-first": '{ "name": 1, "name": "a" }',
		"duplicate-key-bad-last": '{ "name": "a", "name": 1 }',
		"duplicate-object": '{ "name": "a", "limits": { "cpu_ms": "x" }, "limits": { "cpu_ms": 5 } }',
		"byte-order-mark": '\ufeff{ "name": "a" }',
		"nul-at-end": '{ "name": "a" }\u0000',
		"non-breaking-space": '{\u00a0"name": "a" }',
		"line-separator": '{ "name": "a" }\u2028',
		"windows-newlines": '{\r\n  "name": "a",\r\n  // comment\r\n  "vrs": 1\r\n}\r\n',
		"proto-key": '{ "name": "a", "__proto__": { "minify": "x" } }',
		"constructor-key": '{ "name": "a", "constructor": "x", "toString": 1 }',
		"env-named-proto": '{ "name": "a", "env": { "constructor": { "minify": "x" } } }',
		"empty-key": '{ "name": "a", "": 1 }',
		toml: 'name = "a"\n',
	};
	for (const [id, text] of Object.entries(json)) {
		addText(`document/json/${id}`, "wrangler.json", text, null);
		addText(`document/jsonc/${id}`, "wrangler.jsonc", text, null);
	}
	addText("document/jsonc/inherited-env-name", "wrangler.jsonc", '{ "name": "a" }', "constructor");
	addText(
		"document/jsonc/inherited-env-name-with-env",
		"wrangler.jsonc",
		'{ "name": "a", "env": {} }',
		"toString"
	);

	const head = 'name = "a"\nmain = "src/index.ts"\n';
	const toml = {
		empty: "",
		"comment-only": "# nothing here\n",
		json: '{ "name": "a" }',
		"date-unquoted": `${head}compatibility_date = 2026-01-15\n`,
		"date-time-unquoted": `${head}compatibility_date = 2026-01-15T00:00:00Z\n`,
		"date-single-quotes": `${head}compatibility_date = '2026-01-15'\n`,
		"date-as-var": `${head}[vars]\nSINCE = 2026-01-15\n`,
		"time-as-var": `${head}[vars]\nAT = 07:32:00\n`,
		"date-deep-in-var": `${head}[vars]\nA = { since = 2026-01-15 }\n`,
		"date-in-array-var": `${head}[vars]\nA = [2026-01-15]\n`,
		"key-after-table": `${head}[vars]\nA = "x"\n\nkeep_vars = true\ncompatibility_date = "2026-01-15"\n`,
		"key-after-build": `${head}[build]\ncommand = "make"\nkeep_vars = true\n`,
		"duplicate-key": `${head}name = "b"\n`,
		"duplicate-table": `${head}[vars]\nA = "x"\n[vars]\nB = "y"\n`,
		"table-for-array": `${head}[kv_namespaces]\nbinding = "A"\nid = "${HEX32}"\n`,
		"array-for-table": `${head}[[vars]]\nA = "x"\n`,
		"array-tables": `${head}[[kv_namespaces]]\nbinding = "A"\n[[kv_namespaces]]\nbinding = "B"\n`,
		"inline-array": `${head}kv_namespaces = [\n  { binding = "A", id = "${HEX32}" },\n  { binding = "B" }, # last\n]\n`,
		"inline-then-table": `${head}kv_namespaces = [{ binding = "A" }]\n[[kv_namespaces]]\nbinding = "B"\n`,
		"inline-newline": `${head}vars = {\n  A = "x"\n}\n`,
		"inline-trailing-comma": `${head}vars = { A = "x", }\n`,
		"dotted-keys": `${head}vars.A = "x"\nvars.B.C = 1\ntriggers.crons = ["* * * * *"]\n`,
		"dotted-and-table": `${head}vars.A = "x"\n[vars]\nB = "y"\n`,
		"dotted-env": `${head}env.staging.vars.A = "x"\n`,
		"quoted-keys": `${head}"keep_vars" = true\n[env."staging"]\nname = "b"\n`,
		"bare-value": "name = a\n",
		"missing-value": "name =\n",
		"missing-equals": 'name "a"\n',
		"open-string": 'name = "a\n',
		"two-on-one-line": 'name = "a" main = "b.js"\n',
		"multi-line-string": `${head}[build]\ncommand = """\nmake \\\n  all\n"""\n`,
		"literal-string": `${head}[build]\ncwd = 'C:\\path'\n`,
		"bad-escape": `${head}[build]\ncwd = "C:\\path"\n`,
		"unicode-escape": 'name = "\\u0061"\n',
		"escape-e": `${head}[vars]\nA = "\\e[0m"\n`,
		"escape-x": `${head}[vars]\nA = "\\x41"\n`,
		"control-character": 'name = "a\u0001"\n',
		"upper-case-true": `${head}minify = True\n`,
		integer: `${head}[limits]\ncpu_ms = 50\n`,
		"integer-underscore": `${head}[limits]\ncpu_ms = 1_000\n`,
		"integer-hex": `${head}[limits]\ncpu_ms = 0xff\n`,
		"integer-leading-zero": `${head}[limits]\ncpu_ms = 050\n`,
		"integer-too-large": `${head}[limits]\ncpu_ms = 9007199254740993\n`,
		"integer-beyond-64-bits": `${head}[limits]\ncpu_ms = 99999999999999999999\n`,
		float: `${head}[limits]\ncpu_ms = 50.0\n`,
		"float-nan": `${head}[limits]\ncpu_ms = nan\n`,
		"float-infinity": `${head}[limits]\ncpu_ms = -inf\n`,
		"float-no-digits": `${head}[limits]\ncpu_ms = 5.\n`,
		"port-as-float": `${head}[[connect]]\nprotocol = "tcp"\nport = 80.0\n`,
		"mixed-array": `${head}compatibility_flags = ["a", 1]\n`,
		"array-trailing-comma": `${head}compatibility_flags = ["a", ]\n`,
		"empty-key": `${head}"" = 1\n`,
		"sub-table-first": `[env.staging.vars]\nA = "x"\n[env.staging]\nname = "b"\n`,
		"byte-order-mark": `\ufeff${head}`,
		"windows-newlines": 'name = "a"\r\nvrs = 1\r\n',
		"old-mac-newlines": 'name = "a"\rvrs = 1\r',
		"no-last-newline": 'name = "a"',
		"tab-indent": `${head}[env.staging]\n\tname = "b"\n`,
		"proto-table": `${head}[__proto__]\nminify = "x"\n`,
	};
	for (const [id, text] of Object.entries(toml)) {
		addText(`document/toml/${id}`, "wrangler.toml", text, null);
		if (text.includes("staging")) {
			addText(`document/toml/${id}-selected`, "wrangler.toml", text, "staging");
		}
	}
}

// ---------------------------------------------------------------------------------------------
// TOML: some of the JSON rows again, with the same id behind "toml/"

const TOML_ROWS = 150;

const tomlKey = (key) => (/^[A-Za-z0-9_-]+$/.test(key) ? key : JSON.stringify(key));

/** JSON's escapes are also TOML's, except that TOML wants U+007F escaped too. */
const tomlString = (text) => JSON.stringify(text).replaceAll("\u007f", "\\u007f");

function tomlInline(value) {
	if (typeof value === "string") return tomlString(value);
	if (typeof value === "number" || typeof value === "boolean") return String(value);
	if (Array.isArray(value)) return `[${value.map(tomlInline).join(", ")}]`;
	const pairs = Object.entries(value).map(([key, item]) => `${tomlKey(key)} = ${tomlInline(item)}`);
	return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
}

function tomlTable(table, at) {
	const isTables = (value) => Array.isArray(value) && value.length > 0 && value.every(isObject);
	let text = "";
	// Plain values first: behind the header of a sub-table they would belong to that one.
	for (const [key, value] of Object.entries(table)) {
		if (!isObject(value) && !isTables(value)) text += `${tomlKey(key)} = ${tomlInline(value)}\n`;
	}
	for (const [key, value] of Object.entries(table)) {
		const header = [...at, key].map(tomlKey).join(".");
		if (isObject(value)) text += `\n[${header}]\n${tomlTable(value, [...at, key])}`;
		if (isTables(value)) {
			for (const item of value) text += `\n[[${header}]]\n${tomlTable(item, [...at, key])}`;
		}
	}
	return text;
}

function tomlCanSay(value) {
	if (value === null) return false;
	return typeof value !== "object" || Object.values(value).every(tomlCanSay);
}

function tomlRows() {
	const candidates = [];
	for (const row of rows) {
		if (row.name !== "wrangler.json" || row.id.startsWith("document/")) continue;
		const config = JSON.parse(row.text);
		if (isObject(config) && tomlCanSay(config)) candidates.push([row, config]);
	}
	for (const [row, config] of pick(candidates, TOML_ROWS, "toml")) {
		const text = tomlTable(config, []).trimStart();
		addText(`toml/${row.id}`, "wrangler.toml", text, row.env, row.files);
	}
}

/** `count` of `items`, at even distances; the seed decides where the first one is. */
function pick(items, count, label) {
	if (count >= items.length) return items;
	const start = generator(`${options.seed}:${label}`)();
	return Array.from(
		{ length: count },
		(_, i) => items[Math.floor(((i + start) * items.length) / count)]
	);
}

// ---------------------------------------------------------------------------------------------
// Coverage: the paths of all keys that the schema names, and which of them a base contains

function schemaPaths(alts, at, seen, found) {
	for (const alt of alts) {
		// Types that contain themselves (JSON values of variables): once is enough.
		if (seen.includes(alt)) continue;
		const deeper = [...seen, alt];
		for (const name of Object.keys(alt.properties ?? {})) {
			if (at === "" && name === "env") {
				found.add("env");
				continue;
			}
			const child = at === "" ? name : `${at}.${name}`;
			found.add(child);
			schemaPaths(childAlternatives([alt], name).alts, child, deeper, found);
		}
		if (alt.additionalProperties && typeof alt.additionalProperties === "object") {
			schemaPaths(alternatives(alt.additionalProperties), `${at}.*`, deeper, found);
		}
		if (alt.items && !Array.isArray(alt.items)) {
			schemaPaths(alternatives(alt.items), `${at}[]`, deeper, found);
		}
	}
	return found;
}

function basePaths(value, alts, at, found) {
	if (Array.isArray(value)) {
		for (const item of value) basePaths(item, itemAlternatives(alts), `${at}[]`, found);
	} else if (isObject(value)) {
		for (const [name, item] of Object.entries(value)) {
			const { alts: childAlts, named } = childAlternatives(alts, name);
			const child = named ? (at === "" ? name : `${at}.${name}`) : `${at}.*`;
			if (named) found.add(child);
			basePaths(item, childAlts, child, found);
		}
	}
	return found;
}

function coverage() {
	const report = {};
	for (const [label, definition, configOf] of [
		["top-level", "RawConfig", topConfig],
		["env.staging", "RawEnvironment", (base) => clone(base.both)],
	]) {
		const root = [definitions[definition]];
		const all = schemaPaths(root, "", [], new Set());
		const has = new Set();
		for (const base of Object.values(BASES)) basePaths(configOf(base), root, "", has);
		// The environments are their own report.
		if (label === "top-level") has.add("env");
		const keys = Object.keys(definitions[definition].properties);
		report[label] = {
			keys: keys.length,
			keys_covered: keys.filter((key) => has.has(key)).length,
			keys_missing: keys.filter((key) => !has.has(key)),
			paths: all.size,
			paths_covered: [...all].filter((item) => has.has(item)).length,
			paths_missing: [...all].filter((item) => !has.has(item)),
		};
	}
	return report;
}

// ---------------------------------------------------------------------------------------------

if (options.coverage) {
	process.stdout.write(JSON.stringify(coverage(), null, 2) + "\n");
} else {
	for (const [name, base] of Object.entries(BASES)) {
		addJson(`base/${name}/top`, topConfig(base), null, base.files);
		addJson(`base/${name}/env.staging`, envConfig(base), "staging", base.files);
	}
	if (!options.bases) {
		for (const [name, base] of Object.entries(BASES)) {
			const top = {
				label: `${name}/top`,
				config: topConfig(base),
				env: null,
				files: base.files,
				scope: [],
			};
			const staging = {
				label: `${name}/env.staging`,
				config: envConfig(base),
				env: "staging",
				files: base.files,
				scope: ["env", "staging"],
			};
			walk(top, top.scope, [definitions.RawConfig]);
			duplicateNames(top);
			walk(staging, staging.scope, [definitions.RawEnvironment]);
			duplicateNames(staging);
			misplacedKeys(name, base);
			environments(name, base);
		}
		combinations();
		namesakes();
		documents();
		tomlRows();
	}
	let text = "";
	for (const row of pick(rows, options.count, "rows")) {
		text += JSON.stringify(row) + "\n";
		if (text.length > 1 << 20) {
			writeAll(text);
			text = "";
		}
	}
	writeAll(text);
}

/** Synchronously: a stream would still hold what it could not write yet when the process ends. */
function writeAll(text) {
	for (let rest = Buffer.from(text); rest.length > 0;) {
		try {
			rest = rest.subarray(fs.writeSync(1, rest));
		} catch (error) {
			if (error.code === "EPIPE") process.exit(0); // the reader, for example `head`, has enough
			if (error.code !== "EAGAIN") throw error;
		}
	}
}
