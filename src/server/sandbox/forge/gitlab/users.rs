//! Who asks, and who is who.

use axum::routing::MethodFilter as On;
use serde_json::{Value, json};

use super::refusals::{not_found, unauthorized};
use super::{Call, Need, Refusal, Reply, Routes};
use crate::server::sandbox::forge::answer::ok;
use crate::server::sandbox::state::gitlab::User;

pub(super) fn routes() -> Routes {
    Routes::new()
        .on(On::GET, "/user", Need::READ, me)
        .on(On::GET, "/users", Need::READ, users)
        .on(On::GET, "/users/{user_id}", Need::READ, user)
        .on(On::GET, "/users/{user_id}/keys", Need::READ, keys)
}

async fn me(call: Call) -> Reply {
    let (username, view) = (call.username()?, call.view());
    let user = call.gitlab().users.get(username).ok_or_else(unauthorized)?;
    ok(whole(&view.user(username), username, user))
}

/// A user with everything that `GET /user` says.
fn whole(short: &Value, username: &str, user: &User) -> Value {
    let (time, day) = ("2020-01-01T00:00:00.000Z", "2026-01-01");
    let about = json!({
        "bio": "", "location": "", "public_email": null, "skype": "", "linkedin": "", "twitter": "",
        "discord": "", "website_url": "", "organization": "", "job_title": "", "pronouns": null,
        "work_information": null, "local_time": null, "followers": 0, "following": 0,
        "is_followed": false, "bot": user.bot, "created_at": time, "confirmed_at": time,
        "last_sign_in_at": time, "current_sign_in_at": time, "last_activity_on": day,
    });
    let account = json!({
        "email": format!("{username}@users.noreply.example.com"), "theme_id": 1,
        "color_scheme_id": 1, "projects_limit": 100_000, "identities": [], "locked": false,
        "can_create_group": true, "can_create_project": true, "two_factor_enabled": true,
        "external": false, "private_profile": null, "is_admin": null, "note": null,
        "namespace_id": user.id, "created_by": null,
    });
    let parts = [short.clone(), about, account];
    parts.into_iter().filter_map(|part| part.as_object().cloned()).flatten().collect()
}

/// Users by the whole of a name, or by what one looks for: a part of a name, or the whole of an
/// address.
async fn users(call: Call) -> Reply {
    call.username()?;
    let (query, view) = (&call.asked.query, call.view());
    let found = call.gitlab().users.iter().filter(|(name, user)| {
        let has = |text: &str| {
            name.contains(text) || view.email(name) == text || user.emails.contains(text)
        };
        query.get("username").is_none_or(|wanted| name.eq_ignore_ascii_case(wanted))
            && query.get("search").is_none_or(has)
    });
    call.list(found.map(|(name, _)| call.view().user(name)))
}

/// The user whom the path names.
fn named(call: &Call) -> Result<(&String, &User), Refusal> {
    call.username()?;
    let id = call.asked.number("user_id");
    id.and_then(|id| call.gitlab().user(id)).ok_or_else(|| not_found("User"))
}

async fn user(call: Call) -> Reply {
    let (name, user) = named(&call)?;
    let mut shown = call.view().dated_user(name);
    shown["bot"] = json!(user.bot);
    ok(shown)
}

async fn keys(call: Call) -> Reply {
    let keys = named(&call)?.1.keys.iter().zip(1_u64..);
    call.list(keys.map(|(key, id)| {
        json!({
            "id": id, "title": "key", "created_at": "2020-01-01T00:00:00.000Z",
            "expires_at": key.expires_at, "key": key.key, "usage_type": "auth_and_signing",
        })
    }))
}
