//! The webhook at work: its registration, a pod that is never stored against the prediction, and the pods that run.
//!
//! A pod keeps what the webhook gave it when it was created, so one that is older than the annotation has to be made anew.

use super::not_checked;
use super::report::{Check, Finding, Outcome};
use super::world::{DeclaredAccount, LiveAccount};
use crate::provider::{ProviderError, ProviderErrorKind};
use crate::trust::pod::{
    AccountAnnotations, AccountDefaults, Credentials, Expiration, Identity, PodTemplate, Webhook,
    Workload, admit, mutate,
};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

const WEBHOOKS: &str = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
const SKIP_LABEL: &str = "eks.amazonaws.com/skip-pod-identity-webhook";
/// How many pods are named in one line.
const NAMED: usize = 5;

/// What was found about webhook and pods.
pub(super) async fn findings(
    live: &LiveAccount,
    account: &DeclaredAccount,
    associated: bool,
) -> Vec<Finding> {
    let or_not = |check, result: Result<Vec<Finding>, ProviderError>| {
        result.unwrap_or_else(|error| vec![not_checked(check, &error)])
    };
    let mut all = or_not(Check::Webhook, webhook(live).await);
    all.extend(or_not(
        Check::DryRun,
        dry_run(live, account, associated).await,
    ));
    all.extend(or_not(
        Check::Pods,
        running(live, account, associated).await,
    ));
    all
}

/// Whether the webhook is registered, and for which pods.
async fn webhook(live: &LiveAccount) -> Result<Vec<Finding>, ProviderError> {
    let doing = "reading the registrations of webhooks";
    let list = live
        .clients()?
        .look_at(&live.context, doing, WEBHOOKS)
        .await?;
    let list = list.unwrap_or_default();
    let items = list.get("items").and_then(Json::as_array);
    let hooks = items.into_iter().flatten().flat_map(|item| {
        let hooks = item.get("webhooks").and_then(Json::as_array);
        hooks.into_iter().flatten()
    });
    let is_ours = |hook: &&Json| {
        let name = hook.get("name").and_then(Json::as_str);
        matches!(
            name,
            Some("iam-for-pods.amazonaws.com" | "pod-identity-webhook.amazonaws.com")
        )
    };
    let Some(hook) = hooks.into_iter().find(is_ours) else {
        let text = "no pod identity webhook is registered, so pods stay as they are";
        return Ok(vec![
            Finding::new(Check::Webhook, Outcome::Problem, text).coded("W03"),
        ]);
    };
    let selector = hook.get("objectSelector").cloned().unwrap_or_default();
    let expressions = selector.get("matchExpressions").and_then(Json::as_array);
    let excludes = expressions
        .into_iter()
        .flatten()
        .filter(|rule| rule.get("key") != Some(&json!(SKIP_LABEL)));
    let labels = selector.get("matchLabels").and_then(Json::as_object);
    let narrowed = excludes.count() > 0 || labels.is_some_and(|labels| !labels.is_empty());
    let finding = if narrowed {
        let text =
            format!("the webhook is registered for pods with certain labels only: {selector}");
        Finding::new(Check::Webhook, Outcome::Note, text).coded("W03")
    } else {
        Finding::new(Check::Webhook, Outcome::Ok, "registered for all pods")
    };
    Ok(vec![finding])
}

/// What the webhook gives the account's pods now.
struct Prediction {
    webhook: Webhook,
    credentials: Credentials,
}

fn prediction(live: &LiveAccount, pod: &PodTemplate, associated: bool) -> Option<Prediction> {
    let webhook = Webhook {
        region: live.region(),
        ..Webhook::of_eks("")
    };
    let annotations = AccountAnnotations::of(&live.annotations());
    match webhook.identity(&annotations, pod, associated) {
        Identity::None => None,
        Identity::Some(credentials) => Some(Prediction {
            webhook,
            credentials,
        }),
    }
}

/// Lets the API server make a pod and forget it, and compares it with the prediction.
async fn dry_run(
    live: &LiveAccount,
    account: &DeclaredAccount,
    associated: bool,
) -> Result<Vec<Finding>, ProviderError> {
    let manifest = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": { "generateName": "trustform-verify-", "namespace": account.namespace },
        "spec": {
            "serviceAccountName": account.name,
            "containers": [{ "name": "verify", "image": "verify" }],
        },
    });
    let path = format!("/api/v1/namespaces/{}/pods?dryRun=All", account.namespace);
    let doing = "asking for a pod that is never stored";
    let made = live
        .clients()?
        .ask(&live.context, doing, &path, &manifest)
        .await;
    let made = match made {
        Ok(made) => made,
        Err(error) if error.kind == ProviderErrorKind::InvalidInput => {
            let text = format!("the API server would refuse a plain pod: {error}");
            return Ok(vec![Finding::new(Check::DryRun, Outcome::Problem, text)]);
        }
        Err(error) => return Err(error),
    };
    let (Ok(asked), Ok(made)) = (
        Workload::of(&manifest, &account.namespace),
        Workload::of(&made, &account.namespace),
    ) else {
        let text = "not checked: the API server's answer is no pod";
        return Ok(vec![Finding::new(Check::DryRun, Outcome::NotChecked, text)]);
    };
    let admitted = admit(&asked.template, &AccountDefaults::default());
    let Some(predicted) = prediction(live, &admitted, associated) else {
        let text = "the account gives its pods nothing";
        return Ok(vec![Finding::new(Check::DryRun, Outcome::Note, text)]);
    };
    let expected = mutate(&admitted, &predicted.webhook, &predicted.credentials).pod;
    let differences = differences(&expected, &made.template, &predicted.credentials);
    if differences.is_empty() {
        let text = "a new pod gets the variables, the mount and the token that were predicted";
        return Ok(vec![Finding::new(Check::DryRun, Outcome::Ok, text)]);
    }
    let text = format!(
        "a new pod is not what was predicted: {}",
        differences.join("; ")
    );
    Ok(vec![
        Finding::new(Check::DryRun, Outcome::Problem, text).coded("W03"),
    ])
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

/// How a running pod stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Ok,
    Stale,
    Skipped,
    Collision,
}

/// Looks at the pods that run as the account.
async fn running(
    live: &LiveAccount,
    account: &DeclaredAccount,
    associated: bool,
) -> Result<Vec<Finding>, ProviderError> {
    let path = format!("/api/v1/namespaces/{}/pods", account.namespace);
    let doing = format!("listing pods in {}", account.namespace);
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
        let ended = pod.pointer("/status/phase").and_then(Json::as_str);
        if workload.template.service_account() != account.name
            || matches!(ended, Some("Succeeded" | "Failed"))
        {
            continue;
        }
        let standing = standing(live, pod, &workload.template, associated);
        by_standing.entry(standing).or_default().push(owner(pod));
    }
    if by_standing.is_empty() {
        let text = "no pod runs as this account";
        return Ok(vec![Finding::new(Check::Pods, Outcome::Note, text)]);
    }
    Ok(by_standing
        .iter()
        .map(|(standing, owners)| told(*standing, owners))
        .collect())
}

fn standing(live: &LiveAccount, pod: &Json, template: &PodTemplate, associated: bool) -> Standing {
    let Some(predicted) = prediction(live, template, associated) else {
        return Standing::Skipped;
    };
    let Prediction {
        webhook,
        credentials,
    } = &predicted;
    // What is there already is kept, so a pod that has everything is its own prediction.
    let expected = mutate(template, webhook, credentials);
    let complete = expected.pod.spec == template.spec
        || differences(&expected.pod, template, credentials).is_empty();
    if complete && names_role(template, credentials) {
        return Standing::Ok;
    }
    let skipped = template
        .annotations
        .contains_key("eks.amazonaws.com/skip-containers");
    let created = pod
        .pointer("/metadata/creationTimestamp")
        .and_then(Json::as_str);
    let created = created.and_then(|text| text.parse::<jiff::Timestamp>().ok());
    match (created, live.annotated()) {
        (Some(created), Some((_, annotated))) if created <= annotated => Standing::Stale,
        _ if complete && skipped => Standing::Skipped,
        (_, None) => Standing::Stale,
        (Some(_) | None, Some(_)) => Standing::Collision,
    }
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

fn told(standing: Standing, owners: &[String]) -> Finding {
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
    let more = counted.len().saturating_sub(NAMED);
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    let who = format!("{}{more}", named.join(", "));
    let (outcome, code, text) = match standing {
        Standing::Ok => (
            Outcome::Ok,
            "",
            format!("{} as predicted: {who}", pods(owners.len())),
        ),
        Standing::Stale => (
            Outcome::Problem,
            "W01",
            format!(
                "{} older than the annotation, to be restarted: {who}",
                pods(owners.len())
            ),
        ),
        Standing::Skipped => (
            Outcome::Note,
            "",
            format!("{} passed over, as asked: {who}", pods(owners.len())),
        ),
        Standing::Collision => (
            Outcome::Problem,
            "W05",
            format!(
                "{} younger than the annotation and yet without the role: {who}",
                pods(owners.len())
            ),
        ),
    };
    Finding::new(Check::Pods, outcome, text).coded(code)
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

fn array(value: Option<&Json>) -> impl Iterator<Item = &Json> {
    value.and_then(Json::as_array).into_iter().flatten()
}

fn text<'j>(object: &'j Json, member: &str) -> &'j str {
    object
        .get(member)
        .and_then(Json::as_str)
        .unwrap_or_default()
}
