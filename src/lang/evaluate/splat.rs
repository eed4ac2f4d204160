//! Splats: steps applied to each element of a list, set or tuple.
//!
//! Any other value counts as a tuple of one, null as a tuple of none.

use super::{Context, Gather, converted, problem, unknown};
use crate::diagnostic::Code;
use crate::lang::{Evaluated, Step};
use crate::source::Span;
use crate::value::{Kind, Type, Value, unify};

impl Context<'_> {
    pub(super) fn splat(self, value: Value, steps: &[Step], span: Span) -> Evaluated {
        let marks = value.marks;
        let each = |element: Value| self.steps(element, steps, span);
        match &value.kind {
            Kind::Null(Type::List(_) | Type::Set(_) | Type::Tuple(_)) => {
                let detail =
                    "Splat expressions (with the * symbol) cannot be applied to null sequences.";
                Err(problem(Code::InvalidExpression, "Splat of null value", detail, span).into())
            }
            Kind::Null(_) => Ok(Value::tuple(Vec::new()).marked(marks)),
            Kind::Unknown(known) => match &known.ty {
                Type::Dynamic => Ok(unknown(marks)),
                Type::List(element) | Type::Set(element) => {
                    let element = each(Value::unknown(element.as_ref().clone()))?;
                    Ok(Value::unknown_not_null(Type::list(element.ty())).marked(marks))
                }
                Type::Tuple(elements) => {
                    let elements =
                        self.of_each(elements.iter().cloned().map(Value::unknown), steps, span)?;
                    Ok(Value::unknown_not_null(Value::tuple(elements).ty()).marked(marks))
                }
                Type::Bool | Type::Number | Type::String | Type::Map(_) | Type::Object(_) => {
                    let not_null = known.not_null;
                    let element = each(value)?;
                    if not_null {
                        Ok(Value::tuple(vec![element]).marked(marks))
                    } else {
                        Ok(unknown(marks))
                    }
                }
            },
            Kind::List(element, elements) | Kind::Set(element, elements) => {
                let made = self.of_each(elements.iter().cloned(), steps, span)?;
                if made.is_empty() {
                    let element = each(Value::unknown(element.clone()))?;
                    return Ok(Value::list(element.ty(), Vec::new()).marked(marks));
                }
                Ok(list_of(made).marked(marks))
            }
            Kind::Tuple(elements) => {
                Ok(
                    Value::tuple(self.of_each(elements.iter().cloned(), steps, span)?)
                        .marked(marks),
                )
            }
            Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::Map(..) | Kind::Object(_) => {
                let element = each(value)?;
                Ok(Value::tuple(vec![element]).marked(marks))
            }
        }
    }

    fn of_each(
        self,
        elements: impl Iterator<Item = Value>,
        steps: &[Step],
        span: Span,
    ) -> Result<Vec<Value>, crate::lang::Halt> {
        let mut gather = Gather::default();
        let made = elements
            .filter_map(|element| gather.take(self.steps(element, steps, span)))
            .collect();
        gather.check()?;
        Ok(made)
    }
}

/// A list of values that mostly have one type already; a tuple should they have none in common.
fn list_of(values: Vec<Value>) -> Value {
    let types: Vec<Type> = values.iter().map(Value::ty).collect();
    let Some(element) = unify(&types) else {
        return Value::tuple(values);
    };
    let converted: Option<Vec<Value>> = values
        .iter()
        .map(|value| converted(value, &element).ok())
        .collect();
    match converted {
        Some(elements) => Value::list(element, elements),
        None => Value::tuple(values),
    }
}
