//! Import and export: SQL in and out by way of a file, in steps that a client polls
//! (`executeRemotely` and `pollExport` in cli.js:240240 and 240713).
//!
//! Cloudflare's files are in R2, behind signed addresses. Here they are at the sandbox's own
//! `/sandbox/d1/…`, and whoever knows the name may have them, as with a signed address.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State as Of};
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{OfDatabase, READ, WRITE, with_database};
use crate::server::sandbox::Shared;
use crate::server::sandbox::api::route::Routes;
use crate::server::sandbox::body::Json;
use crate::server::sandbox::d1::{Answer, Database, Error, Statement, Wanted};
use crate::server::sandbox::data::Transfer;
use crate::server::sandbox::envelope::{ApiError, Reply, ok, raw};
use crate::server::sandbox::errors::NO_ROUTE;
use crate::server::sandbox::errors::products::INVALID_D1_REQUEST;

pub(super) fn add(routes: Routes) -> Routes {
    routes.post("/accounts/{account_id}/d1/database/{database_id}/import", WRITE, import).post(
        "/accounts/{account_id}/d1/database/{database_id}/export",
        READ,
        export,
    )
}

/// The files.
pub(in crate::server::sandbox::api) fn routes() -> Router<Shared> {
    Router::new().route("/sandbox/d1/{file}", get(download).put(upload))
}

#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
enum Import {
    Init { etag: String },
    Ingest { etag: String, filename: String },
    Poll { current_bookmark: String },
}

async fn import(
    Of(sandbox): Of<Shared>,
    Path((_, id)): OfDatabase,
    Json(step): Json<Import>,
) -> Reply {
    let now = sandbox.source.timestamp().as_millisecond();
    match step {
        Import::Init { etag } => {
            with_database(sandbox.clone(), id, |_| ()).await?;
            let file = format!("{}.sql", sandbox.source.id());
            let upload_url = address(&sandbox, &file);
            sandbox
                .databases
                .transfers()
                .insert(file.clone(), Transfer { etag, ..Transfer::default() });
            ok(json!({
                "success": true, "type": "import", "filename": file, "upload_url": upload_url,
                "messages": [],
            }))
        }
        Import::Ingest { etag, filename } => {
            let transfer = sandbox.databases.transfers().get(&filename).cloned();
            let transfer = transfer.filter(|transfer| transfer.etag == etag);
            let text = transfer.and_then(|transfer| String::from_utf8(transfer.bytes?.into()).ok());
            let text = text.ok_or_else(|| {
                INVALID_D1_REQUEST.saying("there is no such file, or it is no text")
            })?;
            let ran = with_database(sandbox.clone(), id, move |database| {
                let ran = run(database, &text);
                database.bookmark(now).map(|bookmark| (ran, bookmark))
            });
            let (ran, bookmark) = ran.await?.map_err(|error| internal(&error))?;
            let bookmark = bookmark.as_str().to_owned();
            let outcome = outcome(ran, &bookmark);
            let mut transfers = sandbox.databases.transfers();
            transfers.remove(&filename);
            transfers.insert(
                bookmark.clone(),
                Transfer { outcome: Some(outcome), ..Transfer::default() },
            );
            ok(json!({
                "success": true, "type": "import", "at_bookmark": bookmark, "messages": [],
            }))
        }
        Import::Poll { current_bookmark } => {
            let found = sandbox.databases.transfers().remove(&current_bookmark);
            let outcome = found
                .and_then(|transfer| transfer.outcome)
                .ok_or_else(|| INVALID_D1_REQUEST.saying("there is no import at this bookmark"))?;
            ok(outcome)
        }
    }
}

fn run(database: &mut Database, text: &str) -> Result<Vec<Answer>, Error> {
    database.run(&Statement::split(text, Vec::new())?)
}

/// How an import ended, as the last poll answers it.
fn outcome(ran: Result<Vec<Answer>, Error>, bookmark: &str) -> Value {
    match ran {
        Err(error) => json!({
            "success": false, "type": "import", "status": "error", "at_bookmark": bookmark,
            "error": error.to_string(), "errors": [error.to_string()], "messages": [],
        }),
        Ok(answers) => {
            let sum = |of: fn(&Answer) -> u64| answers.iter().map(of).sum::<u64>();
            let duration: f64 = answers.iter().map(|answer| answer.meta.duration).sum();
            let last = answers.last().map(|answer| answer.meta.clone()).unwrap_or_default();
            let meta = json!({
                "served_by": last.served_by, "served_by_primary": true, "duration": duration,
                "timings": { "sql_duration_ms": duration }, "last_row_id": last.last_row_id,
                "size_after": last.size_after, "changes": sum(|answer| answer.meta.changes),
                "changed_db": answers.iter().any(|answer| answer.meta.changed_db),
                "rows_read": sum(|answer| answer.meta.rows_read),
                "rows_written": sum(|answer| answer.meta.rows_written),
            });
            json!({
                "success": true, "type": "import", "status": "complete", "at_bookmark": bookmark,
                "messages": [format!("Processed {} queries.", answers.len())],
                "result": {
                    "final_bookmark": bookmark, "num_queries": answers.len(), "meta": meta,
                },
            })
        }
    }
}

#[derive(Deserialize)]
struct Export {
    current_bookmark: Option<String>,
    #[serde(default)]
    dump_options: Dump,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Dump {
    no_schema: bool,
    no_data: bool,
    tables: Vec<String>,
}

async fn export(
    Of(sandbox): Of<Shared>,
    Path((_, id)): OfDatabase,
    Json(Export { current_bookmark, dump_options }): Json<Export>,
) -> Reply {
    let now = sandbox.source.timestamp().as_millisecond();
    let Some(bookmark) = current_bookmark else {
        let begun = with_database(sandbox, id, move |database| database.bookmark(now)).await?;
        let bookmark = begun.map_err(|error| internal(&error))?;
        return ok(json!({
            "success": true, "type": "export", "at_bookmark": bookmark.as_str(),
            "messages": ["Generating SQL"],
        }));
    };
    let Dump { no_schema, no_data, tables } = dump_options;
    let wanted = Wanted { no_schema, no_data, tables };
    let text = with_database(sandbox.clone(), id, move |database| database.export(&wanted)).await?;
    match text {
        Err(error) => ok(json!({
            "success": false, "type": "export", "status": "error", "at_bookmark": bookmark,
            "error": error.to_string(), "messages": [],
        })),
        Ok(text) => {
            let file = format!("{}.sql", sandbox.source.id());
            let signed_url = address(&sandbox, &file);
            let transfer = Transfer { bytes: Some(text.into()), ..Transfer::default() };
            sandbox.databases.transfers().insert(file.clone(), transfer);
            ok(json!({
                "success": true, "type": "export", "status": "complete", "at_bookmark": bookmark,
                "messages": [], "result": { "filename": file, "signed_url": signed_url },
            }))
        }
    }
}

/// Where a file is.
fn address(sandbox: &Shared, file: &str) -> String {
    let root = sandbox.api_url.trim_end_matches(crate::server::sandbox::PREFIX);
    format!("{root}/sandbox/d1/{file}")
}

fn internal(error: &Error) -> ApiError {
    ApiError::new(500, 7500, error.to_string())
}

async fn upload(
    Of(sandbox): Of<Shared>,
    Path(file): Path<String>,
    bytes: Bytes,
) -> Result<Response, ApiError> {
    let mut transfers = sandbox.databases.transfers();
    let transfer = transfers.get_mut(&file).ok_or(NO_ROUTE)?;
    transfer.bytes = Some(bytes);
    // Of what arrived, R2 says the MD5; here it is what the client said beforehand.
    Ok([(header::ETAG, format!("\"{}\"", transfer.etag))].into_response())
}

async fn download(Of(sandbox): Of<Shared>, Path(file): Path<String>) -> Result<Response, ApiError> {
    let transfer = sandbox.databases.transfers().get(&file).cloned();
    let bytes = transfer.and_then(|transfer| transfer.bytes).ok_or(NO_ROUTE)?;
    Ok(raw("application/sql", bytes))
}
