//! The lines of a journal: a checksum, a space, a JSON object. A line without its end or with
//! another checksum was being written when the run ended; it and what follows count as not written.

use serde::{Deserialize, Serialize};

use super::{Journal, JournalError, Manifest, Record};
use crate::backend::digest;

/// Version of the encoding; another one is refused.
const FORMAT: u64 = 1;
/// Hexadecimal digits of SHA-256 that a line begins with.
const CHECKSUM: usize = 16;

#[derive(Serialize, Deserialize)]
struct Head<M> {
    format: u64,
    manifest: M,
}

/// Encodes the first line.
pub(crate) fn encode_manifest(manifest: &Manifest) -> Result<Vec<u8>, serde_json::Error> {
    let head = Head {
        format: FORMAT,
        manifest,
    };
    let mut out = Vec::new();
    push_line(&mut out, &head)?;
    Ok(out)
}

/// Encodes the lines of a batch.
pub(crate) fn encode_records(records: &[Record]) -> Result<Vec<u8>, serde_json::Error> {
    let mut out = Vec::new();
    for record in records {
        push_line(&mut out, record)?;
    }
    Ok(out)
}

/// Decodes a whole journal; `location` is for the errors.
pub(crate) fn decode(bytes: &[u8], location: &str) -> Result<Journal, JournalError> {
    let mut lines = Lines { rest: bytes };
    let no_manifest = |reason: String| JournalError::NoManifest {
        location: location.to_owned(),
        reason,
    };
    let head = lines
        .next()
        .ok_or_else(|| no_manifest("the line is cut off or damaged".to_owned()))?;
    let head: Head<serde_json::Value> =
        serde_json::from_slice(head).map_err(|error| no_manifest(error.to_string()))?;
    if head.format != FORMAT {
        return Err(no_manifest(format!(
            "it has format {}, only {FORMAT} is known here",
            head.format
        )));
    }
    let manifest =
        serde_json::from_value(head.manifest).map_err(|error| no_manifest(error.to_string()))?;
    let mut records = Vec::new();
    for line in lines.by_ref() {
        let record = serde_json::from_slice(line).map_err(|error| JournalError::NotUnderstood {
            location: location.to_owned(),
            line: records.len() + 2,
            reason: error.to_string(),
        })?;
        records.push(record);
    }
    Ok(Journal {
        manifest,
        records,
        torn_bytes: lines.rest.len(),
    })
}

fn push_line<T: Serialize>(out: &mut Vec<u8>, value: &T) -> Result<(), serde_json::Error> {
    let json = serde_json::to_vec(value)?;
    out.extend_from_slice(checksum(&json).as_bytes());
    out.push(b' ');
    out.extend_from_slice(&json);
    out.push(b'\n');
    Ok(())
}

fn checksum(json: &[u8]) -> String {
    let mut text = digest(json);
    text.truncate(CHECKSUM);
    text
}

/// The JSON of the whole lines; `rest` is what is left when they end.
struct Lines<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let end = self.rest.iter().position(|byte| *byte == b'\n')?;
        let (line, after) = self.rest.split_at_checked(end)?;
        let (sum, json) = line.split_at_checked(CHECKSUM)?;
        let json = json.strip_prefix(b" ")?;
        if sum != checksum(json).as_bytes() {
            return None;
        }
        self.rest = after.strip_prefix(b"\n")?;
        Some(json)
    }
}
