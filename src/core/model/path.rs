//! Paths as text: with `/` between the parts, relative to the root of the run, or absolute. What
//! lies outside of the root begins with `..`.

/// Joins a path to a folder and takes out `.` and `..`, as Node's `path.resolve` does.
pub fn join(folder: &str, path: &str) -> String {
    let from = if path.starts_with('/') { "" } else { folder };
    let absolute = path.starts_with('/') || from.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in from.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if absolute => {}
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if absolute { format!("/{joined}") } else { joined }
}

/// The folder of a path; empty for the root of the run.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A folder and those above it, up to the root of the run.
pub fn ancestors(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| (!folder.is_empty()).then(|| parent(folder)))
}

/// Whether a folder is the root of the run, or above it.
pub fn is_root_or_above(folder: &str) -> bool {
    folder.split('/').all(|part| part.is_empty() || part == "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn join_resolves_as_node_does() {
        for (folder, path, expected) in [
            ("", "Dockerfile", "Dockerfile"),
            ("apps/api", "./Dockerfile", "apps/api/Dockerfile"),
            ("apps/api", "../../x//y/", "x/y"),
            ("apps", "../../x", "../x"),
            ("..", "../x", "../../x"),
            ("apps", "/abs/../x", "/x"),
            ("apps", "/../x", "/x"),
            ("/outside", "x", "/outside/x"),
            ("/outside", "../../x", "/x"),
        ] {
            assert_eq!(join(folder, path), expected, "{folder} {path}");
        }
    }

    #[test]
    fn ancestors_end_at_the_root() {
        for (folder, expected) in [
            ("", &[""][..]),
            ("apps", &["apps", ""]),
            ("apps/api", &["apps/api", "apps", ""]),
            ("../x", &["../x", "..", ""]),
        ] {
            assert_eq!(ancestors(folder).collect::<Vec<_>>(), expected, "{folder}");
        }
    }
}
