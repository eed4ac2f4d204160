//! Functions about marks: what is sensitive, and what is ephemeral.

use super::signature::Parameter as P;
use super::{Accepts, Function, Returns};
use crate::value::{Kind, Marks, Type, Value};

const VALUE: &[P] = &[P::new("value", Accepts::Any, "The value.")
    .nullable()
    .unknown()
    .marked()];
const SAME_TYPE: Returns = Returns::By(|call| Ok(call.ty(0)));

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "ephemeralasnull",
        "Puts null in the place of every part of a value that is ephemeral.",
        ("ephemeralasnull({a = 1})", "{a = 1}"),
        SAME_TYPE,
        |call| Ok(lasting(call.get(0)?)),
    )
    .takes(VALUE)
    .maybe_null(),
    Function::new(
        "issensitive",
        "Tells whether a value is sensitive.",
        (r#"issensitive(sensitive("a"))"#, "true"),
        Returns::Always(Accepts::Bool),
        |call| {
            let value = call.get(0)?;
            Ok(if value.marks.contains(Marks::SENSITIVE) {
                Value::bool(true)
            } else if value.is_unknown() {
                // What an unknown value is made of may turn out sensitive.
                Value::unknown_not_null(Type::Bool)
            } else {
                Value::bool(false)
            })
        },
    )
    .takes(VALUE),
    Function::new(
        "nonsensitive",
        "Takes the sensitive mark off a value.",
        (r#"nonsensitive(sensitive("a"))"#, r#""a""#),
        SAME_TYPE,
        |call| {
            let value = call.get(0)?;
            Ok(Value {
                marks: value.marks.without(Marks::SENSITIVE),
                kind: value.kind.clone(),
            })
        },
    )
    .takes(VALUE),
    Function::new(
        "sensitive",
        "Marks a value as sensitive, so that it is shown nowhere.",
        (r#"sensitive("a")"#, "(sensitive value)"),
        SAME_TYPE,
        |call| {
            let value: &Value = call.get(0)?;
            let kind: Kind = value.kind.clone();
            Ok(Value {
                marks: value.marks | Marks::SENSITIVE,
                kind,
            })
        },
    )
    .takes(VALUE),
];

/// The value with null, or an unknown value, for each part that is ephemeral.
fn lasting(value: &Value) -> Value {
    if !value.marks.contains(Marks::EPHEMERAL) {
        return value.map_parts(&mut lasting);
    }
    // What is refined of an unknown value does not hold of the null it becomes.
    let rest = if value.is_unknown() {
        Value::unknown(value.ty())
    } else {
        Value::null(value.ty())
    };
    rest.marked(value.marks.without(Marks::EPHEMERAL))
}
