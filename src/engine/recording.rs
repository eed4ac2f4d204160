//! What a plan, and what came of it, leaves in the state beside the objects that operations make.

use super::checks::Results;
use super::reached::Reached;
use crate::address::{ModulePath, Name};
use crate::apply::{Applied, StateStore};
use crate::eval::{Evaluation, Program};
use crate::graph::Node;
use crate::plan::{Action, Change, Mode, Plan};
use crate::value::{Known, Value, to_json, type_to_json};
use std::collections::BTreeMap;
use trustform_state::snapshot::{OutputValue, Snapshot};

/// Records what planning has found, whatever the run comes to.
pub(super) fn before_the_run(store: &mut StateStore, plan: &Plan, program: &Program) {
    record_drift(store, plan, program);
    let changes = plan.changes.iter();
    for change in changes.filter(|change| is_expected(change, plan)) {
        store.expect(change);
    }
    record_imports(store, plan, program);
}

/// Records what stays as it was, data, the outputs and the results of checks.
pub(super) fn after_the_run(
    store: &mut StateStore,
    evaluation: &Evaluation<'_>,
    plan: &Plan,
    applied: &mut Applied,
    before: &Snapshot,
) {
    let staying = plan.changes.iter();
    for change in staying.filter(|change| change.action == Action::NoOp) {
        store.reattach(change);
    }
    record_data(store, evaluation, plan);
    let program = evaluation.program();
    let mut reached = Reached::of(program, plan, applied);
    let mut checks = Results::of(plan, evaluation, &applied.diagnostics, &reached);
    let withheld = checks.withheld();
    if !withheld.is_empty() {
        reached.cut_off_behind(
            program,
            |node| matches!(node, Node::Output(module, name) if withheld.contains(&(module, name))),
        );
        // What is behind an output that does not hold is not judged either.
        checks = Results::of(plan, evaluation, &applied.diagnostics, &reached);
    }
    let root = ModulePath::root();
    let came_to = |name: &Name| {
        let index = program.graph.module(&root);
        let node = index.and_then(|index| index.outputs.get(name));
        let is_behind = node.is_some_and(|node| !reached.has_node(*node));
        !is_behind && !withheld.contains(&(&root, name))
    };
    store.rest_mut().outputs = outputs(evaluation, plan, applied, came_to, before);
    applied.diagnostics.extend(checks.problems());
    store.rest_mut().check_results = checks.to_json(&before.check_results);
}

/// Whether an object that is there, and was refreshed, is to be changed.
fn is_expected(change: &Change, plan: &Plan) -> bool {
    let changes = matches!(change.action, Action::Update | Action::Replace(_));
    changes && change.deposed.is_none() && !plan.options.skip_refresh
}

/// What was found to be otherwise than recorded goes into the state, whatever else happens.
fn record_drift(store: &mut StateStore, plan: &Plan, program: &Program) {
    let changes: BTreeMap<_, _> = plan
        .changes
        .iter()
        .filter(|change| change.deposed.is_none())
        .map(|change| (&change.address, change))
        .collect();
    for drift in &plan.drift {
        let change = changes.get(&drift.address);
        store.refresh(
            &drift.address,
            drift.live.as_ref(),
            change.copied(),
            program.schemas.as_ref(),
        );
    }
}

/// What is taken over goes into the state, whatever else happens.
fn record_imports(store: &mut StateStore, plan: &Plan, program: &Program) {
    let changes = plan.changes.iter();
    for change in changes.filter(|change| change.importing.is_some()) {
        store.import(change, program.schemas.as_ref());
    }
}

fn record_data(store: &mut StateStore, evaluation: &Evaluation<'_>, plan: &Plan) {
    if !plan.options.is_partial() {
        store.clear_data();
    }
    if plan.options.mode == Mode::Destroy {
        return;
    }
    for data in plan.data.iter().chain(&plan.deferred) {
        let value = evaluation
            .object_of(&data.address)
            .unwrap_or_else(|| data.value.clone());
        store.put_data(data, &value, evaluation.program().schemas.as_ref());
    }
}

/// The values of root outputs after the run. One that the run did not come to has the value that was planned, or keeps
/// what was recorded.
fn outputs(
    evaluation: &Evaluation<'_>,
    plan: &Plan,
    applied: &Applied,
    came_to: impl Fn(&Name) -> bool,
    before: &Snapshot,
) -> BTreeMap<String, OutputValue> {
    let mut outputs = if is_partial(plan) {
        before.outputs.clone()
    } else {
        BTreeMap::new()
    };
    for (name, change) in &plan.outputs {
        if change.action == Action::Delete {
            outputs.remove(name.as_ref());
            if applied.diagnostics.has_errors()
                && let Some(recorded) = before.outputs.get(name.as_ref())
            {
                outputs.insert(name.to_string(), recorded.clone());
            }
            continue;
        }
        let planned = change.after.as_ref();
        let is_planned = planned.is_some_and(|after| Known::certain(after).is_ok());
        let value = match evaluation.output(name) {
            Ok(value) if is_planned || came_to(name) => Some(value),
            // What it refers to is not there, and this plan does not make it.
            Err(_) if is_planned => planned.cloned(),
            Ok(_) | Err(_) => None,
        };
        match value.and_then(|value| output_value(&value, change.sensitive)) {
            Some(value) => {
                outputs.insert(name.to_string(), value);
            }
            None => {
                if let Some(recorded) = before.outputs.get(name.as_ref()) {
                    outputs.insert(name.to_string(), recorded.clone());
                }
            }
        }
    }
    outputs
}

/// Whether outputs that the plan does not mention stay as they are.
fn is_partial(plan: &Plan) -> bool {
    plan.options.is_partial() || plan.options.mode == Mode::RefreshOnly
}

fn output_value(value: &Value, sensitive: bool) -> Option<OutputValue> {
    if value.is_null() {
        return None;
    }
    let ty = type_to_json(&value.ty());
    let known = Known::new(value).ok()?;
    Some(OutputValue {
        value: to_json(&known),
        ty,
        sensitive,
        extra: serde_json::Map::new(),
    })
}
