//! `-json` of `plan`, `apply` and `destroy`: one JSON object a line, in Terraform's machine-readable UI, version 1.2
//! (Terraform documentation, "Machine-Readable UI").

use super::progress::{failed_line, finished_line, started_line, still_line};
use super::verbs::verbs;
use crate::address::{InstanceAddress, InstanceKey, ResourceMode};
use crate::diagnostic::{Diagnostic, Severity};
use crate::engine::{ApplySummary, VERSION};
use crate::plan::{Action, Change, DataChange, Drift, OperationKind, Plan};
use crate::refresh::{ReadEvent, Subject};
use crate::review::{Counts, access, counts, reason};
use crate::source::SourceMap;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::time::Duration;
use trustform_state::snapshot::OutputValue;

/// The version of Terraform whose words these are.
const TERRAFORM: &str = "1.11.4";

/// Prints a message on a line of its own.
pub(super) fn send(message: &Json) {
    super::print(&message.to_string());
}

/// The first message of every stream.
pub(super) fn version() -> Json {
    let members = json!({ "terraform": TERRAFORM, "trustform": VERSION, "ui": "1.2" });
    message("info", &format!("Trustform {VERSION}"), "version", members)
}

/// A line of what a command does beside planning, as `init` prints it.
pub(super) fn said(text: &str) -> Json {
    message("info", text, "log", json!({}))
}

/// A line that a program may wait for: it has a code.
pub(super) fn said_with_code(text: &str, code: &str) -> Json {
    message("info", text, "init_output", json!({ "message_code": code }))
}

/// A problem.
pub(super) fn diagnostic(diagnostic: &Diagnostic, sources: &SourceMap) -> Json {
    let (level, word) = match diagnostic.severity {
        Severity::Error => ("error", "Error"),
        Severity::Warning => ("warn", "Warning"),
    };
    let text = format!("{word}: {}", diagnostic.summary);
    let members = json!({ "diagnostic": super::json::diagnostic(diagnostic, sources) });
    message(level, &text, "diagnostic", members)
}

/// Everything a plan says: drift, changes, who gains and loses a role, their number, outputs.
pub(super) fn plan(plan: &Plan, operation: &str) -> Vec<Json> {
    let drift = plan.drift.iter().map(drifted);
    let deferred = plan.deferred.iter().map(deferred);
    let changes = plan.changes.iter().filter(|change| change.is_change());
    let mut messages: Vec<Json> = drift.chain(deferred).chain(changes.map(planned)).collect();
    messages.extend(access(plan).iter().map(access_change));
    messages.push(plan_summary(counts(plan), operation));
    let outputs: Map<String, Json> = plan
        .outputs
        .iter()
        .map(|(name, output)| {
            let action = action_name(output.action);
            (
                name.to_string(),
                json!({ "sensitive": output.sensitive, "action": action }),
            )
        })
        .collect();
    if !outputs.is_empty() {
        messages.push(outputs_message(&outputs));
    }
    messages
}

/// Who gains and who loses a role: a message that Terraform does not have.
fn access_change(change: &Json) -> Json {
    let role = change.get("role").or_else(|| change.get("role_arn"));
    let role = role.and_then(Json::as_str).unwrap_or_default();
    let text = format!("{role}: Access changes");
    message("info", &text, "access_change", json!({ "access": change }))
}

fn drifted(drift: &Drift) -> Json {
    let action = match drift.live {
        Some(_) if drift.is_change() => "update",
        Some(_) => "move",
        None => "delete",
    };
    let text = format!("{}: Drift detected ({action})", drift.address);
    let mut change = json!({ "resource": resource(&drift.address), "action": action });
    if let (Json::Object(members), Some(previous)) = (&mut change, &drift.moved_from) {
        members.insert("previous_resource".into(), resource(previous));
    }
    message("info", &text, "resource_drift", json!({ "change": change }))
}

fn deferred(data: &DataChange) -> Json {
    let text = format!("{}: Plan to read", data.address);
    let mut change = json!({ "resource": resource(&data.address), "action": "read" });
    let reason = data.reason.to_string();
    if let (Json::Object(members), false) = (&mut change, reason.is_empty()) {
        members.insert("reason".into(), json!(reason));
    }
    message("info", &text, "planned_change", json!({ "change": change }))
}

fn planned(change: &Change) -> Json {
    let action = match change.action {
        Action::NoOp if change.importing.is_some() => "import",
        Action::NoOp if change.moved_from.is_some() => "move",
        Action::NoOp
        | Action::Create
        | Action::Read
        | Action::Update
        | Action::Replace(_)
        | Action::Delete
        | Action::Forget => action_name(change.action),
    };
    let text = format!("{}: Plan to {action}", change.address);
    let mut members = Map::new();
    members.insert("resource".into(), json!(resource(&change.address)));
    members.insert("action".into(), json!(action));
    if let Some(reason) = reason(change) {
        members.insert("reason".into(), json!(short_reason(&reason)));
    }
    if let Some(previous) = &change.moved_from {
        members.insert("previous_resource".into(), resource(previous));
    }
    if let Some(identity) = &change.importing {
        members.insert("importing".into(), json!({ "id": identity.0 }));
    }
    message(
        "info",
        &text,
        "planned_change",
        json!({ "change": members }),
    )
}

/// The reason as the stream names it, which is not quite as the plan does.
fn short_reason(reason: &str) -> &str {
    match reason {
        "replace_by_request" => "requested",
        "replace_by_triggers" => "replace_triggered_by",
        other => other.strip_prefix("replace_because_").unwrap_or(other),
    }
}

fn action_name(action: Action) -> &'static str {
    match action {
        Action::NoOp => "noop",
        Action::Create => "create",
        Action::Read => "read",
        Action::Update => "update",
        Action::Replace(_) => "replace",
        Action::Delete => "delete",
        Action::Forget => "remove",
    }
}

fn plan_summary(counts: Counts, operation: &str) -> Json {
    let changes = json!({
        "add": counts.add,
        "change": counts.change,
        "import": counts.import,
        "remove": counts.destroy,
        "operation": operation,
    });
    let text = format!("Plan: {}", counts.line());
    message(
        "info",
        &text,
        "change_summary",
        json!({ "changes": changes }),
    )
}

/// What apply did, and the outputs.
pub(super) fn summary(summary: &ApplySummary, sentence: &str, operation: &str) -> Vec<Json> {
    let changes = json!({
        "add": summary.added,
        "change": summary.changed,
        "import": summary.imported,
        "remove": summary.destroyed,
        "operation": operation,
    });
    let mut messages = vec![message(
        "info",
        sentence,
        "change_summary",
        json!({ "changes": changes }),
    )];
    if operation != "destroy" {
        messages.push(outputs_message(&output_values(&summary.outputs)));
    }
    messages
}

fn output_values(outputs: &BTreeMap<String, OutputValue>) -> Map<String, Json> {
    let member = |output: &OutputValue| {
        if output.sensitive {
            json!({ "sensitive": true, "type": output.ty })
        } else {
            json!({ "sensitive": false, "type": output.ty, "value": output.value })
        }
    };
    outputs
        .iter()
        .map(|(name, output)| (name.clone(), member(output)))
        .collect()
}

fn outputs_message(outputs: &Map<String, Json>) -> Json {
    let text = format!("Outputs: {}", outputs.len());
    message("info", &text, "outputs", json!({ "outputs": outputs }))
}

/// An object is read while planning. A data source is told of as an operation, as Terraform does.
pub(super) fn reading(event: &ReadEvent) -> Json {
    let operation = |subject: &Subject| match subject.address.resource.mode {
        ResourceMode::Managed => None,
        ResourceMode::Data => Some(OperationKind::Read),
        ResourceMode::Ephemeral => Some(OperationKind::Open),
    };
    match event {
        ReadEvent::Started(subject) => match operation(subject) {
            Some(kind) => apply_start(&subject.address, &kind, None),
            None => refresh(subject, "refresh_start", "Refreshing state..."),
        },
        ReadEvent::Finished(subject, took) => match operation(subject) {
            Some(kind) => apply_complete(&subject.address, &kind, subject.id.as_deref(), *took),
            None => refresh(subject, "refresh_complete", "Refresh complete"),
        },
    }
}

fn refresh(subject: &Subject, kind: &str, what: &str) -> Json {
    let mut hook = Map::new();
    hook.insert("resource".into(), resource(&subject.address));
    let mut text = format!("{}: {what}", subject.address);
    if let Some(id) = &subject.id {
        text.extend([format!(" [id={id}]")]);
        hook.insert("id_key".into(), json!("id"));
        hook.insert("id_value".into(), json!(id));
    }
    message("info", &text, kind, json!({ "hook": hook }))
}

/// An operation begins.
pub(super) fn apply_start(
    address: &InstanceAddress,
    kind: &OperationKind,
    id: Option<&str>,
) -> Json {
    let text = started_line(address, kind, id);
    let id = id.filter(|_| !matches!(kind, OperationKind::Create { .. }));
    let name = message_type(kind, "start");
    message("info", &text, &name, hook(address, kind, id, None))
}

/// The type of a message about an operation: those on ephemeral objects have types of their own.
fn message_type(kind: &OperationKind, what: &str) -> String {
    match kind {
        OperationKind::Open | OperationKind::Close => format!("ephemeral_op_{what}"),
        OperationKind::Create { .. }
        | OperationKind::Update
        | OperationKind::Delete(_)
        | OperationKind::Read
        | OperationKind::Adopt
        | OperationKind::Forget => format!("apply_{what}"),
    }
}

/// An operation is still under way.
pub(super) fn apply_progress(
    address: &InstanceAddress,
    kind: &OperationKind,
    took: Duration,
) -> Json {
    let text = still_line(address, kind, None, took);
    message(
        "info",
        &text,
        &message_type(kind, "progress"),
        hook(address, kind, None, Some(took)),
    )
}

/// An operation is over.
pub(super) fn apply_complete(
    address: &InstanceAddress,
    kind: &OperationKind,
    id: Option<&str>,
    took: Duration,
) -> Json {
    let text = finished_line(address, kind, id, took);
    let id = id.filter(|_| !matches!(kind, OperationKind::Delete(_)));
    message(
        "info",
        &text,
        &message_type(kind, "complete"),
        hook(address, kind, id, Some(took)),
    )
}

/// A provisioner begins.
pub(super) fn provision_start(address: &InstanceAddress, provisioner: &str) -> Json {
    let text = format!("{address}: Provisioning with '{provisioner}'...");
    provisioning(&text, "provision_start", address, provisioner, None)
}

/// A provisioner has said something.
pub(super) fn provision_progress(address: &InstanceAddress, provisioner: &str, line: &str) -> Json {
    let text = format!("{address}: ({provisioner}): {line}");
    provisioning(
        &text,
        "provision_progress",
        address,
        provisioner,
        Some(line),
    )
}

/// A provisioner is over.
pub(super) fn provision_over(address: &InstanceAddress, provisioner: &str, failed: bool) -> Json {
    let (what, kind) = if failed {
        ("errored", "provision_errored")
    } else {
        ("complete", "provision_complete")
    };
    let text = format!("{address}: ({provisioner}) Provisioning {what}");
    provisioning(&text, kind, address, provisioner, None)
}

fn provisioning(
    text: &str,
    kind: &str,
    address: &InstanceAddress,
    provisioner: &str,
    output: Option<&str>,
) -> Json {
    let mut hook = Map::new();
    hook.insert("resource".into(), resource(address));
    hook.insert("provisioner".into(), json!(provisioner));
    hook.extend(output.map(|output| ("output".to_owned(), json!(output))));
    message("info", text, kind, json!({ "hook": hook }))
}

/// An operation failed.
pub(super) fn apply_errored(
    address: &InstanceAddress,
    kind: &OperationKind,
    took: Duration,
) -> Json {
    let text = failed_line(address, kind, took);
    message(
        "info",
        &text,
        &message_type(kind, "errored"),
        hook(address, kind, None, Some(took)),
    )
}

fn hook(
    address: &InstanceAddress,
    kind: &OperationKind,
    id: Option<&str>,
    took: Option<Duration>,
) -> Json {
    let mut members = Map::new();
    members.insert("resource".into(), resource(address));
    members.insert("action".into(), json!(verbs(kind).action));
    if let Some(id) = id {
        members.insert("id_key".into(), json!("id"));
        members.insert("id_value".into(), json!(id));
    }
    if let Some(took) = took {
        members.insert("elapsed_seconds".into(), json!(took.as_secs()));
    }
    json!({ "hook": members })
}

fn resource(address: &InstanceAddress) -> Json {
    let InstanceAddress {
        module,
        resource,
        key,
    } = address;
    let within = format!("{resource}{key}");
    let kind = resource.resource_type.as_ref();
    let key = match key {
        InstanceKey::None => Json::Null,
        InstanceKey::Int(index) => json!(index),
        InstanceKey::String(key) => json!(key.as_ref()),
    };
    json!({
        "addr": address.to_string(),
        "module": module.to_string(),
        "resource": within,
        "implied_provider": kind.split('_').next().unwrap_or_default(),
        "resource_type": kind,
        "resource_name": resource.name.as_ref(),
        "resource_key": key,
    })
}

/// A message with what all of them have.
#[expect(
    clippy::disallowed_methods,
    reason = "a message tells when it was printed, and nothing depends on it"
)]
fn message(level: &str, text: &str, kind: &str, members: Json) -> Json {
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.6fZ");
    let mut all = Map::new();
    all.insert("@level".into(), json!(level));
    all.insert("@message".into(), json!(text));
    all.insert("@module".into(), json!("terraform.ui"));
    all.insert("@timestamp".into(), json!(now.to_string()));
    if let Json::Object(members) = members {
        all.extend(members);
    }
    all.insert("type".into(), json!(kind));
    Json::Object(all)
}
