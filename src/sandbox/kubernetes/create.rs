//! New objects.

use serde_json::{Value, json};

use super::apply::check_namespace;
use super::cluster::{Cluster, name_suffix};
use super::controllers;
use super::decode::{decode, in_order};
use super::kinds::{Kind, NAMESPACE, POD, SERVICE_ACCOUNT};
use super::managers;
use super::metadata;
use super::reply::Reply;
use super::request::{FieldValidation, Options, Target};
use super::status::Refusal;
use super::validation;
use super::webhook;

/// The longest prefix that a generated name keeps.
const LONGEST_PREFIX: usize = 58;

/// Answers a create.
pub(super) fn create(
    cluster: &mut Cluster<'_>,
    target: &Target,
    options: &Options,
    body: &Value,
) -> Result<Reply, Refusal> {
    let kind = target.kind;
    let (mut object, unknown) = decoded(kind, options, body)?;
    check_namespace(&object, &target.namespace)?;
    if !metadata::text(&object, "resourceVersion").is_empty() {
        let message = "resourceVersion should not be set on objects to be created";
        return Err(Refusal::internal(message));
    }
    metadata::set(&mut object, "managedFields", None);
    let object = managers::track_update(kind, None, object, &options.manager, cluster.now);
    let object = store_new(cluster, target, object, options.dry_run)?;
    Ok(Reply::created(&object).with_warnings(unknown))
}

/// Decodes a whole object, and judges its unknown members. What is returned beside it are the warnings.
pub(super) fn decoded(
    kind: &'static Kind,
    options: &Options,
    body: &Value,
) -> Result<(Value, Vec<String>), Refusal> {
    let refused = |why: &str| {
        let name = kind.name;
        let message = format!("{name} in version \"v1\" cannot be handled as a {name}: {why}");
        Refusal::bad_request(message)
    };
    let decoded = decode(kind, body).map_err(|why| refused(&why))?;
    let unknown = unknown_fields(&decoded.unknown);
    match options.validation {
        FieldValidation::Strict if !unknown.is_empty() => Err(refused(&format!(
            "strict decoding error: {}",
            unknown.join(", ")
        ))),
        FieldValidation::Ignore => Ok((decoded.object, Vec::new())),
        FieldValidation::Strict | FieldValidation::Warn => Ok((decoded.object, unknown)),
    }
}

/// The words for unknown members.
pub(super) fn unknown_fields(paths: &[String]) -> Vec<String> {
    paths
        .iter()
        .map(|path| format!("unknown field {path:?}"))
        .collect()
}

/// Stores a new object, its owners already noted, unless it is a dry run.
pub(super) fn store_new(
    cluster: &mut Cluster<'_>,
    target: &Target,
    mut object: Value,
    dry_run: bool,
) -> Result<Value, Refusal> {
    let kind = target.kind;
    admit(cluster, target, &object)?;
    let uid = if dry_run {
        cluster.dry_uid()
    } else {
        cluster.new_uid()
    };
    for member in [
        "selfLink",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generation",
    ] {
        metadata::set(&mut object, member, None);
    }
    let prefix = metadata::text(&object, "generateName");
    if metadata::text(&object, "name").is_empty() && !prefix.is_empty() {
        let prefix: String = prefix.chars().take(LONGEST_PREFIX).collect();
        let name = format!("{prefix}{}", name_suffix(uid));
        metadata::set(&mut object, "name", Some(Value::from(name)));
    }
    if kind.namespaced {
        metadata::set(
            &mut object,
            "namespace",
            Some(Value::from(target.namespace.clone())),
        );
    }
    metadata::set(&mut object, "uid", Some(Value::from(uid.to_string())));
    let created = metadata::time_text(cluster.now);
    metadata::set(&mut object, "creationTimestamp", Some(Value::from(created)));
    if kind.counts_generations {
        metadata::set(&mut object, "generation", Some(Value::from(1)));
    }
    if kind.name == POD.name {
        object = webhook::admitted(cluster, &target.namespace, uid, object)?;
    }
    prepare(kind, &mut object, None);
    validation::check(kind, &object)?;
    let name = metadata::text(&object, "name").to_owned();
    if cluster.get(kind, &target.namespace, &name).is_some() {
        return Err(Refusal::already_exists(kind, &name));
    }
    if dry_run {
        return Ok(in_order(&kind.shape, object));
    }
    let object = cluster.put(kind, object);
    if kind.name == NAMESPACE.name {
        controllers::furnish(cluster, &name);
    }
    Ok(object)
}

/// Sets what is the server's to set: a namespace's phase and its own finalizer, an account's bare secret names.
pub(super) fn prepare(kind: &Kind, object: &mut Value, live: Option<&Value>) {
    if kind.name == SERVICE_ACCOUNT.name
        && let Some(secrets) = object.get_mut("secrets").and_then(Value::as_array_mut)
    {
        for secret in secrets {
            *secret = json!({ "name": secret.get("name").cloned().unwrap_or_default() });
        }
    }
    if kind.name == NAMESPACE.name
        && let Some(members) = object.as_object_mut()
    {
        let or_live = |member: &str, fresh: Value| {
            live.and_then(|live| live.get(member))
                .cloned()
                .unwrap_or(fresh)
        };
        let spec = or_live("spec", json!({ "finalizers": ["kubernetes"] }));
        let status = or_live("status", json!({ "phase": "Active" }));
        members.insert("spec".to_owned(), spec);
        members.insert("status".to_owned(), status);
    }
}

/// New content needs a namespace that is there and stays.
fn admit(cluster: &Cluster<'_>, target: &Target, object: &Value) -> Result<(), Refusal> {
    if !target.kind.namespaced {
        return Ok(());
    }
    let namespace = cluster.get(&NAMESPACE, "", &target.namespace);
    let namespace = namespace.ok_or_else(|| Refusal::not_found(&NAMESPACE, &target.namespace))?;
    if metadata::is_being_deleted(namespace) {
        let name = metadata::text(object, "name");
        return Err(Refusal::terminating(target.kind, name, &target.namespace));
    }
    Ok(())
}
