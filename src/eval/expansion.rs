//! How many instances a block has: `count` and `for_each`, evaluated.

use super::{Evaluation, Place, Stage, open};
use crate::address::{InstanceKey, ModuleInstance, ModulePath};
use crate::config::Repetition;
use crate::diagnostic::{Code, Diagnostic};
use crate::graph::{Node, NodeId};
use crate::lang::{Expression, Halt};
use crate::value::{Kind, Marks, Value};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The instances of a block in one module instance.
#[derive(Clone, Debug, PartialEq)]
pub struct Expansion {
    /// What the block says.
    pub shape: Shape,
    /// The keys, each with `each.value` (null under `count`).
    pub each: BTreeMap<InstanceKey, Value>,
}

/// How a block is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Not at all.
    Single,
    /// By `count`.
    Count,
    /// By `for_each`.
    ForEach,
}

impl Expansion {
    /// The expansion of a block without `count` and `for_each`.
    pub fn single() -> Self {
        let each = BTreeMap::from([(InstanceKey::None, Value::null(crate::value::Type::Dynamic))]);
        Expansion {
            shape: Shape::Single,
            each,
        }
    }

    /// Whether the block has one instance without a key.
    pub fn is_single(&self) -> bool {
        self.shape == Shape::Single
    }

    /// The values of all instances as one: a tuple under `count`, an object under `for_each`.
    pub fn collect<'k>(&self, values: impl IntoIterator<Item = (&'k InstanceKey, Value)>) -> Value {
        let values = values.into_iter();
        match self.shape {
            Shape::Single => values
                .map(|(_, value)| value)
                .next()
                .unwrap_or_else(|| Value::null(crate::value::Type::Dynamic)),
            Shape::Count => Value::tuple(values.map(|(_, value)| value).collect()),
            Shape::ForEach => Value::object(
                values
                    .filter_map(|(key, value)| match key {
                        InstanceKey::String(name) => Some((name.clone(), value)),
                        InstanceKey::None | InstanceKey::Int(_) => None,
                    })
                    .collect(),
            ),
        }
    }
}

/// Instances of all blocks together. More are taken for a mistake, before they fill the memory.
const MOST: u64 = 200_000;

impl Evaluation<'_> {
    /// The instances of a call, resource or provider configuration in a module instance.
    pub fn expansion(&self, node: NodeId, module: &ModuleInstance) -> Result<Rc<Expansion>, Halt> {
        if let Some(known) = self
            .expansions
            .borrow()
            .get(node.index())
            .and_then(|m| m.get(module))
        {
            return Ok(known.clone());
        }
        if self.stage == Stage::Validate {
            return Ok(self.single.clone());
        }
        let expansion = match self.repetition(node, module) {
            Repetition::None => self.single.clone(),
            Repetition::Count(expression) => Rc::new(self.count(&expression, module)?),
            Repetition::ForEach(expression) => Rc::new(self.elements(&expression, module)?),
        };
        // The keys stay; an element may be a value that is opened again.
        let ephemeral = |each: &Value| each.deep_marks().intersects(Marks::EPHEMERAL);
        let stays = self.stage != Stage::Apply || !expansion.each.values().any(ephemeral);
        if let Some(slot) = self.expansions.borrow_mut().get_mut(node.index())
            && stays
        {
            self.expanded
                .set(self.expanded.get() + expansion.each.len());
            slot.insert(module.clone(), expansion.clone());
        }
        Ok(expansion)
    }

    /// All instances of a module. `Blocked` while the instances of a call above it are not known.
    pub fn module_instances(&self, path: &ModulePath) -> Result<Rc<Vec<ModuleInstance>>, Halt> {
        if let Some(known) = self.modules.borrow().get(path) {
            return Ok(known.clone());
        }
        let instances = match (path.parent(), path.names().last()) {
            (Some(parent), Some(name)) => {
                let call = self
                    .program
                    .graph
                    .module(&parent)
                    .and_then(|index| index.calls.get(name));
                let call = *call.ok_or(Halt::Blocked)?;
                let mut instances = Vec::new();
                for caller in self.module_instances(&parent)?.iter() {
                    let expansion = self.expansion(call, caller)?;
                    instances.extend(
                        expansion
                            .each
                            .keys()
                            .map(|key| caller.child(name.clone(), key.clone())),
                    );
                }
                instances
            }
            _ => vec![ModuleInstance::root()],
        };
        let instances = Rc::new(instances);
        self.modules
            .borrow_mut()
            .insert(path.clone(), instances.clone());
        Ok(instances)
    }

    /// Judges `count` or `for_each` as far as it has a value, and its type where it has none yet.
    pub fn repeats(&self, repetition: &Repetition, module: &ModuleInstance) -> Result<(), Halt> {
        match repetition {
            Repetition::None => Ok(()),
            Repetition::Count(expression) => self.count(expression, module).map(drop),
            Repetition::ForEach(expression) => self.elements(expression, module).map(drop),
        }
    }

    fn repetition(&self, node: NodeId, module: &ModuleInstance) -> Repetition {
        let Some((declaration, _)) = self.module_of(module) else {
            return Repetition::None;
        };
        let repetition = match self.program.graph.node(node) {
            Some(Node::Call(_, name)) => declaration.calls.get(name).map(|call| &call.repetition),
            Some(Node::Resource(address)) => declaration
                .resources
                .get(&address.resource)
                .map(|resource| &resource.repetition),
            Some(Node::Provider(_, name, alias)) => declaration
                .providers
                .iter()
                .find(|block| block.local_name == *name && block.alias == *alias)
                .map(|block| &block.repetition),
            Some(Node::Variable(..) | Node::Local(..) | Node::Output(..) | Node::Whole(_))
            | None => None,
        };
        repetition.cloned().unwrap_or_default()
    }

    fn count(&self, expression: &Expression, module: &ModuleInstance) -> Result<Expansion, Halt> {
        let value = self.evaluate(expression, &Place::module(module))?;
        let fail = |detail: String| Halt::from(problem("count", expression, detail));
        if value.deep_marks().intersects(Marks::EPHEMERAL) {
            return Err(fail(ephemeral("count")));
        }
        let number =
            crate::value::convert(&value, &crate::value::Type::Number).map_err(|error| {
                let detail = format!("The given \"count\" argument value is unsuitable: {error}.");
                let diagnostic = Diagnostic::error(Code::WrongType, detail);
                Halt::from(diagnostic.at(expression.span))
            })?;
        if value.is_unknown() && self.stage == Stage::Validate {
            return Ok(Expansion::single());
        }
        if value.is_unknown() {
            return Err(fail(
                "The \"count\" value depends on resource attributes that cannot be determined until apply, so it \
                 cannot be predicted how many instances will be created."
                    .to_owned(),
            ));
        }
        if value.is_null() {
            return Err(fail(
                "The given \"count\" argument value is null. An integer is required.".to_owned(),
            ));
        }
        let count = number.as_number().and_then(crate::value::Number::as_u64).ok_or_else(|| {
            fail("The given \"count\" argument value is unsuitable: a whole number, zero or greater, is required.".to_owned())
        })?;
        if count.saturating_add(self.expanded.get() as u64) > MOST {
            return Err(too_many(expression));
        }
        let null = Value::null(crate::value::Type::Dynamic);
        let each = (0..count)
            .map(|index| (InstanceKey::Int(index), null.clone()))
            .collect();
        Ok(Expansion {
            shape: Shape::Count,
            each,
        })
    }

    /// The elements of a `for_each`, evaluated in a module instance.
    pub fn elements(
        &self,
        expression: &Expression,
        module: &ModuleInstance,
    ) -> Result<Expansion, Halt> {
        let value = self.evaluate(expression, &Place::module(module))?;
        let fail = |detail: String| Halt::from(problem("for_each", expression, detail));
        if value.marks.intersects(Marks::SENSITIVE) {
            return Err(fail(SENSITIVE.to_owned()));
        }
        let of_the_keys = if matches!(value.kind, Kind::Set(..)) {
            value.deep_marks()
        } else {
            value.marks
        };
        if of_the_keys.intersects(Marks::EPHEMERAL) {
            return Err(fail(ephemeral("for_each")));
        }
        if self.stage == Stage::Validate && open::may_repeat(&value) {
            return Ok(Expansion::single());
        }
        let each = match &value.kind {
            Kind::Unknown(_) if self.stage == Stage::Validate => {
                return Err(fail(unsuitable(&value)));
            }
            Kind::Map(_, entries) | Kind::Object(entries) => entries
                .iter()
                .map(|(key, value)| (InstanceKey::String(key.clone()), value.clone()))
                .collect(),
            Kind::Set(_, elements) => set_keys(elements, expression)?,
            Kind::Unknown(_) => {
                return Err(fail(
                    "The \"for_each\" map includes keys derived from resource attributes that cannot be determined \
                     until apply, so the full set of keys that will identify the instances of this resource cannot \
                     be determined."
                        .to_owned(),
                ));
            }
            Kind::Null(_) => {
                return Err(fail(
                    "The given \"for_each\" argument value is unsuitable: the given value is null. A map, or set of \
                     strings is allowed."
                        .to_owned(),
                ));
            }
            Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::List(..) | Kind::Tuple(_) => {
                return Err(fail(unsuitable(&value)));
            }
        };
        if each.len().saturating_add(self.expanded.get()) as u64 > MOST {
            return Err(too_many(expression));
        }
        Ok(Expansion {
            shape: Shape::ForEach,
            each,
        })
    }
}

fn too_many(expression: &Expression) -> Halt {
    let detail = format!("A configuration may have at most {MOST} instances of its blocks.");
    let diagnostic = Diagnostic::error(Code::InvalidRepetition, detail);
    let diagnostic = diagnostic.with_summary("Too many instances");
    Halt::from(diagnostic.at(expression.span))
}

fn unsuitable(value: &Value) -> String {
    format!(
        "The given \"for_each\" argument value is unsuitable: the \"for_each\" argument must be a map, or set of strings, \
         and you have provided a value of type {}.",
        value.ty().friendly()
    )
}

fn set_keys(
    elements: &[Value],
    expression: &Expression,
) -> Result<BTreeMap<InstanceKey, Value>, Halt> {
    let fail = |detail: &str| Halt::from(problem("for_each", expression, detail.to_owned()));
    let unsuitable = |detail: &str| {
        let diagnostic = Diagnostic::error(Code::InvalidRepetition, detail);
        let diagnostic = diagnostic.with_summary("Invalid for_each set argument");
        Halt::from(diagnostic.at(expression.span))
    };
    let key = |element: &Value| match &element.kind {
        Kind::String(text) => Ok((InstanceKey::String(text.clone()), element.clone())),
        Kind::Unknown(_) => Err(fail(
            "The \"for_each\" set includes values derived from resource attributes that cannot be determined until \
             apply, so the full set of keys that will identify the instances of this resource cannot be determined.",
        )),
        Kind::Null(_) => Err(unsuitable(
            "The given \"for_each\" argument value is unsuitable: \"for_each\" sets must not contain null values.",
        )),
        Kind::Bool(_)
        | Kind::Number(_)
        | Kind::List(..)
        | Kind::Set(..)
        | Kind::Map(..)
        | Kind::Tuple(_)
        | Kind::Object(_) => Err(unsuitable(
            "The given \"for_each\" argument value is unsuitable: \"for_each\" supports maps and sets of strings, but \
             you have provided a set containing another type.",
        )),
    };
    elements.iter().map(key).collect()
}

const SENSITIVE: &str = "Sensitive values, or values derived from sensitive values, cannot be used as \"for_each\" \
                         arguments. If used, the sensitive value could be exposed as a resource instance key.";

fn ephemeral(argument: &str) -> String {
    format!(
        "The given \"{argument}\" value is derived from an ephemeral value, which cannot be kept between plan and apply. \
         Use only non-ephemeral values to specify the instances."
    )
}

fn problem(argument: &str, expression: &Expression, detail: String) -> Diagnostic {
    let unknown = detail.contains("until apply");
    let diagnostic = Diagnostic::error(Code::InvalidRepetition, detail)
        .with_summary(format!("Invalid {argument} argument"))
        .at(expression.span);
    if unknown {
        return diagnostic.hint(
            "Use values that are known before apply, such as names written in the configuration, and keep what is \
             known only afterwards to the values of a map.",
        );
    }
    diagnostic
}
