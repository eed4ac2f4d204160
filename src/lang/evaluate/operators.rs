//! Operators: operands are converted to what the operator works on, null is refused, and an unknown operand gives an
//! unknown result of the operator's type, whatever the other operand is. Only comparisons look at what is known of it.

use super::{Context, converted, equals, problem};
use crate::diagnostic::{Code, Diagnostic};
use crate::lang::{BinaryOperator, Expression, UnaryOperator};
use crate::source::Span;
use crate::value::{Type, Value};

impl Context<'_> {
    pub(super) fn unary(self, operator: UnaryOperator, operand: &Expression, span: Span) -> Value {
        let ty = match operator {
            UnaryOperator::Negate => Type::Number,
            UnaryOperator::Not => Type::Bool,
        };
        let before = self.mistakes();
        let value = self.evaluate(operand);
        let value = self.operand(&value, operand.span, "unary", &ty);
        if self.mistakes() > before {
            return Value::unknown(ty);
        }
        if value.is_null() {
            self.wrong(null_operand(span));
            return Value::unknown(ty);
        }
        let result = match operator {
            UnaryOperator::Negate => value
                .as_number()
                .map(|number| Value::number(number.negate())),
            UnaryOperator::Not => value.as_bool().map(|truth| Value::bool(!truth)),
        };
        // As with `&&` and `||`, what is not known is not marked either.
        result.map_or_else(
            || Value::unknown_not_null(ty),
            |result| result.marked(value.marks),
        )
    }

    pub(super) fn binary(
        self,
        first: &Expression,
        following: &[(BinaryOperator, Expression)],
    ) -> Value {
        let before = self.mistakes();
        let mut span = first.span;
        let mut value = self.evaluate(first);
        for (operator, operand) in following {
            let left = (value, span);
            span = span.to(operand.span);
            value = self.operation(*operator, left, operand, (span, before));
        }
        value
    }

    /// One operator, with the value and the place of what stands before it, and how many mistakes there were before
    /// that.
    fn operation(
        self,
        operator: BinaryOperator,
        (left_value, left): (Value, Span),
        right: &Expression,
        (span, before): (Span, usize),
    ) -> Value {
        let wanted = operand_type(operator);
        let left_value = self.operand(&left_value, left, "left", &wanted);
        let right_value = self.evaluate(right);
        let right_value = self.operand(&right_value, right.span, "right", &wanted);
        if self.mistakes() > before {
            return Value::unknown(result_type(operator));
        }
        if operator == BinaryOperator::Equal {
            return equals(&left_value, &right_value);
        }
        if operator == BinaryOperator::NotEqual {
            return not(&equals(&left_value, &right_value));
        }
        if left_value.is_null() || right_value.is_null() {
            self.wrong(null_operand(span));
            return Value::unknown(result_type(operator));
        }
        let result = match compute(operator, &left_value, &right_value) {
            Ok(result) => result,
            Err(message) => {
                self.wrong(operation_failed(&message, span));
                return Value::unknown(result_type(operator));
            }
        };
        let marks = left_value.marks | right_value.marks;
        let unknown = Value::unknown_not_null(result_type(operator));
        match (result, operator) {
            (Some(result), _) => result.marked(marks),
            // It is marked when it is known.
            (None, BinaryOperator::And | BinaryOperator::Or) => unknown,
            (None, _) => unknown.marked(marks),
        }
    }

    /// An operand as what the operator works on.
    fn operand(self, value: &Value, span: Span, side: &str, wanted: &Type) -> Value {
        let converted =
            converted(value, wanted).map_err(|message| invalid_operand(side, &message, span));
        self.checked(converted)
    }
}

/// The result for operands of which enough is known; else `None`.
fn compute(operator: BinaryOperator, left: &Value, right: &Value) -> Result<Option<Value>, String> {
    let ordered = |order: Option<bool>| Ok(order.map(Value::bool));
    match operator {
        BinaryOperator::Less => return ordered(left.is_less(right)),
        BinaryOperator::Greater => return ordered(right.is_less(left)),
        BinaryOperator::LessOrEqual => {
            return ordered(or_equal(left.is_less(right), left, right));
        }
        BinaryOperator::GreaterOrEqual => {
            return ordered(or_equal(right.is_less(left), left, right));
        }
        BinaryOperator::Add
        | BinaryOperator::Subtract
        | BinaryOperator::Multiply
        | BinaryOperator::Divide
        | BinaryOperator::Modulo
        | BinaryOperator::Equal
        | BinaryOperator::NotEqual
        | BinaryOperator::And
        | BinaryOperator::Or => {}
    }
    if let (Some(left), Some(right)) = (left.as_bool(), right.as_bool()) {
        let truth = if operator == BinaryOperator::Or {
            left || right
        } else {
            left && right
        };
        return Ok(Some(Value::bool(truth)));
    }
    let (Some(left), Some(right)) = (left.as_number(), right.as_number()) else {
        return Ok(None);
    };
    let result = match operator {
        BinaryOperator::Add => Value::number(left.add(right).ok_or(NOT_A_NUMBER)?),
        BinaryOperator::Subtract => Value::number(left.subtract(right).ok_or(NOT_A_NUMBER)?),
        BinaryOperator::Multiply => Value::number(left.multiply(right).ok_or(NOT_A_NUMBER)?),
        BinaryOperator::Divide => Value::number(left.divide(right).ok_or(NOT_DIVISIBLE)?),
        BinaryOperator::Modulo => Value::number(left.remainder(right).ok_or(NOT_DIVISIBLE)?),
        BinaryOperator::Less
        | BinaryOperator::LessOrEqual
        | BinaryOperator::Greater
        | BinaryOperator::GreaterOrEqual
        | BinaryOperator::Equal
        | BinaryOperator::NotEqual
        | BinaryOperator::And
        | BinaryOperator::Or => return Ok(None),
    };
    Ok(Some(result))
}

/// Whether a number is less than another, as `less` says, or equal to it. A bound that may be met decides nothing.
fn or_equal(less: Option<bool>, left: &Value, right: &Value) -> Option<bool> {
    match less {
        Some(true) => less,
        Some(false) | None => match left.equals(right) {
            Some(false) => less,
            equal => equal,
        },
    }
}

const NOT_A_NUMBER: &str = "can't compute sum of opposing infinities";
const NOT_DIVISIBLE: &str = "can't divide zero by zero or infinity by infinity";

fn operand_type(operator: BinaryOperator) -> Type {
    match operator {
        BinaryOperator::Equal | BinaryOperator::NotEqual => Type::Dynamic,
        BinaryOperator::And | BinaryOperator::Or => Type::Bool,
        BinaryOperator::Add
        | BinaryOperator::Subtract
        | BinaryOperator::Multiply
        | BinaryOperator::Divide
        | BinaryOperator::Modulo
        | BinaryOperator::Less
        | BinaryOperator::LessOrEqual
        | BinaryOperator::Greater
        | BinaryOperator::GreaterOrEqual => Type::Number,
    }
}

fn result_type(operator: BinaryOperator) -> Type {
    match operator {
        BinaryOperator::Add
        | BinaryOperator::Subtract
        | BinaryOperator::Multiply
        | BinaryOperator::Divide
        | BinaryOperator::Modulo => Type::Number,
        BinaryOperator::Equal
        | BinaryOperator::NotEqual
        | BinaryOperator::And
        | BinaryOperator::Or
        | BinaryOperator::Less
        | BinaryOperator::LessOrEqual
        | BinaryOperator::Greater
        | BinaryOperator::GreaterOrEqual => Type::Bool,
    }
}

fn not(truth: &Value) -> Value {
    let opposite = truth.as_bool().map(|truth| Value::bool(!truth));
    opposite
        .unwrap_or_else(|| Value::unknown_not_null(Type::Bool))
        .marked(truth.marks)
}

fn invalid_operand(side: &str, message: &str, span: Span) -> Diagnostic {
    let detail = format!("Unsuitable value for {side} operand: {message}.");
    problem(Code::InvalidOperand, "Invalid operand", detail, span)
}

fn null_operand(span: Span) -> Diagnostic {
    operation_failed("argument must not be null", span)
}

fn operation_failed(message: &str, span: Span) -> Diagnostic {
    let detail = format!("Error during operation: {message}.");
    problem(Code::InvalidOperand, "Operation failed", detail, span)
}
