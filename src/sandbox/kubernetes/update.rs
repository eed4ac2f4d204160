//! Changes to objects: replacing them, and the four formats of a patch.

use bytes::Bytes;
use http::Request;
use serde_json::Value;

use super::apply::{Apply, check_namespace, check_place};
use super::cluster::Cluster;
use super::create::{decoded, prepare, store_new, unknown_fields};
use super::decode::{decode, in_order};
use super::kinds::Kind;
use super::managers;
use super::metadata;
use super::patch::{json_patch, merge_patch};
use super::reply::Reply;
use super::request::{self, FieldValidation, Options, Target};
use super::status::{Cause, Refusal};
use super::strategic::strategic_patch;
use super::typed::print_go;
use super::validation;

const MODIFIED: &str =
    "the object has been modified; please apply your changes to the latest version and try again";

/// Answers a replacement.
pub(super) fn replace(
    cluster: &mut Cluster<'_>,
    target: &Target,
    options: &Options,
    body: &Value,
) -> Result<Reply, Refusal> {
    let kind = target.kind;
    let (new, unknown) = decoded(kind, options, body)?;
    check_place(&new, &target.namespace, &target.name)?;
    let live = existing(cluster, target)?;
    let (given, own) = (metadata::text(&new, "uid"), metadata::text(&live, "uid"));
    if !given.is_empty() && given != own {
        let key = metadata::key(kind, &target.namespace, &target.name);
        let why = format!(
            "StorageError: invalid object, Code: 4, Key: /registry/{}/{key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: {given}, UID in object meta: {own}",
            kind.plural
        );
        return Err(Refusal::conflict(kind, &target.name, &why));
    }
    let new = managers::track_update(kind, Some(&live), new, &options.manager, cluster.now);
    let object = write_back(cluster, target, &live, new, options.dry_run)?;
    Ok(Reply::ok(&object).with_warnings(unknown))
}

/// Answers a patch.
pub(super) fn patch(
    cluster: &mut Cluster<'_>,
    target: &Target,
    options: &Options,
    request: &Request<Bytes>,
) -> Result<Reply, Refusal> {
    match request::content_type(request) {
        "application/apply-patch+yaml" => apply(cluster, target, options, request.body()),
        "application/merge-patch+json" => {
            change(cluster, target, options, request.body(), |live, patch| {
                let mut patched = live.clone();
                merge_patch(&mut patched, patch);
                Ok((patched.to_string(), patched))
            })
        }
        "application/strategic-merge-patch+json" => {
            change(cluster, target, options, request.body(), |live, patch| {
                let mut patched = live.clone();
                strategic_patch(&mut patched, patch)?;
                Ok((print_go(patch), patched))
            })
        }
        "application/json-patch+json" => {
            change(cluster, target, options, request.body(), |live, patch| {
                let patched = json_patch(live, patch)?;
                Ok((patched.to_string(), patched))
            })
        }
        _ => Err(Refusal::unknown_patch_format()),
    }
}

fn apply(
    cluster: &mut Cluster<'_>,
    target: &Target,
    options: &Options,
    body: &[u8],
) -> Result<Reply, Refusal> {
    let kind = target.kind;
    let intent: Value = serde_json::from_slice(body).map_err(|error| {
        Refusal::bad_request(format!(
            "error decoding YAML: only its JSON form is understood: {error}"
        ))
    })?;
    let live = cluster.get(kind, &target.namespace, &target.name).cloned();
    let uid = metadata::text(&intent, "uid");
    let apply = Apply {
        kind,
        place: (&target.namespace, &target.name),
        manager: &options.manager,
        force: options.force,
        now: cluster.now,
    };
    let applied = apply.to(live.as_ref(), &intent)?;
    let decoded = decode(kind, &applied).map_err(Refusal::internal)?;
    let Some(live) = live else {
        if !uid.is_empty() {
            let why = format!(
                "uid mismatch: the provided object specified uid {uid}, and no existing object was found"
            );
            return Err(Refusal::conflict(kind, &target.name, &why));
        }
        let object = store_new(cluster, target, decoded.object, options.dry_run)?;
        return Ok(Reply::created(&object));
    };
    let object = write_back(cluster, target, &live, decoded.object, options.dry_run)?;
    Ok(Reply::ok(&object))
}

/// Carries out a patch that turns the live object into another. Beside that object it returns what an error shows.
fn change(
    cluster: &mut Cluster<'_>,
    target: &Target,
    options: &Options,
    body: &[u8],
    patch: impl Fn(&Value, &Value) -> Result<(String, Value), Refusal>,
) -> Result<Reply, Refusal> {
    let kind = target.kind;
    let live = existing(cluster, target)?;
    let wanted =
        serde_json::from_slice(body).map_err(|_| Refusal::bad_request("invalid JSON patch"))?;
    let (shown, patched) = patch(&live, &wanted)?;
    let refused = |why: &str| Refusal::invalid("", "", "", &[Cause::invalid("patch", &shown, why)]);
    check_kind(kind, &patched).map_err(|why| refused(&why))?;
    let decoded = decode(kind, &patched).map_err(|why| refused(&why))?;
    let mut unknown = unknown_fields(&decoded.unknown);
    // The patched object has its members in alphabetical order.
    unknown.sort();
    if options.validation == FieldValidation::Strict && !unknown.is_empty() {
        return Err(refused(&format!(
            "strict decoding error: {}",
            unknown.join(", ")
        )));
    }
    check_place(&decoded.object, &target.namespace, &target.name)?;
    check_namespace(&decoded.object, &target.namespace)?;
    let manager = &options.manager;
    let new = managers::track_update(kind, Some(&live), decoded.object, manager, cluster.now);
    let object = write_back(cluster, target, &live, new, options.dry_run)?;
    let warn = options.validation == FieldValidation::Warn;
    Ok(Reply::ok(&object).with_warnings(if warn { unknown } else { Vec::new() }))
}

fn check_kind(kind: &Kind, patched: &Value) -> Result<(), String> {
    let text = |member: &str| {
        patched
            .get(member)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    if text("kind") == kind.name && text("apiVersion") == "v1" {
        return Ok(());
    }
    Err(format!(
        "no kind {:?} is registered for version {:?} in scheme \"pkg/runtime/scheme.go:111\"",
        text("kind"),
        text("apiVersion")
    ))
}

fn existing(cluster: &Cluster<'_>, target: &Target) -> Result<Value, Refusal> {
    let live = cluster.get(target.kind, &target.namespace, &target.name);
    live.cloned()
        .ok_or_else(|| Refusal::not_found(target.kind, &target.name))
}

/// Stores a changed object, its owners already noted, unless nothing changed or it is a dry run.
fn write_back(
    cluster: &mut Cluster<'_>,
    target: &Target,
    live: &Value,
    mut new: Value,
    dry_run: bool,
) -> Result<Value, Refusal> {
    let kind = target.kind;
    check_revision(target, live, &new)?;
    if metadata::text(&new, "uid").is_empty() {
        metadata::copy(live, &mut new, &["uid"]);
    }
    metadata::copy(live, &mut new, SERVERS_OWN);
    prepare(kind, &mut new, Some(live));
    validation::check_change(kind, live, &new)?;
    validation::check(kind, &new)?;
    let mut new = in_order(&kind.shape, new);
    if is_same(live, &new) {
        return Ok(live.clone());
    }
    let is_finished = metadata::is_being_deleted(&new) && metadata::finalizers(&new).is_empty();
    let is_namespace = !kind.namespaced;
    if dry_run {
        return Ok(new);
    }
    if is_finished && !is_namespace {
        cluster.remove(kind, &target.namespace, &target.name);
        return Ok(new);
    }
    if kind.counts_generations && live.get("spec") != new.get("spec") {
        let generation = live
            .pointer("/metadata/generation")
            .and_then(Value::as_i64)
            .unwrap_or(0);
        metadata::set(&mut new, "generation", Some(Value::from(generation + 1)));
    }
    Ok(cluster.put(kind, new))
}

const SERVERS_OWN: &[&str] = &[
    "namespace",
    "resourceVersion",
    "generation",
    "creationTimestamp",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "selfLink",
];

fn check_revision(target: &Target, live: &Value, new: &Value) -> Result<(), Refusal> {
    let given = metadata::text(new, "resourceVersion");
    if given.is_empty() || given == metadata::text(live, "resourceVersion") {
        return Ok(());
    }
    if given.parse::<u64>().is_err() {
        let message = format!("strconv.ParseUint: parsing {given:?}: invalid syntax");
        return Err(Refusal::internal(message));
    }
    Err(Refusal::conflict(target.kind, &target.name, MODIFIED))
}

/// Whether two objects differ in nothing but the times of their owners.
fn is_same(live: &Value, new: &Value) -> bool {
    let timeless = |object: &Value| {
        let mut object = object.clone();
        let entries = object
            .pointer_mut("/metadata/managedFields")
            .and_then(Value::as_array_mut);
        for entry in entries.into_iter().flatten() {
            if let Some(entry) = entry.as_object_mut() {
                entry.shift_remove("time");
            }
        }
        object
    };
    live == new || timeless(live) == timeless(new)
}
