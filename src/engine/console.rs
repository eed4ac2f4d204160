//! Expressions over a configuration and its state or a plan: what `console` computes.

use super::planning::read_files;
use crate::address::{InstanceAddress, ModuleInstance, ResourceAddress, ResourceMode};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::eval::{Evaluation, Moment, Place, Program, Stage};
use crate::graph::{Node, NodeId};
use crate::lang::{Expression, Halt, Subject};
use crate::plan::{Answers, Needs, Plan, PriorState, decode_attributes};
use crate::value::{Marks, Type, Value};
use std::collections::{BTreeMap, BTreeSet};
use trustform_state::snapshot::Snapshot;
use uuid::Uuid;

/// Evaluates expressions in the root module. Objects are as the state records them, unknown where it does not.
pub struct Console<'p> {
    program: &'p Program,
    objects: BTreeMap<InstanceAddress, Value>,
    answers: Answers,
    /// Whether something of the configuration is wrong, and so not known.
    is_wrong: bool,
}

impl<'p> Console<'p> {
    /// A console over a program and its state; problems of the state are told.
    pub fn new(program: &'p Program, snapshot: &Snapshot) -> Result<Self, Diagnostics> {
        let (prior, problems) = PriorState::decode(snapshot, program.schemas.as_ref());
        if problems.has_errors() {
            return Err(problems);
        }
        let managed = prior
            .instances
            .into_iter()
            .filter_map(|(address, instance)| {
                let object = instance.current?.object?;
                Some((address, object.object.value().clone()))
            });
        let mut objects: BTreeMap<InstanceAddress, Value> = managed.collect();
        objects.extend(data(program, snapshot));
        Ok(Console {
            program,
            objects,
            answers: Answers::default(),
            is_wrong: false,
        })
    }

    /// A console over a program and a plan of it: objects are as they will be.
    pub fn of_plan(program: &'p Program, plan: &Plan) -> Self {
        let managed = plan.changes.iter().filter_map(|change| {
            let is_current = change.deposed.is_none();
            Some((change.address.clone(), change.after.clone()?)).filter(|_| is_current)
        });
        let data = plan.data.iter().chain(&plan.deferred);
        let data = data.map(|data| (data.address.clone(), data.value.clone()));
        Console {
            program,
            objects: managed.chain(data).collect(),
            answers: Answers::default(),
            is_wrong: false,
        }
    }

    /// What is wrong with the values of the configuration. From then on they are unknown.
    pub fn problems(&mut self) -> Diagnostics {
        let found = self.with_files(|console, evaluation| console.settle(evaluation, true));
        self.is_wrong = !found.is_empty();
        found
    }

    /// The value of an expression. Files that it names are read.
    pub fn evaluate(&mut self, expression: &Expression) -> Result<Value, Diagnostics> {
        self.declared(expression)?;
        let found = self.with_files(|console, evaluation| {
            console.settle(evaluation, console.is_wrong);
            evaluation.evaluate(expression, &Place::module(&ModuleInstance::root()))
        });
        found.map_err(|halt| match halt {
            Halt::Failed(diagnostics) => *diagnostics,
            Halt::Blocked => super::project::blocked(),
        })
    }

    /// What comes of an evaluation once the files that it asks for are read.
    fn with_files<T>(&mut self, of: impl Fn(&Self, &Evaluation<'_>) -> T) -> T {
        loop {
            let evaluation =
                Evaluation::new(self.program, &self.answers.files, Stage::Look).at(self.moment());
            let found = of(self, &evaluation);
            let files = evaluation.missing_files();
            if files.is_empty() {
                return found;
            }
            let needs = Needs {
                files,
                ..Needs::default()
            };
            read_files(&needs, &mut self.answers);
        }
    }

    /// Nothing is planned that could come out otherwise at another time.
    fn moment(&self) -> Moment {
        let now = self.program.surroundings.plan_timestamp.clone();
        Moment {
            timestamp: now.unwrap_or_default(),
            seed: Uuid::new_v4().into_bytes(),
        }
    }

    /// Refuses names that the root module does not have; in a configuration that is checked before.
    fn declared(&self, expression: &Expression) -> Result<(), Diagnostics> {
        let root = self.program.graph.module(&ModuleInstance::root().path());
        let mut problems = Diagnostics::new();
        expression.each_reference(&mut |reference, _| {
            let missing = root.and_then(|root| match &reference.subject {
                Subject::Variable(name) => missing("input variable", name, &root.variables),
                Subject::Local(name) => missing("local value", name, &root.locals),
                Subject::Resource(name) => missing("resource", name, &root.resources),
                Subject::Module(name) => missing("module", name, &root.calls),
                Subject::Each(_)
                | Subject::CountIndex
                | Subject::Path(_)
                | Subject::Workspace
                | Subject::Own => None,
            });
            problems.extend(missing.map(|problem| problem.at(reference.span)));
        });
        problems.into_result(()).map(drop)
    }

    /// Gives an evaluation the objects, in the order in which declarations need each other; whoever `judges` is told what is
    /// wrong with the values on the way, before what needs them asks. What depends on something wrong is not judged.
    fn settle(&self, evaluation: &Evaluation<'_>, judges: bool) -> Diagnostics {
        let graph = &self.program.graph;
        let (mut found, mut failed) = (Diagnostics::new(), BTreeSet::new());
        for node in graph.order() {
            let Some(declared) = graph.node(*node) else {
                continue;
            };
            let mut behind = graph.dependencies(*node).iter();
            let is_behind = behind.any(|on| failed.contains(on));
            let judges = judges && !is_behind;
            let wrong = self.settle_node(evaluation, *node, declared, judges);
            if is_behind || !wrong.is_empty() {
                failed.insert(*node);
            }
            found.extend(wrong);
        }
        found
    }

    fn settle_node(
        &self,
        evaluation: &Evaluation<'_>,
        node: NodeId,
        declared: &Node,
        judges: bool,
    ) -> Diagnostics {
        let mut found = Diagnostics::new();
        // An empty module waits for nothing, also not for the count of its call.
        if matches!(declared, Node::Whole(_)) {
            return found;
        }
        let Ok(modules) = evaluation.module_instances(declared.module()) else {
            return found;
        };
        for module in modules.iter() {
            if let Node::Resource(block) = declared {
                self.put_objects(evaluation, node, block, module);
            } else if judges {
                found.extend(problems(evaluation, node, declared, module));
            }
        }
        found
    }

    fn put_objects(
        &self,
        evaluation: &Evaluation<'_>,
        node: NodeId,
        block: &ResourceAddress,
        module: &ModuleInstance,
    ) {
        let Ok(expansion) = evaluation.expansion(node, module) else {
            return;
        };
        let addresses = expansion.each.keys().map(|key| InstanceAddress {
            module: module.clone(),
            resource: block.resource.clone(),
            key: key.clone(),
        });
        let is_ephemeral = block.resource.mode == ResourceMode::Ephemeral;
        // Of a block without any object nobody knows the instances.
        if !is_ephemeral && !addresses.clone().any(|it| self.objects.contains_key(&it)) {
            return;
        }
        for address in addresses {
            let object = self.objects.get(&address).cloned();
            let object = object.unwrap_or_else(|| self.absent(&address));
            evaluation.set_object(node, module, address.key, object);
        }
    }

    /// What stands for an object that does not exist yet, or that is opened only where it is used.
    fn absent(&self, address: &InstanceAddress) -> Value {
        let resource = &address.resource;
        let entry = self
            .program
            .schemas
            .find(resource.mode, &resource.resource_type);
        let ty = entry.map_or(Type::Dynamic, |entry| entry.schema.block.ty());
        let marks = match resource.mode {
            ResourceMode::Managed | ResourceMode::Data => Marks::NONE,
            ResourceMode::Ephemeral => Marks::EPHEMERAL,
        };
        Value::unknown(ty).marked(marks)
    }
}

/// What is wrong with a variable, a local, an output or the instances of a module, evaluated.
fn problems(
    evaluation: &Evaluation<'_>,
    node: NodeId,
    declared: &Node,
    module: &ModuleInstance,
) -> Diagnostics {
    let result = match declared {
        Node::Variable(..) | Node::Local(..) | Node::Output(..) => {
            evaluation.result(node, module).map(drop)
        }
        Node::Call(..) => evaluation.expansion(node, module).map(drop),
        Node::Whole(_) | Node::Resource(_) | Node::Provider(..) => Ok(()),
    };
    let mut found = match result {
        Err(Halt::Failed(problems)) => *problems,
        Ok(()) | Err(Halt::Blocked) => Diagnostics::new(),
    };
    if let Node::Variable(_, name) = declared {
        let checked = evaluation.validated(name, module);
        let broken = checked.filter(|checked| checked.problems.has_errors());
        found.extend(broken.into_iter().flat_map(|checked| checked.problems));
    }
    found
}

/// The problem of a name that is not among those declared.
fn missing<N: Ord + std::fmt::Display>(
    what: &str,
    name: &N,
    declared: &BTreeMap<N, NodeId>,
) -> Option<Diagnostic> {
    if declared.contains_key(name) {
        return None;
    }
    let name = name.to_string();
    let names: Vec<String> = declared.keys().map(ToString::to_string).collect();
    let detail = format!("The root module declares no {what} `{name}`.");
    let diagnostic = Diagnostic::error(Code::UnknownReference, detail)
        .with_summary(format!("Reference to undeclared {what}"));
    Some(diagnostic.suggest(&name, names.iter().map(String::as_str)))
}

/// The recorded data sources that can be read.
fn data(program: &Program, snapshot: &Snapshot) -> Vec<(InstanceAddress, Value)> {
    let objects = super::editing::listed(snapshot).filter_map(|(address, instance)| {
        let resource = &address.resource;
        let entry = program
            .schemas
            .find(resource.mode, &resource.resource_type)?;
        let value = decode_attributes(&instance.attributes, &entry.schema.block).ok()?;
        Some((address, value.value().clone()))
    });
    objects
        .filter(|(address, _)| address.resource.mode == ResourceMode::Data)
        .collect()
}
