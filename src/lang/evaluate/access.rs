//! References and the steps into values: attributes and indexes.
//!
//! A reference to a resource or module asks its scope for no more than the steps that follow it need: one instance where
//! a known key follows, one output of a module.

use super::{Context, converted, problem, unknown};
use crate::address::{InstanceKey, Name};
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::{Expression, Reference, Step, Subject, Target};
use crate::source::Span;
use crate::value::{Kind, Marks, Type, Value};

impl Context<'_> {
    pub(super) fn reference(self, reference: &Reference, steps: &[Step], span: Span) -> Value {
        let before = self.mistakes();
        let mut target = Target {
            subject: &reference.subject,
            key: None,
            output: None,
            span: reference.span,
        };
        let narrows = self.scope.narrows();
        let is_module = narrows && matches!(reference.subject, Subject::Module(_));
        let is_resource = narrows && matches!(reference.subject, Subject::Resource(_));
        let has_instances = is_module || is_resource;
        let (key, mut rest) = match steps {
            [Step::Index(key, span), after @ ..] if has_instances => {
                (Some((self.evaluate(key), *span)), after)
            }
            steps => (None, steps),
        };
        target.key = key.as_ref().and_then(|(key, _)| instance_key(key));
        let is_one = key.is_none() || target.key.is_some();
        if let (true, true, [Step::Attribute(output, _), after @ ..]) = (is_module, is_one, rest) {
            target.output = Some(output);
            rest = after;
        }
        let mut value = self.settled(self.scope.resolve(&target));
        if let Some((key, span)) = key {
            value = match &target.key {
                // As with any object, a sensitive name does not make what it names sensitive.
                Some(InstanceKey::String(_)) => value.marked(key.marks.without(Marks::SENSITIVE)),
                Some(InstanceKey::Int(_)) => value.marked(key.marks),
                Some(InstanceKey::None) | None => self.checked(index(&value, &key, span)),
            };
        }
        self.steps(value, rest, span, before)
    }

    pub(super) fn variable(self, name: &Name, steps: &[Step], span: Span) -> Value {
        let before = self.mistakes();
        let value = match self.lookup(name) {
            Some(value) => value.clone(),
            None => {
                let detail = format!(
                    "Invalid value for \"vars\" parameter: vars map does not contain key \"{name}\", which the \
                     template refers to."
                );
                let summary = "Invalid function argument";
                self.wrong(problem(Code::FunctionCall, summary, detail, span))
            }
        };
        self.steps(value, steps, span, before)
    }

    pub(super) fn access(self, root: &Expression, steps: &[Step]) -> Value {
        let before = self.mistakes();
        let value = self.evaluate(root);
        self.steps(value, steps, root.span, before)
    }

    /// The value that the steps lead to; `span` is where the value they start from stands, and there were `before`
    /// mistakes when its evaluation began.
    pub(super) fn steps(self, value: Value, steps: &[Step], span: Span, before: usize) -> Value {
        let mut value = value;
        for step in steps {
            value = match step {
                Step::Attribute(name, span) => self.checked(attribute(&value, name, *span)),
                Step::Index(key, span) => {
                    let key = self.evaluate(key);
                    self.checked(index(&value, &key, *span))
                }
                // Nothing is applied to the elements of what is wrong.
                Step::Splat(..) | Step::AttributeSplat(..) if self.mistakes() > before => {
                    Value::unknown(Type::Dynamic)
                }
                Step::Splat(inner, marker) | Step::AttributeSplat(inner, marker) => {
                    self.splat(&value, span, inner, *marker)
                }
            };
        }
        value
    }
}

/// The instance that a known key means.
fn instance_key(key: &Value) -> Option<InstanceKey> {
    if let Some(text) = key.as_str() {
        return Some(InstanceKey::string(text));
    }
    key.as_number()?.as_u64().map(InstanceKey::Int)
}

/// What a step leads to, or why there is nothing.
type Stepped = Result<Value, Diagnostic>;

/// `.name`: an attribute of an object or an element of a map.
fn attribute(value: &Value, name: &Name, span: Span) -> Stepped {
    let marks = value.marks;
    let found = match &value.kind {
        Kind::Null(_) => {
            let detail = "This value is null, so it does not have any attributes.";
            let summary = "Attempt to get attribute from null value";
            return Err(problem(Code::UnknownAttribute, summary, detail, span));
        }
        Kind::Object(attributes) => attributes
            .get(name)
            .cloned()
            .ok_or_else(|| no_attribute(name, attributes.keys(), span))?,
        Kind::Map(_, elements) => elements.get(name).cloned().ok_or_else(|| {
            let detail = format!("This map does not have an element with the key \"{name}\".");
            problem(Code::UnknownAttribute, "Missing map element", detail, span)
        })?,
        Kind::Unknown(unknown) => attribute_of_unknown(&unknown.ty, name, span)?,
        Kind::Bool(_)
        | Kind::Number(_)
        | Kind::String(_)
        | Kind::List(..)
        | Kind::Set(..)
        | Kind::Tuple(_) => {
            return Err(no_attributes(&value.ty(), name, span));
        }
    };
    Ok(found.marked(marks))
}

fn attribute_of_unknown(ty: &Type, name: &Name, span: Span) -> Stepped {
    match ty {
        Type::Dynamic => Ok(Value::unknown(Type::Dynamic)),
        Type::Map(element) => Ok(Value::unknown(element.as_ref().clone())),
        Type::Object(object) => match object.attributes.get(name) {
            Some(ty) => Ok(Value::unknown(ty.clone())),
            None => Err(no_attribute(name, object.attributes.keys(), span)),
        },
        Type::Bool
        | Type::Number
        | Type::String
        | Type::List(_)
        | Type::Set(_)
        | Type::Tuple(_) => Err(no_attributes(ty, name, span)),
    }
}

fn no_attribute<'a>(name: &str, names: impl Iterator<Item = &'a Name>, span: Span) -> Diagnostic {
    let detail = format!("This object does not have an attribute named \"{name}\".");
    problem(
        Code::UnknownAttribute,
        "Unsupported attribute",
        detail,
        span,
    )
    .suggest(name, names.map(AsRef::as_ref))
}

fn no_attributes(ty: &Type, name: &str, span: Span) -> Diagnostic {
    let is_object = |element: &Type| matches!(element, Type::Object(_));
    let detail = match ty {
        Type::List(element) if is_object(element) => format!(
            "Can't access attributes on a list of objects. Did you mean to access attribute \"{name}\" for a specific \
             element of the list, or across all elements of the list?"
        ),
        Type::Set(element) if is_object(element) => "Can't access attributes on a set of objects. Did you mean to \
                                                     access an attribute across all elements of the set?"
            .to_owned(),
        ty if ty.is_primitive() => {
            format!("Can't access attributes on a primitive-typed value ({}).", ty.friendly())
        }
        Type::Dynamic
        | Type::Bool
        | Type::Number
        | Type::String
        | Type::List(_)
        | Type::Set(_)
        | Type::Map(_)
        | Type::Tuple(_)
        | Type::Object(_) => "This value does not have any attributes.".to_owned(),
    };
    problem(
        Code::UnknownAttribute,
        "Unsupported attribute",
        detail,
        span,
    )
}

/// `[key]`: an element of a list, tuple or map, or an attribute of an object.
fn index(value: &Value, key: &Value, span: Span) -> Stepped {
    if value.is_null() {
        let detail = "This value is null, so it does not have any indices.";
        return Err(problem(
            Code::InvalidIndex,
            "Attempt to index null value",
            detail,
            span,
        ));
    }
    if key.is_null() {
        return Err(invalid_index(
            "Can't use a null value as an indexing key.",
            span,
        ));
    }
    let marks = value.marks | key.marks;
    // Where the key or the collection is unknown, the marks of the key are not those of the result.
    let unknown_marks = value.marks;
    let dynamic_key = matches!(&key.kind, Kind::Unknown(unknown) if unknown.ty == Type::Dynamic);
    match &value.kind {
        Kind::Unknown(known) if known.ty == Type::Dynamic => Ok(unknown(unknown_marks)),
        _ if dynamic_key => Ok(unknown(unknown_marks)),
        Kind::List(_, elements) | Kind::Tuple(elements) => {
            let Some(position) = position(key, span)? else {
                return Ok(Value::unknown(element_type(value)).marked(unknown_marks));
            };
            let element = elements
                .get(position)
                .ok_or_else(|| beyond(elements.len(), span))?;
            Ok(element.clone().marked(marks))
        }
        Kind::Map(element, elements) => {
            let key = name(key, span)?;
            let Some(text) = key.as_str() else {
                return Ok(Value::unknown(element.clone()).marked(unknown_marks));
            };
            let found = elements
                .get(text)
                .ok_or_else(|| invalid_index(NO_ELEMENT, span))?;
            Ok(found.clone().marked(marks))
        }
        Kind::Object(attributes) => index_object(
            attributes.get(name(key, span)?.as_str().unwrap_or_default()),
            value.marks,
            key,
            span,
        ),
        Kind::Unknown(unknown) => Ok(index_unknown(&unknown.ty, key, span)?.marked(unknown_marks)),
        Kind::Set(..) => Err(invalid_index(SET, span)),
        Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => {
            Err(invalid_index("This value does not have any indices.", span))
        }
    }
}

/// An attribute by index. A sensitive name does not make the attribute sensitive.
fn index_object(found: Option<&Value>, marks: Marks, key: &Value, span: Span) -> Stepped {
    if key.is_unknown() {
        return Ok(unknown(marks));
    }
    let marks = marks | key.marks.without(Marks::SENSITIVE);
    match found {
        Some(value) => Ok(value.clone().marked(marks)),
        None if key.as_number().is_some() => {
            let detail = format!(
                "{NO_ELEMENT} An object only supports looking up attributes by name, not by numeric index."
            );
            Err(invalid_index(&detail, span))
        }
        None => Err(invalid_index(NO_ELEMENT, span)),
    }
}

fn index_unknown(ty: &Type, key: &Value, span: Span) -> Stepped {
    match ty {
        // Whether the index fits is seen only when there are elements.
        Type::List(element) => {
            as_number(key, span)?;
            Ok(Value::unknown(element.as_ref().clone()))
        }
        Type::Map(element) => {
            name(key, span)?;
            Ok(Value::unknown(element.as_ref().clone()))
        }
        Type::Tuple(elements) => match position(key, span)? {
            None => Ok(Value::unknown(Type::Dynamic)),
            Some(position) => {
                let element = elements
                    .get(position)
                    .ok_or_else(|| beyond(elements.len(), span))?;
                Ok(Value::unknown(element.clone()))
            }
        },
        Type::Object(_) => {
            name(key, span)?;
            Ok(Value::unknown(Type::Dynamic))
        }
        Type::Set(_) => Err(invalid_index(SET, span)),
        Type::Dynamic | Type::Bool | Type::Number | Type::String => {
            Err(invalid_index("This value does not have any indices.", span))
        }
    }
}

fn as_number(key: &Value, span: Span) -> Stepped {
    converted(key, &Type::Number).map_err(|message| {
        let detail = format!("{}: {message}.", NO_ELEMENT.trim_end_matches('.'));
        invalid_index(&detail, span)
    })
}

/// The position that a key means; `None` when it is not known.
fn position(key: &Value, span: Span) -> Result<Option<usize>, Diagnostic> {
    let number = as_number(key, span)?;
    let Some(number) = number.as_number() else {
        return Ok(None);
    };
    let why = if number.is_negative() && !number.is_zero() {
        "a negative number is not a valid index for a sequence"
    } else if !number.is_integer() {
        "indexing a sequence requires a whole number, but the given index has a fractional part"
    } else {
        return Ok(Some(number.as_usize().unwrap_or(usize::MAX)));
    };
    Err(invalid_index(
        &format!("{}: {why}.", NO_ELEMENT.trim_end_matches('.')),
        span,
    ))
}

fn name(key: &Value, span: Span) -> Stepped {
    converted(key, &Type::String).map_err(|message| {
        invalid_index(
            &format!("{}: {message}.", NO_ELEMENT.trim_end_matches('.')),
            span,
        )
    })
}

/// The type of an element of which the position is not known.
fn element_type(value: &Value) -> Type {
    match &value.kind {
        Kind::List(element, _) => element.clone(),
        Kind::Null(_)
        | Kind::Unknown(_)
        | Kind::Bool(_)
        | Kind::Number(_)
        | Kind::String(_)
        | Kind::Set(..)
        | Kind::Map(..)
        | Kind::Tuple(_)
        | Kind::Object(_) => Type::Dynamic,
    }
}

const NO_ELEMENT: &str = "The given key does not identify an element in this collection value.";
const SET: &str = "Elements of a set are identified only by their value and don't have any separate index or key to \
                   select with, so it's only possible to perform operations across all elements of the set.";

fn beyond(length: usize, span: Span) -> Diagnostic {
    let why = if length == 0 {
        "the collection has no elements"
    } else {
        "the given index is greater than or equal to the length of the collection"
    };
    invalid_index(
        &format!("{}: {why}.", NO_ELEMENT.trim_end_matches('.')),
        span,
    )
}

fn invalid_index(detail: &str, span: Span) -> Diagnostic {
    problem(Code::InvalidIndex, "Invalid index", detail, span)
}
