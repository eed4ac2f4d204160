//! Objects whose block is gone and of which a `removed` block says that they are not to be destroyed.

use super::change::Change;
use super::options::Mode;
use super::planner::Planner;
use super::prior::PriorInstance;
use super::provider::ProviderKey;
use super::{Action, ActionReason};
use crate::address::{InstanceAddress, InstanceKey, ModulePath, ProviderConfigAddress};
use crate::config::Removed;
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::Halt;

impl Planner<'_> {
    /// Whether an instance that is left over is forgotten. To destroy everything means these too, as in Terraform; but
    /// not what cannot be destroyed because nothing is known of its type.
    pub(super) fn is_given_up(&self, address: &InstanceAddress, supported: bool) -> bool {
        if self.options.mode == Mode::Destroy && supported {
            return false;
        }
        let modules = self.program.configuration.modules.iter();
        let blocks = modules.flat_map(|(base, module)| {
            module
                .removed
                .iter()
                .filter_map(move |removed| Some((specific(base, removed, address)?, removed)))
        });
        // The most specific block decides, and of equal ones the one that destroys nothing.
        let decisive = blocks.max_by_key(|(specific, removed)| (*specific, !removed.destroy));
        decisive.is_some_and(|(_, removed)| !removed.destroy)
    }

    /// Plans to forget all objects of an instance. Nobody is asked what became of them.
    pub(super) fn give_up(
        &mut self,
        address: &InstanceAddress,
        instance: &PriorInstance,
        reason: ActionReason,
    ) -> Result<(), Halt> {
        let provider = match self.recorded_provider(address, &instance.provider) {
            Ok(provider) => provider,
            Err(_) => unconfigured(address, &instance.provider)?,
        };
        let deposed = instance
            .deposed
            .iter()
            .map(|(key, object)| (Some(key), object));
        let current = instance.current.iter().map(|object| (None, object));
        for (deposed, recorded) in current.chain(deposed) {
            let change = Change {
                address: address.clone(),
                deposed: deposed.cloned(),
                action: Action::Forget,
                reason,
                provider: provider.clone(),
                before: recorded.object.clone(),
                after: None,
                replace_paths: Vec::new(),
                dependencies: recorded.dependencies.clone(),
                create_before_destroy: recorded.create_before_destroy,
                moved_from: None,
                importing: None,
            };
            self.change(None, change);
        }
        Ok(())
    }
}

/// How closely a block names an address; `None` when it does not. A resource is closer than any module around it.
fn specific(base: &ModulePath, removed: &Removed, address: &InstanceAddress) -> Option<usize> {
    let relative = removed.from.path();
    let names = base.names().iter().chain(relative.names());
    let path = address.module.path();
    let count = base.names().len() + relative.names().len();
    let leads_there = count <= path.names().len() && names.zip(path.names()).all(|(a, b)| a == b);
    match &removed.from.resource {
        None => leads_there.then_some(count),
        Some((name, _)) => {
            let is_it = count == path.names().len() && *name == address.resource;
            (leads_there && is_it).then_some(count + 1)
        }
    }
}

/// The provider configuration that a state names and that the configuration no longer has.
fn unconfigured(address: &InstanceAddress, text: &str) -> Result<ProviderKey, Halt> {
    match text.parse::<ProviderConfigAddress>() {
        Ok(address) => Ok(ProviderKey {
            address,
            key: InstanceKey::None,
        }),
        Err(error) => {
            let detail = format!(
                "The state names the provider configuration of {address} wrongly: {error}."
            );
            Err(Diagnostic::error(Code::State, detail).about(address).into())
        }
    }
}
