//! Conversion of values between types.
//!
//! The rules are those of Terraform's type system: truth values and numbers become texts and back where the text reads
//! as one; tuples become lists and sets, objects become maps and smaller objects, maps become objects. Null stays null,
//! unknown stays unknown and marks stay where they are.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "there is no conversion to any other type"
)]

use super::mismatch::mismatch;
use super::unify::{
    can_convert, dynamic_replaced, open_list_element, open_map_element, unify_with,
};
use super::{Entries, Kind, Lengths, Marks, Number, ObjectType, Refinement, Type, Unknown, Value};
use crate::address::{AttributePath, PathStep};
use std::collections::BTreeMap;

/// A value that cannot become the type that is wanted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ConversionError {
    /// Which part of the value is at fault.
    pub path: AttributePath,
    /// What is wrong, as `string required`.
    pub message: String,
}

/// The value as the wanted type; [`Type::Dynamic`] inside it takes whatever type fits there.
///
/// Optional attributes that the value lacks become null; defaults are none of this function's business. Types that can
/// never be converted are told of before any part of the value is looked at, with the path of the whole value.
pub fn convert(value: &Value, wanted: &Type) -> Result<Value, ConversionError> {
    let problem = match converted(value, wanted) {
        Ok(converted) => return Ok(converted),
        Err(problem) => problem,
    };
    let ty = value.ty();
    Err(match problem {
        Problem::At(mut steps, message) if can_convert(&ty, wanted, true) => {
            steps.reverse();
            ConversionError {
                path: AttributePath::from_steps(steps),
                message,
            }
        }
        Problem::At(..) | Problem::Types => ConversionError {
            path: AttributePath::root(),
            message: mismatch(&ty, wanted),
        },
    })
}

impl Value {
    /// Whether the value is of exactly this type, without optional attributes; cheaper than comparing [`Value::ty`].
    pub fn has_type(&self, ty: &Type) -> bool {
        match (&self.kind, ty) {
            (Kind::Null(own) | Kind::Unknown(Unknown { ty: own, .. }), _) => own == ty,
            (Kind::Bool(_), Type::Bool)
            | (Kind::Number(_), Type::Number)
            | (Kind::String(_), Type::String) => true,
            (Kind::List(own, _), Type::List(element))
            | (Kind::Set(own, _), Type::Set(element))
            | (Kind::Map(own, _), Type::Map(element)) => own == element.as_ref(),
            (Kind::Tuple(values), Type::Tuple(types)) => {
                values.len() == types.len()
                    && values
                        .iter()
                        .zip(types.iter())
                        .all(|(value, ty)| value.has_type(ty))
            }
            (Kind::Object(values), Type::Object(object)) => {
                object.optional.is_empty()
                    && values.len() == object.attributes.len()
                    && values
                        .iter()
                        .zip(&object.attributes)
                        .all(|((name, value), (other, ty))| name == other && value.has_type(ty))
            }
            (
                Kind::Bool(_)
                | Kind::Number(_)
                | Kind::String(_)
                | Kind::List(..)
                | Kind::Set(..)
                | Kind::Map(..)
                | Kind::Tuple(_)
                | Kind::Object(_),
                _,
            ) => false,
        }
    }
}

/// Why a conversion failed.
enum Problem {
    /// There is no conversion between the types.
    Types,
    /// A part of the value does not convert; the steps to it, innermost first.
    At(Vec<PathStep>, String),
}

type Converted = Result<Value, Problem>;

impl Problem {
    fn here(message: &str) -> Problem {
        Problem::At(Vec::new(), message.to_owned())
    }

    fn below(self, step: PathStep) -> Problem {
        match self {
            Problem::Types => Problem::Types,
            Problem::At(mut steps, message) => {
                steps.push(step);
                Problem::At(steps, message)
            }
        }
    }
}

fn converted(value: &Value, wanted: &Type) -> Converted {
    if *wanted == Type::Dynamic || value.has_type(wanted) {
        return Ok(value.clone());
    }
    let marks = value.marks;
    let result = match &value.kind {
        Kind::Null(ty) => absent(ty, wanted).map(Value::null),
        Kind::Unknown(unknown) => absent(&unknown.ty, wanted).map(|ty| unknown_as(unknown, ty)),
        Kind::Bool(truth) => from_bool(*truth, wanted),
        Kind::Number(number) => from_number(number, wanted),
        Kind::String(text) => from_string(text, wanted),
        Kind::Set(element, values) if values.iter().any(|value| !value.is_wholly_known()) => {
            from_unsettled_set(element, values, wanted)
        }
        Kind::List(element, values) | Kind::Set(element, values) => {
            from_collection(element, values, wanted)
        }
        Kind::Map(element, entries) => from_map(element, entries, wanted),
        Kind::Tuple(values) => from_tuple(values, wanted),
        Kind::Object(attributes) => from_object(attributes, wanted),
    }?;
    Ok(if marks == Marks::NONE {
        result
    } else {
        result.marked(marks)
    })
}

/// The type of a null or unknown value of a type after conversion.
fn absent(ty: &Type, wanted: &Type) -> Result<Type, Problem> {
    if !can_convert(ty, wanted, true) {
        return Err(Problem::Types);
    }
    Ok(dynamic_replaced(ty, &wanted.without_optional()))
}

/// An unknown value after conversion: it is known how many elements a collection has that is made of a structure or of
/// another collection.
fn unknown_as(unknown: &Unknown, to: Type) -> Value {
    let lengths = match (&unknown.ty, &to) {
        (Type::Object(object), Type::Map(_)) => object.attributes.len().into(),
        (
            Type::Tuple(_) | Type::List(_) | Type::Set(_) | Type::Map(_),
            Type::List(_) | Type::Set(_) | Type::Map(_),
        ) => unknown.lengths(),
        _ => Lengths::ANY,
    };
    let lengths = match &to {
        Type::Set(_) => lengths.of_set(),
        _ => lengths,
    };
    let converted = Unknown {
        not_null: unknown.not_null,
        ..Unknown::of(to)
    };
    converted.refined(Refinement::Lengths(lengths)).into_value()
}

fn from_bool(truth: bool, wanted: &Type) -> Converted {
    match wanted {
        Type::String => Ok(Value::string(if truth { "true" } else { "false" })),
        _ => Err(Problem::Types),
    }
}

fn from_number(number: &Number, wanted: &Type) -> Converted {
    match wanted {
        Type::String => Ok(Value::string(number.to_string())),
        _ => Err(Problem::Types),
    }
}

fn from_string(text: &str, wanted: &Type) -> Converted {
    match wanted {
        Type::Number => Number::parse(text)
            .map(Value::number)
            .map_err(|error| Problem::here(&error.to_string())),
        Type::Bool => match text {
            "true" | "1" => Ok(Value::bool(true)),
            "false" | "0" => Ok(Value::bool(false)),
            "True" | "TRUE" => Err(Problem::here(
                "a bool is required; to convert from string, use lowercase \"true\"",
            )),
            "False" | "FALSE" => Err(Problem::here(
                "a bool is required; to convert from string, use lowercase \"false\"",
            )),
            _ => Err(Problem::here("a bool is required")),
        },
        _ => Err(Problem::Types),
    }
}

fn from_collection(element: &Type, values: &[Value], wanted: &Type) -> Converted {
    let (Type::List(target) | Type::Set(target)) = wanted else {
        return Err(Problem::Types);
    };
    if values.is_empty() {
        if !can_convert(element, target, true) {
            return Err(Problem::Types);
        }
        let target = dynamic_replaced(element, &target.without_optional());
        return Ok(gathered(wanted, target, Vec::new()));
    }
    each_element(values, target, wanted)
}

/// A set with unknown elements has no certain length, so nothing but an unknown list or set can be made of it; of the
/// list Terraform does not even know that it is not null.
fn from_unsettled_set(element: &Type, values: &[Value], wanted: &Type) -> Converted {
    match wanted {
        Type::List(target) => {
            let ty = absent(element, target)?;
            Ok(Value::unknown(Type::list(ty)))
        }
        _ => from_collection(element, values, wanted),
    }
}

fn from_tuple(values: &[Value], wanted: &Type) -> Converted {
    let target = match wanted {
        Type::Tuple(types) => return tuple_to_tuple(values, types),
        Type::List(target) | Type::Set(target) => target,
        _ => return Err(Problem::Types),
    };
    if values.is_empty() {
        return Ok(gathered(wanted, target.without_optional(), Vec::new()));
    }
    if **target != Type::Dynamic {
        return each_element(values, target, wanted);
    }
    let types: Vec<Type> = values.iter().map(Value::ty).collect();
    let target = open_list_element(&types, true).ok_or(Problem::Types)?;
    agree(values.iter(), &target)?;
    each_element(values, &target, wanted)
}

/// Where a target that was found still leaves something open, the elements have to agree on it.
fn agree<'a>(elements: impl Iterator<Item = &'a Value>, target: &Type) -> Result<(), Problem> {
    if !target.has_dynamic() {
        return Ok(());
    }
    let mut types = Vec::new();
    for element in elements {
        types.push(converted(element, target)?.ty());
    }
    types.retain(|ty| *ty != Type::Dynamic);
    types.dedup();
    if types.len() > 1 {
        return Err(Problem::Types);
    }
    Ok(())
}

fn tuple_to_tuple(values: &[Value], types: &[Type]) -> Converted {
    if values.len() != types.len() {
        return Err(Problem::Types);
    }
    let pairs = (0..).zip(values.iter().zip(types));
    let values: Result<Vec<Value>, Problem> = pairs
        .map(|(index, (value, ty))| {
            converted(value, ty).map_err(|problem| problem.below(PathStep::Index(index)))
        })
        .collect();
    Ok(Value::tuple(values?))
}

/// A list or set of at least one element, each converted to the target.
fn each_element(values: &[Value], target: &Type, wanted: &Type) -> Converted {
    let mut elements = Vec::with_capacity(values.len());
    for (index, value) in (0..).zip(values) {
        let element =
            converted(value, target).map_err(|problem| problem.below(PathStep::Index(index)))?;
        elements.push(element);
    }
    let element = common_type(target, &mut elements)?;
    Ok(gathered(wanted, element, elements))
}

fn gathered(wanted: &Type, element: Type, elements: Vec<Value>) -> Value {
    match wanted {
        Type::Set(_) => Value::set(element, elements),
        _ => Value::list(element, elements),
    }
}

/// The one type of elements that were converted to a target; where the target leaves it open, they are unified.
fn common_type(target: &Type, elements: &mut [Value]) -> Result<Type, Problem> {
    let open = target.has_dynamic();
    if !open {
        return Ok(target.without_optional());
    }
    let mut types: Vec<Type> = elements.iter().map(Value::ty).collect();
    types.dedup();
    if let [only] = types.as_slice() {
        return Ok(only.clone());
    }
    // An element whose type is not known yet is expected to turn out as its neighbours.
    types.retain(|ty| *ty != Type::Dynamic);
    let message = "cannot find a common base type for all elements";
    let unified = unify_with(&types, true).ok_or_else(|| Problem::here(message))?;
    for element in elements {
        *element = converted(element, &unified)?;
    }
    Ok(unified)
}

fn from_map(element: &Type, entries: &Entries, wanted: &Type) -> Converted {
    match wanted {
        Type::Map(target) if entries.is_empty() => {
            if !can_convert(element, target, true) {
                return Err(Problem::Types);
            }
            let target = dynamic_replaced(element, &target.without_optional());
            Ok(Value::map(target, BTreeMap::new()))
        }
        Type::Map(target) => each_entry(entries, target),
        Type::Object(object) => map_to_object(element, entries, object),
        _ => Err(Problem::Types),
    }
}

fn from_object(attributes: &Entries, wanted: &Type) -> Converted {
    let target = match wanted {
        Type::Object(object) => return object_to_object(attributes, object),
        Type::Map(target) => target,
        _ => return Err(Problem::Types),
    };
    if attributes.is_empty() {
        return Ok(Value::map(target.without_optional(), BTreeMap::new()));
    }
    if **target != Type::Dynamic {
        return each_entry(attributes, target);
    }
    let types: Vec<Type> = attributes.values().map(Value::ty).collect();
    let target = open_map_element(&types, true).ok_or(Problem::Types)?;
    agree(attributes.values(), &target)?;
    each_entry(attributes, &target)
}

/// A map of at least one entry, each converted to the target.
fn each_entry(entries: &Entries, target: &Type) -> Converted {
    let mut values = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        let value = converted(value, target)
            .map_err(|problem| problem.below(PathStep::Key(key.clone())))?;
        values.push(value);
    }
    let element = common_type(target, &mut values)?;
    Ok(Value::map(
        element,
        entries.keys().cloned().zip(values).collect(),
    ))
}

fn map_to_object(element: &Type, entries: &Entries, object: &ObjectType) -> Converted {
    let possible = |ty: &Type| can_convert(element, ty, true);
    if !object.attributes.values().all(possible) {
        return Err(Problem::Types);
    }
    let mut attributes = BTreeMap::new();
    for (name, ty) in &object.attributes {
        let value = match entries.get(name) {
            Some(value) => converted(value, ty)
                .map_err(|problem| problem.below(PathStep::Key(name.clone())))?,
            None if object.optional.contains(name) => Value::null(ty.without_optional()),
            None => {
                let message = format!("map has no element for required attribute {name:?}");
                return Err(Problem::here(&message));
            }
        };
        attributes.insert(name.clone(), value);
    }
    Ok(Value::object(attributes))
}

fn object_to_object(attributes: &Entries, object: &ObjectType) -> Converted {
    let mut result = BTreeMap::new();
    for (name, ty) in &object.attributes {
        let value = match attributes.get(name) {
            Some(value) => converted(value, ty)
                .map_err(|problem| problem.below(PathStep::Attribute(name.clone())))?,
            None if object.optional.contains(name) => Value::null(ty.without_optional()),
            None => return Err(Problem::Types),
        };
        result.insert(name.clone(), value);
    }
    Ok(Value::object(result))
}
