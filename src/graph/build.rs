//! Nodes and edges from a configuration.

use super::node::{ModuleIndex, Node, NodeId};
use super::{DependencyGraph, resolve_provider};
use crate::address::{ModulePath, Name};
use crate::config::{
    Body, Condition, Configuration, Dependency, Module, ModuleCall, Repetition, Resource,
};
use crate::lang::{Expression, Reference, Step, Subject};
use std::collections::BTreeSet;

/// A graph with a node for each declaration and no edges.
pub(super) fn declarations(configuration: &Configuration) -> DependencyGraph {
    let mut graph = DependencyGraph::default();
    for (path, module) in &configuration.modules {
        let mut index = ModuleIndex::default();
        let named = |name: &Name| name.clone();
        for name in module.variables.keys() {
            index.variables.insert(
                named(name),
                graph.add(Node::Variable(path.clone(), named(name))),
            );
        }
        for name in module.locals.keys() {
            index.locals.insert(
                named(name),
                graph.add(Node::Local(path.clone(), named(name))),
            );
        }
        for name in module.outputs.keys() {
            index.outputs.insert(
                named(name),
                graph.add(Node::Output(path.clone(), named(name))),
            );
        }
        for name in module.calls.keys() {
            index.calls.insert(
                named(name),
                graph.add(Node::Call(path.clone(), named(name))),
            );
        }
        for name in module.resources.keys() {
            let address = name.clone().in_module(path.clone());
            index
                .resources
                .insert(name.clone(), graph.add(Node::Resource(address)));
        }
        for block in &module.providers {
            let key = (block.local_name.clone(), block.alias.clone());
            let node = Node::Provider(path.clone(), key.0.clone(), key.1.clone());
            index.providers.insert(key, graph.add(node));
        }
        index.whole = Some(graph.add(Node::Whole(path.clone())));
        graph.modules.insert(path.clone(), index);
    }
    graph
}

/// Adds all edges.
pub(super) fn connect(graph: &mut DependencyGraph, configuration: &Configuration) {
    for (path, module) in &configuration.modules {
        Connector {
            graph,
            configuration,
            path,
            module,
        }
        .module();
    }
    imports(graph, configuration);
    for list in &mut graph.dependencies {
        list.sort_unstable();
        list.dedup();
    }
}

/// What is to be imported waits for what its id is made of.
fn imports(graph: &mut DependencyGraph, configuration: &Configuration) {
    let path = ModulePath::root();
    let Some(root) = configuration.module(&path) else {
        return;
    };
    for import in &root.imports {
        let target = import.to.resource.as_ref();
        let index = graph.module(&import.to.path());
        let target = target.and_then(|(name, _)| index?.resources.get(name));
        let Some(target) = target.copied() else {
            continue;
        };
        let mut connector = Connector {
            graph,
            configuration,
            path: &path,
            module: root,
        };
        let keys = import.to.modules.iter().map(|(_, key)| key);
        let keys = keys.chain(import.to.resource.iter().map(|(_, key)| key));
        for expression in keys.flatten().chain([&import.id]).chain(&import.for_each) {
            connector.expression(target, expression);
        }
    }
}

struct Connector<'a> {
    graph: &'a mut DependencyGraph,
    configuration: &'a Configuration,
    path: &'a ModulePath,
    module: &'a Module,
}

impl Connector<'_> {
    fn module(&mut self) {
        let Some(index) = self.graph.modules.get(self.path).cloned() else {
            return;
        };
        self.contain(&index);
        for (name, variable) in &self.module.variables {
            self.edge_for(index.variables.get(name), |this, id| {
                this.validations(id, &variable.validations);
            });
        }
        for (name, local) in &self.module.locals {
            self.edge_for(index.locals.get(name), |this, id| {
                this.expression(id, &local.value);
            });
        }
        for (name, output) in &self.module.outputs {
            self.edge_for(index.outputs.get(name), |this, id| {
                this.expression(id, &output.value);
                this.depends_on(id, &output.depends_on);
                this.conditions(id, &output.preconditions);
            });
        }
        for (name, call) in &self.module.calls {
            self.edge_for(index.calls.get(name), |this, id| {
                this.repetition(id, &call.repetition);
                this.depends_on(id, &call.depends_on);
            });
            self.arguments(call);
        }
        for block in &self.module.providers {
            let key = (block.local_name.clone(), block.alias.clone());
            self.edge_for(index.providers.get(&key), |this, id| {
                this.body(id, &block.body);
                this.repetition(id, &block.repetition);
            });
        }
        for (name, resource) in &self.module.resources {
            self.edge_for(index.resources.get(name), |this, id| {
                this.resource(id, resource);
            });
        }
    }

    fn edge_for(&mut self, id: Option<&NodeId>, connect: impl FnOnce(&mut Self, NodeId)) {
        if let Some(id) = id {
            connect(self, *id);
        }
    }

    /// Everything in a module waits for the module's instances; the whole waits for everything.
    fn contain(&mut self, index: &ModuleIndex) {
        let call = self
            .path
            .parent()
            .zip(self.path.names().last())
            .and_then(|(parent, name)| self.graph.module(&parent)?.calls.get(name).copied());
        let members = index
            .variables
            .values()
            .chain(index.locals.values())
            .chain(index.outputs.values())
            .chain(index.calls.values())
            .chain(index.resources.values())
            .chain(index.providers.values());
        let members: Vec<NodeId> = members.copied().collect();
        let children: Vec<NodeId> = self
            .module
            .calls
            .keys()
            .filter_map(|name| self.graph.module(&self.path.child(name.clone()))?.whole)
            .collect();
        for member in &members {
            if let Some(call) = call {
                self.graph.depend(*member, call);
            }
            if let Some(whole) = index.whole {
                self.graph.depend(whole, *member);
            }
        }
        for child in children {
            if let Some(whole) = index.whole {
                self.graph.depend(whole, child);
            }
        }
    }

    fn arguments(&mut self, call: &ModuleCall) {
        let child = self.path.child(call.name.clone());
        let Some(variables) = self
            .graph
            .module(&child)
            .map(|index| index.variables.clone())
        else {
            return;
        };
        for argument in &call.arguments {
            if let Some(id) = variables.get(&argument.name) {
                self.expression(*id, &argument.value);
            }
        }
    }

    fn resource(&mut self, id: NodeId, resource: &Resource) {
        self.body(id, &resource.body);
        self.repetition(id, &resource.repetition);
        self.depends_on(id, &resource.depends_on);
        for provisioner in &resource.provisioning.provisioners {
            self.body(id, &provisioner.body);
        }
        for trigger in &resource.lifecycle.replace_triggered_by {
            self.reference(id, &trigger.reference, &trigger.steps);
        }
        self.conditions(id, &resource.lifecycle.preconditions);
        self.conditions(id, &resource.lifecycle.postconditions);
        let internals = [&resource.internals.adopt, &resource.internals.forget];
        for expression in internals.into_iter().flatten() {
            self.expression(id, expression);
        }
        self.provider(id, resource);
    }

    fn provider(&mut self, id: NodeId, resource: &Resource) {
        let implied: Name = Module::implied_provider(&resource.name.resource_type).into();
        let reference = resource.provider.as_ref();
        let Some(found) = resolve_provider(self.configuration, self.path, &implied, reference)
        else {
            return;
        };
        let key = (found.local_name, found.address.alias.clone());
        let node = self
            .graph
            .module(&found.address.module)
            .and_then(|index| index.providers.get(&key));
        if let Some(node) = node.copied() {
            self.graph.depend(id, node);
        }
        // A key that selects an instance of the configuration is evaluated in the scope of a caller.
        if let Some((module, expression)) = found.key
            && let Some(declaration) = self.configuration.module(&module)
        {
            Connector {
                graph: self.graph,
                configuration: self.configuration,
                path: &module,
                module: declaration,
            }
            .expression(id, &expression);
        }
    }

    fn conditions(&mut self, id: NodeId, conditions: &[Condition]) {
        for condition in conditions {
            self.expression(id, &condition.condition);
            self.expression(id, &condition.error_message);
        }
    }

    /// Whoever needs a variable waits for what its validations look at, which is the variable itself too.
    fn validations(&mut self, id: NodeId, rules: &[Condition]) {
        let mut found = BTreeSet::new();
        for expression in rules
            .iter()
            .flat_map(|rule| [&rule.condition, &rule.error_message])
        {
            expression
                .each_reference(&mut |reference, steps| self.targets(reference, steps, &mut found));
        }
        for on in found.into_iter().filter(|on| *on != id) {
            self.graph.depend(id, on);
        }
    }

    fn repetition(&mut self, id: NodeId, repetition: &Repetition) {
        match repetition {
            Repetition::None => {}
            Repetition::Count(expression) | Repetition::ForEach(expression) => {
                self.expression(id, expression);
            }
        }
    }

    fn depends_on(&mut self, id: NodeId, dependencies: &[Dependency]) {
        for dependency in dependencies {
            let mut whole = None;
            if let Subject::Module(name) = &dependency.reference.subject {
                let child = self.graph.module(&self.path.child(name.clone()));
                whole = child.and_then(|child| child.whole);
            }
            let mut found = BTreeSet::new();
            match whole {
                Some(whole) => {
                    found.insert(whole);
                }
                None => self.targets(&dependency.reference, &[], &mut found),
            }
            // Waiting for itself is waiting for nothing, as Terraform has it.
            for on in found.into_iter().filter(|on| *on != id) {
                self.graph.depend(id, on);
            }
        }
    }

    fn body(&mut self, id: NodeId, body: &Body) {
        let mut found = BTreeSet::new();
        body.each_reference(&mut |reference, steps| self.targets(reference, steps, &mut found));
        for on in found {
            self.graph.depend(id, on);
        }
    }

    fn expression(&mut self, id: NodeId, expression: &Expression) {
        let mut found = BTreeSet::new();
        expression
            .each_reference(&mut |reference, steps| self.targets(reference, steps, &mut found));
        for on in found {
            self.graph.depend(id, on);
        }
    }

    fn reference(&mut self, id: NodeId, reference: &Reference, steps: &[Step]) {
        let mut found = BTreeSet::new();
        self.targets(reference, steps, &mut found);
        for on in found {
            self.graph.depend(id, on);
        }
    }

    fn targets(&self, reference: &Reference, steps: &[Step], found: &mut BTreeSet<NodeId>) {
        targets(self.graph, self.path, (reference, steps), found);
    }
}

/// The nodes that a reference in a module leads to, with the steps behind it.
pub(super) fn targets(
    graph: &DependencyGraph,
    path: &ModulePath,
    (reference, steps): (&Reference, &[Step]),
    found: &mut BTreeSet<NodeId>,
) {
    let Some(index) = graph.module(path) else {
        return;
    };
    match &reference.subject {
        Subject::Variable(name) => found.extend(index.variables.get(name)),
        Subject::Local(name) => found.extend(index.locals.get(name)),
        Subject::Resource(name) => found.extend(index.resources.get(name)),
        Subject::Module(name) => {
            found.extend(index.calls.get(name));
            let Some(child) = graph.module(&path.child(name.clone())) else {
                return;
            };
            let output = output_named(steps).and_then(|name| child.outputs.get(name));
            found.extend(output.or(child.whole.as_ref()));
        }
        Subject::Each(_)
        | Subject::CountIndex
        | Subject::Path(_)
        | Subject::Workspace
        | Subject::Own => {}
    }
}

/// The output that the steps behind a module reference select, with or without a key that is written out before it.
///
/// As in Terraform, whoever takes the module otherwise, by a splat or a key that is evaluated, waits for all that is in it.
fn output_named(steps: &[Step]) -> Option<&Name> {
    match steps {
        [Step::Attribute(name, _), ..] => Some(name),
        [key @ Step::Index(..), Step::Attribute(name, _), ..] => key.fixed().map(|_| name),
        _ => None,
    }
}
