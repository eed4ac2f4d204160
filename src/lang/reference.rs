//! References: which named object of a module an expression speaks of.

use crate::address::{InstanceKey, Name, ResourceName};
use crate::source::Span;
use std::fmt;

/// A reference as it stands in an expression, without the steps that go into its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What is referred to.
    pub subject: Subject,
    /// Where the name stands (the root and its fixed parts, as `aws_iam_role.a`).
    pub span: Span,
}

/// What a reference can speak of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// `var.name`
    Variable(Name),
    /// `local.name`
    Local(Name),
    /// `module.name`: an object of its outputs, or a collection of such objects.
    Module(Name),
    /// `type.name` and `data.type.name`.
    Resource(ResourceName),
    /// `each.key`, `each.value`
    Each(EachPart),
    /// `count.index`
    CountIndex,
    /// `path.module`, `path.root`, `path.cwd`
    Path(PathName),
    /// `terraform.workspace`
    Workspace,
    /// `self`, in conditions and provisioners.
    Own,
}

/// The parts of `each`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EachPart {
    /// The key.
    Key,
    /// The element.
    Value,
}

/// The names below `path`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PathName {
    /// The directory of the module.
    Module,
    /// The directory of the root module.
    Root,
    /// The working directory.
    Cwd,
}

/// What an evaluation asks of its scope: a subject, narrowed by the steps that need not be computed wholly.
///
/// For `aws_iam_role.a["k"].arn` the key is given, so that the other instances are never looked at; for
/// `module.a["k"].out` both key and output are. A step that was consumed here is not applied again.
#[derive(Clone, Debug)]
pub struct Target<'a> {
    /// What is referred to.
    pub subject: &'a Subject,
    /// The key that follows, when it is known.
    pub key: Option<InstanceKey>,
    /// The output that follows a module (after its key, if there is one).
    pub output: Option<&'a Name>,
    /// Where the reference stands, for diagnostics.
    pub span: Span,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Variable(name) => write!(f, "var.{name}"),
            Subject::Local(name) => write!(f, "local.{name}"),
            Subject::Module(name) => write!(f, "module.{name}"),
            Subject::Resource(name) => write!(f, "{name}"),
            Subject::Each(EachPart::Key) => f.write_str("each.key"),
            Subject::Each(EachPart::Value) => f.write_str("each.value"),
            Subject::CountIndex => f.write_str("count.index"),
            Subject::Path(PathName::Module) => f.write_str("path.module"),
            Subject::Path(PathName::Root) => f.write_str("path.root"),
            Subject::Path(PathName::Cwd) => f.write_str("path.cwd"),
            Subject::Workspace => f.write_str("terraform.workspace"),
            Subject::Own => f.write_str("self"),
        }
    }
}
