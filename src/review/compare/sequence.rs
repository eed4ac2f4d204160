//! How lists and sets differ, element by element.

use super::{Comparer, whole};
use crate::address::{AttributePath, PathStep};
use crate::review::tree::{Body, Entry, Item, Sign};
use crate::value::{Value, encode};
use similar::{Algorithm, capture_diff_slices};

impl Comparer<'_> {
    /// Elements whose order counts. Neighbours of a change are shown, longer unchanged runs are not.
    pub(super) fn ordered(
        self,
        before: &[Value],
        after: &[Value],
        path: &AttributePath,
    ) -> Vec<Entry> {
        let names = |values: &[Value]| values.iter().map(identity).collect::<Vec<_>>();
        let mut items = Vec::new();
        for operation in capture_diff_slices(Algorithm::Myers, &names(before), &names(after)) {
            let old = before.get(operation.old_range()).unwrap_or_default();
            let new = after.get(operation.new_range()).unwrap_or_default();
            // Equal ones may differ in what is a secret.
            self.paired(old, new, operation.new_range().start, path, &mut items);
        }
        folded(items)
    }

    /// Elements whose order means nothing: those in both are counted, the others shown.
    pub(super) fn unordered(
        self,
        before: &[Value],
        after: &[Value],
        path: &AttributePath,
    ) -> Vec<Entry> {
        let mut gone: Vec<&Value> = before.iter().collect();
        let mut new: Vec<&Value> = Vec::new();
        let mut hidden = 0;
        for value in after {
            let same = |old: &&Value| self.value(old, value, path).is_none();
            match gone.iter().position(same) {
                Some(position) => {
                    _ = gone.remove(position);
                    hidden += 1;
                }
                None => new.push(value),
            }
        }
        let mut items = Vec::new();
        for value in new {
            let related = gone
                .iter()
                .position(|old| is_related(old, value))
                .or_else(|| (gone.len() == 1 && self.policy && !is_text(value)).then_some(0));
            match related {
                Some(position) => {
                    let old = gone.remove(position);
                    items.extend(self.value(old, value, &path.then(PathStep::Element)));
                }
                None => items.push(whole(value, Sign::Add)),
            }
        }
        let removed = gone.into_iter().map(|value| whole(value, Sign::Remove));
        let mut entries: Vec<Entry> = removed.chain(items).map(Entry::Item).collect();
        if hidden > 0 {
            entries.push(Entry::Hidden(hidden, "element"));
        }
        entries
    }

    /// Elements that come in the place of others.
    fn paired(
        self,
        old: &[Value],
        new: &[Value],
        start: usize,
        path: &AttributePath,
        items: &mut Vec<Item>,
    ) {
        let common = old.len().min(new.len());
        for (index, (before, after)) in (start..).zip(old.iter().zip(new)) {
            let index = u64::try_from(index).unwrap_or(u64::MAX);
            let path = path.then(PathStep::Index(index));
            let item = self.value(before, after, &path);
            items.extend(item.or_else(|| Some(whole(after, Sign::Same))));
        }
        let rest = old.iter().skip(common);
        items.extend(rest.map(|value| whole(value, Sign::Remove)));
        let rest = new.iter().skip(common);
        items.extend(rest.map(|value| whole(value, Sign::Add)));
    }
}

/// A name that equal values share, whatever their marks.
fn identity(value: &Value) -> String {
    encode(&value.without_marks()).to_string()
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some()
}

/// Whether one element may be said to become the other: statements of one `Sid`, blocks of one name.
fn is_related(before: &Value, after: &Value) -> bool {
    ["Sid", "name", "key"].into_iter().any(|name| {
        let value = |element: &Value| element.get(name).and_then(Value::as_str).map(str::to_owned);
        value(before).is_some() && value(before) == value(after)
    })
}

/// Elements with unchanged ones hidden, but for one on each side of a change if it takes one line.
fn folded(items: Vec<Item>) -> Vec<Entry> {
    let changed: Vec<bool> = items.iter().map(|item| item.sign != Sign::Same).collect();
    let is_changed = |index: usize| changed.get(index).copied().unwrap_or_default();
    let mut entries = Vec::new();
    let mut hidden = 0;
    for (index, item) in items.into_iter().enumerate() {
        let beside = is_changed(index + 1) || index.checked_sub(1).is_some_and(is_changed);
        let short = matches!(item.body, Body::Line(_));
        if item.sign == Sign::Same && !(beside && short) {
            hidden += 1;
            continue;
        }
        if hidden > 0 {
            entries.push(Entry::Hidden(std::mem::take(&mut hidden), "element"));
        }
        entries.push(Entry::Item(item));
    }
    if hidden > 0 {
        entries.push(Entry::Hidden(hidden, "element"));
    }
    entries
}
