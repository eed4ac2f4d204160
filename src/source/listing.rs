//! The files of a directory that match a pattern, for `fileset`.

use std::path::{Path, PathBuf};

/// The paths of all files below a directory that match a pattern, relative to it, with forward slashes, sorted.
///
/// `*` and `?` do not cross directories, `**` does. A directory that cannot be read has no files; a pattern that is not
/// well formed matches nothing. A link to a directory around it is not followed, since that would never end.
pub fn matching(directory: &Path, pattern: &str) -> Vec<String> {
    let glob = globset::GlobBuilder::new(pattern)
        .literal_separator(true)
        .build();
    let Ok(glob) = glob else { return Vec::new() };
    let matcher = glob.compile_matcher();
    let mut found = Vec::new();
    collect(directory, "", &mut Vec::new(), &mut |path| {
        if matcher.is_match(path) {
            found.push(path.to_owned());
        }
    });
    found.sort();
    found
}

/// Hands out the files below a directory, which lies in those of `around`.
fn collect(directory: &Path, prefix: &str, around: &mut Vec<PathBuf>, found: &mut dyn FnMut(&str)) {
    let real = std::fs::canonicalize(directory);
    let (Ok(real), Ok(entries)) = (real, std::fs::read_dir(directory)) else {
        return;
    };
    if around.contains(&real) {
        return;
    }
    around.push(real);
    for entry in entries.flatten() {
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let path = if prefix.is_empty() {
            name
        } else {
            format!("{prefix}/{name}")
        };
        if entry.path().is_dir() {
            collect(&entry.path(), &path, around, found);
        } else {
            found(&path);
        }
    }
    around.pop();
}
