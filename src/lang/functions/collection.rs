//! Functions that look into one list, set, map, tuple or object.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "every other type of argument is refused, or treated, alike"
)]

use super::arguments::{Arguments, element_type};
use super::signature::Parameter as P;
use super::{Accepts, Answer, CallError, Function, Returns, failed, string, wrong};
use crate::address::Name;
use crate::value::{Bounds, Kind, Lengths, Marks, Refinement, Type, Unknown, Value, convert};
use std::collections::BTreeMap;

const LIST: P = P::new("list", Accepts::Any, "The list, tuple or set.");
const TRUTH: Returns = Returns::Always(Accepts::Bool);

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "alltrue",
        "Tells whether all elements are true; so they are when there is none.",
        ("alltrue([true, false])", "false"),
        TRUTH,
        |call| decide(call, false),
    )
    .takes(&[P::new("list", Accepts::ListOfBool, "The truth values.")]),
    Function::new(
        "anytrue",
        "Tells whether some element is true.",
        ("anytrue([true, false])", "true"),
        TRUTH,
        |call| decide(call, true),
    )
    .takes(&[P::new("list", Accepts::ListOfBool, "The truth values.")]),
    Function::new(
        "contains",
        "Tells whether a value is an element.",
        (r#"contains(["a", "b"], "a")"#, "true"),
        TRUTH,
        contains,
    )
    .declares(Accepts::Any)
    .takes(&[
        LIST,
        P::new("value", Accepts::Any, "The value to look for."),
    ]),
    Function::new(
        "element",
        "Takes one element; an index beyond the end starts again from the beginning.",
        (r#"element(["a", "b"], 3)"#, r#""b""#),
        Returns::By(element_result),
        element,
    )
    .takes(&[
        LIST.marked(),
        P::new("index", Accepts::Number, "The index, from 0."),
    ])
    .maybe_null(),
    Function::new(
        "index",
        "Finds the index of the first element that equals a value.",
        (r#"index(["a", "b"], "b")"#, "1"),
        Returns::Always(Accepts::Number),
        index,
    )
    .declares(Accepts::Any)
    .takes(&[
        LIST,
        P::new("value", Accepts::Any, "The value to look for."),
    ]),
    Function::new(
        "keys",
        "Lists the keys of a map or the attribute names of an object, sorted.",
        ("keys({b = 1, a = 2})", r#"["a", "b"]"#),
        Returns::By(|call| keys(call).map(|value| value.ty())),
        keys,
    )
    .takes(&[P::new("inputMap", Accepts::Any, "The map or object.")
        .marked()
        .unknown()]),
    Function::new(
        "length",
        "Counts the elements of a collection or the characters of a text.",
        (r#"length(["a", "b"])"#, "2"),
        Returns::Always(Accepts::Number),
        length,
    )
    .takes(&[P::new("value", Accepts::Any, "The collection or text.")
        .marked()
        .unknown()]),
    Function::new(
        "lookup",
        "Takes the element of a key, or the default when there is none.",
        (r#"lookup({a = 1}, "b", 0)"#, "0"),
        Returns::By(lookup_type),
        lookup,
    )
    .takes(&[
        P::new("inputMap", Accepts::Any, "The map or object.")
            .marked()
            .unknown(),
        P::new("key", Accepts::String, "The key.")
            .marked()
            .unknown(),
    ])
    .variadic(
        P::new("default", Accepts::Any, "What to give instead.")
            .nullable()
            .unknown()
            .marked(),
    )
    .maybe_null(),
    Function::new(
        "one",
        "Takes the only element; null when there is none.",
        (r#"one(["a"])"#, r#""a""#),
        Returns::By(|call| match call.ty(0) {
            Type::List(element) | Type::Set(element) => Ok(element.as_ref().clone()),
            Type::Tuple(parts) => match parts.as_ref() {
                [] => Ok(Type::Dynamic),
                [only] => Ok(only.clone()),
                _ => Err(not_one()),
            },
            _ => Err(not_one()),
        }),
        one,
    )
    .takes(&[LIST])
    .maybe_null(),
    Function::new(
        "values",
        "Lists the elements of a map or the attributes of an object, in the order of their keys.",
        ("values({b = 1, a = 2})", "[2, 1]"),
        Returns::By(|call| match call.ty(0) {
            Type::Map(element) => Ok(Type::List(element)),
            Type::Object(object) => Ok(Type::tuple(object.attributes.values().cloned().collect())),
            _ => Err(failed(VALUES_OF_A_MAP)),
        }),
        values,
    )
    .takes(&[P::new("mapping", Accepts::Any, "The map or object.").marked()]),
    Function::new(
        "zipmap",
        "Makes a map of a list of keys and a list of values.",
        (r#"zipmap(["a", "b"], [1, 2])"#, "{a = 1, b = 2}"),
        Returns::By(zipmap_type),
        zipmap,
    )
    .takes(&[
        P::new("keys", Accepts::ListOfString, "The keys.").marked(),
        P::new("values", Accepts::Any, "The values.").marked(),
    ]),
];

const VALUES_OF_A_MAP: &str = "values() requires a map as the first argument";

/// Whether some element is `wanted`, giving it if so and its opposite if not.
///
/// An unknown element settles `alltrue` at once, while `anytrue` goes on to look for a true one.
fn decide(call: &Arguments<'_>, wanted: bool) -> Answer {
    let mut unknown = false;
    for value in call.elements(0)? {
        match &value.kind {
            Kind::Unknown(_) if wanted => unknown = true,
            Kind::Unknown(_) => return Ok(Value::unknown_not_null(Type::Bool)),
            // Null is not true.
            Kind::Null(_) if !wanted => return Ok(Value::bool(false)),
            kind if *kind == Kind::Bool(wanted) => return Ok(Value::bool(wanted)),
            _ => {}
        }
    }
    Ok(if unknown {
        Value::unknown_not_null(Type::Bool)
    } else {
        Value::bool(!wanted)
    })
}

fn contains(call: &Arguments<'_>) -> Answer {
    let value = call.get(1)?;
    let elements = call
        .get(0)?
        .as_elements()
        .ok_or_else(|| failed("argument must be list, tuple, or set"))?;
    let mut unknown = false;
    for element in elements {
        match value.equals(element) {
            Some(true) => return Ok(Value::bool(true)),
            Some(false) => {}
            None => unknown = true,
        }
    }
    Ok(if unknown {
        Value::unknown_not_null(Type::Bool)
    } else {
        Value::bool(false)
    })
}

fn element_result(call: &Arguments<'_>) -> Result<Type, CallError> {
    if let (Kind::Tuple(parts), Some(_)) = (&call.get(0)?.kind, call.get(1)?.as_number()) {
        let at = position(call, parts.len())?;
        return Ok(parts.get(at).map_or(Type::Dynamic, Value::ty));
    }
    match call.ty(0) {
        Type::List(element) => Ok(element.as_ref().clone()),
        Type::Tuple(_) if call.get(1)?.as_number().is_none() => Ok(Type::Dynamic),
        Type::Tuple(parts) => {
            let at = position(call, parts.len())?;
            Ok(parts.get(at).cloned().unwrap_or(Type::Dynamic))
        }
        other => Err(failed(format!(
            "cannot read elements from {}",
            other.friendly()
        ))),
    }
}

/// The index, modulo the length. A negative one counts from the end of a list; tuples have none.
fn position(call: &Arguments<'_>, length: usize) -> Result<usize, CallError> {
    let index = call.integer(1)?;
    let length = i64::try_from(length).unwrap_or(i64::MAX);
    let rest = index
        .checked_rem_euclid(length)
        .ok_or_else(|| failed("cannot use element function with an empty list"))?;
    if index < 0 && rest != 0 && matches!(call.get(0)?.kind, Kind::Tuple(_)) {
        return Err(failed(
            "cannot use element function with a negative index of a tuple",
        ));
    }
    usize::try_from(rest).map_err(|_| failed("no such element"))
}

fn element(call: &Arguments<'_>) -> Answer {
    element_result(call)?;
    let list = call.get(0)?;
    let elements = call.elements(0)?;
    let at = position(call, elements.len())?;
    let element = elements.get(at).cloned();
    element
        .map(|element| element.marked(list.marks))
        .ok_or_else(|| failed("no such element"))
}

fn index(call: &Arguments<'_>) -> Answer {
    let list = call.get(0)?;
    let (Kind::List(_, elements) | Kind::Tuple(elements)) = &list.kind else {
        return Err(failed("argument must be a list or tuple"));
    };
    if elements.is_empty() {
        return Err(failed("cannot search an empty list"));
    }
    for (position, element) in elements.iter().enumerate() {
        match element.equals(call.get(1)?) {
            Some(true) => return Ok(Value::number(position)),
            Some(false) => {}
            None => return Ok(Value::unknown_not_null(Type::Number)),
        }
    }
    Err(failed("item not found"))
}

fn keys(call: &Arguments<'_>) -> Answer {
    let value = call.get(0)?;
    let texts = |names: &mut dyn Iterator<Item = &Name>| -> Vec<Value> {
        names
            .map(|name| Value::new(Kind::String(name.clone())))
            .collect()
    };
    let keys = match (value.ty(), &value.kind) {
        (Type::Map(_), Kind::Map(_, entries)) => {
            Value::list(Type::String, texts(&mut entries.keys()))
        }
        (Type::Map(_), _) => Value::unknown_not_null(Type::list(Type::String)),
        (Type::Object(object), _) => Value::tuple(texts(&mut object.attributes.keys())),
        (Type::Dynamic, _) => Value::unknown(Type::Dynamic),
        _ => return Err(wrong(0, "must have map or object type")),
    };
    Ok(keys.marked(value.marks))
}

fn length(call: &Arguments<'_>) -> Answer {
    let value = call.get(0)?;
    let count = match &value.kind {
        Kind::String(text) => Value::number(string::length(text)),
        Kind::Object(entries) => Value::number(entries.len()),
        Kind::List(..) | Kind::Set(..) | Kind::Map(..) | Kind::Tuple(_) => {
            length_among(value.lengths())
        }
        Kind::Unknown(unknown) => unknown_length(unknown)?,
        Kind::Bool(_) | Kind::Number(_) | Kind::Null(_) => return Err(no_length()),
    };
    Ok(count.marked(value.marks))
}

/// The length of a value that is not known, as far as its type and what is known of it say.
fn unknown_length(unknown: &Unknown) -> Answer {
    match &unknown.ty {
        Type::Object(object) => Ok(Value::number(object.attributes.len())),
        Type::Tuple(_) | Type::List(_) | Type::Set(_) | Type::Map(_) => {
            Ok(length_among(unknown.lengths()))
        }
        Type::String => {
            let lower = Some(string::length(unknown.beginning()));
            let bounds = Bounds { lower, upper: None };
            Ok(Value::unknown_refined(
                Type::Number,
                Refinement::Numbers(bounds),
            ))
        }
        Type::Dynamic => Ok(Value::unknown_not_null(Type::Number)),
        Type::Bool | Type::Number => Err(no_length()),
    }
}

/// A number that is one of the lengths, and known where there is only one.
fn length_among(lengths: Lengths) -> Value {
    let bounds = Bounds {
        lower: Some(lengths.least.into()),
        upper: Some(lengths.most.into()),
    };
    Value::unknown_refined(Type::Number, Refinement::Numbers(bounds))
}

fn no_length() -> CallError {
    failed("argument must be a string, a collection type, or a structural type")
}

fn lookup_type(call: &Arguments<'_>) -> Result<Type, CallError> {
    let defaults = call.from(2);
    if defaults.len() > 1 {
        let count = call.all().len();
        return Err(failed(format!(
            "lookup() takes two or three arguments, got {count}"
        )));
    }
    // The type of a whole object of thousands is more than one of its attributes needs.
    if let (Kind::Object(attributes), Some(key)) = (&call.get(0)?.kind, call.get(1)?.as_str())
        && let Some(found) = attributes.get(key).or_else(|| defaults.first())
    {
        return Ok(found.ty());
    }
    match call.ty(0) {
        Type::Object(object) => {
            let Some(key) = call.get(1)?.as_str() else {
                return Ok(Type::Dynamic);
            };
            if let Some(ty) = object.attributes.get(key) {
                return Ok(ty.clone());
            }
            let message = format!("the given object has no attribute {key:?}");
            defaults
                .first()
                .map(Value::ty)
                .ok_or_else(|| wrong(0, message))
        }
        Type::Map(element) => {
            let unfit = defaults
                .first()
                .is_some_and(|value| convert(value, &element).is_err());
            if unfit {
                let message = "the default value must have the same type as the map elements";
                return Err(wrong(2, message));
            }
            Ok(element.as_ref().clone())
        }
        _ => Err(wrong(0, "lookup() requires a map as the first argument")),
    }
}

fn lookup(call: &Arguments<'_>) -> Answer {
    let (map, key) = (call.get(0)?, call.get(1)?);
    let marks = map.marks | key.marks;
    if map.is_untyped() {
        return Ok(Value::unknown(Type::Dynamic));
    }
    let ty = lookup_type(call)?;
    if map.is_unknown() || key.is_unknown() {
        return Ok(Value::unknown(ty).marked(marks));
    }
    let name = call.text(1)?;
    if let Some(value) = map.get(name) {
        return Ok(value.clone().marked(marks));
    }
    let Some(default) = call.from(2).first() else {
        let shown = if key.marks.contains(Marks::SENSITIVE) {
            "(sensitive value)".to_owned()
        } else {
            format!("{name:?}")
        };
        return Err(failed(format!("lookup failed to find key {shown}")));
    };
    let default = convert(default, &ty).map_err(|error| wrong(2, error.message))?;
    Ok(default.marked(marks))
}

fn not_one() -> CallError {
    wrong(
        0,
        "must be a list, set, or tuple value with either zero or one elements",
    )
}

fn one(call: &Arguments<'_>) -> Answer {
    let value = call.get(0)?;
    let elements = value.as_elements().ok_or_else(not_one)?;
    match elements {
        [] => {
            let ty = value.ty();
            Ok(Value::null(
                element_type(&ty).cloned().unwrap_or(Type::Dynamic),
            ))
        }
        [only] => Ok(only.clone()),
        _ if matches!(value.kind, Kind::Set(..)) && !value.is_wholly_known() => {
            let ty = value.ty();
            Ok(Value::unknown(
                element_type(&ty).cloned().unwrap_or(Type::Dynamic),
            ))
        }
        _ => Err(not_one()),
    }
}

fn values(call: &Arguments<'_>) -> Answer {
    let value = call.get(0)?;
    let values = match &value.kind {
        Kind::Map(element, entries) => {
            Value::list(element.clone(), entries.values().cloned().collect())
        }
        Kind::Object(entries) => Value::tuple(entries.values().cloned().collect()),
        _ => return Err(failed(VALUES_OF_A_MAP)),
    };
    Ok(values.marked(value.marks))
}

fn zipmap_type(call: &Arguments<'_>) -> Result<Type, CallError> {
    match call.ty(1) {
        Type::List(element) => Ok(Type::Map(element)),
        Type::Tuple(parts) => {
            let keys = call.get(0)?;
            let Some(names) = keys.as_elements().filter(|_| keys.is_wholly_known()) else {
                return Ok(Type::Dynamic);
            };
            if names.len() != parts.len() {
                return Err(unlike_lengths(names.len(), parts.len()));
            }
            let names = names.iter().map(|name| name.as_str().unwrap_or_default());
            Ok(Type::object(names.zip(parts.iter().cloned())))
        }
        _ => Err(failed("values argument must be a list or tuple value")),
    }
}

fn unlike_lengths(keys: usize, values: usize) -> CallError {
    failed(format!(
        "number of keys ({keys}) does not match number of values ({values})"
    ))
}

fn zipmap(call: &Arguments<'_>) -> Answer {
    let ty = zipmap_type(call)?;
    let (keys, list) = (call.get(0)?, call.get(1)?);
    let (names, values) = (call.elements(0)?, call.elements(1)?);
    let mut marks = keys.marks | list.marks;
    if !names.iter().all(Value::is_wholly_known) {
        let unknown = if ty == Type::Dynamic {
            Value::unknown
        } else {
            Value::unknown_not_null
        };
        return Ok(unknown(ty).marked(marks));
    }
    if names.len() != values.len() {
        return Err(unlike_lengths(names.len(), values.len()));
    }
    let mut entries: BTreeMap<Name, Value> = BTreeMap::new();
    for (name, value) in names.iter().zip(values) {
        marks = marks | name.marks;
        let name = name
            .as_str()
            .ok_or_else(|| failed("the list of keys has a null value"))?;
        entries.insert(name.into(), value.clone());
    }
    let result = match ty {
        Type::Map(element) => Value::map(element.as_ref().clone(), entries),
        _ => Value::object(entries),
    };
    Ok(result.marked(marks))
}
