//! Addresses as people see them.

use crate::address::{InstanceAddress, InstanceKey, ResourceMode};
use crate::config::NounKind;

/// An address as people see it: `role.x["k"]` for a noun's own object, `role.x["k"].aws_iam_role_policy.inline["a"]` for
/// a part of it, and Terraform's spelling for everything else.
pub(crate) fn display_address(address: &InstanceAddress) -> String {
    let Some(noun) = noun(address) else {
        return address.to_string();
    };
    if is_main(address) {
        return noun;
    }
    // A part that is there at most once has no need of its index.
    let key = match &address.key {
        InstanceKey::Int(0) => &InstanceKey::None,
        key @ (InstanceKey::None | InstanceKey::Int(_) | InstanceKey::String(_)) => key,
    };
    format!("{noun}.{}{key}", address.resource)
}

/// The noun whose module an address lies in, with its key: `role.x["a"]`.
pub(crate) fn noun(address: &InstanceAddress) -> Option<String> {
    let (kind, label, key) = call(address)?;
    Some(format!("{}.{label}{key}", kind.name()))
}

fn call(address: &InstanceAddress) -> Option<(NounKind, &str, &InstanceKey)> {
    let [(call, key)] = address.module.steps() else {
        return None;
    };
    NounKind::ALL.into_iter().find_map(|kind| {
        let label = call.strip_prefix(kind.name())?.strip_prefix('_')?;
        (!label.is_empty()).then_some((kind, label, key))
    })
}

/// Whether it is the object that the noun stands for; the others of its module are parts of it.
fn is_main(address: &InstanceAddress) -> bool {
    let Some((kind, ..)) = call(address) else {
        return false;
    };
    let own = match kind {
        NounKind::Cluster => "aws_eks_cluster",
        NounKind::OidcProvider => "aws_iam_openid_connect_provider",
        NounKind::Role => "aws_iam_role",
        NounKind::ServiceAccount => "kubernetes_service_account_v1",
    };
    let resource = &address.resource;
    resource.mode == ResourceMode::Managed
        && resource.resource_type.as_ref() == own
        && resource.name.as_ref() == "this"
}
