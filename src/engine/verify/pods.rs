//! The pods that run as an account, and how each stands to what the webhook gives a new one.
//!
//! A pod keeps what the webhook gave it when it was created, so one that is older than the annotation has to be made anew;
//! one that brings something along that its credentials do not stand has to be changed.

use super::prediction::{Setting, array, text};
use super::report::{Check, Finding, Outcome};
use super::world::DeclaredAccount;
use crate::provider::ProviderError;
use crate::trust::pod::{Credentials, Gravity, PodTemplate, Workload, collisions};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// How many pods are named in one line.
const NAMED: usize = 5;

/// How a running pod stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    /// It has what it should have.
    Ok,
    /// It is older than the annotation.
    Stale,
    /// It asked to be passed over.
    Skipped,
    /// It brings along what its credentials do not stand: the code, and what it is.
    Collides(&'static str, String),
    /// It has what it should have, and something that may not have been meant.
    Odd(&'static str, String),
    /// It names another role by itself.
    OtherRole,
    /// The webhook's registration passes it over.
    Unselected,
    /// It is younger than the annotation and has nothing all the same.
    Missed,
}

/// Looks at the pods that run as the account.
pub(super) async fn running(
    setting: &Setting<'_>,
    account: &DeclaredAccount,
) -> Result<Vec<Finding>, ProviderError> {
    let path = format!("/api/v1/namespaces/{}/pods", account.namespace);
    let doing = format!("listing pods in {}", account.namespace);
    let live = setting.live;
    let list = live
        .clients()?
        .look_at(&live.context, &doing, &path)
        .await?;
    let list = list.unwrap_or_default();
    let mut by_standing: BTreeMap<Standing, Vec<String>> = BTreeMap::new();
    for pod in array(list.get("items")) {
        // An item of a list does not say its own kind.
        let mut manifest = pod.clone();
        if let Some(members) = manifest.as_object_mut() {
            members.insert("kind".to_owned(), json!("Pod"));
        }
        let Ok(workload) = Workload::of(&manifest, &account.namespace) else {
            continue;
        };
        let phase = pod.pointer("/status/phase").and_then(Json::as_str);
        let is_over = matches!(phase, Some("Succeeded" | "Failed"));
        if workload.template.service_account() == account.name && !is_over {
            for standing in standings(setting, pod, &workload.template) {
                by_standing.entry(standing).or_default().push(owner(pod));
            }
        }
    }
    if by_standing.is_empty() {
        let text = "no pod runs as this account";
        return Ok(vec![Finding::new(Check::Pods, Outcome::Note, text)]);
    }
    let findings = by_standing.iter();
    Ok(findings
        .map(|(standing, owners)| told(standing, owners))
        .collect())
}

/// How a pod stands: one way, or several things that it brings along.
fn standings(setting: &Setting<'_>, pod: &Json, template: &PodTemplate) -> Vec<Standing> {
    let Some(predicted) = setting.prediction(template) else {
        return vec![Standing::Skipped];
    };
    let credentials = &predicted.credentials;
    let is_complete = predicted.differences(template).is_empty();
    let is_fitting = is_complete && names_role(template, credentials);
    let found = collisions(template, &predicted.mutated, &setting.webhook, credentials);
    let of = |gravity| {
        let found = found.iter().filter(move |one| one.gravity() == gravity);
        found.map(|one| (one.code(), one.to_string()))
    };
    let grave = of(Gravity::Error).map(|(code, text)| Standing::Collides(code, text));
    let grave: Vec<Standing> = grave.collect();
    if !is_fitting && is_older(setting, pod) {
        // A new one will bring the same along.
        return std::iter::once(Standing::Stale).chain(grave).collect();
    }
    let registration = setting.registration.as_ref();
    match (is_fitting, is_complete) {
        _ if !grave.is_empty() => grave,
        (true, _) => {
            let odd = of(Gravity::Warning).map(|(code, text)| Standing::Odd(code, text));
            std::iter::once(Standing::Ok).chain(odd).collect()
        }
        (false, true) if is_skipping(template) => vec![Standing::Skipped],
        (false, true) => vec![Standing::OtherRole],
        (false, false) if registration.is_some_and(|one| !one.pods.holds(&template.labels)) => {
            vec![Standing::Unselected]
        }
        (false, false) => vec![Standing::Missed],
    }
}

/// Whether a pod was there before the annotation, or nobody knows when that was written.
fn is_older(setting: &Setting<'_>, pod: &Json) -> bool {
    let created = pod.pointer("/metadata/creationTimestamp");
    let created = created.and_then(Json::as_str);
    let created = created.and_then(|text| text.parse::<jiff::Timestamp>().ok());
    match (created, setting.live.annotated()) {
        (Some(created), Some((_, annotated))) => created <= annotated,
        (_, None) => true,
        (None, Some(_)) => false,
    }
}

fn is_skipping(pod: &PodTemplate) -> bool {
    pod.annotations
        .contains_key("eks.amazonaws.com/skip-containers")
}

/// Whether every container that is pointed at a role is pointed at this one.
fn names_role(pod: &PodTemplate, credentials: &Credentials) -> bool {
    let Some(role) = &credentials.role_arn else {
        return true;
    };
    let lists = ["initContainers", "containers"];
    let containers = lists.iter().flat_map(|list| array(pod.spec.get(*list)));
    let roles: Vec<&str> = containers
        .flat_map(|container| array(container.get("env")))
        .filter(|variable| text(variable, "name") == "AWS_ROLE_ARN")
        .map(|variable| text(variable, "value"))
        .collect();
    !roles.is_empty() && roles.iter().all(|named| named == role)
}

fn told(standing: &Standing, owners: &[String]) -> Finding {
    let who = named(owners);
    let count = pods(owners.len());
    let (outcome, code, text) = match standing {
        Standing::Ok => (Outcome::Ok, "", format!("{count} as predicted: {who}")),
        Standing::Stale => (
            Outcome::Problem,
            "W01",
            format!("{count} older than the annotation, to be restarted: {who}"),
        ),
        Standing::Skipped => (
            Outcome::Note,
            "",
            format!("{count} passed over, as asked: {who}"),
        ),
        Standing::Collides(code, why) => {
            (Outcome::Problem, *code, format!("{count}: {why}: {who}"))
        }
        Standing::Odd(code, why) => (Outcome::Note, *code, format!("{count}: {why}: {who}")),
        Standing::OtherRole => (
            Outcome::Problem,
            "",
            format!("{count} with another role in `AWS_ROLE_ARN` than the annotation names: {who}"),
        ),
        Standing::Unselected => (
            Outcome::Problem,
            "W03",
            format!("{count} passed over by the webhook's `objectSelector`: {who}"),
        ),
        Standing::Missed => (
            Outcome::Problem,
            "W03",
            format!(
                "{count} younger than the annotation and yet without the role, to be restarted once the webhook works: {who}"
            ),
        ),
    };
    Finding::new(Check::Pods, outcome, text).coded(code)
}

/// The workloads that pods belong to, a few of them by name.
fn named(owners: &[String]) -> String {
    let mut counted: BTreeMap<&String, usize> = BTreeMap::new();
    for owner in owners {
        *counted.entry(owner).or_default() += 1;
    }
    let named: Vec<String> = counted
        .iter()
        .take(NAMED)
        .map(|(owner, count)| match count {
            1 => (*owner).clone(),
            _ => format!("{owner} ({count} pods)"),
        })
        .collect();
    match counted.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

fn pods(count: usize) -> String {
    match count {
        1 => "1 pod".to_owned(),
        count => format!("{count} pods"),
    }
}

/// The workload that a pod belongs to: a `ReplicaSet`'s name without its hash is that of its Deployment.
fn owner(pod: &Json) -> String {
    let own = || {
        let name = pod.pointer("/metadata/name").and_then(Json::as_str);
        format!("Pod {}", name.unwrap_or_default())
    };
    let mut owners = array(pod.pointer("/metadata/ownerReferences"));
    let Some(owner) = owners.find(|owner| owner.get("controller") == Some(&json!(true))) else {
        return own();
    };
    let (kind, name) = (text(owner, "kind"), text(owner, "name"));
    let hash = pod
        .pointer("/metadata/labels/pod-template-hash")
        .and_then(Json::as_str);
    let deployment = hash.and_then(|hash| name.strip_suffix(hash)?.strip_suffix('-'));
    match (kind, deployment) {
        ("ReplicaSet", Some(deployment)) => format!("Deployment {deployment}"),
        _ => format!("{kind} {name}"),
    }
}
