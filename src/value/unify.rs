//! Which types convert to which, and the one type that several types can become.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "every other type is of another kind"
)]

use super::{ObjectType, Type};
use crate::address::Name;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// The one type that values of all these types can become; `None` if there is none, and for no types at all.
///
/// This is what the arms of a conditional, the elements of a list and the values of a map go through. Unlike objects
/// become maps and unlike tuples become lists where their parts allow it.
pub fn unify(types: &[Type]) -> Option<Type> {
    unify_with(types, true)
}

/// As [`unify`], but only by conversions that can never fail: no text becomes a number.
pub fn unify_safely(types: &[Type]) -> Option<Type> {
    unify_with(types, false)
}

/// Whether there is a conversion between the types; an `unsafe_too` one may still fail for single values.
pub(super) fn can_convert(from: &Type, to: &Type, unsafe_too: bool) -> bool {
    let convertible = |from: &Type, to: &Type| from == to || can_convert(from, to, unsafe_too);
    match (from, to) {
        (_, Type::Dynamic) => true,
        (Type::Bool | Type::Number | Type::String, _) if from == to => true,
        (Type::Bool | Type::Number, Type::String) => true,
        (Type::Dynamic, _) | (Type::String, Type::Bool | Type::Number) => unsafe_too,
        // A set loses the order of a list, and what repeats in it.
        (Type::List(_), Type::Set(_)) if !unsafe_too => false,
        (Type::List(from) | Type::Set(from), Type::List(to) | Type::Set(to))
        | (Type::Map(from), Type::Map(to)) => convertible(from, to),
        (Type::Tuple(parts), Type::List(to) | Type::Set(to)) if **to == Type::Dynamic => {
            parts.is_empty() || open_list_element(parts, unsafe_too).is_some()
        }
        (Type::Tuple(parts), Type::List(to) | Type::Set(to)) => all_convert(parts, to, unsafe_too),
        (Type::Object(object), Type::Map(to)) => {
            let parts: Vec<Type> = object.attributes.values().cloned().collect();
            if **to == Type::Dynamic {
                open_map_element(&parts, unsafe_too).is_some()
            } else {
                all_convert(&parts, to, unsafe_too)
            }
        }
        (Type::Tuple(from), Type::Tuple(to)) => {
            from.len() == to.len()
                && from
                    .iter()
                    .zip(to.iter())
                    .all(|(from, to)| convertible(from, to))
        }
        (Type::Object(from), Type::Object(to)) => to.attributes.iter().all(|(name, ty)| match from
            .attributes
            .get(name)
        {
            Some(own) => convertible(own, ty),
            None => to.optional.contains(name),
        }),
        (Type::Map(element), Type::Object(to)) => {
            unsafe_too && to.attributes.values().all(|ty| convertible(element, ty))
        }
        (
            Type::Bool
            | Type::Number
            | Type::String
            | Type::List(_)
            | Type::Set(_)
            | Type::Map(_)
            | Type::Tuple(_)
            | Type::Object(_),
            _,
        ) => false,
    }
}

fn all_convert(parts: &[Type], to: &Type, unsafe_too: bool) -> bool {
    parts
        .iter()
        .all(|part| part == to || can_convert(part, to, unsafe_too))
}

/// The element type of a list or set of all these parts, where the constraint leaves it open; `None` if there is none.
///
/// A part of an unknown type beside structures is no reason to give up in a conditional, but it is here: the elements
/// of a list are of one type.
pub(super) fn open_list_element(parts: &[Type], unsafe_too: bool) -> Option<Type> {
    let unified = unify_with(parts, unsafe_too)?;
    let settled = unified != Type::Dynamic || distinct(parts).len() == 1;
    settled.then_some(unified)
}

/// The element type of a map of all these parts; as for a list, but elements of an unknown type follow the others.
pub(super) fn open_map_element(parts: &[Type], unsafe_too: bool) -> Option<Type> {
    let typed: Vec<Type> = parts
        .iter()
        .filter(|part| **part != Type::Dynamic)
        .cloned()
        .collect();
    if typed.is_empty() {
        return Some(Type::Dynamic);
    }
    open_list_element(&typed, unsafe_too)
}

/// The target with what it leaves open taken from the source, as far as the source tells.
pub(super) fn dynamic_replaced(from: &Type, to: &Type) -> Type {
    if !to.has_dynamic() || *from == Type::Dynamic {
        return to.clone();
    }
    let element = |to: &Type| match from {
        Type::List(from) | Type::Set(from) | Type::Map(from) => dynamic_replaced(from, to),
        Type::Tuple(parts) => {
            let parts: Vec<Type> = parts
                .iter()
                .map(|part| dynamic_replaced(part, to))
                .collect();
            unify_with(&parts, true).unwrap_or_else(|| to.clone())
        }
        Type::Object(object) => {
            let parts = object.attributes.values();
            let parts: Vec<Type> = parts.map(|part| dynamic_replaced(part, to)).collect();
            unify_with(&parts, true).unwrap_or_else(|| to.clone())
        }
        Type::Dynamic | Type::Bool | Type::Number | Type::String => to.clone(),
    };
    match to {
        Type::Dynamic => from.clone(),
        Type::Bool | Type::Number | Type::String => to.clone(),
        Type::List(to) => Type::list(element(to)),
        Type::Set(to) => Type::set(element(to)),
        Type::Map(to) => Type::map(element(to)),
        Type::Tuple(parts) => match from {
            Type::Tuple(own) if own.len() == parts.len() => Type::tuple(
                own.iter()
                    .zip(parts.iter())
                    .map(|(own, to)| dynamic_replaced(own, to))
                    .collect(),
            ),
            _ => to.clone(),
        },
        Type::Object(object) => {
            let attribute = |name: &Name, to: &Type| match from {
                Type::Object(own) => own
                    .attributes
                    .get(name)
                    .map_or_else(|| to.clone(), |own| dynamic_replaced(own, to)),
                Type::Map(own) => dynamic_replaced(own, to),
                _ => to.clone(),
            };
            Type::object(
                object
                    .attributes
                    .iter()
                    .map(|(name, to)| (name.clone(), attribute(name, to))),
            )
        }
    }
}

pub(super) fn unify_with(types: &[Type], unsafe_too: bool) -> Option<Type> {
    let types = distinct(types);
    match types.as_slice() {
        [] => return None,
        [only] => return Some(only.clone()),
        _ => {}
    }
    let count = |is: fn(&Type) -> bool| types.iter().filter(|ty| is(ty)).count();
    let dynamics = count(|ty| *ty == Type::Dynamic);
    let maps = count(|ty| matches!(ty, Type::Map(_)));
    let lists = count(|ty| matches!(ty, Type::List(_)));
    let sets = count(|ty| matches!(ty, Type::Set(_)));
    let objects = count(|ty| matches!(ty, Type::Object(_)));
    let tuples = count(|ty| matches!(ty, Type::Tuple(_)));
    let all = |kinds: usize| kinds + dynamics == types.len();
    let one_kind = [maps, lists, sets, objects, tuples]
        .into_iter()
        .any(|kind| kind > 0 && all(kind));
    if one_kind && dynamics > 0 {
        // What the dynamic one turns out to be decides which way the others go.
        return Some(Type::Dynamic);
    }
    if maps > 0 && all(maps) {
        return unify_elements(&types, unsafe_too).map(Type::map);
    }
    if lists > 0 && all(lists) {
        return unify_elements(&types, unsafe_too).map(Type::list);
    }
    if sets > 0 && all(sets) {
        return unify_elements(&types, unsafe_too).map(Type::set);
    }
    if objects > 0 && all(objects) {
        return unify_objects(&types, unsafe_too);
    }
    if tuples > 0 && all(tuples) {
        return unify_tuples(&types, unsafe_too);
    }
    if objects > 0 && tuples > 0 {
        return None;
    }
    let in_disguise = (maps > 0 && all(maps + objects)) || (lists > 0 && all(lists + tuples));
    let disguised = if in_disguise {
        as_collections(&types, unsafe_too)
    } else {
        None
    };
    disguised.or_else(|| preferred(&types, unsafe_too))
}

/// The types without repetitions, in the order they stand.
fn distinct(types: &[Type]) -> Vec<Type> {
    let mut seen = std::collections::BTreeSet::new();
    types
        .iter()
        .filter(|ty| seen.insert(*ty))
        .cloned()
        .collect()
}

fn unify_elements(types: &[Type], unsafe_too: bool) -> Option<Type> {
    let elements: Vec<Type> = types.iter().filter_map(element).cloned().collect();
    unify_with(&elements, unsafe_too)
}

fn element(ty: &Type) -> Option<&Type> {
    match ty {
        Type::List(element) | Type::Set(element) | Type::Map(element) => Some(element),
        Type::Dynamic
        | Type::Bool
        | Type::Number
        | Type::String
        | Type::Tuple(_)
        | Type::Object(_) => None,
    }
}

/// Objects of equal attribute names become an object, others a map.
fn unify_objects(types: &[Type], unsafe_too: bool) -> Option<Type> {
    let objects: Vec<&ObjectType> = types
        .iter()
        .filter_map(|ty| match ty {
            Type::Object(object) => Some(object.as_ref()),
            _ => None,
        })
        .collect();
    let (first, rest) = objects.split_first()?;
    if !rest
        .iter()
        .all(|object| object.attributes.keys().eq(first.attributes.keys()))
    {
        return object_map(&objects, unsafe_too);
    }
    let mut attributes: BTreeMap<Name, Type> = BTreeMap::new();
    for name in first.attributes.keys() {
        let across: Vec<Type> = objects
            .iter()
            .filter_map(|object| object.attributes.get(name))
            .cloned()
            .collect();
        attributes.insert(name.clone(), unify_with(&across, unsafe_too)?);
    }
    let object = Type::object(attributes);
    // An attribute may have a type in common that the object that has it does not convert to.
    if all_convert(types, &object, unsafe_too) {
        Some(object)
    } else {
        object_map(&objects, unsafe_too)
    }
}

fn object_map(objects: &[&ObjectType], unsafe_too: bool) -> Option<Type> {
    let values: Vec<Type> = objects
        .iter()
        .flat_map(|object| object.attributes.values())
        .cloned()
        .collect();
    let element = unify_with(&values, unsafe_too)?;
    let fits = |object: &&ObjectType| {
        let own: Vec<Type> = object.attributes.values().cloned().collect();
        if element == Type::Dynamic {
            own.is_empty() || unify_with(&own, unsafe_too).is_some()
        } else {
            all_convert(&own, &element, unsafe_too)
        }
    };
    objects.iter().all(fits).then(|| Type::map(element))
}

/// Tuples of equal length become a tuple, others a list.
fn unify_tuples(types: &[Type], unsafe_too: bool) -> Option<Type> {
    let tuples: Vec<&[Type]> = types
        .iter()
        .filter_map(|ty| match ty {
            Type::Tuple(parts) => Some(parts.as_ref()),
            _ => None,
        })
        .collect();
    let (first, rest) = tuples.split_first()?;
    if !rest.iter().all(|tuple| tuple.len() == first.len()) {
        return tuple_list(&tuples, unsafe_too);
    }
    let parts: Option<Vec<Type>> = (0..first.len())
        .map(|index| {
            let across: Vec<Type> = tuples
                .iter()
                .filter_map(|tuple| tuple.get(index))
                .cloned()
                .collect();
            unify_with(&across, unsafe_too)
        })
        .collect();
    let tuple = Type::tuple(parts?);
    if all_convert(types, &tuple, unsafe_too) {
        Some(tuple)
    } else {
        tuple_list(&tuples, unsafe_too)
    }
}

fn tuple_list(tuples: &[&[Type]], unsafe_too: bool) -> Option<Type> {
    let parts: Vec<Type> = tuples
        .iter()
        .flat_map(|tuple| tuple.iter())
        .cloned()
        .collect();
    let list = Type::list(unify_with(&parts, unsafe_too)?);
    let fits = |tuple: &&[Type]| can_convert(&Type::tuple(tuple.to_vec()), &list, unsafe_too);
    tuples.iter().all(fits).then_some(list)
}

/// Objects beside maps are maps in disguise, and tuples beside lists are lists.
fn as_collections(types: &[Type], unsafe_too: bool) -> Option<Type> {
    let objects: Vec<&ObjectType> = types
        .iter()
        .filter_map(|ty| match ty {
            Type::Object(object) => Some(object.as_ref()),
            _ => None,
        })
        .collect();
    let tuples: Vec<&[Type]> = types
        .iter()
        .filter_map(|ty| match ty {
            Type::Tuple(parts) => Some(parts.as_ref()),
            _ => None,
        })
        .collect();
    let collection = if tuples.is_empty() {
        object_map(&objects, unsafe_too)?
    } else {
        tuple_list(&tuples, unsafe_too)?
    };
    let seen: Vec<Type> = types
        .iter()
        .map(|ty| match ty {
            Type::Object(_) | Type::Tuple(_) => collection.clone(),
            other => other.clone(),
        })
        .collect();
    unify_with(&seen, unsafe_too).filter(|ty| matches!(ty, Type::Map(_) | Type::List(_)))
}

/// The first of the types, the more general ones first, that all the others convert to.
fn preferred(types: &[Type], unsafe_too: bool) -> Option<Type> {
    by_generality(types)
        .into_iter()
        .find(|wanted| {
            types
                .iter()
                .all(|ty| ty == *wanted || can_convert(ty, wanted, unsafe_too))
        })
        .cloned()
}

/// The types, each after those that are more general, and otherwise in the order they stand.
fn by_generality(types: &[Type]) -> Vec<&Type> {
    let mut above: Vec<usize> = types
        .iter()
        .map(|ty| {
            let more_general = |other: &&Type| generality(other, ty) == Ordering::Less;
            types.iter().filter(more_general).count()
        })
        .collect();
    let mut order: Vec<&Type> = Vec::with_capacity(types.len());
    let free = types.iter().zip(&above).filter(|(_, above)| **above == 0);
    order.extend(free.map(|(ty, _)| ty));
    let mut next = 0;
    while let Some(general) = order.get(next).copied() {
        next += 1;
        for (ty, above) in types.iter().zip(&mut above) {
            if generality(general, ty) == Ordering::Less {
                *above -= 1;
                if *above == 0 {
                    order.push(ty);
                }
            }
        }
    }
    order
}

/// Which of two types is more general, that one being less; equal where that cannot be said.
///
/// Texts are before other primitives, collections before structures, lists before sets, and what is not known is last.
fn generality(a: &Type, b: &Type) -> Ordering {
    match (a, b) {
        (Type::Dynamic, Type::Dynamic) => Ordering::Equal,
        (_, Type::Dynamic)
        | (Type::String, Type::Bool | Type::Number)
        | (Type::List(_), Type::Set(_) | Type::Tuple(_))
        | (Type::Tuple(_), Type::Set(_))
        | (Type::Map(_), Type::Object(_)) => Ordering::Less,
        (Type::Dynamic, _)
        | (Type::Bool | Type::Number, Type::String)
        | (Type::Set(_) | Type::Tuple(_), Type::List(_))
        | (Type::Set(_), Type::Tuple(_))
        | (Type::Object(_), Type::Map(_)) => Ordering::Greater,
        (Type::List(a), Type::List(b))
        | (Type::Set(a), Type::Set(b))
        | (Type::Map(a), Type::Map(b)) => generality(a, b),
        (Type::Object(a), Type::Object(b)) if a.attributes.keys().eq(b.attributes.keys()) => {
            of_parts(a.attributes.values().zip(b.attributes.values()))
        }
        (Type::Tuple(a), Type::Tuple(b)) if a.len() == b.len() => of_parts(a.iter().zip(b.iter())),
        _ => Ordering::Equal,
    }
}

/// Which of two structures is more general: the one that is so in some part, if the other is in none.
fn of_parts<'a>(parts: impl Iterator<Item = (&'a Type, &'a Type)>) -> Ordering {
    let (mut less, mut greater) = (false, false);
    for (a, b) in parts {
        match generality(a, b) {
            Ordering::Less => less = true,
            Ordering::Greater => greater = true,
            Ordering::Equal => {}
        }
    }
    match (less, greater) {
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (true, true) | (false, false) => Ordering::Equal,
    }
}
