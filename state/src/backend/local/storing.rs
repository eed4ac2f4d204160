//! Reading and writing the state file. A write goes aside first and only then over the file, so
//! that one of the two is whole at every instant.

use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::paths::Paths;
use super::{Hold, disk, file};
use crate::backend::{BackendError, Stored, Version, check_expected, check_succession, encoded};
use crate::format::{self, FormatError};
use crate::snapshot::Snapshot;

/// How often a file that seems torn is read again: a writer that a reader without a lock has met
/// needs milliseconds.
const ATTEMPTS: u32 = 5;
const PAUSE: Duration = Duration::from_millis(20);

/// A state together with the bytes it was read from.
struct Read {
    stored: Stored,
    bytes: Vec<u8>,
}

/// Reads the state that counts: the file, or what was written aside and did not get into it.
pub(super) fn read(paths: &Paths) -> Result<Option<Stored>, BackendError> {
    Ok(read_bytes(paths)?.map(|read| read.stored))
}

/// Writes the state; see [`Backend::write`](crate::backend::Backend::write).
pub(super) fn write(
    paths: &Paths,
    hold: &mut Hold,
    snapshot: &Snapshot,
    expected: Option<&Version>,
) -> Result<Version, BackendError> {
    let location = paths.state.display().to_string();
    let before = read_bytes(paths)?;
    let stored = before.as_ref().map(|read| &read.stored);
    check_succession(&location, stored, expected, snapshot)?;
    store(paths, hold, before.as_ref(), snapshot)
}

/// Writes a state that need not follow the one that is there; see
/// [`Backend::overwrite`](crate::backend::Backend::overwrite).
pub(super) fn overwrite_any(
    paths: &Paths,
    hold: &mut Hold,
    snapshot: &Snapshot,
    expected: Option<&Version>,
) -> Result<Version, BackendError> {
    let location = paths.state.display().to_string();
    let before = read_bytes(paths)?;
    let stored = before.as_ref().map(|read| &read.stored);
    check_expected(&location, stored, expected)?;
    store(paths, hold, before.as_ref(), snapshot)
}

fn store(
    paths: &Paths,
    hold: &mut Hold,
    before: Option<&Read>,
    snapshot: &Snapshot,
) -> Result<Version, BackendError> {
    let bytes = encoded(&paths.state.display().to_string(), snapshot)?;
    if let Some(before) = before {
        back_up(paths, hold, before, snapshot)?;
    }
    disk::replace(&paths.aside, &bytes).map_err(failed("write", &paths.aside))?;
    overwrite(paths, hold, &bytes)?;
    disk::remove(&paths.aside).map_err(failed("remove", &paths.aside))?;
    Ok(Version::of_bytes(&bytes))
}

/// Keeps the state as it was before the first change of a run, as Terraform does.
fn back_up(
    paths: &Paths,
    hold: &mut Hold,
    before: &Read,
    next: &Snapshot,
) -> Result<(), BackendError> {
    let Some(backup) = &paths.backup else {
        return Ok(());
    };
    if !hold.backed_up && !before.stored.snapshot.same_content(next) {
        disk::replace(backup, &before.bytes).map_err(failed("write", backup))?;
        hold.backed_up = true;
    }
    Ok(())
}

fn overwrite(paths: &Paths, hold: &Hold, bytes: &[u8]) -> Result<(), BackendError> {
    let written = match &hold.lock {
        Some((locked, _)) if !locked.is_at(&paths.state) => {
            return Err(BackendError::Replaced {
                path: paths.state.clone(),
            });
        }
        Some((locked, _)) => locked.overwrite(bytes),
        None => file::overwrite_unlocked(&paths.state, bytes),
    };
    written.map_err(failed("write", &paths.state))
}

/// Reads the file and what lies aside, again if a writer was met in the middle.
fn read_bytes(paths: &Paths) -> Result<Option<Read>, BackendError> {
    let mut last = None;
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            thread::sleep(PAUSE);
        }
        let Some(main) = file::read(&paths.state).map_err(failed("read", &paths.state))? else {
            return aside(paths);
        };
        match (parsed(main), aside(paths)?) {
            (Ok(Some(main)), Some(aside)) if follows(&aside, &main) => return Ok(Some(aside)),
            (Ok(Some(main)), _) => return Ok(Some(main)),
            (Ok(None) | Err(_), Some(aside)) => return Ok(Some(aside)),
            // The first sight of an empty file may be that of a file being written.
            (Ok(None), None) if attempt > 0 => return Ok(None),
            (Ok(None), None) => {}
            (Err(error), None) => last = Some(error),
        }
    }
    match last {
        None => Ok(None),
        Some(source) => Err(BackendError::Format {
            location: paths.state.display().to_string(),
            source,
        }),
    }
}

/// What lies aside, if it is whole.
fn aside(paths: &Paths) -> Result<Option<Read>, BackendError> {
    let bytes = disk::read(&paths.aside).map_err(failed("read", &paths.aside))?;
    Ok(bytes.and_then(|bytes| parsed(bytes).ok().flatten()))
}

/// Whether `aside` is a later writing of the same state.
fn follows(aside: &Read, main: &Read) -> bool {
    let (aside, main) = (&aside.stored.snapshot, &main.stored.snapshot);
    aside.lineage == main.lineage && aside.serial > main.serial
}

fn parsed(bytes: Vec<u8>) -> Result<Option<Read>, FormatError> {
    let version = Version::of_bytes(&bytes);
    Ok(format::parse(&bytes)?.map(|snapshot| Read {
        stored: Stored { snapshot, version },
        bytes,
    }))
}

/// Makes the error of an action on a file.
fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> BackendError {
    move |source| BackendError::Io {
        action,
        path: path.to_owned(),
        source,
    }
}
