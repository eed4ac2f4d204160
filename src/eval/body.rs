//! The value of a block: its arguments and nested blocks as one object of the schema's type.

use crate::address::Name;
use crate::config::{Body, NestedBlock};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::lang::{Evaluated, Halt, Scope, evaluate};
use crate::schema::{Attribute, Block, NestedBlock as NestedSchema, Nesting};
use crate::value::{Type, Value, convert};
use std::collections::BTreeMap;

/// Evaluates the arguments of a body; what is not written is null. All that fails is reported together.
pub fn block_value(body: &Body, block: &Block, scope: &dyn Scope) -> Evaluated {
    let mut attributes: BTreeMap<Name, Value> = BTreeMap::new();
    let mut problems = Problems::default();
    for attribute in &block.attributes {
        if let Some(value) = problems.note(attribute_value(body, attribute, scope)) {
            attributes.insert(attribute.name.into(), value);
        }
    }
    for nested in &block.blocks {
        if let Some(value) = problems.note(nested_value(body, nested, scope)) {
            attributes.insert(nested.name.into(), value);
        }
    }
    problems.into_result(Value::object(attributes))
}

fn attribute_value(body: &Body, attribute: &Attribute, scope: &dyn Scope) -> Evaluated {
    let Some(argument) = body.argument(attribute.name) else {
        return Ok(Value::null(attribute.ty.clone()));
    };
    let value = evaluate(&argument.value, scope)?;
    convert(&value, &attribute.ty).map_err(|error| {
        let part = if error.path.is_root() {
            String::new()
        } else {
            format!(" at {}", error.path)
        };
        let detail = format!(
            "Inappropriate value for attribute \"{}\"{part}: {error}.",
            attribute.name
        );
        Diagnostic::error(Code::WrongType, detail)
            .with_summary("Incorrect attribute value type")
            .at(argument.value.span)
            .into()
    })
}

fn nested_value(body: &Body, nested: &NestedSchema, scope: &dyn Scope) -> Evaluated {
    let mut problems = Problems::default();
    let blocks: Vec<&NestedBlock> = body.blocks_of(nested.name).collect();
    let values = blocks
        .iter()
        .filter_map(|block| problems.note(block_value(&block.body, &nested.block, scope)));
    let values: Vec<Value> = values.collect();
    let ty = nested.block.ty();
    let value = match nested.nesting {
        Nesting::Single => values.into_iter().next().unwrap_or_else(|| Value::null(ty)),
        Nesting::List => Value::list(element_type(&values, ty), values),
        Nesting::Set => Value::set(element_type(&values, ty), values),
    };
    problems.into_result(value)
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
    fn note(&mut self, result: Evaluated) -> Option<Value> {
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
        if !self.diagnostics.is_empty() {
            return Err(Halt::Failed(Box::new(self.diagnostics)));
        }
        if self.blocked {
            Err(Halt::Blocked)
        } else {
            Ok(value)
        }
    }
}
