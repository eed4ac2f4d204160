//! Tuples, objects and `for`.

use super::{Context, Frame, Gather, converted, problem, unknown};
use crate::address::Name;
use crate::diagnostic::Code;
use crate::lang::{Evaluated, Expression, ForExpression, ForResult, Halt, ObjectItem};
use crate::source::Span;
use crate::value::{Kind, Marks, Number, Type, Value};
use std::collections::BTreeMap;

/// What a `for` runs over.
pub(super) struct Elements {
    /// Key or index, and element. `None` when not even the number of elements is known.
    pub(super) elements: Option<Vec<(Value, Value)>>,
    /// The marks of the collection.
    pub(super) marks: Marks,
}

/// What the condition after `if` says of an element.
enum Inclusion {
    Yes,
    No,
    Unknown,
}

impl Context<'_> {
    pub(super) fn tuple(self, elements: &[Expression]) -> Evaluated {
        let mut gather = Gather::default();
        let values: Vec<Value> = elements
            .iter()
            .filter_map(|element| gather.take(self.evaluate(element)))
            .collect();
        gather.check()?;
        Ok(Value::tuple(values))
    }

    /// An object; one with an unknown key is wholly unknown. A repeated key has the last value.
    pub(super) fn object(self, items: &[ObjectItem]) -> Evaluated {
        let mut gather = Gather::default();
        let mut attributes = BTreeMap::new();
        let mut marks = Marks::NONE;
        let mut all_known = true;
        for item in items {
            let key = gather.take(self.object_key(item));
            let value = gather.take(self.evaluate(&item.value));
            let (Some(key), Some(value)) = (key, value) else {
                continue;
            };
            marks = marks | key.marks;
            match key.as_str() {
                Some(text) => {
                    attributes.insert(Name::from(text), value);
                }
                None => all_known = false,
            }
        }
        gather.check()?;
        if all_known {
            Ok(Value::object(attributes).marked(marks))
        } else {
            Ok(unknown(marks))
        }
    }

    fn object_key(self, item: &ObjectItem) -> Evaluated {
        let key = self.evaluate(&item.key)?;
        if key.is_null() {
            let detail = "Can't use a null value as a key.";
            return Err(problem(
                Code::InvalidExpression,
                "Null value as key",
                detail,
                item.value.span,
            )
            .into());
        }
        converted(&key, &Type::String).map_err(|message| {
            let detail = format!("Can't use this value as a key: {message}.");
            problem(Code::WrongType, "Incorrect key type", detail, item.key.span).into()
        })
    }

    pub(super) fn for_expression(self, form: &ForExpression) -> Evaluated {
        let Elements { elements, marks } = self.elements(&form.collection)?;
        let Some(elements) = elements else {
            return Ok(unknown(marks));
        };
        self.check_condition(form)?;
        match &form.result {
            ForResult::Tuple(element) => self.for_tuple(form, element, elements, marks),
            ForResult::Object { key, value, group } => {
                self.for_object(form, (key, value, *group), elements, marks)
            }
        }
    }

    /// The elements of what a `for` runs over, in its order.
    pub(super) fn elements(self, collection: &Expression) -> Result<Elements, Halt> {
        let span = collection.span;
        let value = self.evaluate(collection)?;
        let marks = value.marks;
        let index = |position: usize| {
            Value::number(Number::from(i64::try_from(position).unwrap_or(i64::MAX)))
        };
        let pairs = match &value.kind {
            Kind::Null(_) => {
                let detail = "A null value cannot be used as the collection in a 'for' expression.";
                return Err(problem(
                    Code::InvalidExpression,
                    "Iteration over null value",
                    detail,
                    span,
                )
                .into());
            }
            Kind::Unknown(unknown) if is_iterable(&unknown.ty) => {
                return Ok(Elements {
                    elements: None,
                    marks,
                });
            }
            Kind::Unknown(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => {
                return Err(not_iterable(&value.ty(), span));
            }
            Kind::List(_, elements) | Kind::Tuple(elements) => elements
                .iter()
                .enumerate()
                .map(|(position, element)| (index(position), element.clone()))
                .collect(),
            Kind::Set(_, elements) => elements
                .iter()
                .map(|element| (element.clone(), element.clone()))
                .collect(),
            Kind::Map(_, entries) | Kind::Object(entries) => entries
                .iter()
                .map(|(key, element)| (Value::new(Kind::String(key.clone())), element.clone()))
                .collect(),
        };
        Ok(Elements {
            elements: Some(pairs),
            marks,
        })
    }

    /// Evaluates something where the names of a `for` are bound.
    pub(super) fn with_element<T>(
        self,
        names: (Option<&Name>, &Name),
        (key, value): (Value, Value),
        inside: impl FnOnce(Context<'_>) -> T,
    ) -> T {
        let bound;
        let only;
        let names: &[(&Name, Value)] = match names {
            (Some(key_name), value_name) => {
                bound = [(value_name, value), (key_name, key)];
                &bound
            }
            (None, value_name) => {
                only = [(value_name, value)];
                &only
            }
        };
        let frame = Frame {
            outer: self.frame,
            names,
        };
        inside(self.within(&frame))
    }

    /// Tries the condition with elements of which nothing is known, so that a wrong one is found without elements.
    fn check_condition(self, form: &ForExpression) -> Result<(), Halt> {
        let Some(condition) = &form.condition else {
            return Ok(());
        };
        let element = (Value::unknown(Type::Dynamic), Value::unknown(Type::Dynamic));
        let names = (form.key.as_ref(), &form.value);
        let value = self.with_element(names, element, |inside| inside.evaluate(condition))?;
        if value.is_null() {
            let detail = "The value of the 'if' clause must not be null.";
            return Err(problem(
                Code::InvalidExpression,
                "Condition is null",
                detail,
                condition.span,
            )
            .into());
        }
        converted(&value, &Type::Bool)
            .map(drop)
            .map_err(|message| invalid_condition(&message, condition.span))
    }

    fn for_tuple(
        self,
        form: &ForExpression,
        element: &Expression,
        elements: Vec<(Value, Value)>,
        mut marks: Marks,
    ) -> Evaluated {
        let mut gather = Gather::default();
        let mut made = Vec::with_capacity(elements.len());
        let mut all_known = true;
        let names = (form.key.as_ref(), &form.value);
        for pair in elements {
            self.with_element(names, pair, |inside| {
                match gather.take(inside.inclusion(form, &mut marks)) {
                    Some(Inclusion::Yes) => made.extend(gather.take(inside.evaluate(element))),
                    Some(Inclusion::Unknown) => all_known = false,
                    Some(Inclusion::No) | None => {}
                }
            });
        }
        gather.check()?;
        if all_known {
            Ok(Value::tuple(made).marked(marks))
        } else {
            Ok(unknown(marks))
        }
    }

    fn for_object(
        self,
        form: &ForExpression,
        (key, value, group): (&Expression, &Expression, bool),
        elements: Vec<(Value, Value)>,
        mut marks: Marks,
    ) -> Evaluated {
        let mut gather = Gather::default();
        let mut groups: BTreeMap<Name, Vec<Value>> = BTreeMap::new();
        let mut all_known = true;
        let names = (form.key.as_ref(), &form.value);
        for pair in elements {
            self.with_element(names, pair, |inside| {
                match gather.take(inside.inclusion(form, &mut marks)) {
                    Some(Inclusion::Yes) => {}
                    Some(Inclusion::Unknown) => return all_known = false,
                    Some(Inclusion::No) | None => return,
                }
                let Some(key_value) = gather.take(inside.for_key(key)) else {
                    return;
                };
                marks = marks | key_value.marks;
                let Some(text) = key_value.as_str() else {
                    return all_known = false;
                };
                let Some(made) = gather.take(inside.evaluate(value)) else {
                    return;
                };
                let others = groups.entry(text.into()).or_default();
                if !group && !others.is_empty() {
                    gather.problem(duplicate_key(text, key.span));
                }
                others.push(made);
            });
        }
        gather.check()?;
        if !all_known {
            return Ok(unknown(marks));
        }
        let attributes = groups.into_iter().filter_map(|(name, mut values)| {
            let value = if group {
                Value::tuple(values)
            } else {
                values.pop()?
            };
            Some((name, value))
        });
        Ok(Value::object(attributes.collect()).marked(marks))
    }

    fn for_key(self, key: &Expression) -> Evaluated {
        let value = self.evaluate(key)?;
        if value.is_null() {
            let detail = "Key expression in 'for' expression must not produce a null value.";
            return Err(problem(
                Code::InvalidExpression,
                "Invalid object key",
                detail,
                key.span,
            )
            .into());
        }
        converted(&value, &Type::String).map_err(|message| {
            let detail = format!("The key expression produced an invalid result: {message}.");
            problem(Code::WrongType, "Invalid object key", detail, key.span).into()
        })
    }

    fn inclusion(self, form: &ForExpression, marks: &mut Marks) -> Result<Inclusion, Halt> {
        let Some(condition) = &form.condition else {
            return Ok(Inclusion::Yes);
        };
        let value = self.evaluate(condition)?;
        if value.is_null() {
            let detail = "The value of the 'if' clause must not be null.";
            return Err(problem(
                Code::InvalidExpression,
                "Invalid 'for' condition",
                detail,
                condition.span,
            )
            .into());
        }
        *marks = *marks | value.marks;
        let truth = converted(&value, &Type::Bool)
            .map_err(|message| invalid_condition(&message, condition.span))?;
        Ok(match truth.as_bool() {
            Some(true) => Inclusion::Yes,
            Some(false) => Inclusion::No,
            None => Inclusion::Unknown,
        })
    }
}

fn is_iterable(ty: &Type) -> bool {
    match ty {
        Type::Bool | Type::Number | Type::String => false,
        Type::Dynamic
        | Type::List(_)
        | Type::Set(_)
        | Type::Map(_)
        | Type::Tuple(_)
        | Type::Object(_) => true,
    }
}

fn not_iterable(ty: &Type, span: Span) -> Halt {
    let detail = format!(
        "A value of type {} cannot be used as the collection in a 'for' expression.",
        ty.friendly()
    );
    problem(
        Code::WrongType,
        "Iteration over non-iterable value",
        detail,
        span,
    )
    .into()
}

fn invalid_condition(message: &str, span: Span) -> Halt {
    let detail = format!("The 'if' clause value is invalid: {message}.");
    problem(Code::WrongType, "Invalid 'for' condition", detail, span).into()
}

fn duplicate_key(key: &str, span: Span) -> crate::diagnostic::Diagnostic {
    let detail = format!(
        "Two different items produced the key \"{key}\" in this 'for' expression. If duplicates are expected, use the \
         ellipsis (...) after the value expression to enable grouping by key."
    );
    problem(
        Code::InvalidExpression,
        "Duplicate object key",
        detail,
        span,
    )
}
