//! `state replace-provider`: the same objects under a provider of another name.

use crate::address::{ProviderAddress, ProviderConfigAddress};
use trustform_state::snapshot::Snapshot;

/// The state with every resource of one provider given to another, with the addresses of those resources.
pub fn replace_provider(
    snapshot: &Snapshot,
    from: &ProviderAddress,
    to: &ProviderAddress,
) -> (Snapshot, Vec<String>) {
    let mut next = snapshot.clone();
    let mut changed = Vec::new();
    for resource in &mut next.resources {
        let Ok(mut recorded) = resource.provider.parse::<ProviderConfigAddress>() else {
            continue;
        };
        if recorded.provider == *from {
            recorded.provider = to.clone();
            resource.provider = recorded.to_string();
            changed.push(resource.key.to_string());
        }
    }
    (next, changed)
}
