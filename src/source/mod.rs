//! Source text: files, and spans that point into them.
//!
//! Everything a person wrote keeps a [`Span`], so that every diagnostic can show the line it is about.

mod listing;
mod load;
mod rewrite;

pub use listing::matching;
pub use load::{
    LoadError, configuration_files, files_ending, is_configuration, read_bytes, read_file,
};
pub use rewrite::{
    Entry, create_file, entries, is_directory, is_there, remove_file, replace_file, write_private,
};

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Identifies a file of a [`SourceMap`]; meaningless without it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// A range of bytes in one file, end exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file the range lies in.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span of `start..end` in `file`; offsets beyond 4 GiB are clamped.
    pub fn new(file: FileId, range: Range<usize>) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Span {
            file,
            start: clamp(range.start),
            end: clamp(range.end),
        }
    }

    /// The smallest span that covers both; `other` in another file is ignored.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        if self.file != other.file {
            return self;
        }
        Span {
            file: self.file,
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// Whether another span lies within this one.
    pub fn contains(self, other: Span) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }

    /// The range in bytes.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// One file: the path as the user would write it, and its text.
#[derive(Clone, Debug)]
pub struct SourceFile {
    path: PathBuf,
    text: Arc<str>,
    /// Where each line begins, once somebody has asked: thousands of diagnostics may ask for their lines.
    lines: OnceLock<Arc<[usize]>>,
}

impl SourceFile {
    /// The path, relative to the working directory where that is shorter.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it is written in JSON, as its name says.
    pub fn is_json(&self) -> bool {
        self.path.extension().is_some_and(|ending| ending == "json")
    }

    /// The whole text.
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// Line and column (both from 1, column in characters) of a byte offset.
    pub fn position(&self, offset: usize) -> Position {
        let mut end = offset.min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let line = self.lines().partition_point(|start| *start <= end);
        let before = self.text.get(self.line_start(line)..end);
        Position {
            line,
            column: before.unwrap_or_default().chars().count() + 1,
            byte: end,
        }
    }

    /// The whole lines that a range lies in, and the number of the first of them, from 1.
    pub fn lines_around(&self, range: &Range<usize>) -> (Range<usize>, usize) {
        let line = |offset: usize| self.lines().partition_point(|start| *start <= offset);
        let first = line(range.start);
        let end = self.line_start(line(range.end) + 1);
        (self.line_start(first)..end, first)
    }

    /// Where a line begins, by its number; the end of the text after the last one.
    fn line_start(&self, line: usize) -> usize {
        let start = line
            .checked_sub(1)
            .map_or(Some(&0), |at| self.lines().get(at));
        start.copied().unwrap_or(self.text.len())
    }

    fn lines(&self) -> &[usize] {
        self.lines.get_or_init(|| {
            let breaks = self.text.match_indices('\n').map(|(at, _)| at + 1);
            std::iter::once(0).chain(breaks).collect()
        })
    }
}

/// A place in a file as people count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Byte offset, from 0.
    pub byte: usize,
}

/// All files that were read, by [`FileId`].
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// Adds a file and returns its id.
    pub fn add(&mut self, path: impl Into<PathBuf>, text: impl Into<Arc<str>>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(SourceFile {
            path: path.into(),
            text: text.into(),
            lines: OnceLock::new(),
        });
        id
    }

    /// The file of an id; `None` for an id of another map.
    pub fn file(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// The text of a span; empty when it is not of this map.
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file)
            .and_then(|file| file.text.get(span.range()))
            .unwrap_or_default()
    }

    /// All files with their ids, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        (0..).map(FileId).zip(&self.files)
    }
}
