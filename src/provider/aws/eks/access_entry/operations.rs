//! Finding, making, changing and deleting access entries.

use super::SCHEMA;
use crate::provider::aws::answers::{deleted, found, updated};
use crate::provider::aws::call::failure;
use crate::provider::aws::client::AwsClients;
use crate::provider::aws::eks::belonging::{
    client, instant, kept, planned_tags, region, split_names, split_region, tags_of, update_tags,
};
use crate::provider::aws::eks::has_no_access_api;
use crate::provider::aws::object::{differs, object, respelled, text, texts};
use crate::provider::aws::tags;
use crate::provider::aws::waiting::{Situation, patiently, unseen};
use crate::provider::{Outcome, ProviderContext, ProviderError, Recorded};
use crate::value::{Known, Value};
use aws_sdk_eks::Client;
use aws_sdk_eks::types::AccessEntry;
use serde_json::json;

/// The entry of a principal; `None` when there is none, and while the cluster's mode knows no entries.
async fn find(
    eks: &Client,
    cluster: &str,
    principal: &str,
) -> Result<Option<AccessEntry>, ProviderError> {
    let call = eks.describe_access_entry().cluster_name(cluster);
    let answer = call.principal_arn(principal).send().await;
    let doing = format!("reading EKS Access Entry ({cluster}:{principal})");
    match found(answer.map_err(|error| failure(doing, error))) {
        Ok(answer) => Ok(answer.and_then(|answer| answer.access_entry)),
        Err(error) if has_no_access_api(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

pub(super) async fn read(
    ctx: &ProviderContext,
    recorded: &Recorded,
) -> Result<Option<Recorded>, ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let spelled = recorded.object.value();
    let (cluster, principal) = names(spelled);
    let Some(entry) = find(&client(clients, spelled), cluster, principal).await? else {
        return Ok(None);
    };
    Ok(Some(Recorded {
        object: of(clients, region(clients, spelled), &entry, Some(spelled))?,
        private: recorded.private.clone(),
    }))
}

pub(super) async fn import(
    ctx: &ProviderContext,
    id: &str,
) -> Result<Option<Recorded>, ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let (names, region) = split_region(id);
    let (cluster, principal) =
        split_names("aws_eks_access_entry", names, "cluster-name:principal-arn")?;
    let region = region.unwrap_or(clients.region());
    match find(&clients.eks(Some(region)), cluster, principal).await? {
        Some(entry) => Ok(Some(of(clients, region, &entry, None)?.into())),
        None => Ok(None),
    }
}

pub(super) async fn create(ctx: &ProviderContext, planned: &Value) -> Outcome {
    let made = make(ctx, planned).await;
    match made {
        Ok(object) => Outcome::done(object),
        Err(error) => Outcome::failed(error),
    }
}

/// Asks for the entry. Its principal may just have been made and not be visible to EKS yet.
async fn make(ctx: &ProviderContext, planned: &Value) -> Result<Known, ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let (cluster, principal) = names(planned);
    let groups = texts(planned, "kubernetes_groups");
    let call = client(clients, planned)
        .create_access_entry()
        .cluster_name(cluster)
        .principal_arn(principal)
        .client_request_token(uuid::Uuid::new_v4().to_string())
        .set_type(text(planned, "type").map(str::to_owned))
        .set_kubernetes_groups((!groups.is_empty()).then_some(groups))
        .set_username(text(planned, "user_name").map(str::to_owned))
        .set_tags(planned_tags(planned));
    let doing = format!("creating EKS Access Entry ({cluster}:{principal})");
    let waiting = format!("waiting for {principal} to become visible to EKS");
    let answer = patiently(ctx, Situation::New, &waiting, || async {
        let sent = call.clone().send().await;
        sent.map_err(|error| failure(doing.as_str(), error))
    });
    let entry = answer.await?.access_entry.ok_or_else(|| unseen(&doing))?;
    of(clients, region(clients, planned), &entry, Some(planned))
}

pub(super) async fn update(ctx: &ProviderContext, prior: &Known, planned: &Value) -> Outcome {
    let changed = change(ctx, prior.value(), planned).await;
    let spelled = if changed.is_ok() {
        planned
    } else {
        prior.value()
    };
    let (cluster, principal) = names(prior.value());
    let live = async {
        let clients = AwsClients::of(ctx)?;
        let entry = find(&client(clients, spelled), cluster, principal).await?;
        let of = |entry| of(clients, region(clients, spelled), &entry, Some(spelled));
        entry.map(of).transpose()
    };
    let reading = format!("reading EKS Access Entry ({cluster}:{principal})");
    updated(prior, &reading, live.await, changed)
}

async fn change(ctx: &ProviderContext, before: &Value, after: &Value) -> Result<(), ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let eks = client(clients, before);
    let (cluster, principal) = names(before);
    if differs(before, after, "kubernetes_groups") || differs(before, after, "user_name") {
        let call = eks
            .update_access_entry()
            .cluster_name(cluster)
            .principal_arn(principal)
            .client_request_token(uuid::Uuid::new_v4().to_string())
            .set_kubernetes_groups(Some(texts(after, "kubernetes_groups")))
            .set_username(text(after, "user_name").map(str::to_owned));
        let doing = format!("updating EKS Access Entry ({cluster}:{principal})");
        let sent = call.send().await;
        sent.map_err(|error| failure(doing, error))?;
    }
    let arn = text(before, "access_entry_arn").unwrap_or_default();
    let what = format!("EKS Access Entry ({cluster}:{principal})");
    update_tags(&eks, arn, &what, before, after).await
}

pub(super) async fn delete(ctx: &ProviderContext, prior: &Known) -> Result<(), ProviderError> {
    let clients = AwsClients::of(ctx)?;
    let (cluster, principal) = names(prior.value());
    let call = client(clients, prior.value()).delete_access_entry();
    let call = call.cluster_name(cluster).principal_arn(principal);
    let doing = format!("deleting EKS Access Entry ({cluster}:{principal})");
    match call.send().await.map_err(|error| failure(doing, error)) {
        Err(error) if has_no_access_api(&error) => Ok(()),
        other => deleted(other),
    }
}

/// Cluster and principal.
fn names(entry: &Value) -> (&str, &str) {
    let part = |name| text(entry, name).unwrap_or_default();
    (part("cluster_name"), part("principal_arn"))
}

/// The object of a live entry, in the words of what is recorded or planned where both mean the same.
fn of(
    clients: &AwsClients,
    region: &str,
    entry: &AccessEntry,
    spelled: Option<&Value>,
) -> Result<Known, ProviderError> {
    let (own, all) = tags::seen(
        tags_of(entry.tags()),
        spelled,
        clients.default_tags(),
        clients.ignored_tags(),
    );
    let (cluster, principal) = (
        entry.cluster_name().unwrap_or_default(),
        entry.principal_arn().unwrap_or_default(),
    );
    let json = json!({
        "access_entry_arn": entry.access_entry_arn(),
        "cluster_name": cluster,
        "created_at": entry.created_at().map(instant),
        "id": format!("{cluster}:{principal}"),
        "kubernetes_groups": entry.kubernetes_groups(),
        "modified_at": entry.modified_at().map(instant),
        "principal_arn": principal,
        "region": region,
        "tags": own,
        "tags_all": all,
        "timeouts": kept(spelled, "timeouts"),
        "type": entry.r#type(),
        "user_name": entry.username(),
    });
    let object = object(&SCHEMA, &json)?;
    match spelled {
        Some(spelled) => respelled(object, spelled, &[]),
        None => Ok(object),
    }
}
