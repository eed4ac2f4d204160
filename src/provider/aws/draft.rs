//! A planned object in the making: what the schema proposes, with defaults and predictions put in.

use super::object::keep_spelling;
use crate::address::Name;
use crate::value::{Marks, Value};
use std::collections::BTreeMap;

/// A planned object in the making.
pub(super) struct Draft<'p> {
    config: &'p Value,
    prior: Option<&'p Value>,
    attributes: BTreeMap<Name, Value>,
}

impl<'p> Draft<'p> {
    /// Begins with the proposed object.
    pub(super) fn new(config: &'p Value, prior: Option<&'p Value>, proposed: &Value) -> Self {
        Draft {
            config,
            prior,
            attributes: proposed.to_entries(),
        }
    }

    /// The object as it exists; `None` for one that is to be made.
    pub(super) fn prior(&self) -> Option<&'p Value> {
        self.prior
    }

    /// An attribute as it is planned so far; null when the kind has none of that name.
    pub(super) fn get(&self, name: &str) -> Value {
        let found = self.attributes.get(name).cloned();
        found.unwrap_or_else(|| Value::null(crate::value::Type::Dynamic))
    }

    /// Whether the configuration says nothing of an attribute.
    pub(super) fn unset(&self, name: &str) -> bool {
        self.config.get(name).is_none_or(Value::is_null)
    }

    /// Plans an attribute.
    pub(super) fn set(&mut self, name: &str, value: Value) {
        self.attributes.insert(name.into(), value);
    }

    /// Plans an attribute that the configuration does not set.
    pub(super) fn default(&mut self, name: &str, value: impl Into<Value>) {
        if self.unset(name) {
            self.set(name, value.into());
        }
    }

    /// Plans an attribute of a new object that is a function of names: it is known, but nothing has it yet.
    pub(super) fn predict(&mut self, name: &str, value: Option<Value>) {
        if let (None, Some(value)) = (self.prior, value) {
            self.set(name, value.marked(Marks::PREDICTED));
        }
    }

    /// The planned object; what means the same as in the prior one is spelled as there.
    pub(super) fn finish(self, documents: &[&str]) -> Value {
        let planned = Value::object(self.attributes);
        match self.prior {
            Some(prior) => keep_spelling(planned, prior, documents),
            None => planned,
        }
    }
}
