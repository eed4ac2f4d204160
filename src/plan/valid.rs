//! What is wrong with a program whatever its variables are worth, as Terraform's validation finds it.
//!
//! Every expression of every declaration is evaluated once, also of blocks without instances, over unknown values of the
//! declared types. What depends on something that is wrong is not looked at.

use super::planner::{Planner, Subject};
use super::provider::ProviderKey;
use crate::address::{
    InstanceAddress, InstanceKey, ModuleInstance, ModulePath, Name, ResourceAddress, ResourceMode,
};
use crate::config::{
    Body, Import, Module, Output, ProviderBlock, Provisioning, Resource, Variable,
};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::eval::{Evaluation, FileAnswers, FileRead, Place, Program, Stage};
use crate::graph::{Node, NodeId, resolve_provider};
use crate::lang::{Expression, Halt};
use crate::schema::local_exec;
use crate::source::Span;
use crate::value::Marks;
use std::collections::{BTreeMap, BTreeSet};

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Validity {
    /// The mistakes that nobody has told yet.
    pub problems: Diagnostics,
    /// Files that expressions asked for and nobody has read; until then some mistakes do not show.
    pub files: BTreeSet<FileRead>,
}

/// Looks for the mistakes of a program beyond those that were told by the check of its configuration.
pub fn validity(program: &Program, files: &FileAnswers, told: &Diagnostics) -> Validity {
    found(program, files, told, None)
}

/// As [`validity`], of some declarations only: of these nodes, and of what is no node.
pub(super) fn validity_of(
    program: &Program,
    files: &FileAnswers,
    nodes: &BTreeSet<NodeId>,
) -> Validity {
    found(program, files, &Diagnostics::new(), Some(nodes))
}

fn found(
    program: &Program,
    files: &FileAnswers,
    told: &Diagnostics,
    only: Option<&BTreeSet<NodeId>>,
) -> Validity {
    let place = |problem: &Diagnostic| problem.primary.as_ref().map(|label| label.span);
    let references = told.iter().filter(|problem| is_of_reference(problem));
    let mut walk = Walk {
        program,
        only,
        evaluation: Evaluation::new(program, files, Stage::Validate),
        told: references.filter_map(place).collect(),
        failed: BTreeSet::new(),
        problems: Diagnostics::new(),
    };
    walk.run();
    let mut problems = Diagnostics::new();
    let sign = |problem: &Diagnostic| (place(problem), problem.summary.clone());
    let seen: BTreeSet<_> = told.iter().map(sign).collect();
    let is_new = |problem: &Diagnostic| !seen.contains(&sign(problem));
    problems.extend(walk.problems.into_iter().filter(|problem| is_new(problem)));
    Validity {
        problems: problems.in_order_of_place(),
        files: walk.evaluation.missing_files(),
    }
}

/// Whether a mistake is that of a reference, without which nothing can be evaluated.
fn is_of_reference(problem: &Diagnostic) -> bool {
    matches!(
        problem.code,
        Code::UnknownReference
            | Code::InvalidReference
            | Code::UnknownAttribute
            | Code::InvalidIndex
    )
}

struct Walk<'p> {
    program: &'p Program,
    /// The nodes to look at; `None` for all of them.
    only: Option<&'p BTreeSet<NodeId>>,
    evaluation: Evaluation<'p>,
    /// Where references are that the check has refused, in the order of the files.
    told: BTreeSet<Span>,
    /// The nodes with mistakes, and those that depend on them.
    failed: BTreeSet<NodeId>,
    problems: Diagnostics,
}

impl<'p> Walk<'p> {
    fn run(&mut self) {
        for node in self.program.graph.order() {
            if self.only.is_some_and(|only| !only.contains(node)) {
                continue;
            }
            let mut behind = self.program.graph.dependencies(*node).iter();
            if behind.any(|on| self.failed.contains(on)) || !self.is_right(*node) {
                self.failed.insert(*node);
            }
        }
        self.assertions();
        self.imports();
    }

    /// Looks at a declaration; whether nothing is wrong with it.
    fn is_right(&mut self, node: NodeId) -> bool {
        let graph = &self.program.graph;
        let Some(declared) = graph.node(node) else {
            return true;
        };
        let configuration = &self.program.configuration;
        let Some(module) = configuration.module(declared.module()) else {
            return true;
        };
        let instance = instance_of(declared.module());
        match declared {
            Node::Variable(_, name) => {
                let variable = module.variables.get(name);
                variable.is_none_or(|variable| self.variable(variable, &instance))
            }
            Node::Local(_, name) => {
                let local = module.locals.get(name);
                local.is_none_or(|local| {
                    self.is_untold([&local.value]) && self.notes(|it| it.result(node, &instance))
                })
            }
            Node::Output(_, name) => {
                let output = module.outputs.get(name);
                output.is_none_or(|output| self.output(node, output, &instance))
            }
            Node::Call(_, name) => {
                let call = module.calls.get(name);
                call.is_none_or(|call| self.notes(|it| it.repeats(&call.repetition, &instance)))
            }
            Node::Resource(address) => {
                let resource = module.resources.get(&address.resource);
                resource.is_none_or(|resource| {
                    self.about(address, |this| this.resource(node, address, resource))
                })
            }
            Node::Provider(_, name, alias) => {
                let mut blocks = module.providers.iter();
                let block = blocks.find(|it| it.local_name == *name && it.alias == *alias);
                block.is_none_or(|block| self.provider(module, block, &instance))
            }
            Node::Whole(_) => true,
        }
    }

    /// Looks at a block, and names it in what is found there.
    fn about(&mut self, block: &ResourceAddress, look: impl FnOnce(&mut Self) -> bool) -> bool {
        let others = std::mem::take(&mut self.problems);
        let right = look(self);
        let own = std::mem::replace(&mut self.problems, others);
        let named = own.into_iter().map(|problem| match problem.address {
            Some(_) => problem,
            None => problem.about(block),
        });
        self.problems.extend(named);
        right
    }

    /// Whether nothing was told of expressions before; what was is not evaluated.
    fn is_untold<'e>(&self, expressions: impl IntoIterator<Item = &'e Expression>) -> bool {
        let told = |expression: &Expression| {
            let span = expression.span;
            let at = |offset: u32| Span {
                start: offset,
                end: offset,
                ..span
            };
            let mut begun = self.told.range(at(span.start)..=at(span.end));
            begun.any(|told| span.contains(*told))
        };
        self.told.is_empty() || !expressions.into_iter().any(told)
    }

    /// As [`Walk::is_untold`], of everything in a body.
    fn is_clear(&self, body: &Body) -> bool {
        self.told.is_empty() || self.is_untold(body.expressions())
    }

    /// Takes note of what is wrong; whether nothing is.
    fn notes<T>(&mut self, of: impl FnOnce(&Evaluation<'p>) -> Result<T, Halt>) -> bool {
        let result = of(&self.evaluation);
        self.note(result)
    }

    fn note<T>(&mut self, result: Result<T, Halt>) -> bool {
        match result {
            Ok(_) => true,
            Err(Halt::Blocked) => false,
            Err(Halt::Failed(problems)) => self.found(*problems),
        }
    }

    /// As [`Walk::note`], of problems themselves.
    fn found(&mut self, problems: Diagnostics) -> bool {
        let has_errors = problems.has_errors();
        self.problems.extend(problems);
        !has_errors
    }

    fn variable(&mut self, variable: &Variable, instance: &ModuleInstance) -> bool {
        let rules = &variable.validations;
        let untold = self.is_untold(
            rules
                .iter()
                .flat_map(|it| [&it.condition, &it.error_message]),
        );
        let passed = match self.evaluation.passed(&variable.name, instance) {
            Ok(passed) => passed,
            Err(halt) => return self.note::<()>(Err(halt)),
        };
        if rules.is_empty() || !untold {
            return untold;
        }
        let is_given = passed.is_some();
        let checked = self
            .evaluation
            .validated_as(&variable.name, instance, passed);
        let problems = checked.map(|checked| checked.problems).unwrap_or_default();
        // Whether a rule holds of what nobody has passed yet is for a plan to say.
        let is_mistake = |problem: &Diagnostic| is_given || problem.code != Code::ConditionFailed;
        self.found(problems.into_iter().filter(is_mistake).collect())
    }

    fn output(&mut self, node: NodeId, output: &Output, instance: &ModuleInstance) -> bool {
        // An ephemeral output of the root module is refused as such.
        let is_refused = output.ephemeral && instance.is_root();
        if is_refused || !self.is_untold([&output.value]) {
            return false;
        }
        let place = Place::module(instance);
        let what = "Module output value precondition";
        let preconditions = &output.preconditions;
        if !self.found(self.evaluation.check(preconditions, what, &place)) {
            return false;
        }
        match self.evaluation.result(node, instance) {
            Ok(value) => {
                let reveals = instance.is_root()
                    && !output.sensitive
                    && value.deep_marks().contains(Marks::SENSITIVE);
                !reveals || self.found(super::outputs::reveals(output).into())
            }
            Err(halt) => self.note::<()>(Err(halt)),
        }
    }

    fn provider(&mut self, module: &Module, block: &ProviderBlock, on: &ModuleInstance) -> bool {
        let address = module.provider(&block.local_name);
        let Some(schema) = self.program.schemas.provider(&address.provider_type) else {
            return true;
        };
        let place = Place::module(on);
        self.notes(|it| it.repeats(&block.repetition, on))
            & (self.is_clear(&block.body) && self.notes(|it| it.block(&block.body, schema, &place)))
    }

    fn resource(
        &mut self,
        node: NodeId,
        address: &ResourceAddress,
        resource: &'p Resource,
    ) -> bool {
        let instance = instance_of(&address.module);
        let mut right = self.notes(|it| it.repeats(&resource.repetition, &instance));
        right &= self.is_clear(&resource.body) && {
            let found = self.body(node, resource, &instance);
            self.note(found)
        };
        let place = Place::module(&instance);
        right &= self.provisioners(&resource.provisioning, &place);
        let lifecycle = &resource.lifecycle;
        let conditions = lifecycle
            .preconditions
            .iter()
            .chain(&lifecycle.postconditions);
        let parts = conditions.flat_map(|it| [&it.condition, &it.error_message]);
        let keys = lifecycle.replace_triggered_by.iter();
        for expression in parts.chain(keys.filter_map(|it| it.key.as_ref())) {
            right &=
                self.is_untold([expression]) && self.notes(|it| it.evaluate(expression, &place));
        }
        right
    }

    /// Judges provisioners until one is wrong, and the connections of all of them.
    fn provisioners(&mut self, all: &Provisioning, place: &Place) -> bool {
        if all.provisioners.is_empty() {
            return true;
        }
        let mut right = true;
        for argument in all.connections().flat_map(|body| &body.arguments) {
            let value = &argument.value;
            right &= self.is_untold([value]) && self.notes(|it| it.evaluate(value, place));
        }
        let shape = local_exec();
        let mut bodies = all.provisioners.iter().map(|it| &it.body);
        bodies.all(|body| self.is_clear(body) && self.notes(|it| it.block(body, &shape, place)))
            && right
    }

    /// Judges the arguments of a resource as its planner would.
    fn body(
        &self,
        node: NodeId,
        resource: &'p Resource,
        instance: &ModuleInstance,
    ) -> Result<(), Halt> {
        let name = &resource.name;
        let implied: Name = Module::implied_provider(&name.resource_type).into();
        let (configuration, chosen) = (&self.program.configuration, resource.provider.as_ref());
        let provider = resolve_provider(configuration, &instance.path(), &implied, chosen);
        let entry = self.program.schemas.find(name.mode, &name.resource_type);
        let (Some(provider), Some(entry)) = (provider, entry) else {
            return Ok(());
        };
        let subject = Subject {
            node,
            resource,
            address: InstanceAddress {
                module: instance.clone(),
                resource: name.clone(),
                key: InstanceKey::None,
            },
            place: Place::module(instance),
            provider: ProviderKey {
                address: provider.address,
                key: InstanceKey::None,
            },
            entry,
        };
        let block = &subject.entry.schema.block;
        let config = self
            .evaluation
            .resource_config(resource, block, &subject.place)?;
        if name.mode != ResourceMode::Ephemeral {
            Planner::lasting(&subject, &config)?;
        }
        Planner::problems(&subject, subject.entry.rules.validate(&config))
    }

    /// Judges what the assertions of `check` blocks say, as Terraform does, which leaves their conditions to plans.
    fn assertions(&mut self) {
        let graph = &self.program.graph;
        for (path, module) in &self.program.configuration.modules {
            if module.checks.is_empty() {
                continue;
            }
            let place = Place::module(&instance_of(path));
            let mut own: BTreeMap<&Name, Vec<NodeId>> = BTreeMap::new();
            for resource in module.resources.values() {
                let node = || graph.module(path)?.resources.get(&resource.name);
                if let Some(check) = &resource.check {
                    own.entry(check).or_default().extend(node());
                }
            }
            for check in module.checks.values() {
                let mut behind = graph.behind(path, check.expressions());
                behind.extend(own.remove(&check.name).into_iter().flatten());
                if !behind.is_disjoint(&self.failed) || !self.is_untold(check.expressions()) {
                    continue;
                }
                for assertion in &check.assertions {
                    self.notes(|it| it.has_message(assertion, &place));
                }
            }
        }
    }

    /// Judges `import` blocks, of those for one block until one is wrong.
    fn imports(&mut self) {
        let mut wrong = BTreeSet::new();
        for import in &self.program.configuration.root().imports {
            let name = import.to.resource.as_ref().map(|(name, _)| name);
            let block = (import.to.path(), name);
            if !wrong.contains(&block) && !self.import(import) {
                wrong.insert(block);
            }
        }
    }

    fn import(&mut self, import: &Import) -> bool {
        if !self.is_untold(&import.for_each) {
            return false;
        }
        let places = match super::imported::places(&self.evaluation, import) {
            Ok(places) => places,
            Err(halt) => return self.note::<()>(Err(halt)),
        };
        places.iter().all(|place| self.import_at(import, place))
    }

    fn import_at(&mut self, import: &Import, place: &Place) -> bool {
        let keys = import.to.modules.iter().map(|(_, key)| key);
        let own = import.to.resource.as_ref().map(|(_, key)| key);
        let mut keys = keys.chain(own).flatten();
        keys.all(|key| self.is_untold([key]) && self.notes(|it| it.evaluate(key, place)))
            && self.notes(|it| super::imported::has_fitting_key(it, import, place))
            && self.is_untold([&import.id])
            && self.notes(|it| super::imported::judged_id(it, import, place))
    }
}

/// The one instance that stands for all of a module.
fn instance_of(path: &ModulePath) -> ModuleInstance {
    let names = path.names().iter();
    names.fold(ModuleInstance::root(), |module, name| {
        module.child(name.clone(), InstanceKey::None)
    })
}
