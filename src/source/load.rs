//! Which files of a directory are configuration, and reading them with errors that name the path.

use std::path::{Path, PathBuf};

/// A file or directory that could not be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {path}: {cause}")]
pub struct LoadError {
    /// The file or directory.
    pub path: PathBuf,
    /// What the system said.
    pub cause: std::io::Error,
}

impl LoadError {
    /// What the system said of a path.
    pub(super) fn new(path: &Path, cause: std::io::Error) -> Self {
        LoadError {
            path: path.to_path_buf(),
            cause,
        }
    }
}

/// The configuration files of a directory, sorted by name: `*.tf`, `*.tf.json` and `*.trustform.hcl`.
///
/// Dot files and editors' backup files are not configuration, as in Terraform.
pub fn configuration_files(directory: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let error = |cause| LoadError {
        path: directory.to_path_buf(),
        cause,
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(error)? {
        let entry = entry.map_err(error)?;
        if is_configuration(&entry.path()) && entry.path().is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

/// The text of a file, which must be UTF-8.
pub fn read_file(path: &Path) -> Result<String, LoadError> {
    std::fs::read_to_string(path).map_err(|cause| LoadError {
        path: path.to_path_buf(),
        cause,
    })
}

/// Whether a file is configuration, by its name.
pub fn is_configuration(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.unwrap_or_default();
    let suffixes = [".tf", ".tf.json", ".trustform.hcl"];
    !is_ignored(name) && suffixes.iter().any(|suffix| name.ends_with(suffix))
}

/// Whether it is the name of a dot file or of an editor's backup file.
pub(super) fn is_ignored(name: &str) -> bool {
    name.starts_with('.') || name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'))
}

/// The files of a directory whose names end in one of `endings`, sorted by name.
pub fn files_ending(directory: &Path, endings: &[&str]) -> Result<Vec<PathBuf>, LoadError> {
    let error = |cause| LoadError {
        path: directory.to_path_buf(),
        cause,
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(error)? {
        let entry = entry.map_err(error)?;
        let name = entry.file_name();
        let wanted = |name: &str| endings.iter().any(|ending| name.ends_with(ending));
        if name.to_str().is_some_and(wanted) && entry.path().is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

/// The bytes of a file.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, LoadError> {
    std::fs::read(path).map_err(|cause| LoadError {
        path: path.to_path_buf(),
        cause,
    })
}

/// Writes a file that only its owner may read, with the directories above it.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), LoadError> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let error = |cause| LoadError {
        path: path.to_path_buf(),
        cause,
    };
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).map_err(error)?;
    }
    let mut options = std::fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)
        .map_err(error)?;
    file.write_all(bytes).map_err(error)
}
