//! What became of the conditions that a plan could not judge, and what a state records of all of them, as Terraform's
//! format has it (`check_results`).

use crate::address::{InstanceAddress, ModuleInstance, Name, ResourceAddress};
use crate::diagnostic::{Code, Diagnostics};
use crate::eval::{Checked, Evaluation, Place};
use crate::plan::{CheckStatus, Checkable, CheckedInstance, Checks, Mode, Plan};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// The results of a run.
pub(super) struct Results<'a> {
    checks: &'a Checks,
    late: BTreeMap<(&'a Checkable, &'a CheckedInstance), Checked>,
    /// Warnings of assertions that nothing can be said of still.
    open: Diagnostics,
    /// What did not hold while applying, by instance.
    broken: BTreeMap<String, Vec<String>>,
}

impl<'a> Results<'a> {
    /// Judges what the plan could not, with the objects as they came out; `applied` says what was found wrong on the way.
    /// A plan to destroy leaves all of them.
    pub(super) fn of(plan: &'a Plan, evaluation: &Evaluation<'_>, applied: &Diagnostics) -> Self {
        let checks = &plan.checks;
        let broken = broken(applied);
        let mut late = BTreeMap::new();
        let mut open = Diagnostics::new();
        for (object, instances) in &checks.0 {
            for (instance, status) in instances.iter().flatten() {
                let told = broken.contains_key(&instance.name(object));
                // Assertions are judged again by what is there now.
                let again = matches!(object, Checkable::Check(..));
                let left = *status == CheckStatus::Unknown && is_concerned(plan, object, instance);
                let judged = ((left || again) && !told)
                    .then(|| judge(evaluation, object, instance, &mut open))
                    .flatten();
                late.extend(judged.map(|judged| ((object, instance), judged)));
            }
        }
        Results {
            checks,
            late,
            open,
            broken,
        }
    }

    /// What does not hold.
    pub(super) fn problems(&self) -> Diagnostics {
        let late = self.late.values();
        let late = late.flat_map(|checked| checked.problems.iter());
        late.chain(&self.open).cloned().collect()
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
            let (status, messages) = self.status(object, instance, planned);
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
        match (planned, self.late.get(&(object, instance))) {
            (_, Some(checked)) if checked.fails() => {
                let problems = checked.problems.iter();
                (
                    "fail",
                    problems.map(|problem| problem.detail.clone()).collect(),
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
            problem.detail.clone()
        } else if problem.code == Code::CheckFailed {
            // What a check looks at could not be read.
            format!("{}: {}", problem.summary, problem.detail)
        } else {
            continue;
        };
        if let Some(address) = &problem.address {
            broken.entry(address.clone()).or_default().push(message);
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

/// Whether a plan has to do with an instance: one to destroy judges nothing, one of a part not what it leaves alone.
fn is_concerned(plan: &Plan, object: &Checkable, instance: &CheckedInstance) -> bool {
    if plan.options.mode == Mode::Destroy {
        return false;
    }
    let Checkable::Resource(address) = object else {
        return true;
    };
    let is_it = |other: &InstanceAddress| {
        other.resource == address.resource
            && other.key == instance.key
            && other.module == instance.module
    };
    let changes = plan.changes.iter().map(|change| &change.address);
    let data = plan.data.iter().chain(&plan.deferred);
    let opened = plan.opened.iter().map(|opened| &opened.address);
    let mut planned = changes.chain(data.map(|data| &data.address)).chain(opened);
    !plan.options.is_partial() || planned.any(is_it)
}

/// Judges an instance; warnings of assertions that cannot be judged go to `open`.
fn judge(
    evaluation: &Evaluation<'_>,
    object: &Checkable,
    instance: &CheckedInstance,
    open: &mut Diagnostics,
) -> Option<Checked> {
    match object {
        Checkable::Resource(address) => judge_resource(evaluation, address, instance),
        Checkable::Output(_, name) => judge_output(evaluation, name, &instance.module),
        Checkable::Variable(_, name) => evaluation.validated(name, &instance.module),
        Checkable::Check(_, name) => {
            let asserted = evaluation.asserted(name, &instance.module);
            let is_decided = !asserted.is_blocked && asserted.undecided.is_empty();
            open.extend(asserted.undecided);
            Some(Checked {
                problems: asserted.problems,
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
