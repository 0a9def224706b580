//! What bindings lead to: whether it exists.

use crate::server::sandbox::envelope::ApiError;
use crate::server::sandbox::errors::{
    INVALID_UPLOAD, Known, NO_BOUND_BUCKET, NO_BOUND_CERTIFICATE, NO_BOUND_DATABASE,
    NO_BOUND_DISPATCH, NO_BOUND_HYPERDRIVE, NO_BOUND_INDEX, NO_BOUND_NAMESPACE, NO_BOUND_PIPELINE,
    NO_BOUND_QUEUE, NO_BOUND_SECRET, NO_SUCH_CLASS, NO_SUCH_SERVICE, R2_BINDING_NOT_ENABLED,
};
use crate::server::sandbox::state::State;
use crate::server::sandbox::state::r2::DEFAULT_JURISDICTION;
use crate::server::sandbox::state::workers::{Binding, Namespace};

/// Whether what the bindings lead to is there. Those to Durable Objects get the id of the namespace,
/// as Cloudflare's answers show them. Kinds that lead to nothing of the account are not looked at.
pub(in crate::server::sandbox) fn check(
    state: &State,
    worker: &str,
    namespaces: &[Namespace],
    bindings: &mut [Binding],
) -> Result<(), ApiError> {
    for binding in bindings {
        match &*binding.kind {
            "service" => service(state, worker, binding)?,
            "durable_object_namespace" => {
                let id = class(worker, namespaces, binding)?;
                binding.fields.insert("namespace_id".into(), id.into());
            }
            _ => storage(state, binding)?,
        }
    }
    Ok(())
}

fn storage(state: &State, binding: &Binding) -> Result<(), ApiError> {
    let field = |name: &str| binding.text(name).unwrap_or_default();
    let missing = |known: Known, what: &str, name: &str| {
        Err(known.saying(format!("{what} '{name}' not found.")))
    };
    match &*binding.kind {
        "d1" => database(state, binding),
        "kv_namespace" if state.kv.namespace(field("namespace_id")).is_none() => {
            missing(NO_BOUND_NAMESPACE, "KV namespace", field("namespace_id"))
        }
        "r2_bucket" if !state.r2.enabled => Err(R2_BINDING_NOT_ENABLED.into()),
        "r2_bucket" => {
            let jurisdiction = binding.text("jurisdiction").unwrap_or(DEFAULT_JURISDICTION);
            let name = field("bucket_name");
            match state.r2.bucket(jurisdiction, name) {
                Some(_) => Ok(()),
                None => Err(NO_BOUND_BUCKET.saying(format!(
                    "R2 bucket '{name}' not found. Please use a different name and try again."
                ))),
            }
        }
        "queue" if state.queues.by_name(field("queue_name")).is_none() => {
            missing(NO_BOUND_QUEUE, "Queue", field("queue_name"))
        }
        "hyperdrive" if state.hyperdrive.get(field("id")).is_none() => {
            missing(NO_BOUND_HYPERDRIVE, "Hyperdrive config", field("id"))
        }
        "vectorize" if state.vectorize.get(field("index_name")).is_none() => {
            missing(NO_BOUND_INDEX, "Vectorize index", field("index_name"))
        }
        "dispatch_namespace" if state.dispatch.get(field("namespace")).is_none() => {
            missing(NO_BOUND_DISPATCH, "Dispatch namespace", field("namespace"))
        }
        "mtls_certificate" if state.certificates.get(field("certificate_id")).is_none() => {
            missing(NO_BOUND_CERTIFICATE, "Certificate", field("certificate_id"))
        }
        "secrets_store_secret"
            if state.secrets_store.secret(field("store_id"), field("secret_name")).is_none() =>
        {
            missing(NO_BOUND_SECRET, "Secret", field("secret_name"))
        }
        "pipelines" => {
            let name = binding.text("pipeline").or_else(|| binding.text("stream"));
            match name.filter(|name| state.pipelines.get(name).is_none()) {
                Some(name) => missing(NO_BOUND_PIPELINE, "Pipeline", name),
                None => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

fn service(state: &State, worker: &str, binding: &Binding) -> Result<(), ApiError> {
    let target = binding.text("service").unwrap_or_default();
    if target == worker || state.workers.scripts.contains_key(target) {
        return Ok(());
    }
    Err(NO_SUCH_SERVICE.saying(format!(
        "Service binding '{}' references Worker '{target}' which was not found.",
        binding.name
    )))
}

/// The id of the namespace that a binding leads to.
fn class<'a>(
    worker: &str,
    namespaces: &'a [Namespace],
    binding: &Binding,
) -> Result<&'a str, ApiError> {
    // A binding that was inherited names the namespace; its class may have another name by now.
    let inherited = binding.text("namespace_id");
    let class = binding.text("class_name").unwrap_or_default();
    let script = binding.text("script_name").unwrap_or(worker);
    let found = namespaces
        .iter()
        .find(|one| Some(&*one.id) == inherited)
        .or_else(|| namespaces.iter().find(|one| one.class == class && one.script == script));
    found.map(|namespace| &*namespace.id).ok_or_else(|| {
        NO_SUCH_CLASS.saying(format!(
            "Cannot create binding for class '{class}' because it is not currently configured to \
             implement Durable Objects. Did you forget to apply a Durable Object migration?"
        ))
    })
}

fn database(state: &State, binding: &Binding) -> Result<(), ApiError> {
    let id = binding.text("id").or_else(|| binding.text("database_id")).unwrap_or_default();
    let is_uuid = id.len() == 36
        && id.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    if is_uuid {
        return match state.d1.databases.iter().any(|database| database.uuid == id) {
            true => Ok(()),
            false => Err(NO_BOUND_DATABASE.saying(format!("D1 database '{id}' not found."))),
        };
    }
    let text = format!("binding {} of type d1 must have a valid `id` specified", binding.name);
    Err(INVALID_UPLOAD.saying(text))
}
