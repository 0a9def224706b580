//! `/mtls_certificates`: certificates that Workers show to origins. Nobody looks whether they are
//! valid.

use axum::Router;
use axum::extract::{Path, State as Of};
use serde::Deserialize;
use serde_json::{Value, json};

use super::route::Routes;
use crate::server::sandbox::Shared;
use crate::server::sandbox::auth::Permission;
use crate::server::sandbox::body::Json;
use crate::server::sandbox::envelope::{Reply, ok};
use crate::server::sandbox::errors::products::{INVALID_CERTIFICATE, NO_SUCH_CERTIFICATE};
use crate::server::sandbox::paging::{PerPage, Query, list as page};
use crate::server::sandbox::state::resources::Certificate;

const READ: Permission =
    Permission::of(&["Account: SSL and Certificates Read", "Account: SSL and Certificates Write"]);
const WRITE: Permission = Permission::of(&["Account: SSL and Certificates Write"]);
/// What every certificate says of itself here: nobody reads them.
const ISSUER: &str = "CN=clodo sandbox";
/// When every certificate ends.
const EXPIRES: &str = "2099-12-31T23:59:59Z";

/// Account and certificate.
type OfCertificate = Path<(String, String)>;

pub(super) fn routes() -> Router<Shared> {
    Routes::default()
        .get("/accounts/{account_id}/mtls_certificates", READ, list)
        .post("/accounts/{account_id}/mtls_certificates", WRITE, upload)
        .get("/accounts/{account_id}/mtls_certificates/{mtls_certificate_id}", READ, get)
        .delete("/accounts/{account_id}/mtls_certificates/{mtls_certificate_id}", WRITE, delete)
        .into()
}

fn shown(certificate: &Certificate) -> Value {
    json!({
        "id": certificate.id, "name": certificate.name, "ca": certificate.ca,
        "certificates": certificate.certificates, "uploaded_on": certificate.uploaded_on,
        "issuer": ISSUER, "signature": "SHA256WithRSA", "serial_number": certificate.id,
        "expires_on": EXPIRES,
    })
}

async fn list(Of(sandbox): Of<Shared>, query: Query) -> Reply {
    let state = sandbox.state();
    let name = query.get("name");
    let ca = query.get("ca").map(|ca| ca == "true");
    let certificates = state.certificates.certificates.iter();
    let certificates = certificates
        .filter(|one| name.is_none_or(|name| one.name == name) && ca.is_none_or(|ca| one.ca == ca));
    page(certificates.map(shown), &query, PerPage::ALL)
}

#[derive(Deserialize)]
struct New {
    #[serde(default)]
    name: String,
    certificates: String,
    #[serde(default)]
    ca: bool,
}

async fn upload(Of(sandbox): Of<Shared>, Json(new): Json<New>) -> Reply {
    if !new.certificates.contains("-----BEGIN CERTIFICATE-----") {
        return Err(INVALID_CERTIFICATE.into());
    }
    let certificate = Certificate {
        id: sandbox.source.uuid(),
        name: new.name,
        ca: new.ca,
        certificates: new.certificates,
        uploaded_on: sandbox.source.now(),
    };
    let made = shown(&certificate);
    sandbox.store.change(|state| {
        state.certificates.certificates.push(certificate);
        Ok(())
    })?;
    ok(made)
}

async fn get(Of(sandbox): Of<Shared>, Path((_, id)): OfCertificate) -> Reply {
    ok(shown(sandbox.state().certificates.get(&id).ok_or(NO_SUCH_CERTIFICATE)?))
}

async fn delete(Of(sandbox): Of<Shared>, Path((_, id)): OfCertificate) -> Reply {
    let deleted = sandbox.store.change(|state| {
        let deleted = shown(state.certificates.get(&id).ok_or(NO_SUCH_CERTIFICATE)?);
        state.certificates.certificates.retain(|certificate| certificate.id != id);
        Ok(deleted)
    })?;
    ok(deleted)
}
