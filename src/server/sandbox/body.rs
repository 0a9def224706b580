//! How the API is asked: bodies in JSON.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;

use super::envelope::ApiError;
use super::errors::MALFORMED_JSON;

/// A JSON body; what is none is refused as Cloudflare refuses it. The type of the content is not
/// looked at, because Wrangler does not always send it.
#[derive(Debug)]
pub(super) struct Json<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|error| MALFORMED_JSON.saying(error.body_text()))?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            MALFORMED_JSON.saying(format!("Malformed JSON in request body: {error}"))
        })
    }
}
