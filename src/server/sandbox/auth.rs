//! What a request may: the token that it carries against the permission that its route needs.

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::Shared;
use super::envelope::ApiError;
use super::errors::{
    INVALID_HEADERS, Known, NO_CREDENTIALS, NO_ROUTE, NOT_ALLOWED, NOT_AUTHENTICATED, UNAUTHORIZED,
};
use super::state::{Token, TokenStatus};

/// What a route needs of a token.
#[derive(Clone, Copy, Debug)]
pub struct Permission {
    needs: Needs,
    /// The error for a token that has it not.
    denied: Known,
}

#[derive(Clone, Copy, Debug)]
enum Needs {
    /// Nothing: the handler looks at the request's own credentials, such as an upload's JWT.
    Nothing,
    /// A token that is good, whatever it may.
    AnyToken,
    /// One of these permission groups.
    OneOf(&'static [&'static str]),
}

/// Groups by Cloudflare's names. Who may write may read.
impl Permission {
    /// No token: the handler sees to it.
    pub const NONE: Self = Self { needs: Needs::Nothing, denied: NOT_ALLOWED };
    /// Any good token.
    pub const ANY: Self = Self { needs: Needs::AnyToken, denied: UNAUTHORIZED };
    /// Reading Workers.
    pub const WORKERS_READ: Self = Self::of(&["Workers Scripts Read", "Workers Scripts Write"]);
    /// Changing Workers.
    pub const WORKERS_WRITE: Self = Self::of(&["Workers Scripts Write"]);
    /// Following the logs of a Worker.
    pub const TAIL_READ: Self = Self::of(&["Workers Tail Read", "Workers Scripts Write"]);
    /// Reading the routes of a zone.
    pub const ROUTES_READ: Self = Self::of(&["Workers Routes Read", "Workers Routes Write"]);
    /// Changing the routes of a zone.
    pub const ROUTES_WRITE: Self = Self::of(&["Workers Routes Write"]);
    /// Reading DNS records.
    pub const DNS_READ: Self = Self::of(&["DNS Read", "DNS Write"]);
    /// Changing DNS records.
    pub const DNS_WRITE: Self = Self::of(&["DNS Write"]);
    /// Seeing zones: any permission on a zone lets a token see it.
    pub const ZONE_READ: Self =
        Self::of(&["Zone Read", "Zone Write", "Zone Settings Read", "Zone Settings Write"])
            .or(UNAUTHORIZED);
    /// Seeing the account.
    pub const ACCOUNT_READ: Self =
        Self::of(&["Account Settings Read", "Account Settings Write"]).or(UNAUTHORIZED);
    /// Seeing the user.
    pub const USER_READ: Self =
        Self::of(&["User Details Read", "User Details Write"]).or(UNAUTHORIZED);
    /// Seeing the user's memberships.
    pub const MEMBERSHIPS_READ: Self =
        Self::of(&["Memberships Read", "Memberships Write"]).or(NOT_AUTHENTICATED);
    /// Seeing the user's tokens and what groups there are.
    pub const TOKENS_READ: Self =
        Self::of(&["API Tokens Read", "API Tokens Write"]).or(UNAUTHORIZED);
    /// The same for tokens of the account.
    pub const ACCOUNT_TOKENS_READ: Self =
        Self::of(&["Account API Tokens Read", "Account API Tokens Write"]).or(UNAUTHORIZED);

    /// One of these groups; without, `Authentication error` (10000), as products answer.
    pub const fn of(groups: &'static [&'static str]) -> Self {
        Self { needs: Needs::OneOf(groups), denied: NOT_ALLOWED }
    }

    /// The same with another error for a token without.
    #[must_use]
    pub const fn or(self, denied: Known) -> Self {
        Self { denied, ..self }
    }

    /// The groups of which a token needs one.
    pub fn groups(&self) -> &'static [&'static str] {
        match self.needs {
            Needs::Nothing | Needs::AnyToken => &[],
            Needs::OneOf(groups) => groups,
        }
    }
}

/// The token that a request came with, for handlers that ask who it is.
#[derive(Clone, Debug)]
pub struct Caller(pub Token);

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| NO_CREDENTIALS.into())
    }
}

/// Lets a request pass to its handler if its token may. Then the handler finds the [`Caller`].
pub(super) async fn guard(
    sandbox: Shared,
    permission: Permission,
    mut request: Request,
    next: Next,
) -> Response {
    if !matches!(permission.needs, Needs::Nothing) {
        match check(&sandbox, permission, &request) {
            Ok(caller) => request.extensions_mut().insert(caller),
            Err(error) => return error.into_response(),
        };
    }
    next.run(request).await
}

fn check(sandbox: &Shared, permission: Permission, request: &Request) -> Result<Caller, ApiError> {
    let state = sandbox.state();
    let token = token(request.headers(), &state.tokens)?;
    let token = token.ok_or_else(|| permission.denied.saying("Authentication error"))?;
    let path = request.uri().path();
    let after = |prefix: &str| path.strip_prefix(prefix)?.split('/').next().map(str::to_owned);
    if let Some(account) = after("/accounts/") {
        if !is_id(&account) {
            return Err(could_not_route(path));
        }
        if account != state.account.id {
            return Err(permission.denied.into());
        }
    }
    if token.status_at(sandbox.source.timestamp()) != TokenStatus::Active {
        // It may still ask what became of it.
        return match permission.needs {
            Needs::AnyToken => Ok(Caller(token.clone())),
            _ => Err(permission.denied.into()),
        };
    }
    if let Some(id) = after("/zones/") {
        let zone = state.zones.get(&id).ok_or_else(|| could_not_route(path))?;
        if !token.sees_zone(&zone.name) {
            return Err(permission.denied.into());
        }
    }
    let may = match permission.needs {
        Needs::Nothing | Needs::AnyToken => true,
        Needs::OneOf(groups) => groups.iter().any(|group| token.has(group)),
    };
    if may { Ok(Caller(token.clone())) } else { Err(permission.denied.into()) }
}

/// The token that the headers name: `None` if there is none such.
fn token<'a>(headers: &HeaderMap, tokens: &'a [Token]) -> Result<Option<&'a Token>, ApiError> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let value = if let Some(authorization) = headers.get(header::AUTHORIZATION) {
        let value = authorization.to_str().ok().and_then(|text| text.strip_prefix("Bearer "));
        value.map(str::trim).filter(|value| !value.is_empty()).ok_or_else(|| {
            ApiError::from(INVALID_HEADERS).because(6111, "Invalid format for Authorization header")
        })?
    } else if let (Some(key), Some(_)) = (text("x-auth-key"), text("x-auth-email")) {
        key
    } else {
        return Err(NO_CREDENTIALS.into());
    };
    Ok(tokens.iter().find(|token| token.value == value))
}

/// Whether this has the shape of an id: 32 hexadecimal digits.
fn is_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Nothing answers to a path.
pub(super) fn could_not_route(path: &str) -> ApiError {
    NO_ROUTE.saying(format!(
        "Could not route to /client/v4{path}, perhaps your object identifier is invalid?"
    ))
}
