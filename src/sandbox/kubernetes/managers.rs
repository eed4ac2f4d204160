//! Who owns which field: reading and writing `metadata.managedFields`, and what a write changes in it.
//!
//! Server-side apply is described in "Server-Side Apply: Field management" of the Kubernetes documentation; the entries'
//! order and identity follow the API server's field manager.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::compare::Comparison;
use super::fieldset::{FieldSet, Path, Step};
use super::kinds::{Kind, NAMESPACE};
use super::metadata;

/// What tells two entries of `managedFields` apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Manager {
    /// The field manager's name.
    pub(super) name: String,
    /// `Apply` or `Update`.
    pub(super) operation: String,
    /// Of an `Update` entry only: the API version it wrote with.
    pub(super) version: String,
    /// `status` and the like; empty for the object itself.
    pub(super) subresource: String,
}

impl Manager {
    /// The identity of an apply.
    pub(super) fn applying(name: &str) -> Self {
        Self::new(name, "Apply", "")
    }

    /// The identity of any other write.
    pub(super) fn updating(name: &str) -> Self {
        Self::new(name, "Update", "v1")
    }

    fn new(name: &str, operation: &str, version: &str) -> Self {
        let (name, operation, version) =
            (name.to_owned(), operation.to_owned(), version.to_owned());
        Self {
            name,
            operation,
            version,
            subresource: String::new(),
        }
    }

    /// As conflicts name it.
    pub(super) fn print(&self) -> String {
        let mut text = format!("{:?}", self.name);
        if !self.subresource.is_empty() {
            text = format!("{text} with subresource {:?}", self.subresource);
        }
        if self.operation == "Update" {
            text = format!("{text} using {}", self.version);
        }
        text
    }
}

/// What one manager owns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its fields.
    pub(super) fields: FieldSet,
    /// When it last changed something, as RFC 3339 text.
    pub(super) time: Option<String>,
}

/// All managers of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Managers(pub(super) BTreeMap<Manager, Entry>);

/// Fields of others that a write changed.
pub(super) type Conflicts = Vec<(Manager, Path)>;

impl Managers {
    /// Reads the entries of an object. `None` when they are not what this server writes.
    pub(super) fn of(object: &Value) -> Option<Self> {
        let entries = object
            .pointer("/metadata/managedFields")
            .and_then(Value::as_array);
        let mut managers = BTreeMap::new();
        for entry in entries.into_iter().flatten() {
            let (manager, entry) = read_entry(entry)?;
            managers.insert(manager, entry);
        }
        Some(Self(managers))
    }

    /// The entries as `managedFields` lists them: applies first, then by time and name.
    pub(super) fn to_json(&self) -> Vec<Value> {
        let mut entries: Vec<_> = self.0.iter().collect();
        entries.sort_by(|(a, x), (b, y)| {
            (&a.operation, &x.time, &a.name, &a.version, &a.subresource).cmp(&(
                &b.operation,
                &y.time,
                &b.name,
                &b.version,
                &b.subresource,
            ))
        });
        entries
            .into_iter()
            .map(|(manager, entry)| write_entry(manager, entry))
            .collect()
    }

    /// Writes the entries into an object.
    pub(super) fn put_into(&self, object: &mut Value) {
        let entries = self.to_json();
        metadata::set(
            object,
            "managedFields",
            (!entries.is_empty()).then(|| entries.into()),
        );
    }

    /// The fields of all managers together.
    pub(super) fn all_fields(&self) -> FieldSet {
        let union = |all: FieldSet, entry: &Entry| all.union(&entry.fields);
        self.0.values().fold(FieldSet::default(), union)
    }

    /// Fields of other managers that a change would write.
    pub(super) fn conflicts(&self, comparison: &Comparison, writer: &Manager) -> Conflicts {
        let written = comparison.added.union(&comparison.modified);
        let others = self.0.iter().filter(|(manager, _)| *manager != writer);
        let of_one = |(manager, entry): (&Manager, &Entry)| -> Conflicts {
            let fields = entry.fields.intersection(&written);
            fields
                .paths()
                .into_iter()
                .map(|path| (manager.clone(), path.clone()))
                .collect()
        };
        others.flat_map(of_one).collect()
    }

    /// Takes from all but `writer` what a change writes and removes.
    pub(super) fn yield_to(&mut self, comparison: &Comparison, writer: Option<&Manager>) {
        let gone = comparison
            .added
            .union(&comparison.modified)
            .union(&comparison.removed);
        for (manager, entry) in &mut self.0 {
            if Some(manager) != writer {
                entry.fields = entry.fields.difference(&gone);
            }
        }
        self.0.retain(|_, entry| !entry.fields.is_empty());
    }

    /// Gives `writer` what a change wrote.
    pub(super) fn give(&mut self, writer: Manager, written: &FieldSet, now: Timestamp) {
        let entry = self.0.entry(writer).or_default();
        entry.fields = entry.fields.union(written);
        entry.time = Some(metadata::time_text(now));
    }
}

/// An object that was written by other means than an apply, with its owners brought up to date.
///
/// `live` is what was there before (`None` when it is being created). Owners that the request itself
/// brings replace the live ones; a list with one empty entry forgets them all.
pub(super) fn track_update(
    kind: &'static Kind,
    live: Option<&Value>,
    mut new: Value,
    manager: &str,
    now: Timestamp,
) -> Value {
    let mut managers = managers_after(live, &new);
    metadata::set(&mut new, "managedFields", None);
    if managers.0.is_empty() && live.is_some() {
        // An object whose owners nobody tracks stays so until its first apply.
        return new;
    }
    record_update(kind, live, &new, &mut managers, manager, now);
    managers.put_into(&mut new);
    new
}

/// Notes what an update from `live` to `new` means for the owners.
pub(super) fn record_update(
    kind: &'static Kind,
    live: Option<&Value>,
    new: &Value,
    managers: &mut Managers,
    manager: &str,
    now: Timestamp,
) {
    let live = live.map_or_else(|| empty_object(kind), without_managers);
    let comparison = Comparison::between(&kind.shape, &live, &without_managers(new));
    managers.yield_to(&comparison, None);
    let written = owned(kind, &comparison.added.union(&comparison.modified));
    if !written.is_empty() {
        managers.give(Manager::updating(manager), &written, now);
    }
}

/// The fields that can have owners: the server's own are nobody's.
pub(super) fn owned(kind: &Kind, fields: &FieldSet) -> FieldSet {
    fields.filtered(|path| match path.as_slice() {
        [Step::Field(top)] => !matches!(top.as_str(), "kind" | "apiVersion" | "metadata"),
        [Step::Field(top), Step::Field(member)] if top == "metadata" => {
            !SERVERS_OWN.contains(&member.as_str())
        }
        [Step::Field(top), ..] => top != "status" || kind.name != NAMESPACE.name,
        _ => true,
    })
}

/// The object without its list of owners.
pub(super) fn without_managers(object: &Value) -> Value {
    let mut object = object.clone();
    metadata::set(&mut object, "managedFields", None);
    object
}

/// What an object of a kind is before anything is written.
pub(super) fn empty_object(kind: &Kind) -> Value {
    let mut object = json!({ "kind": kind.name, "apiVersion": "v1", "metadata": {} });
    if let Some(members) = object.as_object_mut() {
        for member in kind.always {
            members.insert((*member).to_owned(), json!({}));
        }
    }
    object
}

const SERVERS_OWN: [&str; 9] = [
    "name",
    "namespace",
    "creationTimestamp",
    "selfLink",
    "uid",
    "clusterName",
    "generation",
    "managedFields",
    "resourceVersion",
];

fn managers_after(live: Option<&Value>, new: &Value) -> Managers {
    let Some(live) = live else {
        return Managers::default();
    };
    let brought = new
        .pointer("/metadata/managedFields")
        .and_then(Value::as_array);
    if brought.is_some_and(
        |entries| matches!(entries.as_slice(), [Value::Object(only)] if only.is_empty()),
    ) {
        return Managers::default();
    }
    let brought = Managers::of(new).filter(|managers| !managers.0.is_empty());
    brought.or_else(|| Managers::of(live)).unwrap_or_default()
}

fn read_entry(entry: &Value) -> Option<(Manager, Entry)> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default();
    let operation = text("operation");
    let version = match operation {
        "Apply" => "",
        "Update" => text("apiVersion"),
        _ => return None,
    };
    if text("fieldsType") != "FieldsV1" {
        return None;
    }
    let manager = Manager {
        subresource: text("subresource").to_owned(),
        ..Manager::new(text("manager"), operation, version)
    };
    let fields = FieldSet::from_json(entry.get("fieldsV1").unwrap_or(&json!({})))?;
    let time = entry.get("time").and_then(Value::as_str).map(str::to_owned);
    Some((manager, Entry { fields, time }))
}

fn write_entry(manager: &Manager, entry: &Entry) -> Value {
    let mut written = Map::new();
    let mut put = |name: &str, value: Value| written.insert(name.to_owned(), value);
    if !manager.name.is_empty() {
        put("manager", Value::from(manager.name.clone()));
    }
    put("operation", Value::from(manager.operation.clone()));
    let version = if manager.version.is_empty() {
        "v1"
    } else {
        &manager.version
    };
    put("apiVersion", Value::from(version));
    if let Some(time) = &entry.time {
        put("time", Value::from(time.clone()));
    }
    put("fieldsType", Value::from("FieldsV1"));
    put("fieldsV1", entry.fields.to_json());
    if !manager.subresource.is_empty() {
        put("subresource", Value::from(manager.subresource.clone()));
    }
    Value::Object(written)
}
