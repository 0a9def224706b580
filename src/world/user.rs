//! Who the user of the machine is, where no variable says so: containers and services often set none.

#[cfg(unix)]
use std::fs;

/// The list of users (`passwd(5)`).
#[cfg(unix)]
const USERS: &str = "/etc/passwd";

/// The name of the user as whom this runs, or `uid 1000` where the list of users has none.
#[cfg(unix)]
pub fn name() -> Option<String> {
    let uid = rustix::process::getuid().as_raw().to_string();
    let users = fs::read_to_string(USERS).unwrap_or_default();
    Some(named(&users, &uid).unwrap_or_else(|| format!("uid {uid}")))
}

/// Nobody knows.
#[cfg(not(unix))]
pub fn name() -> Option<String> {
    None
}

/// Lines are `NAME:PASSWORD:UID:…`.
#[cfg(unix)]
fn named(users: &str, uid: &str) -> Option<String> {
    let mut lines = users.lines().map(|line| line.split(':'));
    lines.find_map(|mut fields| {
        let name = fields.next().filter(|name| !name.is_empty())?;
        (fields.nth(1) == Some(uid)).then(|| name.to_owned())
    })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_the_number() {
        let users = "root:x:0:0:root:/root:/bin/sh\n\nana:x:1000:1000::/home/ana:\nbad\n";
        assert_eq!(named(users, "1000").as_deref(), Some("ana"));
        assert_eq!(named(users, "0").as_deref(), Some("root"));
        assert_eq!(named(users, "1"), None);
        assert!(name().is_some_and(|name| !name.is_empty()));
    }
}
