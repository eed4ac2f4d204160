//! State files as bytes: which version a file has, and what is wrong with one that cannot be read.

#[cfg(test)]
mod tests;
mod text;
mod v4;

use serde::Deserialize;
use serde_json::Number;
use thiserror::Error;

use crate::snapshot::Snapshot;

/// Reads a state file.
///
/// An empty file is `None`: Terraform leaves one behind where nothing was ever applied. Only format
/// version 4 is read, the one that Terraform has written since 0.12.
pub fn parse(bytes: &[u8]) -> Result<Option<Snapshot>, FormatError> {
    if bytes.is_empty() {
        return Ok(None);
    }
    // Nearly every file is of version 4, and reading one only for its version takes as long as reading it.
    let read = v4::parse(bytes).map(Some);
    read.map_err(|error| other_version(bytes).unwrap_or(error))
}

/// The problem of a file that is not of version 4, or has no version that can be read.
fn other_version(bytes: &[u8]) -> Option<FormatError> {
    let head: Head = match serde_json::from_slice(bytes) {
        Ok(head) => head,
        Err(error) => return Some(FormatError::from_json(&error)),
    };
    match head.version.as_u64() {
        Some(4) => None,
        Some(version @ 1..=3) => Some(FormatError::Older { version }),
        Some(version) if version > 4 => Some(FormatError::Newer {
            version,
            writer: head
                .terraform_version
                .unwrap_or_else(|| "an unknown version".to_owned()),
        }),
        Some(_) | None => Some(FormatError::NotAVersion {
            found: head.version.to_string(),
        }),
    }
}

/// Writes a state file of version 4, byte for byte as Terraform 1.11 writes the same state.
///
/// Numbers keep all their digits; one with an exponent, which Terraform never writes, keeps its value
/// but not its spelling (`1E4` becomes `1e+4`).
///
/// The only failure is a value that has no JSON form, which values read from JSON always have.
pub fn write(snapshot: &Snapshot) -> Result<Vec<u8>, FormatError> {
    v4::write(snapshot).map_err(|error| FormatError::from_json(&error))
}

/// What tells the version of a file; everything else is looked at once the version is known.
#[derive(Deserialize)]
struct Head {
    version: Number,
    terraform_version: Option<String>,
}

/// Why bytes are not a state that can be used. Lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FormatError {
    /// The file ends in the middle.
    #[error("the state is cut off: it ends at line {line}, column {column}, inside a value")]
    Truncated {
        /// Line of the end.
        line: usize,
        /// Column of the end.
        column: usize,
    },
    /// The file is not JSON.
    #[error("the state is not JSON: {reason} at line {line}, column {column}")]
    NotJson {
        /// What was found.
        reason: String,
        /// Line of the mistake.
        line: usize,
        /// Column of the mistake.
        column: usize,
    },
    /// The file is JSON, but a member is missing or not of the type it must have.
    #[error("the state is not as expected: {reason} at line {line}, column {column}")]
    Shape {
        /// What was found, what was expected.
        reason: String,
        /// Line of the mistake, or of the end of the value it is in.
        line: usize,
        /// Column of the same.
        column: usize,
    },
    /// Format version 1, 2 or 3.
    #[error(
        "the state has format version {version}, of Terraform before 0.12; \
         upgrade it with `terraform apply -refresh-only` of Terraform 0.15.4 to 1.11, \
         which writes version 4"
    )]
    Older {
        /// Version of the format.
        version: u64,
    },
    /// A format version after 4.
    #[error(
        "the state has format version {version}, written by Terraform {writer}; \
         the newest that can be read here is 4, a newer trustform is needed"
    )]
    Newer {
        /// Version of the format.
        version: u64,
        /// The tool that wrote it.
        writer: String,
    },
    /// A version that no tool ever wrote.
    #[error("the state's `version` is {found}, which is not a version of the format")]
    NotAVersion {
        /// What stands there.
        found: String,
    },
    /// One object twice.
    #[error("the state has {address} twice")]
    Duplicate {
        /// Address of the object.
        address: String,
    },
}

impl FormatError {
    fn from_json(error: &serde_json::Error) -> Self {
        let (line, column) = (error.line(), error.column());
        let reason = without_place(error);
        match error.classify() {
            serde_json::error::Category::Eof => Self::Truncated { line, column },
            serde_json::error::Category::Syntax => Self::NotJson {
                reason,
                line,
                column,
            },
            serde_json::error::Category::Data | serde_json::error::Category::Io => Self::Shape {
                reason,
                line,
                column,
            },
        }
    }
}

/// The message of a JSON error without the place it ends with.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).unwrap_or(&text).to_owned()
}
