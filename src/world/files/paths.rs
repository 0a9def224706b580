//! Paths as they are resolved, and as they are shown.

use std::io;
use std::path::{Component, Path, PathBuf};

/// The absolute path of `path` seen from `base`, without `.` and `..`, as Node's `path.resolve`
/// has it. Links are not looked at.
pub(super) fn resolve(base: &Path, path: &Path) -> PathBuf {
    let mut resolved = PathBuf::new();
    for component in base.join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                resolved.pop();
            }
            component => resolved.push(component),
        }
    }
    resolved
}

/// The folder of a file.
pub(super) fn parent(file: &Path) -> &Path {
    file.parent().unwrap_or(file)
}

/// A path as people see it: relative to the root of the run, with `/` between the parts. What has
/// nothing in common with the root is shown absolute.
pub(super) fn shown(root: &Path, path: &Path) -> String {
    if let Ok(inside) = path.strip_prefix(root) {
        return joined(inside.components());
    }
    let common = root.components().zip(path.components()).take_while(|(a, b)| a == b).count();
    // The root of the file system is common to all, and a path that climbs there says less.
    if !path.components().take(common).any(|part| matches!(part, Component::Normal(_))) {
        return path.to_string_lossy().into_owned();
    }
    let up = "../".repeat(root.components().count() - common);
    let down = joined(path.components().skip(common));
    if down.is_empty() { up.trim_end_matches('/').to_owned() } else { up + &down }
}

fn joined<'a>(components: impl Iterator<Item = Component<'a>>) -> String {
    let parts: Vec<_> = components.map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

/// Why something cannot be read, in words.
pub(super) fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::PermissionDenied => "no permission to read it".into(),
        io::ErrorKind::InvalidFilename => "its path is too long".into(),
        io::ErrorKind::IsADirectory => "it is a folder".into(),
        io::ErrorKind::NotFound => "it does not exist".into(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolve_as_node_does() {
        for (path, expected) in [
            ("c", "/a/b/c"),
            ("./c/.", "/a/b/c"),
            ("../../../c", "/c"),
            ("/x/./y/../z", "/x/z"),
            ("", "/a/b"),
        ] {
            assert_eq!(resolve(Path::new("/a/b"), Path::new(path)), Path::new(expected), "{path}");
        }
    }

    #[test]
    fn shown_from_the_root() {
        for (path, expected) in [
            ("/a/b/c/d", "c/d"),
            ("/a/b", ""),
            ("/a", ".."),
            ("/a/c/d", "../c/d"),
            ("/x/y", "/x/y"),
            ("/", "/"),
        ] {
            assert_eq!(shown(Path::new("/a/b"), Path::new(path)), expected, "{path}");
        }
        assert_eq!(shown(Path::new("/"), Path::new("/a/b")), "a/b");
    }
}
