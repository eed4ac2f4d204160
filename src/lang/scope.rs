//! What an evaluation needs from its surroundings.

use super::Target;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::value::Value;
use std::sync::Arc;

/// Why an evaluation has no value.
#[derive(Clone, Debug, PartialEq)]
pub enum Halt {
    /// A fact is missing that has been asked for; it is no error, and `try` and `can` must pass it on.
    Blocked,
    /// The expression is wrong; `try` and `can` may catch it.
    Failed(Box<Diagnostics>),
}

/// A value, or why there is none.
pub type Evaluated = Result<Value, Halt>;

impl From<Diagnostic> for Halt {
    fn from(diagnostic: Diagnostic) -> Self {
        Halt::Failed(Box::new(diagnostic.into()))
    }
}

/// The surroundings of an evaluation. All methods are pure from the evaluation's point of view.
pub trait Scope {
    /// The value of a reference.
    ///
    /// A resource without a key in the target is the object of its instance, a tuple of objects (`count`) or an object
    /// of objects (`for_each`). A key that no instance has is an error.
    fn resolve(&self, target: &Target<'_>) -> Evaluated;

    /// The bytes of a file named by `file`, `templatefile` and the like; the path is as the expression gave it.
    /// `Ok(None)` when there is no such file.
    fn file(&self, path: &str) -> Result<Option<Arc<[u8]>>, Halt>;

    /// The paths below `directory` that match `pattern`, as `fileset` returns them, sorted.
    fn files(&self, directory: &str, pattern: &str) -> Result<Vec<String>, Halt>;

    /// The instant that `timestamp` gives, RFC 3339 in UTC; `None` while it is not known (planning).
    fn timestamp(&self) -> Option<Arc<str>>;

    /// The instant of the plan, RFC 3339 in UTC, that `plantimestamp` gives.
    fn plan_timestamp(&self) -> Option<Arc<str>>;

    /// Random bytes, others at each call, for `uuid` and `bcrypt`; `None` while they are not known (planning).
    fn random(&self) -> Option<[u8; 16]> {
        None
    }

    /// The directory that relative paths start from, for `abspath`.
    fn working_directory(&self) -> Option<Arc<str>> {
        None
    }

    /// The home directory of whoever runs the tool, for `pathexpand`.
    fn home(&self) -> Option<Arc<str>> {
        None
    }

    /// Whether a target names the instance and the output that are asked for. Where it does not, those are steps like others
    /// into the whole value.
    fn narrows(&self) -> bool {
        true
    }

    /// Whether a local name of a provider means the built-in one, which is the only one with functions.
    fn is_builtin(&self, provider: &str) -> bool {
        let _ = provider;
        false
    }

    /// Whether functions may be called; they may not where only constants are wanted.
    fn allows_calls(&self) -> bool {
        true
    }
}

/// Surroundings in which nothing has a name and no function may be called: for constants, as defaults of variables and
/// values in `.tfvars` files.
#[derive(Clone, Copy, Debug, Default)]
pub struct EmptyScope;

impl Scope for EmptyScope {
    fn resolve(&self, target: &Target<'_>) -> Evaluated {
        let detail = "Variables may not be used here.";
        let diagnostic = Diagnostic::error(Code::InvalidReference, detail)
            .with_summary("Variables not allowed")
            .at(target.span);
        Err(diagnostic.into())
    }

    fn file(&self, _path: &str) -> Result<Option<Arc<[u8]>>, Halt> {
        Ok(None)
    }

    fn files(&self, _directory: &str, _pattern: &str) -> Result<Vec<String>, Halt> {
        Ok(Vec::new())
    }

    fn timestamp(&self) -> Option<Arc<str>> {
        None
    }

    fn plan_timestamp(&self) -> Option<Arc<str>> {
        None
    }

    fn allows_calls(&self) -> bool {
        false
    }
}
