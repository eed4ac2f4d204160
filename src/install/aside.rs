//! Where packages are until they are whole: a folder of this run alone. Another run may be at work beside it, and what a
//! killed one has started may go on for a while.

use std::fs::{self, File};
use std::io::{ErrorKind, Result};
use std::path::{Path, PathBuf};

/// The folder of a run, below one for all of them; neither is there before it is needed.
pub(super) struct Aside {
    all: PathBuf,
    /// The folder, and the file beside it that is locked as long as the run lives.
    own: Option<(PathBuf, File)>,
}

impl Aside {
    /// A folder below `all`, from which the folders of runs that are gone are removed.
    pub(super) fn below(all: PathBuf) -> Self {
        for entry in fs::read_dir(&all).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() && is_abandoned(&path) {
                // What goes on in it may keep it for now.
                let _stays = fs::remove_dir_all(&path).and_then(|()| fs::remove_file(lock(&path)));
            }
        }
        let _in_use = fs::remove_dir(&all);
        Self { all, own: None }
    }

    /// Makes the folder, if it is not there.
    ///
    /// # Errors
    /// It cannot be made.
    pub(super) fn make(&mut self) -> Result<PathBuf> {
        if let Some((own, _)) = &self.own {
            return Ok(own.clone());
        }
        fs::create_dir_all(&self.all)?;
        let mut attempt = 0_u64;
        loop {
            let own = self.all.join(format!("{}-{attempt}", std::process::id()));
            match File::create_new(lock(&own)) {
                Ok(locked) => {
                    locked.lock()?;
                    fs::create_dir_all(&own)?;
                    self.own = Some((own.clone(), locked));
                    return Ok(own);
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => attempt += 1,
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        if let Some((own, locked)) = self.own.take() {
            // The next run removes what stays.
            let _stays = fs::remove_dir_all(&own).and_then(|()| fs::remove_file(lock(&own)));
            drop(locked);
        }
        let _in_use = fs::remove_dir(&self.all);
    }
}

/// Whether nobody holds the lock of a folder.
fn is_abandoned(folder: &Path) -> bool {
    File::open(lock(folder)).map_or(true, |file| file.try_lock().is_ok())
}

/// The file that is locked for a folder.
fn lock(folder: &Path) -> PathBuf {
    folder.with_extension("lock")
}
