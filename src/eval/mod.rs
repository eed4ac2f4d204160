//! A configuration at work: the values of variables, locals and outputs, how many instances each block has, and what
//! each block's arguments come to. Used by plan and by apply.
//!
//! An [`Evaluation`] computes on demand and remembers. It never computes resources: their objects are put into it, by
//! the planner as planned and by apply as they came out.

mod assertion;
mod body;
mod condition;
mod dynamic;
mod expansion;
mod few;
mod objects;
mod open;
mod program;
mod scope;
#[cfg(test)]
pub(crate) mod tests;
mod told;
mod validation;
mod values;

pub use assertion::Asserted;
pub use body::block_value;
pub use condition::Checked;
pub use expansion::{Expansion, Shape};
pub use program::{FileAnswers, FileRead, Moment, Program, Surroundings};

use crate::address::{InstanceAddress, InstanceKey, ModuleInstance, ModulePath};
use crate::config::{Module, Resource};
use crate::graph::{ModuleIndex, NodeId};
use crate::lang::{Evaluated, Expression, Halt};
use crate::schema::Block;
use crate::value::Value;
use few::Few;
use scope::ModuleScope;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

/// Whether results may still change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Objects are put in once, before anything asks for them: every result is remembered.
    Plan,
    /// As while planning, but nothing is planned: a resource whose instances cannot be told is unknown, and no mistake.
    Look,
    /// Nothing is given and nothing is planned: variables are unknown values of their types, resources and outputs of modules
    /// are unknown, and each block stands once for all its instances, whose keys and elements are unknown.
    Validate,
    /// Planned objects are replaced by real ones: a result is remembered only when it is wholly known.
    Apply,
}

/// The values of one run over a program.
pub struct Evaluation<'p> {
    program: &'p Program,
    files: &'p FileAnswers,
    stage: Stage,
    results: RefCell<Vec<Few<ModuleInstance, Remembered>>>,
    expansions: RefCell<Vec<Few<ModuleInstance, Rc<Expansion>>>>,
    /// How many instances the expansions have together.
    expanded: Cell<usize>,
    objects: RefCell<Vec<Few<ModuleInstance, objects::Instances>>>,
    /// The expansion of every block without `count` and `for_each`.
    single: Rc<Expansion>,
    modules: RefCell<BTreeMap<ModulePath, Rc<Vec<ModuleInstance>>>>,
    missing: RefCell<BTreeSet<FileRead>>,
    moment: Option<Moment>,
    /// How many random values expressions have asked for.
    drawn: Cell<u64>,
}

/// A result of an earlier computation.
#[derive(Clone)]
enum Remembered {
    Value(Value),
    /// It is blocked, or it failed and its diagnostics were already handed out; whoever needs it is blocked.
    Failed,
}

/// Where an expression of a block is evaluated: the module instance, and the element of its `count` or `for_each`.
#[derive(Clone, Debug)]
pub struct Place {
    /// The module instance.
    pub module: ModuleInstance,
    /// The key of the block's instance.
    pub key: InstanceKey,
    /// The element, for `each.value`.
    pub each: Option<Value>,
    /// The object itself, for `self`.
    pub own: Option<Value>,
}

impl Place {
    /// The place of a declaration that has no instances of its own.
    pub fn module(module: &ModuleInstance) -> Self {
        Place {
            module: module.clone(),
            key: InstanceKey::None,
            each: None,
            own: None,
        }
    }
}

impl<'p> Evaluation<'p> {
    /// An evaluation without any object yet.
    pub fn new(program: &'p Program, files: &'p FileAnswers, stage: Stage) -> Self {
        let nodes = program.graph.len();
        Evaluation {
            program,
            files,
            stage,
            results: RefCell::new(vec![Few::None; nodes]),
            expansions: RefCell::new(vec![Few::None; nodes]),
            expanded: Cell::new(0),
            objects: RefCell::new(vec![Few::None; nodes]),
            single: Rc::new(Expansion::single()),
            modules: RefCell::default(),
            missing: RefCell::default(),
            moment: None,
            drawn: Cell::new(0),
        }
    }

    /// When this is evaluated.
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// The same evaluation, told what is known only while applying.
    #[must_use]
    pub fn at(mut self, moment: Moment) -> Self {
        self.moment = Some(moment);
        self
    }

    /// The program.
    pub fn program(&self) -> &'p Program {
        self.program
    }

    /// Files that expressions asked for and nobody has read yet.
    pub fn missing_files(&self) -> BTreeSet<FileRead> {
        self.missing.borrow().clone()
    }

    /// The value of an expression at a place.
    pub fn evaluate(&self, expression: &Expression, place: &Place) -> Evaluated {
        crate::lang::evaluate(expression, &self.scope(place)?)
    }

    /// What the arguments of a resource instance come to: an object of the schema's type.
    pub fn resource_config(&self, resource: &Resource, block: &Block, place: &Place) -> Evaluated {
        block_value(&resource.body, block, &self.scope(place)?)
    }

    /// What the arguments of any block come to.
    pub fn block(&self, body: &crate::config::Body, block: &Block, place: &Place) -> Evaluated {
        block_value(body, block, &self.scope(place)?)
    }

    /// The place of one instance of a resource, whose expansion must be known.
    pub fn place_of(&self, node: NodeId, address: &InstanceAddress) -> Result<Place, Halt> {
        let expansion = self.expansion(node, &address.module)?;
        let each = expansion.each.get(&address.key).cloned();
        Ok(Place {
            module: address.module.clone(),
            key: address.key.clone(),
            each,
            own: None,
        })
    }

    fn scope<'s>(&'s self, place: &'s Place) -> Result<ModuleScope<'s, 'p>, Halt> {
        let path = place.module.path();
        let index = self.program.graph.module(&path).ok_or(Halt::Blocked)?;
        let module = self
            .program
            .configuration
            .module(&path)
            .ok_or(Halt::Blocked)?;
        Ok(ModuleScope {
            evaluation: self,
            place,
            index,
            module,
        })
    }

    fn module_of(&self, instance: &ModuleInstance) -> Option<(&'p Arc<Module>, &'p ModuleIndex)> {
        let path = instance.path();
        Some((
            self.program.configuration.module(&path)?,
            self.program.graph.module(&path)?,
        ))
    }
}
