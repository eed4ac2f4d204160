//! `relevant_attributes`: what of other objects contributes to a change.
//!
//! From the arguments of what changes, references are followed through locals, variables, outputs of modules and
//! arguments of resources. Every attribute of a resource on the way is relevant. What decides how many instances there
//! are is followed only where an argument asks for `each` or `count`; conditions and `depends_on` are not.

use crate::address::{InstanceAddress, InstanceKey, ModuleInstance, Name, ResourceName};
use crate::config::{Body, Configuration, Module, Repetition};
use crate::lang::{Expression, FixedStep, Reference, Step, Subject};
use crate::plan::{ActionReason, Plan};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The attributes, each once, sorted.
pub(super) fn attributes(plan: &Plan, configuration: &Configuration) -> Vec<Json> {
    let mut search = Search {
        configuration,
        found: BTreeSet::new(),
        visited: BTreeSet::new(),
    };
    let changed = plan.changes.iter();
    let changed = changed.filter(|change| change.action.is_change());
    let deferred = plan.deferred.iter().map(|data| &data.address);
    for address in changed.map(|change| &change.address).chain(deferred) {
        search.resource(&address.module, &address.resource, &[]);
    }
    for (name, output) in &plan.outputs {
        if output.action.is_change() {
            search.output(&ModuleInstance::root(), name);
        }
    }
    if !is_to_destroy(plan) {
        search.outputs_of_modules(plan);
    }
    let found = search.found.into_iter();
    found
        .map(|(resource, path)| {
            let path: Vec<Json> = path.into_iter().map(Json::from).collect();
            json!({ "resource": resource, "attribute": path })
        })
        .collect()
}

fn is_to_destroy(plan: &Plan) -> bool {
    let mut changes = plan.changes.iter();
    changes.any(|change| change.reason == ActionReason::Destroy)
}

/// A step of an attribute's path, in the order in which paths are sorted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Name(Name),
    Index(u64),
}

impl From<Part> for Json {
    fn from(part: Part) -> Self {
        match part {
            Part::Name(name) => json!(name.as_ref()),
            Part::Index(index) => json!(index),
        }
    }
}

struct Search<'a> {
    configuration: &'a Configuration,
    found: BTreeSet<(String, Vec<Part>)>,
    visited: BTreeSet<String>,
}

impl Search<'_> {
    fn module(&self, instance: &ModuleInstance) -> Option<Arc<Module>> {
        self.configuration.module(&instance.path()).cloned()
    }

    /// Whether something is met for the first time: an expression of a module, however it was reached, or a path into a
    /// resource.
    fn is_new(&mut self, what: String) -> bool {
        self.visited.insert(what)
    }

    /// Follows the outputs of the modules that objects of the plan lie in: nothing is recorded of them, so each is new
    /// in every plan.
    fn outputs_of_modules(&mut self, plan: &Plan) {
        let changes = plan.changes.iter().map(|change| &change.address.module);
        let data = plan.data.iter().chain(&plan.deferred);
        let mut modules = BTreeSet::new();
        for module in changes.chain(data.map(|data| &data.address.module)) {
            let mut next = Some(module.clone());
            while let Some(module) = next {
                next = module.split().map(|(parent, ..)| parent);
                modules.insert(module);
            }
        }
        modules.remove(&ModuleInstance::root());
        for module in modules {
            let declared = self.module(&module);
            for name in declared.iter().flat_map(|module| module.outputs.keys()) {
                self.output(&module, name);
            }
        }
    }

    /// Follows the arguments of a resource, or of those at a path.
    fn resource(&mut self, module: &ModuleInstance, name: &ResourceName, path: &[Part]) {
        if !self.is_new(format!("{module} {name} {path:?}")) {
            return;
        }
        let Some(declared) = self.module(module) else {
            return;
        };
        if let Some(resource) = declared.resources.get(name) {
            self.body(module, &resource.body, path, &resource.repetition);
        }
    }

    /// Follows the arguments and blocks that a path leads to, or all; of several blocks of a name all are.
    fn body(
        &mut self,
        module: &ModuleInstance,
        body: &Body,
        path: &[Part],
        repetition: &Repetition,
    ) {
        let wanted = |own: &Name| match path.first() {
            Some(Part::Name(name)) => name == own,
            Some(Part::Index(_)) | None => true,
        };
        let within = match path {
            [_, Part::Index(_), within @ ..] | [_, within @ ..] => within,
            [] => &[],
        };
        for argument in body.arguments.iter().filter(|it| wanted(&it.name)) {
            self.expression(module, &argument.value, repetition);
        }
        for block in body.blocks.iter().filter(|it| wanted(&it.name)) {
            if let Some(dynamic) = &block.dynamic {
                self.expression(module, &dynamic.for_each, repetition);
            }
            self.body(module, &block.body, within, repetition);
        }
    }

    fn output(&mut self, module: &ModuleInstance, name: &Name) {
        let declared = self.module(module);
        let output = declared.as_ref().and_then(|it| it.outputs.get(name));
        if let Some(output) = output {
            self.expression(module, &output.value, &Repetition::None);
        }
    }

    /// Follows the references of an expression, once.
    fn expression(
        &mut self,
        module: &ModuleInstance,
        expression: &Expression,
        repetition: &Repetition,
    ) {
        if !self.is_new(format!("{module} {:?}", expression.span)) {
            return;
        }
        expression.each_reference(&mut |reference, steps| {
            self.reference(module, reference, steps, repetition);
        });
    }

    fn reference(
        &mut self,
        module: &ModuleInstance,
        reference: &Reference,
        steps: &[Step],
        repetition: &Repetition,
    ) {
        match &reference.subject {
            Subject::Resource(name) => {
                let (key, path) = split(steps);
                let address = InstanceAddress {
                    module: module.clone(),
                    resource: name.clone(),
                    key,
                };
                self.found.insert((address.to_string(), path.clone()));
                self.resource(module, name, &path);
            }
            Subject::Local(name) => self.local(module, name),
            Subject::Variable(name) => self.variable(module, name),
            Subject::Module(name) => self.call(module, name, steps),
            Subject::Each(_) | Subject::CountIndex => match repetition {
                Repetition::None => {}
                Repetition::Count(many) | Repetition::ForEach(many) => {
                    self.expression(module, many, &Repetition::None);
                }
            },
            Subject::Path(_) | Subject::Workspace | Subject::Own => {}
        }
    }

    fn local(&mut self, module: &ModuleInstance, name: &Name) {
        let declared = self.module(module);
        let local = declared.as_ref().and_then(|it| it.locals.get(name));
        if let Some(local) = local {
            self.expression(module, &local.value, &Repetition::None);
        }
    }

    /// Follows what the caller gives for a variable.
    fn variable(&mut self, module: &ModuleInstance, name: &Name) {
        let Some((caller, call, _)) = module.split() else {
            return;
        };
        let declared = self.module(&caller);
        let call = declared.as_ref().and_then(|it| it.calls.get(call));
        let argument = call.and_then(|call| {
            let mut arguments = call.arguments.iter();
            let argument = arguments.find(|argument| argument.name == *name)?;
            Some((argument, &call.repetition))
        });
        if let Some((argument, repetition)) = argument {
            self.expression(&caller, &argument.value, repetition);
        }
    }

    /// Follows an output of a module, or all of them.
    fn call(&mut self, module: &ModuleInstance, name: &Name, steps: &[Step]) {
        let (key, path) = split(steps);
        let child = module.child(name.clone(), key);
        match path.first() {
            Some(Part::Name(output)) => self.output(&child, output),
            Some(Part::Index(_)) | None => {
                let declared = self.module(&child);
                for output in declared.iter().flat_map(|it| it.outputs.keys()) {
                    self.output(&child, output);
                }
            }
        }
    }
}

/// The key of an instance and the path behind it, up to the first step that has to be evaluated.
fn split(steps: &[Step]) -> (InstanceKey, Vec<Part>) {
    let mut steps = steps.iter().map_while(Step::fixed).peekable();
    let key = steps.next_if(|step| matches!(step, FixedStep::Index(_)));
    let key = match key {
        Some(FixedStep::Index(key)) => key,
        Some(FixedStep::Attribute(_)) | None => InstanceKey::None,
    };
    let path = steps.map_while(|step| match step {
        FixedStep::Attribute(name) | FixedStep::Index(InstanceKey::String(name)) => {
            Some(Part::Name(name))
        }
        FixedStep::Index(InstanceKey::Int(index)) => Some(Part::Index(index)),
        FixedStep::Index(InstanceKey::None) => None,
    });
    (key, path.collect())
}
