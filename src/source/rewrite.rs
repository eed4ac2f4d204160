//! What a command that rewrites files needs of a disk: what is where, and putting a new text in the place of an old one.

use super::LoadError;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Something in a directory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Its name there.
    pub name: String,
    /// Whether it is itself a directory; a link to one is not.
    pub is_directory: bool,
}

/// What is in a directory, by name, but for dot files and editors' backup files.
///
/// # Errors
/// The directory cannot be read.
pub fn entries(directory: &Path) -> Result<Vec<Entry>, LoadError> {
    let error = |cause| LoadError::new(directory, cause);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(error)? {
        let entry = entry.map_err(error)?;
        let is_directory = entry.file_type().map_err(error)?.is_dir();
        if let Ok(name) = entry.file_name().into_string()
            && !super::load::is_ignored(&name)
        {
            found.push(Entry { name, is_directory });
        }
    }
    found.sort();
    Ok(found)
}

/// Whether a path leads to a directory, through links too.
///
/// # Errors
/// There is nothing at the path, or it cannot be looked at.
pub fn is_directory(path: &Path) -> Result<bool, LoadError> {
    let metadata = std::fs::metadata(path).map_err(|cause| LoadError::new(path, cause))?;
    Ok(metadata.is_dir())
}

/// Gives a file another content, at once and with its permissions. A link stays a link, to the file with the new content.
///
/// # Errors
/// The file is not there, or it or its directory cannot be written to; it is as it was then.
pub fn replace_file(path: &Path, content: &[u8]) -> Result<(), LoadError> {
    replace(path, content).map_err(|cause| LoadError::new(path, cause))
}

fn replace(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let target = std::fs::canonicalize(path)?;
    let permissions = std::fs::metadata(&target)?.permissions();
    // Who may not write to the file may not replace it either.
    drop(std::fs::OpenOptions::new().write(true).open(&target)?);
    swapped(&target, content, |aside| {
        let file = std::fs::File::create_new(aside)?;
        file.set_permissions(permissions)?;
        Ok(file)
    })
}

/// Writes a file that only its owner may read, with the directories above it: all of it, or it is as it was. What is no
/// file, such as a pipe or a link, is written to where it is.
///
/// # Errors
/// It or its directories cannot be written to.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), LoadError> {
    write(path, bytes).map_err(|cause| LoadError::new(path, cause))
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    match std::fs::symlink_metadata(path) {
        Ok(there) if !there.is_file() => {
            return private().truncate(true).open(path)?.write_all(bytes);
        }
        // Who may not write to the file may not replace it either.
        Ok(_) => drop(private().truncate(false).open(path)?),
        Err(_) => {}
    }
    swapped(path, bytes, |aside| private().truncate(true).open(aside))
}

/// Puts a new file in the place of what is there once all of it is on the disk; if it cannot be, nothing is changed.
fn swapped(
    path: &Path,
    content: &[u8],
    open: impl FnOnce(&Path) -> std::io::Result<std::fs::File>,
) -> std::io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let aside = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written = open(&aside).and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()?;
        std::fs::rename(&aside, path)
    });
    if written.is_err() {
        let _nothing_more_to_do = std::fs::remove_file(&aside);
    }
    written
}

/// Options for a file that only its owner may read.
fn private() -> std::fs::OpenOptions {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).mode(0o600);
    options
}

/// Makes a file, and the directories that it lies in.
///
/// # Errors
/// It is there already, or it or its directories cannot be made; there is no part of it then.
pub fn create_file(path: &Path, content: &[u8]) -> Result<(), LoadError> {
    create(path, content).map_err(|cause| LoadError::new(path, cause))
}

fn create(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new(""));
    if !folder.as_os_str().is_empty() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = std::fs::File::create_new(path)?;
    let written = file.write_all(content).and_then(|()| file.sync_all());
    if written.is_err() {
        let _nothing_more_to_do = std::fs::remove_file(path);
    }
    written
}

/// Removes a file.
///
/// # Errors
/// It is not there, or may not be removed.
pub fn remove_file(path: &Path) -> Result<(), LoadError> {
    std::fs::remove_file(path).map_err(|cause| LoadError::new(path, cause))
}

/// Whether there is a file or directory.
pub fn is_there(path: &Path) -> bool {
    path.exists()
}
