//! The one descriptor of a state file. POSIX drops all record locks of a process on a file as soon
//! as the process closes *any* descriptor of it, so every opening of a state file goes through here
//! and uses the descriptor that holds the lock, if there is one.

use std::collections::BTreeMap;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustix::fs::FlockOperation;
use rustix::process::{Flock, FlockOffsetType, FlockType};

/// The locked state files of this process, by device and inode.
static LOCKED: Mutex<BTreeMap<FileId, Arc<File>>> = Mutex::new(BTreeMap::new());

type FileId = (u64, u64);
type Locked = MutexGuard<'static, BTreeMap<FileId, Arc<File>>>;

/// A state file that this process has locked.
#[derive(Debug)]
pub(super) struct LockedFile {
    file: Arc<File>,
    id: FileId,
    /// Whether locking made the file.
    created: bool,
}

/// What came of one attempt to lock.
pub(super) enum Attempt {
    /// The lock is ours.
    Locked(LockedFile),
    /// Another process has it; its number, where the system tells.
    HeldByProcess(Option<u32>),
}

/// Reads a whole state file; `None` when there is none.
pub(super) fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let locked = locked();
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
        Ok(metadata) => match locked.get(&id(&metadata)) {
            Some(file) => read_through(file).map(Some),
            None => fs::read(path).map(Some),
        },
    }
}

/// Locks a state file as Terraform does: a write lock on all of it, without waiting.
///
/// The file is made when it is not there.
pub(super) fn try_lock(path: &Path) -> io::Result<Attempt> {
    let mut locked = locked();
    loop {
        let created = match fs::metadata(path) {
            Ok(metadata) if locked.contains_key(&id(&metadata)) => {
                return Ok(Attempt::HeldByProcess(Some(std::process::id())));
            }
            Ok(_) => false,
            Err(_) => true,
        };
        let file = open(path)?;
        match rustix::fs::fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::AGAIN | rustix::io::Errno::ACCESS) => {
                return Ok(Attempt::HeldByProcess(holder(&file)));
            }
            Err(error) => return Err(error.into()),
        }
        let id = id(&file.metadata()?);
        // The last holder may have removed its empty file between our opening and our locking.
        if is_at(path, id) {
            let file = Arc::new(file);
            locked.insert(id, Arc::clone(&file));
            return Ok(Attempt::Locked(LockedFile { file, id, created }));
        }
    }
}

/// Replaces the content of a state file that nobody in this process has locked, or that another
/// backend of this process has.
pub(super) fn overwrite_unlocked(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let locked = locked();
    let known = fs::metadata(path)
        .ok()
        .and_then(|metadata| locked.get(&id(&metadata)));
    match known {
        Some(file) => overwrite(file, bytes),
        None => overwrite(&open(path)?, bytes),
    }
}

impl LockedFile {
    /// Replaces the content of the file.
    pub(super) fn overwrite(&self, bytes: &[u8]) -> io::Result<()> {
        overwrite(&self.file, bytes)
    }

    /// Whether the file is still the one at `path`.
    pub(super) fn is_at(&self, path: &Path) -> bool {
        is_at(path, self.id)
    }

    /// Ends the lock; removes the file if locking made it and nothing was written since.
    pub(super) fn release(self, path: &Path) -> io::Result<()> {
        let mut locked = locked();
        let unused = self.created && self.file.metadata().is_ok_and(|file| file.len() == 0);
        if unused && self.is_at(path) {
            fs::remove_file(path)?;
        }
        locked.remove(&self.id);
        rustix::fs::fcntl_lock(&self.file, FlockOperation::Unlock)?;
        drop(self);
        Ok(())
    }
}

fn locked() -> Locked {
    LOCKED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
}

fn id(metadata: &Metadata) -> FileId {
    (metadata.dev(), metadata.ino())
}

fn is_at(path: &Path, expected: FileId) -> bool {
    fs::metadata(path).is_ok_and(|metadata| id(&metadata) == expected)
}

/// The process that keeps us from locking the file.
fn holder(file: &File) -> Option<u32> {
    let wanted = Flock {
        start: 0,
        length: 0,
        pid: None,
        typ: FlockType::WriteLock,
        offset_type: FlockOffsetType::Set,
    };
    let found = rustix::process::fcntl_getlk(file, &wanted).ok()??;
    u32::try_from(found.pid?.as_raw_nonzero().get()).ok()
}

fn read_through(file: &File) -> io::Result<Vec<u8>> {
    let length = usize::try_from(file.metadata()?.len()).unwrap_or(0);
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(bytes)
}

/// Empties the file before it is filled, so that what an interruption leaves is never a mixture of
/// old and new that looks whole.
fn overwrite(file: &File, bytes: &[u8]) -> io::Result<()> {
    file.set_len(0)?;
    file.write_all_at(bytes, 0)?;
    file.sync_all()
}
