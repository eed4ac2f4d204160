//! Sets of field paths, and their form in `managedFields` (`FieldsV1`).

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::shape::Shape;

/// One step of a path through an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// A member of an object: `f:`.
    Field(String),
    /// The item of a list whose member has this value: `k:`.
    Key(String, String),
    /// The item of a set: `v:`.
    Item(String),
    /// A step of a form this server does not make itself; kept as it was written.
    Other(String),
}

/// A way through an object.
pub(super) type Path = Vec<Step>;

/// A set of paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FieldSet(BTreeSet<Path>);

impl FieldSet {
    /// Adds a path.
    pub(super) fn insert(&mut self, path: Path) {
        self.0.insert(path);
    }

    /// Whether the set has no path.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this very path is in the set.
    pub(super) fn has(&self, path: &Path) -> bool {
        self.0.contains(path)
    }

    /// Whether a path at or below this one is in the set.
    pub(super) fn reaches_into(&self, path: &Path) -> bool {
        let mut from = self.0.range(path.clone()..);
        from.next().is_some_and(|found| found.starts_with(path))
    }

    /// The paths in either set.
    pub(super) fn union(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).cloned().collect())
    }

    /// The paths in both sets.
    pub(super) fn intersection(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0).cloned().collect())
    }

    /// The paths that are not in the other set.
    pub(super) fn difference(&self, other: &Self) -> Self {
        Self(self.0.difference(&other.0).cloned().collect())
    }

    /// The paths for which the test holds.
    pub(super) fn filtered(&self, keep: impl Fn(&Path) -> bool) -> Self {
        Self(self.0.iter().filter(|path| keep(path)).cloned().collect())
    }

    /// The paths as conflicts list them: at every level what ends there comes before what goes on.
    pub(super) fn paths(&self) -> Vec<&Path> {
        let mut paths: Vec<&Path> = self.0.iter().collect();
        paths.sort_by(|a, b| level_by_level(a, b));
        paths
    }

    /// The set with every declared member added that lies on the way to one of its paths.
    pub(super) fn with_named_parents(&self, shape: &'static Shape) -> Self {
        let mut all = self.0.clone();
        for path in &self.0 {
            let mut here = shape;
            for (depth, step) in path.iter().enumerate() {
                let named = matches!(step, Step::Field(name) if here.known_member(name).is_some());
                if named {
                    all.insert(path.iter().take(depth + 1).cloned().collect());
                }
                here = here.behind(step);
            }
        }
        Self(all)
    }

    /// The set as `FieldsV1`.
    pub(super) fn to_json(&self) -> Value {
        let mut root = Node::default();
        for path in &self.0 {
            let mut node = &mut root;
            for step in path {
                node = node.children.entry(step.clone()).or_default();
            }
            node.is_member = true;
        }
        root.to_json()
    }

    /// Reads `FieldsV1`. `None` when it is not an object of objects.
    pub(super) fn from_json(fields: &Value) -> Option<Self> {
        let mut set = Self::default();
        collect(fields, &mut Vec::new(), &mut set)?;
        Some(set)
    }
}

/// A path as conflicts print it: `.metadata.annotations.x`, `.secrets[name="a"]`.
pub(super) fn print_path(path: &Path) -> String {
    let mut text = String::new();
    for step in path {
        // Writing to a string cannot fail.
        let _written = match step {
            Step::Field(name) => write!(text, ".{name}"),
            Step::Key(key, value) => write!(text, "[{key}={value:?}]"),
            Step::Item(value) => write!(text, "[={value:?}]"),
            Step::Other(raw) => write!(text, "[{raw}]"),
        };
    }
    text
}

fn level_by_level(a: &[Step], b: &[Step]) -> Ordering {
    let ((first_a, rest_a), (first_b, rest_b)) = match (a.split_first(), b.split_first()) {
        (Some(a), Some(b)) => (a, b),
        (a, b) => return a.is_some().cmp(&b.is_some()),
    };
    let goes_on = (!rest_a.is_empty()).cmp(&!rest_b.is_empty());
    let here = goes_on.then_with(|| first_a.cmp(first_b));
    here.then_with(|| level_by_level(rest_a, rest_b))
}

#[derive(Default)]
struct Node {
    is_member: bool,
    children: BTreeMap<Step, Node>,
}

impl Node {
    fn to_json(&self) -> Value {
        let mut members = Map::new();
        if self.is_member && !self.children.is_empty() {
            members.insert(".".to_owned(), json!({}));
        }
        for (step, child) in &self.children {
            members.insert(encode(step), child.to_json());
        }
        Value::Object(members)
    }
}

fn encode(step: &Step) -> String {
    match step {
        Step::Field(name) => format!("f:{name}"),
        Step::Key(key, value) => {
            let mut keys = Map::new();
            keys.insert(key.clone(), Value::from(value.clone()));
            format!("k:{}", Value::Object(keys))
        }
        Step::Item(value) => format!("v:{}", Value::from(value.clone())),
        Step::Other(raw) => raw.clone(),
    }
}

fn decode(text: &str) -> Step {
    let other = || Step::Other(text.to_owned());
    if let Some(name) = text.strip_prefix("f:") {
        return Step::Field(name.to_owned());
    }
    if let Some(value) = text.strip_prefix("v:") {
        return serde_json::from_str(value).map_or_else(|_| other(), Step::Item);
    }
    let keys = text
        .strip_prefix("k:")
        .and_then(|keys| serde_json::from_str(keys).ok());
    let keys: BTreeMap<String, String> = keys.unwrap_or_default();
    match keys.into_iter().collect::<Vec<_>>().as_slice() {
        [(key, value)] => Step::Key(key.clone(), value.clone()),
        _ => other(),
    }
}

fn collect(node: &Value, path: &mut Path, set: &mut FieldSet) -> Option<()> {
    let members = node.as_object()?;
    if members.is_empty() && !path.is_empty() {
        set.insert(path.clone());
    }
    for (name, child) in members {
        if name == "." {
            set.insert(path.clone());
            continue;
        }
        path.push(decode(name));
        collect(child, path, set)?;
        path.pop();
    }
    Some(())
}
