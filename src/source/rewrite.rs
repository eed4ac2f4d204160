//! Changing the files of a configuration, as `expand -write` does.

use super::LoadError;
use std::io::Write as _;
use std::path::Path;

/// Gives a file another text, or makes it with the directories above it.
///
/// The text is there as a whole or not at all: it is written beside the file, which it then replaces. A file that is there
/// keeps its permissions.
///
/// # Errors
/// A directory, the file or the one beside it could not be written.
pub fn rewrite_file(path: &Path, text: &str) -> Result<(), LoadError> {
    let error = |cause| LoadError {
        path: path.to_path_buf(),
        cause,
    };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    std::fs::create_dir_all(folder).map_err(error)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    let written = std::fs::File::create(&beside).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        if let Ok(present) = std::fs::metadata(path) {
            file.set_permissions(present.permissions())?;
        }
        file.sync_all()?;
        std::fs::rename(&beside, path)
    });
    if written.is_err() {
        let _left = std::fs::remove_file(&beside);
    }
    written.map_err(error)
}

/// Removes a file.
///
/// # Errors
/// It is not there, or may not be removed.
pub fn remove_file(path: &Path) -> Result<(), LoadError> {
    std::fs::remove_file(path).map_err(|cause| LoadError {
        path: path.to_path_buf(),
        cause,
    })
}

/// Whether there is a file or directory.
pub fn is_there(path: &Path) -> bool {
    path.exists()
}
