//! Deletions: at once, or marked and finished later where finalizers or a namespace's content stand in the way.

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use super::cluster::Cluster;
use super::controllers;
use super::kinds::{Kind, NAMESPACE};
use super::list;
use super::metadata;
use super::reply::Reply;
use super::request::{Options, Target};
use super::status::{self, Cause, Refusal};

/// Namespaces that the API server never deletes.
const IMMORTAL: [&str; 3] = ["default", "kube-system", "kube-public"];

/// Answers the deletion of one object.
pub(super) fn delete(
    cluster: &mut Cluster<'_>,
    target: &Target,
    options: &Options,
    request: &Request<Bytes>,
) -> Result<Reply, Refusal> {
    let kind = target.kind;
    let deletion = Deletion::read(options, request)?;
    if kind.name == NAMESPACE.name && IMMORTAL.contains(&target.name.as_str()) {
        return Err(Refusal::undeletable(kind, &target.name));
    }
    let live = cluster.get(kind, &target.namespace, &target.name).cloned();
    let live = live.ok_or_else(|| Refusal::not_found(kind, &target.name))?;
    deletion.check(kind, &live)?;
    if deletion.dry_run {
        return Ok(Reply::ok(&answer(kind, &live, live.clone(), false)));
    }
    let (object, waits) = delete_object(cluster, kind, &live, deletion.finalizer);
    Ok(Reply::ok(&answer(kind, &live, object, waits)))
}

/// Answers the deletion of all objects that a list would show.
pub(super) fn delete_collection(
    cluster: &mut Cluster<'_>,
    target: &Target,
    options: &Options,
    request: &Request<Bytes>,
) -> Result<Reply, Refusal> {
    let kind = target.kind;
    if !kind.deletes_collections || target.namespace.is_empty() {
        return Err(Refusal::method_not_allowed());
    }
    let deletion = Deletion::read(options, request)?;
    let objects = list::all(cluster, target, &options.query)?;
    let metadata = json!({ "resourceVersion": cluster.revision().to_string() });
    if !deletion.dry_run {
        for object in &objects {
            let _deleted = delete_object(cluster, kind, object, deletion.finalizer);
        }
    }
    let items: Vec<Value> = objects.iter().map(list::item).collect();
    Ok(Reply::ok(&list::envelope(kind, &metadata, &items)))
}

/// Deletes an object, or marks it when something stands in the way. Returns it as it was last, and whether it waits.
pub(super) fn delete_object(
    cluster: &mut Cluster<'_>,
    kind: &'static Kind,
    live: &Value,
    finalizer: Option<&'static str>,
) -> (Value, bool) {
    let (namespace, name) = (
        metadata::text(live, "namespace"),
        metadata::text(live, "name"),
    );
    let mut finalizers = metadata::finalizers(live);
    if let Some(finalizer) = finalizer
        && !finalizers.iter().any(|other| other == finalizer)
    {
        finalizers.push(finalizer.to_owned());
    }
    let is_namespace = kind.name == NAMESPACE.name;
    if finalizers.is_empty() && !is_namespace {
        let revision = cluster.remove(kind, namespace, name);
        controllers::replace_deleted(cluster, kind, namespace, name);
        let mut gone = live.clone();
        metadata::set(
            &mut gone,
            "resourceVersion",
            Some(Value::from(revision.to_string())),
        );
        return (gone, false);
    }
    if metadata::is_being_deleted(live) {
        return (live.clone(), true);
    }
    let mut marked = live.clone();
    let time = metadata::time_text(cluster.now);
    metadata::set(&mut marked, "deletionTimestamp", Some(Value::from(time)));
    let finalizers = (!finalizers.is_empty()).then(|| Value::from(finalizers));
    metadata::set(&mut marked, "finalizers", finalizers);
    if is_namespace {
        if let Some(phase) = marked.pointer_mut("/status/phase") {
            *phase = Value::from("Terminating");
        }
    } else {
        metadata::set(
            &mut marked,
            "deletionGracePeriodSeconds",
            Some(Value::from(0)),
        );
    }
    cluster.set_pending(kind, namespace, name, true);
    (cluster.put(kind, marked), true)
}

fn answer(kind: &Kind, live: &Value, object: Value, waits: bool) -> Value {
    if kind.answers_with_deleted || waits {
        return object;
    }
    status::deleted(
        kind,
        metadata::text(live, "name"),
        metadata::text(live, "uid"),
    )
}

/// What a deletion asks for.
struct Deletion {
    uid: Option<String>,
    revision: Option<String>,
    finalizer: Option<&'static str>,
    dry_run: bool,
}

impl Deletion {
    /// Reads the options in the body, or else those of the query.
    fn read(options: &Options, request: &Request<Bytes>) -> Result<Self, Refusal> {
        let body: Value = if request.body().is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(request.body())
                .map_err(|error| Refusal::bad_request(error.to_string()))?
        };
        let text = |pointer: &str| {
            body.pointer(pointer)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        let policy = text("/propagationPolicy");
        let policy = policy.unwrap_or_else(|| options.query.get("propagationPolicy").to_owned());
        let finalizer = match policy.as_str() {
            "" | "Background" => None,
            "Foreground" => Some("foregroundDeletion"),
            "Orphan" => Some("orphan"),
            other => {
                let supported = r#""Foreground", "Background", "Orphan", "nil""#;
                let cause =
                    Cause::unsupported("propagationPolicy", &format!("{other:?}"), supported);
                return Err(Refusal::invalid(
                    "DeleteOptions",
                    "meta.k8s.io",
                    "",
                    &[cause],
                ));
            }
        };
        let asked_dry = body
            .get("dryRun")
            .and_then(Value::as_array)
            .is_some_and(|all| !all.is_empty());
        Ok(Self {
            uid: text("/preconditions/uid"),
            revision: text("/preconditions/resourceVersion"),
            finalizer,
            dry_run: options.dry_run || asked_dry,
        })
    }

    fn check(&self, kind: &Kind, live: &Value) -> Result<(), Refusal> {
        let name = metadata::text(live, "name");
        let (uid, revision) = (
            metadata::text(live, "uid"),
            metadata::text(live, "resourceVersion"),
        );
        if let Some(given) = self.uid.as_deref().filter(|given| *given != uid) {
            let why = format!(
                "the UID in the precondition ({given}) does not match the UID in record ({uid}). The object might have been deleted and then recreated"
            );
            return Err(Refusal::failed_precondition(kind, name, &why));
        }
        if let Some(given) = self.revision.as_deref().filter(|given| *given != revision) {
            let why = format!(
                "the ResourceVersion in the precondition ({given}) does not match the ResourceVersion in record ({revision}). The object might have been modified"
            );
            return Err(Refusal::failed_precondition(kind, name, &why));
        }
        Ok(())
    }
}
