//! Folders as what was installed: their hash, copies of them, and whether their links stay inside.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::io::{Error, ErrorKind, Result};
use std::path::{Component, Path};

/// The hash of a folder's files: `h1:` and the SHA-256 of a list of their hashes and names, as `go.sum` and the provider
/// lock of Terraform have it. What git keeps for itself (`.git`) is no part of it; a link counts as a file that holds
/// what it names.
pub(super) fn hash(folder: &Path) -> Result<String> {
    let mut list = String::new();
    for name in names(folder)? {
        let path = folder.join(&name);
        let content = if path.symlink_metadata()?.is_symlink() {
            std::fs::read_link(&path)?
                .to_string_lossy()
                .into_owned()
                .into_bytes()
        } else {
            std::fs::read(&path)?
        };
        let digest = hexadecimal(&Sha256::digest(&content));
        writeln!(list, "{digest}  {name}").map_err(Error::other)?;
    }
    Ok(format!(
        "h1:{}",
        STANDARD.encode(Sha256::digest(list.as_bytes()))
    ))
}

/// Bytes as hexadecimal digits.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.concat()
}

/// The files and links below a folder, sorted, with `/` between names.
fn names(folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut folders = vec![String::new()];
    while let Some(prefix) = folders.pop() {
        for entry in std::fs::read_dir(folder.join(&prefix))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name == ".git" {
                continue;
            }
            let name = if prefix.is_empty() {
                name
            } else {
                format!("{prefix}/{name}")
            };
            if entry.file_type()?.is_dir() {
                folders.push(name);
            } else {
                found.push(name);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Copies a folder with all that is in it, links as links.
pub(super) fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        let kind = entry.file_type()?;
        if kind.is_dir() {
            copy(&entry.path(), &target)?;
        } else if kind.is_symlink() {
            std::os::unix::fs::symlink(std::fs::read_link(entry.path())?, &target)?;
        } else {
            std::fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}

/// Refuses a folder with a link that leads out of it.
pub(super) fn check_links(folder: &Path) -> Result<()> {
    for name in names(folder)? {
        let path = folder.join(&name);
        if path.symlink_metadata()?.is_symlink() {
            let target = std::fs::read_link(&path)?;
            if !stays_inside(Path::new(&name), &target) {
                let detail = format!(
                    "the link {name} leads out of the package, to {}",
                    target.display()
                );
                return Err(Error::new(ErrorKind::InvalidData, detail));
            }
        }
    }
    Ok(())
}

/// Whether a link at a path of a folder names something in that folder. `..` may only begin what it names: behind the
/// name of another link it could lead anywhere.
pub(super) fn stays_inside(link: &Path, target: &Path) -> bool {
    let mut depth = link.components().count().saturating_sub(1);
    let mut has_name = false;
    for component in target.components() {
        match component {
            Component::Normal(_) => has_name = true,
            Component::CurDir => {}
            Component::ParentDir if has_name || depth == 0 => return false,
            Component::ParentDir => depth -= 1,
            Component::RootDir | Component::Prefix(_) => return false,
        }
    }
    true
}

/// Removes a folder, a link to one, or nothing.
pub(super) fn remove(path: &Path) -> Result<()> {
    match path.symlink_metadata() {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(metadata) if metadata.is_dir() => std::fs::remove_dir_all(path),
        Ok(_) => std::fs::remove_file(path),
    }
}
