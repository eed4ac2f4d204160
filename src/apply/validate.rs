//! Conditions of variables and outputs that the plan could not judge: they hold before anything is done that needs them.

use super::walk::Run;
use crate::diagnostic::Diagnostics;
use crate::eval::{Checked, Evaluation, Place};
use crate::graph::{DependencyGraph, NodeId};
use crate::plan::{CheckStatus, Checkable, CheckedInstance, Plan};
use std::collections::{BTreeMap, BTreeSet};

/// Something with a condition that is still open, in an instance of its module.
type Open<'a> = (&'a Checkable, &'a CheckedInstance);

/// The conditions of variables and outputs that nobody could judge before, by what needs them.
pub(super) struct StillOpen<'a> {
    declared: BTreeMap<NodeId, Vec<Open<'a>>>,
    /// The open ones of those behind a node, directly or through others.
    behind: BTreeMap<NodeId, BTreeSet<NodeId>>,
}

impl<'a> StillOpen<'a> {
    /// Those that a plan has left.
    pub(super) fn of(run: &Run<'a>) -> Self {
        let graph = &run.evaluation.program().graph;
        let mut declared: BTreeMap<NodeId, Vec<Open<'a>>> = BTreeMap::new();
        for open in still_open(run.plan) {
            if let Some(node) = declaration(graph, open.0) {
                declared.entry(node).or_default().push(open);
            }
        }
        let mut behind: BTreeMap<NodeId, BTreeSet<NodeId>> = BTreeMap::new();
        // Nodes come after what they depend on, so one pass finds all; most plans leave nothing open.
        for id in graph.order().iter().filter(|_| !declared.is_empty()) {
            let mut found = BTreeSet::new();
            for on in graph.dependencies(*id) {
                found.extend(declared.get_key_value(on).map(|(on, _)| *on));
                found.extend(behind.get(on).into_iter().flatten().copied());
            }
            if !found.is_empty() {
                behind.insert(*id, found);
            }
        }
        StillOpen { declared, behind }
    }

    /// Judges what is behind a node. Problems that were told already are left out.
    pub(super) fn judge_behind(
        &self,
        evaluation: &Evaluation<'_>,
        node: NodeId,
        told: &Diagnostics,
    ) -> Result<(), Diagnostics> {
        let behind = self.behind.get(&node).into_iter().flatten();
        let open = behind.filter_map(|node| self.declared.get(node)).flatten();
        let (mut holds, mut problems) = (true, Diagnostics::new());
        for (object, instance) in open {
            let checked = judged(evaluation, object, instance);
            for problem in checked.into_iter().flat_map(|checked| checked.problems) {
                holds = false;
                if told.iter().all(|other| *other != problem) {
                    problems.push(problem);
                }
            }
        }
        if holds { Ok(()) } else { Err(problems) }
    }
}

/// The node of a variable or an output.
fn declaration(graph: &DependencyGraph, object: &Checkable) -> Option<NodeId> {
    let node = match object {
        Checkable::Variable(module, name) => graph.module(module)?.variables.get(name),
        Checkable::Output(module, name) => graph.module(module)?.outputs.get(name),
        Checkable::Resource(_) | Checkable::Check(..) => None,
    };
    node.copied()
}

fn still_open(plan: &Plan) -> impl Iterator<Item = Open<'_>> {
    let all = plan.checks.0.iter();
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
                warnings: checked.warnings,
                is_decided: checked.is_decided,
            })
        }
        Checkable::Resource(_) | Checkable::Check(..) => None,
    }
}
