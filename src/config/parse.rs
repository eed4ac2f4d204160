//! From the texts of a module's files to their syntax, several files at a time.

use super::json;
use super::syntax::{NativeFile, Structure};
use crate::diagnostic::Diagnostics;
use crate::schema::Schemas;
use crate::source::FileId;
use rayon::prelude::*;
use std::path::PathBuf;
use std::sync::Arc;

/// A file that was read.
pub(super) enum Parsed {
    Native(NativeFile),
    Json(Vec<Structure>),
}

impl Parsed {
    /// What stands at the top of it, one after the other.
    pub(super) fn structures(&self) -> Box<dyn Iterator<Item = Structure> + '_> {
        match self {
            Parsed::Native(native) => Box::new(native.structures()),
            Parsed::Json(structures) => Box::new(structures.iter().cloned()),
        }
    }
}

/// Texts shorter than this together, in bytes, are read one after the other: that takes some milliseconds at most.
const WORTH_THREADS: usize = 256 << 10;

/// So many files are read together, so that not the syntax of all is held at once.
const AT_ONCE: usize = 8;

/// Reads files in groups, the files of a group at the same time, when somebody asks for them. What was read stands in the
/// order of the files, whichever was done first.
pub(super) fn parse<'a>(
    files: &'a [(FileId, PathBuf, Arc<str>)],
    schemas: &'a dyn Schemas,
) -> impl Iterator<Item = (Parsed, Diagnostics)> + 'a {
    let length: usize = files.iter().map(|(_, _, text)| text.len()).sum();
    let group = if length < WORTH_THREADS { 1 } else { AT_ONCE };
    files.chunks(group).flat_map(move |group| match group {
        [alone] => vec![parse_one(alone, schemas)],
        several => several
            .par_iter()
            .map(|file| parse_one(file, schemas))
            .collect(),
    })
}

fn parse_one(
    (id, path, text): &(FileId, PathBuf, Arc<str>),
    schemas: &dyn Schemas,
) -> (Parsed, Diagnostics) {
    if path.extension().is_none_or(|ending| ending != "json") {
        let (native, diagnostics) = NativeFile::read(*id, text);
        return (Parsed::Native(native), diagnostics);
    }
    match json::read(text, *id) {
        Ok(whole) => {
            let (structures, diagnostics) = json::structures(&whole, schemas);
            (Parsed::Json(structures), diagnostics)
        }
        Err(diagnostic) => (Parsed::Json(Vec::new()), diagnostic.into()),
    }
}
