//! What an evaluation works on: the configuration and everything around it that does not change during a run.

use crate::address::Name;
use crate::config::Configuration;
use crate::graph::DependencyGraph;
use crate::schema::Schemas;
use crate::value::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A checked configuration with its graph, its inputs and its surroundings.
#[derive(Clone)]
pub struct Program {
    /// The modules, after the linker.
    pub configuration: Configuration,
    /// What depends on what.
    pub graph: DependencyGraph,
    /// The types.
    pub schemas: Arc<dyn Schemas>,
    /// The values of the root module's variables.
    pub inputs: BTreeMap<Name, Value>,
    /// Names and instants that expressions can ask for.
    pub surroundings: Surroundings,
}

/// What `path`, `terraform` and the clock functions give.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// `terraform.workspace`
    pub workspace: String,
    /// `path.root`
    pub root: String,
    /// `path.cwd`
    pub working_directory: String,
    /// `plantimestamp()`, RFC 3339 in UTC.
    pub plan_timestamp: Option<Arc<str>>,
    /// The home directory, for `pathexpand()`.
    pub home: Option<Arc<str>>,
}

/// What expressions are told only while a plan is applied; in a plan it is unknown.
#[derive(Clone, Debug)]
pub struct Moment {
    /// `timestamp()`, RFC 3339 in UTC.
    pub timestamp: Arc<str>,
    /// What the random bytes of `uuid()` and `bcrypt()` are made from.
    pub seed: [u8; 16],
}

/// A question about the file system that an expression asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileRead {
    /// The bytes of a file.
    Content(String),
    /// The files below a directory that match a pattern.
    Listing(String, String),
}

/// The answers to questions about the file system.
#[derive(Clone, Debug, Default)]
pub struct FileAnswers {
    /// The bytes of files, by path; `None` for a file that does not exist.
    pub contents: BTreeMap<String, Option<Arc<[u8]>>>,
    /// The files that match, by directory and pattern.
    pub listings: BTreeMap<(String, String), Vec<String>>,
}
