//! Modules: as calls in the configuration, and as instances of those calls.

use super::{InstanceKey, Name};
use std::fmt;

/// A module as the configuration knows it: the names of the calls that lead to it, without instance keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModulePath(Vec<Name>);

impl ModulePath {
    /// The root module.
    pub fn root() -> Self {
        ModulePath::default()
    }

    /// The module that the call `name` in this one leads to.
    #[must_use]
    pub fn child(&self, name: impl Into<Name>) -> Self {
        let mut names = self.0.clone();
        names.push(name.into());
        ModulePath(names)
    }

    /// The calling module; `None` for the root.
    pub fn parent(&self) -> Option<ModulePath> {
        let (_, rest) = self.0.split_last()?;
        Some(ModulePath(rest.to_vec()))
    }

    /// Whether this is the root module.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The names of the calls, outermost first.
    pub fn names(&self) -> &[Name] {
        &self.0
    }
}

impl fmt::Display for ModulePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, name) in self.0.iter().enumerate() {
            let dot = if index == 0 { "" } else { "." };
            write!(f, "{dot}module.{name}")?;
        }
        Ok(())
    }
}

/// One instance of a module: the calls that lead to it, each with its key.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleInstance(Vec<(Name, InstanceKey)>);

impl ModuleInstance {
    /// The root module, which has one instance.
    pub fn root() -> Self {
        ModuleInstance::default()
    }

    /// The instance that calls lead to, outermost first.
    pub(super) fn from_steps(steps: Vec<(Name, InstanceKey)>) -> Self {
        ModuleInstance(steps)
    }

    /// The instance `key` of the call `name` in this instance.
    #[must_use]
    pub fn child(&self, name: impl Into<Name>, key: InstanceKey) -> Self {
        let mut steps = self.0.clone();
        steps.push((name.into(), key));
        ModuleInstance(steps)
    }

    /// The calling instance with the last call's name and key; `None` for the root.
    pub fn split(&self) -> Option<(ModuleInstance, &Name, &InstanceKey)> {
        let ((name, key), rest) = self.0.split_last()?;
        Some((ModuleInstance(rest.to_vec()), name, key))
    }

    /// Whether this is the root module.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The calls and keys, outermost first.
    pub fn steps(&self) -> &[(Name, InstanceKey)] {
        &self.0
    }

    /// The same module without keys.
    pub fn path(&self) -> ModulePath {
        ModulePath(self.0.iter().map(|(name, _)| name.clone()).collect())
    }
}

impl fmt::Display for ModuleInstance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, key)) in self.0.iter().enumerate() {
            let dot = if index == 0 { "" } else { "." };
            write!(f, "{dot}module.{name}{key}")?;
        }
        Ok(())
    }
}
