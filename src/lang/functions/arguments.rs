//! The arguments of a call as the body of a function reads them.

use super::{CallError, Scope, failed, wrong};
use crate::value::{Number, Type, Value};

/// The arguments of one call, converted and without nulls and unknowns where the parameters exclude them.
pub struct Arguments<'a> {
    values: &'a [Value],
    scope: &'a dyn Scope,
}

impl<'a> Arguments<'a> {
    pub(super) fn new(values: &'a [Value], scope: &'a dyn Scope) -> Self {
        Arguments { values, scope }
    }

    pub(super) fn scope(&self) -> &'a dyn Scope {
        self.scope
    }

    pub(super) fn all(&self) -> &'a [Value] {
        self.values
    }

    /// The arguments from one on.
    pub(super) fn from(&self, index: usize) -> &'a [Value] {
        self.values.get(index..).unwrap_or_default()
    }

    pub(super) fn get(&self, index: usize) -> Result<&'a Value, CallError> {
        self.values
            .get(index)
            .ok_or_else(|| wrong(index, "argument is missing"))
    }

    pub(super) fn text(&self, index: usize) -> Result<&'a str, CallError> {
        self.get(index)?
            .as_str()
            .ok_or_else(|| wrong(index, "string required"))
    }

    pub(super) fn number(&self, index: usize) -> Result<&'a Number, CallError> {
        self.get(index)?
            .as_number()
            .ok_or_else(|| wrong(index, "number required"))
    }

    /// A whole number.
    pub(super) fn integer(&self, index: usize) -> Result<i64, CallError> {
        self.number(index)?.as_i64().ok_or_else(|| {
            let (least, most) = (i64::MIN, i64::MAX);
            failed(format!(
                "value must be a whole number, between {least} and {most}"
            ))
        })
    }

    pub(super) fn elements(&self, index: usize) -> Result<&'a [Value], CallError> {
        self.get(index)?
            .as_elements()
            .ok_or_else(|| wrong(index, "list required"))
    }

    pub(super) fn ty(&self, index: usize) -> Type {
        self.values.get(index).map_or(Type::Dynamic, Value::ty)
    }
}

/// The element type of a list, set or map type.
pub(super) fn element_type(ty: &Type) -> Option<&Type> {
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
