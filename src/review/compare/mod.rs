//! What differs between two values, as a tree of lines that are still to be drawn.

mod block;
mod sequence;
mod text;
mod whole;

pub(crate) use block::{attribute_paths, object};
pub(crate) use whole::whole;

use text::texts;

use super::tree::{Body, Entry, Item, Label, Sign};
use super::words::{SENSITIVE, key, quoted};
use crate::address::{AttributePath, Name, PathStep};
use crate::plan::differences;
use crate::value::{Entries, Kind, Marks, Value};
use std::collections::BTreeSet;

const BECOMES_SENSITIVE: &str =
    "# Warning: this value is marked as sensitive from now on and will not be shown any more.";
const NOT_SENSITIVE: &str =
    "# Warning: this value is no longer marked as sensitive and will be shown from now on.";

/// How members are written and called.
#[derive(Clone, Copy)]
struct Members {
    step: fn(Name) -> PathStep,
    written: fn(&str) -> String,
    /// What stands behind one that goes away.
    gone: &'static str,
    noun: &'static str,
}

const OF_A_MAP: Members = Members {
    step: PathStep::Key,
    written: quoted,
    gone: " -> null",
    noun: "element",
};

const OF_AN_OBJECT: Members = Members {
    step: PathStep::Attribute,
    written: key,
    gone: "",
    noun: "attribute",
};

/// What comparing has to know of the object that is compared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Comparer<'a> {
    /// The paths because of which the object is replaced.
    pub(crate) replaced: &'a [AttributePath],
    /// Whether the values are parts of a policy, in which the order of lists means nothing.
    pub(super) policy: bool,
}

impl<'a> Comparer<'a> {
    /// A comparer of an object that is replaced because of these paths.
    pub(crate) fn new(replaced: &'a [AttributePath]) -> Self {
        Comparer {
            replaced,
            policy: false,
        }
    }

    /// How a value becomes another, without its name; `None` when it stays as it is.
    pub(crate) fn value(self, before: &Value, after: &Value, path: &AttributePath) -> Option<Item> {
        if before.marks.contains(Marks::SENSITIVE) || after.marks.contains(Marks::SENSITIVE) {
            return self.concealed(before, after, path);
        }
        if differences(before, after).is_empty() && is_secret(before) == is_secret(after) {
            return None;
        }
        let mut item = self.shown(before, after, path)?;
        item.forces = self.forces(path, &item.body);
        Some(item)
    }

    fn concealed(self, before: &Value, after: &Value, path: &AttributePath) -> Option<Item> {
        let was = before.marks.contains(Marks::SENSITIVE);
        let is = after.marks.contains(Marks::SENSITIVE);
        if was == is && differences(before, after).is_empty() {
            return None;
        }
        let body = Body::Line(SENSITIVE.to_owned());
        let mut item = Item::new(Sign::Change, Label::None, body);
        item.remark = match (was, is) {
            (false, true) => Some(BECOMES_SENSITIVE),
            (true, false) if !after.is_unknown() => Some(NOT_SENSITIVE),
            (true, _) | (false, false) => None,
        };
        item.forces = self.forces(path, &item.body);
        Some(item)
    }

    fn shown(self, before: &Value, after: &Value, path: &AttributePath) -> Option<Item> {
        let change = |body| Item::new(Sign::Change, Label::None, body);
        match (&before.kind, &after.kind) {
            (Kind::String(one), Kind::String(other)) => Some(texts(one, other)),
            (Kind::Map(_, one), Kind::Map(_, other)) => {
                Some(change(Body::Map(self.entries(one, other, path, OF_A_MAP))))
            }
            (Kind::Map(_, one) | Kind::Object(one), Kind::Map(_, other) | Kind::Object(other)) => {
                let entries = self.entries(one, other, path, OF_AN_OBJECT);
                Some(change(Body::Object(entries)))
            }
            (Kind::Set(_, one), Kind::Set(_, other)) => {
                Some(change(Body::List(self.unordered(one, other, path))))
            }
            (Kind::List(_, one) | Kind::Tuple(one), Kind::List(_, other) | Kind::Tuple(other))
                if self.policy =>
            {
                Some(change(Body::List(self.unordered(one, other, path))))
            }
            (Kind::List(_, one) | Kind::Tuple(one), Kind::List(_, other) | Kind::Tuple(other)) => {
                Some(change(Body::List(self.ordered(one, other, path))))
            }
            // In a policy a single value stands for a list of one.
            (Kind::Tuple(_), Kind::String(_) | Kind::Object(_)) if self.policy => {
                self.value(before, &Value::tuple(vec![after.clone()]), path)
            }
            (Kind::String(_) | Kind::Object(_), Kind::Tuple(_)) if self.policy => {
                self.value(&Value::tuple(vec![before.clone()]), after, path)
            }
            _ => Some(replaced(before, after)),
        }
    }

    /// The members of two maps or objects.
    fn entries(
        self,
        before: &Entries,
        after: &Entries,
        path: &AttributePath,
        members: Members,
    ) -> Vec<Entry> {
        let names: BTreeSet<&Name> = before.keys().chain(after.keys()).collect();
        let mut entries = Vec::new();
        let mut hidden = 0;
        for name in names {
            let label = Label::Attribute((members.written)(name));
            let item = match (before.get(name), after.get(name)) {
                (Some(before), Some(after)) => {
                    let path = path.then((members.step)(name.clone()));
                    let Some(item) = self.value(before, after, &path) else {
                        hidden += 1;
                        continue;
                    };
                    item
                }
                (Some(before), None) => {
                    let mut item = whole(before, Sign::Remove);
                    members.gone.clone_into(&mut item.tail);
                    item
                }
                (None, Some(after)) => whole(after, Sign::Add),
                (None, None) => continue,
            };
            entries.push(Entry::Item(item.labelled(label)));
        }
        if hidden > 0 {
            entries.push(Entry::Hidden(hidden, members.noun));
        }
        entries
    }

    /// Whether a replacement is due to what stands at a path. A part that is shown as one counts for everything in it.
    pub(super) fn forces(self, path: &AttributePath, body: &Body) -> bool {
        let shown_as_one = matches!(body, Body::Line(_) | Body::Text(_) | Body::Document(..));
        self.replaced
            .iter()
            .any(|replaced| replaced == path || (shown_as_one && path.contains(replaced)))
    }
}

/// A value that becomes one of another kind.
fn replaced(before: &Value, after: &Value) -> Item {
    let (mut old, mut new) = (whole(before, Sign::Remove), whole(after, Sign::Add));
    match (&old.body, &new.body) {
        (Body::Line(from), Body::Line(to)) => line(Sign::Change, format!("{from} -> {to}")),
        (Body::Line(from), _) => {
            new.lead = format!("{from} -> ");
            new.sign = Sign::Change;
            new
        }
        (_, Body::Line(to)) => {
            old.tail = format!(" -> {to}");
            old.sign = Sign::Change;
            old
        }
        (_, _) => {
            let body = Body::Switch(Box::new(old.body), Box::new(new.body));
            Item::new(Sign::Change, Label::None, body)
        }
    }
}

/// The value with its maps as objects. Where a schema leaves the type open, and in outputs, Terraform shows what it reads
/// from JSON, in which nothing tells the two apart.
pub(in crate::review) fn untyped(value: &Value) -> Value {
    let mut value = value.map_parts(&mut untyped);
    if let Kind::Map(_, entries) = value.kind {
        value.kind = Kind::Object(entries);
    }
    value
}

pub(super) fn line(sign: Sign, text: String) -> Item {
    Item::new(sign, Label::None, Body::Line(text))
}

pub(super) fn is_secret(value: &Value) -> bool {
    value.deep_marks().contains(Marks::SENSITIVE)
}
