//! References and the steps into values: attributes and indexes.
//!
//! A reference to a resource or module asks its scope for no more than the steps that follow it need: one instance where
//! a known key follows, one output of a module.

use super::{Context, converted, problem, unknown};
use crate::address::{InstanceKey, Name};
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::{Evaluated, Expression, Halt, Reference, Step, Subject, Target};
use crate::source::Span;
use crate::value::{Kind, Marks, Type, Value};

/// The key that follows a reference, its marks, and the steps after it.
type Keyed<'s> = Option<(InstanceKey, Marks, &'s [Step])>;

impl Context<'_> {
    pub(super) fn reference(self, reference: &Reference, steps: &[Step], span: Span) -> Evaluated {
        let mut target = Target {
            subject: &reference.subject,
            key: None,
            output: None,
            span: reference.span,
        };
        let mut rest = steps;
        let mut marks = Marks::NONE;
        let is_module = matches!(reference.subject, Subject::Module(_));
        let has_instances = is_module || matches!(reference.subject, Subject::Resource(_));
        if has_instances && let Some((key, key_marks, after)) = self.following_key(steps)? {
            target.key = Some(key);
            (marks, rest) = (key_marks, after);
        }
        if let (true, [Step::Attribute(output, _), after @ ..]) = (is_module, rest) {
            target.output = Some(output);
            rest = after;
        }
        let value = self.scope.resolve(&target)?;
        self.steps(value.marked(marks), rest, span)
    }

    /// The key of an instance, if the first step is an index and its key is known.
    fn following_key(self, steps: &[Step]) -> Result<Keyed<'_>, Halt> {
        let [Step::Index(key, _), rest @ ..] = steps else {
            return Ok(None);
        };
        let key = self.evaluate(key)?;
        Ok(match &key.kind {
            // As with any object, a sensitive name does not make what it names sensitive.
            Kind::String(text) => {
                let marks = key.marks.without(Marks::SENSITIVE);
                Some((InstanceKey::string(text.as_ref()), marks, rest))
            }
            Kind::Number(number) => number
                .as_u64()
                .map(|index| (InstanceKey::Int(index), key.marks, rest)),
            Kind::Null(_)
            | Kind::Unknown(_)
            | Kind::Bool(_)
            | Kind::List(..)
            | Kind::Set(..)
            | Kind::Map(..)
            | Kind::Tuple(_)
            | Kind::Object(_) => None,
        })
    }

    pub(super) fn variable(self, name: &Name, steps: &[Step], span: Span) -> Evaluated {
        let Some(value) = self.lookup(name) else {
            let detail = format!(
                "Invalid value for \"vars\" parameter: vars map does not contain key \"{name}\", which the template \
                 refers to."
            );
            return Err(problem(
                Code::FunctionCall,
                "Invalid function argument",
                detail,
                span,
            )
            .into());
        };
        self.steps(value.clone(), steps, span)
    }

    pub(super) fn access(self, root: &Expression, steps: &[Step]) -> Evaluated {
        let value = self.evaluate(root)?;
        self.steps(value, steps, root.span)
    }

    /// The value that the steps lead to; `span` is where the value they start from stands.
    pub(super) fn steps(self, value: Value, steps: &[Step], span: Span) -> Evaluated {
        let mut value = value;
        for step in steps {
            value = match step {
                Step::Attribute(name, span) => attribute(&value, name, *span)?,
                Step::Index(key, span) => index(&value, &self.evaluate(key)?, *span)?,
                Step::Splat(inner, _) | Step::AttributeSplat(inner, _) => {
                    self.splat(value, inner, span)?
                }
            };
        }
        Ok(value)
    }
}

/// `.name`: an attribute of an object or an element of a map.
fn attribute(value: &Value, name: &Name, span: Span) -> Evaluated {
    let marks = value.marks;
    let found = match &value.kind {
        Kind::Null(_) => {
            let detail = "This value is null, so it does not have any attributes.";
            let summary = "Attempt to get attribute from null value";
            return Err(problem(Code::UnknownAttribute, summary, detail, span).into());
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
            return Err(no_attributes(&value.ty(), name, span).into());
        }
    };
    Ok(found.marked(marks))
}

fn attribute_of_unknown(ty: &Type, name: &Name, span: Span) -> Evaluated {
    match ty {
        Type::Dynamic => Ok(Value::unknown(Type::Dynamic)),
        Type::Map(element) => Ok(Value::unknown(element.as_ref().clone())),
        Type::Object(object) => match object.attributes.get(name) {
            Some(ty) => Ok(Value::unknown(ty.clone())),
            None => Err(no_attribute(name, object.attributes.keys(), span).into()),
        },
        Type::Bool
        | Type::Number
        | Type::String
        | Type::List(_)
        | Type::Set(_)
        | Type::Tuple(_) => Err(no_attributes(ty, name, span).into()),
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
fn index(value: &Value, key: &Value, span: Span) -> Evaluated {
    if value.is_null() {
        let detail = "This value is null, so it does not have any indices.";
        return Err(problem(
            Code::InvalidIndex,
            "Attempt to index null value",
            detail,
            span,
        )
        .into());
    }
    if key.is_null() {
        return Err(invalid_index("Can't use a null value as an indexing key.", span).into());
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
        Kind::Set(..) => Err(invalid_index(SET, span).into()),
        Kind::Null(_) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => {
            Err(invalid_index("This value does not have any indices.", span).into())
        }
    }
}

/// An attribute by index. A sensitive name does not make the attribute sensitive.
fn index_object(found: Option<&Value>, marks: Marks, key: &Value, span: Span) -> Evaluated {
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
            Err(invalid_index(&detail, span).into())
        }
        None => Err(invalid_index(NO_ELEMENT, span).into()),
    }
}

fn index_unknown(ty: &Type, key: &Value, span: Span) -> Evaluated {
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
        Type::Set(_) => Err(invalid_index(SET, span).into()),
        Type::Dynamic | Type::Bool | Type::Number | Type::String => {
            Err(invalid_index("This value does not have any indices.", span).into())
        }
    }
}

fn as_number(key: &Value, span: Span) -> Evaluated {
    converted(key, &Type::Number).map_err(|message| {
        let detail = format!("{}: {message}.", NO_ELEMENT.trim_end_matches('.'));
        invalid_index(&detail, span).into()
    })
}

/// The position that a key means; `None` when it is not known.
fn position(key: &Value, span: Span) -> Result<Option<usize>, Halt> {
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
    )
    .into())
}

fn name(key: &Value, span: Span) -> Evaluated {
    converted(key, &Type::String).map_err(|message| {
        invalid_index(
            &format!("{}: {message}.", NO_ELEMENT.trim_end_matches('.')),
            span,
        )
        .into()
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
