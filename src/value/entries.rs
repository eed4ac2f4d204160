//! The entries of a map or object, in as much memory as they take: a tree has room for eleven in each.

use super::Value;
use crate::address::Name;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Values by name, in the order of the names. Cloning shares them.
#[derive(Clone, Debug, PartialEq)]
pub struct Entries(Arc<[(Name, Value)]>);

/// What goes through entries in their order.
type Iter<'a> = std::iter::Map<
    std::slice::Iter<'a, (Name, Value)>,
    fn(&'a (Name, Value)) -> (&'a Name, &'a Value),
>;

impl Entries {
    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        let place = self.0.binary_search_by(|(own, _)| own.as_ref().cmp(name));
        self.0.get(place.ok()?).map(|(_, value)| value)
    }

    /// Whether there is a value of that name.
    pub fn contains_key(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The names with their values, in order.
    pub fn iter(&self) -> Iter<'_> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// The names, in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &Name> + DoubleEndedIterator {
        self.0.iter().map(|(name, _)| name)
    }

    /// The values, in the order of their names.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &Value> + DoubleEndedIterator {
        self.0.iter().map(|(_, value)| value)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The same names, each with another value.
    #[must_use]
    pub fn map(&self, replace: &mut dyn FnMut(&Value) -> Value) -> Entries {
        let entries = self.0.iter();
        Entries(
            entries
                .map(|(name, value)| (name.clone(), replace(value)))
                .collect(),
        )
    }

    /// The entries as a tree, to be changed.
    pub fn to_map(&self) -> BTreeMap<Name, Value> {
        self.0.iter().cloned().collect()
    }
}

impl From<BTreeMap<Name, Value>> for Entries {
    fn from(entries: BTreeMap<Name, Value>) -> Self {
        Entries(entries.into_iter().collect())
    }
}

impl<'a> IntoIterator for &'a Entries {
    type Item = (&'a Name, &'a Value);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}
