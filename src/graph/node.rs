//! Nodes, and finding them by name.

use crate::address::{ModulePath, Name, ResourceAddress, ResourceName};
use std::collections::BTreeMap;
use std::fmt;

/// A node of one graph; meaningless in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

impl NodeId {
    pub(super) fn new(index: usize) -> Self {
        NodeId(u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// The position of the node in tables of the graph's length.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One declaration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Node {
    /// A variable of a module.
    Variable(ModulePath, Name),
    /// A local value.
    Local(ModulePath, Name),
    /// An output.
    Output(ModulePath, Name),
    /// The instances of a module call, named by its caller.
    Call(ModulePath, Name),
    /// Everything in a module, for those that depend on the module as a whole.
    Whole(ModulePath),
    /// A resource or data source with all its instances.
    Resource(ResourceAddress),
    /// A provider configuration: module, local name, alias.
    Provider(ModulePath, Name, Option<Name>),
}

impl Node {
    /// The module in whose instances the node is evaluated.
    pub fn module(&self) -> &ModulePath {
        match self {
            Node::Variable(module, _)
            | Node::Local(module, _)
            | Node::Output(module, _)
            | Node::Call(module, _)
            | Node::Whole(module)
            | Node::Provider(module, _, _) => module,
            Node::Resource(address) => &address.module,
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let module = self.module();
        if !module.is_root() && !matches!(self, Node::Resource(_) | Node::Whole(_)) {
            write!(f, "{module}.")?;
        }
        match self {
            Node::Variable(_, name) => write!(f, "var.{name}"),
            Node::Local(_, name) => write!(f, "local.{name}"),
            Node::Output(_, name) => write!(f, "output.{name}"),
            Node::Call(_, name) => write!(f, "module.{name}"),
            Node::Whole(module) => write!(f, "{module}"),
            Node::Resource(address) => write!(f, "{address}"),
            Node::Provider(_, name, None) => write!(f, "provider.{name}"),
            Node::Provider(_, name, Some(alias)) => write!(f, "provider.{name}.{alias}"),
        }
    }
}

/// The nodes of one module, by what expressions call them.
#[derive(Clone, Debug, Default)]
pub struct ModuleIndex {
    /// Variables.
    pub variables: BTreeMap<Name, NodeId>,
    /// Local values.
    pub locals: BTreeMap<Name, NodeId>,
    /// Outputs.
    pub outputs: BTreeMap<Name, NodeId>,
    /// Module calls.
    pub calls: BTreeMap<Name, NodeId>,
    /// Resources and data sources.
    pub resources: BTreeMap<ResourceName, NodeId>,
    /// Provider configurations, by local name and alias.
    pub providers: BTreeMap<(Name, Option<Name>), NodeId>,
    /// The node for the module as a whole.
    pub whole: Option<NodeId>,
}
