//! Conditions of variables and outputs that the plan could not judge: they hold before anything is done that needs them.

use super::walk::Run;
use crate::diagnostic::Diagnostics;
use crate::eval::{Checked, Evaluation, Place};
use crate::graph::{DependencyGraph, NodeId};
use crate::plan::{CheckStatus, Checkable, CheckedInstance};
use std::collections::BTreeSet;

/// Judges the variables and outputs behind a node that nobody could judge before. Problems that were told already are left
/// out.
pub(super) fn behind_node(
    run: &Run<'_>,
    node: NodeId,
    told: &Diagnostics,
) -> Result<(), Diagnostics> {
    let graph = &run.evaluation.program().graph;
    let mut open = still_open(run).peekable();
    if open.peek().is_none() {
        return Ok(());
    }
    let behind = behind(graph, node);
    let (mut holds, mut problems) = (true, Diagnostics::new());
    for (object, instance) in open {
        let declared = match object {
            Checkable::Variable(module, name) => graph
                .module(module)
                .and_then(|index| index.variables.get(name)),
            Checkable::Output(module, name) => graph
                .module(module)
                .and_then(|index| index.outputs.get(name)),
            Checkable::Resource(_) | Checkable::Check(..) => None,
        };
        if declared.is_none_or(|node| !behind.contains(node)) {
            continue;
        }
        let checked = judged(run.evaluation, object, instance);
        for problem in checked.into_iter().flat_map(|checked| checked.problems) {
            holds = false;
            if told.iter().all(|other| *other != problem) {
                problems.push(problem);
            }
        }
    }
    if holds { Ok(()) } else { Err(problems) }
}

fn still_open<'a>(run: &'a Run<'_>) -> impl Iterator<Item = (&'a Checkable, &'a CheckedInstance)> {
    let all = run.plan.checks.0.iter();
    let of_values =
        |object: &Checkable| matches!(object, Checkable::Variable(..) | Checkable::Output(..));
    all.filter(move |(object, _)| of_values(object))
        .flat_map(|(object, instances)| {
            let open = instances.iter().flatten();
            open.filter(|(_, status)| **status == CheckStatus::Unknown)
                .map(move |(instance, _)| (object, instance))
        })
}

fn judged(
    evaluation: &Evaluation<'_>,
    object: &Checkable,
    instance: &CheckedInstance,
) -> Option<Checked> {
    let module = &instance.module;
    match object {
        Checkable::Variable(_, name) => evaluation.validated(name, module),
        Checkable::Output(path, name) => {
            let declared = evaluation.program().configuration.module(path)?;
            let conditions = &declared.outputs.get(name)?.preconditions;
            let what = "Module output value precondition";
            let checked = evaluation.checked(conditions, what, &Place::module(module));
            let problems = checked.problems.into_iter();
            let named = instance.name(object);
            Some(Checked {
                problems: problems.map(|problem| problem.about(&named)).collect(),
                is_decided: checked.is_decided,
            })
        }
        Checkable::Resource(_) | Checkable::Check(..) => None,
    }
}

/// All nodes that a node depends on, directly or through others.
fn behind(graph: &DependencyGraph, node: NodeId) -> BTreeSet<NodeId> {
    let mut found = BTreeSet::new();
    let mut open = vec![node];
    while let Some(next) = open.pop() {
        for on in graph.dependencies(next) {
            if found.insert(*on) {
                open.push(*on);
            }
        }
    }
    found
}
