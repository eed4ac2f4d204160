//! Objects that cannot outlive another: when that one is made (again), they are made again too.
//!
//! A reference tells that another object's *values* are used, and equal values ask for no change. What remembers the
//! object itself, or lies inside it, needs more: its kind says so by its ties.

use super::options::Mode;
use super::planner::Planner;
use super::{Action, Change};
use crate::address::{InstanceAddress, ResourceMode};
use crate::schema::{Tie, TypeEntry};
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The values of the attributes that a tie compares, for all objects of its other type that are made.
type Made = BTreeMap<Vec<&'static str>, BTreeSet<Vec<String>>>;

impl Planner<'_> {
    /// The instances that were planned to stay although something they are tied to is made (again). Known only when
    /// everything else is: empty while questions are open.
    pub(super) fn tied(&self) -> BTreeSet<InstanceAddress> {
        if self.options.mode != Mode::Normal
            || self.diagnostics.has_errors()
            || !self.needs.is_empty()
        {
            return BTreeSet::new();
        }
        let mut made = Made::new();
        let stays = |change: &&Change| {
            let exists = change.before.is_some() && change.deposed.is_none();
            exists && matches!(change.action, Action::NoOp | Action::Update)
        };
        let staying = self.plan.changes.iter().filter(stays);
        let tied = staying.filter(|change| {
            let ties = self.entry(change).map(|entry| entry.rules.ties());
            let after = change.after.as_ref();
            ties.zip(after).is_some_and(|(ties, after)| {
                ties.iter().any(|tie| self.holds(tie, after, &mut made))
            })
        });
        tied.map(|change| change.address.clone()).collect()
    }

    /// Whether an object is tied to one that is made.
    fn holds(&self, tie: &Tie, object: &Value, made: &mut Made) -> bool {
        let others = tie.attributes.iter().map(|(_, other)| *other);
        let key = [tie.resource_type].into_iter().chain(others.clone());
        let made = made
            .entry(key.collect())
            .or_insert_with(|| self.made(tie.resource_type, &others.collect::<Vec<_>>()));
        let own: Vec<&str> = tie.attributes.iter().map(|(own, _)| *own).collect();
        texts(object, &own).is_some_and(|own| made.contains(&own))
    }

    /// The values of attributes of every object of a type that is made.
    fn made(&self, resource_type: &str, attributes: &[&str]) -> BTreeSet<Vec<String>> {
        let changes = self.plan.changes.iter();
        let made = changes.filter(|change| {
            let made = matches!(change.action, Action::Create | Action::Replace(_));
            made && self
                .entry(change)
                .is_some_and(|entry| entry.name == resource_type)
        });
        made.filter_map(|change| texts(change.after.as_ref()?, attributes))
            .collect()
    }

    fn entry(&self, change: &Change) -> Option<TypeEntry> {
        let resource_type = &change.address.resource.resource_type;
        let schemas = &self.program.schemas;
        schemas.find(ResourceMode::Managed, resource_type)
    }
}

/// The texts of attributes; `None` when one is no text, or not known.
fn texts(object: &Value, attributes: &[&str]) -> Option<Vec<String>> {
    let text = |name: &&str| object.get(name)?.as_str().map(str::to_owned);
    attributes.iter().map(text).collect()
}
