//! The value of a block: its arguments and nested blocks as one object of the schema's type.

use super::dynamic;
use crate::address::Name;
use crate::config::{Body, Dynamic, NestedBlock, unconfigurable, unsuitable};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::{Evaluated, Halt, Scope, evaluate_with_names};
use crate::schema::{Attribute, Block, NestedBlock as NestedSchema, Nesting, Presence};
use crate::value::{Marks, Type, Value, convert};
use std::collections::BTreeMap;

/// Evaluates the arguments of a body; what is not written is null. All that fails is reported together.
pub fn block_value(body: &Body, block: &Block, scope: &dyn Scope) -> Evaluated {
    value_within(body, block, scope, &Around::default())
}

/// The `dynamic` blocks that stand around a body.
#[derive(Default)]
struct Around<'a> {
    /// Their iterators, innermost first.
    iterators: Vec<(&'a Name, Value)>,
    /// What taints the collections, and every argument with them. What is not written stays as it is.
    marks: Marks,
}

/// The value of a body around which `dynamic` blocks stand.
fn value_within(body: &Body, block: &Block, scope: &dyn Scope, around: &Around<'_>) -> Evaluated {
    let mut attributes: BTreeMap<Name, Value> = BTreeMap::new();
    let mut problems = Problems::default();
    for attribute in &block.attributes {
        if let Some(value) = problems.note(attribute_value(body, attribute, scope, around)) {
            attributes.insert(attribute.name.into(), value);
        }
    }
    for nested in &block.blocks {
        if let Some(value) = problems.note(nested_value(body, nested, scope, around)) {
            attributes.insert(nested.name.into(), value);
        }
    }
    problems.into_result(Value::object(attributes))
}

fn attribute_value(
    body: &Body,
    attribute: &Attribute,
    scope: &dyn Scope,
    around: &Around<'_>,
) -> Evaluated {
    let Some(argument) = body.argument(attribute.name) else {
        return Ok(Value::null(attribute.ty.clone()));
    };
    let value = evaluate_with_names(&argument.value, scope, &around.iterators)?;
    let value = convert(&value, &attribute.ty)
        .map_err(|error| unsuitable(attribute.name, &error).at(argument.value.span))?;
    match against_presence(attribute, &value) {
        Some(problem) => Err(problem.at(argument.value.span).into()),
        None => Ok(value.marked(around.marks)),
    }
}

/// What is wrong with giving a value, or none, to an attribute; null is as good as nothing, as in Terraform's providers.
fn against_presence(attribute: &Attribute, value: &Value) -> Option<Diagnostic> {
    let name = attribute.name;
    match attribute.presence {
        Presence::Required if value.is_null() => {
            let detail = format!("The argument \"{name}\" is required, but it is null here.");
            Some(Diagnostic::error(Code::MissingArgument, detail))
        }
        Presence::Computed if !value.is_null() && value.is_wholly_known() => {
            Some(unconfigurable(name))
        }
        Presence::Required
        | Presence::Optional
        | Presence::OptionalComputed
        | Presence::Computed => None,
    }
}

fn nested_value(
    body: &Body,
    nested: &NestedSchema,
    scope: &dyn Scope,
    around: &Around<'_>,
) -> Evaluated {
    let mut problems = Problems::default();
    let mut made = Made::default();
    for block in body.blocks_of(nested.name) {
        match &block.dynamic {
            None => {
                let value = value_within(&block.body, &nested.block, scope, around);
                made.values.extend(problems.note(value));
            }
            Some(dynamic) => {
                made.is_dynamic = true;
                let all = made_by(dynamic, block, nested, scope, around);
                problems.note(all.map(|all| made.add(all)));
            }
        }
    }
    // Where one has no value, their number says nothing.
    if made.is_dynamic && !made.is_unknown && problems.is_empty() {
        problems
            .diagnostics
            .extend(wrong_number(body, nested, made.values.len()));
    }
    problems.into_result(made.into_value(nested))
}

/// The blocks of one type in a body.
#[derive(Default)]
struct Made {
    values: Vec<Value>,
    /// Whether a `dynamic` block makes some of them.
    is_dynamic: bool,
    /// Whether nobody knows yet how many there are.
    is_unknown: bool,
    /// What taints them all.
    marks: Marks,
}

impl Made {
    fn add(&mut self, other: Made) {
        self.values.extend(other.values);
        self.is_unknown |= other.is_unknown;
        self.marks = self.marks | other.marks;
    }

    fn into_value(self, nested: &NestedSchema) -> Value {
        if self.is_unknown {
            return Value::unknown(nested.ty()).marked(self.marks);
        }
        let ty = nested.block.ty();
        let value = match nested.nesting {
            Nesting::Single => {
                let mut values = self.values.into_iter();
                values.next().unwrap_or_else(|| Value::null(ty))
            }
            Nesting::List => Value::list(element_type(&self.values, ty), self.values),
            Nesting::Set => Value::set(element_type(&self.values, ty), self.values),
        };
        value.marked(self.marks)
    }
}

/// The blocks that a `dynamic` block makes. Its content is looked at once even when nobody knows the elements, so that
/// what is wrong with it is told.
fn made_by(
    dynamic: &Dynamic,
    block: &NestedBlock,
    nested: &NestedSchema,
    scope: &dyn Scope,
    outer: &Around<'_>,
) -> Result<Made, Halt> {
    let elements = dynamic::elements(dynamic, scope, &outer.iterators)?;
    let mut problems = Problems::default();
    let mut made = Made {
        is_unknown: elements.iterators.is_none(),
        ..Made::default()
    };
    for iterator in elements
        .iterators
        .unwrap_or_else(|| vec![dynamic::unknown_iterator()])
    {
        let mut around = Around {
            iterators: vec![(&dynamic.iterator, iterator)],
            marks: outer.marks | elements.marks,
        };
        around.iterators.extend(outer.iterators.iter().cloned());
        let value = value_within(&block.body, &nested.block, scope, &around);
        made.values.extend(problems.note(value));
    }
    if made.is_unknown {
        made.marks = outer.marks | elements.marks;
    }
    problems.finish().map(|()| made)
}

/// What is wrong with the number of blocks, which only `dynamic` ones leave open until now.
fn wrong_number(body: &Body, nested: &NestedSchema, given: usize) -> Option<Diagnostic> {
    let (name, min) = (nested.name, nested.min);
    if given < min {
        let detail = format!("At least {min} \"{name}\" blocks are required.");
        return Some(
            Diagnostic::error(Code::MissingArgument, detail)
                .with_summary(format!("Insufficient {name} blocks"))
                .at(body.span),
        );
    }
    let (summary, detail) = nested.too_many(given)?;
    let made = body.blocks_of(name).find(|block| block.dynamic.is_some());
    let span = made.map_or(body.span, |block| block.span);
    Some(
        Diagnostic::error(Code::InvalidBlock, detail)
            .with_summary(summary)
            .at(span),
    )
}

/// The element type of a list of blocks: the schema's, unless values are more exact about dynamic parts.
fn element_type(values: &[Value], schema: Type) -> Type {
    match values.first() {
        Some(value) if schema.has_dynamic() => value.ty(),
        _ => schema,
    }
}

/// Collects failures; blocked only when nothing failed.
#[derive(Default)]
struct Problems {
    blocked: bool,
    diagnostics: Diagnostics,
}

impl Problems {
    fn note<T>(&mut self, result: Result<T, Halt>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(Halt::Blocked) => {
                self.blocked = true;
                None
            }
            Err(Halt::Failed(diagnostics)) => {
                self.diagnostics.extend(*diagnostics);
                None
            }
        }
    }

    fn into_result(self, value: Value) -> Evaluated {
        self.finish().map(|()| value)
    }

    fn is_empty(&self) -> bool {
        !self.blocked && self.diagnostics.is_empty()
    }

    fn finish(self) -> Result<(), Halt> {
        if !self.diagnostics.is_empty() {
            return Err(Halt::Failed(Box::new(self.diagnostics)));
        }
        if self.blocked {
            Err(Halt::Blocked)
        } else {
            Ok(())
        }
    }
}
