//! Where servers are built and where a run keeps its files: `target/services/`.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// `target/services`, where servers are built once and runs keep their files.
pub(crate) fn services() -> PathBuf {
    target().join("services")
}

/// The root of this repository.
pub(crate) fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

fn target() -> PathBuf {
    let repository = repository();
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => repository.join(folder),
        None => repository.join("target"),
    }
}

/// A folder that one run of the tests owns, removed when the value is dropped.
///
/// The owner holds a lock on a file in it for as long as it lives, so that the next run can tell the folder of a run that
/// was killed from that of one that is at work.
#[derive(Debug)]
pub struct RunFolder {
    path: PathBuf,
    lock: File,
}

impl RunFolder {
    /// Makes a folder for this process, and removes those whose owners are gone.
    pub fn create() -> io::Result<Self> {
        let runs = services().join("run");
        fs::create_dir_all(&runs)?;
        let one_at_a_time = File::create(runs.join("lock"))?;
        one_at_a_time.lock()?;
        remove_abandoned(&runs);
        for attempt in 0_u32.. {
            let path = runs.join(format!("{}-{attempt}", std::process::id()));
            match fs::create_dir(&path) {
                Ok(()) => {
                    let lock = File::create(path.join("lock"))?;
                    lock.lock()?;
                    return Ok(Self { path, lock });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::other("no name is free"))
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn remove(&self) {
        fs::remove_dir_all(&self.path).ok();
        self.lock.unlock().ok();
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        self.remove();
    }
}

fn remove_abandoned(runs: &Path) {
    for entry in fs::read_dir(runs).into_iter().flatten().flatten() {
        if let Ok(lock) = File::open(entry.path().join("lock"))
            && lock.try_lock().is_ok()
        {
            fs::remove_dir_all(entry.path()).ok();
        }
    }
}

static SHARED: Mutex<Option<RunFolder>> = Mutex::new(None);

/// The folder of this run's shared servers, made at the first call.
pub(crate) fn shared() -> io::Result<PathBuf> {
    let mut shared = SHARED.lock().map_err(|_| io::Error::other("poisoned"))?;
    if shared.is_none() {
        *shared = Some(RunFolder::create()?);
    }
    shared
        .as_ref()
        .map(|folder| folder.path().to_path_buf())
        .ok_or_else(|| io::Error::other("no folder"))
}

/// Removes the folder of this run's shared servers.
pub(crate) fn remove_shared() {
    if let Ok(mut shared) = SHARED.lock() {
        drop(shared.take());
    }
}
