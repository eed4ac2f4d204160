//! The blocks that `dynamic` blocks make: how many, and what the iterator is worth in each.

use crate::address::Name;
use crate::config::Dynamic;
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::{Halt, Scope, evaluate_with_names};
use crate::value::{Kind, Marks, Type, Value};
use std::collections::BTreeMap;

/// The iterators around a place with their values, innermost first.
pub(super) type Iterators<'a> = [(&'a Name, Value)];

/// The elements that a `dynamic` block goes through.
pub(super) struct Elements {
    /// The iterator's value in each block; `None` while nobody knows the elements.
    pub(super) iterators: Option<Vec<Value>>,
    /// The marks of the collection, which what is made of it has too.
    pub(super) marks: Marks,
}

/// Evaluates the collection of a `dynamic` block.
pub(super) fn elements(
    dynamic: &Dynamic,
    scope: &dyn Scope,
    outer: &Iterators<'_>,
) -> Result<Elements, Halt> {
    let collection = evaluate_with_names(&dynamic.for_each, scope, outer)?;
    let unsuitable = |detail: String| {
        Halt::from(
            Diagnostic::error(Code::InvalidRepetition, detail)
                .with_summary("Invalid dynamic for_each value")
                .at(dynamic.for_each.span),
        )
    };
    let indexed = |elements: &[Value]| {
        let keys = (0_u64..).map(Value::number);
        keys.zip(elements)
            .map(|(key, value)| iterator(key, value.clone()))
            .collect()
    };
    let iterators = match &collection.kind {
        Kind::Unknown(..) if is_iterable(&collection.ty()) => None,
        Kind::Null(_) => {
            return Err(unsuitable(
                "Cannot use a null value in for_each.".to_owned(),
            ));
        }
        Kind::List(_, elements) | Kind::Tuple(elements) => Some(indexed(elements)),
        Kind::Set(_, elements) => {
            let each = |element: &Value| iterator(element.clone(), element.clone());
            Some(elements.iter().map(each).collect())
        }
        Kind::Map(_, entries) | Kind::Object(entries) => {
            let entries = entries.iter();
            Some(
                entries
                    .map(|(key, value)| iterator(Value::string(key), value.clone()))
                    .collect(),
            )
        }
        Kind::Unknown(..) | Kind::Bool(_) | Kind::Number(_) | Kind::String(_) => {
            let ty = collection.ty().friendly();
            return Err(unsuitable(format!(
                "Cannot use a {ty} value in for_each. An iterable collection is required."
            )));
        }
    };
    Ok(Elements {
        iterators: iterators.map(|all: Vec<Value>| {
            let marked = |iterator: Value| {
                iterator.map_parts(&mut |part| part.clone().marked(collection.marks))
            };
            all.into_iter().map(marked).collect()
        }),
        marks: collection.marks,
    })
}

/// The iterator of a block nobody knows the element of.
pub(super) fn unknown_iterator() -> Value {
    iterator(Value::unknown(Type::Dynamic), Value::unknown(Type::Dynamic))
}

fn iterator(key: Value, value: Value) -> Value {
    Value::object(BTreeMap::from([
        ("key".into(), key),
        ("value".into(), value),
    ]))
}

/// Whether values of a type have elements, or may turn out to.
fn is_iterable(ty: &Type) -> bool {
    !matches!(ty, Type::Bool | Type::Number | Type::String)
}
