//! Functions that make a new list or map of others.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "every other type of argument is refused, or treated, alike"
)]

use super::arguments::{Arguments, element_type};
use super::limits::{MAX_ELEMENTS, room_for_elements};
use super::signature::Parameter as P;
use super::{Accepts, Answer, CallError, Function, Returns, about, failed, wrong};
use crate::address::Name;
use crate::value::{Kind, Marks, Refinement, Type, Value, convert, unify};
use std::collections::{BTreeMap, BTreeSet};

const SEQUENCE: P = P::new("list", Accepts::Any, "The list or tuple.");
const LIST: P = P::new("list", Accepts::ListOfAny, "The list.");
const LIST_OF_TEXTS: Returns = Returns::Always(Accepts::ListOfString);

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "chunklist",
        "Cuts a list into lists of at most so many elements.",
        (r#"chunklist(["a", "b", "c"], 2)"#, r#"[["a", "b"], ["c"]]"#),
        Returns::By(|call| Ok(Type::list(call.ty(0)))),
        chunklist,
    )
    .declares(Accepts::ListOfListOfAny)
    .takes(&[
        LIST.marked(),
        P::new("size", Accepts::Number, "The length of a part; 0 for a single part."),
    ]),
    Function::new(
        "coalesce",
        "Gives the first argument that is neither null nor an empty text.",
        (r#"coalesce("", "a")"#, r#""a""#),
        Returns::By(coalesce_type),
        coalesce,
    )
    .variadic(P::new("vals", Accepts::Any, "The candidates.").nullable().unknown()),
    Function::new(
        "coalescelist",
        "Gives the first list that is not empty.",
        (r#"coalescelist([], ["a"])"#, r#"["a"]"#),
        Returns::By(|_| Ok(Type::Dynamic)),
        coalescelist,
    )
    .variadic(P::new("vals", Accepts::Any, "The candidates.").nullable().unknown()),
    Function::new(
        "compact",
        "Leaves out nulls and empty texts.",
        (r#"compact(["a", "", null])"#, r#"["a"]"#),
        LIST_OF_TEXTS,
        compact,
    )
    .takes(&[P::new("list", Accepts::ListOfString, "The texts.")]),
    Function::new(
        "concat",
        "Joins lists or tuples to one.",
        (r#"concat(["a"], ["b"])"#, r#"["a", "b"]"#),
        Returns::By(concat_type),
        concat,
    )
    .variadic(P::new("seqs", Accepts::Any, "The lists or tuples.").marked()),
    Function::new(
        "distinct",
        "Leaves out elements that stood before.",
        (r#"distinct(["a", "b", "a"])"#, r#"["a", "b"]"#),
        Returns::By(|call| Ok(call.ty(0))),
        distinct,
    )
    .declares(Accepts::ListOfAny)
    .takes(&[LIST]),
    Function::new(
        "flatten",
        "Puts the elements of lists within a list in the place of those lists, at any depth.",
        (r#"flatten([["a"], ["b", ["c"]]])"#, r#"["a", "b", "c"]"#),
        Returns::By(|_| Ok(Type::Dynamic)),
        flatten,
    )
    .takes(&[P::new("list", Accepts::Any, "The list, set or tuple.").marked()]),
    Function::new(
        "matchkeys",
        "Takes those values whose key, at the same index of another list, is among the wanted ones.",
        (r#"matchkeys(["a", "b"], ["x", "y"], ["y"])"#, r#"["b"]"#),
        Returns::By(|call| {
            matched_type(call)?;
            Ok(call.ty(0))
        }),
        matchkeys,
    )
    .declares(Accepts::ListOfAny)
    .takes(&[
        P::new("values", Accepts::ListOfAny, "The values."),
        P::new("keys", Accepts::ListOfAny, "The key of each value."),
        P::new("searchset", Accepts::ListOfAny, "The wanted keys."),
    ]),
    Function::new(
        "merge",
        "Joins maps or objects to one; a later one wins.",
        ("merge({a = 1}, {b = 2})", "{a = 1, b = 2}"),
        Returns::By(merge_type),
        merge,
    )
    .variadic(P::new("maps", Accepts::Any, "The maps or objects.").nullable().marked().unknown()),
    Function::new(
        "reverse",
        "Turns the order of a list around.",
        (r#"reverse(["a", "b"])"#, r#"["b", "a"]"#),
        Returns::By(reverse_type),
        reverse,
    )
    .takes(&[SEQUENCE.marked()]),
    Function::new(
        "slice",
        "Takes the elements from one index up to, and without, another.",
        (r#"slice(["a", "b", "c"], 1, 3)"#, r#"["b", "c"]"#),
        Returns::By(slice_type),
        slice,
    )
    .takes(&[
        SEQUENCE.marked(),
        P::new("start_index", Accepts::Number, "The index of the first element."),
        P::new("end_index", Accepts::Number, "The index after the last element."),
    ]),
    Function::new(
        "sort",
        "Sorts texts by their characters.",
        (r#"sort(["b", "a"])"#, r#"["a", "b"]"#),
        LIST_OF_TEXTS,
        sort,
    )
    .takes(&[P::new("list", Accepts::ListOfString, "The texts.").unknown()]),
    Function::new(
        "transpose",
        "Swaps the keys and the elements of a map of lists.",
        (r#"transpose({a = ["1", "2"]})"#, r#"{"1" = ["a"], "2" = ["a"]}"#),
        Returns::Always(Accepts::MapOfListOfString),
        transpose,
    )
    .takes(&[P::new("values", Accepts::MapOfListOfString, "The map.")]),
];

/// The elements of an argument that is a list by its parameter, with its element type.
fn list<'a>(call: &Arguments<'a>, index: usize) -> Result<(Type, &'a [Value]), CallError> {
    let ty = call.ty(index);
    let element = element_type(&ty).cloned().unwrap_or(Type::Dynamic);
    Ok((element, call.elements(index)?))
}

fn unknown(ty: Type) -> Value {
    Value::unknown_not_null(ty)
}

fn chunklist(call: &Arguments<'_>) -> Answer {
    let (element, elements) = list(call, 0)?;
    let size = call.integer(1)?;
    let size = usize::try_from(size).map_err(|_| failed("the size argument must be positive"))?;
    let size = if size == 0 {
        elements.len().max(1)
    } else {
        size
    };
    let chunks = elements
        .chunks(size)
        .map(|chunk| Value::list(element.clone(), chunk.to_vec()));
    let chunks = Value::list(Type::list(element.clone()), chunks.collect());
    Ok(chunks.marked(call.get(0)?.marks))
}

fn coalesce_type(call: &Arguments<'_>) -> Result<Type, CallError> {
    let types: Vec<Type> = call.all().iter().map(Value::ty).collect();
    unify(&types).ok_or_else(|| failed("all arguments must have the same type"))
}

fn coalesce(call: &Arguments<'_>) -> Answer {
    let ty = coalesce_type(call)?;
    for value in call.all() {
        // A value that does not fit after all is passed over, as null is.
        let Ok(value) = convert(value, &ty) else {
            continue;
        };
        match &value.kind {
            Kind::Unknown(_) if ty == Type::Dynamic => return Ok(Value::unknown(ty)),
            Kind::Unknown(_) => return Ok(unknown(ty)),
            Kind::Null(_) => {}
            Kind::String(text) if text.is_empty() => {}
            _ => return Ok(value),
        }
    }
    Err(failed("no non-null, non-empty-string arguments"))
}

fn coalescelist(call: &Arguments<'_>) -> Answer {
    if call.all().is_empty() {
        return Err(failed("at least one argument is required"));
    }
    // With an unknown argument the type is open, but a filled one before it is the result all the same.
    let known = || call.all().iter().take_while(|value| !value.is_unknown());
    for value in known() {
        if !matches!(value.ty(), Type::List(_) | Type::Tuple(_)) {
            return Err(failed("coalescelist arguments must be lists or tuples"));
        }
    }
    let filled = |value: &&Value| {
        value
            .as_elements()
            .is_some_and(|elements| !elements.is_empty())
    };
    let first = known().find(filled).cloned();
    let is_open = call.all().iter().any(Value::is_unknown);
    first
        .or_else(|| is_open.then(|| Value::unknown(Type::Dynamic)))
        .ok_or_else(|| failed("no non-null arguments"))
}

fn compact(call: &Arguments<'_>) -> Answer {
    let elements = call.elements(0)?;
    if !elements.iter().all(Value::is_wholly_known) {
        return Ok(unknown(Type::list(Type::String)));
    }
    let kept = elements
        .iter()
        .filter(|value| value.as_str().is_some_and(|text| !text.is_empty()));
    Ok(Value::list(Type::String, kept.cloned().collect()))
}

fn concat_type(call: &Arguments<'_>) -> Result<Type, CallError> {
    if call.all().is_empty() {
        return Err(failed("at least one argument is required"));
    }
    let types: Vec<Type> = call.all().iter().map(Value::ty).collect();
    if types.iter().all(|ty| matches!(ty, Type::List(_)))
        && let Some(common) = unify(&types)
    {
        return Ok(common);
    }
    let mut parts = Vec::new();
    for (index, (value, ty)) in call.all().iter().zip(types).enumerate() {
        match ty {
            Type::Tuple(own) => parts.extend(own.iter().cloned()),
            Type::List(element) => match value.as_elements() {
                Some(elements) => {
                    parts.extend(std::iter::repeat_n(
                        element.as_ref().clone(),
                        elements.len(),
                    ));
                }
                None => return Ok(Type::Dynamic),
            },
            other => {
                let got = other.friendly();
                let message = format!("all arguments must be lists or tuples; got {got}");
                return Err(wrong(index, message));
            }
        }
    }
    Ok(Type::tuple(parts))
}

fn concat(call: &Arguments<'_>) -> Answer {
    let ty = concat_type(call)?;
    let mut marks = Marks::NONE;
    let mut elements = Vec::new();
    for (index, value) in call.all().iter().enumerate() {
        marks = marks | value.marks;
        match &ty {
            Type::List(_) => {
                let list = convert(value, &ty).map_err(|error| wrong(index, error.message))?;
                elements.extend(list.as_elements().unwrap_or_default().iter().cloned());
            }
            _ => elements.extend(call.elements(index)?.iter().cloned()),
        }
        room_for_elements(elements.len())?;
    }
    let joined = match ty {
        Type::List(element) => Value::list(element.as_ref().clone(), elements),
        _ => Value::tuple(elements),
    };
    Ok(joined.marked(marks))
}

fn distinct(call: &Arguments<'_>) -> Answer {
    let (element, elements) = list(call, 0)?;
    if !elements.iter().all(Value::is_wholly_known) {
        return Ok(unknown(Type::list(element)));
    }
    let mut order: Vec<usize> = (0..elements.len()).collect();
    let of = |index: &usize| elements.get(*index);
    order.sort_by(|a, b| match (of(a), of(b)) {
        (Some(left), Some(right)) => left.canonical_order(right).then(a.cmp(b)),
        _ => a.cmp(b),
    });
    order.dedup_by(|later, earlier| of(later) == of(earlier));
    let kept: BTreeSet<usize> = order.into_iter().collect();
    Ok(Value::list(
        element,
        kept.iter().filter_map(of).cloned().collect(),
    ))
}

fn flatten(call: &Arguments<'_>) -> Answer {
    let value = call.get(0)?;
    if value.as_elements().is_none() {
        return Err(failed("can only flatten lists, sets and tuples"));
    }
    let mut flat = Vec::new();
    let mut marks = Marks::NONE;
    let known = flatten_into(value, &mut flat, &mut marks);
    room_for_elements(flat.len())?;
    let result = if known {
        Value::tuple(flat)
    } else {
        Value::unknown(Type::Dynamic)
    };
    Ok(result.marked(marks))
}

/// Whether everything that is flattened is known.
fn flatten_into(value: &Value, flat: &mut Vec<Value>, marks: &mut Marks) -> bool {
    let mut known = true;
    *marks = *marks | value.marks;
    if matches!(value.kind, Kind::Set(..)) && !value.is_wholly_known() {
        return false;
    }
    for element in value.as_elements().unwrap_or_default() {
        if flat.len() > MAX_ELEMENTS {
            return false;
        }
        let nested = matches!(
            element.ty(),
            Type::List(_) | Type::Set(_) | Type::Tuple(_) | Type::Dynamic
        );
        // One that is marked and of no known type is overlooked by Terraform.
        let is_overlooked =
            element.is_untyped() && element.marks.without(Marks::PREDICTED) != Marks::NONE;
        if element.is_unknown() && nested && !is_overlooked {
            *marks = *marks | element.marks;
            known = false;
        } else if element.as_elements().is_some() {
            known &= flatten_into(element, flat, marks);
        } else {
            flat.push(element.clone());
        }
    }
    known
}

/// The type that the keys and the wanted keys have in common.
fn matched_type(call: &Arguments<'_>) -> Result<Type, CallError> {
    unify(&[call.ty(1), call.ty(2)])
        .ok_or_else(|| failed("keys and searchset must be of the same type"))
}

fn matchkeys(call: &Arguments<'_>) -> Answer {
    let (element, values) = list(call, 0)?;
    let common = matched_type(call)?;
    let of_common = |index: usize| {
        let list = call.get(index)?;
        convert(list, &common).map_err(|error| wrong(index, error.message))
    };
    let (keys, wanted) = (of_common(1)?, of_common(2)?);
    let all_keys = keys.as_elements().unwrap_or_default();
    if values.len() != all_keys.len() {
        return Err(failed("length of keys and values should be equal"));
    }
    let nothing = || Ok(Value::list(element.clone(), Vec::new()));
    if wanted.parts().next().is_none() {
        return nothing();
    }
    if !keys.is_wholly_known() || !values.iter().all(Value::is_wholly_known) {
        return Ok(unknown(Type::list(element)));
    }
    let mut kept = Vec::new();
    for (value, key) in values.iter().zip(all_keys) {
        for candidate in wanted.parts() {
            match key.equals(candidate) {
                Some(true) => {
                    kept.push(value.clone());
                    break;
                }
                Some(false) => {}
                // As Terraform, which takes nothing then.
                None => return nothing(),
            }
        }
    }
    Ok(Value::list(element, kept))
}

fn merge_type(call: &Arguments<'_>) -> Result<Type, CallError> {
    let mut attributes: BTreeMap<Name, Type> = BTreeMap::new();
    let mut complete = true;
    let mut types = Vec::new();
    for value in call.all() {
        let ty = value.ty();
        match (&ty, &value.kind) {
            (Type::Dynamic, _) => return Ok(Type::Dynamic),
            (Type::Map(_) | Type::Object(_), Kind::Null(_)) => {}
            (Type::Object(object), _) => attributes.extend(object.attributes.clone()),
            (Type::Map(element), Kind::Map(_, entries)) => {
                let keys = entries.keys().cloned();
                attributes.extend(keys.map(|key| (key, element.as_ref().clone())));
            }
            (Type::Map(_), _) => complete = false,
            (other, _) => {
                let got = other.friendly();
                return Err(failed(format!(
                    "arguments must be maps or objects, got {got:?}"
                )));
            }
        }
        types.push(ty);
    }
    match types.split_first() {
        Some((first, rest)) if rest.iter().all(|ty| ty == first) => Ok(first.clone()),
        _ if complete => Ok(Type::object(attributes)),
        _ => Ok(Type::Dynamic),
    }
}

fn merge(call: &Arguments<'_>) -> Answer {
    let ty = merge_type(call)?;
    if call.all().iter().any(Value::is_unknown) {
        return Ok(match ty {
            Type::Dynamic => Value::unknown(ty),
            _ => unknown(ty),
        });
    }
    let nothing = !call.all().is_empty() && call.all().iter().all(Value::is_null);
    if nothing && ty != Type::Dynamic {
        return Ok(Value::null(ty));
    }
    let mut marks = Marks::NONE;
    let mut merged: BTreeMap<Name, Value> = BTreeMap::new();
    for value in call.all() {
        // What a null is marked with is lost.
        if value.is_null() {
            continue;
        }
        marks = marks | value.marks;
        let entries = value.as_entries().into_iter().flatten();
        merged.extend(entries.map(|(name, value)| (name.clone(), value.clone())));
    }
    let result = match ty {
        Type::Map(element) => Value::map(element.as_ref().clone(), merged),
        _ => Value::object(merged),
    };
    Ok(result.marked(marks))
}

fn reverse_type(call: &Arguments<'_>) -> Result<Type, CallError> {
    match call.ty(0) {
        Type::List(element) | Type::Set(element) => Ok(Type::List(element)),
        Type::Tuple(parts) => Ok(Type::tuple(parts.iter().rev().cloned().collect())),
        other => {
            let got = other.friendly();
            Err(wrong(
                0,
                format!("can only reverse list or tuple values, not {got}"),
            ))
        }
    }
}

fn reverse(call: &Arguments<'_>) -> Answer {
    let ty = reverse_type(call)?;
    let reversed: Vec<Value> = call.elements(0)?.iter().rev().cloned().collect();
    Ok(like(&ty, reversed).marked(call.get(0)?.marks))
}

/// A list of the type, or a tuple.
fn like(ty: &Type, elements: Vec<Value>) -> Value {
    match ty {
        Type::List(element) => Value::list(element.as_ref().clone(), elements),
        _ => Value::tuple(elements),
    }
}

fn slice_type(call: &Arguments<'_>) -> Result<Type, CallError> {
    match call.ty(0) {
        Type::List(element) => {
            let elements = call.get(0)?.as_elements();
            bounds(call, elements.map_or(usize::MAX, <[Value]>::len))?;
            Ok(Type::List(element))
        }
        Type::Tuple(parts) => {
            let Some((start, end)) = bounds(call, parts.len())? else {
                return Ok(Type::Dynamic);
            };
            Ok(Type::tuple(
                parts.get(start..end).unwrap_or_default().to_vec(),
            ))
        }
        Type::Set(_) => {
            let message = "cannot slice a set, because its elements do not have indices; explicitly convert to a list if the ordering of the result is not important";
            Err(wrong(0, message))
        }
        _ => Err(wrong(0, "must be a list or tuple value")),
    }
}

/// Where the part begins and ends; `None` when one of the two is not known.
fn bounds(call: &Arguments<'_>, length: usize) -> Result<Option<(usize, usize)>, CallError> {
    let at = |index: usize, what: &str| {
        if call.get(index)?.is_unknown() {
            return Ok(None);
        }
        let value = call.integer(index).map_err(|error| about(index, error))?;
        let position = usize::try_from(value)
            .map_err(|_| wrong(index, format!("{what} index must not be less than zero")))?;
        if position > length {
            let message = format!("{what} index must not be greater than the length of the list");
            return Err(wrong(index, message));
        }
        Ok(Some(position))
    };
    let (Some(start), Some(end)) = (at(1, "start")?, at(2, "end")?) else {
        return Ok(None);
    };
    if start > end {
        return Err(wrong(1, "start index must not be greater than end index"));
    }
    Ok(Some((start, end)))
}

fn slice(call: &Arguments<'_>) -> Answer {
    let ty = slice_type(call)?;
    let elements = call.elements(0)?;
    let (start, end) = bounds(call, elements.len())?.unwrap_or_default();
    let part = elements.get(start..end).unwrap_or_default().to_vec();
    Ok(like(&ty, part).marked(call.get(0)?.marks))
}

fn sort(call: &Arguments<'_>) -> Answer {
    let list = call.get(0)?;
    if !list.is_wholly_known() {
        // Which text comes first is not known, but how many there are.
        let lengths = Refinement::Lengths(list.lengths());
        return Ok(Value::unknown_refined(list.ty(), lengths));
    }
    let elements = call.elements(0)?;
    if let Some(index) = elements.iter().position(Value::is_null) {
        let message = format!("given list element {index} is null; a null string cannot be sorted");
        return Err(failed(message));
    }
    let mut sorted = elements.to_vec();
    sorted.sort_by(Value::canonical_order);
    Ok(Value::list(Type::String, sorted))
}

fn transpose(call: &Arguments<'_>) -> Answer {
    let map = call.get(0)?;
    if !map.is_wholly_known() {
        return Ok(unknown(map.ty()));
    }
    let mut result: BTreeMap<Name, Vec<Value>> = BTreeMap::new();
    for (key, list) in map.as_entries().into_iter().flatten() {
        if list.is_null() {
            return Err(failed("input must not contain null list"));
        }
        for text in list.parts() {
            let text = text
                .as_str()
                .ok_or_else(|| failed("input list must not contain null string"))?;
            result
                .entry(text.into())
                .or_default()
                .push(Value::string(key));
        }
    }
    let lists = result
        .into_iter()
        .map(|(key, list)| (key, Value::list(Type::String, list)));
    Ok(Value::map(Type::list(Type::String), lists.collect()))
}
