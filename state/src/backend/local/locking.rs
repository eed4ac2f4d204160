//! Locking a state file against other processes, Terraform's among them: a POSIX record lock on
//! the file itself, and beside it a note about the holder.

use std::fs;
use std::io;
use std::path::Path;

use super::file::{self, Attempt};
use super::paths::Paths;
use super::{Hold, disk};
use crate::lock::{LockError, LockId, LockInfo, Release};

/// Takes the lock and writes the note.
pub(super) fn lock(paths: &Paths, hold: &mut Hold, info: LockInfo) -> Result<LockInfo, LockError> {
    let folder = disk::folder(&paths.state);
    fs::create_dir_all(folder).map_err(failed("create", folder))?;
    let locked = match file::try_lock(&paths.state).map_err(failed("lock", &paths.state))? {
        Attempt::Locked(locked) => locked,
        Attempt::HeldByProcess(process) => return Err(held(paths, process)),
    };
    let info = info.taken_at(paths.state.display().to_string());
    if let Err(error) = write_note(&paths.lock_info, &info) {
        // The note is the error to tell; the lock ends with the descriptor in any case.
        let _ignored = locked.release(&paths.state);
        return Err(failed("write", &paths.lock_info)(error));
    }
    *hold = Hold {
        lock: Some((locked, info.clone())),
        backed_up: false,
    };
    Ok(info)
}

/// Removes the note and ends the lock that `hold` has under this id.
pub(super) fn unlock(paths: &Paths, hold: &mut Hold, id: &LockId) -> Result<(), LockError> {
    let (locked, info) = match hold.lock.take() {
        None => return Err(not_held(paths)),
        Some((locked, info)) if info.id != *id => {
            let error = other_id(paths, id, &info);
            hold.lock = Some((locked, info));
            return Err(error);
        }
        Some(ours) => ours,
    };
    if read_note(&paths.lock_info).is_some_and(|note| note.id == info.id) {
        disk::remove(&paths.lock_info).map_err(failed("remove", &paths.lock_info))?;
    }
    locked
        .release(&paths.state)
        .map_err(failed("unlock", &paths.state))
}

/// Removes the note of a process that is gone. The lock of a living one cannot be broken.
pub(super) fn force_unlock(paths: &Paths, id: &LockId) -> Result<(), LockError> {
    let Some(note) = read_note(&paths.lock_info) else {
        return Err(not_held(paths));
    };
    if note.id != *id {
        return Err(other_id(paths, id, &note));
    }
    match file::try_lock(&paths.state).map_err(failed("lock", &paths.state))? {
        Attempt::HeldByProcess(process) => Err(held(paths, process)),
        Attempt::Locked(locked) => {
            disk::remove(&paths.lock_info).map_err(failed("remove", &paths.lock_info))?;
            locked
                .release(&paths.state)
                .map_err(failed("unlock", &paths.state))
        }
    }
}

fn held(paths: &Paths, process: Option<u32>) -> LockError {
    LockError::Held {
        location: paths.state.display().to_string(),
        info: read_note(&paths.lock_info).map(Box::new),
        release: Release::EndOfProcess(process),
    }
}

fn not_held(paths: &Paths) -> LockError {
    LockError::NotHeld {
        location: paths.state.display().to_string(),
    }
}

fn other_id(paths: &Paths, given: &LockId, info: &LockInfo) -> LockError {
    LockError::OtherId {
        location: paths.state.display().to_string(),
        given: given.clone(),
        info: Box::new(info.clone()),
    }
}

/// Makes the error of an action on a file.
fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> LockError {
    move |source| LockError::Io {
        action,
        path: path.to_owned(),
        source,
    }
}

fn write_note(path: &Path, info: &LockInfo) -> io::Result<()> {
    disk::replace(path, &serde_json::to_vec(info)?)
}

/// The note, unless it is missing or not understood: it only informs.
fn read_note(path: &Path) -> Option<LockInfo> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}
