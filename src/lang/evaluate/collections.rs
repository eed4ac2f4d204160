//! Tuples, objects and `for`.

use super::{Context, Frame, converted, problem, unknown};
use crate::address::Name;
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::{Expression, ForExpression, ForResult, ObjectItem};
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
    pub(super) fn tuple(self, elements: &[Expression]) -> Value {
        Value::tuple(
            elements
                .iter()
                .map(|element| self.evaluate(element))
                .collect(),
        )
    }

    /// An object; one with an unknown key is wholly unknown. A repeated key has the last value.
    pub(super) fn object(self, items: &[ObjectItem]) -> Value {
        let mut attributes = BTreeMap::new();
        let mut marks = Marks::NONE;
        let mut all_known = true;
        for item in items {
            let (key, value) = self.object_item(item);
            let Some(key) = key else {
                all_known = false;
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
        if all_known {
            Value::object(attributes).marked(marks)
        } else {
            Value::unknown(Type::Dynamic)
        }
    }

    /// The key of an item, unless it is wrong, and the value.
    fn object_item(self, item: &ObjectItem) -> (Option<Value>, Value) {
        let before = self.mistakes();
        let key = self.evaluate(&item.key);
        let is_wrong = self.mistakes() > before;
        let value = self.evaluate(&item.value);
        if is_wrong {
            return (None, value);
        }
        if key.is_null() {
            let detail = "Can't use a null value as a key.";
            let code = Code::InvalidExpression;
            self.wrong(problem(code, "Null value as key", detail, item.value.span));
            return (None, value);
        }
        let key = converted(&key, &Type::String).map_err(|message| {
            let detail = format!("Can't use this value as a key: {message}.");
            self.wrong(problem(
                Code::WrongType,
                "Incorrect key type",
                detail,
                item.key.span,
            ))
        });
        (key.ok(), value)
    }

    pub(super) fn for_expression(self, form: &ForExpression) -> Value {
        let Some(Elements { elements, marks }) = self.elements(&form.collection) else {
            return Value::unknown(Type::Dynamic);
        };
        let Some(condition_marks) = self.check_condition(form) else {
            return Value::unknown(Type::Dynamic);
        };
        let Some(elements) = elements else {
            return unknown(marks | condition_marks);
        };
        match &form.result {
            ForResult::Tuple(element) => self.for_tuple(form, element, elements, marks),
            ForResult::Object { key, value, group } => {
                self.for_object(form, (key, value, *group), elements, marks)
            }
        }
    }

    /// The elements of what a `for` runs over, in its order; `None` for what has none, which is told, and for what has
    /// no known type.
    pub(super) fn elements(self, collection: &Expression) -> Option<Elements> {
        let span = collection.span;
        let value = self.evaluate(collection);
        let marks = value.marks;
        let index = |position: usize| {
            Value::number(Number::from(i64::try_from(position).unwrap_or(i64::MAX)))
        };
        let pairs = match &value.kind {
            Kind::Null(_) => {
                let detail = "A null value cannot be used as the collection in a 'for' expression.";
                let summary = "Iteration over null value";
                self.wrong(problem(Code::InvalidExpression, summary, detail, span));
                return None;
            }
            Kind::Unknown(unknown) if unknown.ty == Type::Dynamic => return None,
            Kind::Unknown(unknown) if is_iterable(&unknown.ty) => {
                return Some(Elements {
                    elements: None,
                    marks,
                });
            }
            Kind::Unknown(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => {
                self.wrong(not_iterable(&value.ty(), span));
                return None;
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
        Some(Elements {
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

    /// Tries the condition with elements of which nothing is known, so that a wrong one is found without elements; its
    /// marks, or `None` where it is wrong.
    fn check_condition(self, form: &ForExpression) -> Option<Marks> {
        let Some(condition) = &form.condition else {
            return Some(Marks::NONE);
        };
        let element = (Value::unknown(Type::Dynamic), Value::unknown(Type::Dynamic));
        let names = (form.key.as_ref(), &form.value);
        let before = self.mistakes();
        let value = self.with_element(names, element, |inside| inside.evaluate(condition));
        if value.is_null() {
            self.wrong(null_condition("Condition is null", condition.span));
        } else if let Err(message) = converted(&value, &Type::Bool) {
            self.wrong(invalid_condition(&message, condition.span));
        }
        (self.mistakes() == before).then_some(value.marks)
    }

    fn for_tuple(
        self,
        form: &ForExpression,
        element: &Expression,
        elements: Vec<(Value, Value)>,
        mut marks: Marks,
    ) -> Value {
        let mut made = Vec::with_capacity(elements.len());
        let mut all_known = true;
        let names = (form.key.as_ref(), &form.value);
        for pair in elements {
            if !self.affords_round(form.collection.span) {
                break;
            }
            self.with_element(names, pair, |inside| {
                match inside.inclusion(form, all_known, &mut marks) {
                    Inclusion::Yes => made.push(inside.evaluate(element)),
                    Inclusion::Unknown => all_known = false,
                    Inclusion::No => {}
                }
            });
        }
        if all_known {
            Value::tuple(made).marked(marks)
        } else {
            unknown(marks)
        }
    }

    fn for_object(
        self,
        form: &ForExpression,
        (key, value, group): (&Expression, &Expression, bool),
        elements: Vec<(Value, Value)>,
        mut marks: Marks,
    ) -> Value {
        let mut groups: BTreeMap<Name, Vec<Value>> = BTreeMap::new();
        let mut all_known = true;
        let names = (form.key.as_ref(), &form.value);
        for pair in elements {
            if !self.affords_round(form.collection.span) {
                break;
            }
            self.with_element(names, pair, |inside| {
                match inside.inclusion(form, all_known, &mut marks) {
                    Inclusion::Yes => {}
                    Inclusion::Unknown => return all_known = false,
                    Inclusion::No => return,
                }
                let Some(name) = inside.for_key(key, all_known, &mut marks) else {
                    return all_known = false;
                };
                let made = inside.evaluate(value);
                let others = groups.entry(name.clone()).or_default();
                if group || others.is_empty() {
                    others.push(made);
                } else {
                    inside.wrong(duplicate_key(&name, key.span));
                }
            });
        }
        if !all_known {
            return unknown(marks);
        }
        let attributes = groups.into_iter().filter_map(|(name, mut values)| {
            let value = if group {
                Value::tuple(values)
            } else {
                values.pop()?
            };
            Some((name, value))
        });
        Value::object(attributes.collect()).marked(marks)
    }

    /// The key of an element; `None` where it is unknown or wrong, which is told `at_first`.
    fn for_key(self, key: &Expression, at_first: bool, marks: &mut Marks) -> Option<Name> {
        const SUMMARY: &str = "Invalid object key";
        let value = self.evaluate(key);
        let tell = |code: Code, detail: String| {
            if at_first {
                self.wrong(problem(code, SUMMARY, detail, key.span));
            }
        };
        if value.is_null() {
            let detail = "Key expression in 'for' expression must not produce a null value.";
            tell(Code::InvalidExpression, detail.to_owned());
            return None;
        }
        *marks = *marks | value.marks;
        if value.is_unknown() {
            return None;
        }
        match converted(&value, &Type::String) {
            Ok(text) => text.as_str().map(Name::from),
            Err(message) => {
                let detail = format!("The key expression produced an invalid result: {message}.");
                tell(Code::WrongType, detail);
                None
            }
        }
    }

    /// What the condition says of an element; where it is wrong, which is told `at_first`, that is unknown.
    fn inclusion(self, form: &ForExpression, at_first: bool, marks: &mut Marks) -> Inclusion {
        let Some(condition) = &form.condition else {
            return Inclusion::Yes;
        };
        let value = self.evaluate(condition);
        if value.is_null() {
            if at_first {
                self.wrong(null_condition("Invalid 'for' condition", condition.span));
            }
            return Inclusion::Unknown;
        }
        *marks = *marks | value.marks;
        let truth = match converted(&value, &Type::Bool) {
            Ok(truth) => truth.as_bool(),
            Err(message) => {
                if at_first {
                    self.wrong(invalid_condition(&message, condition.span));
                }
                None
            }
        };
        match truth {
            Some(true) => Inclusion::Yes,
            Some(false) => Inclusion::No,
            None => Inclusion::Unknown,
        }
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

fn not_iterable(ty: &Type, span: Span) -> Diagnostic {
    let detail = format!(
        "A value of type {} cannot be used as the collection in a 'for' expression.",
        ty.friendly()
    );
    let summary = "Iteration over non-iterable value";
    problem(Code::WrongType, summary, detail, span)
}

fn null_condition(summary: &str, span: Span) -> Diagnostic {
    let detail = "The value of the 'if' clause must not be null.";
    problem(Code::InvalidExpression, summary, detail, span)
}

fn invalid_condition(message: &str, span: Span) -> Diagnostic {
    let detail = format!("The 'if' clause value is invalid: {message}.");
    problem(Code::WrongType, "Invalid 'for' condition", detail, span)
}

fn duplicate_key(key: &str, span: Span) -> Diagnostic {
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
