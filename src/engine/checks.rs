//! What became of the conditions that a plan could not judge, and what a state records of all of them, as Terraform's
//! format has it (`check_results`).

use super::reached::Reached;
use crate::address::{InstanceAddress, ModuleInstance, ModulePath, Name, ResourceAddress};
use crate::config::Check;
use crate::diagnostic::{Code, Diagnostics};
use crate::eval::{Checked, Evaluation, Place, Program};
use crate::plan::{CheckStatus, Checkable, CheckedInstance, Checks, Mode, Plan};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// The results of a run.
pub(super) struct Results<'a> {
    checks: &'a Checks,
    late: BTreeMap<(&'a Checkable, &'a CheckedInstance), Checked>,
    /// What the run did not come to: whatever the plan has said, nobody knows.
    left: BTreeSet<(&'a Checkable, &'a CheckedInstance)>,
    /// What did not hold while applying, by instance.
    broken: BTreeMap<String, Vec<String>>,
}

impl<'a> Results<'a> {
    /// Judges what the plan could not, with the objects as they came out, as far as the run came; `applied` says what was
    /// found wrong on the way. A plan to destroy leaves all of them.
    pub(super) fn of(
        plan: &'a Plan,
        evaluation: &Evaluation<'_>,
        applied: &Diagnostics,
        reached: &Reached,
    ) -> Self {
        let checks = &plan.checks;
        let concerned = Concerned::of(plan);
        let broken = broken(applied);
        let (mut late, mut left) = (BTreeMap::new(), BTreeSet::new());
        for (object, instances) in &checks.0 {
            for (instance, status) in instances.iter().flatten() {
                let told = broken.contains_key(&instance.name(object));
                if !told && !has(reached, evaluation.program(), object, instance) {
                    left.insert((object, instance));
                    continue;
                }
                // Assertions are judged again by what is there now.
                let again = matches!(object, Checkable::Check(..));
                let open = *status == CheckStatus::Unknown && concerned.has(object, instance);
                let judged = ((open || again) && !told)
                    .then(|| judge(evaluation, object, instance))
                    .flatten();
                late.extend(judged.map(|judged| ((object, instance), judged)));
            }
        }
        Results {
            checks,
            late,
            left,
            broken,
        }
    }

    /// What does not hold.
    pub(super) fn problems(&self) -> Diagnostics {
        let all = self.late.values();
        all.flat_map(|checked| checked.problems.iter().cloned())
            .collect()
    }

    /// The outputs that are not recorded, because what was judged on the way or at the end says so.
    pub(super) fn withheld(&self) -> BTreeSet<(&'a ModulePath, &'a Name)> {
        let fails = |object, instance: &CheckedInstance| {
            let late = self.late.get(&(object, instance));
            self.broken.contains_key(&instance.name(object)) || late.is_some_and(Checked::fails)
        };
        let objects = self.checks.0.iter();
        let withheld = objects.filter(|(object, instances)| {
            let mut instances = instances.iter().flatten();
            instances.any(|(instance, _)| fails(object, instance))
        });
        withheld
            .filter_map(|(object, _)| match object {
                Checkable::Output(module, name) => Some((module, name)),
                Checkable::Resource(_) | Checkable::Variable(..) | Checkable::Check(..) => None,
            })
            .collect()
    }

    /// The results as a state records them. Those that say the same as the recorded ones are left as they are.
    pub(super) fn to_json(&self, recorded: &Json) -> Json {
        if self.checks.0.is_empty() {
            return Json::Null;
        }
        let objects = self.checks.0.iter();
        let results: Vec<Json> = objects
            .map(|(object, instances)| self.result(object, instances.as_ref()))
            .collect();
        if sorted(&results) == sorted(recorded.as_array().map_or(&[], Vec::as_slice)) {
            recorded.clone()
        } else {
            Json::Array(results)
        }
    }

    fn result(
        &self,
        object: &Checkable,
        instances: Option<&BTreeMap<CheckedInstance, CheckStatus>>,
    ) -> Json {
        let kind = match object {
            Checkable::Resource(_) => "resource",
            Checkable::Output(..) => "output",
            Checkable::Variable(..) => "var",
            Checkable::Check(..) => "check",
        };
        let mut worst = instances.map_or("unknown", |_| "pass");
        let mut objects = Vec::new();
        for (instance, planned) in instances.into_iter().flatten() {
            let (status, mut messages) = self.status(object, instance, planned);
            messages.sort();
            worst = worse(worst, status);
            let mut entry = json!({ "object_addr": instance.name(object), "status": status });
            if let (Json::Object(members), false) = (&mut entry, messages.is_empty()) {
                members.insert("failure_messages".into(), json!(messages));
            }
            objects.push(entry);
        }
        let objects = (!objects.is_empty()).then_some(objects);
        json!({ "object_kind": kind, "config_addr": object.to_string(), "status": worst, "objects": objects })
    }

    fn status(
        &self,
        object: &Checkable,
        instance: &CheckedInstance,
        planned: &CheckStatus,
    ) -> (&'static str, Vec<String>) {
        if let Some(messages) = self.broken.get(&instance.name(object)) {
            return ("fail", messages.clone());
        }
        if self.left.contains(&(object, instance)) {
            return ("unknown", Vec::new());
        }
        match (planned, self.late.get(&(object, instance))) {
            (_, Some(checked)) if checked.fails() => {
                let problems = checked.problems.iter();
                (
                    "fail",
                    problems
                        .filter_map(|problem| problem.message.clone())
                        .collect(),
                )
            }
            (_, Some(checked)) if checked.is_decided => ("pass", Vec::new()),
            (CheckStatus::Fail(messages), _) => ("fail", messages.clone()),
            (CheckStatus::Pass, _) => ("pass", Vec::new()),
            (CheckStatus::Unknown, _) => ("unknown", Vec::new()),
        }
    }
}

fn broken(applied: &Diagnostics) -> BTreeMap<String, Vec<String>> {
    let mut broken: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for problem in applied {
        let message = if problem.code == Code::ConditionFailed {
            problem.message.clone()
        } else if problem.code == Code::CheckFailed {
            // What a check looks at could not be read.
            Some(format!("{}: {}", problem.summary, problem.detail))
        } else {
            continue;
        };
        if let Some(address) = &problem.address {
            broken.entry(address.clone()).or_default().extend(message);
        }
    }
    broken
}

/// The status of a whole: it fails before it is unknown.
fn worse(one: &'static str, other: &'static str) -> &'static str {
    ["fail", "unknown"]
        .into_iter()
        .find(|status| [one, other].contains(status))
        .unwrap_or("pass")
}

/// The instances whose open conditions a plan has to do with: one to destroy judges nothing, one of a part not what it
/// leaves alone.
enum Concerned<'a> {
    None,
    All,
    /// All but resources, and these.
    Instances(BTreeSet<&'a InstanceAddress>),
}

impl<'a> Concerned<'a> {
    fn of(plan: &'a Plan) -> Self {
        if plan.options.mode == Mode::Destroy {
            return Concerned::None;
        }
        if !plan.options.is_partial() {
            return Concerned::All;
        }
        let changes = plan.changes.iter().map(|change| &change.address);
        let data = plan.data.iter().chain(&plan.deferred);
        let opened = plan.opened.iter().map(|opened| &opened.address);
        let all = changes.chain(data.map(|data| &data.address)).chain(opened);
        Concerned::Instances(all.collect())
    }

    fn has(&self, object: &Checkable, instance: &CheckedInstance) -> bool {
        match (self, object) {
            (Concerned::None, _) => false,
            (Concerned::Instances(planned), Checkable::Resource(block)) => {
                planned.contains(&instance.address(block))
            }
            (Concerned::All | Concerned::Instances(_), _) => true,
        }
    }
}

/// Whether a run came to the conditions of an instance: to those of a check when all that they look at was done.
fn has(
    reached: &Reached,
    program: &Program,
    object: &Checkable,
    instance: &CheckedInstance,
) -> bool {
    let index = program.graph.module(&instance.module.path());
    let Some(index) = index else { return true };
    match object {
        Checkable::Resource(block) => {
            let node = index.resources.get(&block.resource);
            node.is_none_or(|node| reached.has_instance(*node, &instance.address(block)))
        }
        Checkable::Output(_, name) => {
            let node = index.outputs.get(name);
            node.is_none_or(|node| reached.has_node(*node))
        }
        Checkable::Variable(_, name) => {
            let node = index.variables.get(name);
            node.is_none_or(|node| reached.has_node(*node))
        }
        Checkable::Check(module, name) => {
            let declared = program.configuration.module(module);
            let check = declared.and_then(|declared| declared.checks.get(name));
            let looked_at = check.into_iter().flat_map(Check::expressions);
            let behind = program.graph.behind(module, looked_at);
            behind.iter().all(|node| reached.is_whole(*node))
        }
    }
}

fn judge(
    evaluation: &Evaluation<'_>,
    object: &Checkable,
    instance: &CheckedInstance,
) -> Option<Checked> {
    match object {
        Checkable::Resource(address) => judge_resource(evaluation, address, instance),
        Checkable::Output(_, name) => judge_output(evaluation, name, &instance.module),
        Checkable::Variable(_, name) => evaluation.validated(name, &instance.module),
        Checkable::Check(_, name) => {
            let asserted = evaluation.asserted(name, &instance.module);
            let is_decided = !asserted.is_blocked && asserted.undecided.is_empty();
            Some(Checked {
                problems: asserted.problems,
                warnings: asserted.warnings,
                is_decided,
            })
        }
    }
}

fn judge_resource(
    evaluation: &Evaluation<'_>,
    address: &ResourceAddress,
    instance: &CheckedInstance,
) -> Option<Checked> {
    let program = evaluation.program();
    let module = program.configuration.module(&address.module)?;
    let lifecycle = &module.resources.get(&address.resource)?.lifecycle;
    let node = program
        .graph
        .module(&address.module)?
        .resources
        .get(&address.resource)?;
    let address = InstanceAddress {
        module: instance.module.clone(),
        resource: address.resource.clone(),
        key: instance.key.clone(),
    };
    let place = evaluation.place_of(*node, &address).ok()?;
    let before = evaluation.checked(&lifecycle.preconditions, "Resource precondition", &place);
    let own = evaluation.object_of(&address);
    let place = Place { own, ..place };
    let after = evaluation.checked(&lifecycle.postconditions, "Resource postcondition", &place);
    let problems = before.problems.into_iter().chain(after.problems);
    Some(Checked {
        problems: problems.map(|problem| problem.about(&address)).collect(),
        warnings: before.warnings.into_iter().chain(after.warnings).collect(),
        is_decided: before.is_decided && after.is_decided,
    })
}

fn judge_output(
    evaluation: &Evaluation<'_>,
    name: &Name,
    module: &ModuleInstance,
) -> Option<Checked> {
    let declared = evaluation.program().configuration.module(&module.path())?;
    let output = declared.outputs.get(name)?;
    let what = "Module output value precondition";
    Some(evaluation.checked(&output.preconditions, what, &Place::module(module)))
}

/// In an order that says nothing: Terraform's is chance.
fn sorted(results: &[Json]) -> Vec<String> {
    let mut texts: Vec<String> = results.iter().map(Json::to_string).collect();
    texts.sort();
    texts
}
