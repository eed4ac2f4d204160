//! The files that belong to one state file.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::disk;

/// Where everything about one state is.
#[derive(Debug)]
pub(super) struct Paths {
    /// The state itself.
    pub(super) state: PathBuf,
    /// The state as it was before the run, if that is wanted.
    pub(super) backup: Option<PathBuf>,
    /// What the lock says about its holder; Terraform's name for it.
    pub(super) lock_info: PathBuf,
    /// The state that is being written, whole, while the state file is not.
    pub(super) aside: PathBuf,
    /// The journal of the run.
    pub(super) journal: PathBuf,
}

impl Paths {
    /// Derives the others from the state file.
    pub(super) fn of(state: PathBuf) -> Self {
        Self {
            backup: Some(disk::with_suffix(&state, ".backup")),
            lock_info: hidden(&state, ".lock.info"),
            aside: hidden(&state, ".aside"),
            journal: hidden(&state, ".journal"),
            state,
        }
    }
}

/// A hidden file beside `state` with `suffix` after the name; a name that is hidden already gets no
/// second dot, as with Terraform.
fn hidden(state: &Path, suffix: &str) -> PathBuf {
    let name = state.file_name().unwrap_or_default();
    let mut hidden = OsString::new();
    if !name.as_encoded_bytes().starts_with(b".") {
        hidden.push(".");
    }
    hidden.push(name);
    hidden.push(suffix);
    state.with_file_name(hidden)
}
