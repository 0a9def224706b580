//! Who asks, and who is who.

use axum::routing::MethodFilter as On;
use serde_json::{Value, json};

use super::refusals::unauthorized;
use super::{Call, Need, Reply, Routes};
use crate::server::sandbox::forge::answer::ok;
use crate::server::sandbox::state::gitlab::User;

pub(super) fn routes() -> Routes {
    Routes::new().on(On::GET, "/user", Need::READ, me).on(On::GET, "/users", Need::READ, users)
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

async fn users(call: Call) -> Reply {
    call.username()?;
    let wanted = call.asked.query.get("username");
    let names = call.gitlab().users.keys();
    let found = names.filter(|name| wanted.is_none_or(|wanted| wanted == *name));
    call.list(found.map(|name| call.view().user(name)))
}
