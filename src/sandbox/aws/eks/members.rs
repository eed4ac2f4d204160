//! Objects that belong to a cluster: access entries, add-ons, pod identity associations, identity provider configs.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::super::protocol::AwsError;
use super::super::{Call, stored, typed, unique_id};
use super::record::{self, Record};
use super::{Asked, CLUSTER, UPDATE, invalid_parameter, invalid_request, no_cluster, page};
use crate::sandbox::clock;
use crate::sandbox::store::Store;

/// Who may use a cluster's Kubernetes API, as collections and addresses name them.
pub(in crate::sandbox) const ACCESS_ENTRY: &str = "eks/access-entry";
/// Add-ons.
pub(in crate::sandbox) const ADDON: &str = "eks/addon";
/// Roles of service accounts.
pub(in crate::sandbox) const ASSOCIATION: &str = "eks/pod-identity-association";
/// OIDC providers for the users of a cluster.
pub(in crate::sandbox) const PROVIDER_CONFIG: &str = "eks/identity-provider-config";
/// All kinds.
pub(in crate::sandbox) const KINDS: [&str; 4] = [ACCESS_ENTRY, ADDON, ASSOCIATION, PROVIDER_CONFIG];

/// What a person sees of an object and the service does not tell.
const HIDDEN: [&str; 2] = ["accessPolicies", "principalId"];

/// An object of a cluster: what the service tells of it, and what becomes of it when.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(in crate::sandbox) struct Member {
    pub(in crate::sandbox) shown: Map<String, Value>,
    /// When the state it is in ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<Timestamp>,
    /// Members that show when the state ends; without any the object is gone then.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(super) then: Map<String, Value>,
    /// The update in flight and what it will have become.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) update: Option<(String, Value)>,
    /// The request that made it, for `clientRequestToken`.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(super) request: Map<String, Value>,
}

impl Member {
    /// An object that shows these members at once and was made by this request.
    pub(super) fn new(shown: Value, asked: &Asked) -> Self {
        Self {
            shown: members_of(shown),
            request: asked.body.clone(),
            ..Self::default()
        }
    }

    pub(super) fn text(&self, name: &str) -> &str {
        self.shown
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// Enters a state that ends after `wait` with these members showing.
    pub(super) fn enter(&mut self, status: &str, now: Timestamp, wait: Duration, then: Value) {
        self.shown.insert("status".to_owned(), json!(status));
        self.until = Some(clock::after(now, wait));
        self.then = members_of(then);
    }

    /// What the service tells.
    pub(super) fn told(&self) -> Value {
        let mut told = self.shown.clone();
        told.retain(|name, _| !HIDDEN.contains(&name.as_str()));
        Value::Object(told)
    }

    /// Whether a request is the one that made the object, sent again.
    pub(super) fn was_made_by(&self, asked: &Asked) -> bool {
        let token = asked.text("clientRequestToken");
        token.is_some() && self.request == asked.body
    }

    /// Sets members, and notes when.
    pub(super) fn modify(&mut self, now: Timestamp, members: Value) {
        self.shown.extend(members_of(members));
        self.shown
            .insert("modifiedAt".to_owned(), json!(now.as_second()));
    }
}

/// The members of an object; none of anything else.
fn members_of(value: Value) -> Map<String, Value> {
    if let Value::Object(members) = value {
        members
    } else {
        Map::new()
    }
}

/// The cluster that a request names, whatever its state.
pub(super) fn cluster(call: &Call<'_>, asked: &Asked) -> Result<Record, AwsError> {
    let name = asked.cluster();
    record::find(call, name).ok_or_else(|| no_cluster(name))
}

/// The cluster that a request names, if it can get new members.
pub(super) fn living_cluster(call: &Call<'_>, asked: &Asked) -> Result<Record, AwsError> {
    let record = cluster(call, asked)?;
    match record.status() {
        "ACTIVE" | "UPDATING" => Ok(record),
        status => {
            let name = asked.cluster();
            let text = format!("Cluster '{name}' is not in ACTIVE status: {status}");
            Err(invalid_request(text).with("clusterName", name))
        }
    }
}

pub(super) fn find(call: &Call<'_>, kind: &str, cluster: &str, name: &str) -> Option<Member> {
    let found = call
        .store
        .get(&call.regional(kind), &format!("{cluster}/{name}"));
    typed(found)
}

pub(super) fn save(call: &mut Call<'_>, kind: &str, cluster: &str, name: &str, member: &Member) {
    let collection = call.regional(kind);
    call.store
        .put(&collection, &format!("{cluster}/{name}"), stored(member));
}

pub(super) fn remove(call: &mut Call<'_>, kind: &str, cluster: &str, name: &str) {
    let collection = call.regional(kind);
    call.store.remove(&collection, &format!("{cluster}/{name}"));
}

/// The objects of a kind and cluster, by name.
pub(super) fn all(call: &Call<'_>, kind: &str, cluster: &str) -> Vec<(String, Member)> {
    let prefix = format!("{cluster}/");
    let collection = call.regional(kind);
    let found = call.store.list(&collection).filter_map(|(key, document)| {
        let name = key.strip_prefix(&prefix)?;
        Some((name.to_owned(), typed(Some(document))?))
    });
    found.collect()
}

/// A page of the names of a kind's objects.
pub(super) fn list(
    call: &Call<'_>,
    asked: &Asked,
    kind: &str,
    shown_as: &str,
) -> Result<Value, AwsError> {
    cluster(call, asked)?;
    let names = all(call, kind, asked.cluster())
        .into_iter()
        .map(|(name, _)| name);
    page(asked, shown_as, names.collect())
}

/// An ARN of EKS's in the request's account and region.
pub(super) fn arn(call: &Call<'_>, resource: &str) -> String {
    let account = &call.account;
    format!(
        "arn:{}:eks:{}:{}:{resource}",
        account.partition, account.region, account.id
    )
}

/// An id like a UUID, another for each object.
pub(super) fn fresh_uuid(call: &mut Call<'_>) -> String {
    let number = call.store.next_counter("eks/member");
    format!("00000000-0000-4000-a000-{number:012x}")
}

/// The id of a pod identity association, another for each.
pub(super) fn association_id(call: &mut Call<'_>) -> String {
    let number = call.store.next_counter("eks/member");
    unique_id("a-", 17, &format!("association {number}")).to_ascii_lowercase()
}

/// A role or user that exists; roles need a while until others see them.
pub(super) fn is_principal(call: &Call<'_>, arn: &str) -> bool {
    let mine = format!("arn:{}:iam::{}:", call.account.partition, call.account.id);
    match arn.strip_prefix(&mine) {
        Some(rest) if rest.starts_with("role/") => {
            super::super::iam::visible_role(call, arn).is_some()
        }
        Some(rest) => rest.starts_with("user/"),
        // What other accounts have is not known here.
        None => true,
    }
}

/// The role of a request, which must exist in the cluster's account.
pub(super) fn check_own_role(call: &Call<'_>, arn: &str) -> Result<(), AwsError> {
    let mine = format!(
        "arn:{}:iam::{}:role/",
        call.account.partition, call.account.id
    );
    if !arn.starts_with(&mine) {
        let text = "Cross-account pass role is not allowed.";
        return Err(AwsError::new(403, "AccessDeniedException", text));
    }
    if is_principal(call, arn) {
        return Ok(());
    }
    Err(invalid_parameter(
        "Role provided in the request does not exist.",
    ))
}

/// Ends the states of all objects whose time has come.
pub(in crate::sandbox) fn settle(store: &mut Store, now: Timestamp) {
    for collection in store.collections("aws/") {
        let Some(kind) = KINDS.into_iter().find(|kind| collection.ends_with(kind)) else {
            continue;
        };
        let due = |(key, value): (&String, &Value)| {
            value.get("until")?;
            let member: Member = typed(Some(value))?;
            let until = member.until.filter(|until| *until <= now);
            until.map(|_| (key.clone(), member))
        };
        let due: Vec<(String, Member)> = store.list(&collection).filter_map(due).collect();
        for (key, member) in due {
            end_state(store, &collection, kind, &key, member);
        }
    }
}

fn end_state(store: &mut Store, collection: &str, kind: &str, key: &str, mut member: Member) {
    if let Some((id, outcome)) = member.update.take() {
        let updates = collection.replace(kind, UPDATE);
        let cluster = key.split('/').next().unwrap_or_default();
        let at = format!("{cluster}/{id}");
        if let Some(mut update) = store.get(&updates, &at).cloned() {
            if let (Some(update), Some(outcome)) = (update.as_object_mut(), outcome.as_object()) {
                update.extend(outcome.clone());
            }
            store.put(&updates, &at, update);
        }
    }
    if member.then.is_empty() {
        store.remove(collection, key);
        return;
    }
    member.until = None;
    let then = std::mem::take(&mut member.then);
    member.shown.extend(then);
    store.put(collection, key, stored(&member));
}

/// The collection of a kind in the account and region of a collection of clusters.
pub(in crate::sandbox) fn beside(clusters: &str, kind: &str) -> String {
    clusters.replace(CLUSTER, kind)
}

/// Removes all objects of a cluster whose collection is given.
pub(in crate::sandbox) fn forget(store: &mut Store, clusters: &str, cluster: &str) {
    let prefix = format!("{cluster}/");
    for kind in KINDS {
        let collection = beside(clusters, kind);
        let keys: Vec<String> = store
            .list(&collection)
            .map(|(key, _)| key.clone())
            .filter(|key| key.starts_with(&prefix))
            .collect();
        for key in keys {
            store.remove(&collection, &key);
        }
    }
}
