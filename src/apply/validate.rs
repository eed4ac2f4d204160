//! Validations that the plan could not judge: they hold before anything is done that needs their variable.

use super::walk::Run;
use crate::diagnostic::Diagnostics;
use crate::graph::{DependencyGraph, NodeId};
use crate::plan::{CheckStatus, Checkable, CheckedInstance};
use std::collections::BTreeSet;

/// Judges the variables behind a node that nobody could judge before. Problems that were told already are left out.
pub(super) fn variables(
    run: &Run<'_>,
    node: NodeId,
    told: &Diagnostics,
) -> Result<(), Diagnostics> {
    let graph = &run.evaluation.program().graph;
    let mut open = open_variables(run).peekable();
    if open.peek().is_none() {
        return Ok(());
    }
    let behind = behind(graph, node);
    let (mut holds, mut problems) = (true, Diagnostics::new());
    for (object, instance) in open {
        let Checkable::Variable(module, name) = object else {
            continue;
        };
        let index = graph.module(module);
        let variable = index.and_then(|index| index.variables.get(name));
        if variable.is_none_or(|variable| !behind.contains(variable)) {
            continue;
        }
        let checked = run.evaluation.validated(name, &instance.module);
        for problem in checked.into_iter().flat_map(|checked| checked.problems) {
            holds = false;
            if told.iter().all(|other| *other != problem) {
                problems.push(problem);
            }
        }
    }
    if holds { Ok(()) } else { Err(problems) }
}

fn open_variables<'a>(
    run: &'a Run<'_>,
) -> impl Iterator<Item = (&'a Checkable, &'a CheckedInstance)> {
    let all = run.plan.checks.0.iter();
    all.filter(|(object, _)| matches!(object, Checkable::Variable(..)))
        .flat_map(|(object, instances)| {
            let open = instances.iter().flatten();
            open.filter(|(_, status)| **status == CheckStatus::Unknown)
                .map(move |(instance, _)| (object, instance))
        })
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
