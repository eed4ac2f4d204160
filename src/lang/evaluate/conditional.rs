//! Conditionals: both arms are evaluated, and both decide the type of the result.
//!
//! What is wrong in the arm that is not taken is forgotten, and its type then counts as not known. Under an unknown
//! condition nothing is reported of either arm.

use super::{Context, converted, problem, unknown};
use crate::diagnostic::{Code, Diagnostics};
use crate::lang::{Evaluated, Expression, Halt};
use crate::source::Span;
use crate::value::{Kind, Marks, Type, Unknown, Value, unify};

/// What an arm evaluated to, with its place.
pub(super) struct Arm {
    pub(super) evaluated: Evaluated,
    pub(super) span: Span,
}

impl Context<'_> {
    pub(super) fn conditional(
        self,
        condition: &Expression,
        then: &Expression,
        otherwise: &Expression,
    ) -> Evaluated {
        let arm = |expression: &Expression| Arm {
            evaluated: self.evaluate(expression),
            span: expression.span,
        };
        choose(
            self.evaluate(condition),
            condition.span,
            arm(then),
            arm(otherwise),
        )
    }
}

/// The arm that the condition chooses, as the type that both arms have in common.
pub(super) fn choose(
    condition: Evaluated,
    condition_span: Span,
    then: Arm,
    otherwise: Arm,
) -> Evaluated {
    let whole = then.span.to(otherwise.span);
    let then = settle(then.evaluated)?;
    let otherwise = settle(otherwise.evaluated)?;
    let ty = common_type(&then, &otherwise).ok_or_else(|| {
        let mismatch = mismatch(&type_of(&then), &type_of(&otherwise));
        let detail = format!(
            "The true and false result expressions must have consistent types. {mismatch}."
        );
        inconsistent(detail, whole)
    })?;
    let condition = condition?;
    // What was sensitive in the arm that is not taken still is; that it was only predicted does not matter any more.
    let marks_of = |arm: &Settled| {
        arm.as_ref()
            .map_or(Marks::NONE, |value| value.marks.without(Marks::PREDICTED))
    };
    let marks = condition.marks | marks_of(&then) | marks_of(&otherwise);
    if condition.is_null() {
        let detail = "The condition value is null. Conditions must either be true or false.";
        return Err(problem(
            Code::InvalidExpression,
            "Null condition",
            detail,
            condition_span,
        )
        .into());
    }
    if condition.is_unknown() {
        return Ok(either(then, otherwise, ty).marked(marks));
    }
    let truth = converted(&condition, &Type::Bool)
        .ok()
        .and_then(|truth| truth.as_bool());
    let Some(truth) = truth else {
        let detail = "The condition expression must be of type bool.";
        return Err(problem(
            Code::WrongType,
            "Incorrect condition type",
            detail,
            condition_span,
        )
        .into());
    };
    let (chosen, side) = if truth {
        (then, "true")
    } else {
        (otherwise, "false")
    };
    let value = chosen.map_err(Halt::Failed)?;
    let result = converted(&value, &ty).map_err(|message| {
        let detail = format!("The {side} result value has the wrong type: {message}.");
        inconsistent(detail, whole)
    })?;
    Ok(result.marked(marks))
}

/// An arm's value or problems; a blocked arm blocks the conditional, since its type matters.
type Settled = Result<Value, Box<Diagnostics>>;

fn settle(evaluated: Evaluated) -> Result<Settled, Halt> {
    match evaluated {
        Ok(value) => Ok(Ok(value)),
        Err(Halt::Failed(problems)) => Ok(Err(problems)),
        Err(Halt::Blocked) => Err(Halt::Blocked),
    }
}

fn type_of(arm: &Settled) -> Type {
    arm.as_ref().map_or(Type::Dynamic, Value::ty)
}

/// The type of the result: a bare `null` takes the other arm's type, an unknown type makes it unknown.
fn common_type(then: &Settled, otherwise: &Settled) -> Option<Type> {
    let is_bare_null = |arm: &Settled| {
        arm.as_ref()
            .is_ok_and(|value| *value == Value::null(Type::Dynamic))
    };
    let (then_type, otherwise_type) = (type_of(then), type_of(otherwise));
    if is_bare_null(then) {
        return Some(otherwise_type);
    }
    if is_bare_null(otherwise) || then_type == otherwise_type {
        return Some(then_type);
    }
    if then_type == Type::Dynamic || otherwise_type == Type::Dynamic {
        return Some(Type::Dynamic);
    }
    unify(&[then_type, otherwise_type])
}

/// What is known of the result when the condition is not: numbers that are equal, and how many elements a list has.
fn either(then: Settled, otherwise: Settled, ty: Type) -> Value {
    let (Ok(then), Ok(otherwise)) = (then, otherwise) else {
        return unknown(Marks::NONE);
    };
    let marks = then.marks | otherwise.marks;
    let result = match (&then.kind, &otherwise.kind) {
        (Kind::Null(_), Kind::Null(_)) => Value::null(ty),
        (Kind::Number(a), Kind::Number(b)) if a == b => Value::number(a.clone()),
        (Kind::List(a_type, a), Kind::List(b_type, b))
            if a_type == b_type && a.len() == b.len() =>
        {
            Value::list(
                a_type.clone(),
                vec![Value::unknown(a_type.clone()); a.len()],
            )
        }
        (Kind::Set(a_type, a), Kind::Set(b_type, b))
            if a_type == b_type && a.len() == b.len() && a.len() <= 1 =>
        {
            Value::set(
                a_type.clone(),
                vec![Value::unknown(a_type.clone()); a.len()],
            )
        }
        (Kind::Map(a_type, a), Kind::Map(b_type, b))
            if a_type == b_type && a.is_empty() && b.is_empty() =>
        {
            then.without_marks()
        }
        _ => Value::new(Kind::Unknown(Unknown {
            not_null: ty != Type::Dynamic && is_not_null(&then) && is_not_null(&otherwise),
            ty,
            prefix: "".into(),
        })),
    };
    result.marked(marks)
}

fn is_not_null(value: &Value) -> bool {
    match &value.kind {
        Kind::Null(_) => false,
        Kind::Unknown(unknown) => unknown.not_null,
        Kind::Bool(_)
        | Kind::Number(_)
        | Kind::String(_)
        | Kind::List(..)
        | Kind::Set(..)
        | Kind::Map(..)
        | Kind::Tuple(_)
        | Kind::Object(_) => true,
    }
}

fn inconsistent(detail: String, span: Span) -> Halt {
    problem(
        Code::WrongType,
        "Inconsistent conditional result types",
        detail,
        span,
    )
    .into()
}

/// Where two types differ, in words.
fn mismatch(then: &Type, otherwise: &Type) -> String {
    if let (Type::Object(a), Type::Object(b)) = (then, otherwise) {
        for (name, ty) in &a.attributes {
            match b.attributes.get(name) {
                None => {
                    return format!(
                        "The 'true' value includes object attribute \"{name}\", which is absent in the 'false' value"
                    );
                }
                Some(other) if unify(&[ty.clone(), other.clone()]).is_none() => {
                    return format!(
                        "Type mismatch for object attribute \"{name}\": {}",
                        mismatch(ty, other)
                    );
                }
                Some(_) => {}
            }
        }
        if let Some(name) = b
            .attributes
            .keys()
            .find(|name| !a.attributes.contains_key(*name))
        {
            return format!(
                "The 'false' value includes object attribute \"{name}\", which is absent in the 'true' value"
            );
        }
    }
    if let (Type::Tuple(a), Type::Tuple(b)) = (then, otherwise) {
        if a.len() != b.len() {
            return format!(
                "The 'true' tuple has length {}, but the 'false' tuple has length {}",
                a.len(),
                b.len()
            );
        }
        for (index, (ty, other)) in a.iter().zip(b.iter()).enumerate() {
            if unify(&[ty.clone(), other.clone()]).is_none() {
                return format!(
                    "Type mismatch for tuple element {index}: {}",
                    mismatch(ty, other)
                );
            }
        }
    }
    format!(
        "The 'true' value is {}, but the 'false' value is {}",
        then.friendly(),
        otherwise.friendly()
    )
}
