//! One end of a move: which addresses it names.

use crate::address::{
    InstanceAddress, InstanceKey, ModuleInstance, ModulePath, Name, ResourceName,
};
use crate::config::Target;
use std::fmt;

/// A key, or all of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Keys {
    /// This one; also that there is none.
    Exactly(InstanceKey),
    /// Every one. A move keeps it.
    Any,
}

impl Keys {
    fn has(&self, key: &InstanceKey) -> bool {
        match self {
            Keys::Exactly(own) => own == key,
            Keys::Any => true,
        }
    }

    fn meets(&self, other: &Keys) -> bool {
        match (self, other) {
            (Keys::Exactly(a), Keys::Exactly(b)) => a == b,
            (Keys::Any, Keys::Exactly(_) | Keys::Any) | (Keys::Exactly(_), Keys::Any) => true,
        }
    }
}

/// The addresses that one end of a move names: a resource, one instance of it, or all that lies in a module.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pattern {
    /// The calls that lead there. The first ones lead to the module in which the block stands, in all its instances.
    pub(super) modules: Vec<(Name, Keys)>,
    /// The resource; `None` for everything in the module.
    pub(super) resource: Option<(ResourceName, Keys)>,
}

impl Pattern {
    /// An end as it is written in the module `base`. With `all`, an end without a key means every instance.
    pub(super) fn new(base: &ModulePath, target: &Target<InstanceKey>, all: bool) -> Self {
        let exactly = |key: &Option<InstanceKey>| Keys::Exactly(key.clone().unwrap_or_default());
        let around = base.names().iter().map(|name| (name.clone(), Keys::Any));
        let own = target
            .modules
            .iter()
            .map(|(name, key)| (name.clone(), exactly(key)));
        let mut modules: Vec<(Name, Keys)> = around.chain(own).collect();
        let last = |key| if all { Keys::Any } else { exactly(key) };
        let resource = target
            .resource
            .as_ref()
            .map(|(name, key)| (name.clone(), last(key)));
        if resource.is_none()
            && let (Some((_, keys)), Some((_, key))) = (modules.last_mut(), target.modules.last())
        {
            *keys = last(key);
        }
        Pattern { modules, resource }
    }

    /// The end that is one instance of a resource.
    pub(super) fn instance(module: &ModuleInstance, name: &ResourceName, key: InstanceKey) -> Self {
        let steps = module.steps().iter();
        Pattern {
            modules: steps
                .map(|(name, key)| (name.clone(), Keys::Exactly(key.clone())))
                .collect(),
            resource: Some((name.clone(), Keys::Exactly(key))),
        }
    }

    /// Whether an address is among those that are named.
    pub(super) fn matches(&self, address: &InstanceAddress) -> bool {
        match &self.resource {
            Some((name, keys)) => {
                address.module.steps().len() == self.modules.len()
                    && *name == address.resource
                    && keys.has(&address.key)
                    && self.leads_to(&address.module)
            }
            None => self.leads_to(&address.module),
        }
    }

    /// The first address of a resource in one module instance that can be named; `None` when instances of several modules
    /// are.
    pub(super) fn first(&self) -> Option<InstanceAddress> {
        let (name, _) = self.resource.as_ref()?;
        let mut module = ModuleInstance::root();
        for (call, keys) in &self.modules {
            let Keys::Exactly(key) = keys else {
                return None;
            };
            module = module.child(call.clone(), key.clone());
        }
        Some(InstanceAddress {
            module,
            resource: name.clone(),
            key: InstanceKey::None,
        })
    }

    /// Whether a module instance is the one that the calls lead to, or lies in it.
    pub(super) fn leads_to(&self, module: &ModuleInstance) -> bool {
        let steps = module.steps();
        let same = |((name, keys), (own, key)): (&(Name, Keys), &(Name, InstanceKey))| {
            name == own && keys.has(key)
        };
        steps.len() >= self.modules.len() && self.modules.iter().zip(steps).all(same)
    }

    /// Whether some address may be named by both.
    pub(super) fn meets(&self, other: &Pattern) -> bool {
        let same = |((name, keys), (own, others)): (&(Name, Keys), &(Name, Keys))| {
            name == own && keys.meets(others)
        };
        let modules = self.modules.iter().zip(&other.modules).all(same);
        let (mine, others) = (self.modules.len(), other.modules.len());
        modules
            && match (&self.resource, &other.resource) {
                (None, None) => true,
                (None, Some(_)) => mine <= others,
                (Some(_), None) => mine >= others,
                (Some((name, keys)), Some((other, more))) => {
                    mine == others && name == other && keys.meets(more)
                }
            }
    }

    /// Whether this names a part only of what the other one names.
    pub(super) fn is_inside(&self, other: &Pattern) -> bool {
        let deeper = self.modules.len() > other.modules.len() || self.resource.is_some();
        other.resource.is_none() && deeper && self.meets(other)
    }

    /// The path without keys.
    pub(super) fn path(&self) -> ModulePath {
        let names = self.modules.iter().map(|(name, _)| name.clone());
        names.fold(ModulePath::root(), |path, name| path.child(name))
    }
}

impl fmt::Display for Pattern {
    /// As it is written, from the root module; the keys of what stands for all instances are left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = |keys: &Keys| match keys {
            Keys::Exactly(key) => key.to_string(),
            Keys::Any => String::new(),
        };
        let modules = self.modules.iter();
        let modules = modules.map(|(name, keys)| format!("module.{name}{}", key(keys)));
        let resource = self.resource.iter();
        let resource = resource.map(|(name, keys)| format!("{name}{}", key(keys)));
        f.write_str(&modules.chain(resource).collect::<Vec<_>>().join("."))
    }
}
