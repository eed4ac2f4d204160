//! Splats: steps applied to each element of a list, set or tuple.
//!
//! Any other value counts as a tuple of one, null as a tuple of none.

use super::{Context, converted, problem, unknown};
use crate::diagnostic::Code;
use crate::lang::Step;
use crate::source::Span;
use crate::value::{Kind, Refinement, Type, Value, unify};

impl Context<'_> {
    /// The steps applied to each element of `value`, which stands at `place`; `span` is where the splat stands.
    pub(super) fn splat(self, value: &Value, place: Span, steps: &[Step], span: Span) -> Value {
        let marks = value.marks;
        match &value.kind {
            Kind::Null(Type::List(_) | Type::Set(_) | Type::Tuple(_)) => {
                let detail =
                    "Splat expressions (with the * symbol) cannot be applied to null sequences.";
                let summary = "Splat of null value";
                self.wrong(problem(Code::InvalidExpression, summary, detail, place))
            }
            Kind::Null(_) => Value::tuple(Vec::new()).marked(marks),
            Kind::Unknown(known) => match &known.ty {
                Type::Dynamic => unknown(marks),
                ty @ (Type::List(_) | Type::Set(_) | Type::Tuple(_)) => {
                    let ty = self.splat_type(ty, steps, span);
                    let lengths = Refinement::Lengths(known.lengths());
                    Value::unknown_refined(ty, lengths).marked(marks)
                }
                Type::Bool | Type::Number | Type::String | Type::Map(_) | Type::Object(_) => {
                    let not_null = known.not_null;
                    let made = self.splat_of_one(value, steps, span);
                    if not_null { made } else { unknown(marks) }
                }
            },
            Kind::List(_, elements) | Kind::Set(_, elements) | Kind::Tuple(elements) => {
                self.splat_of(value, elements, steps, span)
            }
            Kind::Bool(_) | Kind::Number(_) | Kind::String(_) | Kind::Map(..) | Kind::Object(_) => {
                self.splat_of_one(value, steps, span)
            }
        }
    }

    fn splat_of_one(self, value: &Value, steps: &[Step], span: Span) -> Value {
        let elements = [value.clone()];
        let tuple = Value::tuple(elements.to_vec()).marked(value.marks);
        self.splat_of(&tuple, &elements, steps, span)
    }

    fn splat_of(self, value: &Value, elements: &[Value], steps: &[Step], span: Span) -> Value {
        let before = self.mistakes();
        let made: Vec<Value> = elements
            .iter()
            .map(|element| self.steps(element.clone(), steps, span, self.mistakes()))
            .collect();
        let is_tuple = matches!(value.kind, Kind::Tuple(_));
        if self.mistakes() > before {
            let ty = if is_tuple {
                // Not judged once more: splats in splats would do so twice each.
                Type::tuple(made.iter().map(Value::ty).collect())
            } else {
                // The same mistakes again say nothing new.
                let (ty, _) = self.apart(|inside| inside.splat_type(&value.ty(), steps, span));
                ty
            };
            return Value::unknown(ty).marked(value.marks);
        }
        let result = if is_tuple {
            Value::tuple(made)
        } else if !made.is_empty() {
            list_of(made)
        } else if let Type::List(element) = self.splat_type(&value.ty(), steps, span) {
            Value::list(element.as_ref().clone(), made)
        } else {
            Value::tuple(made)
        };
        result.marked(value.marks)
    }

    /// The type of the result, judged by elements of which the types alone are known.
    fn splat_type(self, ty: &Type, steps: &[Step], span: Span) -> Type {
        let each = |ty: &Type| {
            let element = Value::unknown(ty.clone());
            self.steps(element, steps, span, self.mistakes()).ty()
        };
        match ty {
            Type::List(element) | Type::Set(element) => Type::list(each(element)),
            Type::Tuple(elements) => Type::tuple(elements.iter().map(each).collect()),
            Type::Dynamic
            | Type::Bool
            | Type::Number
            | Type::String
            | Type::Map(_)
            | Type::Object(_) => Type::Dynamic,
        }
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
