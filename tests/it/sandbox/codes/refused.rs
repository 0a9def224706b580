//! Requests that are refused, each with the code of the refusal.

/// What is there before anything is asked for.
pub(super) const SEED: &str = "
limits: { workers: 6, worker-bytes: 2000, crons: 2, cpu-limits: false, key-value-objects: false, d1-databases: 1 }
tokens:
  - { name: all, value: all }
  - { name: narrow, value: narrow, permissions: [Workers Scripts Read] }
zones:
  - name: example.com
    dns: [{ name: mail, type: CNAME, content: pages.example.net, read-only: true }, { name: www, type: A, content: 192.0.2.1 }]
workers:
  - { name: api, durable-objects: [Room], bindings: [{ name: AUTH, type: service, service: auth }] }
  - { name: auth, routes: [example.com/auth/*], domains: [auth.example.com] }
  - { name: jobs, migration-tag: v1 }
resources:
  kv: [{ title: cache, id: 0123456789abcdef0123456789abcdef }]
  d1: [{ name: orders, id: 01234567-89ab-4def-8123-456789abcdef }]
  r2: { buckets: [{ name: files }] }
  queues: [{ name: jobs, consumers: [{ worker: jobs }] }, { name: pull }]
  hyperdrive: [{ name: db }]
  vectorize: [{ name: index, dimensions: 3, metric: cosine }]
  secrets-stores: [{ name: store, secrets: [KEY] }]
  dispatch-namespaces: [{ name: tenants }]
  pipelines: [{ name: sink }]
  pages: [{ name: site }]
";

/// Requests that are refused, and the code. `A` is the account, `W` its scripts, `Z` the zone; a body
/// that begins with `form` is an upload with this metadata.
pub(super) const REFUSED: &[(u32, &str, &str, &str)] = &[
    (7003, "GET", "A/nothing", ""),
    (10405, "DELETE", "/user", ""),
    (6007, "POST", "A/queues", "{"),
    (10007, "GET", "W/none/settings", ""),
    (10016, "PUT", "W/bad.name", "form {}"),
    (10021, "PUT", "W/api", "form {}"),
    (10027, "PUT", "W/api", "form large"),
    (100_328, "PUT", "W/api", r#"form {"limits":{"cpu_ms":1}}"#),
    (
        10053,
        "PUT",
        "W/api",
        r#"form {"bindings":[{"name":"A","type":"ai"},{"name":"A","type":"ai"}]}"#,
    ),
    (
        10057,
        "PUT",
        "W/api?bindings_inherit=strict",
        r#"form {"bindings":[{"name":"A","type":"inherit"}]}"#,
    ),
    (
        10144,
        "PUT",
        "W/api",
        r#"form {"bindings":[{"name":"A","type":"service","service":"none"}]}"#,
    ),
    (
        10041,
        "PUT",
        "W/api",
        r#"form {"bindings":[{"name":"A","type":"kv_namespace","namespace_id":"none"}]}"#,
    ),
    (
        10181,
        "PUT",
        "W/api",
        r#"form {"bindings":[{"name":"A","type":"d1","id":"ffffffff-ffff-4fff-8fff-ffffffffffff"}]}"#,
    ),
    (
        10085,
        "PUT",
        "W/api",
        r#"form {"bindings":[{"name":"A","type":"r2_bucket","bucket_name":"none"}]}"#,
    ),
    (
        11000,
        "PUT",
        "W/api",
        r#"form {"bindings":[{"name":"A","type":"queue","queue_name":"none"}]}"#,
    ),
    (10157, "PUT", "W/api", r#"form {"bindings":[{"name":"A","type":"hyperdrive","id":"none"}]}"#),
    (
        10159,
        "PUT",
        "W/api",
        r#"form {"bindings":[{"name":"A","type":"vectorize","index_name":"none"}]}"#,
    ),
    (
        100_119,
        "PUT",
        "W/api",
        r#"form {"bindings":[{"name":"A","type":"dispatch_namespace","namespace":"none"}]}"#,
    ),
    (
        100_143,
        "PUT",
        "W/api",
        r#"form {"bindings":[{"name":"A","type":"mtls_certificate","certificate_id":"none"}]}"#,
    ),
    (
        10182,
        "PUT",
        "W/api",
        r#"form {"bindings":[{"name":"A","type":"secrets_store_secret","store_id":"none","secret_name":"A"}]}"#,
    ),
    (
        10183,
        "PUT",
        "W/api",
        r#"form {"bindings":[{"name":"A","type":"pipelines","pipeline":"none"}]}"#,
    ),
    (10165, "PUT", "W/api", r#"form {"tail_consumers":[{"service":"none"}]}"#),
    (
        10061,
        "PUT",
        "W/api",
        r#"form {"bindings":[{"name":"A","type":"durable_object_namespace","class_name":"None"}]}"#,
    ),
    (
        10070,
        "PUT",
        "W/api",
        r#"form {"migrations":{"new_tag":"v1","new_sqlite_classes":["None"]}}"#,
    ),
    (
        10074,
        "PUT",
        "W/api",
        r#"form {"migrations":{"new_tag":"v1","new_sqlite_classes":["Room"]}}"#,
    ),
    (10071, "PUT", "W/api", r#"form {"migrations":{"new_tag":"v1","deleted_classes":["None"]}}"#),
    (
        10079,
        "PUT",
        "W/jobs",
        r#"form {"migrations":{"old_tag":"v0","new_tag":"v2","new_sqlite_classes":["Room"]}}"#,
    ),
    (10097, "PUT", "W/auth", r#"form {"migrations":{"new_tag":"v1","new_classes":["Room"]}}"#),
    (
        10211,
        "POST",
        "W/auth/versions",
        r#"form {"migrations":{"new_tag":"v1","new_sqlite_classes":["Room"]}}"#,
    ),
    (100_310, "PUT", "W/api", r#"form {"assets":{"jwt":"none"}}"#),
    (10064, "DELETE", "W/auth", ""),
    (10064, "DELETE", "W/jobs", ""),
    (10066, "GET", "A/workers/durable_objects/namespaces/none", ""),
    (100_146, "GET", "W/api/versions/none", ""),
    (10336, "GET", "W/api/deployments/none", ""),
    (100_122, "POST", "W/api/deployments", r#"{"strategy":"percentage","versions":[]}"#),
    (10056, "GET", "W/api/secrets/NONE", ""),
    (10054, "PUT", "W/api/secrets", r#"{"name":"","text":"a","type":"secret_text"}"#),
    (10031, "GET", "A/workers/subdomains/sandbox", ""),
    (10032, "GET", "A/workers/subdomains/other", ""),
    (10100, "PUT", "W/api/schedules", r#"[{"cron":"never"}]"#),
    (
        10072,
        "PUT",
        "W/api/schedules",
        r#"[{"cron":"1 * * * *"},{"cron":"2 * * * *"},{"cron":"3 * * * *"}]"#,
    ),
    (10020, "POST", "Z/workers/routes", r#"{"pattern":"example.com/auth/*","script":"api"}"#),
    (10022, "POST", "Z/workers/routes", r#"{"pattern":"other.org/*","script":"api"}"#),
    (10009, "DELETE", "Z/workers/routes/none", ""),
    (10082, "PUT", "W/api/routes", r#"[{"pattern":"other.org/*"}]"#),
    (100_114, "GET", "A/workers/domains/none", ""),
    (100_116, "PUT", "W/api/domains/records", r#"{"origins":[{"hostname":"auth.example.com"}]}"#),
    (100_117, "PUT", "W/api/domains/records", r#"{"origins":[{"hostname":"mail.example.com"}]}"#),
    (81044, "GET", "Z/dns_records/none", ""),
    (81058, "POST", "Z/dns_records", r#"{"name":"www","type":"A","content":"192.0.2.1","ttl":1}"#),
    (
        81053,
        "POST",
        "Z/dns_records",
        r#"{"name":"www","type":"CNAME","content":"example.net","ttl":1}"#,
    ),
    (1043, "DELETE", "Z/dns_records/READ_ONLY", ""),
    (9005, "POST", "Z/dns_records", r#"{"name":"a","type":"A","content":"none","ttl":1}"#),
    (1061, "POST", "/zones", r#"{"name":"example.com"}"#),
    (7404, "GET", "A/d1/database/ffffffff-ffff-4fff-8fff-ffffffffffff", ""),
    (7400, "POST", "A/d1/database", "{}"),
    (7400, "POST", "A/d1/database/orders/time_travel/restore?bookmark=none", ""),
    (7500, "POST", "A/d1/database/orders/query", r#"{"sql":"SELECT * FROM none"}"#),
    (7502, "POST", "A/d1/database", r#"{"name":"orders"}"#),
    (7406, "POST", "A/d1/database", r#"{"name":"more"}"#),
    (10009, "GET", "A/storage/kv/namespaces/K/values/none", ""),
    (10013, "GET", "A/storage/kv/namespaces/none/keys", ""),
    (10014, "POST", "A/storage/kv/namespaces", r#"{"title":"cache"}"#),
    (10019, "POST", "A/storage/kv/namespaces", "{}"),
    (10029, "PUT", "A/storage/kv/namespaces/K/bulk", "[]"),
    (10033, "PUT", "A/storage/kv/namespaces/K/bulk", r#"[{"key":"","value":"a"}]"#),
    (10004, "POST", "A/r2/buckets", r#"{"name":"files"}"#),
    (10005, "POST", "A/r2/buckets", r#"{"name":"NO"}"#),
    (10006, "GET", "A/r2/buckets/none", ""),
    (10007, "GET", "A/r2/buckets/files/objects/none", ""),
    (11000, "GET", "A/queues/none", ""),
    (11001, "POST", "A/queues/PULL/consumers", r#"{"type":"worker","script_name":"fetches"}"#),
    (11003, "POST", "A/queues", r#"{"queue_name":"NO"}"#),
    (11004, "POST", "A/queues/JOBS/consumers", r#"{"type":"http_pull"}"#),
    (11005, "GET", "A/queues/JOBS/consumers/none", ""),
    (11006, "POST", "A/queues/PULL/messages/pull", "{}"),
    (11009, "POST", "A/queues", r#"{"queue_name":"jobs"}"#),
    (2006, "GET", "A/hyperdrive/configs/none", ""),
    (2000, "POST", "A/hyperdrive/configs", "{}"),
    (
        2017,
        "POST",
        "A/hyperdrive/configs",
        r#"{"name":"db","origin":{"host":"a","database":"d","user":"u","password":"p","scheme":"postgres"}}"#,
    ),
    (3000, "GET", "A/vectorize/v2/indexes/none", ""),
    (
        3002,
        "POST",
        "A/vectorize/v2/indexes",
        r#"{"name":"index","config":{"dimensions":3,"metric":"cosine"}}"#,
    ),
    (1004, "POST", "A/vectorize/v2/indexes", "{}"),
    (10200, "GET", "A/workflows/none", ""),
    (1001, "GET", "A/secrets_store/stores/none", ""),
    (1003, "POST", "A/secrets_store/stores", r#"{"name":"store"}"#),
    (100_119, "GET", "A/workers/dispatch/namespaces/none", ""),
    (100_120, "POST", "A/workers/dispatch/namespaces", r#"{"name":"tenants"}"#),
    (1016, "GET", "A/mtls_certificates/none", ""),
    (1406, "POST", "A/mtls_certificates", r#"{"certificates":"none"}"#),
    (1000, "GET", "A/pipelines/v1/pipelines/none", ""),
    (1003, "POST", "A/pipelines/v1/pipelines", r#"{"name":"sink","sql":"SELECT 1"}"#),
    (8_000_007, "GET", "A/pages/projects/none", ""),
    (8_000_002, "POST", "A/pages/projects", r#"{"name":"site"}"#),
    (8_000_009, "GET", "A/pages/projects/site/deployments/none", ""),
    (8_000_013, "POST", "/pages/assets/check-missing", r#"{"hashes":[]}"#),
    (8_000_096, "POST", "A/pages/projects", "{}"),
];
