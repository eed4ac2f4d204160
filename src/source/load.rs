//! Which files of a directory are configuration, and reading them with errors that name the path.

use std::io::Read as _;
use std::path::{Path, PathBuf};

/// A file or directory that could not be read or written.
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

    /// The error of a path that was to be written, in words.
    pub fn of_writing(&self) -> String {
        format!("cannot write {}: {}", self.path.display(), self.cause)
    }
}

/// The configuration files of a directory, sorted by name: `*.tf`, `*.tf.json` and `*.trustform.hcl`.
///
/// Dot files and editors' backup files are not configuration, as in Terraform, nor are directories.
///
/// # Errors
/// The directory cannot be read; or one of the names belongs to something that cannot be a file's text, as a link to
/// nowhere: what it should have said would be missing without a word.
pub fn configuration_files(directory: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let error = |cause| LoadError {
        path: directory.to_path_buf(),
        cause,
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(error)? {
        let entry = entry.map_err(error)?;
        if is_configuration(&entry.path()) && is_text(&entry.path())? {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

/// Whether there is a file at a path, and not a directory; an error for anything else.
fn is_text(path: &Path) -> Result<bool, LoadError> {
    let error = |cause| LoadError::new(path, cause);
    let metadata = std::fs::metadata(path).map_err(error)?;
    if metadata.is_file() || metadata.is_dir() {
        return Ok(metadata.is_file());
    }
    Err(error(std::io::Error::other("it is not a file")))
}

/// The text of a file, which must be UTF-8.
pub fn read_file(path: &Path) -> Result<String, LoadError> {
    let not_text = |_| LoadError::new(path, std::io::Error::other("it is not UTF-8 text"));
    String::from_utf8(read_bytes(path)?).map_err(not_text)
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
///
/// # Errors
/// It cannot be read, or has more than 512 MiB, as a device that never ends.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, LoadError> {
    let error = |cause| LoadError::new(path, cause);
    let file = std::fs::File::open(path).map_err(error)?;
    let expected = file.metadata().map_err(error)?.len().min(MOST_BYTES);
    let mut bytes = Vec::with_capacity(usize::try_from(expected).unwrap_or_default());
    let mut some = file.take(MOST_BYTES + 1);
    let read = some.read_to_end(&mut bytes).map_err(error)?;
    if u64::try_from(read).is_ok_and(|read| read <= MOST_BYTES) {
        return Ok(bytes);
    }
    let limit = MOST_BYTES >> 20;
    Err(error(std::io::Error::other(format!(
        "it has more than {limit} MiB"
    ))))
}

/// The largest file that is read, in bytes.
const MOST_BYTES: u64 = 512 << 20;
