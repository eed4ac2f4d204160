//! Conditionals: both arms are evaluated, and both decide the type of the result.
//!
//! What is wrong in the arm that is not taken is forgotten, but what can be said of its value all the same gives it a
//! type. Under an unknown condition nothing is reported of either arm.

use super::{Context, Trouble, converted, problem};
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::Expression;
use crate::source::Span;
use crate::value::{Lengths, Marks, Refinement, Type, Unknown, Value, unify};

/// What an arm evaluated to, the mistakes in it, and its place.
pub(super) struct Arm {
    pub(super) value: Value,
    pub(super) trouble: Trouble,
    pub(super) span: Span,
}

impl Context<'_> {
    pub(super) fn conditional(
        self,
        condition: &Expression,
        then: &Expression,
        otherwise: &Expression,
    ) -> Value {
        let arm = |expression: &Expression| {
            let (value, trouble) = self.apart(|inside| inside.evaluate(expression));
            Arm {
                value,
                trouble,
                span: expression.span,
            }
        };
        self.choose(condition, arm(then), arm(otherwise))
    }

    /// The arm that the condition chooses, as the type that both arms have in common. A blocked arm blocks the
    /// conditional, since its type matters.
    pub(super) fn choose(self, condition: &Expression, then: Arm, otherwise: Arm) -> Value {
        self.trouble.absorb_blocked(&then.trouble);
        self.trouble.absorb_blocked(&otherwise.trouble);
        let Some(ty) = common_type(&then.value, &otherwise.value) else {
            let mismatch = mismatch(&then.value.ty(), &otherwise.value.ty());
            let detail = format!(
                "The true and false result expressions must have consistent types. {mismatch}."
            );
            return self.wrong(inconsistent(detail, then.span.to(otherwise.span)));
        };
        let span = condition.span;
        let condition = self.evaluate(condition);
        // What was sensitive in the arm that is not taken still is; that it was only predicted does not matter any more.
        let marks_of = |arm: &Arm| arm.value.marks.without(Marks::PREDICTED);
        let marks = condition.marks | marks_of(&then) | marks_of(&otherwise);
        if condition.is_null() {
            let detail = "The condition value is null. Conditions must either be true or false.";
            self.wrong(problem(
                Code::InvalidExpression,
                "Null condition",
                detail,
                span,
            ));
            return Value::unknown(ty);
        }
        if condition.is_unknown() {
            return either(&then.value, &otherwise.value, ty).marked(marks);
        }
        let truth = converted(&condition, &Type::Bool)
            .ok()
            .and_then(|truth| truth.as_bool());
        match truth {
            Some(true) => self.chosen(then, "true", ty).marked(marks),
            Some(false) => self.chosen(otherwise, "false", ty).marked(marks),
            None => {
                let detail = "The condition expression must be of type bool.";
                self.wrong(problem(
                    Code::WrongType,
                    "Incorrect condition type",
                    detail,
                    span,
                ));
                Value::unknown(ty)
            }
        }
    }

    /// The value of the arm that is taken; its mistakes count.
    fn chosen(self, arm: Arm, side: &str, ty: Type) -> Value {
        self.trouble.absorb(arm.trouble);
        converted(&arm.value, &ty).unwrap_or_else(|message| {
            let detail = format!("The {side} result value has the wrong type: {message}.");
            self.wrong(inconsistent(detail, arm.span));
            Value::unknown(ty)
        })
    }
}

/// The type of the result: a bare `null` takes the other arm's type, an unknown type makes it unknown.
fn common_type(then: &Value, otherwise: &Value) -> Option<Type> {
    let is_bare_null = |value: &Value| *value == Value::null(Type::Dynamic);
    let (then_type, otherwise_type) = (then.ty(), otherwise.ty());
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

/// What is known of the result when the condition is not: it is within what the arms are, for numbers and collections.
fn either(then: &Value, otherwise: &Value, ty: Type) -> Value {
    let marks = then.marks | otherwise.marks;
    if then.is_null() && otherwise.is_null() {
        return Value::null(ty).marked(marks);
    }
    let (then_type, otherwise_type) = (then.ty(), otherwise.ty());
    let refinement = match &then_type {
        _ if then_type != otherwise_type => None,
        Type::Number => Some(Refinement::Numbers(then.bounds().or(&otherwise.bounds()))),
        Type::List(_) | Type::Set(_) | Type::Map(_) => {
            Some(Refinement::Lengths(lengths(then).or(lengths(otherwise))))
        }
        Type::Dynamic | Type::Bool | Type::String | Type::Tuple(_) | Type::Object(_) => None,
    };
    let unknown = Unknown {
        not_null: ty != Type::Dynamic && then.is_not_null() && otherwise.is_not_null(),
        ..Unknown::of(ty)
    };
    let unknown = match refinement {
        Some(refinement) => unknown.refined(refinement),
        None => unknown,
    };
    unknown.into_value().marked(marks)
}

/// The lengths of an arm as Terraform reckons with them, to which an unsettled set has any.
fn lengths(arm: &Value) -> Lengths {
    if arm.is_unsettled() {
        Lengths::ANY
    } else {
        arm.lengths()
    }
}

fn inconsistent(detail: String, span: Span) -> Diagnostic {
    problem(
        Code::WrongType,
        "Inconsistent conditional result types",
        detail,
        span,
    )
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
