//! The webhook at work: whether it is registered for the pods of an account, and a pod that is never stored against the
//! prediction.

use super::not_checked;
use super::prediction::Setting;
use super::report::{Check, Finding, Outcome};
use super::world::{DeclaredAccount, LiveAccount};
use crate::provider::{ProviderError, ProviderErrorKind};
use crate::trust::pod::{AccountDefaults, Registration, Workload, admit};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

const WEBHOOKS: &str = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";

/// Looks for the registration: what was found, and the registration itself.
pub(super) async fn registered(
    live: &LiveAccount,
    account: &DeclaredAccount,
) -> (Finding, Option<Registration>) {
    match registration(live).await {
        Ok(Some(registration)) => {
            let finding = reach(&registration, live, account).await;
            (finding, Some(registration))
        }
        Ok(None) => {
            let text = "no pod identity webhook is registered, so pods stay as they are";
            (missing(text), None)
        }
        Err(error) => (not_checked(Check::Webhook, &error), None),
    }
}

/// The registration of the webhook; `None` when there is none.
async fn registration(live: &LiveAccount) -> Result<Option<Registration>, ProviderError> {
    let doing = "reading the registrations of webhooks";
    let clients = live.clients()?;
    let list = clients.look_at(&live.context, doing, WEBHOOKS).await?;
    let list = list.unwrap_or_default();
    let items = list.get("items").and_then(Json::as_array);
    for item in items.into_iter().flatten() {
        let found = Registration::of(item)
            .map_err(|error| ProviderError::internal(doing, &error.to_string()))?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// Whether the registration is for the pods of the account's namespace, and for which of them.
async fn reach(
    registration: &Registration,
    live: &LiveAccount,
    account: &DeclaredAccount,
) -> Finding {
    if !registration.covers_new_pods() {
        return missing("the webhook is registered, but not for new pods");
    }
    let namespace = &account.namespace;
    match labels(live, namespace).await {
        Ok(labels) if !registration.namespaces.holds(&labels) => {
            return missing(&format!(
                "the webhook's `namespaceSelector` passes over namespace {namespace}, so its pods stay as they are"
            ));
        }
        Err(error) if !registration.namespaces.is_usual() => {
            return not_checked(Check::Webhook, &error);
        }
        Ok(_) | Err(_) => {}
    }
    if registration.pods.is_usual() {
        return Finding::new(Check::Webhook, Outcome::Ok, "registered for all pods");
    }
    let Some(labels) = registration.pods.example() else {
        return missing(
            "the webhook's `objectSelector` contradicts itself, so all pods stay as they are",
        );
    };
    let labels: Vec<String> = labels
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let such = match labels.as_slice() {
        [] => "not for all pods".to_owned(),
        labels => format!(
            "for pods with certain labels only, such as {}",
            labels.join(", ")
        ),
    };
    let text = format!("the webhook is registered {such} (`objectSelector`)");
    Finding::new(Check::Webhook, Outcome::Note, text).coded("W03")
}

/// The labels of a namespace.
async fn labels(
    live: &LiveAccount,
    namespace: &str,
) -> Result<BTreeMap<String, String>, ProviderError> {
    let doing = format!("reading namespace {namespace}");
    let path = format!("/api/v1/namespaces/{namespace}");
    let found = live
        .clients()?
        .look_at(&live.context, &doing, &path)
        .await?;
    let labels = found.and_then(|found| found.pointer("/metadata/labels").cloned());
    let labels = labels.and_then(|labels| serde_json::from_value(labels).ok());
    Ok(labels.unwrap_or_default())
}

fn missing(text: &str) -> Finding {
    Finding::new(Check::Webhook, Outcome::Problem, text).coded("W03")
}

/// Lets the API server make a pod and forget it, and compares it with the prediction. The pod has the labels that the
/// webhook's registration asks for.
pub(super) async fn dry_run(
    setting: &Setting<'_>,
    account: &DeclaredAccount,
) -> Result<Finding, ProviderError> {
    let live = setting.live;
    let registration = setting.registration.as_ref();
    let labels = registration.and_then(|registration| registration.pods.example());
    let manifest = json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {
            "generateName": "trustform-verify-", "namespace": account.namespace,
            "labels": labels.unwrap_or_default(),
        },
        "spec": {
            "serviceAccountName": account.name,
            "containers": [{ "name": "verify", "image": "verify" }],
        },
    });
    let path = format!("/api/v1/namespaces/{}/pods?dryRun=All", account.namespace);
    let doing = "asking for a pod that is never stored";
    let clients = live.clients()?;
    let made = match clients.ask(&live.context, doing, &path, &manifest).await {
        Ok(made) => made,
        Err(error) if error.kind == ProviderErrorKind::InvalidInput => {
            let text = format!("the API server would refuse a plain pod: {error}");
            return Ok(Finding::new(Check::DryRun, Outcome::Problem, text));
        }
        Err(error) => return Err(error),
    };
    let pods = (
        Workload::of(&manifest, &account.namespace),
        Workload::of(&made, &account.namespace),
    );
    let (Ok(asked), Ok(made)) = pods else {
        let text = "not checked: the API server's answer is no pod";
        return Ok(Finding::new(Check::DryRun, Outcome::NotChecked, text));
    };
    let admitted = admit(&asked.template, &AccountDefaults::default());
    let Some(predicted) = setting.prediction(&admitted) else {
        let text = "the account gives its pods nothing";
        return Ok(Finding::new(Check::DryRun, Outcome::Note, text));
    };
    let differences = predicted.differences(&made.template);
    if differences.is_empty() {
        let text = "a new pod gets the variables, the mount and the token that were predicted";
        return Ok(Finding::new(Check::DryRun, Outcome::Ok, text));
    }
    let text = match predicted.is_absent(&made.template) {
        true => "a new pod gets neither the variables, the mount nor the token that were predicted"
            .to_owned(),
        false => format!(
            "a new pod is not what was predicted: {}",
            differences.join("; ")
        ),
    };
    Ok(Finding::new(Check::DryRun, Outcome::Problem, text).coded("W03"))
}
