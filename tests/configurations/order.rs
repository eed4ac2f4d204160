//! What has to be done before what: the pairs of operations of which one never begins before the other is over.

use std::collections::{BTreeMap, BTreeSet};
use trustform::plan::{ExecutionGraph, OperationId, OperationKind, Plan};

/// Pairs: the first is over before the second begins.
pub(super) type Order = BTreeSet<(String, String)>;

/// An operation, as `create terraform_data.a`. Terraform does not tell which object of an instance is destroyed.
pub(super) fn named(action: &str, address: &str) -> String {
    format!("{action} {address}")
}

/// The order in Terraform's graph of a plan, of the operations that were carried out.
///
/// An edge leads from a node to one that it waits for.
pub(super) fn of_graph(dot: &str, operations: &[String]) -> Order {
    let mut after: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in dot.lines() {
        let names: Vec<String> = line.split(" -> ").filter_map(node).collect();
        if let [later, earlier] = names.as_slice()
            && line.contains(" -> ")
        {
            let known = after.entry(later.clone()).or_default();
            known.insert(earlier.clone());
        }
    }
    let ends = after.values().flatten().chain(after.keys()).cloned();
    let named = ends.filter_map(|node| Some((operation_of(&node, operations)?, node)));
    let by_node = named.map(|(operation, node)| (node, operation)).collect();
    pairs(&by_node, |node| {
        after.get(node).into_iter().flatten().cloned().collect()
    })
}

/// The name of a node, `"[root] terraform_data.a[\"k\"] (destroy)"` and what follows it.
fn node(text: &str) -> Option<String> {
    let name: String = serde_json::from_str(text.trim()).ok()?;
    Some(name.strip_prefix("[root] ")?.to_owned())
}

/// The operation of a node, if it was carried out.
fn operation_of<'o>(node: &str, operations: &'o [String]) -> Option<&'o String> {
    let destroyed = node.split_once(" (destroy");
    operations.iter().find(|operation| {
        let (action, address) = operation.split_once(' ').unwrap_or_default();
        match destroyed {
            Some((object, _)) => action == "delete" && address == object,
            None => action != "delete" && address == node,
        }
    })
}

/// The order in our execution graph, of the operations that were carried out.
pub(super) fn of_plan(plan: &Plan, operations: &[String]) -> Order {
    let graph = &plan.execution;
    let named = graph
        .operations()
        .filter_map(|(id, _)| Some((id, operation(plan, id)?)));
    let named: Vec<(OperationId, String)> = named.collect();
    let by_node: BTreeMap<OperationId, &String> = named
        .iter()
        .filter(|(_, name)| operations.contains(name))
        .map(|(id, name)| (*id, name))
        .collect();
    pairs(&by_node, |id| waits_for(graph, *id))
}

fn waits_for(graph: &ExecutionGraph, id: OperationId) -> Vec<OperationId> {
    let node = graph.nodes().get(id.0);
    node.map(|node| node.after.clone()).unwrap_or_default()
}

/// An operation of a plan by its name; none for those that Terraform does not tell of.
fn operation(plan: &Plan, id: OperationId) -> Option<String> {
    let operation = plan.execution.nodes().get(id.0)?.operation.as_ref()?;
    let address = match operation.kind {
        OperationKind::Read => plan.deferred.get(operation.entry)?.address.to_string(),
        OperationKind::Open | OperationKind::Close => return None,
        OperationKind::Create { .. }
        | OperationKind::Update
        | OperationKind::Delete(_)
        | OperationKind::Adopt
        | OperationKind::Forget => plan.changes.get(operation.entry)?.address.to_string(),
    };
    name_of(&operation.kind, &address)
}

/// The name of what is done to an instance; none where Terraform does not tell of it.
pub(super) fn name_of(kind: &OperationKind, address: &str) -> Option<String> {
    let action = match kind {
        OperationKind::Create { .. } => "create",
        OperationKind::Update => "update",
        OperationKind::Delete(_) => "delete",
        OperationKind::Read => "read",
        OperationKind::Adopt
        | OperationKind::Forget
        | OperationKind::Open
        | OperationKind::Close => return None,
    };
    Some(named(action, address))
}

/// For each node with a name, the named ones that it waits for, however far away.
fn pairs<N: Ord + Clone>(named: &BTreeMap<N, &String>, after: impl Fn(&N) -> Vec<N>) -> Order {
    let mut found = Order::new();
    for (start, later) in named {
        let mut open = after(start);
        let mut seen: BTreeSet<N> = open.iter().cloned().collect();
        while let Some(next) = open.pop() {
            if let Some(earlier) = named.get(&next)
                && earlier != later
            {
                found.insert(((*earlier).clone(), (*later).clone()));
            }
            open.extend(
                after(&next)
                    .into_iter()
                    .filter(|on| seen.insert(on.clone())),
            );
        }
    }
    found
}
