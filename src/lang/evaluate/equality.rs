//! Equality, as the operators `==` and `!=` give it.

use crate::value::{Type, Value};

/// Whether two values are equal: a truth value, or an unknown one, with the marks of anything in the two.
///
/// Values of different types are not equal (`1 == "1"` is false), all nulls are.
pub fn equals(left: &Value, right: &Value) -> Value {
    let truth = left.equals(right).map(Value::bool);
    let result = truth.unwrap_or_else(|| Value::unknown_not_null(Type::Bool));
    result.marked(left.deep_marks() | right.deep_marks())
}
