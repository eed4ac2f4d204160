//! Finding, making, changing and deleting associations.

use super::SCHEMA;
use crate::provider::aws::answers::{deleted, found, updated};
use crate::provider::aws::call::failure;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::eks::belonging::{
    client, planned_tags, region, split_region, tags_of, update_tags, wrong_id,
};
use crate::provider::aws::object::{differs, object, respelled, text};
use crate::provider::aws::tags;
use crate::provider::aws::waiting::{Situation, patiently, unseen};
use crate::provider::{Outcome, ProviderContext, ProviderError, ProviderErrorKind, Recorded};
use crate::value::{Known, Value};
use aws_sdk_eks::Client;
use aws_sdk_eks::types::PodIdentityAssociation;
use serde_json::json;

/// The association of an id; `None` when there is none.
pub(in crate::provider::aws::eks) async fn find(
    eks: &Client,
    cluster: &str,
    id: &str,
) -> Result<Option<PodIdentityAssociation>, ProviderError> {
    let call = eks.describe_pod_identity_association();
    let call = call.cluster_name(cluster).association_id(id);
    let doing = format!("reading EKS Pod Identity Association ({id})");
    let answer = found(call.send().await.map_err(|error| failure(doing, error)))?;
    Ok(answer.and_then(|answer| answer.association))
}

/// The id of the association of a service account; `None` when it has none.
async fn id_of(
    eks: &Client,
    cluster: &str,
    namespace: &str,
    account: &str,
) -> Result<Option<String>, ProviderError> {
    let call = eks.list_pod_identity_associations().cluster_name(cluster);
    let call = call.namespace(namespace).service_account(account);
    let doing = format!("listing EKS Pod Identity Associations ({cluster},{namespace}/{account})");
    let found = match call.send().await.map_err(|error| failure(doing, error)) {
        Ok(answer) => answer.associations.unwrap_or_default(),
        Err(error) if error.kind == ProviderErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    Ok(found.into_iter().find_map(|found| found.association_id))
}

pub(super) async fn read(
    ctx: &ProviderContext,
    recorded: &Recorded,
) -> Result<Option<Recorded>, ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let spelled = recorded.object.value();
    let (cluster, id) = names(spelled);
    let Some(found) = find(&client(clients, spelled), cluster, id).await? else {
        return Ok(None);
    };
    Ok(Some(Recorded {
        object: of(clients, region(clients, spelled), &found, Some(spelled))?,
        private: recorded.private.clone(),
    }))
}

/// The association of an import id: the cluster's name, and its own id or the service account behind a comma.
pub(super) async fn import(
    ctx: &ProviderContext,
    import: &str,
) -> Result<Option<Recorded>, ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let (parts, region) = split_region(import);
    let parts = parts.split_once(',');
    let parts = parts.filter(|(cluster, id)| !cluster.is_empty() && !id.is_empty());
    let form = "cluster-name,association-id";
    let (cluster, id) =
        parts.ok_or_else(|| wrong_id("aws_eks_pod_identity_association", import, form))?;
    let region = region.unwrap_or(clients.region());
    let eks = clients.eks(Some(region));
    let id = match id.split_once('/') {
        Some((namespace, account)) => id_of(&eks, cluster, namespace, account).await?,
        None => Some(id.to_owned()),
    };
    let Some(id) = id else { return Ok(None) };
    match find(&eks, cluster, &id).await? {
        Some(found) => Ok(Some(of(clients, region, &found, None)?.into())),
        None => Ok(None),
    }
}

pub(super) async fn create(ctx: &ProviderContext, planned: &Value) -> Outcome {
    match make(ctx, planned).await {
        Ok(object) => Outcome::done(object),
        Err(error) => Outcome::failed(error),
    }
}

/// Asks for the association. Its role may just have been made and not be visible to EKS yet.
async fn make(ctx: &ProviderContext, planned: &Value) -> Result<Known, ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let part = |name| text(planned, name).map(str::to_owned);
    let call = client(clients, planned)
        .create_pod_identity_association()
        .set_cluster_name(part("cluster_name"))
        .set_namespace(part("namespace"))
        .set_service_account(part("service_account"))
        .set_role_arn(part("role_arn"))
        .set_target_role_arn(part("target_role_arn"))
        .set_policy(part("policy"))
        .set_disable_session_tags(untagged(planned))
        .set_tags(planned_tags(planned))
        .client_request_token(uuid::Uuid::new_v4().to_string());
    let account = text(planned, "service_account").unwrap_or_default();
    let namespace = text(planned, "namespace").unwrap_or_default();
    let doing = format!("creating EKS Pod Identity Association ({namespace}/{account})");
    let waiting = "waiting for the role of an EKS Pod Identity Association to become visible";
    let answer = patiently(ctx, Situation::New, waiting, || async {
        let sent = call.clone().send().await;
        sent.map_err(|error| failure(doing.as_str(), error))
    });
    let made = answer.await?.association.ok_or_else(|| unseen(&doing))?;
    of(clients, region(clients, planned), &made, Some(planned))
}

pub(super) async fn update(ctx: &ProviderContext, prior: &Known, planned: &Value) -> Outcome {
    let changed = change(ctx, prior.value(), planned).await;
    let spelled = if changed.is_ok() {
        planned
    } else {
        prior.value()
    };
    let (cluster, id) = names(prior.value());
    let live = async {
        let clients = AwsClients::of(ctx)?;
        let live = find(&client(clients, prior.value()), cluster, id).await?;
        let region = region(clients, prior.value());
        let of = |live| of(clients, region, &live, Some(spelled));
        live.map(of).transpose()
    };
    let reading = format!("reading EKS Pod Identity Association ({id})");
    updated(prior, &reading, live.await, changed)
}

async fn change(ctx: &ProviderContext, before: &Value, after: &Value) -> Result<(), ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let eks = client(clients, before);
    let (cluster, id) = names(before);
    let changed = [
        "disable_session_tags",
        "policy",
        "role_arn",
        "target_role_arn",
    ];
    if changed.iter().any(|name| differs(before, after, name)) {
        let part = |name| text(after, name).map(str::to_owned);
        let call = eks
            .update_pod_identity_association()
            .cluster_name(cluster)
            .association_id(id)
            .set_role_arn(part("role_arn"))
            .set_target_role_arn(part("target_role_arn"))
            .set_policy(part("policy"))
            .set_disable_session_tags(untagged(after))
            .client_request_token(uuid::Uuid::new_v4().to_string());
        let doing = format!("updating EKS Pod Identity Association ({id})");
        let waiting = "waiting for the role of an EKS Pod Identity Association to become visible";
        let answer = patiently(ctx, Situation::New, waiting, || async {
            let sent = call.clone().send().await;
            sent.map_err(|error| failure(doing.as_str(), error))
        });
        answer.await?;
    }
    let arn = text(before, "association_arn").unwrap_or_default();
    let what = format!("EKS Pod Identity Association ({id})");
    update_tags(&eks, arn, &what, before, after).await
}

pub(super) async fn delete(ctx: &ProviderContext, prior: &Known) -> Result<(), ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let (cluster, id) = names(prior.value());
    let call = client(clients, prior.value()).delete_pod_identity_association();
    let call = call.cluster_name(cluster).association_id(id);
    let doing = format!("deleting EKS Pod Identity Association ({id})");
    deleted(call.send().await.map_err(|error| failure(doing, error)))
}

/// Cluster and id.
fn names(association: &Value) -> (&str, &str) {
    let part = |name| text(association, name);
    let id = part("association_id").or_else(|| part("id"));
    (
        part("cluster_name").unwrap_or_default(),
        id.unwrap_or_default(),
    )
}

fn untagged(association: &Value) -> Option<bool> {
    association
        .get("disable_session_tags")
        .and_then(Value::as_bool)
}

/// The object of a live association, in the words of what is recorded or planned where both mean the same.
fn of(
    clients: &AwsClients,
    region: &str,
    found: &PodIdentityAssociation,
    spelled: Option<&Value>,
) -> Result<Known, ProviderError> {
    let (own, all) = tags::seen(
        tags_of(found.tags()),
        spelled,
        clients.default_tags(),
        clients.ignored_tags(),
    );
    let json = json!({
        "association_arn": found.association_arn(),
        "association_id": found.association_id(),
        "cluster_name": found.cluster_name(),
        "disable_session_tags": found.disable_session_tags().unwrap_or(false),
        "external_id": found.external_id(),
        "id": found.association_id(),
        "namespace": found.namespace(),
        "policy": found.policy(),
        "region": region,
        "role_arn": found.role_arn(),
        "service_account": found.service_account(),
        "tags": own,
        "tags_all": all,
        "target_role_arn": found.target_role_arn(),
    });
    let object = object(&SCHEMA, &json)?;
    match spelled {
        Some(spelled) => respelled(object, spelled, &["policy"]),
        None => Ok(object),
    }
}
