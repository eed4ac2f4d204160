//! How an object differs by the schema of its type: attributes first, then nested blocks.

use super::{Comparer, is_secret, untyped, whole};
use crate::address::{AttributePath, Name, PathStep};
use crate::plan::differences;
use crate::review::tree::{Body, Entry, Item, Label, Sign};
use crate::review::words::{SENSITIVE, UNKNOWN, key};
use crate::schema::{Block, NestedBlock, Nesting};
use crate::value::{Kind, Marks, Type, Value};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// These say which object it is, so they are shown although they stay as they are.
const ALWAYS_SHOWN: [&str; 2] = ["id", "name"];

/// The content of an object that is made (`before` is `None`), changed or destroyed (`after` is `None`).
pub(crate) fn object(
    comparer: Comparer<'_>,
    block: &Block,
    before: Option<&Value>,
    after: Option<&Value>,
) -> Vec<Entry> {
    let sides = Sides {
        comparer,
        before,
        after,
    };
    sides.content(block, &AttributePath::root())
}

/// The paths, shortened where they lead into the value of an attribute: that attribute is what forces a replacement.
pub(crate) fn attribute_paths(block: &Block, paths: &[AttributePath]) -> Vec<AttributePath> {
    let mut shortened: Vec<AttributePath> = Vec::new();
    for path in paths {
        let path = attribute_path(block, path);
        if !shortened.contains(&path) {
            shortened.push(path);
        }
    }
    shortened
}

fn attribute_path(mut block: &Block, path: &AttributePath) -> AttributePath {
    let mut steps = Vec::new();
    for step in path.steps() {
        steps.push(step.clone());
        let PathStep::Attribute(name) = step else {
            continue;
        };
        match block.nested(name) {
            Some(nested) => block = &nested.block,
            None => break,
        }
    }
    AttributePath::from_steps(steps)
}

/// A block before and after.
#[derive(Clone, Copy)]
struct Sides<'a> {
    comparer: Comparer<'a>,
    before: Option<&'a Value>,
    after: Option<&'a Value>,
}

impl<'a> Sides<'a> {
    fn content(self, block: &Block, path: &AttributePath) -> Vec<Entry> {
        let mut entries = self.attributes(block, path);
        let mut hidden = 0;
        for nested in &block.blocks {
            let path = path.then(PathStep::Attribute(nested.name.into()));
            let items = self.blocks(nested, &path, &mut hidden);
            if !items.is_empty() {
                entries.push(Entry::Gap);
                entries.extend(items.into_iter().map(Entry::Item));
            }
        }
        if hidden > 0 {
            entries.push(Entry::Gap);
            entries.push(Entry::Hidden(hidden, "block"));
        }
        if matches!(entries.first(), Some(Entry::Gap)) {
            entries.remove(0);
        }
        entries
    }

    fn attributes(self, block: &Block, path: &AttributePath) -> Vec<Entry> {
        let names = |side: Option<&'a Value>| side.and_then(Value::as_entries).into_iter();
        let names: BTreeSet<&Name> = names(self.before)
            .chain(names(self.after))
            .flat_map(crate::value::Entries::keys)
            .filter(|name| block.nested(name).is_none())
            .collect();
        let mut entries = Vec::new();
        let mut hidden = 0;
        for name in names {
            match self.attribute(block, name, path) {
                Some(item) => {
                    let label = Label::Attribute(key(name));
                    entries.push(Entry::Item(item.labelled(label)));
                }
                None => hidden += usize::from(self.has(name)),
            }
        }
        if hidden > 0 {
            entries.push(Entry::Hidden(hidden, "attribute"));
        }
        entries
    }

    fn attribute(self, block: &Block, name: &Name, path: &AttributePath) -> Option<Item> {
        let top = path.is_root();
        let path = path.then(PathStep::Attribute(name.clone()));
        let attribute = block.attribute(name);
        let is_typed = attribute.is_some_and(|attribute| attribute.ty != Type::Dynamic);
        let part = |side: Option<&'a Value>| {
            let value = side.and_then(|value| value.get(name))?;
            Some(match is_typed {
                true => Cow::Borrowed(value),
                false => Cow::Owned(untyped(value)),
            })
        };
        let (before, after) = (part(self.before), part(self.after));
        let mut item = match (present(before.as_deref()), present(after.as_deref())) {
            (None, None) => return None,
            (None, Some(after)) => whole(after, Sign::Add),
            (Some(before), None) => {
                let mut item = whole(before, Sign::Remove);
                " -> null".clone_into(&mut item.tail);
                item
            }
            (Some(before), Some(after)) => match self.comparer.value(before, after, &path) {
                Some(item) => item,
                None if top && ALWAYS_SHOWN.contains(&name.as_ref()) => whole(after, Sign::Same),
                None => return None,
            },
        };
        let forces = item.sign != Sign::Same && self.comparer.forces(&path, &item.body);
        item.forces = item.forces || forces;
        Some(item)
    }

    fn has(self, name: &str) -> bool {
        present(self.after.and_then(|value| value.get(name))).is_some()
    }

    fn blocks(self, nested: &NestedBlock, path: &AttributePath, hidden: &mut usize) -> Vec<Item> {
        let part = |side: Option<&'a Value>| side.and_then(|value| value.get(nested.name));
        let (before, after) = (part(self.before), part(self.after));
        let label = || Label::Block(nested.name.to_owned());
        let secret =
            |side: Option<&Value>| side.is_some_and(|value| value.marks.contains(Marks::SENSITIVE));
        let as_one = |sign, text: &str| vec![Item::new(sign, label(), Body::Line(text.to_owned()))];
        if secret(before) || secret(after) {
            return match (present(before), present(after)) {
                (Some(one), Some(other)) if differences(one, other).is_empty() => {
                    *hidden += 1;
                    Vec::new()
                }
                (Some(_), Some(_)) => as_one(Sign::Change, SENSITIVE),
                (Some(_), None) => as_one(Sign::Remove, SENSITIVE),
                (None, Some(_)) => as_one(Sign::Add, SENSITIVE),
                (None, None) => Vec::new(),
            };
        }
        if after.is_some_and(Value::is_unknown) {
            return as_one(Sign::Change, UNKNOWN);
        }
        let pairs = match nested.nesting {
            Nesting::Set => set_pairs(elements(before), elements(after)),
            Nesting::Single | Nesting::List => list_pairs(&elements(before), &elements(after)),
        };
        let mut items = Vec::new();
        for (index, (before, after)) in (0..).zip(pairs) {
            let path = match nested.nesting {
                Nesting::Single => path.clone(),
                Nesting::List => path.then(PathStep::Index(index)),
                Nesting::Set => path.then(PathStep::Element),
            };
            let sides = Sides {
                before,
                after,
                ..self
            };
            match sides.block(nested, &path) {
                Some(item) => items.push(item.labelled(label())),
                None => *hidden += 1,
            }
        }
        items
    }

    /// One nested block; `None` when it stays as it is.
    fn block(self, nested: &NestedBlock, path: &AttributePath) -> Option<Item> {
        let sign = match (self.before, self.after) {
            (Some(before), Some(after)) => {
                let same = differences(before, after).is_empty();
                if same && is_secret(before) == is_secret(after) {
                    return None;
                }
                Sign::Change
            }
            (None, _) => Sign::Add,
            (Some(_), None) => Sign::Remove,
        };
        let content = self.content(&nested.block, path);
        let body = if content.is_empty() {
            Body::Line("{}".to_owned())
        } else {
            Body::Object(content)
        };
        let mut item = Item::new(sign, Label::None, body);
        let parent = AttributePath::from_steps(
            path.steps()
                .iter()
                .take(path.steps().len().saturating_sub(1))
                .cloned()
                .collect(),
        );
        let replaced = |at: &AttributePath| self.comparer.replaced.contains(at);
        item.forces = replaced(path) || (!parent.is_root() && replaced(&parent));
        Some(item)
    }
}

type Pair<'a> = (Option<&'a Value>, Option<&'a Value>);

fn list_pairs<'a>(before: &[&'a Value], after: &[&'a Value]) -> Vec<Pair<'a>> {
    let count = before.len().max(after.len());
    (0..count)
        .map(|index| (before.get(index).copied(), after.get(index).copied()))
        .collect()
}

/// Equal elements belong together, and so do single ones that are left; the others come or go.
fn set_pairs<'a>(mut before: Vec<&'a Value>, after: Vec<&'a Value>) -> Vec<Pair<'a>> {
    let mut pairs = Vec::new();
    let mut new = Vec::new();
    for value in after {
        let same = |old: &&Value| differences(old, value).is_empty();
        match before.iter().position(same) {
            Some(position) => pairs.push((Some(before.remove(position)), Some(value))),
            None => new.push(value),
        }
    }
    if let ([old], [new]) = (before.as_slice(), new.as_slice()) {
        pairs.push((Some(*old), Some(*new)));
    } else {
        pairs.extend(before.into_iter().map(|old| (Some(old), None)));
        pairs.extend(new.into_iter().map(|new| (None, Some(new))));
    }
    pairs
}

/// The blocks of one type: the elements of a list or set, or the one object.
fn elements(value: Option<&Value>) -> Vec<&Value> {
    match value {
        Some(value) if matches!(value.kind, Kind::Object(_)) => vec![value],
        Some(value) => value.as_elements().unwrap_or_default().iter().collect(),
        None => Vec::new(),
    }
}

/// The value, unless it is null: that an attribute is not set is no secret.
fn present(value: Option<&Value>) -> Option<&Value> {
    value.filter(|value| !value.is_null())
}
