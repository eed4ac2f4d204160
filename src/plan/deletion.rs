//! What goes away: instances that the configuration no longer has, deposed objects, and everything under `destroy`.

use super::change::{Change, Drift, NotRead};
use super::differences::differences;
use super::instance::Live;
use super::options::Mode;
use super::planner::{Planner, ProviderStatus, Subject};
use super::prior::{PriorInstance, PriorObject};
use super::provider::ProviderKey;
use super::reads::{Answer, LiveObject, Read, ReadKey};
use super::{Action, ActionReason};
use crate::address::{
    InstanceAddress, InstanceKey, ModuleInstance, ProviderConfigAddress, ResourceAddress,
    ResourceMode,
};
use crate::config::{Repetition, Resource};
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::{Evaluated, Halt};
use crate::value::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use trustform_state::snapshot::DeposedKey;

impl Planner<'_> {
    /// An instance of the configuration under `destroy`.
    pub(super) fn destroyed(&mut self, subject: &Subject<'_>) -> Evaluated {
        let absent = Value::unknown(subject.entry.schema.block.ty());
        let Some(prior) = self.prior.instances.get(&subject.address) else {
            return Ok(absent);
        };
        self.deposed(subject, prior)?;
        let Some(recorded) = &prior.current else {
            return Ok(absent);
        };
        let object = recorded.object.as_ref().ok_or(Halt::Blocked)?;
        match self.live(subject, object)? {
            Live::Gone => Ok(absent),
            Live::NotRead(failure) => {
                self.plan.not_read.push(NotRead {
                    address: subject.address.clone(),
                    failure,
                });
                Ok(self.as_recorded(subject, object.object.value()))
            }
            Live::Found(live) => {
                let action = self.deletion_of(&subject.address);
                if action == Action::Delete {
                    Self::protected(subject.resource, &subject.address, "destroyed")?;
                }
                let mut change = self.blank(subject, action);
                change.reason = ActionReason::Destroy;
                change.dependencies = merged(&recorded.dependencies, &change.dependencies);
                let value = self.as_recorded(subject, live.object.value());
                change.before = Some(live);
                self.change(Some(subject.node), change);
                Ok(value)
            }
        }
    }

    /// The deposed objects of an instance are destroyed, whatever else happens to it.
    pub(super) fn deposed(
        &mut self,
        subject: &Subject<'_>,
        prior: &PriorInstance,
    ) -> Result<(), Halt> {
        for (key, recorded) in &prior.deposed {
            let found = self.recorded(
                &subject.address,
                Some(key),
                &subject.provider,
                subject.entry.rules.is_local(),
                recorded,
            )?;
            if let Some(live) = found {
                let mut change = self.blank(subject, Action::Delete);
                change.deposed = Some(key.clone());
                change.dependencies = recorded.dependencies.clone();
                change.before = Some(live);
                self.change(Some(subject.node), change);
            }
        }
        Ok(())
    }

    /// Everything the state records and the configuration does not have. Runs when all else is planned.
    pub(super) fn leftovers(&mut self) {
        let prior = self.prior;
        for (address, instance) in &prior.instances {
            if self.planned.contains(address) || !self.has_leftover(address) {
                continue;
            }
            if let Err(halt) = self.leftover(address, instance) {
                self.report(halt, Some(address));
            }
        }
        if self.focus.is_everything() {
            self.vanished_outputs();
        }
    }

    /// Whether what is left of an instance is looked at.
    pub(super) fn has_leftover(&self, address: &InstanceAddress) -> bool {
        let index = self.program.graph.module(&address.module.path());
        let node = index.and_then(|index| index.resources.get(&address.resource));
        self.focus.has_instance(node.copied(), address)
    }

    fn leftover(
        &mut self,
        address: &InstanceAddress,
        instance: &PriorInstance,
    ) -> Result<(), Halt> {
        let entry = self
            .program
            .schemas
            .find(ResourceMode::Managed, &address.resource.resource_type);
        if self.is_given_up(address, entry.is_some()) {
            let reason = self.why_gone(address);
            return self.give_up(address, instance, reason);
        }
        let Some(entry) = entry else {
            return Err(unsupported(address));
        };
        let provider = self.recorded_provider(address, &instance.provider)?;
        let local = entry.rules.is_local();
        let objects = instance
            .deposed
            .iter()
            .map(|(key, object)| (Some(key), object));
        let objects: Vec<_> = instance
            .current
            .iter()
            .map(|object| (None, object))
            .chain(objects)
            .collect();
        for (deposed, recorded) in objects {
            let Some(live) = self.recorded(address, deposed, &provider, local, recorded)? else {
                continue;
            };
            let reason = self.why_gone(address);
            // What a replacement left behind was ours in any case.
            let action = match (self.options.mode, deposed) {
                (Mode::RefreshOnly | Mode::Import, _) => Action::NoOp,
                (Mode::Normal | Mode::Destroy, Some(_)) => Action::Delete,
                (Mode::Normal | Mode::Destroy, None) => self.deletion_of(address),
            };
            if let (Action::Delete, None, Some(block)) = (action, deposed, self.block_of(address)) {
                Self::protected(block, address, "destroyed")?;
            }
            self.change(
                None,
                Change {
                    address: address.clone(),
                    deposed: deposed.cloned(),
                    action,
                    reason,
                    provider: provider.clone(),
                    before: Some(live),
                    after: None,
                    replace_paths: Vec::new(),
                    dependencies: recorded.dependencies.clone(),
                    create_before_destroy: recorded.create_before_destroy,
                    moved_from: None,
                    importing: None,
                },
            );
        }
        Ok(())
    }

    /// The block of an instance, which may have other instances only; `None` when the configuration does not have it.
    fn block_of(&self, address: &InstanceAddress) -> Option<&Resource> {
        let configuration = &self.program.configuration;
        let module = configuration.module(&address.module.path())?;
        module.resources.get(&address.resource)
    }

    /// A recorded object as it is now; `None` when it is gone or could not be read, which is noted.
    fn recorded(
        &mut self,
        address: &InstanceAddress,
        deposed: Option<&DeposedKey>,
        provider: &ProviderKey,
        local: bool,
        recorded: &PriorObject,
    ) -> Result<Option<LiveObject>, Halt> {
        let object = recorded.object.as_ref().ok_or(Halt::Blocked)?;
        if local || self.options.skip_refresh {
            return Ok(Some(object.clone()));
        }
        let config = match self.provider_status(provider) {
            ProviderStatus::Known(config) => config,
            ProviderStatus::Unknown => return Ok(Some(object.clone())),
            ProviderStatus::Blocked => return Err(Halt::Blocked),
        };
        let read = Read::Object {
            address: address.clone(),
            deposed: deposed.cloned(),
            provider: provider.clone(),
            recorded: object.clone(),
        };
        match self.ask(ReadKey::object(address, deposed), &config, read) {
            Some(Answer::Object(Some(live))) => {
                // Elsewhere what goes away is shown as it is; here the difference is all there is to show.
                let recorded = object.object.value();
                let shown = deposed.is_none() && self.options.mode == Mode::RefreshOnly;
                if shown && !differences(recorded, live.object.value()).is_empty() {
                    self.plan.drift.push(Drift {
                        address: address.clone(),
                        moved_from: self.prior.moves.previous(address).cloned(),
                        recorded: recorded.clone(),
                        live: Some(live.object.value().clone()),
                    });
                }
                Ok(Some(live.clone()))
            }
            Some(Answer::Object(None)) => {
                if deposed.is_none() {
                    let recorded = object.object.value().clone();
                    self.plan.drift.push(Drift {
                        address: address.clone(),
                        moved_from: self.prior.moves.previous(address).cloned(),
                        recorded,
                        live: None,
                    });
                }
                Ok(None)
            }
            Some(Answer::NotRead(failure)) => {
                self.plan.not_read.push(NotRead {
                    address: address.clone(),
                    failure: failure.clone(),
                });
                Ok(None)
            }
            Some(Answer::Data(_) | Answer::Opened(_) | Answer::Names(_) | Answer::Facts(_))
            | None => Err(Halt::Blocked),
        }
    }

    /// The provider configuration that the state names.
    pub(super) fn recorded_provider(
        &self,
        address: &InstanceAddress,
        text: &str,
    ) -> Result<ProviderKey, Halt> {
        if let Ok(parsed) = text.parse::<ProviderConfigAddress>() {
            let configuration = &self.program.configuration;
            let module = configuration.module(&parsed.module);
            let has_block = module.is_some_and(|module| {
                module.providers.iter().any(|block| {
                    block.alias == parsed.alias
                        && module.provider(&block.local_name) == parsed.provider
                })
            });
            let implied = parsed.alias.is_none() && parsed.module.is_root();
            if has_block || implied {
                return Ok(ProviderKey {
                    address: parsed,
                    key: InstanceKey::None,
                });
            }
        }
        self.repeated_provider(text).ok_or_else(|| {
            let detail = format!(
                "To work with {address} its original provider configuration at {text} is required, but it has been \
                 removed. This occurs when a provider configuration is removed while objects created by that \
                 provider still exist in the state."
            );
            Diagnostic::error(Code::InvalidProvider, detail)
                .with_summary("Provider configuration not present")
                .about(address)
                .hint("Put the provider configuration back until the object is destroyed.")
                .into()
        })
    }

    /// The instance of a repeated configuration whose recorded form is this text.
    fn repeated_provider(&self, text: &str) -> Option<ProviderKey> {
        let root = ModuleInstance::root();
        let index = self.program.graph.module(&root.path())?;
        let module = self.program.configuration.root();
        index
            .providers
            .iter()
            .find_map(|((local_name, alias), node)| {
                let address = ProviderConfigAddress {
                    module: root.path(),
                    provider: module.provider(local_name),
                    alias: alias.clone(),
                };
                let expansion = self.evaluation.expansion(*node, &root).ok()?;
                let keys = expansion.each.keys().map(|key| ProviderKey {
                    address: address.clone(),
                    key: key.clone(),
                });
                keys.into_iter().find(|key| key.to_string() == text)
            })
    }

    /// Whether an object that is no longer wanted is destroyed, or forgotten because its block says so.
    fn deletion_of(&self, address: &InstanceAddress) -> Action {
        let module = self.program.configuration.module(&address.module.path());
        let resource = module.and_then(|module| module.resources.get(&address.resource));
        let forget = resource.and_then(|resource| resource.internals.forget.as_ref());
        let place = crate::eval::Place::module(&address.module);
        let forgets = forget.and_then(|forget| self.evaluation.evaluate(forget, &place).ok());
        match forgets.and_then(|value| value.as_bool()) {
            Some(true) => Action::Forget,
            Some(false) | None => Action::Delete,
        }
    }

    fn why_gone(&self, address: &InstanceAddress) -> ActionReason {
        if self.options.mode == Mode::Destroy {
            return ActionReason::Destroy;
        }
        let path = address.module.path();
        let Some(index) = self.program.graph.module(&path) else {
            return self.not_declared(address);
        };
        if !index.resources.contains_key(&address.resource) {
            return self.not_declared(address);
        }
        let instances = self.evaluation.module_instances(&path);
        if !instances.is_ok_and(|instances| instances.contains(&address.module)) {
            return ActionReason::NoModule;
        }
        if self.has_such_keys(address) {
            ActionReason::NoInstance
        } else {
            ActionReason::WrongRepetition
        }
    }

    /// Whether the block of an instance makes instances with keys of its kind.
    fn has_such_keys(&self, address: &InstanceAddress) -> bool {
        let module = self.program.configuration.module(&address.module.path());
        let resource = module.and_then(|module| module.resources.get(&address.resource));
        let repetition = resource.map(|resource| &resource.repetition);
        matches!(
            (&address.key, repetition),
            (InstanceKey::Int(_), Some(Repetition::Count(_)))
                | (InstanceKey::String(_), Some(Repetition::ForEach(_)))
                | (InstanceKey::None, Some(Repetition::None))
        )
    }

    fn not_declared(&self, address: &InstanceAddress) -> ActionReason {
        match self.prior.moves.previous(address) {
            Some(_) => ActionReason::NoMoveTarget,
            None => ActionReason::NoConfiguration,
        }
    }
}

/// What is recorded as depended on, and what the configuration says now.
fn merged(
    recorded: &Arc<[ResourceAddress]>,
    now: &Arc<[ResourceAddress]>,
) -> Arc<[ResourceAddress]> {
    if recorded == now {
        return now.clone();
    }
    let all: BTreeSet<&ResourceAddress> = recorded.iter().chain(now.iter()).collect();
    all.into_iter().cloned().collect()
}

fn unsupported(address: &InstanceAddress) -> Halt {
    let detail = format!(
        "The state records {address}, which the configuration no longer has. Objects of type \"{}\" are not supported by \
         this version, so it can neither be destroyed nor dropped in silence.",
        address.resource.resource_type
    );
    Diagnostic::error(Code::UnknownType, detail)
        .with_summary("Recorded object of an unsupported type")
        .about(address)
        .hint(format!(
            "To give it up without destroying it, write a `removed` block with `from = {}` and `destroy = false` in its \
             `lifecycle` block.",
            address.block()
        ))
        .into()
}
