//! Which moves there are: the ones that are written, and the ones that a change of `count` implies.

use super::pattern::{Keys, Pattern};
use super::{instance_key, owner};
use crate::address::{InstanceAddress, InstanceKey, ModuleInstance, ModulePath, Name};
use crate::config::{Configuration, Moved, Repetition};
use crate::source::Span;
use trustform_state::snapshot::{ResourceMode, ResourceState, Snapshot};

/// One move.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    /// What is moved.
    pub(super) from: Pattern,
    /// Where it goes. Keys that stand for all instances are kept, so both ends have them at the same places.
    pub(super) to: Pattern,
    /// The module in which the block stands.
    pub(super) base: ModulePath,
    /// The block's header; `None` for an implied one.
    pub(super) span: Option<Span>,
}

impl Statement {
    fn new(base: &ModulePath, moved: &Moved) -> Self {
        let whole = |target: &crate::config::Target<InstanceKey>| match &target.resource {
            Some((_, key)) => key.is_none(),
            None => target.modules.last().is_none_or(|(_, key)| key.is_none()),
        };
        // Without a key on either side the move is one of the whole block, whatever instances it has.
        let all = whole(&moved.from) && whole(&moved.to);
        Statement {
            from: Pattern::new(base, &moved.from, all),
            to: Pattern::new(base, &moved.to, all),
            base: base.clone(),
            span: Some(moved.span),
        }
    }

    /// Where an address goes that `from` matches.
    pub(super) fn target_of(&self, address: &InstanceAddress) -> InstanceAddress {
        let base = self.base.names().len();
        let steps = address.module.steps();
        let last = steps.get(self.from.modules.len().saturating_sub(1));
        let kept = last.map(|(_, key)| key.clone()).unwrap_or_default();
        let mut module = ModuleInstance::root();
        for (position, (name, keys)) in self.to.modules.iter().enumerate() {
            let key = match (keys, steps.get(position)) {
                (Keys::Exactly(key), _) => key.clone(),
                (Keys::Any, Some((_, key))) if position < base => key.clone(),
                (Keys::Any, _) => kept.clone(),
            };
            module = module.child(name.clone(), key);
        }
        match &self.to.resource {
            Some((name, keys)) => InstanceAddress {
                module,
                resource: name.clone(),
                key: match keys {
                    Keys::Exactly(key) => key.clone(),
                    Keys::Any => address.key.clone(),
                },
            },
            None => InstanceAddress {
                module: inside(module, steps.get(self.from.modules.len()..)),
                ..address.clone()
            },
        }
    }

    /// Whether it gives another key to the instances of one module call.
    pub(super) fn renumbers(&self) -> bool {
        self.from.resource.is_none() && self.from.path() == self.to.path()
    }
}

fn inside(module: ModuleInstance, rest: Option<&[(Name, InstanceKey)]>) -> ModuleInstance {
    let rest = rest.unwrap_or_default().iter();
    rest.fold(module, |module, (name, key)| {
        module.child(name.clone(), key.clone())
    })
}

/// The moves that are written, by module and in the order of the text.
pub(super) fn explicit(configuration: &Configuration) -> Vec<Statement> {
    let modules = configuration.modules.iter();
    let statements = modules
        .flat_map(|(path, module)| module.moved.iter().map(|moved| Statement::new(path, moved)));
    statements.collect()
}

/// The moves that the configuration implies: where `count` is new, the object without a key becomes the one with key 0,
/// and where it is gone the other way round. `for_each` implies nothing, since nothing says which key is meant; nor does
/// a block that is spoken of in a move that is written.
pub(super) fn implied(
    snapshot: &Snapshot,
    configuration: &Configuration,
    explicit: &[Statement],
) -> Vec<Statement> {
    let resources = snapshot.resources.iter();
    let managed = resources.filter(|resource| resource.key.mode == ResourceMode::Managed);
    managed
        .filter_map(|resource| implied_by(resource, configuration, explicit))
        .collect()
}

fn implied_by(
    resource: &ResourceState,
    configuration: &Configuration,
    explicit: &[Statement],
) -> Option<Statement> {
    let (module, name) = owner(resource)?;
    let declaration = configuration.module(&module.path())?;
    let zero = InstanceKey::Int(0);
    let (from, to) = match declaration.resources.get(&name)?.repetition {
        Repetition::Count(_) => (InstanceKey::None, zero),
        Repetition::None => (zero, InstanceKey::None),
        Repetition::ForEach(_) => return None,
    };
    let has = |key: &InstanceKey| {
        let mut current = resource.instances.iter().filter(|i| i.deposed.is_none());
        current.any(|instance| instance_key(instance) == *key)
    };
    if !has(&from) {
        return None;
    }
    let spoken_of = explicit
        .iter()
        .flat_map(|statement| [&statement.from, &statement.to])
        .any(|end| {
            end.modules.len() == module.steps().len()
                && end.leads_to(&module)
                && end.resource.as_ref().is_some_and(|(own, _)| *own == name)
        });
    if spoken_of {
        return None;
    }
    Some(Statement {
        from: Pattern::instance(&module, &name, from),
        to: Pattern::instance(&module, &name, to),
        base: ModulePath::root(),
        span: None,
    })
}
