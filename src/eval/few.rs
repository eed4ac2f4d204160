//! A map that nearly always has one entry: most declarations have one instance, in one instance of their module.

use std::collections::BTreeMap;

/// A map in which one entry takes no room of its own, where a tree would take that of eleven.
#[derive(Clone, Debug, Default)]
pub(super) enum Few<K, V> {
    #[default]
    None,
    One(K, V),
    Many(BTreeMap<K, V>),
}

impl<K: Ord, V> Few<K, V> {
    /// The value of a key.
    pub(super) fn get(&self, key: &K) -> Option<&V> {
        match self {
            Few::None => None,
            Few::One(own, value) => (own == key).then_some(value),
            Few::Many(entries) => entries.get(key),
        }
    }

    /// The value of a key, to be changed.
    pub(super) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        match self {
            Few::None => None,
            Few::One(own, value) => (own == key).then_some(value),
            Few::Many(entries) => entries.get_mut(key),
        }
    }

    /// Puts in a value, in place of an earlier one.
    pub(super) fn insert(&mut self, key: K, value: V) {
        *self = match std::mem::take(self) {
            Few::None => Few::One(key, value),
            Few::One(own, _) if own == key => Few::One(own, value),
            Few::One(own, first) => Few::Many(BTreeMap::from([(own, first), (key, value)])),
            Few::Many(mut entries) => {
                entries.insert(key, value);
                Few::Many(entries)
            }
        };
    }
}

impl<K: Ord + Clone, V: Default> Few<K, V> {
    /// The value of a key, to be changed; an empty one is put in where there is none.
    pub(super) fn or_default(&mut self, key: &K) -> Option<&mut V> {
        if self.get(key).is_none() {
            self.insert(key.clone(), V::default());
        }
        self.get_mut(key)
    }
}
