//! Functions over sets.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "every other type of argument is refused alike"
)]

use super::arguments::{Arguments, element_type};
use super::limits::room_for_elements;
use super::signature::Parameter as P;
use super::{Accepts, Answer, CallError, Function, Returns, failed, wrong};
use crate::value::{Kind, Lengths, Marks, Refinement, Type, Value, convert, unify};

const FIRST: P = P::new("first_set", Accepts::SetOfAny, "A set.");
const OTHERS: P = P::new("other_sets", Accepts::SetOfAny, "Further sets.");

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "setintersection",
        "Takes the elements that are in all sets.",
        (r#"setintersection(["a", "b"], ["b"])"#, r#"["b"]"#),
        Returns::By(common_type),
        |call| {
            fold(call, |kept, other| {
                kept.retain(|value| other.contains(value));
            })
        },
    )
    .declares(Accepts::SetOfAny)
    .takes(&[FIRST])
    .variadic(OTHERS),
    Function::new(
        "setproduct",
        "Makes all combinations of one element of each list or set.",
        (r#"setproduct(["a"], [1, 2])"#, r#"[["a", 1], ["a", 2]]"#),
        Returns::By(product_type),
        product,
    )
    .variadic(
        P::new("sets", Accepts::Any, "The lists, tuples or sets.")
            .marked()
            .unknown(),
    ),
    Function::new(
        "setsubtract",
        "Takes the elements of a set that are not in another.",
        (r#"setsubtract(["a", "b"], ["b"])"#, r#"["a"]"#),
        Returns::By(common_type),
        |call| {
            fold(call, |kept, other| {
                kept.retain(|value| !other.contains(value));
            })
        },
    )
    .declares(Accepts::SetOfAny)
    .takes(&[
        P::new("a", Accepts::SetOfAny, "The set to take from."),
        P::new("b", Accepts::SetOfAny, "The elements to leave out."),
    ]),
    Function::new(
        "setunion",
        "Takes the elements that are in any set.",
        (r#"setunion(["a"], ["b"])"#, r#"["a", "b"]"#),
        Returns::By(common_type),
        union,
    )
    .declares(Accepts::SetOfAny)
    .takes(&[FIRST])
    .variadic(OTHERS),
];

fn common_type(call: &Arguments<'_>) -> Result<Type, CallError> {
    let empty = |value: &Value| value.as_elements().is_some_and(<[Value]>::is_empty);
    let typed = |value: &&Value| !(empty(value) && value.ty() == Type::set(Type::Dynamic));
    let elements: Vec<Type> = call
        .all()
        .iter()
        .filter(typed)
        .filter_map(|value| element_type(&value.ty()).cloned())
        .collect();
    if elements.is_empty() {
        return Ok(Type::set(Type::Dynamic));
    }
    let unified = unify(&elements);
    unified
        .map(Type::set)
        .ok_or_else(|| failed("given sets must all have compatible element types"))
}

/// Unknown elements are elements of a union, whatever they turn out to be.
fn union(call: &Arguments<'_>) -> Answer {
    let ty = common_type(call)?;
    let mut elements = Vec::new();
    for (index, value) in call.all().iter().enumerate() {
        let set = convert(value, &ty).map_err(|error| wrong(index, error.message))?;
        elements.extend_from_slice(set.as_elements().unwrap_or_default());
    }
    let element = element_type(&ty).cloned().unwrap_or(Type::Dynamic);
    Ok(Value::set(element, elements))
}

fn fold(call: &Arguments<'_>, step: fn(&mut Vec<Value>, &[Value])) -> Answer {
    let ty = common_type(call)?;
    let mut kept: Option<Vec<Value>> = None;
    for (index, value) in call.all().iter().enumerate() {
        if !value.is_wholly_known() {
            return Ok(Value::unknown_not_null(ty));
        }
        let set = convert(value, &ty).map_err(|error| wrong(index, error.message))?;
        let elements = set.as_elements().unwrap_or_default();
        match &mut kept {
            None => kept = Some(elements.to_vec()),
            Some(kept) => step(kept, elements),
        }
    }
    let element = element_type(&ty).cloned().unwrap_or(Type::Dynamic);
    Ok(Value::set(element, kept.unwrap_or_default()))
}

/// A list of tuples when no argument is a set, else a set of them.
fn product_type(call: &Arguments<'_>) -> Result<Type, CallError> {
    if call.all().len() < 2 {
        return Err(failed("at least two arguments are required"));
    }
    let mut parts = Vec::new();
    let mut sets = false;
    for (index, value) in call.all().iter().enumerate() {
        let part = match value.ty() {
            Type::Set(element) => {
                sets = true;
                element.as_ref().clone()
            }
            Type::List(element) => element.as_ref().clone(),
            Type::Tuple(own) if own.is_empty() => Type::Dynamic,
            Type::Tuple(own) => {
                let message = "all elements must be of the same type";
                unify(&own).ok_or_else(|| wrong(index, message))?
            }
            _ => return Err(wrong(index, "a set or a list is required")),
        };
        parts.push(part);
    }
    let tuple = Type::tuple(parts);
    Ok(if sets {
        Type::set(tuple)
    } else {
        Type::list(tuple)
    })
}

/// A product of which some factor is not known: it has at most so many elements as the product of the most of each, as
/// long as that is few.
fn unknown_product(call: &Arguments<'_>) -> Answer {
    let ty = product_type(call)?;
    let mut most: usize = 1;
    for value in call.all() {
        let lengths = value.lengths();
        if value.is_unsettled() || lengths.most > MOST_OF_A_FACTOR {
            return Ok(Value::unknown_not_null(ty));
        }
        most = most.saturating_mul(lengths.most);
        if most > MOST_OF_A_PRODUCT {
            return Ok(Value::unknown_not_null(ty));
        }
    }
    // That there are elements at all is Terraform's conclusion from there being at most some.
    let least = most.min(1);
    let lengths = Refinement::Lengths(Lengths { least, most });
    Ok(Value::unknown_refined(ty, lengths))
}

/// The longest factor with which Terraform reckons.
const MOST_OF_A_FACTOR: usize = 1024;

/// The longest product with which Terraform reckons.
const MOST_OF_A_PRODUCT: usize = 2048;

fn product(call: &Arguments<'_>) -> Answer {
    if call.all().iter().any(Value::is_unknown) {
        if call.all().iter().any(Value::is_untyped) {
            return Ok(Value::unknown(Type::Dynamic));
        }
        let all = call.all().iter();
        let marks = all.fold(Marks::NONE, |marks, value| marks | value.marks);
        return Ok(unknown_product(call)?.marked(marks));
    }
    let ty = product_type(call)?;
    let tuple = element_type(&ty).cloned().unwrap_or(Type::Dynamic);
    let Type::Tuple(parts) = &tuple else {
        return Err(failed("at least two arguments are required"));
    };
    let mut marks = Marks::NONE;
    let mut unsettled = false;
    let mut combinations: Vec<Vec<Value>> = vec![Vec::new()];
    for (index, (value, part)) in call.all().iter().zip(parts.iter()).enumerate() {
        marks = marks | value.marks;
        unsettled |= matches!(value.kind, Kind::Set(..)) && !value.is_wholly_known();
        let elements: Result<Vec<Value>, CallError> = call
            .elements(index)?
            .iter()
            .map(|element| convert(element, part).map_err(|error| wrong(index, error.message)))
            .collect();
        let elements = elements?;
        room_for_elements(combinations.len().saturating_mul(elements.len()))?;
        combinations = combinations
            .into_iter()
            .flat_map(|start| {
                elements.iter().map(move |element| {
                    let mut longer = start.clone();
                    longer.push(element.clone());
                    longer
                })
            })
            .collect();
    }
    if unsettled {
        return Ok(unknown_product(call)?.marked(marks));
    }
    let tuples: Vec<Value> = combinations.into_iter().map(Value::tuple).collect();
    let mut types = tuples.iter().map(Value::ty);
    if let Some(first) = types.next()
        && types.any(|ty| ty != first)
    {
        return Err(failed("the elements of an argument are of unlike types"));
    }
    let result = match ty {
        Type::Set(_) => Value::set(tuple, tuples),
        _ => Value::list(tuple, tuples),
    };
    Ok(result.marked(marks))
}
