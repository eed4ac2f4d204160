//! Server-side apply: an intent is merged into the live object, fields dropped from the intent go when nobody else owns
//! them, and a field of another manager with another value is a conflict.
//!
//! "Server-Side Apply" in the Kubernetes documentation; the steps are those of its structured merge.

use jiff::Timestamp;
use serde_json::Value;

use super::compare::{Comparison, fields_of};
use super::fieldset::{FieldSet, print_path};
use super::kinds::Kind;
use super::managers::{self, Conflicts, Manager, Managers};
use super::merge::{merge, without};
use super::metadata;
use super::shape::Shape;
use super::status::{Cause, Refusal};
use super::typed;

/// The owner of all that an object held before its first apply, when nobody tracked owners.
const BEFORE: &str = "before-first-apply";

/// One apply.
#[derive(Debug)]
pub(super) struct Apply<'a> {
    /// The kind of the object.
    pub(super) kind: &'static Kind,
    /// The namespace and name in the path.
    pub(super) place: (&'a str, &'a str),
    /// The manager that applies.
    pub(super) manager: &'a str,
    /// Whether fields of others are taken over.
    pub(super) force: bool,
    /// The time of the request.
    pub(super) now: Timestamp,
}

impl Apply<'_> {
    /// The object that the intent makes of the live one (`None`: it does not exist yet), owners included.
    pub(super) fn to(&self, live: Option<&Value>, intent: &Value) -> Result<Value, Refusal> {
        self.check(intent)?;
        let shape = &self.kind.shape;
        let before = live.map_or_else(
            || managers::empty_object(self.kind),
            managers::without_managers,
        );
        let mut owners = self.owners_of(live, &before);
        let writer = Manager::applying(self.manager);
        let last = owners.0.get(&writer).map(|entry| entry.fields.clone());
        let intended = fields_of(shape, intent);
        owners.0.entry(writer.clone()).or_default().fields = intended.clone();

        let merged = merge(shape, &before, intent);
        let pruned = prune(shape, &merged, &owners, &last.unwrap_or_default());
        let comparison = Comparison::between(shape, &before, &pruned);
        let conflicts = owners.conflicts(&comparison, &writer);
        if !self.force && !conflicts.is_empty() {
            return Err(refusal(&conflicts));
        }
        owners.yield_to(&comparison, Some(&writer));
        // A list in another order is a change, though of no field.
        let is_changed = before != pruned;
        self.settle_own_entry(&mut owners, writer, &intended, is_changed);
        let mut object = pruned;
        owners.put_into(&mut object);
        Ok(object)
    }

    fn check(&self, intent: &Value) -> Result<(), Refusal> {
        let text = |member: &str| {
            intent
                .get(member)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let (version, kind) = (text("apiVersion"), text("kind"));
        if version != "v1" || kind != self.kind.name {
            let group = if version.contains('/') { "" } else { "/" };
            let message = format!("invalid object type: {group}{version}, Kind={kind}");
            return Err(Refusal::bad_request(message));
        }
        let (namespace, name) = self.place;
        check_place(intent, namespace, name)?;
        if intent
            .pointer("/metadata/managedFields")
            .is_some_and(|fields| !fields.is_null())
        {
            return Err(Refusal::bad_request("metadata.managedFields must be nil"));
        }
        typed::check(self.kind, intent)
    }

    /// The owners of the live object. What an untracked object holds belongs to "before the first apply".
    fn owners_of(&self, live: Option<&Value>, before: &Value) -> Managers {
        let mut owners = live.and_then(Managers::of).unwrap_or_default();
        if owners.0.is_empty() && live.is_some() {
            managers::record_update(self.kind, None, before, &mut owners, BEFORE, self.now);
        }
        owners
    }

    fn settle_own_entry(
        &self,
        owners: &mut Managers,
        writer: Manager,
        intended: &FieldSet,
        is_changed: bool,
    ) {
        let fields = managers::owned(self.kind, intended);
        if fields.is_empty() {
            owners.0.remove(&writer);
            return;
        }
        let entry = owners.0.entry(writer).or_default();
        entry.fields = fields;
        if is_changed {
            entry.time = Some(metadata::time_text(self.now));
        }
    }
}

/// Compares the name and namespace in an object with those of the path.
pub(super) fn check_place(object: &Value, namespace: &str, name: &str) -> Result<(), Refusal> {
    match metadata::text(object, "name") {
        "" => {
            let message = format!(
                "the name of the object ({name} based on URL) was undeterminable: name must be provided"
            );
            return Err(Refusal::bad_request(message));
        }
        other if other != name => {
            let message = format!(
                "the name of the object ({other}) does not match the name on the URL ({name})"
            );
            return Err(Refusal::bad_request(message));
        }
        _ => {}
    }
    check_namespace(object, namespace)
}

/// Compares the namespace in an object with that of the path.
pub(super) fn check_namespace(object: &Value, namespace: &str) -> Result<(), Refusal> {
    let given = metadata::text(object, "namespace");
    if given.is_empty() || given == namespace {
        return Ok(());
    }
    Err(Refusal::bad_request(
        "the namespace of the provided object does not match the namespace sent on the request",
    ))
}

/// Takes out what the manager's last intent named and this one does not, unless somebody owns it.
fn prune(shape: &'static Shape, merged: &Value, owners: &Managers, last: &FieldSet) -> Value {
    if last.is_empty() {
        return merged.clone();
    }
    let named = |object: &Value| fields_of(shape, object).with_named_parents(shape);
    let (all, last) = (named(merged), last.with_named_parents(shape));
    let owned = owners.all_fields().with_named_parents(shape);
    let pruned = without(shape, merged, &last);
    let with_owned = without(
        shape,
        merged,
        &all.difference(&named(&pruned).union(&owned)),
    );
    // What nobody owns stays too, when the last intent did not name it.
    without(
        shape,
        merged,
        &all.difference(&named(&with_owned)).intersection(&last),
    )
}

fn refusal(conflicts: &Conflicts) -> Refusal {
    let cause = |(manager, path): &(Manager, _)| Cause {
        reason: "FieldManagerConflict",
        message: format!("conflict with {}", manager.print()),
        field: print_path(path),
    };
    let causes: Vec<Cause> = conflicts.iter().map(cause).collect();
    let message = if let [only] = causes.as_slice() {
        format!(
            "Apply failed with 1 conflict: {}: {}",
            only.message, only.field
        )
    } else {
        format!(
            "Apply failed with {} conflicts: {}",
            causes.len(),
            list_conflicts(conflicts)
        )
    };
    Refusal::apply_conflict(message, &causes)
}

/// The fields of each manager below its name. Conflicts come sorted by manager.
fn list_conflicts(conflicts: &Conflicts) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut last: Option<&Manager> = None;
    for (manager, path) in conflicts {
        if last != Some(manager) {
            lines.push(format!("conflicts with {}:", manager.print()));
            last = Some(manager);
        }
        lines.push(format!("- {}", print_path(path)));
    }
    lines.join("\n")
}
