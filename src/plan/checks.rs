//! What came of the conditions of blocks and outputs while planning. One that does not hold ends a plan that does
//! something, so there they hold, or cannot be judged yet.

use super::Mode;
use super::planner::{Planner, Subject};
use crate::address::{
    InstanceAddress, InstanceKey, ModuleInstance, ModulePath, Name, ResourceAddress,
};
use crate::config::{Condition, Configuration};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Severity};
use crate::eval::{Checked, Place};
use crate::graph::{Node, NodeId};
use crate::lang::{Evaluated, Halt};
use std::collections::BTreeMap;
use std::fmt;

/// Something with conditions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Checkable {
    /// A `resource` or `data` block.
    Resource(ResourceAddress),
    /// An output of a module.
    Output(ModulePath, Name),
    /// A variable of a module.
    Variable(ModulePath, Name),
    /// A `check` block of a module.
    Check(ModulePath, Name),
}

/// One instance of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CheckedInstance {
    /// The instance of its module.
    pub module: ModuleInstance,
    /// The instance in it; none for outputs and variables.
    pub key: InstanceKey,
}

impl fmt::Display for Checkable {
    /// `module.m.aws_iam_role.x`, `module.m.output.x`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Checkable::Resource(address) => write!(f, "{address}"),
            Checkable::Output(module, name) if module.is_root() => write!(f, "output.{name}"),
            Checkable::Output(module, name) => write!(f, "{module}.output.{name}"),
            Checkable::Variable(module, name) if module.is_root() => write!(f, "var.{name}"),
            Checkable::Variable(module, name) => write!(f, "{module}.var.{name}"),
            Checkable::Check(module, name) if module.is_root() => write!(f, "check.{name}"),
            Checkable::Check(module, name) => write!(f, "{module}.check.{name}"),
        }
    }
}

impl CheckedInstance {
    /// The instance of a block that this is.
    pub fn address(&self, block: &ResourceAddress) -> InstanceAddress {
        InstanceAddress {
            module: self.module.clone(),
            resource: block.resource.clone(),
            key: self.key.clone(),
        }
    }

    /// The only one of something in the root module.
    fn root() -> Self {
        CheckedInstance {
            module: ModuleInstance::root(),
            key: InstanceKey::None,
        }
    }

    /// The instance of an object as people write it.
    pub fn name(&self, object: &Checkable) -> String {
        let module = &self.module;
        match object {
            Checkable::Resource(address) => InstanceAddress {
                module: module.clone(),
                resource: address.resource.clone(),
                key: self.key.clone(),
            }
            .to_string(),
            Checkable::Output(_, name) if module.is_root() => format!("output.{name}"),
            Checkable::Output(_, name) => format!("{module}.output.{name}"),
            Checkable::Variable(_, name) if module.is_root() => format!("var.{name}"),
            Checkable::Variable(_, name) => format!("{module}.var.{name}"),
            Checkable::Check(_, name) if module.is_root() => format!("check.{name}"),
            Checkable::Check(_, name) => format!("{module}.check.{name}"),
        }
    }
}

/// Whether the conditions of an instance hold.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckStatus {
    /// All of them do.
    Pass,
    /// Some can be judged only during apply.
    Unknown,
    /// Some do not, which say this. Only where that is a warning: of a `check` block, and where the plan only refreshes.
    Fail(Vec<String>),
}

/// Everything with conditions, and its instances; `None` where the plan judges none.
#[derive(Clone, Debug, Default)]
pub struct Checks(pub BTreeMap<Checkable, Option<BTreeMap<CheckedInstance, CheckStatus>>>);

impl Checks {
    /// What a configuration has, before anything of it is judged. A plan to destroy judges nothing, and says so of each
    /// output of the root module, as Terraform's.
    pub(super) fn of(configuration: &Configuration, mode: Mode) -> Self {
        let mut checks = BTreeMap::new();
        let judged = matches!(mode, Mode::Normal | Mode::RefreshOnly);
        let none = judged.then(BTreeMap::new);
        for (path, module) in &configuration.modules {
            for resource in module.resources.values() {
                let lifecycle = &resource.lifecycle;
                if !lifecycle.preconditions.is_empty() || !lifecycle.postconditions.is_empty() {
                    let address = resource.name.clone().in_module(path.clone());
                    checks.insert(Checkable::Resource(address), none.clone());
                }
            }
            for variable in module.variables.values() {
                if !variable.validations.is_empty() {
                    let object = Checkable::Variable(path.clone(), variable.name.clone());
                    checks.insert(object, none.clone());
                }
            }
            for check in module.checks.values() {
                let object = Checkable::Check(path.clone(), check.name.clone());
                checks.insert(object, none.clone());
            }
            for output in module.outputs.values() {
                if !output.preconditions.is_empty() {
                    let object = Checkable::Output(path.clone(), output.name.clone());
                    let unjudged = (mode == Mode::Destroy && path.is_root())
                        .then(|| BTreeMap::from([(CheckedInstance::root(), CheckStatus::Unknown)]));
                    checks.insert(object, unjudged.or_else(|| none.clone()));
                }
            }
        }
        Checks(checks)
    }

    /// Takes note of a result; the worst of an instance stays, with all that is said of it by the alphabet, as Terraform has it.
    pub(super) fn record(
        &mut self,
        object: Checkable,
        instance: CheckedInstance,
        status: CheckStatus,
    ) {
        let instances = self.0.entry(object).or_default().get_or_insert_default();
        let recorded = instances.entry(instance).or_insert(CheckStatus::Pass);
        if let (CheckStatus::Fail(told), CheckStatus::Fail(more)) = (&mut *recorded, &status) {
            told.extend_from_slice(more);
        } else if status > *recorded {
            *recorded = status;
        }
        if let CheckStatus::Fail(told) = recorded {
            told.sort();
        }
    }
}

impl Planner<'_> {
    /// Takes note that a plan does not look at a declaration, so that nothing is said of its conditions.
    pub(super) fn not_judged(&mut self, node: NodeId) {
        let object = match self.program.graph.node(node) {
            Some(Node::Resource(address)) => Checkable::Resource(address.clone()),
            Some(Node::Variable(module, name)) => Checkable::Variable(module.clone(), name.clone()),
            Some(Node::Output(module, name)) => Checkable::Output(module.clone(), name.clone()),
            Some(Node::Local(..) | Node::Call(..) | Node::Provider(..) | Node::Whole(_)) | None => {
                return;
            }
        };
        if let Some(instances) = self.plan.checks.0.get_mut(&object) {
            *instances = None;
        }
    }

    /// Takes note that an instance of a block is not looked at while others of it are.
    pub(super) fn leave_open(&mut self, subject: &Subject<'_>) {
        let object = Checkable::Resource(subject.address.block());
        if let Some(Some(instances)) = self.plan.checks.0.get_mut(&object) {
            let instance = CheckedInstance {
                module: subject.place.module.clone(),
                key: subject.place.key.clone(),
            };
            instances.insert(instance, CheckStatus::Unknown);
        }
    }

    /// Judges conditions of an instance of a block and takes note; says which do not hold, as far as they stop anything.
    pub(super) fn check_resource(
        &mut self,
        subject: &Subject<'_>,
        conditions: &[Condition],
        what: &str,
        place: &Place,
    ) -> Diagnostics {
        let object = Checkable::Resource(subject.address.block());
        let broken = self.check(object, conditions, what, place);
        let about = |problem: Diagnostic| problem.about(&subject.address);
        broken.into_iter().map(about).collect()
    }

    /// What the arguments of an instance come to, unless one of its preconditions does not hold: a mistake in arguments is
    /// told where none of them was to keep it away, as Terraform has it.
    pub(super) fn after_preconditions(
        &mut self,
        subject: &Subject<'_>,
        config: Evaluated,
    ) -> Evaluated {
        if !matches!(config, Err(Halt::Blocked)) {
            self.preconditions(subject)?;
        }
        config
    }

    /// Judges the preconditions of an instance, which fails when one does not hold.
    pub(super) fn preconditions(&mut self, subject: &Subject<'_>) -> Result<(), Halt> {
        let conditions = &subject.resource.lifecycle.preconditions;
        let what = "Resource precondition";
        let broken = self.check_resource(subject, conditions, what, &subject.place);
        if broken.has_errors() {
            return Err(Halt::Failed(Box::new(broken)));
        }
        Ok(())
    }

    /// Judges conditions at a place and takes note; says which do not hold. Where the plan only refreshes there is nothing
    /// that they could stop, and they are told of as warnings.
    pub(super) fn check(
        &mut self,
        object: Checkable,
        conditions: &[Condition],
        what: &str,
        place: &Place,
    ) -> Diagnostics {
        if conditions.is_empty() {
            return Diagnostics::new();
        }
        let checked = self.evaluation.checked(conditions, what, place);
        self.diagnostics.extend(checked.warnings.clone());
        let instance = CheckedInstance {
            module: place.module.clone(),
            key: place.key.clone(),
        };
        if self.options.mode != Mode::RefreshOnly {
            self.plan.checks.record(object, instance, status(&checked));
            return checked.problems;
        }
        let name = instance.name(&object);
        let is_broken = |problem: &Diagnostic| problem.code == Code::ConditionFailed;
        let (broken, wrong): (Vec<_>, Vec<_>) =
            checked.problems.iter().cloned().partition(is_broken);
        let status = if broken.is_empty() {
            status(&checked)
        } else {
            let messages = broken.iter().filter_map(|problem| problem.message.clone());
            CheckStatus::Fail(messages.collect())
        };
        self.plan.checks.record(object, instance, status);
        let warning = |problem: Diagnostic| Diagnostic {
            severity: Severity::Warning,
            ..problem.about(&name)
        };
        self.diagnostics.extend(broken.into_iter().map(warning));
        wrong.into_iter().collect()
    }

    /// Judges the validations of a variable in a module instance, and withholds its value when one does not hold.
    pub(super) fn validate(
        &mut self,
        node: NodeId,
        name: &Name,
        module: &ModuleInstance,
    ) -> Result<(), Halt> {
        let Some(checked) = self.evaluation.validated(name, module) else {
            return Ok(());
        };
        if checked.problems.has_errors() {
            self.evaluation.withhold(node, module);
            return Err(Halt::Failed(Box::new(checked.problems)));
        }
        if matches!(self.options.mode, Mode::Normal | Mode::RefreshOnly) {
            let object = Checkable::Variable(module.path(), name.clone());
            let instance = CheckedInstance {
                module: module.clone(),
                key: InstanceKey::None,
            };
            self.plan.checks.record(object, instance, status(&checked));
        }
        Ok(())
    }
}

fn status(checked: &Checked) -> CheckStatus {
    if checked.is_decided {
        CheckStatus::Pass
    } else {
        CheckStatus::Unknown
    }
}
