//! An object that names another planned one without referring to it comes after that one: IAM refuses a principal that
//! does not exist, Kubernetes an object whose namespace does not, and where an ARN or a name was put together by hand no
//! reference says so.
//!
//! This is advice, not a need. Two roles may name each other, as conditions on `aws:PrincipalArn` do; then the one that
//! comes first in the plan waits, and the other does not wait for it.

use super::change::{Change, Plan};
use super::execution::{ExecutionGraph, OperationId};
use super::{Action, ProviderKey};
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// By what others name an object.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Name {
    Arn(String),
    /// A namespace of the cluster that a provider configuration leads to.
    Namespace(ProviderKey, String),
}

/// Puts operations after those that make what they name, as far as that makes no circle.
///
/// `made` has the operation that makes or changes the object of each change.
pub(super) fn order(plan: &Plan, made: &[Option<OperationId>], graph: &mut ExecutionGraph) {
    let owners = owners(plan, made);
    if owners.is_empty() {
        return;
    }
    let mut added = Vec::new();
    for (change, id) in with_operation(plan, made) {
        for owner in named(change, &owners) {
            if owner != id && !graph.waits(id, owner) {
                graph.wait(id, owner);
                added.push((id, owner));
            }
        }
    }
    if added.is_empty() {
        return;
    }
    let circle: BTreeSet<OperationId> = graph.cycle().into_iter().collect();
    added.retain(|(id, owner)| circle.contains(id) && circle.contains(owner));
    for (id, owner) in &added {
        graph.release(*id, *owner);
    }
    for (id, owner) in added {
        graph.wait_where_possible(&[id], &[owner]);
    }
}

/// The operations that make objects which others can name.
fn owners(plan: &Plan, made: &[Option<OperationId>]) -> BTreeMap<Name, OperationId> {
    with_operation(plan, made)
        .filter(|(change, _)| matches!(change.action, Action::Create | Action::Replace(_)))
        .filter_map(|(change, id)| Some((own_name(change)?, id)))
        .collect()
}

fn with_operation<'a>(
    plan: &'a Plan,
    made: &'a [Option<OperationId>],
) -> impl Iterator<Item = (&'a Change, OperationId)> {
    let both = plan.changes.iter().zip(made);
    both.filter_map(|(change, id)| Some((change, (*id)?)))
}

fn own_name(change: &Change) -> Option<Name> {
    let after = change.after.as_ref()?;
    match change.address.resource.resource_type.as_ref() {
        "kubernetes_namespace" | "kubernetes_namespace_v1" => {
            let name = of_metadata(after, "name")?;
            Some(Name::Namespace(change.provider.clone(), name))
        }
        _ => Some(Name::Arn(after.get("arn")?.as_str()?.to_owned())),
    }
}

/// The operations whose objects are named in what a change comes to.
fn named(change: &Change, owners: &BTreeMap<Name, OperationId>) -> BTreeSet<OperationId> {
    let mut found = BTreeSet::new();
    let Some(after) = &change.after else {
        return found;
    };
    if change.provider.provider_type().as_ref() == "kubernetes" {
        let namespace = of_metadata(after, "namespace");
        let namespace = namespace.map(|name| Name::Namespace(change.provider.clone(), name));
        found.extend(namespace.and_then(|name| owners.get(&name).copied()));
    }
    after.visit(&mut |_, part| {
        arns(part, &mut |arn| {
            found.extend(owners.get(&Name::Arn(arn.to_owned())).copied());
        });
    });
    found
}

fn of_metadata(object: &Value, member: &str) -> Option<String> {
    let metadata = object.get("metadata")?.as_elements()?.first()?;
    Some(metadata.get(member)?.as_str()?.to_owned())
}

/// Calls `found` with every ARN in a text, also inside documents.
fn arns(value: &Value, found: &mut dyn FnMut(&str)) {
    let Some(text) = value.as_str() else { return };
    let mut rest = text;
    while let Some(start) = rest.find("arn:") {
        rest = rest.get(start..).unwrap_or_default();
        let end = rest.find(|c: char| c == '"' || c == '\\' || c == ',' || c.is_whitespace());
        let (arn, after) = rest.split_at(end.unwrap_or(rest.len()));
        found(arn);
        rest = after;
    }
}
