//! Objects whose block is gone and of which a `removed` block says that they are not to be destroyed.

use super::change::{Change, Plan};
use super::options::Mode;
use super::planner::Planner;
use super::prior::PriorInstance;
use super::provider::ProviderKey;
use super::{Action, ActionReason};
use crate::address::{InstanceAddress, InstanceKey, ProviderConfigAddress, ResourceMode};
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::Halt;

/// The warning of a plan that forgets objects.
pub(super) fn forgotten(plan: &Plan) -> Option<Diagnostic> {
    let forgets = |change: &&Change| change.action == Action::Forget;
    let forgotten: Vec<String> = plan.changes.iter().filter(forgets).map(line).collect();
    warning(&forgotten)
}

fn warning(forgotten: &[String]) -> Option<Diagnostic> {
    if forgotten.is_empty() {
        return None;
    }
    let detail = format!(
        "Applying this plan drops these objects from the state and leaves them where they are:\n{}\nTo manage them again \
         they have to be imported.",
        forgotten.join("\n")
    );
    Some(Diagnostic::warning(Code::Forgotten, detail))
}

fn line(change: &Change) -> String {
    match &change.deposed {
        Some(key) => format!(" - {} (deposed object {key})", change.address),
        None => format!(" - {}", change.address),
    }
}

impl Planner<'_> {
    /// Whether an instance that is left over is forgotten. To destroy everything means these too, as in Terraform; but
    /// not what cannot be destroyed because nothing is known of its type.
    pub(super) fn is_given_up(&self, address: &InstanceAddress, supported: bool) -> bool {
        if self.options.mode == Mode::Destroy && supported {
            return false;
        }
        let decisive = self.program.configuration.removed(address);
        decisive.is_some_and(|(_, removed)| !removed.destroy)
    }

    /// The warning of a plan that failed before it came to what is left over: what it would forget is known all the same.
    pub(super) fn would_be_forgotten(&self) -> Option<Diagnostic> {
        let leftovers = self.prior.instances.keys().filter(|address| {
            let resource_type = &address.resource.resource_type;
            let entry = || {
                self.program
                    .schemas
                    .find(ResourceMode::Managed, resource_type)
            };
            self.gone.contains(&address.block())
                && self.has_leftover(address)
                && self.is_given_up(address, entry().is_some())
        });
        let lines: Vec<String> = leftovers.map(|address| format!(" - {address}")).collect();
        warning(&lines)
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
