//! What the webhook gives the pods of an account now, and where a pod differs from that.

use super::world::LiveAccount;
use crate::trust::pod::{
    AccountAnnotations, Credentials, Expiration, Identity, Mutated, PodTemplate, Registration,
    Webhook, mutate,
};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// What decides about the pods of one account.
pub(super) struct Setting<'a> {
    pub(super) live: &'a LiveAccount,
    pub(super) webhook: Webhook,
    /// Whether a pod identity association is there for the account.
    pub(super) associated: bool,
    /// The webhook's registration, where it could be read and is there.
    pub(super) registration: Option<Registration>,
}

/// What a pod should look like.
pub(super) struct Prediction {
    pub(super) credentials: Credentials,
    pub(super) mutated: Mutated,
}

impl Setting<'_> {
    /// The pod after the webhook; `None` where it gives the pod nothing. What is there already is kept, so a pod that has
    /// everything is its own prediction.
    pub(super) fn prediction(&self, pod: &PodTemplate) -> Option<Prediction> {
        let annotations = AccountAnnotations::of(&self.live.annotations());
        match self.webhook.identity(&annotations, pod, self.associated) {
            Identity::None => None,
            Identity::Some(credentials) => Some(Prediction {
                mutated: mutate(pod, &self.webhook, &credentials),
                credentials,
            }),
        }
    }
}

impl Prediction {
    /// Whether a pod has nothing of it.
    pub(super) fn is_absent(&self, found: &PodTemplate) -> bool {
        facets(found, &self.credentials).is_empty()
    }

    /// Where a pod differs in what matters, in words.
    pub(super) fn differences(&self, found: &PodTemplate) -> Vec<String> {
        differences(&self.mutated.pod, found, &self.credentials)
    }
}

/// What matters of a pod: the variables, mounts and token that the webhook may have given it.
fn facets(pod: &PodTemplate, credentials: &Credentials) -> BTreeMap<String, String> {
    let mut facets = BTreeMap::new();
    for list in ["initContainers", "containers"] {
        for container in array(pod.spec.get(list)) {
            let name = text(container, "name");
            for variable in array(container.get("env")) {
                let variable_name = text(variable, "name");
                if variable_name.starts_with("AWS_") {
                    let key = format!("variable {variable_name} of container `{name}`");
                    facets.insert(key, text(variable, "value").to_owned());
                }
            }
            for mount in array(container.get("volumeMounts")) {
                if text(mount, "name") == credentials.volume() {
                    let key = format!("mount of `{}` in container `{name}`", credentials.volume());
                    facets.insert(key, text(mount, "mountPath").to_owned());
                }
            }
        }
    }
    if let Some(token) = token_source(&pod.spec, credentials) {
        for member in ["audience", "path"] {
            facets.insert(
                format!("{member} of the token"),
                text(token, member).to_owned(),
            );
        }
        if let Expiration::Exactly(_) = credentials.expiration {
            let life = token.get("expirationSeconds").cloned().unwrap_or_default();
            facets.insert("life of the token".to_owned(), life.to_string());
        }
    }
    facets
}

fn token_source<'p>(spec: &'p Map<String, Json>, credentials: &Credentials) -> Option<&'p Json> {
    let mut volumes = array(spec.get("volumes"));
    let volume = volumes.find(|volume| text(volume, "name") == credentials.volume())?;
    let mut sources = array(volume.pointer("/projected/sources"));
    sources.find_map(|source| source.get("serviceAccountToken"))
}

/// Where two pods differ in what matters, in words.
fn differences(
    expected: &PodTemplate,
    found: &PodTemplate,
    credentials: &Credentials,
) -> Vec<String> {
    let (expected, found) = (facets(expected, credentials), facets(found, credentials));
    let mut words = Vec::new();
    for (what, value) in &expected {
        match found.get(what) {
            Some(other) if other == value => {}
            Some(other) => words.push(format!("{what} is `{other}`, not `{value}`")),
            None => words.push(format!("{what} is missing")),
        }
    }
    for what in found.keys().filter(|what| !expected.contains_key(*what)) {
        words.push(format!("{what} was not foretold"));
    }
    words
}

/// The items of a list; none where there is no list.
pub(super) fn array(value: Option<&Json>) -> impl Iterator<Item = &Json> {
    value.and_then(Json::as_array).into_iter().flatten()
}

/// A text member; empty where there is none.
pub(super) fn text<'j>(object: &'j Json, member: &str) -> &'j str {
    object
        .get(member)
        .and_then(Json::as_str)
        .unwrap_or_default()
}
