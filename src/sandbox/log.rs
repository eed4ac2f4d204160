//! The append-only log behind a store: one line a transaction, a process lock, and compaction.
#![allow(
    clippy::disallowed_methods,
    reason = "the one file of the sandbox that touches the disk"
)]

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::store::{Change, StoreError};

/// Below this size a log is never compacted, in bytes.
const COMPACT_ABOVE: u64 = 1 << 20;
/// A log this many times larger than its content is compacted.
const WASTE: u64 = 8;

/// What other processes, or an earlier run, wrote since this process last looked.
#[derive(Debug)]
pub(super) struct News {
    /// The log was replaced: forget everything known before applying the changes.
    pub(super) from_the_start: bool,
    pub(super) changes: Vec<Change>,
}

/// The log's file, how far it was read, and the lock that guards it.
#[derive(Debug)]
pub(super) struct Log {
    path: PathBuf,
    lock: File,
    /// The number of the last compaction, as the log's first line tells it.
    generation: u64,
    read_to: u64,
    /// How long the log was when it was last weighed against its content.
    weighed_at: u64,
    lines: usize,
    file: Option<File>,
}

impl Log {
    pub(super) fn open(dir: &Path) -> Result<Self, StoreError> {
        make_private_folder(dir).map_err(|source| io(dir, source))?;
        let lock_path = dir.join("lock");
        let lock = private_file()
            .open(&lock_path)
            .map_err(|source| io(&lock_path, source))?;
        Ok(Self {
            path: dir.join("log.jsonl"),
            lock,
            generation: 0,
            read_to: 0,
            weighed_at: 0,
            lines: 0,
            file: None,
        })
    }

    /// Takes the process lock, waiting for it, and returns what was appended since the last look.
    pub(super) fn lock_and_catch_up(&mut self) -> Result<News, StoreError> {
        let locked = match self.lock.try_lock() {
            Ok(()) => Ok(()),
            Err(TryLockError::WouldBlock) => self.lock.lock(),
            Err(TryLockError::Error(error)) => Err(error),
        };
        locked.map_err(|source| io(&self.path, source))?;
        let news = self.catch_up();
        if news.is_err() {
            self.unlock();
        }
        news
    }

    /// Appends one line with the changes; nothing when there are none.
    pub(super) fn append(&mut self, changes: &[Change]) -> Result<(), StoreError> {
        if changes.is_empty() {
            return Ok(());
        }
        let line = line_of(changes);
        let Some(file) = &mut self.file else {
            return Ok(());
        };
        if let Err(source) = file.write_all(&line) {
            // What memory holds is now ahead of the log: the next transaction reads it all again.
            self.generation = 0;
            return Err(io(&self.path, source));
        }
        self.read_to += line.len() as u64;
        self.lines += 1;
        Ok(())
    }

    /// Writes the log anew when it is much larger than what it says. Call under the lock.
    pub(super) fn compact_if_wasteful(
        &mut self,
        content: &BTreeMap<String, BTreeMap<String, Value>>,
    ) -> Result<(), StoreError> {
        // Weighing costs as much as the content is large, so the log has to double before it is done again.
        if self.read_to < COMPACT_ABOVE.max(self.weighed_at.saturating_mul(2)) {
            return Ok(());
        }
        self.weighed_at = self.read_to;
        let lines: Vec<Vec<u8>> = content
            .iter()
            .map(|(name, documents)| line_of_collection(name, documents))
            .collect();
        let size: u64 = lines.iter().map(|line| line.len() as u64).sum();
        if self.read_to < WASTE.saturating_mul(size) {
            return Ok(());
        }
        self.replace_with(&lines)
            .map_err(|source| io(&self.path, source))?;
        self.weighed_at = self.read_to;
        Ok(())
    }

    /// Gives the process lock back.
    pub(super) fn unlock(&mut self) {
        // Closing the file would release it too, so a failure here only delays another process.
        self.file = None;
        let _released = self.lock.unlock();
    }

    fn catch_up(&mut self) -> Result<News, StoreError> {
        let path = self.path.clone();
        let mut file = private_file()
            .open(&path)
            .map_err(|source| io(&path, source))?;
        let generation = read_generation(&mut file).map_err(|source| io(&path, source))?;
        // A log that shrank was removed and begun again by somebody.
        let size = file.metadata().map_err(|source| io(&path, source))?.len();
        let from_the_start = generation != Some(self.generation) || size < self.read_to;
        let generation = match generation {
            Some(generation) => generation,
            None => start_file(&mut file, 1).map_err(|source| io(&path, source))?,
        };
        if from_the_start {
            self.generation = generation;
            self.read_to = header(generation).len() as u64;
            self.lines = 1;
        }
        let changes = self.read_changes(&mut file)?;
        self.file = Some(file);
        Ok(News {
            from_the_start,
            changes,
        })
    }

    /// Reads whole lines from where it stopped last; a torn last line is cut off.
    fn read_changes(&mut self, file: &mut File) -> Result<Vec<Change>, StoreError> {
        let mut text = Vec::new();
        file.seek(SeekFrom::Start(self.read_to))
            .and_then(|_| file.read_to_end(&mut text))
            .map_err(|source| io(&self.path, source))?;
        let whole = text
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |last| last + 1);
        let mut changes = Vec::new();
        for line in text
            .get(..whole)
            .unwrap_or_default()
            .split(|&byte| byte == b'\n')
            .filter(|line| !line.is_empty())
        {
            self.lines += 1;
            let read: Result<Vec<Change>, _> = serde_json::from_slice(line);
            changes.extend(read.map_err(|_| StoreError::Damaged {
                path: self.path.display().to_string(),
                line: self.lines,
            })?);
        }
        self.read_to += whole as u64;
        if whole < text.len() {
            file.set_len(self.read_to)
                .map_err(|source| io(&self.path, source))?;
        }
        file.seek(SeekFrom::Start(self.read_to))
            .map_err(|source| io(&self.path, source))?;
        Ok(changes)
    }

    fn replace_with(&mut self, lines: &[Vec<u8>]) -> std::io::Result<()> {
        let aside = self.path.with_extension("jsonl.new");
        let mut file = private_file().truncate(true).open(&aside)?;
        let generation = start_file(&mut file, self.generation + 1)?;
        let mut size = header(generation).len() as u64;
        for line in lines {
            file.write_all(line)?;
            size += line.len() as u64;
        }
        std::fs::rename(&aside, &self.path)?;
        (self.generation, self.read_to, self.lines) = (generation, size, lines.len() + 1);
        Ok(())
    }
}

fn line_of(changes: &[Change]) -> Vec<u8> {
    let mut line = serde_json::to_vec(changes).unwrap_or_default();
    line.push(b'\n');
    line
}

fn line_of_collection(name: &str, documents: &BTreeMap<String, Value>) -> Vec<u8> {
    let changes: Vec<Change> = documents
        .iter()
        .map(|(key, content)| (name.to_owned(), key.clone(), Some(content.clone())))
        .collect();
    line_of(&changes)
}

/// The first line: 33 bytes, so that it can be compared without reading further.
fn header(generation: u64) -> String {
    format!("{{\"generation\":\"{generation:016x}\"}}\n")
}

fn read_generation(file: &mut File) -> std::io::Result<Option<u64>> {
    let mut first = vec![0; header(0).len()];
    match file.read_exact(&mut first) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let digits = first
        .get(15..31)
        .and_then(|digits| std::str::from_utf8(digits).ok());
    let generation = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok());
    generation
        .map(Some)
        .ok_or_else(|| std::io::Error::other("the first line is not a sandbox log's"))
}

fn start_file(file: &mut File, generation: u64) -> std::io::Result<u64> {
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(header(generation).as_bytes())?;
    Ok(generation)
}

/// Options for a file that only its owner may read.
fn private_file() -> OpenOptions {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn make_private_folder(dir: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

fn io(path: &Path, source: std::io::Error) -> StoreError {
    StoreError::Io {
        path: path.display().to_string(),
        source,
    }
}
