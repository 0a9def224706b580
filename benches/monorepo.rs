//! Writes a made-up monorepo of Workers, to measure with: `cargo run --release --example monorepo
//! -- FOLDER SERVICES [SEED] [SOURCES]`. The same arguments give the same bytes.
//!
//! Half of the services are written in TOML, half in JSONC. Each has three environments, the
//! bindings of its kind in each of them, a `package.json`, and source files that import each other.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use serde_json::{Map, Value, json};

/// The environments; the first is the top level.
const ENVIRONMENTS: [&str; 3] = ["development", "staging", "production"];

/// Source files of a service, unless the command line says otherwise.
const SOURCES: u64 = 8;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [folder, services, rest @ ..] = &args[..] else {
        return Err("usage: monorepo FOLDER SERVICES [SEED] [SOURCES]".into());
    };
    let seed = rest.first().map_or(Ok(1), |seed| seed.parse())?;
    let sources = rest.get(1).map_or(Ok(SOURCES), |sources| sources.parse())?;
    let repository = Repository { root: folder.into(), services: services.parse()?, sources };
    repository.write(&mut Random(seed))?;
    Ok(())
}

/// SplitMix64: small, and the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }

    /// An id as KV has it.
    fn hex(&mut self) -> String {
        format!("{:016x}{:016x}", self.next(), self.next())
    }

    /// An id as D1 has it.
    fn uuid(&mut self) -> String {
        let hex = self.hex();
        let (a, b, c, d) = (&hex[..8], &hex[8..12], &hex[13..16], &hex[17..20]);
        format!("{a}-{b}-4{c}-a{d}-{}", &hex[20..])
    }
}

struct Repository {
    root: PathBuf,
    services: u64,
    sources: u64,
}

/// What a service is for; it decides what the service has.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    Api,
    Jobs,
    Web,
    Edge,
}

impl Role {
    /// In every four services there is one of each.
    fn of(number: u64) -> Self {
        [Self::Api, Self::Jobs, Self::Web, Self::Edge][(number % 4) as usize]
    }

    fn word(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Jobs => "jobs",
            Self::Web => "web",
            Self::Edge => "edge",
        }
    }
}

const TEAMS: [&str; 12] = [
    "accounts", "billing", "catalog", "checkout", "delivery", "growth", "identity", "insights",
    "orders", "payments", "search", "support",
];

/// The service of a number: its team, role and number make its name.
fn name(number: u64) -> String {
    let team = TEAMS[(number / 4 % TEAMS.len() as u64) as usize];
    format!("{team}-{}-{}", Role::of(number).word(), number / 4)
}

/// The Worker that a service is in an environment.
fn worker(number: u64, environment: &str) -> String {
    match environment == ENVIRONMENTS[0] {
        true => name(number),
        false => format!("{}-{environment}", name(number)),
    }
}

impl Repository {
    fn write(&self, random: &mut Random) -> io::Result<()> {
        let mut lock = Map::new();
        for number in 0..self.services {
            self.service(number, &mut Random(random.next()))?;
            let package = json!({ "name": format!("@acme/{}", name(number)), "version": "0.0.0" });
            lock.insert(format!("services/{}", name(number)), package);
        }
        for package in 0..400 + self.services / 10 {
            let entry = json!({ "version": format!("1.{}.0", package % 50), "dev": true });
            lock.insert(format!("node_modules/package-{package}"), entry);
        }
        lock.insert("node_modules/wrangler".into(), json!({ "version": "4.164.0", "dev": true }));
        let root = json!({
            "name": "acme",
            "private": true,
            "workspaces": ["services/*"],
            "devDependencies": { "wrangler": "4.164.0" },
        });
        self.file("package.json", &pretty(&root))?;
        let lock = json!({ "name": "acme", "lockfileVersion": 3, "packages": lock });
        self.file("package-lock.json", &pretty(&lock))?;
        self.file("turbo.json", "{ \"tasks\": { \"build\": {}, \"test\": {} } }\n")?;
        self.file(".gitignore", "node_modules/\n.wrangler/\ndist/\n.dev.vars*\n")
    }

    fn file(&self, path: impl AsRef<Path>, text: &str) -> io::Result<()> {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap_or(&self.root))?;
        fs::write(path, text)
    }

    fn service(&self, number: u64, random: &mut Random) -> io::Result<()> {
        let folder = PathBuf::from("services").join(name(number));
        let config = self.config(number, random);
        match number.is_multiple_of(2) {
            true => self.file(folder.join("wrangler.toml"), &toml(&config))?,
            false => self.file(
                folder.join("wrangler.jsonc"),
                &format!("// {}: see docs/services.md\n{}", name(number), pretty(&config)),
            )?,
        }
        let package = json!({
            "name": format!("@acme/{}", name(number)),
            "private": true,
            "type": "module",
            "scripts": { "deploy": "wrangler deploy --env production", "dev": "wrangler dev" },
        });
        self.file(folder.join("package.json"), &pretty(&package))?;
        self.file(folder.join("tsconfig.json"), "{ \"extends\": \"../../tsconfig.json\" }\n")?;
        match Role::of(number) {
            Role::Api => {
                for (at, table) in ["items", "events", "notes"].iter().enumerate() {
                    let path = folder.join(format!("migrations/{:04}_{table}.sql", at + 1));
                    self.file(path, &format!("CREATE TABLE {table} (id INTEGER PRIMARY KEY);\n"))?;
                }
            }
            Role::Web => {
                for page in ["index.html", "404.html", "app.js", "style.css"] {
                    self.file(folder.join("public").join(page), "<!doctype html>\n")?;
                }
            }
            Role::Jobs | Role::Edge => {}
        }
        self.sources(number, &folder, random)
    }

    fn config(&self, number: u64, random: &mut Random) -> Value {
        let role = Role::of(number);
        let mut config = json!({
            "name": name(number),
            "main": "src/index.ts",
            "compatibility_date": format!("2026-{:02}-{:02}", 1 + random.below(10), 1 + random.below(28)),
            "compatibility_flags": ["nodejs_compat"],
            "workers_dev": false,
            "preview_urls": false,
            "observability": { "enabled": true, "head_sampling_rate": 0.1 },
        });
        if role == Role::Api {
            config["migrations"] = json!([{ "tag": "v1", "new_sqlite_classes": ["Room"] }]);
        }
        if role == Role::Web {
            config["assets"] = json!({ "directory": "public", "binding": "ASSETS" });
        }
        let mut environments = Map::new();
        for environment in ENVIRONMENTS {
            let bindings = self.bindings(number, environment, random);
            match environment == ENVIRONMENTS[0] {
                true => merge(&mut config, bindings),
                false => drop(environments.insert(environment.into(), bindings)),
            }
        }
        config["env"] = Value::Object(environments);
        config
    }

    /// What an environment has of its own.
    fn bindings(&self, number: u64, environment: &str, random: &mut Random) -> Value {
        let service = name(number);
        let mut config = json!({
            "vars": {
                "ENVIRONMENT": environment,
                "LOG_LEVEL": random.pick(&["debug", "info", "warn"]),
                "REGION": random.pick(&["eu", "us", "apac"]),
            },
            "kv_namespaces": [{ "binding": "CACHE", "id": random.hex() }],
        });
        let host = match environment {
            "production" => format!("{service}.acme.example"),
            other => format!("{service}-{other}.acme.example"),
        };
        let more = match Role::of(number) {
            Role::Api => json!({
                "d1_databases": [{
                    "binding": "DB",
                    "database_name": format!("{service}-{environment}"),
                    "database_id": random.uuid(),
                    "migrations_dir": "migrations",
                }],
                "durable_objects": { "bindings": [{ "name": "ROOMS", "class_name": "Room" }] },
                "queues": {
                    "producers": [{ "binding": "JOBS", "queue": format!("{service}-{environment}") }],
                },
            }),
            Role::Jobs => json!({
                "queues": {
                    "consumers": [{
                        "queue": format!("{}-{environment}", name(number - 1)),
                        "max_batch_size": 10 + random.below(50),
                        "max_retries": 3,
                        "dead_letter_queue": format!("{service}-dead-{environment}"),
                    }],
                },
                "triggers": { "crons": [format!("{} {} * * *", random.below(60), random.below(24))] },
                "r2_buckets": [{ "binding": "FILES", "bucket_name": format!("{service}-{environment}") }],
            }),
            Role::Web => json!({
                "routes": [{ "pattern": host, "custom_domain": true }],
                "services": [{ "binding": "API", "service": worker(number - 2, environment) }],
            }),
            Role::Edge => json!({
                "routes": [{ "pattern": format!("{host}/*"), "zone_name": "acme.example" }],
                "ratelimits": [{
                    "name": "LIMITER",
                    "namespace_id": (1000 + number * 10 + environment.len() as u64).to_string(),
                    "simple": { "limit": 100, "period": 60 },
                }],
                "analytics_engine_datasets": [{ "binding": "STATS", "dataset": format!("stats_{environment}") }],
            }),
        };
        merge(&mut config, more);
        config
    }

    fn sources(&self, number: u64, folder: &Path, random: &mut Random) -> io::Result<()> {
        let parts = self.sources.saturating_sub(1);
        let mut index = String::new();
        for part in 0..parts {
            let _ = writeln!(index, "import {{ handle{part} }} from \"./part{part}\";");
        }
        let bindings = match Role::of(number) {
            Role::Api => {
                "env.DB.prepare(\"SELECT 1\"), env.ROOMS.idFromName(\"a\"), env.JOBS.send({})"
            }
            Role::Jobs => "env.FILES.get(\"a\")",
            Role::Web => "env.ASSETS.fetch(request), env.API.fetch(request)",
            Role::Edge => "env.LIMITER.limit({ key: \"a\" }), env.STATS.writeDataPoint({})",
        };
        let _ = writeln!(
            index,
            "\nexport default {{\n  async fetch(request: Request, env: Env): Promise<Response> {{"
        );
        let _ = writeln!(index, "    await Promise.all([env.CACHE.get(env.REGION), {bindings}]);");
        for part in 0..parts {
            let _ = writeln!(
                index,
                "    if (request.url.endsWith(\"/{part}\")) return handle{part}(request, env);"
            );
        }
        index.push_str("    return new Response(env.ENVIRONMENT + env.LOG_LEVEL);\n  },\n");
        if Role::of(number) == Role::Jobs {
            index.push_str(
                "  async queue(batch: MessageBatch): Promise<void> {\n    batch.ackAll();\n  },\n",
            );
            index.push_str("  async scheduled(): Promise<void> {},\n");
        }
        index.push_str("};\n");
        if Role::of(number) == Role::Api {
            index.push_str(
                "\nexport class Room {\n  constructor(readonly state: DurableObjectState) {}\n}\n",
            );
        }
        self.file(folder.join("src/index.ts"), &index)?;
        for part in 0..parts {
            let mut text =
                String::from("export interface Item {\n  id: string;\n  size: number;\n}\n");
            for step in 0..8 + random.below(16) {
                let word = random.pick(&["price", "weight", "count", "total"]);
                let _ = write!(
                    text,
                    "\nfunction {word}{step}(items: Item[]): number {{\n  let sum = 0;\n  for (const item of items) {{\n    \
                     if (item.size > {step}) sum += item.size * {step};\n  }}\n  return sum;\n}}\n"
                );
            }
            let _ = write!(
                text,
                "\nexport async function handle{part}(request: Request, env: Env): Promise<Response> {{\n  \
                 const cached = await env.CACHE.get(request.url);\n  return new Response(cached ?? \"none\");\n}}\n"
            );
            self.file(folder.join(format!("src/part{part}.ts")), &text)?;
        }
        Ok(())
    }
}

fn merge(into: &mut Value, from: Value) {
    if let (Value::Object(into), Value::Object(from)) = (into, from) {
        into.extend(from);
    }
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

/// A configuration as TOML: plain values first, then tables, then lists of tables.
fn toml(config: &Value) -> String {
    let mut text = String::new();
    if let Value::Object(config) = config {
        table(config, "", &mut text);
    }
    text
}

fn table(object: &Map<String, Value>, path: &str, text: &mut String) {
    let is_tables = |value: &Value| {
        value.as_array().is_some_and(|items| items.first().is_some_and(Value::is_object))
    };
    for (key, value) in object.iter().filter(|(_, value)| !value.is_object() && !is_tables(value)) {
        let _ = writeln!(text, "{key} = {}", inline(value));
    }
    for (key, value) in object {
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        if let Value::Object(inner) = value {
            let has_values = inner.values().any(|value| !value.is_object() && !is_tables(value));
            if has_values || inner.is_empty() {
                let _ = writeln!(text, "\n[{path}]");
            }
            table(inner, &path, text);
        }
        for item in value.as_array().into_iter().flatten().filter_map(Value::as_object) {
            let _ = writeln!(text, "\n[[{path}]]");
            for (key, value) in item {
                let _ = writeln!(text, "{key} = {}", inline(value));
            }
        }
    }
}

fn inline(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let entries: Vec<_> =
                object.iter().map(|(key, value)| format!("{key} = {}", inline(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", "))
        }
        // Text, numbers and booleans are written alike in both.
        plain => plain.to_string(),
    }
}
