//! Functions that convert to a type.

use super::arguments::Arguments;
use super::signature::Parameter as P;
use super::{Accepts, Answer, Function, Returns, wrong};
use crate::value::{Marks, Type, Value, convert};

const VALUE: &[P] = &[P::new("v", Accepts::Any, "The value to convert.")
    .nullable()
    .unknown()
    .marked()];

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new(
        "tobool",
        "Turns a text into the truth value it spells.",
        (r#"tobool("true")"#, "true"),
        Returns::Always(Accepts::Bool),
        |call| converted(call, Accepts::Bool),
    )
    .takes(VALUE),
    Function::new(
        "tolist",
        "Turns a set or tuple into a list.",
        (r#"tolist(["a", 1])"#, r#"["a", "1"]"#),
        Returns::Always(Accepts::ListOfAny),
        |call| converted_to(call, &Type::list(Type::Dynamic)),
    )
    .takes(VALUE),
    Function::new(
        "tomap",
        "Turns an object into a map.",
        (r#"tomap({a = 1, b = "x"})"#, r#"{a = "1", b = "x"}"#),
        Returns::By(|_| Ok(Type::map(Type::Dynamic))),
        |call| converted_to(call, &Type::map(Type::Dynamic)),
    )
    .declares(Accepts::MapOfAny)
    .takes(VALUE),
    Function::new(
        "tonumber",
        "Turns a text into the number it spells.",
        (r#"tonumber("1.5")"#, "1.5"),
        Returns::Always(Accepts::Number),
        |call| converted(call, Accepts::Number),
    )
    .takes(VALUE),
    Function::new(
        "toset",
        "Turns a list or tuple into a set.",
        (r#"toset(["b", "a", "b"])"#, r#"["a", "b"]"#),
        Returns::Always(Accepts::SetOfAny),
        |call| converted_to(call, &Type::set(Type::Dynamic)),
    )
    .takes(VALUE),
    Function::new(
        "tostring",
        "Turns a number or truth value into a text.",
        ("tostring(1.5)", r#""1.5""#),
        Returns::Always(Accepts::String),
        |call| converted(call, Accepts::String),
    )
    .takes(VALUE),
];

fn converted(call: &Arguments<'_>, accepts: Accepts) -> Answer {
    converted_to(call, &accepts.ty())
}

fn converted_to(call: &Arguments<'_>, ty: &Type) -> Answer {
    let value = call.get(0)?;
    let converted = convert(value, ty).map_err(|_| wrong(0, refusal(value, ty)))?;
    Ok(if value.is_unknown() {
        // Terraform does not look at the value, nor for the type of elements, before there is one.
        Value::unknown(ty.clone()).marked(value.marks)
    } else {
        converted
    })
}

/// Simple values that do not convert are named in the message, unless they are secret.
fn refusal(value: &Value, ty: &Type) -> String {
    let from = value.ty().friendly();
    let wanted = ty.friendly_constraint();
    if value.deep_marks().contains(Marks::SENSITIVE) {
        return format!("cannot convert this sensitive {from} to {wanted}");
    }
    match (ty, value.as_str()) {
        (Type::Bool, Some(text)) => format!(
            "cannot convert {text:?} to bool; only the strings \"true\" or \"false\" are allowed"
        ),
        (Type::Number, Some(text)) => format!(
            "cannot convert {text:?} to number; given string must be a decimal representation of a number"
        ),
        _ => format!("cannot convert {from} to {wanted}"),
    }
}
